/**
 * One model trained on the extract beside the same model trained on the source, both tried on persons that neither has seen.
 * @module
 */
import { encode, type Table } from '../../table/index.js';
import type { Policy } from '../document.js';
import type { Extract } from '../extract.js';
import { binsOf } from './bins.js';
import { type Column, keptRows, MOST_ROWS } from './column.js';
import { areaUnderCurve, type Features, logistic } from './logistic.js';
import type { ModelFidelity, ModelScore } from './report.js';

const MOST_CLASSES = 10;
const MOST_TARGETS = 3;

/** Columns that models foretell: the one that the policy names, else the first of few classes. */
export function targetsOf(columns: readonly Column[], policy: Policy, released: Table): Column[] {
  const named = policy.sampling?.target;
  if (named !== undefined) return columns.filter(({ name }) => name === named);
  return columns
    .filter(({ name, output, terms }) => {
      const distinct = encode(released, output).dictionary.size;
      const kind = policy.columns[name]?.class;
      return terms !== null && distinct >= 2 && distinct <= MOST_CLASSES && kind !== 'direct-identifier';
    })
    .slice(0, MOST_TARGETS);
}

/** One-against-the-rest logistic models on everything but the target. */
export function modelOf(target: Column, columns: readonly Column[], made: Extract): ModelFidelity {
  const others = columns.filter((column) => column !== target && column.terms !== null);
  const { train, holdout } = made;
  const classOf = (table: Table): Int32Array => binsOf(table, target.output, target.binner);
  const rawTrain = keptRows(train.raw, train.kept);
  const rawHoldout = keptRows(holdout.raw, holdout.kept);
  const rawFeatures = (table: Table): Features => ({
    columns: others.map(({ name, rawBinner }) => binsOf(table, name, rawBinner)),
    counts: others.map(({ rawBinner }) => rawBinner.count),
  });
  const outFeatures = (table: Table): Features => ({
    columns: others.map(({ output, binner }) => binsOf(table, output, binner)),
    counts: others.map(({ binner }) => binner.count),
  });
  const [y, truth] = [classOf(train.table), classOf(holdout.table)];
  const classes = [...new Set(y)].sort((a, b) => a - b);
  const sizes = classes.map((one) => y.reduce((sum, bin) => sum + (bin === one ? 1 : 0), 0));
  const most = classes[sizes.indexOf(Math.max(...sizes))] as number;
  const baseline = truth.length === 0 ? 0 : truth.reduce((sum, bin) => sum + (bin === most ? 1 : 0), 0) / truth.length;
  return {
    target: target.output,
    classes: classes.length,
    baseline,
    source: score(rawFeatures(rawTrain), y, rawFeatures(rawHoldout), truth, classes),
    extract: score(outFeatures(train.table), y, outFeatures(holdout.table), truth, classes),
  };
}

function score(
  train: Features,
  y: Int32Array,
  test: Features,
  truth: Int32Array,
  classes: readonly number[],
): ModelScore {
  const limit = Math.min(y.length, MOST_ROWS);
  const cut: Features = { counts: train.counts, columns: train.columns.map((column) => column.subarray(0, limit)) };
  const last = classes.at(-1) as number;
  const asked = classes.length === 2 ? [last] : classes;
  const scores = asked.map((one) => {
    const model = logistic(
      cut,
      Uint8Array.from(y.subarray(0, limit), (bin) => (bin === one ? 1 : 0)),
      1,
    );
    return Float64Array.from({ length: truth.length }, (_, row) => model.predict(test, row));
  });
  let right = 0;
  for (let row = 0; row < truth.length; row++) {
    let best = 0;
    for (let c = 1; c < scores.length; c++) {
      if ((scores[c]?.[row] as number) > (scores[best]?.[row] as number)) best = c;
    }
    const guess =
      classes.length === 2 ? ((scores[0]?.[row] as number) > 0.5 ? last : (classes[0] as number)) : classes[best];
    if (guess === truth[row]) right++;
  }
  const n = truth.length;
  const accuracy = n === 0 ? 0 : right / n;
  const auc =
    classes.length === 2
      ? areaUnderCurve(
          scores[0] as Float64Array,
          Uint8Array.from(truth, (bin) => (bin === last ? 1 : 0)),
        )
      : Number.NaN;
  return { rows: n, accuracy, interval: wilson(accuracy, n), auc: Number.isNaN(auc) ? null : auc };
}

/** Wilson, JASA 22, 1927: 95 % interval of a share. */
function wilson(share: number, n: number): readonly [number, number] {
  if (n === 0) return [0, 1];
  const z = 1.959964;
  const middle = (share + z ** 2 / (2 * n)) / (1 + z ** 2 / n);
  const half = (z / (1 + z ** 2 / n)) * Math.sqrt((share * (1 - share)) / n + z ** 2 / (4 * n ** 2));
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
}
