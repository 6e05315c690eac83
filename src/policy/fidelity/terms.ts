/**
 * The source in the terms of the extract: what the released form of every source cell would be, learned from the rows that were released.
 *
 * Where the released text is the raw text it is taken as it is; where equal raw values have equal released values the map is
 * looked up, between known numbers or dates by the nearest; where raw and released are both numbers they are compared as
 * numbers. A column of which none of this holds (a random token, say) is not compared, and the report says so.
 * @module
 */
import { encode, type Table } from '../../table/index.js';
import { type Binner, binsOf, orderedView } from './bins.js';

/** How source cells were brought into the terms of the extract. */
export type TermsBy = 'same-text' | 'recoding' | 'same-scale';

/** A source column in bins of the released column; -1 where the released form is not known. */
export interface SourceTerms {
  readonly by: TermsBy;
  readonly bins: Int32Array;
  /** Share of source rows whose released form is known. */
  readonly coverage: number;
}

const SAME = 0.995;
/** A map of more raw values than this is not learnt. */
const MOST_VALUES = 200_000;

/**
 * @param source - the whole source
 * @param raw - source rows whose released form is known, row by row beside `released`
 */
export function sourceTerms(
  source: Table,
  raw: Table,
  released: Table,
  name: string,
  output: string,
  binner: Binner,
): SourceTerms | null {
  if (raw.rows === 0) return null;
  const bins = binsOf(released, output, binner);
  const known = encode(raw, name);
  const text = encode(released, output);
  let same = 0;
  const equal = new Map<number, boolean>();
  for (let row = 0; row < raw.rows; row++) {
    const [a, b] = [known.codes[row] as number, text.codes[row] as number];
    const pair = a * (text.cardinality + 1) + b;
    let is = equal.get(pair);
    if (is === undefined) {
      is = textOf(known, a) === textOf(text, b);
      equal.set(pair, is);
    }
    if (is) same++;
  }
  if (same >= SAME * raw.rows) return { by: 'same-text', bins: binsOf(source, name, binner), coverage: 1 };
  return (
    recoded(source, raw, name, known, bins, binner) ??
    (binner.ordered && orderedView(source, name) !== null
      ? { by: 'same-scale', bins: binsOf(source, name, binner), coverage: 1 }
      : null)
  );
}

function textOf(codes: ReturnType<typeof encode>, code: number): string | null {
  return code < codes.dictionary.size ? codes.dictionary.at(code) : null;
}

/** Map by equal raw values; between raw numbers or dates, by the nearest that is known. */
function recoded(
  source: Table,
  raw: Table,
  name: string,
  known: ReturnType<typeof encode>,
  bins: Int32Array,
  binner: Binner,
): SourceTerms | null {
  if (known.cardinality > MOST_VALUES) return null;
  const votes = new Map<number, Float64Array>();
  for (let row = 0; row < raw.rows; row++) {
    const code = known.codes[row] as number;
    let vote = votes.get(code);
    if (vote === undefined) {
      vote = new Float64Array(binner.count);
      votes.set(code, vote);
    }
    vote[bins[row] as number] = (vote[bins[row] as number] as number) + 1;
  }
  const map = new Map<string | null, number>();
  let agreeing = 0;
  let repeated = 0;
  for (const [code, vote] of votes) {
    const most = vote.indexOf(Math.max(...vote));
    const total = vote.reduce((sum, count) => sum + count, 0);
    map.set(textOf(known, code), most);
    agreeing += vote[most] as number;
    if (total > 1) repeated += total;
  }
  if (agreeing < SAME * raw.rows) return null;
  const view = orderedView(raw, name);
  const near = view === null ? null : nearest(map, view.of);
  // A map of values that occur once each says nothing about values that were not seen.
  if (near === null && repeated < 0.8 * raw.rows) return null;
  const all = encode(source, name);
  const binOfCode = Int32Array.from({ length: all.cardinality }, (_, code) => {
    const value = textOf(all, code);
    return map.get(value) ?? (value === null || near === null ? -1 : near(value));
  });
  const result = all.codes.map((code) => binOfCode[code] as number);
  let covered = 0;
  for (const bin of result) if (bin >= 0) covered++;
  return covered < 0.8 * source.rows ? null : { by: 'recoding', bins: result, coverage: covered / source.rows };
}

/** Bin of the nearest known number; null when neighbours do not tell each other's bin. */
function nearest(
  map: ReadonlyMap<string | null, number>,
  of: (text: string) => number,
): ((text: string) => number) | null {
  const points: [number, number][] = [];
  for (const [text, bin] of map) {
    if (text === null) continue;
    const value = of(text);
    if (!Number.isNaN(value)) points.push([value, bin]);
  }
  points.sort((a, b) => a[0] - b[0]);
  if (points.length < 2) return null;
  let right = 0;
  for (let i = 0; i < points.length; i++) {
    const [value, bin] = points[i] as [number, number];
    const [before, after] = [points[i - 1], points[i + 1]];
    const neighbour =
      before === undefined || (after !== undefined && after[0] - value < value - before[0]) ? after : before;
    if (neighbour?.[1] === bin) right++;
  }
  if (right < 0.8 * points.length) return null;
  return (text) => {
    const value = of(text);
    if (Number.isNaN(value)) return -1;
    let low = 0;
    let high = points.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((points[middle] as [number, number])[0] < value) low = middle + 1;
      else high = middle;
    }
    const [above, below] = [points[low] as [number, number], points[Math.max(0, low - 1)] as [number, number]];
    return Math.abs(above[0] - value) <= Math.abs(value - below[0]) ? above[1] : below[1];
  };
}
