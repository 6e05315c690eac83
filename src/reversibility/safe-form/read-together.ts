/**
 * Columns of labels none of which tells enough by itself: each is read beside provisional readings of the others, and again when those
 * are put right, until nothing changes; then each must be shorter than chance given the others, whose labels the code pays for as
 * well. See hierarchy.md, "Several together".
 * @module
 */
import type { Sheet, SheetColumn } from '../intake/sheet.js';
import { EVIDENCE } from './evidence.js';
import { jointClasses } from './joint-classes.js';
import { bitsOfReading, heldAgainst, profileOf, type Read } from './profiles.js';
import type { Recoding } from './recoding.js';

const MOST_TOGETHER = 6;
/** First readings that others are read beside, the best first. */
const MOST_STARTS = 12;
const ROUNDS = 4;

/** What columns are read from, and how. */
export interface Together {
  readonly product: Sheet;
  readonly sheet: Sheet;
  readonly source: number;
  /** Columns that are read already. */
  readonly known: readonly Recoding[];
  /** First readings of a column by itself, the best first. */
  readonly starts: (column: number) => readonly Read[];
  /** A reading of a column beside readings of others, of any source column or of `only`. */
  readonly beside: (column: number, others: readonly Recoding[], only?: number) => Read | null;
}

/** Reads open columns together; what is certain is set in `chosen`. */
export function settleTogether(open: readonly number[], chosen: Map<number, Recoding>, task: Together): void {
  if (open.length < 2 || open.length > MOST_TOGETHER) return;
  const starts = open.flatMap((column) => task.starts(column)).sort((a, b) => b.gain - a.gain);
  for (const { recoding: start } of starts.slice(0, MOST_STARTS)) {
    if (chosen.has(start.product)) continue;
    const read = new Map([[start.product, start]]);
    for (const column of open) {
      if (read.has(column) || chosen.has(column)) continue;
      const next = task.beside(column, [...read.values()]);
      if (next !== null) read.set(column, next.recoding);
    }
    refine(read, task);
    for (const [column, recoding] of certain(read, task)) chosen.set(column, recoding);
  }
}

/** Each reading again beside the others as they are now. */
function refine(read: Map<number, Recoding>, task: Together): void {
  for (let round = 0; round < ROUNDS; round++) {
    let changed = false;
    for (const [column, recoding] of read) {
      const others = [...read].filter(([other]) => other !== column).map(([, one]) => one);
      if (others.length === 0) continue;
      const better = task.beside(column, others, recoding.column);
      if (better === null || sameMap(better.recoding, recoding)) continue;
      read.set(column, better.recoding);
      changed = true;
    }
    if (!changed) return;
  }
}

/** The readings that hold beside one another: what does not is dropped, the worst first. */
function certain(read: Map<number, Recoding>, task: Together): Map<number, Recoding> {
  const left = new Map(read);
  while (left.size > 1) {
    let worst = -1;
    let least = EVIDENCE;
    for (const column of left.keys()) {
      const gain = gainBeside(column, left, task);
      if (gain < least) {
        least = gain;
        worst = column;
      }
    }
    if (worst < 0) return left;
    left.delete(worst);
  }
  return new Map();
}

/** Bits that a column saves given the others: its own reading and theirs are in the code. */
function gainBeside(column: number, read: ReadonlyMap<number, Recoding>, task: Together): number {
  const { product, sheet, source, known } = task;
  const own = read.get(column) as Recoding;
  const others = [...read.values()].filter((recoding) => recoding !== own);
  const profile = profileOf(product, column, sheet, source, jointClasses(product, sheet, [...known, ...others]));
  const held = profile === null ? null : heldAgainst(profile, own.column, own.map as Int32Array);
  if (held === null) return Number.NEGATIVE_INFINITY;
  return others.reduce(
    (gain, { column: position, map, product: other }) =>
      gain - bitsOfReading(sheet, position, map as Int32Array, (product.columns[other] as SheetColumn).distinct),
    held.gain,
  );
}

function sameMap(one: Recoding, other: Recoding): boolean {
  return one.column === other.column && (one.map as Int32Array).every((label, code) => label === other.map?.[code]);
}
