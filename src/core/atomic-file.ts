/**
 * Files that appear whole or not at all: written beside the target, flushed to disk, renamed at the end.
 *
 * The temporary file has a name of its own (`.NAME.scrim-PID-RANDOM`) in the folder of the target, so the rename stays
 * within one file system and is atomic (POSIX.1-2024, `rename`); file and folder are flushed (`fsync`) around it. It is
 * removed on failure, on `abort`, at exit and on SIGINT, SIGTERM and SIGHUP; after SIGKILL or a power cut it may stay
 * behind under that name, which nothing reads or reuses. A target that is no regular file (`/dev/stdout`, a pipe) is
 * written directly.
 * @module
 */
import type { FileHandle } from 'node:fs/promises';
import { dropTemporary, keepTemporary } from './_temporaries.js';
import { Sha256 } from './digest.js';
import { ScrimError } from './errors.js';
import { nodeBuiltin, nodeFs } from './platform.js';

/** What was written. */
export interface WrittenFile {
  readonly path: string;
  /** Number of bytes. */
  readonly bytes: number;
  /** SHA-256 of the bytes, hex. */
  readonly sha256: string;
}

/** Options of {@link AtomicFile.create}. */
export interface AtomicFileOptions {
  /** Permission bits of a new file. Default: 0o666 less the umask; those of the file that is replaced, if there is one. */
  readonly mode?: number;
}

const encoder = new TextEncoder();

/**
 * A file being written. Nothing is visible under its path until {@link AtomicFile.commit}.
 *
 * @example
 * const file = await AtomicFile.create('out.csv');
 * await file.write('name\n');
 * (await file.commit()).bytes; // => 5
 */
export class AtomicFile {
  /** The path as the caller gave it. */
  readonly path: string;
  readonly #target: string;
  /** Null where the target is written directly. */
  readonly #temporary: string | null;
  readonly #handle: FileHandle;
  readonly #digest = new Sha256();
  #bytes = 0;
  #state: 'open' | 'sealed' | 'committed' | 'aborted' = 'open';

  private constructor(path: string, target: string, temporary: string | null, handle: FileHandle) {
    this.path = path;
    this.#target = target;
    this.#temporary = temporary;
    this.#handle = handle;
  }

  /**
   * Opens the temporary file beside `path`; a symbolic link is followed, so its target is what gets replaced.
   *
   * @throws SCRIM_FILE_UNWRITABLE, SCRIM_PLATFORM_FILES
   */
  static async create(path: string, options: AtomicFileOptions = {}): Promise<AtomicFile> {
    const fs = nodeFs('Writing a file');
    let temporary: string | null = null;
    try {
      const { target, mode, regular } = await inspectTarget(path);
      if (!regular) return new AtomicFile(path, target, null, await fs.promises.open(target, 'w'));
      temporary = temporaryName(target);
      const wanted = options.mode ?? mode;
      const handle = await fs.promises.open(temporary, 'wx', wanted ?? 0o666);
      keepTemporary(temporary);
      // The umask may have taken bits away that the caller named or the old file had.
      if (wanted !== undefined) await handle.chmod(wanted);
      return new AtomicFile(path, target, temporary, handle);
    } catch (error) {
      if (temporary !== null) await removeTemporary(temporary);
      throw unwritable(path, error);
    }
  }

