/**
 * Two columns that publish one statistic, one of them only nearly: the mean of a group, and the mean of all but one person of it.
 * Each is a safe figure by itself; their difference is what that person holds (differencing: Willenborg and de Waal, Elements of
 * Statistical Disclosure Control, 2001, section 1.3). See aggregate.md.
 * @module
 */
import { median } from 'simple-statistics';
import type { Sheet } from '../intake/sheet.js';
import { type AggregateColumn, figuresOf } from './figures.js';

/** Noised columns that publish, once more, a statistic of another column, or that come as near to its figures as to their own. */
export function secondVersions(product: Sheet, values: readonly AggregateColumn[]): AggregateColumn[] {
  if (!values.some(({ closeness }) => closeness === 'noised')) return [];
  const figures = new Map(values.map((own) => [own, figuresOf(product, own.product)?.values]));
  const seconds = new Set<AggregateColumn>();
  for (const own of values) {
    const at = own.closeness === 'noised' ? figures.get(own) : undefined;
    if (at === undefined) continue;
    const off = distance(at, own.statistic.values);
    const isSecond = values.some((other) => {
      const beside = figures.get(other);
      if (other === own || seconds.has(other) || beside === undefined) return false;
      return areSame(own, other) || (other.closeness === 'exact' && distance(at, beside) <= off);
    });
    if (isSecond) seconds.add(own);
  }
  return [...seconds];
}

/** Sums and means, counts and shares of all, tell the same of a group whose size is known. */
const TOTALS = /^(?:sum|mean) of /;
const COUNTS = /^(?:count|count of persons|(?:share|percentage) of (?:all|the table))$/;

/** True for one statistic, however it is written. */
function areSame({ statistic: a }: AggregateColumn, { statistic: b }: AggregateColumn): boolean {
  if (a.column !== b.column) return false;
  if (COUNTS.test(a.how) && COUNTS.test(b.how)) return true;
  if (areEqual(a.values, b.values)) return true;
  return TOTALS.test(a.how) && TOTALS.test(b.how) && areEqual(a.support, b.support);
}

function areEqual(a: Float64Array | undefined, b: Float64Array | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && a.every((value, row) => Object.is(value, b[row])));
}

/** Median distance of the figures of two columns, where both have one. */
function distance(a: Float64Array, b: Float64Array): number {
  const distances = Array.from(a, (value, row) => Math.abs(value - (b[row] as number))).filter(Number.isFinite);
  return distances.length === 0 ? Number.POSITIVE_INFINITY : median(distances);
}
