/**
 * Reads a record's line from its bytes without building the record, when it is in the plainest of the canonical forms.
 *
 * A scanner of RFC 8259 that accepts less than `JSON.parse` followed by `JSON.stringify` would give back unchanged: no
 * escapes, no numbers but safe integers, keys in strictly ascending order that do not begin with a digit. What it does not
 * accept is not wrong: {@link readLine} decides.
 * @module
 */
import { utf8 } from '../crypto/index.js';

/** Where the parts of a line stand, as byte offsets into the bytes given. */
export interface LineParts {
  readonly seq: number;
  /** True for records of the ledger itself (type `ledger.…`), whose content the reader needs. */
  readonly own: boolean;
  /** Offset of the 64 digits of the hash of the record before. */
  readonly prev: number;
  /** Offset of the 64 digits of this record's hash. */
  readonly hash: number;
}

const SEQ = utf8('{"seq":');
const TIME = utf8(',"time":');
const TYPE = utf8(',"type":');
const OWN = utf8('"ledger.');
const DATA = utf8(',"data":');
const PREV = utf8(',"prev":"');
const HASH = utf8('","hash":"');
const END = utf8('"}');

const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const MAX_DEPTH = 32;

/** @returns null when the line between `start` and `end` is not of the plain form */
export function linePartsOf(bytes: Uint8Array, start: number, end: number): LineParts | null {
  let at = after(bytes, start, SEQ);
  const digits = at;
  at = skipInteger(bytes, at);
  if (at < 0) return null;
  const seq = integerAt(bytes, digits, at);
  at = skipString(bytes, after(bytes, at, TIME));
  at = after(bytes, at, TYPE);
  const own = at >= 0 && after(bytes, at, OWN) >= 0;
  at = skipString(bytes, at);
  at = after(bytes, at, DATA);
  if (bytes[at] !== 123) return null;
  at = skipValue(bytes, at, 0);
  const prev = after(bytes, at, PREV);
  const hash = after(bytes, skipHex(bytes, prev), HASH);
  at = after(bytes, skipHex(bytes, hash), END);
  return at === end && seq >= 0 ? { seq, own, prev, hash } : null;
}

/** True when `text` stands in the bytes from `at` on. */
export function standsAt(bytes: Uint8Array, at: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
}

/** Every step takes and gives an offset, or -1 for "not of this form"; an offset behind the end meets `undefined` and fails. */
function after(bytes: Uint8Array, at: number, what: Uint8Array): number {
  if (at < 0) return -1;
  for (let i = 0; i < what.length; i++) if (bytes[at + i] !== what[i]) return -1;
  return at + what.length;
}

function skipHex(bytes: Uint8Array, at: number): number {
  if (at < 0 || at + 64 > bytes.length) return -1;
  for (let i = at; i < at + 64; i++) {
    const byte = bytes[i] as number;
    if (byte < 48 || byte > 102 || (byte > 57 && byte < 97)) return -1;
  }
  return at + 64;
}

/** `0` or a number without leading zero of at most 15 digits, perhaps negative. */
function skipInteger(bytes: Uint8Array, from: number): number {
  if (from < 0) return -1;
  const first = bytes[from] === 45 ? from + 1 : from;
  if (bytes[first] === 48) return first === from ? first + 1 : -1;
  let at = first;
  while ((bytes[at] as number) >= 48 && (bytes[at] as number) <= 57) at++;
  return at > first && at - first <= 15 ? at : -1;
}

function integerAt(bytes: Uint8Array, from: number, to: number): number {
  if (bytes[from] === 45) return -1;
  let value = 0;
  for (let i = from; i < to; i++) value = 10 * value + (bytes[i] as number) - 48;
  return value;
}

/** A string of UTF-8 that JSON writes as it is. */
function skipString(bytes: Uint8Array, from: number): number {
  if (from < 0 || bytes[from] !== QUOTE) return -1;
  let at = from + 1;
  for (;;) {
    const byte = bytes[at];
    if (byte === undefined || byte < 32 || byte === 92) return -1;
    if (byte === QUOTE) return at + 1;
    if (byte < 128) at++;
    else {
      at = skipMultibyte(bytes, at, byte);
      if (at < 0) return -1;
    }
  }
}

/** One character of two to four bytes (Unicode 15, table 3-7). */
function skipMultibyte(bytes: Uint8Array, at: number, lead: number): number {
  const length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (lead < 0xc2 || lead > 0xf4) return -1;
  const second = bytes[at + 1] as number;
  const low = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const high = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  if (!(second >= low && second <= high)) return -1;
  for (let i = at + 2; i < at + length; i++) if (((bytes[i] as number) & 0xc0) !== 0x80) return -1;
  return at + length;
}

function skipValue(bytes: Uint8Array, at: number, depth: number): number {
  if (at < 0 || depth > MAX_DEPTH) return -1;
  switch (bytes[at]) {
    case QUOTE:
      return skipString(bytes, at);
    case 123:
      return skipObject(bytes, at, depth);
    case 91:
      return skipArray(bytes, at, depth);
    case 116:
      return after(bytes, at, TRUE);
    case 102:
      return after(bytes, at, FALSE);
    case 110:
      return after(bytes, at, NULL);
    default:
      return skipInteger(bytes, at);
  }
}

const TRUE = utf8('true');
const FALSE = utf8('false');
const NULL = utf8('null');

function skipObject(bytes: Uint8Array, from: number, depth: number): number {
  if (bytes[from + 1] === 125) return from + 2;
  let before = -1;
  for (let at = from; ; ) {
    const key = at + 1;
    const first = bytes[key + 1] as number;
    if (first >= 48 && first <= 57) return -1;
    at = skipString(bytes, key);
    if (at < 0 || bytes[at] !== COLON || (before >= 0 && !ascends(bytes, before, key))) return -1;
    before = key;
    at = skipValue(bytes, at + 1, depth + 1);
    if (at < 0) return -1;
    if (bytes[at] === 125) return at + 1;
    if (bytes[at] !== COMMA) return -1;
  }
}

/** True when the key at `b` is greater than that at `a`, byte by byte; both end with a quote, which no key contains. */
function ascends(bytes: Uint8Array, a: number, b: number): boolean {
  for (let i = 1; ; i++) {
    const x = bytes[a + i] as number;
    const y = bytes[b + i] as number;
    if (x !== y) return x === QUOTE || (y !== QUOTE && x < y);
    if (x === QUOTE) return false;
  }
}

function skipArray(bytes: Uint8Array, from: number, depth: number): number {
  if (bytes[from + 1] === 93) return from + 2;
  for (let at = from; ; ) {
    at = skipValue(bytes, at + 1, depth + 1);
    if (at < 0) return -1;
    if (bytes[at] === 93) return at + 1;
    if (bytes[at] !== COMMA) return -1;
  }
}
