/**
 * Resident identity numbers spread over columns: district, day of birth in any writing, serial number, with or without the check
 * character, which follows from the rest. See combine.md.
 *
 * GB 11643-1999, sections 3 and 4.
 * @module
 */
import { parseDate } from '../../../table/index.js';
import { residentCheck } from '../../intake/direct-identifiers.js';
import { columnOfTexts, type SheetColumn } from '../../intake/sheet.js';
import type { Derived } from '../../inverse.js';
import type { Board } from '../attack.js';
import { deriveFrom, sampleRows, textAt } from '../shared/compose.js';
import { matchValues } from '../shared/match.js';

/** Columns that are tried for each part. */
const MOST = 6;
const LEAST_FOUND = 0.3;
const BITS = 12;

/** A part of a number: what of a cell it is; null where the cell holds none. */
type Part = (text: string) => string | null;

const first =
  (pattern: RegExp): Part =>
  (text) =>
    pattern.exec(text)?.[1] ?? null;

const DISTRICTS: readonly Part[] = [first(/^(\d{6})$/), first(/^(\d{6})[*xX#_-]{6,}/)];
const DAYS: readonly Part[] = [first(/^((?:19|20)\d{6})$/), dayOf, first(/^\d{6}((?:19|20)\d{6})$/)];
const SERIALS: readonly Part[] = [first(/^(\d{3}[\dXx]?)$/), short, first(/[*#_-]{4,}(\d{3}[\dXx]?)$/)];
/** District and day in one, or all but the check character. */
const HEADS: readonly Part[] = [first(/^(\d{6}(?:19|20)\d{6})$/)];
const BODIES: readonly Part[] = [first(/^(\d{6}(?:19|20)\d{9})$/)];

function dayOf(text: string): string | null {
  const day = /\d{4}/.test(text) ? parseDate(text) : Number.NaN;
  return Number.isNaN(day) ? null : new Date(day * 86_400_000).toISOString().slice(0, 10).replaceAll('-', '');
}

/** Three figures of which noughts before them were lost. */
function short(text: string): string | null {
  return /^\d{1,3}$/.test(text) ? text.padStart(3, '0') : null;
}

/** A column as one part of a number. */
interface Own {
  readonly derived: Derived;
  readonly part: Part;
}

/** Reads resident numbers whose parts stand in columns of the product. */
export function residentParts(board: Board): void {
  if (!board.sources.some((sheet) => sheet.columns.some(isResident))) return;
  const rows = sampleRows(board.product.rows);
  const whole = board.derived.filter(({ attack, from }) => attack === 'containment' && from.length === 1);
  const of = (parts: readonly Part[]): Own[] =>
    whole
      .flatMap((derived) =>
        parts.filter((part) => holds(derived.column, part, rows)).map((part) => ({ derived, part })),
      )
      .slice(0, MOST);
  for (const body of of(BODIES)) tryParts(board, [body], rows);
  const serials = of(SERIALS);
  for (const head of of(HEADS)) for (const serial of serials) tryParts(board, [head, serial], rows);
  const days = of(DAYS);
  for (const district of of(DISTRICTS))
    for (const day of days) for (const serial of serials) tryParts(board, [district, day, serial], rows);
}

function isResident(column: SheetColumn): boolean {
  return column.distinct >= 3 && /^\d{17}[\dXx]$/.test(column.text(0));
}

function holds(column: SheetColumn, part: Part, rows: readonly number[]): boolean {
  if (column.distinct < 2) return false;
  let present = 0;
  let held = 0;
  for (const row of rows) {
    const text = textAt(column, row);
    if (text === null) continue;
    present++;
    if (part(text) !== null) held++;
  }
  return held > 0 && held >= 0.8 * present;
}

/** The number that parts of a row make, with its check character; null where they make none. */
function numberOf(parts: readonly Own[], row: number): string | null {
  let digits = '';
  for (const { derived, part } of parts) {
    const text = textAt(derived.column, row);
    const own = text === null ? null : part(text);
    if (own === null) return null;
    digits += own;
  }
  digits = digits.slice(0, 17);
  return /^\d{17}$/.test(digits) ? digits + residentCheck(digits) : null;
}

function tryParts(board: Board, parts: readonly Own[], rows: readonly number[]): void {
  if (board.late()) return;
  const from = [...new Set(parts.flatMap(({ derived }) => derived.from))];
  const samples = rows.map((row) => numberOf(parts, row));
  if (samples.every((text) => text === null) || board.lookup.best(samples) < LEAST_FOUND) return;
  const formula = `with-check-digit(${parts.map(({ derived }) => derived.formula).join(' + ')})`;
  const texts = Array.from({ length: board.product.rows }, (_, row) => numberOf(parts, row));
  const bits = parts.reduce((sum, { derived }) => sum + derived.bits, BITS);
  const joined = deriveFrom(columnOfTexts(formula, texts), from, bits);
  const steps = matchValues(joined, board.lookup).filter(({ mass }) => mass > LEAST_FOUND);
  if (steps.length === 0) return;
  board.derived.push(joined);
  board.steps.push(...steps);
}
