/**
 * Safe forms beyond generalisation and counts: summaries of the whole source recomputed figure by figure (summary.md), micro-aggregates
 * (generalisation.md), hidden cells (aggregate.md); and what only looks like them.
 */
import { describe, expect, it } from 'vitest';
import { phrase, review, type Verdict } from '../../src/reversibility/index.js';
import { sheetOf } from '../../src/reversibility/intake/sheet.js';
import { recogniseSafeForms, type SafeForms } from '../../src/reversibility/safe-form/recognise.js';
import { defaultThresholds } from '../../src/reversibility/thresholds.js';
import { type Table, tableFromColumns } from '../../src/table/index.js';
import { safeCase } from '../../src/testing/corpus/index.js';
import { SeededRandom } from '../../src/testing/index.js';

async function reviewed(source: Table, product: Table): Promise<{ identifiers: number; verdict: string }> {
  const { restoration, verdict } = await review({ sources: [source], product, seed: '00' });
  return { identifiers: restoration.identifiers.count, verdict };
}

const readFrom = (source: Table, product: Table): SafeForms =>
  recogniseSafeForms(sheetOf(product, 'product'), [sheetOf(source, 'source')], defaultThresholds, () => false);

type Columns = Record<string, string[]>;
/** The kinds that the seeds below were found with. */
const FIRST_KINDS = ['register', 'patients', 'customers', 'sensors', 'students'];
const ROWS = 600;

function source(): Columns {
  const random = new SeededRandom('summaries');
  const columns: Columns = { id: [], sex: [], ward: [], age: [], height: [], weight: [], admitted: [] };
  for (let i = 0; i < ROWS; i++) {
    const age = 20 + random.below(60);
    const height = 150 + 40 * random.uniform();
    columns['id']?.push(String(10_000_000 + random.below(89_999_999)));
    columns['sex']?.push(random.below(2) === 0 ? 'F' : 'M');
    columns['ward']?.push(['north', 'south', 'east', 'hospice'][Math.floor(3.04 * random.uniform())] as string);
    columns['age']?.push(String(age));
    columns['height']?.push(height.toFixed(1));
    columns['weight']?.push((0.5 * height - 20 + 0.1 * age + 12 * random.uniform()).toFixed(1));
    columns['admitted']?.push(new Date(Date.UTC(2025, 0, 1 + random.below(180))).toISOString().slice(0, 10));
  }
  return columns;
}

const RAW = source();
const SHEET = sheetOf(tableFromColumns(RAW), 'source');
const VARIABLES = ['age', 'height', 'weight'];
const numbers = (name: string): number[] => (RAW[name] as string[]).map(Number);
const mean = (list: readonly number[]): number => list.reduce((sum, value) => sum + value, 0) / list.length;
const moment = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, i) => sum + (value - mean(a)) * ((b[i] as number) - mean(b)), 0) / (a.length - 1);
const correlation = (a: string, b: string): number =>
  moment(numbers(a), numbers(b)) / Math.sqrt(moment(numbers(a), numbers(a)) * moment(numbers(b), numbers(b)));
const quantile = (name: string, q: number): number => {
  const sorted = numbers(name).sort((a, b) => a - b);
  const at = q * (sorted.length - 1);
  const low = sorted[Math.floor(at)] as number;
  return low + (at - Math.floor(at)) * ((sorted[Math.ceil(at)] as number) - low);
};

const formsOf = (product: Columns): SafeForms =>
  recogniseSafeForms(sheetOf(tableFromColumns(product), 'product'), [SHEET], defaultThresholds, () => false);
const reviewOf = (product: Columns): Promise<Verdict> =>
  review({ sources: [tableFromColumns(RAW)], product: tableFromColumns(product), seed: '0'.repeat(32) });
const codes = (verdict: Verdict): string[] => [...new Set(verdict.reasons.map((reason) => reason.code))];

