/**
 * Optima that ARX's own tests publish (src/test/org/deidentifier/arx/test/TestAnonymization*.java), with certificates verified.
 *
 * Two of its Grassberger cases (l=5 at 4 %: 216092.124; l=3 at 5 %: 180347.433) are not optima of the definition: the loop of
 * EntropyLDiversity.isAnonymous stops as soon as the running sum passes the limit, which is sound for Shannon's estimator
 * only, since G(1) is negative. Classes with single values are refused by the order of its buckets. The last test shows it.
 */
import { expect, test } from 'vitest';
import { grassberger } from '../../../src/anonymity/criterion/grassberger.js';
import {
  type AnonymizeOptions,
  anonymize,
  averageRisk,
  basicBetaLikeness,
  type Criterion,
  enhancedBetaLikeness,
  kMap,
  sampleUniqueness,
  verifyCertificate,
} from '../../../src/anonymity/index.js';
import { adultColumns, adultHierarchies, adultSubset, adultTable } from '../../anonymity/adult.js';

const eight = adultColumns.filter((name) => name !== 'occupation');
const sensitive = 'occupation';
const subset = adultSubset();
const hierarchies = adultHierarchies();

type Case = readonly [
  title: string,
  columns: readonly string[],
  options: Partial<AnonymizeOptions>,
  value: number,
  levels: string,
];

const cases: readonly Case[] = [
  [
    'Grassberger l=5',
    eight,
    { l: 5, lKind: 'entropy-grassberger', sensitive, metric: 'entropy' },
    324620.5269918692,
    '1,1,1,1,3,2,2,1',
  ],
  [
    'Shannon l=5, 4 %',
    eight,
    { l: 5, lKind: 'entropy', sensitive, suppression: 0.04, metric: 'entropy' },
    228878.2039109517,
    '1,0,1,1,2,2,2,1',
  ],
  [
    'average risk 0.01, 4 %',
    adultColumns,
    { criteria: [averageRisk(0.01)], suppression: 0.04, metric: 'entropy' },
    314637.8461904862,
    '1,0,1,1,3,2,2,1,1',
  ],
  [
    'sample uniqueness 0.01, 4 %',
    adultColumns,
    { criteria: [sampleUniqueness(0.01)], suppression: 0.04, metric: 'loss-geometric' },
    0.1606952725863784,
    '0,3,0,0,1,1,1,1,0',
  ],
  ['5-map', eight, { criteria: [kMap(5)], subset, metric: 'aecs' }, 45.014925373134325, '1,0,1,2,3,2,2,1'],
  [
    '3-map, monotone entropy',
    eight,
    { criteria: [kMap(3)], subset, metric: 'entropy-monotone' },
    23387.494246375998,
    '0,0,1,2,3,2,2,0',
  ],
  [
    '20-map, 5 %',
    eight,
    { criteria: [kMap(20)], subset, suppression: 0.05, metric: 'aecs' },
    11.424242424242424,
    '1,0,1,1,3,2,1,0',
  ],
  [
    '3-map, 5 %',
    eight,
    { criteria: [kMap(3)], subset, suppression: 0.05, metric: 'entropy' },
    15121.633326877098,
    '0,0,1,1,1,2,1,0',
  ],
  [
    'beta 3, 50 %',
    eight,
    { criteria: [basicBetaLikeness(sensitive, 3)], suppression: 0.5, metric: 'loss-geometric' },
    0.34883856157237925,
    '0,3,0,0,2,0,1,0',
  ],
  [
    'enhanced beta 2',
    eight,
    { criteria: [enhancedBetaLikeness(sensitive, 2)], metric: 'loss-geometric' },
    0.759176305345683,
    '1,4,1,1,3,2,2,0',
  ],
  [
    'beta 1, 100 %',
    eight,
    { criteria: [basicBetaLikeness(sensitive, 1)], suppression: 1, metric: 'loss-geometric' },
    0.6081345989904172,
    '1,4,0,1,3,0,2,0',
  ],
  [
    'enhanced beta 10, 100 %',
    eight,
    { criteria: [enhancedBetaLikeness(sensitive, 10)], suppression: 1, metric: 'loss-geometric' },
    0.3419039849540606,
    '0,3,0,0,3,1,2,0',
  ],
];

test('the two Grassberger cases that differ: an early stop in code order gives nodes that ARX publishes', () => {
  const settings = { quasiIdentifiers: eight, hierarchies, metric: 'entropy' } as const;
  for (const [l, suppression, levels, published] of [
    [5, 0.04, '1,0,1,0,3,2,2,0', 216092.124036387],
    [3, 0.05, '0,0,1,1,2,2,2,0', 180347.4325366015],
  ] as const) {
    const early: Criterion = {
      name: 'early-stop',
      parameters: {},
      monotonicity: { generalization: false, suppression: false },
      sensitive,
      prepare: () => ({
        minimumClassSize: 0,
        holds: ({ histogram, from, values, total }) => {
          const limit = total * (grassberger(total) - Math.log(l));
          let sum = 0;
          let distinct = 0;
          for (let v = 0; v < values; v++) if ((histogram[from + v] as number) > 0) distinct++;
          if (distinct < l) return false;
          for (let v = 0; v < values; v++) {
            const count = histogram[from + v] as number;
            if (count > 0) sum += count * grassberger(count);
            if (limit < sum) return false;
          }
          return true;
        },
      }),
    };
    const stopped = anonymize(adultTable(), { ...settings, criteria: [early], suppression }).solution;
    expect(eight.map((name) => stopped.levels[name]).join()).toBe(levels);
    const exact = anonymize(adultTable(), {
      ...settings,
      l,
      lKind: 'entropy-grassberger',
      sensitive,
      suppression,
    }).solution;
    expect(exact.metric.value).toBeLessThan(published);
  }
});

test.each(cases)('%s', (_, columns, settings, value, levels) => {
  const options = { quasiIdentifiers: columns, hierarchies, ...settings };
  const { solution } = anonymize(adultTable(), options);
  expect(Math.abs(solution.metric.value - value)).toBeLessThanOrEqual(2e-9 * Math.max(1, value));
  expect(solution.ties.map((tie) => columns.map((name) => tie.levels[name]).join())).toContain(levels);
  const certificate = solution.certificate as NonNullable<typeof solution.certificate>;
  // The verifier counts with strings: about 20 ms a listed node.
  if (certificate.refuted.length + certificate.exceeded.length + certificate.single.length > 400) return;
  expect(verifyCertificate(adultTable(), options, certificate).optima).toBe(solution.ties.length);
});
