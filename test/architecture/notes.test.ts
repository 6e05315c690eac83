/** DESIGN §10: a criterion, mechanism, protocol or attack has its proof note beside it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const src = resolve(import.meta.dirname, '../../src');

function filesUnder(folder: string, ending: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name))
    .sort();
}

/** Files that only build a criterion from its description. */
const BUILDERS = /(?:settings|from-json)\.ts$/;

/** Files that define what must be argued for, by what they export. */
const claims: readonly (readonly [what: string, folder: string, exports: RegExp, note: (file: string) => string])[] = [
  ['attack', 'reversibility/attack', /export const \w+: Attack =/, (file) => file.replace(/\.ts$/, '.md')],
  [
    'criterion',
    'anonymity/criterion',
    /export function \w+\([^)]*\): Criterion\b/,
    (file) => file.replace(/\.ts$/, '.md'),
  ],
];

describe('proof notes', () => {
  it.each(claims)('every %s has its note', (_, folder, exports, note) => {
    const files = filesUnder(join(src, folder), '.ts')
      .filter((file) => !BUILDERS.test(file))
      .filter((file) => exports.test(readFileSync(file, 'utf8')));
    expect(files.length).toBeGreaterThan(3);
    expect(files.filter((file) => !existsSync(note(file))).map((file) => relative(src, file))).toEqual([]);
  });

  it('every note that a file points to exists', () => {
    const lost = filesUnder(src, '.ts').flatMap((file) => {
      const header = readFileSync(file, 'utf8').slice(0, 2500);
      const named = [...header.matchAll(/(?:[Ss]ee|note:?|argued in|in) `?([\w./-]+\.md)\b/g)].map(
        (match) => match[1] as string,
      );
      return named
        .filter((name) => !existsSync(join(name.startsWith('docs/') ? resolve(src, '..') : dirname(file), name)))
        .map((name) => `${relative(src, file)}: ${name}`);
    });
    expect(lost).toEqual([]);
  });

  it('every note says more than its title, and stands beside code', () => {
    const notes = filesUnder(src, '.md');
    expect(notes.length).toBeGreaterThan(25);
    const poor = notes.filter((file) => {
      const beside = readdirSync(dirname(file)).some((name) => name.endsWith('.ts'));
      return !beside || readFileSync(file, 'utf8').length < 200;
    });
    expect(poor.map((file) => relative(src, file))).toEqual([]);
  });
});
