/** `scrim psi`: local, over TCP with TLS, resumed after a kill, carried on a disk (issue 6, "CLI" and "Done when"). */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { executable, inFolder, scrim } from './harness.js';

const vectors = fileURLToPath(new URL('../vectors/psi/', import.meta.url));

function tls(name: string): string[] {
  return ['--cert', `${vectors}${name}.pem`, '--cert-key', `${vectors}${name}-key.pem`, '--ca', `${vectors}ca.pem`];
}

function tables(folder: string, rows: number): { left: string; right: string } {
  const left = path.join(folder, 'a.csv');
  const right = path.join(folder, 'b.csv');
  const line = (i: number, text: string): string => `${text}${13_800_000_000 + i},v${i}\n`;
  let a = 'phone,mine\n';
  let b = 'phone,theirs\n';
  for (let i = 0; i < rows; i++) a += line(i, i % 2 === 0 ? '' : '+86 ');
  for (let i = rows / 2; i < 1.5 * rows; i++) b += line(i, i % 3 === 0 ? '0086' : '');
  writeFileSync(left, a);
  writeFileSync(right, b);
  return { left, right };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address() as { port: number };
      server.close(() => resolve(address.port));
    });
  });
}

function start(argv: readonly string[]): {
  done: Promise<{ code: number | null; err: string }>;
  kill: () => void;
  err: () => string;
} {
  const [program, ...first] = executable as [string, ...string[]];
  const child = spawn(program, [...first, ...argv], { env: { ...process.env, LANG: 'en_US.UTF-8' } });
  let err = '';
  child.stderr.on('data', (bytes: Buffer) => {
    err += bytes;
  });
  const done = new Promise<{ code: number | null; err: string }>((resolve) =>
    child.on('close', (code) => resolve({ code, err })),
  );
  return { done, kill: () => child.kill('SIGKILL'), err: () => err };
}

