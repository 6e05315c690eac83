/**
 * An exclusive lock beside a file that outlives no process: taken by one atomic system call, broken when its holder died.
 *
 * The lock is a symbolic link `FILE.lock` whose target text names the holder (host, boot, process, start time, nonce):
 * creation is atomic, carries its content, and leaves no half-written file. A lock of a dead holder is broken by whoever
 * first creates `FILE.lock.broken-NONCE`, so two processes never both remove it; a breaker that dies in between is
 * broken the same way. A holder on another host cannot be judged from here: that stays SCRIM_LOCK_BUSY.
 * Where symbolic links are not allowed an exclusively created file takes their place.
 * @module
 */
import { hexOf, nodeBuiltin, nodeFs, ScrimError, SecureRandom } from '../core/index.js';

/** How long to wait for a lock. */
export interface LockOptions {
  /** Milliseconds until SCRIM_LOCK_BUSY; default 30,000. */
  readonly timeout?: number;
}

/** A lock that is held. */
export interface HeldLock {
  /** Gives it back; once. */
  release(): void;
}

interface Owner {
  readonly host: string;
  readonly boot: string;
  readonly pid: number;
  readonly start: string;
  readonly nonce: string;
}

type Fs = typeof import('node:fs');

let self: Omit<Owner, 'nonce'> | undefined;

function identity(fs: Fs): Omit<Owner, 'nonce'> {
  self ??= {
    host: (nodeBuiltin<typeof import('node:os')>('node:os')?.hostname() ?? 'unknown').replace(/[^\w.-]/g, '_'),
    boot: readText(fs, '/proc/sys/kernel/random/boot_id').slice(0, 8) || 'unknown',
    pid: globalThis.process.pid,
    start: startTime(fs, globalThis.process.pid),
  };
  return self;
}

function readText(fs: Fs, path: string): string {
  try {
    return fs.readFileSync(path, 'latin1').trim();
  } catch {
    return '';
  }
}

/** Start time of a process in clock ticks since boot (proc(5), stat field 22), `unknown` where /proc does not exist. */
function startTime(fs: Fs, pid: number): string {
  const stat = readText(fs, `/proc/${pid}/stat`);
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? 'unknown';
}

function describe(owner: Owner): string {
  return [owner.host, owner.boot, owner.pid, owner.start, owner.nonce].join(':');
}

function parse(text: string): Owner | undefined {
  const [host, boot, pid, start, nonce] = text.split(':');
  if (host === undefined || boot === undefined || pid === undefined || start === undefined || nonce === undefined) {
    return undefined;
  }
  return { host, boot, pid: Number(pid), start, nonce };
}

/** Creates the lock with its content in one step; false when it exists. */
function create(fs: Fs, path: string, content: string): boolean {
  try {
    fs.symlinkSync(content, path);
    return true;
  } catch (error) {
    const code = (error as { code?: string }).code;
    if (code === 'EEXIST') return false;
    if (code !== 'EPERM' && code !== 'ENOSYS' && code !== 'EOPNOTSUPP') {
      throw new ScrimError('SCRIM_FILE_UNWRITABLE', { path, reason: String(code) }, { cause: error });
    }
  }
  try {
    fs.writeFileSync(path, content, { flag: 'wx' });
    return true;
  } catch (error) {
    const code = (error as { code?: string }).code;
    if (code === 'EEXIST') return false;
    throw new ScrimError('SCRIM_FILE_UNWRITABLE', { path, reason: String(code) }, { cause: error });
  }
}

/** Content of a lock, or undefined when it is gone. */
function read(fs: Fs, path: string): string | undefined {
  try {
    return fs.readlinkSync(path);
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return undefined;
  }
  return readText(fs, path) || undefined;
}

function remove(fs: Fs, path: string): void {
  try {
    fs.unlinkSync(path);
  } catch {
    // Already gone.
  }
}

function dead(fs: Fs, owner: Owner): boolean {
  const me = identity(fs);
  if (owner.host !== me.host) return false;
  if (owner.boot !== me.boot && owner.boot !== 'unknown' && me.boot !== 'unknown') return true;
  try {
    globalThis.process.kill(owner.pid, 0);
  } catch (error) {
    return (error as { code?: string }).code === 'ESRCH';
  }
  const start = startTime(fs, owner.pid);
  return start !== 'unknown' && owner.start !== 'unknown' && start !== owner.start;
}

/** Breaks the lock `path` that still reads `content` of a dead owner; the right to do so goes to one process only. */
function breakLock(fs: Fs, lock: string, path: string, content: string, owner: Owner, mine: string): void {
  const marker = `${lock}.broken-${owner.nonce}`;
  if (!create(fs, marker, mine)) {
    const holder = read(fs, marker);
    const breaker = holder === undefined ? undefined : parse(holder);
    if (holder !== undefined && breaker !== undefined && dead(fs, breaker)) {
      breakLock(fs, lock, marker, holder, breaker, mine);
    }
    return;
  }
  if (read(fs, path) === content) remove(fs, path);
  remove(fs, marker);
}

function attempt(fs: Fs, lock: string, content: string): string | undefined {
  if (create(fs, lock, content)) return undefined;
  const found = read(fs, lock);
  if (found === undefined) return '';
  const owner = parse(found);
  if (owner !== undefined && dead(fs, owner)) breakLock(fs, lock, lock, found, owner, content);
  return found;
}

function held(fs: Fs, lock: string, content: string): HeldLock {
  return {
    release() {
      if (read(fs, lock) === content) remove(fs, lock);
    },
  };
}

function start(path: string): { fs: Fs; lock: string; content: string } {
  const fs = nodeFs('Locking a file');
  const nonce = hexOf(new SecureRandom().bytes(8));
  return { fs, lock: `${path}.lock`, content: describe({ ...identity(fs), nonce }) };
}

function busy(lock: string, found: string): ScrimError {
  const owner = parse(found);
  const holder = owner === undefined ? 'unknown' : `process ${owner.pid} on ${owner.host}`;
  return new ScrimError('SCRIM_LOCK_BUSY', { path: lock, holder });
}

/** Takes the lock of `path`, waiting without blocking the event loop. @throws SCRIM_LOCK_BUSY, SCRIM_FILE_UNWRITABLE */
export async function lockFile(path: string, options: LockOptions = {}): Promise<HeldLock> {
  const { fs, lock, content } = start(path);
  const deadline = Date.now() + (options.timeout ?? 30_000);
  for (let round = 0; ; round++) {
    const found = attempt(fs, lock, content);
    if (found === undefined) return held(fs, lock, content);
    if (Date.now() > deadline) throw busy(lock, found);
    await new Promise((resolve) => setTimeout(resolve, round < 20 ? 1 : 10));
  }
}

/** Takes the lock of `path`, blocking the thread: for sections of a few milliseconds. @throws as {@link lockFile} */
export function lockFileSync(path: string, options: LockOptions = {}): HeldLock {
  const { fs, lock, content } = start(path);
  const deadline = Date.now() + (options.timeout ?? 30_000);
  const bell = new Int32Array(new SharedArrayBuffer(4));
  for (let round = 0; ; round++) {
    const found = attempt(fs, lock, content);
    if (found === undefined) return held(fs, lock, content);
    if (Date.now() > deadline) throw busy(lock, found);
    Atomics.wait(bell, 0, 0, round < 20 ? 1 : 10);
  }
}
