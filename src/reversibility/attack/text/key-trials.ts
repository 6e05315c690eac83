/**
 * Keys between one product text and many source texts, turned away by what they make of other product texts: at a few places, then
 * everywhere, from tables of what each source character would mean. See keys.md.
 * @module
 */
import { HASHED_WHOLE, type HashSketch, hashEnd, hashNext, hashStart } from '../../intake/text-index.js';
import { type CribWindow, windowBit } from './crib-windows.js';
import { alphabetsOf, type Crib, type Cribs, TABLED } from './cribs.js';

/** A group that moves characters: the key from a product and a source character (-1: they do not belong together). */
export interface Group {
  readonly name: string;
  /** An alphabet that holds the digits in their order, and besides only letters. */
  readonly digits?: boolean;
  readonly solve: (product: number, source: number) => number;
  readonly undo: (product: number, key: number) => number;
}

/**
 * What the key between one product text and a source text makes of other product texts in a window of places: false where too few of
 * them become anything that stands there in the source.
 */
export class WindowTrial {
  readonly #tables: readonly (Int32Array | null)[];
  readonly #window: CribWindow;
  readonly #slow: (units: Uint16Array, from: number, which: number) => boolean;
  readonly #need: number;
  readonly #units: number[];

  /** @param need - how many of the probes must stand in the source, one of the first two among them */
  constructor(group: Group, own: string, probes: readonly string[], crib: Crib, window: CribWindow, need: number) {
    const { at, size } = window;
    this.#window = window;
    this.#need = need;
    this.#units = new Array<number>(size).fill(0);
    this.#slow = (units, from, which) => this.#solved(group, own, probes[which] as string, units, from);
    this.#tables = probes.map((probe) => {
      if (probe.length < at + size) return null;
      const places = alphabetsOf(crib, probe.length);
      const table = new Int32Array(size * TABLED);
      for (let i = 0; i < size; i++)
        tabulate(table, i, group, own.charCodeAt(at + i), probe.charCodeAt(at + i), places, at + i);
      return table;
    });
  }

  /** @param from - where the text's window begins among the units */
  may(units: Uint16Array, from: number): boolean {
    const probes = this.#tables.length;
    let hits = 0;
    for (let which = 0; which < probes; which++) {
      if (this.#meets(units, from, which)) hits++;
      if ((which === 1 && hits === 0) || hits + probes - which - 1 < this.#need) return false;
      if (which > 0 && hits >= this.#need) return true;
    }
    return true;
  }

  #meets(units: Uint16Array, from: number, which: number): boolean {
    const table = this.#tables[which];
    // What is too short to be asked here may be anything.
    if (table === null || table === undefined) return true;
    const { size, seen } = this.#window;
    const own = this.#units;
    for (let i = 0; i < size; i++) {
      const code = units[from + i] as number;
      if (code >= TABLED) return this.#slow(units, from, which);
      const unit = table[i * TABLED + code] as number;
      if (unit < 0) return false;
      own[i] = unit;
    }
    return seen[windowBit(own, size)] === 1;
  }

  #solved(group: Group, own: string, probe: string, units: Uint16Array, from: number): boolean {
    const { at, size, seen } = this.#window;
    for (let i = 0; i < size; i++) {
      const part = group.solve(own.charCodeAt(at + i), units[from + i] as number);
      const plain = part < 0 ? -1 : group.undo(probe.charCodeAt(at + i), part);
      if (plain < 0) return false;
      this.#units[i] = plain & 0xffff;
    }
    return seen[windowBit(this.#units, size)] === 1;
  }
}

/** Of a character of the source that no key joins to the product's, or that makes of the probe's what never stands at its place. */
const NOTHING = -1;

/** What each character of the source would make of a probe's character, as one table of many. @param places - which characters stand at each place of the source's texts */
function tabulate(
  table: Int32Array,
  which: number,
  group: Group,
  beside: number,
  hidden: number,
  places: Uint8Array | null,
  place: number,
): void {
  for (let code = 0; code < TABLED; code++) {
    const part = group.solve(beside, code);
    const plain = part < 0 ? -1 : unitOf(group.undo(hidden, part));
    const stands = plain >= 0 && (places === null || (plain < TABLED && places[place * TABLED + plain] === 1));
    table[which * TABLED + code] = stands ? plain : NOTHING;
  }
}

function unitOf(code: number): number {
  return code < 0 ? code : code & 0xffff;
}

/** Source texts of one length from which on what each of their characters makes of the probes is tabled. */
const MANY_CANDIDATES = 1000;

/**
 * What the key between one product text and a source text makes of two probes, hashed place by place from tables: false where
 * neither stands in the source, which is what the exact look would find.
 */
class Outcome {
  readonly #tables: readonly Int32Array[];
  readonly #lengths: readonly number[];
  readonly #places: number;
  readonly #sketch: HashSketch;

  constructor(group: Group, own: string, probes: readonly string[], crib: Crib) {
    this.#places = own.length;
    this.#lengths = probes.map((probe) => probe.length);
    this.#sketch = crib.sketch;
    this.#tables = probes.map((probe) => {
      const places = alphabetsOf(crib, probe.length);
      const table = new Int32Array(probe.length * TABLED);
      for (let i = 0; i < probe.length; i++)
        tabulate(table, i, group, own.charCodeAt(i % own.length), probe.charCodeAt(i), places, i);
      return table;
    });
  }

  /** @param from - where the text begins among the units */
  may(units: Uint16Array, from: number): boolean {
    for (let which = 0; which < this.#tables.length; which++) {
      const hash = this.#hashOf(this.#tables[which] as Int32Array, this.#lengths[which] as number, units, from);
      if (hash !== null && this.#sketch.maybe(hash)) return true;
    }
    return false;
  }

  /** {@link hashUnits} of a probe; null where the key does not undo it. */
  #hashOf(table: Int32Array, length: number, units: Uint16Array, from: number): number | null {
    let hash = hashStart(length);
    for (let i = 0, place = 0; i < length; i++, place++) {
      if (place === this.#places) place = 0;
      const unit = table[i * TABLED + (units[from + place] as number)] as number;
      if (unit < 0) return null;
      hash = hashNext(hash, unit);
    }
    return hashEnd(hash);
  }
}

/** {@link Outcome} where many source texts are to be tried and all of a text counts in its hash; null elsewhere. */
export function outcomeOf(
  group: Group,
  own: string,
  probes: readonly string[],
  crib: Crib,
  { count, ascii }: Cribs,
): Outcome | null {
  const whole = [own, ...probes].every((text) => text.length <= HASHED_WHOLE);
  return whole && ascii && count >= MANY_CANDIDATES ? new Outcome(group, own, probes, crib) : null;
}
