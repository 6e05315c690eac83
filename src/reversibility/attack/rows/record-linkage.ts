/**
 * Distance-based record linkage by optimal assignment on Gower distances, for small tables and for comparison with sdcMicro.
 *
 * Gower, "A general coefficient of similarity and some of its properties", Biometrics 27 (1971); Kuhn, "The Hungarian
 * method", 1955, in the shortest-augmenting-path form (Jonker and Volgenant, Computing 38, 1987): O(n^3).
 * @module
 */

/** A record of numbers and categories. */
export type LinkageRecord = readonly (number | string)[];

/** Gower distance matrix, row by row; numbers by their range over both tables, categories 0 or 1. */
export function gowerDistances(x: readonly LinkageRecord[], y: readonly LinkageRecord[]): number[][] {
  const width = x[0]?.length ?? 0;
  const ranges = Array.from({ length: width }, (_, i) => {
    const values = [...x, ...y]
      .map((record) => record[i])
      .filter((value): value is number => typeof value === 'number');
    return values.length === 0 ? 0 : Math.max(...values) - Math.min(...values);
  });
  return x.map((a) =>
    y.map((b) => {
      let sum = 0;
      for (let i = 0; i < width; i++) {
        const u = a[i];
        const v = b[i];
        if (typeof u === 'number' && typeof v === 'number')
          sum += ranges[i] === 0 ? 0 : Math.abs(u - v) / (ranges[i] as number);
        else sum += u === v ? 0 : 1;
      }
      return sum / width;
    }),
  );
}

/** Column assigned to each row so that the total is least (rows <= columns). */
export function assignLeast(cost: readonly (readonly number[])[]): number[] {
  const n = cost.length;
  const m = cost[0]?.length ?? 0;
  const u = new Float64Array(n + 1);
  const v = new Float64Array(m + 1);
  const rowOf = new Int32Array(m + 1);
  const way = new Int32Array(m + 1);
  for (let i = 1; i <= n; i++) {
    rowOf[0] = i;
    let j0 = 0;
    const least = new Float64Array(m + 1).fill(Number.POSITIVE_INFINITY);
    const used = new Uint8Array(m + 1);
    do {
      used[j0] = 1;
      const i0 = rowOf[j0] as number;
      let delta = Number.POSITIVE_INFINITY;
      let j1 = 0;
      for (let j = 1; j <= m; j++) {
        if (used[j] === 1) continue;
        const current = (cost[i0 - 1]?.[j - 1] as number) - (u[i0] as number) - (v[j] as number);
        if (current < (least[j] as number)) {
          least[j] = current;
          way[j] = j0;
        }
        if ((least[j] as number) < delta) {
          delta = least[j] as number;
          j1 = j;
        }
      }
      for (let j = 0; j <= m; j++) {
        if (used[j] === 1) {
          u[rowOf[j] as number] = (u[rowOf[j] as number] as number) + delta;
          v[j] = (v[j] as number) - delta;
        } else least[j] = (least[j] as number) - delta;
      }
      j0 = j1;
    } while ((rowOf[j0] as number) !== 0);
    while (j0 !== 0) {
      const j1 = way[j0] as number;
      rowOf[j0] = rowOf[j1] as number;
      j0 = j1;
    }
  }
  const assigned = new Array<number>(n).fill(-1);
  for (let j = 1; j <= m; j++) if ((rowOf[j] as number) > 0) assigned[(rowOf[j] as number) - 1] = j - 1;
  return assigned;
}

/** Links the records of `y` to those of `x`; `correct` counts rows linked to their own position. */
export function linkRecords(
  x: readonly LinkageRecord[],
  y: readonly LinkageRecord[],
): { distances: number[]; total: number; correct: number } {
  const cost = gowerDistances(x, y);
  const assigned = assignLeast(cost);
  const distances = assigned.map((column, row) => cost[row]?.[column] as number);
  return {
    distances,
    total: distances.reduce((sum, distance) => sum + distance, 0),
    correct: assigned.filter((column, row) => column === row).length,
  };
}
