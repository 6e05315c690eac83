/**
 * Hierarchies built from data and a rule: intervals, order, redaction, frequency, dates, age bands.
 *
 * After ARX's hierarchy builders (arx.deidentifier.org, "Creating generalization hierarchies"): every builder covers exactly
 * the values it is given, so nothing is silently outside.
 * @module
 */
import { ScrimError } from '../../core/index.js';
import { parseDate, parseNumber } from '../../table/index.js';
import { Hierarchy } from './hierarchy.js';

const TOP = '*';

function fail(hierarchy: string, problem: string): ScrimError {
  return new ScrimError('SCRIM_HIERARCHY_BUILD', { hierarchy, problem });
}

/** Options of {@link intervalHierarchy}. */
export interface IntervalOptions {
  readonly name?: string;
  /** Width of the intervals of each level, each a whole multiple of the one before. */
  readonly widths: readonly number[];
  /** Start of an interval. Default 0. */
  readonly origin?: number;
  /** Values below are one group `<bottom` from level 1 on (bottom coding). */
  readonly bottom?: number;
  /** Values from here on are one group `>=top` from level 1 on (top coding). */
  readonly top?: number;
}

/**
 * Numbers in intervals `[low, high)`, then `*`.
 *
 * @throws SCRIM_HIERARCHY_BUILD for widths that do not nest, limits off the grid, or a value that is no number
 * @example
 * intervalHierarchy(['3', '7', '12'], { widths: [5, 10] }).generalize('7', 1); // => '[5, 10)'
 */
export function intervalHierarchy(values: readonly string[], options: IntervalOptions): Hierarchy {
  const name = options.name ?? 'intervals';
  const { widths, origin = 0, bottom, top } = options;
  widths.forEach((width, level) => {
    if (!(width > 0)) throw fail(name, `width ${level + 1} is not above 0`);
    const below = widths[level - 1];
    if (below !== undefined && Math.abs(width / below - Math.round(width / below)) > 1e-9) {
      throw fail(name, `width ${level + 1} is no whole multiple of width ${level}`);
    }
  });
  if (widths.length === 0) throw fail(name, 'name at least one width');
  if (bottom !== undefined && top !== undefined && !(bottom < top)) throw fail(name, 'bottom is not below top');
  const rows = values.map((value, i) => {
    const number = parseNumber(value);
    if (Number.isNaN(number)) throw fail(name, `value ${i + 1} is no number`);
    const cells = widths.map((width) => {
      if (bottom !== undefined && number < bottom) return `<${bottom}`;
      if (top !== undefined && number >= top) return `>=${top}`;
      const low = origin + Math.floor((number - origin) / width + 1e-12) * width;
      const from = bottom === undefined ? low : Math.max(low, bottom);
      const to = top === undefined ? low + width : Math.min(low + width, top);
      return `[${round(from)}, ${round(to)})`;
    });
    return [value, ...cells, TOP];
  });
  return Hierarchy.fromRows(rows, { name });
}

function round(value: number): number {
  return Number(value.toPrecision(12));
}

/** Options of {@link orderHierarchy}. */
export interface OrderOptions {
  readonly name?: string;
  /** Number of neighbours (values, then groups) that each level joins. */
  readonly fanouts: readonly number[];
  /** Label of a group. Default `first..last`. */
  readonly label?: (first: string, last: string) => string;
}

/** Values in the given order; each level joins neighbours, then `*`. @throws SCRIM_HIERARCHY_BUILD */
export function orderHierarchy(values: readonly string[], options: OrderOptions): Hierarchy {
  const name = options.name ?? 'order';
  const label = options.label ?? ((first, last) => (first === last ? first : `${first}..${last}`));
  const rows = values.map((value) => [value]);
  let size = 1;
  for (const fanout of options.fanouts) {
    if (!Number.isInteger(fanout) || fanout < 2) throw fail(name, 'each fanout must be an integer of at least 2');
    size *= fanout;
    for (let start = 0; start < values.length; start += size) {
      const end = Math.min(values.length, start + size);
      const text = label(values[start] as string, values[end - 1] as string);
      for (let i = start; i < end; i++) (rows[i] as string[]).push(text);
    }
  }
  for (const row of rows) row.push(TOP);
  return Hierarchy.fromRows(rows, { name });
}

