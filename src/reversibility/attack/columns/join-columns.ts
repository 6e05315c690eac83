/**
 * Values spread over several columns: joined texts, digit groups, operations with a key column, parts of dates.
 * See combine.md.
 * @module
 */
import { daysOf, parseDate } from '../../../table/index.js';
import { SeededRandom } from '../../../testing/index.js';
import { columnOfTexts, SheetColumn } from '../../intake/sheet.js';
import type { Derived } from '../../inverse.js';
import type { Board } from '../attack.js';
import { asUtf8, fromBase64, fromHex } from '../decoding/decode-bytes.js';
import {
  couldKeep,
  derive,
  deriveFrom,
  differentOnes,
  keep,
  massToKeep,
  sampleRows,
  textAt,
} from '../shared/compose.js';
import { matchValues } from '../shared/match.js';

/** An operation on the numbers of two cells. */
interface Operation {
  /** Number of a cell; NaN where it has none. */
  readonly of: (text: string) => number;
  readonly compute: (x: number, y: number) => number;
  /** Digits that a result is written with. */
  readonly digits: number;
}

interface Join {
  readonly name: string;
  readonly bits: number;
  readonly join: (a: string, b: string) => string | null;
  /** Where the join is arithmetic: its results are looked up as numbers, however they are written. */
  readonly operation?: Operation;
  /** What cells of the first and of the second column must be for the join to give anything. Default: anything. */
  readonly left?: (text: string) => boolean;
  readonly right?: (text: string) => boolean;
}

const JOINS: readonly Join[] = [
  { name: '', bits: 8, join: (a, b) => a + b },
  { name: ' ', bits: 9, join: (a, b) => `${a} ${b}` },
  { name: '-', bits: 9, join: (a, b) => `${a}-${b}` },
  { name: '/', bits: 9, join: (a, b) => `${a}/${b}` },
  { name: '.', bits: 9, join: (a, b) => `${a}.${b}` },
  { name: '@', bits: 9, join: (a, b) => `${a}@${b}` },
  { name: '_', bits: 9, join: (a, b) => `${a}_${b}` },
  { name: '*10+', bits: 10, join: (a, b) => digits(a, b, 10), left: isInteger, right: isInteger },
  { name: '*100+', bits: 10, join: (a, b) => digits(a, b, 100), left: isInteger, right: isInteger },
  { name: '*1000+', bits: 10, join: (a, b) => digits(a, b, 1000), left: isInteger, right: isInteger },
  { name: '*10000+', bits: 10, join: (a, b) => digits(a, b, 10_000), left: isInteger, right: isInteger },
  arithmetic('+', { of: finite, compute: (x, y) => x + y, digits: 12 }),
  arithmetic('-', { of: finite, compute: (x, y) => x - y, digits: 12 }),
  arithmetic('*', { of: numberOf, compute: (x, y) => x * y, digits: 10 }),
  arithmetic('/', { of: numberOf, compute: (x, y) => (y === 0 ? Number.NaN : x / y), digits: 10 }),
  arithmetic('xor', {
    of: wholeOf,
    compute: xorOf,
    digits: 16,
  }),
  { name: 'xor-bytes', bits: 12, join: xorBytes, left: (text) => bytesOf(text) !== null },
  { name: 'turns', bits: 10, join: inTurns, left: (text) => text.length >= 2 && text.length <= 64 },
  { name: 'date-', bits: 12, join: (a, b) => dateMoved(a, b, -1), left: isDay, right: isShift },
  { name: 'date+', bits: 12, join: (a, b) => dateMoved(a, b, 1), left: isDay, right: isShift },
];

function arithmetic(name: string, operation: Operation): Join {
  const { of, compute } = operation;
  const isOne = (text: string): boolean => !Number.isNaN(of(text));
  return {
    name,
    bits: 10,
    join: (a, b) => resultText(compute(of(a), of(b)), operation),
    operation,
    left: isOne,
    right: isOne,
  };
}

