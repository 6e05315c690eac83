/**
 * How many card numbers, credit codes, phones, plates, passports and addresses of the network a masked one may stand for.
 *
 * Exact by counting: Luhn (ISO/IEC 7812-1 annex B) as states modulo 10, the credit code (GB 32100-2015) as states modulo
 * 31 together with the organisation code inside it (GB 11714-1997) as states modulo 11; the others are products of alphabets.
 * @module
 */
import { MOD31_CHARACTERS } from '../../identifiers/index.js';

const HIDDEN = '*';

function hidden(pattern: string): number {
  let count = 0;
  for (const character of pattern) if (character === HIDDEN) count++;
  return count;
}

/** Number of digit strings with a valid Luhn sum that fit a pattern. */
export function countLuhn(pattern: string): number {
  let state = new Float64Array(10);
  state[0] = 1;
  for (let at = 0; at < pattern.length; at++) {
    const doubled = (pattern.length - at) % 2 === 0;
    const next = new Float64Array(10);
    const given = pattern.charAt(at);
    for (let digit = 0; digit < 10; digit++) {
      if (given !== HIDDEN && given !== String(digit)) continue;
      const step = doubled ? (digit > 4 ? digit * 2 - 9 : digit * 2) : digit;
      for (let r = 0; r < 10; r++) next[(r + step) % 10] = (next[(r + step) % 10] as number) + (state[r] as number);
    }
    state = next;
  }
  return state[0] as number;
}

const INNER_WEIGHTS = [3, 7, 9, 10, 5, 8, 4, 2];

/** Value of a character of an organisation code (GB 11714: letters from 10 to 35, all 26 counted). */
function innerValue(character: string): number {
  const code = character.charCodeAt(0);
  return code <= 57 ? code - 48 : code - 55;
}

/**
 * Number of unified social credit codes that fit a pattern.
 *
 * @param inner - the organisation code in characters 9 to 17 must satisfy its own check character as well (it does in
 * nearly all codes in use). Default: true.
 */
export function countUscc(pattern: string, inner = true): number {
  if (pattern.length !== 18) return 0;
  // State: residue modulo 31 of the whole, residue modulo 11 of the inner body.
  let state = new Float64Array(31 * 11);
  state[0] = 1;
  let weight = 1;
  for (let at = 0; at < 17; at++) {
    const next = new Float64Array(31 * 11);
    const given = pattern.charAt(at);
    for (let value = 0; value < 31; value++) {
      const character = MOD31_CHARACTERS.charAt(value);
      if (given !== HIDDEN && given !== character) continue;
      if (at >= 2 && at < 8 && value > 9) continue;
      const step = (value * weight) % 31;
      const innerStep = at >= 8 && at < 16 ? (innerValue(character) * (INNER_WEIGHTS[at - 8] as number)) % 11 : 0;
      for (let s = 0; s < 341; s++) {
        const count = state[s] as number;
        if (count === 0) continue;
        const outer = (s % 31) + step;
        const r = (((s / 31) | 0) + innerStep) % 11;
        if (inner && at === 16 && !isInnerCheck(character, r)) continue;
        const to = (outer % 31) + 31 * r;
        next[to] = (next[to] as number) + count;
      }
    }
    state = next;
    weight = (weight * 3) % 31;
  }
  const check = pattern.charAt(17);
  let sum = 0;
  for (let s = 0; s < 341; s++) {
    if (check === HIDDEN || MOD31_CHARACTERS.charAt((31 - (s % 31)) % 31) === check) sum += state[s] as number;
  }
  return sum;
}

function isInnerCheck(character: string, residue: number): boolean {
  const check = 11 - residue;
  return character === (check === 10 ? 'X' : check === 11 ? '0' : String(check));
}

/** Mobile numbers (1, then 3 to 9, then nine digits) that fit a pattern. */
export function countMobile(pattern: string): number {
  if (pattern.length !== 11) return 0;
  const second = pattern.charAt(1) === HIDDEN ? 7 : 1;
  return second * 10 ** hidden(pattern.slice(2));
}

const PLATE_LETTERS = 24;
const PLATE_CHARACTERS = 34;

/**
 * Plates that fit a pattern: characters after the city letter are digits or 24 letters (no I, O); the six characters of a
 * new-energy plate are digits but for a first or last letter, so hidden ones between are digits.
 *
 * @param mostLetters - ordinary plates hold at most so many letters among the hidden characters. Default: any number.
 */
export function countPlate(pattern: string, mostLetters: number = Number.POSITIVE_INFINITY): number {
  if (pattern.length === 8) return 10 ** hidden(pattern);
  const free = hidden(pattern);
  if (mostLetters >= free) return PLATE_CHARACTERS ** free;
  let sum = 0;
  let choose = 1;
  for (let letters = 0; letters <= mostLetters; letters++) {
    sum += choose * PLATE_LETTERS ** letters * 10 ** (free - letters);
    choose = (choose * (free - letters)) / (letters + 1);
  }
  return sum;
}

/** Passport numbers that fit a pattern: hidden characters after the leading letters are digits. */
export function countPassport(pattern: string): number {
  return 10 ** hidden(pattern);
}

/** IPv4 addresses that fit a pattern, one `*` for each hidden part. */
export function countIpv4(pattern: string): number {
  return 256 ** hidden(pattern);
}
