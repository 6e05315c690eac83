/**
 * Parquet to Parquet, one row group at a time, at the memory of one row group.
 * @module
 */
import { type RunOptions, ScrimError } from '../../core/index.js';
import {
  type ByteSink,
  type ByteSource,
  parquetTables,
  readParquet,
  type Table,
  writeParquetTables,
} from '../../table/index.js';
import { type ColumnMask, maskTable, requireStreaming } from '../mask-table.js';
import type { ChooseMasks, StreamCounts } from './mask-csv.js';

/**
 * Masks a Parquet file. Columns come out in the order of the input; those without a rule are left out.
 *
 * @throws SCRIM_MASK_NEEDS_FIT for rules that must see the whole column, SCRIM_TABLE_UNKNOWN_COLUMN, SCRIM_PARQUET_INVALID,
 * SCRIM_PARQUET_UNSUPPORTED, SCRIM_CANCELLED
 */
export async function maskParquet(
  source: ByteSource,
  sink: ByteSink,
  choose: ChooseMasks,
  options: RunOptions & { readonly name?: string } = {},
): Promise<StreamCounts> {
  let masks: readonly ColumnMask[] | null = null;
  let rows = 0;
  let dropped: readonly string[] = [];
  const suppressed: Record<string, number> = {};
  const one = (table: Table): Table => {
    const chosen: readonly ColumnMask[] = masks ?? ordered(table.names, choose(table.names));
    if (masks === null) dropped = table.names.filter((name) => !chosen.some((mask) => mask.column === name));
    masks = chosen;
    const result = maskTable(table, chosen);
    for (const [name, count] of Object.entries(result.suppressed)) suppressed[name] = (suppressed[name] ?? 0) + count;
    rows += table.rows;
    return result.table;
  };
  async function* masked(): AsyncGenerator<Table> {
    for await (const table of parquetTables(source, options)) yield one(table);
    // A file without rows still has columns.
    if (masks === null) yield one(await readParquet(source, options));
  }
  await writeParquetTables(masked(), sink, options);
  return { rows, suppressed, dropped, way: 'batches' };
}

/** The masks in the order of the columns. @throws SCRIM_TABLE_UNKNOWN_COLUMN, SCRIM_MASK_NEEDS_FIT */
function ordered(names: readonly string[], chosen: readonly ColumnMask[]): readonly ColumnMask[] {
  for (const mask of chosen) {
    if (!names.includes(mask.column)) throw new ScrimError('SCRIM_TABLE_UNKNOWN_COLUMN', { column: mask.column });
    if (mask.masker !== null) requireStreaming(mask.masker, mask.column);
  }
  return names.flatMap((name) => chosen.filter((mask) => mask.column === name));
}
