/**
 * Any strictly monotone code (order-preserving encryption, rank, power, lookup in order): when the counts of the sorted
 * values agree, position gives the value. Naveed, Kamara and Wright, CCS 2015, section 4 (sorting attack). See order.md.
 * @module
 */
import type { Lookup } from '../intake/lookup.js';
import type { SheetColumn } from '../intake/sheet.js';
import type { Derived, Step } from '../inverse.js';
import { FOREIGN } from '../restoration/tuple-join.js';
import { fitOf, stepOf } from './match.js';
import { type Sorted, sortedNumbers } from './sorted-numbers.js';

/** Steps that read a column as a monotone image of a source column. */
export function matchOrder(derived: Derived, lookup: Lookup): Step[] {
  const own = sequenceOf(derived.column);
  if (own === null || own.counts.length < 3) return [];
  const steps: Step[] = [];
  for (const to of lookup.columns) {
    for (const view of ['numbers', 'dates', 'text'] as const) {
      const source = view === 'text' ? textSequence(to.column) : sortedNumbers(to.column, view);
      if (source === null || source.counts.length !== own.counts.length || source.rows !== own.rows) continue;
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

function sequenceOf(column: SheetColumn): Sorted | null {
  return sortedNumbers(column) ?? sortedNumbers(column, 'dates') ?? textSequence(column);
}

const texts = new WeakMap<SheetColumn, Sorted>();

/** Distinct texts of a column in order of code points. */
export function textSequence(column: SheetColumn): Sorted | null {
  if (column.distinct < 3 || column.distinct > 2_000_000) return null;
  let sorted = texts.get(column);
  if (sorted === undefined) {
    const order = Array.from({ length: column.distinct }, (_, code) => code).filter(
      (code) => (column.counts[code] as number) > 0,
    );
    order.sort((a, b) => ((column.values[a] as string) < (column.values[b] as string) ? -1 : 1));
    sorted = {
      values: Float64Array.from(order, (_, i) => i),
      codes: Int32Array.from(order),
      counts: Float64Array.from(order, (code) => column.counts[code] as number),
      rows: column.present,
      unit: 1,
      scale: order.length - 1,
    };
    texts.set(column, sorted);
  }
  return sorted;
}

/** True when the counts of two orders agree. */
export function sameCounts(a: Float64Array, b: Float64Array, descending: boolean): boolean {
  const last = b.length - 1;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[descending ? last - i : i]) return false;
  return true;
}
