/**
 * Labels that nothing reads: by rows in the same order, by rows in the source's order less some, then by joint counts with what is
 * read. See hierarchy.md.
 * @module
 */
import type { Sheet, SheetColumn } from '../intake/sheet.js';
import { bitsOfChance, bitsOfMap, bitsOfResidual, EVIDENCE } from './evidence.js';
import { bitsOfLabels, bySameOrder } from './hierarchy.js';
import { jointClasses } from './joint-classes.js';
import { partitionByCounts, waysToPut } from './partitions.js';
import { bestReading, profileOf, type Read, SOLVE_BUDGET, type Wanted } from './profiles.js';
import { settleTogether } from './read-together.js';
import { measured, type Recoding } from './recoding.js';
import { alignedRows, byAlignedRows } from './subsequence.js';

/** Labels without a readable meaning: by rows in the same order, then by joint counts with what is known. */
export function settleOpen(
  product: Sheet,
  sheet: Sheet,
  source: number,
  chosen: Map<number, Recoding>,
  open: readonly number[],
  late: () => boolean,
): void {
  let left = [...open];
  const sameOrder = isSameOrder(product, sheet, [...chosen.values()]);
  if (sameOrder) {
    left = left.filter((column) => {
      const recoding = bySameOrder(product, column, sheet, source);
      if (recoding === null) return true;
      chosen.set(column, recoding);
      return false;
    });
  }
  left = settleAligned(product, sheet, source, chosen, left);
  if (chosen.size === 0) left = seedByCounts(product, sheet, source, chosen, left);
  const budget = { left: SOLVE_BUDGET };
  const usable = (): Recoding[] => [...chosen.values()].filter((recoding) => recoding.map !== null);
  const solved = (column: number, known: readonly Recoding[], wanted?: Wanted): Read | null => {
    if (known.length === 0 || late() || budget.left <= 0) return null;
    const profile = profileOf(product, column, sheet, source, jointClasses(product, sheet, known));
    return profile === null ? null : bestReading(profile, budget, wanted);
  };
  for (let round = 0; round < 3 && left.length > 0; round++) {
    const before = left.length;
    left = left.filter((column) => {
      // What was itself solved from counts may be wrong for rare values: first without, then with it.
      const known = usable();
      const certain = known.filter((recoding) => recoding.how !== 'hierarchy');
      const read = solved(column, certain) ?? (certain.length === known.length ? null : solved(column, known));
      if (read === null) return true;
      chosen.set(column, read.recoding);
      return false;
    });
    if (left.length === before) break;
  }
  const known = usable();
  settleTogether(left, chosen, {
    product,
    sheet,
    source,
    known,
    starts: (column) => {
      if (known.length === 0) return byMargin(product, column, sheet, source);
      const start = solved(column, known, PROVISIONAL);
      return start === null ? [] : [start];
    },
    beside: (column, others, only) =>
      solved(column, [...known, ...others], only === undefined ? PROVISIONAL : { ...PROVISIONAL, only }),
  });
}

/** Any reading, to be put right by others. */
const PROVISIONAL: Wanted = { least: Number.NEGATIVE_INFINITY, provisional: true };

const MOST_SEEDS = 12;
/** How far a first label may be longer than chance, for others to make up for. */
const DEBT = -40;

