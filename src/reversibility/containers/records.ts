/**
 * Values written as bytes one after the other: MessagePack, CBOR, Protocol Buffers without their schema. What does
 * not use up its bytes exactly is none.
 *
 * MessagePack specification (2017); RFC 8949 (CBOR), section 3; Protocol Buffers, "Encoding".
 * @module
 */
import { textOfBytes, utf8OfBytes, viewOfBytes } from './bytes.js';

/** Bytes with a place from which the next value is read. */
interface Cursor {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  at: number;
}

const MOST_DEPTH = 16;
const encoder = new TextEncoder();

function cursorOf(bytes: Uint8Array): Cursor {
  return { bytes, view: viewOfBytes(bytes), at: 0 };
}

function take(cursor: Cursor, length: number): Uint8Array {
  if (length < 0 || cursor.at + length > cursor.bytes.length) throw new RangeError('end of data');
  const own = cursor.bytes.subarray(cursor.at, cursor.at + length);
  cursor.at += length;
  return own;
}

function unsigned(cursor: Cursor, size: number): number {
  let value = 0;
  for (const byte of take(cursor, size)) value = value * 256 + byte;
  return value;
}

function signed(cursor: Cursor, size: number): number {
  const value = unsigned(cursor, size);
  const half = 2 ** (8 * size - 1);
  return value >= half ? value - 2 * half : value;
}

function float(cursor: Cursor, size: number): number {
  const at = cursor.at;
  take(cursor, size);
  return size === 4 ? cursor.view.getFloat32(at) : cursor.view.getFloat64(at);
}

function text(bytes: Uint8Array): string {
  const own = utf8OfBytes(bytes);
  if (own === null) throw new RangeError('no text');
  return own;
}

function list(count: number, cursor: Cursor, read: () => unknown): unknown[] {
  if (count > cursor.bytes.length) throw new RangeError('too many');
  return Array.from({ length: count }, read);
}

function fields(count: number, cursor: Cursor, read: () => unknown): Record<string, unknown> {
  if (count > cursor.bytes.length) throw new RangeError('too many');
  const out: Record<string, unknown> = {};
  for (let i = 0; i < count; i++) out[`${i} ${String(read())}`] = read();
  return out;
}

function messagePack(cursor: Cursor, depth: number): unknown {
  if (depth > MOST_DEPTH) throw new RangeError('too deep');
  const read = (): unknown => messagePack(cursor, depth + 1);
  const tag = unsigned(cursor, 1);
  if (tag < 0x80) return tag;
  if (tag < 0x90) return fields(tag & 15, cursor, read);
  if (tag < 0xa0) return list(tag & 15, cursor, read);
  if (tag < 0xc0) return text(take(cursor, tag & 31));
  if (tag >= 0xe0) return tag - 256;
  switch (tag) {
    case 0xc0:
      return null;
    case 0xc2:
    case 0xc3:
      return tag === 0xc3;
    case 0xc4:
    case 0xc5:
    case 0xc6:
      return textOfBytes(take(cursor, unsigned(cursor, 1 << (tag - 0xc4))));
    case 0xca:
    case 0xcb:
      return float(cursor, tag === 0xca ? 4 : 8);
    case 0xcc:
    case 0xcd:
    case 0xce:
    case 0xcf:
      return unsigned(cursor, 1 << (tag - 0xcc));
    case 0xd0:
    case 0xd1:
    case 0xd2:
    case 0xd3:
      return signed(cursor, 1 << (tag - 0xd0));
    case 0xd9:
    case 0xda:
    case 0xdb:
      return text(take(cursor, unsigned(cursor, 1 << (tag - 0xd9))));
    case 0xdc:
    case 0xdd:
      return list(unsigned(cursor, tag === 0xdc ? 2 : 4), cursor, read);
    case 0xde:
    case 0xdf:
      return fields(unsigned(cursor, tag === 0xde ? 2 : 4), cursor, read);
    default:
      throw new RangeError('no MessagePack');
  }
}

