/**
 * Safe form (a): every column generalises a column of one source, and the joint classes hold at least 20 persons of the
 * source. Recognised column by column, verified jointly on persons. See generalisation.md.
 * @module
 */
import { groupCodes, groupPersons, groupSizes } from '../../core/index.js';
import type { Sheet, SheetColumn } from '../intake/sheet.js';
import { partitionByCounts } from './aggregate.js';
import { byProfiles, bySameOrder, SOLVE_BUDGET } from './hierarchy.js';
import { measured, type Recoding, recodings } from './recoding.js';
import { alignedRows, byAlignedRows } from './subsequence.js';

/** Columns of a product as generalisations of one source. */
export interface Generalisation {
  readonly source: number;
  /** Recoding of each product column that has one. */
  readonly recodings: ReadonlyMap<number, Recoding>;
  /** Persons of the source in the smallest joint class that a product row stands in; 0 when a row fits nobody. */
  readonly smallest: number;
  /** Share of product rows whose joint class holds fewer than `safeClass` persons of the source. */
  readonly below: number;
}

/**
 * Reads a product as a generalisation of a source.
 *
 * @param constants - product columns without information
 */
export function generalisationOf(
  product: Sheet,
  sheet: Sheet,
  source: number,
  constants: ReadonlySet<number>,
  safeClass: number,
  late: () => boolean,
): Generalisation | null {
  if (product.rows === 0 || sheet.rows === 0) return null;
  const chosen = new Map<number, Recoding>();
  const taken = new Map<number, number>();
  const options: Recoding[] = [];
  const open: number[] = [];
  product.columns.forEach((_, column) => {
    if (constants.has(column) || late()) return;
    options.push(
      ...recodings(product, column, sheet, source)
        .filter((recoding) => recoding.similarity >= 0.45)
        .slice(0, 4)
        .map((recoding) => withRest(product, sheet, recoding)),
    );
  });
  // Column by column, the surest first; two product columns may generalise one source column (year and decade).
  options.sort(
    (a, b) => b.mass * b.similarity + named(product, sheet, b) - (a.mass * a.similarity + named(product, sheet, a)),
  );
  for (const recoding of options) {
    if (chosen.has(recoding.product)) continue;
    const rival = taken.get(recoding.column);
    if (rival !== undefined && recoding.how === 'same') continue;
    chosen.set(recoding.product, recoding);
    taken.set(recoding.column, recoding.product);
  }
  product.columns.forEach((_, column) => {
    if (!constants.has(column) && !chosen.has(column)) open.push(column);
  });
  settleOpen(product, sheet, source, chosen, open, late);
  if (chosen.size === 0) return null;
  settleReferences(product, sheet, chosen, late);
  const { smallest, below } = verify(product, sheet, [...chosen.values()], safeClass);
  return { source, recodings: chosen, smallest, below };
}

const DAYS_PER_MONTH = 30.4;
/** Source rows that reading ages by other days may look at. */
const REFERENCE_WORK = 12_000_000;

/** Ages by the reference day under which no joint class holds more product rows than source rows, or the fewest. */
function settleReferences(product: Sheet, sheet: Sheet, chosen: Map<number, Recoding>, late: () => boolean): void {
  if (product.rows > sheet.rows) return;
  let looks = Math.max(8, Math.floor(REFERENCE_WORK / sheet.rows));
  for (const [position, recoding] of chosen) {
    const { reference } = recoding;
    if (reference === undefined) continue;
    let best = { recoding, day: reference.days[0] as number, excess: excessOf(product, sheet, chosen) };
    const look = (day: number): void => {
      if (best.excess === 0 || looks-- <= 0 || late()) return;
      const other = reference.onDay(day);
      if (other === null) return;
      chosen.set(position, other);
      const excess = excessOf(product, sheet, chosen);
      if (excess < best.excess) best = { recoding: other, day, excess };
    };
    for (const day of reference.days.slice(1)) look(day);
    for (const step of [12, 6, 3, 1].map((months) => months * DAYS_PER_MONTH).concat([15, 7, 3, 1])) {
      for (let moved = true; moved && best.excess > 0; ) {
        const { day } = best;
        look(Math.round(day - step));
        look(Math.round(day + step));
        moved = best.day !== day && looks > 0;
      }
    }
    chosen.set(position, best.recoding);
  }
}

