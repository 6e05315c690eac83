/** docs/review.md is executed: its example gives what it prints, and its JSON is part of the verdict. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import * as reversibility from '../../src/reversibility/index.js';
import * as table from '../../src/table/index.js';

const page = readFileSync(fileURLToPath(new URL('../../docs/review.md', import.meta.url)), 'utf8');
const example = page.slice(page.indexOf('## An example'));

function block(kind: string): string {
  return (new RegExp(`\`\`\`${kind}\\n([\\s\\S]*?)\`\`\``).exec(example) as RegExpExecArray)[1] as string;
}

it('the example of docs/review.md', async () => {
  const wanted: string[] = [];
  const code = block('ts')
    .replace(/^import .*$/gm, '')
    .replace(/^(.+); \/\/ => (.+)$/gm, (_, expression: string, value: string) => {
      wanted.push(value);
      return `out.push(${expression});`;
    });
  const run = new Function('review', 'tableFromColumns', 'out', `return (async () => {${code}; return found;})()`) as (
    ...given: unknown[]
  ) => Promise<reversibility.Verdict>;
  const out: unknown[] = [];
  const found = await run(reversibility.review, table.tableFromColumns, out);
  expect(wanted.length).toBe(3);
  expect(out.map((value) => JSON.stringify(value))).toEqual(
    wanted.map((value) => JSON.stringify(new Function(`return (${value})`)())),
  );
  const shown = JSON.parse(block('json')) as { attacks: { id: string; evidence: number[] }[] };
  const attacks = shown.attacks.map(({ id, evidence, ...rest }) => ({
    ...rest,
    id,
    evidence: expect.arrayContaining(evidence),
  }));
  expect(found).toMatchObject({
    ...shown,
    attacks: expect.arrayContaining(attacks.map((own) => expect.objectContaining(own))),
    reasons: expect.anything(),
  });
  expect(found.reasons[0]).toMatchObject((JSON.parse(block('json')) as { reasons: object[] }).reasons[0] as object);
});
