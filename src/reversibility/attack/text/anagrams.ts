/**
 * Characters in other places, whatever the order: a value and its original have the same characters, which for long values is nearly a
 * name. Originals found in this way give the exchange of places away. See anagrams.md.
 *
 * Friedman, "Military Cryptanalysis", part I, section 4 (transposition keeps the frequencies of characters).
 * @module
 */
import { type SourceColumn, sampleCodes } from '../../intake/lookup.js';
import { SheetColumn } from '../../intake/sheet.js';
import type { Derived, Step } from '../../inverse.js';
import type { Attack, Board } from '../attack.js';
import { unexplained } from '../attack.js';
import { sharesCharacters } from '../decoding/behind.js';
import { derive, textAt } from '../shared/compose.js';
import { matchValues } from '../shared/match.js';

const LEAST_VALUES = 24;
const SAMPLE = 16;
const LEAST_LENGTH = 6;
const LONGEST = 64;
const LEARNT = 600;
const LEAST_PAIRS = 10;
/** Share of the pairs that a place must agree with: a few originals are other values of the same characters. */
const AGREED = 0.9;

/** The attack. */
export const anagrams: Attack = {
  id: 'anagrams',
  knowledge: 'A2',
  run(board) {
    const queue = unexplained(board, 0.6).filter(
      ({ column, from }) => from.length === 1 && column.distinct >= LEAST_VALUES,
    );
    const glued = narrowColumns(board);
    if (glued !== null) queue.push(glued);
    const open = queue.filter(({ column }) => {
      const samples = sampleCodes(column, SAMPLE).map((code) => column.text(code));
      return samples.every((text) => text.length <= LONGEST) && sharesCharacters(samples, board.lookup);
    });
    if (open.length === 0) return 'no column has the characters of source values in other places';
    for (const derived of open) {
      if (board.late()) break;
      board.steps.push(...matchAnagrams(derived, board));
    }
    return null;
  },
};

/** Columns of one or two characters each, put together: places of a text in columns of their own, though each may pass for a group. */
function narrowColumns(board: Board): Derived | null {
  const { columns, rows } = board.product;
  const narrow = columns.flatMap((column, position) =>
    column.distinct <= 40 && column.present === rows && column.values.every((text) => text.length <= 2)
      ? [position]
      : [],
  );
  if (narrow.length < LEAST_LENGTH || narrow.length > LONGEST || rows < LEAST_VALUES) return null;
  const texts = Array.from({ length: rows }, (_, row) =>
    narrow.map((position) => textAt(columns[position] as SheetColumn, row) ?? '').join(''),
  );
  const names = narrow.map((position) => (columns[position] as SheetColumn).name);
  return derive(`concat(${names[0]}..${names[names.length - 1]})`, narrow, 8, texts);
}

function keyOf(text: string): string {
  return [...text].sort().join('');
}

const kept = new WeakMap<SheetColumn, ReadonlyMap<string, number>>();

/** Source values by their characters; -1 where several have the same. */
function originalsOf(column: SheetColumn): ReadonlyMap<string, number> {
  let own = kept.get(column);
  if (own === undefined) {
    const made = new Map<string, number>();
    column.values.forEach((text, code) => {
      if (text.length < LEAST_LENGTH || text.length > LONGEST) return;
      const key = keyOf(text);
      made.set(key, made.has(key) ? -1 : code);
    });
    own = made;
    kept.set(column, own);
  }
  return own;
}

function matchAnagrams(derived: Derived, board: Board): Step[] {
  const { column } = derived;
  const codes = sampleCodes(column, LEARNT);
  const keys = codes.map((code) => keyOf(column.text(code)));
  const steps: Step[] = [];
  for (const to of board.lookup.columns) {
    if (board.late()) break;
    if (to.column.distinct < LEAST_VALUES) continue;
    const originals = originalsOf(to.column);
    const pairs: [own: string, source: string][] = [];
    keys.forEach((key, i) => {
      const code = originals.get(key) ?? -1;
      if (code >= 0) pairs.push([column.text(codes[i] as number), to.column.text(code)]);
    });
    if (pairs.length < Math.max(LEAST_PAIRS, 0.2 * codes.length)) continue;
    // Texts that stand as they are, or have one character only, say nothing of places.
    if (pairs.filter(([own, source]) => own === source).length > 0.5 * pairs.length) continue;
    steps.push(...stepsBy(derived, to, pairs, board));
  }
  return steps;
}

/** The place in the product text of each character of the source text, by length; undone for all texts of these lengths. */
function stepsBy(
  derived: Derived,
  to: SourceColumn,
  pairs: readonly (readonly [string, string])[],
  board: Board,
): Step[] {
  const byLength = new Map<number, [string, string][]>();
  for (const [own, source] of pairs) {
    const list = byLength.get(own.length) ?? [];
    list.push([own, source]);
    byLength.set(own.length, list);
  }
  const places = new Map<number, readonly number[]>();
  for (const [length, list] of byLength) {
    const found = list.length < LEAST_PAIRS ? null : placesOf(list, length);
    if (found !== null) places.set(length, found);
  }
  if (places.size === 0) return [];
  const formula = `places(${derived.formula})`;
  const { column } = derived;
  const made: Derived = {
    column: new SheetColumn(
      formula,
      column.codes,
      column.values.map(
        (text) =>
          places
            .get(text.length)
            ?.map((at) => text[at] as string)
            .join('') ?? '\u0000',
      ),
    ),
    from: derived.from,
    formula,
    attack: 'anagrams',
    knowledge: 'A2',
    bits: derived.bits + 6 * [...places.keys()].reduce((sum, length) => sum + length, 0),
  };
  return matchValues(made, board.lookup).filter((step) => step.score > 0.3 && step.column === to.position);
}

function placesOf(pairs: readonly (readonly [string, string])[], length: number): number[] | null {
  const taken = new Set<number>();
  const places: number[] = [];
  for (let place = 0; place < length; place++) {
    let best = -1;
    let most = AGREED * pairs.length - 1;
    for (let at = 0; at < length; at++) {
      if (taken.has(at)) continue;
      let good = 0;
      for (const [own, source] of pairs) if (own[at] === source[place]) good++;
      if (good > most) {
        most = good;
        best = at;
      }
    }
    if (best < 0) return null;
    taken.add(best);
    places.push(best);
  }
  return places;
}
