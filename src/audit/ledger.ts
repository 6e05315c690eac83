/**
 * The ledger: an append-only file of hash-chained records that several processes may write and none may lose.
 *
 * An append takes the exclusive lock, compares the head with the one it knows, writes whole lines, flushes them to disk,
 * notes the head, and only then acknowledges. Appends that wait for one another share one flush (group commit:
 * Gray and Reuter, "Transaction Processing", 1992, section 9.4). A process killed at any point leaves either whole records or a torn
 * tail, which is named on the next opening and removed only by {@link Ledger.recover}, which writes a record of it.
 * @module
 */
import type { FileHandle as Handle } from 'node:fs/promises';
import { hexOf, nodeFs, ScrimError, SecureRandom, sha256Hex } from '../core/index.js';
import { type HeldLock, lockFile } from '../crypto/index.js';
import { entryText, type LedgerEntry } from './entry.js';
import { readHeadFile, writeHeadFile } from './head-file.js';
import { lastGood, looksLikeLedger, readBytes, scanFile, syncFolder } from './ledger-file.js';
import { GENESIS, type Head, type LedgerHash, type LedgerRecord, MAX_LINE, writeLine } from './record-line.js';
import { holdsRecord, LedgerScanner } from './scanner.js';
import type { LedgerSigner } from './signing.js';

/** Options of {@link Ledger.open}. */
export interface LedgerOptions {
  /** Hash of a ledger that is made now; default `sha256`, `sm3` for the gm suite. An existing ledger keeps its own. */
  readonly hash?: LedgerHash;
  /** Signs every record that this object appends. */
  readonly signer?: LedgerSigner;
  /** Make the ledger when it does not exist; default true. */
  readonly create?: boolean;
  /** Milliseconds to wait for another writer; default 30,000. */
  readonly timeout?: number;
  /** Clock of the time stamps; default the system's. */
  readonly now?: () => Date;
}

/** Options of an append. */
export interface AppendOptions {
  /** Compare-and-swap: append only if the ledger still ends in this record. */
  readonly expectedHead?: Head;
}

/** What {@link Ledger.recover} did. */
export interface Recovery {
  /** Bytes that were removed; 0 when the ledger was whole. */
  readonly removed: number;
  readonly head: Head;
}

interface Waiting {
  readonly entries: readonly { readonly type: string; readonly dataText: string }[];
  readonly expected: Head | undefined;
  resolve(records: LedgerRecord[]): void;
  reject(error: unknown): void;
}

const MAX_GROUP = 8192;
const MAX_TAIL = 64 << 20;
const encoder = new TextEncoder();

/** An open ledger. */
export class Ledger {
  readonly path: string;
  readonly #options: LedgerOptions;
  #head: Head = { seq: -1, hash: GENESIS };
  #size = 0;
  #hash: LedgerHash = 'sha256';
  #turn = 0;
  #waiting: Waiting[] = [];
  #running: Promise<void> | undefined;
  #closed = false;

  private constructor(path: string, options: LedgerOptions) {
    this.path = path;
    this.#options = options;
  }

