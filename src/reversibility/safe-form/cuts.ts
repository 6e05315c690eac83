/**
 * Where runs of a column of many values are cut: first between 200 bins, then value by value. See hierarchy.md.
 * @module
 */
import type { SheetColumn } from '../intake/sheet.js';

/** Bins of many-valued numbers in order, 200 of about equal rows. */
export function binsOf(column: SheetColumn): { of: Int32Array; count: number } | null {
  const values = column.isNumeric ? column.numbers : column.isDate ? column.dates : null;
  if (values === null) return null;
  const order = Array.from(values, (_, code) => code).sort((a, b) => (values[a] as number) - (values[b] as number));
  const of = new Int32Array(values.length);
  let mass = 0;
  for (const code of order) {
    of[code] = Math.min(199, Math.floor((mass * 200) / Math.max(1, column.present)));
    mass += column.counts[code] as number;
  }
  return { of, count: 200 };
}

/** Cuts between bins move to the value at which the counts differ least. */
export function settleCuts(
  sourceClasses: Int32Array,
  classes: number,
  b: Float64Array,
  labels: number,
  to: SheetColumn,
  order: Int32Array,
  map: Int32Array,
): void {
  // Rows by class of each place, only of those near a cut.
  const total = sourceClasses.reduce(
    (sum, group, row) => sum + (group >= 0 && (to.codes[row] as number) >= 0 ? 1 : 0),
    0,
  );
  const cuts: number[] = [];
  for (let place = 1; place < order.length; place++)
    if (map[order[place] as number] !== map[order[place - 1] as number]) cuts.push(place);
  const near = Math.ceil(order.length / 100) + 2;
  const rowsOf = new Map<number, Int32Array>();
  for (const cut of cuts)
    for (let place = Math.max(0, cut - near); place < Math.min(order.length, cut + near); place++)
      rowsOf.set(order[place] as number, new Int32Array(classes));
  for (let row = 0; row < sourceClasses.length; row++) {
    const group = sourceClasses[row] as number;
    const list = group < 0 ? undefined : rowsOf.get(to.codes[row] as number);
    if (list !== undefined) list[group] = (list[group] as number) + 1;
  }
  const residual = Float64Array.from(b, (share) => -share * total);
  for (let row = 0; row < sourceClasses.length; row++) {
    const group = sourceClasses[row] as number;
    const code = to.codes[row] as number;
    if (group >= 0 && code >= 0) {
      const cell = group * labels + (map[code] as number);
      residual[cell] = (residual[cell] as number) + 1;
    }
  }
  for (const cut of cuts) {
    for (const direction of [1, -1]) {
      const into = map[order[direction > 0 ? cut - 1 : cut] as number] as number;
      const from = map[order[direction > 0 ? cut : cut - 1] as number] as number;
      let change = 0;
      let least = 0;
      let until = 0;
      const shifted = new Int32Array(classes);
      for (let step = 0; step < near; step++) {
        const code = order[direction > 0 ? cut + step : cut - 1 - step];
        const rows = code === undefined || map[code] !== from ? undefined : rowsOf.get(code);
        if (rows === undefined) break;
        for (let group = 0; group < classes; group++) {
          const count = rows[group] as number;
          if (count === 0) continue;
          const done = shifted[group] as number;
          const x = (residual[group * labels + from] as number) - done;
          const y = (residual[group * labels + into] as number) + done;
          change += Math.abs(x - count) + Math.abs(y + count) - Math.abs(x) - Math.abs(y);
          shifted[group] = done + count;
        }
        if (change < least) {
          least = change;
          until = step + 1;
        }
      }
      for (let step = 0; step < until; step++) {
        const code = order[direction > 0 ? cut + step : cut - 1 - step] as number;
        const rows = rowsOf.get(code) as Int32Array;
        map[code] = into;
        for (let group = 0; group < classes; group++) {
          residual[group * labels + from] = (residual[group * labels + from] as number) - (rows[group] as number);
          residual[group * labels + into] = (residual[group * labels + into] as number) + (rows[group] as number);
        }
      }
      if (until > 0) break;
    }
  }
}
