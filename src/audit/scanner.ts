/**
 * Reads a ledger forward in chunks and checks every record and its link to the one before.
 * @module
 */
import { linePartsOf, standsAt } from './canonical-line.js';
import {
  chainHash,
  decodeText,
  GENESIS,
  HASH_PART,
  type Head,
  type LedgerHash,
  type LedgerRecord,
  MAX_LINE,
  type RecordProblem,
  readLine,
  readPruned,
} from './record-line.js';
import type { SignatureCheck } from './signing.js';

/** The first fault in a ledger. */
export interface ScanProblem {
  /** Position of the record that is at fault, from 0. */
  readonly record: number;
  /** Byte offset of its line. */
  readonly offset: number;
  readonly reason: RecordProblem | 'too-long';
}

/** Feed it bytes in order; it stops at the first fault. */
export class LedgerScanner {
  /** Last good record; seq -1 before the first. */
  head: Head;
  /** Bytes up to and with the last good line. */
  validSize: number;
  /** First fault; null as long as there is none. */
  problem: ScanProblem | null = null;
  /** Hash of the chain, as the first record says. */
  hash: LedgerHash;
  /** Positions of records whose content was pruned and that no later record has accounted for yet. */
  readonly unrecorded: Set<number> = new Set();
  #rest: Uint8Array = new Uint8Array();
  readonly #signatures: SignatureCheck | undefined;

  constructor(
    from?: { readonly head: Head; readonly size: number; readonly hash: LedgerHash },
    signatures?: SignatureCheck,
  ) {
    this.head = from?.head ?? { seq: -1, hash: GENESIS };
    this.validSize = from?.size ?? 0;
    this.hash = from?.hash ?? 'sha256';
    this.#signatures = signatures;
  }

  /** Bytes behind the last newline. */
  get pending(): number {
    return this.#rest.length;
  }

