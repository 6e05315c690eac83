/**
 * Checks the pages of a Parquet column chunk before hyparquet decodes them: damaged run lengths would keep it busy for ever.
 *
 * Walks page headers and the runs of the RLE / bit-packed hybrid (Apache Parquet format, Encodings.md, "Run Length Encoding /
 * Bit-Packing Hybrid"), which costs little since runs are skipped, not decoded. Pages that had to be decompressed for it are
 * handed to hyparquet, so that nothing is decompressed twice.
 * @module
 */
import type { AsyncBuffer, ColumnMetaData, CompressionCodec, Compressors, PageHeader } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';
import { decompressPage } from 'hyparquet/src/datapage.js';

/** A column chunk to be checked. */
export interface ChunkPlan {
  readonly meta: ColumnMetaData;
  /** Highest definition and repetition level of the column. */
  readonly definition: number;
  readonly repetition: number;
}

/** A file and decompressors that give out what was checked. */
export interface CheckedChunks {
  readonly file: AsyncBuffer;
  readonly compressors: Compressors;
}

/** Values by which a last run may exceed the page: writers pad it. */
const PADDING = 65_536;
const CODECS: readonly CompressionCodec[] = ['SNAPPY', 'GZIP', 'LZO', 'BROTLI', 'LZ4', 'ZSTD', 'LZ4_RAW'];

/** Reads and checks column chunks. @throws Error when a page is damaged; the caller turns it into a coded error */
export async function checkChunks(
  file: AsyncBuffer,
  chunks: readonly ChunkPlan[],
  compressors: Compressors,
): Promise<CheckedChunks> {
  const slices = new Map<string, ArrayBuffer>();
  const pages = new Map<ArrayBufferLike, Map<number, Uint8Array>>();
  for (const chunk of chunks) {
    const { dictionary_page_offset, data_page_offset, total_compressed_size } = chunk.meta;
    const start = Number(dictionary_page_offset || data_page_offset);
    const end = start + Number(total_compressed_size);
    check(start >= 0 && end >= start && end <= file.byteLength, 'chunk range');
    const buffer = await file.slice(start, end);
    const inflated = new Map<number, Uint8Array>();
    checkPages(buffer, chunk, compressors, inflated);
    slices.set(`${start}-${end}`, buffer);
    pages.set(buffer, inflated);
  }
  const reuse = (codec: CompressionCodec) => (bytes: Uint8Array, length: number) =>
    pages.get(bytes.buffer)?.get(bytes.byteOffset) ?? decompressPage(bytes, length, codec, compressors);
  return {
    file: {
      byteLength: file.byteLength,
      slice: (start, end) => slices.get(`${start}-${end}`) ?? file.slice(start, end),
    },
    compressors: Object.fromEntries(CODECS.map((codec) => [codec, reuse(codec)])),
  };
}

function checkPages(
  buffer: ArrayBuffer,
  chunk: ChunkPlan,
  compressors: Compressors,
  inflated: Map<number, Uint8Array>,
): void {
  const { codec, num_values } = chunk.meta;
  const bytes = new Uint8Array(buffer);
  const reader = { view: new DataView(buffer), offset: 0 };
  const total = Number(num_values);
  let values = 0;
  while (reader.offset < bytes.length - 1) {
    const header = parquetHeader(reader);
    const start = reader.offset;
    const size = header.compressed_page_size;
    check(size >= 0 && start + size <= bytes.length && header.uncompressed_page_size >= 0, 'page size');
    reader.offset = start + size;
    const inflate = (from: number, length: number): Uint8Array => {
      const part = bytes.subarray(from, start + size);
      if (codec === 'UNCOMPRESSED') return part;
      const page = decompressPage(part, length, codec, compressors);
      inflated.set(from, page);
      return page;
    };
    if (header.type === 'DICTIONARY_PAGE') {
      const count = header.dictionary_page_header?.num_values ?? -1;
      check(count >= 0 && count <= header.uncompressed_page_size, 'dictionary size');
      inflate(start, header.uncompressed_page_size);
    } else if (header.type === 'DATA_PAGE') {
      values += checkPage(header, inflate(start, header.uncompressed_page_size), chunk, total - values);
    } else if (header.type === 'DATA_PAGE_V2') {
      values += checkPageV2(header, bytes.subarray(start, start + size), chunk, total - values, (levels, length) =>
        header.data_page_header_v2?.is_compressed === false
          ? bytes.subarray(start + levels, start + size)
          : inflate(start + levels, length),
      );
    } else {
      throw new Error('page type');
    }
  }
  check(values === total, 'number of values');
}

