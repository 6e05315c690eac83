/**
 * Cells that hold several values: JSON, delimited parts, pairs of name and value; each becomes a column of its own.
 * See decoders.md.
 * @module
 */
import { columnOfTexts, SheetColumn } from '../intake/sheet.js';
import type { Derived } from '../inverse.js';
import { BLOB_LIMIT } from './decode-bytes.js';

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
export function openCells(samples: readonly (string | null)[]): ((base: Derived) => Derived[]) | null {
  const texts = samples.filter((text): text is string => text !== null && text.length > 1);
  if (texts.length === 0 || texts.length < 0.8 * samples.length) return null;
  if (texts.some((text) => text.length > BLOB_LIMIT)) return null;
  if (texts.every((text) => /^\s*[[{]/.test(text))) {
    const parsed = texts.map(parseJson);
    if (parsed.every((value) => value !== null)) return openJson;
  }
  for (const delimiter of DELIMITERS) {
    const parts = partsOf(texts[0] as string, delimiter);
    if (parts < 2 || parts > PARTS || texts.some((text) => partsOf(text, delimiter) !== parts)) continue;
    return (base) => openDelimited(base, delimiter, parts);
  }
  if (texts.every(isPairs)) return openPairs;
  return null;
}

/** Parts between delimiters, counted no further than one above what is opened. */
function partsOf(text: string, delimiter: string): number {
  let parts = 1;
  for (let at = text.indexOf(delimiter); at >= 0 && parts <= PARTS; at = text.indexOf(delimiter, at + 1)) parts++;
  return parts;
}

/** `name=value` pairs with names that are words: bytes that happen to hold the marks are none. */
function isPairs(text: string): boolean {
  const pairs = text.split(/[&;,]/);
  return pairs.length > 1 && pairs.every((pair) => /^\s*[\p{L}\p{N}_.$-]{1,60}\s*[=:]/u.test(pair));
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
