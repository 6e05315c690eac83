/**
 * The distinct values of a column as UTF-8 bytes with offsets; JavaScript strings are made only when asked for.
 * @module
 */

// A leading U+FEFF inside a value is part of it, not a mark of the encoding.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const encoder = new TextEncoder();

/** Distinct values, code = position. Immutable; shared by all batches of a column. */
export class Dictionary {
  /** Number of distinct values. */
  readonly size: number;
  /** `size + 1` offsets into `bytes`. */
  readonly offsets: Uint32Array;
  /** UTF-8 bytes of all values, one after another. */
  readonly bytes: Uint8Array;
  #strings: string[] | undefined;

  constructor(size: number, offsets: Uint32Array, bytes: Uint8Array) {
    this.size = size;
    this.offsets = offsets;
    this.bytes = bytes;
  }

  /** Dictionary of the given strings, in their order; they must be distinct. */
  static from(values: readonly string[]): Dictionary {
    const encoded = values.map((value) => encoder.encode(value));
    const offsets = new Uint32Array(values.length + 1);
    encoded.forEach((bytes, i) => {
      offsets[i + 1] = (offsets[i] as number) + bytes.length;
    });
    const bytes = new Uint8Array(offsets[values.length] as number);
    encoded.forEach((value, i) => {
      bytes.set(value, offsets[i] as number);
    });
    return new Dictionary(values.length, offsets, bytes);
  }

  /** The value of a code as a string. */
  at(code: number): string {
    if (this.#strings !== undefined) return this.#strings[code] as string;
    return decoder.decode(this.bytesAt(code));
  }

  /** The value of a code as a view of its UTF-8 bytes; not to be written to. */
  bytesAt(code: number): Uint8Array {
    return this.bytes.subarray(this.offsets[code] as number, this.offsets[code + 1] as number);
  }

  /** All values as strings, made once and kept. Meant for small dictionaries. */
  strings(): readonly string[] {
    if (this.#strings === undefined) {
      const strings = new Array<string>(this.size);
      for (let code = 0; code < this.size; code++) strings[code] = decoder.decode(this.bytesAt(code));
      this.#strings = strings;
    }
    return this.#strings;
  }
}
