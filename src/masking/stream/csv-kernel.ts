/**
 * CSV bytes to masked CSV bytes: one loop finds the cells of plain records, a second one writes them masked; a record that
 * is not plain is taken by itself (`csv-record.ts`).
 *
 * Top-level functions over typed arrays, each of one shape; called with blocks of 256 KiB. Measured on Node 20:
 * bench/results/masking.md.
 * @module
 */
import { allHan, copyWords, fillWords, hasForm, viewOf } from '../words.js';
import { CELL_STRIDE, type CellOperation, COPY, cellTable, DROP, KEEP, TEXT } from './cell.js';
import { allowed, isUtf8, keepGraphemes, maskRecord } from './csv-record.js';
import { type ScannedCells, scanRecords } from './csv-scan.js';

const LF = 10;

/** State of a masking run over several blocks. */
export interface CsvRun {
  /** From {@link cellTable}. */
  readonly table: Int32Array;
  /** Replacement texts of `text` columns, by column. */
  readonly texts: readonly (Uint8Array | null)[];
  readonly delimiter: number;
  readonly columns: number;
  /** Cells refused, by column. */
  readonly refused: Float64Array;
  /** Columns of the cells refused in the record under way; they count when it is complete. */
  readonly pending: Int32Array;
  pendingCells: number;
  rows: number;
  /** Bytes written to the output by the last call. */
  written: number;
  /** 0: none; 1: too many fields; 2: text after a closing quote; 3: unclosed quote at the end of the input. */
  problem: 0 | 1 | 2 | 3;
  scratch: Uint8Array;
  starts: Int32Array;
  readonly scanned: ScannedCells;
  /** By column and length up to 63: 1 = `keep` shows ASCII values of that length. */
  readonly shown: Uint8Array;
}

/** Cells that one scan finds at most, for records that are not wider. */
const SCAN_CELLS = 1 << 14;
const SHOWN = 64;

/** A run at its beginning. `texts`: replacement texts as cells, by column. */
export function csvRun(
  operations: readonly CellOperation[],
  texts: readonly (Uint8Array | null)[],
  delimiter: number,
): CsvRun {
  const columns = operations.length;
  const table = cellTable(operations);
  const shown = new Uint8Array(SHOWN * columns);
  for (let c = 0; c < columns; c++) {
    const entry = c * CELL_STRIDE;
    if (table[entry] !== KEEP) continue;
    for (let length = 0; length < SHOWN; length++) {
      const hidden = length - (table[entry + 1] as number) - (table[entry + 2] as number);
      shown[c * SHOWN + length] = allowed(table, entry, length, hidden) ? 1 : 0;
    }
  }
  return {
    table,
    texts,
    delimiter,
    columns,
    refused: new Float64Array(columns),
    pending: new Int32Array(columns),
    pendingCells: 0,
    rows: 0,
    written: 0,
    problem: 0,
    scratch: new Uint8Array(1024),
    starts: new Int32Array(64),
    scanned: { cells: new Int32Array(2 * Math.max(SCAN_CELLS, columns)), next: 0 },
    shown,
  };
}

/** Bytes that the output needs at most for a block. */
export function outputBound(run: CsvRun, block: number): number {
  let longest = 3;
  for (const text of run.texts) if (text !== null) longest = Math.max(longest, text.length + 3);
  // A cell of n bytes gives at most 3n + longest; there are at most `block` cells, of one byte each with the delimiter.
  return block * (longest + 2) + run.columns + 16;
}

/**
 * Masks the complete records of `input[start .. end)` into `output`; `run.written` bytes are valid afterwards.
 *
 * @param last - the input ends here, so a record without a line end is complete
 * @returns position of the first byte that was not consumed
 */
export function maskRecords(
  run: CsvRun,
  input: Uint8Array,
  start: number,
  end: number,
  last: boolean,
  output: Uint8Array,
): number {
  const { scanned, columns, delimiter } = run;
  let at = start;
  let out = 0;
  run.problem = 0;
  while (at < end) {
    const records = scanRecords(input, at, end, columns, delimiter, scanned);
    if (records > 0) {
      out = writeRecords(run, scanned.cells, records, input, at, output, out);
      run.rows += records;
    }
    at = scanned.next;
    if (at >= end || 2 * columns * (records + 1) > scanned.cells.length) continue;
    const next = maskRecord(run, input, at, end, last, output, out);
    if (next === at) break;
    out = run.written;
    at = next;
  }
  run.written = out;
  return at;
}

/** Writes scanned records; returns the new end of the output. */
function writeRecords(
  run: CsvRun,
  cells: Int32Array,
  records: number,
  bytes: Uint8Array,
  start: number,
  output: Uint8Array,
  base: number,
): number {
  const { table, columns, delimiter, shown, refused } = run;
  const input = viewOf(bytes);
  const target = viewOf(output);
  let out = base;
  let cell = 0;
  for (let record = 0; record < records; record++) {
    let wrote = false;
    for (let column = 0; column < columns; column++, cell += 2) {
      const entry = column * CELL_STRIDE;
      const operation = table[entry]!;
      if (operation === DROP) continue;
      if (wrote) output[out++] = delimiter;
      wrote = true;
      const packed = cells[cell + 1]!;
      const from = start + cells[cell]!;
      const to = start + (packed >> 1);
      if (to === from) continue;
      if (operation === KEEP) {
        const width = (packed & 1) === 0 ? 1 : allHan(input, from, to) ? 3 : 0;
        const count = width === 3 ? (to - from) / 3 : to - from;
        const characters = table[entry + 8]!;
        if (width === 0 || count >= SHOWN) out = keepLong(run, column, bytes, from, to, output, out);
        else if (
          shown[column * SHOWN + count] === 0 ||
          (characters !== 0 && (width === 3 || !hasForm(input, from, to, characters)))
        ) {
          refused[column]!++;
        } else {
          const first = table[entry + 1]!;
          const last = table[entry + 2]!;
          out = copyWords(input, from, from + width * first, target, out);
          out = fillWords(target, out, count - first - last, table[entry + 3]!);
          out = copyWords(input, to - width * last, to, target, out);
        }
      } else if (operation === COPY) {
        if ((packed & 1) !== 0 && !isUtf8(bytes, from, to)) refused[column]!++;
        else out = copyWords(input, from, to, target, out);
      } else if (operation === TEXT) {
        const text = run.texts[column] as Uint8Array;
        for (let i = 0; i < text.length; i++) output[out++] = text[i]!;
      }
    }
    output[out++] = LF;
  }
  return out;
}

/** A value that is neither ASCII nor Han, or long: by whole characters. */
function keepLong(
  run: CsvRun,
  column: number,
  input: Uint8Array,
  from: number,
  to: number,
  output: Uint8Array,
  base: number,
): number {
  const { refused } = run;
  run.pendingCells = 0;
  const end = keepGraphemes(run, column, input, from, to, output, base);
  if (run.pendingCells > 0) refused[column]!++;
  return end;
}
