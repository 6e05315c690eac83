/**
 * Leaky transforms that everyday tools make: ranks and totals by group, ratios from column to column, fields of bits, transforms down
 * a column, tables printed into one cell, digests under the name of the column.
 * @module
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { hexOf } from '../../core/index.js';
import { type Frame, frameRows, isNumericColumn, mapColumn, shuffled, takeRows } from './frame.js';
import { distinct, shape, type Transform } from './transforms.js';

type Column = readonly (string | null)[];

/** Columns of numbers without gaps and with many values. */
function numericAt(frame: Frame): number[] {
  return frame.columns.flatMap((column, i) =>
    isNumericColumn(column) &&
    distinct(column).length >= 12 &&
    column.every((text) => text !== null && text.length <= 9 && Number.isFinite(Number(text)))
      ? [i]
      : [],
  );
}

/** The first column that parts the rows into a few groups. */
function groupAt(frame: Frame): number {
  return frame.columns.findIndex((column) => {
    const size = distinct(column).length;
    return size >= 2 && size <= 20 && !isNumericColumn(column) && column.every((text) => text !== null);
  });
}

function membersOf(labels: Column): number[][] {
  const groups = new Map<string | null, number[]>();
  labels.forEach((label, row) => {
    const own = groups.get(label) ?? [];
    groups.set(label, own);
    own.push(row);
  });
  return [...groups.values()];
}

function mapped(frame: Frame, at: readonly number[], write: (values: readonly number[], row: number) => number): Frame {
  let next = frame;
  for (const i of at) {
    const values = (frame.columns[i] as Column).map(Number);
    next = mapColumn(next, i, (_, row) => String(Number(write(values, row).toPrecision(14))));
  }
  return next;
}

