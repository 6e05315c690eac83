/**
 * `npm run docs:errors`: writes docs/errors.md from the error catalogue; a test checks that it is current.
 * @module
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { errorCatalogue } from '../src/core/index.js';

const EXIT: Readonly<Record<number, string>> = {
  1: 'failure inside or aborted protocol',
  2: 'bad usage or bad input',
  3: 'needs review',
  4: 'blocked, violated or invalid',
};

/** The text of docs/errors.md. */
export function errorsReference(): string {
  const entries = Object.entries(errorCatalogue).sort(([a], [b]) => (a < b ? -1 : 1));
  const head = [
    '# Errors',
    '',
    'Generated from `src/core/error-catalogue.ts` by `npm run docs:errors`; do not edit.',
    'Every error of Scrim is a `ScrimError` with one of these codes. `{names}` stand for column names, counts, positions or',
    'types, never for a data value or a secret.',
  ];
  const sections = entries.map(([code, { exit, title, message, hint }]) =>
    [
      `## ${code}`,
      '',
      `**${title[0]}** · **${title[1]}** · exit code ${exit} (${EXIT[exit] ?? 'done'})`,
      '',
      `* ${message[0]}`,
      `* ${message[1]}`,
      '',
      `What to do: ${hint[0]}`,
      '',
      `处理方法：${hint[1]}`,
    ].join('\n'),
  );
  return `${[head.join('\n'), ...sections].join('\n\n')}\n`;
}

if (process.argv[1] !== undefined && pathToFileURL(process.argv[1]).href === import.meta.url) {
  writeFileSync(fileURLToPath(new URL('../docs/errors.md', import.meta.url)), errorsReference());
}
