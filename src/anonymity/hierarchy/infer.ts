/**
 * A hierarchy for a column that has none, from what its values look like; and how much of a column a hierarchy covers.
 * @module
 */
import { encode, parseDate, parseNumber, type Table } from '../../table/index.js';
import { dateHierarchy, intervalHierarchy, priorityHierarchy, redactionHierarchy } from './build.js';
import { mobileHierarchy, regionHierarchy, residentIdHierarchy } from './chinese.js';
import type { Hierarchy } from './hierarchy.js';
import { keepOrSuppress } from './trivial.js';

/** How a hierarchy was inferred. */
export interface InferredHierarchy {
  readonly hierarchy: Hierarchy;
  readonly kind:
    | 'resident-ids'
    | 'mobile-numbers'
    | 'regions'
    | 'dates'
    | 'numbers'
    | 'codes'
    | 'categories'
    | 'keep-or-suppress';
}

/** Distinct values up to which a text column is kept or suppressed as a whole. */
const FEW = 6;

/**
 * Resident IDs, mobile numbers and region codes by their parts, dates by granularity, numbers in about 16, 8, 4 and 2 intervals, codes of one length by redaction, other texts by frequency.
 *
 * @throws SCRIM_TABLE_UNKNOWN_COLUMN
 */
export function inferHierarchy(table: Table, column: string): InferredHierarchy {
  const { codes, dictionary } = encode(table, column);
  const values = dictionary.strings();
  const named = { name: column };
  if (values.length === 0) return { hierarchy: keepOrSuppress(['*'], column), kind: 'keep-or-suppress' };
  const chinese = chineseHierarchy(values, column);
  if (chinese !== null) return chinese;
  if (values.every((value) => !Number.isNaN(parseDate(value)))) {
    return { hierarchy: dateHierarchy(values, undefined, column), kind: 'dates' };
  }
  const numbers = values.map(parseNumber);
  if (values.length > FEW && numbers.every((number) => Number.isFinite(number))) {
    const low = numbers.reduce((least, number) => Math.min(least, number), Infinity);
    const high = numbers.reduce((most, number) => Math.max(most, number), -Infinity);
    const width = niceWidth((high - low) / 16);
    const origin = Math.floor(low / (8 * width)) * 8 * width;
    const widths = [width, 2 * width, 4 * width, 8 * width];
    return { hierarchy: intervalHierarchy(values, { ...named, widths, origin }), kind: 'numbers' };
  }
  const length = values[0]?.length ?? 0;
  if (
    values.length > FEW &&
    length > 1 &&
    values.every((value) => value.length === length && /^[0-9A-Za-z]+$/.test(value))
  ) {
    return { hierarchy: redactionHierarchy(values, named), kind: 'codes' };
  }
  if (values.length <= FEW) return { hierarchy: keepOrSuppress(values, column), kind: 'keep-or-suppress' };
  const counts = new Map(values.map((value) => [value, 0]));
  for (const code of codes) {
    const value = values[code];
    if (value !== undefined) counts.set(value, (counts.get(value) as number) + 1);
  }
  return { hierarchy: priorityHierarchy(counts, named), kind: 'categories' };
}

/** Share of the values that must be of a Chinese kind for its hierarchy. */
const KNOWN = 0.95;

/** The hierarchy of a Chinese kind of code where nearly all values are of it. */
function chineseHierarchy(values: readonly string[], column: string): InferredHierarchy | null {
  const kinds = [
    ['resident-ids', residentIdHierarchy],
    ['mobile-numbers', mobileHierarchy],
    ['regions', regionHierarchy],
  ] as const;
  const shapes = [/^\d{15}(\d\d[\dXx])?$/, /^(\+?86[- ]?)?1\d{10}$/, /^[1-9]\d{5}$/];
  for (const [i, [kind, build]] of kinds.entries()) {
    if (!values.every((value) => (shapes[i] as RegExp).test(value))) continue;
    const hierarchy = build(values, column);
    const known = values.filter((value) => hierarchy.generalize(value, 1) !== '?').length;
    if (known >= KNOWN * values.length) return { hierarchy, kind };
  }
  return null;
}

/** 1, 2 or 5 times a power of ten, at least the width given; whole numbers stay whole. */
function niceWidth(width: number): number {
  if (!(width > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(width));
  const step = [1, 2, 5, 10].find((factor) => factor * power >= width * (1 - 1e-9)) ?? 10;
  return Math.max(step * power, Number.MIN_VALUE);
}

/** What of a column a hierarchy knows. */
export interface Coverage {
  readonly rows: number;
  readonly coveredRows: number;
  readonly nullRows: number;
  readonly missingValues: number;
  /** Rows (from 1) of the first cells that are not covered, up to 20. */
  readonly missingRows: readonly number[];
  /** The values themselves, only when asked for. */
  readonly missing: readonly string[] | null;
  /** Base values of the hierarchy that the column does not use. */
  readonly unusedValues: number;
}

/** Coverage report; shows values of the data only with `showValues`. @throws SCRIM_TABLE_UNKNOWN_COLUMN */
export function hierarchyCoverage(table: Table, column: string, hierarchy: Hierarchy, showValues = false): Coverage {
  const { codes, dictionary } = encode(table, column);
  const values = dictionary.strings();
  const absent = values.map((value) => hierarchy.indexOf(value) < 0);
  const missingRows: number[] = [];
  let covered = 0;
  let nulls = 0;
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row] as number;
    if (code >= values.length) nulls++;
    else if (absent[code] === false) covered++;
    else if (missingRows.length < 20) missingRows.push(row + 1);
  }
  const missing = values.filter((_, code) => absent[code]);
  return {
    rows: codes.length,
    coveredRows: covered,
    nullRows: nulls,
    missingValues: missing.length,
    missingRows,
    missing: showValues ? missing : null,
    unusedValues: hierarchy.size - (values.length - missing.length),
  };
}