describe('psi local', () => {
  it('writes the matched rows of the left table and a run record with the size', async () => {
    await inFolder(async (folder) => {
      const { left, right } = tables(folder, 60);
      const out = path.join(folder, 'out.csv');
      const json = path.join(folder, 'run.json');
      const words = [
        'psi',
        'local',
        '--left',
        left,
        '--right',
        right,
        '--key',
        'phone',
        '--normalize',
        'mobile',
        '-o',
        out,
        '--json',
        json,
      ];
      for (const more of [
        ['--protocol', 'kkrt'],
        ['--protocol', 'ecdh'],
        ['--protocol', 'ecdh', '--suite', 'gm'],
        ['--fast'],
      ]) {
        const { code, err } = await scrim([...words, ...more]);
        expect([code, err]).toEqual([0, '']);
        const record = JSON.parse(readFileSync(json, 'utf8'));
        expect(record).toMatchObject({
          schema: 'scrim.psi/1',
          size: 30,
          mode: 'intersection',
          security: 'semi-honest',
        });
        expect(record.transcript).toMatch(/^[0-9a-f]{64}$/);
        const lines = readFileSync(out, 'utf8').trim().split('\n');
        expect(lines.length).toBe(31);
        expect(lines[0]).toBe('phone,mine');
        expect(lines[2]).toBe('+86 13800000031,v31');
        expect(JSON.parse(readFileSync(`${out}.record.json`, 'utf8')).operation).toBe('psi');
        expect(readFileSync(json, 'utf8')).not.toContain('13800000031');
      }
    });
  });

  it('counts rows that did not normalise, repeat a key or have none; several key columns', async () => {
    await inFolder(async (folder) => {
      const a = path.join(folder, 'a.csv');
      const b = path.join(folder, 'b.csv');
      writeFileSync(a, 'phone,name\n138-0013-8000,Li\n13800138000,Li\nx,Li\n,Li\n13800138001,Wu\n');
      writeFileSync(b, 'tel,who\n１３８００１３８０００,Li\n13800138001,Li\n');
      const { out } = await scrim([
        'psi',
        'local',
        '--left',
        a,
        '--right',
        b,
        '--key',
        'phone,name',
        '--right-key',
        'tel,who',
        '--normalize',
        'mobile,none',
        '--json',
        '-',
        '--protocol',
        'ecdh',
      ]);
      const record = JSON.parse(out);
      expect(record.size).toBe(1);
      expect(record.sides.left).toEqual({ rows: 5, keys: 2, missing: 1, notNormalised: 1, duplicates: 1 });
    });
  });

  it('modes: cardinality, threshold withheld with exit 4, payload, refused cells with exit 2', async () => {
    await inFolder(async (folder) => {
      const { left, right } = tables(folder, 20);
      const out = path.join(folder, 'out.csv');
      const words = [
        'psi',
        'local',
        '--left',
        left,
        '--right',
        right,
        '--key',
        'phone',
        '--normalize',
        'mobile',
        '-o',
        out,
      ];
      expect((await scrim([...words, '--mode', 'cardinality'])).code).toBe(0);
      expect(readFileSync(out, 'utf8')).toBe('size\n10\n');
      const below = await scrim([...words.slice(0, -2), '--mode', 'threshold', '--minimum', '11', '--json', '-']);
      expect([below.code, JSON.parse(below.out).size, JSON.parse(below.out).withheld]).toEqual([
        4,
        null,
        'below-minimum',
      ]);
      expect((await scrim([...words, '--mode', 'payload', '--payload', 'theirs'])).code).toBe(0);
      expect(readFileSync(out, 'utf8').split('\n')[1]).toBe('13800000010,v10,v10');
      const refused = await scrim([...words, '--protocol', 'kkrt', '--mode', 'cardinality']);
      expect([refused.code, refused.err.includes('SCRIM_PSI_UNSUPPORTED')]).toEqual([2, true]);
      expect((await scrim([...words, '--mode', 'threshold'])).code).toBe(2);
    });
  });

  it('notes the run in a ledger, without a key', async () => {
    await inFolder(async (folder) => {
      const { left, right } = tables(folder, 20);
      const ledger = path.join(folder, 'ledger.jsonl');
      const words = [
        'psi',
        'local',
        '--left',
        left,
        '--right',
        right,
        '--key',
        'phone',
        '--normalize',
        'mobile',
        '--protocol',
        'ecdh',
      ];
      const { code, err } = await scrim([...words, '--ledger', ledger, '--operator', 'Wang', '--approval', 'A-7']);
      expect([code, err]).toEqual([0, '']);
      const text = readFileSync(ledger, 'utf8');
      expect(text).toContain('psi.run');
      expect(text).toContain('"approval":"A-7"');
      expect(text).not.toContain('1380000');
    });
  });
});

