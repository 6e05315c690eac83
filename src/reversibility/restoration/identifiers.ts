/**
 * Direct identifiers that came back: verified where they stand in a restored row, discounted where strangers share them.
 * @module
 */
import type { SheetColumn } from '../intake/sheet.js';
import type { Step } from '../inverse.js';
import type { Measure } from '../verdict.js';
import { domainBits, doubtOf, holdersByChance } from './chance.js';
import type { Target } from './execute.js';
import { measureOf, sum } from './measure.js';
import { personsOf, personsPerCode, rareHits } from './persons.js';
import { isHandedOut } from './tied-columns.js';

/**
 * Persons of whom a direct identifier came back. One that stands in a restored row is verified and never discounted: of the
 * flagged rows at most `byChance` are coincidences. One that stands alone is discounted by what strangers share (names).
 */
export function identifierMeasure(
  target: Target,
  steps: readonly Step[],
  flags: Uint8Array,
  byChance: number,
  below: number,
  productRows: number,
): Measure {
  const { sheet } = target;
  const hit = new Uint8Array(sheet.rows);
  /** Rows named by a value that coincides with nobody's by chance. */
  const sure = new Uint8Array(sheet.rows);
  let chance = 0;
  let variance = 0;
  let doubtful = false;
  for (const step of steps) {
    if (!target.identifiers.has(step.column)) continue;
    const column = sheet.columns[step.column] as SheetColumn;
    const rare = rareHits(sheet, step, below, heldBy(target, step.column));
    // A tentative step names all its values whatever the cells are: only a row that holds together shows whose they are.
    // So does a step by rank, frequency or tied rows, whose values come from the source whatever stands in the product.
    const alone = step.tentative !== true && !isHandedOut(step);
    flagHolders(column, rare, hit, alone ? undefined : flags);
    if (!alone) {
      doubtful = true;
      continue;
    }
    if (target.names.has(step.column)) {
      // Names coincide between strangers: what as many other people would hit is not verified.
      const shared = sharedByChance(target, column, Math.min(productRows, 4 * sheet.rows), below);
      chance += shared.expected;
      variance += shared.variance;
    } else {
      // Numbers given out at random coincide too, once in a domain.
      const strangers = Math.min(productRows, 4 * sheet.rows);
      const domain = (strangers * sheet.rows) / 2 ** Math.min(60, domainBits(column));
      // Where they surely do, how often they do in the source says more than a domain of which a part may be in use.
      const shared = domain < ASKED ? null : sharedByChance(target, column, strangers, below);
      const own = shared === null ? domain : Math.max(domain, Math.min(USED * domain, shared.expected));
      chance += own;
      variance += Math.max(own, shared?.variance ?? 0);
      if (own < NO_CHANCE) flagHolders(column, rare, sure);
    }
  }
  const { personsIn, persons } = peopleOf(target);
  const count = personsIn(hit);
  if (chance < NO_CHANCE && !doubtful) return measureOf(count, { expected: 0, deviation: 0 }, count, persons);
  if (doubtful) {
    chance += byChance;
    variance += byChance;
  }
  // What was counted in rows, in persons: as many a row as among those who came back.
  const each = count / Math.max(1, sheet.personOf === null ? sum(hit) : count);
  const verified = personsIn(hit.map((one, row) => one & (flags[row] as number))) - each * byChance;
  const expected = each * chance;
  const byNull = { expected, deviation: Math.max(each * Math.sqrt(variance), Math.sqrt(Math.min(variance, expected))) };
  return measureOf(count, byNull, Math.max(0, verified, personsIn(sure)), persons);
}

/** Persons of some rows, and of all: by the person column, by resident numbers or the like that come again, or one a row. */
function peopleOf({ sheet, kinds }: Target): {
  readonly personsIn: (rows: Uint8Array) => number;
  readonly persons: number;
} {
  const { personOf } = sheet;
  if (personOf !== null)
    return { personsIn: (rows) => personsOf(rows, personOf, sheet.persons), persons: sheet.persons };
  let column: SheetColumn | null = null;
  for (const [position, own] of sheet.columns.entries()) {
    if (!OF_ONE.has(kinds[position] ?? '') || own.distinct > COMES_AGAIN * sheet.rows || own.distinct === 0) continue;
    if (column === null || own.distinct > column.distinct) column = own;
  }
  if (column === null) return { personsIn: sum, persons: sheet.persons };
  const { codes, distinct, present } = column;
  const personsIn = (rows: Uint8Array): number => {
    const met = new Uint8Array(distinct);
    let count = 0;
    for (let row = 0; row < rows.length; row++) {
      const code = codes[row] as number;
      if (rows[row] === 0 || (code >= 0 && met[code] === 1)) continue;
      // Whose number is missing is a person of his own.
      if (code >= 0) met[code] = 1;
      count++;
    }
    return count;
  };
  return { personsIn, persons: distinct + sheet.rows - present };
}

