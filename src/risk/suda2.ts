/**
 * SUDA2: special uniques, their minimal sample uniques (MSUs), scores and DIS-SUDA scores.
 *
 * Elliot, Manning, Mayes, Gurd, Bane, "SUDA: A Program for Detecting Special Uniques", UNECE 2005; Manning, Haglin, Keane,
 * "A Recursive Search Algorithm for Statistical Disclosure Assessment", DMKD 16, 2008; figures as in sdcMicro's suda2
 * (single-precision constants included, so that values agree to the last printed digit).
 * @module
 */
import { groupCodes, ScrimError } from '../core/index.js';
import { encode, type Table } from '../table/index.js';

/** Options of {@link suda2}. */
export interface SudaOptions {
  /** Columns an attacker may know; at most 20. */
  readonly quasiIdentifiers: readonly string[];
  /** Largest MSU looked for. Default: all sizes. */
  readonly maximumSize?: number;
  /** Sampling fraction for the DIS score, in (0, 1). Default 0.01. */
  readonly fraction?: number;
  /** `elliot` scores (ATT - s)! a MSU of size s; `sdcmicro` (2^(ATT-s) - 1) s! (ATT-s)! / ATT!. Default `elliot`. */
  readonly scores?: 'elliot' | 'sdcmicro';
}

/** Scores of a table; arrays have one entry per row. */
export interface SudaResult {
  readonly score: Float64Array;
  readonly dis: Float64Array;
  /** Share (percent) of all scores that MSUs with this column make up. */
  readonly attributeContribution: Readonly<Record<string, number>>;
  /** Number of MSUs by size, from 1. */
  readonly msusBySize: readonly number[];
  readonly uniqueRows: number;
}

const LIMIT = 20;

/** @throws SCRIM_RISK_OPTION, SCRIM_TABLE_UNKNOWN_COLUMN */
export function suda2(table: Table, options: SudaOptions): SudaResult {
  const names = options.quasiIdentifiers;
  const attributes = names.length;
  if (attributes === 0 || attributes > LIMIT) {
    throw new ScrimError('SCRIM_RISK_OPTION', { option: 'quasiIdentifiers', problem: `name 1 to ${LIMIT} columns` });
  }
  const fraction = options.fraction ?? 0.01;
  if (!(fraction > 0 && fraction < 1)) {
    throw new ScrimError('SCRIM_RISK_OPTION', { option: 'fraction', problem: 'it must be above 0 and below 1' });
  }
  const most = Math.min(options.maximumSize ?? attributes, attributes);
  const columns = names.map((name) => encode(table, name));
  const rows = table.rows;
  const weight = Float64Array.from({ length: attributes + 1 }, (_, s) => scoreOf(s, attributes, options.scores));
  const score = new Float64Array(rows);
  const share = Array.from(names, () => 0);
  const msusBySize = new Array<number>(most).fill(0);
  const unique = new Map<number, Uint8Array>();
  for (let size = 1; size <= most; size++) {
    for (const mask of subsets(attributes, size)) {
      const members = columns.filter((_, d) => (mask >> d) & 1);
      const { groupOf, groups } = groupCodes(
        members.map(({ codes }) => codes),
        members.map(({ cardinality }) => Math.max(1, cardinality)),
      );
      const alone = aloneRows(groupOf, groups);
      unique.set(mask, alone);
      const below: Uint8Array[] = [];
      for (let d = 0; d < attributes; d++) {
        if (((mask >> d) & 1) === 1 && size > 1) below.push(unique.get(mask & ~(1 << d)) as Uint8Array);
      }
      const found = addMinimal(alone, below, weight[size] as number, score);
      msusBySize[size - 1] = (msusBySize[size - 1] as number) + found;
      for (let d = 0; d < attributes; d++) {
        if (((mask >> d) & 1) === 1) share[d] = (share[d] as number) + found * (weight[size] as number);
      }
    }
  }
  const total = score.reduce((sum, value) => sum + value, 0);
  const { groupOf, groups } = groupCodes(
    columns.map(({ codes }) => codes),
    columns.map(({ cardinality }) => Math.max(1, cardinality)),
  );
  const sizes = new Int32Array(groups);
  for (let row = 0; row < rows; row++) sizes[groupOf[row] as number] = (sizes[groupOf[row] as number] as number) + 1;
  const uniqueRows = sizes.reduce((sum, size) => sum + (size === 1 ? 1 : 0), 0);
  const pairs = sizes.reduce((sum, size) => sum + (size === 2 ? 2 : 0), 0);
  return {
    score,
    dis: disScores(score, attributes, fraction, uniqueRows, pairs),
    attributeContribution: Object.fromEntries(
      names.map((name, d) => [name, total === 0 ? 0 : (100 * (share[d] as number)) / total]),
    ),
    msusBySize,
    uniqueRows,
  };
}

function factorial(n: number): number {
  let product = 1;
  for (let i = 2; i <= n; i++) product *= i;
  return product;
}

function scoreOf(size: number, attributes: number, kind: SudaOptions['scores']): number {
  const rest = attributes - size;
  if (kind !== 'sdcmicro') return factorial(rest);
  return ((2 ** rest - 1) * factorial(size) * factorial(rest)) / factorial(attributes);
}

/** Bit masks of all subsets of a size, ascending (Gosper's hack). */
function* subsets(attributes: number, size: number): Generator<number> {
  let mask = (1 << size) - 1;
  while (mask < 1 << attributes) {
    yield mask;
    const low = mask & -mask;
    const high = mask + low;
    mask = (((high ^ mask) >>> 2) / low) | high;
  }
}

function aloneRows(groupOf: Int32Array, groups: number): Uint8Array {
  const sizes = new Int32Array(groups);
  for (let row = 0; row < groupOf.length; row++) {
    const group = groupOf[row] as number;
    sizes[group] = (sizes[group] as number) + 1;
  }
  const alone = new Uint8Array(groupOf.length);
  for (let row = 0; row < groupOf.length; row++) alone[row] = sizes[groupOf[row] as number] === 1 ? 1 : 0;
  return alone;
}

/** A unique set is minimal for a row when no set with one column less is unique for it. */
function addMinimal(alone: Uint8Array, below: readonly Uint8Array[], weight: number, score: Float64Array): number {
  let found = 0;
  for (let row = 0; row < alone.length; row++) {
    if (alone[row] === 0) continue;
    let minimal = true;
    for (let i = 0; minimal && i < below.length; i++) minimal = (below[i] as Uint8Array)[row] === 0;
    if (!minimal) continue;
    score[row] = (score[row] as number) + weight;
    found++;
  }
  return found;
}

function disScores(
  score: Float64Array,
  attributes: number,
  fraction: number,
  uniqueRows: number,
  pairs: number,
): Float64Array {
  const single = Math.fround;
  const f = single(fraction);
  const own = single(uniqueRows * f);
  const dis = single(own / single(own + single(pairs * single(1 - f))));
  const power = single(1 + single((8 - attributes) / 20));
  let adjust = 0;
  for (const value of score) if (value > 0) adjust += 1 / value ** power;
  return score.map((value) =>
    value > 0 ? 1 / (1 + single(single(uniqueRows / dis) - uniqueRows) / (value ** power * adjust)) : 0,
  );
}
