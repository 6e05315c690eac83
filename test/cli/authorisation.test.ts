/**
 * One authorisation from opening to destruction, through the command line: keys, intake, extract, fusion, DP report, review,
 * decision, export gate, suspension, retirement, verification (issue 8, "Done when").
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { SeededRandom } from '../../src/testing/index.js';
import { inFolder, type Outcome, scrim } from './harness.js';

const POLICY = `schema: scrim.policy/1
who:
  tenant: quzhou
  environment: production
  scenario: elderly-care
  purpose: planning of community care
  approval: { reference: QZ-17, by: 数据局, on: 2026-01-10, expires: 2099-12-31 }
  operator: 张经办
sources: [{ name: register }]
person: 身份证号
columns:
  身份证号: { class: direct-identifier, kind: resident-id, rule: { mask: token, kind: resident-id } }
  姓名: { class: direct-identifier, rule: { mask: keep, first: 1, fill: 2 } }
  年龄: { class: quasi-identifier, rule: { mask: generalize, hierarchy: { kind: intervals, widths: [5, 10, 20] } }, as: 年龄段 }
  性别: { class: quasi-identifier, rule: release }
  收入: { class: sensitive, rule: { mask: round, to: 500 } }
  护理等级: { class: other, rule: release }
models: [{ model: k-anonymity, k: 5 }]
thresholds:
  approval: { reference: QZ-18, by: 专家组, on: 2026-01-12, expires: 2099-12-31 }
  suppressedRows: 0.1
`;
const SPEC = `id: report-1
ledger: ledger.jsonl
operator: 张经办
population: register
scope: { tenant: quzhou, environment: production, scenario: elderly-care }
unit: {column: 身份证号}
contribution: {groups: 1, rowsPerGroup: 1}
groupBy:
  columns: [护理等级]
  keys: {public: [A, B, C]}
queries:
  - {name: rows, kind: count}
noise: laplace
budget: {epsilon: 1, delta: 0}
`;
const scope = ['--tenant', 'quzhou', '--environment', 'production', '--scenario', 'elderly-care'];
const by = ['--operator', '张经办'];

/** Raw register, partner's list, and a product that may leave: counts of groups. */
function register(): { raw: string; partner: string; product: string } {
  const random = new SeededRandom('authorisation');
  const rows: string[][] = [];
  for (let i = 0; i < 600; i++) {
    const age = 60 + random.below(30);
    const body = `3308${String(1 + random.below(9)).padStart(2, '0')}${2026 - age}${String(1 + random.below(12)).padStart(2, '0')}${String(1 + random.below(28)).padStart(2, '0')}${String(i).padStart(3, '0').slice(-3)}`;
    const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const check = '10X98765432'[
      [...body].reduce((sum, digit, at) => sum + Number(digit) * (weights[at] as number), 0) % 11
    ];
    const name = '王李张刘陈'[random.below(5)] + '伟芳娜敏静'.charAt(random.below(5));
    rows.push([
      body + check,
      name,
      String(age),
      random.below(2) === 0 ? '男' : '女',
      String(1500 + age * 20 + random.below(3000)),
      age > 80 ? 'C' : age > 70 ? 'B' : 'A',
    ]);
  }
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(`${row[3]},${row[5]}`, (counts.get(`${row[3]},${row[5]}`) ?? 0) + 1);
  return {
    raw: `身份证号,姓名,年龄,性别,收入,护理等级\n${rows.map((row) => row.join(',')).join('\n')}\n`,
    partner: `证件,机构\n${rows
      .slice(0, 200)
      .map((row) => `${row[0]},院${Number(row[2]) % 3}`)
      .join('\n')}\n`,
    product: `性别,护理等级,人数\n${[...counts].map(([key, count]) => `${key},${count}`).join('\n')}\n`,
  };
}

// Files share a process: what stays set is met by others.
afterEach(() => {
  delete process.env['SCRIM_SIGNING_KEY'];
});