describe('correlations', () => {
  const matrix = (digits: number): Columns => ({
    variable: VARIABLES,
    ...Object.fromEntries(VARIABLES.map((a) => [a, VARIABLES.map((b) => correlation(a, b).toFixed(digits))])),
  });

  it('are released, and said in both languages', async () => {
    const verdict = await reviewOf(matrix(4));
    expect(verdict.verdict).toBe('release');
    expect(verdict.columns.map((column) => column.how)).toEqual([
      'names of columns',
      ...VARIABLES.map(() => 'correlation'),
    ]);
    expect(phrase('correlations, figures of at least 560 persons', 'zh-CN')).toBe('相关矩阵，每个数值不少于 560 人');
  });

  it('one figure that is not of the source makes them something else', () => {
    const wrong = matrix(4);
    (wrong['weight'] as string[])[0] = (correlation('age', 'weight') + 0.001).toFixed(4);
    expect(formsOf(wrong).whole).toBe(null);
  });

  it('without names are found by their figures', () => {
    const { variable: _, ...figures } = matrix(6);
    const renamed = Object.fromEntries(Object.values(figures).map((list, i) => [`c${i}`, list]));
    expect(formsOf(renamed).whole).toMatch(/^correlations, figures of at least \d+ persons$/);
  });
});

describe('correlations of columns with gaps', () => {
  const random = new SeededRandom('gaps');
  const gapped = (name: string, share: number): (string | null)[] =>
    (RAW[name] as string[]).map((text) => (random.uniform() < share ? null : text));
  const half = numbers('age').map((_, row) => row < ROWS / 2);
  const raw: Record<string, (string | null)[]> = {
    age: gapped('age', 0.2),
    height: gapped('height', 0.1),
    weight: RAW['weight'] as string[],
    // Hardly anybody has both.
    early: numbers('age').map((value, row) => (half[row] || row < ROWS / 2 + 4 ? String(value + (row % 7)) : null)),
    late: numbers('height').map((value, row) => (half[row] ? null : String(Math.round(value) + (row % 5)))),
  };
  const sheet = sheetOf(tableFromColumns(raw), 'source');
  const pair = (a: string, b: string, among: readonly string[]): string => {
    const rows = Array.from({ length: ROWS }, (_, row) => row).filter((row) =>
      among.every((name) => raw[name]?.[row] !== null),
    );
    const [x, y] = [a, b].map((name) => rows.map((row) => Number(raw[name]?.[row]))) as [number[], number[]];
    return (moment(x, y) / Math.sqrt(moment(x, x) * moment(y, y))).toFixed(5);
  };
  const matrix = (names: readonly string[], among: (a: string, b: string) => readonly string[]): Columns => ({
    variable: [...names],
    ...Object.fromEntries(names.map((a) => [a, names.map((b) => pair(a, b, among(a, b)))])),
  });
  const forms = (product: Columns): SafeForms =>
    recogniseSafeForms(sheetOf(tableFromColumns(product), 'product'), [sheet], defaultThresholds, () => false);

  it('are read pair by pair and over the rows without gaps', () => {
    for (const among of [(a: string, b: string) => [a, b], () => VARIABLES]) {
      const { whole, reasons } = forms(matrix(VARIABLES, among));
      expect(whole).toMatch(/^correlations, figures of at least [23456]\d\d persons$/);
      expect(reasons).toEqual([]);
    }
  });

  it('of pairs that few persons have are review; with these cells hidden they are safe', () => {
    const names = ['age', 'early', 'late'];
    const whole = matrix(names, (a, b) => [a, b]);
    expect(forms(whole).reasons.map((reason) => reason.code)).toContain('small-groups');
    const hidden = {
      ...whole,
      early: (whole['early'] as string[]).map((text, row) => (row === 2 ? '<20' : text)),
      late: (whole['late'] as string[]).map((text, row) => (row === 1 ? '<20' : text)),
    };
    expect(forms(hidden).whole).toMatch(/^correlations, figures of at least \d+ persons$/);
    expect(forms(hidden).reasons).toEqual([]);
  });
});

