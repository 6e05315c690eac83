/** Ranks over a whole table of which some rows were kept: of two columns, or of one beside columns that are read. */
import { describe, expect, it } from 'vitest';
import { review, type Verdict } from '../../src/reversibility/index.js';
import { tableFromColumns } from '../../src/table/index.js';
import { SeededRandom } from '../../src/testing/index.js';

const ROWS = 600;

interface Own {
  readonly name: string;
  readonly pay: number;
  readonly born: string;
  readonly city: string;
  readonly sex: string;
  readonly joined: string;
  readonly tax: number;
}

function people(seed: string): Own[] {
  const random = new SeededRandom(seed);
  return Array.from({ length: ROWS }, () => ({
    name: `${'王李张刘陈杨赵黄'[random.below(8)]}${String.fromCharCode(0x4e00 + random.below(900))}`,
    pay: Math.round(100 * Math.exp(7 + 2 * random.uniform())) / 100,
    born: new Date(86_400_000 * (-7000 + random.below(20_000))).toISOString().slice(0, 10),
    city: ['杭州', '宁波', '温州', '嘉兴', '湖州'][random.below(5)] as string,
    sex: random.below(2) === 0 ? '男' : '女',
    joined: new Date(86_400_000 * (18_000 + random.below(250))).toISOString().slice(0, 10),
    tax: 10 * random.below(400),
  }));
}

const SOURCE = people('kept ranks');
const OTHERS = people('others');

/** Ranks of values, tied ones by their mean. */
function ranks(values: readonly (string | number)[]): number[] {
  const sorted = [...values].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return values.map((value) => (sorted.indexOf(value) + 1 + sorted.lastIndexOf(value) + 1) / 2);
}

/** Numbers of the different values: in order, or as they appear. */
function labels<T extends string | number>(values: readonly T[], inOrder: boolean): number[] {
  const different = [...new Set(values)];
  if (inOrder) different.sort((a, b) => (a < b ? -1 : 1));
  return values.map((value) => different.indexOf(value));
}

type Columns = Record<string, readonly (string | number)[]>;
const table = (columns: Columns) =>
  tableFromColumns(Object.fromEntries(Object.entries(columns).map(([name, cells]) => [name, cells.map(String)])));
const SOURCE_TABLE = table({
  姓名: SOURCE.map(({ name }) => name),
  工资: SOURCE.map(({ pay }) => pay),
  出生日期: SOURCE.map(({ born }) => born),
  城市: SOURCE.map(({ city }) => city),
  性别: SOURCE.map(({ sex }) => sex),
  入职: SOURCE.map(({ joined }) => joined),
  税: SOURCE.map(({ tax }) => tax),
});

/** A third of the rows, in another order. */
function some<T>(list: readonly T[]): T[] {
  return list.filter((_, i) => i % 3 === 1).reverse();
}

const reviewed = (columns: Columns): Promise<Verdict> =>
  review({
    sources: [SOURCE_TABLE],
    product: table(Object.fromEntries(Object.entries(columns).map(([name, cells]) => [name, some(cells)]))),
    seed: '00',
  });

/** The normal distribution up to a value (Marsaglia, J. Statistical Software 11(4), 2004). */
function normal(x: number): number {
  let term = x;
  let sum = x;
  for (let i = 3; Math.abs(term) > 1e-12; i += 2) {
    term *= (x * x) / i;
    sum += term;
  }
  return 0.5 + (sum * Math.exp(-0.5 * x * x)) / Math.sqrt(2 * Math.PI);
}

/** Normal score of a share, by halving. */
function score(share: number): string {
  let [low, high] = [-5, 5];
  for (let i = 0; i < 50; i++) {
    const middle = (low + high) / 2;
    if (normal(middle) < share) low = middle;
    else high = middle;
  }
  return low.toFixed(5);
}

const MADE: Readonly<Record<string, (own: readonly Own[]) => Columns>> = {
  'shares of ranks, falling and in hundredths': (own) => ({
    a: ranks(own.map(({ pay }) => -pay)).map((rank) => rank / ROWS),
    b: ranks(own.map(({ born }) => born)).map((rank) => (100 * rank) / ROWS),
    c: own.map(({ city }) => city),
  }),
  'normal scores of ranks': (own) => ({
    a: ranks(own.map(({ pay }) => pay)).map((rank) => score((rank - 0.5) / ROWS)),
    b: ranks(own.map(({ born }) => born)).map((rank) => score((rank - 0.375) / (ROWS + 0.25))),
    c: own.map(({ city }) => city),
  }),
  'ranks from 0 and within 0 to 1, rounded': (own) => ({
    a: ranks(own.map(({ name }) => name)).map((rank) => Math.floor(rank) - 1),
    b: ranks(own.map(({ pay }) => pay)).map((rank) => ((rank - 1) / (ROWS - 1)).toFixed(5)),
    c: own.map(({ sex }) => sex),
  }),
  'numbers of values in order': (own) => ({
    a: labels(
      own.map(({ joined }) => joined),
      true,
    ),
    b: labels(
      own.map(({ tax }) => -tax),
      true,
    ).map((label) => label + 1),
    c: own.map(({ city }) => city),
  }),
  'numbers of values as they appear': (own) => ({
    a: labels(
      own.map(({ tax }) => tax),
      false,
    ),
    b: labels(
      own.map(({ joined }) => joined),
      false,
    ),
    c: own.map(({ city }) => city),
  }),
  'one column of ranks beside what is read': (own) => ({
    a: ranks(own.map(({ pay }) => pay)),
    born: own.map(({ born }) => born),
    city: own.map(({ city }) => city),
  }),
};

describe('ranks in a third of the rows', () => {
  it.each(Object.entries(MADE))('are read: %s; those of other people are not', async (_, make) => {
    const verdict = await reviewed(make(SOURCE));
    expect(verdict.verdict).toBe('block');
    expect(verdict.columns.filter(({ explained }) => explained === 'attack').length).toBe(3);
    expect(
      verdict.columns.some(({ how }) => /(?:as|des)cending-.*(?:rank|place)|label code from/.test(how ?? '')),
    ).toBe(true);
    expect((await reviewed(make(OTHERS))).verdict).not.toBe('block');
  });

  it('prove nothing by themselves, nor where two tell the same order', async () => {
    const numbers = OTHERS.map((_, i) => i + 1);
    const twice = { a: numbers, b: numbers.map((number) => number / ROWS), c: OTHERS.map(({ city }) => city) };
    const verdict = await reviewed(twice);
    expect(verdict.verdict).not.toBe('block');
    expect(verdict.restoration.rows.net).toBe(0);
  });
});
