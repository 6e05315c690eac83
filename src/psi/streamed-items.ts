/**
 * Items from a stream of tables, on a disk: memory is that of one part of the keys or of one bucket, however many there are.
 *
 * First pass, before the session: each normalised key goes to one of 64 files by a hash; each file is read once, repeated keys
 * are found, and what is left gets a number: the same in every process that reads the same rows, as a resumed run needs. With the session's id the keys are digested and go to one file for
 * each bucket. All files are enciphered (AES-256-CTR) under a key that never leaves memory, so that what a killed process
 * leaves behind cannot be read. Hash partitioning: Shapiro 1986, "Join processing in database systems with large main memories".
 * @module
 */
import type { Cipher } from 'node:crypto';
import { nodeBuiltin, nodeCrypto, nodeFs, ScrimError, SecureRandom, Sha256 } from '../core/index.js';
import type { Table } from '../table/index.js';
import { bucketSize, type Split } from './buckets.js';
import type { ItemDigests } from './item-digest.js';
import type { ItemSource } from './item-source.js';
import { eachKey, type KeyOptions, refuseDuplicates } from './items.js';
import type { SideReport } from './tables.js';

/** Files of the first pass. */
const PARTS = 64;
/** Bytes of all write buffers together. */
const BUFFERS = 2 ** 25;
/** Bytes of a digest and its item's number. */
const ENTRY = 20;

/** Items of a stream of tables. */
export interface StreamedItems extends ItemSource {
  readonly report: SideReport;
  /** One bit for each row of the stream: set where the row's key is among the items. */
  matchedRows(items: Uint32Array): Uint8Array;
  /** Removes the files. */
  close(): void;
}

interface SpillFile {
  readonly iv: Uint8Array;
  readonly cipher: Cipher;
  readonly buffer: Uint8Array;
  used: number;
}

/** Enciphered files that are appended to, then read whole, in a folder of this process. */
class SpillFolder {
  readonly #fs = nodeFs('Spilled keys');
  readonly #key = new SecureRandom().bytes(32);
  readonly #path: string;
  readonly #files = new Map<string, SpillFile>();
  readonly #limit: number;

