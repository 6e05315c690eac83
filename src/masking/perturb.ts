/**
 * Maskers that draw anew for each row: additive noise, shuffle, rank swapping, post-randomisation (PRAM), micro-aggregation.
 *
 * Hundepool et al., "Statistical Disclosure Control" (Wiley 2012), sections 3.3-3.6: noise 3.6.1, PRAM 3.6.3 (Gouweleeuw
 * et al., J. Official Statistics 14(4), 1998), rank swapping 3.6.2 (Moore 1996), micro-aggregation 3.6.4; the optimal
 * univariate partition is Hansen and Mukherjee, IEEE TKDE 15(4), 2003. None of them is differentially private.
 * @module
 */
import { type Residual, ScrimError, SecureRandom } from '../core/index.js';
import { type Codes, type Column, type DictionaryColumn, encode, parseNumber, type Table } from '../table/index.js';
import { leakageOf, type Masker, sameResidual } from './masker.js';
import { decimalsOf, fixed } from './numbers.js';
import { mapRows } from './rows.js';
import { ValuesBuilder } from './values.js';

/** Options of maskers that draw: only the operating system's randomness protects. */
export interface RandomOptions {
  /** Default: a new {@link SecureRandom}. */
  readonly random?: SecureRandom;
}

function secure(options: RandomOptions): SecureRandom {
  const random = options.random ?? new SecureRandom();
  if (!(random instanceof SecureRandom)) {
    throw new ScrimError('SCRIM_ARGUMENT', { name: 'random', problem: 'only SecureRandom may protect data' });
  }
  return random;
}

/** Options of {@link noise}. */
export interface NoiseOptions extends RandomOptions {
  /** Scale b (Laplace), standard deviation (Gaussian) or greatest distance (uniform), in units of the column. */
  readonly scale: number;
  /** Default: `laplace`. */
  readonly distribution?: 'laplace' | 'gaussian' | 'uniform';
  /** Digits after the point that are written. Default: as many as the cell had. */
  readonly decimals?: number;
}

/** Adds independent noise to each number. Not differentially private: for that see `scrim/dp`. @throws SCRIM_ARGUMENT */
export function noise(options: NoiseOptions): Masker {
  const { scale, distribution = 'laplace', decimals } = options;
  if (!(scale > 0) || !Number.isFinite(scale)) {
    throw new ScrimError('SCRIM_ARGUMENT', { name: 'scale', problem: 'a positive number is needed' });
  }
  const random = secure(options);
  const draw = { laplace, gaussian, uniform }[distribution];
  if (draw === undefined) {
    throw new ScrimError('SCRIM_ARGUMENT', { name: 'distribution', problem: 'laplace, gaussian or uniform is needed' });
  }
  return {
    name: 'noise',
    streams: true,
    reversible: false,
    logical: 'decimal',
    apply: (column) =>
      mapRows(column, (text) => {
        const exact = parseNumber(text);
        const places = decimals ?? decimalsOf(text);
        // Where doubles stand further apart than decimals and noise need, the noise would be lost and the value come out as it is.
        if (Math.abs(exact) * 2 ** -52 > Math.max(10 ** -places, scale / 1024)) return null;
        const value = exact + scale * draw(random);
        return Number.isNaN(value) || Math.abs(value) >= 1e21 ? null : fixed(value, places);
      }),
    leakage: ({ column }) => leakageOf(column, 'noise'),
  };
}

/** A number in (0, 1). */
function open(random: SecureRandom): number {
  return (random.below(2 ** 52) + 0.5) / 2 ** 52;
}

function laplace(random: SecureRandom): number {
  const u = open(random);
  return u < 0.5 ? Math.log(2 * u) : -Math.log(2 * (1 - u));
}

function gaussian(random: SecureRandom): number {
  return Math.sqrt(-2 * Math.log(open(random))) * Math.cos(2 * Math.PI * open(random));
}

