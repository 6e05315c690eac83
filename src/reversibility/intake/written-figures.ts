/**
 * Numbers, times of day and dates as people write them in tables: thousands set apart, a currency before or a unit behind
 * (`¥1,234.50`, `1.2万元`, `37.5%`, `1.234,50 €`), `08:30`, `13/12/1977`, `Dec 13, 1977`, `民国66年12月13日`. One way of writing is found for a whole
 * column, so that `03/04/2024` is read as its neighbours are.
 * @module
 */
import { daysOf, parseDate, parseNumber } from '../../table/index.js';
import { digitsTogether } from './fold.js';
import { otherCalendarDate } from './other-calendars.js';
import { PackedTexts, type Texts } from './packed-texts.js';

/** Texts that are looked at before all are read, and the share of them that must agree. */
const SAMPLE = 60;
const AGREE = 0.9;
/** Longer texts are no figures. */
const LONGEST = 40;

/** More digits than a double tells apart: a name, not a number. */
const LONG_NUMBER = /\d{16}/;

/** Reads one text; NaN where it is not written so. */
type Reader = (text: string) => number;

/** A way of writing: what it stands for (seconds for times and moments, days since 1970-01-01 for dates). */
interface Way {
  readonly kind: 'number' | 'time' | 'moment' | 'date';
  readonly read: Reader;
}

/** The number of each text by the one way of writing that most share; null where they share none. */
export function writtenNumbers(texts: Texts): Float64Array | null {
  return read(texts, numberWays)?.figures ?? null;
}

/** As {@link writtenNumbers}, days since 1970-01-01. */
export function writtenDates(texts: Texts): Float64Array | null {
  return read(texts, dateWays)?.figures ?? null;
}

/**
 * Each text as programs write it: plain decimals, dates and moments year first, times of 24 hours, half width, long numbers without
 * groups; null where that changes none.
 */
export function plainWritings(texts: Texts): string[] | null {
  const found = read(texts, numberWays) ?? read(texts, dateWays);
  const text = textsOf(texts);
  let changed = false;
  const plain = Array.from({ length: text.size }, (_, code) => {
    const own = text.at(code);
    const figure = found?.figures[code] ?? Number.NaN;
    const written = Number.isNaN(figure) || found === null ? widthless(own) : plainly(own, figure, found.way.kind);
    if (written !== own) changed = true;
    return written;
  });
  return changed ? plain : null;
}

function widthless(text: string): string {
  return digitsTogether(/[\uff01-\uff5e\u3000]/.test(text) ? text.normalize('NFKC') : text);
}

function plainly(text: string, figure: number, kind: Way['kind']): string {
  // What is read year first already stays: `2023/8/7 13:05`.
  if (kind === 'number') return String(figure);
  if (!Number.isNaN(parseDate(text.trim()))) return text;
  if (kind === 'time') return text.includes('M') || text.includes('m') ? clockOf(figure) : text;
  const moment = new Date(1000 * (kind === 'date' ? 86_400 * figure : figure)).toISOString();
  return kind === 'date' ? moment.slice(0, 10) : `${moment.slice(0, 10)} ${moment.slice(11, 19)}`;
}

function clockOf(seconds: number): string {
  return new Date(1000 * seconds).toISOString().slice(11, 19);
}

function textsOf(texts: Texts): { readonly size: number; readonly at: (code: number) => string } {
  if (texts instanceof PackedTexts) return texts;
  return { size: texts.length, at: (code) => texts[code] as string };
}

function read(
  texts: Texts,
  waysOf: (sample: readonly string[]) => readonly Way[],
): { readonly way: Way; readonly figures: Float64Array } | null {
  const list = textsOf(texts);
  const { size } = list;
  const text = (code: number): string => list.at(code).trim();
  const sample = sampleOf(size, text);
  if (sample === null) return null;
  const way = waysOf(sample).find((own) => agree(sample, own.read));
  if (way === undefined) return null;
  const figures = new Float64Array(size).fill(Number.NaN);
  for (let code = 0; code < size; code++) {
    const own = text(code);
    if (own.length <= LONGEST && !LONG_NUMBER.test(own)) figures[code] = way.read(own);
  }
  return { way, figures };
}

/** Some texts of a column, those left out that stand for a gap; null where most are no figures at first sight. */
function sampleOf(size: number, text: (code: number) => string): string[] | null {
  const sample: string[] = [];
  const step = Math.max(1, size / SAMPLE);
  let none = 0;
  for (let at = 0; at < size; at += step) {
    const own = text(Math.floor(at));
    if (own.length <= LONGEST && /\d/.test(own) && !LONG_NUMBER.test(own)) sample.push(own);
    else if (own.length > 4 && ++none > 6) return null;
  }
  return sample.length === 0 || none > (1 - AGREE) * (none + sample.length) ? null : sample;
}

