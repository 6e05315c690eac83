/**
 * Statistics of the numbers of each group: sums, means, deviations, errors and limits of means, quantiles, how many are below nought.
 * @module
 */
import { quantile } from './read-quantile-groups.js';
import type { Statistic } from './statistics.js';

/** Normal quantiles of two-sided confidence of 90, 95 and 99 %. */
const CONFIDENCE: readonly (readonly [name: string, z: number])[] = [
  ['90 %', 1.6448536269514722],
  ['95 %', 1.959963984540054],
  ['99 %', 2.5758293035489004],
];

/** Statistics of a column; `members` are the numbers of each group in rising order. */
export function statisticsOfNumbers(name: string, position: number, members: readonly Float64Array[]): Statistic[] {
  const of = (figure: (own: Float64Array) => number): Float64Array => Float64Array.from(members, figure);
  const valid = of(({ length }) => length);
  const sums = of((own) => own.reduce((sum, value) => sum + value, 0));
  const means = sums.map((sum, i) => sum / (valid[i] as number));
  const variances = Float64Array.from(members, (own, i) => {
    const mean = means[i] as number;
    return own.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (own.length - 1);
  });
  const deviations = variances.map(Math.sqrt);
  const populations = deviations.map(
    (deviation, i) => deviation * Math.sqrt(((valid[i] as number) - 1) / (valid[i] as number)),
  );
  const errors = deviations.map((deviation, i) => deviation / Math.sqrt(valid[i] as number));
  const shared = populations.every((deviation) => !(deviation > 0)) ? { of: 'label' as const } : {};
  const all = { column: position, support: valid };
  const exact = { ...all, noisy: false };
  return [
    { how: `sum of ${name}`, values: sums, noisy: true, ...all },
    { how: `mean of ${name}`, values: means, noisy: true, within: deviations, ...all, ...shared },
    { how: `count of ${name}`, column: position, values: valid, noisy: false },
    { how: `standard deviation of ${name}`, values: deviations, ...exact },
    { how: `population deviation of ${name}`, values: populations, ...exact },
    { how: `variance of ${name}`, values: variances, ...exact },
    { ...quantileStatistic(name, position, members, 0.5), how: `median of ${name}`, noisy: true, within: deviations },
    { ...quantileStatistic(name, position, members, 0.25), how: `first quartile of ${name}` },
    { ...quantileStatistic(name, position, members, 0.75), how: `third quartile of ${name}` },
    { how: `standard error of ${name}`, values: errors, ...exact },
    {
      how: `coefficient of variation of ${name}`,
      values: deviations.map((own, i) => own / (means[i] as number)),
      ...exact,
    },
    ...limitsOf(name, means, errors, valid).map((limit) => ({ ...limit, ...exact })),
    ...belowNought(name, position, members, valid),
  ];
}

/** Limits of the means at usual confidence, by the normal distribution and by Student's. */
function limitsOf(
  name: string,
  means: Float64Array,
  errors: Float64Array,
  valid: Float64Array,
): { how: string; values: Float64Array; exactOnly: true }[] {
  return CONFIDENCE.flatMap(([confidence, z]) =>
    [() => z, (degrees: number) => student(z, degrees), () => Number(z.toFixed(2))].flatMap((factor) =>
      [-1, 1].map((side) => ({
        how: `${confidence} limit of the mean of ${name}`,
        values: means.map((mean, i) => mean + side * factor((valid[i] as number) - 1) * (errors[i] as number)),
        exactOnly: true as const,
      })),
    ),
  );
}

/** Student's quantile from the normal one (Abramowitz, Stegun, 26.7.5). */
function student(z: number, degrees: number): number {
  const g1 = (z ** 3 + z) / 4;
  const g2 = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96;
  const g3 = (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384;
  return z + g1 / degrees + g2 / degrees ** 2 + g3 / degrees ** 3;
}

/** Those below and above nought, of a column that has both: losses and gains. */
function belowNought(
  name: string,
  position: number,
  members: readonly Float64Array[],
  valid: Float64Array,
): Statistic[] {
  if (!members.some((own) => (own[0] as number) < 0) || !members.some((own) => (own.at(-1) as number) > 0)) return [];
  return [
    { word: 'below', is: (value: number) => value < 0 },
    { word: 'above', is: (value: number) => value > 0 },
  ].flatMap(({ word, is }): Statistic[] => {
    const counts = Float64Array.from(members, (own) => own.reduce((sum, value) => sum + (is(value) ? 1 : 0), 0));
    const shares = counts.map((count, i) => count / (valid[i] as number));
    const part = { column: position, noisy: false, support: counts };
    return [
      { how: `count ${word} nought of ${name}`, values: counts, of: 'part', ...part },
      { how: `share ${word} nought of ${name}`, values: shares, ...part },
      { how: `percentage ${word} nought of ${name}`, values: shares.map((share) => 100 * share), ...part },
    ];
  });
}

/** The quantile of each group. Half as many persons stand behind it as on its shorter side, twice over: a median needs twenty. */
export function quantileStatistic(
  name: string,
  position: number,
  members: readonly Float64Array[],
  share: number,
): Statistic {
  const values = Float64Array.from(members, (own) => (own.length === 0 ? Number.NaN : quantile(own, share)));
  // Quartiles of twenty have always been taken for figures of twenty.
  const shorter = share >= 0.25 && share <= 0.75 ? 1 : 2 * Math.min(share, 1 - share);
  const support = Float64Array.from(members, (own) => Math.floor(shorter * own.length));
  return { how: `quantile ${share} of ${name}`, column: position, values, noisy: false, support };
}

const QUANTILE =
  /(?:^|[^\d.])(?:[pq](\d{1,2})(?!\d)|(0?\.\d{1,3})(?!\d)|(\d{1,2})(?:th|st|nd|rd)?\s*(?:[%％]|百?分位|percentile|pct))/i;

/** The share that a header names as a quantile; null where it names none. */
export function quantileNamed(header: string): number | null {
  const match = header.length > 60 ? null : QUANTILE.exec(header.trim());
  if (match === null) return null;
  const [, percent, share, other] = match;
  const found = share === undefined ? Number(percent ?? other) / 100 : Number(share);
  return found > 0 && found < 1 ? found : null;
}