function uniform(random: SecureRandom): number {
  return 2 * open(random) - 1;
}

/** A masker whose whole column is decided in `fit`: new codes for all rows. */
function wholeColumn(
  name: string,
  rearrange: (codes: Codes) => { readonly codes: Int32Array; readonly refused: number },
  residual: (codes: Codes) => number | null,
): Masker {
  const unfitted = (column: string): never => {
    throw new ScrimError('SCRIM_MASK_NEEDS_FIT', { rule: name, column });
  };
  return {
    name,
    streams: false,
    reversible: false,
    apply: () => unfitted('?'),
    leakage: ({ column }) => leakageOf(column, name),
    fit(table: Table, column: string): Masker {
      const encoded = encode(table, column);
      const { codes, refused } = rearrange(encoded);
      const { logical } = table.field(column);
      let reported = false;
      return {
        name,
        streams: false,
        reversible: false,
        logical,
        apply(part: Column, rows) {
          const firstRow = rows?.firstRow ?? 0;
          const suppressed = reported ? 0 : refused;
          reported = true;
          return { column: slice(encoded, codes, firstRow, part.length), suppressed };
        },
        leakage: (context) => {
          const candidates = residual(encoded);
          return leakageOf(context.column, name, candidates === null ? {} : { residual: sameResidual(candidates) });
        },
      };
    },
  };
}

/** Rows of a column as a dictionary column; codes that are no value become null. */
function slice(encoded: Codes, codes: Int32Array, first: number, length: number): DictionaryColumn {
  const { size } = encoded.dictionary;
  const out = new Uint32Array(length);
  const validity = new Uint8Array((length + 7) >> 3);
  let all = true;
  for (let i = 0; i < length; i++) {
    const code = codes[first + i] as number;
    if (code >= 0 && code < size) {
      out[i] = code;
      validity[i >> 3] = (validity[i >> 3] as number) | (1 << (i & 7));
    } else all = false;
  }
  return {
    type: 'dictionary',
    length,
    codes: out,
    dictionary: encoded.dictionary,
    validity: all ? null : validity,
    unreadable: null,
  };
}

/** Deals the cells of the column out to the rows anew, null cells among them; every order is equally likely (Fisher-Yates). */
export function shuffle(options: RandomOptions = {}): Masker {
  const random = secure(options);
  return wholeColumn(
    'shuffle',
    ({ codes, unreadableCode }) => {
      const dealt = codes.slice();
      for (let i = dealt.length - 1; i > 0; i--) {
        const j = random.below(i + 1);
        const held = dealt[i] as number;
        dealt[i] = dealt[j] as number;
        dealt[j] = held;
      }
      return { codes: dealt, refused: unreadableCode < 0 ? 0 : count(codes, unreadableCode) };
    },
    (encoded) => encoded.cardinality,
  );
}

function count(codes: Int32Array, code: number): number {
  let found = 0;
  for (let i = 0; i < codes.length; i++) if (codes[i] === code) found++;
  return found;
}

/**
 * PRAM: each value stays with probability `retain`, otherwise it is drawn from the column's own distribution, so that
 * expected frequencies stay what they are (invariant PRAM: T = p I + (1 - p) 1 pi').
 * @throws SCRIM_ARGUMENT when `retain` is not in [0, 1]
 */
export function pram(options: RandomOptions & { readonly retain: number }): Masker {
  const { retain } = options;
  if (!(retain >= 0 && retain <= 1)) {
    throw new ScrimError('SCRIM_ARGUMENT', { name: 'retain', problem: 'a probability is needed' });
  }
  const random = secure(options);
  return wholeColumn(
    'pram',
    ({ codes, dictionary, unreadableCode }) => {
      const valid = codes.filter((code) => code < dictionary.size);
      const drawn = codes.map((code) => {
        if (code >= dictionary.size || random.uniform() < retain) return code;
        return valid[random.below(valid.length)] as number;
      });
      return { codes: drawn, refused: unreadableCode < 0 ? 0 : count(codes, unreadableCode) };
    },
    // With nothing redrawn every cell is the true one.
    (encoded) => (retain === 1 ? 1 : encoded.dictionary.size),
  );
}

