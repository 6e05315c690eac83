/**
 * Which source columns hold direct identifiers: by what the values are (check digits, formats), by the header for names.
 * @module
 */
import { isFrequentSurname, surnameOf } from '../../identifiers/index.js';
import { sampleCodes } from './lookup.js';
import type { SheetColumn } from './sheet.js';

/** A kind of direct identifier, or null. */
export type IdentifierKind =
  | 'resident-id'
  | 'mobile'
  | 'bank-card'
  | 'uscc'
  | 'email'
  | 'passport'
  | 'person-name'
  | 'identifier';

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/** Check character of a resident identity number (GB 11643-1999, ISO 7064 MOD 11-2) from its first 17 digits. */
export function residentCheck(digits: string): string {
  let sum = 0;
  for (let i = 0; i < 17; i++) sum += (digits.charCodeAt(i) - 48) * (WEIGHTS[i] as number);
  return '10X98765432'[sum % 11] as string;
}

function luhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    let digit = digits.charCodeAt(digits.length - 1 - i) - 48;
    if (i % 2 === 1) {
      digit *= 2;
      if (digit > 9) digit -= 9;
    }
    sum += digit;
  }
  return sum % 10 === 0;
}

const TESTS: readonly [IdentifierKind, (text: string) => boolean][] = [
  ['resident-id', (text) => /^\d{17}[\dXx]$/.test(text) && residentCheck(text) === text[17]?.toUpperCase()],
  ['mobile', (text) => /^(?:\+?86[- ]?)?1[3-9]\d{9}$/.test(text)],
  ['bank-card', (text) => /^\d{16,19}$/.test(text) && luhn(text)],
  ['uscc', (text) => /^[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}$/.test(text) && /[A-Z]/.test(text)],
  ['email', (text) => /^[^\s@]+@[^\s@]+\.[a-z]{2,}$/i.test(text)],
  ['passport', (text) => /^(?:[EGDSPH][A-Z]?\d{7,8}|[A-Z]\d{8})$/.test(text)],
];

const NAME_HEADER =
  /^(?:姓名|名字|人名|患者|联系人|name|full_?name|person_?name|first_?name|last_?name|surname|xm|xingming)$/i;
const ID_HEADER =
  /(?:身份证|证件号|护照|手机|电话|银行卡|社保号|医保号|学号|工号|病历号|^id$|_id$|^id_|ssn|passport|phone|mobile|e-?mail|account|card_?no|patient|user_?id|customer)/i;

/**
 * The kind of direct identifier that a column holds, or null.
 *
 * Values decide: 80 % of a sample pass the test of a kind. A person's name needs surnames or the header; another
 * near-unique column needs a header that says what it is.
 */
export function identifierKind(column: SheetColumn): IdentifierKind | null {
  if (column.present === 0) return null;
  const texts = sampleCodes(column, 200).map((code) => column.text(code).trim());
  for (const [kind, test] of TESTS) {
    const good = texts.filter(test).length;
    if (good >= 0.8 * texts.length && (kind !== 'passport' || ID_HEADER.test(column.name))) return kind;
  }
  const spread = column.distinct / column.present;
  if (spread > 0.02 && column.distinct >= 5) {
    const han = texts.filter((text) => /^[\p{Script=Han}·]{2,6}$/u.test(text)).length;
    const surnames = texts.filter((text) => isSurnamed(text)).length;
    if (han >= 0.8 * texts.length && (surnames >= 0.7 * texts.length || NAME_HEADER.test(column.name)))
      return 'person-name';
    if (NAME_HEADER.test(column.name) && texts.filter((text) => /\p{L}{2,}/u.test(text)).length >= 0.8 * texts.length) {
      return 'person-name';
    }
  }
  if (spread > 0.8 && column.distinct >= 20 && ID_HEADER.test(column.name) && !isRunningNumber(column))
    return 'identifier';
  return null;
}

function isSurnamed(text: string): boolean {
  const surname = surnameOf(text);
  return surname !== null && (surname.length > 1 || isFrequentSurname(surname));
}

/** Row numbers: whole numbers without gaps to speak of. They name no person outside their table. */
function isRunningNumber(column: SheetColumn): boolean {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const text of column.values) {
    // The digits at the end: P00017 runs as 17 does.
    const digits = /\d{1,15}$/.exec(text.trim())?.[0];
    if (digits === undefined) return false;
    const value = Number(digits);
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return high - low + 1 <= 3 * column.distinct;
}