function checkPage(header: PageHeader, page: Uint8Array, chunk: ChunkPlan, left: number): number {
  const { num_values: count, encoding } = header.data_page_header ?? { num_values: -1, encoding: 'PLAIN' };
  check(count >= 0 && count <= left, 'number of values of a page');
  let at = 0;
  let present = count;
  if (chunk.repetition > 0) at = prefixedRuns(page, at, widthOf(chunk.repetition), count, -1).end;
  if (chunk.definition > 0) {
    const runs = prefixedRuns(page, at, widthOf(chunk.definition), count, chunk.definition);
    at = runs.end;
    present = runs.equal;
  }
  checkValues(page, at, encoding, present, chunk.meta.type === 'BOOLEAN');
  return count;
}

function checkPageV2(
  header: PageHeader,
  stored: Uint8Array,
  chunk: ChunkPlan,
  left: number,
  inflate: (levels: number, length: number) => Uint8Array,
): number {
  const v2 = header.data_page_header_v2;
  if (v2 === undefined) throw new Error('page header');
  const { num_values: count, num_nulls: nulls, encoding } = v2;
  const repetition = v2.repetition_levels_byte_length;
  const levels = repetition + v2.definition_levels_byte_length;
  check(count >= 0 && count <= left && nulls >= 0 && nulls <= count && v2.num_rows >= 0, 'number of values of a page');
  check(repetition >= 0 && levels >= repetition && levels <= stored.length, 'length of levels');
  if (chunk.repetition > 0) walkRuns(stored, 0, stored.length, widthOf(chunk.repetition), count, -1);
  if (chunk.definition > 0) {
    const { equal } = walkRuns(stored, repetition, stored.length, widthOf(chunk.definition), count, chunk.definition);
    check(equal === count - nulls, 'number of nulls');
  }
  checkValues(
    inflate(levels, header.uncompressed_page_size - levels),
    0,
    encoding,
    count - nulls,
    chunk.meta.type === 'BOOLEAN',
  );
  return count;
}

/** Dictionary indices and runs of booleans; other encodings end with their values. */
function checkValues(page: Uint8Array, at: number, encoding: string, count: number, boolean: boolean): void {
  if (encoding === 'RLE' || (boolean && encoding.endsWith('_DICTIONARY'))) {
    if (count > 0) prefixedRuns(page, at, 1, count, -1);
  } else if (encoding.endsWith('_DICTIONARY') && count > 0) {
    const width = page[at] ?? 255;
    check(width <= 32, 'width of dictionary indices');
    if (width > 0) walkRuns(page, at + 1, page.length, width, count, -1);
  }
}

/** Runs after their length in four bytes. */
function prefixedRuns(
  page: Uint8Array,
  at: number,
  width: number,
  count: number,
  target: number,
): { end: number; equal: number } {
  check(at + 4 <= page.length, 'length of levels');
  const length = new DataView(page.buffer, page.byteOffset + at, 4).getUint32(0, true);
  check(at + 4 + length <= page.length, 'length of levels');
  const { equal } = walkRuns(page, at + 4, page.length, width, count, target);
  return { end: at + 4 + length, equal };
}

/** Skips the runs of `count` values and counts those equal to `target` (none are counted when it is negative). */
function walkRuns(
  bytes: Uint8Array,
  start: number,
  end: number,
  width: number,
  count: number,
  target: number,
): { equal: number } {
  const valueBytes = (width + 7) >> 3;
  let at = start;
  let seen = 0;
  let equal = 0;
  while (seen < count) {
    let header = 0;
    let shift = 0;
    let byte: number;
    do {
      check(at < end && shift <= 28, 'run header');
      byte = bytes[at++] as number;
      header += (byte & 127) * 2 ** shift;
      shift += 7;
    } while (byte >= 128);
    const packed = header % 2 === 1;
    const length = packed ? (header >>> 1) * 8 : header >>> 1;
    check(header < 2 ** 31 && length > 0 && length <= count - seen + PADDING, 'run length');
    const used = Math.min(length, count - seen);
    if (packed) {
      if (target >= 0) equal += countPacked(bytes, at, end, width, used, target);
      at += (length / 8) * width;
    } else {
      check(at + valueBytes <= end, 'run value');
      let value = 0;
      for (let i = 0; i < valueBytes; i++) value += (bytes[at + i] as number) * 2 ** (8 * i);
      if (value === target) equal += used;
      at += valueBytes;
    }
    seen += length;
  }
  return { equal };
}

/** How many of the first `count` bit-packed values (least significant bit first) equal `target`. */
function countPacked(
  bytes: Uint8Array,
  start: number,
  end: number,
  width: number,
  count: number,
  target: number,
): number {
  let equal = 0;
  for (let i = 0; i < count; i++) {
    let value = 0;
    for (let b = 0; b < width; b++) {
      const bit = i * width + b;
      const at = start + (bit >> 3);
      check(at < end, 'bit-packed run');
      value |= (((bytes[at] as number) >> (bit & 7)) & 1) << b;
    }
    if (value === target) equal++;
  }
  return equal;
}

function widthOf(level: number): number {
  return 32 - Math.clz32(level);
}

function check(sound: boolean, what: string): void {
  if (!sound) throw new Error(what);
}
