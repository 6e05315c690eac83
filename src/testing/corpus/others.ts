/**
 * Products that hold nobody of the source: other people of the population, and synthetic tables by independent columns, by a tree of
 * dependences, by a Gaussian copula.
 *
 * Tree: Chow and Liu, IEEE Trans. Inf. Theory 14 (1968), here a chain in random order. Copula: Patki, Wedge and Veeramachaneni, The
 * Synthetic Data Vault, DSAA 2016, section III.
 * @module
 */
import type { RandomSource } from '../../core/index.js';
import { type Frame, frameRows, isNumericColumn, normal, shuffled, takeColumns, takeRows } from './frame.js';

type Column = readonly (string | null)[];

/** Columns of the source with at most so many values: they name nobody. */
function categorical(frame: Frame, most: number): Frame {
  return takeColumns(
    frame,
    frame.names.flatMap((_, i) => (new Set(frame.columns[i]).size <= most ? [i] : [])),
  );
}

/** Each column drawn by itself. */
function independent(frame: Frame, random: RandomSource): Frame {
  return {
    names: frame.names,
    columns: frame.columns.map((column) => shuffled(column.length, random).map((row) => column[row] ?? null)),
  };
}

/** Each column drawn given the one before it: of few values, since a tree of sparse pairs repeats persons. */
function chain(frame: Frame, random: RandomSource): Frame | null {
  if (frame.names.length < 2) return null;
  const rows = frameRows(frame);
  const order = shuffled(frame.names.length, random);
  const drawn: Column[] = [];
  order.forEach((position, i) => {
    const own = frame.columns[position] as Column;
    if (i === 0) {
      drawn[position] = Array.from({ length: rows }, () => own[random.below(rows)] ?? null);
      return;
    }
    const before = order[i - 1] as number;
    const given = new Map<string, number[]>();
    (frame.columns[before] as Column).forEach((text, row) => {
      const list = given.get(text ?? '');
      if (list === undefined) given.set(text ?? '', [row]);
      else list.push(row);
    });
    drawn[position] = (drawn[before] as Column).map((text) => {
      const list = given.get(text ?? '') as number[];
      return own[list[random.below(list.length)] as number] ?? null;
    });
  });
  return { names: frame.names, columns: drawn };
}

/** Numbers with the source's marginals and one common factor's correlations, interpolated and noised between its values. */
function copula(frame: Frame, random: RandomSource): Frame | null {
  const chosen = frame.names.flatMap((_, i) => {
    const column = frame.columns[i] as Column;
    return isNumericColumn(column) && column.every((text) => text === null || text.length < 10) ? [i] : [];
  });
  if (chosen.length < 2) return null;
  const rows = frameRows(frame);
  const common = Array.from({ length: rows }, () => normal(random));
  return {
    names: chosen.map((i) => frame.names[i] as string),
    columns: chosen.map((i) => {
      const texts = (frame.columns[i] as Column).filter((text): text is string => text !== null);
      const sorted = texts.map(Number).sort((a, b) => a - b);
      const digits = Math.max(...texts.slice(0, 50).map((text) => text.split('.')[1]?.length ?? 0));
      return common.map((factor) => {
        const z = 0.5 * factor + Math.sqrt(0.75) * normal(random);
        // The logistic curve is near enough to the normal one for a corpus.
        const at = (sorted.length - 1) / (1 + Math.exp(-1.702 * z));
        const low = sorted[Math.floor(at)] as number;
        return (low + (at - Math.floor(at)) * ((sorted[Math.ceil(at)] as number) - low)).toFixed(digits);
      });
    }),
  };
}

/** Family, and what it makes of the source and of other people; null where there is nothing to make it of. */
export const otherMakers: readonly (readonly [
  string,
  (source: Frame, others: Frame, random: RandomSource) => Frame | null,
])[] = [
  ['other-people', (_, others): Frame => others],
  ['independent-columns', (_, others, random): Frame => independent(others, random)],
  [
    'bootstrap-of-others',
    (_, others, random): Frame => {
      const rows = frameRows(others);
      return takeRows(
        others,
        Array.from({ length: rows }, () => random.below(rows)),
      );
    },
  ],
  [
    'other-people-renamed',
    (_, others, random): Frame => ({
      names: others.names.map((_, i) => `f${i}`),
      columns: takeRows(others, shuffled(frameRows(others), random)).columns,
    }),
  ],
  [
    'synthetic-marginals',
    (source, _, random): Frame | null => {
      const frame = categorical(source, Math.max(12, frameRows(source) / 20));
      return frame.names.length === 0 ? null : independent(frame, random);
    },
  ],
  ['synthetic-tree', (source, _, random): Frame | null => chain(categorical(source, 12), random)],
  ['synthetic-copula', (source, _, random): Frame | null => copula(source, random)],
];
