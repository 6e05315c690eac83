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
import { fitOf, stepOf } from '../shared/match.js';
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
      if (!agree(mine, multiplicities(to.column, theirs))) continue;
      const own = sequence(derived.column, view) as Sorted;
      const source = sequence(to.column, theirs) as Sorted;
      for (const descending of [false, true]) {
        if (!sameCounts(own.counts, source.counts, descending)) continue;
        const map = new Int32Array(derived.column.distinct).fill(FOREIGN);
        const last = own.codes.length - 1;
        own.codes.forEach((code, i) => {
          map[code] = source.codes[descending ? last - i : i] as number;
        });
        // n! orders agree with all-different values by chance; a telling sequence of counts does not.
        const telling = new Set(own.counts).size >= 4;
        steps.push(
          stepOf(derived, to, map, fitOf(derived.column, to.column, map), {
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

/** What a column is put in order as, the first that it has. */
const VIEWS = ['numbers', 'dates', 'text'] as const;
type View = (typeof VIEWS)[number];

function sequence(column: SheetColumn, view: View): Sorted | null {
  return view === 'text' ? textSequence(column) : sortedNumbers(column, view);
}

/** How many different values a view has, how many rows hold one, and which counts occur, however they are ordered. */
interface Multiplicities {
  readonly different: number;
  readonly rows: number;
  readonly counts: number;
}

const known = new WeakMap<Sorted | SheetColumn, Multiplicities>();

function multiplicities(column: SheetColumn, view: View): Multiplicities | null {
  if (view === 'text' && !isOrdered(column)) return null;
  const key = view === 'text' ? column : sortedNumbers(column, view);
  if (key === null) return null;
  let own = known.get(key);
  if (own === undefined) {
    own = multiplicitiesOf(key.counts);
    known.set(key, own);
  }
  return own;
}

function multiplicitiesOf(list: Int32Array | Float64Array): Multiplicities {
  let different = 0;
  let rows = 0;
  let counts = 0;
  for (let i = 0; i < list.length; i++) {
    const count = list[i] as number;
    if (count === 0) continue;
    different++;
    rows += count;
    counts = (counts + lowHash(count, 1)) >>> 0;
  }
  return { different, rows, counts };
}

function agree(a: Multiplicities, b: Multiplicities | null): boolean {
  return b !== null && a.different === b.different && a.rows === b.rows && a.counts === b.counts;
}

const texts = new WeakMap<SheetColumn, Sorted>();

/** Distinct texts of a column in order of code points. */
export function textSequence(column: SheetColumn): Sorted | null {
  if (!isOrdered(column)) return null;
  let sorted = texts.get(column);
  if (sorted === undefined) {
    const order = textOrder(column.values, occurring(column));
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
function occurring(column: SheetColumn): Int32Array {
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
