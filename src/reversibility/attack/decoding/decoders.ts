/**
 * Decoder library with recursion: finds the chain of public decoders that turns a column into values of the source, and
 * opens JSON and delimited cells into columns of their own. See decoders.md.
 * @module
 */
import type { Lookup } from '../../intake/lookup.js';
import { sampleCodes, withoutGaps } from '../../intake/lookup.js';
import type { PackedTexts } from '../../intake/packed-texts.js';
import { SheetColumn } from '../../intake/sheet.js';
import type { Derived } from '../../inverse.js';
import { hitsBehind, intoCodes, lengthsOf, rearranges } from './behind.js';
import { common, stripping } from './cut-ends.js';
import { asUtf8, BLOB_LIMIT } from './decode-bytes.js';
import { NUMBER_BASES } from './decode-numbers.js';
import {
  ARRANGED,
  BYTE_KEYS,
  type Decoder,
  FREE,
  KEYED,
  OF_BYTES,
  PLACES,
  PRINTABLE_KEYS,
  STRICT,
  WIDE,
  XORS,
} from './decoder-library.js';
import { openCells } from './open-cells.js';
import { OtherAlphabets } from './other-base64.js';
import { keyByBeginning, OWN_KEYS, OWN_SHIFTS } from './own-keys.js';

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

/** A state that may come of another: made when its turn comes, which that of most guesses never does. */
interface Draft {
  readonly state: State;
  readonly decoder: Decoder;
  readonly share: number;
  readonly places: boolean;
}

interface State {
  readonly chain: readonly Decoder[];
  readonly samples: readonly (string | null)[];
  readonly bytes: boolean;
  readonly free: number;
  /** Common beginnings and ends that were cut. */
  readonly cuts: number;
  /** A key was found that leaves source values with their characters in other places. */
  readonly places?: boolean;
  /** Its one free step is a customary exchange of places: bytes behind it are asked for keys. */
  readonly arranged?: boolean;
  /** A key has left numbers: what they are of other attacks find. */
  readonly told?: boolean;
}

/** Customary exchanges of places of texts in a code: what is a text in hexadecimal stays one. */
const MOVED: readonly Decoder[] = ARRANGED.filter(({ name }) => /^(?:unrail|unhalve)$/.test(name));
const ARRANGERS: readonly Decoder[] = [...MOVED, ...FREE.filter(({ name }) => /^(?:reverse|swap-pairs)$/.test(name))];

const MASKS: readonly Decoder[] = [...BYTE_KEYS, ...OWN_KEYS];

const NUMBERS_AND_SHIFTS: readonly Decoder[] = [...NUMBER_BASES, ...OWN_SHIFTS];

/** Codes that accept nearly any word: what they yield by itself proves nothing. */
const AMBIGUOUS = /^(?:radix|base62|base58|base36|base32|ascii85)/;

/** Numbers in binary form, several a cell: bytes of anything else, come by strictly, are no such numbers in all samples. */
function isList({ chain, samples }: State): boolean {
  return (
    chain.at(-1)?.name.startsWith('radix-') === true &&
    chain.slice(0, -1).every(({ name }) => !AMBIGUOUS.test(name)) &&
    samples.every((text) => text?.startsWith('[') === true)
  );
}

/** Letters, digits and customary marks of any script. */
function isReadable(samples: readonly (string | null)[]): boolean {
  return samples.every((text) => text !== null && /^[\p{L}\p{N}\p{P}\p{Zs}<>=+$|~^]+$/u.test(text));
}

const NUMBERS_LENGTH = 24;

/** Numbers in decimal digits, but for what stands for a gap, with so many characters that bytes are none by chance. */
function areNumbers(samples: readonly (string | null)[]): boolean {
  let length = 0;
  let others = 0;
  for (const text of samples) {
    if (text === null || text === '*') continue;
    if (/^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/.test(text)) length += text.length;
    else others++;
  }
  return length >= NUMBERS_LENGTH && others <= 0.1 * samples.length;
}

/** True for bytes that a customary code gave: hexadecimal digits are no base64. */
function isBehindCode(start: State, { bytes, chain }: State): boolean {
  if (!bytes || chain.length !== 2) return false;
  const { name } = chain[1] as Decoder;
  return name === 'hex' || (name === 'base64' && !start.samples.every((text) => /^[0-9a-f]+$/i.test(text ?? '')));
}

/** True for numbers that were none as they stood. */
function becameNumbers(start: State, state: State): boolean {
  return areNumbers(state.samples) && !areNumbers(start.samples);
}

/** First in, first out. */
class Queue<Item> {
  readonly #items: Item[] = [];
  #first = 0;

  push(item: Item): void {
    this.#items.push(item);
  }

  shift(): Item | undefined {
    return this.#first < this.#items.length ? this.#items[this.#first++] : undefined;
  }
}

const SAMPLE = 16;
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
  /** Chains of which more than half of the samples stand in the source: other columns may have been written so, too. */
  readonly chains: readonly (readonly Decoder[])[];
  /** States that were looked at. */
  readonly states: number;
}

