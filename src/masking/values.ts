/**
 * The driver under every text masker: a kernel sees plain UTF-8 values one after another, whether they are the rows of a
 * `utf8` column or the distinct values of a dictionary; this file does the rest (null cells, refusals, equal results).
 *
 * Layout: Apache Arrow columnar format 1.5, "Variable-size Binary Layout".
 * @module
 */
import { keepFreedMemory } from '../core/index.js';
import { type Column, cellText, Dictionary, type DictionaryColumn, type Utf8Column } from '../table/index.js';
import type { MaskedColumn } from './masker.js';

/** UTF-8 values one after another: value i is `bytes[offsets[i] .. offsets[i + 1])`. Only read. */
export interface Values {
  readonly length: number;
  readonly offsets: Int32Array | Uint32Array;
  readonly bytes: Uint8Array;
  /** Bitmap, 1 = value; a kernel must write nothing for the others. `null` = all are values. */
  readonly validity: Uint8Array | null;
}

/** Masked values, in the same order. */
export interface MaskedValues {
  readonly offsets: Int32Array;
  readonly bytes: Uint8Array;
  /** Bitmap, 1 = the kernel could not mask this value and wrote nothing. `null` = none. */
  readonly refused: Uint8Array | null;
}

/** Masks many values at once. */
export type ValuesKernel = (values: Values) => MaskedValues;

/** Masks one value: the masked text, or null when it cannot be masked. */
export type ValueFunction = (value: string) => string | null;

/** Grows while masked values are appended; refusals are remembered. */
export class ValuesBuilder {
  readonly #offsets: Int32Array;
  #bytes: Uint8Array;
  #refused: Uint8Array | null = null;
  #count = 0;
  #end = 0;

  constructor(length: number, expectedBytes: number) {
    this.#offsets = new Int32Array(length + 1);
    this.#bytes = new Uint8Array(Math.max(64, expectedBytes));
  }

