/**
 * Contribution bounding: which rows of each unit count, so that no unit counts in more than l0 groups or with more than linf rows in one.
 *
 * Wilson, Zhang, Lam, Desfontaines, Simmons-Marengo, Gipson, PETS 2020, §3. Each unit's rows are visited in an order drawn by
 * secure randomness; what is kept of a unit depends on that unit's rows alone.
 * @module
 */
import type { RandomSource } from '../../core/index.js';

/** Rows that count, in the order of the table; rows of units without an identifier never count. */
export interface Bounded {
  readonly rows: Int32Array;
  /** For each kept row: 1 when it is the first kept row of its unit in its group. */
  readonly first: Uint8Array;
  /** Number of kept rows; itself not for release. */
  readonly count: number;
}

/** Most that one unit counts with. */
interface Limits {
  readonly groups: number;
  readonly rowsPerGroup: number;
  /** Rows of one unit in all; default no limit beyond the other two. */
  readonly rows?: number;
}

const KEPT = 1;
const FIRST = 2;

/**
 * @param unitOf - unit code of each row; codes at or above `units` mark rows without a unit
 * @param groupOf - group of each row, or negative for rows outside every group
 */
export function boundContributions(
  unitOf: Int32Array,
  units: number,
  groupOf: Int32Array,
  limits: Limits,
  random: RandomSource,
): Bounded {
  const marks = new Uint8Array(unitOf.length);
  const { parts, bounds, shift } = byRange(unitOf, units, groupOf);
  const picker = new Picker(random, parts.length / 3);
  const starts = new Int32Array((1 << shift) + 1);
  let largest = 0;
  for (let i = 1; i < bounds.length; i++)
    largest = Math.max(largest, (bounds[i] as number) - (bounds[i - 1] as number));
  const pairs = new Int32Array(2 * largest);
  let count = 0;
  for (let range = 0; range + 1 < bounds.length; range++) {
    const inRange = parts.subarray(3 * (bounds[range] as number), 3 * (bounds[range + 1] as number));
    byUnit(inRange, range << shift, starts, pairs);
    count += choose(pairs, starts, limits, picker, marks);
  }
  return keptRows(marks, count);
}

/** Most ranges of units: as many places as the processor writes to at once without losing them from its cache. */
const RANGES = 512;

/**
 * Row, group and unit of every row that may count, side by side, ordered by range of units (`2^shift` units each). Sorted in two steps
 * because scattering rows over a million units at once waits for memory at every row.
 */
function byRange(
  unitOf: Int32Array,
  units: number,
  groupOf: Int32Array,
): { parts: Int32Array; bounds: Int32Array; shift: number } {
  const rows = unitOf.length;
  let shift = 0;
  while (units > RANGES << shift) shift++;
  const bounds = new Int32Array((units >>> shift) + 2);
  for (let row = 0; row < rows; row++) {
    const unit = unitOf[row] as number;
    if (unit >= units || (groupOf[row] as number) < 0) continue;
    const range = (unit >>> shift) + 1;
    bounds[range] = (bounds[range] as number) + 1;
  }
  for (let range = 1; range < bounds.length; range++) {
    bounds[range] = (bounds[range] as number) + (bounds[range - 1] as number);
  }
  const parts = new Int32Array(3 * (bounds[bounds.length - 1] as number));
  const next = Float64Array.from(bounds);
  for (let row = 0; row < rows; row++) {
    const unit = unitOf[row] as number;
    const group = groupOf[row] as number;
    if (unit >= units || group < 0) continue;
    const at = 3 * (next[unit >>> shift] as number);
    next[unit >>> shift] = (next[unit >>> shift] as number) + 1;
    parts[at] = row;
    parts[at + 1] = group;
    parts[at + 2] = unit;
  }
  return { parts, bounds, shift };
}

