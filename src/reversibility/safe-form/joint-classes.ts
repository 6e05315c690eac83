/**
 * Joint classes of source and product rows over the columns that are read, numbered alike.
 * @module
 */
import type { Sheet, SheetColumn } from '../intake/sheet.js';
import type { Recoding } from './recoding.js';

/** Class of each source row and of each product row, -1 where none; how many numbers are in use. */
export interface JointClasses {
  readonly sourceClasses: Int32Array;
  readonly productClasses: Int32Array;
  readonly classes: number;
}

const PROFILE_CLASSES = 3000;

/** Joint classes on recoded columns, of the source and of the product: numbered alike; -1 where a cell is empty or its label stands for everything. */
export function jointClasses(product: Sheet, sheet: Sheet, known: readonly Recoding[]): JointClasses {
  const usable: Recoding[] = [];
  let cells = 1;
  for (const recoding of [...known].sort((a, b) => b.similarity - a.similarity)) {
    const labels = (product.columns[recoding.product] as SheetColumn).distinct;
    if (cells * labels > PROFILE_CLASSES) continue;
    cells *= labels;
    usable.push(recoding);
  }
  if (usable.length === 0) {
    return { sourceClasses: new Int32Array(sheet.rows), productClasses: new Int32Array(product.rows), classes: 1 };
  }
  const sourceClasses = new Int32Array(sheet.rows);
  const productClasses = new Int32Array(product.rows);
  for (const { map, column, product: own, everything } of usable) {
    const labels = (product.columns[own] as SheetColumn).distinct;
    extend(sourceClasses, (sheet.columns[column] as SheetColumn).codes, map, NONE, labels);
    extend(productClasses, (product.columns[own] as SheetColumn).codes, null, everything, labels);
  }
  return { sourceClasses, productClasses, classes: cells };
}

const NONE: ReadonlySet<number> = new Set();

function extend(
  classes: Int32Array,
  codes: Int32Array,
  map: Int32Array | null,
  everything: ReadonlySet<number>,
  labels: number,
): void {
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row] as number;
    const label =
      code < 0 || (everything.size > 0 && everything.has(code)) ? -1 : map === null ? code : (map[code] as number);
    const before = classes[row] as number;
    classes[row] = label < 0 || before < 0 ? -1 : before * labels + label;
  }
}

/** Product rows beyond the source rows of their joint class, over the columns read by maps. */
export function excessOf(product: Sheet, sheet: Sheet, chosen: ReadonlyMap<number, Recoding>): number {
  const joint = jointClasses(
    product,
    sheet,
    [...chosen.values()].filter((recoding) => recoding.map !== null),
  );
  const room = new Float64Array(joint.classes);
  for (const own of joint.sourceClasses) if (own >= 0) room[own] = (room[own] as number) + 1;
  let excess = 0;
  for (const own of joint.productClasses) {
    if (own < 0) continue;
    room[own] = (room[own] as number) - 1;
    if ((room[own] as number) < 0) excess++;
  }
  return excess;
}
