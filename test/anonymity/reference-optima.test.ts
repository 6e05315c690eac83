/** Every case of test/vectors/anonymity/anonymity.json: exhaustive tables that share no code with ARX; ARX 3.9.2 agrees. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  type AnonymizeOptions,
  anonymize,
  averageRisk,
  basicBetaLikeness,
  deltaDisclosure,
  deltaPresence,
  enhancedBetaLikeness,
  kMap,
  type MetricName,
  sampleUniqueness,
} from '../../src/anonymity/index.js';
import { adultHierarchies, adultSubset, adultTable } from './adult.js';

interface Case {
  readonly case: string;
  readonly qis: readonly string[];
  readonly sensitive: string | null;
  readonly model: string;
  readonly k: number | null;
  readonly suppressionLimit: number;
  readonly suppressionLimitRows: number;
  readonly metric: string;
  readonly latticeNodes: number;
  readonly optimalValue: number;
  readonly optimalNodes?: readonly { readonly levels: readonly number[]; readonly suppressedRows: number }[];
}

const text = readFileSync(new URL('../vectors/anonymity/anonymity.json', import.meta.url), 'utf8');
const { rows } = JSON.parse(text) as { rows: readonly Case[] };
const metricOf: Record<string, MetricName> = {
  'loss-arith': 'loss',
  'loss-geom': 'loss-geometric',
  'loss-max': 'loss-maximum',
  'loss-sum': 'loss-sum',
  'precision-arith': 'precision',
  'nu-entropy-sum': 'entropy',
  'nu-entropy-mono-sum': 'entropy-monotone',
  'norm-entropy': 'entropy-normalized',
};
const hierarchies = adultHierarchies();

function settings(one: Case): Partial<AnonymizeOptions> {
  const sensitive = one.sensitive ?? '';
  const model = one.model.replace(/\(.*$/, '');
  const table: Record<string, () => Partial<AnonymizeOptions>> = {
    'k-anonymity': () => ({}),
    'distinct-l3': () => ({ l: 3, sensitive }),
    'equal-t0.2': () => ({ t: 0.2, sensitive }),
    'entropy-l3-shannon': () => ({ l: 3, lKind: 'entropy', sensitive }),
    'entropy-l3-grassberger': () => ({ l: 3, lKind: 'entropy-grassberger', sensitive }),
    'recursive-': () => ({ l: 3, c: 4, lKind: 'recursive', sensitive }),
    'hierarchical-t0.2': () => ({ t: 0.2, tKind: 'hierarchical', sensitive, sensitiveHierarchies: hierarchies }),
    'basic-beta1': () => ({ criteria: [basicBetaLikeness(sensitive, 1)] }),
    'enhanced-beta1': () => ({ criteria: [enhancedBetaLikeness(sensitive, 1)] }),
    'delta-disclosure1': () => ({ criteria: [deltaDisclosure(sensitive, 1)] }),
    'delta-presence': () => ({ criteria: [deltaPresence(0, 0.2)], subset: adultSubset() }),
    'k-map5': () => ({ criteria: [kMap(5)], subset: adultSubset() }),
    'average-risk0.01': () => ({ criteria: [averageRisk(0.01)] }),
    'sample-uniqueness0.001': () => ({ criteria: [sampleUniqueness(0.001)] }),
  };
  return (table[model] as () => Partial<AnonymizeOptions>)();
}

test.each(rows.map((one) => [one.case, one] as const))('%s', (_, one) => {
  const { solution } = anonymize(adultTable(), {
    quasiIdentifiers: one.qis,
    hierarchies,
    suppression: one.suppressionLimit,
    metric: metricOf[one.metric] ?? (one.metric as MetricName),
    ...(one.k === null ? {} : { k: one.k }),
    ...settings(one),
  });
  expect(solution.optimal).toBe(true);
  expect(solution.latticeNodes).toBe(one.latticeNodes);
  expect(solution.suppressedRows).toBeLessThanOrEqual(one.suppressionLimitRows);
  const slack = 2e-9 * Math.max(1, Math.abs(one.optimalValue));
  expect(Math.abs(solution.metric.value - one.optimalValue)).toBeLessThanOrEqual(slack);
  if (one.optimalNodes === undefined) return;
  const found = solution.ties.map(({ levels, suppressedRows }) => ({
    levels: one.qis.map((name) => levels[name] as number),
    suppressedRows,
  }));
  const order = (list: typeof found): string[] => list.map((node) => JSON.stringify(node)).sort();
  expect(order(found)).toEqual(order(one.optimalNodes.map((node) => ({ ...node, levels: [...node.levels] }))));
});
