/**
 * Whether bytes can be text of a code page at all, by their lead and trail bytes: a decoder that refuses throws, which costs more than
 * all of a short text.
 *
 * GB 18030-2005, table 1 (one, two and four bytes); The Unicode Standard 15, section 3.9, D91 (UTF-16).
 * @module
 */

/** False where a strict decoder of GB 18030 surely refuses the bytes. @param binary - bytes as characters */
export function maybeGb18030(binary: string): boolean {
  const { length } = binary;
  for (let i = 0; i < length; ) {
    const first = binary.charCodeAt(i++);
    if (first <= 0x80) continue;
    if (first === 0xff || i >= length) return false;
    const second = binary.charCodeAt(i++);
    if (second >= 0x30 && second <= 0x39) {
      if (i + 2 > length) return false;
      const third = binary.charCodeAt(i++);
      const fourth = binary.charCodeAt(i++);
      if (third < 0x81 || third === 0xff || fourth < 0x30 || fourth > 0x39) return false;
    } else if (second < 0x40 || second === 0x7f || second === 0xff) return false;
  }
  return true;
}

/** False where a strict decoder of UTF-16 surely refuses the bytes. @param high - place of the higher byte of a unit: 0 or 1 */
export function maybeUtf16(binary: string, high: 0 | 1): boolean {
  const { length } = binary;
  if (length % 2 === 1) return false;
  let open = false;
  for (let i = high; i < length; i += 2) {
    const part = binary.charCodeAt(i) >> 2;
    const low = part === 0x37;
    if (low !== open) return false;
    open = part === 0x36;
  }
  return !open;
}
