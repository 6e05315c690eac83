/**
 * The different texts of a column as the UTF-8 bytes they were read as: strings are made where they are asked for. The list of
 * all strings of a large column is kept only while the lists used last are small together, for a million texts of a million rows
 * cost several times their bytes as strings.
 * @module
 */

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
  readonly #buffer: Slices | null;
  #list: readonly string[] | undefined;
  #asked = 0;
  #times = 0;

  constructor(starts: Uint32Array, ends: Uint32Array, bytes: Uint8Array, ascii: boolean = isAscii(bytes)) {
    this.size = starts.length;
    this.starts = starts;
    this.ends = ends;
    this.bytes = bytes;
    this.ascii = ascii;
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

  /** The texts without their first and last characters; null where one is not longer, or holds characters of several bytes. */
  cut(first: number, last: number): PackedTexts | null {
    if (!this.ascii) return null;
    const starts = new Uint32Array(this.size);
    const ends = new Uint32Array(this.size);
    for (let code = 0; code < this.size; code++) {
      const from = (this.starts[code] as number) + first;
      const to = (this.ends[code] as number) - last;
      if (to <= from || to - from > MOST_CUT) return null;
      starts[code] = from;
      ends[code] = to;
    }
    return new PackedTexts(starts, ends, this.bytes, true);
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
