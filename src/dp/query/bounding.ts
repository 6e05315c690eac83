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
  const { pairs, starts } = byUnit(unitOf, units, groupOf);
  const marks = new Uint8Array(unitOf.length);
  const count = choose(pairs, starts, units, limits, new Picker(random, pairs.length >> 1), marks);
  return keptRows(marks, count);
}

/** Rows and their groups in pairs (one touch of memory each), unit after unit: one pass over the table, then only sequential reads. */
function byUnit(unitOf: Int32Array, units: number, groupOf: Int32Array): { pairs: Int32Array; starts: Int32Array } {
  const rows = unitOf.length;
  const starts = new Int32Array(units + 1);
  for (let row = 0; row < rows; row++) {
    const unit = unitOf[row] as number;
    if (unit < units && (groupOf[row] as number) >= 0) starts[unit + 1] = (starts[unit + 1] as number) + 1;
  }
  for (let unit = 0; unit < units; unit++) starts[unit + 1] = (starts[unit + 1] as number) + (starts[unit] as number);
  const pairs = new Int32Array(2 * (starts[units] as number));
  const next = starts.slice(0, units);
  for (let row = 0; row < rows; row++) {
    const unit = unitOf[row] as number;
    const group = groupOf[row] as number;
    if (unit >= units || group < 0) continue;
    const at = next[unit] as number;
    pairs[2 * at] = row;
    pairs[2 * at + 1] = group;
    next[unit] = at + 1;
  }
  return { pairs, starts };
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

/** Marks the rows that count; returns their number. `order` and `groupAt` are used up. */
function choose(
  pairs: Int32Array,
  starts: Int32Array,
  units: number,
  limits: Limits,
  picker: Picker,
  marks: Uint8Array,
): number {
  const { groups: most, rowsPerGroup, rows: mostRows = Number.POSITIVE_INFINITY } = limits;
  let count = 0;
  let chosen: Int32Array = new Int32Array(64);
  let used: Int32Array = new Int32Array(64);
  for (let unit = 0; unit < units; unit++) {
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
