/**
 * `maskStream`: the masks of a policy on a CSV or NDJSON stream, or a Parquet file by row groups, at constant memory: what `scrim mask` runs.
 *
 * A stream cannot meet a model, so a policy with models, `generalize`, sampling or a rule that must see the whole column is refused here.
 * @module
 */
import {
  type Leakage,
  type OperationRecord,
  type RunOptions,
  ScrimError,
  version,
  type Warning,
} from '../core/index.js';
import {
  type ColumnMask,
  type MaskCsvOptions,
  maskCsv,
  maskNdjson,
  maskParquet,
  releasedLeakage,
  unlessBasis,
} from '../masking/index.js';
import type { ByteSink, ByteSource } from '../table/index.js';
import { personsWithBasis } from './basis.js';
import type { ColumnPolicy, Policy } from './document.js';
import { maskerOf } from './maskers.js';
import type { ParsedPolicy } from './parse.js';
import { fileReaderOf, keysOf, type ProtectOptions, stopAtProhibited } from './protect.js';
import { provenanceOf } from './protect-record.js';
import { isReleased, outputName, ruleOf } from './rules.js';

/** Options of {@link maskStream}. */
export interface MaskStreamOptions extends RunOptions, Pick<ProtectOptions, 'keys' | 'random' | 'vault' | 'readFile'> {
  /** Default `csv`. `parquet` needs a path or all bytes: its directory stands at the end of the file. */
  readonly format?: 'csv' | 'ndjson' | 'parquet';
  /** Name of the input in records. Default: the policy's first source. */
  readonly name?: string;
  /** How CSV is read. */
  readonly csv?: Pick<MaskCsvOptions, 'delimiter' | 'batches' | 'read'>;
}

/**
 * Masks a stream by a policy. The record has no digests: whoever writes the files fills them in.
 *
 * @throws SCRIM_POLICY_PROHIBITED, SCRIM_POLICY_UNSUPPORTED, SCRIM_POLICY_INVALID, SCRIM_MASK_NEEDS_FIT, SCRIM_MASK_NEEDS_KEY,
 * SCRIM_MASK_CSV and the errors of readers
 */
export async function maskStream(
  parsed: ParsedPolicy,
  source: ByteSource,
  sink: ByteSink,
  options: MaskStreamOptions = {},
): Promise<OperationRecord> {
  const { policy } = parsed;
  stopAtProhibited(policy);
  const refuse = (part: string): never => {
    throw new ScrimError('SCRIM_POLICY_UNSUPPORTED', { part, operation: 'mask (a stream)' });
  };
  if (policy.models.length > 0) refuse('models');
  if (policy.sampling !== undefined) refuse('sampling');
  const name = options.name ?? (policy.sources[0] as Policy['sources'][number]).name;
  const run = {
    ...(options.signal !== undefined && { signal: options.signal }),
    ...(options.progress !== undefined && { progress: options.progress }),
  };
  const masks = masksOf(policy, options);
  let header: readonly string[] = masks.map((mask) => mask.column);
  let rows = 0;
  let suppressed: Readonly<Record<string, number>> = {};
  let dropped: readonly string[] = [];
  const warnings: Warning[] = [];
  if (options.format === 'ndjson') {
    if (masks.some(({ column, as }) => as !== undefined && as !== column)) refuse('as (new names) in NDJSON');
    const rules = masks.map((mask) => ({ path: `$[${JSON.stringify(mask.column)}]`, masker: mask.masker }));
    const counts = await maskNdjson(source, sink, rules, run);
    rows = counts.lines;
    suppressed = Object.fromEntries(masks.map(({ column, as }, i) => [as ?? column, counts.suppressedBy[i] as number]));
    dropped = counts.dropped;
    if (counts.refusedLines > 0) {
      warnings.push({
        code: 'lines-left-out',
        message: `${counts.refusedLines} lines were no JSON and were left out.`,
        count: counts.refusedLines,
      });
    }
  } else {
    const choose = (names: readonly string[]): readonly ColumnMask[] => {
      parsed.checkColumns(name, names);
      header = names;
      return masks;
    };
    const counts =
      options.format === 'parquet'
        ? await maskParquet(source, sink, choose, { ...run, name })
        : await maskCsv(source, sink, choose, { ...options.csv, ...run });
    ({ rows, suppressed, dropped } = counts);
  }
  for (const column of dropped) {
    if (!Object.hasOwn(policy.columns, column)) {
      warnings.push({
        code: 'column-not-named',
        message: `Column ${column} is not named by the policy and was dropped.`,
        column,
      });
    }
  }
  for (const [column, count] of Object.entries(suppressed)) {
    if (count > 0) {
      warnings.push({
        code: 'cells-suppressed',
        message: `${count} cells of column ${column} could not be masked and were suppressed.`,
        column,
        count,
      });
    }
  }
  checkRefused(policy, suppressed, rows);
  const columns = masks.map((mask): Leakage => {
    const column = mask.as ?? mask.column;
    return mask.masker === null ? releasedLeakage(column) : mask.masker.leakage({ column });
  });
  return {
    schema: 'scrim.record/1',
    operation: 'mask',
    tool: { name: 'scrim', version },
    time: new Date().toISOString(),
    parameters: { ...provenanceOf(policy), dropped: [...dropped] },
    inputs: [{ name, sha256: null, rows, columns: header }],
    outputs: [{ name: 'stream', sha256: null, rows, columns: columns.map((column) => column.column) }],
    counts: {
      rowsRead: rows,
      rowsWritten: rows,
      columnsDropped: dropped.length,
      cellsSuppressed: Object.values(suppressed).reduce((sum, count) => sum + count, 0),
    },
    warnings,
    columns,
    policy: parsed.digest,
    unsafe: [],
  };
}

function masksOf(policy: Policy, options: MaskStreamOptions): ColumnMask[] {
  const keys = keysOf(policy, options.keys);
  const context = {
    policy,
    ...(keys !== undefined && { keys }),
    ...(options.random !== undefined && { random: options.random }),
    ...(options.vault !== undefined && { vault: options.vault }),
  };
  const bases = personsWithBasis(policy, fileReaderOf(options));
  return Object.entries(policy.columns)
    .filter(([, column]) => isReleased(column))
    .map(([column, given]: [string, ColumnPolicy]) => {
      if (ruleOf(given.rule).mask === 'generalize') {
        throw new ScrimError('SCRIM_MASK_NEEDS_FIT', { rule: 'generalize', column });
      }
      const masker = maskerOf(column, given, context);
      const persons = bases.get(column);
      const own =
        masker === null || persons === undefined || policy.person === undefined
          ? masker
          : unlessBasis(masker, { person: policy.person, persons });
      return { column, masker: own, as: outputName(column, given) };
    });
}

function checkRefused(policy: Policy, suppressed: Readonly<Record<string, number>>, rows: number): void {
  const limit = policy.thresholds?.refusedCells;
  if (limit === undefined) return;
  for (const [column, count] of Object.entries(suppressed)) {
    if (count > limit * rows) {
      throw new ScrimError('SCRIM_POLICY_LIMIT', {
        what: `cells of column ${column} that could not be masked`,
        found: count,
        limit: Math.floor(limit * rows),
      });
    }
  }
}
