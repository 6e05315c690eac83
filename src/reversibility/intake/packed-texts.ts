/**
 * The different texts of a column as the UTF-8 bytes they were read as: strings are made where they are asked for. The list of
 * all strings of a large column is kept only while the lists used last are small together, for a million texts of a million rows
 * cost several times their bytes as strings.
 * @module
 */
import type { Dictionary, Table } from '../../table/index.js';

/** Up to so many texts a list is kept for good. */
const SMALL = 1 << 16;
/** Bytes that the lists of larger columns may take together. */
const BUDGET = 300_000_000;
/** What a string and its place in a list cost beyond its characters. */
const STRING = 32;
/** Of longer texts nothing is cut here. */
const MOST_CUT = 100_000;
/** Made so often, a list is kept for good. */
const TIMES = 4;

/** Bytes that columns may share: places in them are 32 bits. */
const MOST_SHARED = 2 ** 32 - 1;

/** Methods of Node's Buffer that its types leave out. */
interface Slices {
  latin1Slice(from: number, to: number): string;
  utf8Slice(from: number, to: number): string;
}

/** Lists of large columns, the one asked last at the end. */
const kept: PackedTexts[] = [];

/** Texts by code, as bytes. */
export class PackedTexts {
  /** Number of texts. */
  readonly size: number;
  /** Where each text begins and ends in `bytes`. */
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  /** UTF-8; texts may share it with those of other columns. */
  readonly bytes: Uint8Array;
  /** True where every byte is a character. */
  readonly ascii: boolean;
  /** True where no text comes twice. */
  readonly different: boolean;
  readonly #buffer: Slices | null;
  #list: readonly string[] | undefined;
  #asked = 0;
  #times = 0;

  constructor(
    starts: Uint32Array,
    ends: Uint32Array,
    bytes: Uint8Array,
    ascii: boolean = isAscii(bytes),
    different = true,
  ) {
    this.size = starts.length;
    this.starts = starts;
    this.ends = ends;
    this.bytes = bytes;
    this.ascii = ascii;
    this.different = different;
    this.#buffer =
      typeof Buffer === 'undefined'
        ? null
        : (Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) as unknown as Slices);
  }

  /** One text. */
  at(code: number): string {
    const list = this.#list;
    if (list !== undefined) return list[code] as string;
    // Of a short list, many questions cost more than the list.
    if (this.size <= SMALL && ++this.#asked > this.size >> 2) return this.list()[code] as string;
    return this.#slice(code);
  }

  #slice(code: number): string {
    const from = this.starts[code] as number;
    const to = this.ends[code] as number;
    const buffer = this.#buffer;
    if (buffer === null) return decoder.decode(this.bytes.subarray(from, to));
    return this.ascii ? buffer.latin1Slice(from, to) : buffer.utf8Slice(from, to);
  }

  /** True when a text has the same bytes as one of other texts. */
  equals(code: number, other: PackedTexts, otherCode: number): boolean {
    const from = this.starts[code] as number;
    const to = this.ends[code] as number;
    const start = other.starts[otherCode] as number;
    if (to - from !== (other.ends[otherCode] as number) - start) return false;
    if (this.bytes === other.bytes && from === start) return true;
    for (let i = from, k = start; i < to; i++, k++) if (this.bytes[i] !== other.bytes[k]) return false;
    return true;
  }

  /** The texts without their first and last characters; null where one is not longer, or holds characters of several bytes. */
  cut(first: number, last: number): PackedTexts | null {
    if (!this.ascii) return null;
    const starts = new Uint32Array(this.size);
    const ends = new Uint32Array(this.size);
    const { bytes } = this;
    const head = this.starts[0] as number;
    const tail = (this.ends[0] as number) - last;
    // Texts stay different where what is cut is the same in all.
    let { different } = this;
    for (let code = 0; code < this.size; code++) {
      const start = this.starts[code] as number;
      const from = start + first;
      const to = (this.ends[code] as number) - last;
      if (to <= from || to - from > MOST_CUT) return null;
      starts[code] = from;
      ends[code] = to;
      for (let i = 0; different && i < first; i++) different = bytes[start + i] === bytes[head + i];
      for (let i = 0; different && i < last; i++) different = bytes[to + i] === bytes[tail + i];
    }
    return new PackedTexts(starts, ends, bytes, true, different);
  }

  /** All texts: made when asked for, and of a large column let go when others were asked for since. */
  list(): readonly string[] {
    this.#list ??= this.#made();
    return this.#list;
  }

  #made(): string[] {
    const texts = new Array<string>(this.size);
    for (let code = 0; code < texts.length; code++) texts[code] = this.#slice(code);
    this.#times++;
    // What is asked for again and again, in turns with others, stays.
    if (this.size > SMALL && this.#times < TIMES) this.#keep();
    return texts;
  }

  /** Lets go of the list. */
  forget(): void {
    this.#list = undefined;
  }

  /** Bytes of the list. */
  get #cost(): number {
    const { starts, ends, size } = this;
    // Texts of one column are about as long.
    let length = 0;
    for (let i = 0; i < 64; i++) {
      const code = Math.floor((i * size) / 64);
      length += (ends[code] as number) - (starts[code] as number);
    }
    return (length / 64 + STRING) * size;
  }

  #keep(): void {
    kept.push(this);
    let cost = kept.reduce((sum, own) => sum + own.#cost, 0);
    while (cost > BUDGET && kept.length > 1) {
      const oldest = kept.shift() as PackedTexts;
      oldest.forget();
      cost -= oldest.#cost;
    }
  }
}

