/**
 * Renyi differential privacy: prices per order, Poisson subsampling, conversion to (epsilon, delta).
 *
 * Mironov, CSF 2017 (Def. 4, Prop. 1); Canonne, Kamath, Steinke 2020, Prop. 12 (conversion). Subsampled prices are integrals of the
 * exact privacy curve: E_Q[(P/Q)^a] = 1 + a(a-1) (int e^((a-1)s) delta_PQ(s) ds + int e^(-as) delta_QP(s) ds), s from 0
 * (Liese and Vajda 2006, Thm. 11, with f(x) = x^a).
 * @module
 */
import { curveEpsilon } from './loss-distribution.js';
import { type Direction, lossLaw, type Mechanism, privacyCurve } from './mechanism.js';
import type { Charge } from './pld.js';

/** Orders that other accountants use too: 1.1, 1.2, ..., 10.9, 11, ..., 63, 128, 256, 512, 1024. */
export const defaultOrders: readonly number[] = [
  ...Array.from({ length: 99 }, (_, i) => 1 + (i + 1) / 10),
  ...Array.from({ length: 53 }, (_, i) => 11 + i),
  128,
  256,
  512,
  1024,
];

/** What the quadrature may be wrong by, added to subsampled prices: far above its observed 1e-12. */
const QUADRATURE = 1 + 2 ** -30;
const NODES = 16;
const PANELS = 96;

/** Nodes and weights of Gauss-Legendre quadrature on [-1, 1], by Newton's method on the Legendre polynomial. */
function gaussLegendre(n: number): { nodes: Float64Array; weights: Float64Array } {
  const nodes = new Float64Array(n);
  const weights = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let x = Math.cos((Math.PI * (i + 0.75)) / (n + 0.5));
    let slope = 0;
    for (let round = 0; round < 50; round++) {
      let previous = 1;
      let current = x;
      for (let k = 2; k <= n; k++)
        [previous, current] = [current, ((2 * k - 1) * x * current - (k - 1) * previous) / k];
      slope = (n * (x * current - previous)) / (x * x - 1);
      const step = current / slope;
      x -= step;
      if (Math.abs(step) < 1e-16) break;
    }
    nodes[i] = x;
    weights[i] = 2 / ((1 - x * x) * slope * slope);
  }
  return { nodes, weights };
}

const rule = gaussLegendre(NODES);

interface Curve {
  readonly nodes: Float64Array;
  readonly weights: Float64Array;
  /** Logarithms of delta at the nodes. */
  readonly logs: Float64Array;
}

/** The curve sampled where the integrals need it: from 0 to where it vanishes. */
function sampleCurve(curve: (epsilon: number) => number): Curve {
  const end = curveEpsilon(curve, 1e-290);
  const size = end === 0 ? 0 : NODES * PANELS;
  const nodes = new Float64Array(size);
  const weights = new Float64Array(size);
  const logs = new Float64Array(size);
  const width = end / PANELS;
  for (let i = 0; i < size; i++) {
    const panel = Math.floor(i / NODES);
    const node = i % NODES;
    nodes[i] = width * (panel + (1 + (rule.nodes[node] as number)) / 2);
    weights[i] = (width / 2) * (rule.weights[node] as number);
    logs[i] = Math.log(curve(nodes[i] as number));
  }
  return { nodes, weights, logs };
}

/** log of the integral of exp(rate · s) delta(s) ds. */
function logIntegral({ nodes, weights, logs }: Curve, rate: number): number {
  let high = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < nodes.length; i++) high = Math.max(high, rate * (nodes[i] as number) + (logs[i] as number));
  if (high === Number.NEGATIVE_INFINITY) return high;
  let sum = 0;
  for (let i = 0; i < nodes.length; i++) {
    sum += (weights[i] as number) * Math.exp(rate * (nodes[i] as number) + (logs[i] as number) - high);
  }
  return high + Math.log(sum);
}

/** Renyi prices of one run at the given orders, the worse of both directions. @throws SCRIM_ARGUMENT */
export function renyiPrice(mechanism: Mechanism, orders: readonly number[] = defaultOrders): Float64Array {
  const law = lossLaw(mechanism);
  if (law.infinite > 0) return new Float64Array(orders.length).fill(Number.POSITIVE_INFINITY);
  if ((mechanism.sampling ?? 1) === 1) return Float64Array.from(orders, (order) => law.renyi(order));
  const curves: Record<Direction, Curve> = {
    remove: sampleCurve(privacyCurve(mechanism, 'remove')),
    add: sampleCurve(privacyCurve(mechanism, 'add')),
  };
  const price = (order: number, own: Curve, other: Curve): number => {
    const factor = Math.log(order) + Math.log(order - 1);
    const rest = Math.exp(factor + logIntegral(own, order - 1)) + Math.exp(factor + logIntegral(other, -order));
    const log = Number.isFinite(rest) ? Math.log1p(rest) : factor + logIntegral(own, order - 1) + 1e-12;
    return (log / (order - 1)) * QUADRATURE;
  };
  return Float64Array.from(orders, (order) =>
    Math.max(price(order, curves.remove, curves.add), price(order, curves.add, curves.remove)),
  );
}

/** Total Renyi prices of all charges at the given orders. @throws SCRIM_ARGUMENT */
export function renyiTotal(charges: readonly Charge[], orders: readonly number[] = defaultOrders): Float64Array {
  const total = new Float64Array(orders.length);
  for (const { mechanism, count } of charges) {
    const price = renyiPrice(mechanism, orders);
    for (let i = 0; i < total.length; i++) total[i] = (total[i] as number) + count * (price[i] as number);
  }
  return total;
}

/** Smallest epsilon that the prices prove at delta. */
export function renyiEpsilon(
  prices: ArrayLike<number>,
  delta: number,
  orders: readonly number[] = defaultOrders,
): number {
  let best = Number.POSITIVE_INFINITY;
  orders.forEach((order, i) => {
    const price = prices[i] as number;
    // Below this the total variation distance alone is at most delta (Bretagnolle and Huber 1979).
    const epsilon =
      delta * delta + Math.expm1(-price) > 0
        ? 0
        : price + Math.log1p(-1 / order) - (Math.log(delta) + Math.log(order)) / (order - 1);
    best = Math.min(best, Math.max(0, epsilon));
  });
  return best;
}

/** Smallest delta that the prices prove at epsilon. */
export function renyiDelta(
  prices: ArrayLike<number>,
  epsilon: number,
  orders: readonly number[] = defaultOrders,
): number {
  let best = 0;
  orders.forEach((order, i) => {
    const log = (order - 1) * ((prices[i] as number) - epsilon + Math.log1p(-1 / order)) - Math.log(order);
    // The total variation distance bounds delta at every epsilon (Bretagnolle and Huber 1979).
    best = Math.min(best, log, Math.log(-Math.expm1(-(prices[i] as number))) / 2);
  });
  return Math.min(1, Math.exp(best));
}
