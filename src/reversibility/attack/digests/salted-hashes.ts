/**
 * Hashes with a salt or a key of each row that travels with the product: a salt column, a salt inside the cell, the row's
 * number, an HMAC under a key column. The reviewer tries the source's values row by row; an outsider enumerates the domain.
 *
 * RFC 2104 (HMAC); Morris and Thompson, "Password security: a case history", CACM 22(11), 1979 (salts slow only attacks on
 * all rows at once). See salted-hashes.md.
 * @module
 */
import { enumerationBits } from '../../intake/domain.js';
import { sampleCodes } from '../../intake/lookup.js';
import type { Sheet, SheetColumn } from '../../intake/sheet.js';
import type { Derived, Step } from '../../inverse.js';
import { FOREIGN, MISSING } from '../../restoration/tuple-join.js';
import type { Attack, Board } from '../attack.js';
import { unexplained } from '../attack.js';
import { alignRows, type Pairs } from '../shared/tied-rows.js';
import { type Writing, writingsOfColumn } from './hash-writings.js';
import { type Salt, saltsInside, sharedSalts } from './row-salts.js';
import { type Pass, type Recipe, waysOf } from './salt-recipes.js';
import { Wanted, WordsOfValues } from './salted-words.js';

interface Found {
  readonly salt: Salt;
  readonly recipe: Recipe;
  readonly writing: Writing;
}

/** Hashes in one search without tied rows, and in one execution. */
const SEARCH = 450_000;
const EXECUTE = 3_000_000;
/** Hashes in one search by the commonest recipes, with salts of each row. */
const SEARCH_LIKELY = 1_200_000;
/** Hashes in one search for values or salts in other writings. */
const SEARCH_REWRITTEN = 100_000;
/** Share of different cells among a column's from which on a salt a row may be behind them. */
const ALL_DIFFERENT = 0.95;
const ROWS = 3;
/** Where no rows are tied, those asked are among the first. */
const FIRST_ROWS = 1000;
const NO_TIES = new Int32Array(0);
/** Different digests up to which a column is asked for its recipe although it was read as labels. */
const FEW = 32;

const every = new WeakMap<SheetColumn, readonly number[]>();

function everyCode(column: SheetColumn): readonly number[] {
  let codes = every.get(column);
  if (codes === undefined) {
    codes = Array.from({ length: column.distinct }, (_, code) => code);
    every.set(column, codes);
  }
  return codes;
}

/** Source values that may stand in a product row: that of the tied row, or all. */
function valuesFor(column: SheetColumn, tied: number): readonly number[] {
  if (tied < 0) return everyCode(column);
  const code = column.codes[tied] as number;
  return code < 0 ? [] : [code];
}

/** Rows by which a digest is asked: tied ones where there are enough. */
function rowsFor(digest: Derived, tiedOf: Int32Array): { readonly rows: readonly number[]; readonly free: boolean } {
  const any: number[] = [];
  const tied: number[] = [];
  const end = tiedOf.length > 0 ? tiedOf.length : Math.min(digest.column.codes.length, FIRST_ROWS);
  for (let row = 0; row < end && tied.length < ROWS; row++) {
    if ((digest.column.codes[row] as number) < 0) continue;
    if (any.length < ROWS) any.push(row);
    if (tiedOf.length > 0 && (tiedOf[row] as number) >= 0) tied.push(row);
  }
  return tied.length < ROWS ? { rows: any, free: true } : { rows: tied, free: false };
}

interface Asked {
  readonly digest: Derived;
  readonly rows: readonly number[];
  readonly free: boolean;
}

function wantedAt({ column }: Derived, row: number): string {
  return column.text(column.codes[row] as number);
}

/** Hex digits from which on two of three rows are enough: the third may hold what the source does not. */
const LONG = 10;

