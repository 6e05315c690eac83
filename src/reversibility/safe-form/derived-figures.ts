/**
 * Figures that follow from others of the same table, and so say nothing beyond them: ranks, differences, ratios, growth, shares of the
 * total, running totals. See aggregate.md.
 * @module
 */
import type { Sheet, SheetColumn } from '../intake/sheet.js';
import { type AggregateColumn, agrees, digitsOf, type Figures, figuresOf, TELLING_DIGITS } from './figures.js';
import type { Recoding } from './recoding.js';
import type { Statistics } from './statistics.js';

const MOST = 16;
/** Forms of two columns. */
const FORMS = 12;

/** Written digits that rounding of other columns may leave open, in units of the last one: what they say is not told by those. */
const OPEN_DIGITS = 20;

/** A published column and its figures. */
interface Base {
  readonly name: string;
  readonly figures: Figures;
  /** How far a figure may lie from what it was computed from. */
  readonly rounding: number;
}

/** A figure from others, and how far the rounding of those may move it. */
interface Form {
  readonly how: string;
  readonly values: Float64Array;
  readonly slack: Float64Array;
}

/** How a column follows from columns that are explained; null where it does not. */
export function derivedFrom(
  product: Sheet,
  position: number,
  explained: readonly AggregateColumn[],
  statistics: Statistics,
  keys: readonly Recoding[],
): AggregateColumn | null {
  const own = figuresOf(product, position);
  if (own === null) return null;
  const bases = explained.slice(0, MOST).flatMap(({ product: other, how, closeness }): Base[] => {
    const figures = figuresOf(product, other);
    const { name } = product.columns[other] as SheetColumn;
    if (figures === null) return [];
    const whole = closeness === 'exact' && how.startsWith('count');
    return [{ name, figures, rounding: whole ? 0 : figures.unit / 2 }];
  });
  const found = (how: string): AggregateColumn => ({
    product: position,
    how,
    column: null,
    closeness: 'exact',
    statistic: { how, column: null, values: own.values, noisy: false },
    published: own.published,
  });
  for (const base of bases) if (isRankOf(own, base.figures)) return found(`rank of ${base.name}`);
  for (const base of bases)
    for (const key of keys.length > 1 ? keys : []) {
      const { codes, name } = product.columns[key.product] as SheetColumn;
      if (isRankWithin(own, base.figures, codes)) return found(`rank of ${base.name} within ${name}`);
    }
  if (digitsOf(own) < TELLING_DIGITS) return null;
  const wanted = TELLING_DIGITS + Math.log10(1 + FORMS * bases.length ** 2);
  for (const form of formsOf(bases)) if (follows(own, form, wanted)) return found(form.how);
  return runningTotal(own, statistics, found);
}

/** True for places in rising or falling order, whatever equal figures are given. */
export function isRankOf(own: Figures, base: Figures): boolean {
  if (own.unit < 1 || own.count < 3 || own.count !== base.count) return false;
  const rows = Array.from(own.values.keys()).filter((row) => own.published[row] === 1 && base.published[row] === 1);
  return rows.length === own.count && [1, -1].some((direction) => areRanks(own.values, base.values, rows, direction));
}

/** As {@link isRankOf}, the rows of each label of a key by themselves, all in one direction. */
function isRankWithin(own: Figures, base: Figures, codes: Int32Array): boolean {
  if (own.unit < 1 || own.count < 3 || own.count !== own.values.length || base.count !== own.count) return false;
  const groups = new Map<number, number[]>();
  codes.forEach((code, row) => {
    const rows = groups.get(code);
    if (rows === undefined) groups.set(code, [row]);
    else rows.push(row);
  });
  // A first place alone says as little as a constant.
  if (groups.size < 2 || groups.size === own.count) return false;
  return [1, -1].some((direction) =>
    [...groups.values()].every((rows) => areRanks(own.values, base.values, rows, direction)),
  );
}

function areRanks(places: Float64Array, of: Float64Array, rows: readonly number[], direction: number): boolean {
  return rows.every((row) => {
    const value = direction * (of[row] as number);
    const before = rows.filter((other) => direction * (of[other] as number) < value).length;
    const equal = rows.filter((other) => of[other] === of[row]).length;
    const place = places[row] as number;
    return place > before && place <= before + equal;
  });
}

function* formsOf(bases: readonly Base[]): Generator<Form> {
  for (const base of bases) yield* alone(base);
  for (const a of bases) for (const b of bases) if (a !== b) yield* together(a, b);
}