/** Ways to put the values of a source column under labels by the counts alone: none tells by itself, the best come first. */
function byMargin(product: Sheet, column: number, sheet: Sheet, source: number): Read[] {
  const own = product.columns[column] as SheetColumn;
  if (own.distinct < 2 || own.distinct > 8 || own.present !== product.rows || product.rows > sheet.rows) return [];
  const targets = Float64Array.from(own.counts);
  const lost = sheet.rows - product.rows;
  const base = { own, product: column, source, everything: new Set<number>() };
  return sheet.columns
    .flatMap((to, position): Read[] => {
      if (to.distinct < own.distinct || to.distinct > 12 || to.present !== sheet.rows) return [];
      return waysToPut(Float64Array.from(to.counts), 1, targets, base.everything, [lost]).map((map) => {
        const expected = new Float64Array(own.distinct);
        map.forEach((label, code) => {
          if (label >= 0) expected[label] = (expected[label] as number) + (to.counts[code] as number);
        });
        const gain =
          bitsOfChance(targets, 1, own.distinct) -
          bitsOfLabels(to, map, own.distinct) -
          bitsOfResidual(targets, expected, 1, own.distinct) -
          Math.log2(sheet.columns.length);
        return { recoding: measured(base, to, position, 'hierarchy', map), gain };
      });
    })
    .filter(({ gain }) => gain >= DEBT)
    .sort((a, b) => b.gain - a.gain)
    .slice(0, MOST_SEEDS);
}

/** The source in its order less some rows: columns whose labels are a function of a source column row by row. */
function settleAligned(
  product: Sheet,
  sheet: Sheet,
  source: number,
  chosen: Map<number, Recoding>,
  open: readonly number[],
): number[] {
  const known = [...chosen.values()].filter((recoding) => recoding.map !== null);
  const joint = open.length === 0 || known.length === 0 ? null : jointClasses(product, sheet, known);
  const rowOf = joint === null || joint.classes < 2 ? null : alignedRows(joint.productClasses, joint.sourceClasses);
  if (joint === null || rowOf === null) return [...open];
  return open.filter((column) => {
    const recoding = byAlignedRows(product, column, sheet, source, { ...joint, rowOf });
    if (recoding !== null) chosen.set(column, recoding);
    return recoding === null;
  });
}

/**
 * Nothing is read yet and no row was left out: a column of few labels whose rows are sums of the rows of a source column's values,
 * where so few values would not give such sums by chance.
 */
function seedByCounts(
  product: Sheet,
  sheet: Sheet,
  source: number,
  chosen: Map<number, Recoding>,
  open: readonly number[],
): number[] {
  if (product.rows !== sheet.rows) return [...open];
  const few = [...open].sort(
    (a, b) => (product.columns[a] as SheetColumn).distinct - (product.columns[b] as SheetColumn).distinct,
  );
  for (const column of few) {
    const own = product.columns[column] as SheetColumn;
    if (own.distinct < 2 || own.distinct > 8 || own.present !== product.rows) continue;
    const targets = Float64Array.from(own.counts);
    const chance = bitsOfChance(targets, 1, own.distinct);
    if (chance < EVIDENCE) continue;
    for (const [position, to] of sheet.columns.entries()) {
      if (to.distinct < own.distinct || to.distinct > 20 || to.present !== sheet.rows) continue;
      const map = partitionByCounts(to, targets);
      if (map === null || chance - Math.log2(sheet.columns.length) - bitsOfMap(map, own.distinct, false) < EVIDENCE)
        continue;
      const base = { own, product: column, source, everything: new Set<number>() };
      chosen.set(column, measured(base, to, position, 'hierarchy', map));
      return open.filter((other) => other !== column);
    }
  }
  return [...open];
}

/** True when the recodings known so far hold row by row (or none is known and the lengths agree). */
export function isSameOrder(product: Sheet, sheet: Sheet, known: readonly Recoding[]): boolean {
  if (product.rows !== sheet.rows) return false;
  for (const { map, column, product: own, everything } of known) {
    if (map === null) continue;
    const from = (sheet.columns[column] as SheetColumn).codes;
    const to = (product.columns[own] as SheetColumn).codes;
    const stride = Math.max(1, Math.floor(product.rows / 2000));
    let differ = 0;
    let asked = 0;
    for (let row = 0; row < product.rows; row += stride) {
      const source = from[row] as number;
      if (source < 0 || everything.has(to[row] as number)) continue;
      asked++;
      if ((map[source] as number) !== (to[row] as number)) differ++;
    }
    if (differ > 0.05 * asked) return false;
  }
  return true;
}
