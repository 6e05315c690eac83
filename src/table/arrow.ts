/**
 * Columns as Arrow buffers and back, without copying (Apache Arrow columnar format 1.5, "Physical memory layout").
 *
 * The buffers are views of the column's own memory: only read them. Unreadable cells are null in Arrow, which has no such
 * state. Lengths are not padded to 8 or 64 bytes; writers of IPC messages pad.
 * @module
 */
import { ScrimError } from '../core/index.js';
import type { Column, PhysicalType } from './column.js';
import { Dictionary } from './dictionary.js';

/** Name of the Arrow type of the data buffer. */
export type ArrowType =
  | 'utf8'
  | 'float64'
  | 'int32'
  | 'int64'
  | 'date32'
  | 'dictionary<uint8, utf8>'
  | 'dictionary<uint16, utf8>'
  | 'dictionary<uint32, utf8>';

/** One column of one batch as Arrow lays it out. */
export interface ArrowBuffers {
  readonly type: ArrowType;
  readonly length: number;
  readonly nullCount: number;
  /** Bitmap, least significant bit first; null when every cell has a value. */
  readonly validity: Uint8Array | null;
  /** `length + 1` offsets of a utf8 column, else null. */
  readonly offsets: Int32Array | null;
  /** Values, UTF-8 bytes or dictionary indices. */
  readonly data: Uint8Array | Uint16Array | Uint32Array | Int32Array | BigInt64Array | Float64Array;
  /** The values of a dictionary column, itself of type utf8, else null. */
  readonly dictionary: ArrowBuffers | null;
}

/** The column's memory as Arrow buffers. */
export function arrowBuffers(column: Column): ArrowBuffers {
  const { length, validity } = column;
  const head = { length, validity, nullCount: nullCount(validity, length), offsets: null, dictionary: null };
  switch (column.type) {
    case 'utf8':
      return { ...head, type: 'utf8', offsets: column.offsets, data: column.bytes };
    case 'dictionary': {
      const { size, offsets, bytes } = column.dictionary;
      const values: ArrowBuffers = {
        type: 'utf8',
        length: size,
        nullCount: 0,
        validity: null,
        // Dictionaries hold less than 2 GiB, so the same memory reads as signed.
        offsets: new Int32Array(offsets.buffer, offsets.byteOffset, size + 1),
        data: bytes,
        dictionary: null,
      };
      const width = 8 * column.codes.BYTES_PER_ELEMENT;
      return { ...head, type: `dictionary<uint${width as 8}, utf8>`, data: column.codes, dictionary: values };
    }
    case 'date':
      return { ...head, type: 'date32', data: column.values };
    default:
      return { ...head, type: column.type, data: column.values };
  }
}

/** A column over Arrow buffers, sharing their memory. @throws SCRIM_ARGUMENT when buffers and type do not fit together */
export function columnFromArrow(buffers: ArrowBuffers): Column {
  const { length, validity, data, offsets } = buffers;
  const states = { length, validity, unreadable: null };
  if (validity !== null && validity.length < (length + 7) >> 3) throw unfit('the validity bitmap is too short');
  if (buffers.type === 'utf8') {
    if (offsets === null || offsets.length < length + 1 || !(data instanceof Uint8Array))
      throw unfit('utf8 needs offsets');
    checkOffsets(offsets, length, data.length);
    return { ...states, type: 'utf8', offsets, bytes: data };
  }
  if (data.length < length) throw unfit('the data buffer is too short');
  if (data instanceof Float64Array && buffers.type === 'float64') {
    return { ...states, type: 'float64', values: data.subarray(0, length) };
  }
  if (data instanceof BigInt64Array && buffers.type === 'int64') {
    return { ...states, type: 'int64', values: data.subarray(0, length) };
  }
  if (data instanceof Int32Array && (buffers.type === 'int32' || buffers.type === 'date32')) {
    const type: PhysicalType = buffers.type === 'int32' ? 'int32' : 'date';
    return { ...states, type, values: data.subarray(0, length) };
  }
  const indices = data instanceof Uint8Array || data instanceof Uint16Array || data instanceof Uint32Array;
  if (!indices || buffers.dictionary === null) throw unfit(`the data buffer is not of type ${buffers.type}`);
  const dictionary = dictionaryOf(buffers.dictionary);
  for (let row = 0; row < length; row++) {
    const valid = validity === null || (((validity[row >> 3] as number) >> (row & 7)) & 1) === 1;
    if (valid && (data[row] as number) >= dictionary.size) throw unfit('an index lies outside the dictionary');
  }
  return { ...states, type: 'dictionary', codes: data.subarray(0, length), dictionary };
}

function dictionaryOf({ offsets, data, length }: ArrowBuffers): Dictionary {
  if (offsets === null || offsets.length < length + 1 || !(data instanceof Uint8Array)) {
    throw unfit('the dictionary is not utf8');
  }
  checkOffsets(offsets, length, data.length);
  // A dictionary starts at 0; one that is a slice of a longer buffer is moved there.
  const start = offsets[0] as number;
  const own =
    start === 0 ? offsets.subarray(0, length + 1) : offsets.slice(0, length + 1).map((offset) => offset - start);
  const view = new Uint32Array(own.buffer, own.byteOffset, length + 1);
  return new Dictionary(length, view, data.subarray(start, offsets[length] as number));
}

function checkOffsets(offsets: Int32Array, length: number, bytes: number): void {
  let last = 0;
  for (let i = 0; i <= length; i++) {
    const offset = offsets[i] as number;
    if (offset < last || offset > bytes) throw unfit('the offsets do not ascend within the data');
    last = offset;
  }
}

function nullCount(validity: Uint8Array | null, length: number): number {
  if (validity === null) return 0;
  let valid = 0;
  for (let row = 0; row < length; row++) valid += ((validity[row >> 3] as number) >> (row & 7)) & 1;
  return length - valid;
}

function unfit(problem: string): ScrimError {
  return new ScrimError('SCRIM_ARGUMENT', { name: 'buffers', problem });
}
