/**
 * Persons who stand for one another: what an attack hands out to the rows of a person (identifier, name, ...) is exchanged for what
 * another person of the source has. In a panel (every person has the same periods, every class the same subjects) rows then hold together
 * as well; that is the design, no restoration. See execute.md, "Panels".
 * @module
 */
import { groupKeys64 } from '../../core/index.js';
import type { Sheet, SheetColumn } from '../intake/sheet.js';
import type { Step } from '../inverse.js';
import { combinationsOf, isHandedOut, isTold } from './tied-columns.js';
import { FOREIGN, highHash, lowHash } from './tuple-join.js';

/** Values of a product's key column with the source persons that could stand for each. */
export interface Exchange {
  /** Step whose values the persons are. */
  readonly key: number;
  /** Steps that are handed out with the key, as positions. */
  readonly members: readonly number[];
  /** Person of each product row, by the key; -1 where none is given. */
  readonly groupOf: Int32Array;
  readonly groups: number;
  /** Product persons beside source persons who could stand for them: those most like them first. */
  readonly alike: readonly Alike[];
  /** A source row of each source person. */
  readonly rows: Int32Array;
  /** Person of each source row, by the key; -1 where it has none. */
  readonly personOf: Int32Array;
}

/** Persons of either side who are alike. */
interface Alike {
  readonly product: Int32Array;
  readonly source: Int32Array;
}

/** Values of a key in the source, and of those in the product, that are worth exchanging; the share of the rows up to which they come again. */
const EXCHANGED = 12;
const GIVEN = 3;
const AGAIN = 0.9;
/** Share of persons with another value of what follows from the key. */
const LOOSE = 0.05;
/** Key columns that are tried. */
const KEYS = 3;
/** Share of strangers who must find a person of the source beside the same values (Good-Turing), or these values tell persons. */
const COVERED = 0.5;

/** Exchanges of handed out columns, one for each key: the column with most values and all that follow from it, and so on. */
export function exchangesOf(sheet: Sheet, steps: readonly Step[], cells: readonly Int32Array[]): Exchange[] {
  const given = steps.flatMap((step, i) => (isHandedOut(step) ? [i] : []));
  const held = new Map(given.map((i) => [i, valuesOf(cells[i] as Int32Array)]));
  const columns = steps.map((step) => sheet.columns[step.column] as SheetColumn);
  const distinct = columns.map((column) => column.distinct);
  const order = [...given].sort((a, b) => (distinct[b] as number) - (distinct[a] as number));
  const taken = new Set<number>();
  const found: Exchange[] = [];
  for (const key of order) {
    const own = held.get(key) as Values;
    if (found.length >= KEYS) break;
    if (own.groups < GIVEN || taken.has(key)) continue;
    // What is told with the members is no fewer than the key tells alone.
    if (own.groups > AGAIN * own.rows) continue;
    const telling = columns[key] as SheetColumn;
    const persons = valuesOf(telling.codes);
    if (persons.groups < EXCHANGED) continue;
    const fixed = (i: number): boolean => follows(telling, columns[i] as SheetColumn);
    const members = given.filter((i) => i === key || fixed(i));
    // Two persons of the product may be given one identifier, but beside different names.
    const { groupOf, groups, rows: filled } = togetherIn(own, members, cells);
    if (groups > AGAIN * filled) continue;
    for (const member of members) taken.add(member);
    const beside = steps.flatMap((_, i) => (members.includes(i) ? [] : [i]));
    const rows = rowsOf(persons.groupOf, persons.groups);
    const unit = beside.filter(fixed);
    const loose = beside.filter((i) => !unit.includes(i));
    const source = columns.map(({ codes }) => codes);
    found.push({
      key,
      members,
      groupOf,
      groups,
      rows,
      personOf: persons.groupOf,
      alike: alikeBy({ groupOf, groups, rows: filled }, persons, unit, loose, cells, source),
    });
  }
  return found;
}

/** Values of a column: one for each row, -1 where it has none or one that the source does not know. */
interface Values {
  readonly groupOf: Int32Array;
  readonly groups: number;
  /** Rows that have one. */
  readonly rows: number;
}

