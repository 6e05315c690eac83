/**
 * Whole numbers under XOR with a constant: the key is the difference of a product value and a source value. See numeric.md.
 * @module
 */
import type { Lookup } from '../intake/lookup.js';
import type { Derived, Step } from '../inverse.js';
import { FOREIGN } from '../restoration/tuple-join.js';
import { type Fit, fitOf, scoreOf, stepOf } from './match.js';
import { type Sorted, sortedNumbers, topPositions } from './sorted-numbers.js';

/** Source values that keys are made from. */
const OFFSETS = 4000;
/** Values looked at to judge the keys of one source column: where whole numbers lie close, nearly every key hits. */
const WORK = 50_000_000;

/** Steps that read whole numbers as `x XOR key` of a source column. */
export function matchXor(derived: Derived, lookup: Lookup, better: number): Step[] {
  const own = sortedNumbers(derived.column);
  if (own === null || own.values.length < 6 || !whole(own)) return [];
  const steps: Step[] = [];
  for (const to of lookup.columns) {
    const source = sortedNumbers(to.column);
    if (source === null || source.values.length < 4 || !whole(source)) continue;
    const known = new Map<number, number>();
    source.values.forEach((value, i) => {
      known.set(value, source.codes[i] as number);
    });
    const n = own.values.length;
    const [top] = topPositions(own, 1) as unknown as [number];
    const probes = [
      own.values[top] as number,
      ...[0.1, 0.3, 0.5, 0.7, 0.9].map((q) => own.values[Math.floor(q * (n - 1))] as number),
    ];
    let best: { key: number; map: Int32Array; fit: Fit } | null = null;
    const stride = Math.max(1, Math.ceil(source.values.length / OFFSETS));
    let left = WORK;
    for (let i = 0; i < source.values.length; i += stride) {
      const key = ((source.values[i] as number) ^ (probes[0] as number)) >>> 0;
      if (key === 0) continue;
      let hits = 0;
      for (const probe of probes) if (known.has((probe ^ key) >>> 0)) hits++;
      if (hits < 5) continue;
      left -= n + to.column.distinct;
      if (left < 0) break;
      const map = new Int32Array(derived.column.distinct).fill(FOREIGN);
      own.values.forEach((value, j) => {
        map[own.codes[j] as number] = known.get((value ^ key) >>> 0) ?? FOREIGN;
      });
      const fit = fitOf(derived.column, to.column, map);
      if (best === null || scoreOf(fit, 0) > scoreOf(best.fit, 0)) best = { key, map, fit };
      if (fit.similarity > 0.97) break;
    }
    if (best === null || best.fit.mass < 0.5 || best.fit.similarity < 0.6) continue;
    const step = stepOf(derived, to, best.map, best.fit, {
      formula: `${derived.formula} xor ${best.key}`,
      attack: 'numeric',
      knowledge: 'A1',
      bits: derived.bits + 32,
    });
    if (step.score > better) steps.push(step);
  }
  return steps.sort((a, b) => b.score - a.score).slice(0, 3);
}

function whole(sorted: Sorted): boolean {
  const stride = Math.max(1, sorted.values.length >> 6);
  for (let i = 0; i < sorted.values.length; i += stride) {
    const value = sorted.values[i] as number;
    if (!Number.isInteger(value) || value < 0 || value > 0xffffffff) return false;
  }
  return true;
}