/** Product rows beyond the source rows of their joint class, over the columns read by maps. */
function excessOf(product: Sheet, sheet: Sheet, chosen: ReadonlyMap<number, Recoding>): number {
  const joint = jointClasses(
    product,
    sheet,
    [...chosen.values()].filter((recoding) => recoding.map !== null),
  );
  if (joint === null) return 0;
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

/**
 * "Other" beside labels of their own: where the values that no other label covers are about as many as the rows it stands in, it
 * means those values, not all. Read as all, it would hide how few they are.
 */
function withRest(product: Sheet, sheet: Sheet, recoding: Recoding): Recoding {
  const { map } = recoding;
  if (map === null || recoding.everything.size !== 1 || recoding.covered >= 1) return recoding;
  const [rest] = recoding.everything as ReadonlySet<number> & Iterable<number>;
  const own = product.columns[recoding.product] as SheetColumn;
  const to = sheet.columns[recoding.column] as SheetColumn;
  let uncovered = 0;
  for (let code = 0; code < map.length; code++) if ((map[code] as number) < 0) uncovered += to.counts[code] as number;
  if (rest === undefined || uncovered === 0) return recoding;
  const scaled = ((own.counts[rest] as number) * sheet.rows) / Math.max(1, product.rows);
  if (scaled > 1.25 * uncovered + 5) return recoding;
  return {
    ...recoding,
    map: map.map((label) => (label < 0 ? rest : label)),
    everything: new Set(),
    covered: 1,
  };
}

/** Equal names decide between equals. */
function named(product: Sheet, sheet: Sheet, recoding: Recoding): number {
  return product.columns[recoding.product]?.name === sheet.columns[recoding.column]?.name ? 0.3 : 0;
}

/** Labels without a readable meaning: by rows in the same order, then by joint counts with what is known. */
function settleOpen(
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
  for (let round = 0; round < 3 && left.length > 0; round++) {
    const before = left.length;
    left = left.filter((column) => {
      if (late() || budget.left <= 0) return true;
      const usable = [...chosen.values()].filter((recoding) => recoding.map !== null);
      // What was itself solved from counts may be wrong for rare values: first without, then with it.
      const certain = usable.filter((recoding) => recoding.how !== 'hierarchy');
      const solved = (known: readonly Recoding[]): Recoding | null => {
        const joint = known.length === 0 ? null : jointClasses(product, sheet, known);
        return joint === null
          ? null
          : byProfiles(
              product,
              column,
              sheet,
              source,
              joint.sourceClasses,
              joint.productClasses,
              joint.classes,
              budget,
            );
      };
      const recoding = solved(certain) ?? (certain.length === usable.length ? null : solved(usable));
      if (recoding === null) return true;
      chosen.set(column, recoding);
      return false;
    });
    if (left.length === before) break;
  }
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
 * Nothing is read yet and no row was left out: a column of few labels whose rows are sums of the rows of a source column's values.
 * Every such way to put the values has the same classes.
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
    for (const [position, to] of sheet.columns.entries()) {
      if (to.distinct < own.distinct || to.distinct > 20 || to.present !== sheet.rows) continue;
      const map = partitionByCounts(to, targets, new Set(), true);
      if (map === null) continue;
      const base = { own, product: column, source, everything: new Set<number>() };
      chosen.set(column, measured(base, to, position, 'hierarchy', map));
      return open.filter((other) => other !== column);
    }
  }
  return [...open];
}