/** Bytes that the texts of all columns of a table share, so that they can be put one below the other without being copied. */
export class SharedBytes {
  readonly #bytes: Uint8Array | null;
  #used = 0;

  /** @param columns - tables of one column each */
  constructor(columns: readonly Table[]) {
    const most = columns.reduce((sum, table) => sum + bytesOfTexts(table), 0);
    this.#bytes = most <= MOST_SHARED ? new Uint8Array(most) : null;
  }

  /** The texts of a dictionary, copied; null where there is no space. */
  take({ size, offsets, bytes }: Dictionary): PackedTexts | null {
    const length = offsets[size] as number;
    if (this.#bytes === null || this.#used + length > this.#bytes.length) return null;
    const own = bytes.subarray(0, length);
    this.#bytes.set(own, this.#used);
    const moved = new Uint32Array(size + 1);
    for (let code = 0; code <= size; code++) moved[code] = (offsets[code] as number) + this.#used;
    this.#used += length;
    return new PackedTexts(moved.subarray(0, size), moved.subarray(1), this.#bytes, isAscii(own));
  }
}

/** Bytes of the cells of plain text, or of the values of dictionaries. */
function bytesOfTexts(table: Table): number {
  const dictionaries = new Set<Dictionary>();
  let bytes = 0;
  for (const chunk of table.chunks(table.names[0] as string)) {
    if (chunk.type === 'utf8') bytes += chunk.bytes.length;
    else if (chunk.type === 'dictionary') dictionaries.add(chunk.dictionary);
  }
  for (const dictionary of dictionaries) bytes += dictionary.bytes.length;
  return bytes;
}

/** Lets go of the lists of large columns: when a product has been reviewed. */
export function forgetTexts(): void {
  for (const texts of kept.splice(0)) texts.forget();
}

/** A list of texts, or texts as bytes. */
export type Texts = readonly string[] | PackedTexts;

/** The texts as a list of strings. */
export function stringsOf(texts: Texts): readonly string[] {
  return texts instanceof PackedTexts ? texts.list() : texts;
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

function isAscii(bytes: Uint8Array): boolean {
  for (let i = 0; i < bytes.length; i++) if ((bytes[i] as number) > 127) return false;
  return true;
}
