/**
 * Labels that nothing reads: a hierarchy is named only when rows or counts are evidence of it. A column of random labels fits
 * any source column of many values as well; it is unexplained content, and unexplained content is never released.
 */
import { describe, expect, it } from 'vitest';
import { review, type Verdict } from '../../src/reversibility/index.js';
import { alignedRows } from '../../src/reversibility/safe-form/subsequence.js';
import { tableFromColumns } from '../../src/table/index.js';
import { SeededRandom } from '../../src/testing/index.js';

type Columns = Record<string, string[]>;

function people(rows: number, seed: string): Columns {
  const random = new SeededRandom(seed);
  const columns: Columns = { 性别: [], 职业: [], 年龄: [], 手机号: [] };
  for (let i = 0; i < rows; i++) {
    const man = random.below(2) === 0;
    columns.性别?.push(man ? '男' : '女');
    // Occupations lean to one sex or the other.
    columns.职业?.push(`职业${Math.floor(30 * random.uniform() ** (man ? 1.6 : 0.7))}`);
    columns.年龄?.push(String(18 + random.below(60)));
    columns.手机号?.push(`139${String(random.below(1e8)).padStart(8, '0')}`);
  }
  return columns;
}

const run = (raw: Columns, product: Columns): Promise<Verdict> =>
  review({ sources: [tableFromColumns(raw)], product: tableFromColumns(product), seed: '0'.repeat(32) });

/** Three groups of occupations, with names that say nothing. */
const grouped = (occupation: string): string => `组${'甲乙丙'[Number(occupation.slice(2)) % 3]}`;

describe('labels that nothing reads', () => {
  it('in the order of the source, less some rows: the hierarchy is named and the table released', async () => {
    const raw = people(1500, 'order');
    const random = new SeededRandom('gone');
    const kept = Array.from({ length: 1500 }, (_, i) => i).filter(() => random.uniform() > 0.01);
    const product = {
      性别: kept.map((i) => raw.性别?.[i] as string),
      x: kept.map((i) => grouped(raw.职业?.[i] as string)),
    };
    const verdict = await run(raw, product);
    expect(verdict.columns.map((column) => column.how)).toEqual(['same of 性别', 'hierarchy of 职业']);
    expect(verdict.reasons.map((reason) => reason.code)).toContain('safe-form');
    expect(verdict.verdict).toBe('release');
  });

  it('random ones are no hierarchy of a near-unique column, which would fit anything', async () => {
    const raw = people(1600, 'random');
    const random = new SeededRandom('labels');
    const x = (raw.性别 as string[]).map(() => 'ABCDE'[random.below(5)] as string);
    const verdict = await run(
      { 性别: raw.性别 as string[], 手机号: raw.手机号 as string[] },
      { 性别: raw.性别 as string[], x },
    );
    expect(verdict.columns.find((column) => column.product === 'x')?.explained).toBe('none');
    expect(verdict.verdict).toBe('review');
  });
});

describe('rows of a product that is the source less some rows', () => {
  it('are found from one binary column that is read', () => {
    const random = new SeededRandom('align');
    const source = Int32Array.from({ length: 2000 }, () => random.below(2));
    const kept = Array.from({ length: 2000 }, (_, i) => i).filter(() => random.uniform() > 0.01);
    const rowOf = alignedRows(
      Int32Array.from(kept, (i) => source[i] as number),
      source,
    ) as Int32Array;
    // A row left out between equal ones could be either: nearly all must be right, and all classes.
    expect(kept.filter((row, i) => rowOf[i] === row).length / kept.length).toBeGreaterThan(0.97);
    for (let i = 1; i < rowOf.length; i++) expect((rowOf[i] as number) > (rowOf[i - 1] as number)).toBe(true);
  });

  it('are none when the rows stand in another order, or nothing was left out', () => {
    const random = new SeededRandom('other');
    const source = Int32Array.from({ length: 2000 }, () => random.below(2));
    const other = Int32Array.from({ length: 1980 }, () => random.below(2));
    expect(alignedRows(other, source)).toBe(null);
    expect(alignedRows(source, source)).toBe(null);
    expect(alignedRows(new Int32Array(0), source)).toBe(null);
  });
});
