/**
 * Numbers split into shares: two to four columns, each of which says nothing, that add up to a value of the source, modulo a number or
 * not, or give it by exclusive or. See secret-shares.md.
 *
 * Additive secret sharing as in Ito, Saito, Nishizeki, "Secret Sharing Scheme Realizing General Access Structure", GLOBECOM 1987.
 * @module
 */
import type { Derived } from '../../inverse.js';
import type { Board } from '../attack.js';
import { derive, differentOnes, keep, sampleRows } from '../shared/compose.js';
import { matchValues } from '../shared/match.js';
import { sortedNumbers } from '../shared/sorted-numbers.js';
import { xorOf } from './joins.js';

/** Columns that shares are sought among, and shares of a number at most. */
const MOST_COLUMNS = 10;
const MOST_SHARES = 4;
/** Of so many values different ones a column of shares holds at least this part, and a source column at least so many. */
const MOSTLY_DIFFERENT = 0.3;
const FEWEST_VALUES = 20;
/** Rows of a first look, hits in it that are worth a second one, and share of all looked at that must be met. */
const QUICK = 8;
const QUICK_HITS = 2;
const LEAST = 0.4;
/** Moduli that are taken: of machine words, of primes, and powers of ten. */
const MODULI: readonly number[] = [
  ...[8, 15, 16, 20, 24, 30, 31, 32, 36, 40, 48, 52].map((bits) => 2 ** bits),
  ...[17, 19, 31].map((bits) => 2 ** bits - 1),
  ...[65_537, 998_244_353, 1_000_000_007, 1_000_000_009, 4_294_967_291, 10_000_000_019, 1_000_000_000_039],
  ...Array.from({ length: 13 }, (_, i) => 10 ** (i + 3)),
];
/** How much larger than the largest share a modulus may be; nearer still, by so many rows' spacing, one nobody publishes is looked for. */
const WIDER = 8;
const SPACINGS = 20;
/** Rows that must agree on a modulus that nobody publishes. */
const AGREE = 8;

/** Numbers of a column in the rows that are looked at. */
interface Share {
  readonly derived: Derived;
  readonly looked: Float64Array;
  readonly whole: boolean;
  readonly most: number;
}

/** How shares make a value. */
interface Making {
  readonly shares: readonly Share[];
  /** 1 or -1 for each share; null for exclusive or. */
  readonly signs: readonly number[] | null;
  readonly modulus: number | null;
}

/** Adds columns whose shares make values of the source. */
export function secretShares(board: Board, queue: readonly Derived[]): void {
  const rows = sampleRows(board.product.rows);
  let open = differentOnes(queue.filter(mayBeShare))
    .slice(0, MOST_COLUMNS)
    .map((derived) => shareOf(derived, rows));
  const targets = board.lookup.columns.flatMap(({ column }) => {
    const sorted = column.distinct >= FEWEST_VALUES ? sortedNumbers(column) : null;
    return sorted === null ? [] : [sorted.values];
  });
  if (targets.length === 0) return;
  for (let size = 2; size <= MOST_SHARES; size++) {
    for (const shares of subsets(open, size)) {
      if (board.late()) return;
      // What served once is spent.
      if (shares.some((share) => !open.includes(share))) continue;
      const making = makingOf(shares, targets);
      if (making !== null && keepMade(board, making)) open = open.filter((share) => !shares.includes(share));
    }
  }
}

function mayBeShare({ attack, column }: Derived): boolean {
  return attack === 'containment' && column.isNumeric && column.distinct >= MOSTLY_DIFFERENT * column.present;
}

function shareOf(derived: Derived, rows: readonly number[]): Share {
  const { codes, numbers } = derived.column;
  const looked = Float64Array.from(rows, (row) => numberAt(codes, numbers, row));
  let most = 0;
  let whole = true;
  for (const value of numbers) {
    if (Number.isNaN(value)) continue;
    if (value > most) most = value;
    if (value < 0 || !Number.isSafeInteger(value)) whole = false;
  }
  return { derived, looked, whole, most };
}

function numberAt(codes: Int32Array, numbers: Float64Array, row: number): number {
  const code = codes[row] as number;
  return code < 0 ? Number.NaN : (numbers[code] as number);
}

function* subsets<T>(list: readonly T[], size: number, from = 0): Generator<T[]> {
  if (size === 0) yield [];
  else
    for (let i = from; i < list.length; i++)
      for (const rest of subsets(list, size - 1, i + 1)) yield [list[i] as T, ...rest];
}

/** How these shares make values of a source column; null where they do not. */
function makingOf(shares: readonly Share[], targets: readonly Float64Array[]): Making | null {
  const whole = shares.every((share) => share.whole);
  const most = Math.max(...shares.map((share) => share.most));
  const moduli = whole ? MODULI.filter((modulus) => modulus > most && modulus <= WIDER * most) : [];
  for (const signs of signsOf(shares.length)) {
    const made = (modulus: number | null): Making => ({ shares, signs, modulus });
    // Two columns without a modulus are joined elsewhere.
    const plain = made(null);
    if (shares.length > 2 && meets(plain, targets)) return plain;
    for (const modulus of moduli) if (meets(made(modulus), targets)) return made(modulus);
    const learnt = whole && shares.length === 2 ? modulusOf(plain, most, targets) : null;
    if (learnt !== null && meets(made(learnt), targets)) return made(learnt);
  }
  const xored: Making = { shares, signs: null, modulus: null };
  return whole && shares.length > 2 && meets(xored, targets) ? xored : null;
}

