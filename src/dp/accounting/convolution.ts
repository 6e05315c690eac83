/**
 * Products of many short sequences of numbers by FFT: pairs of similar length first, so that long transforms are few; beyond the window
 * everything lies on a cycle.
 *
 * Convolution theorem; two real sequences share one complex transform (Cooley, Lewis, Welch 1970).
 * @module
 */
import { FastFourier } from './fft.js';

/** Values at the indices `first`, `first + 1`, ...; on a cycle of length n when it has n values and is `cyclic`. */
export interface Sequence {
  readonly first: number;
  readonly values: Float64Array;
  readonly cyclic?: boolean;
}

const transforms = new Map<number, FastFourier>();
/** Transforms up to this size are kept: they serve again and again. */
const KEPT = 2 ** 15;

function transformOf(size: number): FastFourier {
  const kept = transforms.get(size);
  if (kept !== undefined) return kept;
  const made = new FastFourier(size);
  if (size <= KEPT) transforms.set(size, made);
  return made;
}

function powerOfTwo(least: number): number {
  let size = 2;
  while (size < least) size *= 2;
  return size;
}

/** The sequence on the cycle of `size`, starting at index 0. */
function folded(
  { first, values, cyclic }: Sequence,
  size: number,
  target: Float64Array = new Float64Array(size),
): Float64Array {
  if (cyclic === true) {
    target.set(values);
    return target;
  }
  let cell = ((first % size) + size) % size;
  for (let i = 0; i < values.length; i++) {
    target[cell] = (target[cell] as number) + (values[i] as number);
    if (++cell === size) cell = 0;
  }
  return target;
}

/** The `count`-fold product of a sequence with itself; on the cycle of `size` when it would be longer. */
export function power(sequence: Sequence, count: number, size: number): Sequence {
  if (count === 1) return sequence;
  const length = count * (sequence.values.length - 1) + 1;
  const cyclic = length >= size;
  const n = cyclic ? size : powerOfTwo(length);
  const re = new Float64Array(n);
  if (cyclic) folded(sequence, n, re);
  else re.set(sequence.values);
  const im = new Float64Array(n);
  const transform = transformOf(n);
  transform.forward(re, im);
  for (let k = 0; k < n; k++) {
    // By modulus and angle.
    const modulus = Math.hypot(re[k] as number, im[k] as number) ** count;
    const angle = Math.atan2(im[k] as number, re[k] as number) * count;
    re[k] = modulus * Math.cos(angle);
    im[k] = modulus * Math.sin(angle);
  }
  transform.inverse(re, im);
  return cyclic ? { first: 0, values: re, cyclic } : { first: count * sequence.first, values: re.slice(0, length) };
}

function product(a: Sequence, b: Sequence, size: number): Sequence {
  const length = a.values.length + b.values.length - 1;
  const cyclic = a.cyclic === true || b.cyclic === true || length >= size;
  const n = cyclic ? size : powerOfTwo(length);
  const re = new Float64Array(n);
  const im = new Float64Array(n);
  if (cyclic) {
    folded(a, n, re);
    folded(b, n, im);
  } else {
    re.set(a.values);
    im.set(b.values);
  }
  const transform = transformOf(n);
  transform.forward(re, im);
  multiplyHalves(re, im);
  transform.inverse(re, im);
  return cyclic ? { first: 0, values: re, cyclic } : { first: a.first + b.first, values: re.slice(0, length) };
}

/** From Z = A + iB, transforms of two real sequences, to A · B: (Z_k^2 - conj(Z_-k)^2) / 4i. */
function multiplyHalves(re: Float64Array, im: Float64Array): void {
  const n = re.length;
  for (let k = 0, mirror = 0; k <= n >> 1; k++, mirror = n - k) {
    const x = re[k] as number;
    const y = im[k] as number;
    const u = re[mirror] as number;
    const v = im[mirror] as number;
    // Z_k^2 = (x^2 - y^2) + 2ixy; conj(Z_-k)^2 = (u^2 - v^2) - 2iuv; divided by 4i the parts change places.
    const real = (x * y + u * v) / 2;
    const imaginary = ((u - v) * (u + v) - (x - y) * (x + y)) / 4;
    re[k] = real;
    im[k] = imaginary;
    re[mirror] = real;
    im[mirror] = -imaginary;
  }
}

/** The product of all sequences on the cycle of `size`. */
export function multiplyAll(sequences: readonly Sequence[], size: number): Float64Array {
  let level = [...sequences];
  while (level.length > 1) {
    level.sort((a, b) => a.values.length - b.values.length);
    const next: Sequence[] = [];
    for (let i = 0; i + 1 < level.length; i += 2)
      next.push(product(level[i] as Sequence, level[i + 1] as Sequence, size));
    if (level.length % 2 === 1) next.push(level.at(-1) as Sequence);
    level = next;
  }
  return folded(level[0] as Sequence, size);
}
