/**
 * More leaky transforms: writings of other libraries, digests of digests, bits of numbers, mixes and shapes. Split from transforms.ts
 * by length only.
 * @module
 */
import { blake2b } from '@noble/hashes/blake2.js';
import { md5, sha1 } from '@noble/hashes/legacy.js';
import { pbkdf2 } from '@noble/hashes/pbkdf2.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { hexOf, type RandomSource } from '../../core/index.js';
import { type Frame, frameRows, isNumericColumn, mapColumn, normal, shuffled } from './frame.js';
import { cells, distinct, latin1, numbers, shape, type Transform } from './transforms.js';

const utf8 = new TextEncoder();
type Column = readonly (string | null)[];

function inBase(bytes: Uint8Array, alphabet: string): string {
  let value = 0n;
  for (const byte of bytes) value = value * 256n + BigInt(byte);
  const base = BigInt(alphabet.length);
  let text = '';
  for (; value > 0n; value /= base) text = (alphabet[Number(value % base)] as string) + text;
  return text;
}

function base85(bytes: Uint8Array, alphabet: string): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 4) {
    const size = Math.min(4, bytes.length - i);
    let value = 0;
    for (let j = 0; j < 4; j++) value = value * 256 + (j < size ? (bytes[i + j] as number) : 0);
    let group = '';
    for (let j = 0; j < 5; j++) {
      group = (alphabet[value % 85] as string) + group;
      value = Math.floor(value / 85);
    }
    text += group.slice(0, size + 1);
  }
  return text;
}

function bitGroups(bytes: Uint8Array, alphabet: string, bits: number): string {
  let text = '';
  let buffer = 0;
  let held = 0;
  for (const byte of bytes) {
    buffer = (buffer << 8) | byte;
    held += 8;
    for (; held >= bits; held -= bits) text += alphabet[(buffer >> (held - bits)) & (2 ** bits - 1)];
    buffer &= 0xff;
  }
  return held > 0 ? text + alphabet[(buffer << (bits - held)) & (2 ** bits - 1)] : text;
}

const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const LOWER = UPPER.toLowerCase();
const DIGITS = '0123456789';
const ASCII85 = Array.from({ length: 85 }, (_, i) => String.fromCharCode(33 + i)).join('');

function memo(write: (text: string) => string): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    let out = known.get(text);
    if (out === undefined) {
      out = write(text);
      known.set(text, out);
    }
    return out;
  };
}

function wholeNumbers(values: readonly number[]): boolean {
  return values.every((value) => Number.isInteger(value) && value >= 0);
}