/** True when the recodings known so far hold row by row (or none is known and the lengths agree). */
function isSameOrder(product: Sheet, sheet: Sheet, known: readonly Recoding[]): boolean {
  if (product.rows !== sheet.rows) return false;
  for (const { map, column, product: own } of known) {
    if (map === null) continue;
    const from = (sheet.columns[column] as SheetColumn).codes;
    const to = (product.columns[own] as SheetColumn).codes;
    const stride = Math.max(1, Math.floor(product.rows / 2000));
    let differ = 0;
    let asked = 0;
    for (let row = 0; row < product.rows; row += stride) {
      const source = from[row] as number;
      if (source < 0) continue;
      asked++;
      if ((map[source] as number) !== (to[row] as number)) differ++;
    }
    if (differ > 0.05 * asked) return false;
  }
  return true;
}

const PROFILE_CLASSES = 3000;

/** Joint classes on recoded columns, of the source and of the product: numbered alike. */
function jointClasses(
  product: Sheet,
  sheet: Sheet,
  known: readonly Recoding[],
): { sourceClasses: Int32Array; productClasses: Int32Array; classes: number } | null {
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
  for (const { map, column, product: own } of usable) {
    const labels = (product.columns[own] as SheetColumn).distinct;
    extend(sourceClasses, (sheet.columns[column] as SheetColumn).codes, map, labels);
    extend(productClasses, (product.columns[own] as SheetColumn).codes, null, labels);
  }
  return { sourceClasses, productClasses, classes: cells };
}

function extend(classes: Int32Array, codes: Int32Array, map: Int32Array | null, labels: number): void {
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row] as number;
    const label = code < 0 ? -1 : map === null ? code : (map[code] as number);
    const before = classes[row] as number;
    classes[row] = label < 0 || before < 0 ? -1 : before * labels + label;
  }
}

const MAX_PATTERNS = 256;
const BOX_WORK = 600_000_000;

/** Persons of the source in the joint class of each product row. */
function verify(
  product: Sheet,
  sheet: Sheet,
  known: readonly Recoding[],
  safeClass: number,
): { smallest: number; below: number } {
  const own = known.map((recoding) => (product.columns[recoding.product] as SheetColumn).codes);
  const classes = groupCodes(
    own.map((codes) => codes.map((code) => code + 1)),
    known.map((recoding) => (product.columns[recoding.product] as SheetColumn).distinct + 1),
  );
  const sizes = groupSizes(classes.groupOf, classes.groups);
  const persons = personsOfClasses(product, sheet, known, classes.first, classes.groups);
  let smallest = Number.POSITIVE_INFINITY;
  let below = 0;
  // Labels that overlap are drawn for their class: the ends of an interval could carry what they like, unless many rows share them.
  const drawn = known.some((recoding) => recoding.map === null);
  const scale = Math.max(1, sheet.rows / Math.max(1, product.rows));
  for (let group = 0; group < classes.groups; group++) {
    let held = persons[group] as number;
    if (drawn) held = Math.min(held, Math.ceil(2 * scale * (sizes[group] as number)));
    // More product rows than source rows cannot come from that class: it was not this recoding.
    if (held < (sizes[group] as number) && sheet.personOf === null && product.rows <= sheet.rows) held = 0;
    if (held < smallest) smallest = held;
    if (held < safeClass) below += sizes[group] as number;
  }
  return { smallest: Number.isFinite(smallest) ? smallest : 0, below: below / Math.max(1, product.rows) };
}

function personsOfClasses(
  product: Sheet,
  sheet: Sheet,
  known: readonly Recoding[],
  first: Int32Array,
  groups: number,
): Float64Array {
  const persons = new Float64Array(groups);
  // Classes by which of their labels stand for everything: the others must agree.
  const patterns = new Map<string, number[]>();
  for (let group = 0; group < groups; group++) {
    const row = first[group] as number;
    const pattern = known
      .map((recoding) => {
        const code = (product.columns[recoding.product] as SheetColumn).codes[row] as number;
        return code < 0 || recoding.everything.has(code) ? '*' : '.';
      })
      .join('');
    const list = patterns.get(pattern);
    if (list === undefined) patterns.set(pattern, [group]);
    else list.push(group);
  }
  if (patterns.size > MAX_PATTERNS) return persons;
  for (const [pattern, members] of patterns) {
    const used = known.filter((_, i) => pattern[i] === '.');
    const partition = used.every((recoding) => recoding.map !== null);
    if (partition) countPartition(product, sheet, used, first, members, persons);
    else countBoxes(product, sheet, used, first, members, persons);
  }
  return persons;
}

