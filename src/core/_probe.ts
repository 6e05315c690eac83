/**
 * Open-addressing hash tables over typed arrays: for every row, the first row with the same key.
 *
 * Linear probing (Knuth, TAOCP vol. 3, section 6.4, algorithm L) at a load of at most one half; hashes are mixed with the
 * finaliser of MurmurHash3 (Appleby, public domain) under a seed drawn per process, so that data cannot be crafted to collide.
 * @module
 */

const seedWords: Uint32Array = /* @__PURE__ */ globalThis.crypto.getRandomValues(new Uint32Array(2));

/** Smallest power of two that holds `count` entries at a load of at most one half. */
export function slotCount(count: number): number {
  let slots = 16;
  while (slots < 2 * count) slots *= 2;
  return slots;
}

/** 32-bit hash of each key: of the two words of the double. */
export function hashPacked(keys: Float64Array): Uint32Array {
  const hashes = new Uint32Array(keys.length);
  hashWords(new Uint32Array(keys.buffer, keys.byteOffset, 2 * keys.length), hashes, seedWords[0] as number);
  return hashes;
}

function hashWords(words: Uint32Array, hashes: Uint32Array, seed: number): void {
  for (let i = 0; i < hashes.length; i++) {
    let h = Math.imul((words[2 * i] as number) ^ seed, 0xcc9e2d51);
    h = Math.imul((h ^ (h >>> 15)) + (words[2 * i + 1] as number), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    hashes[i] = h ^ (h >>> 16);
  }
}

/** Two independent 32-bit hashes of each row's codes. */
export function hashRows(columns: readonly Int32Array[], rows: number): { low: Uint32Array; high: Uint32Array } {
  const low = new Uint32Array(rows).fill(seedWords[0] as number);
  const high = new Uint32Array(rows).fill(seedWords[1] as number);
  for (const column of columns) foldColumn(column, low, high);
  return { low, high };
}

function foldColumn(codes: Int32Array, low: Uint32Array, high: Uint32Array): void {
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i] as number;
    let h = Math.imul((low[i] as number) ^ code, 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    low[i] = h ^ (h >>> 16);
    h = Math.imul((high[i] as number) + code, 0xcc9e2d51);
    h = Math.imul(h ^ (h >>> 15), 0x1b873593);
    high[i] = h ^ (h >>> 14);
  }
}

/** `representative[row]` = first row whose key is equal. */
export function representativesByKey(keys: Float64Array, hashes: Uint32Array, representative: Int32Array): void {
  const slots = new Int32Array(slotCount(keys.length));
  const mask = slots.length - 1;
  for (let row = 0; row < keys.length; row++) {
    const key = keys[row] as number;
    let slot = (hashes[row] as number) & mask;
    for (;;) {
      const seen = slots[slot] as number;
      if (seen === 0) {
        slots[slot] = row + 1;
        representative[row] = row;
        break;
      }
      if (keys[seen - 1] === key) {
        representative[row] = seen - 1;
        break;
      }
      slot = (slot + 1) & mask;
    }
  }
}

/** `representative[row]` = first row whose codes are all equal; hashes only propose, the codes decide. */
export function representativesByHash(
  columns: readonly Int32Array[],
  low: Uint32Array,
  high: Uint32Array,
  representative: Int32Array,
): void {
  const slots = new Int32Array(slotCount(low.length));
  const mask = slots.length - 1;
  for (let row = 0; row < low.length; row++) {
    const l = low[row] as number;
    const h = high[row] as number;
    let slot = l & mask;
    for (;;) {
      const seen = slots[slot] as number;
      if (seen === 0) {
        slots[slot] = row + 1;
        representative[row] = row;
        break;
      }
      if (low[seen - 1] === l && high[seen - 1] === h && sameCodes(columns, seen - 1, row)) {
        representative[row] = seen - 1;
        break;
      }
      slot = (slot + 1) & mask;
    }
  }
}

function sameCodes(columns: readonly Int32Array[], a: number, b: number): boolean {
  for (let c = 0; c < columns.length; c++) {
    const column = columns[c] as Int32Array;
    if (column[a] !== column[b]) return false;
  }
  return true;
}
