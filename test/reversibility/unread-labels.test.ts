/**
 * Labels that nothing reads: a hierarchy is named only when rows or counts are evidence of it. A column of random labels fits
 * any source column of many values as well; it is unexplained content, and unexplained content is never released.
 */
import { describe, expect, it } from 'vitest';
import { review, type Verdict } from '../../src/reversibility/index.js';
import { sheetOf } from '../../src/reversibility/intake/sheet.js';
import { bitsOfMap, bitsOfOrder, bitsOfResidual, log2Factorial } from '../../src/reversibility/safe-form/evidence.js';
import { recogniseSafeForms } from '../../src/reversibility/safe-form/recognise.js';
import { alignedRows } from '../../src/reversibility/safe-form/subsequence.js';
import { defaultThresholds } from '../../src/reversibility/thresholds.js';
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

/** A survey in small codes: every header of a cross table is a value of all its columns. */
function coded(seed: string): Columns {
  const random = new SeededRandom(seed);
  const names = ['education', 'q1', 'q2', 'q3', 'q4', 'q5'];
  const columns: Columns = { sex: [], hours: [], ...Object.fromEntries(names.map((name) => [name, []])) };
  for (let i = 0; i < 300; i++) {
    columns['sex']?.push(String(1 + random.below(2)));
    columns['hours']?.push(String(20 + random.below(40)));
    for (const name of names) columns[name]?.push(String(1 + Math.floor(5 * random.uniform() ** 1.3)));
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

/** Labels by chance: equally likely, skewed, leaning on an explained column, or those of a source column in another order. */
function byChance(raw: Columns, random: SeededRandom): string[] {
  const labels = 2 + random.below(4);
  const name = (i: number): string => 'ABCDEF'[i] as string;
  const sexes = raw.性别 as string[];
  const occupations = raw.职业 as string[];
  const kind = random.below(4);
  if (kind === 0) return sexes.map(() => name(random.below(labels)));
  if (kind === 1) return sexes.map(() => name(Math.floor(labels * random.uniform() ** 2.5)));
  if (kind === 2) return sexes.map((sex) => name(random.uniform() < (sex === '男' ? 0.7 : 0.4) ? 0 : 1));
  const others = occupations.map((_, i) => i);
  for (let i = others.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [others[i], others[j]] = [others[j] as number, others[i] as number];
  }
  const grouped = new Map(
    [...new Set(occupations)].map((value, i) => [value, name((i * 7 + random.below(2)) % labels)]),
  );
  return others.map((row) => grouped.get(occupations[row] as string) as string);
}

describe('labels by chance beside columns that are read', () => {
  // Each reading passes with probability below 2^-14 (hierarchy.md): a false one in 80 is no chance.
  it('are a hierarchy of nothing, in the order of the source, in another and less some rows', () => {
    let claimed = 0;
    for (let trial = 0; trial < 80; trial++) {
      const random = new SeededRandom(`chance-${trial}`);
      const rows = [200, 400, 1000][trial % 3] as number;
      const raw = people(rows, `people-${trial}`);
      const ages = (raw.年龄 as string[]).map((age) => `${Math.floor(Number(age) / 20) * 20}+`);
      const known =
        trial % 4 === 3
          ? {}
          : trial % 4 === 2
            ? { 性别: raw.性别 as string[], y: ages }
            : { 性别: raw.性别 as string[] };
      const product: Columns = { ...known, x: byChance(raw, random) };
      // Alone, in full, the labels of a column in another order are that column's.
      let order = Array.from({ length: rows }, (_, row) => row);
      if (trial % 4 === 3 || random.below(2) === 0) order = order.filter(() => random.uniform() < 0.95);
      if (random.below(2) === 0) order.sort((a, b) => ((a * 7919) % rows) - ((b * 7919) % rows));
      const forms = recogniseSafeForms(
        sheetOf(
          tableFromColumns(
            Object.fromEntries(
              Object.entries(product).map(([name, list]) => [name, order.map((row) => list[row] as string)]),
            ),
          ),
          'product',
        ),
        [sheetOf(tableFromColumns(raw), 'source')],
        defaultThresholds,
        () => false,
      );
      if (forms.whole !== null || forms.explained.has(Object.keys(product).length - 1)) claimed++;
    }
    expect(claimed).toBe(0);
  }, 20_000);

  it('in the order of the source a hierarchy is read although some of its cells are hidden', async () => {
    const raw = people(800, 'hidden');
    const product = { x: (raw.职业 as string[]).map((value, i) => (i % 29 === 3 ? '*' : grouped(value))) };
    const verdict = await run(raw, product);
    expect(verdict.columns[0]?.how).toBe('hierarchy of 职业');
    expect(verdict.verdict).toBe('release');
  });
});

describe('two columns of labels, neither of which tells enough by itself', () => {
  // 10 occupations in 3 groups and 12 illnesses in 4, beside the sex; what stands fewer than 20 times is suppressed, rows are in another order.
  const random = new SeededRandom('together');
  const raw: Columns = { 性别: [], 年龄: [], 职业: [], 诊断: [] };
  const groupOf = [3, 4].map((labels, which) =>
    Array.from({ length: [10, 12][which] as number }, () => random.below(labels)),
  );
  const product: Columns = { 性别: [], 年龄: [], x: [], y: [] };
  for (let i = 0; i < 3000; i++) {
    const [man, age] = [random.below(2), 18 + random.below(60)];
    const job = Math.floor(10 * random.uniform() ** (man === 1 ? 1.6 : 0.7));
    const illness = Math.floor(12 * random.uniform() ** (0.5 + age / 40 + 0.3 * (job % 3)));
    const values = [man === 1 ? '男' : '女', String(age), `职业${job}`, `病${illness}`];
    Object.values(raw).forEach((column, c) => column.push(values[c] as string));
    const labels = [values[0] as string, `${20 * Math.floor(age / 20)}-${20 * Math.floor(age / 20) + 19}`];
    labels.push(`组${groupOf[0]?.[job]}`, `类${groupOf[1]?.[illness]}`);
    Object.values(product).forEach((column, c) => column.push(labels[c] as string));
  }
  const columns = Object.values(product);
  const classOf = (row: number): string => columns.map((column) => column[row]).join();
  const size = new Map<string, number>();
  for (let row = 0; row < 3000; row++) size.set(classOf(row), (size.get(classOf(row)) ?? 0) + 1);
  const order = Array.from({ length: 3000 }, (_, i) => (i * 7919) % 3000).filter(
    (row) => (size.get(classOf(row)) as number) >= 20,
  );
  const formsOf = (own: Columns): ReturnType<typeof recogniseSafeForms> =>
    recogniseSafeForms(
      sheetOf(tableFromColumns(own), 'product'),
      [sheetOf(tableFromColumns(raw), 'source')],
      defaultThresholds,
      () => false,
    );
  const published = Object.fromEntries(
    Object.entries(product).map(([name, column]) => [name, order.map((row) => column[row] as string)]),
  );

  it('are read together, in a table without its small classes', () => {
    expect(order.length).toBeLessThan(2950);
    const forms = formsOf(published);
    expect([2, 3].map((column) => forms.explained.get(column)?.how)).toEqual([
      'hierarchy of 职业',
      'hierarchy of 诊断',
    ]);
    expect(forms.whole).toMatch(/^generalisation/);
  });

  it('random labels beside a true one are not', () => {
    const forms = formsOf({ ...published, y: order.map(() => `类${random.below(4)}`) });
    expect(forms.explained.has(3)).toBe(false);
    expect(forms.whole).toBe(null);
  });
});

describe('bits of evidence', () => {
  it('are those of counting', () => {
    expect(log2Factorial(20)).toBeCloseTo(Math.log2(2432902008176640000), 9);
    // Stirling beyond the table joins it: log2 2000! is that of 1023! and the factors above.
    let sum = log2Factorial(1023);
    for (let n = 1024; n <= 2000; n++) sum += Math.log2(n);
    expect(log2Factorial(2000)).toBeCloseTo(sum, 6);
    expect(bitsOfOrder([2, 2])).toBeCloseTo(Math.log2(6), 9);
    expect(bitsOfResidual([3, 4], [3, 4], 1, 2)).toBeCloseTo(2, 9);
  });

  it('codes are codes: the lengths of all functions of 6 values into 3 labels sum to at most one (Kraft)', () => {
    let sum = 0;
    for (let i = 0; i < 3 ** 6; i++) {
      const labelOf = Array.from({ length: 6 }, (_, value) => Math.floor(i / 3 ** value) % 3);
      sum += 2 ** -bitsOfMap(labelOf, 3, true);
    }
    expect(sum).toBeLessThanOrEqual(1);
    expect(sum).toBeGreaterThan(0.3);
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

describe('a cross table in small codes with labels that nothing reads', () => {
  const crossed = (raw: Columns): Columns => {
    const groups = [0, 1].map((group) =>
      raw['q4']?.flatMap((text, row) => ((Number(text) > 2 ? 1 : 0) === group ? [row] : [])),
    );
    const counts = (value: string): string[] =>
      groups.map((rows) => String(rows?.filter((row) => raw['sex']?.[row] === value).length));
    return { q4: ['G0', 'G1'], 1: counts('1'), 2: counts('2') };
  };

  it('is read by what its headers name, exactly, not by rounded or noised counts of something else', async () => {
    for (const seed of ['a', 'b', 'c', 'd']) {
      const raw = coded(seed);
      const { verdict, columns } = await run(raw, crossed(raw));
      expect(verdict).toBe('release');
      for (const { how } of columns) expect(how).not.toMatch(/noised|rounded/);
    }
  });

  it('with a cell of three persons is no safe form, whatever other counts are near', async () => {
    for (const seed of ['a', 'b', 'c', 'd']) {
      const raw = coded(seed);
      // Of the sex with few left in the upper group there are three.
      let left = 3;
      raw['sex'] = (raw['sex'] as string[]).map((text, row) =>
        Number(raw['q4']?.[row]) <= 2 || text === '2' ? text : left-- > 0 ? '1' : '2',
      );
      const product = crossed(raw);
      expect(product['1']?.[1]).toBe('3');
      expect((await run(raw, product)).verdict).not.toBe('release');
    }
  });
});
