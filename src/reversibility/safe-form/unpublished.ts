/**
 * Figures that follow from statistics of the groups which stand in no column of their own: index numbers and other multiples of one,
 * ratios, shares and differences of the sums or means of two source columns, those who are left after each row. See aggregate.md.
 * @module
 */
import type { Sheet, SheetColumn } from '../intake/sheet.js';
import { isRankOf } from './derived-figures.js';
import { isOfDifferent } from './distinct-counts.js';
import { type AggregateColumn, agrees, digitsOf, type Figures, figuresOf, TELLING_DIGITS } from './figures.js';
import type { Recoding } from './recoding.js';
import type { Statistic, Statistics } from './statistics.js';

/** Source columns whose sums and means are put together by twos. */
const MOST_COLUMNS = 12;
/** Statistics of whole groups. */
const WHOLE = /^(?:count|count of persons|(?:sum|mean|median) of .*)$/;
const LARGE_UNITS: readonly number[] = [1, 1e4, 1e8];

/** How a column follows from statistics that are not published; null where it does not. */
export function fromUnpublished(
  product: Sheet,
  position: number,
  statistics: Statistics,
  keys: readonly Recoding[],
): AggregateColumn | null {
  const own = figuresOf(product, position);
  if (own === null || own.count < 3) return null;
  const statistic =
    rankOf(own, statistics) ??
    multipleOf(own, statistics) ??
    fromTwo(own, statistics) ??
    perOther(own, statistics) ??
    withinLabels(product, own, statistics, keys) ??
    leftAfter(own, statistics);
  if (statistic === null) return null;
  const { how, column } = statistic;
  return { product: position, how, column, closeness: 'exact', statistic, published: own.published };
}

/** Places by a statistic of whole groups. */
function rankOf(own: Figures, statistics: Statistics): Statistic | null {
  const found = wholeGroups(statistics).find(
    ({ values }) =>
      // Equal values leave their places open.
      new Set(values).size === values.length &&
      isRankOf(own, { values, published: own.published, count: own.count, unit: 1, units: own.units }),
  );
  return found === undefined ? null : { ...found, how: `rank of ${found.how}`, values: own.values, noisy: false };
}

function wholeGroups(statistics: Statistics): readonly Statistic[] {
  return statistics.all().filter(({ noisy, of, how }) => noisy && of === undefined && WHOLE.test(how));
}

/**
 * Shares of a count or sum within the groups of one key (of each industry in its district), and how they compare with the shares of all
 * (location quotients: Florence, "Investment, location, and size of plant", 1948).
 */
function withinLabels(
  product: Sheet,
  own: Figures,
  statistics: Statistics,
  keys: readonly Recoding[],
): Statistic | null {
  if (keys.length < 2) return null;
  const candidates = wholeGroups(statistics).filter(({ how }) => !/^(?:mean|median)/.test(how));
  if (digitsOf(own) < TELLING_DIGITS + Math.log10(8 * keys.length * candidates.length)) return null;
  for (const statistic of candidates) {
    const totals = keys.map(({ product: key }) =>
      totalsBy((product.columns[key] as SheetColumn).codes, statistic.values),
    );
    const all = statistic.values.reduce((sum, value) => sum + value, 0);
    for (const [i, total] of totals.entries()) {
      const shares = statistic.values.map((value, row) => value / (total[row] as number));
      const forms = [shares, shares.map((share) => 100 * share)];
      totals.forEach((other, j) => {
        if (j > i) forms.push(shares.map((share, row) => (share * all) / (other[row] as number)));
      });
      const values = forms.find((form) => agrees(own.values, form, (row) => 0.501 * (own.units[row] as number)));
      if (values !== undefined)
        return { ...statistic, how: `share within a group: ${statistic.how}`, values, noisy: false };
    }
  }
  return null;
}

/** Of each row, the sum of the rows with its code. */
function totalsBy(codes: Int32Array, values: Float64Array): Float64Array {
  const sums = new Map<number, number>();
  codes.forEach((code, row) => {
    sums.set(code, (sums.get(code) ?? 0) + (values[row] as number));
  });
  return Float64Array.from(codes, (code) => sums.get(code) as number);
}

/** A statistic times one unknown number: the figures but the one that settles it must agree beyond chance. */
function multipleOf(own: Figures, statistics: Statistics): Statistic | null {
  const candidates = wholeGroups(statistics);
  let most = 0;
  own.values.forEach((figure, row) => {
    if (!Number.isNaN(figure)) most = Math.max(most, Math.log10(1 + Math.abs(figure) / (own.units[row] as number)));
  });
  if (digitsOf(own) - most < TELLING_DIGITS + Math.log10(candidates.length)) return null;
  const found = candidates.find(({ values }) => isMultiple(own, values));
  return found === undefined ? null : { ...found, how: `multiple of ${found.how}`, noisy: false };
}