function countPartition(
  product: Sheet,
  sheet: Sheet,
  used: readonly Recoding[],
  first: Int32Array,
  members: readonly number[],
  persons: Float64Array,
): void {
  const rows = sheet.rows;
  // Source rows and the classes' first rows are grouped together; a class then reads the count of its group.
  const columns = used.map(({ map, column, product: own }) => {
    const joint = new Int32Array(rows + members.length);
    const codes = (sheet.columns[column] as SheetColumn).codes;
    for (let row = 0; row < rows; row++) {
      const code = codes[row] as number;
      joint[row] = code < 0 ? 0 : ((map as Int32Array)[code] as number) + 1;
    }
    members.forEach((group, i) => {
      joint[rows + i] = ((product.columns[own] as SheetColumn).codes[first[group] as number] as number) + 1;
    });
    return joint;
  });
  const cardinalities = used.map(({ product: own }) => (product.columns[own] as SheetColumn).distinct + 1);
  if (used.length === 0) {
    for (const group of members) persons[group] = sheet.persons;
    return;
  }
  const joined = groupCodes(columns, cardinalities);
  const ofSource = joined.groupOf.subarray(0, rows);
  const counts =
    sheet.personOf === null
      ? groupSizes(ofSource as Int32Array, joined.groups)
      : groupPersons(ofSource as Int32Array, joined.groups, sheet.personOf, sheet.persons);
  members.forEach((group, i) => {
    persons[group] = counts[joined.groupOf[rows + i] as number] as number;
  });
}

/** Overlapping labels: the source rows inside each class's box, counted one class after another. */
function countBoxes(
  product: Sheet,
  sheet: Sheet,
  used: readonly Recoding[],
  first: Int32Array,
  members: readonly number[],
  persons: Float64Array,
): void {
  if (members.length * sheet.rows > BOX_WORK) return;
  for (const group of members) {
    const row = first[group] as number;
    let inside = new Uint8Array(sheet.rows).fill(1);
    for (const { map, fits, column, product: own } of used) {
      const label = (product.columns[own] as SheetColumn).codes[row] as number;
      const codes = (sheet.columns[column] as SheetColumn).codes;
      inside =
        map !== null
          ? keepMapped(inside, codes, map, label)
          : keepFitting(inside, codes, fits as Uint8Array, label * (sheet.columns[column] as SheetColumn).distinct);
    }
    persons[group] = countInside(inside, sheet);
  }
}

function keepMapped(
  inside: Uint8Array<ArrayBuffer>,
  codes: Int32Array,
  map: Int32Array,
  label: number,
): Uint8Array<ArrayBuffer> {
  for (let row = 0; row < inside.length; row++) {
    const code = codes[row] as number;
    if (code < 0 || map[code] !== label) inside[row] = 0;
  }
  return inside;
}

function keepFitting(
  inside: Uint8Array<ArrayBuffer>,
  codes: Int32Array,
  fits: Uint8Array,
  start: number,
): Uint8Array<ArrayBuffer> {
  for (let row = 0; row < inside.length; row++) {
    const code = codes[row] as number;
    if (code < 0 || fits[start + code] === 0) inside[row] = 0;
  }
  return inside;
}

function countInside(inside: Uint8Array, sheet: Sheet): number {
  if (sheet.personOf === null) {
    let rows = 0;
    for (let row = 0; row < inside.length; row++) rows += inside[row] as number;
    return rows;
  }
  const seen = new Set<number>();
  for (let row = 0; row < inside.length; row++) if (inside[row] === 1) seen.add(sheet.personOf[row] as number);
  return seen.size;
}
