/**
 * Dense codes for numeric keys: open addressing over doubles, first come first numbered.
 * @module
 */

/** Maps whole numbers (0 to 2^53) to codes 0, 1, 2, ... in order of arrival. */
export class Interner {
  #slots: Int32Array;
  #keys: Float64Array;
  #size = 0;

  constructor(expected: number) {
    let capacity = 16;
    while (capacity < expected * 2) capacity *= 2;
    this.#slots = new Int32Array(capacity).fill(-1);
    this.#keys = new Float64Array(Math.max(16, expected));
  }

  /** Number of distinct keys so far. */
  get size(): number {
    return this.#size;
  }

  /** The distinct keys, in order of their codes. */
  keys(): Float64Array {
    return this.#keys.subarray(0, this.#size);
  }

  /** The key of a code. */
  key(code: number): number {
    return this.#keys[code] as number;
  }

  /** Code of the key, given out when it is new. */
  code(key: number): number {
    const mask = this.#slots.length - 1;
    let slot = hash(key) & mask;
    for (;;) {
      const found = this.#slots[slot] as number;
      if (found === -1) break;
      if (this.#keys[found] === key) return found;
      slot = (slot + 1) & mask;
    }
    const code = this.#size++;
    if (code >= this.#keys.length) {
      const keys = new Float64Array(this.#keys.length * 2);
      keys.set(this.#keys);
      this.#keys = keys;
    }
    this.#keys[code] = key;
    this.#slots[slot] = code;
    if (this.#size * 2 > this.#slots.length) this.#grow();
    return code;
  }

  #grow(): void {
    const slots = new Int32Array(this.#slots.length * 2).fill(-1);
    const mask = slots.length - 1;
    for (let code = 0; code < this.#size; code++) {
      let slot = hash(this.#keys[code] as number) & mask;
      while (slots[slot] !== -1) slot = (slot + 1) & mask;
      slots[slot] = code;
    }
    this.#slots = slots;
  }
}

function hash(key: number): number {
  const low = (key % 4294967296) | 0;
  const high = (key / 4294967296) | 0;
  let mixed = Math.imul(low ^ Math.imul(high, 0x9e3779b1), 0x85ebca6b);
  mixed ^= mixed >>> 15;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 13)) >>> 0;
}
