/**
 * Decoder library with recursion: finds the chain of public decoders that turns a column into values of the source, and
 * opens JSON and delimited cells into columns of their own. See decoders.md.
 * @module
 */
import type { Lookup } from '../intake/lookup.js';
import { sampleCodes } from '../intake/lookup.js';
import { columnOfTexts, SheetColumn } from '../intake/sheet.js';
import type { Derived } from '../inverse.js';
import {
  asEncoding,
  asUtf8,
  BLOB_LIMIT,
  decompress,
  fromAscii85,
  fromBase32,
  fromBase32Hex,
  fromBase58,
  fromBase62,
  fromBase64,
  fromBits,
  fromCharCodes,
  fromEntities,
  fromEscapes,
  fromHex,
  fromJsonString,
  fromPercent,
  fromRadix,
  inflateRaw,
  unbrotli,
} from './decode-bytes.js';
import {
  atbash,
  reverse,
  rot47,
  swapPairs,
  unshiftBoth,
  unshiftCodePoints,
  unshiftDigits,
  unshiftLetters,
  xorConstant,
} from './decode-text.js';

/** One decoder: null where it does not apply to a text. */
export interface Decoder {
  readonly name: string;
  readonly bits: number;
  readonly decode: (text: string) => string | null;
  /** True when its output is bytes, false for text. */
  readonly bytes?: boolean;
}

const STRICT: readonly Decoder[] = [
  { name: 'base64', bits: 6, decode: fromBase64, bytes: true },
  { name: 'hex', bits: 6, decode: fromHex, bytes: true },
  { name: 'base32', bits: 6, decode: fromBase32, bytes: true },
  { name: 'base32hex', bits: 6, decode: fromBase32Hex, bytes: true },
  { name: 'base58', bits: 6, decode: fromBase58, bytes: true },
  { name: 'base62', bits: 6, decode: fromBase62, bytes: true },
  { name: 'ascii85', bits: 6, decode: fromAscii85, bytes: true },
  { name: 'bits', bits: 6, decode: fromBits, bytes: true },
  { name: 'percent', bits: 6, decode: fromPercent },
  { name: 'html', bits: 6, decode: fromEntities },
  { name: 'escapes', bits: 6, decode: fromEscapes },
  { name: 'char-codes', bits: 6, decode: fromCharCodes },
  { name: 'json-string', bits: 6, decode: fromJsonString },
  { name: 'radix2', bits: 6, decode: fromRadix(2) },
  { name: 'radix8', bits: 6, decode: fromRadix(8) },
  { name: 'radix16', bits: 6, decode: fromRadix(16) },
  { name: 'radix36', bits: 6, decode: fromRadix(36) },
];

const OF_BYTES: readonly Decoder[] = [
  { name: 'utf8', bits: 1, decode: asUtf8 },
  { name: 'decompress', bits: 4, decode: (text) => decompress(text), bytes: true },
  { name: 'inflate', bits: 5, decode: (text) => inflateRaw(text), bytes: true },
  { name: 'brotli', bits: 5, decode: (text) => unbrotli(text), bytes: true },
  { name: 'utf16le', bits: 4, decode: asEncoding('utf-16le') },
  { name: 'utf16be', bits: 4, decode: asEncoding('utf-16be') },
  { name: 'gb18030', bits: 4, decode: asEncoding('gb18030') },
];

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

/** Transforms that apply to every text: tried once or twice in a chain. */
const FREE: readonly Decoder[] = [
  { name: 'reverse', bits: 6, decode: reverse },
  { name: 'rot13', bits: 7, decode: unshiftLetters(13) },
  { name: 'atbash', bits: 7, decode: atbash },
  { name: 'rot47', bits: 7, decode: rot47 },
  { name: 'swap-pairs', bits: 7, decode: swapPairs },
  { name: 'rot13+rot5', bits: 8, decode: unshiftBoth(13, 5) },
];
const SHIFTS: readonly Decoder[] = [
  ...range(1, 25)
    .filter((shift) => shift !== 13)
    .map((shift) => ({ name: `shift-letters(${shift})`, bits: 11, decode: unshiftLetters(shift) })),
  ...range(1, 9).map((shift) => ({ name: `shift-digits(${shift})`, bits: 10, decode: unshiftDigits(shift) })),
  ...range(1, 25).map((shift) => ({ name: `shift-both(${shift})`, bits: 11, decode: unshiftBoth(shift, shift % 10) })),
  ...range(1, 32).flatMap((shift) => [
    { name: `shift-code-points(${shift})`, bits: 12, decode: unshiftCodePoints(shift) },
    { name: `shift-code-points(${-shift})`, bits: 12, decode: unshiftCodePoints(-shift) },
  ]),
];
const XORS: readonly Decoder[] = range(1, 255).map((key) => ({
  name: `xor(${key})`,
  bits: 14,
  decode: xorConstant(key),
}));

