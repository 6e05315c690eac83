/**
 * Reports by what people derive from a source before they count: members of a household, quarters of months written as numbers, a name
 * for rows without a value; and products of the same look that say something else.
 */
import { describe, expect, it } from 'vitest';
import { sheetOf } from '../../src/reversibility/intake/sheet.js';
import { recogniseSafeForms, type SafeForms } from '../../src/reversibility/safe-form/recognise.js';
import { defaultThresholds } from '../../src/reversibility/thresholds.js';
import { tableFromColumns } from '../../src/table/index.js';
import { SeededRandom } from '../../src/testing/index.js';

type Columns = Record<string, (string | null)[]>;
type Row = Record<string, string>;
const HOUSEHOLDS = 900;

/** Persons of households of one to five, each with a month as a number and a mark that most have not. */
function people(seed: string): Row[] {
  const random = new SeededRandom(seed);
  return Array.from({ length: HOUSEHOLDS }, (_, house) => {
    const size = 1 + Math.floor(5 * random.uniform() ** 1.3);
    const place = ['hill', 'town', 'moor', 'fen'][random.below(4)] as string;
    return Array.from({ length: size }, () => ({
      household: `H${String(10_000_000 + 7919 * house)}`,
      place,
      sex: random.below(2) === 0 ? 'male' : 'female',
      income: String(Math.round(2000 * (1 - random.uniform()) ** -0.6)),
      month: `2025${String(1 + Math.floor(12 * random.uniform() ** 1.2)).padStart(2, '0')}`,
      sign: random.uniform() < (place === 'hill' ? 0.5 : 0.25) ? (random.uniform() < 0.6 ? 'H' : 'L') : '',
    }));
  }).flat();
}

const columnsOf = (rows: readonly Row[]): Columns =>
  Object.fromEntries(Object.keys(rows[0] as Row).map((name) => [name, rows.map((row) => row[name] || null)]));
const ROWS = people('derived');
const SHEET = sheetOf(tableFromColumns(columnsOf(ROWS)), 'source');
const formsOf = (rows: readonly Row[]): SafeForms =>
  recogniseSafeForms(sheetOf(tableFromColumns(columnsOf(rows)), 'product'), [SHEET], defaultThresholds, () => false);
const isSafe = (rows: readonly Row[]): boolean => {
  const { whole, reasons } = formsOf(rows);
  return whole !== null && reasons.length === 0;
};

function shuffled<T>(list: readonly T[], random: SeededRandom): T[] {
  const own = [...list];
  for (let i = own.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [own[i], own[j]] = [own[j] as T, own[i] as T];
  }
  return own;
}

function groupBy<T, K>(list: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of list) {
    const key = keyOf(item);
    const own = groups.get(key);
    if (own === undefined) groups.set(key, [item]);
    else own.push(item);
  }
  return groups;
}

interface Household {
  readonly size: number;
  readonly income: number;
}
function households(): Household[] {
  const groups = groupBy(ROWS, ({ household }) => household as string);
  return [...groups.values()].map((rows) => ({
    size: rows.length,
    income: rows.reduce((sum, { income }) => sum + Number(income), 0),
  }));
}