/** Sampled texts without what stands for gaps: that is written in no code. */
function samplesOf(column: SheetColumn): readonly string[] {
  const texts = sampleCodes(column, SAMPLE).map((code) => column.text(code));
  return withoutGaps(texts);
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
  const chains: (readonly Decoder[])[] = [];
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
        hits.push(derive(state.chain));
        // Dense numbers stay what the source holds under many changes.
        if (
          share >= 0.5 &&
          state.samples.length >= FEWEST_SHARED &&
          averageLength(state.samples) >= LEAST_SHARED &&
          !areNumbers(start.samples)
        )
          chains.push(state.chain);
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
          if (hit || !hitsAtOnce(state, decoder, lookup)) continue;
          hit = true;
          push(strictQueue, state, decoder, 1);
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

/** The first draft that becomes a state. */
function nextGuess(guesses: Queue<Draft>): State | undefined {
  for (let draft = guesses.shift(); draft !== undefined; draft = guesses.shift()) {
    const state = made(draft);
    if (state !== null) return state;
  }
  return undefined;
}

function push(queue: Queue<State>, state: State, decoder: Decoder, share: number, places = false): void {
  const next = made({ state, decoder, share, places });
  if (next !== null) queue.push(next);
}

/** A key that is no guess, as all but gaps become what is no chance. */
function pushTold(queue: Queue<State>, state: State, decoder: Decoder): void {
  const next = made({ state, decoder: { ...decoder, bytes: true }, share: 0.7, places: true });
  if (next !== null) queue.push({ ...next, told: areNumbers(next.samples) });
}

/** Samples that must decode. */
function neededOf(samples: number, share: number): number {
  return Math.ceil(share * 0.95 * samples);
}

/** What a decoder makes of a state; null where it does not apply to so large a share of the samples, or changes none. */
function made({ state, decoder, share, places }: Draft): State | null {
  const free = share === 1;
  const needed = neededOf(state.samples.length, share);
  if (decoder.may !== undefined && !mayDecode(state.samples, decoder.may, needed)) return null;
  const samples: (string | null)[] = [];
  let good = 0;
  let changed = 0;
  for (let i = 0; i < state.samples.length; i++) {
    const text = state.samples[i] as string | null;
    const out = text === null || text.length > BLOB_LIMIT ? null : decoder.decode(text);
    samples.push(out);
    if (out !== null) {
      good++;
      if (out !== text) changed++;
    }
    if (good + (state.samples.length - 1 - i) < needed) return null;
  }
  if (good === 0 || (changed === 0 && decoder.name !== 'utf8')) return null;
  return {
    chain: [...state.chain, decoder],
    samples,
    bytes: free ? state.bytes : decoder.bytes === true,
    free: state.free + (free ? 1 : 0),
    cuts: state.cuts + (decoder.name.startsWith('cut-common') ? 1 : 0),
    places: places || (state.places === true && decoder.name === 'utf8'),
    arranged: state.arranged === true || (state.free === 0 && free && ARRANGERS.includes(decoder)),
  };
}

/** False where too few of the samples can be decoded. */
function mayDecode(samples: readonly (string | null)[], may: (text: string) => boolean, needed: number): boolean {
  let left = samples.length;
  for (const text of samples) if ((text === null || !may(text)) && --left < needed) return false;
  return true;
}

function isPrintable(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 32 || code > 126) return false;
  }
  return text.length > 0;
}

function averageLength(samples: readonly (string | null)[]): number {
  let total = 0;
  for (const text of samples) total += text?.length ?? 0;
  return samples.length === 0 ? 0 : total / samples.length;
}

/** A column read by a chain that has read another one; null where it decodes too few of its values. */
export function readAlike(base: Derived, chain: readonly Decoder[], late: () => boolean): Derived | null {
  const samples = samplesOf(base.column);
  let good = 0;
  let changed = 0;
  for (const text of samples) {
    const out = decodedBy(chain, text);
    if (out === null || out === '') continue;
    good++;
    if (out !== text) changed++;
  }
  return changed > 0 && good >= ALIKE * samples.length ? applyChain(base, chain, late) : null;
}

/** Share of the samples that a chain of another column must decode. */
const ALIKE = 0.7;

/** The derived column of a chain. When the time is up the rest stays undecoded: the attack then ends as a gap. */
export function applyChain(base: Derived, chain: readonly Decoder[], late: () => boolean = () => false): Derived {
  if (chain.length === 0) return base;
  const formula = chainFormula(chain, base.formula);
  const values = cutTexts(base.column.packed, chain) ?? decodedTexts(base.column, chain, late);
  return {
    column: new SheetColumn(formula, base.column.codes, values),
    from: base.from,
    formula,
    attack: 'decoders',
    knowledge: base.knowledge,
    bits: base.bits + chain.reduce((bits, decoder) => bits + decoder.bits, 0),
  };
}

/** The texts of a chain of cuts, which share the bytes of the column's own; null for other chains, or where a text is too short. */
function cutTexts(packed: PackedTexts | null, chain: readonly Decoder[]): PackedTexts | null {
  if (packed === null) return null;
  let first = 0;
  let last = 0;
  for (const { cut } of chain) {
    if (cut === undefined) return null;
    first += cut[0];
    last += cut[1];
  }
  return packed.cut(first, last);
}

function decodedTexts(column: SheetColumn, chain: readonly Decoder[], late: () => boolean): string[] {
  const values = new Array<string>(column.distinct).fill(UNDECODED);
  for (let code = 0; code < values.length; code++) {
    if ((code & 1023) === 0 && late()) break;
    const out = decodedBy(chain, column.text(code));
    if (out !== null) values[code] = out;
  }
  return values;
}

function decodedBy(chain: readonly Decoder[], text: string): string | null {
  let out: string | null = text;
  for (const decoder of chain) {
    out = out.length > BLOB_LIMIT ? null : decoder.decode(out);
    if (out === null) return null;
  }
  return out;
}

/** Stands for a value that does not decode; no source holds it. */
const UNDECODED = '\u0000';

function chainFormula(chain: readonly Decoder[], inner: string): string {
  return chain.reduce((formula, decoder) => (decoder.name === 'utf8' ? formula : `${decoder.name}(${formula})`), inner);
}
