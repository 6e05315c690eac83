/**
 * Keys between one product text and many source texts, turned away by what they make of two other product texts: of the first
 * characters, then of all, from tables of what each source character would mean. See keys.md.
 * @module
 */
import { HASHED_WHOLE, type HashSketch, hashEnd, hashNext, hashStart, hashUnits } from '../../intake/text-index.js';
import { BEGINNING, BEGINNINGS, type Cribs, TABLED } from './cribs.js';

/** A group that moves characters: the key from a product and a source character (-1: they do not belong together). */
export interface Group {
  readonly name: string;
  /** An alphabet that holds the digits in their order, and besides only letters. */
  readonly digits?: boolean;
  readonly solve: (product: number, source: number) => number;
  readonly undo: (product: number, key: number) => number;
}

/** False when the key of the first characters makes a beginning of no source text out of either probe. */
function mayBegin(
  group: Group,
  own: string,
  source: string,
  key: Int32Array,
  probes: readonly string[],
  beginnings: Uint8Array,
  units: number[],
): boolean {
  if (own.length < BEGINNING || probes.length < 2) return true;
  for (let i = 0; i < BEGINNING; i++) {
    const part = group.solve(own.charCodeAt(i), source.charCodeAt(i));
    if (part < 0) return false;
    key[i] = part;
  }
  for (const probe of probes) {
    if (probe.length < BEGINNING) return true;
    let known = true;
    for (let i = 0; i < BEGINNING && known; i++) {
      const code = group.undo(probe.charCodeAt(i), key[i] as number);
      known = code >= 0;
      units[i] = code & 0xffff;
    }
    if (known && beginnings[hashUnits(units, BEGINNING) & (BEGINNINGS - 1)] === 1) return true;
  }
  return false;
}

/**
 * {@link mayBegin} for one product text: what its first characters and those of the probes become with each source character is
 * looked up.
 */
export class Beginning {
  readonly #tables: readonly Int32Array[] = [];
  readonly #slow: (source: string) => boolean;
  readonly #beginnings: Uint8Array;
  readonly #always: boolean;
  readonly #units: number[] = [];

  constructor(group: Group, own: string, probes: readonly string[], beginnings: Uint8Array) {
    const key = new Int32Array(BEGINNING);
    this.#beginnings = beginnings;
    this.#slow = (source) => mayBegin(group, own, source, key, probes, beginnings, this.#units);
    this.#always = own.length < BEGINNING || probes.length < 2 || probes.some((probe) => probe.length < BEGINNING);
    if (this.#always) return;
    this.#tables = probes.map((probe) => {
      const table = new Int32Array(BEGINNING * TABLED);
      for (let i = 0; i < BEGINNING; i++) {
        for (let code = 0; code < TABLED; code++) {
          const part = group.solve(own.charCodeAt(i), code);
          const plain = part < 0 ? -1 : group.undo(probe.charCodeAt(i), part);
          table[i * TABLED + code] = part < 0 ? NO_KEY : plain < 0 ? UNKNOWN : plain & 0xffff;
        }
      }
      return table;
    });
  }

  may(source: string): boolean {
    if (this.#always) return this.#slow(source);
    const units = this.#units;
    for (const table of this.#tables) {
      let known = true;
      for (let i = 0; i < BEGINNING; i++) {
        const code = source.charCodeAt(i);
        if (code >= TABLED) return this.#slow(source);
        const unit = table[i * TABLED + code] as number;
        if (unit === NO_KEY) return false;
        if (unit === UNKNOWN) known = false;
        units[i] = unit;
      }
      if (known && this.#beginnings[hashUnits(units, BEGINNING) & (BEGINNINGS - 1)] === 1) return true;
    }
    return false;
  }
}

const NO_KEY = -1;
const UNKNOWN = -2;

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

  constructor(group: Group, own: string, probes: readonly string[], sketch: HashSketch) {
    this.#places = own.length;
    this.#lengths = probes.map((probe) => probe.length);
    this.#sketch = sketch;
    this.#tables = probes.map((probe) => {
      const table = new Int32Array(probe.length * TABLED);
      for (let i = 0; i < probe.length; i++) {
        const beside = own.charCodeAt(i % own.length);
        const hidden = probe.charCodeAt(i);
        for (let code = 0; code < TABLED; code++) {
          const part = group.solve(beside, code);
          const plain = part < 0 ? -1 : group.undo(hidden, part);
          table[i * TABLED + code] = plain < 0 ? UNKNOWN : plain & 0xffff;
        }
      }
      return table;
    });
  }

  may(source: string): boolean {
    for (let which = 0; which < this.#tables.length; which++) {
      const hash = this.#hashOf(this.#tables[which] as Int32Array, this.#lengths[which] as number, source);
      if (hash !== null && this.#sketch.maybe(hash)) return true;
    }
    return false;
  }

  /** {@link hashUnits} of a probe; null where the key does not undo it. */
  #hashOf(table: Int32Array, length: number, source: string): number | null {
    let hash = hashStart(length);
    for (let i = 0, place = 0; i < length; i++, place++) {
      if (place === this.#places) place = 0;
      const unit = table[i * TABLED + source.charCodeAt(place)] as number;
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
  sketch: HashSketch,
  { texts, ascii }: Cribs,
): Outcome | null {
  const whole = [own, ...probes].every((text) => text.length <= HASHED_WHOLE);
  return whole && ascii && texts.length >= MANY_CANDIDATES ? new Outcome(group, own, probes, sketch) : null;
}
