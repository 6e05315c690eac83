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

interface Filler {
  readonly formula: string;
  readonly from: readonly number[];
  /** Text to fill in, per row. */
  readonly texts: readonly (string | null)[];
}

function rowTexts(column: SheetColumn, write: (text: string, code: number) => string | null): (string | null)[] {
  const memo = column.values.map((text, code) => write(text, code));
  return Array.from(column.codes, (code) => (code < 0 ? null : (memo[code] as string | null)));
}

function dateDigits(column: SheetColumn): (text: string, code: number) => string | null {
  return (_, code) => {
    const days = column.dates[code] as number;
    return !Number.isNaN(days) ? new Date(days * 86_400_000).toISOString().slice(0, 10).replace(/-/g, '') : null;
  };
}

/** What other columns can fill a gap of `length` characters with. */
function fillers(board: Board, not: number, length: number): Filler[] {
  const list: Filler[] = [];
  for (const derived of board.derived) {
    if (derived.from.includes(not) || derived.column.present === 0) continue;
    const { column } = derived;
    if (column.isDate) {
      const digits = rowTexts(column, dateDigits(column));
      if (length === 8) list.push({ formula: `yyyymmdd(${derived.formula})`, from: derived.from, texts: digits });
      if (length === 6)
        list.push({
          formula: `yymmdd(${derived.formula})`,
          from: derived.from,
          texts: digits.map((text) => text?.slice(2) ?? null),
        });
      if (length === 4) {
        list.push({
          formula: `mmdd(${derived.formula})`,
          from: derived.from,
          texts: digits.map((text) => text?.slice(4) ?? null),
        });
        list.push({
          formula: `yyyy(${derived.formula})`,
          from: derived.from,
          texts: digits.map((text) => text?.slice(0, 4) ?? null),
        });
      }
    }
    const sample = sampleCodes(column, 20).map((code) => (column.values[code] as string).length);
    if (sample.every((own) => own === length))
      list.push({ formula: derived.formula, from: derived.from, texts: rowTexts(column, (text) => text) });
    else if (sample.every((own) => own <= length) && column.isNumeric) {
      list.push({
        formula: `pad(${derived.formula}, ${length})`,
        from: derived.from,
        texts: rowTexts(column, (text) => text.padStart(length, '0')),
      });
    }
  }
  return list;
}

function add(
  board: Board,
  formula: string,
  from: readonly number[],
  texts: readonly (string | null)[],
  bits: number,
): void {
  const samples = Array.from(
    { length: Math.min(64, texts.length) },
    (_, i) => texts[Math.floor(((i + 0.5) * texts.length) / Math.min(64, texts.length))] as string | null,
  );
  if (board.lookup.best(samples) < 0.05) return;
  const derived: Derived = {
    column: columnOfTexts(formula, texts),
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
    const stars = parseStars(column.values[code] as string);
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
    const texts = Array.from(column.codes, (code, row) => {
      const fill = filler.texts[row];
      if (code < 0 || fill === null || fill === undefined) return null;
      const text = column.values[code] as string;
      return text.slice(0, first) + fill + text.slice(text.length - last);
    });
    add(board, `fill(${column.name}, ${filler.formula})`, [position, ...filler.from], texts, 20);
  }
}

const GAP = /[*xX#?•]/;

/** Resident numbers: overlay of the starred number, a birth date and a region code; the check character closes one gap. */
function fillResident(board: Board, position: number, column: SheetColumn): void {
  const dates = [null, ...board.derived.filter((derived) => derived.column.isDate && !derived.from.includes(position))];
  const regions = [
    null,
    ...board.derived.filter((derived) => {
      const sample = sampleCodes(derived.column, 20).map((code) => derived.column.values[code] as string);
      return sample.length > 0 && sample.every((text) => /^\d{6}$/.test(text));
    }),
  ];
  for (const date of dates.slice(0, 6)) {
    for (const region of regions.slice(0, 6)) {
      const born = date === null ? null : rowTexts(date.column, dateDigits(date.column));
      const place = region === null ? null : rowTexts(region.column, (text) => text);
      const texts = Array.from(column.codes, (code, row) => {
        if (code < 0) return null;
        const mask = column.values[code] as string;
        return mask.length === 18 ? complete(mask, born?.[row] ?? null, place?.[row] ?? null) : null;
      });
      const formula = `complete(${[column.name, date?.formula, region?.formula].filter((part) => part !== undefined).join(', ')})`;
      add(board, formula, [position, ...(date?.from ?? []), ...(region?.from ?? [])], texts, 24);
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
      const sample = sampleCodes(column, 60).map((code) => column.values[code] as string);
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