/** Transforms of cells. */
export const moreCellTransforms: readonly Transform[] = [
  cells(
    'base85-rfc1924',
    () => (text) => base85(utf8.encode(text), `${DIGITS}${UPPER}${LOWER}!#$%&()*+-;<=>?@^_\`{|}~`),
  ),
  cells('ascii85', () => (text) => base85(utf8.encode(text), ASCII85)),
  cells('z85', () => (text) => base85(utf8.encode(text), `${DIGITS}${LOWER}${UPPER}.-:+=^!/*?&<>()[]{}@%$#`)),
  cells('base32', () => (text) => bitGroups(utf8.encode(text), `${UPPER}234567`, 5)),
  cells('base32-hex', () => (text) => bitGroups(utf8.encode(text), DIGITS + UPPER.slice(0, 22), 5)),
  cells(
    'base58',
    () => (text) => inBase(utf8.encode(text), '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'),
  ),
  cells('base62', () => (text) => inBase(utf8.encode(text), DIGITS + UPPER + LOWER)),
  cells('base36', () => (text) => inBase(utf8.encode(text), DIGITS + LOWER)),
  cells('double-base64', () => (text) => btoa(btoa(latin1(utf8.encode(text))))),
  cells('decimal-bytes', () => (text) => [...utf8.encode(text)].join(' ')),
  cells(
    'byte-literal',
    () => (text) =>
      `b'${[...utf8.encode(text)].map((byte) => (byte > 126 || byte < 32 || byte === 39 || byte === 92 ? `\\x${byte.toString(16).padStart(2, '0')}` : String.fromCharCode(byte))).join('')}'`,
  ),
  cells(
    'quoted-printable',
    () => (text) =>
      [...utf8.encode(text)].map((byte) => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  ),
  cells('spaces-between', () => (text) => [...text].join(' ')),
  cells(
    'rail-fence',
    () => (text) => [...text].filter((_, i) => i % 2 === 0).join('') + [...text].filter((_, i) => i % 2 === 1).join(''),
  ),
  cells('halves-exchanged', () => (text) => text.slice(text.length >> 1) + text.slice(0, text.length >> 1)),
  cells(
    'chinese-digits',
    () => (text) => text.replace(/\d/g, (digit) => '零一二三四五六七八九'[Number(digit)] as string),
  ),
  cells('json-cell', () => (text) => JSON.stringify({ v: text, n: 1 })),
  cells('xml-cell', () => (text) => `<v n="1">${text}</v>`),
  cells('bytes-not', () => (text) => hexOf(utf8.encode(text).map((byte) => 255 - byte))),
  cells('sha256-twice', () => memo((text) => hexOf(sha256(utf8.encode(hexOf(sha256(utf8.encode(text)))))))),
  cells('sha256-of-bytes', () => memo((text) => hexOf(sha256(sha256(utf8.encode(text)))))),
  cells('md5-of-sha1-upper', () =>
    memo((text) => hexOf(md5(utf8.encode(hexOf(sha1(utf8.encode(text)))))).toUpperCase()),
  ),
  cells('md5-of-base64', () => memo((text) => hexOf(md5(utf8.encode(btoa(latin1(utf8.encode(text)))))))),
  cells('sha256-of-reversed', () => memo((text) => hexOf(sha256(utf8.encode([...text].reverse().join('')))))),
  cells('sha256-rounds', (random) => {
    const rounds = [3, 5, 10][random.below(3)] as number;
    return memo((text) => {
      let bytes = sha256(utf8.encode(text));
      for (let i = 1; i < rounds; i++) bytes = sha256(bytes);
      return btoa(latin1(bytes));
    });
  }),
  cells('pbkdf2', () => memo((text) => hexOf(pbkdf2(sha256, text, 'salt', { c: 10, dkLen: 32 })))),
  cells('blake2b', () => memo((text) => hexOf(blake2b(utf8.encode(text))))),
  cells('md5-decimal', () => memo((text) => String(BigInt(`0x${hexOf(md5(utf8.encode(text)))}`)))),
  cells('uuid5', () => {
    const namespace = Uint8Array.from('6ba7b8109dad11d180b400c04fd430c8'.match(/../g) as string[], (pair) =>
      Number.parseInt(pair, 16),
    );
    return memo((text) => {
      const bytes = sha1(Uint8Array.from([...namespace, ...utf8.encode(text)])).slice(0, 16);
      bytes[6] = ((bytes[6] as number) & 15) | 0x50;
      bytes[8] = ((bytes[8] as number) & 63) | 0x80;
      return hexOf(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
    });
  }),
  numbers('gray-code', (_, values) => (wholeNumbers(values) ? (value) => String((value ^ (value >>> 1)) >>> 0) : null)),
  numbers('cube', () => (value) => String(Number((value ** 3).toPrecision(14)))),
  numbers('base-36', (_, values) => (wholeNumbers(values) ? (value) => value.toString(36) : null)),
  numbers('scientific', () => (value) => value.toExponential()),
  numbers('float64-hex', () => (value) => {
    const view = new DataView(new ArrayBuffer(8));
    view.setFloat64(0, value, true);
    return hexOf(new Uint8Array(view.buffer));
  }),
  numbers('float32', () => (value) => String(Math.fround(value))),
  numbers('standard-score', (_, values) => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
    return deviation > 0 ? (value) => ((value - mean) / deviation).toPrecision(12) : null;
  }),
  numbers('smallest-to-one', (_, values) => {
    const low = values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
    const high = values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
    return high > low ? (value) => ((value - low) / (high - low)).toPrecision(12) : null;
  }),
];

function numericColumns(frame: Frame): number[] {
  return frame.columns.flatMap((column, i) =>
    isNumericColumn(column) && distinct(column).length > 20 && column.every((text) => text !== null && text.length <= 9)
      ? [i]
      : [],
  );
}

function numbersOf(column: Column): number[] {
  return column.map(Number);
}

function standardised(column: Column): number[] {
  const values = numbersOf(column);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length) || 1;
  return values.map((value) => (value - mean) / deviation);
}

