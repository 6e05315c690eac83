/**
 * Heads of the digests of many texts under one kind: several at once where the kind can (`chained-digests.ts`), else one by one.
 * The same heads either way. See hashes.md.
 * @module
 */
import { laneDigester } from './chained-digests.js';
import { type Head, hexHead } from './digest-heads.js';
import type { HashKind } from './hash-kinds.js';

const head: Head = new Int32Array(2);

/**
 * Heads of the digests of each text between two others.
 *
 * @param out - two words a text; of a kind of fewer than 16 digits nothing is written
 */
export function headsBetween(
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
      for (let i = 2 * from; i < 2 * end; i++) out[i] = digester.heads[i - 2 * from] as number;
      continue;
    }
    for (let i = from; i < end; i++) {
      hexHead(hash.hex(before + (texts[i] as string) + after), head);
      out.set(head, 2 * i);
    }
  }
}

/** Heads of HMAC of each text under a key. @param hex - HMAC one by one */
export function headsKeyed(
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
      for (let i = 0; i < 2 * own.length; i++) out[2 * from + i] = digester.heads[i] as number;
      continue;
    }
    for (const [i, text] of own.entries()) {
      hexHead(hex(key, text), head);
      out.set(head, 2 * (from + i));
    }
  }
}
