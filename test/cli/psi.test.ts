/** `scrim psi`: local, over TCP with TLS, resumed after a kill, carried on a disk (issue 6, "CLI" and "Done when"). */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { tableFromColumns, writeParquet } from '../../src/table/index.js';
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
        '--left-key',
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
      const listened = await listen.done;
      expect(listened.code).toBe(1);
      expect(listened.err).toMatch(/the last that tried was refused \([A-Z_]+\)/);
      // Certified by the same authority, but not the partner that this side named.
      const wary = start(['psi', 'listen', '--in', left, ...tls('left'), '--peer-name', 'third.test', ...shared]);
      const other = await start([
        'psi',
        'connect',
        '--in',
        right,
        ...tls('right'),
        '--peer-name',
        'left.test',
        ...shared,
      ]).done;
      expect([other.code, other.err.includes('SCRIM_PSI_TRANSPORT')]).toEqual([1, true]);
      const waited = await wary.done;
      expect(waited.code).toBe(1);
      expect(waited.err).toContain('another name in its certificate');
      const open = await scrim(['psi', 'connect', '--in', right, '--plain', '--host', '192.0.2.1', ...shared]);
      expect([open.code, open.err.includes('loopback')]).toEqual([1, true]);
    });
  });
});

describe('psi publish', () => {
  it('serves queries over TCP with a table that was handed over before; rotation, use count, wrong files', {
    timeout: 120_000,
  }, async () => {
    await inFolder(async (folder) => {
      const { left, right } = tables(folder, 60);
      const at = (name: string): string => path.join(folder, name);
      writeFileSync(at('k'), 'c3'.repeat(32));
      const shared = ['--key', 'phone', '--normalize', 'mobile'];
      const publish = [
        'psi',
        'publish',
        '--in',
        right,
        ...shared,
        '--table',
        at('t'),
        '--secret',
        at('s'),
        '--secret-key',
        at('k'),
      ];
      const made = await scrim([...publish, '--evaluations', '130', '--json', '-']);
      expect([made.code, JSON.parse(made.out).size]).toEqual([0, 60]);
      expect(readFileSync(at('t')).includes('1380000')).toBe(false);
      expect(statSync(at('s')).mode & 0o777).toBe(0o600);
      const ask = async (...more: string[]): Promise<{ code: number; err: string; other: number | null }> => {
        const port = String(await freePort());
        const wire = [...shared, '--plain', '--protocol', 'oprf', '--learns', 'left', '--port', port, '--wait', '20'];
        const asking = ['psi', 'listen', ...wire, '--in', left, '-o', at('out.csv'), '--json', at('j'), ...more];
        const [{ code, err }, other] = await Promise.all([
          scrim(asking),
          scrim(['psi', 'connect', ...wire, '--secret', at('s'), '--secret-key', at('k')]),
        ]);
        return { code, err, other: other.code };
      };
      expect(await ask('--table', at('t'))).toEqual({ code: 0, err: '', other: 0 });
      expect(readFileSync(at('out.csv'), 'utf8').trim().split('\n').length).toBe(31);
      const record = JSON.parse(readFileSync(at('j'), 'utf8'));
      expect(record).toMatchObject({ size: 30, protocol: 'oprf', publication: { id: JSON.parse(made.out).id } });
      expect((await ask('--table', at('t'))).code).toBe(0);
      // 120 of 130 evaluations are used: a third query of 60 is refused.
      const third = await ask('--table', at('t'));
      expect([third.other, third.err.includes('SCRIM_PSI_PEER_ABORTED')]).toEqual([1, true]);
      // Rotation: the old table is refused by name.
      writeFileSync(at('old'), readFileSync(at('t')));
      expect((await scrim(publish)).code).toBe(0);
      const stale = await ask('--table', at('old'));
      expect([stale.code, /publication/.test(stale.err)]).toEqual([1, true]);
      expect((await ask('--table', at('t'))).code).toBe(0);
      const damaged = await scrim([
        'psi',
        'listen',
        ...shared,
        '--plain',
        '--protocol',
        'oprf',
        '--port',
        '0',
        '--in',
        left,
        '--table',
        left,
      ]);
      expect([damaged.code, damaged.err.includes('SCRIM_PSI_PUBLICATION')]).toEqual([1, true]);
      const both = await scrim([
        'psi',
        'listen',
        ...shared,
        '--plain',
        '--protocol',
        'oprf',
        '--port',
        '0',
        '--in',
        left,
        '--secret',
        at('s'),
      ]);
      expect([both.code, both.err.includes('SCRIM_CLI_CONFLICT')]).toEqual([2, true]);
    });
  });
});