function resultText(value: number, { digits }: Operation): string | null {
  return Number.isFinite(value) ? String(Number(value.toPrecision(digits))) : null;
}

function finite(text: string): number {
  const value = text === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : Number.NaN;
}

function numberOf(text: string): number {
  return text === '' || text.length > 26 ? Number.NaN : Number(text);
}

function wholeOf(text: string): number {
  return /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
}

/** Exclusive or of whole numbers below 2^53. */
function xorOf(x: number, y: number): number {
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.NaN;
  const high = (Math.floor(x / TWO_32) ^ Math.floor(y / TWO_32)) >>> 0;
  return high * TWO_32 + ((x ^ y) >>> 0);
}

const TWO_32 = 4_294_967_296;

/** The characters of two cells by turns. */
function inTurns(a: string, b: string): string | null {
  if (a.length < 2 || a.length > 64 || (a.length !== b.length && a.length !== b.length + 1)) return null;
  let out = '';
  for (let i = 0; i < a.length; i++) out += (a[i] as string) + (b[i] ?? '');
  return out;
}

function bytesOf(text: string): string | null {
  const own = fromHex(text) ?? (text.length % 4 === 0 ? fromBase64(text) : null);
  return own === null || own.length < 2 ? null : own;
}

/** Bytes behind hex or base64, XORed with the bytes (or the characters) of another column, repeated. */
function xorBytes(a: string, b: string): string | null {
  const own = bytesOf(a);
  if (own === null) return null;
  for (const key of [fromHex(b), fromBase64(b), b]) {
    if (key === null || key.length === 0) continue;
    let out = '';
    for (let i = 0; i < own.length; i++)
      out += String.fromCharCode((own.charCodeAt(i) ^ key.charCodeAt(i % key.length)) & 255);
    const text = asUtf8(out);
    if (text !== null) return text;
  }
  return null;
}

function isShift(text: string): boolean {
  return /^-?\d{1,6}$/.test(text);
}

function isDay(text: string): boolean {
  return /\d{4}/.test(text) && !Number.isNaN(parseDate(text));
}

function isInteger(text: string): boolean {
  return text !== '' && Number.isInteger(Number(text));
}

function dateMoved(a: string, b: string, sign: number): string | null {
  if (!isShift(b) || !/\d{4}/.test(a)) return null;
  const days = parseDate(a);
  return Number.isNaN(days) ? null : new Date((days + sign * Number(b)) * 86_400_000).toISOString().slice(0, 10);
}

function digits(a: string, b: string, base: number): string | null {
  const x = Number(a);
  const y = Number(b);
  if (a === '' || b === '' || !Number.isInteger(x) || !Number.isInteger(y) || y < 0 || y >= base) return null;
  return String(x * base + y);
}

/** A column that may be joined: some of its texts, and by place in {@link JOINS} whether it could stand on either side. */
interface Partner {
  readonly derived: Derived;
  readonly texts: readonly (string | null)[];
  readonly left: readonly boolean[];
  readonly right: readonly boolean[];
}

function partnerOf(derived: Derived, rows: readonly number[]): Partner {
  const texts = textsAt(derived, rows);
  const some = (test: ((text: string) => boolean) | undefined): boolean =>
    test === undefined || texts.some((text) => text !== null && test(text));
  return {
    derived,
    texts,
    left: JOINS.map(({ left }) => some(left)),
    right: JOINS.map(({ right }) => some(right)),
  };
}

function textsAt({ column }: Derived, rows: readonly number[]): (string | null)[] {
  return rows.map((row) => textAt(column, row));
}

function joinAll(
  join: Join['join'],
  left: readonly (string | null)[],
  right: readonly (string | null)[],
): (string | null)[] {
  const texts = new Array<string | null>(left.length);
  for (let i = 0; i < texts.length; i++) {
    const a = left[i] as string | null;
    const b = right[i] as string | null;
    texts[i] = a === null || b === null ? null : join(a, b);
  }
  return texts;
}

