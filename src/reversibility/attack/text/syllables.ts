/**
 * Texts written in another script character by character: pinyin with or without tones, initials, four-corner or telegraph codes,
 * traditional characters, Braille, any table that gives a piece of text for each character. The table is learnt from tied rows,
 * so none is carried along; since many characters sound alike, the source's values are written in the code and looked up.
 *
 * Brown, Della Pietra, Della Pietra and Mercer, "The mathematics of statistical machine translation", Computational Linguistics
 * 19(2), 1993, section 4.1 (pieces counted in pairs of texts). See syllables.md.
 * @module
 */
import type { SourceColumn } from '../../intake/lookup.js';
import type { Sheet } from '../../intake/sheet.js';
import type { Derived, Step } from '../../inverse.js';
import { FOREIGN } from '../../restoration/tuple-join.js';
import type { Attack, Board } from '../attack.js';
import { fitOf, stepOf } from '../shared/match.js';
import { alignRows } from '../shared/tied-rows.js';
import { type Example, examplesOf } from './synthesis.js';

const MAX_PIECE = 7;
const MAX_CHARACTERS = 12;
const ROUNDS = 6;
/** Source values written in the code. */
const MAX_VALUES = 400_000;

type Table = ReadonlyMap<string, string>;

/** How pieces are put together. */
interface Manner {
  readonly name: string;
  /** Between pieces; null when nothing is and case says where one begins, or nothing does. */
  readonly separator: string;
}

const MANNERS: readonly Manner[] = [' ', '-', '_', "'", '.', '/', ''].map((separator) => ({
  name: separator === '' ? 'syllables' : `syllables ${JSON.stringify(separator)}`,
  separator,
}));

/** Pieces of a product text, one a character of the source text, as cheap as the counts say; null where there are none. */
function split(
  text: string,
  characters: readonly string[],
  cost: (char: string, piece: string) => number,
): string[] | null {
  const n = characters.length;
  const length = text.length;
  // best[i][at]: least cost of the first i characters up to place `at`.
  const best = Array.from({ length: n + 1 }, () => new Float64Array(length + 1).fill(Number.POSITIVE_INFINITY));
  const from = Array.from({ length: n + 1 }, () => new Int32Array(length + 1));
  (best[0] as Float64Array)[0] = 0;
  for (let i = 0; i < n; i++) {
    for (let at = 0; at <= length; at++) {
      const known = (best[i] as Float64Array)[at] as number;
      if (known === Number.POSITIVE_INFINITY) continue;
      for (let size = 1; size <= MAX_PIECE && at + size <= length; size++) {
        const total = known + cost(characters[i] as string, text.slice(at, at + size));
        if (total < ((best[i + 1] as Float64Array)[at + size] as number)) {
          (best[i + 1] as Float64Array)[at + size] = total;
          (from[i + 1] as Int32Array)[at + size] = at;
        }
      }
    }
  }
  if ((best[n] as Float64Array)[length] === Number.POSITIVE_INFINITY) return null;
  const pieces: string[] = [];
  let end = length;
  for (let i = n; i > 0; i--) {
    const start = (from[i] as Int32Array)[end] as number;
    pieces.unshift(text.slice(start, end));
    end = start;
  }
  return pieces;
}

/** The piece of each character; null when pairs do not agree on one. */
function learn(examples: readonly Example[], manner: Manner, late: () => boolean): Table | null {
  const pairs = examples
    .map(([own, source]) => [own.toLowerCase(), [...source]] as const)
    .filter(([own, characters]) => own.length > 0 && characters.length > 0 && characters.length <= MAX_CHARACTERS);
  if (pairs.length < 12) return null;
  let counts = new Map<string, Map<string, number>>();
  const add = (char: string, piece: string): void => {
    let own = counts.get(char);
    if (own === undefined) {
      own = new Map();
      counts.set(char, own);
    }
    own.set(piece, (own.get(piece) ?? 0) + 1);
  };
  if (manner.separator !== '') {
    let whole = 0;
    for (const [own, characters] of pairs) {
      const pieces = own.split(manner.separator);
      if (pieces.length !== characters.length) continue;
      whole++;
      for (const [i, char] of characters.entries()) add(char, pieces[i] as string);
    }
    if (whole < 0.9 * pairs.length) return null;
  } else {
    // Every piece that could be the character's counts a little; what comes again with it wins.
    for (const [own, characters] of pairs) {
      if (own.length < characters.length || own.length > 8 * characters.length) return null;
      for (const [i, char] of characters.entries()) {
        const left = characters.length - 1 - i;
        for (let at = i; at < own.length - left; at++) {
          if (i === 0 && at > 0) break;
          for (let size = 1; size <= MAX_PIECE && at + size <= own.length - left; size++) {
            if (left === 0 && at + size !== own.length) continue;
            add(char, own.slice(at, at + size));
          }
        }
      }
    }
    for (let round = 0; round < ROUNDS; round++) {
      const known = counts;
      const totals = totalsOf(known);
      const cost = (char: string, piece: string): number =>
        -Math.log(((known.get(char)?.get(piece) ?? 0) + 0.01) / (1 + (totals.get(char) ?? 0)));
      counts = new Map();
      for (const [i, [own, characters]] of pairs.entries()) {
        if ((i & 63) === 0 && late()) return null;
        split(own, characters, cost)?.forEach((piece, place) => {
          add(characters[place] as string, piece);
        });
      }
    }
  }
  const table = new Map<string, string>();
  for (const [char, own] of counts) {
    const [top] = [...own].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
    if (top !== undefined) table.set(char, top[0]);
  }
  return table;
}