function agree(sample: readonly string[], reader: Reader): boolean {
  const least = AGREE * sample.length;
  let left = sample.length;
  for (const own of sample) if (Number.isNaN(reader(own)) && --left < least) return false;
  return true;
}

const CURRENCY = '(?:[¥￥$€£]|RMB|CNY|USD|EUR|GBP|HKD|HK\\$|US\\$|人民币)?';
/** Units that stand right behind a number; any other stands behind a blank. */
const UNITS =
  '[%％‰]|[万亿]?(?:元|人|户|件|套|股|次|人次|吨|美元)|[万亿千百]|周?岁|个月?|[年月天日周届级]|小时|分钟?|秒|平方米|平方公里|平米|公里|千米|厘米|毫米|米|亩|公顷|公斤|千克|克|毫克|升|毫升|度|千瓦时?|位|名|台|辆|层|室|间|例|份|' +
  '㎡|m²|m2|km2|km²|kg|mg|g|cm|mm|km|m|ml|mL|L|t|kWh|kW|MB|GB|KB|ms|s|min|h|℃|°C|°|k|K|€|£|CNY|RMB|USD|EUR';
const SIGN = '([+-]|−)?';
const LARGE: ReadonlyMap<string, number> = new Map([
  ['万', 1e4],
  ['亿', 1e8],
  ['千', 1e3],
  ['百', 1e2],
]);

/** Thousands by comma, blank or apostrophe and a decimal point; or by point, blank or apostrophe and a decimal comma. */
const POINTED = "(\\d{1,3}(?:[,，' \\u00a0\\u202f]\\d{3})+(?:\\.\\d+)?|\\d+(?:\\.\\d+)?|\\.\\d+)";
const COMMAED = "(\\d{1,3}(?:[.' \\u00a0\\u202f]\\d{3})+(?:,\\d+)?|\\d+(?:,\\d+)?)";

function amount(core: string): RegExp {
  return new RegExp(`^(\\()?${SIGN}${CURRENCY}\\s*${SIGN}${core}(?:\\s*(${UNITS})|\\s+[^\\s\\d]{1,8})?(\\))?$`);
}

const WITH_POINT = amount(POINTED);
const WITH_COMMA = amount(COMMAED);

function amountOf(text: string, pattern: RegExp, clean: (core: string) => string): number {
  const match = pattern.exec(text);
  if (match === null || (match[1] === undefined) !== (match[6] === undefined)) return Number.NaN;
  const [, bracket, before, behind, core, unit] = match;
  // Zeros in front belong to a number that is a name.
  if (/^0\d/.test(core as string)) return Number.NaN;
  const value = Number(clean(core as string)) * (LARGE.get(unit?.[0] ?? '') ?? 1);
  const negative = [bracket, before, behind].filter((own) => own !== undefined && own !== '+').length % 2 === 1;
  return negative ? -value : value;
}

const withPoint: Reader = (text) => amountOf(text, WITH_POINT, (core) => core.replace(/[^\d.]/g, ''));
const withComma: Reader = (text) => amountOf(text, WITH_COMMA, (core) => core.replace(/[^\d,]/g, '').replace(',', '.'));

const TIME = /^(\d{1,3}):([0-5]\d)(?::([0-5]\d(?:\.\d+)?))?\s*(?:([AaPp])\.?[Mm]\.?)?$/;

/** Seconds since midnight, or of a duration. */
const timeOfDay: Reader = (text) => {
  const match = TIME.exec(text);
  if (match === null) return Number.NaN;
  const half = match[4]?.toLowerCase();
  const hours = half === undefined ? Number(match[1]) : (Number(match[1]) % 12) + (half === 'p' ? 12 : 0);
  return 3600 * hours + 60 * Number(match[2]) + Number(match[3] ?? 0);
};

/** None where all are plain numbers. A comma is a decimal one where a column says so: points between thousands, or not three digits behind. */
function numberWays(sample: readonly string[]): readonly Way[] {
  if (sample.every((own) => !Number.isNaN(parseNumber(own)))) return [];
  const european = sample.some((own) => /\d\.\d{3},\d|(?:^|[^\d,.])\d+,(?:\d{1,2}|\d{4,})(?![\d,])/.test(own));
  return [
    { kind: 'number', read: plainOr(parseNumber, european ? withComma : withPoint) },
    { kind: 'time', read: timeOfDay },
    ...momentsOf(sample).map((own): Way => ({ kind: 'moment', read: own })),
  ];
}

