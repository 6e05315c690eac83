/**
 * Decoder library with recursion: finds the chain of public decoders that turns a column into values of the source, and
 * opens JSON and delimited cells into columns of their own. See decoders.md.
 * @module
 */
import type { Lookup } from '../../intake/lookup.js';
import type { Derived } from '../../inverse.js';
import { hitsBehind, intoCodes, lengthsOf, rearranges } from './behind.js';
import { common, stripping } from './cut-ends.js';
import { asUtf8 } from './decode-bytes.js';
import { applyChain, samplesOf } from './decode-chains.js';
import { NUMBER_BASES } from './decode-numbers.js';
import { areNumbers, averageLength, isPrintable, isReadable } from './decode-samples.js';
import {
  AMBIGUOUS,
  becameNumbers,
  type Draft,
  isBehindCode,
  isList,
  MOVED,
  made,
  neededOf,
  nextGuess,
  push,
  pushTold,
  Queue,
  type State,
} from './decode-states.js';
import {
  ARRANGED,
  BYTE_KEYS,
  type Decoder,
  FREE,
  GROUPED,
  KEYED,
  OF_BYTES,
  OF_GROUPED,
  PLACES,
  PRINTABLE_KEYS,
  STRICT,
  WIDE,
  XORS,
} from './decoder-library.js';
import { areUuids } from './grouped-bytes.js';
import { openCells } from './open-cells.js';
import { OtherAlphabets } from './other-base64.js';
import { keyByBeginning, OWN_KEYS, OWN_SHIFTS, opensDocuments } from './own-keys.js';

const HEAD = 4;
const units: Int32Array = new Int32Array(HEAD);

/** False when what a decoder makes of the first characters begins no source value. */
function mayHit(text: string, bytes: boolean, decoder: Decoder, lookup: Lookup): boolean {
  const { unit } = decoder;
  if (unit === undefined || text.length < HEAD) return true;
  const first = text.charCodeAt(0);
  if ((first < 0xd800 || first >= 0xe000) && !lookup.beginsUnit(unit(first), bytes)) return false;
  for (let i = 0; i < HEAD; i++) {
    const own = text.charCodeAt(i);
    if (own >= 0xd800 && own < 0xe000) return true;
    units[i] = unit(own);
  }
  for (let i = 0; i < HEAD; i++) {
    const own = units[i] as number;
    if (own < 0) return false;
    // Beyond a unit, or half of a character.
    if (own > 0xffff || (own >= 0xd800 && own < 0xe000)) return true;
  }
  if (lookup.beginsUnits(units)) return true;
  if (!bytes) return false;
  // The beginning of a character beyond ASCII in UTF-8: more than four bytes would have to be looked at.
  for (let i = 0; i < HEAD; i++) {
    const lead = units[i] as number;
    if (lead < 0x80 || lead > 0xff) continue;
    const next = i + 1 < HEAD ? (units[i + 1] as number) : 0x80;
    return lead >= 0xc2 && lead < 0xf5 && next >= 0x80 && next < 0xc0;
  }
  return false;
}

/** True when a decoder sends one of the samples straight into a source column. */
function hitsAtOnce(state: State, decoder: Decoder, lookup: Lookup): boolean {
  // Where bytes only change, as many come out as some source value has.
  const lengths = state.bytes && decoder.shorter !== undefined ? lengthsOf(lookup) : null;
  for (const text of state.samples) {
    if (text === null || text.length > 200) continue;
    if (lengths !== null && lengths[text.length - (decoder.shorter as number)] !== 1) continue;
    if (!mayHit(text, state.bytes, decoder, lookup)) continue;
    const out = decoder.decode(text);
    if (out === null) continue;
    if (lookup.holds(out)) return true;
    if (state.bytes) {
      const plain = asUtf8(out);
      if (plain !== null && plain !== out && lookup.holds(plain)) return true;
    }
  }
  return false;
}

const MASKS: readonly Decoder[] = [...BYTE_KEYS, ...OWN_KEYS];

const NUMBERS_AND_SHIFTS: readonly Decoder[] = [...NUMBER_BASES, ...OWN_SHIFTS];

const LONG_TEXT = 16;
/** Keys without a hit that are followed for what an exchange of places may make of them. */
const MOST_ARRANGED = 3;
const STATES = 900;
/** Characters of samples after which only the first states of a search are looked at: of long texts fewer chains are tried. */
const CHARACTERS = 8_000_000;
const LEAST_STATES = 24;
const LONGEST_GUESSED = 20_000;
/** Mean characters up to which texts are asked whether they stand in another order. */
const LONGEST_MOVED = 2000;
/** Samples, and their mean characters, from which on what reads a column is tried on others. */
const FEWEST_SHARED = 6;
const LEAST_SHARED = 4;
/** Readable texts that go to other attacks. */
const MOST_LEAVES = 3;
/** Columns opened from the cells of one. */
const OPENED = 64;

