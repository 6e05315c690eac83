/**
 * What a generalised label says: everything, an interval, a prefix or pattern, a set; in English and Chinese writing.
 * @module
 */

/** An interval of numbers with open or closed ends. */
export interface Interval {
  readonly from: number;
  readonly to: number;
  readonly openFrom: boolean;
  readonly openTo: boolean;
}

const EVERYTHING =
  /^(?:\*+|any|all|total|overall|sum|suppressed|not[ _-]?released|not[ _-]?disclosed|withheld|masked|hidden|other|others|unknown|n\/?a|null|none|-+|\.+|grand total|all (?:groups|persons|ages|years|months)|overall total|全部|合计|总计|小计|总和|累计|所有|全体|整体|全年|全月|全天|全日|全周|全市|全省|全国|全区|全县|全院|全校|全域|不限|其他|未知|总体|未披露|不披露|未公开|保密|已隐藏|屏蔽)$/i;

/** True for a label that stands for all values: `*`, `Total`, `合计`, ... */
export function isEverything(text: string): boolean {
  const plain = text.trim();
  return plain === '' || EVERYTHING.test(plain);
}

const REST = /^(?:other|others|unknown|n\/?a|null|none|其他|未知)$/i;

/** True for a label of a cell that was taken out: `*`, `suppressed`, `未披露`; not for `other`, which may be a group of its own. */
export function isHidden(text: string): boolean {
  return isEverything(text) && !REST.test(text.trim());
}

// A comma belongs to a number only before three digits: `[-4, -2)` are two.
const NUMBER = '([+-]?(?:\\d{1,3}(?:,\\d{3})+(?!\\d)|\\d+)(?:\\.\\d+)?(?:e[+-]?\\d+)?)';
const UNIT = '\\s*(?:岁|周岁|元|年|分|人|kg|cm|years?|yrs?|k|%|万|万元|km)?\\s*';
const BETWEEN = new RegExp(
  `^[\\[(]?\\s*${NUMBER}${UNIT}(?:-|–|—|~|～|to|至|到|,|，|;|\\.\\.+|:|_)\\s*${NUMBER}${UNIT}([\\])[(]?)$`,
  'i',
);
const BELOW = new RegExp(
  `^(?:(<=?|≤|under|below|up to|less than|小于|低于|不足|至多)\\s*${NUMBER}${UNIT}|${NUMBER}${UNIT}(?:以下|及以下|以内|之内|or less|and under|or below|-))$`,
  'i',
);
const ABOVE = new RegExp(
  `^(?:(>=?|≥|over|above|more than|at least|大于|高于|超过|至少)\\s*${NUMBER}${UNIT}|${NUMBER}${UNIT}(?:\\+|以上|及以上|or more|and over|and above|or above|-))$`,
  'i',
);

function numberOf(text: string): number {
  return Number(text.replace(/,/g, ''));
}

const LARGE: Readonly<Record<string, number>> = { 千: 1e3, 万: 1e4, 亿: 1e8, k: 1e3, m: 1e6 };
const IN_LARGE_UNITS = /(\d+(?:\.\d+)?)\s*([千万亿]|[km](?![a-z]))/gi;

/** A label with its large units written out (`5千-1万元` as `5000-10000元`, `20-50万` as `200000-500000`); null where it has none. */
export function inSingles(label: string): string | null {
  if (label.length > 60) return null;
  const last = [...label.matchAll(IN_LARGE_UNITS)].at(-1)?.[2];
  if (last === undefined) return null;
  const units =
    label.match(IN_LARGE_UNITS)?.length === 1 ? label.replace(/(\d)(\s*[-–—~～至到]+\s*\d)/, `$1${last}$2`) : label;
  return units.replace(IN_LARGE_UNITS, (_, digits: string, unit: string) =>
    String(Math.round(Number(digits) * (LARGE[unit.toLowerCase()] as number))),
  );
}

/** The interval that a label writes, or null. `20-39`, `[20, 40)`, `>= 65`, `65+`, `20至39岁`, `60岁以上`, `]20, 40]`. */
export function parseInterval(label: string): Interval | null {
  const text = label
    .trim()
    .replace(/^\]/, '(')
    .replace(/\[$/, ')')
    .replace(/[［【]/g, '[')
    .replace(/[］】]/g, ']')
    .replace(/（/g, '(')
    .replace(/）/g, ')');
  if (text.length > 60 || !/\d/.test(text)) return null;
  const between = BETWEEN.exec(text);
  if (between !== null) {
    const from = numberOf(between[1] as string);
    const to = numberOf(between[2] as string);
    if (from > to) return null;
    return { from, to, openFrom: text.startsWith('('), openTo: between[3] === ')' };
  }
  const above = ABOVE.exec(text);
  if (above !== null && !(above[1] === undefined && /-$/.test(text))) {
    const sign = (above[1] ?? '').toLowerCase();
    const from = numberOf((above[2] ?? above[3]) as string);
    return {
      from,
      to: Number.POSITIVE_INFINITY,
      openFrom: /^(?:>|over|above|more than|大于|高于|超过)$/.test(sign),
      openTo: true,
    };
  }
  const below = BELOW.exec(text);
  if (below !== null) {
    const sign = (below[1] ?? '').toLowerCase();
    const to = numberOf((below[2] ?? below[3]) as string);
    const word = /以下$/.test(text) && !/及以下$/.test(text);
    return {
      from: Number.NEGATIVE_INFINITY,
      to,
      openFrom: true,
      openTo: word || /^(?:<|under|below|less than|小于|低于|不足)$/.test(sign),
    };
  }
  return null;
}

/** True when the number lies in the interval. */
export function contains(interval: Interval, value: number): boolean {
  if (value < interval.from || value > interval.to) return false;
  if (value === interval.from && interval.openFrom) return false;
  return !(value === interval.to && interval.openTo);
}

/** Characters kept at both ends of a starred label: `3301**` is {first: 4, last: 0}; null when nothing is starred. */
export function parseStars(label: string): { first: number; last: number; length: number } | null {
  const match = /^([^*]*?)(\*+|[xX#]{2,}|…+|\?+|[某＊×○●■□]+)([^*]*)$/.exec(label);
  if (match === null) return null;
  return { first: (match[1] as string).length, last: (match[3] as string).length, length: label.length };
}