  constructor(folder: string | undefined, files: number) {
    const os = nodeBuiltin<typeof import('node:os')>('node:os');
    const base = folder ?? os?.tmpdir() ?? '.';
    this.#limit = Math.max(1024, Math.min(2 ** 17, Math.floor(BUFFERS / files)));
    try {
      this.#fs.mkdirSync(base, { recursive: true });
      removeAbandoned(this.#fs, base);
      this.#path = this.#fs.mkdtempSync(`${base}/scrim-psi-${process.pid}-`);
    } catch (error) {
      throw unwritable(base, error);
    }
  }

  /** Appends a copy of the first `length` bytes. */
  append(name: string, bytes: Uint8Array, length: number = bytes.length): void {
    let file = this.#files.get(name);
    if (file === undefined) {
      const iv = new SecureRandom().bytes(16);
      const crypto = nodeCrypto() as NonNullable<ReturnType<typeof nodeCrypto>>;
      const cipher = crypto.createCipheriv('aes-256-ctr', this.#key, iv);
      file = { iv, cipher, buffer: new Uint8Array(this.#limit), used: 0 };
      this.#files.set(name, file);
    }
    const { buffer } = file;
    if (file.used + length > buffer.length) this.#flush(name, file);
    if (length > buffer.length) {
      this.#write(name, file.cipher.update(bytes.subarray(0, length)));
      return;
    }
    for (let i = 0, at = file.used; i < length; i++, at++) buffer[at] = bytes[i] as number;
    file.used += length;
  }

  #flush(name: string, file: SpillFile): void {
    if (file.used === 0) return;
    this.#write(name, file.cipher.update(file.buffer.subarray(0, file.used)));
    file.used = 0;
  }

  #write(name: string, bytes: Uint8Array): void {
    try {
      this.#fs.appendFileSync(`${this.#path}/${name}`, bytes, { mode: 0o600 });
    } catch (error) {
      throw unwritable(this.#path, error);
    }
  }

  /** All bytes of a file. */
  read(name: string): Uint8Array {
    const file = this.#files.get(name);
    if (file === undefined) return new Uint8Array(0);
    this.#flush(name, file);
    const crypto = nodeCrypto() as NonNullable<ReturnType<typeof nodeCrypto>>;
    let bytes: Uint8Array;
    try {
      bytes = this.#fs.readFileSync(`${this.#path}/${name}`);
    } catch (error) {
      throw unwritable(this.#path, error);
    }
    return new Uint8Array(crypto.createDecipheriv('aes-256-ctr', this.#key, file.iv).update(bytes));
  }

  remove(name: string): void {
    this.#files.delete(name);
    this.#fs.rmSync(`${this.#path}/${name}`, { force: true });
  }

  close(): void {
    this.#files.clear();
    this.#key.fill(0);
    this.#fs.rmSync(this.#path, { recursive: true, force: true });
  }
}

/** Removes what processes left behind that are no more. */
function removeAbandoned(fs: ReturnType<typeof nodeFs>, base: string): void {
  for (const name of fs.readdirSync(base)) {
    const pid = Number(/^scrim-psi-(\d+)-/.exec(name)?.[1] ?? 0);
    if (pid === 0) continue;
    try {
      process.kill(pid, 0);
    } catch (error) {
      if ((error as { code?: unknown }).code === 'ESRCH')
        fs.rmSync(`${base}/${name}`, { recursive: true, force: true });
    }
  }
}

function unwritable(path: string, error: unknown): ScrimError {
  const reason = String((error as { code?: unknown }).code ?? 'unknown');
  return new ScrimError('SCRIM_FILE_UNWRITABLE', { path, reason });
}

/**
 * Reads the keys of a stream of tables.
 *
 * @param options - as for `tableKeys`; `folder` is where files go, default the system's temporary folder; `buckets` how many there will be
 * @throws as `tableKeys`; SCRIM_FILE_UNWRITABLE, SCRIM_PLATFORM_FILES
 */
export async function streamedItems(
  tables: AsyncIterable<Table>,
  columns: readonly string[],
  options: KeyOptions & { readonly folder?: string; readonly buckets: number },
): Promise<StreamedItems> {
  const spill = new SpillFolder(options.folder, Math.max(2 * PARTS, options.buckets));
  try {
    const { rows, missing, notNormalised } = await spillKeys(spill, tables, columns, options);
    const { counts, fingerprint } = numberItems(spill);
    const count = counts.reduce((sum, one) => sum + one, 0);
    const duplicates = rows - missing - notNormalised - count;
    refuseDuplicates(duplicates, options);
    return {
      count,
      fingerprint: () => fingerprint,
      report: { rows, keys: count, missing, notNormalised, duplicates },
      split: (digests, buckets, announced) => spillBuckets(spill, counts, digests, buckets, announced),
      matchedRows: (items) => rowsOf(spill, items, counts, rows),
      close: () => spill.close(),
    };
  } catch (error) {
    spill.close();
    throw error;
  }
}

/** Key records by part: row (4), length (4), bytes. */
async function spillKeys(
  spill: SpillFolder,
  tables: AsyncIterable<Table>,
  columns: readonly string[],
  options: KeyOptions,
): Promise<{ rows: number; missing: number; notNormalised: number }> {
  const encoder = new TextEncoder();
  const names = Array.from({ length: PARTS }, (_, part) => `keys-${part}`);
  let record = new Uint8Array(1024);
  let view = new DataView(record.buffer);
  const { progress, ...rest } = options;
  let rows = 0;
  let missing = 0;
  let notNormalised = 0;
  for await (const table of tables) {
    const base = rows;
    eachKey(table, columns, rest, (row, key) => {
      if (key === null) missing++;
      else if (key === undefined) notNormalised++;
      else {
        if (8 + 3 * key.length > record.length) {
          record = new Uint8Array(16 + 4 * key.length);
          view = new DataView(record.buffer);
        }
        const { written } = encoder.encodeInto(key, record.subarray(8));
        view.setUint32(0, base + row);
        view.setUint32(4, written);
        spill.append(names[partOfKey(record, 8, 8 + written)] as string, record, 8 + written);
      }
    });
    rows += table.rows;
    if (rows > 2 ** 31) throw new ScrimError('SCRIM_ARGUMENT', { name: 'table', problem: 'more than 2^31 rows' });
    progress?.({ stage: 'normalise', done: rows, total: null, unit: 'rows' });
  }
  return { rows, missing, notNormalised };
}

/** FNV-1a, mixed: only to spread. */
function partOfKey(bytes: Uint8Array, from: number, to: number): number {
  let hash = 0x811c9dc5;
  for (let i = from; i < to; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
  hash ^= hash >>> 15;
  return (Math.imul(hash, 0x85ebca6b) >>> 16) % PARTS;
}

/** Finds repeated keys part by part: distinct keys as length (4) and bytes, and row (4) with item of its part (4). */
function numberItems(spill: SpillFolder): { counts: number[]; fingerprint: string } {
  const hash = new Sha256();
  const counts: number[] = [];
  const pair = new Uint8Array(8);
  const words = new DataView(pair.buffer);
  for (let part = 0; part < PARTS; part++) {
    const bytes = spill.read(`keys-${part}`);
    spill.remove(`keys-${part}`);
    hash.update(bytes);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const ids = new Map<string, number>();
    for (let at = 0; at < bytes.length; ) {
      const length = view.getUint32(at + 4);
      // One sign for each byte: exact for any bytes.
      const key = text.toString('latin1', at + 8, at + 8 + length);
      let id = ids.get(key);
      if (id === undefined) {
        id = ids.size;
        ids.set(key, id);
        spill.append(`items-${part}`, bytes.subarray(at + 4, at + 8 + length));
      }
      words.setUint32(0, view.getUint32(at));
      words.setUint32(4, id);
      spill.append(`rows-${part}`, pair);
      at += 8 + length;
    }
    counts.push(ids.size);
  }
  return { counts, fingerprint: hash.hex() };
}

/** Digests of all items, by bucket: digest (16), item (4). */
function spillBuckets(
  spill: SpillFolder,
  counts: readonly number[],
  digests: ItemDigests,
  buckets: number,
  announced: number,
): Split {
  const size = bucketSize(announced, buckets);
  const filled = new Uint32Array(buckets);
  let base = 0;
  const names = Array.from({ length: buckets }, (_, bucket) => `bucket-${bucket}`);
  for (const name of names) spill.remove(name);
  const entry = new Uint8Array(ENTRY);
  const tail = new DataView(entry.buffer, 16);
  for (let part = 0; part < PARTS; part++) {
    const bytes = spill.read(`items-${part}`);
    const count = counts[part] as number;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const offsets = new Uint32Array(count + 1);
    const texts = new Uint8Array(bytes.length - 4 * count);
    for (let item = 0, at = 0, to = 0; item < count; item++) {
      const length = view.getUint32(at);
      texts.set(bytes.subarray(at + 4, at + 4 + length), to);
      at += 4 + length;
      to += length;
      offsets[item + 1] = to;
    }
    const made = digests({ count, bytes: texts, offsets });
    const words = new DataView(made.buffer, made.byteOffset, made.byteLength);
    for (let item = 0; item < count; item++) {
      const bucket = Math.floor((words.getUint32(16 * item + 12) * buckets) / 2 ** 32);
      filled[bucket] = (filled[bucket] as number) + 1;
      for (let b = 0; b < 16; b++) entry[b] = made[16 * item + b] as number;
      tail.setUint32(0, base + item);
      spill.append(names[bucket] as string, entry);
    }
    base += count;
  }
  if (filled.some((count) => count > size)) throw new ScrimError('SCRIM_PSI_OVERFLOW', { what: 'a hash bucket' });
  let held: { readonly bucket: number; readonly members: Uint32Array; readonly digests: Uint8Array } | undefined;
  const load = (bucket: number): NonNullable<typeof held> => {
    if (held?.bucket === bucket) return held;
    const bytes = spill.read(`bucket-${bucket}`);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const members = new Uint32Array(bytes.length / ENTRY);
    const own = new Uint8Array(16 * size);
    for (let i = 0; i < members.length; i++) {
      own.set(bytes.subarray(ENTRY * i, ENTRY * i + 16), 16 * i);
      members[i] = view.getUint32(ENTRY * i + 16);
    }
    new SecureRandom().fill(own.subarray(16 * members.length));
    held = { bucket, members, digests: own };
    return held;
  };
  return { size, members: (bucket) => load(bucket).members, digests: (bucket) => load(bucket).digests };
}

function rowsOf(spill: SpillFolder, items: Uint32Array, counts: readonly number[], rows: number): Uint8Array {
  const wanted = new Uint8Array((counts.reduce((sum, one) => sum + one, 0) + 7) >> 3);
  for (let i = 0; i < items.length; i++) {
    const item = items[i] as number;
    wanted[item >> 3] = (wanted[item >> 3] as number) | (1 << (item & 7));
  }
  const marked = new Uint8Array((rows + 7) >> 3);
  let base = 0;
  for (let part = 0; part < PARTS; part++) {
    const bytes = spill.read(`rows-${part}`);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = 0; at < bytes.length; at += 8) {
      const row = view.getUint32(at);
      const item = base + view.getUint32(at + 4);
      if ((((wanted[item >> 3] as number) >> (item & 7)) & 1) === 1) {
        marked[row >> 3] = (marked[row >> 3] as number) | (1 << (row & 7));
      }
    }
    base += counts[part] as number;
  }
  return marked;
}