describe('tables by the size of households', () => {
  const sizes = [1, 2, 3, 4, 5];
  const table = (figure: (own: readonly Household[], size: number) => number, digits = 1): Row[] =>
    sizes.map((size) => {
      const own = households().filter((household) => household.size === size);
      return { members: String(size), households: String(own.length), income: figure(own, size).toFixed(digits) };
    });
  const mean = (own: readonly Household[]): number => own.reduce((sum, { income }) => sum + income, 0) / own.length;

  it('are read, with sums for each household', () => {
    expect(formsOf(table(mean)).explained.get(0)?.how).toBe('group by rows of each household');
    expect(isSafe(table(mean))).toBe(true);
  });

  it('are not where the figures are made up, or those of one household, or of another size', () => {
    const random = new SeededRandom('made up');
    for (let draw = 0; draw < 40; draw++) {
      const factors = sizes.map(() => 0.9 + 0.2 * random.uniform());
      expect(isSafe(table((own, size) => mean(own) * (factors[size - 1] as number)))).toBe(false);
      const one = (own: readonly Household[]): number => (own[random.below(own.length)] as Household).income;
      expect(isSafe(table(one, draw % 2))).toBe(false);
      expect(isSafe(table((own) => one(own) * (0.98 + 0.04 * random.uniform())))).toBe(false);
      const moved = table(mean).map((row) => ({ ...row, members: String(1 + (Number(row['members']) % 5)) }));
      if (draw === 0) expect(isSafe(moved)).toBe(false);
    }
  });

  it('are not of counts that are no households', () => {
    const random = new SeededRandom('counts');
    for (let draw = 0; draw < 40; draw++) {
      const rows = table(mean).map((row) => ({ ...row, households: String(100 + random.below(300)) }));
      expect(isSafe(rows)).toBe(false);
    }
  });
});

/** Rows whose classes hold twenty persons, in any order. */
function classesOf(label: (row: Row) => Row, random: SeededRandom, least = 20): Row[] {
  const rows = ROWS.map(label);
  const sizes = new Map<string, number>();
  for (const row of rows) {
    const key = JSON.stringify(row);
    sizes.set(key, (sizes.get(key) ?? 0) + 1);
  }
  return shuffled(
    rows.filter((row) => (sizes.get(JSON.stringify(row)) as number) >= least),
    random,
  );
}

const quarterOf = (row: Row): number => 1 + Math.floor((Number(row['month']?.slice(4)) - 1) / 3);

describe('quarters of months that are numbers', () => {
  const label = (row: Row): Row => ({
    place: row['place'] as string,
    quarter: `第${quarterOf(row)}季度`,
    sex: row['sex'] as string,
  });

  it('are read in rows and in tables', () => {
    const random = new SeededRandom('quarters');
    expect(isSafe(classesOf(label, random))).toBe(true);
    const half = classesOf(label, random).slice(0, ROWS.length / 2);
    expect(formsOf(half).explained.get(1)?.how).toBe('quarter of the year of month in month');
    expect(isSafe(half)).toBe(true);
    expect(isSafe(classesOf((row) => ({ ...label(row), quarter: `2025Q${quarterOf(row)}` }), random))).toBe(true);
    const byQuarter = groupBy(ROWS, quarterOf);
    const rows = [...byQuarter].map(([quarter, own]) => ({
      quarter: `2025Q${quarter}`,
      persons: String(own.length),
      income: (own.reduce((sum, { income }) => sum + Number(income), 0) / own.length).toFixed(2),
    }));
    expect(isSafe(rows)).toBe(true);
    const incomes = rows.map((row, i) => ({ ...row, income: (Number(row.income) * (1 + 0.2 * i)).toFixed(2) }));
    expect(isSafe(incomes)).toBe(false);
  });

  it('are not where they say something of income, or are drawn', () => {
    const random = new SeededRandom('drawn');
    for (let draw = 0; draw < 40; draw++) {
      const limit = 1500 + 50 * draw;
      const told = classesOf(
        (row) => ({ ...label(row), quarter: `第${1 + (Math.floor(Number(row['income']) / limit) % 4)}季度` }),
        random,
      );
      expect(isSafe(told)).toBe(false);
      const drawn = classesOf((row) => ({ ...label(row), quarter: `第${1 + random.below(4)}季度` }), random);
      expect(isSafe(drawn)).toBe(false);
    }
  });
});

