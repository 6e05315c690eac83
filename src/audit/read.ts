/**
 * Streaming reader of a ledger: every record that it yields is checked and linked to the one before.
 * @module
 */
import type { FileHandle } from 'node:fs/promises';
import { nodeFs, ScrimError } from '../core/index.js';
import { readHeadFile } from './head-file.js';
import type { LedgerRecord } from './record-line.js';
import { LedgerScanner } from './scanner.js';
import type { SignatureCheck } from './signing.js';

/** Options of {@link readLedger}. */
export interface ReadOptions {
  /** Yield these types only (all are checked). */
  readonly types?: readonly string[];
  /** Check signatures. */
  readonly signatures?: SignatureCheck;
  /** A torn tail ends the reading instead of failing; default true: what is torn was never acknowledged. */
  readonly allowTorn?: boolean;
}

/**
 * The records of a ledger in order, in constant memory.
 *
 * @throws SCRIM_FILE_MISSING, SCRIM_FILE_UNREADABLE, SCRIM_LEDGER_BROKEN, SCRIM_LEDGER_TRUNCATED, SCRIM_LEDGER_TORN
 * @example
 * for await (const record of readLedger('ledger.jsonl', { types: ['release'] })) record.data.product;
 */
export async function* readLedger(
  path: string,
  options: ReadOptions = {},
): AsyncGenerator<LedgerRecord, void, undefined> {
  const fs = nodeFs('A ledger');
  const acknowledged = readHeadFile(path);
  const wanted = options.types === undefined ? undefined : new Set(options.types);
  const scanner = new LedgerScanner(undefined, options.signatures);
  let handle: FileHandle;
  try {
    handle = await fs.promises.open(path, 'r');
  } catch (error) {
    const reason = String((error as { code?: string }).code);
    if (reason === 'ENOENT') throw new ScrimError('SCRIM_FILE_MISSING', { path });
    throw new ScrimError('SCRIM_FILE_UNREADABLE', { path, reason }, { cause: error });
  }
  try {
    const buffer = new Uint8Array(1 << 18);
    let batch: LedgerRecord[] = [];
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, buffer.length).catch((error: unknown) => {
        throw new ScrimError('SCRIM_FILE_UNREADABLE', { path, reason: String((error as { code?: string }).code) });
      });
      if (bytesRead === 0) break;
      scanner.push(buffer.subarray(0, bytesRead), (record) => {
        if (wanted === undefined || wanted.has(record.type)) batch.push(record);
      });
      for (const record of batch) yield record;
      batch = [];
      if (scanner.problem !== null) break;
    }
  } finally {
    await handle.close();
  }
  if (acknowledged !== null && acknowledged.seq > scanner.head.seq && scanner.problem === null) {
    const numbers = { found: scanner.head.seq, expected: acknowledged.seq };
    throw new ScrimError('SCRIM_LEDGER_TRUNCATED', { path, ...numbers });
  }
  if (scanner.problem !== null) {
    const { record, reason } = scanner.problem;
    throw new ScrimError('SCRIM_LEDGER_BROKEN', { path, record, problem: reason });
  }
  const [hidden] = scanner.unrecorded;
  if (hidden !== undefined) {
    throw new ScrimError('SCRIM_LEDGER_BROKEN', { path, record: hidden, problem: 'pruned-unrecorded' });
  }
  if (scanner.pending > 0 && options.allowTorn === false) {
    throw new ScrimError('SCRIM_LEDGER_TORN', { path, bytes: scanner.pending });
  }
}
