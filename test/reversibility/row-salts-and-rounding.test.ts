/** Salts of each row over sources of many all-different columns; columns multiplied, divided or turned by another and then rounded. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { review, type Verdict } from '../../src/reversibility/index.js';
import { tableFromColumns } from '../../src/table/index.js';
import { SeededRandom } from '../../src/testing/index.js';

type Columns = Record<string, readonly (string | number)[]>;

const table = (columns: Columns) =>
  tableFromColumns(Object.fromEntries(Object.entries(columns).map(([name, cells]) => [name, cells.map(String)])));

const reviewed = (source: Columns, product: Columns): Promise<Verdict> =>
  review({ sources: [table(source)], product: table(product), seed: '00' });

function digits(random: SeededRandom, count: number): string {
  return Array.from({ length: count }, () => random.below(10)).join('');
}

const REGISTER_ROWS = 150;

/** Seven columns of all-different values, the number of the person last. */
function register(seed: string): { [name: string]: string[] } {
  const random = new SeededRandom(seed);
  const of = (make: () => string): string[] => Array.from({ length: REGISTER_ROWS }, make);
  return {
    单元号: of(() => `GB${digits(random, 9)}`),
    面积: of(() => (40 + random.uniform() * 200).toFixed(3)),
    价款: of(() => (100_000 + random.uniform() * 5_000_000).toFixed(2)),
    经度: of(() => (114 + random.uniform()).toFixed(6)),
    电话: of(() => `138${digits(random, 8)}`),
    附记: of(() => `案号${digits(random, 6)}`),
    证件号: of(() => `X${digits(random, 8)}`),
  };
}

function salted(own: Record<string, string[]>, name: string, kind: string, length: number): Columns {
  const random = new SeededRandom(`salts of ${kind}`);
  const salt = Array.from({ length: REGISTER_ROWS }, () => digits(random, 9));
  const hashed = (own[name] as string[]).map((text, i) => createHash(kind).update(`${salt[i]}${text}`).digest('hex'));
  return { s: salt, h: hashed.map((hex) => hex.slice(0, length)) };
}

describe('salts of each row', () => {
  it('a cut longer digest: found behind six other all-different columns', async () => {
    const own = register('register');
    const leaky = await reviewed(own, salted(own, '证件号', 'sha512', 32));
    expect(leaky.verdict).toBe('block');
    expect((await reviewed(own, salted(register('others'), '证件号', 'sha512', 32))).verdict).toBe('review');
  });
});

const ROWS = 160;

/** Values that a laboratory writes with 0, 1 and 2 decimals. */
function laboratory(seed: string): { readonly [name: string]: number[] } {
  const random = new SeededRandom(seed);
  const of = (decimals: number, make: () => number): number[] =>
    Array.from({ length: ROWS }, () => Number(make().toFixed(decimals)));
  const bell = (): number => random.uniform() + random.uniform() + random.uniform() - 1.5;
  return {
    身高: of(1, () => 165 + 15 * bell()),
    体重: of(1, () => 64 * Math.exp(0.3 * bell())),
    血糖: of(2, () => 5.5 * Math.exp(0.5 * bell())),
    血小板: of(0, () => 220 + 110 * bell()),
    费用: of(2, () => 660 * Math.exp(1.5 * bell())),
  };
}

const MADE: Readonly<Record<string, (columns: readonly number[][]) => Columns>> = {
  'ratios to a column that is scaled itself': ([a, b, c, d, e] = []) => ({
    ...ratios([a, b, c, d] as number[][], e as number[]),
    base: (e as number[]).map((value) => (3.7 * value).toFixed(3)),
  }),
  'shares of a sum, beside the sum': (all) => {
    const total = sums(all);
    return {
      ...Object.fromEntries(
        all.map((own, i) => [`p${i}`, own.map((v, j) => ((100 * v) / (total[j] ?? 1)).toFixed(6))]),
      ),
      total: total.map((value) => value.toFixed(2)),
    };
  },
  'a factor of each row, beside its reciprocal': (all) => {
    const random = new SeededRandom('factors');
    const factor = Array.from({ length: ROWS }, () => 0.5 + random.uniform());
    return {
      ...Object.fromEntries(all.map((own, i) => [`s${i}`, own.map((v, j) => (v * (factor[j] ?? 1)).toPrecision(9))])),
      w: factor.map((value) => (1 / value).toFixed(9)),
    };
  },
  'radius and angle of two columns': ([a, b, c, d] = []) => ({
    ...polar('1', a as number[], b as number[]),
    ...polar('2', c as number[], d as number[]),
  }),
  'logarithms less their mean, beside the geometric mean': (all) => {
    const logs = all.map((own) => own.map((value) => Math.log1p(value)));
    const mean = sums(logs).map((value) => value / all.length);
    return {
      ...Object.fromEntries(logs.map((own, i) => [`y${i}`, own.map((v, j) => (v - (mean[j] ?? 0)).toFixed(7))])),
      g: mean.map((value) => Math.exp(value).toFixed(5)),
    };
  },
};

function sums(columns: readonly number[][]): number[] {
  return Array.from({ length: ROWS }, (_, row) => columns.reduce((sum, own) => sum + (own[row] ?? 0), 0));
}

function ratios(columns: readonly number[][], by: readonly number[]): Columns {
  return Object.fromEntries(columns.map((own, i) => [`q${i}`, own.map((v, j) => (v / (by[j] ?? 1)).toPrecision(10))]));
}

function polar(name: string, x: readonly number[], y: readonly number[]): Columns {
  return {
    [`r${name}`]: x.map((value, i) => Math.hypot(value, y[i] ?? 0).toFixed(8)),
    [`t${name}`]: x.map((value, i) => Math.atan2(y[i] ?? 0, value).toFixed(10)),
  };
}

/** Of which strangers' products are asked, too. */
const STRANGERS = ['ratios to a column that is scaled itself', 'radius and angle of two columns'];

/** Every other row from the last. */
function half(columns: Columns): Columns {
  const some = (cells: readonly (string | number)[]) => cells.filter((_, i) => i % 2 === 0).reverse();
  return Object.fromEntries(Object.entries(columns).map(([name, cells]) => [name, some(cells)]));
}

describe('columns put together and rounded', () => {
  const source = laboratory('laboratory');
  for (const [name, make] of Object.entries(MADE))
    it(`${name}: undone in a half of the rows`, async () => {
      const leaky = await reviewed(source, half(make(Object.values(source))));
      expect(leaky.verdict).toBe('block');
      expect(leaky.restoration.rows.net).toBeGreaterThan(0.3);
    });
  for (const name of STRANGERS)
    it(`${name}: strangers' are not blocked`, async () => {
      const product = half(MADE[name]?.(Object.values(laboratory('others'))) ?? {});
      expect((await reviewed(source, product)).verdict).not.toBe('block');
    });
});
