/**
 * Values spread over several columns: joined texts, digit groups, operations with a key column. See combine.md.
 * @module
 */
import { columnOfTexts } from '../../intake/sheet.js';
import type { Derived } from '../../inverse.js';
import type { Board } from '../attack.js';
import {
  couldKeep,
  deriveFrom,
  differentOnes,
  keep,
  keepingBest,
  massToKeep,
  sampleRows,
  textAt,
} from '../shared/compose.js';
import { randomRows } from '../shared/fit-at-most.js';
import { matchValues } from '../shared/match.js';
import { couldHold, couldReach } from './join-reach.js';
import { columnOfResults, pairTexts, resultsOf } from './joined-cells.js';
import { JOINS, type Join, type Operation } from './joins.js';

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
export function joinPairs(all: Board, queue: readonly Derived[]): void {
  const board = keepingBest(all);
  const looks = looksOf(board);
  const columns = differentOnes(queue.slice(0, 30)).map((derived) => partnerOf(derived, looks.quick));
  for (const [first, a] of columns.entries()) {
    for (const [second, b] of columns.entries()) {
      if (a === b || a.derived.from[0] === b.derived.from[0] || board.late()) continue;
      for (let i = 0; i < JOINS.length; i++)
        if (first < second || JOINS[i]?.operation?.symmetric !== true) tryJoin(board, a, b, i, looks);
    }
  }
}

/** Keeps what the join of two columns reads; the joined column where it stands in the source. */
function tryJoin(board: Board, one: Partner, other: Partner, place: number, { rows, spread }: Looks): Derived | null {
  const { name, bits, join, operation, figures } = JOINS[place] as Join;
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
  if (spread !== null) {
    const columns = couldReach(board, needed, joinAll(join, textsAt(a, spread), textsAt(b, spread)));
    if (columns.length === 0) return null;
    if (
      operation !== undefined &&
      figures !== undefined &&
      !couldHold(columns, needed, resultsOf(a.column, b.column, figures), cost)
    )
      return null;
  }
  const formula =
    name.startsWith('*') || operation !== undefined
      ? `${a.formula} ${name} ${b.formula}`
      : key
        ? `${name}(${a.formula}, ${b.formula})`
        : `concat(${a.formula}, ${JSON.stringify(name)}, ${b.formula})`;
  const column =
    figures === undefined
      ? columnOfTexts(formula, pairTexts(a.column, b.column, join))
      : columnOfResults(formula, a.column, b.column, figures);
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
