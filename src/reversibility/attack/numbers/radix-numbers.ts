/**
 * Columns of short texts of digits and letters as whole numbers to base 16 or 36, where these fill no range evenly as digests do:
 * what they are of lines tell. See numeric.md.
 * @module
 */
import { sampleCodes } from '../../intake/lookup.js';
import { SheetColumn } from '../../intake/sheet.js';
import type { Derived } from '../../inverse.js';
import { digitsOfGroups } from '../decoding/grouped-bytes.js';

const SAMPLES = 60;
/** Digits of numbers of eight bytes. */
const LONGEST: Readonly<Record<16 | 36, number>> = { 16: 16, 36: 12 };
/** Kolmogorov's distance from an even filling below which numbers are digests of some kind. */
const UNEVEN = 0.2;
const FROM_END = 4;
const BITS = 8;

/** The numbers of an unread column to either base; none for other texts. */
export function radixNumbers(derived: Derived): Derived[] {
  const { column } = derived;
  if (derived.attack !== 'containment' || column.isNumeric || column.isDate || column.distinct < 8) return [];
  const texts = sampleCodes(column, SAMPLES).map((code) => plainDigits(column.text(code)));
  const letters = texts.some((text) => /[a-z]/.test(text));
  // Digits are of one case; words and codes begin alike, or hold no digit.
  if (letters && texts.some((text) => /[A-Z]/.test(text))) return [];
  if (texts.filter((text) => /\d/.test(text)).length < texts.length / 4) return [];
  return ([16, 36] as const).flatMap((radix) => {
    // Texts of hexadecimal digits alone are no numbers to base 36.
    if (radix === 36 && !texts.some((text) => /[g-z]/i.test(text))) return [];
    const pattern = radix === 16 ? /^-?(?:0x)?[0-9a-f]+$/i : /^-?[0-9a-z]+$/i;
    if (!texts.every((text) => pattern.test(text) && text.length <= LONGEST[radix])) return [];
    const numbers = texts.map((text) => numberOf(text, radix));
    if (areEven(numbers, radix)) return [];
    const formula = `radix${radix}(${derived.formula})`;
    const whole = column.values.map((written) => {
      const text = plainDigits(written);
      return pattern.test(text) && text.length <= LONGEST[radix] ? wholeOf(text, radix) : null;
    });
    const values = withoutTens(whole).map((value) => value?.toString() ?? '\u0000');
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

/** The digits of what may be written in groups of bytes, without noughts before. */
function plainDigits(text: string): string {
  const digits = digitsOfGroups(text);
  return digits === text ? text : digits.replace(/^0+(?=.)/, '');
}

function numberOf(text: string, radix: 16 | 36): number {
  return Number.parseInt(text.replace(/^(-?)0x/i, '$1'), radix);
}

function wholeOf(text: string, radix: 16 | 36): bigint {
  const negative = text.startsWith('-');
  let value = 0n;
  for (const digit of text.replace(/^-?(?:0x)?/i, ''))
    value = value * BigInt(radix) + BigInt(Number.parseInt(digit, 36));
  return negative ? -value : value;
}

/** Longer numbers are no numbers to a sheet. */
const SAFE = 10n ** 15n - 1n;

/** Ticks and nanoseconds of whole seconds end in noughts, without which arithmetic holds them. */
function withoutTens(values: readonly (bigint | null)[]): readonly (bigint | null)[] {
  let out = values;
  if (!out.some((value) => value !== null && value > SAFE)) return out;
  while (out.every((value) => value === null || (value !== 0n && value % 10n === 0n)))
    out = out.map((value) => (value === null ? null : value / 10n));
  return out;
}

/** True for numbers that fill all that so many digits hold evenly, as digests and random codes do. */
function areEven(numbers: readonly number[], radix: number): boolean {
  const sorted = [...numbers].sort((a, b) => a - b);
  const most = sorted[sorted.length - 1] as number;
  const full = radix ** Math.ceil(Math.log(most + 1) / Math.log(radix));
  // Of n numbers the largest is rarely less than four n-ths below the end.
  if (most < full * (1 - FROM_END / sorted.length)) return false;
  return sorted.every((value, i) => Math.abs(value / most - (i + 0.5) / sorted.length) < UNEVEN);
}
