/**
 * Columns of short texts of digits and letters as whole numbers to base 16 or 36, where these fill no range evenly as digests do:
 * what they are of lines tell. See numeric.md.
 * @module
 */
import { sampleCodes } from '../../intake/lookup.js';
import { SheetColumn } from '../../intake/sheet.js';
import type { Derived } from '../../inverse.js';

const SAMPLES = 60;
/** Digits of numbers that arithmetic still holds exactly. */
const LONGEST: Readonly<Record<16 | 36, number>> = { 16: 13, 36: 10 };
/** Kolmogorov's distance from an even filling below which numbers are digests of some kind. */
const UNEVEN = 0.2;
const BITS = 8;

/** The numbers of an unread column to either base; none for other texts. */
export function radixNumbers(derived: Derived): Derived[] {
  const { column } = derived;
  if (derived.attack !== 'containment' || column.isNumeric || column.isDate || column.distinct < 8) return [];
  const texts = sampleCodes(column, SAMPLES).map((code) => column.text(code));
  const letters = texts.some((text) => /[a-z]/.test(text));
  // Digits are of one case; words and codes begin alike, or hold no digit.
  if (letters && texts.some((text) => /[A-Z]/.test(text))) return [];
  if (texts.filter((text) => /\d/.test(text)).length < texts.length / 2) return [];
  return ([16, 36] as const).flatMap((radix) => {
    const pattern = radix === 16 ? /^-?(?:0x)?[0-9a-f]+$/i : /^-?[0-9a-z]+$/i;
    if (!texts.every((text) => pattern.test(text) && text.length <= LONGEST[radix])) return [];
    const numbers = texts.map((text) => numberOf(text, radix));
    if (areEven(numbers)) return [];
    const formula = `radix${radix}(${derived.formula})`;
    const values = column.values.map((text) => {
      const value = pattern.test(text) && text.length <= LONGEST[radix] ? numberOf(text, radix) : Number.NaN;
      return Number.isSafeInteger(value) ? String(value) : '\u0000';
    });
    return [
      {
        column: new SheetColumn(formula, column.codes, values),
        from: derived.from,
        formula,
        attack: 'decoders',
        knowledge: derived.knowledge,
        bits: derived.bits + BITS,
      },
    ];
  });
}

function numberOf(text: string, radix: 16 | 36): number {
  return Number.parseInt(text.replace(/^(-?)0x/i, '$1'), radix);
}

/** True for numbers that fill the range of the longest of them evenly. */
function areEven(numbers: readonly number[]): boolean {
  const sorted = [...numbers].sort((a, b) => a - b);
  const most = sorted[sorted.length - 1] as number;
  return sorted.every((value, i) => Math.abs(value / most - (i + 0.5) / sorted.length) < UNEVEN);
}
