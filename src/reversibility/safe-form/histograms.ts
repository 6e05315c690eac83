/**
 * Histograms: bands of numbers written as two columns of ends, or as one column of lower ends, upper ends or middles, put together as
 * labels `[from, to)` before safe forms are recognised. See aggregate.md.
 * @module
 */
import { type Sheet, SheetColumn } from '../intake/sheet.js';
import { figureOf } from './figure-texts.js';
import { type Figures, figuresOf } from './figures.js';
import { isEverything } from './label.js';
import type { Folded } from './one-hot.js';

const MOST_ROWS = 400;
const MOST_COLUMNS = 12;
/** Bands of a histogram whose ends are written in one column. */
const LEAST_BANDS = 4;

/** A band of each row, NaN where it has none. */
interface Bands {
  /** Columns that write them. */
  readonly members: readonly number[];
  readonly from: Float64Array;
  readonly to: Float64Array;
  /** Half of the last digit written: ends may have been rounded by so much. */
  readonly slack: number;
}

/** The product with its ends of bands as one column of labels, by every way of reading them. */
export function* foldHistograms(product: Sheet, sources: readonly Sheet[]): Generator<Folded> {
  const { rows, columns } = product;
  if (rows < 2 || rows > MOST_ROWS || columns.length < 2 || columns.length > MOST_COLUMNS) return;
  for (const bands of [...betweenTwo(product), ...alongOne(product)]) {
    yield folded(product, bands, (own) => labelOf(own, bands, 'left'));
    yield folded(product, bands, (own) => labelOf(own, bands, 'right'));
    const open = openEnded(bands);
    yield folded(product, open, (own) => labelOf(own, open, 'left'));
    const settled = settledEnds(product, bands, sources);
    if (settled !== null) yield folded(product, settled, (own) => labelOf(own, settled, 'left'));
  }
}

/** Two columns of which one is below the other in every row, and whose bands do not overlap. */
function betweenTwo(product: Sheet): Bands[] {
  const ends = product.columns.map((column, i) => endsOf(product, column, i));
  for (let i = 0; i < ends.length; i++) {
    for (let j = 0; j < ends.length; j++) {
      const [low, high] = [ends[i], ends[j]];
      if (i === j || low === null || high === null || low === undefined || high === undefined) continue;
      const from = low.values.map((value, row) =>
        Number.isNaN(value) && !Number.isNaN(high.values[row]) ? Number.NEGATIVE_INFINITY : value,
      );
      const to = high.values.map((value, row) =>
        Number.isNaN(value) && !Number.isNaN(low.values[row]) ? Number.POSITIVE_INFINITY : value,
      );
      const bands = { members: [i, j], from, to, slack: Math.max(low.unit, high.unit) / 2 };
      if (arePartition(bands)) return [bands];
    }
  }
  return [];
}

/** Numbers of a column, where every other cell is empty or says that nothing bounds it. */
function endsOf(product: Sheet, column: SheetColumn, position: number): Figures | null {
  const open = column.values.map((text) => /^[+-]?(?:inf(?:inity)?|∞)$/i.test(text.trim()) || isEverything(text));
  if (column.values.some((text, code) => !open[code] && Number.isNaN(figureOf(text)))) return null;
  return figuresOf({ ...product, columns: [withoutOpen(column, open)] }, 0) ?? figuresOf(product, position);
}

function withoutOpen(column: SheetColumn, open: readonly boolean[]): SheetColumn {
  if (!open.includes(true)) return column;
  return new SheetColumn(
    column.name,
    column.codes.map((code) => (code >= 0 && open[code] === true ? -1 : code)),
    column.values,
  );
}

/** Different bands follow one another, with at most rounding between them. */
function arePartition({ from, to, slack }: Bands): boolean {
  const ends = new Map<number, number>();
  for (let row = 0; row < from.length; row++) {
    const [low, high] = [from[row] as number, to[row] as number];
    if (Number.isNaN(low) && Number.isNaN(high)) continue;
    if (!(low < high) || (ends.get(low) ?? high) !== high) return false;
    ends.set(low, high);
  }
  const sorted = [...ends].sort(([a], [b]) => a - b);
  if (sorted.length < 2) return false;
  return sorted.every(([low], i) => i === 0 || low >= (sorted[i - 1] as [number, number])[1] - slack);
}

/** One column of lower ends, upper ends or middles of equal bands. */
function alongOne(product: Sheet): Bands[] {
  const list: Bands[] = [];
  for (const [i, column] of product.columns.entries()) {
    if (column.distinct < LEAST_BANDS || column.present < product.rows) continue;
    const own = figuresOf(product, i);
    if (own === null || own.count < product.rows) continue;
    const sorted = [...new Set(own.values)].sort((a, b) => a - b);
    const width = evenWidth(sorted, own.unit);
    if (width === null) continue;
    const shifted = (by: number): Float64Array => own.values.map((value) => value + by * width);
    for (const [from, to] of [
      [0, 1],
      [-1, 0],
      [-0.5, 0.5],
    ] as const)
      list.push({ members: [i], from: shifted(from), to: shifted(to), slack: own.unit / 2 });
  }
  return list;
}

