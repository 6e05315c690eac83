/**
 * Hashes with a salt or a key of each row that travels with the product: a salt column, a salt inside the cell, the row's
 * number, an HMAC under a key column. The reviewer tries the source's values row by row; an outsider enumerates the domain.
 *
 * RFC 2104 (HMAC); Morris and Thompson, "Password security: a case history", CACM 22(11), 1979 (salts slow only attacks on
 * all rows at once). See salted-hashes.md.
 * @module
 */
import { nodeCrypto } from '../../../core/index.js';
import { enumerationBits } from '../../intake/domain.js';
import type { Sheet, SheetColumn } from '../../intake/sheet.js';
import type { Derived, Step } from '../../inverse.js';
import { FOREIGN, MISSING } from '../../restoration/tuple-join.js';
import type { Attack, Board } from '../attack.js';
import { unexplained } from '../attack.js';
import { alignRows, type Pairs } from '../shared/tied-rows.js';
import { allKinds, type HashKind } from './hash-kinds.js';
import { type Writing, writingsOfColumn } from './hash-writings.js';
import { type Salt, saltsInside, sharedSalts } from './row-salts.js';

/** How salt and value are put together and hashed. */
interface Recipe {
  readonly key: string;
  readonly formula: (salt: string, value: string) => string;
  readonly hex: (salt: string, value: string) => string;
}

interface Found {
  readonly salt: Salt;
  readonly recipe: Recipe;
  readonly writing: Writing;
}

/** Hashes in one search without tied rows, and in one execution. */
const SEARCH = 600_000;
const EXECUTE = 3_000_000;
const SEPARATORS = ['', ':', '|', '-', '_', '$', '.', ',', ' '];
const ROWS = 3;
/** Different digests up to which a column is asked for its recipe although it was read as labels. */
const FEW = 32;

const recipes = new WeakMap<HashKind, readonly Recipe[]>();

function recipesOf(hash: HashKind): readonly Recipe[] {
  let list = recipes.get(hash);
  if (list === undefined) {
    list = makeRecipes(hash);
    recipes.set(hash, list);
  }
  return list;
}

function makeRecipes(hash: HashKind): Recipe[] {
  const list: Recipe[] = [];
  for (const separator of SEPARATORS) {
    const between = separator === '' ? '' : `"${separator}" + `;
    list.push({
      key: `${hash.name}<${separator}`,
      formula: (salt, value) => `${hash.name}(${salt} + ${between}${value})`,
      hex: (salt, value) => hash.hex(salt + separator + value),
    });
    list.push({
      key: `${hash.name}>${separator}`,
      formula: (salt, value) => `${hash.name}(${value} + ${between}${salt})`,
      hex: (salt, value) => hash.hex(value + separator + salt),
    });
  }
  const hmac = hmacOf(hash.name);
  if (hmac !== null)
    list.push({
      key: `hmac-${hash.name}`,
      formula: (salt, value) => `hmac-${hash.name}(${salt}, ${value})`,
      hex: hmac,
    });
  list.push({
    key: `${hash.name}(${hash.name})`,
    formula: (salt, value) => `${hash.name}(${hash.name}(${value}) + ${salt})`,
    hex: (salt, value) => hash.hex(hash.hex(value) + salt),
  });
  return list;
}

function hmacOf(name: string): ((key: string, value: string) => string) | null {
  const crypto = nodeCrypto();
  if (crypto === undefined || !crypto.getHashes().includes(name)) return null;
  return (key, value) => crypto.createHmac(name, key).update(value).digest('hex');
}

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
  for (let row = 0; row < tiedOf.length && tied.length < ROWS; row++) {
    if ((digest.column.codes[row] as number) < 0) continue;
    if (any.length < ROWS) any.push(row);
    if ((tiedOf[row] as number) >= 0) tied.push(row);
  }
  return tied.length < ROWS ? { rows: any, free: true } : { rows: tied, free: false };
}

/** Ways to hash and write that digests of a column may have come by. */
function* waysOf(
  writings: readonly Writing[],
  known: string | null,
): Generator<Pick<Found, 'recipe' | 'writing'> & { cost: number }> {
  for (const writing of writings) {
    for (const hash of allKinds()) {
      if (hash.length < writing.digits || (hash.length === writing.digits && writing.name === 'middle ')) continue;
      // Cut digests of the longer kinds only where no kind has this length.
      if (hash.length !== writing.digits && allKinds().some((own) => own.length === writing.digits)) continue;
      for (const recipe of recipesOf(hash)) {
        // People hash all columns in one way.
        if (known === null || recipe.key === known) yield { recipe, writing, cost: hash.cost };
      }
    }
  }
}

