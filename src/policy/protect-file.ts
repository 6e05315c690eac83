/**
 * `protectFile`: a file and a policy in, the protected file, its record beside it and a ledger entry out: all or nothing.
 *
 * Order: output and record are written beside their targets and flushed to disk; then the ledger entry is appended; then
 * both files are renamed, the record first. So no output exists without its record and its ledger entry. A process killed
 * between append and rename leaves an entry whose output never appeared, which is harmless; a rename that fails is
 * recorded by a second entry, `policy.aborted`.
 * @module
 */
import { appendWhileOpen, type Ledger, operationEntry, requireOpen } from '../audit/index.js';
import {
  AtomicFile,
  canonicalJson,
  commitTogether,
  nodeBuiltin,
  nodeFs,
  type OperationRecord,
  ScrimError,
  sha256Hex,
} from '../core/index.js';
import { type CsvOptions, type QualityReport, readTable, type Table, writeTable } from '../table/index.js';
import type { FileReader } from './hierarchies.js';
import { type ParsedPolicy, type ParseOptions, parsePolicy } from './parse.js';
import { type ProtectOptions, protect } from './protect.js';

/** Options of {@link protectFile}. */
export interface ProtectFileOptions extends Omit<ProtectOptions, 'readFile' | 'input'> {
  /** Path of the policy, or the policy itself. */
  readonly policy: string | ParsedPolicy;
  /** File to protect: CSV, TSV, Parquet or NDJSON. */
  readonly input: string;
  /** Where the protected table goes; `.parquet` as Parquet, `.ndjson` as NDJSON, `.tsv` with tabs, everything else as CSV. */
  readonly output: string;
  /** Takes the entry of the operation. Default: none, and the record carries the warning `no-ledger`. */
  readonly ledger?: Ledger;
  /** Folder that files named by the policy are relative to. Default: the folder of the policy's file, else the current one. */
  readonly folder?: string;
  /** The day on which approvals must hold, YYYY-MM-DD. Default: today. */
  readonly today?: string;
  /** How the input is read. Default: found by its bytes. */
  readonly read?: CsvOptions;
}

/** What {@link protectFile} wrote. */
export interface ProtectedFile {
  readonly record: OperationRecord;
  /** Path of the record: the output's path with `.record.json` added. */
  readonly recordPath: string;
  /** What was found while reading the input. */
  readonly quality: QualityReport;
}

/** Reads and parses a policy file. @throws SCRIM_FILE_MISSING, SCRIM_FILE_UNREADABLE, SCRIM_POLICY_INVALID */
export function readPolicyFile(path: string, options: ParseOptions = {}): ParsedPolicy {
  return parsePolicy(new TextDecoder().decode(readBytes(path)), baseName(path), options);
}

/**
 * Protects a file.
 *
 * @throws what {@link protect} throws; SCRIM_SCENARIO_CLOSED; SCRIM_FILE_MISSING, SCRIM_FILE_UNREADABLE, SCRIM_FILE_UNWRITABLE and the errors of
 * readers and ledger. Nothing is written then.
 */
export async function protectFile(options: ProtectFileOptions): Promise<ProtectedFile> {
  const { policy, input, output, ledger, read = {}, today, ...rest } = options;
  const parsed = typeof policy === 'string' ? readPolicyFile(policy, today === undefined ? {} : { today }) : policy;
  const folder = options.folder ?? (typeof policy === 'string' ? parentOf(policy) : '.');
  const run = {
    ...(options.signal !== undefined && { signal: options.signal }),
    ...(options.progress !== undefined && { progress: options.progress }),
  };
  if (ledger !== undefined) await requireOpen(ledger.path, parsed.policy.who, 'protect');
  const { table, quality, artifact } = await readTable(input, { ...read, ...run });
  const result = protect(table, parsed, { ...rest, input: artifact, readFile: readerOf(folder) });
  const recordPath = `${output}.record.json`;
  const file = await AtomicFile.create(output);
  let recordFile: AtomicFile | undefined;
  try {
    const written = await writeInto(result.table, output, file, run);
    const record = finishRecord(result.record, written, ledger === undefined);
    recordFile = await AtomicFile.create(recordPath);
    await recordFile.write(`${JSON.stringify(record, null, 2)}\n`);
    await file.seal();
    await recordFile.seal();
    const { who } = parsed.policy;
    const by = { ...who, approval: who.approval.reference };
    if (ledger !== undefined) await appendWhileOpen(ledger, who, 'protect', [operationEntry(record, by)]);
    try {
      await commitTogether([recordFile, file]);
    } catch (error) {
      const { tenant, environment, scenario, operator } = who;
      await ledger
        ?.append({
          type: 'policy.aborted',
          data: {
            tenant,
            environment,
            scenario,
            operator,
            record: sha256Hex(new TextEncoder().encode(canonicalJson(record))),
          },
        })
        .catch(() => undefined);
      throw error;
    }
    return { record, recordPath, quality };
  } catch (error) {
    await file.abort();
    await recordFile?.abort();
    throw error;
  }
}

/** What was written. */
export interface Written {
  readonly name: string;
  readonly sha256: string;
  readonly unreadable: number;
}

/** Writes a table into an open file, in the format that the path says. */
export async function writeInto(
  table: Table,
  path: string,
  file: AtomicFile,
  run: Pick<ProtectOptions, 'signal' | 'progress'>,
): Promise<Written> {
  return writeTable(table, file, { ...run, name: baseName(path) });
}

/** The record with the digest of what was written. */
export function finishRecord(record: OperationRecord, written: Written, noLedger: boolean): OperationRecord {
  const [output] = record.outputs;
  if (output === undefined) throw new ScrimError('SCRIM_INTERNAL', { check: 'a record has an output' });
  const warnings = [...record.warnings];
  if (written.unreadable > 0) {
    warnings.push({
      code: 'unreadable-as-null',
      message: `${written.unreadable} unreadable cells were written as null.`,
      count: written.unreadable,
    });
  }
  if (noLedger)
    warnings.push({ code: 'no-ledger', message: 'No ledger was given; the operation is recorded here only.' });
  return { ...record, outputs: [{ ...output, name: written.name, sha256: written.sha256 }], warnings };
}

/** Reads files relative to a folder. */
export function readerOf(folder: string): FileReader {
  return (path) => {
    const paths = nodeBuiltin<typeof import('node:path')>('node:path');
    return readBytes(paths === undefined ? path : paths.resolve(folder, path));
  };
}

function readBytes(path: string): Uint8Array {
  try {
    return nodeFs('Reading a policy').readFileSync(path);
  } catch (error) {
    if (error instanceof ScrimError) throw error;
    const reason = (error as { code?: string }).code ?? 'unknown';
    throw new ScrimError(reason === 'ENOENT' ? 'SCRIM_FILE_MISSING' : 'SCRIM_FILE_UNREADABLE', { path, reason });
  }
}

function baseName(path: string): string {
  return path.split(/[\\/]/).pop() as string;
}

/** Folder of a path. */
export function parentOf(path: string): string {
  return nodeBuiltin<typeof import('node:path')>('node:path')?.dirname(path) ?? '.';
}
