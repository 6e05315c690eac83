/**
 * Lower bound of epsilon from samples: how well an event tells two neighbouring inputs apart, with Clopper-Pearson confidence.
 *
 * Jagielski, Ullman, Oprea, NeurIPS 2020, Alg. 2 (auditing by Clopper and Pearson 1934). See distinguish.md.
 * @module
 */

/** What {@link epsilonLowerBound} found. */
export interface Distinguished {
  /** epsilon is at least this with the stated confidence; 0 where nothing was seen. */
  readonly epsilon: number;
  /** The event, as the outcomes at least (or at most) `at`, or exactly it. */
  readonly event: { readonly kind: 'above' | 'below' | 'equal'; readonly at: number } | null;
}

/** log of the gamma function (Lanczos, g = 7), for x > 0. */
function logGamma(x: number): number {
  const c = [
    0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
    12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
  ];
  let sum = c[0] as number;
  for (let i = 1; i < c.length; i++) sum += (c[i] as number) / (x + i - 1);
  const t = x + 6.5;
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum);
}

/** P(Binomial(n, p) <= k), by the regularised incomplete beta function's continued fraction (Lentz). */
function binomialCdf(k: number, n: number, p: number): number {
  if (k >= n) return 1;
  if (k < 0) return 0;
  return incompleteBeta(1 - p, n - k, k + 1);
}

function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x)) / a;
  let [c, d] = [1, 1 / (1 - ((a + b) * x) / (a + 1))];
  let h = d;
  for (let m = 1; m < 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / (1 + even * d);
    c = 1 + even / c;
    h *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / (1 + odd * d);
    c = 1 + odd / c;
    h *= d * c;
    if (Math.abs(d * c - 1) < 1e-14) break;
  }
  return front * h;
}

/** Clopper-Pearson bounds of a probability, each one-sided at `alpha`. */
export function clopperPearson(
  hits: number,
  n: number,
  alpha: number,
): { readonly low: number; readonly high: number } {
  const solve = (above: (p: number) => boolean): number => {
    let [low, high] = [0, 1];
    for (let i = 0; i < 60; i++) {
      const middle = (low + high) / 2;
      if (above(middle)) high = middle;
      else low = middle;
    }
    return (low + high) / 2;
  };
  return {
    low: hits === 0 ? 0 : solve((p) => 1 - binomialCdf(hits - 1, n, p) > alpha),
    high: hits === n ? 1 : solve((p) => binomialCdf(hits, n, p) < alpha),
  };
}

/**
 * A lower bound of epsilon at `delta`: the event is chosen on the first half of the samples, its probabilities are bounded on the second.
 *
 * @param first - outcomes under one input, @param second - under its neighbour
 * @param options - delta (default 0) and the probability `alpha` with which the bound may be too high (default 1e-6)
 */
export function epsilonLowerBound(
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  options: { readonly delta?: number; readonly alpha?: number } = {},
): Distinguished {
  const { delta = 0, alpha = 1e-6 } = options;
  const halves = (sample: ArrayLike<number>): [Float64Array, Float64Array] => {
    const all = Float64Array.from(sample);
    return [all.slice(0, all.length >> 1), all.slice(all.length >> 1)];
  };
  const [trainA, testA] = halves(first);
  const [trainB, testB] = halves(second);
  type Event = { kind: 'above' | 'below' | 'equal'; at: number };
  const count = (sample: Float64Array, { kind, at }: Event): number => {
    let hits = 0;
    for (const x of sample) if (kind === 'above' ? x >= at : kind === 'below' ? x <= at : x === at) hits++;
    return hits;
  };
  const score = (p: number, n: number, q: number, m: number, level: number): number => {
    const low = clopperPearson(p, n, level).low - delta;
    const high = clopperPearson(q, m, level).high;
    return low > 0 ? Math.log(low / high) : 0;
  };
  let best: { event: Event; value: number; flipped: boolean } | null = null;
  for (const at of candidates(trainA, trainB)) {
    for (const kind of ['above', 'below', 'equal'] as const) {
      const event: Event = { kind, at };
      const [p, q] = [count(trainA, event), count(trainB, event)];
      for (const flipped of [false, true]) {
        const value = flipped
          ? score(q, trainB.length, p, trainA.length, 0.01)
          : score(p, trainA.length, q, trainB.length, 0.01);
        if (best === null || value > best.value) best = { event, value, flipped };
      }
    }
  }
  if (best === null) return { epsilon: 0, event: null };
  const [p, q] = [count(testA, best.event), count(testB, best.event)];
  const value = best.flipped
    ? score(q, testB.length, p, testA.length, alpha / 2)
    : score(p, testA.length, q, testB.length, alpha / 2);
  return { epsilon: Math.max(0, value), event: best.event };
}

/** At most 64 places: distinct values where there are few, quantiles of both samples otherwise. */
function candidates(a: Float64Array, b: Float64Array): number[] {
  const all = Float64Array.from([...a, ...b]).sort();
  const distinct = [...new Set(all)];
  if (distinct.length <= 64) return distinct;
  return [...new Set(Array.from({ length: 64 }, (_, i) => all[Math.floor(((i + 0.5) / 64) * all.length)] as number))];
}
