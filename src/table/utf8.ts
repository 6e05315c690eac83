/**
 * Strict UTF-8 validation of a byte range: no overlong forms, no surrogates, nothing beyond U+10FFFF.
 *
 * Source: RFC 3629 section 4 (syntax of UTF-8 byte sequences); Unicode 16, table 3-7.
 * @module
 */

/** True when `bytes[start, end)` is well-formed UTF-8. */
export function isWellFormedUtf8(bytes: Uint8Array, start: number, end: number): boolean {
  let i = start;
  while (i < end) {
    const a = bytes[i] as number;
    if (a < 0x80) {
      i++;
      continue;
    }
    const length = sequenceLength(bytes, i, end);
    if (length === 0) return false;
    i += length;
  }
  return true;
}

/** Length of the multi-byte sequence that starts at `i`, or 0 when it is not well-formed or does not fit before `end`. */
export function sequenceLength(bytes: Uint8Array, i: number, end: number): number {
  const a = bytes[i] as number;
  if (a < 0xc2 || a > 0xf4 || i + 1 >= end) return 0;
  const b = bytes[i + 1] as number;
  if (a < 0xe0) return (b & 0xc0) === 0x80 ? 2 : 0;
  if (i + 2 >= end || ((bytes[i + 2] as number) & 0xc0) !== 0x80) return 0;
  if (a < 0xf0) {
    const low = a === 0xe0 ? 0xa0 : 0x80;
    const high = a === 0xed ? 0x9f : 0xbf;
    return b >= low && b <= high ? 3 : 0;
  }
  if (i + 3 >= end || ((bytes[i + 3] as number) & 0xc0) !== 0x80) return 0;
  const low = a === 0xf0 ? 0x90 : 0x80;
  const high = a === 0xf4 ? 0x8f : 0xbf;
  return b >= low && b <= high ? 4 : 0;
}

/** True when `bytes[start, end)` holds U+FFFD (EF BF BD), the mark a decoder leaves for bytes it could not read. */
export function hasReplacementCharacter(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i + 2 < end; i++) {
    if (bytes[i] === 0xef && bytes[i + 1] === 0xbf && bytes[i + 2] === 0xbd) return true;
  }
  return false;
}
