/**
 * Labels that are texts of the source: values as they are, their first characters, starred patterns, sets of values.
 * @module
 */
import { foldedIndex, foldedTexts } from '../intake/folded.js';
import { sampleCodes } from '../intake/lookup.js';
import { PackedTexts, stringsOf, type Texts } from '../intake/packed-texts.js';
import type { SheetColumn } from '../intake/sheet.js';
import { parseStars } from './label.js';
import { type Base, LEAST_MASS, measured, overlapped, type Recoding, UNCOVERED } from './recoding.js';

export const SCREEN = 256;

/** Labels of values by a function. */
function byCode(
  base: Base,
  to: SheetColumn,
  position: number,
  how: string,
  texts: Texts,
  codeOf: (text: string) => number,
): Recoding | null {
  // A look at some values before all are read: labels that cover the source are met at once.
  if (to.distinct > SCREEN && !sampleCodes(to, SCREEN).some((code) => codeOf(textAt(texts, code)) >= 0)) return null;
  const map = new Int32Array(to.distinct);
  let any = false;
  for (let code = 0; code < map.length; code++) {
    const label = codeOf(textAt(texts, code));
    map[code] = label;
    if (label >= 0) any = true;
  }
  return any ? measured(base, to, position, how, map) : null;
}

function textAt(texts: Texts, code: number): string {
  return texts instanceof PackedTexts ? texts.at(code) : (texts[code] as string);
}

const ownLabels = new WeakMap<SheetColumn, Int32Array>();

/** Code of each of a column's own texts when looked up folded. */
function labelsOf(column: SheetColumn): Int32Array {
  let labels = ownLabels.get(column);
  if (labels === undefined) {
    const index = codesOfLabels(column);
    labels = Int32Array.from(stringsOf(foldedTexts(column).texts), (text) => index.get(text) ?? UNCOVERED);
    ownLabels.set(column, labels);
  }
  return labels;
}

const lastCodes = new WeakMap<SheetColumn, ReadonlyMap<string, number>>();

/** Folded label to code; the last code where two labels fold alike. */
export function codesOfLabels(column: SheetColumn): ReadonlyMap<string, number> {
  let index = lastCodes.get(column);
  if (index === undefined) {
    const map = new Map<string, number>();
    stringsOf(foldedTexts(column).texts).forEach((text, code) => {
      map.set(text, code);
    });
    index = map;
    lastCodes.set(column, index);
  }
  return index;
}

/** Values as they are; none where nine tenths of the rows cannot hold such. */
export function bySame(base: Base, to: SheetColumn, position: number): Recoding | null {
  const { own, everything } = base;
  const { texts, hashes } = foldedTexts(own);
  const met = foldedIndex(to).codesOf(texts, hashes, UNCOVERED);
  let rows = 0;
  for (let code = 0; code < met.length; code++)
    if ((met[code] as number) >= 0 || everything.has(code)) rows += own.counts[code] as number;
  if (rows < LEAST_MASS * own.present) return null;
  const index = codesOfLabels(own);
  return byCode(base, to, position, 'same', foldedTexts(to).texts, (text) => index.get(text) ?? UNCOVERED);
}

export function byPrefix(base: Base, to: SheetColumn, position: number): Recoding[] {
  const { own } = base;
  const list: Recoding[] = [];
  const stars = own.values.map((text, code) => (base.everything.has(code) ? null : parseStars(text)));
  const starred = stars.filter((star) => star !== null).length;
  if (starred > 0 && starred >= 0.9 * (own.distinct - base.everything.size)) {
    const shapes = new Map<string, { first: number; last: number }>();
    for (const star of stars) if (star !== null) shapes.set(`${star.first},${star.last}`, star);
    if (shapes.size <= 8) {
      const index = new Map<string, number>();
      own.values.forEach((text, code) => {
        const star = stars[code];
        if (star !== null && star !== undefined) {
          index.set(`${star.first}|${text.slice(0, star.first)}|${text.slice(text.length - star.last)}`, code);
        }
      });
      const map = new Int32Array(to.distinct).fill(UNCOVERED);
      let clash = false;
      to.values.forEach((text, code) => {
        for (const { first, last } of shapes.values()) {
          if (text.length < first + last) continue;
          const label = index.get(`${first}|${text.slice(0, first)}|${text.slice(text.length - last)}`);
          if (label === undefined) continue;
          if ((map[code] as number) >= 0) clash = true;
          map[code] = label;
        }
      });
      if (!clash) {
        const names = [...shapes.values()].map(({ first, last }) => (last === 0 ? `${first}` : `${first}..${last}`));
        list.push(measured(base, to, position, `prefix(${names.join(',')})`, map));
      }
    }
    return list;
  }
  // Labels that are the first characters of values.
  const lengths = new Set(own.values.filter((_, code) => !base.everything.has(code)).map((text) => text.length));
  if (lengths.size === 0 || lengths.size > 4 || own.distinct > 5000) return list;
  const longest = averageLength(to);
  for (const length of lengths) if (length >= longest) return list;
  const sorted = [...lengths].sort((a, b) => b - a);
  // The label that each of the labels' own texts stands for, folded.
  const labels = labelsOf(own);
  const codeOf = (text: string): number => {
    for (const length of sorted) {
      const code = own.index.get(text.slice(0, length));
      if (code !== undefined) return labels[code] as number;
    }
    return UNCOVERED;
  };
  if (rowsOfBeginnings(base, to, labels) < LEAST_MASS * own.present) return list;
  const recoding = byCode(base, to, position, `prefix(${sorted.join(',')})`, to.packed ?? to.values, codeOf);
  if (recoding !== null) list.push(recoding);
  // Last characters are no generalisation in order, but a common one of sexes or endings: not recognised here.
  return list;
}

