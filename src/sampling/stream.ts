/**
 * Samples of tables that do not fit into memory: two passes over batches.
 *
 * The first pass keeps only the columns that the design looks at and draws; the second takes the drawn rows, batch by batch. So every
 * design streams, not only those of one pass, and a row is written the moment it is read.
 * @module
 */
import { type OperationRecord, ScrimError, throwIfCancelled } from '../core/index.js';
import { type Batch, type Field, Table, take } from '../table/index.js';
import { designColumns, select } from './draw.js';
import { type SampleOptions, type StratumCount, sampleRecord, withWeights } from './sample.js';

/** A batch with its fields. */
export interface StreamParts extends Batch {
  readonly fields: readonly Field[];
}

/** What {@link sampleStream} did. */
export interface StreamedSample {
  readonly rows: number;
  readonly population: number;
  readonly strata: readonly StratumCount[];
  readonly record: OperationRecord;
}

/**
 * Draws a sample of a stream that can be read twice.
 *
 * @param open - starts a reading; both must give the same rows
 * @param write - takes the drawn rows of one batch, weight column last; also called once without rows when nothing was drawn
 * @throws SCRIM_SAMPLE_CHANGED when the second reading differs in length or columns, and as `sample`
 */
export async function sampleStream(
  open: () => AsyncIterable<StreamParts>,
  options: SampleOptions & {
    readonly signal?: AbortSignal;
    /** Fields of a stream that may have no batch. Default: those of the first batch. */
    readonly fields?: readonly Field[];
  },
  write: (rows: Table) => Promise<void>,
): Promise<StreamedSample> {
  const weightColumn = options.weightColumn ?? '_weight';
  let fields: readonly Field[] = options.fields ?? [];
  let narrow: Field[] = [];
  const wanted = designColumns(options);
  const batches: Batch[] = [];
  let population = 0;
  for await (const batch of open()) {
    throwIfCancelled(options.signal, 'sample');
    if (batches.length === 0) fields = batch.fields;
    const places = wanted.map((name) => batch.fields.findIndex((field) => field.name === name));
    const missing = wanted[places.indexOf(-1)];
    if (missing !== undefined) throw new ScrimError('SCRIM_TABLE_UNKNOWN_COLUMN', { column: missing });
    narrow = places.map((at) => batch.fields[at] as Field);
    batches.push({ rows: batch.rows, columns: places.map((at) => batch.columns[at] as Batch['columns'][number]) });
    population += batch.rows;
  }
  if (fields.some((field) => field.name === weightColumn)) {
    throw new ScrimError('SCRIM_TABLE_DUPLICATE_COLUMN', { column: weightColumn });
  }
  const { rows, inclusion, strata, unitsDrawn } = select(new Table(narrow, batches), options);
  batches.length = 0;
  let at = 0;
  let seen = 0;
  for await (const batch of open()) {
    throwIfCancelled(options.signal, 'sample');
    const first = at;
    const end = seen + batch.rows;
    while (at < rows.length && (rows[at] as number) < end) at++;
    if (at > first) {
      const start = seen;
      const local = rows.subarray(first, at).map((row) => row - start);
      const chosen = take(new Table(batch.fields, [{ rows: batch.rows, columns: batch.columns }]), local);
      await write(withWeights(chosen, weightColumn, inclusion.subarray(first, at)));
    }
    seen = end;
  }
  if (seen !== population || at !== rows.length) throw new ScrimError('SCRIM_SAMPLE_CHANGED');
  const names = fields.map((field) => field.name);
  if (rows.length === 0) await write(withWeights(new Table(fields, []), weightColumn, inclusion));
  return {
    rows: rows.length,
    population,
    strata,
    record: sampleRecord(
      { rows: population, columns: names },
      { rows: rows.length, columns: [...names, weightColumn], unitsDrawn },
      options,
    ),
  };
}
