/**
 * Leaky transforms that red teams brought: keys and masks within cells, numerals, characters in other places, numbers carried along
 * the rows, bands with rests, rows folded into lists, pieces and records.
 * @module
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { hexOf, nodeBuiltin, type RandomSource } from '../../core/index.js';
import { type Frame, frameRows, isNumericColumn, mapColumn, shuffled, takeRows } from './frame.js';
import { cells, distinct, latin1, numbers, shape, type Transform } from './transforms.js';

const utf8 = new TextEncoder();
type Column = readonly (string | null)[];

function changedBytes(change: (byte: number, before: number, place: number) => number): (text: string) => string {
  return (text) => {
    let before = 0;
    return hexOf(
      utf8.encode(text).map((byte, place) => {
        const out = change(byte, before, place) & 255;
        before = out;
        return out;
      }),
    );
  };
}

const CHINESE = '零一二三四五六七八九';
const FORMAL = '零壹贰叁肆伍陆柒捌玖';

/** A whole number below 10^8 in formal Chinese numerals. */
function formal(value: number): string {
  const section = (own: number): string => {
    let out = '';
    let gap = false;
    for (const [worth, unit] of [
      [1000, '仟'],
      [100, '佰'],
      [10, '拾'],
      [1, ''],
    ] as const) {
      const digit = Math.floor(own / worth) % 10;
      if (digit === 0) gap = out !== '';
      else {
        out += (gap ? '零' : '') + (FORMAL[digit] as string) + unit;
        gap = false;
      }
    }
    return out;
  };
  if (value === 0) return '零';
  const high = Math.floor(value / 10_000);
  const low = value % 10_000;
  return (high > 0 ? `${section(high)}万` : '') + (high > 0 && low > 0 && low < 1000 ? '零' : '') + section(low);
}

function money(value: number): string {
  const cents = Math.round(Math.abs(value) * 100);
  const yuan = formal(Math.floor(cents / 100));
  const [jiao, fen] = [Math.floor(cents / 10) % 10, cents % 10];
  const rest =
    jiao === 0 && fen === 0 ? '整' : (jiao === 0 ? '零' : `${FORMAL[jiao]}角`) + (fen === 0 ? '' : `${FORMAL[fen]}分`);
  return `${value < 0 ? '负' : ''}${yuan}元${rest}`;
}

/** Month or day in Chinese numerals. */
function ordinal(value: number): string {
  if (value < 10) return CHINESE[value] as string;
  return `${value < 20 ? '' : CHINESE[Math.floor(value / 10)]}十${value % 10 === 0 ? '' : CHINESE[value % 10]}`;
}

const DATE = /^(\d{4})-(\d\d)-(\d\d)$/;

/** Transforms of cells. */
export const unusualCellTransforms: readonly Transform[] = [
  cells('key-in-cell', (random) => (text) => {
    const key = Uint8Array.from({ length: 4 }, () => random.below(256));
    return hexOf(Uint8Array.from([...key, ...utf8.encode(text).map((byte, i) => byte ^ (key[i % 4] as number))]));
  }),
  cells('bytes-masked-by-last', () => changedBytes((byte, before) => byte ^ before)),
  cells('bytes-moved-by-place', () => changedBytes((byte, _, place) => byte + place)),
  cells('places-exchanged', (random) => {
    const orders = new Map<number, number[]>();
    return (text) => {
      const chars = [...text];
      let order = orders.get(chars.length);
      if (order === undefined) {
        order = shuffled(chars.length, random);
        orders.set(chars.length, order);
      }
      return order.map((at) => chars[at]).join('');
    };
  }),
  cells(
    'dates-in-numerals',
    () => (text) => {
      const [, year = '', month, day] = DATE.exec(text) ?? [];
      const digits = Array.from(year, (digit) => CHINESE[Number(digit)]).join('');
      return `${digits}年${ordinal(Number(month))}月${ordinal(Number(day))}日`;
    },
    (column) => column.some((text) => text !== null) && column.every((text) => text === null || DATE.test(text)),
  ),
  numbers('formal-amounts', (_, values) => (values.every((value) => Math.abs(value) < 1e7) ? money : null)),
  numbers('fractions', () => (value) => {
    let below = 1;
    while (value * below !== Math.round(value * below)) below *= 2;
    return `${value * below}/${below}`;
  }),
];

