/**
 * Orders that prove one another: a column of all-different codes (ranks, order-preserving encryption) has the order of any
 * column, so one alone proves nothing; two whose orders put the same source rows together do. See order.md.
 *
 * Naveed, Kamara and Wright, CCS 2015, section 4 (sorting attack), over several columns at once.
 * @module
 */
import type { SourceColumn } from '../../intake/lookup.js';
import type { Sheet, SheetColumn } from '../../intake/sheet.js';
import { placesOf } from '../../intake/text-order.js';
import type { Derived, Step } from '../../inverse.js';
import { FOREIGN } from '../../restoration/tuple-join.js';
import type { Board } from '../attack.js';
import { fitOf, stepOf } from '../shared/match.js';
import { type Sorted, sortedNumbers } from '../shared/sorted-numbers.js';
import { multiplicities, occurring, sameCounts, textSequence } from './order.js';

const SAMPLE = 96;
const MAX_COLUMNS = 30;

/** A product column as it is put in order. */
interface Own {
  readonly different: number;
  /** Rows that hold a value. */
  readonly rows: number;
  /** Place in order of the value of each sampled product row. */
  readonly places: Int32Array;
  readonly sorted: () => Sorted;
}

/** A product column read as a source column, in the sampled rows. */
export interface Reading {
  readonly derived: Derived;
  readonly to: SourceColumn;
  /** Source code of each sampled product row; negative where there is none. */
  readonly codes: Int32Array;
}

/** A product column read as a source column in rising or falling order. */
interface Candidate extends Reading {
  readonly descending: boolean;
  readonly own: Own;
  /** Source code of the product code at a place in order. */
  readonly image: (place: number) => number;
}

/** Code of the source value at each place of its rows in order. */
export function codeAtRank(source: Sorted, rank: number, cumulated: Float64Array): number {
  let low = 0;
  let high = cumulated.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((cumulated[middle] as number) <= rank) low = middle + 1;
    else high = middle;
  }
  return source.codes[low] as number;
}

/** Rows up to each value in order. */
export function cumulate(sorted: Sorted): Float64Array {
  const sums = new Float64Array(sorted.counts.length);
  let total = 0;
  for (let i = 0; i < sums.length; i++) {
    total += sorted.counts[i] as number;
    sums[i] = total;
  }
  return sums;
}

/** A column as numbers, days or texts in order; null where it is none. */
export function sequenceOf(column: SheetColumn): Sorted | null {
  return sortedNumbers(column) ?? sortedNumbers(column, 'dates') ?? textSequence(column);
}

/** Steps of columns whose orders agree on the rows. */
export function pairOrders(board: Board, queue: readonly Derived[]): Step[] {
  const rows = board.product.rows;
  const sample = Array.from({ length: Math.min(rows, SAMPLE) }, (_, i) =>
    Math.floor(((i + 0.5) * rows) / Math.min(rows, SAMPLE)),
  );
  const columns = queue
    .filter(({ from, column }) => from.length === 1 && column.present === rows && column.distinct >= 0.7 * rows)
    .slice(0, MAX_COLUMNS);
  if (columns.length < 2) return [];
  const steps: Step[] = [];
  board.sources.forEach((sheet, source) => {
    if (sheet.rows !== rows || board.late()) return;
    // A near-unique source column ties the rows of a pair.
    if (!sheet.columns.some((column) => tiesRows(column, sheet))) return;
    const candidates = candidatesOf(columns, sheet, source, sample);
    for (const candidate of proven(candidates, sheet, board.late)) steps.push(stepFrom(candidate));
  });
  return steps;
}

/** Null where no order of the column could be that of a target of so many rows. */
function ownOf(column: SheetColumn, sample: readonly number[], rows: number, targets: readonly Sorted[]): Own | null {
  const numbers = sortedNumbers(column) ?? sortedNumbers(column, 'dates');
  const asked = (): number[] => sample.map((row) => column.codes[row] as number);
  if (numbers === null) {
    const counts = multiplicities(column, 'text');
    if (counts === null || counts.rows !== rows) return null;
    const { different } = counts;
    // Where every value has one row, the places of a few are counted; nothing is sorted before a pair is proven.
    if (different === rows) {
      const places = placesOf(column.packed ?? column.values, occurring(column), asked());
      return { different, rows, places, sorted: () => textSequence(column) as Sorted };
    }
    if (!targets.some(({ codes }) => codes.length === different)) return null;
  }
  const sorted = numbers ?? textSequence(column);
  if (sorted === null || sorted.rows !== rows) return null;
  const rankOf = new Int32Array(column.distinct);
  sorted.codes.forEach((code, i) => {
    rankOf[code] = i;
  });
  const places = Int32Array.from(asked(), (code) => rankOf[code] as number);
  return { different: sorted.codes.length, rows, places, sorted: () => sorted };
}

/** Source code of the product code at a place in order; null when the counts in order differ. */
function imageOf(
  own: Own,
  source: Sorted,
  cumulated: Float64Array,
  descending: boolean,
): ((place: number) => number) | null {
  const last = own.different - 1;
  if (own.different === own.rows) return (place) => codeAtRank(source, descending ? last - place : place, cumulated);
  if (own.different !== source.codes.length || !sameCounts(own.sorted().counts, source.counts, descending)) return null;
  return (place) => source.codes[descending ? last - place : place] as number;
}

