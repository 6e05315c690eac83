/** "Done when" of the masking issue: inspect, plan and mask run on the register in both suites with one policy, from a fresh folder. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { identifierSpec } from '../../src/identifiers/index.js';
import { cellText, readTable, writeCsv } from '../../src/table/index.js';
import { registerTable } from '../../src/testing/index.js';
import { inFolder, scrim } from './harness.js';

const policy = (suite: string): string => `schema: scrim.policy/1
who:
  tenant: quzhou-data
  environment: test
  scenario: elderly-care
  purpose: planning of community care
  approval: { reference: QZ-1, by: 衢州市数据局, on: 2026-01-10, expires: 2099-12-31 }
  operator: 张经办
suite: ${suite}
sources: [{ name: register }]
person: 人员编号
columns:
  人员编号: { class: direct-identifier, rule: { mask: token, mac: cmac, domain: person } }
  身份证号: { class: direct-identifier, kind: resident-id, rule: { mask: surrogate, kind: resident-id } }
  姓名: { class: direct-identifier, kind: person-name, rule: { mask: fake, kind: person-name } }
  手机号: { class: direct-identifier, kind: mobile, rule: { mask: keep, first: 3, last: 2 } }
  户号: { class: direct-identifier, rule: token }
  住址: { class: direct-identifier, kind: address, rule: { mask: keep, first: 2 } }
  出生日期: { class: quasi-identifier, kind: date, rule: { mask: date-shift, days: 180 } }
  年龄: { class: quasi-identifier, rule: { mask: bucket, width: 10 } }
  性别: { class: quasi-identifier, rule: release }
  年收入: { class: sensitive, rule: { mask: round, to: 1000 } }
  诊断: { class: sensitive, rule: { mask: when, cases: [{ when: '年龄 >= 60', rule: redact }], otherwise: release } }
  登记日期: { class: other, rule: { mask: date-truncate, to: month } }
profiles: [gb-express]
`;

describe.each(['intl', 'gm'])('the register under one policy, suite %s', (suite) => {
  it('inspect, plan, mask', () =>
    inFolder(async (folder) => {
      const at = (name: string): string => path.join(folder, name);
      const table = registerTable({ rows: 1500, seed: 'done-when' });
      await writeCsv(table, at('register.csv'));
      writeFileSync(at('policy.yaml'), policy(suite));
      const inspected = await scrim(['inspect', at('register.csv'), '--json', '-']);
      expect(inspected.code).toBe(0);
      const { columns: kinds } = JSON.parse(inspected.out) as { columns: { name: string; kind: string }[] };
      expect(Object.fromEntries(kinds.map(({ name, kind }) => [name, kind]))).toMatchObject({
        身份证号: 'resident-id',
        姓名: 'person-name',
        手机号: 'mobile',
        住址: 'address',
        出生日期: 'date',
        区划代码: 'region-code',
      });
      const planned = await scrim(['plan', '--policy', at('policy.yaml'), at('register.csv'), '--json', '-']);
      expect(planned.code).toBe(0);
      const plan = JSON.parse(planned.out) as {
        columns: {
          column: string;
          reversible: boolean;
          leakage: { residual: { min: number } | null };
          refused: number;
        }[];
        gbt42460: { grade: number };
        dropped: string[];
      };
      const of = (name: string) => plan.columns.find(({ column }) => column === name);
      expect(of('手机号')?.leakage.residual?.min).toBe(10 ** 6);
      expect(of('身份证号')).toMatchObject({ reversible: true, refused: 0 });
      expect(of('人员编号')).toMatchObject({ reversible: false });
      expect(plan.gbt42460.grade).toBe(2);
      expect(plan.dropped).toContain('区划代码');

      const keys = ['--keys', at('ring.json'), '--wrapping-key', at('ring.key')];
      expect((await scrim(['keys', 'new', ...keys, '--suite', suite])).code).toBe(0);
      const masked = await scrim([
        'mask',
        '--policy',
        at('policy.yaml'),
        ...keys,
        at('register.csv'),
        '-o',
        at('out.csv'),
      ]);
      expect(masked).toMatchObject({ code: 0 });
      const cells = async (name: string): Promise<Record<string, string[]>> => {
        const { table: read } = await readTable(at(name));
        const texts = (column: string): string[] =>
          read
            .chunks(column)
            .flatMap((chunk) => Array.from({ length: chunk.length }, (_, row) => cellText(chunk, row) ?? ''));
        return Object.fromEntries(read.names.map((column) => [column, texts(column)]));
      };
      const [after, raw] = [await cells('out.csv'), await cells('register.csv')];
      const column = (name: string): string[] => after[name] as string[];
      const untouched = (name: string): string[] => raw[name] as string[];
      expect(column('性别')).toEqual(untouched('性别'));
      const ids = column('身份证号').filter((id) => id !== '');
      expect(ids.every((id) => identifierSpec('resident-id').validate(id).valid)).toBe(true);
      expect(new Set(ids).size).toBe(new Set(untouched('身份证号').filter((id) => id !== '')).size);
      for (const name of ['身份证号', '人员编号', '户号', '手机号', '住址']) {
        const same = column(name).filter((value, i) => value !== '' && value === untouched(name)[i]);
        expect([name, same.length]).toEqual([name, 0]);
      }
      expect(column('手机号').every((phone) => phone === '' || /^1\d{2}\*{6}\d{2}$/.test(phone))).toBe(true);
      expect(column('人员编号').every((token) => /^[A-Za-z0-9_-]{22}$/.test(token))).toBe(true);
      // One shift a person, so dates differ by at most 180 days.
      const days = (text: string): number => Date.parse(text) / 86_400_000;
      const shifts = column('出生日期').flatMap((date, i) =>
        date === '' ? [] : [days(date) - days(untouched('出生日期')[i] as string)],
      );
      expect(Math.max(...shifts.map(Math.abs))).toBeLessThanOrEqual(180);
      expect(new Set(shifts).size).toBeGreaterThan(100);
    }));
});
