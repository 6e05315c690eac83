/**
 * Maskers of calendar dates: truncation, and a shift that is the same for all dates of one person.
 *
 * Shift as in Google Sensitive Data Protection ("date shifting") with HMAC of the person as its source. All intervals
 * between dates of a person stay exact, and one known date reveals the shift of that person (research note, section 5).
 * @module
 */
import { type Residual, ScrimError } from '../core/index.js';
import { hmacTokens, type SecretKey } from '../crypto/index.js';
import { type Column, parseDate } from '../table/index.js';
import { leakageOf, type MaskedColumn, type Masker, type RowContext, sameResidual } from './masker.js';
import { mapRows } from './rows.js';
import { deriveKey, int32, type KeyedOptions } from './token.js';
import { asText, columnMapper, textKernel } from './values.js';

/** Calendar units of {@link dateTruncate}. */
export type DateUnit = 'month' | 'quarter' | 'year' | 'five-years' | 'decade';

const DAY = 86_400_000;
const pad = (value: number, width: number): string => String(value).padStart(width, '0');

/** Days in each unit, fewest, on average over 400 years, and most: the dates that a truncated one may stand for. */
const UNIT_DAYS: Readonly<Record<DateUnit, Residual>> = {
  month: { min: 28, mean: 365.2425 / 12, max: 31 },
  quarter: { min: 90, mean: 365.2425 / 4, max: 92 },
  year: { min: 365, mean: 365.2425, max: 366 },
  'five-years': { min: 1826, mean: 1826.2125, max: 1827 },
  decade: { min: 3652, mean: 3652.425, max: 3653 },
};

/** Keeps the date to the unit: `2024-03`, `2024-Q1`, `2024`, `2020-2024`, `2020-2029`. A text that is no date is refused. */
export function dateTruncate(options: { readonly to: DateUnit }): Masker {
  const { to } = options;
  if (UNIT_DAYS[to] === undefined) {
    throw new ScrimError('SCRIM_ARGUMENT', {
      name: 'to',
      problem: 'month, quarter, year, five-years or decade is needed',
    });
  }
  const map = columnMapper(
    textKernel((text) => {
      const days = parseDate(text);
      return Number.isNaN(days) ? null : truncated(days, to);
    }),
  );
  return {
    name: 'date-truncate',
    streams: true,
    reversible: false,
    apply: (column) => map(column),
    leakage: ({ column }) => leakageOf(column, 'date-truncate', { residual: UNIT_DAYS[to], order: true }),
  };
}

function truncated(days: number, to: DateUnit): string {
  const date = new Date(days * DAY);
  const year = date.getUTCFullYear();
  switch (to) {
    case 'month':
      return `${pad(year, 4)}-${pad(date.getUTCMonth() + 1, 2)}`;
    case 'quarter':
      return `${pad(year, 4)}-Q${Math.floor(date.getUTCMonth() / 3) + 1}`;
    case 'year':
      return pad(year, 4);
    case 'five-years':
      return `${pad(year - (year % 5), 4)}-${pad(year - (year % 5) + 4, 4)}`;
    default:
      return `${pad(year - (year % 10), 4)}-${pad(year - (year % 10) + 9, 4)}`;
  }
}

/** Options of {@link dateShift}. */
export interface DateShiftOptions extends KeyedOptions {
  /** Most days forward or back; every whole number of days in between is equally likely. */
  readonly days: number;
  /** Column that names the person. */
  readonly person: string;
}

/**
 * Shifts all dates of a person by the same secret number of days; dates come out as YYYY-MM-DD, the time of day is dropped.
 * A cell without a person, or with no date, is refused. Reversible with the key.
 *
 * @throws SCRIM_ARGUMENT, SCRIM_MASK_NEEDS_KEY
 */
export function dateShift(options: DateShiftOptions): Masker {
  const { days, person, suite = 'intl' } = options;
  if (!Number.isInteger(days) || days < 1 || days > 36_525) {
    throw new ScrimError('SCRIM_ARGUMENT', { name: 'days', problem: 'a whole number from 1 to 36525 is needed' });
  }
  // One key for all date columns of a domain, so that intervals between two of them stay right, too.
  const key = deriveKey('date-shift', { ...options, kind: 'person' }, 'date-shift');
  const moved = (sign: number) => (column: Column, rows?: RowContext) =>
    shifted(column, shiftsOf(key, suite, personColumn(rows, person), days), sign);
  return {
    name: 'date-shift',
    streams: true,
    reads: [person],
    reversible: true,
    logical: 'date',
    apply: moved(1),
    unmask: moved(-1),
    leakage: ({ column }) =>
      leakageOf(column, 'date-shift', {
        residual: sameResidual(2 * days + 1),
        keyInvertible: true,
        key: { id: key.id, state: key.label.state },
      }),
  };
}

function personColumn(rows: RowContext | undefined, person: string): Column {
  if (rows === undefined) throw new ScrimError('SCRIM_TABLE_UNKNOWN_COLUMN', { column: person });
  return rows.column(person);
}

function shifted(column: Column, shifts: Float64Array, sign: number): MaskedColumn {
  return mapRows(column, (text, row) => {
    const days = parseDate(text) + sign * (shifts[row] as number);
    if (Number.isNaN(days)) return null;
    const date = new Date(days * DAY);
    const year = date.getUTCFullYear();
    return year < 0 || year > 9999
      ? null
      : `${pad(year, 4)}-${pad(date.getUTCMonth() + 1, 2)}-${pad(date.getUTCDate(), 2)}`;
  });
}

/** Shift of each row in days, NaN where there is no person. */
function shiftsOf(key: SecretKey, suite: 'intl' | 'gm', source: Column, most: number): Float64Array {
  const column = asText(source);
  const values = column.type === 'dictionary' ? column.dictionary : column;
  const { bytes } = hmacTokens(
    key,
    { bytes: values.bytes, offsets: int32(values.offsets) },
    { suite, tokenBytes: 8, encoding: 'raw' },
  );
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const shifts = new Float64Array(column.length);
  const range = 2 * most + 1;
  for (let row = 0; row < column.length; row++) {
    if (column.validity !== null && (((column.validity[row >> 3] as number) >> (row & 7)) & 1) === 0) {
      shifts[row] = Number.NaN;
      continue;
    }
    const at = 8 * (column.type === 'dictionary' ? (column.codes[row] as number) : row);
    // 53 bits of the MAC: the remainder is uniform up to 2^-37.
    const wide = (view.getUint32(at) >>> 11) * 2 ** 32 + view.getUint32(at + 4);
    shifts[row] = (wide % range) - most;
  }
  return shifts;
}