function candidatesOf(
  columns: readonly Derived[],
  sheet: Sheet,
  source: number,
  sample: readonly number[],
): Candidate[] {
  const list: Candidate[] = [];
  const targets = sheet.columns.slice(0, 2 * MAX_COLUMNS).flatMap((column, position) => {
    const sorted = column.present === sheet.rows && column.distinct > 12 ? sequenceOf(column) : null;
    return sorted === null || sorted.rows !== sheet.rows
      ? []
      : [{ column, position, sorted, cumulated: cumulate(sorted) }];
  });
  for (const derived of columns) {
    const own = ownOf(
      derived.column,
      sample,
      sheet.rows,
      targets.map(({ sorted }) => sorted),
    );
    if (own === null) continue;
    for (const { column, position, sorted, cumulated } of targets) {
      for (const descending of [false, true]) {
        const image = imageOf(own, sorted, cumulated, descending);
        if (image === null) continue;
        const codes = Int32Array.from(own.places, image);
        list.push({ derived, to: { source, position, column }, descending, own, image, codes });
      }
    }
  }
  return list;
}

function tiesRows(column: SheetColumn, sheet: Sheet): boolean {
  return column.distinct >= 0.95 * sheet.rows;
}

/** Source rows of each code of a column: those of code c are `rows[starts[c]]` to before `rows[starts[c + 1]]`. */
interface RowsOfCodes {
  readonly starts: Int32Array;
  readonly rows: Int32Array;
}

function rowsOfCodes({ codes, distinct }: SheetColumn): RowsOfCodes {
  const starts = new Int32Array(distinct + 1);
  for (const code of codes) if (code >= 0) starts[code + 1] = (starts[code + 1] as number) + 1;
  for (let code = 0; code < distinct; code++)
    starts[code + 1] = (starts[code + 1] as number) + (starts[code] as number);
  const next = starts.slice();
  const rows = new Int32Array(starts[distinct] as number);
  codes.forEach((code, row) => {
    if (code < 0) return;
    rows[next[code] as number] = row;
    next[code] = (next[code] as number) + 1;
  });
  return { starts, rows };
}

/** How readings prove one another. */
export interface Proof<R> {
  /** True for a source column whose codes lead to few enough rows. */
  readonly ties?: (column: SheetColumn, sheet: Sheet) => boolean;
  /** False for two readings that would stand together whatever they are. */
  readonly apart?: (first: R, second: R) => boolean;
}

/** Readings that another one confirms: their codes stand together in source rows, and do not when shifted. */
export function proven<R extends Reading>(
  candidates: readonly R[],
  sheet: Sheet,
  late: () => boolean,
  { ties = tiesRows, apart = () => true }: Proof<R> = {},
): R[] {
  const rowsOf = new Map<number, RowsOfCodes>();
  for (const { to } of candidates)
    if (!rowsOf.has(to.position) && ties(to.column, sheet)) rowsOf.set(to.position, rowsOfCodes(to.column));
  const good = new Set<R>();
  const usedColumn = new Set<string>();
  const usedTarget = new Set<number>();
  const take = (candidate: R): void => {
    good.add(candidate);
    usedColumn.add(candidate.derived.formula);
    usedTarget.add(candidate.to.position);
  };
  for (const first of candidates) {
    const rows = rowsOf.get(first.to.position);
    if (rows === undefined || late()) continue;
    if (!good.has(first) && (usedColumn.has(first.derived.formula) || usedTarget.has(first.to.position))) continue;
    for (const second of candidates) {
      if (second.to.position === first.to.position || second.derived === first.derived) continue;
      if (good.has(second) || usedColumn.has(second.derived.formula) || usedTarget.has(second.to.position)) continue;
      if (!confirms(first.codes, rows, second) || !apart(first, second)) continue;
      if (!good.has(first)) take(first);
      take(second);
    }
  }
  return [...good];
}

/** By how many sampled rows second codes are shifted to see how often they stand together by chance. */
const SHIFTS: readonly number[] = [7, 17, 29, 41, 59];
/** What two readings must tell beyond chance: any of so many pairs might have stood together. */
const PROVEN_BITS = 40;

function confirms(codes: Int32Array, { starts, rows }: RowsOfCodes, second: Reading): boolean {
  const { codes: of } = second.to.column;
  const asked: number[] = [];
  let hits = 0;
  const stands = (i: number, code: number): boolean => {
    const own = codes[i] as number;
    for (let at = starts[own] as number; at < (starts[own + 1] as number); at++)
      if (of[rows[at] as number] === code) return true;
    return false;
  };
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i] as number;
    if (code < 0 || starts[code] === starts[code + 1]) continue;
    asked.push(i);
    if (stands(i, second.codes[i] as number)) hits++;
    else if (asked.length - hits > 0.06 * codes.length + 2) return false;
  }
  if (asked.length < 12 || hits < 0.94 * asked.length) return false;
  let chance = 1;
  for (const shift of SHIFTS)
    for (const i of asked) if (stands(i, second.codes[(i + shift) % codes.length] as number)) chance++;
  const share = chance / (SHIFTS.length * asked.length + 2);
  const misses = asked.length - hits;
  return share < 0.5 && hits * Math.log2(1 / share) - misses * Math.log2(asked.length) >= PROVEN_BITS;
}

function stepFrom({ derived, to, descending, own, image }: Candidate): Step {
  const map = new Int32Array(derived.column.distinct).fill(FOREIGN);
  own.sorted().codes.forEach((code, i) => {
    map[code] = image(i);
  });
  return stepOf(derived, to, map, fitOf(derived.column, to.column, map), {
    formula: `${descending ? 'descending' : 'ascending'}-order(${derived.formula})`,
    attack: 'order',
    knowledge: 'A2',
    bits: derived.bits + 36,
  });
}