  /**
   * Opens a ledger for appending; makes it when it does not exist. Reads the last record only: {@link verifyLedger} reads all.
   *
   * @throws SCRIM_LEDGER_TORN, SCRIM_LEDGER_TRUNCATED, SCRIM_LEDGER_BROKEN, SCRIM_LEDGER_FORMAT, SCRIM_LEDGER_WRITE,
   *   SCRIM_FILE_MISSING, SCRIM_LOCK_BUSY
   * @example
   * const ledger = await Ledger.open('ledger.jsonl');
   * await ledger.append({ type: 'dp.release', data: { query: 'count-by-county', epsilon: '1/2' } });
   */
  static async open(path: string, options: LedgerOptions = {}): Promise<Ledger> {
    const ledger = new Ledger(path, options);
    const fs = nodeFs('A ledger');
    if (options.create === false && !fs.existsSync(path)) throw new ScrimError('SCRIM_FILE_MISSING', { path });
    await ledger.#exclusive(async (handle) => {
      await ledger.#catchUp(handle);
    });
    return ledger;
  }

  /**
   * Removes a torn tail and appends a `ledger.recovered` record that says how many bytes were removed and their digest.
   * Nothing happens when the ledger is whole. Reads the whole ledger.
   *
   * @throws SCRIM_LEDGER_BROKEN, SCRIM_LEDGER_TRUNCATED when what is wrong is not a torn tail
   */
  static async recover(
    path: string,
    by: { readonly operator: string; readonly reason?: string },
    options: LedgerOptions = {},
  ): Promise<Recovery> {
    const fs = nodeFs('A ledger');
    if (!fs.existsSync(path)) throw new ScrimError('SCRIM_FILE_MISSING', { path });
    const ledger = new Ledger(path, options);
    let removed = 0;
    await ledger.#exclusive(async (handle) => {
      const scanner = await scanFile(handle, new LedgerScanner());
      const { size } = await handle.stat();
      ledger.#adopt(scanner);
      if (size === scanner.validSize) {
        ledger.#checkAcknowledged();
        return;
      }
      // A torn tail is at most one group of records.
      if (size - scanner.validSize > MAX_TAIL) throw ledger.#broken(scanner);
      const tail = await readBytes(handle, scanner.validSize, size - scanner.validSize);
      if (holdsRecord(tail, scanner.hash)) throw ledger.#broken(scanner);
      ledger.#checkAcknowledged();
      removed = tail.length;
      const data = { bytes: removed, sha256: sha256Hex(tail), operator: by.operator, reason: by.reason ?? 'torn tail' };
      const recovered = { type: 'ledger.recovered', dataText: entryText({ type: 'ledger.recovered', data }) };
      const entries = scanner.head.seq < 0 ? [ledger.#opening(), recovered] : [recovered];
      await ledger.#write(handle, ledger.#lines(entries), true);
    });
    return { removed, head: ledger.#head };
  }

  /** Last record this object knows of; others may have appended since. */
  get head(): Head {
    return this.#head;
  }

  /** Reads what others appended since and returns the head now. */
  async refresh(): Promise<Head> {
    await this.#exclusive((handle) => this.#catchUp(handle));
    return this.#head;
  }

  /**
   * Appends one entry; resolves when it is on disk.
   *
   * @throws SCRIM_LEDGER_ENTRY, SCRIM_LEDGER_HEAD_MOVED, SCRIM_LEDGER_WRITE, and as {@link Ledger.open}
   */
  async append(entry: LedgerEntry, options: AppendOptions = {}): Promise<LedgerRecord> {
    const records = await this.appendAll([entry], options);
    return records[0] as LedgerRecord;
  }

  /** Appends entries as neighbours, behind one flush. Killed in between, a prefix of them may stand; none is acknowledged. */
  appendAll(entries: readonly LedgerEntry[], options: AppendOptions = {}): Promise<LedgerRecord[]> {
    return new Promise((resolve, reject) => {
      if (this.#closed) throw new ScrimError('SCRIM_LEDGER_WRITE', { path: this.path, reason: 'closed' });
      const checked = entries.map((one) => ({ type: one.type, dataText: entryText(one) }));
      this.#waiting.push({ entries: checked, expected: options.expectedHead, resolve, reject });
      this.#running ??= this.#drain();
    });
  }

  /** @internal Runs under the lock after catching up, for what rewrites the file (pruning); the file is read again afterwards. */
  async _rewrite(section: () => Promise<{ readonly size: number }>): Promise<void> {
    await this.#exclusive(async (handle) => {
      await this.#catchUp(handle);
      const { size } = await section();
      this.#size = size;
      writeHeadFile(this.path, { ...this.#head, size }, this.#turn++);
    });
  }

  /** What signs the records that this object appends. */
  get signer(): LedgerSigner | undefined {
    return this.#options.signer;
  }

  /** Hash of the chain. */
  get hash(): LedgerHash {
    return this.#hash;
  }

  /** Waits for appends under way and refuses further ones. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
  }

  async #drain(): Promise<void> {
    // Let the callers of this turn join the group.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const group: Waiting[] = [];
      for (let entries = 0; this.#waiting.length > 0 && entries < MAX_GROUP; ) {
        const next = this.#waiting.shift() as Waiting;
        entries += next.entries.length;
        group.push(next);
      }
      try {
        await this.#exclusive(async (handle) => {
          await this.#catchUp(handle);
          await this.#commit(handle, group);
        });
      } catch (error) {
        for (const one of group) one.reject(error);
      }
    }
    this.#running = undefined;
  }

  async #commit(handle: Handle, group: readonly Waiting[]): Promise<void> {
    const accepted: { one: Waiting; records: LedgerRecord[] }[] = [];
    const lines: Line[] = [];
    const start = this.#head;
    let head = start;
    for (const one of group) {
      if (one.expected !== undefined && (one.expected.seq !== head.seq || one.expected.hash !== head.hash)) {
        const numbers = { found: head.seq, expected: one.expected.seq };
        one.reject(new ScrimError('SCRIM_LEDGER_HEAD_MOVED', { path: this.path, ...numbers }));
        continue;
      }
      try {
        const made = this.#lines(one.entries, head);
        head = made.at(-1)?.head ?? head;
        lines.push(...made);
        accepted.push({ one, records: made.map(({ line }) => JSON.parse(line) as LedgerRecord) });
      } catch (error) {
        one.reject(error);
      }
    }
    if (lines.length > 0) await this.#write(handle, lines, false);
    for (const { one, records } of accepted) one.resolve(records);
  }

  #lines(entries: Waiting['entries'], from: Head = this.#head): Line[] {
    let { seq, hash } = from;
    return entries.map(({ type, dataText }) => {
      const time = (this.#options.now?.() ?? new Date()).toISOString();
      const made = writeLine({ seq: seq + 1, time, type, dataText, prev: hash }, this.#hash, this.#options.signer);
      if (encoder.encode(made.line).length > MAX_LINE) {
        throw new ScrimError('SCRIM_LEDGER_ENTRY', { type, problem: `it takes more than ${MAX_LINE} bytes` });
      }
      seq += 1;
      hash = made.hash;
      return { line: made.line, head: { seq, hash } };
    });
  }

  /** Writes lines behind the last good one and flushes; takes back what was half written when that fails. */
  async #write(handle: Handle, lines: readonly Line[], cut: boolean): Promise<void> {
    const bytes = encoder.encode(`${lines.map(({ line }) => line).join('\n')}\n`);
    try {
      for (let at = 0; at < bytes.length; ) {
        const { bytesWritten } = await handle.write(bytes, at, bytes.length - at, this.#size + at);
        at += bytesWritten;
      }
      if (cut) await handle.truncate(this.#size + bytes.length);
      await handle.datasync();
    } catch (error) {
      if (!cut) await handle.truncate(this.#size).catch(() => undefined);
      const reason = String((error as { code?: string }).code);
      throw new ScrimError('SCRIM_LEDGER_WRITE', { path: this.path, reason }, { cause: error });
    }
    this.#size += bytes.length;
    this.#head = (lines.at(-1) as Line).head;
    writeHeadFile(this.path, { ...this.#head, size: this.#size }, this.#turn++);
  }

  /** Under the lock: makes the first record, or reads and checks what others appended. */
  async #catchUp(handle: Handle): Promise<void> {
    const { size } = await handle.stat();
    if (size === 0 && this.#head.seq < 0 && readHeadFile(this.path) === null) return this.#begin(handle);
    if (this.#head.seq >= 0) {
      if (size === this.#size) return;
      if (size < this.#size) throw this.#truncated(await lastGood(handle, size));
      const scanner = new LedgerScanner({ head: this.#head, size: this.#size, hash: this.#hash });
      await this.#checkEnd(handle, await scanFile(handle, scanner), size);
      return;
    }
    const scanner = await lastGood(handle, size);
    await this.#checkEnd(handle, scanner, size);
    this.#checkAcknowledged();
    if (readHeadFile(this.path) === null) writeHeadFile(this.path, { ...this.#head, size }, this.#turn++);
  }

  async #checkEnd(handle: Handle, scanner: LedgerScanner, size: number): Promise<void> {
    this.#adopt(scanner);
    if (scanner.validSize === size) return;
    const tail = await readBytes(handle, scanner.validSize, Math.min(size - scanner.validSize, MAX_TAIL));
    if (holdsRecord(tail, scanner.hash)) throw this.#broken(scanner);
    this.#checkAcknowledged();
    if (scanner.head.seq < 0 && scanner.problem !== null && !looksLikeLedger(tail)) {
      throw new ScrimError('SCRIM_LEDGER_FORMAT', { path: this.path, problem: 'its first line is no ledger record' });
    }
    throw new ScrimError('SCRIM_LEDGER_TORN', { path: this.path, bytes: size - scanner.validSize });
  }

  #adopt(scanner: LedgerScanner): void {
    this.#head = scanner.head;
    this.#size = scanner.validSize;
    this.#hash = scanner.head.seq < 0 ? (this.#options.hash ?? 'sha256') : scanner.hash;
  }

  #checkAcknowledged(): void {
    const acknowledged = readHeadFile(this.path);
    if (acknowledged === null) return;
    if (acknowledged.seq > this.#head.seq) throw this.#truncated(undefined, acknowledged.seq);
    if (acknowledged.seq === this.#head.seq && acknowledged.hash !== this.#head.hash) {
      const problem = 'its last record is not the acknowledged one';
      throw new ScrimError('SCRIM_LEDGER_BROKEN', { path: this.path, record: this.#head.seq, problem });
    }
  }

  #truncated(scanner?: LedgerScanner, expected: number = this.#head.seq): ScrimError {
    const found = scanner?.head.seq ?? this.#head.seq;
    return new ScrimError('SCRIM_LEDGER_TRUNCATED', { path: this.path, found, expected });
  }

  #broken(scanner: LedgerScanner): ScrimError {
    const problem = scanner.problem?.reason ?? 'not-json';
    return new ScrimError('SCRIM_LEDGER_BROKEN', { path: this.path, record: scanner.head.seq + 1, problem });
  }

  #opening(): { type: string; dataText: string } {
    const id = `ledger-${hexOf(new SecureRandom().bytes(8))}`;
    const data = { schema: 'scrim.ledger/1', id, hash: this.#hash };
    return { type: 'ledger.opened', dataText: entryText({ type: 'ledger.opened', data }) };
  }

  async #begin(handle: Handle): Promise<void> {
    this.#hash = this.#options.hash ?? 'sha256';
    await this.#write(handle, this.#lines([this.#opening()]), false);
    await syncFolder(this.path);
  }

  async #exclusive(section: (handle: Handle) => Promise<void>): Promise<void> {
    const fs = nodeFs('A ledger');
    const { timeout } = this.#options;
    const lock: HeldLock = await lockFile(this.path, timeout === undefined ? {} : { timeout });
    let handle: Handle | undefined;
    try {
      handle = await fs.promises.open(this.path, fs.constants.O_RDWR | fs.constants.O_CREAT, 0o600);
      await section(handle);
    } catch (error) {
      const reason = (error as { code?: unknown }).code;
      if (error instanceof ScrimError || typeof reason !== 'string') throw error;
      throw new ScrimError('SCRIM_LEDGER_WRITE', { path: this.path, reason }, { cause: error });
    } finally {
      await handle?.close().catch(() => undefined);
      lock.release();
    }
  }
}

interface Line {
  readonly line: string;
  readonly head: Head;
}
