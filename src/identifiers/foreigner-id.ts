/**
 * Permanent-residence card of foreigners (外国人永久居留身份证): 18 digits since 2023-12, three letters and 12 digits before.
 *
 * Source: form of the card issued since 2023-12-01 (National Immigration Administration): 9, region of application (two digits),
 * country (three digits), birth date YYYYMMDD, two digits of order, check character by MOD 11-2 as in GB 11643. Form of 2004:
 * three letters of nationality (ISO 3166-1), region (four digits), birth date YYMMDD, order and check digit.
 * @module
 */
import { mod11Check } from './check-digits.js';
import { compact, finding, type IdentifierSpec, invalid, isCalendarDate, type Validation, valid } from './spec.js';

function validate(value: string): Validation {
  if (/^[A-Z]{3}\d{12}$/.test(value)) {
    const month = Number(value.slice(9, 11));
    const day = Number(value.slice(11, 13));
    return isCalendarDate(2000, month, day) ? valid(finding('old-form')) : invalid('date');
  }
  if (!/^9\d{16}[\dXx]$/.test(value)) return invalid('format');
  const date = [Number(value.slice(6, 10)), Number(value.slice(10, 12)), Number(value.slice(12, 14))] as const;
  if (!isCalendarDate(...date)) return invalid('date');
  return mod11Check(value) === value.charAt(17).toUpperCase() ? valid() : invalid('check-digit');
}

/** Permanent-residence card of foreigners. */
export const foreignerId: IdentifierSpec = {
  kind: 'foreigner-id',
  columnKind: 'permit',
  label: { en: 'permanent-residence card of foreigners', zh: '外国人永久居留身份证' },
  headers: [
    '永久居留证',
    '永久居留证号',
    '永久居留证号码',
    '外国人永久居留证',
    '外国人永久居留身份证',
    '外国人永久居留身份证号',
    '外国人永久居留证号',
    'yongjiujuliuzheng',
    'foreignerid',
    'permanentresidenceid',
    'prcard',
    'prcardno',
  ],
  domainSize: null,
  chance: ((301 / 10_000) * (365.25 / 10_000)) / 11,
  validate,
  normalize: (value) => {
    const text = compact(value);
    return validate(text).valid ? text : null;
  },
  masks: [{ name: '3+4', keepFirst: 3, keepLast: 4, source: 'as resident ID' }],
};
