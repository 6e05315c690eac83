/**
 * Products, quotients and turns of two columns written with rounding: what comes out lies on the steps that a source column is written
 * in, and by that it is told from anything else. See combine.md.
 * @module
 */
import { columnOfTexts, type Sheet, type SheetColumn } from '../../intake/sheet.js';
import type { Derived, Step } from '../../inverse.js';
import type { Board } from '../attack.js';
import { deriveFrom, sampleRows } from '../shared/compose.js';
import { matchValues } from '../shared/match.js';
import { sortedNumbers } from '../shared/sorted-numbers.js';

const MAX_COLUMNS = 30;
const LEAST_DISTINCT = 12;
/** A step counts that is this many times what rounding leaves open. */
const FINE = 8;
/** Rows that tell, and the share of them whose results lie on steps; of results put together from two rows at most. */
const TELLING = 32;
const ON_STEPS = 0.75;
const BY_CHANCE = 0.4;
/** What binary arithmetic leaves open, as a share of a result. */
const BINARY = 1e-11;
const BITS = 14;

/** A way to make one number of two, and how far it moves when each of them does. */
interface Way {
  readonly name: string;
  readonly compute: (x: number, y: number) => number;
  readonly symmetric?: boolean;
}

const WAYS: readonly Way[] = [
  { name: '$x * $y', compute: (x, y) => x * y, symmetric: true },
  { name: '$x / $y', compute: (x, y) => x / y },
  { name: '$x * $y / 100', compute: (x, y) => (x * y) / 100, symmetric: true },
  { name: '100 * $x / $y', compute: (x, y) => (100 * x) / y },
  { name: '$x * cos($y)', compute: (x, y) => (Math.abs(y) < TURN ? x * Math.cos(y) : Number.NaN) },
  { name: '$x * sin($y)', compute: (x, y) => (Math.abs(y) < TURN ? x * Math.sin(y) : Number.NaN) },
  { name: '$x * cos($y deg)', compute: (x, y) => x * Math.cos((y * Math.PI) / 180) },
  { name: '$x * sin($y deg)', compute: (x, y) => x * Math.sin((y * Math.PI) / 180) },
  { name: '$x * exp($y)', compute: (x, y) => x * Math.exp(y) },
  { name: '$x * exp($y) - 1', compute: (x, y) => x * Math.exp(y) - 1 },
  { name: '$x * 10^$y', compute: (x, y) => x * 10 ** y },
  { name: '$x * 2^$y', compute: (x, y) => x * 2 ** y },
  { name: 'exp($x + $y)', compute: (x, y) => Math.exp(x + y), symmetric: true },
];

/** Angles written in radians. */
const TURN = 6.3;

/** A column as numbers with half of the last digit that each is written with, in sampled rows; the number of each row of the product. */
interface Figured {
  readonly derived: Derived;
  readonly name: string;
  readonly numbers: Float64Array;
  readonly halves: Float64Array;
  /** How a column was read: its numbers are those of the source. */
  readonly read: boolean;
}

/** Reads columns from two of which one multiplied, divided or turned the other. */
export function roundedPairs(board: Board): void {
  const open = figuredColumns(board);
  if (open.every(({ read }) => read)) return;
  const steps = stepsOf(board.sources);
  const rows = sampleRows(board.product.rows);
  if (rows.length < TELLING) return;
  for (const a of open) {
    for (const b of open) {
      if (board.late()) return;
      if (a === b || a.derived.from[0] === b.derived.from[0] || (a.read && b.read)) continue;
      for (const way of WAYS) {
        if (way.symmetric === true && open.indexOf(a) > open.indexOf(b)) continue;
        for (const step of steps) if (isOnSteps(way, a, b, step, rows)) keepJoined(board, way, a, b, step);
      }
    }
  }
}

/** Numeric columns that nothing reads, as they stand; those that are read, as they stand and as what they were read as. */
function figuredColumns(board: Board): Figured[] {
  const columns = board.derived.filter(
    ({ attack, column, from }) =>
      attack === 'containment' &&
      column.isNumeric &&
      column.distinct >= LEAST_DISTINCT &&
      !board.settled.has(from[0] as number),
  );
  return columns.slice(0, MAX_COLUMNS).flatMap((derived) => {
    const read = readAs(board, derived);
    const own = figured(derived, derived.formula, derived.column, derived.column.codes, read !== null);
    if (read === null || read.formula === derived.formula) return [own];
    const column = board.sources[read.source]?.columns[read.column] as SheetColumn;
    return [own, figured(derived, `(${read.formula})`, column, read.cells, true)];
  });
}

const READ = 0.85;

function readAs(board: Board, derived: Derived): Step | null {
  let best: Step | null = null;
  for (const step of board.steps) {
    if (step.from.length !== 1 || step.from[0] !== derived.from[0] || step.tentative === true) continue;
    if (step.score < READ || step.mass < READ || step.score <= (best?.score ?? 0)) continue;
    if (board.sources[step.source]?.columns[step.column]?.isNumeric === true) best = step;
  }
  return best;
}