function valuesOf(cells: Int32Array): Values {
  let most = -1;
  for (const cell of cells) if (cell > most) most = cell;
  const placeOf = new Int32Array(most + 1).fill(-1);
  const groupOf = new Int32Array(cells.length).fill(-1);
  let rows = 0;
  let groups = 0;
  for (let row = 0; row < cells.length; row++) {
    const cell = cells[row] as number;
    if (cell < 0) continue;
    rows++;
    if ((placeOf[cell] as number) < 0) placeOf[cell] = groups++;
    groupOf[row] = placeOf[cell] as number;
  }
  return { groupOf, groups, rows };
}

/** Combinations of the members' values in the rows that have a value of the key. */
function togetherIn(key: Values, members: readonly number[], cells: readonly Int32Array[]): Values {
  const { groupOf } = combinationsOf(members.map((i) => cells[i] as Int32Array));
  return valuesOf(groupOf.map((group, row) => ((key.groupOf[row] as number) < 0 ? -1 : group)));
}

const followed = new WeakMap<SheetColumn, WeakMap<SheetColumn, boolean>>();

/** True when rows of one value of a column have one value of another, but for a few. */
function follows(key: SheetColumn, other: SheetColumn): boolean {
  const known = followed.get(key)?.get(other);
  if (known !== undefined) return known;
  const own = hasFewPairs(key.codes, other.codes, key.distinct, (1 + LOOSE) * key.distinct);
  const list = followed.get(key) ?? new WeakMap<SheetColumn, boolean>();
  list.set(other, own);
  followed.set(key, list);
  return own;
}

/** True when no more than `most` pairs of values stand in the rows; what cannot be ends with the first that are too many. */
function hasFewPairs(codes: Int32Array, others: Int32Array, distinct: number, most: number): boolean {
  const first = new Int32Array(distinct).fill(-1);
  const further = new Set<number>();
  let pairs = 0;
  let size = 0;
  for (const other of others) if (other >= size) size = other + 1;
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row] as number;
    const other = others[row] as number;
    if (code < 0 || other < 0 || first[code] === other) continue;
    if ((first[code] as number) < 0) {
      first[code] = other;
      pairs++;
    } else further.add(code * size + other);
    if (pairs + further.size > most) return false;
  }
  return true;
}

/** A row of each group. */
function rowsOf(groupOf: Int32Array, groups: number): Int32Array {
  const row = new Int32Array(groups);
  for (let at = groupOf.length - 1; at >= 0; at--) if ((groupOf[at] as number) >= 0) row[groupOf[at] as number] = at;
  return row;
}

/**
 * Persons by what they stand beside: the values that follow from them (the unit), and how often they have each of the others (late in
 * two months), of which an attack can make use; which months these were is left to show who is who.
 */
function alikeBy(
  own: Values,
  persons: Values,
  unit: readonly number[],
  loose: readonly number[],
  cells: readonly Int32Array[],
  source: readonly Int32Array[],
): Exchange['alike'] {
  const rows = [rowsOf(own.groupOf, own.groups), rowsOf(persons.groupOf, persons.groups)] as const;
  // Persons of both sides together, so that those who are alike have one code.
  let codes: Int32Array = new Int32Array(own.groups + persons.groups);
  const take = (more: readonly Int32Array[]): void => {
    const { groupOf: next } = combinationsOf([codes, ...more]);
    if (coverage(next.subarray(own.groups)) >= COVERED) codes = next;
  };
  for (const i of unit) {
    const values = new Int32Array(codes.length);
    values.set(valuesAt(cells[i] as Int32Array, rows[0]));
    values.set(valuesAt(source[i] as Int32Array, rows[1]), own.groups);
    take([values]);
  }
  const byUnit = codes;
  for (const i of loose) take(profiles([cells[i] as Int32Array, source[i] as Int32Array], [own, persons]));
  // Who has a profile of his own would only be given himself.
  return [...paired(codes, own.groups, 2), ...paired(byUnit, own.groups, 1)];
}

function valuesAt(values: Int32Array, rows: Int32Array): Int32Array {
  return rows.map((row) => values[row] as number);
}

