/**
 * How like the source an extract is: marginals, moments, pairs, and whether a model can tell the two apart.
 *
 * Propensity-score mean squared error: Snoke, Raab, Nowok, Dibben and Slavkovic, JRSS A 181(3), 2018, sections 3 and 4.
 * @module
 */
import type { RandomSource } from '../../core/index.js';
import { numericView, type Table } from '../../table/index.js';
import { binsOf, countBins, mutualInformation, totalVariation } from './bins.js';
import { type Column, MOST_ROWS } from './column.js';
import { type Features, logistic } from './logistic.js';
import type { ColumnFidelity, Fidelity, PairFidelity } from './report.js';

/** What one released column keeps. */
export function columnFidelity(column: Column, source: Table, raw: Table, released: Table): ColumnFidelity {
  const { name, output, binner, rawBinner, terms } = column;
  const out = binsOf(released, output, binner);
  const shared = mutualInformation(binsOf(raw, name, rawBinner), rawBinner.count, out, binner.count);
  const numbers = moments(source, name);
  const masked = moments(released, output);
  const both = numbers !== null && masked !== null;
  return {
    column: output,
    comparedBy: terms?.by ?? null,
    distance: terms === null ? null : totalVariation(countBins(terms.bins, binner.count), countBins(out, binner.count)),
    kept: shared.entropy === 0 ? null : Math.min(1, shared.information / shared.entropy),
    mean: both ? [numbers.mean, masked.mean] : null,
    deviation: both ? [numbers.deviation, masked.deviation] : null,
  };
}

/** Mean and deviation of a column of numbers; null when fewer than 20 rows or most cells are no numbers. */
function moments(table: Table, name: string): { mean: number; deviation: number } | null {
  const { values, valid } = numericView(table, name);
  if (valid < 20 || valid < 0.9 * table.rows) return null;
  let mean = 0;
  let squares = 0;
  let seen = 0;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    seen++;
    const step = value - mean;
    mean += step / seen;
    squares += step * (value - mean);
  }
  return Number.isFinite(squares) ? { mean, deviation: Math.sqrt(squares / (seen - 1)) } : null;
}

/** What pairs of columns keep. */
export function pairsOf(columns: readonly Column[], source: Table, released: Table): PairFidelity[] {
  const sides = columns.map((column) => ({
    column,
    raw: binsOf(source, column.name, column.rawBinner),
    out: binsOf(released, column.output, column.binner),
    numbers: [numbersOf(source, column.name), numbersOf(released, column.output)] as const,
  }));
  const pairs: PairFidelity[] = [];
  sides.forEach((a, i) => {
    for (const b of sides.slice(i + 1)) {
      const [a0, a1] = a.numbers;
      const [b0, b1] = b.numbers;
      const both = a0 !== null && a1 !== null && b0 !== null && b1 !== null;
      pairs.push({
        columns: [a.column.output, b.column.output],
        correlation: both ? [pearson(a0, b0), pearson(a1, b1)] : null,
        information: [
          mutualInformation(a.raw, a.column.rawBinner.count, b.raw, b.column.rawBinner.count).information,
          mutualInformation(a.out, a.column.binner.count, b.out, b.column.binner.count).information,
        ],
      });
    }
  });
  return pairs;
}

function numbersOf(table: Table, name: string): Float64Array | null {
  const { values, valid } = numericView(table, name);
  return valid >= 20 && valid >= 0.9 * table.rows ? values : null;
}

/** Pearson correlation of the rows that have both; 0 when one does not vary. */
function pearson(a: Float64Array, b: Float64Array): number {
  let [n, meanA, meanB, aa, bb, ab] = [0, 0, 0, 0, 0, 0];
  for (let row = 0; row < a.length; row++) {
    const [x, y] = [a[row] as number, b[row] as number];
    if (Number.isNaN(x) || Number.isNaN(y)) continue;
    n++;
    const [stepA, stepB] = [x - meanA, y - meanB];
    meanA += stepA / n;
    meanB += stepB / n;
    aa += stepA * (x - meanA);
    bb += stepB * (y - meanB);
    ab += stepA * (y - meanB);
  }
  return aa > 0 && bb > 0 ? Math.max(-1, Math.min(1, ab / Math.sqrt(aa * bb))) : 0;
}

/** Distinguishes source rows (in the terms of the extract) from extract rows; what it achieves is the propensity error. */
export function propensityOf(
  columns: readonly Column[],
  source: Table,
  released: Table,
  random: RandomSource,
): Fidelity['propensity'] {
  const used = columns.filter(({ terms }) => terms !== null && terms.coverage > 0.95);
  if (used.length === 0 || released.rows < 50) return null;
  const left = positions(source.rows, MOST_ROWS, random);
  const right = positions(released.rows, MOST_ROWS, random);
  const rows = left.length + right.length;
  const bins = used.map(({ terms, output, binner }) => {
    const out = binsOf(released, output, binner);
    const all = new Int32Array(rows);
    left.forEach((row, i) => {
      all[i] = terms?.bins[row] as number;
    });
    right.forEach((row, i) => {
      all[left.length + i] = out[row] as number;
    });
    return all;
  });
  // Bins that nothing falls into would count as parameters that cannot be fitted.
  const dense = bins.map((column, j) => compact(column, (used[j] as Column).binner.count));
  const features: Features = { columns: dense.map(({ bins }) => bins), counts: dense.map(({ count }) => count) };
  const y = Uint8Array.from({ length: rows }, (_, row) => (row < left.length ? 0 : 1));
  const model = logistic(features, y, 1e-3);
  const share = right.length / rows;
  let error = 0;
  for (let row = 0; row < rows; row++) error += (model.predict(features, row) - share) ** 2;
  return {
    columns: used.map(({ output }) => output),
    rows,
    error: error / rows,
    expected: (model.parameters * (1 - share) ** 2 * share) / rows,
  };
}

function compact(bins: Int32Array, count: number): { bins: Int32Array; count: number } {
  const place = new Int32Array(count).fill(-1);
  let next = 0;
  const result = bins.map((bin) => {
    if (bin < 0) return -1;
    if ((place[bin] as number) < 0) place[bin] = next++;
    return place[bin] as number;
  });
  return { bins: result, count: next };
}

function positions(rows: number, most: number, random: RandomSource): Int32Array {
  if (rows <= most) return Int32Array.from({ length: rows }, (_, row) => row);
  const chosen = new Set<number>();
  while (chosen.size < most) chosen.add(random.below(rows));
  return Int32Array.from(chosen).sort();
}