/** Largest share of the texts that one source column holds; of results of arithmetic, however they are written. */
function shareOf(board: Board, operation: Operation | undefined, texts: readonly (string | null)[]): number {
  return operation === undefined ? board.lookup.best(texts) : board.lookup.bestFolded(texts);
}

/** The rows by which joins are judged: a few for a first look, more, and random ones where there are many. */
interface Looks {
  readonly quick: readonly number[];
  readonly rows: readonly number[];
  readonly spread: readonly number[] | null;
}

function looksOf(board: Board): Looks {
  const rows = sampleRows(board.product.rows);
  return { rows, quick: rows.filter((_, i) => i % 8 === 0), spread: randomRows(board.product.rows) };
}

/** Joins pairs (then triples) of columns whose join stands in the source. */
export function joinPairs(board: Board, queue: readonly Derived[]): void {
  const looks = looksOf(board);
  const columns = differentOnes(queue.slice(0, 30)).map((derived) => partnerOf(derived, looks.quick));
  for (const a of columns) {
    for (const b of columns) {
      if (a === b || a.derived.from[0] === b.derived.from[0] || board.late()) continue;
      for (let i = 0; i < JOINS.length; i++) tryJoin(board, a, b, i, looks);
    }
  }
}

/** Keeps what the join of two columns reads; the joined column where it stands in the source. */
function tryJoin(board: Board, one: Partner, other: Partner, place: number, { rows, spread }: Looks): Derived | null {
  const { name, bits, join, operation } = JOINS[place] as Join;
  const a = one.derived;
  const b = other.derived;
  if (operation !== undefined && (!a.column.isNumeric || !b.column.isNumeric)) return null;
  if (one.left[place] === false || other.right[place] === false) return null;
  const key = operation !== undefined || /^(?:xor|date|turns)/.test(name);
  const from = [...a.from, ...b.from];
  const cost = a.bits + b.bits + bits;
  if (!couldKeep(board, from, cost, key)) return null;
  const first = joinAll(join, one.texts, other.texts);
  if (first.every((text) => text === null) || shareOf(board, operation, first) < 0.3) return null;
  const samples = joinAll(join, textsAt(a, rows), textsAt(b, rows));
  const long = samples.reduce((sum, text) => sum + (text?.length ?? 0), 0) / samples.length >= 4;
  if (shareOf(board, operation, samples) < (long ? 0.5 : 0.95)) return null;
  // What must be read at least to be kept is surely not reached.
  const needed = massToKeep(board, from, cost, key);
  if (spread !== null && !couldReach(board, needed, joinAll(join, textsAt(a, spread), textsAt(b, spread)))) return null;
  const formula =
    name.startsWith('*') || operation !== undefined
      ? `${a.formula} ${name} ${b.formula}`
      : key
        ? `${name}(${a.formula}, ${b.formula})`
        : `concat(${a.formula}, ${JSON.stringify(name)}, ${b.formula})`;
  const column =
    operation === undefined
      ? columnOfTexts(formula, pairTexts(a.column, b.column, join))
      : columnOfResults(formula, a.column, b.column, operation);
  const joined = deriveFrom(column, from, cost);
  keep(board, joined, matchValues(joined, board.lookup), key);
  return joined;
}

/** Places of the joins that numbers are tried on with columns that were read. */
const WITH_READ: readonly number[] = JOINS.flatMap(({ name }, i) =>
  /^[-+*/]$/.test(name) && JOINS[i]?.operation !== undefined ? [i] : [],
);
const TURNED = /^[-/]$/;
const READ = 0.92;
const ROUNDS = 5;
const LEAST_DISTINCT = 12;

