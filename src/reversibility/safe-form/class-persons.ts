/**
 * Persons of the source in the joint class of each product row: what a generalisation is verified by. See generalisation.md.
 * @module
 */
import { groupCodes, groupPersons, groupSizes } from '../../core/index.js';
import type { Sheet, SheetColumn } from '../intake/sheet.js';
import type { Recoding } from './recoding.js';

const MAX_PATTERNS = 256;

const BOX_WORK = 600_000_000;

/** Persons of the source in the joint class of each product row. */
export function verify(
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
  const { persons, rows } = contentsOf(product, sheet, known, classes.first, classes.groups);
  let smallest = Number.POSITIVE_INFINITY;
  let below = 0;
  // Labels that overlap are drawn for their class: the ends of an interval could carry what they like, unless many rows share them.
  const drawn = known.some((recoding) => recoding.map === null);
  const scale = Math.max(1, sheet.rows / Math.max(1, product.rows));
  for (let group = 0; group < classes.groups; group++) {
    let held = persons[group] as number;
    if (drawn) held = Math.min(held, Math.ceil(2 * scale * (sizes[group] as number)));
    // More product rows than source rows cannot come from that class: it was not this recoding.
    if ((rows[group] as number) < (sizes[group] as number) && product.rows <= sheet.rows) held = 0;
    if (held < smallest) smallest = held;
    if (held < safeClass) below += sizes[group] as number;
  }
  return { smallest: Number.isFinite(smallest) ? smallest : 0, below: below / Math.max(1, product.rows) };
}

/** Persons and rows of the source in each class. */
interface Contents {
  readonly persons: Float64Array;
  readonly rows: Float64Array;
}

function contentsOf(
  product: Sheet,
  sheet: Sheet,
  known: readonly Recoding[],
  first: Int32Array,
  groups: number,
): Contents {
  const persons = new Float64Array(groups);
  const contents: Contents = { persons, rows: sheet.personOf === null ? persons : new Float64Array(groups) };
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
  if (patterns.size > MAX_PATTERNS) return contents;
  for (const [pattern, members] of patterns) {
    const used = known.filter((_, i) => pattern[i] === '.');
    const partition = used.every((recoding) => recoding.map !== null);
    if (partition) countPartition(product, sheet, used, first, members, contents);
    else countBoxes(product, sheet, used, first, members, contents);
  }
  return contents;
}

function countPartition(
  product: Sheet,
  sheet: Sheet,
  used: readonly Recoding[],
  first: Int32Array,
  members: readonly number[],
  contents: Contents,
): void {
  const { rows } = sheet;
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
    for (const group of members) {
      contents.rows[group] = rows;
      contents.persons[group] = sheet.persons;
    }
    return;
  }
  const joined = groupCodes(columns, cardinalities);
  const ofSource = joined.groupOf.subarray(0, rows);
  const sizes = groupSizes(ofSource as Int32Array, joined.groups);
  const persons =
    sheet.personOf === null
      ? sizes
      : groupPersons(ofSource as Int32Array, joined.groups, sheet.personOf, sheet.persons);
  members.forEach((group, i) => {
    const at = joined.groupOf[rows + i] as number;
    contents.rows[group] = sizes[at] as number;
    contents.persons[group] = persons[at] as number;
  });
}

/** Overlapping labels: the source rows inside each class's box, counted one class after another. */
function countBoxes(
  product: Sheet,
  sheet: Sheet,
  used: readonly Recoding[],
  first: Int32Array,
  members: readonly number[],
  contents: Contents,
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
    contents.rows[group] = countRows(inside);
    contents.persons[group] = countPersons(inside, sheet);
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

function countRows(inside: Uint8Array): number {
  let rows = 0;
  for (let row = 0; row < inside.length; row++) rows += inside[row] as number;
  return rows;
}

function countPersons(inside: Uint8Array, sheet: Sheet): number {
  if (sheet.personOf === null) return countRows(inside);
  const seen = new Set<number>();
  for (let row = 0; row < inside.length; row++) if (inside[row] === 1) seen.add(sheet.personOf[row] as number);
  return seen.size;
}