describe('psi listen and connect', () => {
  it('two processes over TLS 1.3 give the exact intersection; a killed connect resumes', {
    timeout: 120_000,
  }, async () => {
    await inFolder(async (folder) => {
      const { left, right } = tables(folder, 4000);
      const port = String(await freePort());
      const out = path.join(folder, 'out.csv');
      const key = path.join(folder, 'resume.key');
      writeFileSync(key, '5a'.repeat(32));
      const shared = [
        '--key',
        'phone',
        '--normalize',
        'mobile',
        '--port',
        port,
        '--buckets',
        '12',
        '--learns',
        'both',
        '--resume-key',
        key,
        '--wait',
        '60',
        '--progress',
        'json',
      ];
      const listen = start([
        'psi',
        'listen',
        '--in',
        left,
        ...tls('left'),
        '--peer-name',
        'right.test',
        '--resume',
        path.join(folder, 'left.ck'),
        '-o',
        out,
        '--json',
        path.join(folder, 'left.json'),
        ...shared,
      ]);
      const connecting = [
        'psi',
        'connect',
        '--in',
        right,
        ...tls('right'),
        '--peer-name',
        'left.test',
        '--resume',
        path.join(folder, 'right.ck'),
        '--json',
        path.join(folder, 'right.json'),
        ...shared,
      ];
      const first = start(connecting);
      const seen = (): boolean => /"stage":"buckets","done":[2-9]/.test(first.err());
      for (let i = 0; i < 600 && !seen(); i++) await new Promise((resolve) => setTimeout(resolve, 20));
      expect(seen()).toBe(true);
      first.kill();
      await first.done;
      expect(existsSync(path.join(folder, 'right.ck'))).toBe(true);
      const second = await start(connecting).done;
      expect(second.code, second.err).toBe(0);
      expect((await listen.done).code).toBe(0);
      // Fewer buckets than at first: it went on from the checkpoint.
      expect((second.err.match(/"stage":"buckets"/g) ?? []).length).toBeLessThan(12);
      const [one, two] = ['left.json', 'right.json'].map((name) =>
        JSON.parse(readFileSync(path.join(folder, name), 'utf8')),
      );
      expect([one.size, two.size, one.transcript]).toEqual([2000, 2000, two.transcript]);
      expect(readFileSync(out, 'utf8').trim().split('\n').length).toBe(2001);
      expect(existsSync(path.join(folder, 'right.ck'))).toBe(false);
    });
  });

  it('a stranger is not accepted, and plain TCP only on the loopback interface', { timeout: 60_000 }, async () => {
    await inFolder(async (folder) => {
      const { left, right } = tables(folder, 10);
      const port = String(await freePort());
      const shared = ['--key', 'phone', '--port', port, '--wait', '3', '--protocol', 'ecdh'];
      const listen = start(['psi', 'listen', '--in', left, ...tls('left'), ...shared]);
      const stranger = [
        '--cert',
        `${vectors}stranger.pem`,
        '--cert-key',
        `${vectors}stranger-key.pem`,
        '--ca',
        `${vectors}ca.pem`,
      ];
      const connect = await start(['psi', 'connect', '--in', right, ...stranger, '--peer-name', 'left.test', ...shared])
        .done;
      expect([connect.code, connect.err.includes('SCRIM_PSI_TRANSPORT')]).toEqual([1, true]);
      expect((await listen.done).code).toBe(1);
      const open = await scrim(['psi', 'connect', '--in', right, '--plain', '--host', '192.0.2.1', ...shared]);
      expect([open.code, open.err.includes('loopback')]).toEqual([1, true]);
    });
  });
});

describe('psi offline', () => {
  it('carries sealed frames through folders, suite gm', { timeout: 60_000 }, async () => {
    await inFolder(async (folder) => {
      const { left, right } = tables(folder, 20);
      const key = path.join(folder, 'k');
      writeFileSync(key, new Uint8Array(32).fill(9));
      for (const name of ['l', 'r']) mkdirSync(path.join(folder, name));
      const side = (name: 'left' | 'right', file: string, outbox: string, inbox: string): Promise<{ code: number }> =>
        scrim([
          'psi',
          'offline',
          '--side',
          name,
          '--in',
          file,
          '--key',
          'phone',
          '--normalize',
          'mobile',
          '--suite',
          'gm',
          '--protocol',
          'ecdh',
          '--transport-key',
          key,
          '--outbox',
          path.join(folder, outbox),
          '--inbox',
          path.join(folder, inbox),
          '--wait',
          '30',
          '--json',
          path.join(folder, `${name}.json`),
        ]);
      const codes = await Promise.all([side('left', left, 'l', 'r'), side('right', right, 'r', 'l')]);
      expect(codes.map(({ code }) => code)).toEqual([0, 0]);
      expect(JSON.parse(readFileSync(path.join(folder, 'left.json'), 'utf8')).size).toBe(10);
      // Used folders are not used again.
      expect((await side('left', left, 'l', 'r')).code).toBe(1);
    });
  });
});