/** Options of {@link redactionHierarchy}. */
export interface RedactionOptions {
  readonly name?: string;
  /** Side from which characters are redacted. Default `right`. */
  readonly from?: 'right' | 'left';
  /** Character put in place. Default `*`. */
  readonly mask?: string;
  /** Characters redacted per level. Default 1. */
  readonly step?: number;
}

/** Codes of equal length (shorter ones are padded on the side of the mask); each level redacts more characters. */
export function redactionHierarchy(values: readonly string[], options: RedactionOptions = {}): Hierarchy {
  const { name = 'redaction', from = 'right', mask = '*', step = 1 } = options;
  if (!Number.isInteger(step) || step < 1) throw fail(name, 'step must be an integer of at least 1');
  const split = values.map((value) => Array.from(value));
  const width = split.reduce((most, characters) => Math.max(most, characters.length), 1);
  const levels = Math.ceil(width / step);
  const rows = split.map((characters, i) => {
    const cells: string[] = [values[i] as string];
    for (let level = 1; level <= levels; level++) {
      const keep = Math.max(0, width - level * step);
      // What is kept is counted from the far side; a shorter code is as if padded where it is redacted first.
      const kept =
        from === 'right' ? characters.slice(0, keep) : characters.slice(Math.max(0, characters.length - keep));
      const masked = mask.repeat(width - kept.length);
      cells.push(from === 'right' ? kept.join('') + masked : masked + kept.join(''));
    }
    return cells;
  });
  return Hierarchy.fromRows(rows, { name });
}

/** Options of {@link priorityHierarchy}. */
export interface PriorityOptions {
  readonly name?: string;
  /** Number of levels between the values and `*`. Default 4. */
  readonly levels?: number;
  /** Label of the rare values. Default `other`. */
  readonly other?: string;
}

/**
 * Common values stay longer: at each level the rarest values that make up a growing share of the rows become `other`.
 *
 * @param counts - rows of each value
 */
export function priorityHierarchy(counts: ReadonlyMap<string, number>, options: PriorityOptions = {}): Hierarchy {
  const { name = 'priority', levels = 4, other = 'other' } = options;
  if (!Number.isInteger(levels) || levels < 1) throw fail(name, 'levels must be an integer of at least 1');
  const order = [...counts].sort((a, b) => a[1] - b[1] || (a[0] < b[0] ? -1 : 1));
  const rows = order.map(([value], rank) => {
    const cells = [value];
    for (let level = 1; level <= levels; level++) {
      cells.push(rank < Math.ceil((order.length * level) / (levels + 1)) ? other : value);
    }
    cells.push(TOP);
    return cells;
  });
  return Hierarchy.fromRows(rows, { name });
}

/** What a level of {@link dateHierarchy} keeps. */
export type DateLevel = 'month' | 'quarter' | 'half' | 'year' | 'five-years' | 'decade' | 'century';

const dateLabels: Readonly<Record<DateLevel, (year: number, month: number) => string>> = {
  month: (year, month) => `${year}-${String(month).padStart(2, '0')}`,
  quarter: (year, month) => `${year}-Q${Math.ceil(month / 3)}`,
  half: (year, month) => `${year}-H${month <= 6 ? 1 : 2}`,
  year: (year) => String(year),
  'five-years': (year) => span(year, 5),
  decade: (year) => span(year, 10),
  century: (year) => span(year, 100),
};

function span(year: number, width: number): string {
  const low = Math.floor(year / width) * width;
  return `${low}-${low + width - 1}`;
}

/** Dates by granularity, then `*`. Values that are no dates are a group of their own, `?`. @throws SCRIM_HIERARCHY_BUILD */
export function dateHierarchy(
  values: readonly string[],
  levels: readonly DateLevel[] = ['month', 'quarter', 'year', 'decade'],
  name = 'dates',
): Hierarchy {
  const rows = values.map((value) => {
    const days = parseDate(value);
    if (Number.isNaN(days)) return [value, ...levels.map(() => '?'), TOP];
    const date = new Date(days * 86_400_000);
    return [value, ...levels.map((level) => dateLabels[level](date.getUTCFullYear(), date.getUTCMonth() + 1)), TOP];
  });
  return Hierarchy.fromRows(rows, { name });
}

/** Ages in bands of 5, 10 and 20 years, `>=90` together, then `*`. @throws SCRIM_HIERARCHY_BUILD */
export function ageHierarchy(values: readonly string[], name = 'ages'): Hierarchy {
  return intervalHierarchy(values, { name, widths: [5, 10, 20], top: 100 });
}
