/**
 * Classification accuracy before and after: naive Bayes and logistic regression on the quasi-identifiers, cross-validated.
 *
 * After Prasser, Eicher, Bild, Spengler, Kuhn, "A Tool for Optimizing De-Identified Health Data for Use in Statistical
 * Classification", IEEE CBMS 2017. Naive Bayes with Laplace smoothing (Manning, Raghavan, Schuetze, "Introduction to
 * Information Retrieval", 2008, section 13.2); multinomial logistic regression over one-hot categories by AdaGrad (Duchi,
 * Hazan, Singer, JMLR 12, 2011).
 * @module
 */
import { ScrimError } from '../../core/index.js';
import { encode, type Table } from '../../table/index.js';
import { drawFrom, shuffled } from './draw.js';
import type { PublishedColumn } from './published.js';

/** Options of {@link classificationAccuracy}. */
export interface ClassificationOptions {
  /** Folds of the cross-validation. Default 5. */
  readonly folds?: number;
  /** Equal seeds make equal folds. Default 1. */
  readonly seed?: number;
  /** Passes of logistic regression over the training rows. Default 3. */
  readonly passes?: number;
}

/** Shares of test rows that a classifier predicts right. */
export interface Accuracy {
  readonly naiveBayes: number;
  readonly logisticRegression: number;
}

/** Accuracy on raw and on published quasi-identifiers. */
export interface ClassificationAccuracy {
  readonly target: string;
  /** Distinct values of the target. */
  readonly values: number;
  readonly folds: number;
  /** Share of the most frequent value: what needs no quasi-identifier. */
  readonly baseline: number;
  readonly before: Accuracy;
  readonly after: Accuracy;
}

/**
 * Predicts a column from the others. Folds are the same before and after. After: models learn from released rows as published;
 * a test row that is not released gets the most frequent value of the training rows.
 *
 * @param target - column that is predicted; a quasi-identifier of the same name is left out of the features
 * @throws SCRIM_ANONYMITY_OPTION, SCRIM_TABLE_UNKNOWN_COLUMN
 */
export function classificationAccuracy(
  source: Table,
  columns: readonly PublishedColumn[],
  target: string,
  options: ClassificationOptions = {},
): ClassificationAccuracy {
  const { folds = 5, seed = 1, passes = 3 } = options;
  const features = columns.filter(({ name }) => name !== target);
  const { codes, cardinality: values } = encode(source, target);
  const rows = source.rows;
  if (features.length === 0 || values < 2 || !Number.isInteger(folds) || folds < 2 || folds > rows) {
    throw new ScrimError('SCRIM_ANONYMITY_OPTION', {
      option: 'target',
      problem: 'classification needs a feature, a target of at least two values, and 2 to (rows) folds',
    });
  }
  const fold = new Uint16Array(rows);
  shuffled(rows, drawFrom(seed)).forEach((row, i) => {
    fold[row] = i % folds;
  });
  const counts = new Float64Array(values);
  for (let row = 0; row < rows; row++) counts[codes[row] as number] = (counts[codes[row] as number] as number) + 1;
  const before: Features = {
    codes: features.map(({ baseOf }) => baseOf),
    sizes: features.map(({ size }) => size),
  };
  const after: Features = {
    codes: features.map(({ cellOf }) => cellOf),
    sizes: features.map(({ leaves }) => leaves.length),
  };
  const problem = { codes, values, fold, folds, passes, seed };
  return {
    target,
    values,
    folds,
    baseline: counts.reduce((most, count) => Math.max(most, count), 0) / rows,
    before: crossValidate(before, problem),
    after: crossValidate(after, problem),
  };
}

interface Features {
  readonly codes: readonly Int32Array[];
  readonly sizes: readonly number[];
}

interface Folds {
  readonly codes: Int32Array;
  readonly values: number;
  readonly fold: Uint16Array;
  readonly folds: number;
  readonly passes: number;
  readonly seed: number;
}

function crossValidate(features: Features, problem: Folds): Accuracy {
  const { codes, values, fold, folds } = problem;
  const rows = codes.length;
  let bayes = 0;
  let logistic = 0;
  for (let own = 0; own < folds; own++) {
    const train: number[] = [];
    const test: number[] = [];
    const counts = new Float64Array(values);
    for (let row = 0; row < rows; row++) {
      if (fold[row] === own) test.push(row);
      else if ((features.codes[0]?.[row] as number) >= 0) train.push(row);
      if (fold[row] !== own) counts[codes[row] as number] = (counts[codes[row] as number] as number) + 1;
    }
    const fallback = counts.reduce((best, count, value) => (count > (counts[best] as number) ? value : best), 0);
    bayes += score(naiveBayes(features, problem, train), features, codes, test, fallback);
    logistic += score(logisticRegression(features, problem, train), features, codes, test, fallback);
  }
  return { naiveBayes: bayes / rows, logisticRegression: logistic / rows };
}

