/**
 * A table of chosen rows, in the order given; dictionaries are shared with the source.
 * @module
 */
import { ScrimError } from '../core/index.js';
import type { Column, Utf8Column } from './column.js';
import { type Batch, Table } from './table.js';

/** Rows per batch of a table made here. */
export const BATCH_ROWS = 65_536;

/**
 * The rows at these positions of the whole table, in this order; a position may occur several times.
 *
 * @throws SCRIM_ARGUMENT when a position is outside the table
 */
export function take(table: Table, rows: Int32Array | readonly number[]): Table {
  const positions = rows instanceof Int32Array ? rows : Int32Array.from(rows);
  for (let i = 0; i < positions.length; i++) {
    if ((positions[i] as number) >>> 0 >= table.rows) {
      throw new ScrimError('SCRIM_ARGUMENT', { name: 'rows', problem: 'a position is outside the table' });
    }
  }
  const batches: Batch[] = [];
  const columns = table.names.map((name) => table.chunks(name));
  for (let start = 0; start < positions.length; start += BATCH_ROWS) {
    const places = locate(table, positions.subarray(start, start + BATCH_ROWS));
    batches.push({ rows: places.chunk.length, columns: columns.map((chunks) => takeColumn(chunks, places)) });
  }
  return new Table(table.fields, batches, table.weights === null ? {} : { weights: table.weights });
}

/** The rows for which `keep` holds (one byte per row, 0 = leave out, or a function of the position). */
export function filterRows(table: Table, keep: Uint8Array | ((row: number) => boolean)): Table {
  if (keep instanceof Uint8Array && keep.length !== table.rows) {
    throw new ScrimError('SCRIM_ARGUMENT', {
      name: 'keep',
      problem: `it has ${keep.length} bytes for ${table.rows} rows`,
    });
  }
  const kept = new Int32Array(table.rows);
  let count = 0;
  for (let row = 0; row < table.rows; row++) {
    if (typeof keep === 'function' ? keep(row) : keep[row] !== 0) kept[count++] = row;
  }
  return take(table, kept.subarray(0, count));
}

/** Where rows stand: batch, and row within it. */
interface Places {
  readonly chunk: Int32Array;
  readonly at: Int32Array;
}

function locate(table: Table, rows: Int32Array): Places {
  const starts = new Float64Array(table.batches.length + 1);
  for (let b = 0; b < table.batches.length; b++)
    starts[b + 1] = (starts[b] as number) + (table.batches[b] as Batch).rows;
  const chunk = new Int32Array(rows.length);
  const at = new Int32Array(rows.length);
  let current = 0;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    // Rows mostly come in order: look where the last one stood before searching.
    if (row < (starts[current] as number) || row >= (starts[current + 1] as number)) current = search(starts, row);
    chunk[i] = current;
    at[i] = row - (starts[current] as number);
  }
  return { chunk, at };
}

function search(starts: Float64Array, row: number): number {
  let low = 0;
  let high = starts.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] as number) <= row) low = middle;
    else high = middle - 1;
  }
  return low;
}

function takeColumn(chunks: readonly Column[], places: Places): Column {
  const length = places.chunk.length;
  const states = {
    length,
    validity: takeBits(
      chunks.map((chunk) => chunk.validity),
      places,
      true,
    ),
    unreadable: takeBits(
      chunks.map((chunk) => chunk.unreadable),
      places,
      false,
    ),
  };
  const model = chunks[0] as Column;
  switch (model.type) {
    case 'dictionary': {
      const codes = new Uint32Array(length);
      gather(
        codes,
        (chunks as readonly (typeof model)[]).map((chunk) => chunk.codes),
        places,
      );
      return { ...states, type: 'dictionary', codes, dictionary: model.dictionary };
    }
    case 'utf8':
      return { ...states, type: 'utf8', ...takeText(chunks as readonly Utf8Column[], places) };
    case 'int64': {
      const values = new BigInt64Array(length);
      const sources = (chunks as readonly (typeof model)[]).map((chunk) => chunk.values);
      for (let i = 0; i < length; i++) {
        values[i] = (sources[places.chunk[i] as number] as BigInt64Array)[places.at[i] as number] as bigint;
      }
      return { ...states, type: 'int64', values };
    }
    case 'float64': {
      const values = new Float64Array(length);
      gather(
        values,
        (chunks as readonly (typeof model)[]).map((chunk) => chunk.values),
        places,
      );
      return { ...states, type: 'float64', values };
    }
    default: {
      const values = new Int32Array(length);
      gather(
        values,
        (chunks as readonly (typeof model)[]).map((chunk) => chunk.values),
        places,
      );
      return { ...states, type: model.type, values };
    }
  }
}

type Numbers = Uint8Array | Uint16Array | Uint32Array | Int32Array | Float64Array;

/** target[i] = sources[chunk[i]][at[i]]; one loop per run of rows in one batch. */
function gather(target: Numbers, sources: readonly Numbers[], { chunk, at }: Places): void {
  for (let start = 0; start < target.length; ) {
    const current = chunk[start] as number;
    const source = sources[current] as Numbers;
    let i = start;
    for (; i < target.length && chunk[i] === current; i++) target[i] = source[at[i] as number] as number;
    start = i;
  }
}

/** Bitmap of the taken rows, or null when every bit is `usual`; a missing bitmap is `usual` everywhere. */
function takeBits(bitmaps: readonly (Uint8Array | null)[], { chunk, at }: Places, usual: boolean): Uint8Array | null {
  if (bitmaps.every((bitmap) => bitmap === null)) return null;
  const result = new Uint8Array((chunk.length + 7) >> 3);
  let unusual = 0;
  for (let i = 0; i < chunk.length; i++) {
    const bitmap = bitmaps[chunk[i] as number] as Uint8Array | null;
    const row = at[i] as number;
    const bit = bitmap === null ? (usual ? 1 : 0) : ((bitmap[row >> 3] as number) >> (row & 7)) & 1;
    if (bit === 1) result[i >> 3] = (result[i >> 3] as number) | (1 << (i & 7));
    if ((bit === 1) !== usual) unusual++;
  }
  return unusual > 0 ? result : null;
}

function takeText(chunks: readonly Utf8Column[], { chunk, at }: Places): { offsets: Int32Array; bytes: Uint8Array } {
  const offsets = new Int32Array(chunk.length + 1);
  let total = 0;
  for (let i = 0; i < chunk.length; i++) {
    const source = (chunks[chunk[i] as number] as Utf8Column).offsets;
    const row = at[i] as number;
    total += (source[row + 1] as number) - (source[row] as number);
    offsets[i + 1] = total;
  }
  if (total > 2 ** 31 - 1)
    throw new ScrimError('SCRIM_TABLE_SHAPE', { problem: 'the taken text of one batch exceeds 2 GiB' });
  const bytes = new Uint8Array(total);
  for (let i = 0; i < chunk.length; i++) {
    const source = chunks[chunk[i] as number] as Utf8Column;
    const row = at[i] as number;
    bytes.set(
      source.bytes.subarray(source.offsets[row] as number, source.offsets[row + 1] as number),
      offsets[i] as number,
    );
  }
  return { offsets, bytes };
}
