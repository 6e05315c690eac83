/**
 * Order of texts by code units: a radix sort of their first three units behind what all have in common, and comparisons only
 * among those that share them.
 * @module
 */
import { sortOrder } from './sort-order.js';

const SMALL = 512;
/** Code units that fit into the bits of a double: of any, and of ASCII. */
const UNITS = 3;
const ASCII_UNITS = 7;

/** Positions of texts in rising order of code units; the texts at the positions given are all different. */
export function textOrder(texts: readonly string[], positions: Int32Array): Int32Array {
  const compare = (a: number, b: number): number => ((texts[a] as string) < (texts[b] as string) ? -1 : 1);
  if (positions.length <= SMALL) return Int32Array.from(positions).sort(compare);
  const shared = sharedPrefix(texts, positions);
  const keys = new Float64Array(texts.length);
  const ascii = isAscii(texts, positions, shared);
  for (let i = 0; i < positions.length; i++)
    keys[positions[i] as number] = keyOf(texts[positions[i] as number] as string, shared, ascii);
  const order = sortOrder(keys, positions);
  for (let from = 0; from < order.length; ) {
    const key = keys[order[from] as number];
    let to = from + 1;
    while (to < order.length && keys[order[to] as number] === key) to++;
    if (to - from > 1) order.subarray(from, to).sort(compare);
    from = to;
  }
  return order;
}

/** Code units that all texts begin with. */
function sharedPrefix(texts: readonly string[], positions: Int32Array): number {
  const first = texts[positions[0] as number] as string;
  let shared = first.length;
  for (let i = 1; i < positions.length && shared > 0; i++) {
    const text = texts[positions[i] as number] as string;
    if (text.length < shared) shared = text.length;
    for (let unit = 0; unit < shared; unit++) {
      if (text.charCodeAt(unit) !== first.charCodeAt(unit)) shared = unit;
    }
  }
  return shared;
}

/** True when the units of a key are ASCII in all texts. */
function isAscii(texts: readonly string[], positions: Int32Array, from: number): boolean {
  for (let i = 0; i < positions.length; i++) {
    const text = texts[positions[i] as number] as string;
    const end = Math.min(text.length, from + ASCII_UNITS);
    for (let unit = from; unit < end; unit++) if (text.charCodeAt(unit) > 127) return false;
  }
  return true;
}

/** Units from a place on as one number; a text that ends counts as zeros, and stands before one that has them. */
function keyOf(text: string, from: number, ascii: boolean): number {
  const base = ascii ? 128 : 65_536;
  const end = from + (ascii ? ASCII_UNITS : UNITS);
  let key = 0;
  for (let unit = from; unit < end; unit++) key = key * base + (unit < text.length ? text.charCodeAt(unit) : 0);
  return key;
}
