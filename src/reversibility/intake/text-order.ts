/**
 * Order of texts by code units: a radix sort of their first three units behind what all have in common, and comparisons only
 * among those that share them.
 * @module
 */
import { PackedTexts, stringsOf, type Texts } from './packed-texts.js';
import { sortOrder } from './sort-order.js';

const SMALL = 512;
/** Code units that fit into the bits of a double: of any, and of ASCII. */
const UNITS = 3;
const ASCII_UNITS = 7;

/** Positions of texts in rising order of code units; the texts at the positions given are all different. */
export function textOrder(list: Texts, positions: Int32Array): Int32Array {
  const texts = stringsOf(list);
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

/**
 * Place in rising order of code units of each asked text among all: every text is held against the asked ones, and nothing is sorted.
 *
 * @param positions - of the texts that count, all different
 * @param asked - some of the positions
 */
export function placesOf(list: Texts, positions: Int32Array, asked: readonly number[]): Int32Array {
  const packed = list instanceof PackedTexts && list.ascii ? list : null;
  const texts = packed === null ? stringsOf(list) : null;
  const at = (position: number): string =>
    texts === null ? (packed as PackedTexts).at(position) : (texts[position] as string);
  const order = [...new Set(asked)].map((position) => ({ position, text: at(position) }));
  order.sort((a, b) => (a.text < b.text ? -1 : 1));
  // Of texts by their first two characters: the asked ones that begin no earlier.
  const firsts = Int32Array.from(order, ({ text }) => headOf(text));
  const begin = new Int32Array(HEADS + 1);
  for (let head = 0, at = 0; head <= HEADS; head++) {
    while (at < firsts.length && (firsts[at] as number) < head) at++;
    begin[head] = at;
  }
  const below = new Int32Array(order.length + 1);
  for (let i = 0; i < positions.length; i++) {
    const position = positions[i] as number;
    const head = texts === null ? headOfBytes(packed as PackedTexts, position) : headOf(texts[position] as string);
    let place = begin[head] as number;
    const end = begin[head + 1] as number;
    if (place < end) {
      const text = at(position);
      let high = end;
      while (place < high) {
        const middle = (place + high) >> 1;
        if ((order[middle] as { text: string }).text < text) place = middle + 1;
        else high = middle;
      }
    }
    below[place] = (below[place] as number) + 1;
  }
  const places = new Map<number, number>();
  let sum = 0;
  order.forEach(({ position }, i) => {
    sum += below[i] as number;
    // It was counted itself.
    places.set(position, sum - 1);
  });
  return Int32Array.from(asked, (position) => places.get(position) as number);
}

/** Two characters of 128; those beyond stand together at the end. */
const HEADS = 1 << 14;

/** Number that rises with the first two characters; a text that ends counts as zeros. */
function headOf(text: string): number {
  const first = text.length > 0 ? text.charCodeAt(0) : 0;
  const second = text.length > 1 ? text.charCodeAt(1) : 0;
  return first > 127 ? HEADS - 1 : (first << 7) | Math.min(127, second);
}

function headOfBytes({ bytes, starts, ends }: PackedTexts, position: number): number {
  const from = starts[position] as number;
  const length = (ends[position] as number) - from;
  return length > 1
    ? ((bytes[from] as number) << 7) | (bytes[from + 1] as number)
    : length === 1
      ? (bytes[from] as number) << 7
      : 0;
}