describe('psi pseudonymous-join', () => {
  it('joins by tokens of a key ring, bound to an approval, and says that it is not private', async () => {
    await inFolder(async (folder) => {
      const { left, right } = tables(folder, 20);
      const at = (name: string): string => path.join(folder, name);
      writeFileSync(at('w'), new Uint8Array(32).fill(5));
      const ring = ['--keys', at('ring'), '--wrapping-key', at('w')];
      const scope = ['--tenant', 'health', '--environment', 'production', '--scenario', 's-1'];
      expect((await scrim(['keys', 'new', ...ring, ...scope])).code).toBe(0);
      const join = [
        'psi',
        'pseudonymous-join',
        '--left',
        left,
        '--right',
        right,
        '--key',
        'phone',
        '--normalize',
        'mobile',
      ];
      const more = ['--domain', 'd', ...ring, ...scope, '-o', at('out.csv')];
      const { code, err, out } = await scrim([...join, ...more, '--approval', 'A-7', '--json', '-']);
      expect([code, err]).toEqual([0, '']);
      expect(JSON.parse(out)).toMatchObject({ private: false, approval: 'A-7', size: 10, rows: 10 });
      const text = readFileSync(at('out.csv'), 'utf8');
      expect(text.split('\n')[0]).toBe('token,mine,theirs');
      expect(text.includes('1380000')).toBe(false);
      expect((await scrim([...join, ...more, '--approval', ' '])).code).toBe(2);
      expect((await scrim([...join, ...more])).code).toBe(2);
    });
  });
});

describe('messy keys', () => {
  const phones = [
    '138 0013-8000',
    '+8613800138001',
    '００８６１３８００１３８００２',
    '86-19912345678',
    '12800138000',
    '',
    '  ',
    '13800138000',
  ];
  const ids = ['110105491231002', '11010519491231002x', '11010519491231002Ｘ'];

  it('GB18030 and Parquet, forms and widths, repeats and gaps: exact, with a report', async () => {
    await inFolder(async (folder) => {
      const at = (name: string): string => path.join(folder, name);
      // 编号,电话 in GB18030.
      const gb = Buffer.concat([
        Buffer.from([0xb1, 0xe0, 0xba, 0xc5, 0x2c, 0xb5, 0xe7, 0xbb, 0xb0, 0x0a]),
        ...phones.map((phone, i) => Buffer.concat([Buffer.from(`${i},`), wide(phone), Buffer.from('\n')])),
      ]);
      writeFileSync(at('a.csv'), gb);
      const right = tableFromColumns({
        mobile: ['13800138000', '13800138001', '13800138002', '19912345678', null, ''],
        x: ['1', '2', '3', '4', '5', '6'],
      });
      await writeParquet(right, at('b.parquet'));
      for (const protocol of ['kkrt', 'ecdh', 'oprf']) {
        const { out, code, err } = await scrim([
          ...[
            'psi',
            'local',
            '--left',
            at('a.csv'),
            '--right',
            at('b.parquet'),
            '--key',
            '电话',
            '--right-key',
            'mobile',
          ],
          ...['--normalize', 'mobile', '--protocol', protocol, '-o', at('o.csv'), '--json', '-'],
        ]);
        expect([code, err]).toEqual([0, '']);
        const record = JSON.parse(out);
        expect(record.size).toBe(4);
        expect(record.sides.left).toEqual({ rows: 8, keys: 4, missing: 2, notNormalised: 1, duplicates: 1 });
        expect(record.sides.right).toEqual({ rows: 6, keys: 4, missing: 2, notNormalised: 0, duplicates: 0 });
        const rows = readFileSync(at('o.csv'), 'utf8').trim().split('\n');
        expect(rows.slice(1).map((row) => row.split(',')[0])).toEqual(['0', '1', '2', '3', '7']);
      }
    });
  });

  it('15-digit resident ids join 18-digit ones; names and e-mail as tuples; null never joins null', async () => {
    await inFolder(async (folder) => {
      const at = (name: string): string => path.join(folder, name);
      writeFileSync(at('a.csv'), `id,name,mail\n${ids[0]},李 雷,A@Example.COM\n,韩梅梅,b@x.cn\n${ids[1]},王,\n`);
      writeFileSync(at('b.csv'), `id,name,mail\n${ids[2]},李雷,a@example.com\n,韩梅梅,b@x.cn\n`);
      const run = async (key: string, kinds: string): Promise<{ size: number }> =>
        JSON.parse(
          (
            await scrim([
              'psi',
              'local',
              '--left',
              at('a.csv'),
              '--right',
              at('b.csv'),
              '--key',
              key,
              '--normalize',
              kinds,
              '--protocol',
              'ecdh',
              '--json',
              '-',
            ])
          ).out,
        );
      expect((await run('id', 'resident-id')).size).toBe(1);
      expect((await run('mail', 'email')).size).toBe(2);
      expect((await run('id,mail', 'resident-id,email')).size).toBe(1);
      expect((await run('name', 'person-name')).size).toBe(2);
    });
  });
});

/** Digits of full width as GB18030 has them: A3 B0 + digit; ASCII stays. */
function wide(text: string): Buffer {
  return Buffer.concat(
    [...text].map((sign) =>
      sign >= '０' && sign <= '９' ? Buffer.from([0xa3, 0xb0 + sign.charCodeAt(0) - 0xff10]) : Buffer.from(sign),
    ),
  );
}

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
