/**
 * beta-likeness (basic and enhanced) and delta-disclosure privacy: bounds on the change of each sensitive value's share.
 *
 * Cao, Karras, "Publishing Microdata with a Robust Privacy Guarantee", PVLDB 5(11), 2012, definitions 2-3;
 * Brickell, Shmatikov, "The Cost of Privacy", KDD 2008, definition 5. Proof note: likeness.md.
 * @module
 */
import { checkRange } from './_check.js';
import type { ClassView, Criterion, PreparedCriterion } from './criterion.js';

const SLACK = 1e-12;

/** (p - q) / q at most beta for every value: p its share in the class, q in the table. @throws SCRIM_ANONYMITY_OPTION */
export function basicBetaLikeness(sensitive: string, beta: number): Criterion {
  return likeness('basic-beta-likeness', sensitive, beta, () => beta);
}

/** (p - q) / q at most min(beta, -ln q). @throws SCRIM_ANONYMITY_OPTION */
export function enhancedBetaLikeness(sensitive: string, beta: number): Criterion {
  return likeness('enhanced-beta-likeness', sensitive, beta, (q) => Math.min(beta, -Math.log(q)));
}

function likeness(name: string, sensitive: string, beta: number, gain: (q: number) => number): Criterion {
  checkRange('beta', beta, 0, Number.POSITIVE_INFINITY, 'low');
  return {
    name,
    parameters: { beta },
    monotonicity: { generalization: true, suppression: false },
    sensitive,
    prepare: ({ distribution }) => {
      const all = distribution.reduce((sum, count) => sum + count, 0);
      return shareAtMost(distribution.map((count) => (count / all) * (1 + gain(count / all))));
    },
  };
}

/** Share of each value at most its cap: a convex condition, so generalization keeps it. */
export function shareAtMost(caps: Float64Array): PreparedCriterion {
  return {
    minimumClassSize: 0,
    holds: (view) => below(view, caps, view.total),
    // What may stay of a rest is at most cap x rest of each value.
    removal: (view) => {
      let low = 0;
      let high = view.total;
      for (let step = 0; step < 40 && high - low > 1e-3; step++) {
        const middle = (low + high) / 2;
        if (capacity(view, caps, middle) >= middle * (1 - SLACK)) low = middle;
        else high = middle;
      }
      return Math.max(0, Math.ceil(view.total - high - 1e-9));
    },
  };
}

function below({ histogram, from, values }: ClassView, caps: Float64Array, total: number): boolean {
  for (let v = 0; v < values; v++) {
    const count = histogram[from + v] as number;
    if (count > (caps[v] as number) * total * (1 + SLACK)) return false;
  }
  return true;
}

function capacity({ histogram, from, values }: ClassView, caps: Float64Array, rest: number): number {
  let sum = 0;
  for (let v = 0; v < values; v++) sum += Math.min(histogram[from + v] as number, (caps[v] as number) * rest);
  return sum;
}

/** |log2(p / q)| below delta for every value that occurs in the class. @throws SCRIM_ANONYMITY_OPTION */
export function deltaDisclosure(sensitive: string, delta: number): Criterion {
  checkRange('delta', delta, 0, Number.POSITIVE_INFINITY, 'low');
  return {
    name: 'delta-disclosure',
    parameters: { delta },
    monotonicity: { generalization: false, suppression: false },
    sensitive,
    prepare: ({ distribution }) => {
      const all = distribution.reduce((sum, count) => sum + count, 0);
      const shares = distribution.map((count) => count / all);
      // The upper half of the condition, p < q 2^delta, is convex: it bounds what must leave.
      const upper = shareAtMost(shares.map((share) => share * 2 ** delta));
      return {
        minimumClassSize: 0,
        holds: ({ histogram, from, values, total }) => {
          for (let v = 0; v < values; v++) {
            const count = histogram[from + v] as number;
            if (count > 0 && Math.abs(Math.log2(count / total / (shares[v] as number))) >= delta) return false;
          }
          return true;
        },
        removal: upper.removal as (view: ClassView) => number,
      };
    },
  };
}
