/**
 * Finds fixed-size random-looking records by their first bytes: open addressing over typed arrays, no strings.
 * @module
 */

/** Positions of records; records should be uniform, as masks are. */
export class RecordIndex {
  readonly #records: Uint8Array;
  readonly #size: number;
  readonly #slots: Int32Array;

  constructor(records: Uint8Array, count: number, size: number) {
    this.#records = records;
    this.#size = size;
    const slots = new Int32Array(2 ** (32 - Math.clz32(2 * count + 1))).fill(-1);
    const mask = slots.length - 1;
    for (let i = 0; i < count; i++) {
      let slot = start(records, i * size) & mask;
      while (slots[slot] !== -1) slot = (slot + 1) & mask;
      slots[slot] = i;
    }
    this.#slots = slots;
  }

  /** Position of the record that equals the bytes at `at`, or -1. */
  find(bytes: Uint8Array, at: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    for (let slot = start(bytes, at) & mask; slots[slot] !== -1; slot = (slot + 1) & mask) {
      const i = slots[slot]!;
      let k = 0;
      while (k < this.#size && this.#records[i * this.#size + k] === bytes[at + k]) k++;
      if (k === this.#size) return i;
    }
    return -1;
  }
}

function start(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}