/** Signs of shares, the first one positive. */
function* signsOf(count: number): Generator<number[]> {
  for (let bits = 0; bits < 2 ** (count - 1); bits++)
    yield Array.from({ length: count }, (_, i) => (i > 0 && (bits >> (i - 1)) % 2 === 1 ? -1 : 1));
}

function valueOf({ signs, modulus }: Making, numbers: readonly number[]): number {
  if (signs === null) return numbers.reduce(xorOf);
  let sum = 0;
  for (let i = 0; i < numbers.length; i++) sum += (signs[i] as number) * (numbers[i] as number);
  return modulus === null ? sum : ((sum % modulus) + modulus) % modulus;
}

/** True where enough of the rows looked at make values of one source column. */
function meets(making: Making, targets: readonly Float64Array[]): boolean {
  const { shares } = making;
  const count = (shares[0] as Share).looked.length;
  const step = Math.max(1, Math.floor(count / QUICK));
  const at = (row: number): number =>
    valueOf(
      making,
      shares.map(({ looked }) => looked[row] as number),
    );
  const quick = Array.from({ length: Math.min(QUICK, count) }, (_, i) => at(i * step));
  const likely = targets.filter((values) => hitsIn(values, quick) >= QUICK_HITS);
  if (likely.length === 0) return false;
  const all = Array.from({ length: count }, (_, row) => at(row));
  return likely.some((values) => hitsIn(values, all) >= LEAST * count);
}

function hitsIn(values: Float64Array, list: readonly number[]): number {
  let hits = 0;
  for (const value of list) {
    const at = firstFrom(values, value - near(value));
    if (at < values.length && (values[at] as number) <= value + near(value)) hits++;
  }
  return hits;
}

/** What sums of fractions are off by. */
function near(value: number): number {
  return Number.isInteger(value) ? 0 : 1e-9 * Math.max(1, Math.abs(value));
}

/** Place of the first value that is not less. */
function firstFrom(values: Float64Array, least: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((values[middle] as number) < least) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * A modulus nobody publishes: shares fill the numbers below it evenly, so that it is little more than the largest one, and sums of two
 * of them are a source value or that and the modulus.
 */
function modulusOf(plain: Making, most: number, targets: readonly Float64Array[]): number | null {
  const { shares, signs } = plain;
  const count = (shares[0] as Share).looked.length;
  const width = (most * SPACINGS) / Math.max(count, (shares[0] as Share).derived.column.present) + 1;
  const back = signs?.[1] === -1;
  for (const values of targets) {
    const found = new Map<number, number>();
    for (let row = 0; row < count; row++) {
      const sum = valueOf(
        plain,
        shares.map(({ looked }) => looked[row] as number),
      );
      // A difference wraps below zero, a sum above the modulus.
      const nearest = back ? sum + most : sum - most - width;
      for (let i = firstFrom(values, nearest); i < values.length && (values[i] as number) <= nearest + width; i++) {
        const modulus = back ? (values[i] as number) - sum : sum - (values[i] as number);
        if (modulus <= most || !Number.isInteger(modulus)) continue;
        const agree = (found.get(modulus) ?? 0) + 1;
        if (agree >= Math.min(AGREE, count / 2)) return modulus;
        found.set(modulus, agree);
      }
    }
  }
  return null;
}

/** Makes the column of all rows and keeps it where it stands in the source. */
function keepMade(board: Board, making: Making): boolean {
  const { shares, signs, modulus } = making;
  const columns = shares.map(({ derived }) => derived.column);
  const decimals = Math.max(...columns.map(({ values }) => decimalsOf(values)));
  const texts = Array.from({ length: board.product.rows }, (_, row) => {
    const value = valueOf(
      making,
      columns.map(({ codes, numbers }) => numberAt(codes, numbers, row)),
    );
    return Number.isNaN(value) ? null : String(Number(value.toFixed(decimals)));
  });
  const made = derive(
    formulaOf(shares, signs, modulus),
    shares.flatMap(({ derived }) => derived.from),
    10 * shares.length,
    texts,
  );
  const steps = board.steps.length;
  keep(board, made, matchValues(made, board.lookup), true);
  return board.steps.length > steps;
}

function formulaOf(shares: readonly Share[], signs: readonly number[] | null, modulus: number | null): string {
  const names = shares.map(({ derived }) => derived.formula);
  if (signs === null) return names.join(' xor ');
  const sum = names.map((name, i) => (i === 0 ? name : signs[i] === 1 ? ` + ${name}` : ` - ${name}`)).join('');
  return modulus === null ? sum : `(${sum}) mod ${modulus}`;
}

const MOST_DECIMALS = 12;

function decimalsOf(values: readonly string[]): number {
  let most = 0;
  for (const text of values) {
    const point = text.indexOf('.');
    if (point >= 0) most = Math.max(most, text.length - point - 1);
  }
  return Math.min(MOST_DECIMALS, most);
}
