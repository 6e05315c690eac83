/**
 * Transposition of bit matrices in blocks of 32 x 32 (masked swaps: Warren, "Hacker's Delight", 2nd ed., section 7-3).
 *
 * Words hold 32 bits, the least significant first; typed arrays are little endian on every platform that runs JavaScript.
 * @module
 */

const block = new Int32Array(32);

/**
 * Transposes `columns` x `rows` bits (both multiples of 32): `source` has one column after another, each of `rows` bits;
 * `target` gets one row after another, each of `columns` bits.
 */
export function transpose(source: Int32Array, columns: number, rows: number, target: Int32Array): void {
  const wordsPerColumn = rows >>> 5;
  const wordsPerRow = columns >>> 5;
  const x = block;
  for (let group = 0; group < wordsPerRow; group++) {
    const first = 32 * group * wordsPerColumn;
    for (let word = 0; word < wordsPerColumn; word++) {
      for (let k = 0, at = first + word; k < 32; k++, at += wordsPerColumn) x[k] = source[at]!;
      for (let k = 0; k < 16; k++) {
        const low = x[k]!;
        const high = x[k + 16]!;
        const t = ((low >>> 16) ^ high) & 0xffff;
        x[k] = low ^ (t << 16);
        x[k + 16] = high ^ t;
      }
      for (let half = 0; half < 32; half += 16) {
        for (let k = half; k < half + 8; k++) {
          const low = x[k]!;
          const high = x[k + 8]!;
          const t = ((low >>> 8) ^ high) & 0x00ff00ff;
          x[k] = low ^ (t << 8);
          x[k + 8] = high ^ t;
        }
      }
      for (let half = 0; half < 32; half += 8) {
        for (let k = half; k < half + 4; k++) {
          const low = x[k]!;
          const high = x[k + 4]!;
          const t = ((low >>> 4) ^ high) & 0x0f0f0f0f;
          x[k] = low ^ (t << 4);
          x[k + 4] = high ^ t;
        }
      }
      for (let half = 0; half < 32; half += 4) {
        for (let k = half; k < half + 2; k++) {
          const low = x[k]!;
          const high = x[k + 2]!;
          const t = ((low >>> 2) ^ high) & 0x33333333;
          x[k] = low ^ (t << 2);
          x[k + 2] = high ^ t;
        }
      }
      let at = 32 * word * wordsPerRow + group;
      for (let k = 0; k < 32; k += 2) {
        const low = x[k]!;
        const high = x[k + 1]!;
        const t = ((low >>> 1) ^ high) & 0x55555555;
        target[at] = low ^ (t << 1);
        at += wordsPerRow;
        target[at] = high ^ t;
        at += wordsPerRow;
      }
    }
  }
}
