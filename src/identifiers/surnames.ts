/**
 * Chinese surnames as a look-up: which characters begin a name, which two or more form a compound surname.
 *
 * Source: see `tables/surnames.ts`. Coverage: the table's single surnames; others are reported as unknown, not as wrong.
 * @module
 */
import { compoundSurnames, frequentSurnames, otherSurnames } from './tables/surnames.js';

const frequent = new Set(frequentSurnames);
const single = new Set(frequentSurnames + otherSurnames);
const compound = new Set(compoundSurnames);

/** One bit of knowledge a character: can it begin a surname? By UTF-16 code unit. */
const begins = new Uint8Array(65_536);
for (const surname of [...single, ...compound]) begins[surname.charCodeAt(0)] = 1;

/** True when a listed surname begins with this UTF-16 code unit: a quick test before {@link surnameOf}. */
export function mayBeginSurname(codeUnit: number): boolean {
  return begins[codeUnit] === 1;
}

/** The lists behind the look-ups, most frequent first. */
export function surnameLists(): { frequent: readonly string[]; other: readonly string[]; compound: readonly string[] } {
  return {
    frequent: [...frequent],
    other: [...single].filter((surname) => !frequent.has(surname)),
    compound: [...compound],
  };
}

/** Share of the population that bears one of the hundred most frequent surnames, about 0.85 (name report 2020). */
export const frequentSurnameShare = 0.85;

/** The surname at the beginning of a name (compound ones first), or null when no listed surname stands there. */
export function surnameOf(name: string): string | null {
  for (const length of [4, 3, 2]) {
    const head = name.slice(0, length);
    if (head.length === length && name.length > length && compound.has(head)) return head;
  }
  const head = name.charAt(0);
  return single.has(head) ? head : null;
}

/** True when the character is one of the hundred most frequent surnames. */
export function isFrequentSurname(character: string): boolean {
  return frequent.has(character);
}