  /**
   * Takes the next bytes; calls `each` for every good record that is not pruned. The array may be reused afterwards.
   *
   * @param wanted - where given, every record is checked all the same, but only those at these positions and those of the
   *   ledger itself (type `ledger.…`) are sure to be built and handed on: several times faster
   */
  push(chunk: Uint8Array, each?: (record: LedgerRecord) => void, wanted?: { has(seq: number): boolean }): void {
    if (this.problem !== null) return;
    let bytes = chunk;
    if (this.#rest.length > 0) {
      bytes = new Uint8Array(this.#rest.length + chunk.length);
      bytes.set(this.#rest);
      bytes.set(chunk, this.#rest.length);
    }
    const whole = bytes.lastIndexOf(10) + 1;
    const start = wanted === undefined ? this.#allLines(bytes, whole, each) : this.#lines(bytes, whole, each, wanted);
    if (start < 0) return;
    this.#rest = bytes.slice(start);
    if (this.#rest.length > MAX_LINE) this.#fault('too-long');
  }

  /** Builds every record; returns where the rest begins, or -1 at a fault. */
  #allLines(bytes: Uint8Array, whole: number, each: ((record: LedgerRecord) => void) | undefined): number {
    // Decoding many lines at once is several times faster than one by one.
    const text = decodeText(bytes.subarray(0, whole));
    let start = 0;
    let textStart = 0;
    while (start < whole) {
      const end = bytes.indexOf(10, start);
      const textEnd = text?.indexOf('\n', textStart) ?? 0;
      if (!this.#line(bytes.subarray(start, end), text?.slice(textStart, textEnd), each)) return -1;
      start = end + 1;
      textStart = textEnd + 1;
    }
    return start;
  }

  /** Builds only the records that are wanted or not in the plain form. */
  #lines(
    bytes: Uint8Array,
    whole: number,
    each: ((record: LedgerRecord) => void) | undefined,
    wanted: { has(seq: number): boolean },
  ): number {
    let start = 0;
    while (start < whole) {
      const end = bytes.indexOf(10, start);
      if (!this.#plain(bytes, start, end, wanted)) {
        const line = bytes.subarray(start, end);
        if (!this.#line(line, decodeText(line), each)) return -1;
      }
      start = end + 1;
    }
    return start;
  }

  /** Takes a line by its bytes alone when it is plain, right and not wanted; anything else is left to the full reading. */
  #plain(bytes: Uint8Array, start: number, end: number, wanted: { has(seq: number): boolean }): boolean {
    if (this.head.seq < 0 || this.#signatures !== undefined || end - start > MAX_LINE) return false;
    const parts = linePartsOf(bytes, start, end);
    if (parts === null || parts.own || parts.seq !== this.head.seq + 1 || wanted.has(parts.seq)) return false;
    if (!standsAt(bytes, parts.prev, this.head.hash)) return false;
    const hash = chainHash(this.hash, bytes.subarray(start, end - HASH_PART));
    if (!standsAt(bytes, parts.hash, hash)) return false;
    this.head = { seq: parts.seq, hash };
    this.validSize += end - start + 1;
    return true;
  }

  /** Strikes the positions that a `ledger.pruned` record names. */
  #account({ data }: LedgerRecord): void {
    for (const range of (Array.isArray(data.ranges) ? data.ranges : []) as unknown[]) {
      const [from, to] = Array.isArray(range) ? (range as number[]) : [];
      for (const seq of this.unrecorded) if (seq >= Number(from) && seq <= Number(to)) this.unrecorded.delete(seq);
    }
  }

  #fault(reason: ScanProblem['reason']): false {
    this.problem = { record: this.head.seq + 1, offset: this.validSize, reason };
    return false;
  }

  #line(line: Uint8Array, text: string | undefined, each: ((record: LedgerRecord) => void) | undefined): boolean {
    if (line.length > MAX_LINE) return this.#fault('too-long');
    if (line.length < PRUNED_LENGTH && this.head.seq >= 0) {
      const pruned = readPruned(text);
      if (pruned !== null) {
        if (pruned.seq !== this.head.seq + 1) return this.#fault('wrong-sequence');
        this.unrecorded.add(pruned.seq);
        this.head = pruned;
        this.validSize += line.length + 1;
        return true;
      }
    }
    if (this.head.seq < 0) this.hash = announcedHash(line);
    const record = readLine(line, this.hash, this.#signatures, text);
    if (typeof record === 'string') return this.#fault(record);
    if (record.seq !== this.head.seq + 1) return this.#fault('wrong-sequence');
    if (record.prev !== this.head.hash) return this.#fault('wrong-previous');
    if (record.seq === 0 && record.data.schema !== 'scrim.ledger/1') return this.#fault('wrong-shape');
    this.head = { seq: record.seq, hash: record.hash };
    this.validSize += line.length + 1;
    if (record.type === 'ledger.pruned' && this.unrecorded.size > 0) this.#account(record);
    each?.(record);
    return true;
  }
}

/** Longest line of a pruned record. */
const PRUNED_LENGTH = 120;

/** Hash that the first line names; the line is checked with it afterwards. */
function announcedHash(line: Uint8Array): LedgerHash {
  try {
    const { data } = JSON.parse(new TextDecoder().decode(line)) as LedgerRecord;
    return data.hash === 'sm3' ? 'sm3' : 'sha256';
  } catch {
    return 'sha256';
  }
}

/** What a line that was torn, or never was one, can look like. */
const tornLooks: readonly unknown[] = ['not-json', 'wrong-shape', 'wrong-hash'];

/** True when some whole line in these bytes has a right hash, whatever else is wrong with it: then they are no torn tail. */
export function holdsRecord(bytes: Uint8Array, hash: LedgerHash): boolean {
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(10, start);
    if (end < 0) return false;
    if (!tornLooks.includes(readLine(bytes.subarray(start, end), hash))) return true;
    start = end + 1;
  }
  return false;
}
