/**
 * Jacobi symbols of 256-bit numbers in plain JavaScript: is a field element a square, in a few microseconds.
 *
 * Positive divsteps with a 2x2 transition matrix per 22 steps, after Bernstein and Yang, "Fast constant-time gcd computation
 * and modular inversion" (2019), in the variable-time Jacobi form of P. Wuille (libsecp256k1, doc/safegcd_implementation.md,
 * section 8). Variable in time: use it on public values and one's own batches only.
 * @module
 */

const LIMBS = 12;
const BITS = 22;
const BASE = 2 ** BITS;

/** Negated inverses of odd numbers modulo 256: entry i belongs to 2i + 1. */
const NEGATED = new Uint8Array(128);
for (let i = 0; i < 128; i++) {
  const odd = 2 * i + 1;
  for (let w = 1; w < 256; w += 2) if (((odd * w) & 255) === 255) NEGATED[i] = w;
}

const f = new Float64Array(LIMBS);
const g = new Float64Array(LIMBS);

function load(limbs: Float64Array, value: bigint): void {
  let rest = value;
  for (let i = 0; i < LIMBS; i += 2) {
    const pair = Number(rest & 0xfffffffffffn);
    limbs[i] = pair % BASE;
    limbs[i + 1] = Math.floor(pair / BASE);
    rest >>= 44n;
  }
}

/** Limbs of a modulus, to be prepared once. */
export function jacobiModulus(modulus: bigint): Float64Array {
  const limbs = new Float64Array(LIMBS);
  load(limbs, modulus);
  return limbs;
}

/** 1 when `value` is a non-zero square modulo the prime, -1 when it is none, 0 for zero. `value` lies below the modulus. */
export function jacobi(value: bigint, modulus: Float64Array): -1 | 0 | 1 {
  if (value === 0n) return 0;
  load(g, value);
  f.set(modulus);
  return loop();
}

function loop(): -1 | 1 {
  let eta = -1;
  let sign = 0;
  let length = LIMBS;
  for (;;) {
    let u = 1;
    let v = 0;
    let q = 0;
    let r = 1;
    let x = (f[0]! | (f[1]! << BITS)) >>> 0;
    let y = (g[0]! | (g[1]! << BITS)) >>> 0;
    let i = BITS;
    for (;;) {
      const low = (y | (-1 << i)) >>> 0;
      const zeros = 31 - Math.clz32(low & -low);
      y >>>= zeros;
      u *= 1 << zeros;
      v *= 1 << zeros;
      eta -= zeros;
      i -= zeros;
      sign ^= zeros & ((x >>> 1) ^ (x >>> 2));
      if (i === 0) break;
      if (eta < 0) {
        eta = -eta;
        sign ^= (x & y) >>> 1;
        let swap = x;
        x = y;
        y = swap;
        swap = u;
        u = q;
        q = swap;
        swap = v;
        v = r;
        r = swap;
      }
      const limit = Math.min(eta + 1, i);
      const mask = (0xffffffff >>> (32 - limit)) & 255;
      const w = (y * NEGATED[(x >>> 1) & 127]!) & mask;
      y = (y + Math.imul(x, w)) >>> 0;
      q += u * w;
      r += v * w;
    }
    // (f, g) <- (u f + v g, q f + r g) / 2^22, exactly; all terms are non-negative and below 2^45.
    let a = u * f[0]! + v * g[0]!;
    let b = q * f[0]! + r * g[0]!;
    a = Math.floor(a / BASE);
    b = Math.floor(b / BASE);
    let others = 0;
    for (let k = 1; k < length; k++) {
      a += u * f[k]! + v * g[k]!;
      b += q * f[k]! + r * g[k]!;
      const c = Math.floor(a / BASE);
      const d = Math.floor(b / BASE);
      const fk = a - c * BASE;
      const gk = b - d * BASE;
      f[k - 1] = fk;
      g[k - 1] = gk;
      if (k > 1) others += fk;
      a = c;
      b = d;
    }
    f[length - 1] = a;
    g[length - 1] = b;
    if (f[0] === 1 && others + a === 0) break;
    if (length > 2 && f[length - 1] === 0 && g[length - 1] === 0) length--;
  }
  return (sign & 1) === 0 ? 1 : -1;
}
