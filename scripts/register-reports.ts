/**
 * Makes the reports of the synthetic register that stand in docs/register: fidelity of a training extract and lineage of its columns,
 * in both languages. `npx tsx scripts/register-reports.ts`
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '../src/cli/run.js';
import { writeRegisterCsv } from '../src/testing/index.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const docs = path.join(root, 'docs/register');
const example = (name: string): string => path.join(root, 'examples/register', name);
const folder = mkdtempSync(path.join(tmpdir(), 'scrim-register-'));
const at = (name: string): string => path.join(folder, name);

async function scrim(...words: string[]): Promise<void> {
  const code = await run(words, {
    out: () => undefined,
    err: (text) => process.stderr.write(text),
    errIsTerminal: false,
    columns: 100,
    env: { LANG: 'en' },
    signal: new AbortController().signal,
  });
  if (code !== 0) throw new Error(`scrim ${words[0]} ended with exit code ${code}`);
}

try {
  mkdirSync(docs, { recursive: true });
  writeRegisterCsv(at('register.csv'), { rows: 20_000, seed: 'demo', region: '33', rowsPerPerson: 1 });
  const keys = ['--keys', at('ring.json'), '--wrapping-key', at('ring.key')];
  await scrim('keys', 'new', ...keys);
  await scrim(
    'protect',
    '--policy',
    example('policy.yaml'),
    at('register.csv'),
    '-o',
    at('product.csv'),
    '--ledger',
    at('ledger.jsonl'),
  );
  // Run by flags, without a policy and without the ledger: the lineage shows that nobody vouches for it.
  await scrim('sample', at('product.csv'), '--design', 'srs', '--n', '1000', '-o', at('spot-check.csv'));
  for (const [language, short] of [
    ['en', 'en'],
    ['zh-CN', 'zh'],
  ] as const) {
    const out = ['-o', at('train.csv'), '--holdout', at('holdout.csv')];
    const report = [
      '--lang',
      language,
      '--html',
      path.join(docs, `fidelity.${short}.html`),
      '--json',
      at('fidelity.json'),
    ];
    await scrim(
      'extract',
      '--policy',
      example('policy-extract.yaml'),
      at('register.csv'),
      ...out,
      ...keys,
      ...report,
      '--ledger',
      at('ledger.jsonl'),
    );
    const lineage = ['--record', folder, '--lang', language, '--html', path.join(docs, `lineage.${short}.html`)];
    await scrim('ledger', 'lineage', at('ledger.jsonl'), ...lineage);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
