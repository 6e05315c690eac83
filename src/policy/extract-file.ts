/**
 * `extractFiles`: a file and a policy in; training file, hold-out file, their records and ledger entries out: all or nothing.
 *
 * The same order as `protectFile`: everything is written beside its target and flushed, the ledger takes both entries, then all
 * files are renamed. The scorer attacks both files with the drawn raw rows before anything is renamed, and its verdict
 * stands in the fidelity report; it decides nothing here, because the extract stays inside the domain.
 * @module
 */
import { appendWhileOpen, type Ledger, operationEntry, requireOpen } from '../audit/index.js';
import { AtomicFile, commitTogether, type OperationRecord } from '../core/index.js';
import type { Decision, Measure } from '../reversibility/index.js';
import { type CsvOptions, type QualityReport, readTable, Table } from '../table/index.js';
import { type Extract, extract } from './extract.js';
import { fidelityOf } from './fidelity/fidelity.js';
import type { Fidelity } from './fidelity/report.js';
import type { ParsedPolicy } from './parse.js';
import type { ProtectOptions } from './protect.js';
import { finishRecord, parentOf, readerOf, readPolicyFile, writeInto } from './protect-file.js';

/** Options of {@link extractFiles}. */
export interface ExtractFilesOptions extends Omit<ProtectOptions, 'readFile' | 'input'> {
  /** Path of the policy, or the policy itself; it must have `sampling`. */
  readonly policy: string | ParsedPolicy;
  readonly input: string;
  /** Where the training rows go; `.parquet` as Parquet, `.ndjson` as NDJSON, `.tsv` with tabs, everything else as CSV. */
  readonly output: string;
  /** Where the hold-out goes. */
  readonly holdout: string;
  readonly ledger?: Ledger;
  readonly folder?: string;
  readonly today?: string;
  readonly read?: CsvOptions;
  /** Milliseconds for the scorer; 0 leaves it out. Default: 60,000. */
  readonly reviewLimit?: number;
}

/** What the scorer said about both files together. */
export interface ExtractRestoration {
  readonly verdict: Decision;
  readonly rows: Measure;
  readonly cells: Measure;
  readonly identifiers: Measure;
  /** Attacks that did not finish. */
  readonly gaps: number;
  readonly reasons: readonly { readonly en: string; readonly 'zh-CN': string }[];
}

/** What {@link extractFiles} wrote. */
export interface ExtractedFiles {
  readonly train: OperationRecord;
  readonly holdout: OperationRecord;
  readonly recordPaths: readonly [train: string, holdout: string];
  readonly fidelity: Fidelity;
  /** Null when the scorer was left out. */
  readonly restoration: ExtractRestoration | null;
  readonly quality: QualityReport;
}

/**
 * Makes a training extract of a file.
 *
 * @throws what `extract` throws; SCRIM_SCENARIO_CLOSED; SCRIM_FILE_MISSING, SCRIM_FILE_UNREADABLE, SCRIM_FILE_UNWRITABLE and the
 * errors of readers and ledger. Nothing is written then.
 */
export async function extractFiles(options: ExtractFilesOptions): Promise<ExtractedFiles> {
  const { policy, input, ledger, read = {}, today, ...rest } = options;
  const parsed = typeof policy === 'string' ? readPolicyFile(policy, today === undefined ? {} : { today }) : policy;
  const folder = options.folder ?? (typeof policy === 'string' ? parentOf(policy) : '.');
  const run = {
    ...(options.signal !== undefined && { signal: options.signal }),
    ...(options.progress !== undefined && { progress: options.progress }),
  };
  const { who } = parsed.policy;
  if (ledger !== undefined) await requireOpen(ledger.path, who, 'extract');
  const { table, quality, artifact } = await readTable(input, { ...read, ...run });
  const made = extract(table, parsed, { ...rest, input: artifact, readFile: readerOf(folder) });
  const fidelity = fidelityOf(table, made, parsed.policy, rest);
  const restoration = await restorationOf(made, parsed, options.reviewLimit ?? 60_000, run);
  const files: AtomicFile[] = [];
  try {
    const records: OperationRecord[] = [];
    for (const [part, target] of [
      [made.train, options.output],
      [made.holdout, options.holdout],
    ] as const) {
      const file = await AtomicFile.create(target);
      files.push(file);
      const record = finishRecord(part.record, await writeInto(part.table, target, file, run), ledger === undefined);
      const beside = await AtomicFile.create(`${target}.record.json`);
      files.push(beside);
      await beside.write(`${JSON.stringify(record, null, 2)}\n`);
      await file.seal();
      await beside.seal();
      records.push(record);
    }
    const by = { ...who, approval: who.approval.reference };
    if (ledger !== undefined) {
      const entries = records.map((record) => operationEntry(record, by));
      await appendWhileOpen(ledger, who, 'extract', entries);
    }
    // Records before what they describe.
    const [trainFile, trainRecord, holdoutFile, holdoutRecord] = files as [
      AtomicFile,
      AtomicFile,
      AtomicFile,
      AtomicFile,
    ];
    await commitTogether([trainRecord, trainFile, holdoutRecord, holdoutFile]);
    return {
      train: records[0] as OperationRecord,
      holdout: records[1] as OperationRecord,
      recordPaths: [`${options.output}.record.json`, `${options.holdout}.record.json`],
      fidelity,
      restoration,
      quality,
    };
  } catch (error) {
    for (const file of files) await file.abort();
    throw error;
  }
}

async function restorationOf(
  made: Extract,
  parsed: ParsedPolicy,
  limit: number,
  run: Pick<ProtectOptions, 'signal' | 'progress'>,
): Promise<ExtractRestoration | null> {
  if (limit === 0) return null;
  const { person } = parsed.policy;
  // Loaded when it is used: no other part of a policy needs the scorer.
  const { review } = await import('../reversibility/index.js');
  const verdict = await review({
    ...run,
    sources: [joined(made.train.raw, made.holdout.raw)],
    product: [made.train.table, made.holdout.table],
    timeLimit: limit,
    policy: parsed.digest,
    ...(person !== undefined && { person }),
  });
  const { rows, cells, identifiers } = verdict.restoration;
  return {
    verdict: verdict.verdict,
    rows,
    cells,
    identifiers,
    gaps: verdict.coverage.gaps.length,
    reasons: verdict.reasons.map((reason) => ({ en: reason.en, 'zh-CN': reason['zh-CN'] })),
  };
}

/** Both tables one below the other: they come from one table, so their dictionaries are the same. */
function joined(a: Table, b: Table): Table {
  return new Table(a.fields, [...a.batches, ...b.batches]);
}