interface Ranked {
  /** Rows that hold a number, in rising order of it. */
  readonly order: Uint32Array;
  /** Number of each code, NaN where it is none. */
  readonly numbers: Float64Array;
  readonly refused: number;
}

function rank({ codes, dictionary, nullCode }: Codes): Ranked {
  const numbers = new Float64Array(dictionary.size);
  for (let code = 0; code < dictionary.size; code++) numbers[code] = parseNumber(dictionary.at(code));
  const rows: number[] = [];
  let refused = 0;
  codes.forEach((code, row) => {
    if (code < dictionary.size && !Number.isNaN(numbers[code] as number)) rows.push(row);
    else if (code !== nullCode) refused++;
  });
  const order = Uint32Array.from(rows).sort(
    (a, b) => (numbers[codes[a] as number] as number) - (numbers[codes[b] as number] as number) || a - b,
  );
  return { order, numbers, refused };
}

/**
 * Swaps each number with another one at most `percent` of the ranks away, so that every value stays near its place.
 * @throws SCRIM_ARGUMENT when `percent` is not in (0, 100]
 */
export function rankSwap(options: RandomOptions & { readonly percent: number }): Masker {
  const { percent } = options;
  if (!(percent > 0 && percent <= 100)) {
    throw new ScrimError('SCRIM_ARGUMENT', { name: 'percent', problem: 'a number above 0 and up to 100 is needed' });
  }
  const random = secure(options);
  return wholeColumn(
    'rank-swap',
    (encoded) => {
      const { order, refused } = rank(encoded);
      const codes = new Int32Array(encoded.codes.length).fill(-1);
      const reach = Math.max(1, Math.floor((order.length * percent) / 100));
      const partner = new Int32Array(order.length).fill(-1);
      for (let at = 0; at < order.length; at++) {
        if (partner[at] !== -1) continue;
        const furthest = Math.min(order.length - 1, at + reach);
        const free: number[] = [];
        // Draw among the free ranks within reach; try a few before listing them.
        let chosen = -1;
        for (let attempt = 0; attempt < 8 && chosen < 0 && furthest > at; attempt++) {
          const candidate = at + 1 + random.below(furthest - at);
          if (partner[candidate] === -1) chosen = candidate;
        }
        if (chosen < 0) {
          for (let other = at + 1; other <= furthest; other++) if (partner[other] === -1) free.push(other);
          chosen = free.length === 0 ? at : (free[random.below(free.length)] as number);
        }
        partner[at] = chosen;
        partner[chosen] = at;
      }
      for (let at = 0; at < order.length; at++) {
        codes[order[at] as number] = encoded.codes[order[partner[at] as number] as number] as number;
      }
      return { codes, refused };
    },
    () => null,
  );
}

/**
 * Micro-aggregation: numbers in groups of at least k neighbours, each replaced by the mean of its group; the partition
 * has the least possible sum of squares (Hansen and Mukherjee 2003). Columns with fewer than k numbers are suppressed.
 * @throws SCRIM_ARGUMENT when k is below 2
 */
