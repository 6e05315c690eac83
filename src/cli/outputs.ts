/**
 * All files of one command appear together or not at all.
 *
 * A target is claimed before the work starts, so that an unwritable path costs a second and not an hour.
 * @module
 */
import fs from 'node:fs';
import path from 'node:path';
import { AtomicFile, commitTogether, ScrimError } from '../core/index.js';

interface Claim {
  readonly option: string;
  readonly file: AtomicFile;
  content: string | Uint8Array | null;
  written: boolean;
}

/** Absolute path with links resolved, so that two spellings of one file compare equal. */
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

function isRegular(key: string): boolean {
  try {
    return fs.statSync(key, { throwIfNoEntry: false })?.isFile() ?? true;
  } catch {
    return true;
  }
}

/** The output files of one command. */
export class Outputs {
  readonly #claims = new Map<string, Claim>();
  readonly #inputs = new Map<string, string>();
  readonly #named: { readonly option: string; readonly key: string }[] = [];
  readonly #writesIn: (folder: string) => void;

  /** @param writesIn - told about every folder in which a temporary file will stand */
  constructor(writesIn: (folder: string) => void = () => undefined) {
    this.#writesIn = writesIn;
  }

  /** Names an input file, which no output may overwrite. @throws SCRIM_CLI_SAME_FILE */
  input(option: string, file: string): void {
    const key = identity(file);
    const claim = this.#claims.get(key);
    if (claim !== undefined && isRegular(key)) {
      throw new ScrimError('SCRIM_CLI_SAME_FILE', { first: option, second: claim.option, path: file });
    }
    this.#inputs.set(key, option);
  }

  /**
   * Names the file that an option of the command line stands for, whatever the command does with it: a key ring, a
   * ledger or a certificate is no more to be overwritten by the output of another option than the data.
   */
  names(option: string, file: string): void {
    this.#named.push({ option, key: identity(file) });
  }

  /**
   * Claims a target and returns the file that will become it; on disk the target stays as it is until the end.
   *
   * @param option - what the user knows it by, such as `--html`
   * @param mode - permissions of the file; default: those of the file that stands there, or as the system gives them
   * @throws SCRIM_FILE_UNWRITABLE, SCRIM_CLI_SAME_FILE
   */
  async claim(option: string, target: string, mode: { readonly mode?: number } = {}): Promise<AtomicFile> {
    const key = identity(target);
    const other =
      this.#claims.get(key)?.option ??
      this.#inputs.get(key) ??
      this.#named.find((one) => one.key === key && one.option !== option)?.option;
    const regular = isRegular(key);
    if (other !== undefined && regular) {
      throw new ScrimError('SCRIM_CLI_SAME_FILE', { first: other, second: option, path: target });
    }
    this.#writesIn(path.dirname(key));
    const file = await AtomicFile.create(target, mode);
    this.#claims.set(regular ? key : `${key}\n${option}`, { option, file, content: null, written: false });
    return file;
  }

  /** Checks that a target that someone else will write can be written and is no other file of the command. */
  async probe(option: string, target: string): Promise<void> {
    if (isRegular(identity(target))) await (await this.claim(option, target)).abort();
  }

  /** Keeps the content of a claimed target; it is written by {@link Outputs.commit}. */
  write(option: string, content: string | Uint8Array): void {
    for (const claim of this.#claims.values()) {
      if (claim.option !== option) continue;
      claim.content = content;
      claim.written = true;
    }
  }

  /** Says that a claimed file has been written by someone else, and belongs to what is committed. */
  written(file: AtomicFile): void {
    for (const claim of this.#claims.values()) if (claim.file === file) claim.written = true;
  }

  /** Puts all written files in their places, or none. @throws SCRIM_FILE_UNWRITABLE */
  async commit(): Promise<void> {
    const ready: AtomicFile[] = [];
    try {
      for (const { file, content, written } of this.#claims.values()) {
        if (content !== null) await file.write(content);
        if (written) ready.push(file);
      }
      await commitTogether(ready);
    } finally {
      await this.discard();
    }
  }

  /** Removes what was written so far; the targets stay as they were. Never throws. */
  async discard(): Promise<void> {
    for (const { file } of this.#claims.values()) await file.abort();
    this.#claims.clear();
  }
}
