/**
 * Logistic regression on binned columns: the one model with which source and extract are compared.
 *
 * Iteratively reweighted least squares (McCullagh and Nelder, Generalized Linear Models, 2nd ed., section 4.4) with a ridge
 * penalty; a row is a list of bins, so a step costs rows x columns^2 and one Cholesky factorisation.
 * @module
 */

/** Binned columns as one-hot features: the last ordinary bin of each column is the base. */
export interface Features {
  /** `columns[j][row]` is a bin, or -1 for none of them. */
  readonly columns: readonly Int32Array[];
  readonly counts: readonly number[];
}

/** A fitted model: probability of the positive class. */
export interface Logistic {
  /** Free parameters without the intercept. */
  readonly parameters: number;
  predict(features: Features, row: number): number;
}

const STEPS = 12;

/** Fits P(y = 1). @param ridge - penalty on every weight but the intercept */
export function logistic(features: Features, y: Uint8Array, ridge: number): Logistic {
  const { columns, counts } = features;
  const offsets = new Int32Array(columns.length + 1);
  counts.forEach((count, j) => {
    offsets[j + 1] = (offsets[j] as number) + Math.max(0, count - 1);
  });
  const parameters = offsets[columns.length] as number;
  const size = parameters + 1;
  const place = (given: Features, row: number, into: Int32Array): number => {
    into[0] = 0;
    let used = 1;
    for (let j = 0; j < given.columns.length; j++) {
      const bin = (given.columns[j] as Int32Array)[row] as number;
      if (bin >= 0 && bin < (counts[j] as number) - 1) into[used++] = 1 + (offsets[j] as number) + bin;
    }
    return used;
  };
  const weights = new Float64Array(size);
  const at = new Int32Array(columns.length + 1);
  const score = (used: number, from: Int32Array): number => {
    let sum = 0;
    for (let i = 0; i < used; i++) sum += weights[from[i] as number] as number;
    return 1 / (1 + Math.exp(-sum));
  };
  for (let step = 0; step < STEPS; step++) {
    const hessian = new Float64Array(size * size);
    const gradient = new Float64Array(size);
    for (let i = 1; i < size; i++) {
      hessian[i * size + i] = ridge;
      gradient[i] = -ridge * (weights[i] as number);
    }
    hessian[0] = 1e-9;
    for (let row = 0; row < y.length; row++) {
      const used = place(features, row, at);
      const p = score(used, at);
      const error = (y[row] as number) - p;
      const w = Math.max(1e-9, p * (1 - p));
      for (let i = 0; i < used; i++) {
        const a = at[i] as number;
        gradient[a] = (gradient[a] as number) + error;
        for (let j = 0; j <= i; j++) {
          const cell = a * size + (at[j] as number);
          hessian[cell] = (hessian[cell] as number) + w;
        }
      }
    }
    const change = solve(hessian, gradient, size);
    let largest = 0;
    for (let i = 0; i < size; i++) {
      const move = Math.max(-4, Math.min(4, change[i] as number));
      weights[i] = (weights[i] as number) + move;
      largest = Math.max(largest, Math.abs(move));
    }
    if (largest < 1e-6) break;
  }
  return {
    parameters,
    predict: (given, row) => {
      const into = new Int32Array(columns.length + 1);
      return score(place(given, row, into), into);
    },
  };
}

/** Solves a symmetric positive definite system, lower triangle given, by Cholesky factorisation in place. */
function solve(a: Float64Array, b: Float64Array, size: number): Float64Array {
  for (let j = 0; j < size; j++) {
    for (let k = 0; k < j; k++) {
      const factor = a[j * size + k] as number;
      if (factor === 0) continue;
      for (let i = j; i < size; i++) {
        a[i * size + j] = (a[i * size + j] as number) - factor * (a[i * size + k] as number);
      }
    }
    const root = Math.sqrt(Math.max(1e-12, a[j * size + j] as number));
    for (let i = j; i < size; i++) a[i * size + j] = (a[i * size + j] as number) / root;
  }
  const x = Float64Array.from(b);
  for (let i = 0; i < size; i++) {
    let sum = x[i] as number;
    for (let k = 0; k < i; k++) sum -= (a[i * size + k] as number) * (x[k] as number);
    x[i] = sum / (a[i * size + i] as number);
  }
  for (let i = size - 1; i >= 0; i--) {
    let sum = x[i] as number;
    for (let k = i + 1; k < size; k++) sum -= (a[k * size + i] as number) * (x[k] as number);
    x[i] = sum / (a[i * size + i] as number);
  }
  return x;
}

/** Area under the ROC curve (Mann and Whitney, 1947); ties count half. NaN when a class is missing. */
export function areaUnderCurve(scores: ArrayLike<number>, y: Uint8Array): number {
  const order = Array.from({ length: y.length }, (_, i) => i).sort(
    (a, b) => (scores[a] as number) - (scores[b] as number),
  );
  let positives = 0;
  let rankSum = 0;
  for (let i = 0; i < order.length; ) {
    let end = i;
    while (end < order.length && scores[order[end] as number] === scores[order[i] as number]) end++;
    for (let j = i; j < end; j++) {
      if (y[order[j] as number] === 1) {
        positives++;
        rankSum += (i + end + 1) / 2;
      }
    }
    i = end;
  }
  const negatives = y.length - positives;
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}
