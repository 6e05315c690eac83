/** What only a process of its own can show: pipes, exit codes, signals, no stack trace, start-up without the rooms. */
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Ledger } from '../../src/audit/index.js';
import { toScrimError } from '../../src/cli/failure.js';
import { executable, filesIn, inFolder, spawned } from './harness.js';

describe('process', () => {
  it('prints its version and exits 0; a failure exits with its code', () =>
    inFolder(async (folder) => {
      const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
      expect(await spawned(['--version'], folder)).toMatchObject({ code: 0, out: `${version}\n` });
      expect((await spawned(['risk', 'x.csv', '--qi', 'a'], folder)).code).toBe(2);
    }));

  it('a closed pipe is no failure: no stack trace, the exit code of the command', () =>
    inFolder(async (folder) => {
      const rows = Array.from({ length: 30_000 }, (_, i) => String(i % 9000)).join('\n');
      writeFileSync(path.join(folder, 'in.csv'), `a\n${rows}\n`);
      const outcome = await spawned(
        ['risk', 'in.csv', '--qi', 'a', '--json', '-'],
        folder,
        (command) => `${command} | head -c 10; echo " \${PIPESTATUS[0]}"`,
      );
      expect(outcome.out).toBe('{\n  "schem 0\n');
      expect(outcome.err).toBe('');
    }));

  it('--json - in a pipe is complete, also when it is larger than the pipe', () =>
    inFolder(async (folder) => {
      const ledger = await Ledger.open(path.join(folder, 'l.jsonl'));
      const data = { text: 'x'.repeat(200) };
      await ledger.appendAll(Array.from({ length: 500 }, () => ({ type: 'test.entry', data })));
      await ledger.close();
      const argv = ['ledger', 'show', 'l.jsonl', '--json', '-'];
      const { out, code } = await spawned(argv, folder, (command) => `${command} | (sleep 0.2; cat)`);
      expect(code).toBe(0);
      expect(out.length).toBeGreaterThan(65536);
      expect(JSON.parse(out).records).toHaveLength(501);
    }));

  it('a pipe given as a file is written, not replaced', () =>
    inFolder(async (folder) => {
      writeFileSync(path.join(folder, 'in.csv'), 'a\n1\n');
      const argv = ['risk', 'in.csv', '--qi', 'a', '-q', '--json', '/proc/self/fd/1'];
      const outcome = await spawned(argv, folder, (command) => `${command} | cat`);
      expect(outcome.err).toBe('');
      expect(JSON.parse(outcome.out).schema).toBe('scrim.risk/1');
    }));

  it('Ctrl-C while reading: SCRIM_CANCELLED, exit 1, no half-written or temporary file', () =>
    inFolder(async (folder) => {
      writeFileSync(path.join(folder, 'in.csv'), `a,b\n${'12345,abcdefgh\n'.repeat(2_000_000)}`);
      const [program, ...first] = executable as [string, ...string[]];
      const argv = ['anonymize', 'in.csv', '--qi', 'a', '--k', '2', '-o', 'out.csv', '--progress', 'json'];
      const child = spawn(program, [...first, ...argv], { cwd: folder, env: { ...process.env, LANG: 'en' } });
      let err = '';
      child.stderr.on('data', (bytes: Buffer) => {
        if (err === '') child.kill('SIGINT');
        err += bytes;
      });
      const code = await new Promise((resolve) => child.on('close', resolve));
      expect(err).toContain('SCRIM_CANCELLED');
      expect(code).toBe(1);
      expect(filesIn(folder)).toEqual(['in.csv']);
    }));
});

describe('foreign errors', () => {
  it('become SCRIM_INTERNAL without their message, which may quote data', () => {
    let thrown: unknown;
    try {
      JSON.parse('{"name": 张三}');
    } catch (error) {
      thrown = error;
    }
    const error = toScrimError(thrown, 'x');
    expect(error.code).toBe('SCRIM_INTERNAL');
    expect(JSON.stringify(error)).not.toContain('张三');
    expect(error.localize('zh-CN').message).toContain('SyntaxError');
    expect(toScrimError('secret text', 'x').message).not.toContain('secret');
  });

  it('of the file system become coded errors with path and reason', () => {
    const system = (code: string, syscall: string): Error =>
      Object.assign(new Error('x'), { code, syscall, path: 'p.csv' });
    expect(toScrimError(system('ENOENT', 'open'), 'x').code).toBe('SCRIM_FILE_MISSING');
    expect(toScrimError(system('EISDIR', 'read'), 'x').code).toBe('SCRIM_FILE_UNREADABLE');
    const nameless = (code: string, syscall: string): Error => Object.assign(new Error('x'), { code, syscall });
    expect(toScrimError(nameless('EIO', 'read'), 'x').code).toBe('SCRIM_FILE_UNREADABLE');
    expect(toScrimError(nameless('ENOSPC', 'write'), 'x').code).toBe('SCRIM_FILE_UNWRITABLE');
    expect(toScrimError(system('ENOSPC', 'write'), 'x').code).toBe('SCRIM_FILE_UNWRITABLE');
    expect(toScrimError(new DOMException('x', 'AbortError'), 'x').code).toBe('SCRIM_CANCELLED');
  });
});