const KEYED: readonly Decoder[] = [...SHIFTS, ...XORS];

/** True when a decoder sends one of the samples straight into a source column. */
function hitsAtOnce(state: State, decoder: Decoder, lookup: Lookup): boolean {
  for (const text of state.samples) {
    if (text === null || text.length > 200) continue;
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

interface State {
  readonly chain: readonly Decoder[];
  readonly samples: readonly (string | null)[];
  readonly bytes: boolean;
  readonly free: number;
}

/** Codes that accept nearly any word: what they yield by itself proves nothing. */
const AMBIGUOUS = /^(?:radix|base62|base58|base32|ascii85)/;

/** Letters, digits and customary marks of any script. */
function isReadable(samples: readonly (string | null)[]): boolean {
  return samples.every((text) => text !== null && /^[\p{L}\p{N}\p{P}\p{Zs}<>=+$|~^]+$/u.test(text));
}

const SAMPLE = 16;
const STATES = 900;

/** What a search found: columns that hit the source, and structures to be opened. */
export interface Decoded {
  readonly hits: Derived[];
  readonly opened: Derived[];
  /** Readable text behind public codes that hits nothing yet: for the attacks on numbers, labels and hashes. */
  readonly leaves: Derived[];
}

/**
 * Searches chains of at most `depth` decoders (two of them free transforms) whose output stands in a source column.
 *
 * @param late - true when the time is up
 */
export function searchDecoders(base: Derived, lookup: Lookup, late: () => boolean, depth = 5): Decoded {
  const codes = sampleCodes(base.column, SAMPLE);
  const start: State = {
    chain: [],
    samples: codes.map((code) => base.column.values[code] as string),
    bytes: false,
    free: 0,
  };
  const hits: Derived[] = [];
  const opened: Derived[] = [];
  const leaves: Derived[] = [];
  const seen = new Set<string>();
  const queue: State[] = [start];
  const strictQueue: State[] = [];
  let states = 0;
  // One state may be a hit, a leaf and a cell to be opened: its column is made once.
  const made = new Map<string, Derived>();
  const derive = (chain: readonly Decoder[]): Derived => {
    const key = chain.map((decoder) => decoder.name).join('>');
    let derived = made.get(key);
    if (derived === undefined) {
      derived = applyChain(base, chain, late);
      made.set(key, derived);
    }
    return derived;
  };
  while (queue.length + strictQueue.length > 0 && states < STATES && hits.length < 6) {
    if (late()) break;
    const state = (strictQueue.shift() ?? queue.shift()) as State;
    states++;
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
        if (share >= 0.9 && !short) break;
      }
    }
    const plain = state.chain.every((decoder) => !AMBIGUOUS.test(decoder.name));
    if (state.free === 0 && plain && state.chain.length > 0 && leaves.length < 3 && isReadable(state.samples)) {
      leaves.push(derive(state.chain));
    }
    if (state.free === 0 && plain) {
      const parts = openCells(state.samples);
      if (parts !== null) opened.push(...parts(derive(state.chain)));
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
    if (printable && !ended) for (const decoder of STRICT) push(strictQueue, state, decoder, 0.9);
    if (state.free < 2 && !ended) {
      if (printable || !state.bytes) for (const decoder of FREE) push(queue, state, decoder, 1);
      // The many keyed guesses are kept only when they hit at once.
      if (state.free === 0) {
        for (const decoder of state.bytes ? XORS : KEYED)
          if (hitsAtOnce(state, decoder, lookup)) push(queue, state, decoder, 1);
      }
      if (printable) for (const decoder of stripping(state.samples)) push(queue, state, decoder, 1);
    }
  }
  return { hits, opened, leaves };
}

function push(queue: State[], state: State, decoder: Decoder, share: number): void {
  const free = share === 1;
  const samples: (string | null)[] = [];
  let good = 0;
  let changed = 0;
  const needed = Math.ceil(share * 0.95 * state.samples.length);
  for (let i = 0; i < state.samples.length; i++) {
    const text = state.samples[i] as string | null;
    const out = text === null || text.length > BLOB_LIMIT ? null : decoder.decode(text);
    samples.push(out);
    if (out !== null) {
      good++;
      if (out !== text) changed++;
    }
    if (good + (state.samples.length - 1 - i) < needed) return;
  }
  if (good === 0 || (changed === 0 && decoder.name !== 'utf8')) return;
  queue.push({
    chain: [...state.chain, decoder],
    samples,
    bytes: free ? state.bytes : decoder.bytes === true,
    free: state.free + (free ? 1 : 0),
  });
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

/** Decoders that cut a fixed number of characters, or a common prefix or suffix, from either end. */
function stripping(samples: readonly (string | null)[]): Decoder[] {
  const texts = samples.filter((text): text is string => text !== null);
  if (texts.length < 2) return [];
  const shortest = Math.min(...texts.map((text) => text.length));
  const list: Decoder[] = [];
  for (let cut = 1; cut <= Math.min(16, shortest - 1); cut++) {
    list.push({ name: `cut-first(${cut})`, bits: 8, decode: (text) => (text.length > cut ? text.slice(cut) : null) });
    list.push({
      name: `cut-last(${cut})`,
      bits: 8,
      decode: (text) => (text.length > cut ? text.slice(0, -cut) : null),
    });
  }
  let prefix = 0;
  const first = texts[0] as string;
  while (prefix < shortest && texts.every((text) => text[prefix] === first[prefix])) prefix++;
  let suffix = 0;
  while (
    suffix < shortest - prefix - 1 &&
    texts.every((text) => text[text.length - 1 - suffix] === first[first.length - 1 - suffix])
  ) {
    suffix++;
  }
  if (prefix > 0 && suffix > 0 && shortest > prefix + suffix) {
    list.push({ name: `cut(${prefix},${suffix})`, bits: 10, decode: (text) => text.slice(prefix, -suffix) });
  }
  // Text between the first and the last delimiter.
  for (const delimiter of ['_', '-', ':', '|', '#', '@', '.']) {
    if (texts.every((text) => text.includes(delimiter))) {
      list.push({ name: `after(${delimiter})`, bits: 8, decode: (text) => text.slice(text.indexOf(delimiter) + 1) });
      list.push({
        name: `before(${delimiter})`,
        bits: 8,
        decode: (text) => text.slice(0, text.lastIndexOf(delimiter)),
      });
    }
  }
  return list;
}

/** The derived column of a chain. When the time is up the rest stays undecoded: the attack then ends as a gap. */
export function applyChain(base: Derived, chain: readonly Decoder[], late: () => boolean = () => false): Derived {
  if (chain.length === 0) return base;
  const formula = chainFormula(chain, base.formula);
  const values = new Array<string>(base.column.distinct).fill(UNDECODED);
  for (let code = 0; code < values.length; code++) {
    if ((code & 1023) === 0 && late()) break;
    let out: string | null = base.column.values[code] as string;
    for (const decoder of chain) {
      out = out === null || out.length > BLOB_LIMIT ? null : decoder.decode(out);
      if (out === null) break;
    }
    if (out !== null) values[code] = out;
  }
  return {
    column: new SheetColumn(formula, base.column.codes, values),
    from: base.from,
    formula,
    attack: 'decoders',
    knowledge: base.knowledge,
    bits: base.bits + chain.reduce((bits, decoder) => bits + decoder.bits, 0),
  };
}

/** Stands for a value that does not decode; no source holds it. */
const UNDECODED = '\u0000';

function chainFormula(chain: readonly Decoder[], inner: string): string {
  return chain.reduce((formula, decoder) => (decoder.name === 'utf8' ? formula : `${decoder.name}(${formula})`), inner);
}

const DELIMITERS = [
  '|',
  ',',
  ';',
  '\t',
  '^',
  '#',
  '~',
  '$',
  '&',
  '/',
  '_',
  '-',
  ':',
  ' ',
  '@',
  '+',
  '=',
  '.',
  '*',
  '\u0001',
];
const PARTS = 64;

/** How to open the cells of a column into columns: JSON objects and arrays, or delimited parts. */
function openCells(samples: readonly (string | null)[]): ((base: Derived) => Derived[]) | null {
  const texts = samples.filter((text): text is string => text !== null && text.length > 1);
  if (texts.length === 0 || texts.length < 0.8 * samples.length) return null;
  if (texts.every((text) => /^\s*[[{]/.test(text))) {
    const parsed = texts.map(parseJson);
    if (parsed.every((value) => value !== null)) return openJson;
  }
  for (const delimiter of DELIMITERS) {
    const counts = texts.map((text) => text.split(delimiter).length);
    const parts = counts[0] as number;
    if (parts < 2 || parts > PARTS || counts.some((count) => count !== parts)) continue;
    return (base) => openDelimited(base, delimiter, parts);
  }
  if (texts.every((text) => /[=:]/.test(text) && /[&;,]/.test(text))) return openPairs;
  return null;
}

function parseJson(text: string): object | null {
  if (text.length > BLOB_LIMIT || depthOf(text) > 64) return null;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}

function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i);
    if (char === 91 || char === 123) deepest = Math.max(deepest, ++depth);
    else if (char === 93 || char === 125) depth--;
  }
  return deepest;
}

function openJson(base: Derived): Derived[] {
  const paths = new Map<string, (string | null)[]>();
  base.column.values.forEach((text, code) => {
    const value = parseJson(text);
    if (value !== null) collect(value, '$', code, base.column.distinct, paths);
  });
  return [...paths].map(([path, texts]) => part(base, `json(${base.formula}, ${path})`, texts));
}

function collect(
  value: unknown,
  path: string,
  code: number,
  size: number,
  paths: Map<string, (string | null)[]>,
): void {
  if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) collect(inner, `${path}.${key}`, code, size, paths);
    return;
  }
  let texts = paths.get(path);
  if (texts === undefined) {
    if (paths.size >= PARTS) return;
    texts = new Array<string | null>(size).fill(null);
    paths.set(path, texts);
  }
  texts[code] = value === null ? null : String(value);
}