/** What a search found: columns that hit the source, and structures to be opened. */
export interface Decoded {
  readonly hits: Derived[];
  /** Made when asked for: what hits may have explained the column. */
  readonly opened: () => Derived[];
  /** Readable text behind public codes that hits nothing yet: for the attacks on numbers, labels and hashes. */
  readonly leaves: () => Derived[];
  /** Chains of the hits of which more than half of the samples stand in the source: other columns may have been written so, too. */
  readonly chains: ReadonlyMap<Derived, readonly Decoder[]>;
  /** States that were looked at. */
  readonly states: number;
}

/**
 * Searches chains of at most `depth` decoders (two of them free transforms) whose output stands in a source column.
 *
 * @param late - true when the time is up
 */
export function searchDecoders(base: Derived, lookup: Lookup, late: () => boolean, depth = 5): Decoded {
  const start: State = {
    chain: [],
    samples: samplesOf(base.column),
    bytes: false,
    free: 0,
    cuts: 0,
  };
  const hits: Derived[] = [];
  const opened: { readonly chain: readonly Decoder[]; readonly parts: (base: Derived) => Derived[] }[] = [];
  const leaves: (readonly Decoder[])[] = [];
  // Texts that are cut alone are leaves of their own number.
  const ends: (readonly Decoder[])[] = [];
  const chains = new Map<Derived, readonly Decoder[]>();
  const seen = new Set<string>();
  const guesses = new Queue<Draft>();
  const strictQueue = new Queue<State>();
  let states = 0;
  let characters = 0;
  // One state may be a hit, a leaf and a cell to be opened: its column is made once.
  const columns = new Map<string, Derived>();
  const derive = (chain: readonly Decoder[]): Derived => {
    const key = chain.map((decoder) => decoder.name).join('>');
    let derived = columns.get(key);
    if (derived === undefined) {
      derived = applyChain(base, chain, late);
      columns.set(key, derived);
    }
    return derived;
  };
  for (
    let state: State | undefined = start;
    state !== undefined && states < STATES && hits.length < 6;
    state = strictQueue.shift() ?? nextGuess(guesses)
  ) {
    if (late()) break;
    states++;
    for (const text of state.samples) characters += text?.length ?? 0;
    if (characters > CHARACTERS && states > LEAST_STATES) break;
    const key = state.samples.slice(0, 4).join('\u0001');
    if (seen.has(key)) continue;
    seen.add(key);
    if (state.chain.length > 0) {
      const short = state.free > 0 && averageLength(state.samples) < 4;
      const share = lookup.best(state.samples);
      const strict = state.chain.some((decoder) => decoder.bits <= 6 && decoder.name !== 'reverse');
      if (
        share >= (short ? 0.8 : strict ? 0.05 : 0.3) ||
        (state.free === 0 && lookup.bestFolded(state.samples) >= 0.2)
      ) {
        const hit = derive(state.chain);
        hits.push(hit);
        // Dense numbers stay what the source holds under many changes.
        if (
          share >= 0.5 &&
          state.samples.length >= FEWEST_SHARED &&
          averageLength(state.samples) >= LEAST_SHARED &&
          !areNumbers(start.samples)
        )
          chains.set(hit, state.chain);
        if (share >= 0.9 && !short) break;
      }
    }
    // Long readable text does not come of any code by chance.
    const plain =
      state.chain.every((decoder) => !AMBIGUOUS.test(decoder.name)) ||
      (!state.chain.some((decoder) => decoder.name.startsWith('radix')) &&
        (areNumbers(state.samples) ||
          (averageLength(state.samples) >= LONG_TEXT &&
            isReadable(state.samples) &&
            (!state.bytes || state.samples.every((text) => text !== null && isPrintable(text))))));
    if (
      (state.free === 0 || state.told === true || (state.arranged === true && becameNumbers(start, state))) &&
      plain &&
      state.chain.length > 0 &&
      isReadable(state.samples)
    ) {
      const list = state.chain.every(({ cut }) => cut !== undefined) ? ends : leaves;
      if (list.length < MOST_LEAVES) list.push(state.chain);
    }
    if (state.free === 0 && (plain || isList(state))) {
      const parts = openCells(state.samples);
      if (parts !== null) {
        opened.push({ chain: state.chain, parts });
        // What was compressed and opens is what it is: no other chain gives that by chance.
        if (state.chain.some(({ name }) => name === 'decompress')) break;
      }
    }
    if (state.chain.length >= depth) continue;
    const last = state.chain.at(-1);
    const only = last !== undefined && GROUPED.includes(last) ? OF_GROUPED : areUuids(state.samples) ? GROUPED : null;
    if (only !== null) {
      for (const decoder of only) push(strictQueue, state, decoder, 0.9);
      continue;
    }
    const printable = state.samples.every((text) => text === null || isPrintable(text));
    if (state.bytes) {
      for (const decoder of OF_BYTES) {
        // Codes without a magic number cost an exception a try: not behind guessed transforms.
        if (state.free === 0 || (decoder.name !== 'inflate' && decoder.name !== 'brotli'))
          push(strictQueue, state, decoder, 0.9);
      }
    }
    // A number is the end of a chain; numbers are read as numbers by other attacks.
    const ended = state.chain.some((decoder) => decoder.name.startsWith('radix'));
    if (printable && !ended) {
      const { samples } = state;
      const others = new OtherAlphabets(samples, samples.length - neededOf(samples.length, 0.9));
      for (const decoder of STRICT) if (!others.excludes(decoder)) push(strictQueue, state, decoder, 0.9);
      // What all values begin or end with was put there: cutting it is no guess.
      if (state.cuts < 2) for (const decoder of common(state.samples)) push(strictQueue, state, decoder, 0.9);
    }
    if (!printable && !state.bytes && !ended) for (const decoder of WIDE) push(strictQueue, state, decoder, 0.9);
    // Guesses are for words, not for whole documents in a cell.
    if (state.free < 2 && !ended && averageLength(state.samples) <= LONGEST_GUESSED) {
      const moved = state.chain.some((decoder) => MOVED.includes(decoder));
      if ((printable || !state.bytes) && !moved)
        for (const decoder of FREE) guesses.push({ state, decoder, share: 1, places: false });
      if (printable && state.chain.length === 0 && averageLength(state.samples) <= LONGEST_MOVED)
        for (const decoder of MOVED) guesses.push({ state, decoder, share: 1, places: false });
      // The many keyed guesses are kept only when they hit at once.
      if (state.free === 0 || (state.arranged === true && isBehindCode(start, state))) {
        // Bytes that are printable may be the text itself.
        const keys = !state.bytes ? KEYED : printable ? PRINTABLE_KEYS : BYTE_KEYS;
        const own = state.bytes
          ? OWN_KEYS
          : printable
            ? state.chain.length === 0
              ? NUMBERS_AND_SHIFTS
              : OWN_SHIFTS
            : [];
        let arranged = 0;
        let hit = false;
        for (const decoder of keys) {
          if (hitsAtOnce(state, decoder, lookup)) {
            hit = true;
            push(strictQueue, state, decoder, 1);
          } else if (
            (decoder.local === true || state.bytes) &&
            arranged < MOST_ARRANGED &&
            rearranges(state.samples, state.bytes, decoder, lookup)
          ) {
            arranged++;
            const next = made({ state, decoder, share: 1, places: true });
            if (next !== null) strictQueue.push({ ...next, told: state.bytes });
          }
        }
        for (const decoder of own) {
          if (hit) break;
          hit = hitsAtOnce(state, decoder, lookup);
          if (hit) push(strictQueue, state, decoder, 1);
          else if (opensDocuments(state.samples, decoder)) {
            hit = true;
            pushTold(strictQueue, state, decoder);
          }
        }
        const key = hit || !state.bytes ? null : keyByBeginning(state.samples);
        if (key !== null) push(strictQueue, state, { ...(XORS[key - 1] as Decoder), bytes: true }, 0.9);
        if (!hit && state.bytes)
          for (const { decoder, narrow } of intoCodes(state.samples, MASKS))
            if (narrow) pushTold(strictQueue, state, decoder);
            else push(strictQueue, state, decoder, 1, true);
        if (!hit && !state.bytes && state.free === 0)
          for (const decoder of ARRANGED)
            if (hitsBehind(state.samples, decoder, STRICT, lookup)) push(strictQueue, state, decoder, 1);
      } else if (state.places === true) {
        for (const decoder of PLACES) if (hitsAtOnce(state, decoder, lookup)) push(strictQueue, state, decoder, 1);
      }
      if (printable && !moved)
        for (const decoder of stripping(state.samples)) guesses.push({ state, decoder, share: 1, places: false });
    }
  }
  return {
    hits,
    opened: () => {
      const own: Derived[] = [];
      for (const { chain, parts } of opened) if (own.length < OPENED) own.push(...parts(derive(chain)));
      return own.slice(0, OPENED);
    },
    leaves: () => [...ends, ...leaves].map(derive),
    chains,
    states,
  };
}