describe('descriptions', () => {
  const rows: readonly (readonly [string, (name: string) => number])[] = [
    ['count', () => ROWS],
    ['mean', (name) => mean(numbers(name))],
    ['std', (name) => Math.sqrt(moment(numbers(name), numbers(name)))],
    ['25%', (name) => quantile(name, 0.25)],
    ['50%', (name) => quantile(name, 0.5)],
  ];
  const table = (list: typeof rows): Columns => ({
    statistic: list.map(([label]) => label),
    ...Object.fromEntries(
      VARIABLES.map((name) => [name, list.map(([, value]) => String(Number(value(name).toPrecision(9))))]),
    ),
  });

  it('are released', async () => {
    expect((await reviewOf(table(rows))).verdict).toBe('release');
  });

  it('are none under labels that name no statistic, or another one: a text beside a figure could carry anything', async () => {
    const whole = table(rows);
    const under = (labels: readonly string[]): Columns => ({ ...whole, statistic: [...labels] });
    for (const labels of [
      rows.map((_, row) => `${RAW['id']?.[row]}|${RAW['ward']?.[row]}|${RAW['age']?.[row]}`),
      ['count', 'mean', 'std', '25%', '李晓明'],
      ['count', 'mean', 'std', '25%', '25%'],
      ['mean', 'count', 'std', '25%', '50%'],
    ])
      expect(formsOf(under(labels)).whole).toBe(null);
    expect(formsOf(under(['样本数', '均值', '标准差', '下四分位数', '中位数'])).whole).toMatch(/^description/);
    // One raw cell is some quantile of its column: a document beside it is not thereby a description.
    const age = String(quantile('age', 0.5));
    const verdict = await reviewOf({ note: ['x'.repeat(2000)], age: [age] });
    expect(verdict.verdict).not.toBe('release');
    const turned = Object.fromEntries(
      rows.map(([label], row) => [label, VARIABLES.map((name) => (whole[name] as string[])[row] as string)]),
    );
    expect(formsOf({ variable: VARIABLES, ...turned }).whole).toMatch(/^description/);
    expect(formsOf({ variable: VARIABLES.map((_, i) => RAW['id']?.[i] as string), ...turned }).whole).toBe(null);
  });

  it('with the least and greatest value are review: they are values of persons', async () => {
    const verdict = await reviewOf(
      table([...rows, ['min', (name) => quantile(name, 0)], ['max', (name) => quantile(name, 1)]]),
    );
    expect(verdict.verdict).toBe('review');
    expect(codes(verdict)).toContain('extreme-figures');
  });
});

describe('regression', () => {
  it('coefficients fitted again are released; of another slope they are not', () => {
    const [x, y] = [numbers('height'), numbers('weight')];
    const slope = moment(x, y) / moment(x, x);
    const table = (b: number): Columns => ({
      term: ['Intercept', 'height'],
      coef: [(mean(y) - slope * mean(x)).toFixed(4), b.toFixed(5)],
    });
    expect(formsOf(table(slope)).whole).toMatch(/^regression/);
    expect(formsOf(table(slope * 1.001)).whole).toBe(null);
  });

  it('a dummy of few persons is review', () => {
    const few = RAW['ward']?.filter((ward) => ward === 'hospice').length as number;
    expect(few).toBeGreaterThan(0);
    expect(few).toBeLessThan(20);
    const dummy = (RAW['ward'] as string[]).map((ward) => (ward === 'hospice' ? 1 : 0));
    const y = numbers('age');
    const slope = moment(dummy, y) / moment(dummy, dummy);
    const forms = formsOf({
      term: ['const', 'ward[T.hospice]'],
      coef: [(mean(y) - slope * mean(dummy)).toFixed(6), slope.toFixed(6)],
    });
    expect(forms.reasons.map((reason) => reason.code)).toContain('small-groups');
  });
});

describe('regressions with dummies under bare names', () => {
  /** Least squares on dummies alone: means of the classes, less that of the class without a dummy. */
  const least = (column: string, base: string): Columns => {
    const values = [...new Set(RAW[column])].filter((value) => value !== base);
    const meanIn = (value: string): number => mean(numbers('height').filter((_, row) => RAW[column]?.[row] === value));
    return {
      term: ['Intercept', ...values],
      coef: [meanIn(base), ...values.map((value) => meanIn(value) - meanIn(base))].map((value) => value.toFixed(6)),
    };
  };

  it('are released where only one column has such values', () => {
    const sexes = least('sex', 'F');
    expect(formsOf(sexes).whole).toMatch(/^regression/);
    expect(formsOf(sexes).reasons).toEqual([]);
    expect(formsOf({ ...sexes, term: ['Intercept', 'X'] }).whole).toBe(null);
  });

  it('whose class without a dummy is small are review: the intercept is its mean', () => {
    const wards = least('ward', 'hospice');
    expect(formsOf(wards).whole).toMatch(/^regression/);
    expect(formsOf(wards).reasons.map((reason) => reason.code)).toContain('small-groups');
  });

  it('in which one person settles a coefficient are review', () => {
    const x = numbers('age').map((value, row) => (row === 7 ? 90_000 : value));
    const y = numbers('height');
    const slope = moment(x, y) / moment(x, x);
    const raw = sheetOf(tableFromColumns({ ...RAW, age: x.map(String) }), 'source');
    const product = { term: ['Intercept', 'age'], coef: [String(mean(y) - slope * mean(x)), String(slope)] };
    const forms = recogniseSafeForms(
      sheetOf(tableFromColumns(product), 'product'),
      [raw],
      defaultThresholds,
      () => false,
    );
    expect(forms.reasons.map((reason) => reason.code)).toContain('small-groups');
  });
});

