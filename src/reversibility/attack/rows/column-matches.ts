/**
 * Product columns and source columns that have the same distribution, in the same units.
 * @module
 */
import type { Sheet, SheetColumn } from '../../intake/sheet.js';
import type { Derived } from '../../inverse.js';
import { type Sorted, sortedNumbers } from '../shared/sorted-numbers.js';

/** A product column and the source column whose distribution it has. */
export interface Match {
  readonly derived: Derived;
  readonly position: number;
  readonly column: SheetColumn;
  /** Standard deviation of the source column. */
  readonly spread: number;
}

const QUANTILES = 39;
const MAX_MATCHES = 24;

function quantile(sorted: Sorted, q: number): number {
  let target = q * sorted.rows;
  for (let i = 0; i < sorted.counts.length; i++) {
    target -= sorted.counts[i] as number;
    if (target <= 0) return sorted.values[i] as number;
  }
  return sorted.values[sorted.values.length - 1] as number;
}

function quantilesOf(sorted: Sorted): Float64Array {
  return Float64Array.from({ length: QUANTILES }, (_, i) => quantile(sorted, (i + 1) / (QUANTILES + 1)));
}

function spreadOf(sorted: Sorted): number {
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < sorted.values.length; i++) {
    sum += (sorted.values[i] as number) * (sorted.counts[i] as number);
    squares += (sorted.values[i] as number) ** 2 * (sorted.counts[i] as number);
  }
  const mean = sum / sorted.rows;
  return Math.sqrt(Math.max(0, squares / sorted.rows - mean * mean));
}

/** Product columns and source columns with the same distribution, each once, best first. */
export function matchColumns(queue: readonly Derived[], sheet: Sheet): Match[] {
  const sources = sheet.columns.flatMap((column, position) => {
    const sorted = column.distinct >= 12 ? sortedNumbers(column) : null;
    const spread = sorted === null ? 0 : spreadOf(sorted);
    return sorted === null || !(spread > 0) ? [] : [{ column, position, spread, quantiles: quantilesOf(sorted) }];
  });
  const pairs: { match: Match; distance: number }[] = [];
  for (const derived of queue) {
    const sorted = sortedNumbers(derived.column);
    if (sorted === null || derived.column.distinct < 12) continue;
    const own = quantilesOf(sorted);
    for (const { column, position, spread, quantiles } of sources) {
      let distance = 0;
      for (let i = 0; i < QUANTILES; i++) distance += Math.abs((own[i] as number) - (quantiles[i] as number));
      distance /= QUANTILES * spread;
      // A whole column before parts of its cells.
      const named = (derived.column.name === column.name ? 0.05 : 0) - (derived.attack === 'containment' ? 0 : 0.02);
      if (distance < 0.15) pairs.push({ match: { derived, position, column, spread }, distance: distance - named });
    }
  }
  pairs.sort((a, b) => a.distance - b.distance);
  const chosen: Match[] = [];
  for (const { match } of pairs) {
    if (chosen.some((own) => own.position === match.position || own.derived.formula === match.derived.formula))
      continue;
    chosen.push(match);
  }
  return settled(
    chosen.slice(0, MAX_MATCHES),
    pairs.map(({ match }) => match),
    sheet,
  );
}

const CORRELATED_ROWS = 3000;

/** Numbers of a column on spread rows, standardised. */
function standardised(column: SheetColumn): Float64Array {
  const rows = column.codes.length;
  const count = Math.min(rows, CORRELATED_ROWS);
  const values = Float64Array.from({ length: count }, (_, i) => {
    const code = column.codes[Math.floor(((i + 0.5) * rows) / count)] as number;
    return code < 0 ? 0 : (column.numbers[code] as number) || 0;
  });
  let sum = 0;
  for (const value of values) sum += value;
  let squares = 0;
  for (let i = 0; i < count; i++) {
    const value = (values[i] as number) - sum / count;
    values[i] = value;
    squares += value * value;
  }
  const scale = Math.sqrt(squares) || 1;
  for (let i = 0; i < count; i++) values[i] = (values[i] as number) / scale;
  return values;
}

function correlation(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

/** Columns of like distributions are told apart by how they go with the others: exchanges that bring correlations closer. */
function settled(chosen: readonly Match[], possible: readonly Match[], sheet: Sheet): Match[] {
  const own = chosen.map(({ derived }) => standardised(derived.column));
  const raw = new Map<number, Float64Array>();
  const rawOf = (position: number): Float64Array => {
    let values = raw.get(position);
    if (values === undefined) {
      values = standardised(sheet.columns[position] as SheetColumn);
      raw.set(position, values);
    }
    return values;
  };
  const kept = new Map<number, number>();
  const among = (a: number, b: number): number => {
    const key = Math.min(a, b) * 100_000 + Math.max(a, b);
    let value = kept.get(key);
    if (value === undefined) {
      value = correlation(rawOf(a), rawOf(b));
      kept.set(key, value);
    }
    return value;
  };
  const inProduct = own.map((a) => own.map((b) => correlation(a, b)));
  const current = [...chosen];
  const errorOf = (i: number, position: number, except: number): number => {
    let sum = 0;
    for (let j = 0; j < current.length; j++) {
      if (j === i || j === except) continue;
      sum += Math.abs(((inProduct[i] as number[])[j] as number) - among(position, (current[j] as Match).position));
    }
    return sum;
  };
  const find = (match: Match, position: number): Match | undefined =>
    possible.find((own) => own.derived === match.derived && own.position === position);
  for (let pass = 0; pass < 6; pass++) {
    let moved = false;
    for (let i = 0; i < current.length; i++) {
      for (let j = i + 1; j < current.length; j++) {
        const a = current[i] as Match;
        const b = current[j] as Match;
        const first = find(a, b.position);
        const second = find(b, a.position);
        if (first === undefined || second === undefined) continue;
        const before = errorOf(i, a.position, j) + errorOf(j, b.position, i);
        const after = errorOf(i, b.position, j) + errorOf(j, a.position, i);
        if (after >= before - 1e-9) continue;
        current[i] = first;
        current[j] = second;
        moved = true;
      }
    }
    if (!moved) break;
  }
  return current;
}