it(
  'an authorisation from opening to destruction',
  () =>
    inFolder(async (folder) => {
      const at = (name: string): string => path.join(folder, name);
      const ledger = at('ledger.jsonl');
      const keys = ['--keys', at('ring.json'), '--wrapping-key', at('ring.key')];
      const { raw, partner, product } = register();
      writeFileSync(at('raw.csv'), raw);
      writeFileSync(at('partner.csv'), partner);
      writeFileSync(at('product.csv'), product);
      writeFileSync(at('policy.yaml'), POLICY);
      writeFileSync(at('extract.yaml'), `${POLICY}sampling: { design: simple, rate: 0.6, target: 护理等级 }\n`);
      writeFileSync(
        at('mask.yaml'),
        POLICY.replace(/models:[\s\S]*/, '').replace(
          /年龄: .*/,
          '年龄: { class: quasi-identifier, rule: { mask: bucket, width: 10 }, as: 年龄段 }',
        ),
      );
      writeFileSync(at('spec.yaml'), SPEC);
      writeFileSync(at('archive.key'), 'ab'.repeat(32));
      const run = (words: readonly string[]): Promise<Outcome> =>
        scrim([...words, '--lang', 'en'], { env: { SCRIM_SIGNING_KEY: at('office.json') } });
      const ok = async (...words: string[]): Promise<Outcome> => {
        const done = await run(words);
        expect([words.slice(0, 2).join(' '), done.code, done.err]).toEqual([words.slice(0, 2).join(' '), 0, '']);
        return done;
      };
      process.env['SCRIM_SIGNING_KEY'] = at('office.json');
      const json = (name: string) => JSON.parse(readFileSync(at(name), 'utf8'));

      // Opening: keys, signer, state. Every record of the ledger is signed.
      await ok('keys', 'signer', '--id', 'office', '-o', at('office.json'));
      await ok('keys', 'new', ...keys, ...scope, '--ledger', ledger, ...by);
      await ok('ledger', 'state', ledger, ...scope, '--set', 'open', ...by, '--reason', 'approved QZ-17');

      // Intake and use.
      await ok('inspect', at('raw.csv'), '--json', at('inspect.json'));
      expect(json('inspect.json').columns[0].kind).toBe('resident-id');
      const protect = [
        'protect',
        '--policy',
        at('policy.yaml'),
        at('raw.csv'),
        '-o',
        at('inside.csv'),
        ...keys,
        '--ledger',
        ledger,
      ];
      await ok(...protect);
      const extract = [
        'extract',
        '--policy',
        at('extract.yaml'),
        at('raw.csv'),
        '-o',
        at('train.csv'),
        ...keys,
        '--ledger',
        ledger,
        '--time-limit',
        '0',
      ];
      await ok(...extract, '--json', at('fidelity.json'), '--html', at('fidelity.html'));
      expect(json('fidelity.json').fidelity.models[0].target).toBe('护理等级');
      const mask = [
        'mask',
        '--policy',
        at('mask.yaml'),
        at('raw.csv'),
        '-o',
        at('masked.csv'),
        ...keys,
        '--ledger',
        ledger,
      ];
      await ok(...mask);
      const psi = [
        'psi',
        'local',
        '--left',
        at('raw.csv'),
        '--right',
        at('partner.csv'),
        '--key',
        '身份证号',
        '--right-key',
        '证件',
        '--normalize',
        'resident-id',
        '--mode',
        'cardinality',
        '--approval',
        'QZ-17',
        '--json',
        at('psi.json'),
        '--ledger',
        ledger,
        ...by,
        ...scope,
      ];
      await ok(...psi);
      expect(json('psi.json').size).toBe(200);
      await ok(
        'dp',
        'budget',
        'open',
        ledger,
        '--population',
        'register',
        '--epsilon',
        '3',
        '--delta',
        '0',
        '--accountant',
        'pure',
        ...by,
      );
      await ok(
        'dp',
        'budget',
        'open',
        ledger,
        '--population',
        'register',
        '--epsilon',
        '3',
        '--delta',
        '0',
        '--accountant',
        'pure',
        ...by,
        ...scope,
      );
      const dp = (id: string): string[] => {
        writeFileSync(at('spec.yaml'), SPEC.replace('report-1', id));
        return ['dp', 'release', '--spec', at('spec.yaml'), at('raw.csv'), '--json', at('dp.json')];
      };
      await ok(...dp('report-1'));

      // Review, decision, gate.
      const review = [
        'review',
        '--source',
        at('raw.csv'),
        '--product',
        at('product.csv'),
        '--json',
        at('verdict.json'),
        '--sign',
        at('office.json'),
        '--bundle',
        at('review.bundle.json'),
        '--ledger',
        ledger,
        ...by,
        ...scope,
      ];
      await ok(...review);
      expect(json('verdict.json').verdict).toBe('release');
      const bundle = [
        'verify',
        at('review.bundle.json'),
        '--public-key',
        at('office.pub.json'),
        '--product',
        at('product.csv'),
      ];
      await ok(...bundle);
      const gate = ['gate', at('product.csv'), '--verdict', at('verdict.json'), '--ledger', ledger];
      await ok(...gate, '-o', at('exported.csv'));
      expect(readFileSync(at('exported.csv'), 'utf8')).toBe(product);

      // A person may be stricter than the tool: then the gate is closed until a later release.
      const strict = await run([...review, '--decide', 'block', '--because', 'expert opinion 3']);
      expect([strict.code, strict.err, (await run(gate)).code]).toEqual([0, '', 4]);
      await ok(...review);
      await ok(...gate);
      await ok('ledger', 'checkpoint', ledger, ...by, '-o', at('anchor.json'), '--sign', at('office.json'));

      // Suspension stops everything that acts, and nothing else; opening it again lets it go on.
      await ok('ledger', 'state', ledger, ...scope, '--set', 'suspended', ...by, '--reason', 'inspection');
      const before = readFileSync(at('inside.csv'), 'utf8');
      for (const words of [protect, extract, mask, psi, dp('report-2')]) {
        const refused = await run(words);
        expect([words[0], refused.code]).toEqual([words[0], 4]);
        expect(refused.err).toContain('SCRIM_SCENARIO_CLOSED');
      }
      expect((await run(gate)).code).toBe(4);
      expect(readFileSync(at('inside.csv'), 'utf8')).toBe(before);
      await ok(...bundle);
      await ok('ledger', 'state', ledger, ...scope, '--set', 'open', ...by, '--reason', 'inspection passed');
      await ok(...gate);

      // Retirement.
      const artifacts = ['inside.csv', 'train.csv', 'train.holdout.csv', 'masked.csv'];
      const retire = [
        'retire',
        ...scope,
        '--ledger',
        ledger,
        ...by,
        '--reason',
        'term is over',
        '--yes',
        ...keys,
        ...artifacts.flatMap((name) => ['--artifact', at(name)]),
        '--seal-to',
        at('archive'),
        '--archive-key',
        at('archive.key'),
        '--json',
        at('retired.json'),
      ];
      await ok(...retire);
      expect(json('retired.json')).toMatchObject({
        state: 'ended',
        budgets: ['register'],
        missing: [],
        unregistered: [],
        backups: 'out-of-reach',
      });
      expect(json('retired.json').sealed.length).toBe(4);
      expect(artifacts.map((name) => existsSync(at(name)))).toEqual([false, false, false, false]);
      expect(
        JSON.parse(readFileSync(at('ring.json'), 'utf8')).roots.every(
          (root: { sealed: unknown }) => root.sealed === null,
        ),
      ).toBe(true);
      for (const words of [protect, extract, mask, psi, dp('report-3')])
        expect([words[0], (await run(words)).code]).toEqual([words[0], 4]);
      expect((await run(gate)).code).toBe(4);
      const withoutLedger = await run(protect.slice(0, -2));
      expect([withoutLedger.code, withoutLedger.err.includes('SCRIM_KEY_DESTROYED')]).toEqual([2, true]);

      // Verification: the ledger as a whole, signed by the office; a record under the anchored root; the review by itself; the lineage.
      await ok('ledger', 'verify', ledger, '--public-key', at('office.pub.json'), '--json', at('verified.json'));
      expect(json('verified.json')).toMatchObject({ valid: true, headFile: 'agrees' });
      await ok('ledger', 'show', ledger, '--type', 'keys.destroyed', '--json', at('shown.json'));
      const { seq } = json('shown.json').records[0];
      await ok(
        'ledger',
        'prove',
        ledger,
        '--seq',
        String(seq),
        '--checkpoint',
        at('anchor.json'),
        '-o',
        at('proof.json'),
      );
      await ok('verify', at('proof.json'), '--checkpoint', at('anchor.json'), '--public-key', at('office.pub.json'));
      await ok(...bundle);
      await ok(
        'ledger',
        'lineage',
        ledger,
        '--record',
        folder,
        '--json',
        at('lineage.json'),
        '--html',
        at('lineage.html'),
      );
      const lineage = json('lineage.json');
      expect(
        lineage.operations.map((one: { operation: string; seq: number | null }) => [one.operation, one.seq !== null]),
      ).toEqual([
        ['protect', true],
        ['extract', true],
        ['extract', true],
        ['mask', true],
      ]);
      expect(
        lineage.edges.some(
          (edge: { from: { column: string }; to: { column: string } }) =>
            edge.from.column === '年龄' && edge.to.column === '年龄段',
        ),
      ).toBe(true);
      await ok('ledger', 'retention', ledger, '--json', at('retention.json'));
      expect(json('retention.json').scopes[0]).toMatchObject({ scenario: 'elderly-care', prunable: false });
      const early = await run(['ledger', 'prune', ledger, ...by, '--reason', 'x', '--yes']);
      expect([early.code, early.err.includes('SCRIM_LEDGER_RETENTION')]).toEqual([2, true]);

      // Nobody rewrites it unnoticed.
      writeFileSync(ledger, readFileSync(ledger, 'utf8').replace('inspection passed', 'inspection failed'));
      expect((await run(['ledger', 'verify', ledger])).code).toBe(4);
    }),
  120_000,
);