  #reserve(extra: number): void {
    if (this.#end + extra <= this.#bytes.length) return;
    const bytes = new Uint8Array(Math.max(this.#bytes.length * 2, this.#end + extra));
    bytes.set(this.#bytes.subarray(0, this.#end));
    this.#bytes = bytes;
  }

  /** Appends a masked value as text. */
  text(value: string): void {
    this.#reserve(value.length * 3);
    this.#end += encoder.encodeInto(value, this.#bytes.subarray(this.#end)).written;
    this.#offsets[++this.#count] = this.#end;
  }

  /** Appends a masked value as UTF-8. */
  raw(value: Uint8Array): void {
    this.#reserve(value.length);
    this.#bytes.set(value, this.#end);
    this.#end += value.length;
    this.#offsets[++this.#count] = this.#end;
  }

  /** Appends nothing: the source cell is null. */
  none(): void {
    this.#offsets[++this.#count] = this.#end;
  }

  /** Appends nothing and marks the value as one that could not be masked. */
  refuse(): void {
    this.#refused ??= new Uint8Array((this.#offsets.length + 7) >> 3);
    const at = this.#count;
    this.#refused[at >> 3] = (this.#refused[at >> 3] as number) | (1 << (at & 7));
    this.none();
  }

  /** The values appended so far. */
  finish(): MaskedValues {
    return { offsets: this.#offsets, bytes: this.#bytes.subarray(0, this.#end), refused: this.#refused };
  }
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** True when bit `i` of a bitmap is set. */
export function bit(bitmap: Uint8Array, i: number): boolean {
  return (((bitmap[i >> 3] as number) >> (i & 7)) & 1) === 1;
}

/** A kernel from a function of one value as text: for maskers whose work is not in moving bytes. */
export function textKernel(mask: ValueFunction): ValuesKernel {
  return (values) => {
    const builder = new ValuesBuilder(values.length, values.bytes.length);
    for (let i = 0; i < values.length; i++) {
      if (values.validity !== null && !bit(values.validity, i)) {
        builder.none();
        continue;
      }
      const start = values.offsets[i] as number;
      const masked = mask(decoder.decode(values.bytes.subarray(start, values.offsets[i + 1] as number)));
      if (masked === null) builder.refuse();
      else builder.text(masked);
    }
    return builder.finish();
  };
}

/** Cells of any type as a `utf8` column: numbers in shortest form, dates as YYYY-MM-DD. */
export function asText(column: Column): Utf8Column | DictionaryColumn {
  if (column.type === 'utf8' || column.type === 'dictionary') return column;
  const builder = new ValuesBuilder(column.length, column.length * 12);
  for (let row = 0; row < column.length; row++) {
    const text = cellText(column, row);
    if (text === null) builder.none();
    else builder.text(text);
  }
  const { offsets, bytes } = builder.finish();
  return {
    type: 'utf8',
    length: column.length,
    offsets,
    bytes,
    validity: column.validity,
    unreadable: column.unreadable,
  };
}

/** Rows from which a column's buffers are large enough for the system to take them back. */
const MANY = 4096;

/** Number of set bits among the first `length` bits. */
export function countBits(bitmap: Uint8Array | null, length: number): number {
  if (bitmap === null) return 0;
  let count = 0;
  const whole = length >> 3;
  for (let i = 0; i < whole; i++) {
    let byte = bitmap[i] as number;
    byte -= (byte >> 1) & 0x55;
    byte = (byte & 0x33) + ((byte >> 2) & 0x33);
    count += (byte + (byte >> 4)) & 0x0f;
  }
  for (let i = whole * 8; i < length; i++) if (bit(bitmap, i)) count++;
  return count;
}

function withoutRefused(validity: Uint8Array | null, refused: Uint8Array | null, length: number): Uint8Array | null {
  if (refused === null) return validity;
  const size = (length + 7) >> 3;
  const result = new Uint8Array(size);
  for (let i = 0; i < size; i++) {
    result[i] = (validity === null ? 255 : (validity[i] as number)) & ~(refused[i] as number);
  }
  const rest = length & 7;
  if (rest !== 0) result[size - 1] = (result[size - 1] as number) & ((1 << rest) - 1);
  return result;
}

/** A dictionary after masking: equal results share a code. */
interface MaskedDictionary {
  readonly dictionary: Dictionary;
  /** New code of each old code; -1 where the value was refused. */
  readonly codes: Int32Array;
  readonly refusals: boolean;
}

function maskDictionary(dictionary: Dictionary, kernel: ValuesKernel): MaskedDictionary {
  const { offsets, bytes, refused } = kernel({
    length: dictionary.size,
    offsets: dictionary.offsets,
    bytes: dictionary.bytes,
    validity: null,
  });
  const codes = new Int32Array(dictionary.size);
  const firstOf = new Map<string, number>();
  const kept: number[] = [];
  for (let code = 0; code < dictionary.size; code++) {
    if (refused !== null && bit(refused, code)) {
      codes[code] = -1;
      continue;
    }
    const key = latin(bytes, offsets[code] as number, offsets[code + 1] as number);
    let target = firstOf.get(key);
    if (target === undefined) {
      target = kept.length;
      firstOf.set(key, target);
      kept.push(code);
    }
    codes[code] = target;
  }
  const newOffsets = new Uint32Array(kept.length + 1);
  let total = 0;
  for (const code of kept) total += (offsets[code + 1] as number) - (offsets[code] as number);
  const newBytes = new Uint8Array(total);
  let end = 0;
  kept.forEach((code, i) => {
    const value = bytes.subarray(offsets[code] as number, offsets[code + 1] as number);
    newBytes.set(value, end);
    end += value.length;
    newOffsets[i + 1] = end;
  });
  return { dictionary: new Dictionary(kept.length, newOffsets, newBytes), codes, refusals: refused !== null };
}

/** Bytes as a string key of a map, one character a byte. */
function latin(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let i = start; i < end; i++) text += String.fromCharCode(bytes[i] as number);
  return text;
}

function codesFor(length: number, cardinality: number): Uint8Array | Uint16Array | Uint32Array {
  if (cardinality <= 256) return new Uint8Array(length);
  return cardinality <= 65536 ? new Uint16Array(length) : new Uint32Array(length);
}

/**
 * A function that masks columns with a kernel: `utf8` columns row by row, dictionary columns once per distinct value
 * (the masked dictionary is made once and shared by all batches), other types as their text.
 * Unreadable cells cannot be masked: they become null and are counted with the refusals.
 */
export function columnMapper(kernel: ValuesKernel): (column: Column) => MaskedColumn {
  const dictionaries = new WeakMap<Dictionary, MaskedDictionary>();
  return (source) => {
    const column = asText(source);
    if (column.length >= MANY) keepFreedMemory();
    const unreadable = countBits(column.unreadable, column.length);
    if (column.type === 'utf8') {
      const { offsets, bytes, refused } = kernel(column);
      return {
        column: {
          type: 'utf8',
          length: column.length,
          offsets,
          bytes,
          validity: withoutRefused(column.validity, refused, column.length),
          unreadable: null,
        },
        suppressed: countBits(refused, column.length) + unreadable,
      };
    }
    let masked = dictionaries.get(column.dictionary);
    if (masked === undefined) {
      masked = maskDictionary(column.dictionary, kernel);
      dictionaries.set(column.dictionary, masked);
    }
    const codes = codesFor(column.length, masked.dictionary.size);
    const refused = masked.refusals ? new Uint8Array((column.length + 7) >> 3) : null;
    recode(column.codes, masked.codes, codes, column.validity, refused);
    return {
      column: {
        type: 'dictionary',
        length: column.length,
        codes,
        dictionary: masked.dictionary,
        validity: withoutRefused(column.validity, refused, column.length),
        unreadable: null,
      },
      suppressed: countBits(refused, column.length) + unreadable,
    };
  };
}

function recode(
  from: Uint8Array | Uint16Array | Uint32Array,
  map: Int32Array,
  to: Uint8Array | Uint16Array | Uint32Array,
  validity: Uint8Array | null,
  refused: Uint8Array | null,
): void {
  if (refused === null && validity === null) {
    for (let i = 0; i < from.length; i++) to[i] = map[from[i] as number] as number;
    return;
  }
  for (let i = 0; i < from.length; i++) {
    if (validity !== null && ((validity[i >> 3] as number) & (1 << (i & 7))) === 0) continue;
    const code = map[from[i] as number] as number;
    if (code >= 0) to[i] = code;
    else if (refused !== null) refused[i >> 3] = (refused[i >> 3] as number) | (1 << (i & 7));
  }
}
