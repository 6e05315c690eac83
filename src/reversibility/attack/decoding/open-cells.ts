/**
 * Cells that hold several values: JSON, delimited parts, pairs of name and value; each becomes a column of its own.
 * See decoders.md.
 * @module
 */
import { flatten, isBinary, valueOfBinary } from '../../containers/index.js';
import type { Texts } from '../../intake/packed-texts.js';
import { splitPacked } from '../../intake/pieces.js';
import { columnOfTexts, SheetColumn } from '../../intake/sheet.js';
import type { Derived } from '../../inverse.js';
import { asUtf8, BLOB_LIMIT } from './decode-bytes.js';

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
  '\n',
];
const PARTS = 64;

/** How to open the cells of a column into columns: JSON objects and arrays, or delimited parts. */
export function openCells(samples: readonly (string | null)[]): ((base: Derived) => Derived[]) | null {
  const texts = samples.filter((text): text is string => text !== null && text.length > 1);
  if (texts.length === 0 || texts.length < 0.8 * samples.length) return null;
  if (texts.some((text) => text.length > BLOB_LIMIT)) return null;
  if (texts.every((text) => /^\s*[[{]/.test(text))) {
    const parsed = texts.map(parseJson);
    if (parsed.every((value) => value !== null)) return openJson;
  }
  const record = recordLength(texts);
  if (record > 0) return (base) => openRecords(base, record);
  if (samePairs(texts)) return openPairs;
  const step = interleaving(texts);
  if (step > 0) return (base) => openInterleaved(base, step);
  for (const delimiter of DELIMITERS) {
    const parts = partsOf(texts[0] as string, delimiter);
    if (parts < 2 || parts > PARTS || texts.some((text) => partsOf(text, delimiter) !== parts)) continue;
    return (base) => openDelimited(base, delimiter, parts);
  }
  if (texts.every(isPairs)) return openPairs;
  const runs = runsOf(texts[0] as string).length;
  if (runs >= LEAST_RUNS && runs <= PARTS && texts.every((text) => runsOf(text).length === runs))
    return (base) => openRuns(base, runs);
  return null;
}

/** Values of the records in binary form that all texts are; 0 where they are none, or not equally long. */
function recordLength(texts: readonly string[]): number {
  let length = 0;
  for (const text of texts) {
    if (text.length < 4 || text.length > 20_000 || !isBinary(text)) return 0;
    const value = valueOfBinary(text);
    const own = value === undefined ? 0 : flatten(value).length;
    if (own < 2 || own > PARTS || (length > 0 && own !== length)) return 0;
    length = own;
  }
  return length;
}

function openRecords(base: Derived, length: number): Derived[] {
  const columns = Array.from({ length }, () => new Array<string | null>(base.column.distinct).fill(null));
  base.column.values.forEach((text, code) => {
    const own = flatten(valueOfBinary(text) ?? null);
    if (own.length !== length) return;
    own.forEach((item, i) => {
      (columns[i] as (string | null)[])[code] = item;
    });
  });
  return columns.map((texts, i) => part(base, `value(${base.formula}, ${i + 1})`, texts));
}

const LEAST_RUNS = 3;
/** Text in UTF-8 among bytes: printable ASCII, and sequences of two to four bytes. */
const RUNS =
  /(?:[ -~]|[\u00c2-\u00df][\u0080-\u00bf]|[\u00e0-\u00ef][\u0080-\u00bf]{2}|[\u00f0-\u00f4][\u0080-\u00bf]{3})+/g;

/**
 * Runs of text between bytes that are none: records of length and text (pickle, MessagePack, CBOR, Protocol Buffers) hold one a
 * field. Nothing where a text holds no such bytes.
 */
function runsOf(text: string): string[] {
  if (text.length > 20_000) return [];
  let bytes = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 255) return [];
    if (code < 9 || (code > 13 && code < 32) || (code > 126 && code < 0xc2)) bytes = true;
  }
  return bytes ? (text.match(RUNS) ?? []) : [];
}

function openRuns(base: Derived, runs: number): Derived[] {
  const columns = Array.from({ length: runs }, () => new Array<string | null>(base.column.distinct).fill(null));
  base.column.values.forEach((text, code) => {
    const own = runsOf(text);
    if (own.length !== runs) return;
    own.forEach((run, i) => {
      (columns[i] as (string | null)[])[code] = asUtf8(run) ?? run;
    });
  });
  return columns.map((texts, i) => part(base, `part(${base.formula}, bytes, ${i + 1})`, texts));
}

/** Parts between delimiters, counted no further than one above what is opened. */
function partsOf(text: string, delimiter: string): number {
  let parts = 1;
  for (let at = text.indexOf(delimiter); at >= 0 && parts <= PARTS; at = text.indexOf(delimiter, at + 1)) parts++;
  return parts;
}

/** What stands between pairs; blanks do where a name and its mark follow. */
const PAIR_MARKS = /[&;,]|\s+(?=[\p{L}\p{N}_.$-]{1,60}[=:])/u;

