/**
 * A small seeded generator for measurements: which queries are asked, which rows are in which fold. Never used to protect.
 *
 * xorshift32 (Marsaglia, "Xorshift RNGs", Journal of Statistical Software 8(14), 2003) after a splitmix of the seed.
 * @module
 */

/** Draws an integer in [0, bound). */
export type Draw = (bound: number) => number;

/** A generator; equal seeds draw alike. */
export function drawFrom(seed: number): Draw {
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) | 1;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  for (let i = 0; i < 16; i++) next();
  return (bound) => Math.floor((next() / 2 ** 32) * bound);
}

/** The numbers 0 .. count - 1 in random order (Fisher, Yates). */
export function shuffled(count: number, draw: Draw): Int32Array {
  const order = Int32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = draw(i + 1);
    const own = order[i] as number;
    order[i] = order[j] as number;
    order[j] = own;
  }
  return order;
}
