/**
 * Columns as a few bins, so that distributions of any type can be compared without a value being shown.
 *
 * A numeric column with many values is cut at quantiles of the table it is fitted on, everything else keeps its most frequent
 * values; the rest is one bin, missing cells are another.
 * @module
 */
import { dateView, encode, numericView, parseDate, parseNumber, type Table } from '../../table/index.js';

/** Bins of ordinary values per column; two more hold the rest and the missing. */
const MOST_BINS = 20;

/** How the text of a cell becomes a bin. */
export interface Binner {
  /** Number of bins: values, the rest, the missing. */
  readonly count: number;
  /** True when it cuts numbers or dates at quantiles. */
  readonly ordered: boolean;
  bin(text: string | null): number;
}

/** The column as numbers, or as days when it holds dates; NaN where a cell is neither. Null when most cells are neither. */
export function orderedView(table: Table, name: string): { values: Float64Array; of: (text: string) => number } | null {
  const rows = table.rows;
  const numbers = numericView(table, name);
  if (rows > 0 && numbers.valid >= 0.9 * rows) return { values: numbers.values, of: parseNumber };
  const days = dateView(table, name);
  return rows > 0 && days.valid >= 0.9 * rows ? { values: days.values, of: parseDate } : null;
}

/** Bins fitted on a column. */
export function binnerOf(table: Table, name: string): Binner {
  const codes = encode(table, name);
  const view = codes.dictionary.size > MOST_BINS ? orderedView(table, name) : null;
  if (view !== null) {
    const edges = quantiles(view.values);
    const count = edges.length + 3;
    return {
      count,
      ordered: true,
      bin: (text) => {
        if (text === null) return count - 1;
        const value = view.of(text);
        if (Number.isNaN(value)) return count - 2;
        let at = 0;
        while (at < edges.length && value >= (edges[at] as number)) at++;
        return at;
      },
    };
  }
  const sizes = new Float64Array(codes.cardinality);
  for (const code of codes.codes) sizes[code] = (sizes[code] as number) + 1;
  const order = [...sizes.keys()].filter((code) => code < codes.dictionary.size);
  order.sort((a, b) => (sizes[b] as number) - (sizes[a] as number) || a - b);
  const place = new Map(order.slice(0, MOST_BINS).map((code, i) => [codes.dictionary.at(code), i]));
  const count = place.size + 2;
  return {
    count,
    ordered: false,
    bin: (text) => (text === null ? count - 1 : (place.get(text) ?? count - 2)),
  };
}

/** Values that quantiles are taken from; evenly spread over the table when it has more. */
const MOST_VALUES = 100_000;

/** Distinct inner cut points at the twentieths of the values. */
function quantiles(values: Float64Array): number[] {
  const step = Math.max(1, Math.ceil(values.length / MOST_VALUES));
  const some: number[] = [];
  for (let row = 0; row < values.length; row += step) {
    const value = values[row] as number;
    if (!Number.isNaN(value)) some.push(value);
  }
  const sorted = Float64Array.from(some).sort();
  const edges: number[] = [];
  for (let i = 1; i < MOST_BINS; i++) {
    const edge = sorted[Math.floor((i * sorted.length) / MOST_BINS)] as number;
    if (edge > (edges.at(-1) ?? (sorted[0] as number))) edges.push(edge);
  }
  return edges;
}

/** Bin of every row. Work is done once per distinct value. */
export function binsOf(table: Table, name: string, binner: Binner): Int32Array {
  const codes = encode(table, name);
  const binOfCode = Int32Array.from({ length: codes.cardinality }, (_, code) =>
    binner.bin(code < codes.dictionary.size ? codes.dictionary.at(code) : null),
  );
  return codes.codes.map((code) => binOfCode[code] as number);
}

/** Rows of each bin. */
export function countBins(bins: Int32Array, count: number): Float64Array {
  const result = new Float64Array(count);
  for (const bin of bins) if (bin >= 0) result[bin] = (result[bin] as number) + 1;
  return result;
}

/** Total variation distance of two distributions given as counts; 0 = equal, 1 = nothing in common. */
export function totalVariation(a: Float64Array, b: Float64Array): number {
  const sum = (counts: Float64Array): number => counts.reduce((total, count) => total + count, 0);
  const [all, whole] = [sum(a), sum(b)];
  if (all === 0 || whole === 0) return all === whole ? 0 : 1;
  let distance = 0;
  for (let i = 0; i < a.length; i++) distance += Math.abs((a[i] as number) / all - (b[i] as number) / whole);
  return Math.min(1, distance / 2);
}

/** Mutual information of two binned columns and the entropy of the first, in bits; rows with bin -1 are left out. */
export function mutualInformation(
  a: Int32Array,
  aBins: number,
  b: Int32Array,
  bBins: number,
): { information: number; entropy: number } {
  const joint = new Float64Array(aBins * bBins);
  let rows = 0;
  for (let row = 0; row < a.length; row++) {
    const [x, y] = [a[row] as number, b[row] as number];
    if (x < 0 || y < 0) continue;
    joint[x * bBins + y] = (joint[x * bBins + y] as number) + 1;
    rows++;
  }
  const left = new Float64Array(aBins);
  const right = new Float64Array(bBins);
  for (let x = 0; x < aBins; x++) {
    for (let y = 0; y < bBins; y++) {
      const count = joint[x * bBins + y] as number;
      left[x] = (left[x] as number) + count;
      right[y] = (right[y] as number) + count;
    }
  }
  const entropyOf = (counts: Float64Array): number => {
    let sum = 0;
    for (const count of counts) if (count > 0) sum -= (count / rows) * Math.log2(count / rows);
    return sum;
  };
  const entropy = entropyOf(left);
  return { information: Math.max(0, entropy + entropyOf(right) - entropyOf(joint)), entropy };
}
