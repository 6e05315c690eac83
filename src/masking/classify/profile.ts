/**
 * A look at one column: a sample of its distinct values and what can be counted about them.
 *
 * Work is done on distinct values: all entries of a small dictionary, an even sample of a large one or of the rows.
 * @module
 */
import { type Column, cellText, type DictionaryColumn, isValid, parseNumber, type Table } from '../../table/index.js';

/** What was counted. Shares are of the sampled distinct values unless said otherwise. */
export interface ColumnProfile {
  readonly rows: number;
  /** Cells without a value, and cells with a placeholder (`-`, `无`, `NULL`, ...) or an empty string, of the sampled rows, as a share. */
  readonly missing: number;
  /** Distinct values that are no placeholder; a lower bound when the column is not a dictionary. */
  readonly distinct: number;
  /** Rows per distinct value. */
  readonly rowsPerValue: number;
  /** Sampled distinct values, trimmed. */
  readonly values: readonly string[];
  readonly shape: Shape;
}

/** Shares of sampled values by form. */
export interface Shape {
  readonly numeric: number;
  readonly integer: number;
  readonly han: number;
  readonly latin: number;
  readonly meanLength: number;
  readonly sameLength: number;
  readonly minimum: number;
  readonly maximum: number;
  /** Decimal places of the numbers, most common. */
  readonly decimals: number;
  /** Share of values with letters and digits in the most common pattern (`A99999999`). */
  readonly commonPattern: number;
  /** Share with blanks or punctuation of sentences. */
  readonly sentence: number;
}

const PLACEHOLDERS = new Set([
  '',
  '-',
  '--',
  '—',
  '/',
  '\\',
  '无',
  '暂无',
  '未知',
  '不详',
  '未填',
  '空',
  '没有',
  'null',
  'none',
  'nan',
  'na',
  'n/a',
  'nil',
  'undefined',
  '#n/a',
  '?',
  '*',
  '未提供',
]);

/** True for texts that stand for a missing value. */
export function isPlaceholder(text: string): boolean {
  return text.length <= 9 && PLACEHOLDERS.has(text.toLowerCase());
}

/** Looks at a column of a table; `sample` is the number of distinct values to look at. */
export function profileColumn(table: Table, name: string, sample: number): ColumnProfile {
  const chunks = table.chunks(name);
  const rows = table.rows;
  const first = chunks[0];
  const shared =
    first?.type === 'dictionary' &&
    chunks.every((chunk) => chunk.type === 'dictionary' && chunk.dictionary === first.dictionary);
  const {
    values: whole,
    distinct,
    missing,
  } = shared ? fromDictionary(chunks as DictionaryColumn[], sample, rows) : fromRows(chunks, sample, rows);
  const values = whole.map((value) => (value.length > LONGEST_LOOK ? value.slice(0, LONGEST_LOOK) : value));
  return {
    rows,
    missing,
    distinct,
    rowsPerValue: distinct === 0 ? 0 : (rows * (1 - missing)) / distinct,
    values,
    shape: shapeOf(values),
  };
}

/** No identifier is longer; what a cell of megabytes is shows in its beginning. */
const LONGEST_LOOK = 4096;

interface Sampled {
  readonly values: string[];
  readonly distinct: number;
  readonly missing: number;
}

function fromDictionary(chunks: readonly DictionaryColumn[], sample: number, rows: number): Sampled {
  const dictionary = (chunks[0] as DictionaryColumn).dictionary;
  const seen = new Uint8Array(dictionary.size);
  let nulls = 0;
  for (const chunk of chunks) {
    if (chunk.validity !== null) for (let row = 0; row < chunk.length; row++) if (!isValid(chunk, row)) nulls++;
  }
  // A dictionary may hold values that no row of this table has (after take, filter): look only at those in use.
  for (const chunk of chunks) markUsed(chunk, seen);
  const used: number[] = [];
  for (let code = 0; code < dictionary.size; code++) if (seen[code] === 1) used.push(code);
  const step = Math.max(1, used.length / sample);
  const values: string[] = [];
  let placeholders = 0;
  for (let i = 0; i < used.length && values.length < sample; i += step) {
    const text = dictionary.at(used[Math.floor(i)] as number).trim();
    if (isPlaceholder(text)) placeholders++;
    else values.push(text);
  }
  const share = rows === 0 ? 1 : nulls / rows;
  return { values, distinct: Math.max(0, used.length - placeholders), missing: used.length === 0 ? 1 : share };
}

