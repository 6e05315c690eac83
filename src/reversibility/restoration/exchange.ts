/**
 * Persons who stand for one another: what an attack hands out to the rows of a person (identifier, name, ...) is exchanged for what
 * another person of the source has. In a panel (every person has the same periods, every class the same subjects) rows then hold together
 * as well; that is the design, no restoration. See execute.md, "Panels".
 * @module
 */
import type { Sheet, SheetColumn } from '../intake/sheet.js';
import type { Step } from '../inverse.js';
import { combinationsOf, isHandedOut } from './tied-columns.js';
import { highHash, lowHash } from './tuple-join.js';

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
  const source = steps.map((step) => (sheet.columns[step.column] as SheetColumn).codes);
  const distinct = steps.map((step) => (sheet.columns[step.column] as SheetColumn).distinct);
  const order = [...given].sort((a, b) => (distinct[b] as number) - (distinct[a] as number));
  const taken = new Set<number>();
  const found: Exchange[] = [];
  for (const key of order) {
    const own = held.get(key) as Values;
    if (found.length >= KEYS) break;
    if (own.groups < GIVEN || taken.has(key)) continue;
    const persons = valuesOf(source[key] as Int32Array);
    if (persons.groups < EXCHANGED) continue;
    const members = given.filter((i) => i === key || follows(persons.groupOf, persons.groups, source[i]));
    // Two persons of the product may be given one identifier, but beside different names.
    const { groupOf, groups, rows: filled } = togetherIn(own, members, cells);
    if (groups > AGAIN * filled) continue;
    for (const member of members) taken.add(member);
    const beside = steps.flatMap((_, i) => (members.includes(i) ? [] : [i]));
    const rows = rowsOf(persons.groupOf, persons.groups);
    found.push({
      key,
      members,
      groupOf,
      groups,
      rows,
      personOf: persons.groupOf,
      alike: alikeBy(groupOf, groups, persons, beside, cells, source),
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
  const placeOf = new Map<number, number>();
  let rows = 0;
  const groupOf = cells.map((cell) => {
    if (cell < 0) return -1;
    rows++;
    const place = placeOf.get(cell) ?? placeOf.size;
    placeOf.set(cell, place);
    return place;
  });
  return { groupOf, groups: placeOf.size, rows };
}

/** Combinations of the members' values in the rows that have a value of the key. */
function togetherIn(key: Values, members: readonly number[], cells: readonly Int32Array[]): Values {
  const { groupOf } = combinationsOf(members.map((i) => cells[i] as Int32Array));
  return valuesOf(groupOf.map((group, row) => ((key.groupOf[row] as number) < 0 ? -1 : group)));
}

/** True when rows of one group have one value, but for a few. */
function follows(groupOf: Int32Array, groups: number, values: Int32Array | undefined): boolean {
  if (values === undefined) return false;
  const known = Int32Array.from(groupOf.keys()).filter(
    (row) => (groupOf[row] as number) >= 0 && (values[row] as number) >= 0,
  );
  const pairs = combinationsOf([groupOf, values].map((codes) => known.map((row) => codes[row] as number)));
  return pairs.groups <= (1 + LOOSE) * groups;
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
  groupOf: Int32Array,
  groups: number,
  persons: Values,
  beside: readonly number[],
  cells: readonly Int32Array[],
  source: readonly Int32Array[],
): Exchange['alike'] {
  const rows = { own: rowsOf(groupOf, groups), raw: rowsOf(persons.groupOf, persons.groups) };
  let own = new Array<string>(groups).fill('');
  let raw = new Array<string>(persons.groups).fill('');
  const loose: { own: string[]; raw: string[] } = { own, raw };
  const fixed = beside.filter((i) => follows(persons.groupOf, persons.groups, source[i]));
  for (const i of [...fixed, ...beside.filter((other) => !fixed.includes(other))]) {
    const isFixed = fixed.includes(i);
    const [a, b] = isFixed
      ? [valuesAt(cells[i] as Int32Array, rows.own), valuesAt(source[i] as Int32Array, rows.raw)]
      : [
          profiles(cells[i] as Int32Array, groupOf, groups),
          profiles(source[i] as Int32Array, persons.groupOf, persons.groups),
        ];
    const next = raw.map((text, person) => `${text} ${b[person]}`);
    if (coverage(next) < COVERED) continue;
    raw = next;
    own = own.map((text, group) => `${text} ${a[group]}`);
    if (isFixed) Object.assign(loose, { own, raw });
  }
  // Who has a profile of his own would only be given himself.
  return [...paired(own, raw, 2), ...paired(loose.own, loose.raw, 1)];
}

function valuesAt(values: Int32Array, rows: Int32Array): string[] {
  return Array.from(rows, (row) => String(values[row]));
}

/** How often each group has each value, whatever the order of its rows: sums of hashes. */
function profiles(values: Int32Array, groupOf: Int32Array, groups: number): string[] {
  const low = new Float64Array(groups);
  const high = new Float64Array(groups);
  for (let row = 0; row < values.length; row++) {
    const group = groupOf[row] as number;
    if (group < 0) continue;
    low[group] = (low[group] as number) + (lowHash(values[row] as number, 1) >>> 0);
    high[group] = (high[group] as number) + (highHash(values[row] as number, 1) >>> 0);
  }
  return Array.from(low, (sum, group) => `${sum}/${high[group]}`);
}

/** Share of strangers who have what a person of the source has: all but those who are as persons seen once (Good-Turing). */
function coverage(keys: readonly string[]): number {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  let once = 0;
  for (const count of counts.values()) if (count === 1) once++;
  return 1 - once / Math.max(1, keys.length);
}

/** Persons of either side with one key; `least` source persons and more. */
function paired(own: readonly string[], raw: readonly string[], least: number): Alike[] {
  const lists = new Map<string, [product: number[], source: number[]]>();
  const put = (keys: readonly string[], side: 0 | 1): void =>
    keys.forEach((key, person) => {
      const list = lists.get(key) ?? [[], []];
      lists.set(key, list);
      list[side].push(person);
    });
  put(own, 0);
  put(raw, 1);
  return [...lists.values()]
    .filter(([product, source]) => product.length > 0 && source.length >= least)
    .map(([product, source]) => ({ product: Int32Array.from(product), source: Int32Array.from(source) }));
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
  return handedOut(members, groupOf, other, sheet, steps, cells);
}

/** Cells with the members' values of another source row for each person; the person's own where there is none (-1). */
function handedOut(
  members: readonly number[],
  groupOf: Int32Array,
  rowOf: Int32Array,
  sheet: Sheet,
  steps: readonly Step[],
  cells: readonly Int32Array[],
): Int32Array[] {
  const made = cells.slice();
  for (const i of members) {
    const own = cells[i] as Int32Array;
    const { codes } = sheet.columns[(steps[i] as Step).column] as SheetColumn;
    made[i] = own.map((cell, row) => {
      const group = groupOf[row] as number;
      const from = group < 0 ? -1 : (rowOf[group] as number);
      return from < 0 ? cell : (codes[from] as number);
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
 */
export function runnersUp(
  { key, members, groupOf, groups, rows, personOf }: Exchange,
  sheet: Sheet,
  steps: readonly Step[],
  cells: readonly Int32Array[],
): Int32Array[] | null {
  const beside = steps.flatMap((step, i) => (members.includes(i) || isHandedOut(step) ? [] : [i]));
  if (beside.length === 0) return null;
  const source = steps.map((step) => (sheet.columns[step.column] as SheetColumn).codes);
  const given = Int32Array.from({ length: groups }, () => -1);
  groupOf.forEach((group, row) => {
    if (group >= 0) given[group] = (cells[key] as Int32Array)[row] as number;
  });
  // Rows of both sides together, so that equal cells have one combination.
  const size = groupOf.length;
  const { groupOf: tuples, groups: kinds } = combinationsOf(
    beside.map((i) => {
      const both = new Int32Array(size + sheet.rows);
      both.set(cells[i] as Int32Array);
      both.set(source[i] as Int32Array, size);
      return both;
    }),
  );
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
  return handedOut(members, groupOf, other, sheet, steps, cells);
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