/** Sorts the rows of one range: row and group in pairs, unit after unit; `starts` takes where each unit begins. */
function byUnit(parts: Int32Array, firstUnit: number, starts: Int32Array, pairs: Int32Array): void {
  starts.fill(0);
  for (let i = 2; i < parts.length; i += 3) {
    const place = (parts[i] as number) - firstUnit + 1;
    starts[place] = (starts[place] as number) + 1;
  }
  for (let i = 1; i < starts.length; i++) starts[i] = (starts[i] as number) + (starts[i - 1] as number);
  // Each unit's start moves to its end while its rows are placed, which is the next one's start: shifted back at last.
  for (let i = 0; i < parts.length; i += 3) {
    const place = (parts[i + 2] as number) - firstUnit;
    const at = starts[place] as number;
    starts[place] = at + 1;
    pairs[2 * at] = parts[i] as number;
    pairs[2 * at + 1] = parts[i + 1] as number;
  }
  starts.copyWithin(1, 0, starts.length - 1);
  starts[0] = 0;
}

const POOL = 16_384;

/** Uniform integers below small bounds, exact by rejection, from words drawn in bulk. */
class Picker {
  readonly #random: RandomSource;
  readonly #words: Uint32Array;
  readonly #bytes: Uint8Array;
  #next: number;

  /** @param expected - about how many numbers will be asked for */
  constructor(random: RandomSource, expected: number) {
    this.#random = random;
    this.#words = new Uint32Array(Math.min(POOL, Math.max(1, expected)));
    this.#bytes = new Uint8Array(this.#words.buffer);
    this.#next = this.#words.length;
  }

  below(bound: number): number {
    const limit = 2 ** 32 - (2 ** 32 % bound);
    for (;;) {
      if (this.#next === this.#words.length) {
        this.#random.fill(this.#bytes);
        this.#next = 0;
      }
      const word = this.#words[this.#next++] as number;
      if (word < limit) return word % bound;
    }
  }
}

/** Marks the rows of one range that count; returns their number. `pairs` are used up. */
function choose(pairs: Int32Array, starts: Int32Array, limits: Limits, picker: Picker, marks: Uint8Array): number {
  const { groups: most, rowsPerGroup, rows: mostRows = Number.POSITIVE_INFINITY } = limits;
  let count = 0;
  let chosen: Int32Array = new Int32Array(64);
  let used: Int32Array = new Int32Array(64);
  for (let unit = 0; unit + 1 < starts.length; unit++) {
    const end = starts[unit + 1] as number;
    let groups = 0;
    let left = mostRows;
    for (let i = starts[unit] as number; i < end && left > 0; i++) {
      // Fisher-Yates, one step at a time.
      const pick = end - i > 1 ? i + picker.below(end - i) : i;
      const row = pairs[2 * pick] as number;
      const group = pairs[2 * pick + 1] as number;
      pairs[2 * pick] = pairs[2 * i] as number;
      pairs[2 * pick + 1] = pairs[2 * i + 1] as number;
      let place = 0;
      while (place < groups && (chosen[place] as number) !== group) place++;
      if (place === groups) {
        if (groups === most) continue;
        if (groups === chosen.length) {
          chosen = grown(chosen);
          used = grown(used);
        }
        chosen[groups] = group;
        used[groups++] = 0;
      }
      const before = used[place] as number;
      if (before >= rowsPerGroup) continue;
      marks[row] = before === 0 ? FIRST : KEPT;
      used[place] = before + 1;
      left--;
      count++;
    }
  }
  return count;
}

/** The marked rows in the order of the table, so that what follows reads memory forwards. */
function keptRows(marks: Uint8Array, count: number): Bounded {
  const rows = new Int32Array(count);
  const first = new Uint8Array(count);
  let at = 0;
  for (let row = 0; row < marks.length; row++) {
    const mark = marks[row] as number;
    if (mark === 0) continue;
    first[at] = mark === FIRST ? 1 : 0;
    rows[at++] = row;
  }
  return { rows, first, count };
}

function grown(array: Int32Array): Int32Array {
  const wider = new Int32Array(array.length * 2);
  wider.set(array);
  return wider;
}
