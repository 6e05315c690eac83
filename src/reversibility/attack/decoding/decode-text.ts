/**
 * Transforms of text and their inverses, one character at a time: reversal, shifts of letters, digits and code points,
 * Atbash, XOR with a constant, width.
 * @module
 */

/** The text backwards, by code points. */
export function reverse(text: string): string {
  return [...text].reverse().join('');
}

/** Each pair of neighbours swapped. */
export function swapPairs(text: string): string {
  return text.replace(/([\s\S])([\s\S])/g, '$2$1');
}

/** Letters moved back by `shift` places in the alphabet (rot13 is 13). */
export function unshiftLetters(shift: number): (text: string) => string {
  return (text) =>
    text.replace(/[a-z]/gi, (char) => {
      const base = char <= 'Z' ? 65 : 97;
      return String.fromCharCode(((char.charCodeAt(0) - base - shift + 26) % 26) + base);
    });
}

/** Letters and digits moved back, each in its own alphabet. */
export function unshiftBoth(letters: number, digits: number): (text: string) => string {
  const ofLetters = unshiftLetters(letters);
  return (text) => unshiftDigits(digits)(ofLetters(text));
}

/** Digits moved back by `shift` (mod 10). */
export function unshiftDigits(shift: number): (text: string) => string {
  return (text) => text.replace(/[0-9]/g, (digit) => String((Number(digit) - shift + 10) % 10));
}

/** rot47 over the printable ASCII characters. */
export function rot47(text: string): string {
  return text.replace(/[!-~]/g, (char) => String.fromCharCode(33 + ((char.charCodeAt(0) - 33 + 47) % 94)));
}

/** Atbash: the alphabet (and the digits) backwards. */
export function atbash(text: string): string {
  return text.replace(/[a-z0-9]/gi, (char) => {
    const code = char.charCodeAt(0);
    if (code < 58) return String.fromCharCode(105 - code);
    return String.fromCharCode(code < 91 ? 155 - code : 219 - code);
  });
}

/** Every code point moved back by `shift`; null when one leaves the range. */
export function unshiftCodePoints(shift: number): (text: string) => string | null {
  return (text) => {
    let out = '';
    for (const char of text) {
      const code = (char.codePointAt(0) as number) - shift;
      if (code < 0 || code > 0x10ffff) return null;
      out += String.fromCodePoint(code);
    }
    return out;
  };
}

/** Every character (byte or UTF-16 unit) XORed with a constant. */
export function xorConstant(key: number): (text: string) => string {
  return (text) => {
    let out = '';
    for (let i = 0; i < text.length; i++) out += String.fromCharCode(text.charCodeAt(i) ^ key);
    return out;
  };
}

/** Every byte or UTF-16 unit XORed with a repeated key. */
export function xorKey(key: readonly number[]): (text: string) => string {
  return (text) => {
    let out = '';
    for (let i = 0; i < text.length; i++)
      out += String.fromCharCode(text.charCodeAt(i) ^ (key[i % key.length] as number));
    return out;
  };
}

/** Characters with one blank, or other mark, between each two of them, put together; null where a place between is something else. */
export function fromSpaced(text: string): string | null {
  const mark = text[1] as string;
  if (text.length < 5 || text.length % 2 === 0 || !' -_.,:|/'.includes(mark)) return null;
  let out = text[0] as string;
  for (let i = 1; i < text.length; i += 2) {
    if (text[i] !== mark) return null;
    out += text[i + 1] as string;
  }
  return out;
}
