/**
 * A table of chosen rows, in the order given; dictionaries are shared with the source.
 * @module
 */
import { ScrimError } from '../core/index.js';
import { type Column, isUnreadable, isValid } from './column.js';
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
  const starts = new Int32Array(table.batches.length);
  for (let b = 1; b < starts.length; b++) starts[b] = (starts[b - 1] as number) + (table.batches[b - 1] as Batch).rows;
  const batches: Batch[] = [];
  for (let start = 0; start < positions.length; start += BATCH_ROWS) {
    const part = positions.subarray(start, start + BATCH_ROWS);
    batches.push({
      rows: part.length,
      columns: table.names.map((name) => takeColumn(table.chunks(name), starts, part)),
    });
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

function takeColumn(chunks: readonly Column[], starts: Int32Array, rows: Int32Array): Column {
  const length = rows.length;
  const chunkOf = (row: number): number => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] as number) <= row) low = middle;
      else high = middle - 1;
    }
    return low;
  };
  const validity = new Uint8Array((length + 7) >> 3);
  const unreadable = new Uint8Array((length + 7) >> 3);
  let invalid = 0;
  let bad = 0;
  const places = Array.from(rows, (row) => {
    const chunk = chunkOf(row);
    return { column: chunks[chunk] as Column, at: row - (starts[chunk] as number) };
  });
  places.forEach(({ column, at }, i) => {
    if (isValid(column, at)) validity[i >> 3] = (validity[i >> 3] as number) | (1 << (i & 7));
    else invalid++;
    if (isUnreadable(column, at)) {
      unreadable[i >> 3] = (unreadable[i >> 3] as number) | (1 << (i & 7));
      bad++;
    }
  });
  const states = { length, validity: invalid > 0 ? validity : null, unreadable: bad > 0 ? unreadable : null };
  const model = chunks[0] as Column;
  if (model.type === 'dictionary') {
    const codes = new Uint32Array(length);
    places.forEach(({ column, at }, i) => {
      if (column.type === 'dictionary') codes[i] = column.codes[at] as number;
    });
    return { ...states, type: 'dictionary', codes, dictionary: model.dictionary };
  }
  if (model.type === 'utf8') {
    const cells = places.map(({ column, at }) =>
      column.type === 'utf8'
        ? column.bytes.subarray(column.offsets[at] as number, column.offsets[at + 1] as number)
        : new Uint8Array(0),
    );
    const offsets = new Int32Array(length + 1);
    cells.forEach((cell, i) => {
      offsets[i + 1] = (offsets[i] as number) + cell.length;
    });
    const bytes = new Uint8Array(offsets[length] as number);
    cells.forEach((cell, i) => {
      bytes.set(cell, offsets[i] as number);
    });
    return { ...states, type: 'utf8', offsets, bytes };
  }
  if (model.type === 'int64') {
    const values = new BigInt64Array(length);
    places.forEach(({ column, at }, i) => {
      if (column.type === 'int64') values[i] = column.values[at] as bigint;
    });
    return { ...states, type: 'int64', values };
  }
  if (model.type === 'float64') {
    const values = new Float64Array(length);
    places.forEach(({ column, at }, i) => {
      if (column.type === 'float64') values[i] = column.values[at] as number;
    });
    return { ...states, type: 'float64', values };
  }
  const values = new Int32Array(length);
  places.forEach(({ column, at }, i) => {
    if (column.type === 'int32' || column.type === 'date') values[i] = column.values[at] as number;
  });
  return { ...states, type: model.type, values };
}
