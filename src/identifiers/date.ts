/**
 * Dates as they are written in China: digits, separators, Chinese characters, lunar dates.
 *
 * Source: GB/T 7408.1-2023 (ISO 8601-1) and the forms in use. Lunar dates (农历) are recognised, not converted: the table of
 * months is not part of this library, and the finding says so.
 * @module
 */
import { finding, type IdentifierSpec, invalid, isCalendarDate, toHalfWidth, type Validation, valid } from './spec.js';

const DIGITS = '〇一二三四五六七八九';

/** A calendar date. */
export interface CalendarDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

function chineseDigits(text: string): number {
  let value = 0;
  for (const c of text) value = value * 10 + DIGITS.indexOf(c === '零' || c === '○' || c === 'O' ? '〇' : c);
  return value;
}

/** 一 to 三十一, also 廿 and 卅. */
function chineseCount(text: string): number {
  const plain = text.replace('廿', '二十').replace('卅', '三十');
  const ten = plain.indexOf('十');
  if (ten < 0) return chineseDigits(plain);
  const tens = ten === 0 ? 1 : chineseDigits(plain.slice(0, ten));
  const rest = plain.slice(ten + 1);
  return tens * 10 + (rest === '' ? 0 : chineseDigits(rest));
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const TIME =
  '(?:[T\\s]+(?:上午|下午)?\\d{1,2}[:时]\\d{1,2}(?:[:分]\\d{1,2}(?:\\.\\d{1,9})?秒?)?分?\\s*(?:Z|[+-]\\d{2}:?\\d{2}|AM|PM)?)?';
const YMD = new RegExp(`^(\\d{4})\\s*([-/.])\\s*(\\d{1,2})\\s*\\2\\s*(\\d{1,2})${TIME}$`, 'i');
const HAN = new RegExp(`^(\\d{4})\\s*年\\s*(\\d{1,2})\\s*月\\s*(\\d{1,2})\\s*[日号]${TIME}$`);
const HAN_WORDS =
  /^([〇零○一二三四五六七八九]{4})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十廿卅]{1,3})[日号]$/;
const DMY = new RegExp(`^(\\d{1,2})([-/.])(\\d{1,2})\\2(\\d{4})${TIME}$`, 'i');
const NAMED =
  /^(?:(\d{1,2})[\s-]+([A-Za-z]{3,9})\.?,?[\s-]+(\d{4})|([A-Za-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4}))$/;
const LUNAR =
  /^(?:农历|阴历|旧历)?(?:[甲乙丙丁戊己庚辛壬癸][子丑寅卯辰巳午未申酉戌亥]年?|\d{4}年|[〇零一二三四五六七八九]{4}年)?(?:闰)?(?:正|[二三四五六七八九十]|十一|十二|冬|腊)月(?:初[一二三四五六七八九十]|[十廿]?[一二三四五六七八九]|十|二十|三十|廿)日?$/;

/** Reads a Gregorian date in any of the forms; null when it is none, or not a day of the calendar. */
export function parseCalendarDate(value: string): CalendarDate | null {
  const text = toHalfWidth(value).trim();
  const make = (year: number, month: number, day: number): CalendarDate | null =>
    isCalendarDate(year, month, day) ? { year, month, day } : null;
  let match = /^(\d{4})(\d{2})(\d{2})(?:\d{6})?$/.exec(text);
  if (match !== null) return make(Number(match[1]), Number(match[2]), Number(match[3]));
  match = YMD.exec(text);
  if (match !== null) return make(Number(match[1]), Number(match[3]), Number(match[4]));
  match = HAN.exec(text);
  if (match !== null) return make(Number(match[1]), Number(match[2]), Number(match[3]));
  match = HAN_WORDS.exec(text);
  if (match !== null) {
    return make(chineseDigits(match[1] as string), chineseCount(match[2] as string), chineseCount(match[3] as string));
  }
  match = DMY.exec(text);
  if (match !== null) {
    const [a, b, year] = [Number(match[1]), Number(match[3]), Number(match[4])];
    return make(year, b, a) ?? make(year, a, b);
  }
  match = NAMED.exec(text);
  if (match !== null) {
    const name = ((match[2] ?? match[4]) as string).slice(0, 3).toLowerCase();
    const month = MONTHS.indexOf(name) + 1;
    return month === 0 ? null : make(Number(match[3] ?? match[6]), month, Number(match[1] ?? match[5]));
  }
  return null;
}

function validate(value: string): Validation {
  const text = toHalfWidth(value).trim();
  if (parseCalendarDate(text) !== null) return valid();
  if (LUNAR.test(text)) return valid(finding('lunar-not-converted'));
  if (/^\d{4}[-/.年]\d{1,2}月?$/.test(text)) {
    const month = Number(/^\d{4}\D(\d{1,2})/.exec(text)?.[1]);
    if (month >= 1 && month <= 12) return valid(finding('month-only'));
  }
  return /^\d{4}\D\d{1,2}\D\d{1,2}/.test(text) || /^\d{8}$/.test(text) ? invalid('date') : invalid('format');
}

/** A date. */
export const date: IdentifierSpec = {
  kind: 'date',
  columnKind: 'date',
  label: { en: 'date', zh: '日期' },
  headers: [
    '日期',
    '出生日期',
    '出生年月',
    '生日',
    '出生年月日',
    '登记日期',
    '就诊日期',
    '入院日期',
    '出院日期',
    '办理时间',
    '时间',
    '创建时间',
    '更新时间',
    '录入时间',
    '有效期',
    '签发日期',
    '成立日期',
    '注册日期',
    '发生时间',
    '死亡日期',
    'riqi',
    'chushengriqi',
    'shengri',
    'csrq',
    'csny',
    'djrq',
    'cjsj',
    'gxsj',
    'rq',
    'date',
    'birthday',
    'birthdate',
    'dateofbirth',
    'dob',
    'datetime',
    'timestamp',
    'createdat',
    'updatedat',
    'createtime',
    'updatetime',
    'admissiondate',
    'dischargedate',
    'visitdate',
    'recorddate',
    'registerdate',
    'registrationdate',
    'issuedate',
    'expirydate',
    'startdate',
    'enddate',
    'orderdate',
    'time',
  ],
  domainSize: 46_021,
  chance: 0.01,
  validate,
  normalize: (value) => {
    const parsed = parseCalendarDate(value);
    if (parsed === null) return null;
    const two = (n: number): string => String(n).padStart(2, '0');
    return `${parsed.year}-${two(parsed.month)}-${two(parsed.day)}`;
  },
  masks: [{ name: 'year', keepFirst: 4, keepLast: 0, source: 'Ranger MASK_DATE_SHOW_YEAR' }],
};
