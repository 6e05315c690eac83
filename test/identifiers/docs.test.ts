/**
 * docs/identifiers.md names every kind and the sizes of the tables as they are.
 */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import {
  binTableInfo,
  givenNameTableInfo,
  identifierKinds,
  mobileSegments,
  regionTableInfo,
  surnameTableInfo,
} from '../../src/identifiers/index.js';

it('docs/identifiers.md is up to date', () => {
  const text = readFileSync(new URL('../../docs/identifiers.md', import.meta.url), 'utf8').replace(
    /(\d) (\d{3})\b/g,
    '$1$2',
  );
  for (const { kind, label } of identifierKinds) expect(text).toContain(`| \`${kind}\` | ${label.zh} |`);
  for (const fact of [
    `${regionTableInfo.rows} entries, ${regionTableInfo.countyCodes} county codes`,
    `| ${binTableInfo.date} | ${binTableInfo.rows} |`,
    `${surnameTableInfo.single} single, ${surnameTableInfo.compound} compound`,
    `${givenNameTableInfo.characters} characters, ${givenNameTableInfo.english} words`,
    `| facts | 2024 | ${Object.values(mobileSegments).flat().length} |`,
  ]) {
    expect(text).toContain(fact);
  }
});
