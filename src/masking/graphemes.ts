/**
 * Where the user-perceived characters of a UTF-8 value begin, so that no mask ever cuts through one.
 *
 * Unicode Standard Annex #29 (extended grapheme clusters) through `Intl.Segmenter`; values made only of ASCII and Han
 * characters, which are their own clusters, take a byte-level path.
 * @module
 */

const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' });
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Byte length of the UTF-8 character that starts with this byte. */
function width(lead: number): number {
  return lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

/**
 * Writes the byte positions at which graphemes of `bytes[start .. end)` begin into `into` (grown by the caller to at
 * least `end - start + 1` entries), the end position after them, and returns their number; -1 for bytes that are not UTF-8.
 */
export function graphemeStarts(bytes: Uint8Array, start: number, end: number, into: Int32Array): number {
  let count = 0;
  let at = start;
  while (at < end) {
    const lead = bytes[at] as number;
    // CR LF is one cluster; three-byte leads E3..E9 hold CJK punctuation, kana (with combining marks, below) and Han.
    if (lead === 0x0d || (lead >= 0x80 && !standsAlone(bytes, at))) return segmented(bytes, start, end, into);
    into[count++] = at;
    const next = at + width(lead);
    while (++at < next) if (((bytes[at] as number) & 0xc0) !== 0x80) return -1;
  }
  if (at !== end) return -1;
  into[count] = end;
  return count;
}

/** Number of characters when all of them are Han of the common block (three bytes, leads E4 to E9), else 0. */
export function plainHan(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  if (length === 0 || length % 3 !== 0) return 0;
  for (let at = start; at < end; at += 3) {
    const lead = bytes[at] as number;
    if (lead < 0xe4 || lead > 0xe9) return 0;
    if (((bytes[at + 1] as number) & 0xc0) !== 0x80 || ((bytes[at + 2] as number) & 0xc0) !== 0x80) return 0;
  }
  return length / 3;
}

/** True for Han characters (U+3400-9FFF, U+20000-323AF), the middle dot U+00B7 and fullwidth forms U+FF01-FF60. */
function standsAlone(bytes: Uint8Array, at: number): boolean {
  const lead = bytes[at] as number;
  const second = bytes[at + 1] as number;
  if (lead === 0xc2) return second === 0xb7;
  if (lead >= 0xe4 && lead <= 0xe9) return true;
  if (lead === 0xe3) return second >= 0x90;
  if (lead === 0xef) return second === 0xbc || (second === 0xbd && (bytes[at + 2] as number) < 0xa1);
  return lead === 0xf0 && (second === 0xa0 || (second > 0xa0 && second <= 0xb2));
}

function segmented(bytes: Uint8Array, start: number, end: number, into: Int32Array): number {
  let count = 0;
  let at = start;
  for (const { segment } of segmenter.segment(decoder.decode(bytes.subarray(start, end)))) {
    into[count++] = at;
    at += byteLength(segment);
  }
  if (at !== end) return -1;
  into[count] = end;
  return count;
}

function byteLength(text: string): number {
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) length += 1;
    else if (unit < 0x800) length += 2;
    else if (unit >= 0xd800 && unit < 0xdc00 && i + 1 < text.length) {
      length += 4;
      i++;
    } else length += 3;
  }
  return length;
}

/** The graphemes of a text. */
export function graphemes(text: string): string[] {
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}
