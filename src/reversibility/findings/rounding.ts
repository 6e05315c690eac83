/**
 * Shares and bits as a report gives them.
 * @module
 */

/** Two decimals: percentages, bits. */
export function round2(value: number): number {
  return Math.round(value * 100) / 100;
}

/** Four decimals: shares, entropies. */
export function round4(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