function numericAt(frame: Frame, least: number): number[] {
  return frame.columns.flatMap((column, i) =>
    isNumericColumn(column) &&
    distinct(column).length >= least &&
    column.every((text) => text !== null && text.length <= 9)
      ? [i]
      : [],
  );
}

function carried(
  frame: Frame,
  carry: (values: readonly number[], random: RandomSource) => readonly number[],
  random: RandomSource,
): Frame | null {
  const numeric = numericAt(frame, 12);
  if (numeric.length === 0 || frameRows(frame) < 60) return null;
  let next = frame;
  for (const at of numeric) {
    const out = carry((frame.columns[at] as Column).map(Number), random);
    next = mapColumn(next, at, (_, row) => String(Number((out[row] as number).toPrecision(14))));
  }
  return next;
}

function messagePack(text: string | null): Uint8Array {
  if (text === null) return Uint8Array.of(0xc0);
  const bytes = utf8.encode(text);
  if (/^[1-9]\d{0,8}$/.test(text)) {
    const value = Number(text);
    return Uint8Array.of(0xce, value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255);
  }
  return Uint8Array.from([...(bytes.length < 32 ? [0xa0 + bytes.length] : [0xd9, bytes.length]), ...bytes]);
}

/** Transforms of arrangement that need nothing of the rows before. */
export const unusualPackTransforms: readonly Transform[] = [
  shape('products-of-columns', (frame) => {
    const numeric = numericAt(frame, 12).filter((i) =>
      (frame.columns[i] as Column).every((text) => Number(text) !== 0),
    );
    if (numeric.length < 2) return null;
    const first = (frame.columns[numeric[0] as number] as Column).map(Number);
    let next = frame;
    numeric.slice(1).forEach((at, i) => {
      next = mapColumn(next, at, (text, row) => {
        const by = first[row] as number;
        return String(Number((i % 2 === 0 ? Number(text) * by : Number(text) / by).toPrecision(14)));
      });
    });
    return next;
  }),
  shape('salt-a-row', (frame, random) => {
    const salts = Array.from({ length: frameRows(frame) }, () =>
      hexOf(Uint8Array.from({ length: 6 }, () => random.below(256))),
    );
    return {
      names: [...frame.names, 'salt'],
      columns: [
        ...frame.columns.map((column) =>
          column.map((text, row) =>
            text === null ? null : hexOf(sha256(utf8.encode(`${salts[row]}${text}`))).slice(0, 20),
          ),
        ),
        salts,
      ],
    };
  }),
  shape('records-in-cells', (frame) => {
    if (frame.columns.length > 15) return null;
    const rows = Array.from({ length: frameRows(frame) }, (_, row) => {
      const parts = frame.columns.map((column) => messagePack(column[row] ?? null));
      return btoa(latin1(Uint8Array.from([0x90 + parts.length, ...parts.flatMap((part) => [...part])])));
    });
    return { names: ['record'], columns: [rows] };
  }),
  shape('grouped-lists', (frame) => {
    const group = frame.columns.findIndex((column) => {
      const size = distinct(column).length;
      return size >= 3 && size <= 40 && column.every((text) => text !== null);
    });
    if (group < 0 || frame.columns.some((column) => column.some((text) => text === null || /;/.test(text))))
      return null;
    const labels = distinct(frame.columns[group] as Column);
    const rowsOf = labels.map((label) =>
      (frame.columns[group] as Column).flatMap((own, row) => (own === label ? [row] : [])),
    );
    return {
      names: frame.names,
      columns: frame.columns.map((column, i) =>
        i === group ? labels : rowsOf.map((rows) => rows.map((row) => column[row]).join(';')),
      ),
    };
  }),
  shape('repeats-left-out', (frame) => {
    const few = frame.columns.flatMap((column, i) => {
      const size = distinct(column).length;
      return size >= 2 && size <= 20 && column.every((text) => text !== null) ? [i] : [];
    });
    if (few.length === 0) return null;
    const keys = Array.from({ length: frameRows(frame) }, (_, row) =>
      few.map((i) => frame.columns[i]?.[row]).join('\u0001'),
    );
    const order = keys.map((_, row) => row).sort((a, b) => ((keys[a] as string) < (keys[b] as string) ? -1 : 1));
    const sorted = takeRows(frame, order);
    return {
      names: sorted.names,
      columns: sorted.columns.map((column, i) =>
        few.includes(i) ? column.map((text, row) => (row > 0 && text === column[row - 1] ? null : text)) : column,
      ),
    };
  }),
  shape('compressed-pieces', (frame) => {
    const zlib = nodeBuiltin<typeof import('node:zlib')>('node:zlib');
    if (zlib === undefined) return null;
    const lines = Array.from({ length: frameRows(frame) }, (_, row) =>
      frame.columns.map((column) => `"${column[row] ?? ''}"`).join(),
    );
    const text = btoa(latin1(zlib.gzipSync(lines.join('\n'))));
    const pieces = Array.from({ length: Math.ceil(text.length / 120) }, (_, i) => text.slice(120 * i, 120 * (i + 1)));
    return pieces.length < 8 ? null : { names: ['part', 'w'], columns: [pieces.map((_, i) => String(i)), pieces] };
  }),
];

