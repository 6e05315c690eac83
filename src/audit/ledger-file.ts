/**
 * Reading a ledger through an open file handle: byte ranges, forward scans, the last good record.
 * @module
 */
import type { FileHandle as Handle } from 'node:fs/promises';
import { nodeFs } from '../core/index.js';
import { type Head, type LedgerHash, type LedgerRecord, MAX_LINE } from './record-line.js';
import { LedgerScanner } from './scanner.js';

/** Makes the creation of a file durable; platforms that cannot open folders skip it. */
export async function syncFolder(path: string): Promise<void> {
  const fs = nodeFs('A ledger');
  const cut = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
  try {
    const handle = await fs.promises.open(cut < 0 ? '.' : path.slice(0, cut) || '/', 'r');
    await handle.sync().finally(() => handle.close());
  } catch {
    // Platforms that cannot open folders.
  }
}

/** Up to `length` bytes from an offset; fewer at the end of the file. */
export async function readBytes(handle: Handle, from: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(bytes, filled, length - filled, from + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}

const CHUNK = 1 << 20;

/** Feeds the file from the scanner's position on. */
export async function scanFile(handle: Handle, scanner: LedgerScanner): Promise<LedgerScanner> {
  for (let at = scanner.validSize; scanner.problem === null; ) {
    const bytes = await readBytes(handle, at, CHUNK);
    if (bytes.length === 0) break;
    scanner.push(bytes);
    at += bytes.length;
  }
  return scanner;
}

/**
 * A scanner that stands behind the last good record. Checks the records of the last 128 KB and their links; a fault there
 * is looked into from the start of the file.
 */
export async function lastGood(handle: Handle, size: number): Promise<LedgerScanner> {
  const from = size - 2 * MAX_LINE;
  if (from <= 0) return scanFile(handle, new LedgerScanner());
  const tail = await readBytes(handle, from, size - from);
  const start = tail.indexOf(10) + 1;
  const claimed = start > 0 ? positionOf(tail.subarray(start, tail.indexOf(10, start))) : undefined;
  if (claimed !== undefined) {
    const scanner = new LedgerScanner({ head: claimed, size: from + start, hash: await hashOf(handle) });
    scanner.push(tail.subarray(start));
    if (scanner.problem === null && scanner.pending === 0) return scanner;
  }
  return scanFile(handle, new LedgerScanner());
}

/** The head that a line claims to follow; undefined when it does not parse. The scanner checks the line afterwards. */
function positionOf(line: Uint8Array): Head | undefined {
  try {
    const { seq, prev } = JSON.parse(new TextDecoder().decode(line)) as LedgerRecord;
    return Number.isSafeInteger(seq) && typeof prev === 'string' ? { seq: seq - 1, hash: prev } : undefined;
  } catch {
    return undefined;
  }
}

async function hashOf(handle: Handle): Promise<LedgerHash> {
  const first = new LedgerScanner();
  const bytes = await readBytes(handle, 0, MAX_LINE);
  const end = bytes.indexOf(10);
  if (end > 0) first.push(bytes.subarray(0, end + 1));
  return first.hash;
}

/** True when bytes could be the beginning of a first record. */
export function looksLikeLedger(bytes: Uint8Array): boolean {
  return new TextDecoder().decode(bytes.subarray(0, 8)).startsWith('{"seq":0'.slice(0, Math.min(8, bytes.length)));
}