/** Transforms of arrangement that need nothing of the rows before. */
export const ordinaryPackTransforms: readonly Transform[] = [
  shape('stars-at-last', (frame, random) => ({
    names: frame.names,
    columns: frame.columns.map((column) => column.map((text) => (random.below(5) === 0 ? '*' : text))),
  })),
  shape('percent-rank-by-group', (frame, random) => {
    const group = groupAt(frame);
    const numeric = numericAt(frame).filter((i) => i !== group);
    // Where no two of a group are alike, the rank of one column is that of any other.
    const tied = numeric.filter((i) => distinct(frame.columns[i] as Column).length <= 0.4 * frameRows(frame));
    if (group < 0 || tied.length < 2 || frameRows(frame) < 200) return null;
    let next = frame;
    for (const i of numeric) {
      const values = (frame.columns[i] as Column).map(Number);
      const ranks = new Float64Array(values.length);
      for (const members of membersOf(frame.columns[group] as Column)) {
        const sorted = members.map((row) => values[row] as number).sort((a, b) => a - b);
        for (const row of members) {
          const first = sorted.indexOf(values[row] as number);
          ranks[row] = (first + sorted.lastIndexOf(values[row] as number) + 2) / 2 / sorted.length;
        }
      }
      next = mapColumn(next, i, (_, row) => String(ranks[row]));
    }
    return takeRows(next, shuffled(frameRows(frame), random));
  }),
  shape('chain-of-ratios', (frame) => {
    const numeric = numericAt(frame).filter((i) => (frame.columns[i] as Column).every((text) => Number(text) !== 0));
    if (numeric.length < 3) return null;
    let next = frame;
    numeric.slice(1).forEach((at, i) => {
      const before = (frame.columns[numeric[i] as number] as Column).map(Number);
      next = mapColumn(next, at, (text, row) => String(Number(text) / (before[row] as number)));
    });
    return next;
  }),
  shape('fields-of-bits', (frame) => {
    const whole = numericAt(frame).flatMap((i) => {
      const texts = frame.columns[i] as string[];
      const decimals = texts.reduce((most, text) => Math.max(most, /\.(\d+)$/.exec(text)?.[1]?.length ?? 0), 0);
      const values = texts.map((text) => Math.round(Number(text) * 10 ** decimals));
      return decimals <= 3 && values.every((value) => value >= 0 && value < 65_536) ? [{ i, values }] : [];
    });
    if (whole.length < 3) return null;
    const packed = Array.from({ length: frameRows(frame) }, (_, row) =>
      whole.slice(0, 5).reduce((sum, { values }) => sum * 65_536n + BigInt(values[row] as number), 0n),
    );
    const rest = frame.columns.flatMap((_, i) => (whole.slice(0, 5).some((own) => own.i === i) ? [] : [i]));
    // What repeats raw values would be blocked without the fields.
    const few = rest.filter((i) => distinct(frame.columns[i] as Column).length <= 20);
    return {
      names: [...few.map((i) => frame.names[i] as string), 'flags'],
      columns: [
        ...few.map((i) => frame.columns[i] as Column),
        packed.map((value) => `0x${value.toString(16).padStart(20, '0')}`),
      ],
    };
  }),
  shape('printed-table', (frame) => {
    const widths = frame.columns.map((column) =>
      column.reduce((most, text) => Math.max(most, (text ?? 'NaN').length), 4),
    );
    const lines = Array.from({ length: frameRows(frame) }, (_, row) =>
      [
        String(row),
        ...frame.columns.map((column, i) => (column[row] ?? 'NaN').padStart(2 + (widths[i] as number))),
      ].join(''),
    );
    return { names: ['output', 'rows'], columns: [[lines.join('\n')], [String(lines.length)]] };
  }),
  shape('web-page', (frame) => {
    const rows = Array.from(
      { length: frameRows(frame) },
      (_, row) =>
        `  <tr>\n    <th>${row}</th>\n${frame.columns.map((column) => `    <td>${column[row] ?? ''}</td>\n`).join('')}  </tr>`,
    );
    return {
      names: ['body', 'kind'],
      columns: [
        [`<table border="1" class="dataframe">\n  <tbody>\n${rows.join('\n')}\n  </tbody>\n</table>`],
        ['html'],
      ],
    };
  }),
  shape('split-document', (frame) => ({
    names: ['payload', 'kind'],
    columns: [
      [
        JSON.stringify({
          columns: frame.names,
          index: Array.from({ length: frameRows(frame) }, (_, row) => row),
          data: Array.from({ length: frameRows(frame) }, (_, row) =>
            frame.columns.map((column) => column[row] ?? null),
          ),
        }),
      ],
      ['split'],
    ],
  })),
  shape('digest-with-name', (frame) => ({
    names: frame.names.map((_, i) => `d${i}`),
    columns: frame.columns.map((column, i) =>
      column.map((text) =>
        text === null ? null : hexOf(sha256(new TextEncoder().encode(`${frame.names[i]}:${text}`))),
      ),
    ),
  })),
];

/** A cosine transform of type II, orthonormal, by its definition. */
function cosine(values: readonly number[]): number[] {
  const n = values.length;
  return values.map((_, k) => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += (values[i] as number) * Math.cos((Math.PI * k * (2 * i + 1)) / (2 * n));
    return sum * Math.sqrt((k === 0 ? 1 : 2) / n);
  });
}

/** Transforms that only whole tables in their order allow. */
export const ordinaryTableTransforms: readonly Transform[] = [
  shape('cosine-down-columns', (frame) => {
    const numeric = numericAt(frame);
    if (numeric.length < 3 || frameRows(frame) > 1000) return null;
    const done = new Map(numeric.map((i) => [i, cosine((frame.columns[i] as Column).map(Number))]));
    return {
      names: numeric.map((_, i) => `k${i}`),
      columns: numeric.map((i) => (done.get(i) as number[]).map((value) => String(Number(value.toPrecision(14))))),
    };
  }),
  shape('running-total-by-group', (frame) => {
    const group = groupAt(frame);
    const numeric = numericAt(frame).filter((i) => i !== group);
    if (group < 0 || numeric.length < 2) return null;
    const labels = frame.columns[group] as Column;
    const before = new Map<string | null, number>();
    const last = labels.map((label, row) => {
      const own = before.get(label) ?? -1;
      before.set(label, row);
      return own;
    });
    const totals = new Map<readonly number[], number[]>();
    return mapped(frame, numeric, (values, row) => {
      const own = totals.get(values) ?? [];
      totals.set(values, own);
      const from = last[row] as number;
      own[row] = (values[row] as number) + (from < 0 ? 0 : (own[from] as number));
      return own[row] as number;
    });
  }),
];
