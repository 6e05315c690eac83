/**
 * What a kind of identifier is: names, how it is recognised, validated, normalised, how many values it has, how it is masked.
 *
 * Validating decides by the published format and check digit alone. What a table adds (county in force, issuing bank, inner
 * check digit) is a finding and never decides. Normalising is wider than validating: it takes what people type.
 * @module
 */

/** Kinds of column that `scrim inspect` names. */
export const columnKinds: readonly ColumnKind[] = [
  'resident-id',
  'uscc',
  'bank-card',
  'mobile',
  'landline',
  'passport',
  'permit',
  'plate',
  'vin',
  'person-name',
  'address',
  'region-code',
  'postcode',
  'email',
  'ip',
  'mac',
  'coordinate',
  'date',
  'number',
  'category',
  'text',
  'identifier',
  'unknown',
];

/** A kind of column. */
export type ColumnKind =
  | 'resident-id'
  | 'uscc'
  | 'bank-card'
  | 'mobile'
  | 'landline'
  | 'passport'
  | 'permit'
  | 'plate'
  | 'vin'
  | 'person-name'
  | 'address'
  | 'region-code'
  | 'postcode'
  | 'email'
  | 'ip'
  | 'mac'
  | 'coordinate'
  | 'date'
  | 'number'
  | 'category'
  | 'text'
  | 'identifier'
  | 'unknown';

/** Why a value is not valid. */
export type InvalidReason = 'format' | 'date' | 'check-digit' | 'prefix';

/** Something a table or a wider rule adds; it never decides validity. */
export interface Finding {
  /**
   * `region` (names at the birth year), `region-not-in-force`, `region-unknown`, `region-outside-editions`, `future-date`,
   * `inner-check-failed`, `issuer`, `issuer-unknown`, `segment-unknown`, `old-form`, `luhn`, `surname-unknown`, ...
   */
  readonly code: string;
  /** Names from public tables (a county, a bank, a carrier); null when the code says it all. */
  readonly detail: string | null;
}

/** Result of validating one value. */
export interface Validation {
  readonly valid: boolean;
  /** Null when valid. */
  readonly reason: InvalidReason | null;
  readonly findings: readonly Finding[];
}

/** A mask in common use: characters kept at both ends, or a named form. */
export interface CustomaryMask {
  readonly name: string;
  readonly keepFirst: number;
  readonly keepLast: number;
  /** Where it is in use. */
  readonly source: string;
}

/** A kind of identifier. */
export interface IdentifierSpec {
  /** Stable name, kebab-case. */
  readonly kind: string;
  /** Kind that a column of such values has. */
  readonly columnKind: ColumnKind;
  readonly label: { readonly en: string; readonly zh: string };
  /** Column headers in Chinese, pinyin and English: lower case, without spaces, hyphens and underscores. */
  readonly headers: readonly string[];
  /** Number of values that pass validation, where it can be counted; null where it is open. */
  readonly domainSize: number | null;
  /** Probability that a random value of the right shape passes validation: what a pass rate is held against. */
  readonly chance: number;
  /** Validates one value as it stands. */
  validate(value: string): Validation;
  /** The canonical form, or null when the value cannot be read as this kind. */
  normalize(value: string): string | null;
  readonly masks: readonly CustomaryMask[];
}

/** Valid, with findings. */
export function valid(...findings: Finding[]): Validation {
  return { valid: true, reason: null, findings };
}

/** Not valid, for this reason. */
export function invalid(reason: InvalidReason, ...findings: Finding[]): Validation {
  return { valid: false, reason, findings };
}

/** A finding. */
export function finding(code: string, detail: string | null = null): Finding {
  return { code, detail };
}

/** Full-width ASCII (U+FF01 to U+FF5E) and the ideographic space as their half-width forms. */
export function toHalfWidth(value: string): string {
  let wide = false;
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    if ((code >= 0xff01 && code <= 0xff5e) || code === 0x3000) {
      wide = true;
      break;
    }
  }
  if (!wide) return value;
  return value.replace(/[\uff01-\uff5e\u3000]/g, (c) =>
    c === '\u3000' ? ' ' : String.fromCharCode(c.charCodeAt(0) - 0xfee0),
  );
}

/** Half-width, upper case, without spaces, hyphens, dots and zero-width characters: what most numbers are read from. */
export function compact(value: string): string {
  // A leading apostrophe is how spreadsheets mark numbers that are text.
  return toHalfWidth(value)
    .replace(/^\s*['"’]/, '')
    .replace(/[\s\-‐‑‒–—−_.·\u200b-\u200f\ufeff]/g, '')
    .toUpperCase();
}

/** Days in a month of the Gregorian calendar. */
export function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** True when the three numbers are a day of the Gregorian calendar with a year from 1850 to 2150. */
export function isCalendarDate(year: number, month: number, day: number): boolean {
  return year >= 1850 && year <= 2150 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
}
