import { describe, expect, it } from 'vitest';
import { review } from '../../src/reversibility/index.js';
import { SheetColumn } from '../../src/reversibility/intake/sheet.js';
import { isNumbering } from '../../src/reversibility/restoration/numbering.js';
import { tableFromColumns } from '../../src/table/index.js';
import { SeededRandom } from '../../src/testing/index.js';

const column = (values: readonly string[]): SheetColumn =>
  new SheetColumn(
    'c',
    Int32Array.from(values, (_, i) => i),
    values,
  );
const numbers = (from: number, count: number, write: (value: number) => string = String): string[] =>
  Array.from({ length: count }, (_, i) => write(from + i));

describe('a column that numbers the rows', () => {
  it('is one of whole numbers one after another, also behind letters', () => {
    expect(isNumbering(column(numbers(1, 60)))).toBe(true);
    expect(isNumbering(column(numbers(1000, 60).reverse()))).toBe(true);
    expect(isNumbering(column(numbers(1, 60, (value) => `S${String(value).padStart(4, '0')}`)))).toBe(true);
  });
  it('is none of few, far between, or of other texts', () => {
    expect(isNumbering(column(numbers(1, 8)))).toBe(false);
    expect(isNumbering(column(numbers(1, 60, (value) => String(7 * value))))).toBe(false);
    expect(isNumbering(column(numbers(1, 60, (value) => `${value % 2 ? 'A' : 'B'}${value}`)))).toBe(false);
    expect(isNumbering(column(numbers(1, 60, (value) => `${value}号楼`)))).toBe(false);
  });
});

describe('a survey with numbered rows', () => {
  const ROWS = 3000;
  // Answers of one temper: most pairs of questions go together.
  const survey = (seed: string): Record<string, string[]> => {
    const random = new SeededRandom(seed);
    const normal = (): number => Array.from({ length: 12 }, () => random.uniform()).reduce((a, b) => a + b, -6);
    const columns: Record<string, string[]> = { 问卷: numbers(1, ROWS), Q1: [], Q2: [], Q3: [], Q4: [] };
    for (let row = 0; row < ROWS; row++) {
      const temper = normal();
      for (let q = 1; q <= 4; q++) {
        const answer = Math.round(3 + 0.9 * (0.8 * temper + 0.6 * normal()));
        columns[`Q${q}`]?.push(String(Math.min(5, Math.max(1, answer))));
      }
    }
    return columns;
  };
  const seed = '00112233445566778899aabbccddeeff';
  const source = tableFromColumns(survey('asked'));

  it('is not given back by strangers under the same numbers', async () => {
    for (const other of ['s16', 's19', 's22', 's1']) {
      const found = await review({ sources: [source], product: tableFromColumns(survey(other)), seed });
      expect(found.verdict).not.toBe('block');
    }
  });
  it('is blocked when it is the same', async () => {
    const own = survey('asked');
    const product = tableFromColumns(
      Object.fromEntries(Object.entries(own).map(([name, values]) => [name, values.toReversed()])),
    );
    const found = await review({ sources: [source], product, seed });
    expect(found.verdict).toBe('block');
    expect(found.restoration.rows.net).toBeGreaterThan(0.9);
  });
});