/** How often each person of either side has each value, whatever the order of the rows: sums of hashes, as codes. */
function profiles(values: readonly [Int32Array, Int32Array], persons: readonly [Values, Values]): Int32Array[] {
  const size = persons[0].groups + persons[1].groups;
  const low = new Float64Array(size);
  const high = new Float64Array(size);
  persons.forEach(({ groupOf }, side) => {
    const from = side === 0 ? 0 : persons[0].groups;
    const own = values[side] as Int32Array;
    for (let row = 0; row < own.length; row++) {
      const group = groupOf[row] as number;
      if (group < 0) continue;
      const at = from + group;
      low[at] = (low[at] as number) + (lowHash(own[row] as number, 1) >>> 0);
      high[at] = (high[at] as number) + (highHash(own[row] as number, 1) >>> 0);
    }
  });
  return [low, high].map((sums) => groupKeys64(new Uint32Array(sums.buffer)).groupOf);
}

/** Share of strangers who have what a person of the source has: all but those who are as persons seen once (Good-Turing). */
function coverage(keys: Int32Array): number {
  let most = -1;
  for (const key of keys) if (key > most) most = key;
  const counts = new Int32Array(most + 1);
  for (const key of keys) counts[key] = (counts[key] as number) + 1;
  let once = 0;
  for (const count of counts) if (count === 1) once++;
  return 1 - once / Math.max(1, keys.length);
}

/** Persons of either side with one code, those of the product before `groups`; `least` source persons and more. */
function paired(codes: Int32Array, groups: number, least: number): Alike[] {
  let size = 0;
  for (const code of codes) if (code >= size) size = code + 1;
  const own = listsBy(codes.subarray(0, groups), size);
  const raw = listsBy(codes.subarray(groups), size);
  const pairs: Alike[] = [];
  for (let code = 0; code < size; code++) {
    const [product, source] = [own(code), raw(code)];
    if (product.length > 0 && source.length >= least) pairs.push({ product, source });
  }
  return pairs;
}

/**
 * Cells with the members of an exchange handed out anew: to each person what another one of the source has, nobody's twice.
 *
 * @param shuffle - shuffles a list in place
 */
export function exchanged(
  { members, groupOf, groups, alike, rows }: Exchange,
  sheet: Sheet,
  steps: readonly Step[],
  cells: readonly Int32Array[],
  shuffle: (values: Int32Array) => Int32Array,
): Int32Array[] {
  const other = new Int32Array(groups).fill(-1);
  const given = new Uint8Array(rows.length);
  for (const { product, source } of alike) {
    const free = shuffle(source.filter((person) => given[person] === 0));
    let next = 0;
    for (const group of product) {
      if ((other[group] as number) >= 0) continue;
      const person = free[next++];
      if (person === undefined) break;
      given[person] = 1;
      other[group] = rows[person] as number;
    }
  }
  return handedOut(members, groupOf, other, sheet, steps, cells, null);
}

/** Cells with the members' values of another source row for each person; where there is none (-1) `none`, or the person's own (null). */
function handedOut(
  members: readonly number[],
  groupOf: Int32Array,
  rowOf: Int32Array,
  sheet: Sheet,
  steps: readonly Step[],
  cells: readonly Int32Array[],
  none: number | null,
): Int32Array[] {
  const made = cells.slice();
  for (const i of members) {
    const own = cells[i] as Int32Array;
    const { codes } = sheet.columns[(steps[i] as Step).column] as SheetColumn;
    made[i] = own.map((cell, row) => {
      const group = groupOf[row] as number;
      const from = group < 0 ? -1 : (rowOf[group] as number);
      return from >= 0 ? (codes[from] as number) : group < 0 || cell < 0 ? cell : (none ?? cell);
    });
  }
  return made;
}

/** Steps of the search for runners-up, and source rows alike beyond which a row says little of who it is. */
const SEARCH = 20_000_000;
const TELLING = 2000;

/**
 * Cells with each person given the source person, other than the one that was, beside whose rows most of the product's rows stand. Who
 * is himself has no such other; a stranger was given one of several whom he is as like. Null where that is too much work.
 *
 * @param likeness - steps by which persons are alike
 */
