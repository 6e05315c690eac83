/**
 * Finds fixed-size random-looking records by their first bytes: open addressing over typed arrays, no strings.
 *
 * Most look-ups miss. Each slot keeps 16 further bits of its record, so that a miss costs one access to a small array.
 * @module
 */

/** Positions of records; records should be uniform, as masks are, and have at least six bytes. */
export class RecordIndex {
  readonly #records: Uint8Array;
  readonly #size: number;
  readonly #slots: Int32Array;
  /** Bytes 4 and 5 of the record with the lowest bit set; 0 = free. */
  readonly #tags: Uint16Array;

  constructor(records: Uint8Array, count: number, size: number) {
    this.#records = records;
    this.#size = size;
    this.#slots = new Int32Array(2 ** (32 - Math.clz32(2 * count + 1)));
    this.#tags = new Uint16Array(this.#slots.length);
    fill(records, count, size, this.#slots, this.#tags);
  }

  /** Position of the record that equals the bytes at `at`, or -1. */
  find(bytes: Uint8Array, at: number): number {
    return find(bytes, at, this.#records, this.#size, this.#slots, this.#tags);
  }
}

function fill(records: Uint8Array, count: number, size: number, slots: Int32Array, tags: Uint16Array): void {
  const mask = slots.length - 1;
  for (let i = 0; i < count; i++) {
    let slot = start(records, i * size) & mask;
    while (tags[slot] !== 0) slot = (slot + 1) & mask;
    slots[slot] = i;
    tags[slot] = tag(records, i * size);
  }
}

function find(
  bytes: Uint8Array,
  at: number,
  records: Uint8Array,
  size: number,
  slots: Int32Array,
  tags: Uint16Array,
): number {
  const mask = slots.length - 1;
  const wanted = tag(bytes, at);
  for (let slot = start(bytes, at) & mask; ; slot = (slot + 1) & mask) {
    const held = tags[slot]!;
    if (held === 0) return -1;
    if (held !== wanted) continue;
    const from = slots[slot]! * size;
    let k = 0;
    while (k < size && records[from + k] === bytes[at + k]) k++;
    if (k === size) return slots[slot]!;
  }
}

function start(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}

function tag(bytes: Uint8Array, at: number): number {
  return bytes[at + 4]! | (bytes[at + 5]! << 8) | 1;
}
