/**
 * Several values in one without delimiter: fixed places from either end, and words of source columns one after the other.
 * See combine.md.
 * @module
 */
import { sampleCodes } from '../../intake/lookup.js';
import { internPieces } from '../../intake/pieces.js';
import type { SheetColumn } from '../../intake/sheet.js';
import type { Derived } from '../../inverse.js';
import type { Board } from '../attack.js';
import { part, partOf } from '../decoding/open-cells.js';
import { matchValues } from '../shared/match.js';

/** Where a piece of a text of some length begins and ends, as `slice` takes it. */
export type Place = (length: number) => readonly [from: number, to: number];

interface Found {
  readonly formula: string;
  readonly place: Place;
}

function cut(text: string, place: Place): string {
  const [from, to] = place(text.length);
  return text.slice(from, to);
}

/** A column of the pieces of another's texts; of ASCII no text is made. */
export function pieceOf(derived: Derived, formula: string, place: Place): Derived {
  const { packed } = derived.column;
  if (packed?.ascii !== true)
    return part(
      derived,
      formula,
      derived.column.values.map((text) => cut(text, place)),
    );
  const starts = new Uint32Array(packed.size);
  const ends = new Uint32Array(packed.size);
  for (let code = 0; code < packed.size; code++) {
    const first = packed.starts[code] as number;
    const length = (packed.ends[code] as number) - first;
    const [from, to] = place(length);
    const start = within(from, length);
    starts[code] = first + start;
    ends[code] = first + Math.max(start, within(to, length));
  }
  const { codes, texts } = internPieces(packed.bytes, starts, ends, true);
  return partOf(derived, formula, codes, texts);
}

/** A place as `slice` takes it: a negative one counts from the end. */
function within(place: number, length: number): number {
  return place < 0 ? Math.max(0, length + place) : Math.min(place, length);
}

/** Segments of a glued column without delimiter: fixed places from either end whose pieces stand in the source. */
export function segments(board: Board, queue: readonly Derived[]): void {
  // What is left of a column without its first characters has the same pieces as the column.
  const made = new Set<string>();
  for (const derived of queue) {
    if (board.late()) return;
    const samples = sampleCodes(derived.column, 48).map((code) => derived.column.text(code));
    const shortest = samples.reduce((least, text) => Math.min(least, text.length), 200);
    const longest = samples.reduce((most, text) => Math.max(most, text.length), 0);
    if (shortest < 3 || longest > 200) continue;
    const found: Found[] = [];
    const lengths = sourceLengths(board);
    for (let start = 0; start < shortest; start++) {
      for (const length of lengths) {
        if (start + length > shortest || length === longest) continue;
        tryCut(
          board,
          samples,
          found,
          `substr(${derived.formula}, ${start + 1}, ${length})`,
          () => [start, start + length],
          length,
        );
        if (shortest !== longest) {
          tryCut(
            board,
            samples,
            found,
            `substr(${derived.formula}, -${start + length}, ${length})`,
            (size) => [size - start - length, size - start],
            length,
          );
        }
      }
      if (shortest !== longest && start > 0) {
        tryCut(board, samples, found, `slice(${derived.formula}, ${start})`, (size) => [start, size], 3);
        tryCut(board, samples, found, `slice(${derived.formula}, 0, -${start})`, () => [0, -start], 3);
      }
    }
    for (const { formula, place } of found.slice(0, 12)) {
      const told = byRows(derived, place);
      if (made.has(told)) continue;
      made.add(told);
      const piece = { ...pieceOf(derived, formula, place), attack: 'combine' };
      const steps = matchValues(piece, board.lookup).filter(
        (step) => step.mass > 0.5 && (step.similarity > 0.6 || step.mass > 0.95),
      );
      board.derived.push(piece);
      board.steps.push(...steps);
    }
    wordSegments(board, derived);
  }
}

/** Rows by whose pieces two of one column are told apart. */
const TOLD_BY = 256;

/** Pieces of evenly spread rows, and the product columns that they are from. */
function byRows({ column, from }: Derived, place: Place): string {
  const { codes } = column;
  const count = Math.min(TOLD_BY, codes.length);
  const pieces = Array.from({ length: count }, (_, i) => {
    const code = codes[Math.floor(((i + 0.5) * codes.length) / count)] as number;
    return code < 0 ? '' : cut(column.text(code), place);
  });
  return [from.join(), ...pieces].join('\u0000');
}

function sourceLengths(board: Board): number[] {
  const lengths = new Set<number>();
  for (const { column } of board.lookup.columns) {
    const own = new Set(sampleCodes(column, 50).map((code) => column.text(code).length));
    if (own.size <= 6) for (const length of own) if (length >= 1) lengths.add(length);
  }
  return [...lengths].sort((a, b) => b - a).slice(0, 16);
}

function tryCut(
  board: Board,
  samples: readonly string[],
  found: Found[],
  formula: string,
  place: Place,
  length: number,
): void {
  const pieces = samples.map((text) => cut(text, place));
  if (new Set(pieces).size < 2) return;
  const share = board.lookup.best(pieces);
  if (share >= (length >= 5 ? 0.5 : 0.95)) found.push({ formula, place });
}

/** Values of few-valued columns glued without delimiter: the longest source value at the start, then at the rest. */
function wordSegments(board: Board, derived: Derived): void {
  const columns = board.lookup.columns.filter(
    ({ column }) => column.distinct <= 5000 && column.distinct >= 2 && column.present > 0,
  );
  const samples = sampleCodes(derived.column, 40);
  let rest: readonly string[] | null = null;
  let restSamples = samples.map((code) => derived.column.text(code));
  const used = new Set<SheetColumn>();
  for (let depth = 0; depth < 12; depth++) {
    let best: { column: SheetColumn; share: number } | null = null;
    for (const { column } of columns) {
      if (used.has(column)) continue;
      const longest = longestValue(column);
      const share =
        restSamples.filter((text) => headIn(text, column, longest) > 0).length / Math.max(1, restSamples.length);
      if (share > 0.95 && (best === null || share > best.share)) best = { column, share };
    }
    if (best === null) return;
    const { column } = best;
    const longest = longestValue(column);
    used.add(column);
    const texts: (string | null)[] = [];
    const left: readonly string[] = (rest ?? derived.column.values).map((text) => {
      const cut = headIn(text, column, longest);
      texts.push(cut > 0 ? text.slice(0, cut) : null);
      return cut > 0 ? text.slice(cut) : '';
    });
    rest = left;
    restSamples = samples.map((code) => left[code] as string);
    // A head alone is not a glued column: something must follow.
    if (depth === 0 && restSamples.every((text) => text === '')) return;
    const piece = { ...part(derived, `segment(${derived.formula}, ${depth + 1})`, texts), attack: 'combine' };
    board.derived.push(piece);
    board.steps.push(...matchValues(piece, board.lookup).filter((step) => step.similarity > 0.6));
  }
}

function longestValue(column: SheetColumn): number {
  let longest = 0;
  for (const text of column.values) if (text.length > longest) longest = text.length;
  return Math.min(longest, 64);
}

function headIn(text: string, column: SheetColumn, longest: number): number {
  for (let length = Math.min(longest, text.length); length > 0; length--)
    if (column.index.has(text.slice(0, length))) return length;
  return 0;
}
