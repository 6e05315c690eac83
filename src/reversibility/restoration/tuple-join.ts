/**
 * Which rows of the source stand in the product: a hash join on tuples of codes, linear in the rows of both.
 *
 * The hash of a tuple is the sum of 2 × 32-bit mixed hashes of its (column, code) pairs, so a column is added to or taken
 * from all tuples in one pass. Two different tuples of 10^6 × 10^6 rows share all 64 bits with probability below 10^-7.
 * @module
 */

/** Code of a cell without a value: one more value of the column. */
export const MISSING = -1;
/** Code of a cell whose value the source column does not hold: its row matches nothing. */
export const FOREIGN = -2;

/** Tuple hashes of rows; rows with `valid[row] === 0` hold a foreign cell and never match. */
export interface TupleHashes {
  readonly low: Uint32Array;
  readonly high: Uint32Array;
  readonly valid: Uint8Array;
}

/** Hashes of empty tuples. */
export function emptyTuples(rows: number): TupleHashes {
  return { low: new Uint32Array(rows), high: new Uint32Array(rows), valid: new Uint8Array(rows).fill(1) };
}

/** Adds a column to the tuples; a row with a foreign cell becomes invalid. */
export function addColumn(tuples: TupleHashes, codes: Int32Array, column: number): void {
  addHashes(tuples.low, tuples.high, tuples.valid, codes, saltOf(column));
}

/** Salt of a column: the same code in another column hashes otherwise. */
export function saltOf(column: number): number {
  return Math.imul(column + 1, 0x9e3779b1);
}

/** The two 32-bit hashes of a (column, code) pair. */
export function lowHash(code: number, salt: number): number {
  let a = Math.imul(code ^ salt, 0x85ebca6b);
  a ^= a >>> 15;
  a = Math.imul(a ^ salt, 0xc2b2ae35);
  return a ^ (a >>> 13);
}

/** The second hash of {@link lowHash}. */
export function highHash(code: number, salt: number): number {
  let b = Math.imul(code + salt, 0x27d4eb2f);
  b ^= b >>> 16;
  b = Math.imul(b ^ (salt >>> 3), 0x165667b1);
  return b ^ (b >>> 14);
}

function addHashes(low: Uint32Array, high: Uint32Array, valid: Uint8Array, codes: Int32Array, salt: number): void {
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row] as number;
    if (code < -1) {
      valid[row] = 0;
      continue;
    }
    low[row] = ((low[row] as number) + lowHash(code, salt)) >>> 0;
    high[row] = ((high[row] as number) + highHash(code, salt)) >>> 0;
  }
}

/** The distinct tuples of the source. */
export interface TupleIndex {
  /** Tuple of each source row. */
  readonly groupOf: Int32Array;
  readonly groups: number;
  /** Rows of each tuple. */
  readonly rows: Int32Array;
  readonly low: Uint32Array;
  readonly high: Uint32Array;
  readonly slots: Int32Array;
}

/** Indexes the tuples of the source. */
export function indexTuples(tuples: Pick<TupleHashes, 'low' | 'high'>): TupleIndex {
  const n = tuples.low.length;
  let capacity = 16;
  while (capacity < 2 * n) capacity *= 2;
  const slots = new Int32Array(capacity).fill(-1);
  const groupOf = new Int32Array(n);
  const rows = new Int32Array(n);
  const low = new Uint32Array(n);
  const high = new Uint32Array(n);
  const groups = fillIndex(tuples.low, tuples.high, slots, groupOf, rows, low, high);
  return { groupOf, groups, rows, low, high, slots };
}

function fillIndex(
  tupleLow: Uint32Array,
  tupleHigh: Uint32Array,
  slots: Int32Array,
  groupOf: Int32Array,
  rows: Int32Array,
  low: Uint32Array,
  high: Uint32Array,
): number {
  const mask = slots.length - 1;
  let groups = 0;
  for (let row = 0; row < tupleLow.length; row++) {
    const a = tupleLow[row] as number;
    const b = tupleHigh[row] as number;
    let slot = (a ^ (b >>> 7)) & mask;
    for (;;) {
      const group = slots[slot] as number;
      if (group < 0) {
        slots[slot] = groups;
        low[groups] = a;
        high[groups] = b;
        rows[groups] = 1;
        groupOf[row] = groups++;
        break;
      }
      if (low[group] === a && high[group] === b) {
        rows[group] = (rows[group] as number) + 1;
        groupOf[row] = group;
        break;
      }
      slot = (slot + 1) & mask;
    }
  }
  return groups;
}

/** Source tuple of each row, -1 where the source has no such tuple (or the row is invalid). */
export function probeTuples(index: TupleIndex, tuples: TupleHashes): Int32Array {
  const found = new Int32Array(tuples.low.length);
  probe(index.slots, index.low, index.high, tuples.low, tuples.high, tuples.valid, found);
  return found;
}

function probe(
  slots: Int32Array,
  low: Uint32Array,
  high: Uint32Array,
  tupleLow: Uint32Array,
  tupleHigh: Uint32Array,
  valid: Uint8Array,
  found: Int32Array,
): void {
  const mask = slots.length - 1;
  for (let row = 0; row < found.length; row++) {
    if (valid[row] === 0) {
      found[row] = -1;
      continue;
    }
    const a = tupleLow[row] as number;
    const b = tupleHigh[row] as number;
    let slot = (a ^ (b >>> 7)) & mask;
    for (;;) {
      const group = slots[slot] as number;
      if (group < 0 || (low[group] === a && high[group] === b)) {
        found[row] = group;
        break;
      }
      slot = (slot + 1) & mask;
    }
  }
}

/** How often each of `groups` tuples was found. */
export function countFound(found: Int32Array, groups: number): Int32Array {
  const counts = new Int32Array(groups);
  for (let row = 0; row < found.length; row++) {
    const group = found[row] as number;
    if (group >= 0) counts[group] = (counts[group] as number) + 1;
  }
  return counts;
}