/** True when some source value under the recipe gives the digests of the rows. */
function verifies({ digest, rows, free }: Asked, found: Found, to: SheetColumn, tiedOf: Int32Array): boolean {
  let missed = 0;
  const allowed = rows.length === ROWS && found.writing.digits >= LONG ? 1 : 0;
  return rows.every((row) => {
    const salt = found.salt.of(row);
    const wanted = wantedAt(digest, row);
    const met =
      salt !== null &&
      valuesFor(to, free ? -1 : (tiedOf[row] as number)).some(
        (code) => found.writing.write(found.recipe.hex(salt, to.text(code))) === wanted,
      );
    return met || ++missed <= allowed;
  });
}

/** Values by which it is told whether a writing of them is another. */
const LOOK = 12;
/** Slack of the number of salts among the rows that hold a digest. */
const LEAST_SALTS = 0.8;

/** False where there are too few digests for the salts, or too many for salts and values: equal ones are of equal salts. */
function couldBe({ distinct, present, rows }: SheetColumn, salt: Salt, to: SheetColumn): boolean {
  return (
    distinct >= LEAST_SALTS * salt.distinct * (present / Math.max(1, rows)) - ROWS &&
    distinct <= salt.distinct * to.distinct
  );
}

/**
 * The first of some digests, all written alike, that a source column gives under a recipe with one of the salts. Each value is
 * hashed once for all of them that are asked by the same row.
 */
function search(
  board: Board,
  asked: readonly Asked[],
  salts: readonly Salt[],
  to: SheetColumn,
  tiedOf: Int32Array,
  budget: { left: number },
  known: string | null,
  pass: Pass,
): { readonly digest: Derived; readonly found: Found } | null {
  const byRow = new Map<number, { readonly free: boolean; readonly wanted: Wanted<Asked> }>();
  // Where it costs little, all rows are asked: the value of one may be missing, or another's.
  const each = known !== null || to.distinct <= FEW ? ROWS : 1;
  for (const one of asked) {
    for (const row of one.rows.slice(0, each)) {
      const group = byRow.get(row) ?? { free: one.free, wanted: new Wanted<Asked>() };
      byRow.set(row, group);
      group.wanted.digests.set(wantedAt(one.digest, row), one);
    }
  }
  const first = asked[0];
  if (first === undefined) return null;
  const possible = salts.filter((salt) => asked.some(({ digest }) => couldBe(digest.column, salt, to)));
  if (possible.length === 0) return null;
  const writings = writingsOfColumn(first.digest.column);
  const words = new WordsOfValues(to, writings.length > 1);
  const looked = sampleCodes(to, LOOK).map((code) => to.text(code));
  for (const { cost, ...way } of waysOf(writings, known, pass)) {
    if (way.recipe.changes !== undefined && !looked.some(way.recipe.changes)) continue;
    for (const salt of possible) {
      if (board.late()) return null;
      for (const [row, { free, wanted }] of byRow) {
        const own = salt.of(row);
        if (own === null) continue;
        const tied = free ? -1 : (tiedOf[row] as number);
        // Lists of all values are made within the budget only.
        if (tied < 0 && budget.left < to.distinct * cost) {
          budget.left -= to.distinct * cost;
          return null;
        }
        const codes = valuesFor(to, tied);
        budget.left -= codes.length * cost;
        if (budget.left < 0) return null;
        const head = tied < 0 ? way.writing.head : undefined;
        const screened = head && wanted.screen(head, words.of(way.recipe, own), way.writing.place);
        for (const code of screened ?? codes) {
          const hit = wanted.digests.get(way.writing.write(way.recipe.hex(own, to.text(code))));
          if (hit === undefined) continue;
          const found = { salt, ...way };
          if (verifies(hit, found, to, tiedOf)) return { digest: hit.digest, found };
        }
      }
    }
  }
  return null;
}

