/**
 * The register as CSV (UTF-8, comma, LF): what the command-line examples read. Streams batch by batch.
 * @module
 */
import { nodeFs } from '../../core/index.js';
import type { DictionaryColumn, Table } from '../../table/index.js';
import { type RegisterOptions, registerTable } from './register.js';

const encoder = new TextEncoder();
const COMMA = 44;
const NEWLINE = 10;

/**
 * Makes the register and writes it to `path`; null cells are empty fields. Returns rows and bytes written.
 *
 * No cell of the register holds a comma, quote or line break, so none is quoted.
 *
 * @throws SCRIM_ARGUMENT as {@link registerTable}; SCRIM_PLATFORM_FILES where there are no files.
 */
export function writeRegisterCsv(path: string, options: RegisterOptions): { rows: number; bytes: number } {
  const fs = nodeFs('writeRegisterCsv');
  const table = registerTable(options);
  const file = fs.openSync(path, 'w');
  let bytes = 0;
  try {
    const header = encoder.encode(`${table.names.join(',')}\n`);
    fs.writeSync(file, header);
    bytes += header.length;
    for (let b = 0; b < table.batches.length; b++) {
      const chunk = batchBytes(table, b);
      for (let at = 0; at < chunk.length; ) at += fs.writeSync(file, chunk, at);
      bytes += chunk.length;
    }
  } finally {
    fs.closeSync(file);
  }
  return { rows: table.rows, bytes };
}

function batchBytes(table: Table, position: number): Uint8Array {
  const batch = table.batches[position];
  if (batch === undefined) return new Uint8Array(0);
  const columns = batch.columns as readonly DictionaryColumn[];
  let size = batch.rows * columns.length;
  for (const column of columns) {
    const { offsets } = column.dictionary;
    for (let row = 0; row < batch.rows; row++) {
      const code = column.codes[row] as number;
      size += (offsets[code + 1] as number) - (offsets[code] as number);
    }
  }
  const out = new Uint8Array(size);
  let at = 0;
  for (let row = 0; row < batch.rows; row++) {
    for (let c = 0; c < columns.length; c++) {
      const column = columns[c] as DictionaryColumn;
      const { validity } = column;
      if (validity === null || (((validity[row >> 3] as number) >> (row & 7)) & 1) === 1) {
        const { offsets, bytes } = column.dictionary;
        const code = column.codes[row] as number;
        const end = offsets[code + 1] as number;
        for (let k = offsets[code] as number; k < end; k++) out[at++] = bytes[k] as number;
      }
      out[at++] = c === columns.length - 1 ? NEWLINE : COMMA;
    }
  }
  return out.subarray(0, at);
}
