/**
 * Contribution bounding: which rows of each unit count, so that no unit counts in more than l0 groups or with more than linf rows in one.
 *
 * Wilson, Zhang, Lam, Desfontaines, Simmons-Marengo, Gipson, PETS 2020, §3. Each unit's rows are visited in an order drawn by
 * secure randomness; what is kept of a unit depends on that unit's rows alone.
 * @module
 */
import type { RandomSource } from '../../core/index.js';

/** Rows that count, ordered by unit; rows of units without an identifier never count. */
export interface Bounded {
  readonly rows: Int32Array;
  /** For each kept row: 1 when it is the first kept row of its unit in its group. */
  readonly first: Uint8Array;
  /** Units that had at least one row left out; itself not for release. */
  readonly count: number;
}

/**
 * @param unitOf - unit code of each row; codes at or above `units` mark rows without a unit
 * @param groupOf - group of each row, or negative for rows outside every group
 */
export function boundContributions(
  unitOf: Int32Array,
  units: number,
  groupOf: Int32Array,
  limits: { readonly groups: number; readonly rowsPerGroup: number },
  random: RandomSource,
): Bounded {
  const rows = unitOf.length;
  const starts = new Int32Array(units + 1);
  for (let row = 0; row < rows; row++) {
    const unit = unitOf[row] as number;
    if (unit < units && (groupOf[row] as number) >= 0) starts[unit + 1] = (starts[unit + 1] as number) + 1;
  }
  for (let unit = 0; unit < units; unit++) starts[unit + 1] = (starts[unit + 1] as number) + (starts[unit] as number);
  const order = new Int32Array(starts[units] as number);
  const next = starts.slice(0, units);
  for (let row = 0; row < rows; row++) {
    const unit = unitOf[row] as number;
    if (unit >= units || (groupOf[row] as number) < 0) continue;
    const at = next[unit] as number;
    order[at] = row;
    next[unit] = at + 1;
  }
  const kept = new Int32Array(order.length);
  const first = new Uint8Array(order.length);
  const count = choose(order, starts, units, groupOf, limits, random, kept, first);
  return { rows: kept.subarray(0, count), first: first.subarray(0, count), count };
}

function choose(
  order: Int32Array,
  starts: Int32Array,
  units: number,
  groupOf: Int32Array,
  limits: { readonly groups: number; readonly rowsPerGroup: number },
  random: RandomSource,
  kept: Int32Array,
  first: Uint8Array,
): number {
  let count = 0;
  let chosen: Int32Array = new Int32Array(64);
  let used: Int32Array = new Int32Array(64);
  for (let unit = 0; unit < units; unit++) {
    const start = starts[unit] as number;
    const end = starts[unit + 1] as number;
    let groups = 0;
    for (let i = start; i < end; i++) {
      // Fisher-Yates, one step at a time.
      const pick = end - i > 1 ? i + random.below(end - i) : i;
      const row = order[pick] as number;
      order[pick] = order[i] as number;
      order[i] = row;
      const group = groupOf[row] as number;
      let place = 0;
      while (place < groups && (chosen[place] as number) !== group) place++;
      if (place === groups) {
        if (groups === limits.groups) continue;
        if (groups === chosen.length) {
          chosen = grown(chosen);
          used = grown(used);
        }
        chosen[groups] = group;
        used[groups++] = 0;
      }
      if ((used[place] as number) >= limits.rowsPerGroup) continue;
      first[count] = used[place] === 0 ? 1 : 0;
      used[place] = (used[place] as number) + 1;
      kept[count++] = row;
    }
  }
  return count;
}

function grown(array: Int32Array): Int32Array {
  const wider = new Int32Array(array.length * 2);
  wider.set(array);
  return wider;
}
