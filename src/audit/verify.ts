/**
 * Verification of a whole ledger: first bad record and reason, torn tail, cut, head agreement, signatures.
 * @module
 */
import { hexOf, nodeFs, ScrimError } from '../core/index.js';
import { lockFile } from '../crypto/index.js';
import { HashScanner } from './hash-scanner.js';
import { type Acknowledged, readHeadFile } from './head-file.js';
import { MerkleRoot } from './merkle.js';
import type { Head, LedgerHash } from './record-line.js';
import { holdsRecord, LedgerScanner } from './scanner.js';
import type { SignatureCheck } from './signing.js';

/** Options of {@link verifyLedger}. */
export interface VerifyOptions {
  /** A head that was anchored elsewhere: the ledger must contain that very record. */
  readonly anchor?: Head;
  /** Check signatures. */
  readonly signatures?: SignatureCheck;
}

/** The first thing that is wrong. */
export interface LedgerProblem {
  /** Position of the record at fault, from 0. */
  readonly record: number;
  /** Byte offset of its line. */
  readonly offset: number;
  readonly reason:
    | NonNullable<LedgerScanner['problem']>['reason']
    /** Bytes at the end that are not a whole record: a writer died. */
    | 'torn'
    /** Acknowledged records are missing at the end. */
    | 'truncated'
    /** The record at the place of an acknowledged or anchored head is another one. */
    | 'wrong-head'
    | 'empty';
}

/** Result of {@link verifyLedger}. */
export interface LedgerVerification {
  readonly schema: 'scrim.ledger-verification/1';
  readonly valid: boolean;
  /** Good records before the first fault. */
  readonly records: number;
  /** Last good record; null when there is none. */
  readonly head: Head | null;
  readonly problem: LedgerProblem | null;
  /** The head file: `agrees`, `behind` (a writer died after its flush), `absent` (a cut at a record border goes unnoticed). */
  readonly headFile: 'agrees' | 'behind' | 'absent' | 'disagrees';
}

/**
 * Reads the whole ledger and checks every record, link and head.
 *
 * @throws SCRIM_FILE_MISSING, SCRIM_FILE_UNREADABLE; what is wrong inside the ledger is a result, not an error
 */
export async function verifyLedger(path: string, options: VerifyOptions = {}): Promise<LedgerVerification> {
  const scanner = new LedgerScanner(undefined, options.signatures);
  const acknowledged = readHeadFile(path);
  const wanted = new Map<number, string>();
  for (const head of [acknowledged, options.anchor]) if (head) wanted.set(head.seq, head.hash);
  const checkpoints: Checked[] = [];
  let wrongHead = -1;
  let size = 0;
  let offset = 0;
  await forEachChunk(path, (bytes) => {
    size += bytes.length;
    scanner.push(
      bytes,
      (record) => {
        const expected = wanted.get(record.seq);
        if (expected !== undefined && expected !== record.hash && wrongHead < 0) {
          wrongHead = record.seq;
          offset = scanner.validSize;
        }
        if (record.type === 'ledger.checkpoint') {
          const { size: covered, root } = record.data;
          checkpoints.push({ seq: record.seq, offset: scanner.validSize, size: Number(covered), root: String(root) });
        }
      },
      wanted,
    );
  });
  if (scanner.validSize < size) {
    // Perhaps a writer is in the middle of an append: look again while none can be.
    size = await rescan(path, scanner, options.signatures);
  }
  const problem =
    (await findProblem(path, scanner, size, wrongHead, offset, [acknowledged, options.anchor ?? null])) ??
    unrecorded(scanner) ??
    (await wrongRoot(path, scanner.hash, checkpoints));
  return {
    schema: 'scrim.ledger-verification/1',
    valid: problem === null,
    records: scanner.head.seq + 1,
    head: scanner.head.seq < 0 ? null : scanner.head,
    problem,
    headFile: headFileState(acknowledged, scanner.head, wrongHead),
  };
}

interface Checked {
  readonly seq: number;
  readonly offset: number;
  readonly size: number;
  readonly root: string;
}

/** A record whose content is gone although nothing says that it was pruned. */
function unrecorded(scanner: LedgerScanner): LedgerProblem | null {
  const [first] = scanner.unrecorded;
  return first === undefined ? null : { record: first, offset: 0, reason: 'pruned-unrecorded' };
}