function cbor(cursor: Cursor, depth: number): unknown {
  if (depth > MOST_DEPTH) throw new RangeError('too deep');
  const read = (): unknown => cbor(cursor, depth + 1);
  const first = unsigned(cursor, 1);
  const kind = first >> 5;
  const short = first & 31;
  if (kind === 7) {
    if (short === 20 || short === 21) return short === 21;
    if (short === 22 || short === 23) return null;
    if (short === 26 || short === 27) return float(cursor, short === 26 ? 4 : 8);
    throw new RangeError('no CBOR');
  }
  if (short > 27) throw new RangeError('no CBOR');
  const count = short < 24 ? short : unsigned(cursor, 1 << (short - 24));
  if (kind === 0) return count;
  if (kind === 1) return -1 - count;
  if (kind === 2) return textOfBytes(take(cursor, count));
  if (kind === 3) return text(take(cursor, count));
  if (kind === 4) return list(count, cursor, read);
  if (kind === 5) return fields(count, cursor, read);
  return read();
}

function varint(cursor: Cursor): number {
  let value = 0;
  let weight = 1;
  for (let i = 0; i < 10; i++) {
    const byte = unsigned(cursor, 1);
    value += (byte & 127) * weight;
    weight *= 128;
    if (byte < 128) return value;
  }
  throw new RangeError('no varint');
}

/** A message: fields by number, several of one number as a list; sub-messages stay texts of bytes. */
function message(cursor: Cursor): unknown {
  const out: Record<string, unknown> = {};
  let last = 0;
  while (cursor.at < cursor.bytes.length) {
    const tag = varint(cursor);
    const number = Math.floor(tag / 8);
    const kind = tag & 7;
    if (number < Math.max(1, last) || number > 512) throw new RangeError('no message');
    let value: unknown;
    if (kind === 0) value = varint(cursor);
    else if (kind === 1 || kind === 5) {
      const at = cursor.at;
      take(cursor, kind === 1 ? 8 : 4);
      value = kind === 1 ? cursor.view.getFloat64(at, true) : cursor.view.getFloat32(at, true);
    } else if (kind === 2) {
      const own = take(cursor, varint(cursor));
      value = utf8OfBytes(own) ?? nested(own) ?? textOfBytes(own);
    } else throw new RangeError('no message');
    // Numbers as names of fields would be sorted: they are not, and a letter keeps them so.
    const name = `f${number}`;
    const known = out[name];
    if (known === undefined) out[name] = value;
    else if (Array.isArray(known)) known.push(value);
    else out[name] = [known, value];
    last = number;
  }
  // Rows are a field that comes again and again: what some of them are, all of them are, though their bytes may be text.
  for (const own of Object.values(out)) {
    if (!Array.isArray(own) || !own.some((item) => typeof item === 'object')) continue;
    own.forEach((item, i) => {
      if (typeof item === 'string') own[i] = nested(encoder.encode(item)) ?? item;
    });
  }
  return out;
}

function nested(bytes: Uint8Array): unknown {
  try {
    const value = message(cursorOf(bytes));
    return Object.keys(value as object).length > 1 ? value : null;
  } catch {
    return null;
  }
}

const FORMATS: readonly ((cursor: Cursor) => unknown)[] = [
  (cursor) => messagePack(cursor, 0),
  (cursor) => cbor(cursor, 0),
  message,
];

/** The value that all the bytes are, or the list of values that they are one after the other; undefined where they are none. */
export function valueOfBytes(bytes: Uint8Array): unknown {
  for (const read of FORMATS) {
    const cursor = cursorOf(bytes);
    const values: unknown[] = [];
    try {
      while (cursor.at < bytes.length) {
        const value = read(cursor);
        // Single numbers are any bytes at all.
        if (typeof value !== 'object' || value === null) throw new RangeError('no record');
        values.push(value);
      }
    } catch {
      continue;
    }
    if (values.length > 0) return values.length === 1 ? values[0] : values;
  }
  return undefined;
}
