/**
 * How many resident identity numbers a masked one may stand for: exact, by counting real dates and check digits.
 *
 * GB 11643-1999 with ISO 7064 MOD 11-2. The count is a convolution modulo 11 of three parts (region, birth date, order),
 * so it costs a few hundred additions however many numbers match. Assumes that every order number of every real birth
 * date may have been given out: an upper bound of what an attacker must try.
 * @module
 */
import { parseDate } from '../../table/index.js';

/** What else is known about the person. */
export interface ResidentFacts {
  /** First and last possible birth date, days since 1970-01-01. Default: 1900-01-01 to {@link LAST_BIRTH}. */
  readonly birth?: readonly [from: number, to: number];
  readonly sex?: 'male' | 'female';
  /** Possible region codes, for patterns that hide digits of the region. Default: all 900,000 six-digit numbers from 100000. */
  readonly regions?: readonly string[];
}

/** Birth dates are counted from here ... */
export const FIRST_BIRTH: number = parseDate('1900-01-01');
/** ... to here by default. */
export const LAST_BIRTH: number = parseDate('2025-12-31');

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS = '10X98765432';
const HIDDEN = '*';

/** Numbers of completions by their weighted sum modulo 11. */
type Residues = Float64Array;

const memo = new Map<string, Residues>();
const MEMO_LIMIT = 20_000;

function remembered(key: string, make: () => Residues): Residues {
  let found = memo.get(key);
  if (found === undefined) {
    found = make();
    if (memo.size >= MEMO_LIMIT) memo.clear();
    memo.set(key, found);
  }
  return found;
}

function convolve(a: Residues, b: Residues): Residues {
  const sum = new Float64Array(11);
  for (let i = 0; i < 11; i++) {
    if (a[i] === 0) continue;
    for (let j = 0; j < 11; j++)
      sum[(i + j) % 11] = (sum[(i + j) % 11] as number) + (a[i] as number) * (b[j] as number);
  }
  return sum;
}

/** Free digits at positions `from` to `to`. */
function digits(
  pattern: string,
  from: number,
  to: number,
  allowed?: (position: number, digit: number) => boolean,
): Residues {
  let state = new Float64Array(11);
  state[0] = 1;
  for (let at = from; at < to; at++) {
    const next = new Float64Array(11);
    const given = pattern.charAt(at);
    for (let digit = 0; digit < 10; digit++) {
      if (given !== HIDDEN && given !== String(digit)) continue;
      if (allowed !== undefined && !allowed(at, digit)) continue;
      const step = (digit * (WEIGHTS[at] as number)) % 11;
      for (let r = 0; r < 11; r++) next[(r + step) % 11] = (next[(r + step) % 11] as number) + (state[r] as number);
    }
    state = next;
  }
  return state;
}

function matches(text: string, pattern: string, from: number): boolean {
  for (let i = 0; i < text.length; i++) {
    const given = pattern.charAt(from + i);
    if (given !== HIDDEN && given !== text.charAt(i)) return false;
  }
  return true;
}

function weighed(text: string, from: number): number {
  let sum = 0;
  for (let i = 0; i < text.length; i++) sum += (text.charCodeAt(i) - 48) * (WEIGHTS[from + i] as number);
  return sum % 11;
}

function regionResidues(pattern: string, regions: readonly string[] | undefined): Residues {
  if (regions === undefined) return digits(pattern, 0, 6, (at, digit) => at > 0 || digit > 0);
  const found = new Float64Array(11);
  for (const region of regions) {
    if (!matches(region, pattern, 0)) continue;
    const r = weighed(region, 0);
    found[r] = (found[r] as number) + 1;
  }
  return found;
}

/** All birth dates as YYYYMMDD, in order from {@link FIRST_BIRTH}. */
let calendar: string[] | undefined;

function birthDates(): readonly string[] {
  if (calendar === undefined) {
    calendar = [];
    for (let day = FIRST_BIRTH; day <= LAST_BIRTH; day++) calendar.push(compactDate(day));
  }
  return calendar;
}

function compactDate(day: number): string {
  return new Date(day * 86_400_000).toISOString().slice(0, 10).replaceAll('-', '');
}

function dateResidues(pattern: string, from: number, to: number): Residues {
  const known = birthDates();
  const found = new Float64Array(11);
  for (let day = from; day <= to; day++) {
    const text = known[day - FIRST_BIRTH] ?? compactDate(day);
    if (!matches(text, pattern, 6)) continue;
    const r = weighed(text, 6);
    found[r] = (found[r] as number) + 1;
  }
  return found;
}

/**
 * Number of valid 18-character numbers that fit a pattern (hidden characters as `*`) and what else is known.
 *
 * @returns 0 when none fits: the pattern or the facts contradict each other
 * @example
 * countResidentIds('110101********1234'); // => 4182
 */
export function countResidentIds(pattern: string, facts: ResidentFacts = {}): number {
  if (pattern.length !== 18) return 0;
  const [from, to] = facts.birth ?? [FIRST_BIRTH, LAST_BIRTH];
  const regions = facts.regions;
  const region =
    regions === undefined
      ? remembered(`r${pattern.slice(0, 6)}`, () => regionResidues(pattern, undefined))
      : regionResidues(pattern, regions);
  const date = remembered(`d${pattern.slice(6, 14)}${from},${to}`, () => dateResidues(pattern, from, to));
  const odd = facts.sex === undefined ? -1 : facts.sex === 'male' ? 1 : 0;
  const order = remembered(`o${pattern.slice(14, 17)}${odd}`, () =>
    digits(pattern, 14, 17, (at, digit) => at !== 16 || odd < 0 || digit % 2 === odd),
  );
  const all = convolve(convolve(region, date), order);
  const check = pattern.charAt(17).toUpperCase();
  if (check === HIDDEN) return all.reduce((sum, count) => sum + count, 0);
  const residue = CHECKS.indexOf(check);
  return residue < 0 ? 0 : (all[residue] as number);
}

/** Number of 15-digit numbers (GB 11643-1989: two-digit year of the 20th century, no check digit) that fit a pattern. */
export function countOldResidentIds(pattern: string): number {
  if (pattern.length !== 15) return 0;
  let dates = 0;
  for (let day = FIRST_BIRTH; day <= parseDate('1999-12-31'); day++) {
    const text = birthDates()[day - FIRST_BIRTH] as string;
    if (matches(text.slice(2), pattern, 6)) dates++;
  }
  const free = (from: number, to: number): number =>
    10 ** [...pattern.slice(from, to)].filter((c) => c === HIDDEN).length;
  const first = pattern.startsWith(HIDDEN) ? 0.9 : 1;
  return Math.round(free(0, 6) * first) * dates * free(12, 15);
}