/** A random orthogonal matrix by Gram and Schmidt, row by row. */
function orthogonal(size: number, random: RandomSource): number[][] {
  const rows: number[][] = [];
  while (rows.length < size) {
    const own = Array.from({ length: size }, () => normal(random));
    for (const other of rows) {
      const along = own.reduce((sum, value, i) => sum + value * (other[i] as number), 0);
      own.forEach((value, i) => {
        own[i] = value - along * (other[i] as number);
      });
    }
    const length = Math.hypot(...own);
    if (length > 1e-6) rows.push(own.map((value) => value / length));
  }
  return rows;
}

/** Transforms of shape. */
export const moreShapeTransforms: readonly Transform[] = [
  shape('blank-fifth', (frame, random) => ({
    names: frame.names,
    columns: frame.columns.map((column) => column.map((text) => (random.below(5) === 0 ? null : text))),
  })),
  shape('star-fifth', (frame, random) => ({
    names: frame.names,
    columns: frame.columns.map((column) => column.map((text) => (text !== null && random.below(5) === 0 ? '*' : text))),
  })),
];

/** Transforms of arrangement. */
export const morePackTransforms: readonly Transform[] = [
  shape('rotation', (frame, random) => {
    const numeric = numericColumns(frame);
    if (numeric.length < 3) return null;
    const values = numeric.map((i) => standardised(frame.columns[i] as Column));
    const mixed = orthogonal(numeric.length, random).map((weights) =>
      Array.from({ length: frameRows(frame) }, (_, row) =>
        weights.reduce((sum, weight, k) => sum + weight * ((values[k] as number[])[row] as number), 0).toFixed(6),
      ),
    );
    const others = frame.columns.flatMap((_, i) => (numeric.includes(i) ? [] : [i]));
    return {
      names: [...others.map((i) => frame.names[i] as string), ...mixed.map((_, i) => `z${i}`)],
      columns: [...others.map((i) => frame.columns[i] as Column), ...mixed],
    };
  }),
  shape('rotation-alone', (frame, random) => {
    const numeric = numericColumns(frame);
    if (numeric.length < 3) return null;
    const values = numeric.map((i) => standardised(frame.columns[i] as Column));
    const order = shuffled(frameRows(frame), random);
    const mixed = orthogonal(numeric.length, random).map((weights) =>
      order.map((row) =>
        weights.reduce((sum, weight, k) => sum + weight * ((values[k] as number[])[row] as number), 0).toFixed(6),
      ),
    );
    return { names: mixed.map((_, i) => `z${i}`), columns: mixed };
  }),
  shape('interleaved-columns', (frame) => {
    const width = frame.columns.reduce(
      (most, column) => column.reduce((own, text) => Math.max(own, text?.length ?? 0), most),
      0,
    );
    const columns: string[][] = [];
    for (let i = 0; i + 1 < frame.columns.length; i += 2) {
      columns.push(
        Array.from({ length: frameRows(frame) }, (_, row) => {
          const a = (frame.columns[i]?.[row] ?? '').padEnd(width);
          const b = (frame.columns[i + 1]?.[row] ?? '').padEnd(width);
          return Array.from(a, (char, at) => char + (b[at] ?? ' ')).join('');
        }),
      );
    }
    return columns.length === 0 ? null : { names: columns.map((_, i) => `p${i}`), columns };
  }),
  shape('running-difference', (frame) => {
    const numeric = frame.columns.flatMap((column, i) =>
      isNumericColumn(column) && column.every((text) => text !== null && text.length <= 9) ? [i] : [],
    );
    if (numeric.length === 0) return null;
    let next = frame;
    for (const at of numeric) {
      const values = numbersOf(frame.columns[at] as Column);
      next = mapColumn(next, at, (_, row) =>
        String((values[row] as number) - (row === 0 ? 0 : (values[row - 1] as number))),
      );
    }
    return next;
  }),
  shape('long-format', (frame) => {
    const rows = frameRows(frame);
    const id = Array.from({ length: rows * frame.names.length }, (_, i) => String(i % rows));
    return {
      names: ['id', 'field', 'value'],
      columns: [
        id,
        frame.names.flatMap((name) => new Array<string>(rows).fill(name)),
        frame.columns.flatMap((column) => [...column]),
      ],
    };
  }),
  shape('key-column', (frame, random) => {
    const numeric = frame.columns.flatMap((column, i) =>
      isNumericColumn(column) && column.every((text) => text === null || /^\d{1,8}$/.test(text)) ? [i] : [],
    );
    if (numeric.length === 0) return null;
    const key = Array.from({ length: frameRows(frame) }, () => 1 + random.below(5000));
    let next = frame;
    for (const at of numeric) next = mapColumn(next, at, (text, row) => String(Number(text) + (key[row] as number)));
    return { names: [...next.names, 'k'], columns: [...next.columns, key.map(String)] };
  }),
  shape('syllable-code', (frame, random) => {
    const at = frame.columns.findIndex(
      (column) =>
        distinct(column).length > 40 && column.every((text) => text !== null && /^\p{Script=Han}{2,6}$/u.test(text)),
    );
    if (at < 0) return null;
    const table = new Map<string, string>();
    const piece = (): string =>
      ('bcdfghjklmnpqrstwxyz'[random.below(20)] as string) +
      (['a', 'an', 'ang', 'e', 'en', 'i', 'in', 'ing', 'ao', 'ong', 'u'][random.below(11)] as string);
    return mapColumn(frame, at, (text) =>
      [...text]
        .map((char) => {
          const own = table.get(char) ?? piece();
          table.set(char, own);
          return own;
        })
        .join(' '),
    );
  }),
  shape('scores-by-group', (frame) => {
    const group = frame.columns.findIndex((column) => {
      const values = distinct(column);
      return values.length >= 2 && values.length <= 8 && column.every((text) => text !== null);
    });
    const numeric = numericColumns(frame).filter((i) => i !== group);
    if (group < 0 || numeric.length === 0) return null;
    const labels = frame.columns[group] as Column;
    let next = frame;
    for (const at of numeric) {
      const values = numbersOf(frame.columns[at] as Column);
      const means = new Map<string | null, number>();
      for (const label of new Set(labels)) {
        const own = values.filter((_, row) => labels[row] === label);
        means.set(label, own.reduce((sum, value) => sum + value, 0) / own.length);
      }
      next = mapColumn(next, at, (_, row) =>
        ((values[row] as number) - (means.get(labels[row] as string) as number)).toPrecision(12),
      );
    }
    return next;
  }),
  shape('micro-averages', (frame) => {
    const numeric = numericColumns(frame);
    if (numeric.length < 3 || frameRows(frame) < 60) return null;
    const points = numeric.map((i) => standardised(frame.columns[i] as Column));
    const raw = numeric.map((i) => numbersOf(frame.columns[i] as Column));
    const means = raw.map((values) => values.map((value) => value));
    const left = new Set(Array.from({ length: frameRows(frame) }, (_, row) => row));
    const far = (row: number, from: number): number =>
      points.reduce((sum, values) => sum + ((values[row] as number) - (values[from] as number)) ** 2, 0);
    while (left.size >= 4) {
      const start = [...left][0] as number;
      const members = [...left].sort((a, b) => far(a, start) - far(b, start)).slice(0, 2);
      for (const row of members) left.delete(row);
      raw.forEach((values, k) => {
        const mean = members.reduce((sum, row) => sum + (values[row] as number), 0) / members.length;
        for (const row of members) (means[k] as number[])[row] = mean;
      });
    }
    return {
      names: frame.names,
      columns: frame.columns.map((column, i) => {
        const k = numeric.indexOf(i);
        return k < 0 ? column : (means[k] as number[]).map((value) => String(Number(value.toPrecision(12))));
      }),
    };
  }),
];
