import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PolicyError, parsePolicy, policyJsonSchema } from '../../src/policy/index.js';
import { EXAMPLE, TODAY } from './example.js';

function failure(text: string, today = TODAY): PolicyError {
  try {
    parsePolicy(text, 'policy.yaml', { today });
  } catch (error) {
    if (error instanceof PolicyError) return error;
    throw error;
  }
  throw new Error('the policy was accepted');
}

const changed = (from: string, to: string): string => {
  expect(EXAMPLE).toContain(from);
  return EXAMPLE.replace(from, to);
};

describe('parsePolicy', () => {
  it('reads a policy and fills in defaults', () => {
    const { policy, digest } = parsePolicy(EXAMPLE, 'policy.yaml', { today: TODAY });
    expect(policy.suite).toBe('intl');
    expect(policy.profiles).toEqual([]);
    expect(policy.columns.sex?.rule).toBe('release');
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
  });

  it('reads the same document as JSON, with the same digest', () => {
    const parsed = parsePolicy(EXAMPLE, 'policy.yaml', { today: TODAY });
    const json = parsePolicy(JSON.stringify(parsed.policy, null, '\t'), 'policy.json', { today: TODAY });
    expect(json.policy).toEqual(parsed.policy);
    expect(json.digest).toBe(parsed.digest);
  });

  it('reports a misspelt key at its place, with what was meant, in both languages', () => {
    const error = failure(changed('first: 1', 'frist: 1'));
    expect(error.code).toBe('SCRIM_POLICY_INVALID');
    expect(error.exitCode).toBe(2);
    expect(error.message).toContain(
      'policy.yaml:15:57 columns.name.rule.frist: unknown key "frist"; did you mean "first"?',
    );
    expect(error.localize('zh-CN').message).toContain(
      'policy.yaml:15:57 columns.name.rule.frist：未知的键“frist”；是否想写“first”？',
    );
  });

  it('reports a misspelt rule, a wrong type, a missing key and a bad date at once', () => {
    const text = EXAMPLE.replace('mask: token', 'mask: tokn')
      .replace('k: 5', 'k: five')
      .replace('  operator: 张经办\n', '')
      .replace('on: 2026-01-10', 'on: 10.1.2026');
    const error = failure(text);
    expect(error.issues.map((issue) => [issue.code, issue.path, issue.line])).toEqual([
      ['missing', 'who.operator', 3],
      ['format', 'who.approval.on', 8],
      ['option', 'columns.resident_id.rule.mask', 13],
      ['type', 'models.0.k', 22],
    ]);
    expect(error.issues[2]?.suggestion).toBe('token');
  });

  it('never repeats a value of the document', () => {
    const secret = 'hunter2-Secret';
    for (const text of [
      changed('on: 2026-01-10', `on: ${secret}`),
      changed('k: 5', `k: ${secret}`),
      changed('first: 1', `first: [${secret}]`),
      changed('rule: release', `rule: ${secret}`),
      changed('environment: production', `environment: ${secret}`),
      changed('schema: scrim.policy/1', `schema: ${secret}`),
      `${EXAMPLE}\n  ${secret}: [`,
      `${secret}: &a [*a, ${secret}`,
      changed('to: 1000', `to: -1 # ${secret}`),
    ]) {
      const error = failure(text);
      const said = [
        error.message,
        error.localize('zh-CN').message,
        JSON.stringify(error),
        JSON.stringify(error.issues),
      ].join();
      // A key may be named, since that is how a misspelt one is found; the values never.
      expect(said.replaceAll(`"${secret}"`, '').replaceAll(`“${secret}”`, '')).not.toMatch(/hunter2.*hunter2/s);
      if (!text.includes(`${secret}:`)) expect(said).not.toContain('hunter2');
    }
  });

  it('reports broken YAML, duplicate keys and alias bombs by place', () => {
    expect(failure('who: [1, 2').issues[0]?.code).toBe('syntax');
    expect(
      failure(changed('suppressedRows: 0.02', 'suppressedRows: 0.02\n  suppressedRows: 0.5')).issues[0],
    ).toMatchObject({
      code: 'syntax',
      line: 27,
      facts: { detail: 'DUPLICATE_KEY' },
    });
    const bomb = [
      'a: &a [x, x, x, x, x, x, x, x, x]',
      ...'bcdefgh'.split('').map((c, i) => `${c}: &${c} [${`*${'abcdefg'[i]}, `.repeat(9)}]`),
    ];
    expect(failure(bomb.join('\n')).issues.length).toBeGreaterThan(0);
    expect(failure('').issues.length).toBe(1);
    expect(failure('x'.repeat(1_000_001)).issues[0]?.code).toBe('too-large');
  });

  it('refuses expired approvals, and such of the future', () => {
    expect(failure(EXAMPLE, '2027-01-01').issues.map((issue) => [issue.code, issue.path])).toEqual([
      ['expired', 'who.approval.expires'],
      ['expired', 'thresholds.approval.expires'],
    ]);
    expect(failure(EXAMPLE, '2026-01-11').issues.map((issue) => issue.code)).toEqual(['not-yet']);
  });

  it('refuses what contradicts itself', () => {
    const code = (text: string) => failure(text).issues.map((issue) => issue.code);
    expect(code(changed('models:\n  - { model: k-anonymity, k: 5 }\n', ''))).toEqual(['no-model']);
    expect(code(changed('{ mask: token, kind: resident-id }', 'release'))).toEqual(['raw-identifier']);
    expect(code(changed('k: 5 }', 'k: 5 }\n  - { model: l-diversity, column: note, l: 3 }'))).toEqual([
      'column-not-released',
    ]);
    expect(code(changed('k: 5 }', 'k: 5 }\n  - { model: l-diversity, column: incom, l: 3 }'))).toEqual([
      'unnamed-column',
    ]);
    expect(code(changed('rule: drop', 'rule: { mask: bucket }'))).toEqual(['either']);
    expect(code(changed('rule: drop', 'rule: { mask: json, paths: { "$.a": shuffle } }'))).toEqual(['nested-rule']);
    expect(code(changed('rule: drop }', 'rule: redact, as: sex }'))).toEqual(['same-name']);
    expect(code(changed('- name: register', '- { name: register, approved: [resident_id, name, age, sex] }'))).toEqual([
      'not-approved',
    ]);
  });

  it('refuses blanket consent', () => {
    const basis = (columns: string, purpose: string) =>
      `${EXAMPLE}legalBasis:\n  - { basis: consent, reference: C-1, purpose: ${purpose}, columns: ${columns}, persons: c.csv, expires: 2026-12-31 }\n`;
    expect(failure(basis('["*"]', 'care')).issues[0]?.code).toBe('blanket-columns');
    expect(failure(basis('[resident_id, name, age, sex, income]', 'care')).issues[0]?.code).toBe('blanket-columns');
    expect(failure(basis('[name]', '所有用途')).issues[0]?.code).toBe('blanket-purpose');
    expect(parsePolicy(basis('[name]', 'care'), 'p', { today: TODAY }).policy.legalBasis).toHaveLength(1);
  });

  it('checks columns against a source', () => {
    const parsed = parsePolicy(EXAMPLE, 'policy.yaml', { today: TODAY });
    const names = ['resident_id', 'name', 'age', 'sex', 'income', 'note', 'extra'];
    expect(() => parsed.checkColumns('register.csv', names)).not.toThrow();
    try {
      parsed.checkColumns(
        'register.csv',
        names.map((name) => (name === 'income' ? 'incomes' : name)),
      );
      expect.unreachable();
    } catch (error) {
      expect((error as PolicyError).message).toContain(
        'policy.yaml:20:3 columns.income: there is no column "income" in register.csv; did you mean "incomes"?',
      );
    }
  });
});

describe('policyJsonSchema', () => {
  it('is the file in schemas/', () => {
    expect(JSON.parse(readFileSync('schemas/policy.schema.json', 'utf8'))).toEqual(policyJsonSchema());
  });
});