/** Operations of unread columns with columns that were read, or with what came back so: shares of a total, chains of ratios. */
export function joinRead(board: Board, queue: readonly Derived[]): void {
  const isNumber = ({ attack, column }: Derived): boolean =>
    attack === 'containment' && column.isNumeric && column.distinct >= LEAST_DISTINCT;
  const numeric = queue.filter(isNumber);
  const seen = board.derived.filter(
    (derived) => isNumber(derived) && !numeric.includes(derived) && board.best(derived.from[0] as number) >= READ,
  );
  if (numeric.length === 0 || seen.length === 0) return;
  const looks = looksOf(board);
  const partner = (derived: Derived): Partner => partnerOf(derived, looks.quick);
  let open = numeric.map(partner);
  let known = seen.map(partner);
  for (let round = 0; round < ROUNDS && known.length > 0 && open.length > 0; round++) {
    const read: Partner[] = [];
    for (const own of open) {
      for (const other of known) {
        if (board.late()) return;
        const joined = withRead(board, own, other, looks);
        if (joined === null) continue;
        read.push(partner({ ...joined, bits: own.derived.bits }));
        break;
      }
    }
    open = open.filter(({ derived }) => board.best(derived.from[0] as number) < READ - 0.3);
    known = read;
  }
}

/** The first result of an operation on two columns that is kept. */
function withRead(board: Board, own: Partner, other: Partner, looks: Looks): Derived | null {
  const before = board.steps.length;
  for (const place of WITH_READ) {
    let joined = tryJoin(board, own, other, place, looks);
    if (board.steps.length === before && TURNED.test((JOINS[place] as Join).name))
      joined = tryJoin(board, other, own, place, looks);
    if (board.steps.length > before) return joined;
  }
  return null;
}

/** Rows of a second look, and how much more all rows may hold than these: once in a billion (Hoeffding 1963, theorem 1). */
const SPREAD = 2000;
const MORE = Math.sqrt(Math.log(1e9) / (2 * SPREAD));

/** Rows in no order, each as likely as any; null where there are few. */
function randomRows(rows: number): number[] | null {
  if (rows < 6 * SPREAD) return null;
  const random = new SeededRandom('rows of a second look');
  return Array.from({ length: SPREAD }, () => random.below(rows));
}

/** False where all rows, folded as they may be, surely give less than is needed. */
function couldReach(board: Board, needed: number, texts: readonly (string | null)[]): boolean {
  const present = texts.filter((text) => text !== null);
  if (present.length < SPREAD / 2) return true;
  return board.lookup.bestFolded(present) + MORE * Math.sqrt(SPREAD / present.length) >= needed;
}

function pairTexts(a: SheetColumn, b: SheetColumn, join: (a: string, b: string) => string | null): (string | null)[] {
  const texts = new Array<string | null>(a.codes.length);
  // Where few pairs come twice, remembering them costs more than joining them.
  const memo = a.distinct * b.distinct > 8 * texts.length ? null : new Map<number, string | null>();
  for (let row = 0; row < texts.length; row++) {
    const x = a.codes[row] as number;
    const y = b.codes[row] as number;
    if (x < 0 || y < 0) {
      texts[row] = null;
      continue;
    }
    const key = x * b.distinct + y;
    let text = memo?.get(key);
    if (text === undefined) {
      text = join(a.text(x), b.text(y));
      memo?.set(key, text);
    }
    texts[row] = text;
  }
  return texts;
}

/** Results of an operation row by row: each different one is written once. */
function columnOfResults(name: string, a: SheetColumn, b: SheetColumn, operation: Operation): SheetColumn {
  const { of } = operation;
  const results = resultsOf(
    a.codes,
    Float64Array.from(a.values, of),
    b.codes,
    Float64Array.from(b.values, of),
    operation,
  );
  const { codes, numbers } = codesOfNumbers(results);
  const values: string[] = [];
  const codeOfText = new Map<string, number>();
  const textCodes = Int32Array.from(numbers, (number) => {
    const text = resultText(number, operation);
    if (text === null) return -1;
    const known = codeOfText.get(text);
    if (known !== undefined) return known;
    const code = values.push(text) - 1;
    codeOfText.set(text, code);
    return code;
  });
  for (let row = 0; row < codes.length; row++)
    if ((codes[row] as number) >= 0) codes[row] = textCodes[codes[row] as number] as number;
  return new SheetColumn(name, codes, values);
}

