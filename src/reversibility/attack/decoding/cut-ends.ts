/**
 * Decoders that cut what texts begin or end with: what all have in common, fixed numbers of characters, what stands before the first or
 * behind the last mark. See decoders.md.
 * @module
 */
import type { Decoder } from './decoder-library.js';

/** Takes characters off a longer text. */
function cutting(name: string, first: number, last: number): Decoder {
  const both = first + last;
  return {
    name,
    bits: 8,
    cut: [first, last],
    decode: (text) => (text.length > both ? text.slice(first, text.length - last) : null),
  };
}

/** Decoders that cut what all samples begin or end with, or a little less of it. */
export function common(samples: readonly (string | null)[]): Decoder[] {
  const texts = samples.filter((text): text is string => text !== null);
  const first = texts[0];
  if (texts.length < 4 || first === undefined || texts.every((text) => text === first)) return [];
  const shortest = texts.reduce((least, text) => Math.min(least, text.length), first.length);
  let prefix = 0;
  while (prefix < shortest - 1 && texts.every((text) => text[prefix] === first[prefix])) prefix++;
  let suffix = 0;
  while (
    suffix < shortest - 1 &&
    texts.every((text) => text[text.length - 1 - suffix] === first[first.length - 1 - suffix])
  )
    suffix++;
  const list: Decoder[] = [];
  for (let cut = prefix; cut > Math.max(0, prefix - 3); cut--) list.push(cutting(`cut-common(${cut})`, cut, 0));
  for (let cut = suffix; cut > Math.max(0, suffix - 3); cut--) list.push(cutting(`cut-common(-${cut})`, 0, cut));
  return list;
}

/** Decoders that cut a fixed number of characters, or a common prefix or suffix, from either end. */
export function stripping(samples: readonly (string | null)[]): Decoder[] {
  const texts = samples.filter((text): text is string => text !== null);
  if (texts.length < 2) return [];
  const shortest = Math.min(...texts.map((text) => text.length));
  const list: Decoder[] = [];
  for (let cut = 1; cut <= Math.min(16, shortest - 1); cut++) {
    list.push(cutting(`cut-first(${cut})`, cut, 0), cutting(`cut-last(${cut})`, 0, cut));
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