/** Shares of the column's total, changes against the row before, running totals. */
function* alone({ name, figures, rounding }: Base): Generator<Form> {
  const { values } = figures;
  const half = new Float64Array(values.length).fill(rounding);
  let total = 0;
  let most = 0;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    total += value;
    most = Math.max(most, value);
  }
  for (const whole of [total, most]) {
    const shares = values.map((value) => value / whole);
    const slack = half.map((own) => (own * (1 + figures.count)) / Math.abs(whole));
    yield { how: `share of ${name}`, values: shares, slack };
    yield scaled({ how: `percentage of ${name}`, values: shares, slack }, 100);
  }
  let sum = 0;
  const running = values.map((value) => {
    sum += Number.isNaN(value) ? 0 : value;
    return sum;
  });
  const grown = half.map((own, row) => own * (row + 1));
  yield { how: `running total of ${name}`, values: running, slack: grown };
  yield scaled(
    {
      how: `running percentage of ${name}`,
      values: running.map((own) => own / total),
      slack: grown.map((own) => own / total),
    },
    100,
  );
  const before = values.map((_, row) => (row === 0 ? Number.NaN : (values[row - 1] as number)));
  yield* together(
    { name, figures, rounding },
    { name: 'the row before', figures: { ...figures, values: before }, rounding },
  );
}

/** Differences, sums, ratios and growth of two columns. */
function* together(a: Base, b: Base): Generator<Form> {
  const x = a.figures.values;
  const y = b.figures.values;
  const both = x.map(() => a.rounding + b.rounding);
  const pair = `${a.name}, ${b.name}`;
  yield { how: `difference of ${pair}`, values: x.map((own, row) => own - (y[row] as number)), slack: both };
  yield { how: `sum of ${pair}`, values: x.map((own, row) => own + (y[row] as number)), slack: both };
  const ratio = x.map((own, row) => own / (y[row] as number));
  const slack = x.map((own, row) => {
    const under = Math.abs(y[row] as number);
    return (a.rounding + (Math.abs(own) / under) * b.rounding) / under;
  });
  const growth = ratio.map((own) => own - 1);
  const share = ratio.map((own) => own / (1 + own));
  yield { how: `ratio of ${pair}`, values: ratio, slack };
  yield { how: `growth of ${pair}`, values: growth, slack };
  yield { how: `share of ${pair}`, values: share, slack };
  for (const scale of [100, 1000, 10_000]) yield scaled({ how: `ratio of ${pair}`, values: ratio, slack }, scale);
  yield scaled({ how: `growth of ${pair} in percent`, values: growth, slack }, 100);
  yield scaled({ how: `percentage of ${pair}`, values: share, slack }, 100);
}

function scaled({ how, values, slack }: Form, by: number): Form {
  return { how, values: values.map((own) => own * by), slack: slack.map((own) => own * by) };
}

/** @param wanted - digits that must agree, beyond what the rounding of the others leaves open */
function follows(own: Figures, { values, slack }: Form, wanted: number): boolean {
  let asked = 0;
  let digits = 0;
  for (let row = 0; row < values.length; row++) {
    if (own.published[row] === 0) continue;
    const value = values[row] as number;
    if (!Number.isFinite(value)) return false;
    asked++;
    const error = Math.abs((own.values[row] as number) - value);
    if ((slack[row] as number) > OPEN_DIGITS * own.unit) return false;
    if (error > 0.501 * own.unit + (slack[row] as number) + 1e-9 * Math.abs(value)) return false;
    digits += Math.log10((1 + Math.abs(value) / own.unit) / (1 + (2 * (slack[row] as number)) / own.unit));
  }
  return asked > 1 && digits >= wanted;
}

/** The running total of a statistic that stands in no column of its own. */
function runningTotal(
  own: Figures,
  statistics: Statistics,
  found: (how: string) => AggregateColumn,
): AggregateColumn | null {
  if (own.count !== own.values.length || own.count < 3) return null;
  const steps = own.values.map((value, row) => (row === 0 ? value : value - (own.values[row - 1] as number)));
  const statistic = statistics
    .all()
    .find(({ values, noisy }) => noisy && agrees(steps, values, () => 1.002 * own.unit));
  if (statistic === undefined) return null;
  const how = `running total: ${statistic.how}`;
  return { ...found(how), column: statistic.column, statistic: { ...statistic, how } };
}
