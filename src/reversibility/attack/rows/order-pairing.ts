/**
 * Which product column may be which source column where only orders are left: by their names, else by how they go with one another.
 *
 * Spearman, "The proof and measurement of association between two things", Am. J. Psychology 15, 1904 (correlation of ranks, which no
 * rising transform changes). See neighbours.md.
 * @module
 */
import type { SheetColumn } from '../../intake/sheet.js';
import type { Sorted } from '../shared/sorted-numbers.js';

/** A column by the share of rows below each row's value. */
export interface Ordered {
  readonly name: string;
  /** What the column is: a derived column, or a position in the source. */
  readonly of: unknown;
  readonly column: SheetColumn;
  readonly sorted: Sorted;
  /** Share of rows of the most frequent value. */
  readonly top: number;
  readonly rows: Float64Array;
}

/** Columns that may belong together, rising or falling. */
export interface Pairing {
  readonly pairs: readonly { readonly own: Ordered; readonly raw: Ordered; readonly sign: 1 | -1 }[];
}

const CORRELATED_ROWS = 2000;
/** Standard errors that two correlations, or two shares, may differ by. */
const ERRORS = 4;
/** Columns of like names that are taken by these. */
const LEAST_NAMED = 3;
const STARTS = 60;
const BEST = 2;

/** Pairings that the correlations bear out, the likeliest first. */
export function byOrder(own: readonly Ordered[], raw: readonly Ordered[]): Pairing[] {
  const rows = (own[0] as Ordered).rows.length;
  const slack = ERRORS / Math.sqrt(Math.min(rows, CORRELATED_ROWS)) / 2;
  const a = correlations(own);
  const b = correlations(raw);
  const named = own.map(({ name }) =>
    raw.findIndex((to) => to.name.trim().toLowerCase() === name.trim().toLowerCase()),
  );
  const known = [...own.keys()].filter((i) => (named[i] as number) >= 0 && named.indexOf(named[i] as number) === i);
  if (known.length >= LEAST_NAMED) {
    const pairing = { to: known.map((i) => named[i] as number), signs: known.map((): 1 | -1 => 1) };
    const among = known.map((i) => known.map((k) => at(a, i, k)));
    if (errorOf(among, b, pairing) < slack)
      return [
        pairingOf(
          known.map((i) => own[i] as Ordered),
          raw,
          pairing,
        ),
      ];
  }
  if (raw.length < own.length) return [];
  return paired(own, raw, a, b, slack)
    .flatMap((one): Found[] => [one, { to: one.to, signs: one.signs.map((sign): 1 | -1 => (sign > 0 ? -1 : 1)) }])
    .map((one) => pairingOf(own, raw, one));
}

interface Found {
  readonly to: readonly number[];
  readonly signs: readonly (1 | -1)[];
}

function pairingOf(own: readonly Ordered[], raw: readonly Ordered[], { to, signs }: Found): Pairing {
  return {
    pairs: own.map((column, i) => ({ own: column, raw: raw[to[i] as number] as Ordered, sign: signs[i] as 1 | -1 })),
  };
}

function correlations(columns: readonly Ordered[]): number[][] {
  const rows = (columns[0] as Ordered).rows.length;
  const count = Math.min(rows, CORRELATED_ROWS);
  const centred = columns.map(({ rows: shares }) => {
    const values = Float64Array.from(
      { length: count },
      (_, i) => (shares[Math.floor(((i + 0.5) * rows) / count)] as number) - 0.5,
    );
    const length = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0)) || 1;
    return values.map((value) => value / length);
  });
  return centred.map((x) =>
    centred.map((y) => {
      let sum = 0;
      for (let i = 0; i < count; i++) sum += (x[i] as number) * (y[i] as number);
      return sum;
    }),
  );
}

const at = (matrix: readonly (readonly number[])[], i: number, j: number): number =>
  (matrix[i] as readonly number[])[j] as number;

/** Mean difference of the correlations of all pairs. */
function errorOf(a: readonly number[][], b: readonly number[][], { to, signs }: Found): number {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < to.length; i++)
    for (let k = 0; k < i; k++) {
      sum += Math.abs(
        (signs[i] as number) * (signs[k] as number) * at(a, i, k) - at(b, to[i] as number, to[k] as number),
      );
      count++;
    }
  return sum / Math.max(1, count);
}

/** The most frequent values hold like shares, as a draw leaves them. */
function couldBe(own: Ordered, raw: Ordered): boolean {
  const error = Math.sqrt((raw.top * (1 - raw.top)) / own.rows.length);
  return Math.abs(own.top - raw.top) <= ERRORS * error + 2 / own.rows.length;
}

/** Pairings that start from the two product columns that go with one another most. */
function paired(
  own: readonly Ordered[],
  raw: readonly Ordered[],
  a: number[][],
  b: number[][],
  slack: number,
): Found[] {
  const fits = own.map((column) => raw.flatMap((to, j) => (couldBe(column, to) ? [j] : [])));
  let first = 0;
  let second = 1;
  for (let i = 0; i < own.length; i++)
    for (let k = 0; k < i; k++) if (Math.abs(at(a, i, k)) > Math.abs(at(a, first, second))) [first, second] = [i, k];
  const starts = (fits[first] as number[])
    .flatMap((j) =>
      (fits[second] as number[]).flatMap((l) =>
        j === l ? [] : [{ j, l, off: Math.abs(Math.abs(at(a, first, second)) - Math.abs(at(b, j, l))) }],
      ),
    )
    .filter(({ off }) => off < 2 * slack)
    .sort((x, y) => x.off - y.off)
    .slice(0, STARTS);
  const order = own.map((_, i) => i).filter((i) => i !== first && i !== second);
  const found: (Found & { readonly error: number })[] = [];
  for (const { j, l } of starts) {
    const to = new Array<number>(own.length).fill(-1);
    const signs = new Array<1 | -1>(own.length).fill(1);
    to[first] = j;
    to[second] = l;
    signs[second] = at(a, first, second) * at(b, j, l) < 0 ? -1 : 1;
    if (!order.every((i) => extend(i, to, signs, fits[i] as number[], a, b))) continue;
    const error = errorOf(a, b, { to, signs });
    if (error < slack && !found.some((known) => known.to.every((own, i) => own === to[i])))
      found.push({ to, signs, error });
  }
  return found.sort((x, y) => x.error - y.error).slice(0, BEST);
}

/** Gives a product column the free source column that goes best with those given before; false where none is free. */
function extend(
  i: number,
  to: number[],
  signs: (1 | -1)[],
  fits: readonly number[],
  a: number[][],
  b: number[][],
): boolean {
  const given = to.flatMap((own, k) => (own >= 0 ? [k] : []));
  let best: { j: number; sign: 1 | -1; error: number } | null = null;
  for (const j of fits) {
    if (to.includes(j)) continue;
    for (const sign of [1, -1] as const) {
      const error = given.reduce(
        (sum, k) => sum + Math.abs(sign * (signs[k] as number) * at(a, i, k) - at(b, j, to[k] as number)),
        0,
      );
      if (best === null || error < best.error) best = { j, sign, error };
    }
  }
  if (best === null) return false;
  to[i] = best.j;
  signs[i] = best.sign;
  return true;
}