/** Kinds of which each value names one person, however many rows it stands in. */
const OF_ONE: ReadonlySet<string> = new Set(['resident-id', 'mobile', 'bank-card', 'email', 'passport']);
/** Times the usual rows of a number from which on it is nobody's: what stands for a missing one. */
const NOBODYS = 5;

const held = new WeakMap<SheetColumn, ArrayLike<number>>();

/** Persons who hold each value of a direct identifier: in a panel all rows of a number are one person's. */
function heldBy(target: Target, position: number): ArrayLike<number> {
  const { sheet, names, kinds } = target;
  const column = sheet.columns[position] as SheetColumn;
  if (sheet.personOf !== null || !(names.has(position) || OF_ONE.has(kinds[position] ?? '')))
    return personsPerCode(sheet, column);
  if (names.has(position)) {
    const { held, numbered } = holdersOf(target, column);
    return numbered ? held : personsPerCode(sheet, column);
  }
  let own = held.get(column);
  if (own === undefined) {
    const usual = column.counts.slice().sort()[column.distinct >> 1] as number;
    own = column.counts.map((rows) => (rows <= NOBODYS * usual ? 1 : rows));
    held.set(column, own);
  }
  return own;
}

/** Persons whose name as many strangers would share (their rows, where no person column is named), and what that may be off by. */
function sharedByChance(
  target: Target,
  column: SheetColumn,
  draws: number,
  below: number,
): { readonly expected: number; readonly variance: number } {
  const { sheet } = target;
  const { held, persons } = holdersOf(target, column);
  const counts = new Float64Array(below + 2);
  for (let code = 0; code < column.distinct; code++) {
    const count = held[code] as number;
    if (count <= below) counts[count] = (counts[count] as number) + 1;
  }
  const rows = sheet.persons / persons;
  // A product may hold one row of each of its persons.
  const others = Math.min(draws, 4 * persons);
  const expected = holdersByChance(counts, persons, others, below);
  // All rows of a person come together, and few shared names tell badly how many strangers share (`doubtOf`).
  const doubt = doubtOf([{ own: counts, without: counts }], persons, others, below)[0] as number;
  return { expected: rows * expected, variance: rows ** 2 * (expected + doubt) };
}

/** Persons who hold each code of a column. */
interface Holders {
  readonly held: ArrayLike<number>;
  readonly persons: number;
  /** True where resident numbers or the like tell persons apart. */
  readonly numbered: boolean;
}

const holders = new WeakMap<SheetColumn, Holders>();

/**
 * Who holds the names of a column. Where no person column is named but each person has several rows (a panel), no name stands in one row
 * only and counts of rows would say that no two persons share one: resident numbers and the like stand for the persons, or
 * else the column with most values that come again, and each of which has one name.
 */
function holdersOf({ sheet, kinds }: Target, column: SheetColumn): Holders {
  let known = holders.get(column);
  if (known !== undefined) return known;
  known = { held: personsPerCode(sheet, column), persons: sheet.persons, numbered: false };
  if (sheet.personOf === null) {
    let most = 0;
    for (const [position, other] of sheet.columns.entries()) {
      const numbered = OF_ONE.has(kinds[position] ?? '');
      if (known.numbered && !numbered) continue;
      if (other === column || other.distinct < column.distinct) continue;
      if (other.distinct <= most && known.numbered === numbered) continue;
      if (other.distinct > COMES_AGAIN * sheet.rows) continue;
      const nameOf = nameOfEach(other, column);
      if (nameOf === null) continue;
      most = other.distinct;
      const held = new Float64Array(column.distinct);
      for (const name of nameOf) if (name >= 0) held[name] = (held[name] as number) + 1;
      known = { held, persons: other.distinct, numbered };
    }
  }
  holders.set(column, known);
  return known;
}

const COMES_AGAIN = 0.8;

/** The one name beside each value of a column; null where a value has several. */
function nameOfEach(column: SheetColumn, names: SheetColumn): Int32Array | null {
  const nameOf = new Int32Array(column.distinct).fill(-1);
  for (let row = 0; row < column.codes.length; row++) {
    const [code, name] = [column.codes[row] as number, names.codes[row] as number];
    if (code < 0 || name < 0) continue;
    if ((nameOf[code] as number) >= 0 && nameOf[code] !== name) return null;
    nameOf[code] = name;
  }
  return nameOf;
}

/** Coincidences from which on the source is asked how many there are, and how many times those of the whole domain they may be. */
const ASKED = 10;
const USED = 4;

/** Expected coincidences below which a hit is verified by itself. */
const NO_CHANCE = 0.05;

/** Flags the rows whose value is among the hits, of those that `among` flags. */
function flagHolders(column: SheetColumn, hits: Uint8Array, flags: Uint8Array, among?: Uint8Array): void {
  for (let row = 0; row < flags.length; row++) {
    const code = column.codes[row] as number;
    if (code >= 0 && hits[code] === 1 && (among === undefined || among[row] === 1)) flags[row] = 1;
  }
}
