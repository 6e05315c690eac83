/**
 * Arrays of numbers in binary form: NumPy files, and bare numbers without a header.
 *
 * NumPy Enhancement Proposal 1 (".npy"); IEEE 754-2019.
 * @module
 */
import { textOfBytes, viewOfBytes } from './bytes.js';

const READERS: Readonly<
  Record<string, readonly [size: number, read: (view: DataView, at: number, little: boolean) => number]>
> = {
  f8: [8, (view, at, little) => view.getFloat64(at, little)],
  f4: [4, (view, at, little) => view.getFloat32(at, little)],
  i8: [8, (view, at, little) => Number(view.getBigInt64(at, little))],
  u8: [8, (view, at, little) => Number(view.getBigUint64(at, little))],
  i4: [4, (view, at, little) => view.getInt32(at, little)],
  u4: [4, (view, at, little) => view.getUint32(at, little)],
  i2: [2, (view, at, little) => view.getInt16(at, little)],
  u2: [2, (view, at, little) => view.getUint16(at, little)],
  i1: [1, (view, at) => view.getInt8(at)],
  u1: [1, (view, at) => view.getUint8(at)],
  b1: [1, (view, at) => view.getUint8(at)],
};

/** Bytes as numbers of a NumPy type such as `<f8`; null for others. Numbers of 32 bits are written as short as they tell. */
export function numbersOfBytes(bytes: Uint8Array, dtype: string): number[] | null {
  const reader = READERS[dtype.replace(/^[<>|=]/, '')];
  if (reader === undefined) return null;
  const [size, read] = reader;
  const view = viewOfBytes(bytes);
  const little = !dtype.startsWith('>');
  const short = dtype.endsWith('f4');
  return Array.from({ length: Math.floor(bytes.length / size) }, (_, i) => {
    const value = read(view, i * size, little);
    return short ? Number(value.toPrecision(7)) : value;
  });
}

/** Texts of a fixed width in a NumPy array: `U` of four bytes a character, `S` of one. */
function textsOfBytes(bytes: Uint8Array, dtype: string): string[] | null {
  const match = /^[<>|](U|S)(\d+)$/.exec(dtype);
  if (match === null) return null;
  const wide = match[1] === 'U' ? 4 : 1;
  const width = Number(match[2]) * wide;
  if (width === 0) return null;
  const view = viewOfBytes(bytes);
  return Array.from({ length: Math.floor(bytes.length / width) }, (_, i) => {
    let out = '';
    for (let at = i * width; at < (i + 1) * width; at += wide) {
      const code = wide === 4 ? view.getUint32(at, !dtype.startsWith('>')) : (bytes[at] as number);
      if (code > 0 && code <= 0x10ffff) out += String.fromCodePoint(code);
    }
    return out;
  });
}

/** A NumPy file as rows; null for anything else. */
export function gridOfNpy(bytes: Uint8Array): (string | null)[][] | null {
  if (bytes.length < 16 || textOfBytes(bytes.subarray(0, 6)) !== '\x93NUMPY') return null;
  const start = bytes[6] === 1 ? 10 : 12;
  const length = (bytes[8] as number) + 256 * (bytes[9] as number);
  const header = textOfBytes(bytes.subarray(start, start + length));
  const dtype = /'descr': '([^']+)'/.exec(header)?.[1];
  const shape = /'shape': \(([^)]*)\)/
    .exec(header)?.[1]
    ?.split(',')
    .filter((part) => part.trim() !== '')
    .map(Number);
  if (dtype === undefined || shape === undefined || shape.length === 0 || shape.length > 2) return null;
  const body = bytes.subarray(start + length);
  const flat = numbersOfBytes(body, dtype) ?? textsOfBytes(body, dtype);
  if (flat === null) return null;
  const [rows, columns = 1] = shape as [number, number | undefined];
  if (rows * columns > flat.length) return null;
  const turned = /'fortran_order': True/.test(header);
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (__, column) =>
      textOf(flat[turned ? column * rows + row : row * columns + column]),
    ),
  );
}

function textOf(value: number | string | undefined): string | null {
  return value === undefined || Number.isNaN(value) ? null : String(value);
}

const BARE = ['<f8', '<f4', '<i4', '<i8', '>f8', '>f4', '>i4'];
const LEAST_NUMBERS = 48;

/** Bare numbers: all of them of a size that people write. */
function bareNumbers(bytes: Uint8Array): number[] | null {
  for (const dtype of BARE) {
    const size = Number(dtype[2]);
    if (bytes.length % size !== 0 || bytes.length < LEAST_NUMBERS * size) continue;
    const few = numbersOfBytes(bytes.subarray(0, size * LEAST_NUMBERS), dtype) as number[];
    const isFloat = dtype[1] === 'f';
    const sane = (value: number): boolean =>
      isFloat
        ? Number.isNaN(value) || value === 0 || (Math.abs(value) > 1e-9 && Math.abs(value) < 1e15)
        : Math.abs(value) < (size === 8 ? 1e15 : 1e8);
    if (!few.every(sane)) continue;
    const all = numbersOfBytes(bytes, dtype) as number[];
    if (all.every(sane) && new Set(all.slice(0, 1000)).size > 4) return all;
  }
  return null;
}

/** Bare numbers as rows: of the width at which each column is most alike (numbers of one size), row by row or column by column. */
export function gridOfNumbers(bytes: Uint8Array): (string | null)[][] | null {
  const flat = bareNumbers(bytes);
  if (flat === null) return null;
  const size = (value: number): number =>
    value === 0 || Number.isNaN(value) ? 0 : Math.round(2 * Math.log2(Math.abs(value)));
  const sizes = flat.map(size);
  let best = { width: 1, across: true, spread: spreadOf(sizes, 1, flat.length, true) };
  for (let width = 2; width <= 64 && flat.length / width >= 12; width++) {
    if (flat.length % width !== 0) continue;
    for (const across of [true, false]) {
      const spread = spreadOf(sizes, width, flat.length / width, across);
      // A multiple of the true width is as good: the narrowest stays.
      if (spread < 0.97 * best.spread) best = { width, across, spread };
    }
  }
  const { width, across } = best;
  const rows = flat.length / width;
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: width }, (__, column) => textOf(flat[across ? row * width + column : column * rows + row])),
  );
}

/** Mean deviation of sizes from their columns' means; the columns go across the list, or one after the other. */
function spreadOf(sizes: readonly number[], width: number, rows: number, across: boolean): number {
  const at = (row: number, column: number): number =>
    sizes[across ? row * width + column : column * rows + row] as number;
  let total = 0;
  for (let column = 0; column < width; column++) {
    let mean = 0;
    for (let row = 0; row < rows; row++) mean += at(row, column) / rows;
    for (let row = 0; row < rows; row++) total += Math.abs(at(row, column) - mean);
  }
  return total / sizes.length;
}