/** Computes the roots again, in a second pass over the hashes, when there are checkpoints. */
async function wrongRoot(
  path: string,
  hash: LedgerHash,
  checkpoints: readonly Checked[],
): Promise<LedgerProblem | null> {
  if (checkpoints.length === 0) return null;
  const tree = new MerkleRoot(hash);
  const most = Math.max(...checkpoints.map(({ size }) => size));
  const roots = new Map<number, string>();
  const asked = new Set(checkpoints.map(({ size }) => size));
  const scanner = new HashScanner();
  await forEachChunk(path, (bytes) => {
    scanner.push(bytes, (recordHash) => {
      if (tree.size >= most) return;
      tree.add(recordHash);
      if (asked.has(tree.size)) roots.set(tree.size, hexOf(tree.root()));
    });
  });
  for (const { seq, offset, size, root } of checkpoints) {
    if (size > seq || roots.get(size) !== root) return { record: seq, offset, reason: 'wrong-root' };
  }
  return null;
}

/** Feeds what lies behind the last good record again, under the lock if it can be had; returns the size of the file. */
async function rescan(path: string, scanner: LedgerScanner, signatures: SignatureCheck | undefined): Promise<number> {
  const lock = await lockFile(path, { timeout: 10_000 }).catch(() => undefined);
  try {
    const { head, validSize, hash } = scanner;
    const again = new LedgerScanner({ head, size: validSize, hash }, signatures);
    let size = validSize;
    await forEachChunk(
      path,
      (bytes) => {
        size += bytes.length;
        again.push(bytes);
      },
      validSize,
    );
    Object.assign(scanner, { head: again.head, validSize: again.validSize, problem: again.problem });
    return size;
  } finally {
    lock?.release();
  }
}

function headFileState(
  acknowledged: Acknowledged | null,
  head: Head,
  wrongHead: number,
): LedgerVerification['headFile'] {
  if (acknowledged === null) return 'absent';
  if (acknowledged.seq > head.seq || acknowledged.seq === wrongHead) return 'disagrees';
  return acknowledged.seq === head.seq ? 'agrees' : 'behind';
}

async function findProblem(
  path: string,
  scanner: LedgerScanner,
  size: number,
  wrongHead: number,
  offset: number,
  heads: readonly (Head | null)[],
): Promise<LedgerProblem | null> {
  if (wrongHead >= 0) return { record: wrongHead, offset, reason: 'wrong-head' };
  const next = { record: scanner.head.seq + 1, offset: scanner.validSize };
  const acknowledgedSeq = Math.max(-1, ...heads.map((head) => head?.seq ?? -1));
  const missing = acknowledgedSeq > scanner.head.seq;
  if (scanner.validSize < size) {
    const tail = await bytesFrom(path, scanner.validSize);
    const torn = scanner.problem === null || !holdsRecord(tail, scanner.hash);
    if (torn && !missing) return { ...next, reason: 'torn' };
    if (scanner.problem !== null) return scanner.problem;
  }
  if (missing) return { ...next, reason: 'truncated' };
  if (size === 0) return { record: 0, offset: 0, reason: 'empty' };
  return null;
}

/** Streams a file in chunks that are valid during the call only. @throws SCRIM_FILE_MISSING, SCRIM_FILE_UNREADABLE */
export async function forEachChunk(path: string, use: (bytes: Uint8Array) => void, from = 0): Promise<void> {
  const fs = nodeFs('A ledger');
  try {
    const handle = await fs.promises.open(path, 'r');
    try {
      const buffer = new Uint8Array(1 << 20);
      for (let at = from; ; ) {
        const { bytesRead } = await handle.read(buffer, 0, buffer.length, at);
        if (bytesRead === 0) break;
        use(buffer.subarray(0, bytesRead));
        at += bytesRead;
      }
    } finally {
      await handle.close();
    }
  } catch (error) {
    const reason = (error as { code?: unknown }).code;
    if (error instanceof ScrimError || typeof reason !== 'string') throw error;
    if (reason === 'ENOENT') throw new ScrimError('SCRIM_FILE_MISSING', { path });
    throw new ScrimError('SCRIM_FILE_UNREADABLE', { path, reason }, { cause: error });
  }
}

async function bytesFrom(path: string, from: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  await forEachChunk(
    path,
    (bytes) => {
      // A torn tail is at most one group of records; a broken ledger shows a record early.
      if (length > 64 << 20) return;
      parts.push(bytes.slice());
      length += bytes.length;
    },
    from,
  );
  const joined = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
