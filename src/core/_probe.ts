/**
 * Open-addressing hash tables over typed arrays: for every row, the first row with the same key.
 *
 * Linear probing (Knuth, TAOCP vol. 3, section 6.4, algorithm L) at a load of at most one half. Large inputs are first
 * split by the top bits of the hash into parts whose table stays in the cache (radix partitioning; Boncz, Manegold,
 * Kersten, "Database architecture optimized for the new bottleneck: memory access", VLDB 1999, section 3). Hashes are
 * mixed with the finaliser of MurmurHash3 (Appleby, public domain) under a seed drawn per process, so that data cannot
 * be prepared to collide.
 * @module
 */

const seeds: Uint32Array = /* @__PURE__ */ globalThis.crypto.getRandomValues(new Uint32Array(2));

/** Rows of one part: keys and slots of this many rows fit into 1 MiB of cache. */
const PART_ROWS = 2 ** 15;

/** Smallest power of two that holds `count` entries at a load of at most one half. */
function slotCount(count: number): number {
  let slots = 16;
  while (slots < 2 * count) slots *= 2;
  return slots;
}

/** Hash of the two words of a key; the low bits choose the slot, the top bits the part. */
function hashWords(low: number, high: number, seed: number): number {
  let h = Math.imul(low ^ seed, 0xcc9e2d51);
  h = Math.imul((h ^ (h >>> 15)) + high, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/**
 * `representative[row]` = first row whose 64-bit key is equal.
 *
 * @param words - two words per row
 */
export function representativesByKey(words: Uint32Array, representative: Int32Array): void {
  const rows = representative.length;
  let bits = 0;
  while (bits < 12 && rows / 2 ** bits > PART_ROWS) bits++;
  if (bits === 0) {
    probeWhole(words, new Int32Array(slotCount(rows)), representative, seeds[0] as number);
    return;
  }
  const starts = new Int32Array(2 ** bits + 1);
  countParts(words, rows, 32 - bits, starts, seeds[0] as number);
  const order = new Int32Array(rows);
  const keys = new Uint32Array(2 * rows);
  scatterParts(words, rows, 32 - bits, Int32Array.from(starts), order, keys, seeds[0] as number);
  let slots = new Int32Array(0);
  for (let part = 0; part < starts.length - 1; part++) {
    const start = starts[part] as number;
    const end = starts[part + 1] as number;
    const size = slotCount(end - start);
    // A part is larger than the rest only where one key repeats often; its table is then kept for the next.
    if (slots.length < size) slots = new Int32Array(size);
    else slots.fill(0, 0, size);
    probePart(keys, order, start, end, slots, size - 1, representative, seeds[0] as number);
  }
}

function countParts(words: Uint32Array, rows: number, shift: number, starts: Int32Array, seed: number): void {
  for (let row = 0; row < rows; row++) {
    const part = (hashWords(words[2 * row] as number, words[2 * row + 1] as number, seed) >>> shift) + 1;
    starts[part] = (starts[part] as number) + 1;
  }
  for (let part = 1; part < starts.length; part++) {
    starts[part] = (starts[part] as number) + (starts[part - 1] as number);
  }
}

function scatterParts(
  words: Uint32Array,
  rows: number,
  shift: number,
  next: Int32Array,
  order: Int32Array,
  keys: Uint32Array,
  seed: number,
): void {
  for (let row = 0; row < rows; row++) {
    const low = words[2 * row] as number;
    const high = words[2 * row + 1] as number;
    const part = hashWords(low, high, seed) >>> shift;
    const at = next[part] as number;
    next[part] = at + 1;
    order[at] = row;
    keys[2 * at] = low;
    keys[2 * at + 1] = high;
  }
}

function probePart(
  keys: Uint32Array,
  order: Int32Array,
  start: number,
  end: number,
  slots: Int32Array,
  mask: number,
  representative: Int32Array,
  seed: number,
): void {
  for (let at = start; at < end; at++) {
    const low = keys[2 * at] as number;
    const high = keys[2 * at + 1] as number;
    let slot = hashWords(low, high, seed) & mask;
    for (;;) {
      const seen = slots[slot] as number;
      if (seen === 0) {
        slots[slot] = at + 1;
        representative[order[at] as number] = order[at] as number;
        break;
      }
      if (keys[2 * seen - 2] === low && keys[2 * seen - 1] === high) {
        representative[order[at] as number] = order[seen - 1] as number;
        break;
      }
      slot = (slot + 1) & mask;
    }
  }
}

function probeWhole(words: Uint32Array, slots: Int32Array, representative: Int32Array, seed: number): void {
  const mask = slots.length - 1;
  for (let row = 0; row < representative.length; row++) {
    const low = words[2 * row] as number;
    const high = words[2 * row + 1] as number;
    let slot = hashWords(low, high, seed) & mask;
    for (;;) {
      const seen = slots[slot] as number;
      if (seen === 0) {
        slots[slot] = row + 1;
        representative[row] = row;
        break;
      }
      if (words[2 * seen - 2] === low && words[2 * seen - 1] === high) {
        representative[row] = seen - 1;
        break;
      }
      slot = (slot + 1) & mask;
    }
  }
}

/** 64-bit hash of each row's codes, as two independent words per row. */
export function hashRows(columns: readonly Int32Array[], rows: number): Uint32Array {
  const hashes = new Uint32Array(2 * rows);
  for (let i = 0; i < hashes.length; i++) hashes[i] = seeds[i & 1] as number;
  for (const column of columns) foldColumn(column, hashes);
  return hashes;
}

function foldColumn(codes: Int32Array, hashes: Uint32Array): void {
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row] as number;
    let h = Math.imul((hashes[2 * row] as number) ^ code, 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    hashes[2 * row] = h ^ (h >>> 16);
    h = Math.imul((hashes[2 * row + 1] as number) + code, 0xcc9e2d51);
    h = Math.imul(h ^ (h >>> 15), 0x1b873593);
    hashes[2 * row + 1] = h ^ (h >>> 14);
  }
}

/**
 * Checks, for rows that share a 64-bit hash with their representative, that the codes agree, and separates those that do
 * not: rows of one hash but different codes are chained by first row until every row stands with its equals.
 */
export function separateCollisions(columns: readonly Int32Array[], representative: Int32Array): void {
  const collided = new Map<number, number[]>();
  for (let row = 0; row < representative.length; row++) {
    const leader = representative[row] as number;
    if (leader === row || sameCodes(columns, leader, row)) continue;
    // Only true collisions of 64-bit hashes come here: expected never in 2^32 rows, always right when they do.
    let leaders = collided.get(leader);
    if (leaders === undefined) {
      leaders = [];
      collided.set(leader, leaders);
    }
    let own = row;
    for (const other of leaders) {
      if (sameCodes(columns, other, row)) {
        own = other;
        break;
      }
    }
    if (own === row) leaders.push(row);
    representative[row] = own;
  }
}

function sameCodes(columns: readonly Int32Array[], a: number, b: number): boolean {
  for (let c = 0; c < columns.length; c++) {
    const column = columns[c] as Int32Array;
    if (column[a] !== column[b]) return false;
  }
  return true;
}