/** True when one factor takes all values to the figures, as far as those are written. */
function isMultiple({ values: figures, units }: Figures, values: Float64Array): boolean {
  let low = 0;
  let high = Number.POSITIVE_INFINITY;
  for (let row = 0; row < figures.length; row++) {
    const figure = figures[row] as number;
    if (Number.isNaN(figure)) continue;
    const value = values[row] as number;
    if (value === 0 || Number.isNaN(value)) {
      if (figure !== 0) return false;
      continue;
    }
    const half = 0.501 * (units[row] as number);
    const ends = [(figure - half) / value, (figure + half) / value];
    low = Math.max(low, Math.min(...ends));
    high = Math.min(high, Math.max(...ends));
    if (low > high) return false;
  }
  return low > 0 && Number.isFinite(high);
}

/** Ratios, shares and differences of the sums or means of two source columns. */
function fromTwo(own: Figures, statistics: Statistics): Statistic | null {
  const all = statistics.sheet.columns;
  // Amounts before codes.
  const columns = new Set(
    Array.from(all.keys())
      .filter((at) => (all[at] as SheetColumn).isNumeric)
      .sort((a, b) => (all[b] as SheetColumn).distinct - (all[a] as SheetColumn).distinct)
      .slice(0, MOST_COLUMNS),
  );
  const of = (kind: string): Statistic[] =>
    statistics
      .all()
      .filter(({ how, column }) => column !== null && columns.has(column) && how.startsWith(`${kind} of `));
  const sums = of('sum');
  const means = of('mean');
  const forms = 12 * columns.size ** 2;
  if (columns.size < 2 || digitsOf(own) < TELLING_DIGITS + Math.log10(forms)) return null;
  for (const form of formsOf(sums, means))
    if (agrees(own.values, form.values, (row) => 0.501 * (own.units[row] as number))) return form;
  return null;
}

/** Sums for each household, card or shop: of a column, divided by the different values of another one. */
function perOther(own: Figures, statistics: Statistics): Statistic | null {
  const sums = statistics.all().filter(({ how, column }) => column !== null && how.startsWith('sum of '));
  const counts = statistics.all().filter((statistic) => statistic.noisy && isOfDifferent(statistic));
  const forms = sums.length * counts.length * LARGE_UNITS.length;
  if (forms === 0 || digitsOf(own) < TELLING_DIGITS + Math.log10(forms)) return null;
  for (const sum of sums) {
    for (const count of counts) {
      const ratio = combined(sum, count, 'ratio', (x, y) => x / y);
      for (const by of LARGE_UNITS) {
        const form = scaled(ratio, 1 / by);
        if (agrees(own.values, form.values, (row) => 0.501 * (own.units[row] as number))) return form;
      }
    }
  }
  return null;
}

function* formsOf(sums: readonly Statistic[], means: readonly Statistic[]): Generator<Statistic> {
  for (const a of sums) {
    for (const b of sums) {
      if (a === b) continue;
      const ratio = combined(a, b, 'ratio', (x, y) => x / y);
      for (const by of [1, 100, 1000, 10_000]) yield scaled(ratio, by);
      const share = combined(a, b, 'share', (x, y) => x / (x + y));
      yield share;
      yield scaled(share, 100);
      for (const by of LARGE_UNITS)
        yield scaled(
          combined(a, b, 'difference', (x, y) => x - y),
          1 / by,
        );
    }
  }
  for (const a of means) for (const b of means) if (a !== b) yield combined(a, b, 'difference', (x, y) => x - y);
}

function combined(a: Statistic, b: Statistic, word: string, by: (x: number, y: number) => number): Statistic {
  const support = a.values.map((_, row) =>
    Math.min(a.support?.[row] ?? Number.POSITIVE_INFINITY, b.support?.[row] ?? Number.POSITIVE_INFINITY),
  );
  return {
    how: `${word} of ${a.how} and ${b.how}`,
    column: a.column,
    values: a.values.map((x, row) => by(x, b.values[row] as number)),
    noisy: false,
    support,
  };
}

function scaled(of: Statistic, by: number): Statistic {
  return by === 1 ? of : { ...of, values: of.values.map((value) => value * by) };
}

/** Those who are left after the groups of the rows above: everybody at first, then fewer by a group in each row; or their share. */
function leftAfter(own: Figures, statistics: Statistics): Statistic | null {
  const { counts, persons, sheet } = statistics;
  if (own.count !== own.values.length || digitsOf(own) < TELLING_DIGITS) return null;
  for (const [sizes, all] of [
    [counts, sheet.rows],
    [persons, sheet.persons],
  ] as const) {
    let gone = 0;
    const before = sizes.map((size) => {
      const left = all - gone;
      gone += size;
      return left;
    });
    const after = before.map((left, row) => left - (sizes[row] as number));
    for (const left of [before, after]) {
      for (const whole of [1, all, all / 100]) {
        const values = left.map((value) => value / whole);
        // The group that leaves is told by two rows; the last one stands for all who stay.
        if (agrees(own.values, values, (row) => 0.501 * (own.units[row] as number)))
          return {
            how: 'those left after the groups above',
            column: null,
            values,
            noisy: false,
            support: smaller(sizes, left),
          };
      }
    }
  }
  return null;
}

function smaller(sizes: Float64Array, left: Float64Array): Float64Array {
  return sizes.map((size, row) => Math.min(size, left[row] as number));
}