interface Asked {
  readonly digest: Derived;
  readonly rows: readonly number[];
  readonly free: boolean;
}

function wantedAt({ column }: Derived, row: number): string {
  return column.values[column.codes[row] as number] as string;
}

/** True when some source value under the recipe gives the digest of each row. */
function verifies({ digest, rows, free }: Asked, found: Found, to: SheetColumn, tiedOf: Int32Array): boolean {
  return rows.every((row) => {
    const salt = found.salt.of(row);
    if (salt === null) return false;
    const wanted = wantedAt(digest, row);
    return valuesFor(to, free ? -1 : (tiedOf[row] as number)).some(
      (code) => found.writing.write(found.recipe.hex(salt, to.values[code] as string)) === wanted,
    );
  });
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
): { readonly digest: Derived; readonly found: Found } | null {
  const byRow = new Map<number, { readonly free: boolean; readonly wanted: Map<string, Asked> }>();
  for (const one of asked) {
    const row = one.rows[0];
    if (row === undefined) continue;
    const group = byRow.get(row) ?? { free: one.free, wanted: new Map<string, Asked>() };
    byRow.set(row, group);
    group.wanted.set(wantedAt(one.digest, row), one);
  }
  const first = asked[0];
  if (first === undefined) return null;
  for (const { cost, ...way } of waysOf(writingsOfColumn(first.digest.column), known)) {
    for (const salt of salts) {
      if (board.late()) return null;
      for (const [row, { free, wanted }] of byRow) {
        const own = salt.of(row);
        if (own === null) continue;
        const codes = valuesFor(to, free ? -1 : (tiedOf[row] as number));
        budget.left -= codes.length * cost;
        if (budget.left < 0) return null;
        for (const code of codes) {
          const hit = wanted.get(way.writing.write(way.recipe.hex(own, to.values[code] as string)));
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
    const wanted = column.values[code] as string;
    const guess = tiedOf[row] as number;
    const all = left > to.distinct ? everyCode(to) : [];
    for (const value of guess >= 0 ? [to.codes[guess] as number, ...all] : all) {
      if (value < 0) continue;
      left--;
      if (found.writing.write(found.recipe.hex(salt, to.values[value] as string)) === wanted) {
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
  let tiedOf = tie();
  const budget = { left: SEARCH };
  // Few-valued columns cost least: a recipe found there is tried first on the others.
  const order = sheet.columns
    .map((column, position) => ({ column, position }))
    .sort((a, b) => a.column.distinct - b.column.distinct);
  const asked = (digest: Derived): [Derived, Asked] => [digest, { digest, ...rowsFor(digest, tiedOf) }];
  let open = new Map(digests.map(asked));
  let known: string | null = null;
  let untold = 0;
  for (const { column: to, position } of order) {
    if (to.distinct < 2 || open.size === 0) continue;
    if (board.late()) return;
    // Columns read so far may tie the rows: each is then asked for one value.
    if (untold > 0 && to.distinct * board.product.rows > EXECUTE) {
      tiedOf = tie();
      open = new Map([...open.keys()].map(asked));
      untold = 0;
    }
    const hit = searchAll(board, [...open.values()], to, tiedOf, budget, known);
    if (hit === null) continue;
    known = hit.found.recipe.key;
    const step = executeFound(board, hit.digest, source, position, to, hit.found, tiedOf);
    if (step === null) continue;
    board.steps.push(step);
    untold++;
    open.delete(hit.digest);
  }
}

/** Digests written alike are asked together with what the rest of the product offers, then each with what its own cells hold. */
function searchAll(
  board: Board,
  open: readonly Asked[],
  to: SheetColumn,
  tiedOf: Int32Array,
  budget: { left: number },
  known: string | null,
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
  for (const group of alike.values()) {
    const [first] = group as [Asked];
    const salts = sharedSalts(board, (first.digest.column.values[0] as string).length);
    const hit = search(board, group, salts, to, tiedOf, budget, known);
    if (hit !== null) return hit;
  }
  for (const asked of open) {
    const hit = search(board, [asked], saltsInside(board, asked.digest), to, tiedOf, budget, known);
    if (hit !== null) return hit;
  }
  return null;
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