function resultsOf(
  a: Int32Array,
  left: Float64Array,
  b: Int32Array,
  right: Float64Array,
  { compute }: Operation,
): Float64Array {
  const results = new Float64Array(a.length);
  for (let row = 0; row < results.length; row++) {
    const x = a[row] as number;
    const y = b[row] as number;
    results[row] = x < 0 || y < 0 ? Number.NaN : compute(left[x] as number, right[y] as number);
  }
  return results;
}

/** Code of each number, in order of first rows; -1 for NaN. The two zeros are one. */
function codesOfNumbers(values: Float64Array): { codes: Int32Array; numbers: Float64Array } {
  let capacity = 16;
  while (capacity < 2 * values.length) capacity *= 2;
  const slots = new Int32Array(capacity).fill(-1);
  const codes = new Int32Array(values.length);
  const numbers = new Float64Array(values.length);
  const key = new Float64Array(1);
  const words = new Uint32Array(key.buffer);
  let count = 0;
  for (let row = 0; row < values.length; row++) {
    // Adding zero makes one of the two zeros.
    const value = (values[row] as number) + 0;
    if (Number.isNaN(value)) {
      codes[row] = -1;
      continue;
    }
    key[0] = value;
    const mixed = Math.imul((words[0] as number) ^ Math.imul(words[1] as number, 0x9e3779b1), 0x85ebca6b);
    let slot = (mixed ^ (mixed >>> 15)) & (capacity - 1);
    let code = slots[slot] as number;
    while (code >= 0 && numbers[code] !== value) {
      slot = (slot + 1) & (capacity - 1);
      code = slots[slot] as number;
    }
    if (code < 0) {
      code = count++;
      slots[slot] = code;
      numbers[code] = value;
    }
    codes[row] = code;
  }
  return { codes, numbers: numbers.subarray(0, count) };
}

const DATE_BITS = 16;

/** Year, month and day columns as dates. */
export function joinDates(board: Board, queue: readonly Derived[]): void {
  const numeric = differentOnes(
    queue.filter((derived) => derived.column.isNumeric && derived.column.distinct <= 400),
    false,
  );
  const within = (derived: Derived, low: number, high: number): boolean =>
    derived.column.numbers.every((value) => Number.isNaN(value) || (value >= low && value <= high));
  const years = numeric.filter((derived) => within(derived, 1850, 2200));
  const months = numeric.filter((derived) => within(derived, 1, 12));
  const days = numeric.filter((derived) => within(derived, 1, 31));
  const rows = sampleRows(board.product.rows);
  for (const year of years) {
    for (const month of months) {
      for (const day of days) {
        if (month === day || board.late()) continue;
        const from = [...year.from, ...month.from, ...day.from];
        if (!couldKeep(board, from, DATE_BITS)) continue;
        for (const form of ['-', '/', '', '年']) {
          const at = (row: number): string | null => {
            const y = Number(textAt(year.column, row));
            const m = Number(textAt(month.column, row));
            const d = Number(textAt(day.column, row));
            if (Number.isNaN(daysOf(y, m, d))) return null;
            if (form === '年') return `${y}年${m}月${d}日`;
            return form === '/' ? `${y}/${m}/${d}` : `${y}${form}${pad(m)}${form}${pad(d)}`;
          };
          if (board.lookup.best(rows.map(at)) < 0.5) continue;
          const texts = Array.from({ length: board.product.rows }, (_, row) => at(row));
          const joined = derive(`date(${year.formula}, ${month.formula}, ${day.formula})`, from, DATE_BITS, texts);
          keep(board, joined, matchValues(joined, board.lookup));
        }
      }
    }
  }
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}