/** `name=value` pairs with names that are words: bytes that happen to hold the marks are none. */
function isPairs(text: string): boolean {
  const pairs = text.split(PAIR_MARKS);
  return pairs.length > 1 && pairs.every((pair) => /^\s*[\p{L}\p{N}_.$-]{1,60}\s*[=:]/u.test(pair));
}

/** The same names, three or more, in whatever order, in all texts. */
function samePairs(texts: readonly string[]): boolean {
  let first = '';
  for (const text of texts) {
    if (text.length > 20_000 || !isPairs(text)) return false;
    const names = text.split(PAIR_MARKS).map((pair) => pair.slice(0, pair.search(/[=:]/)).trim());
    const key = names.sort().join('\u0001');
    if (names.length < 3 || new Set(names).size < names.length || (first !== '' && key !== first)) return false;
    first = key;
  }
  return texts.length > 1;
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
  const formulaOf = (i: number): string => `part(${base.formula}, ${JSON.stringify(delimiter)}, ${i + 1})`;
  const pieces = base.column.packed === null ? null : splitPacked(base.column.packed, delimiter, parts);
  if (pieces !== null) return pieces.map((own, i) => partOf(base, formulaOf(i), own.codes, own.texts));
  const columns = Array.from({ length: parts }, () => new Array<string | null>(base.column.distinct).fill(null));
  base.column.values.forEach((text, code) => {
    const pieces = text.split(delimiter);
    if (pieces.length !== parts) return;
    pieces.forEach((piece, i) => {
      (columns[i] as (string | null)[])[code] = piece.trim();
    });
  });
  return columns.map((texts, i) => part(base, formulaOf(i), texts));
}

function openPairs(base: Derived): Derived[] {
  const paths = new Map<string, (string | null)[]>();
  base.column.values.forEach((text, code) => {
    for (const pair of text.split(PAIR_MARKS)) {
      const cut = pair.search(/[=:]/);
      if (cut > 0) collect(pair.slice(cut + 1).trim(), pair.slice(0, cut).trim(), code, base.column.distinct, paths);
    }
  });
  return [...paths].map(([path, texts]) => part(base, `value(${base.formula}, ${path})`, texts));
}

/** What texts of unlike length are filled up with before they are put together. */
const PADS = ' _*~\0';
const MOST_TEXTS = 6;
/** Share of the characters of whole texts that may look like padding. */
const PADS_INSIDE = 0.12;

/** The characters at every `step`-th place, without the padding at their end. */
function everyPlace(text: string, step: number, from: number): string {
  let own = '';
  for (let i = from; i < text.length; i += step) own += text[i] as string;
  let end = own.length;
  while (end > 0 && PADS.includes(own[end - 1] as string)) end--;
  let start = 0;
  while (start < end && PADS.includes(own[start] as string)) start++;
  return own.slice(start, end);
}

/**
 * How many texts take turns character by character in each cell, 0 where none do: one is filled up to the length of the others,
 * so that its places alone end in padding.
 */
function interleaving(texts: readonly string[]): number {
  const { length } = texts[0] as string;
  if (length < 6 || length > 2000 || texts.length < 4 || texts.some((text) => text.length !== length)) return 0;
  let best = { step: 0, inside: PADS_INSIDE };
  for (let step = 2; step <= MOST_TEXTS; step++) {
    if (length % step !== 0) continue;
    let apart = 0;
    let inside = 0;
    let total = 0;
    for (const text of texts) {
      let shortest = length;
      let longest = 0;
      for (let from = 0; from < step; from++) {
        const own = everyPlace(text, step, from);
        shortest = Math.min(shortest, own.length);
        longest = Math.max(longest, own.length);
        total += own.length;
        for (const char of own) if (PADS.includes(char)) inside++;
      }
      if (longest - shortest >= 3) apart++;
    }
    // A multiple of the true number is as clean: the first of equals is taken.
    if (apart >= 0.3 * texts.length && inside < best.inside * total - 0.01 * total)
      best = { step, inside: inside / Math.max(1, total) };
  }
  return best.step;
}

function openInterleaved(base: Derived, step: number): Derived[] {
  return Array.from({ length: step }, (_, from) =>
    part(
      base,
      `every(${step},${from + 1})(${base.formula})`,
      base.column.values.map((text) => everyPlace(text, step, from) || null),
    ),
  );
}

/** A derived column from one text per code of its base. */
export function part(base: Derived, formula: string, texts: readonly (string | null)[]): Derived {
  const compact = columnOfTexts(formula, texts);
  return partOf(base, formula, compact.codes, compact.values);
}

/** As {@link part}. @param pieces - code of the piece of each code of the base */
export function partOf(base: Derived, formula: string, pieces: Int32Array, texts: Texts): Derived {
  const codes = new Int32Array(base.column.codes.length);
  for (let row = 0; row < codes.length; row++) {
    const code = base.column.codes[row] as number;
    codes[row] = code < 0 ? -1 : (pieces[code] as number);
  }
  return {
    column: new SheetColumn(formula, codes, texts),
    from: base.from,
    formula,
    attack: 'decoders',
    knowledge: base.knowledge,
    bits: base.bits + 12,
  };
}
