/**
 * Resident identity number of the PRC (居民身份证号码), 18 characters and the old 15 digits.
 *
 * Source: GB 11643-1999: six digits of region, birth date YYYYMMDD, three digits of order (odd = man), check character by
 * ISO 7064 MOD 11-2. The 15-digit form has a two-digit year and no check digit; it was given out before 1999-10, so the
 * century is 19. Residence permits of residents of Hong Kong, Macao and Taiwan (region 810000, 820000, 830000) have this form.
 * @module
 */
import { mod11Check } from './check-digits.js';
import { regionAt } from './regions.js';
import {
  compact,
  type Finding,
  finding,
  type IdentifierSpec,
  invalid,
  isCalendarDate,
  type Validation,
  valid,
} from './spec.js';

/** What stands in a resident ID. */
export interface ResidentIdParts {
  readonly region: string;
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly sex: 'male' | 'female';
}

/** Reads a valid 18- or 15-character number; null when it is not valid. */
export function residentIdParts(value: string): ResidentIdParts | null {
  const id = normalize(value);
  if (id === null) return null;
  return {
    region: id.slice(0, 6),
    year: Number(id.slice(6, 10)),
    month: Number(id.slice(10, 12)),
    day: Number(id.slice(12, 14)),
    sex: Number(id.charAt(16)) % 2 === 1 ? 'male' : 'female',
  };
}

function upgrade(id15: string): string {
  const body = `${id15.slice(0, 6)}19${id15.slice(6)}`;
  return body + mod11Check(body);
}

const RESIDENCE_PERMITS: Readonly<Record<string, string>> = {
  '810000': 'Hong Kong',
  '820000': 'Macao',
  '830000': 'Taiwan',
};

function regionFindings(region: string, year: number): Finding[] {
  const permit = RESIDENCE_PERMITS[region];
  if (permit !== undefined) return [finding('residence-permit', permit)];
  const found = regionAt(region, year);
  if (found.status === 'unknown-code') return [finding('region-unknown')];
  const names = [found.province, found.city, found.county].filter((name) => name !== null).join(' ');
  const findings = [finding('region', names)];
  if (found.status === 'not-in-force') findings.push(finding('region-not-in-force'));
  if (found.status === 'outside-editions') findings.push(finding('region-outside-editions'));
  return findings;
}

function validate(value: string): Validation {
  if (/^[1-9]\d{14}$/.test(value)) {
    const year = 1900 + Number(value.slice(6, 8));
    if (!isCalendarDate(year, Number(value.slice(8, 10)), Number(value.slice(10, 12)))) return invalid('date');
    return valid(finding('old-form'), ...regionFindings(value.slice(0, 6), year));
  }
  if (!/^[1-9]\d{16}[\dXx]$/.test(value)) return invalid('format');
  const year = Number(value.slice(6, 10));
  if (!isCalendarDate(year, Number(value.slice(10, 12)), Number(value.slice(12, 14)))) return invalid('date');
  if (mod11Check(value) !== value.charAt(17).toUpperCase()) return invalid('check-digit');
  // A 9 at the front is the permanent-residence card of foreigners; it has a kind of its own.
  if (value.charAt(0) === '9') return invalid('prefix');
  const findings = regionFindings(value.slice(0, 6), year);
  if (year > new Date().getUTCFullYear()) findings.push(finding('future-date'));
  return valid(...findings);
}

function normalize(value: string): string | null {
  const text = compact(value);
  if (!validate(text).valid) return null;
  return text.length === 15 ? upgrade(text) : text;
}

/** Resident ID, 18 and 15 digits. */
export const residentId: IdentifierSpec = {
  kind: 'resident-id',
  columnKind: 'resident-id',
  label: { en: 'resident identity number', zh: '居民身份证号码' },
  headers: [
    '身份证',
    '身份证号',
    '身份证号码',
    '居民身份证号',
    '居民身份证号码',
    '公民身份号码',
    '公民身份证号码',
    '证件号码',
    '证件号',
    '身份号码',
    '身份证件号码',
    '监护人身份证号',
    '法人身份证号',
    '社会保障号',
    '社会保障号码',
    '驾驶证号',
    'shenfenzheng',
    'shenfenzhenghao',
    'sfz',
    'sfzh',
    'sfzhm',
    'gmsfhm',
    'gmsfzhm',
    'zjhm',
    'zjh',
    'idcard',
    'idcardno',
    'idcardnum',
    'idcardnumber',
    'idno',
    'idnumber',
    'citizenid',
    'citizenidnumber',
    'nationalid',
    'nationalidnumber',
    'residentid',
    'residentidnumber',
    'identitycard',
    'identitynumber',
    'certno',
    'idcode',
  ],
  // 1900-01-01 .. 2025-12-31 (46 021 days) x 3 137 county codes not marked as ended x 1000 order codes.
  domainSize: 46_021 * 3137 * 1000,
  // Digits at random: a date in range about 0.11 (301/10^4 years x 365.25/10^4 days), check character 1/11, first digit 1-8.
  chance: ((301 / 10_000) * (365.25 / 10_000)) / 11,
  validate,
  normalize,
  masks: [
    { name: '6+4', keepFirst: 6, keepLast: 4, source: 'common (110101********1234)' },
    { name: '3+4', keepFirst: 3, keepLast: 4, source: 'common' },
    { name: '1+2', keepFirst: 1, keepLast: 2, source: 'Hutool DesensitizedUtil.idCardNum' },
  ],
};
