/**
 * Ranks within the groups of another column (dense ranks, percentiles, any rising or falling code of each group's own): where the
 * ties of the sorted numbers agree in every group, position gives the value.
 *
 * Naveed, Kamara and Wright, CCS 2015, section 4 (sorting attack), group by group. See group-lines.md.
 * @module
 */
import type { Grouped } from '../shared/grouped-numbers.js';

/** Numbers equal to the one before them, and others, from which on agreeing ties are no chance. */
const LEAST_TIES = 16;
const LEAST_STEPS = 16;
/** Share of the rows whose groups must agree. */
export const ORDERED = 0.95;

/** How the sorted numbers of every group agree in their ties. */
interface GroupOrder {
  readonly falling: boolean;
  /** Groups that agree. */
  readonly agrees: Uint8Array;
  readonly rows: number;
}

/** True where equal neighbours stand at the same places of two sorted lists. */
function sameTies(own: Grouped, source: Grouped, group: number, falling: boolean): boolean {
  const from = own.starts[group] as number;
  const n = (own.starts[group + 1] as number) - from;
  const at = source.starts[group] as number;
  if (n !== (source.starts[group + 1] as number) - at) return false;
  const xs = own.values;
  const ys = source.values;
  const first = falling ? at + n - 1 : at;
  const turn = falling ? -1 : 1;
  for (let i = 1; i < n; i++) {
    const tied = ys[first + turn * i] === ys[first + turn * (i - 1)];
    if ((xs[from + i] === xs[from + i - 1]) !== tied) return false;
  }
  return true;
}

/** How a product column's groups are ordered as those of a source column; null where they are not, or too few ties tell it. */
export function orderByGroup(own: Grouped, source: Grouped, groups: number, total: number): GroupOrder | null {
  for (const falling of [false, true]) {
    const agrees = new Uint8Array(groups);
    let rows = 0;
    let missed = 0;
    let ties = 0;
    let steps = 0;
    for (let group = 0; group < groups; group++) {
      const from = own.starts[group] as number;
      const to = own.starts[group + 1] as number;
      if (!sameTies(own, source, group, falling)) {
        missed += to - from;
        if (missed > (1 - ORDERED) * total) break;
        continue;
      }
      agrees[group] = 1;
      rows += to - from;
      // A group of one value has one tie, in any other column that is one to the group as well.
      let changes = 0;
      for (let i = from + 1; i < to; i++) if (own.values[i] !== own.values[i - 1]) changes++;
      if (changes === 0) continue;
      ties += to - from - 1 - changes;
      steps += changes;
    }
    if (rows >= ORDERED * total && ties >= LEAST_TIES && steps >= LEAST_STEPS) return { falling, agrees, rows };
  }
  return null;
}