function executeFound(
  board: Board,
  digest: Derived,
  source: number,
  position: number,
  to: SheetColumn,
  found: Found,
  tiedOf: Int32Array,
): Step | null {
  const { column } = digest;
  const cells = new Int32Array(column.codes.length).fill(FOREIGN);
  let left = EXECUTE;
  let mass = 0;
  for (let row = 0; row < cells.length; row++) {
    const code = column.codes[row] as number;
    if (code < 0) {
      cells[row] = MISSING;
      continue;
    }
    if ((row & 1023) === 0 && board.late()) break;
    const salt = found.salt.of(row);
    if (salt === null) continue;
    const wanted = column.text(code);
    const guess = tiedOf[row] as number;
    const all = left > to.distinct ? everyCode(to) : [];
    for (const value of guess >= 0 ? [to.codes[guess] as number, ...all] : all) {
      if (value < 0) continue;
      left--;
      if (found.writing.write(found.recipe.hex(salt, to.text(value))) === wanted) {
        cells[row] = value;
        mass++;
        break;
      }
    }
  }
  if (mass < 3) return null;
  const share = mass / Math.max(1, column.present);
  const cost = enumerationBits(to);
  return {
    source,
    column: position,
    from: [...new Set([...digest.from, ...found.salt.from])],
    formula: `preimage(${found.writing.name}${found.recipe.formula(found.salt.name, digest.formula)})`,
    attack: 'salted-hashes',
    knowledge: cost <= board.thresholds.enumerationBits ? 'A2' : 'A3',
    bits: digest.bits + 20,
    costBits: cost,
    cells,
    mass: share,
    score: 0.9 * share,
    similarity: 0.9,
  };
}

function tiedSourceRows(rows: number, pairs: Pairs | null): Int32Array {
  const of = new Int32Array(rows).fill(-1);
  pairs?.product.forEach((row, i) => {
    of[row] = pairs.source[i] as number;
  });
  return of;
}

function attackSource(board: Board, sheet: Sheet, source: number, digests: readonly Derived[]): void {
  const target = board.targets[source];
  const tie = (): Int32Array =>
    tiedSourceRows(board.product.rows, target === undefined ? null : alignRows(board, target, source));
  const tied = tie();
  const budget = { left: SEARCH };
  const run = (list: readonly Derived[], within: { left: number }, pass: Pass, by: string | null = null): Read =>
    searchSource({ board, sheet, source, tie, tied: by === null ? tied : tie() }, list, within, pass, by);
  for (const pass of ['likely', 'usual', 'dear'] as const) {
    const read = run(digests, pass === 'likely' ? { left: SEARCH_LIKELY } : budget, pass);
    if (read.by === null) continue;
    // The others are hashed alike, of values in another writing: each in one of its own.
    if (read.left.length > 0) run(read.left, { left: SEARCH }, 'rewritten', read.by);
    return;
  }
  // A salt a row leaves no two cells alike, whatever is hashed with it.
  const salted = digests.filter(({ column }) => column.distinct >= ALL_DIFFERENT * column.present);
  if (salted.length === 0) return;
  const read = run(salted, { left: SEARCH_REWRITTEN }, 'rewritten');
  if (read.by !== null && read.left.length > 0)
    run(read.left, { left: SEARCH }, 'rewritten', read.by.slice(0, read.by.indexOf('/')));
}

/** The recipe that read a digest, if any did, and the digests that none has read. */
interface Read {
  readonly by: string | null;
  readonly left: readonly Derived[];
}

/** A source to be asked, and the rows tied to it: before the search, and with what it has found. */
interface Against {
  readonly board: Board;
  readonly sheet: Sheet;
  readonly source: number;
  readonly tie: () => Int32Array;
  readonly tied: Int32Array;
}

