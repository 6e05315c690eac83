/**
 * Noise that is small beside the gaps between a column's values: each number is the source value next to it.
 * See neighbours.md.
 * @module
 */
import type { Lookup } from '../../intake/lookup.js';
import type { Derived, Step } from '../../inverse.js';
import { FOREIGN } from '../../restoration/tuple-join.js';
import { fitOf, stepOf } from '../shared/match.js';
import { nearest, sortedNumbers } from '../shared/sorted-numbers.js';

/** Numbers lie this near to a value, as a share of the gap to the next. */
const NEAR = 0.25;

/** Steps that read a column of scattered numbers as the few values they scatter about. */
export function matchSnapped(derived: Derived, lookup: Lookup): Step[] {
  const own = sortedNumbers(derived.column);
  if (own === null || own.values.length < 8) return [];
  const steps: Step[] = [];
  for (const to of lookup.columns) {
    const source = sortedNumbers(to.column);
    // Many numbers about few values: otherwise nothing scatters.
    if (source === null || source.values.length < 2 || source.values.length > 0.5 * own.values.length) continue;
    const map = new Int32Array(derived.column.distinct).fill(FOREIGN);
    let near = 0;
    for (let i = 0; i < own.values.length; i++) {
      const value = own.values[i] as number;
      const at = nearest(source.values, value);
      const x = source.values[at] as number;
      const gap = Math.min(
        at > 0 ? x - (source.values[at - 1] as number) : Number.POSITIVE_INFINITY,
        at + 1 < source.values.length ? (source.values[at + 1] as number) - x : Number.POSITIVE_INFINITY,
      );
      if (Math.abs(value - x) > NEAR * gap) continue;
      near += own.counts[i] as number;
      map[own.codes[i] as number] = source.codes[at] as number;
    }
    // Numbers spread evenly would be near for half of them.
    if (near < 0.85 * own.rows) continue;
    const fit = fitOf(derived.column, to.column, map);
    if (fit.similarity < 0.85) continue;
    steps.push(
      stepOf(derived, to, map, fit, {
        formula: `nearest-value(${derived.formula})`,
        attack: 'neighbours',
        knowledge: 'A2',
        bits: derived.bits + 12,
      }),
    );
  }
  return steps.sort((a, b) => b.score - a.score).slice(0, 4);
}