export function microAggregate(options: { readonly k: number }): Masker {
  const { k } = options;
  if (!Number.isInteger(k) || k < 2) {
    throw new ScrimError('SCRIM_ARGUMENT', { name: 'k', problem: 'a whole number from 2 is needed' });
  }
  const name = 'micro-aggregate';
  return {
    name,
    streams: false,
    reversible: false,
    apply: () => {
      throw new ScrimError('SCRIM_MASK_NEEDS_FIT', { rule: name, column: '?' });
    },
    leakage: ({ column }) => leakageOf(column, name, { order: true }),
    fit(table: Table, column: string): Masker {
      const encoded = encode(table, column);
      const { order, numbers, refused } = rank(encoded);
      const sorted = Float64Array.from(order, (row) => numbers[encoded.codes[row] as number] as number);
      const means = new Float64Array(encoded.codes.length).fill(Number.NaN);
      const cuts = order.length < k ? [] : partition(sorted, k);
      const sizes = cuts.slice(1).map((cut, g) => cut - (cuts[g] as number));
      for (let g = 0; g + 1 < cuts.length; g++) {
        const from = cuts[g] as number;
        const to = cuts[g + 1] as number;
        let sum = 0;
        for (let i = from; i < to; i++) sum += sorted[i] as number;
        for (let i = from; i < to; i++) means[order[i] as number] = sum / (to - from);
      }
      let decimals = 0;
      for (let code = 0; code < encoded.dictionary.size; code++) {
        if (!Number.isNaN(numbers[code] as number))
          decimals = Math.max(decimals, decimalsOf(encoded.dictionary.at(code)));
      }
      let outstanding = refused + (order.length < k ? order.length : 0);
      return {
        name,
        streams: false,
        reversible: false,
        logical: 'decimal',
        apply(part: Column, rows) {
          const first = rows?.firstRow ?? 0;
          const builder = new ValuesBuilder(part.length, part.length * 8);
          const validity = new Uint8Array((part.length + 7) >> 3);
          for (let i = 0; i < part.length; i++) {
            const mean = means[first + i] as number;
            if (Number.isNaN(mean)) builder.none();
            else {
              builder.text(fixed(mean, Math.min(12, decimals + 2)));
              validity[i >> 3] = (validity[i >> 3] as number) | (1 << (i & 7));
            }
          }
          const { offsets, bytes } = builder.finish();
          const suppressed = outstanding;
          outstanding = 0;
          return {
            column: { type: 'utf8', length: part.length, offsets, bytes, validity, unreadable: null },
            suppressed,
          };
        },
        leakage: (context) => leakageOf(context.column, name, { residual: groupResidual(sizes), order: true }),
      };
    },
  };
}

function groupResidual(sizes: readonly number[]): Residual | null {
  if (sizes.length === 0) return null;
  const cells = sizes.reduce((sum, size) => sum + size, 0);
  const mean = sizes.reduce((sum, size) => sum + size * size, 0) / cells;
  return sizes.reduce((so, size) => ({ min: Math.min(so.min, size), mean, max: Math.max(so.max, size) }), {
    min: Number.POSITIVE_INFINITY,
    mean,
    max: 0,
  });
}

/** Cuts of the sorted numbers into groups of k to 2k-1 with the least within-group sum of squares. */
function partition(sorted: Float64Array, k: number): number[] {
  const n = sorted.length;
  const shift = sorted[n >> 1] as number;
  const sum = new Float64Array(n + 1);
  const squares = new Float64Array(n + 1);
  for (let i = 0; i < n; i++) {
    const value = (sorted[i] as number) - shift;
    sum[i + 1] = (sum[i] as number) + value;
    squares[i + 1] = (squares[i] as number) + value * value;
  }
  const cost = new Float64Array(n + 1).fill(Number.POSITIVE_INFINITY);
  const from = new Int32Array(n + 1);
  cost[0] = 0;
  for (let end = k; end <= n; end++) {
    for (let size = k; size < 2 * k && size <= end; size++) {
      const start = end - size;
      const before = cost[start] as number;
      if (before === Number.POSITIVE_INFINITY) continue;
      const total = (sum[end] as number) - (sum[start] as number);
      const within = (squares[end] as number) - (squares[start] as number) - (total * total) / size;
      if (before + within < (cost[end] as number)) {
        cost[end] = before + within;
        from[end] = start;
      }
    }
  }
  const cuts = [n];
  for (let end = n; end > 0; end = from[end] as number) cuts.push(from[end] as number);
  return cuts.reverse();
}