/** `weights[d][cell x values + value]` and a bias; the prediction is the value of the highest sum. */
interface Linear {
  readonly bias: Float64Array;
  readonly weights: readonly Float64Array[];
}

function score(
  model: Linear,
  features: Features,
  codes: Int32Array,
  test: readonly number[],
  fallback: number,
): number {
  const sums = new Float64Array(model.bias.length);
  let right = 0;
  for (const row of test) {
    let best = fallback;
    if ((features.codes[0]?.[row] as number) >= 0) {
      addUp(model, features, row, sums);
      best = 0;
      for (let value = 1; value < sums.length; value++)
        if ((sums[value] as number) > (sums[best] as number)) best = value;
    }
    if (best === codes[row]) right++;
  }
  return right;
}

function addUp({ bias, weights }: Linear, features: Features, row: number, sums: Float64Array): void {
  sums.set(bias);
  for (let d = 0; d < weights.length; d++) {
    const own = weights[d] as Float64Array;
    const from = (features.codes[d]?.[row] as number) * sums.length;
    for (let value = 0; value < sums.length; value++)
      sums[value] = (sums[value] as number) + (own[from + value] as number);
  }
}

function naiveBayes(features: Features, { codes, values }: Folds, train: readonly number[]): Linear {
  const prior = new Float64Array(values);
  const cells = features.sizes.map((size) => new Float64Array(size * values));
  for (const row of train) {
    const value = codes[row] as number;
    prior[value] = (prior[value] as number) + 1;
    for (let d = 0; d < cells.length; d++) {
      const own = cells[d] as Float64Array;
      const at = (features.codes[d]?.[row] as number) * values + value;
      own[at] = (own[at] as number) + 1;
    }
  }
  const weights = cells.map((own, d) =>
    own.map((count, at) => Math.log((count + 1) / ((prior[at % values] as number) + (features.sizes[d] as number)))),
  );
  return { bias: prior.map((count) => Math.log((count + 1) / (train.length + values))), weights };
}

const RATE = 0.2;

function logisticRegression(features: Features, problem: Folds, train: readonly number[]): Linear {
  const { codes, values, passes, seed } = problem;
  const bias = new Float64Array(values);
  const weights = features.sizes.map((size) => new Float64Array(size * values));
  const model = { bias, weights };
  const biasSquares = new Float64Array(values).fill(1e-8);
  const squares = weights.map((own) => new Float64Array(own.length).fill(1e-8));
  const sums = new Float64Array(values);
  const draw = drawFrom(seed + 1);
  for (let pass = 0; pass < passes; pass++) {
    for (const i of shuffled(train.length, draw)) {
      const row = train[i] as number;
      addUp(model, features, row, sums);
      softmax(sums);
      const right = codes[row] as number;
      sums[right] = (sums[right] as number) - 1;
      step(bias, biasSquares, 0, sums);
      for (let d = 0; d < weights.length; d++) {
        step(
          weights[d] as Float64Array,
          squares[d] as Float64Array,
          (features.codes[d]?.[row] as number) * values,
          sums,
        );
      }
    }
  }
  return model;
}

function softmax(sums: Float64Array): void {
  let most = Number.NEGATIVE_INFINITY;
  for (let value = 0; value < sums.length; value++) most = Math.max(most, sums[value] as number);
  let total = 0;
  for (let value = 0; value < sums.length; value++) {
    const own = Math.exp((sums[value] as number) - most);
    sums[value] = own;
    total += own;
  }
  for (let value = 0; value < sums.length; value++) sums[value] = (sums[value] as number) / total;
}

function step(weights: Float64Array, squares: Float64Array, from: number, gradient: Float64Array): void {
  for (let value = 0; value < gradient.length; value++) {
    const slope = gradient[value] as number;
    const at = from + value;
    squares[at] = (squares[at] as number) + slope * slope;
    weights[at] = (weights[at] as number) - (RATE * slope) / Math.sqrt(squares[at] as number);
  }
}