function markUsed(chunk: DictionaryColumn, seen: Uint8Array): void {
  const { codes, validity, length } = chunk;
  if (validity === null) {
    for (let row = 0; row < length; row++) seen[codes[row] as number] = 1;
    return;
  }
  for (let row = 0; row < length; row++) {
    if (((validity[row >> 3] as number) >> (row & 7)) & 1) seen[codes[row] as number] = 1;
  }
}

function fromRows(chunks: readonly Column[], sample: number, rows: number): Sampled {
  const looked = Math.min(rows, sample * 4);
  const step = rows / Math.max(1, looked);
  const distinct = new Set<string>();
  let missing = 0;
  let chunk = 0;
  let before = 0;
  for (let i = 0; i < looked; i++) {
    const row = Math.floor(i * step);
    while (row - before >= (chunks[chunk] as Column).length) before += (chunks[chunk++] as Column).length;
    const text = cellText(chunks[chunk] as Column, row - before)?.trim();
    if (text === undefined || isPlaceholder(text)) missing++;
    else distinct.add(text);
  }
  const values = [...distinct].slice(0, sample);
  const filled = looked - missing;
  // Nearly all sampled values differ: so will nearly all rows.
  const estimate =
    filled > 0 && distinct.size > filled * 0.8
      ? (distinct.size / filled) * rows * (1 - missing / looked)
      : distinct.size;
  return { values, distinct: Math.round(estimate), missing: looked === 0 ? 1 : missing / looked };
}

function shapeOf(values: readonly string[]): Shape {
  const n = Math.max(1, values.length);
  let numeric = 0;
  let integer = 0;
  let han = 0;
  let latin = 0;
  let length = 0;
  let sentence = 0;
  let minimum = Number.POSITIVE_INFINITY;
  let maximum = Number.NEGATIVE_INFINITY;
  const lengths = new Map<number, number>();
  const patterns = new Map<string, number>();
  const places = new Map<number, number>();
  const count = <Key>(map: Map<Key, number>, key: Key): void => {
    map.set(key, (map.get(key) ?? 0) + 1);
  };
  for (const value of values) {
    length += value.length;
    count(lengths, value.length);
    if (/[\u3400-\u9fff]/.test(value)) han++;
    if (/[A-Za-z]/.test(value)) latin++;
    if (/[，。；！？]|[.!?;] |\s\S+\s\S+\s/.test(value)) sentence++;
    count(patterns, value.replace(/\d/g, '9').replace(/[A-Z]/g, 'A').replace(/[a-z]/g, 'a'));
    const number = looksNumeric(value);
    if (!Number.isNaN(number)) {
      numeric++;
      if (/^[+-]?\d+$/.test(value)) integer++;
      minimum = Math.min(minimum, number);
      maximum = Math.max(maximum, number);
      count(places, /\.(\d+)/.exec(value)?.[1]?.length ?? 0);
    }
  }
  const most = (map: Map<unknown, number>): number => Math.max(0, ...map.values());
  return {
    numeric: numeric / n,
    integer: integer / n,
    han: han / n,
    latin: latin / n,
    meanLength: length / n,
    sameLength: most(lengths) / n,
    minimum,
    maximum,
    decimals: [...places].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 0,
    commonPattern: most(patterns) / n,
    sentence: sentence / n,
  };
}

/** Plain numbers, also with thousands separators, a currency sign, a unit or a percent sign; NaN otherwise. */
function looksNumeric(value: string): number {
  const plain = parseNumber(value);
  if (!Number.isNaN(plain)) return plain;
  const match =
    /^[¥￥$€]?\s*([+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?|[+-]?\d+(?:\.\d+)?)\s*(?:%|％|‰|元|万元|亿元|美元|岁|年|月|天|周|小时|分钟|分|秒|个|人|户|次|件|台|辆|家|张|份|亩|吨|公斤|千克|克|毫克|公里|千米|米|厘米|毫米|升|毫升|度|kg|g|mg|km|m|cm|mm|ml|l|㎡|平方米|℃|°C|kWh|千瓦时|mmHg|bpm|RMB|CNY|USD|EUR)?$/i.exec(
      value,
    );
  return match === null ? Number.NaN : Number((match[1] as string).replace(/,/g, ''));
}