  /** Bytes written so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Appends bytes, or text as UTF-8. Writes run one after another: await each. @throws SCRIM_FILE_UNWRITABLE */
  async write(content: Uint8Array | string): Promise<void> {
    this.#expect('open', 'write');
    const bytes = typeof content === 'string' ? encoder.encode(content) : content;
    try {
      for (let at = 0; at < bytes.length; ) at += (await this.#handle.write(bytes, at)).bytesWritten;
    } catch (error) {
      await this.abort();
      throw unwritable(this.path, error);
    }
    this.#digest.update(bytes);
    this.#bytes += bytes.length;
  }

  /** Flushes to disk and closes, without the rename: first half of a commit. @throws SCRIM_FILE_UNWRITABLE */
  async seal(): Promise<void> {
    if (this.#state === 'sealed') return;
    this.#expect('open', 'seal');
    try {
      // Pipes and devices cannot be flushed.
      if (this.#temporary !== null) await this.#handle.sync();
      await this.#handle.close();
      this.#state = 'sealed';
    } catch (error) {
      await this.abort();
      throw unwritable(this.path, error);
    }
  }

  /** Makes the file visible under its path. @throws SCRIM_FILE_UNWRITABLE */
  async commit(): Promise<WrittenFile> {
    await this.seal();
    this.#expect('sealed', 'commit');
    if (this.#temporary !== null) {
      try {
        await nodeFs('Writing a file').promises.rename(this.#temporary, this.#target);
        dropTemporary(this.#temporary);
        await syncFolder(this.#target);
      } catch (error) {
        await this.abort();
        throw unwritable(this.path, error);
      }
    }
    this.#state = 'committed';
    return { path: this.path, bytes: this.#bytes, sha256: this.#digest.hex() };
  }

  /** Removes what was written; does nothing after a commit. Never throws. */
  async abort(): Promise<void> {
    if (this.#state === 'committed' || this.#state === 'aborted') return;
    if (this.#state === 'open') await this.#handle.close().catch(() => undefined);
    this.#state = 'aborted';
    if (this.#temporary !== null) await removeTemporary(this.#temporary);
  }

  #expect(state: 'open' | 'sealed', operation: string): void {
    if (this.#state !== state) {
      throw new ScrimError('SCRIM_INTERNAL', { check: `${operation} on a file that is ${this.#state}` });
    }
  }
}

/** Writes the whole file atomically. @throws SCRIM_FILE_UNWRITABLE, SCRIM_PLATFORM_FILES */
export async function writeFileAtomic(
  path: string,
  content: Uint8Array | string,
  options: AtomicFileOptions = {},
): Promise<WrittenFile> {
  const file = await AtomicFile.create(path, options);
  await file.write(content);
  return file.commit();
}

/**
 * Commits several files as one: all are on disk before the first is renamed, and a rename that fails undoes those before it.
 *
 * Renames follow the order given: name a record before the output that it describes, so that a crash between two renames
 * can leave a record whose digest finds no output, never an output without its record.
 *
 * @throws SCRIM_FILE_UNWRITABLE; then none of the files was replaced
 */
export async function commitTogether(files: readonly AtomicFile[]): Promise<WrittenFile[]> {
  const written: WrittenFile[] = [];
  const undo: Array<() => Promise<void>> = [];
  const backups: string[] = [];
  try {
    for (const file of files) await file.seal();
    for (const file of files) {
      const backup = await backUp(file.path);
      if (backup.saved !== null) backups.push(backup.saved);
      written.push(await file.commit());
      undo.push(backup.restore);
    }
  } catch (error) {
    for (const step of undo.reverse()) await step().catch(() => undefined);
    for (const file of files) await file.abort();
    throw error;
  } finally {
    for (const backup of backups) await removeTemporary(backup);
  }
  return written;
}

interface Backup {
  /** Second name of the file that is about to be replaced, or null. */
  readonly saved: string | null;
  readonly restore: () => Promise<void>;
}

/** Keeps the file that is about to be replaced under a second name (hard link; copy where links are not supported). */
async function backUp(path: string): Promise<Backup> {
  const fs = nodeFs('Writing a file').promises;
  try {
    const { target, mode, regular } = await inspectTarget(path);
    if (!regular) return { saved: null, restore: async () => undefined };
    if (mode === undefined) return { saved: null, restore: () => fs.rm(target, { force: true }) };
    const saved = temporaryName(target);
    keepTemporary(saved);
    await fs.link(target, saved).catch(() => fs.copyFile(target, saved));
    return { saved, restore: () => fs.rename(saved, target) };
  } catch (error) {
    throw unwritable(path, error);
  }
}

interface Target {
  /** Where the file really goes: symbolic links resolved. */
  readonly target: string;
  /** Permission bits of the file that is there, undefined when there is none. */
  readonly mode: number | undefined;
  /** False for devices and pipes, which are written directly. */
  readonly regular: boolean;
}

async function inspectTarget(path: string): Promise<Target> {
  const fs = nodeFs('Writing a file').promises;
  let stat: Awaited<ReturnType<typeof fs.stat>>;
  try {
    // Before any link is resolved: `/dev/stdout` on a pipe leads to a name that does not exist, though the pipe does.
    stat = await fs.stat(path);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    return { target: path, mode: undefined, regular: true };
  }
  if (stat.isDirectory()) throw Object.assign(new Error('is a folder'), { code: 'EISDIR' });
  if (!stat.isFile()) return { target: path, mode: undefined, regular: false };
  return { target: await fs.realpath(path), mode: stat.mode & 0o777, regular: true };
}

function temporaryName(target: string): string {
  const paths = nodeBuiltin<typeof import('node:path')>('node:path') as typeof import('node:path');
  const random = Array.from(globalThis.crypto.getRandomValues(new Uint32Array(2)), (word) => word.toString(36)).join(
    '',
  );
  // File names may hold 255 bytes: a long one is cut, the random part keeps it distinct.
  const base = paths.basename(target).slice(0, 40);
  return paths.join(paths.dirname(target), `.${base}.scrim-${process.pid}-${random}`);
}

async function removeTemporary(path: string): Promise<void> {
  await nodeFs('Writing a file')
    .promises.rm(path, { force: true })
    .catch(() => undefined);
  dropTemporary(path);
}

async function syncFolder(target: string): Promise<void> {
  const paths = nodeBuiltin<typeof import('node:path')>('node:path') as typeof import('node:path');
  try {
    const folder = await nodeFs('Writing a file').promises.open(paths.dirname(target), 'r');
    await folder.sync().finally(() => folder.close());
  } catch {
    // Windows and some network file systems cannot flush a folder; the rename itself stands.
  }
}

function codeOf(error: unknown): string {
  const code = (error as { code?: unknown }).code;
  return typeof code === 'string' ? code : 'unknown reason';
}

function unwritable(path: string, error: unknown): ScrimError {
  if (error instanceof ScrimError) return error;
  return new ScrimError('SCRIM_FILE_UNWRITABLE', { path, reason: codeOf(error) });
}