describe('micro-aggregates', () => {
  const classes = (name: string, size: number): string[] => {
    const list = numbers(name);
    const order = Array.from(list.keys()).sort((a, b) => (list[a] as number) - (list[b] as number));
    const own = new Array<string>(ROWS);
    for (let i = 0; i < ROWS; i += size) {
      const rows = order.slice(i, i + size);
      for (const row of rows) own[row] = mean(rows.map((at) => list[at] as number)).toFixed(3);
    }
    return own;
  };

  it('of classes of 20 are released in any order, of 5 they are not', () => {
    const shuffled = [...classes('height', 20)].sort();
    expect(formsOf({ height: shuffled }).whole).toMatch(/^generalisation, joint classes of at least \d+ persons$/);
    expect(formsOf({ height: classes('height', 5) }).whole).toBe(null);
    expect(formsOf({ height: classes('height', 20).map((text) => (Number(text) + 0.01).toFixed(3)) }).whole).toBe(null);
  });
});

describe('means beside long numbers', () => {
  it('name nobody, although a curve through a narrow range could', async () => {
    // 20 means of an income beside phone numbers: 1 / (a x + b) bent all of them to a few numbers, within a tolerance that was absolute.
    const { source, product } = safeCase('s4a-s120', 'micro-aggregated-together', FIRST_KINDS);
    const { identifiers, verdict } = await reviewed(source, product);
    expect(identifiers).toBe(0);
    expect(verdict).not.toBe('block');
  });
});

describe('group tables', () => {
  const counts = (of: (row: number) => string): Map<string, number> => {
    const groups = new Map<string, number>();
    for (let row = 0; row < ROWS; row++) groups.set(of(row), (groups.get(of(row)) ?? 0) + 1);
    return groups;
  };

  it('small groups that are hidden are no small groups; beside a total they are again', () => {
    const groups = counts((row) => RAW['ward']?.[row] as string);
    const hidden = [...groups.values()].map((count) => (count < 20 ? '<20' : String(count)));
    expect(formsOf({ ward: [...groups.keys()], n: hidden }).reasons).toEqual([]);
    const forms = formsOf({ ward: [...groups.keys(), 'Total'], n: [...hidden, String(ROWS)] });
    expect(forms.reasons.map((reason) => reason.code)).toContain('small-groups');
  });

  it('by week are read', () => {
    const weeks = counts((row) => {
      const day = new Date(`${RAW['admitted']?.[row]}T00:00:00Z`);
      return new Date(day.getTime() - ((day.getUTCDay() + 6) % 7) * 86_400_000).toISOString().slice(0, 10);
    });
    const large = [...weeks].filter(([, count]) => count >= 20);
    const forms = formsOf({ week: large.map(([week]) => week), n: large.map(([, count]) => String(count)) });
    expect(forms.explained.get(0)?.how).toBe('group by week of admitted');
  });

  it('figures under one are no counts rounded to a million', () => {
    const groups = [...counts((row) => RAW['sex']?.[row] as string).keys()];
    // Two persons' heights in metres, as if they were figures of their groups.
    expect(formsOf({ sex: groups, x: ['0.00157', '0.00932'] }).whole).toBe(null);
  });

  it('identifiers are no labels, although counts could stand under them', () => {
    const groups = [...counts((row) => RAW['sex']?.[row] as string).values()];
    expect(
      formsOf({ who: (RAW['id'] as string[]).slice(0, 2).map((id) => `${id}`), n: groups.map(String) }).whole,
    ).toBe(null);
  });
});

