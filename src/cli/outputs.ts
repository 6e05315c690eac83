/**
 * All files of one command appear together or not at all: written beside their targets, flushed, renamed at the end.
 *
 * A target is claimed before the work starts, so that an unwritable path costs seconds and not an hour. When a rename
 * fails half-way, the renames before it are undone. Devices and pipes (`/dev/stdout`, `/dev/null`) are written directly.
 * @module
 */
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { ScrimError } from '../core/index.js';

interface Claim {
  readonly option: string;
  readonly target: string;
  /** File to write before the rename; the target itself where it is a device or pipe. */
  readonly temporary: string;
  readonly direct: boolean;
  /** What a device or pipe will get at the end. */
  pending: string | Uint8Array | null;
  written: boolean;
}

function unwritable(target: string, error: unknown): ScrimError {
  const reason = String((error as { code?: string }).code ?? 'unknown');
  return new ScrimError('SCRIM_FILE_UNWRITABLE', { path: target, reason });
}

/** Absolute path with links of the folder resolved, so that two spellings of one file compare equal. */
function identity(file: string): string {
  const absolute = path.resolve(file);
  try {
    return fs.realpathSync(absolute);
  } catch {
    try {
      return path.join(fs.realpathSync(path.dirname(absolute)), path.basename(absolute));
    } catch {
      return absolute;
    }
  }
}

const open = new Set<Outputs>();

/** Removes the temporary files of commands that did not come to their end: called when the process ends. */
export function discardOpenOutputs(): void {
  for (const outputs of open) outputs.discard();
}

/** The output files of one command. */
export class Outputs {
  readonly #claims = new Map<string, Claim>();
  readonly #inputs = new Map<string, string>();
  readonly #backups: { target: string; backup: string }[] = [];

  /** Names an input file, which no output may overwrite. @throws SCRIM_CLI_SAME_FILE */
  input(option: string, file: string): void {
    const key = identity(file);
    const claim = this.#claims.get(key);
    if (claim !== undefined) {
      throw new ScrimError('SCRIM_CLI_SAME_FILE', { first: option, second: claim.option, path: file });
    }
    this.#inputs.set(key, option);
  }

  /**
   * Claims a target and returns the file to write for now. @throws SCRIM_FILE_UNWRITABLE, SCRIM_CLI_SAME_FILE
   *
   * @param option - what the user knows it by, such as `--html`
   */
  claim(option: string, target: string): string {
    const key = identity(target);
    const other = this.#claims.get(key)?.option ?? this.#inputs.get(key);
    const stats = fs.statSync(key, { throwIfNoEntry: false });
    const direct = stats !== undefined && !stats.isFile() && !stats.isDirectory();
    if (other !== undefined && !direct) {
      throw new ScrimError('SCRIM_CLI_SAME_FILE', { first: other, second: option, path: target });
    }
    if (stats?.isDirectory() === true) throw unwritable(target, { code: 'EISDIR' });
    const temporary = direct
      ? key
      : path.join(path.dirname(key), `.scrim-${process.pid}-${randomBytes(6).toString('hex')}.tmp${path.extname(key)}`);
    try {
      if (stats?.isFile() === true) fs.accessSync(key, fs.constants.W_OK);
      if (!direct) fs.closeSync(fs.openSync(temporary, 'wx', stats?.mode ?? 0o666));
    } catch (error) {
      throw unwritable(target, error);
    }
    open.add(this);
    this.#claims.set(direct ? `${key} ${option}` : key, {
      option,
      target: key,
      temporary,
      direct,
      pending: null,
      written: false,
    });
    return temporary;
  }

  /** Writes the whole content of a claimed target. @throws SCRIM_FILE_UNWRITABLE */
  write(target: string, content: string | Uint8Array): void {
    const claim = this.#find(target);
    claim.written = true;
    if (claim.direct) {
      claim.pending = content;
      return;
    }
    try {
      fs.writeFileSync(claim.temporary, content);
    } catch (error) {
      throw unwritable(target, error);
    }
  }

  /** Says that the file returned by {@link Outputs.claim} has been written by someone else. */
  written(target: string): void {
    this.#find(target).written = true;
  }

  #find(target: string): Claim {
    const key = identity(target);
    const claim = this.#claims.get(key) ?? [...this.#claims.values()].find((one) => one.direct && one.target === key);
    if (claim === undefined)
      throw new ScrimError('SCRIM_INTERNAL', { check: 'an output was written that nobody claimed' });
    return claim;
  }

  /** Puts all written files in their places, or none. @throws SCRIM_FILE_UNWRITABLE */
  commit(): void {
    for (const claim of this.#claims.values()) {
      if (claim.direct || !claim.written) continue;
      try {
        this.#flush(claim);
      } catch (error) {
        throw unwritable(claim.target, error);
      }
    }
    const placed: Claim[] = [];
    for (const claim of this.#claims.values()) {
      if (claim.direct || !claim.written) continue;
      try {
        this.#backUp(claim.target);
        fs.renameSync(claim.temporary, claim.target);
        placed.push(claim);
      } catch (error) {
        for (const one of placed) fs.rmSync(one.target, { force: true });
        for (const { target, backup } of this.#backups) fs.renameSync(backup, target);
        this.#backups.length = 0;
        throw unwritable(claim.target, error);
      }
    }
    for (const { backup } of this.#backups) fs.rmSync(backup, { force: true });
    this.#backups.length = 0;
    for (const claim of this.#claims.values()) if (claim.pending !== null) this.#writeDirect(claim, claim.pending);
    this.discard();
  }

  #writeDirect(claim: Claim, content: string | Uint8Array): void {
    try {
      fs.writeFileSync(claim.target, content);
    } catch (error) {
      if ((error as { code?: string }).code !== 'EPIPE') throw unwritable(claim.target, error);
    }
  }

  #flush(claim: Claim): void {
    const handle = fs.openSync(claim.temporary, 'r+');
    try {
      fs.fsyncSync(handle);
    } finally {
      fs.closeSync(handle);
    }
  }

  /** A second name for the file that is about to be replaced, so that it can come back. One file alone needs none. */
  #backUp(target: string): void {
    if (this.#claims.size < 2 || !fs.existsSync(target)) return;
    const backup = path.join(path.dirname(target), `.scrim-${process.pid}-${randomBytes(6).toString('hex')}.old`);
    try {
      fs.linkSync(target, backup);
    } catch {
      fs.copyFileSync(target, backup);
    }
    this.#backups.push({ target, backup });
  }

  /** Removes what was written so far; the targets stay as they were. Never throws. */
  discard(): void {
    for (const claim of this.#claims.values()) {
      if (!claim.direct) fs.rmSync(claim.temporary, { force: true });
    }
    for (const { backup } of this.#backups) fs.rmSync(backup, { force: true });
    this.#claims.clear();
    open.delete(this);
  }
}
