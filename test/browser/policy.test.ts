/** A policy parsed and obeyed inside a browser tab: nothing leaves it. */
import { describe, expect, it } from 'vitest';
import { SecureRandom } from '../../src/core/index.js';
import { loadConditions, parsePolicy, protect } from '../../src/policy/index.js';
import { csvBytes, readCsv } from '../../src/table/index.js';

const policy = `schema: scrim.policy/1
who:
  tenant: 示例单位
  environment: development
  scenario: 浏览器演示
  purpose: 演示
  approval: { reference: DEMO-1, by: 示例单位, on: 2026-01-10, expires: 2099-12-31 }
  operator: 经办人
sources: [{ name: people }]
columns:
  姓名: { class: direct-identifier, grade: L3, kind: person-name, rule: drop }
  手机号: { class: direct-identifier, grade: L3, kind: mobile, rule: { mask: keep, first: 3, last: 2 } }
  城市: { class: other, grade: L1, rule: release }
`;

describe('policy in the browser', () => {
  it('drops, masks and keeps', async () => {
    const csv = '姓名,手机号,城市,多余\n张三,13812345678,杭州,x\n李四,12,温州,y\n';
    const { table } = await readCsv(new TextEncoder().encode(csv));
    const result = protect(table, parsePolicy(policy, 'policy.yaml'), { random: new SecureRandom() });
    const text = new TextDecoder().decode(csvBytes(result.table));
    expect(text.split('\n')[0]?.trim()).toBe('手机号,城市');
    expect(text).toContain('138');
    expect(text).not.toContain('13812345678');
    expect(text).not.toMatch(/^12,/m);
  });

  it('says what to await before a policy with conditions, and then reads it', async () => {
    const rule = 'rule: { mask: when, cases: [{ when: "missing(城市)", rule: redact }], otherwise: redact }';
    const conditional = policy.replace('rule: { mask: keep, first: 3, last: 2 }', rule);
    expect(() => parsePolicy(conditional, 'policy.yaml')).toThrowError(
      expect.objectContaining({ code: 'SCRIM_POLICY_CONDITIONS' }),
    );
    await loadConditions();
    expect(parsePolicy(conditional, 'policy.yaml').policy.who.tenant).toBe('示例单位');
  });
});
