/**
 * Any strictly monotone code (order-preserving encryption, rank, power, lookup in order): when the counts of the sorted
 * values agree, position gives the value. Naveed, Kamara and Wright, CCS 2015, section 4 (sorting attack). See order.md.
 * @module
 */
import type { Lookup } from '../../intake/lookup.js';
import type { SheetColumn } from '../../intake/sheet.js';
import { textOrder } from '../../intake/text-order.js';
import type { Derived, Step } from '../../inverse.js';
import { FOREIGN, lowHash } from '../../restoration/tuple-join.js';
import { type Fit, fitOf, stepOf } from '../shared/match.js';
import { type Sorted, sortedNumbers } from '../shared/sorted-numbers.js';

/** Steps that read a column as a monotone image of a source column. */
export function matchOrder(derived: Derived, lookup: Lookup): Step[] {
  const view = VIEWS.find((own) => multiplicities(derived.column, own) !== null);
  if (view === undefined) return [];
  const mine = multiplicities(derived.column, view) as Multiplicities;
  if (mine.different < 3) return [];
  const steps: Step[] = [];
  for (const to of lookup.columns) {
    for (const theirs of VIEWS) {
      // Nothing is sorted where the same counts do not occur.
      const other = multiplicities(to.column, theirs);
      if (other === null || !agree(mine, other)) continue;
      // Counts of one agree in any order: the values are put in order when the step is asked for them.
      const single = mine.different === mine.rows && mine.codes === mine.different && other.codes === mine.different;
      for (const descending of [false, true]) {
        if (!single && !countsAgree(derived.column, view, to.column, theirs, descending)) continue;
        const map = (): Int32Array => mapByOrder(derived.column, view, to.column, theirs, descending);
        const made = single ? null : map();
        const fit =
          made === null ? fitOfSingle(derived.column, mine, to.column) : fitOf(derived.column, to.column, made);
        // n! orders agree with all-different values by chance; a telling sequence of counts does not.
        const telling = !single && new Set((sequence(derived.column, view) as Sorted).counts).size >= 4;
        steps.push(
          stepOf(derived, to, made ?? map, fit, {
            formula: `${descending ? 'descending' : 'ascending'}-order(${derived.formula})`,
            attack: 'order',
            knowledge: 'A2',
            bits: derived.bits + 36,
            tentative: !telling,
          }),
        );
      }
      break;
    }
  }
  return steps.sort((a, b) => Number(a.tentative) - Number(b.tentative) || b.score - a.score).slice(0, 12);
}

function countsAgree(own: SheetColumn, view: View, to: SheetColumn, theirs: View, descending: boolean): boolean {
  return sameCounts((sequence(own, view) as Sorted).counts, (sequence(to, theirs) as Sorted).counts, descending);
}

function mapByOrder(own: SheetColumn, view: View, to: SheetColumn, theirs: View, descending: boolean): Int32Array {
  const mine = sequence(own, view) as Sorted;
  const source = sequence(to, theirs) as Sorted;
  const map = new Int32Array(own.distinct).fill(FOREIGN);
  const last = mine.codes.length - 1;
  mine.codes.forEach((code, i) => {
    map[code] = source.codes[descending ? last - i : i] as number;
  });
  return map;
}

/** {@link fitOf} of a map between values of one row each, whichever it is. */
function fitOfSingle(own: SheetColumn, { different }: Multiplicities, to: SheetColumn): Fit {
  const share = Math.min(1 / own.present, 1 / to.present);
  let intersection = 0;
  for (let i = 0; i < different; i++) intersection += share;
  const mass = different / own.present;
  return { mass, similarity: Math.min(1, Math.max(intersection, mass)) };
}

/** What a column is put in order as, the first that it has. */
const VIEWS = ['numbers', 'dates', 'text'] as const;
type View = (typeof VIEWS)[number];

function sequence(column: SheetColumn, view: View): Sorted | null {
  return view === 'text' ? textSequence(column) : sortedNumbers(column, view);
}

/** How many different values a view has, how many rows hold one, and which counts occur, however they are ordered. */
export interface Multiplicities {
  readonly different: number;
  readonly rows: number;
  readonly counts: number;
  /** Codes that the view puts in order: of numbers also those that no row has. */
  readonly codes: number;
}

const known = new WeakMap<SheetColumn, Map<View, Multiplicities | null>>();

/** Counted without putting anything in order; kept per column. @returns null where the column has no such view */
export function multiplicities(column: SheetColumn, view: View): Multiplicities | null {
  let own = known.get(column);
  if (own === undefined) {
    own = new Map();
    known.set(column, own);
  }
  let found = own.get(view);
  if (found === undefined) {
    found = multiplicitiesOf(column, view);
    own.set(view, found);
  }
  return found;
}

function multiplicitiesOf(column: SheetColumn, view: View): Multiplicities | null {
  if (view === 'text' ? !isOrdered(column) : view === 'numbers' ? !column.isNumeric : !column.isDate) return null;
  const list = column.counts;
  const values = view === 'text' ? null : view === 'numbers' ? column.numbers : column.dates;
  let different = 0;
  let rows = 0;
  let counts = 0;
  let codes = 0;
  for (let code = 0; code < list.length; code++) {
    if (values !== null && Number.isNaN(values[code] as number)) continue;
    const count = list[code] as number;
    if (values !== null || count > 0) codes++;
    if (count === 0) continue;
    different++;
    rows += count;
    counts = (counts + lowHash(count, 1)) >>> 0;
  }
  return { different, rows, counts, codes };
}

function agree(a: Multiplicities, b: Multiplicities): boolean {
  return a.different === b.different && a.rows === b.rows && a.counts === b.counts;
}

const texts = new WeakMap<SheetColumn, Sorted>();

/** Distinct texts of a column in order of code points. */
export function textSequence(column: SheetColumn): Sorted | null {
  if (!isOrdered(column)) return null;
  let sorted = texts.get(column);
  if (sorted === undefined) {
    const order = textOrder(column.packed ?? column.values, occurring(column));
    sorted = {
      values: Float64Array.from(order, (_, i) => i),
      codes: order,
      counts: Float64Array.from(order, (code) => column.counts[code] as number),
      rows: column.present,
      unit: 1,
      scale: order.length - 1,
    };
    texts.set(column, sorted);
  }
  return sorted;
}

function isOrdered(column: SheetColumn): boolean {
  return column.distinct >= 3 && column.distinct <= 2_000_000;
}

/** Codes that rows have. */
export function occurring(column: SheetColumn): Int32Array {
  const codes = new Int32Array(column.distinct);
  let live = 0;
  for (let code = 0; code < codes.length; code++) if ((column.counts[code] as number) > 0) codes[live++] = code;
  return codes.subarray(0, live);
}

/** True when the counts of two orders agree. */
export function sameCounts(a: Float64Array, b: Float64Array, descending: boolean): boolean {
  const last = b.length - 1;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[descending ? last - i : i]) return false;
  return true;
}
