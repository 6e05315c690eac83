/**
 * Bitmaps in Arrow's order: bit i is bit `i & 7` of byte `i >> 3`.
 * @module
 */

/** Sets a bit. */
export function setBit(bitmap: Uint8Array, at: number): void {
  bitmap[at >> 3] = (bitmap[at >> 3] as number) | (1 << (at & 7));
}