function totalsOf(counts: ReadonlyMap<string, ReadonlyMap<string, number>>): ReadonlyMap<string, number> {
  const totals = new Map<string, number>();
  for (const [char, own] of counts) {
    let total = 0;
    for (const count of own.values()) total += count;
    totals.set(char, total);
  }
  return totals;
}

/** Pairs of examples from which on their beginnings are evidence. */
const TELLING_PAIRS = 30;

/**
 * A code of characters gives texts that begin alike a like beginning; digests and ciphers of whole texts do not. Of all pairs
 * whose source texts begin with one character, at least half must begin with one letter.
 */
function beginAlike(examples: readonly Example[]): boolean {
  const counts = new Map<string, Map<string, number>>();
  for (const [own, source] of examples) {
    const first = String.fromCodePoint(source.codePointAt(0) ?? 0);
    const letters = counts.get(first) ?? new Map<string, number>();
    counts.set(first, letters);
    const letter = own.charAt(0).toLowerCase();
    letters.set(letter, (letters.get(letter) ?? 0) + 1);
  }
  let pairs = 0;
  let alike = 0;
  for (const letters of counts.values()) {
    let size = 0;
    for (const count of letters.values()) {
      size += count;
      alike += count * (count - 1);
    }
    pairs += size * (size - 1);
  }
  return pairs < 2 * TELLING_PAIRS || alike >= 0.5 * pairs;
}

function write(table: Table, manner: Manner, text: string): string | null {
  const pieces: string[] = [];
  for (const char of text) {
    const piece = table.get(char);
    if (piece === undefined) return null;
    pieces.push(piece);
  }
  return pieces.join(manner.separator);
}

/** Source code of each text in the code; one that several values are written as gives none of them. */
function readings(table: Table, manner: Manner, to: SourceColumn): Map<string, number> {
  const codes = new Map<string, number>();
  const { values } = to.column;
  for (let code = 0; code < Math.min(values.length, MAX_VALUES); code++) {
    const text = write(table, manner, values[code] as string);
    if (text !== null) codes.set(text, codes.has(text) ? FOREIGN : code);
  }
  return codes;
}

function tryColumn(
  derived: Derived,
  to: SourceColumn,
  learnt: readonly Example[],
  test: readonly Example[],
  late: () => boolean,
): Step | null {
  if (!beginAlike(learnt)) return null;
  for (const manner of MANNERS) {
    const table = learn(learnt, manner, late);
    if (table === null) continue;
    let good = 0;
    let asked = 0;
    for (const [own, source] of test) {
      const text = write(table, manner, source);
      if (text === null) continue;
      asked++;
      if (text === own.toLowerCase()) good++;
    }
    // A table of single values restores no more than it was told: characters must come again in other values.
    if (asked < 12 || asked < 0.3 * test.length || good < 0.85 * asked) continue;
    const codes = readings(table, manner, to);
    const map = new Int32Array(derived.column.distinct).fill(FOREIGN);
    derived.column.values.forEach((text, code) => {
      map[code] = codes.get(text.toLowerCase()) ?? FOREIGN;
    });
    const fit = fitOf(derived.column, to.column, map);
    if (fit.mass < 0.02) continue;
    return stepOf(derived, to, map, fit, {
      formula: `${manner.name}(${derived.formula}, ${table.size} characters)`,
      attack: 'syllables',
      knowledge: 'A2',
      bits: derived.bits + 12 * table.size,
    });
  }
  return null;
}

function hasLetters(sheet: Sheet, position: number): boolean {
  const column = sheet.columns[position];
  if (column === undefined || column.distinct < 12 || column.isNumeric || column.isDate) return false;
  return /\p{L}/u.test(column.text(0));
}

function attackSource(board: Board, sheet: Sheet, source: number, queue: readonly Derived[]): boolean {
  const target = board.targets[source];
  const open = sheet.columns.flatMap((_, position) => (hasLetters(sheet, position) ? [position] : []));
  if (target === undefined || open.length === 0) return false;
  const pairs = alignRows(board, target, source);
  if (pairs === null) return false;
  for (const derived of queue) {
    for (const position of open) {
      if (board.late()) return true;
      const to: SourceColumn = { source, position, column: sheet.columns[position] as Sheet['columns'][number] };
      const step = tryColumn(derived, to, ...examplesOf(derived.column, to.column, pairs), board.late);
      if (step !== null) board.steps.push(step);
    }
  }
  return true;
}

/** The attack. */
export const syllables: Attack = {
  id: 'syllables',
  knowledge: 'A2',
  run(board) {
    // A column that was taken for pseudonyms may be one of these codes: every person has a text of his own.
    const read = (position: number): boolean =>
      board.steps.some(
        ({ from, score, knowledge, tentative }) =>
          from.includes(position) && score >= 0.6 && knowledge !== 'A3' && tentative !== true,
      );
    const queue = board.derived.filter(
      ({ attack, column, from }) =>
        attack === 'containment' &&
        column.distinct >= 12 &&
        !column.isNumeric &&
        !board.settled.has(from[0] as number) &&
        !read(from[0] as number),
    );
    if (queue.length === 0) return 'no column is left to explain';
    let tied = false;
    board.sources.forEach((sheet, source) => {
      if (attackSource(board, sheet, source, queue)) tied = true;
    });
    return tied ? null : 'too few rows can be tied by the columns read so far';
  },
};
