/**
 * Radix-2 fast Fourier transform over split Float64Arrays; twiddle factors computed one by one, so errors stay at the last places.
 *
 * Cooley and Tukey 1965; error growth O(eps log n): Higham, Accuracy and Stability of Numerical Algorithms, §24.1.
 * @module
 */

/** Transform of one fixed power-of-two size. */
export class FastFourier {
  readonly size: number;
  readonly #cosine: Float64Array;
  readonly #sine: Float64Array;
  readonly #reversed: Int32Array;

  /** @param size - a power of two. */
  constructor(size: number) {
    this.size = size;
    this.#cosine = new Float64Array(size >> 1);
    this.#sine = new Float64Array(size >> 1);
    for (let i = 0; i < size >> 1; i++) {
      this.#cosine[i] = Math.cos((2 * Math.PI * i) / size);
      this.#sine[i] = Math.sin((2 * Math.PI * i) / size);
    }
    this.#reversed = new Int32Array(size);
    for (let i = 1, half = size >> 1; i < size; i++) {
      this.#reversed[i] = ((this.#reversed[i >> 1] as number) >> 1) | ((i & 1) === 1 ? half : 0);
    }
  }

  /** In place: X_k = sum x_j exp(-2 pi i j k / n). */
  forward(re: Float64Array, im: Float64Array): void {
    transform(re, im, this.#cosine, this.#sine, this.#reversed);
  }

  /** In place, the inverse with the factor 1/n. */
  inverse(re: Float64Array, im: Float64Array): void {
    transform(im, re, this.#cosine, this.#sine, this.#reversed);
    for (let i = 0; i < re.length; i++) {
      re[i] = (re[i] as number) / this.size;
      im[i] = (im[i] as number) / this.size;
    }
  }
}

function transform(
  re: Float64Array,
  im: Float64Array,
  cosine: Float64Array,
  sine: Float64Array,
  reversed: Int32Array,
): void {
  const size = re.length;
  for (let i = 0; i < size; i++) {
    const j = reversed[i] as number;
    if (j > i) {
      const a = re[i] as number;
      re[i] = re[j] as number;
      re[j] = a;
      const b = im[i] as number;
      im[i] = im[j] as number;
      im[j] = b;
    }
  }
  for (let half = 1, step = size >> 1; half < size; half <<= 1, step >>= 1) {
    for (let start = 0; start < size; start += half << 1) {
      for (let k = 0, twiddle = 0; k < half; k++, twiddle += step) {
        const even = start + k;
        const odd = even + half;
        const c = cosine[twiddle] as number;
        const s = sine[twiddle] as number;
        const x = re[odd] as number;
        const y = im[odd] as number;
        const a = x * c + y * s;
        const b = y * c - x * s;
        re[odd] = (re[even] as number) - a;
        im[odd] = (im[even] as number) - b;
        re[even] = (re[even] as number) + a;
        im[even] = (im[even] as number) + b;
      }
    }
  }
}