describe('rows without a value under a name of their own', () => {
  const NAMES: Row = { H: '偏高', L: '偏低', '': '正常' };
  const label = (row: Row): Row => ({
    place: row['place'] as string,
    sex: row['sex'] as string,
    result: NAMES[row['sign'] as string] as string,
  });

  it('are read by counts, in rows and in tables', () => {
    expect(isSafe(classesOf(label, new SeededRandom('gaps')))).toBe(true);
    const rows = [...groupBy(ROWS.map(label), (row) => `${row['place']},${row['result']}`)].map(([key, own]) => ({
      place: key.split(',')[0] as string,
      result: key.split(',')[1] as string,
      persons: String(own.length),
    }));
    expect(isSafe(rows)).toBe(true);
  });

  it('are not where labels are drawn, or say something of income', () => {
    const random = new SeededRandom('labels');
    for (let draw = 0; draw < 40; draw++) {
      const drawn = shuffled(
        ROWS.map((row) => NAMES[row['sign'] as string] as string),
        random,
      );
      let at = 0;
      expect(isSafe(classesOf((row) => ({ ...label(row), result: drawn[at++] as string }), random))).toBe(false);
      const income = 2200 + 100 * draw;
      const told = classesOf(
        (row) => ({
          ...label(row),
          result: Number(row['income']) > income ? '偏高' : (label(row)['result'] as string),
        }),
        random,
      );
      expect(isSafe(told)).toBe(false);
    }
  });

  it('of few persons are none', () => {
    const few = ROWS.map((row, i) => (i % 400 === 3 ? { ...row, sign: '' } : { ...row, sign: row['sign'] || 'H' }));
    const sheet = sheetOf(tableFromColumns(columnsOf(few)), 'source');
    const product = sheetOf(tableFromColumns(columnsOf(shuffled(few.map(label), new SeededRandom('few')))), 'product');
    expect(recogniseSafeForms(product, [sheet], defaultThresholds, () => false).whole).toBe(null);
  });
});

describe('a word for nought beside bands', () => {
  /** A third of the persons without an income. */
  const source = ROWS.map((row, i) => (i % 3 === 0 ? { ...row, income: '0' } : row));
  const sheet = sheetOf(tableFromColumns(columnsOf(source)), 'source');
  const bandOf = (income: number): string =>
    income === 0 ? '无' : income < 3000 ? '3000元以下' : income < 5000 ? '3000-5000元' : '5000元以上';
  const product = (incomeOf: (row: Row) => number, random: SeededRandom): Row[] =>
    shuffled(
      source.map((row) => ({ place: row['place'] as string, band: bandOf(incomeOf(row)) })),
      random,
    );
  const read = (rows: readonly Row[]): SafeForms =>
    recogniseSafeForms(sheetOf(tableFromColumns(columnsOf(rows)), 'product'), [sheet], defaultThresholds, () => false);

  it('is read as what has nought', () => {
    const forms = read(product((row) => Number(row['income']), new SeededRandom('nought')).slice(0, 1500));
    expect(forms.explained.get(1)?.how).toBe('interval of income');
    expect(forms.whole).not.toBe(null);
  });

  it('is not where it says something else', () => {
    const random = new SeededRandom('no nought');
    for (let draw = 0; draw < 40; draw++) {
      // The word for some who have an income, and the lowest band for those who have none.
      const limit = 2200 + 20 * draw;
      const moved = (row: Row): number => {
        const income = Number(row['income']);
        return income === 0 ? 1 : income > limit && income < 3000 ? 0 : income;
      };
      expect(read(product(moved, random)).whole).toBe(null);
    }
  });

  it('of few persons is none', () => {
    const few = ROWS.map((row, i) => (i % 300 === 0 ? { ...row, income: '0' } : row));
    const own = sheetOf(tableFromColumns(columnsOf(few)), 'source');
    const rows = few.map((row) => ({ place: row['place'] as string, band: bandOf(Number(row['income'])) }));
    const forms = recogniseSafeForms(
      sheetOf(tableFromColumns(columnsOf(shuffled(rows, new SeededRandom('few')))), 'product'),
      [own],
      defaultThresholds,
      () => false,
    );
    expect(forms.whole).toBe(null);
  });
});
