/**
 * Places of a crib's texts that turn most keys away: few different texts stand there, and a wrong key hits none of them as a rule.
 * Of resident numbers that is the birth date and not the district, which all have in common. See keys.md.
 * @module
 */
import { hashUnits } from '../../intake/text-index.js';
import type { Crib, Cribs } from './cribs.js';

/** Hashes of windows that are told apart. */
const HASHES = 1 << 19;

/** Some neighbouring places of a crib's texts. */
export interface CribWindow {
  readonly at: number;
  readonly size: number;
  /** Which hashes of what stands there occur, in texts of any length. */
  readonly seen: Uint8Array;
  /** What stands there in each text of one length, as a number; null of few texts, or where most differ there. */
  readonly numbers: Int32Array | null;
  /** Different numbers. */
  readonly different: number;
}

/** Of fewer texts each is looked at, by its beginning. */
const MANY_CRIBS = 2000;
const BEGINNING = 4;
const SIZES = [4, 6];
/** Texts by which windows are compared, and keys tried on each. */
const COMPARED = 1 << 13;
const TRIALS = 200;
/** Places of windows that are compared. */
const MOST_PLACES = 24;

const kept = new WeakMap<Cribs, CribWindow>();

/** The window of the texts of one length: few different ones, which wrong keys hardly hit; kept. Null where texts are too short. */
export function windowOf(crib: Crib, cribs: Cribs): CribWindow | null {
  if (cribs.length < BEGINNING) return null;
  let found = kept.get(cribs);
  if (found === undefined) {
    const [at, size] = cribs.count < MANY_CRIBS ? [0, BEGINNING] : bestPlace(cribs);
    found = { at, size, seen: seenIn(crib.byLength.values(), at, size), ...numbered(cribs, at, size) };
    kept.set(cribs, found);
  }
  return found;
}

/** The bit of what stands at a place. */
export function windowBit(units: ArrayLike<number>, size: number): number {
  return hashUnits(units, size) & (HASHES - 1);
}

function seenIn(all: Iterable<Cribs>, at: number, size: number): Uint8Array {
  const seen = new Uint8Array(HASHES);
  const own: number[] = new Array<number>(size).fill(0);
  for (const { units, length, count } of all) {
    if (length < at + size) continue;
    for (let text = 0, from = at; text < count; text++, from += length) {
      for (let i = 0; i < size; i++) own[i] = units[from + i] as number;
      seen[windowBit(own, size)] = 1;
    }
  }
  return seen;
}

function numbered(cribs: Cribs, at: number, size: number): { numbers: Int32Array | null; different: number } {
  const { units, length, count } = cribs;
  if (count < MANY_CRIBS) return NOT_NUMBERED;
  const numbers = new Int32Array(count);
  let capacity = 1 << 12;
  let slots = new Int32Array(capacity).fill(-1);
  const firsts: number[] = [];
  const own: number[] = new Array<number>(size).fill(0);
  const hashAt = (text: number): number => {
    for (let i = 0, from = text * length + at; i < size; i++) own[i] = units[from + i] as number;
    return hashUnits(own, size);
  };
  const equal = (a: number, b: number): boolean => {
    for (let i = 0, p = a * length + at, q = b * length + at; i < size; i++)
      if (units[p + i] !== units[q + i]) return false;
    return true;
  };
  for (let text = 0; text < count; text++) {
    let slot = hashAt(text) & (capacity - 1);
    for (;;) {
      const number = slots[slot] as number;
      if (number < 0) {
        slots[slot] = firsts.length;
        numbers[text] = firsts.length;
        firsts.push(text);
        break;
      }
      if (equal(firsts[number] as number, text)) {
        numbers[text] = number;
        break;
      }
      slot = (slot + 1) & (capacity - 1);
    }
    if (2 * firsts.length > capacity) {
      capacity *= 2;
      slots = new Int32Array(capacity).fill(-1);
      firsts.forEach((first, number) => {
        let place = hashAt(first) & (capacity - 1);
        while ((slots[place] as number) >= 0) place = (place + 1) & (capacity - 1);
        slots[place] = number;
      });
    }
  }
  return 4 * firsts.length > count ? NOT_NUMBERED : { numbers, different: firsts.length };
}

const NOT_NUMBERED = { numbers: null, different: 0 };

/** Place and size of the window that the fewest wrong keys hit, of those that are much the same from text to text. */
function bestPlace(cribs: Cribs): readonly [number, number] {
  const step = Math.max(1, Math.floor(cribs.count / COMPARED));
  const count = Math.floor(cribs.count / step);
  const { length } = cribs;
  const units = new Uint16Array(count * length);
  for (let text = 0; text < count; text++)
    units.set(cribs.units.subarray(text * step * length, (text * step + 1) * length), text * length);
  const some: Cribs = { ...cribs, units, count };
  let best: readonly [number, number] = [0, BEGINNING];
  let least = Number.POSITIVE_INFINITY;
  for (const size of SIZES) {
    for (let at = 0; at + size <= length && at < MOST_PLACES; at++) {
      const seen = seenIn([some], at, size);
      let different = 0;
      for (const bit of seen) different += bit;
      if (4 * different > count && size > BEGINNING) continue;
      const hits = wrongHits(some, at, size, seen);
      if (hits < least) {
        least = hits;
        best = [at, size];
      }
    }
  }
  return best;
}

/** How many keys between two texts of the source make a text that stands there of a third one. */
function wrongHits({ units, length, count }: Cribs, at: number, size: number, seen: Uint8Array): number {
  const own: number[] = new Array<number>(size).fill(0);
  let hits = 0;
  for (let trial = 0; trial < TRIALS; trial++) {
    const [a, b, c] = [1, 2, 3].map((which) => (Math.floor((count * trial) / TRIALS) * which + which) % count);
    const place = (text: number): number => text * length + at;
    for (let i = 0; i < size; i++) {
      const moved = (units[place(c as number) + i] as number) - (units[place(a as number) + i] as number);
      own[i] = movedBy(units[place(b as number) + i] as number, moved);
    }
    hits += seen[windowBit(own, size)] as number;
  }
  return hits;
}

/** A digit among digits, anything else among all characters. */
function movedBy(unit: number, by: number): number {
  return unit >= 48 && unit <= 57 ? 48 + ((((unit - 48 + by) % 10) + 10) % 10) : (unit + by) & 0xffff;
}