/** Asks all source columns for what gives the digests. @param by - key of a recipe under which values in any writing are asked */
function searchSource(
  { board, sheet, source, tie, tied }: Against,
  digests: readonly Derived[],
  budget: { left: number },
  pass: Pass,
  by: string | null,
): Read {
  let tiedOf = tied;
  // Few-valued columns cost least: a recipe found there is tried first on the others.
  const order = sheet.columns
    .map((column, position) => ({ column, position }))
    .sort((a, b) => a.column.distinct - b.column.distinct);
  const asked = (digest: Derived): [Derived, Asked] => [digest, { digest, ...rowsFor(digest, tiedOf) }];
  let open = new Map(digests.map(asked));
  let known: string | null = by;
  let read: string | null = null;
  let untold = 0;
  for (const { column: to, position } of order) {
    if (to.distinct < 2 || open.size === 0) continue;
    if (board.late()) break;
    // Columns read so far may tie the rows: each is then asked for one value.
    if (untold > 0 && to.distinct * board.product.rows > EXECUTE) {
      tiedOf = tie();
      open = new Map([...open.keys()].map(asked));
      untold = 0;
    }
    const ask = (list: readonly Asked[]): ReturnType<typeof searchAll> =>
      searchAll(board, list, to, tiedOf, budget, known, pass);
    let hit = ask([...open.values()]);
    // Rows may have been tied by what was misread: where it costs little, all values are asked for.
    if (hit === null && ((known !== null && by === null) || to.distinct <= FEW)) {
      const bound = [...open.values()].filter(({ free }) => !free);
      if (bound.length > 0) hit = ask(bound.map(({ digest }) => ({ digest, ...rowsFor(digest, NO_TIES) })));
    }
    if (hit === null) continue;
    if (known === null && pass === 'rewritten') budget.left = SEARCH;
    read = hit.found.recipe.key;
    known = by ?? read;
    const step = executeFound(board, hit.digest, source, position, to, hit.found, tiedOf);
    if (step === null) continue;
    board.steps.push(step);
    untold++;
    open.delete(hit.digest);
  }
  return { by: read, left: [...open.keys()] };
}

/** Digests written alike are asked together with what the rest of the product offers, then each with what its own cells hold. */
function searchAll(
  board: Board,
  open: readonly Asked[],
  to: SheetColumn,
  tiedOf: Int32Array,
  budget: { left: number },
  known: string | null,
  pass: Pass,
): { readonly digest: Derived; readonly found: Found } | null {
  const alike = new Map<string, Asked[]>();
  for (const asked of open) {
    const key = writingsOfColumn(asked.digest.column)
      .map(({ name, digits }) => `${name}${digits}`)
      .join();
    const group = alike.get(key) ?? [];
    alike.set(key, group);
    group.push(asked);
  }
  const offered = (salts: readonly Salt[]): readonly Salt[] =>
    pass === 'rewritten' || pass === 'likely' ? salts.filter((salt) => isOfEachRow(board, salt)) : salts;
  for (const group of alike.values()) {
    const [first] = group as [Asked];
    const salts = offered(sharedSalts(board, first.digest.column.text(0).length));
    const hit = search(board, group, salts, to, tiedOf, budget, known, pass);
    if (hit !== null) return hit;
  }
  for (const asked of open) {
    const salts = offered(saltsInside(board, asked.digest));
    const hit = search(board, [asked], salts, to, tiedOf, budget, known, pass);
    if (hit !== null) return hit;
  }
  return null;
}

/** True for a salt that has another text in each of some rows, and is no digest like those that are asked. */
function isOfEachRow(board: Board, salt: Salt): boolean {
  if (salt.from.length === 0 || salt.isDigest === true) return false;
  const rows = Math.min(board.product.rows, 40);
  const texts = new Set<string>();
  for (let i = 0; i < rows; i++) {
    const text = salt.of(Math.floor(((i + 0.5) * board.product.rows) / rows));
    if (text !== null) texts.add(text);
  }
  return texts.size >= 0.9 * rows;
}

/** The attack. */
export const saltedHashes: Attack = {
  id: 'salted-hashes',
  knowledge: 'A2',
  run(board) {
    const looks = ({ column }: Derived): boolean => column.distinct >= 2 && writingsOfColumn(column).length > 0;
    const digests = unexplained(board, 0.6).filter(looks);
    // Few digests may have been read as labels: what made them costs least to find there.
    if (digests.length > 0)
      digests.unshift(
        ...board.derived.filter(
          (own) => own.attack === 'containment' && own.column.distinct <= FEW && !digests.includes(own) && looks(own),
        ),
      );
    if (digests.length === 0) return 'no column looks like digests';
    board.sources.forEach((sheet, source) => {
      attackSource(board, sheet, source, digests.slice(0, 40));
    });
    return null;
  },
};
