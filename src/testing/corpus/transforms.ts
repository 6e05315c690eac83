/**
 * Leaky transforms, one a family: each turns a raw frame into a product from which rows can be restored, and they compose.
 * @module
 */

import { md5, sha1 } from '@noble/hashes/legacy.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { hexOf, nodeBuiltin, nodeCrypto, type RandomSource } from '../../core/index.js';
import { type Frame, frameRows, isNumericColumn, mapColumn, normal, shuffled, takeColumns, takeRows } from './frame.js';

/** A transform; null when it does not apply to the frame. */
export interface Transform {
  readonly family: string;
  /** Acts on rows or columns as a whole (`shape`), or on the cells of columns (`cell`). */
  readonly scope: 'shape' | 'cell';
  apply(frame: Frame, random: RandomSource): Frame | null;
}

const utf8 = new TextEncoder();

/** Bytes as characters U+0000 to U+00FF. */
export function latin1(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

function base64(text: string): string {
  return btoa(latin1(utf8.encode(text)));
}

function hex(text: string): string {
  return hexOf(utf8.encode(text));
}

/** A transform of the cells of every column (or of those that pass a test). */
export function cells(
  family: string,
  make: (random: RandomSource) => (text: string) => string | null,
  test: (column: readonly (string | null)[]) => boolean = () => true,
): Transform {
  return {
    family,
    scope: 'cell',
    apply(frame, random) {
      if (!frame.columns.some(test)) return null;
      const write = make(random);
      let next = frame;
      frame.columns.forEach((column, i) => {
        if (test(column)) next = mapColumn(next, i, write);
      });
      return next;
    },
  };
}

/** A transform of numeric columns, each with parameters of its own. */
export function numbers(
  family: string,
  make: (random: RandomSource, values: readonly number[]) => ((value: number) => string) | null,
): Transform {
  return {
    family,
    scope: 'cell',
    apply(frame, random) {
      let next = frame;
      let any = false;
      frame.columns.forEach((column, i) => {
        if (!isNumericColumn(column) || column.some((text) => text !== null && text.length > 9)) return;
        const values = column.flatMap((text) => (text === null ? [] : [Number(text)]));
        const write = make(random, values);
        if (write === null) return;
        any = true;
        next = mapColumn(next, i, (text) => write(Number(text)));
      });
      return any ? next : null;
    },
  };
}

function trimmed(value: number): string {
  return String(Number(value.toPrecision(12)));
}

/** A transform of shape. */
export function shape(family: string, apply: (frame: Frame, random: RandomSource) => Frame | null): Transform {
  return { family, scope: 'shape', apply };
}

function rot(shift: number, digits: number): (text: string) => string {
  return (text) =>
    text.replace(/[a-z0-9]/gi, (char) => {
      const code = char.charCodeAt(0);
      if (code < 58) return String.fromCharCode(48 + ((code - 48 + digits) % 10));
      const base = code < 91 ? 65 : 97;
      return String.fromCharCode(base + ((code - base + shift) % 26));
    });
}

/** The different values of a column. */
export function distinct(column: readonly (string | null)[]): string[] {
  return [...new Set(column.filter((text): text is string => text !== null))];
}

/** Transforms of shape: which rows and columns leave, in what order and arrangement. */
export const shapeTransforms: readonly Transform[] = [
  shape('identity', (frame) => frame),
  shape('rename', (frame) => ({ names: frame.names.map((_, i) => `c${i + 1}`), columns: frame.columns })),
  shape('shuffle-rows', (frame, random) => takeRows(frame, shuffled(frameRows(frame), random))),
  shape('shuffle-columns', (frame, random) => takeColumns(frame, shuffled(frame.names.length, random))),
  shape('sample-rows', (frame, random) => {
    const rows = frameRows(frame);
    return takeRows(
      frame,
      shuffled(rows, random).slice(0, Math.max(40, Math.floor(rows * (0.1 + 0.5 * random.uniform())))),
    );
  }),
  shape('drop-columns', (frame, random) => {
    if (frame.names.length < 6) return null;
    const kept = shuffled(frame.names.length, random).slice(0, frame.names.length - 1 - random.below(2));
    return takeColumns(
      frame,
      kept.sort((a, b) => a - b),
    );
  }),
  shape('decoy-columns', (frame, random) => {
    const rows = frameRows(frame);
    const noise = [
      Array.from({ length: rows }, () => String(random.below(1000))),
      Array.from({ length: rows }, () => normal(random).toFixed(3)),
    ];
    return { names: [...frame.names, 'x1', 'x2'], columns: [...frame.columns, ...noise] };
  }),
  shape('duplicate-rows', (frame, random) => {
    const rows = frameRows(frame);
    return takeRows(frame, [...shuffled(rows, random), ...shuffled(rows, random).slice(0, Math.floor(rows / 10))]);
  }),
  shape('duplicate-column', (frame) => ({
    names: [...frame.names, 'copy'],
    columns: [...frame.columns, frame.columns[0] as readonly (string | null)[]],
  })),
];

/** Transforms of arrangement, at the end of a pipeline. */
export const packTransforms: readonly Transform[] = [
  shape('glue-delimited', (frame, random) => {
    const delimiter = ['|', ';', '\t', '#'][random.below(4)] as string;
    const rows = frameRows(frame);
    return {
      names: ['row'],
      columns: [
        Array.from({ length: rows }, (_, row) => frame.columns.map((column) => column[row] ?? '').join(delimiter)),
      ],
    };
  }),
  shape('json-rows', (frame) => {
    const rows = frameRows(frame);
    return {
      names: ['data'],
      columns: [
        Array.from({ length: rows }, (_, row) =>
          JSON.stringify(Object.fromEntries(frame.names.map((name, i) => [name, frame.columns[i]?.[row] ?? null]))),
        ),
      ],
    };
  }),
  shape('json-base64', (frame) => {
    const rows = frameRows(frame);
    return {
      names: ['data'],
      columns: [
        Array.from({ length: rows }, (_, row) =>
          base64(JSON.stringify(frame.columns.map((column) => column[row] ?? null))),
        ),
      ],
    };
  }),
  shape('gzip-rows', (frame) => {
    const zlib = nodeBuiltin<typeof import('node:zlib')>('node:zlib');
    if (zlib === undefined) return null;
    const rows = frameRows(frame);
    return {
      names: ['blob'],
      columns: [
        Array.from({ length: rows }, (_, row) =>
          zlib
            .gzipSync(
              JSON.stringify(Object.fromEntries(frame.names.map((name, i) => [name, frame.columns[i]?.[row] ?? null]))),
            )
            .toString('base64'),
        ),
      ],
    };
  }),
  shape('split-column', (frame) => {
    const at = frame.columns.findIndex((column) => column.every((text) => text !== null && text.length >= 6));
    if (at < 0) return null;
    const column = frame.columns[at] as readonly (string | null)[];
    const cut = 3;
    return {
      names: [...frame.names.filter((_, i) => i !== at), 'p1', 'p2'],
      columns: [
        ...frame.columns.filter((_, i) => i !== at),
        column.map((text) => text?.slice(0, cut) ?? null),
        column.map((text) => text?.slice(cut) ?? null),
      ],
    };
  }),
  shape('one-hot', (frame) => {
    const at = frame.columns.findIndex(
      (column) =>
        distinct(column).length >= 3 && distinct(column).length <= 16 && column.every((text) => text !== null),
    );
    if (at < 0) return null;
    const column = frame.columns[at] as readonly (string | null)[];
    const values = distinct(column);
    return {
      names: [...frame.names.filter((_, i) => i !== at), ...values.map((_, i) => `h${i}`)],
      columns: [
        ...frame.columns.filter((_, i) => i !== at),
        ...values.map((value) => column.map((text) => (text === value ? '1' : '0'))),
      ],
    };
  }),
  shape('digit-split', (frame) => {
    const at = frame.columns.findIndex(
      (column) => isNumericColumn(column) && column.every((text) => text !== null && /^\d{3,8}$/.test(text)),
    );
    if (at < 0) return null;
    const column = frame.columns[at] as readonly string[];
    return {
      names: [...frame.names.filter((_, i) => i !== at), 'hi', 'lo'],
      columns: [
        ...frame.columns.filter((_, i) => i !== at),
        column.map((text) => String(Math.floor(Number(text) / 100))),
        column.map((text) => String(Number(text) % 100)),
      ],
    };
  }),
  shape('date-parts', (frame) => {
    const at = frame.columns.findIndex((column) =>
      column.every((text) => text !== null && /^\d{4}-\d{2}-\d{2}$/.test(text)),
    );
    if (at < 0) return null;
    const column = frame.columns[at] as readonly string[];
    return {
      names: [...frame.names.filter((_, i) => i !== at), 'y', 'm', 'd'],
      columns: [
        ...frame.columns.filter((_, i) => i !== at),
        ...[0, 1, 2].map((part) => column.map((text) => String(Number(text.split('-')[part])))),
      ],
    };
  }),
  shape('running-total', (frame) => {
    const at = frame.columns.findIndex(
      (column) => isNumericColumn(column) && column.every((text) => text !== null && /^\d{1,6}$/.test(text)),
    );
    if (at < 0) return null;
    let total = 0;
    return mapColumn(frame, at, (text) => {
      total += Number(text);
      return String(total);
    });
  }),
  shape('transpose', (frame) => {
    const rows = frameRows(frame);
    if (rows > 400) return null;
    return {
      names: Array.from({ length: rows }, (_, row) => `r${row}`),
      columns: Array.from({ length: rows }, (_, row) => frame.columns.map((column) => column[row] ?? null)),
    };
  }),
  shape('linear-mix', (frame, random) => {
    const numeric = frame.columns.flatMap((column, i) =>
      isNumericColumn(column) &&
      distinct(column).length > 30 &&
      column.every((text) => text !== null && text.length <= 9)
        ? [i]
        : [],
    );
    if (numeric.length < 2) return null;
    const matrix = numeric.map(() => numeric.map(() => normal(random)));
    const mixed = matrix.map((weights) =>
      Array.from({ length: frameRows(frame) }, (_, row) =>
        numeric
          .reduce((sum, column, i) => sum + (weights[i] as number) * Number(frame.columns[column]?.[row]), 0)
          .toPrecision(12),
      ),
    );
    const others = frame.columns.flatMap((_, i) => (numeric.includes(i) ? [] : [i]));
    return {
      names: [...others.map((i) => frame.names[i] as string), ...mixed.map((_, i) => `pc${i}`)],
      columns: [...others.map((i) => frame.columns[i] as readonly (string | null)[]), ...mixed],
    };
  }),
  shape('swap-column', (frame, random) => {
    if (frame.names.length < 6) return null;
    const at = random.below(frame.names.length);
    const order = shuffled(frameRows(frame), random);
    return {
      names: frame.names,
      columns: frame.columns.map((column, i) => (i === at ? order.map((row) => column[row] ?? null) : column)),
    };
  }),
  shape('swap-cells', (frame, random) => ({
    names: frame.names,
    columns: frame.columns.map((column) => {
      const own = [...column];
      for (let row = 0; row < own.length; row++) {
        if (random.below(20) === 0) {
          const other = random.below(own.length);
          [own[row], own[other]] = [own[other] as string | null, own[row] as string | null];
        }
      }
      return own;
    }),
  })),
  shape('blank-cells', (frame, random) => ({
    names: frame.names,
    columns: frame.columns.map((column) => column.map((text) => (random.below(12) === 0 ? null : text))),
  })),
  shape('mask-with-birth-date', (frame) => {
    const at = frame.columns.findIndex((column) => column.every((text) => text !== null && /^\d{17}[\dX]$/.test(text)));
    const born = frame.columns.findIndex((column) =>
      column.every((text) => text !== null && /^\d{4}-\d{2}-\d{2}$/.test(text)),
    );
    if (at < 0 || born < 0) return null;
    return mapColumn(frame, at, (text) => `${text.slice(0, 6)}********${text.slice(14)}`);
  }),
];

/** Transforms of cells. */
export const cellTransforms: readonly Transform[] = [
  cells('base64', () => base64),
  cells('base64url', () => (text) => base64(text).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')),
  cells('hex', () => hex),
  cells('upper-hex', () => (text) => hex(text).toUpperCase()),
  cells(
    'percent',
    () => (text) =>
      [...utf8.encode(text)].map((byte) => `%${byte.toString(16).padStart(2, '0').toUpperCase()}`).join(''),
  ),
  cells('html-entities', () => (text) => [...text].map((char) => `&#${char.codePointAt(0)};`).join('')),
  cells(
    'unicode-escapes',
    () => (text) =>
      Array.from({ length: text.length }, (_, i) => `\\u${text.charCodeAt(i).toString(16).padStart(4, '0')}`).join(''),
  ),
  cells('deflate-base64', () => {
    const zlib = nodeBuiltin<typeof import('node:zlib')>('node:zlib');
    return (text) => (zlib === undefined ? text : zlib.deflateSync(text).toString('base64'));
  }),
  cells('reverse', () => (text) => [...text].reverse().join('')),
  cells('upper-case', () => (text) => text.toUpperCase()),
  cells(
    'full-width',
    () => (text) => text.replace(/[!-~]/g, (char) => String.fromCharCode(char.charCodeAt(0) + 0xfee0)),
  ),
  cells('padding', () => (text) => `  ${text} `),
  cells('caesar', (random) => rot(1 + random.below(25), 1 + random.below(9))),
  cells('rot13', () => rot(13, 0)),
  cells('xor-hex', (random) => {
    const key = 1 + random.below(255);
    return (text) => hexOf(utf8.encode(text).map((byte) => byte ^ key));
  }),
  cells('prefix', (random) => {
    const prefix = ['ID-', 'x_', 'zj#', 'Q'][random.below(4)] as string;
    return (text) => prefix + text;
  }),
  cells('suffix', (random) => {
    const suffix = ['_v1', '.x', '#9', 'ZZ'][random.below(4)] as string;
    return (text) => text + suffix;
  }),
  cells('substitution', (random) => {
    const from = [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'];
    const digits = shuffled(10, random);
    const letters = shuffled(26, random);
    const map = new Map(
      from.map((char) => {
        const code = char.charCodeAt(0);
        if (code < 58) return [char, String(digits[code - 48])] as const;
        const base = code < 91 ? 65 : 97;
        return [char, String.fromCharCode(base + (letters[code - base] as number))] as const;
      }),
    );
    return (text) => [...text].map((char) => map.get(char) ?? char).join('');
  }),
  cells('vigenere', (random) => {
    const key = Array.from({ length: 3 + random.below(4) }, () => 1 + random.below(9));
    return (text) =>
      [...text].map((char, i) => rot(key[i % key.length] as number, key[i % key.length] as number)(char)).join('');
  }),
  cells('md5', () => (text) => hexOf(md5(utf8.encode(text)))),
  cells('sha1', () => (text) => hexOf(sha1(utf8.encode(text)))),
  cells('sha256', () => (text) => hexOf(sha256(utf8.encode(text)))),
  cells('sha256-16', () => (text) => hexOf(sha256(utf8.encode(text))).slice(0, 16)),
  cells('sha256-salt', () => (text) => hexOf(sha256(utf8.encode(`salt${text}`)))),
  cells('sm3', () => {
    const crypto = nodeCrypto();
    return (text) => (crypto === undefined ? text : crypto.createHash('sm3').update(text).digest('hex'));
  }),
  {
    family: 'label-encoding',
    scope: 'cell',
    apply(frame, random) {
      let next = frame;
      let any = false;
      frame.columns.forEach((column, i) => {
        const values = distinct(column);
        if (values.length < 2 || values.length > 400 || values.length > column.length / 8) return;
        const order = shuffled(values.length, random);
        const map = new Map(values.map((value, j) => [value, `${order[j]}`]));
        next = mapColumn(next, i, (text) => map.get(text) as string);
        any = true;
      });
      return any ? next : null;
    },
  },
  numbers('affine', (random) => {
    const a = Math.round((0.5 + 5 * random.uniform()) * 100) / 100;
    const b = random.below(2000) - 1000;
    return (value) => trimmed(a * value + b);
  }),
  numbers('negate', () => (value) => trimmed(-value)),
  numbers('unit', (random) => {
    const factor = [2.54, 0.3937, 1000, 0.001, 1.609344, 12][random.below(6)] as number;
    return (value) => trimmed(value * factor);
  }),
  numbers('xor-int', (random, values) => {
    if (!values.every((value) => Number.isInteger(value) && value >= 0)) return null;
    const key = 1 + random.below(4095);
    return (value) => String((value ^ key) >>> 0);
  }),
  numbers('fixed-point', () => (value) => String(Math.round(value * 10_000))),
  numbers('log', (_, values) =>
    values.every((value) => value > 0) ? (value) => Math.log(value).toPrecision(14) : null,
  ),
  numbers('square-root', (_, values) =>
    values.every((value) => value >= 0) ? (value) => Math.sqrt(value).toPrecision(14) : null,
  ),
  numbers('rank', (_, values) => {
    const order = [...new Set(values)].sort((a, b) => a - b);
    const ranks = new Map(order.map((value, i) => [value, i]));
    return (value) => String(ranks.get(value));
  }),
  numbers('small-noise', (random, values) => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
    return (value) => (value + 0.002 * deviation * normal(random)).toFixed(4);
  }),
  {
    family: 'date-shift',
    scope: 'cell',
    apply(frame, random) {
      const shift = 1 + random.below(900);
      let next = frame;
      let any = false;
      frame.columns.forEach((column, i) => {
        if (!column.every((text) => text === null || /^\d{4}-\d{2}-\d{2}$/.test(text))) return;
        any = true;
        next = mapColumn(next, i, (text) => new Date(Date.parse(text) + shift * 86_400_000).toISOString().slice(0, 10));
      });
      return any ? next : null;
    },
  },
  {
    family: 'date-days',
    scope: 'cell',
    apply(frame) {
      let next = frame;
      let any = false;
      frame.columns.forEach((column, i) => {
        if (!column.every((text) => text === null || /^\d{4}-\d{2}-\d{2}$/.test(text))) return;
        any = true;
        next = mapColumn(next, i, (text) => String(Date.parse(text) / 86_400_000));
      });
      return any ? next : null;
    },
  },
];
