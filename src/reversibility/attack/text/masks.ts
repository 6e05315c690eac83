/**
 * Mask completion: starred identifiers filled from other columns (birth date, region, kept digits) and the check digit.
 *
 * Resident identity numbers (GB 11643-1999): 6 digits region, 8 birth date, 3 sequence, 1 check character. See masks.md.
 * @module
 */

import { residentCheck } from '../../intake/direct-identifiers.js';
import { sampleCodes } from '../../intake/lookup.js';
import { columnOfTexts, type SheetColumn } from '../../intake/sheet.js';
import type { Derived } from '../../inverse.js';
import { parseStars } from '../../safe-form/label.js';
import type { Attack, Board } from '../attack.js';
import { matchValues } from '../shared/match.js';

/** Text of a row; null where there is none. */
type RowText = (row: number) => string | null;

interface Filler {
  readonly formula: string;
  readonly from: readonly number[];
  /** Text to fill in. */
  readonly textOf: RowText;
}

/** Texts of a column's rows, each value written once, when it is first asked for. */
function rowTexts(column: SheetColumn, write: (text: string, code: number) => string | null): RowText {
  const memo: (string | null | undefined)[] = new Array(column.values.length);
  return (row) => {
    const code = column.codes[row] as number;
    if (code < 0) return null;
    const known = memo[code];
    if (known !== undefined) return known;
    const text = write(column.values[code] as string, code);
    memo[code] = text;
    return text;
  };
}

function dateDigits(column: SheetColumn): (text: string, code: number) => string | null {
  return (_, code) => {
    const days = column.dates[code] as number;
    return !Number.isNaN(days) ? new Date(days * 86_400_000).toISOString().slice(0, 10).replace(/-/g, '') : null;
  };
}

/** Parts of a date's eight digits by the length of the gap that they fill. */
const DATE_GAPS: ReadonlyMap<number, readonly (readonly [name: string, from: number, to: number])[]> = new Map([
  [8, [['yyyymmdd', 0, 8]]],
  [6, [['yymmdd', 2, 8]]],
  [
    4,
    [
      ['mmdd', 4, 8],
      ['yyyy', 0, 4],
    ],
  ],
]);

/** What other columns can fill a gap of `length` characters with. */
function fillers(board: Board, not: number, length: number): Filler[] {
  const list: Filler[] = [];
  for (const { column, formula, from } of board.derived) {
    if (from.includes(not) || column.present === 0) continue;
    const parts = column.isDate ? (DATE_GAPS.get(length) ?? []) : [];
    if (parts.length > 0) {
      const digits = rowTexts(column, dateDigits(column));
      for (const [name, first, last] of parts)
        list.push({ formula: `${name}(${formula})`, from, textOf: (row) => digits(row)?.slice(first, last) ?? null });
    }
    const sample = sampleCodes(column, 20).map((code) => column.text(code).length);
    if (sample.every((own) => own === length)) list.push({ formula, from, textOf: rowTexts(column, (text) => text) });
    else if (sample.every((own) => own <= length) && column.isNumeric)
      list.push({
        formula: `pad(${formula}, ${length})`,
        from,
        textOf: rowTexts(column, (text) => text.padStart(length, '0')),
      });
  }
  return list;
}

const PROBES = 64;

/** A column of texts made from several, where some of them stand in the source. */
function add(board: Board, formula: string, from: readonly number[], textOf: RowText, bits: number): void {
  const { rows } = board.product;
  const probes = Math.min(PROBES, rows);
  const samples = Array.from({ length: probes }, (_, i) => textOf(Math.floor(((i + 0.5) * rows) / probes)));
  if (board.lookup.best(samples) < 0.05) return;
  const derived: Derived = {
    column: columnOfTexts(
      formula,
      Array.from({ length: rows }, (_, row) => textOf(row)),
    ),
    from,
    formula,
    attack: 'mask-completion',
    knowledge: 'A0',
    bits,
  };
  const steps = matchValues(derived, board.lookup);
  if (steps.length === 0) return;
  board.derived.push(derived);
  board.steps.push(...steps);
}

