/**
 * Labels of a group table that are quantile groups of a source column: deciles 1 to 10, `Q1` to `Q5`, 第3组. Ends of groups as quantiles
 * between order statistics (Hyndman, Fan, "Sample quantiles in statistical packages", Am. Stat. 50(4), 1996, definition 7).
 * @module
 */
import type { Sheet, SheetColumn } from '../intake/sheet.js';
import { type Base, measured, type Recoding, UNCOVERED } from './recoding.js';

const MOST_GROUPS = 20;
const MOST_COLUMNS = 8;
const LABEL =
  /^(?:第|[qdpt])?\s*(\d{1,2})(?:(?:st|nd|rd|th)?(?: (?:quantile|quartile|quintile|decile))?|分位|[四五十]?分位组?|组|档|等份?)$/i;

/** Readings of the labels as quantile groups of each column of many numbers, the lowest first or the highest. */
export function quantileGroups(base: Base, sheet: Sheet): Recoding[] {
  const { own, everything } = base;
  const places = own.values.map((text, code) => (everything.has(code) ? Number.NaN : placeOf(text)));
  const written = places.filter((place) => !Number.isNaN(place)).sort((a, b) => a - b);
  const groups = written.length;
  const first = written[0] as number;
  if (groups < 3 || groups > MOST_GROUPS || first > 1 || groups + everything.size < own.distinct) return [];
  if (written.some((place, i) => place !== first + i)) return [];
  return sheet.columns
    .flatMap((to, position) => (to.isNumeric && to.distinct >= 2 * groups ? [{ to, position }] : []))
    .slice(0, MOST_COLUMNS)
    .flatMap(({ to, position }) => {
      const groupOf = groupsOf(to, groups);
      return [false, true].map((falling) => {
        const label = Array.from({ length: groups }, (_, i) => places.indexOf(first + (falling ? groups - 1 - i : i)));
        const map = groupOf.map((group) => (group < 0 ? UNCOVERED : (label[group] as number)));
        return measured(base, to, position, `one of ${groups} quantile groups`, map);
      });
    });
}

function placeOf(text: string): number {
  const match = LABEL.exec(text.trim());
  return match === null ? Number.NaN : Number(match[1]);
}

/** Group of each value: the first whose end is not below it. */
function groupsOf(to: SheetColumn, groups: number): Int32Array {
  const sorted = Float64Array.from(to.codes, (code) => (code < 0 ? Number.NaN : (to.numbers[code] as number)))
    .filter((value) => !Number.isNaN(value))
    .sort();
  const ends = Array.from({ length: groups - 1 }, (_, i) => quantile(sorted, (i + 1) / groups));
  return Int32Array.from(to.numbers, (value) => {
    if (Number.isNaN(value)) return UNCOVERED;
    const at = ends.findIndex((end) => value <= end);
    return at < 0 ? groups - 1 : at;
  });
}

/** Quantile of sorted numbers by linear interpolation. */
export function quantile(sorted: Float64Array, share: number): number {
  const at = share * (sorted.length - 1);
  const low = Math.floor(at);
  const below = sorted[low] as number;
  return below + (at - low) * ((sorted[Math.ceil(at)] as number) - below);
}