function openDelimited(base: Derived, delimiter: string, parts: number): Derived[] {
  const columns = Array.from({ length: parts }, () => new Array<string | null>(base.column.distinct).fill(null));
  base.column.values.forEach((text, code) => {
    const pieces = text.split(delimiter);
    if (pieces.length !== parts) return;
    pieces.forEach((piece, i) => {
      (columns[i] as (string | null)[])[code] = piece.trim();
    });
  });
  return columns.map((texts, i) => part(base, `part(${base.formula}, ${JSON.stringify(delimiter)}, ${i + 1})`, texts));
}

function openPairs(base: Derived): Derived[] {
  const paths = new Map<string, (string | null)[]>();
  base.column.values.forEach((text, code) => {
    for (const pair of text.split(/[&;,]/)) {
      const cut = pair.search(/[=:]/);
      if (cut > 0) collect(pair.slice(cut + 1).trim(), pair.slice(0, cut).trim(), code, base.column.distinct, paths);
    }
  });
  return [...paths].map(([path, texts]) => part(base, `value(${base.formula}, ${path})`, texts));
}

/** A derived column from one text per code of its base. */
export function part(base: Derived, formula: string, texts: readonly (string | null)[]): Derived {
  const compact = columnOfTexts(formula, texts);
  const codes = new Int32Array(base.column.codes.length);
  for (let row = 0; row < codes.length; row++) {
    const code = base.column.codes[row] as number;
    codes[row] = code < 0 ? -1 : (compact.codes[code] as number);
  }
  return {
    column: new SheetColumn(formula, codes, compact.values),
    from: base.from,
    formula,
    attack: 'decoders',
    knowledge: base.knowledge,
    bits: base.bits + 12,
  };
}
