/**
 * Hashes with a salt or a key of each row that travels with the product: a salt column, a salt inside the cell, the row's
 * number, an HMAC under a key column. The reviewer tries the source's values row by row; an outsider enumerates the domain.
 *
 * RFC 2104 (HMAC); Morris and Thompson, "Password security: a case history", CACM 22(11), 1979 (salts slow only attacks on
 * all rows at once). See salted-hashes.md.
 * @module
 */
import { nodeCrypto } from '../../core/index.js';
import { enumerationBits } from '../intake/domain.js';
import { sampleCodes } from '../intake/lookup.js';
import type { Sheet, SheetColumn } from '../intake/sheet.js';
import type { Derived, Step } from '../inverse.js';
import { FOREIGN, MISSING } from '../restoration/tuple-join.js';
import type { Attack, Board } from './attack.js';
import { unexplained } from './attack.js';
import { allKinds, type HashKind } from './hash-kinds.js';
import { type Writing, writingsOfColumn } from './hash-writings.js';
import { alignRows, type Pairs } from './tied-rows.js';

/** A salt: text of each row. */
interface Salt {
  readonly name: string;
  readonly from: readonly number[];
  readonly of: (row: number) => string | null;
}

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
const MAX_SALTS = 8;
const ROWS = 3;
/** Different digests up to which a column is asked for its recipe although it was read as labels. */
const FEW = 32;
/** Texts that stand in all rows and are tried before others: parts of the digests' own cells may be many. */
const CONSTANTS = 3;

function recipesOf(hash: HashKind): Recipe[] {
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

/** Salts that the product offers: other columns or parts of cells, its constants, and the number of the row. */
function saltsOf(board: Board, digest: Derived): Salt[] {
  const list: (Salt & { rank: number })[] = [];
  const length = (digest.column.values[0] as string).length;
  let constants = 0;
  for (const derived of board.derived) {
    const { column } = derived;
    if (derived === digest || derived.from.length !== 1 || column.present < 0.9 * column.rows) continue;
    const sample = sampleCodes(column, 8).map((code) => column.values[code] as string);
    if (sample.some((text) => text.length > 80) || derived.formula === digest.formula) continue;
    list.push({
      name: derived.formula,
      from: derived.from,
      // One for all rows; in the same cell; other digests last, many values first.
      rank:
        (derived.from[0] === digest.from[0] ? 8 : 0) +
        (column.distinct === 1 && constants++ < CONSTANTS ? 12 : 0) -
        (sample.every((text) => text.length === length) ? 4 : 0) +
        column.distinct / column.rows,
      of: (row) => {
        const code = column.codes[row] as number;
        return code < 0 ? null : (column.values[code] as string);
      },
    });
  }
  list.sort((a, b) => b.rank - a.rank);
  return [
    { name: 'row number', from: [], of: (row) => String(row + 1) },
    { name: 'row number from 0', from: [], of: (row) => String(row) },
    ...list.slice(0, MAX_SALTS),
  ];
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

function search(
  board: Board,
  digest: Derived,
  to: SheetColumn,
  tiedOf: Int32Array,
  budget: { left: number },
  known: string | null,
): Found | null {
  const writings = writingsOfColumn(digest.column);
  // Rows to try: tied ones where there are any.
  const rows: number[] = [];
  for (let row = 0; row < tiedOf.length && rows.length < ROWS; row++)
    if ((digest.column.codes[row] as number) >= 0 && (tiedOf[row] as number) >= 0) rows.push(row);
  const free = rows.length < ROWS;
  if (free) {
    rows.length = 0;
    for (let row = 0; row < tiedOf.length && rows.length < ROWS; row++)
      if ((digest.column.codes[row] as number) >= 0) rows.push(row);
  }
  const salts = saltsOf(board, digest);
  for (const writing of writings) {
    for (const hash of allKinds()) {
      if (hash.length < writing.digits || (hash.length === writing.digits && writing.name === 'middle ')) continue;
      // Cut digests of the longer kinds only where no kind has this length.
      if (hash.length !== writing.digits && allKinds().some((own) => own.length === writing.digits)) continue;
      for (const recipe of recipesOf(hash)) {
        // People hash all columns in one way.
        if (known !== null && recipe.key !== known) continue;
        for (const salt of salts) {
          if (board.late()) return null;
          let hits = 0;
          for (const row of rows) {
            const wanted = digest.column.values[digest.column.codes[row] as number] as string;
            const own = salt.of(row);
            if (own === null) continue;
            const codes = valuesFor(to, free ? -1 : (tiedOf[row] as number));
            budget.left -= codes.length * hash.cost;
            if (budget.left < 0) return null;
            if (codes.some((code) => writing.write(recipe.hex(own, to.values[code] as string)) === wanted)) hits++;
            else break;
          }
          if (hits === rows.length && hits > 0) return { salt, recipe, writing };
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
  const pairs = target === undefined ? null : alignRows(board, target, source);
  const tiedOf = tiedSourceRows(board.product.rows, pairs);
  const budget = { left: SEARCH };
  // Few-valued columns cost least: a recipe found there is tried first on the others.
  const order = sheet.columns
    .map((column, position) => ({ column, position }))
    .sort((a, b) => a.column.distinct - b.column.distinct);
  const open = [...digests];
  let known: string | null = null;
  for (const { column: to, position } of order) {
    if (to.distinct < 2) continue;
    for (const digest of open) {
      if (board.late()) return;
      const found = search(board, digest, to, tiedOf, budget, known);
      if (found === null) continue;
      known = found.recipe.key;
      const step = executeFound(board, digest, source, position, to, found, tiedOf);
      if (step === null) continue;
      board.steps.push(step);
      open.splice(open.indexOf(digest), 1);
      break;
    }
  }
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