/** Any starred value: what stands before and after the stars, with another column between. */
function fillGaps(board: Board, position: number, column: SheetColumn): void {
  const shapes = new Map<string, number>();
  for (const code of sampleCodes(column, 200)) {
    const stars = parseStars(column.text(code));
    if (stars !== null) {
      const key = `${stars.first},${stars.last},${stars.length}`;
      shapes.set(key, (shapes.get(key) ?? 0) + 1);
    }
  }
  const top = [...shapes].sort((a, b) => b[1] - a[1])[0];
  if (top === undefined) return;
  const [first, last, length] = top[0].split(',').map(Number) as [number, number, number];
  const gap = length - first - last;
  for (const filler of fillers(board, position, gap)) {
    const filled: RowText = (row) => {
      const code = column.codes[row] as number;
      const fill = code < 0 ? null : filler.textOf(row);
      if (fill === null) return null;
      const text = column.values[code] as string;
      return text.slice(0, first) + fill + text.slice(text.length - last);
    };
    add(board, `fill(${column.name}, ${filler.formula})`, [position, ...filler.from], filled, 20);
  }
}

const GAP = /[*xX#?•]/;

/** Resident numbers: overlay of the starred number, a birth date and a region code; the check character closes one gap. */
function fillResident(board: Board, position: number, column: SheetColumn): void {
  const dates = [null, ...board.derived.filter((derived) => derived.column.isDate && !derived.from.includes(position))];
  const regions = [
    null,
    ...board.derived.filter((derived) => {
      const sample = sampleCodes(derived.column, 20).map((code) => derived.column.text(code));
      return sample.length > 0 && sample.every((text) => /^\d{6}$/.test(text));
    }),
  ];
  for (const date of dates.slice(0, 6)) {
    for (const region of regions.slice(0, 6)) {
      const born = date === null ? null : rowTexts(date.column, dateDigits(date.column));
      const place = region === null ? null : rowTexts(region.column, (text) => text);
      const completed: RowText = (row) => {
        const code = column.codes[row] as number;
        if (code < 0) return null;
        const mask = column.values[code] as string;
        return mask.length === 18 ? complete(mask, born?.(row) ?? null, place?.(row) ?? null) : null;
      };
      const formula = `complete(${[column.name, date?.formula, region?.formula].filter((part) => part !== undefined).join(', ')})`;
      add(board, formula, [position, ...(date?.from ?? []), ...(region?.from ?? [])], completed, 24);
    }
  }
}

/** The number that a mask, a birth date and a region determine, or null when more than one is left. */
export function complete(mask: string, born: string | null, place: string | null): string | null {
  const digits = [...mask].map((char, i) =>
    GAP.test(char) && !(i === 17 && /[xX]/.test(char) && !mask.endsWith('**')) ? '' : char,
  );
  if (place !== null) for (let i = 0; i < 6; i++) if (digits[i] === '') digits[i] = place[i] as string;
  if (born !== null) for (let i = 0; i < 8; i++) if (digits[6 + i] === '') digits[6 + i] = born[i] as string;
  const open = digits.flatMap((char, i) => (char === '' ? [i] : []));
  if (open.length === 0) return digits.join('');
  if (open.length > 1) return null;
  const gap = open[0] as number;
  if (gap === 17) return digits.slice(0, 17).join('') + residentCheck(digits.slice(0, 17).join(''));
  for (let digit = 0; digit < 10; digit++) {
    digits[gap] = String(digit);
    if (residentCheck(digits.slice(0, 17).join('')) === digits[17]?.toUpperCase()) return digits.join('');
  }
  return null;
}

/** The attack. */
export const masks: Attack = {
  id: 'mask-completion',
  knowledge: 'A0',
  run(board) {
    let any = false;
    board.product.columns.forEach((column, position) => {
      if (board.settled.has(position) || column.present === 0 || board.late()) return;
      const sample = sampleCodes(column, 60).map((code) => column.text(code));
      const starred = sample.filter((text) => parseStars(text) !== null).length;
      const resident = sample.filter(
        (text) => text.length === 18 && /^[\dXx*#?•]+$/.test(text) && GAP.test(text.slice(0, 17)),
      ).length;
      if (starred < 0.6 * sample.length && resident < 0.6 * sample.length) return;
      any = true;
      if (starred >= 0.6 * sample.length) fillGaps(board, position, column);
      if (resident >= 0.6 * sample.length) fillResident(board, position, column);
    });
    return any ? null : 'no column is masked';
  },
};
