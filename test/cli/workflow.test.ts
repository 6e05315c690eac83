/** From a raw table to the gate, as a person would go: init, protect, review, gate; each JSON as DESIGN §7 says. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { identifierKinds } from '../../src/identifiers/index.js';
import { SeededRandom } from '../../src/testing/index.js';
import { filesIn, inFolder, scrim, spawned } from './harness.js';

function register(rows: number): string {
  const random = new SeededRandom('cli-workflow');
  const pick = (list: readonly string[]): string => list[random.below(list.length)] as string;
  const two = (value: number): string => String(value).padStart(2, '0');
  let text = '编号,姓名,出生日期,手机号,职业,收入\n';
  for (let i = 0; i < rows; i++) {
    const name = pick([...'王李张刘陈杨黄赵']) + pick([...'伟芳娜敏静丽强磊']) + pick([...'军洋勇艳杰娟涛明']);
    const birth = `${1940 + random.below(70)}-${two(1 + random.below(12))}-${two(1 + random.below(28))}`;
    const mobile = `138${String(random.below(1e8)).padStart(8, '0')}`;
    text += `P${String(i).padStart(6, '0')},${name},${birth},${mobile},${pick(['教师', '工人', '医生', '农民'])},${2000 + random.below(28000)}\n`;
  }
  return text;
}

const KINDS = (
  'resident-id, uscc, bank-card, mobile, landline, passport, permit, plate, vin, person-name, address, region-code, ' +
  'postcode, email, ip, mac, coordinate, date, number, category, text, identifier, unknown'
).split(', ');

describe('a register on its way', () => {
  const raw = register(500);
  const lines = raw.trim().split('\n');
  let encoded = '';
  let counts = '';

  beforeAll(() => {
    const rows = lines.slice(1).map((line) => line.split(','));
    encoded = `a,b,c\n${rows
      .map((row) => `${Buffer.from(row[3] as string).toString('base64')},${row[2]},${row[5]}`)
      .reverse()
      .join('\n')}\n`;
    const groups = new Map<string, number>();
    for (const row of rows) groups.set(row[4] as string, (groups.get(row[4] as string) ?? 0) + 1);
    counts = `职业,人数\n${[...groups].map(([job, n]) => `${job},${n}`).join('\n')}\n`;
  });

  const withFiles = <Result>(use: (at: (name: string) => string, folder: string) => Promise<Result>): Promise<Result> =>
    inFolder(async (folder) => {
      const at = (name: string): string => path.join(folder, name);
      writeFileSync(at('raw.csv'), raw);
      writeFileSync(at('encoded.csv'), encoded);
      writeFileSync(at('counts.csv'), counts);
      return use(at, folder);
    });

  it('inspect: columns with name, kind, confidence, class, grade; findings; kinds of the contract only', () =>
    withFiles(async (at) => {
      const { code, out } = await scrim([
        'inspect',
        at('raw.csv'),
        '--json',
        '-',
        '--html',
        at('i.html'),
        '--lang',
        'zh',
      ]);
      expect(code).toBe(0);
      const result = JSON.parse(out);
      expect(result.schema).toBe('scrim.inspect/1');
      expect(result.columns.map((column: { name: string }) => column.name)).toEqual(lines[0]?.split(','));
      for (const column of result.columns) {
        expect(KINDS).toContain(column.kind);
        expect(column).toMatchObject({
          confidence: expect.any(Number),
          class: expect.any(String),
          grade: expect.any(String),
        });
      }
      const kinds = Object.fromEntries(
        result.columns.map((one: { name: string; kind: string }) => [one.name, one.kind]),
      );
      expect(kinds).toMatchObject({ 姓名: 'person-name', 手机号: 'mobile', 出生日期: 'date' });
      expect(readFileSync(at('i.html'), 'utf8')).toContain('直接标识符');
      expect(identifierKinds.length).toBeGreaterThan(0);
    }));

  it('init proposes a policy that parses and runs as it stands, in both languages, and protect keeps k', () =>
    withFiles(async (at) => {
      for (const language of ['en', 'zh-CN']) {
        const policy = at(`policy-${language}.yaml`);
        expect((await scrim(['init', at('raw.csv'), '-o', policy, '--lang', language])).code).toBe(0);
        expect(readFileSync(policy, 'utf8')).toContain('TO-BE-FILLED');
        const out = at(`out-${language}.csv`);
        const done = await scrim([
          'protect',
          '--policy',
          policy,
          at('raw.csv'),
          '-o',
          out,
          '--json',
          '-',
          '--html',
          at('p.html'),
        ]);
        expect(done.err).toBe('');
        expect(done.code).toBe(0);
        const { schema, record } = JSON.parse(done.out);
        expect(schema).toBe('scrim.protect/1');
        expect(record.schema).toBe('scrim.record/1');
        const text = readFileSync(out, 'utf8');
        for (const line of lines.slice(1, 50)) {
          const [id, name, , mobile] = line.split(',') as string[];
          for (const value of [id, name, mobile]) expect(text.includes(value as string)).toBe(false);
        }
        const risk = JSON.parse((await scrim(['risk', out, '--qi', '出生日期,职业', '--json', '-'])).out);
        expect(risk.smallestClass).toBeGreaterThanOrEqual(20);
      }
      const printed = await scrim(['init', at('raw.csv')]);
      expect(printed.out).toContain('schema: scrim.policy/1');
    }));

  it('mask: a policy of masks over a stream, as file and as filter; a policy with models is refused', () =>
    withFiles(async (at, folder) => {
      await scrim(['init', at('raw.csv'), '-o', at('models.yaml')]);
      const refused = await scrim(['mask', '--policy', at('models.yaml'), at('raw.csv'), '-o', at('m.csv')]);
      expect(refused.err).toContain('SCRIM_POLICY_UNSUPPORTED');
      const head = readFileSync(at('models.yaml'), 'utf8').split('columns:')[0];
      const rule = (text: string): string => `{ class: direct-identifier, rule: ${text} }`;
      const columns = `  姓名: ${rule('redact')}\n  手机号: ${rule('{ mask: keep, first: 3, last: 2 }')}\n`;
      writeFileSync(at('policy.yaml'), `${head}columns:\n${columns}`);
      const argv = ['mask', '--policy', at('policy.yaml')];
      const done = await scrim([...argv, at('raw.csv'), '-o', at('m.csv'), '--json', '-']);
      expect(done).toMatchObject({ code: 0, err: '' });
      expect(JSON.parse(done.out)).toMatchObject({ schema: 'scrim.mask/1', record: { counts: { rowsWritten: 500 } } });
      const text = readFileSync(at('m.csv'), 'utf8');
      expect(text.split('\n')[0]).toBe('姓名,手机号');
      expect(text.trim().split('\n')).toHaveLength(501);
      for (const line of lines.slice(1)) expect(text.includes(line.split(',')[1] as string)).toBe(false);
      const record = JSON.parse(readFileSync(at('m.csv.record.json'), 'utf8'));
      expect(record).toMatchObject({ schema: 'scrim.record/1', operation: 'mask' });
      expect(record.inputs[0].sha256).toBe(createHash('sha256').update(raw).digest('hex'));
      expect(record.outputs[0].sha256).toBe(createHash('sha256').update(text).digest('hex'));
      const piped = await spawned([...argv, '--stdio'], folder, (command) => `cat raw.csv | ${command}`);
      expect(piped).toMatchObject({ code: 0, err: '', out: text });
      const closed = await spawned([...argv, '--stdio'], folder, (command) => `cat raw.csv | ${command} | head -c 9`);
      expect(closed.err).toBe('');
      writeFileSync(at('lines.ndjson'), '{"姓名":"王伟","手机号":"13800000000","x":1}\n');
      expect((await scrim([...argv, at('lines.ndjson'), '-o', at('n.ndjson')])).code).toBe(0);
      expect(JSON.parse(readFileSync(at('n.ndjson'), 'utf8'))).toEqual({ 姓名: '***', 手机号: '138******00' });
      const both = await scrim([...argv, at('raw.csv'), '--stdio']);
      expect(both.err).toContain('SCRIM_CLI_CONFLICT');
      expect((await scrim([...argv, at('raw.csv')])).err).toContain('SCRIM_CLI_MISSING');
    }));

  it('plan: findings and residual figures before anything is written; a violated demand exits 4', () =>
    withFiles(async (at, folder) => {
      await scrim(['init', at('raw.csv'), '-o', at('policy.yaml')]);
      const before = filesIn(folder);
      const good = await scrim(['plan', '--policy', at('policy.yaml'), at('raw.csv'), '--json', '-']);
      expect(good.code).toBe(0);
      expect(JSON.parse(good.out)).toMatchObject({ schema: 'scrim.plan/1', rows: 500, exitCode: 0 });
      expect(filesIn(folder)).toEqual(before);
      const prohibited = readFileSync(at('policy.yaml'), 'utf8').replace(
        /("职业":.*\n)/,
        '$1    openness: prohibited\n',
      );
      writeFileSync(at('policy.yaml'), prohibited);
      const argv = ['plan', '--policy', at('policy.yaml'), at('raw.csv')];
      const bad = await scrim([...argv, '--html', at('plan.html'), '--lang', 'zh']);
      expect(bad.code).toBe(4);
      expect(bad.out).toContain('职业');
      expect(readFileSync(at('plan.html'), 'utf8')).toContain('策略预演报告');
      const stopped = await scrim(['protect', '--policy', at('policy.yaml'), at('raw.csv'), '-o', at('out.csv')]);
      expect(stopped.code).toBe(4);
      expect(existsSync(at('out.csv'))).toBe(false);
    }));

  it('init --linkable proposes tokens, which need the key ring that keys new makes; the ledger notes all', () =>
    withFiles(async (at) => {
      await scrim(['init', at('raw.csv'), '--linkable', '-o', at('policy.yaml')]);
      expect(readFileSync(at('policy.yaml'), 'utf8')).toContain('"mask":"token"');
      const argv = ['protect', '--policy', at('policy.yaml'), at('raw.csv'), '-o', at('out.csv')];
      const refused = await scrim(argv);
      expect(refused).toMatchObject({ code: 2 });
      expect(refused.err).toContain('SCRIM_MASK_NEEDS_KEY');
      expect(existsSync(at('out.csv'))).toBe(false);
      const keys = ['--keys', at('ring.json'), '--wrapping-key', at('ring.key')];
      const ledger = ['--ledger', at('ledger.jsonl')];
      expect((await scrim(['keys', 'new', ...keys])).code).toBe(0);
      expect(await scrim([...argv, ...keys, ...ledger])).toMatchObject({ code: 0, err: '' });
      const shown = JSON.parse((await scrim(['keys', 'show', ...keys, '--json', '-'])).out);
      expect(shown.roots).toHaveLength(1);
      expect((await scrim(['ledger', 'verify', at('ledger.jsonl')])).code).toBe(0);
      const records = JSON.parse((await scrim(['ledger', 'show', at('ledger.jsonl'), '--json', '-'])).out).records;
      expect(records.map((record: { type: string }) => record.type)).toContain('operation');
      const edited = readFileSync(at('ledger.jsonl'), 'utf8').replace('"operation"', '"0peration"');
      writeFileSync(at('ledger.jsonl'), edited);
      expect((await scrim(['ledger', 'verify', at('ledger.jsonl')])).code).toBe(4);
    }));

  it('review: an encoded copy exits 4 and names the inverse; the verdict closes the gate', () =>
    withFiles(async (at) => {
      const argv = ['review', '--source', at('raw.csv'), '--product', at('encoded.csv'), '--json', at('v.json')];
      const outcome = await scrim([...argv, '--html', at('v.html'), '--lang', 'zh-CN']);
      expect(outcome.code).toBe(4);
      expect(outcome.out).toContain('base64(a)');
      const verdict = JSON.parse(readFileSync(at('v.json'), 'utf8'));
      expect(verdict).toMatchObject({
        schema: 'scrim.review/1',
        verdict: 'block',
        restoration: {
          rows: {
            gross: expect.any(Number),
            net: expect.any(Number),
            lower: expect.any(Number),
            upper: expect.any(Number),
          },
        },
        seed: expect.stringMatching(/^[0-9a-f]+$/),
      });
      for (const key of ['reasons', 'attacks', 'capacity', 'risk', 'digests']) expect(verdict).toHaveProperty(key);
      expect(readFileSync(at('v.html'), 'utf8')).toContain('建议阻断');
      const texts = `${outcome.out}${readFileSync(at('v.json'), 'utf8')}${readFileSync(at('v.html'), 'utf8')}`;
      for (const line of lines.slice(1)) {
        const [id, name, , mobile] = line.split(',') as string[];
        for (const value of [id, name, mobile]) expect(texts.includes(value as string)).toBe(false);
      }
      const closed = await scrim(['gate', at('encoded.csv'), '--verdict', at('v.json'), '--json', '-']);
      expect(closed.code).toBe(4);
      expect(JSON.parse(closed.out)).toMatchObject({ schema: 'scrim.gate/1', passed: false });
    }));

  it('review: a group table exits 0 and passes the gate byte by byte; one more byte does not', () =>
    withFiles(async (at, folder) => {
      const argv = [
        'review',
        '--source',
        at('raw.csv'),
        '--product',
        at('counts.csv'),
        '--seed',
        '0123456789abcdef'.repeat(2),
      ];
      expect((await scrim([...argv, '--json', at('a.json')])).code).toBe(0);
      expect((await scrim([...argv, '--json', at('b.json'), '--lang', 'zh'])).code).toBe(0);
      expect(readFileSync(at('a.json'), 'utf8')).toBe(readFileSync(at('b.json'), 'utf8'));
      const passed = await scrim(['gate', at('counts.csv'), '--verdict', at('a.json'), '-o', at('export.csv')]);
      expect(passed.code).toBe(0);
      expect(readFileSync(at('export.csv'), 'utf8')).toBe(counts);
      writeFileSync(at('counts.csv'), `${counts}\n`);
      const refused = await scrim(['gate', at('counts.csv'), '--verdict', at('a.json'), '-o', at('second.csv')]);
      expect(refused.code).toBe(4);
      expect(filesIn(folder)).not.toContain('second.csv');
      writeFileSync(at('counts.csv'), counts);
      writeFileSync(
        at('counts.csv.record.json'),
        JSON.stringify({ schema: 'scrim.record/1', policy: 'none', unsafe: [] }),
      );
      expect((await scrim(['gate', at('counts.csv'), '--verdict', at('a.json')])).code).toBe(4);
    }));

  it('a manifest can close the gate and never opens it; its mistakes are named with their place', () =>
    withFiles(async (at) => {
      const manifest = (text: string): string => {
        writeFileSync(at('product.yaml'), text);
        return at('product.yaml');
      };
      const argv = ['review', '--source', at('raw.csv'), '--product', at('counts.csv'), '--json', '-'];
      const head = 'schema: scrim.manifest/1\nproduct: { name: 统计, kind: package, delivery: download }\n';
      const verdictFor = async (text: string): Promise<{ code: number; reasons: string[] }> => {
        const { code, out } = await scrim([...argv, '--manifest', manifest(text)]);
        return { code, reasons: JSON.parse(out).reasons.map((one: { code: string }) => one.code) };
      };
      expect((await verdictFor(head)).code).toBe(0);
      const cases: [string, string][] = [
        ['fields: [{ name: 职业, openness: prohibited }, { name: 人数 }]', 'manifest-prohibited'],
        ['fields: [{ name: 职业, openness: restricted }, { name: 人数 }]', 'manifest-restricted-download'],
        ['approvedColumns: [职业]', 'manifest-not-approved'],
        ['scenario: { expires: 2020-01-01 }', 'manifest-expired'],
      ];
      for (const [line, reason] of cases) {
        const found = await verdictFor(`${head}${line}\n`);
        expect(found.reasons, line).toContain(reason);
        expect(found.code, line).toBe(4);
      }
      const undescribed = await verdictFor(`${head}fields: [{ name: 职业 }]\n`);
      expect(undescribed).toMatchObject({ code: 3 });
      const wrong = await scrim([...argv, '--manifest', manifest(`${head}operator:\n  untill: 2026-01-01\n`)]);
      expect(wrong.code).toBe(2);
      expect(wrong.err).toContain('4:3 operator.untill: unknown key (until?)');
    }));

  it('--acro writes results.json with the fields that SACRO Viewer reads, and the checksum of the file', () =>
    withFiles(async (at) => {
      const argv = ['review', '--source', at('raw.csv'), '--product', at('counts.csv'), '--acro', at('results.json')];
      expect((await scrim(argv)).code).toBe(0);
      const { version, results } = JSON.parse(readFileSync(at('results.json'), 'utf8'));
      expect(version).toMatch(/^\d+\.\d+\.\d+$/);
      expect(results.output_0).toMatchObject({
        status: 'pass',
        type: 'custom',
        files: [{ name: 'counts.csv' }],
        exception: '',
      });
      expect(readFileSync(at('checksums/counts.csv.txt'), 'utf8')).toMatch(/^[0-9a-f]{64}$/);
    }));

  it('a product that cannot be read, or holds nothing, is review and never release: gap, exit 3, report written', () =>
    withFiles(async (at) => {
      const products: Record<string, string | Uint8Array> = {
        'binary.csv': Uint8Array.from({ length: 5000 }, (_, i) => (i * 89) % 256),
        'empty.csv': '',
        'header.csv': 'a,b\n',
      };
      for (const [name, content] of Object.entries(products)) {
        writeFileSync(at(name), content);
        const argv = [
          'review',
          '--source',
          at('raw.csv'),
          '--product',
          at(name),
          '--html',
          at('r.html'),
          '--lang',
          'zh',
        ];
        const outcome = await scrim(argv);
        expect(outcome.err, name).toBe('');
        expect(outcome.code, name).toBe(3);
        expect(readFileSync(at('r.html'), 'utf8')).toContain('需人工审核');
      }
    }));

  it('review refuses wrong input before it works: seed, product, thresholds', () =>
    withFiles(async (at) => {
      mkdirSync(at('empty'));
      const base = ['review', '--source', at('raw.csv')];
      const cases: [string[], string][] = [
        [['--product', at('counts.csv'), '--seed', 'abc'], 'SCRIM_CLI_VALUE'],
        [['--product', at('nowhere.csv')], 'SCRIM_FILE_MISSING'],
        [['--product', at('empty')], 'SCRIM_FILE_UNREADABLE'],
        [['--product', at('counts.csv'), '--reveal', at('r.json')], 'SCRIM_CLI_MISSING'],
        [['--product', at('counts.csv'), '--thresholds', at('counts.csv')], 'SCRIM_CLI_INPUT'],
        [['--product', at('counts.csv'), '--ledger', at('l.jsonl'), '--operator', '张三'], 'SCRIM_CLI_MISSING'],
      ];
      for (const [argv, code] of cases) {
        const outcome = await scrim([...base, ...argv]);
        expect(outcome.code, code).toBe(2);
        expect(outcome.err).toContain(code);
      }
    }));
});
