/**
 * Faults: killed writers, a full disk, a failing flush, a head file that lags, locks of dead breakers. Nothing acknowledged is lost.
 */
import { copyFileSync, existsSync, mkdtempSync, promises, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Ledger, verifyLedger } from '../../src/audit/index.js';
import { lockFile, lockFileSync } from '../../src/crypto/index.js';
import { killAgainAndAgain } from './kill.js';

const step = (n: number): { type: string; data: { n: number } } => ({ type: 'test.step', data: { n } });

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'scrim-faults-'));
  path = join(folder, 'ledger.jsonl');
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

/** Prototype of file handles, to make their methods fail. */
async function handlePrototype(): Promise<promises.FileHandle> {
  const handle = await promises.open(folder, 'r');
  await handle.close();
  return Object.getPrototypeOf(handle) as promises.FileHandle;
}

const failure = (code: string): Error => Object.assign(new Error(code), { code });

describe('killed writers', () => {
  it('two writers under SIGKILL: whole records or a named torn tail, every acknowledged record in place', async () => {
    expect((await killAgainAndAgain(2)).records).toBeGreaterThan(0);
  }, 60_000);
});

describe('a failing disk', () => {
  it('full in the middle of a write: not acknowledged, taken back, and writable again later', async () => {
    const ledger = await Ledger.open(path);
    await ledger.append(step(1));
    const before = readFileSync(path);
    const prototype = await handlePrototype();
    const write = prototype.write;
    vi.spyOn(prototype, 'write').mockImplementationOnce(async function (
      this: promises.FileHandle,
      ...given: unknown[]
    ) {
      const [bytes, , , position] = given as [Uint8Array, number, number, number];
      await (write as (...all: unknown[]) => Promise<unknown>).call(this, bytes, 0, 50, position);
      throw failure('ENOSPC');
    } as never);
    await expect(ledger.append(step(2))).rejects.toMatchObject({
      code: 'SCRIM_LEDGER_WRITE',
      parameters: { reason: 'ENOSPC' },
    });
    expect(readFileSync(path).equals(before)).toBe(true);
    expect((await ledger.append(step(3))).seq).toBe(2);
    expect((await verifyLedger(path)).valid).toBe(true);
  });

  it('full, and taking back fails, too: the torn tail is named afterwards', async () => {
    const ledger = await Ledger.open(path);
    const prototype = await handlePrototype();
    const write = prototype.write;
    vi.spyOn(prototype, 'write').mockImplementationOnce(async function (
      this: promises.FileHandle,
      ...given: unknown[]
    ) {
      const [bytes, , , position] = given as [Uint8Array, number, number, number];
      await (write as (...all: unknown[]) => Promise<unknown>).call(this, bytes, 0, 50, position);
      throw failure('EIO');
    } as never);
    vi.spyOn(prototype, 'truncate').mockRejectedValueOnce(failure('EIO'));
    await expect(ledger.append(step(1))).rejects.toMatchObject({ code: 'SCRIM_LEDGER_WRITE' });
    await expect(ledger.append(step(2))).rejects.toMatchObject({ code: 'SCRIM_LEDGER_TORN' });
    expect((await Ledger.recover(path, { operator: 'o' })).removed).toBe(50);
    expect((await Ledger.open(path)).head.seq).toBe(1);
  });

  it('a flush that fails acknowledges nothing', async () => {
    const ledger = await Ledger.open(path);
    vi.spyOn(await handlePrototype(), 'datasync').mockRejectedValueOnce(failure('EIO'));
    await expect(Promise.all([ledger.append(step(1)), ledger.append(step(2))])).rejects.toMatchObject({
      code: 'SCRIM_LEDGER_WRITE',
    });
    expect((await verifyLedger(path)).records).toBe(1);
    await ledger.append(step(3));
    expect((await verifyLedger(path)).records).toBe(2);
  });

  it('a kill between flush and head note: the head lags, and the next opening goes on', async () => {
    const ledger = await Ledger.open(path);
    copyFileSync(`${path}.head`, `${path}.old`);
    await ledger.append(step(1));
    copyFileSync(`${path}.old`, `${path}.head`);
    expect(await verifyLedger(path)).toMatchObject({ valid: true, headFile: 'behind' });
    const again = await Ledger.open(path);
    expect(again.head.seq).toBe(1);
    await again.append(step(2));
    expect(await verifyLedger(path)).toMatchObject({ valid: true, headFile: 'agrees' });
  });
});

describe('locks', () => {
  const dead = (nonce: string): string => `${hostname().replace(/[^\w.-]/g, '_')}:unknown:4194304:1:${nonce}`;

  it('is exclusive inside one process and given back', async () => {
    const first = await lockFile(path);
    expect(() => lockFileSync(path, { timeout: 20 })).toThrow(expect.objectContaining({ code: 'SCRIM_LOCK_BUSY' }));
    first.release();
    lockFileSync(path, { timeout: 20 }).release();
    expect(existsSync(`${path}.lock`)).toBe(false);
  });

  it('of a dead holder is broken, also when the process that was breaking it died', async () => {
    symlinkSync(dead('aaaa'), `${path}.lock`);
    symlinkSync(dead('bbbb'), `${path}.lock.broken-aaaa`);
    symlinkSync(dead('cccc'), `${path}.lock.broken-bbbb`);
    const lock = await lockFile(path, { timeout: 2000 });
    lock.release();
    for (const left of ['', '.broken-aaaa', '.broken-bbbb', '.broken-cccc']) {
      expect(() => readFileSync(`${path}.lock${left}`)).toThrow();
    }
  });

  it('of a process whose number was given to another one is broken', async () => {
    if (process.platform !== 'linux') return;
    symlinkSync(`${hostname().replace(/[^\w.-]/g, '_')}:unknown:${process.pid}:1:dddd`, `${path}.lock`);
    (await lockFile(path, { timeout: 2000 })).release();
  });

  it('two hundred takers at once: never two holders', async () => {
    let holders = 0;
    let most = 0;
    const take = async (): Promise<void> => {
      const lock = await lockFile(path);
      most = Math.max(most, ++holders);
      await Promise.resolve();
      holders--;
      lock.release();
    };
    await Promise.all(Array.from({ length: 200 }, take));
    expect(most).toBe(1);
  });
});