/** The distance between numbers that all have the same, as far as they are written; null otherwise. */
function evenWidth(sorted: readonly number[], unit: number): number | null {
  const width = ((sorted.at(-1) as number) - (sorted[0] as number)) / (sorted.length - 1);
  const even = sorted.every((value, i) => Math.abs(value - (sorted[0] as number) - i * width) <= 1.01 * unit);
  return even && width > 2 * unit ? width : null;
}

function labelOf(row: number, { from, to }: Bands, closed: 'left' | 'right'): string {
  const [low, high] = [from[row] as number, to[row] as number];
  if (Number.isNaN(low) || Number.isNaN(high)) return '';
  if (low === Number.NEGATIVE_INFINITY) return `${closed === 'left' ? '<' : '<='} ${high}`;
  if (high === Number.POSITIVE_INFINITY) return `${closed === 'left' ? '>=' : '>'} ${low}`;
  // The outermost band holds its outer end, too.
  if (closed === 'left') return `[${low}, ${high}${to.every((own) => !(own > high)) ? ']' : ')'}`;
  return `${from.every((own) => !(own < low)) ? '[' : '('}${low}, ${high}]`;
}

/** The outermost bands hold what lies beyond them, too: values were cut off at both ends before they were counted. */
function openEnded(bands: Bands): Bands {
  const least = bands.from.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const most = bands.to.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  return {
    ...bands,
    from: bands.from.map((own) => (own === least ? Number.NEGATIVE_INFINITY : own)),
    to: bands.to.map((own) => (own === most ? Number.POSITIVE_INFINITY : own)),
  };
}

/**
 * Ends that were rounded, put where the published counts say that they were: between the two values of a source column that stand on
 * either side of the cut, if such a place lies within what rounding leaves open.
 */
function settledEnds(product: Sheet, bands: Bands, sources: readonly Sheet[]): Bands | null {
  const order = Array.from(bands.from.keys()).sort((a, b) => (bands.from[a] as number) - (bands.from[b] as number));
  if (new Set(bands.from).size < product.rows || bands.from.some(Number.isNaN)) return null;
  for (const [position] of product.columns.entries()) {
    const counts = bands.members.includes(position) ? null : figuresOf(product, position);
    if (
      counts === null ||
      counts.count < product.rows ||
      !counts.values.every((own) => Number.isInteger(own) && own >= 0)
    )
      continue;
    for (const sheet of sources) {
      for (const column of sheet.columns) {
        const cuts = column.isNumeric ? cutsOf(column, bands, order, counts.values) : null;
        if (cuts === null) continue;
        const from = new Float64Array(product.rows);
        const to = new Float64Array(product.rows);
        order.forEach((row, i) => {
          from[row] = cuts[i] as number;
          to[row] = cuts[i + 1] as number;
        });
        return { ...bands, from, to };
      }
    }
  }
  return null;
}

/** Where the bands are cut so that they hold the counts; null where no place within rounding does it. */
function cutsOf(column: SheetColumn, bands: Bands, order: readonly number[], counts: Float64Array): number[] | null {
  const values: number[] = [];
  for (const code of column.codes)
    if (code >= 0 && !Number.isNaN(column.numbers[code])) values.push(column.numbers[code] as number);
  const sorted = Float64Array.from(values).sort();
  const room = bands.slack * 1.001;
  const lowest = bands.from[order[0] as number] as number;
  let at = sorted.findIndex((value) => value >= lowest - room);
  if (at < 0) return null;
  const cuts = [Math.min(lowest, sorted[at] as number)];
  for (const row of order) {
    at += counts[row] as number;
    const end = bands.to[row] as number;
    const [below, above] = [sorted[at - 1], sorted[at]];
    if (below === undefined || below > end + room || (above !== undefined && (above < end - room || above === below)))
      return null;
    cuts.push(above === undefined ? Math.max(end, below) : Math.min(above, end + room));
  }
  // The last band is closed: a cut right behind its greatest value.
  return cuts;
}

function folded(product: Sheet, bands: Bands, label: (row: number) => string): Folded {
  const codes = new Int32Array(product.rows);
  const values: string[] = [];
  const place = new Map<string, number>();
  for (let row = 0; row < product.rows; row++) {
    const own = label(row);
    const known = place.get(own) ?? values.push(own) - 1;
    place.set(own, known);
    codes[row] = known;
  }
  const [first] = bands.members;
  const name = (product.columns[first as number] as SheetColumn).name;
  const others = product.columns.map((_, i) => i).filter((i) => !bands.members.includes(i));
  return {
    sheet: {
      ...product,
      columns: [new SheetColumn(name, codes, values), ...others.map((i) => product.columns[i] as SheetColumn)],
    },
    members: [bands.members, ...others.map((i) => [i])],
  };
}