function plainOr(plain: Reader, written: Reader): Reader {
  return (text) => {
    const value = plain(text);
    return Number.isNaN(value) ? written(text) : value;
  };
}

const CLOCK_AT_END =
  /^(.*?\d{4}.*?)[T\s,]+(?:([01]?\d|2[0-4])[:时](\d{2})(?:[:分](\d{2}(?:\.\d+)?))?[分秒]?)\s*([AaPp])?\.?[Mm]?\.?\s*(?:Z|[+-]\d{2}:?\d{2})?$/;

/** Seconds since 1970-01-01 of a day and a time of day, where not all are midnight. A zone is not asked for: it is the same for most. */
function momentsOf(sample: readonly string[]): Reader[] {
  if (!sample.some((own) => secondsOf(own)?.[1] ?? 0)) return [];
  const days = dateWays(sample).length === 0 ? [parseDate] : [DAY_FIRST, MONTH_FIRST];
  return days.map((dayOf) => (text) => {
    const parts = secondsOf(text);
    return parts === null ? Number.NaN : 86_400 * dayOf(parts[0]) + parts[1];
  });
}

/** The text before a time of day, and its seconds. */
function secondsOf(text: string): readonly [string, number] | null {
  const match = CLOCK_AT_END.exec(text);
  if (match === null) return null;
  const half = match[5]?.toLowerCase();
  const hours = half === undefined ? Number(match[2]) : (Number(match[2]) % 12) + (half === 'p' ? 12 : 0);
  return [match[1] as string, 3600 * hours + 60 * Number(match[3]) + Number(match[4] ?? 0)];
}

const MONTHS: readonly string[] = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const CLOCK = '(?:[T,]?\\s*\\d{1,2}[:时]\\d{2}(?:[:分]\\d{2}(?:\\.\\d+)?)?[分秒]?\\s*(?:[AaPp]\\.?[Mm]\\.?)?)?';
const CHINESE = new RegExp(`^(\\d{4})年(\\d{1,2})月(\\d{1,2})日${CLOCK}$`);
const FIGURES = new RegExp(`^(\\d{1,2})([-/.])(\\d{1,2})\\2(\\d{4})${CLOCK}$`);
const DAY_NAMED = new RegExp(
  `^(?:[A-Za-z]{3,9},?\\s+)?(\\d{1,2})(?:st|nd|rd|th)?[-\\s./]*([A-Za-z]{3,9})\\.?,?[-\\s./]*(\\d{4})${CLOCK}$`,
);
const NAMED_DAY = new RegExp(
  `^(?:[A-Za-z]{3,9},?\\s+)?([A-Za-z]{3,9})\\.?[-\\s.]*(\\d{1,2})(?:st|nd|rd|th)?,?\\s*(\\d{4})${CLOCK}$`,
);

function figures(day: 1 | 3, month: 1 | 3): Reader {
  return (text) => {
    const match = FIGURES.exec(text);
    return match === null ? Number.NaN : daysOf(Number(match[4]), Number(match[month]), Number(match[day]));
  };
}

function named(pattern: RegExp, day: 1 | 2, month: 1 | 2): Reader {
  return (text) => {
    const match = pattern.exec(text);
    if (match === null) return Number.NaN;
    const at = MONTHS.indexOf((match[month] as string).slice(0, 3).toLowerCase());
    return at < 0 ? Number.NaN : daysOf(Number(match[3]), at + 1, Number(match[day]));
  };
}

const dayNamed = named(DAY_NAMED, 1, 2);
const namedDay = named(NAMED_DAY, 2, 1);
const chinese: Reader = (text) => {
  const match = CHINESE.exec(text);
  return match === null ? Number.NaN : daysOf(Number(match[1]), Number(match[2]), Number(match[3]));
};
const anyNamed: Reader = [chinese, dayNamed, namedDay, otherCalendarDate].reduce(plainOr, parseDate);
const DAY_FIRST = plainOr(anyNamed, figures(1, 3));
const MONTH_FIRST = plainOr(anyNamed, figures(3, 1));

/** None where all are written year first. Days first unless a day beyond the twelfth says otherwise. */
function dateWays(sample: readonly string[]): readonly Way[] {
  if (sample.every((own) => !Number.isNaN(parseDate(own)))) return [];
  return [DAY_FIRST, MONTH_FIRST].map((own) => ({ kind: 'date', read: own }));
}
