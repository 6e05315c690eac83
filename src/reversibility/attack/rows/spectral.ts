/**
 * Additive noise filtered by the correlations of the columns: what the source's covariance does not explain is noise, and the
 * linear estimate of least error takes it away.
 *
 * Kargupta, Datta, Wang and Sivakumar, "On the privacy preserving properties of random data perturbation techniques", ICDM 2003
 * (spectral filtering); Huang, Du and Chen, "Deriving private information from randomized data", SIGMOD 2005, section 6 (the
 * Bayes estimate, of which a cut by eigenvalues is the coarse form). See spectral.md.
 * @module
 */
import type { Sheet } from '../../intake/sheet.js';
import type { Attack, Board } from '../attack.js';
import { unexplained } from '../attack.js';
import { linkPoints } from '../shared/link-points.js';
import { solveSystem } from '../shared/solve-system.js';
import { rowNumbers } from '../shared/sorted-numbers.js';
import { type Match, matchColumns } from './column-matches.js';

const MAX_ROWS = 200_000;

interface Moments {
  readonly means: Float64Array;
  readonly covariance: Float64Array;
}

function momentsOf(columns: readonly Float64Array[]): Moments | null {
  const width = columns.length;
  const rows = columns[0]?.length ?? 0;
  const means = new Float64Array(width);
  const covariance = new Float64Array(width * width);
  let count = 0;
  for (let row = 0; row < rows; row++) {
    if (columns.some((values) => Number.isNaN(values[row]))) continue;
    count++;
    for (let a = 0; a < width; a++) means[a] = (means[a] as number) + ((columns[a] as Float64Array)[row] as number);
  }
  if (count < 5 * width) return null;
  for (let a = 0; a < width; a++) means[a] = (means[a] as number) / count;
  for (let row = 0; row < rows; row++) {
    if (columns.some((values) => Number.isNaN(values[row]))) continue;
    for (let a = 0; a < width; a++) {
      const x = ((columns[a] as Float64Array)[row] as number) - (means[a] as number);
      for (let b = 0; b < width; b++)
        covariance[a * width + b] =
          (covariance[a * width + b] as number) +
          (x * (((columns[b] as Float64Array)[row] as number) - (means[b] as number))) / count;
    }
  }
  return { means, covariance };
}

/** Filtered numbers of the product by column: mean + S (S + N)^-1 (z - mean), with N the noise left on the diagonal. */
export function filterNoise(product: readonly Float64Array[], source: readonly Float64Array[]): Float64Array[] | null {
  const own = momentsOf(product);
  const raw = momentsOf(source);
  if (own === null || raw === null) return null;
  const width = product.length;
  // Weights W with W (S + N) = S: columns of the transposed system.
  const system = own.covariance.slice();
  for (let a = 0; a < width; a++) {
    for (let b = 0; b < width; b++) {
      const noise =
        a === b
          ? Math.max(0, (own.covariance[a * width + a] as number) - (raw.covariance[a * width + a] as number))
          : 0;
      system[a * width + b] = (raw.covariance[a * width + b] as number) + noise;
    }
    system[a * width + a] = (system[a * width + a] as number) * (1 + 1e-9);
  }
  // Units of their own would lose the small columns.
  const scale = Float64Array.from({ length: width }, (_, a) =>
    Math.sqrt(Math.max(1e-300, system[a * width + a] as number)),
  );
  const sides = new Float64Array(width * width);
  for (let a = 0; a < width; a++)
    for (let b = 0; b < width; b++) {
      const unit = (scale[a] as number) * (scale[b] as number);
      system[a * width + b] = (system[a * width + b] as number) / unit;
      sides[a * width + b] = (raw.covariance[a * width + b] as number) / unit;
    }
  if (!solveSystem(system, width, sides, width)) return null;
  return product.map((_, j) =>
    Float64Array.from({ length: product[0]?.length ?? 0 }, (__, row) => {
      let value = raw.means[j] as number;
      for (let a = 0; a < width; a++)
        value +=
          ((sides[a * width + j] as number) *
            (scale[j] as number) *
            (((product[a] as Float64Array)[row] as number) - (own.means[a] as number))) /
          (scale[a] as number);
      return value;
    }),
  );
}

function filtered(board: Board, source: number, matches: readonly Match[]): void {
  const numbers = matches.map(({ derived }) => rowNumbers(derived.column));
  const estimates = filterNoise(
    numbers,
    matches.map(({ column }) => rowNumbers(column)),
  );
  if (estimates === null) return;
  const names = matches.map(({ derived }) => derived.formula);
  const inner = names.length > 4 ? `${names[0]}..${names[names.length - 1]}` : names.join(', ');
  board.steps.push(
    ...linkPoints(board, source, matches, estimates, {
      from: matches.map(() => matches.flatMap(({ derived }) => derived.from)),
      formula: (axis) => `filtered(${inner})#${(matches[axis] as Match).position + 1}`,
      attack: 'spectral',
      knowledge: 'A2',
      bits: 32 * matches.length,
    }),
  );
}

/** The attack. */
export const spectral: Attack = {
  id: 'spectral',
  knowledge: 'A2',
  run(board) {
    const queue = unexplained(board, 0.8).filter(
      ({ column, attack }) => attack === 'containment' && column.isNumeric && column.distinct >= 12,
    );
    if (queue.length < 3) return 'fewer than three unexplained numeric columns';
    let ran = false;
    board.sources.forEach((sheet: Sheet, source) => {
      if (board.late() || sheet.rows > MAX_ROWS) return;
      const matches = matchColumns(queue, sheet);
      if (matches.length < 3) return;
      ran = true;
      filtered(board, source, matches);
    });
    return ran ? null : 'no unexplained columns have the distribution of source columns';
  },
};
