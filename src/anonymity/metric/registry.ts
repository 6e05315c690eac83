/**
 * The built-in metrics by name: one line each.
 * @module
 */
import { ScrimError } from '../../core/index.js';
import type { MetricName } from '../options.js';
import { ambiguity, certaintyPenalty, divergence } from './cells.js';
import { aecs, aecsLefevre, discernibility, discernibilityStar } from './class-size.js';
import { entropy } from './entropy.js';
import { height, precision } from './levels.js';
import { loss } from './loss.js';
import type { Metric } from './metric.js';

const metrics: Readonly<Record<string, (k: number) => Metric>> = {
  loss: () => loss('arithmetic'),
  'loss-geometric': () => loss('geometric'),
  'loss-sum': () => loss('sum'),
  'loss-maximum': () => loss('maximum'),
  precision: () => precision(),
  height: () => height(),
  dm: () => discernibility(),
  'dm-star': () => discernibilityStar(),
  aecs: () => aecs(),
  'aecs-lefevre': (k) => aecsLefevre(k),
  entropy: () => entropy('plain'),
  'entropy-monotone': () => entropy('monotone'),
  'entropy-normalized': () => entropy('normalized'),
  ambiguity: () => ambiguity(),
  kl: () => divergence(),
  ncp: () => certaintyPenalty(),
};

/** Names of all built-in metrics. */
export const metricNames: readonly MetricName[] = Object.keys(metrics) as MetricName[];

/** A built-in metric. @param k - for `aecs-lefevre` @throws SCRIM_ANONYMITY_OPTION for an unknown name */
export function metricByName(name: MetricName, k = 1): Metric {
  const make = Object.hasOwn(metrics, name) ? metrics[name] : undefined;
  if (make === undefined) {
    throw new ScrimError('SCRIM_ANONYMITY_OPTION', {
      option: 'metric',
      problem: `it is one of ${metricNames.join(', ')}`,
    });
  }
  return make(k);
}