/** Transforms that only whole tables in their order allow: nothing that takes, repeats or moves rows may come before. */
export const wholeTableTransforms: readonly Transform[] = [
  shape('exponential-average', (frame, random) => {
    const weight = 0.1 + 0.6 * random.uniform();
    return carried(
      frame,
      (values) => {
        let last = values[0] as number;
        return values.map((value) => {
          last += weight * (value - last);
          return last;
        });
      },
      random,
    );
  }),
  shape('moving-sum', (frame, random) => {
    const width = 2 + random.below(9);
    return carried(
      frame,
      (values) =>
        values.map((_, row) =>
          values.slice(Math.max(0, row - width + 1), row + 1).reduce((sum, value) => sum + value, 0),
        ),
      random,
    );
  }),
  shape('quantiles-and-rests', (frame, random) => {
    const numeric = numericAt(frame, 40);
    const rows = frameRows(frame);
    if (numeric.length < 3 || rows < 200) return null;
    const order = shuffled(rows, random);
    const names: string[] = [];
    const columns: Column[] = [];
    frame.columns.forEach((column, i) => {
      if (!numeric.includes(i)) {
        names.push(frame.names[i] as string);
        columns.push(order.map((row) => column[row] ?? null));
        return;
      }
      const values = column.map(Number);
      const ranked = values.map((_, row) => row).sort((a, b) => (values[a] as number) - (values[b] as number));
      const band = new Int32Array(rows);
      const rest = new Float64Array(rows);
      for (let own = 0; own < 10; own++) {
        const members = ranked.slice(Math.floor((own * rows) / 10), Math.floor(((own + 1) * rows) / 10));
        const middle = values[members[members.length >> 1] as number] as number;
        for (const row of members) {
          band[row] = own;
          rest[row] = (values[row] as number) - middle;
        }
      }
      names.push(`${frame.names[i]}_q`, `${frame.names[i]}_r`);
      columns.push(
        order.map((row) => String(band[row])),
        order.map((row) => String(Number((rest[row] as number).toPrecision(10)))),
      );
    });
    return { names, columns };
  }),
];