function figured(derived: Derived, name: string, column: SheetColumn, cells: Int32Array, read: boolean): Figured {
  const halves = Float64Array.from({ length: column.distinct }, (_, code) => halfOf(column.text(code)));
  const at = (list: Float64Array): Float64Array =>
    Float64Array.from(cells, (code) => (code < 0 ? Number.NaN : (list[code] as number)));
  return { derived, name, numbers: at(column.numbers), halves: at(halves), read };
}

/** Half of the last digit of a decimal; whole numbers are taken as exact. */
function halfOf(text: string): number {
  const found = /\.(\d+)(?:e([-+]?\d+))?$/i.exec(text);
  return found === null ? 0 : 0.5 * 10 ** (Number(found[2] ?? 0) - (found[1] as string).length);
}

/** Different steps in which numeric source columns are written, the widest first. */
function stepsOf(sheets: readonly Sheet[]): number[] {
  const units = sheets.flatMap((sheet) =>
    sheet.columns.flatMap((column) => {
      const unit = column.isNumeric && column.distinct >= LEAST_DISTINCT ? (sortedNumbers(column)?.unit ?? 0) : 0;
      return unit > 0 && Number.isFinite(unit) ? [Number(unit.toPrecision(6))] : [];
    }),
  );
  return [...new Set(units)].sort((a, b) => b - a);
}

/** What rounding leaves open of a result, at most. */
function openOf(way: Way, x: number, y: number, halfX: number, halfY: number, result: number): number {
  const byX = halfX === 0 ? 0 : Math.abs(way.compute(x + halfX, y) - result);
  const byY = halfY === 0 ? 0 : Math.abs(way.compute(x, y + halfY) - result);
  return 1.05 * (byX + byY) + BINARY * Math.abs(result);
}

/** True where results lie on whole steps, and those of numbers of different rows do not. */
function isOnSteps(way: Way, a: Figured, b: Figured, step: number, rows: readonly number[]): boolean {
  const { telling, on } = countOn(way, a, b, step, rows, 0);
  if (telling < TELLING || on < ON_STEPS * telling) return false;
  const chance = countOn(way, a, b, step, rows, 1);
  return chance.on <= BY_CHANCE * Math.max(1, chance.telling);
}

function countOn(
  way: Way,
  a: Figured,
  b: Figured,
  step: number,
  rows: readonly number[],
  shift: number,
): { telling: number; on: number } {
  let telling = 0;
  let on = 0;
  let missed = 0;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    const other = rows[(i + shift) % rows.length] as number;
    const x = a.numbers[row] as number;
    const y = b.numbers[other] as number;
    const result = way.compute(x, y);
    if (!Number.isFinite(result)) continue;
    const open = openOf(way, x, y, a.halves[row] as number, b.halves[other] as number, result);
    if (!(FINE * open <= step)) continue;
    telling++;
    if (isNear(result, step, open)) on++;
    else if (++missed > (1 - ON_STEPS) * rows.length && shift === 0) break;
  }
  return { telling, on };
}

function isNear(result: number, step: number, open: number): boolean {
  return Math.abs(result - step * Math.round(result / step)) <= Math.max(open, 1e-9 * step);
}

function keepJoined(board: Board, way: Way, a: Figured, b: Figured, step: number): void {
  const formula = `round(${way.name.replace('$x', a.name).replace('$y', b.name)}, ${step})`;
  const decimals = Math.max(0, Math.min(12, Math.ceil(-Math.log10(step) - 1e-9)));
  const texts = Array.from(a.numbers, (x, row): string | null => {
    const y = b.numbers[row] as number;
    const result = way.compute(x, y);
    if (!Number.isFinite(result)) return null;
    const open = openOf(way, x, y, a.halves[row] as number, b.halves[row] as number, result);
    if (!isNear(result, step, Math.min(step, open))) return null;
    return String(Number((step * Math.round(result / step)).toFixed(decimals)));
  });
  const from = [...a.derived.from, ...b.derived.from];
  const joined = deriveFrom(columnOfTexts(formula, texts), from, a.derived.bits + b.derived.bits + BITS);
  const good = matchValues(joined, board.lookup).filter(
    (found) => found.mass > LEAST_MASS && found.score > readAlready(board, found) + GAIN,
  );
  if (good.length === 0) return;
  board.derived.push(joined);
  board.steps.push(...good);
}

/** Share of the rows that a result must read, and what it must gain on what reads the source column already. */
const LEAST_MASS = 0.3;
const GAIN = 0.05;

function readAlready(board: Board, { source, column }: Step): number {
  let best = 0;
  for (const step of board.steps)
    if (step.source === source && step.column === column && step.tentative !== true && step.score > best)
      best = step.score;
  return best;
}
