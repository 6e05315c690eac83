/**
 * The groups of the ECDH protocols, by x coordinate only: 32-byte points, hash to curve, multiplication, checks.
 *
 * A product needs no sign of y: x(kP) = x(k(-P)). So one coordinate is sent, and there is no way to send the identity, the
 * uncompressed or the hybrid form of a point.
 * @module
 */
import { ScrimError } from '../core/index.js';
import type { CurveName } from './agreement.js';
import { weierstrassGroup } from './group-weierstrass.js';
import { x25519Group } from './group-x25519.js';

/** Multiplies points by one secret. */
export interface Multiplier {
  /** Multiplies the point at `at` of `points` into `out` at `to`; both 32 bytes. False when the result is degenerate. */
  multiply(points: Uint8Array, at: number, out: Uint8Array, to: number): boolean;
  /** All products at once, where that is quicker; null when they must be made one by one, to say what is wrong. */
  all?(points: Uint8Array, count: number): Uint8Array | null;
}

/** A group. */
export interface Group {
  readonly name: Exclude<CurveName, 'ristretto255'>;
  /** Hashes `count` items of 16 bytes to points of 32 bytes each. */
  hash(items: Uint8Array, count: number): Uint8Array;
  /** A fresh uniform secret. */
  secret(): Uint8Array;
  multiplier(secret: Uint8Array): Multiplier;
  /** Why the 32 bytes at `at` are no canonical point on the curve, or null. */
  problem(points: Uint8Array, at: number): string | null;
  /** True when none of the points has a problem; false when that is not known. */
  allValid?(points: Uint8Array, count: number): boolean;
  /** A pair (r, t) of secrets that undo each other: t(k(rP)) = kP for every product kP. */
  blindingPair(): { readonly blind: Uint8Array; readonly unblind: Uint8Array };
}

/** A group by name; `portable` avoids node:crypto. */
export function group(name: Exclude<CurveName, 'ristretto255'>, portable = false): Group {
  return name === 'x25519' ? x25519Group(portable) : weierstrassGroup(name, portable);
}

/** Multiplies `count` points. @throws SCRIM_PSI_POINT */
export function multiplyAll(multiplier: Multiplier, points: Uint8Array, count: number): Uint8Array {
  const all = multiplier.all?.(points, count) ?? null;
  if (all !== null) return all;
  const out = new Uint8Array(32 * count);
  for (let i = 0; i < count; i++) {
    if (!multiplier.multiply(points, 32 * i, out, 32 * i)) {
      throw new ScrimError('SCRIM_PSI_POINT', { position: i, problem: 'it is of small order' });
    }
  }
  return out;
}

/** Checks received points: canonical, on the curve, none of small order, none twice. @throws SCRIM_PSI_POINT */
export function checkPoints(group: Group, points: Uint8Array, count: number): void {
  const unknown = group.allValid?.(points, count) === true ? 0 : count;
  for (let i = 0; i < unknown; i++) {
    const problem = group.problem(points, 32 * i);
    if (problem !== null) throw new ScrimError('SCRIM_PSI_POINT', { position: i, problem });
  }
  const twice = repeated(points, count, 32);
  if (twice >= 0) throw new ScrimError('SCRIM_PSI_POINT', { position: twice, problem: 'it was sent before' });
}

/** Position of the first record that repeats an earlier one, or -1. */
export function repeated(records: Uint8Array, count: number, size: number): number {
  const slots = new Int32Array(2 ** (32 - Math.clz32(2 * count + 1))).fill(-1);
  const view = new DataView(records.buffer, records.byteOffset, records.byteLength);
  for (let i = 0; i < count; i++) {
    let slot = view.getUint32(size * i + 4) & (slots.length - 1);
    for (; slots[slot] !== -1; slot = (slot + 1) & (slots.length - 1)) {
      if (sameRecord(records, size * i, records, size * (slots[slot] as number), size)) return i;
    }
    slots[slot] = i;
  }
  return -1;
}

/** Equality of two records. */
export function sameRecord(left: Uint8Array, i: number, right: Uint8Array, j: number, size: number): boolean {
  for (let k = 0; k < size; k++) if (left[i + k] !== right[j + k]) return false;
  return true;
}
