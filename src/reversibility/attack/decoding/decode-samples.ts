/**
 * What sampled texts look like: numbers, readable texts, printable characters. See decoders.md.
 * @module
 */

/** Sampled texts; null where one did not decode. */
export type Samples = readonly (string | null)[];

/** Letters, digits and customary marks of any script. */
export function isReadable(samples: Samples): boolean {
  return samples.every((text) => text !== null && /^[\p{L}\p{N}\p{P}\p{Zs}<>=+$|~^]+$/u.test(text));
}

const NUMBERS_LENGTH = 24;

/** Numbers in decimal digits, but for what stands for a gap, with so many characters that bytes are none by chance. */
export function areNumbers(samples: Samples): boolean {
  let length = 0;
  let others = 0;
  for (const text of samples) {
    if (text === null || text === '*') continue;
    if (/^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/.test(text)) length += text.length;
    else others++;
  }
  return length >= NUMBERS_LENGTH && others <= 0.1 * samples.length;
}

/** True for printable ASCII. */
export function isPrintable(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 32 || code > 126) return false;
  }
  return text.length > 0;
}

/** Mean number of characters. */
export function averageLength(samples: Samples): number {
  let total = 0;
  for (const text of samples) total += text?.length ?? 0;
  return samples.length === 0 ? 0 : total / samples.length;
}
