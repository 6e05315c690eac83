/**
 * Words of the digests of many texts under one kind: several at once where the kind can (`chained-digests.ts`), else one by one.
 * The same words either way. See hashes.md.
 * @module
 */
import { laneDigester } from './chained-digests.js';
import { KEPT_WORDS, keepWords } from './digest-heads.js';
import type { HashKind } from './hash-kinds.js';

/**
 * Kept words of the digests of each text between two others.
 *
 * @param out - {@link KEPT_WORDS} a text
 */
export function wordsBetween(
  hash: HashKind,
  before: string,
  texts: readonly string[],
  after: string,
  out: Int32Array,
): void {
  const digester = laneDigester(hash.name);
  const step = digester?.lanes ?? 1;
  const { length } = texts;
  for (let from = 0; from < length; from += step) {
    const end = Math.min(length, from + step);
    let taken = digester !== null;
    for (let i = from; i < end && taken; i++)
      taken = digester?.put(i - from, before, texts[i] as string, after) === true;
    if (taken && digester !== null) {
      digester.run(end - from);
      for (let to = KEPT_WORDS * from, i = 0; to < KEPT_WORDS * end; to++, i++) out[to] = digester.words[i] as number;
      continue;
    }
    for (let i = from; i < end; i++) keepWords(hash.hex(before + (texts[i] as string) + after), out, KEPT_WORDS * i);
  }
}

/** Kept words of HMAC of each text under a key. @param hex - HMAC one by one */
export function wordsKeyed(
  hash: HashKind,
  key: string,
  texts: readonly string[],
  hex: (key: string, text: string) => string,
  out: Int32Array,
): void {
  const digester = laneDigester(hash.name);
  const step = digester?.lanes ?? 1;
  for (let from = 0; from < texts.length; from += step) {
    const own = texts.slice(from, from + step);
    if (digester?.keyed(key, own) === true) {
      for (let i = 0; i < KEPT_WORDS * own.length; i++) out[KEPT_WORDS * from + i] = digester.words[i] as number;
      continue;
    }
    for (const [i, text] of own.entries()) keepWords(hex(key, text), out, KEPT_WORDS * (from + i));
  }
}