describe('unique blobs in the order of the source', () => {
  it('are no hierarchy of a near-unique column', () => {
    const random = new SeededRandom('blobs');
    const blobs = Array.from({ length: ROWS }, () =>
      Array.from({ length: 24 }, () => 'abcdefghij'[random.below(10)]).join(''),
    );
    const forms = formsOf({ sex: RAW['sex'] as string[], blob: blobs });
    expect(forms.explained.has(1)).toBe(false);
    expect(forms.whole).toBe(null);
  });
});

describe('readings of few figures', () => {
  it('reads tables one below the other exactly before all as noised', () => {
    const { source, product } = safeCase('5e0d55ef83d45527-s148', 'first-table');
    const forms = readFrom(source, product);
    expect([forms.whole, forms.reasons]).toEqual(['3 tables one below the other', []]);
  });

  it('calls cells of few persons known, but not one figure alone, which is some statistic of some few by chance', () => {
    const alone = safeCase('5e0d55ef83d45527-s146', 'median-and-quartiles');
    expect(readFrom(alone.source, alone.product).reasons.map(({ code }) => code)).toEqual(['small-groups']);
    const random = new SeededRandom('few figures');
    const pay = Array.from({ length: 400 }, () => 3000 + random.below(90_000));
    const ward = pay.map((_, i) => (i < 4 ? '甲' : i < 9 ? '乙' : '丙'));
    const mean = (own: string): string => {
      const list = pay.filter((_, i) => ward[i] === own);
      return (list.reduce((sum, one) => sum + one, 0) / list.length).toFixed(2);
    };
    const source = tableFromColumns({ 科室: ward, 工资: pay.map(String) });
    const product = tableFromColumns({ 科室: ['甲', '乙'], 平均工资: ['甲', '乙'].map(mean) });
    expect(readFrom(source, product).reasons.map(({ code }) => code)).toEqual(['small-cell', 'small-groups']);
  });
});

describe('generalisations of panels', () => {
  const random = new SeededRandom('panel');
  const rows = Array.from({ length: 6000 }, (_, i) => ({
    person: `P${i % 500}`,
    month: `2026-${String(1 + Math.floor(i / 500)).padStart(2, '0')}`,
    age: String(20 + ((i % 500) % 50)),
    kind: ['a', 'b', 'c', 'd'][random.below(4)] as string,
  }));
  const panel = tableFromColumns({
    person: rows.map(({ person }) => person),
    month: rows.map(({ month }) => month),
    age: rows.map(({ age }) => age),
    kind: rows.map(({ kind }) => kind),
  });
  const decade = (age: string): string => `${age[0]}0-${age[0]}9`;
  const isOne = async (kinds: readonly string[]): Promise<boolean> => {
    const product = tableFromColumns({ age: rows.map(({ age }) => decade(age)), kind: [...kinds] });
    return codes(await review({ sources: [panel], product, person: 'person', seed: '00' })).includes('safe-form');
  };

  it('are none where a class has more rows than it has in the source', async () => {
    const kinds = rows.map(({ kind }) => kind);
    expect(await isOne(kinds)).toBe(true);
    expect(await isOne([...kinds].sort())).toBe(false);
  });
});

describe('values of one column again and again', () => {
  const random = new SeededRandom('again');
  const digits = Array.from({ length: 3000 }, () => [random.below(8), random.below(8), random.below(8)]);
  const cities = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'].map((letter) => `city ${letter}`);
  const city = digits.map(() => cities[random.below(8)] as string);
  const source = tableFromColumns({ number: digits.map((own) => own.join('')), city });
  const spelt = (at: number): string[] => digits.map((own) => cities[own[at] as number] as string);
  const left = async (columns: Columns): Promise<number> => {
    const { columns: reports } = await review({ sources: [source], product: tableFromColumns(columns), seed: '00' });
    return reports.filter(({ explained }) => explained === 'none').length;
  };

  it('explain one column, and those that say the same', async () => {
    expect(await left({ a: city, b: [...city] })).toBe(0);
    expect(await left({ a: spelt(0), b: spelt(1), c: spelt(2) })).toBe(2);
  });
});
