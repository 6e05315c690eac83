/** Codes of plain text columns whose values are nearly all different: as a list of values in order of first occurrence says. */
import { expect, test } from 'vitest';
import { encode, readCsv } from '../../src/table/index.js';
import { SeededRandom } from '../../src/testing/index.js';

const ROWS = 9000;

/** Codes and values by a Map. */
function model(cells: readonly (string | null)[]): { codes: number[]; values: string[] } {
  const values: string[] = [];
  const known = new Map<string, number>();
  const codes = cells.map((cell) => {
    if (cell === null) return -1;
    let code = known.get(cell);
    if (code === undefined) {
      code = values.push(cell) - 1;
      known.set(cell, code);
    }
    return code;
  });
  return { codes, values };
}

/** @param write - cell of a row */
async function check(write: (random: SeededRandom, row: number) => string | null): Promise<void> {
  const random = new SeededRandom('cells');
  const cells = Array.from({ length: ROWS }, (_, row) => write(random, row));
  const text = `a,b\n${cells.map((cell, row) => `${cell ?? ''},${row}`).join('\n')}\n`;
  const { table } = await readCsv(new TextEncoder().encode(text), { layout: 'utf8', batchRows: 1000 });
  expect(table.field('a').type).toBe('utf8');
  const { codes, dictionary, nullCode } = encode(table, 'a');
  const { codes: own, values } = model(cells);
  expect(dictionary.size).toBe(values.length);
  expect(values.map((_, code) => dictionary.at(code))).toEqual(values);
  expect([...codes].map((code) => (code === nullCode ? -1 : code))).toEqual(own);
}

test('all different, short and long', () => check((random, row) => `${row}-${'x'.repeat(random.below(90))}`));
test('some twice, some open', () => check((random) => (random.below(50) === 0 ? null : `v${random.below(40_000)}`)));
test('few different', () => check((random) => `v${random.below(20)}`));
test('beyond ASCII', () => check((random, row) => `第${row}号${random.below(3) === 0 ? '甲' : ''}`));
test('many open', () => check((_, row) => (row % 3 === 0 ? `${row}` : null)));

test('without looking at cells a table is the same, its columns are text', async () => {
  const bytes = new TextEncoder().encode('n,t\n1,a\n2,\n');
  const { table } = await readCsv(bytes, { inspect: false });
  const whole = (await readCsv(bytes)).table;
  expect([...table.objects()]).toEqual([...whole.objects()]);
  expect(table.fields.map(({ logical }) => logical)).toEqual(['text', 'text']);
});