export function runnersUp(
  { key, members, groupOf, groups, rows, personOf }: Exchange,
  sheet: Sheet,
  steps: readonly Step[],
  cells: readonly Int32Array[],
  likeness: readonly Step[],
): Int32Array[] | null {
  const beside = steps.flatMap((step, i) => (members.includes(i) || !likeness.includes(step) ? [] : [i]));
  if (beside.length === 0) return null;
  const source = steps.map((step) => (sheet.columns[step.column] as SheetColumn).codes);
  const given = Int32Array.from({ length: groups }, () => -1);
  groupOf.forEach((group, row) => {
    if (group >= 0) given[group] = (cells[key] as Int32Array)[row] as number;
  });
  const { size, tuples, kinds } = besideBoth(beside, cells, source);
  const lists = listsBy(tuples.subarray(size), kinds);
  const rowsBy = listsBy(groupOf, groups);
  const other = new Int32Array(groups).fill(-1);
  const met = new Int32Array(rows.length);
  let work = 0;
  for (let group = 0; group < groups; group++) {
    let best = -1;
    const touched: number[] = [];
    for (const row of rowsBy(group)) {
      const alike = lists(tuples[row] as number);
      work += alike.length;
      if (work > SEARCH) return null;
      if (alike.length > TELLING) continue;
      for (const at of alike) {
        const person = personOf[at] as number;
        if (person < 0 || source[key]?.[at] === given[group]) continue;
        met[person] = (met[person] as number) + 1;
        touched.push(person);
        if (best < 0 || (met[person] as number) > (met[best] as number)) best = person;
      }
    }
    for (const person of touched) met[person] = 0;
    if (best >= 0) other[group] = rows[best] as number;
  }
  return handedOut(members, groupOf, other, sheet, steps, cells, FOREIGN);
}

/** Rows of both sides together, those of the product first, so that equal cells have one combination. */
function besideBoth(
  beside: readonly number[],
  cells: readonly Int32Array[],
  source: readonly Int32Array[],
): { readonly size: number; readonly tuples: Int32Array; readonly kinds: number } {
  const size = cells[0]?.length ?? 0;
  const rows = source[0]?.length ?? 0;
  const { groupOf, groups } = combinationsOf(
    beside.map((i) => {
      const both = new Int32Array(size + rows);
      both.set(cells[i] as Int32Array);
      both.set(source[i] as Int32Array, size);
      return both;
    }),
  );
  return { size, tuples: groupOf, kinds: groups };
}

/**
 * Cells with each person given anybody of the source, nobody twice, and with him all that was learnt from tied rows: whoever is tied,
 * tables of values (pay by pay, name by name) hold in his rows. Null where nothing but the members was learnt so.
 *
 * @param shuffle - shuffles a list in place
 */
export function givenAnybody(
  { members, groupOf, groups, rows, personOf }: Exchange,
  sheet: Sheet,
  steps: readonly Step[],
  cells: readonly Int32Array[],
  shuffle: (values: Int32Array) => Int32Array,
): Int32Array[] | null {
  const moved = steps.flatMap((step, i) => (members.includes(i) || isTold(step) ? [i] : []));
  const beside = steps.flatMap((_, i) => (moved.includes(i) ? [] : [i]));
  if (moved.length === members.length || beside.length === 0) return null;
  const source = steps.map((step) => (sheet.columns[step.column] as SheetColumn).codes);
  const { size, tuples, kinds } = besideBoth(beside, cells, source);
  const order = shuffle(Int32Array.from(rows.keys()));
  // A source row of each person and kind, by a number of both.
  const rowOf = new Map<number, number>();
  personOf.forEach((person, row) => {
    if (person >= 0) rowOf.set(person * kinds + (tuples[size + row] as number), row);
  });
  const from = groupOf.map((group, row) => {
    if (group < 0 || group >= groups) return -1;
    const person = order[group % order.length] as number;
    return rowOf.get(person * kinds + (tuples[row] as number)) ?? -1;
  });
  const made = cells.slice();
  for (const i of moved) {
    const codes = source[i] as Int32Array;
    made[i] = from.map((row) => (row < 0 ? FOREIGN : (codes[row] as number)));
  }
  return made;
}

/** Places of each code, by code; none for codes below nought. */
function listsBy(codes: Int32Array, size: number): (code: number) => Int32Array {
  const starts = new Int32Array(size + 1);
  for (const code of codes) if (code >= 0) starts[code + 1] = (starts[code + 1] as number) + 1;
  for (let code = 0; code < size; code++) starts[code + 1] = (starts[code + 1] as number) + (starts[code] as number);
  const filled = starts.slice();
  const places = new Int32Array(starts[size] as number);
  codes.forEach((code, place) => {
    if (code < 0) return;
    places[filled[code] as number] = place;
    filled[code] = (filled[code] as number) + 1;
  });
  return (code) => (code < 0 ? places.subarray(0, 0) : places.subarray(starts[code], starts[code + 1]));
}
