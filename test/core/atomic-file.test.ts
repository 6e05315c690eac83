import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AtomicFile, commitTogether, ScrimError, writeFileAtomic } from '../../src/core/index.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'scrim-atomic-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ScrimError);
  return `${(error as ScrimError).code} ${(error as ScrimError).parameters['reason']}`;
}

describe('AtomicFile', () => {
  it('shows nothing under the target before the commit, and exactly the bytes after it', async () => {
    const path = join(folder, '公共数据.csv');
    const file = await AtomicFile.create(path);
    await file.write('姓名,年龄\n');
    await file.write(Uint8Array.of(0, 255, 10));
    expect(readdirSync(folder)).toHaveLength(1);
    expect(readdirSync(folder)[0]).toMatch(/^\.公共数据\.csv\.scrim-/);
    const written = await file.commit();
    const bytes = readFileSync(path);
    expect(readdirSync(folder)).toEqual(['公共数据.csv']);
    expect(bytes).toEqual(Buffer.concat([Buffer.from('姓名,年龄\n'), Buffer.from([0, 255, 10])]));
    expect(written).toEqual({ path, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') });
  });

  it('leaves the old file and no rest when aborted, and abort after commit does nothing', async () => {
    const path = join(folder, 'out');
    writeFileSync(path, 'old');
    const file = await AtomicFile.create(path);
    await file.write('new');
    await file.abort();
    await file.abort();
    expect(readFileSync(path, 'utf8')).toBe('old');
    const second = await AtomicFile.create(path);
    await second.write('new');
    await second.commit();
    await second.abort();
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(readdirSync(folder)).toEqual(['out']);
  });

  it('refuses to write or commit after an abort', async () => {
    const file = await AtomicFile.create(join(folder, 'out'));
    await file.abort();
    await expect(file.write('x')).rejects.toMatchObject({ code: 'SCRIM_INTERNAL' });
    await expect(file.commit()).rejects.toMatchObject({ code: 'SCRIM_INTERNAL' });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('keeps the permissions of the file it replaces, or those asked for', async () => {
    const path = join(folder, 'key');
    await writeFileAtomic(path, 'one', { mode: 0o600 });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    chmodSync(path, 0o640);
    await writeFileAtomic(path, 'two');
    expect(statSync(path).mode & 0o777).toBe(0o640);
  });

  it('replaces what a symbolic link points to, not the link', async () => {
    mkdirSync(join(folder, 'store'));
    writeFileSync(join(folder, 'store', 'real'), 'old');
    symlinkSync(join('store', 'real'), join(folder, 'link'));
    await writeFileAtomic(join(folder, 'link'), 'new');
    expect(readFileSync(join(folder, 'store', 'real'), 'utf8')).toBe('new');
    expect(readdirSync(folder).sort()).toEqual(['link', 'store']);
    expect(readdirSync(join(folder, 'store'))).toEqual(['real']);
  });

  it('codes an unwritable path: missing folder, a file as folder, a folder as target', async () => {
    writeFileSync(join(folder, 'file'), '');
    expect(await codeOf(writeFileAtomic(join(folder, 'none', 'out'), 'x'))).toBe('SCRIM_FILE_UNWRITABLE ENOENT');
    expect(await codeOf(writeFileAtomic(join(folder, 'file', 'out'), 'x'))).toBe('SCRIM_FILE_UNWRITABLE ENOTDIR');
    expect(await codeOf(writeFileAtomic(folder, 'x'))).toBe('SCRIM_FILE_UNWRITABLE EISDIR');
    expect(readdirSync(folder)).toEqual(['file']);
  });

  it.runIf(process.platform === 'linux')(
    'writes a device directly and never replaces it; a full one is coded',
    async () => {
      await writeFileAtomic('/dev/null', 'gone');
      expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
      expect(await codeOf(writeFileAtomic('/dev/full', 'x'))).toBe('SCRIM_FILE_UNWRITABLE ENOSPC');
    },
  );

  it('accepts a file name of the longest length', async () => {
    const path = join(folder, '数'.repeat(85));
    await writeFileAtomic(path, 'x');
    expect(readdirSync(folder)).toEqual(['数'.repeat(85)]);
  });
});

describe('commitTogether', () => {
  it('commits all files', async () => {
    const files = [await AtomicFile.create(join(folder, 'a.json')), await AtomicFile.create(join(folder, 'a'))];
    for (const file of files) await file.write('x');
    const written = await commitTogether(files);
    expect(written.map(({ bytes }) => bytes)).toEqual([1, 1]);
    expect(readdirSync(folder).sort()).toEqual(['a', 'a.json']);
  });

  it('undoes the earlier renames when a later one fails: replaced files come back, new ones vanish', async () => {
    writeFileSync(join(folder, 'old'), 'old content');
    const names = ['old', 'new', 'blocked'];
    const files = [];
    for (const name of names) files.push(await AtomicFile.create(join(folder, name)));
    for (const file of files) await file.write('new content');
    // A folder that appears in the meantime makes the third rename fail.
    mkdirSync(join(folder, 'blocked'));
    expect(await codeOf(commitTogether(files))).toBe('SCRIM_FILE_UNWRITABLE EISDIR');
    expect(readdirSync(folder).sort()).toEqual(['blocked', 'old']);
    expect(readFileSync(join(folder, 'old'), 'utf8')).toBe('old content');
  });
});

describe('a process killed in the middle of a write', () => {
  const child = fileURLToPath(new URL('fixtures/write-and-wait.ts', import.meta.url));

  async function kill(signal: NodeJS.Signals, path: string): Promise<NodeJS.Signals | null> {
    const running = spawn(process.execPath, ['--import', 'tsx', child, path], { stdio: ['ignore', 'pipe', 'inherit'] });
    return new Promise((resolve, reject) => {
      running.stdout.once('data', () => running.kill(signal));
      running.once('error', reject);
      running.once('exit', (_code, by) => resolve(by));
    });
  }

  it.each(['SIGINT', 'SIGTERM'] as const)('%s ends it by that signal and leaves only the old file', async (signal) => {
    writeFileSync(join(folder, 'out'), 'old');
    expect(await kill(signal, join(folder, 'out'))).toBe(signal);
    expect(readdirSync(folder)).toEqual(['out']);
    expect(readFileSync(join(folder, 'out'), 'utf8')).toBe('old');
  });

  it('SIGKILL leaves the old file whole, and the stale temporary file harms no later write', async () => {
    writeFileSync(join(folder, 'out'), 'old');
    expect(await kill('SIGKILL', join(folder, 'out'))).toBe('SIGKILL');
    expect(readFileSync(join(folder, 'out'), 'utf8')).toBe('old');
    const stale = readdirSync(folder).filter((name) => name !== 'out');
    expect(stale).toHaveLength(1);
    await writeFileAtomic(join(folder, 'out'), 'new');
    expect(readFileSync(join(folder, 'out'), 'utf8')).toBe('new');
    expect(readdirSync(folder).sort()).toEqual([...stale, 'out'].sort());
  });
});