/** Characters of the longest beginnings of which is known whether a column holds them. */
const BEGINNINGS = 8;
const PLACES = 1 << 16;

const begun = new WeakMap<SheetColumn, Uint8Array>();

/** By hash of a beginning: a bit for each length that a value of the column begins so with. */
function beginningsOf(column: SheetColumn): Uint8Array {
  const seen = new Uint8Array(PLACES);
  const { packed } = column;
  if (packed?.ascii === true) {
    const { starts, ends, bytes } = packed;
    for (let code = 0; code < starts.length; code++) {
      const from = starts[code] as number;
      const until = Math.min(ends[code] as number, from + BEGINNINGS);
      let hash = 0;
      for (let i = from; i < until; i++) hash = begin(seen, hash, bytes[i] as number, i - from);
    }
    return seen;
  }
  for (let code = 0; code < column.distinct; code++) {
    const text = column.text(code);
    let hash = 0;
    for (let i = 0; i < text.length && i < BEGINNINGS; i++) hash = begin(seen, hash, text.charCodeAt(i), i);
  }
  return seen;
}

/** Marks a beginning that is one character longer. @returns its hash */
function begin(seen: Uint8Array, before: number, unit: number, length: number): number {
  const hash = Math.imul(before, 31) + unit;
  const at = mixed(hash);
  seen[at] = (seen[at] as number) | (1 << length);
  return hash;
}

function mixed(hash: number): number {
  return Math.imul(hash, 0x9e3779b1) >>> 16;
}

/** Product rows of the labels with which some value may begin: no prefix reads others. */
function rowsOfBeginnings({ own, everything }: Base, to: SheetColumn, labels: Int32Array): number {
  let seen = begun.get(to);
  if (seen === undefined) {
    seen = beginningsOf(to);
    begun.set(to, seen);
  }
  const held = new Set(everything);
  own.values.forEach((text, code) => {
    let hash = 0;
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash, 31) + text.charCodeAt(i);
    const { length } = text;
    const isLong = length === 0 || length > BEGINNINGS;
    if (isLong || (((seen as Uint8Array)[mixed(hash)] as number) & (1 << (length - 1))) !== 0)
      held.add(labels[code] as number);
  });
  let rows = 0;
  for (const code of held) if (code >= 0) rows += own.counts[code] as number;
  return rows;
}

function averageLength(column: SheetColumn): number {
  let total = 0;
  const stride = Math.max(1, column.distinct >> 8);
  let asked = 0;
  for (let code = 0; code < column.distinct; code += stride) {
    total += column.text(code).length;
    asked++;
  }
  return asked === 0 ? 0 : total / asked;
}

export function bySet(base: Base, to: SheetColumn, position: number): Recoding | null {
  const { own } = base;
  if (own.distinct > 500 || to.distinct > 2000) return null;
  const lists = piecesOf(own);
  if (lists === null) return null;
  const parts: (readonly number[])[] = [];
  for (let label = 0; label < own.distinct; label++) {
    const list = base.everything.has(label) ? [] : partsOf(own.text(label), lists[label] as Pieces, to);
    if (list === null) return null;
    parts.push(list);
  }
  if (!parts.some((list) => list.length > 1)) return null;
  const fits = new Uint8Array(own.distinct * to.distinct);
  const map = new Int32Array(to.distinct).fill(UNCOVERED);
  let overlap = false;
  parts.forEach((list, label) => {
    for (const code of list) {
      fits[label * to.distinct + code] = 1;
      if ((map[code] as number) >= 0) overlap = true;
      map[code] = label;
    }
  });
  return overlap ? overlapped(base, to, position, 'set (local)', fits) : measured(base, to, position, 'set', map);
}

/** A label cut at each of the delimiters that it holds. */
type Pieces = readonly (readonly string[])[];

const cut = new WeakMap<SheetColumn, readonly Pieces[] | null>();

/** Each label of a column cut; null where none can be. Cut once, as every source column asks for it. */
function piecesOf(own: SheetColumn): readonly Pieces[] | null {
  let lists = cut.get(own);
  if (lists === undefined) {
    const all = own.values.map(cutLabel);
    lists = all.some((pieces) => pieces.length > 0) ? all : null;
    cut.set(own, lists);
  }
  return lists;
}

function cutLabel(text: string): Pieces {
  const found = [',', ';', '|', '/', '、', '~', '+'].filter((delimiter) => text.includes(delimiter));
  if (found.length === 0) return [];
  const bare = text.replace(/^[{[(]|[})\]]$/g, '');
  return found.map((delimiter) => bare.split(delimiter).map((piece) => piece.trim()));
}

function partsOf(text: string, lists: Pieces, to: SheetColumn): readonly number[] | null {
  const whole = to.index.get(text);
  if (whole !== undefined) return [whole];
  for (const pieces of lists) {
    const codes: number[] = [];
    for (const piece of pieces) {
      const code = to.index.get(piece);
      if (code === undefined) break;
      codes.push(code);
    }
    if (codes.length === pieces.length) return codes;
  }
  return null;
}
