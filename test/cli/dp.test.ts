/** `scrim dp`: prices against reference values, a grouped release over a register with a verified ledger, coded refusals with their place. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { inFolder, scrim } from './harness.js';

async function account(
  spec: string,
): Promise<{ code: number; err: string; result: { epsilon: number; delta: number } }> {
  return inFolder(async (folder) => {
    const file = path.join(folder, 'spec.yaml');
    writeFileSync(file, spec);
    const { code, out, err } = await scrim(['dp', 'account', '--spec', file, '--json', '-']);
    return { code, err: err.replaceAll(`${folder}/`, ''), result: code === 0 ? JSON.parse(out) : null };
  });
}

describe('scrim dp account', () => {
  it.each([
    // Sources: dp_accounting tests and runs; see test/vectors/dp/reference.json.
    ['pld', 'kind: gaussian, scale: 1, sensitivity: 1', 'delta: 0.001', 'epsilon', 3.138670552625377, 1e-4],
    ['pld', 'kind: laplace, scale: 20, sensitivity: 1, count: 100', 'delta: 1e-3', 'epsilon', 1.3307291, 1e-4],
    ['rdp', 'kind: gaussian, scale: 1, sensitivity: 1', 'delta: 1e-3', 'epsilon', 3.5365620688888635, 1e-6],
    ['kov', 'kind: approximate, epsilon: 0.1, delta: 0, count: 100', 'delta: 1e-5', 'epsilon', 4.4, 1e-6],
    ['pure', 'kind: laplace, scale: 20, sensitivity: 1, count: 100', 'delta: 0', 'epsilon', 5, 1e-9],
    ['pure', 'kind: randomised-response, probability: 0.75, answers: 2', 'delta: 0', 'epsilon', Math.log(3), 1e-12],
    // As for Laplace noise: sensitivity / scale.
    ['pure', 'kind: randomised-response, scale: 2, sensitivity: 1', 'delta: 0', 'epsilon', 0.5, 1e-12],
    ['kov', 'kind: laplace, scale: 1000, sensitivity: 1, count: 1000000', 'delta: 1e-5', 'epsilon', 4.378, 1e-9],
    // A million Gaussians of sigma 1000 are one of sigma 1; mpmath at sigma .01: 5425.50984614743.
    ['pld', 'kind: gaussian, scale: 1000, sensitivity: 1, count: 1000000', 'epsilon: 1', 'delta', 0.12693674, 5e-8],
    ['pld', 'kind: gaussian, scale: 0.01, sensitivity: 1', 'delta: 1e-5', 'epsilon', 5425.50984614743, 1e-6],
    ['pld', 'kind: gaussian, scale: 1, sensitivity: 1', 'epsilon: 1', 'delta', 0.12693674, 5e-8],
    ['zcdp', 'kind: gaussian, scale: 1, sensitivity: 1', 'epsilon: 1', 'delta', 0.2, 0.1],
    [
      'pld',
      'kind: gaussian, scale: 1, sensitivity: 1, count: 1000, sampling: 0.01',
      'delta: 1e-5',
      'epsilon',
      1.8282436,
      2e-3,
    ],
  ] as const)('%s, {%s}, %s: %s = %d', async (accountant, mechanism, given, asked, expected, tolerance) => {
    const { code, result } = await account(`accountant: ${accountant}\n${given}\nmechanisms:\n  - {${mechanism}}\n`);
    expect(code).toBe(0);
    expect(Math.abs(result[asked] - expected)).toBeLessThanOrEqual(tolerance);
  });

  it.each([
    [
      'accountant: pld\ndelta: 1e-5\nmechanisms:\n  - kind: laplace\n    scale: -1\n    sensitivity: 1\n',
      'spec.yaml:5:5',
    ],
    ['accountant: pld\ndelta: 1e-5\nmechanisms:\n  - kind: cauchy\n', 'spec.yaml:4:5'],
    ['accountant: pld\ndelta: 2\nmechanisms:\n  - {kind: laplace, scale: 1, sensitivity: 1}\n', 'spec.yaml:2:1'],
    [
      'accountant: pld\ndelta: 1e-5\nepsilon: 1\nmechanisms:\n  - {kind: laplace, scale: 1, sensitivity: 1}\n',
      'spec.yaml:1:1',
    ],
    [
      'accountant: pure\ndelta: 0\nmechanisms:\n  - {kind: randomised-response, scale: 2, epsilon: 1}\n',
      'spec.yaml:4:5',
    ],
    ['accountant: magic\ndelta: 1e-5\nmechanisms: []\n', 'spec.yaml:1:1'],
    ['accountant: pld\ndelta: 1e-5\nmechanisms: []\n', 'spec.yaml:3:1'],
    [
      'accountant: pld\ndelta: 1e-5\nmechanisms:\n  - {kind: laplace, scale: 1, sensitivity: 1, count: 0}\n',
      'spec.yaml:4:47',
    ],
    ['accountant: pld\ndelta: 1e-5\nmechanisms:\n  - {kind: laplace, scale: .nan, sensitivity: 1}\n', 'spec.yaml:4:21'],
    ['accountant: pld\ndelta: [1e-5\n', 'spec.yaml:'],
  ])('refuses with exit code 2 and the place: %j', async (spec, place) => {
    const { code, err } = await account(spec);
    expect(code).toBe(2);
    expect(err).toContain('SCRIM_DP_SPEC');
    expect(err).toContain(place);
  });

  it('says when a Gaussian has no pure price and when no epsilon reaches delta', async () => {
    const gaussian = 'mechanisms:\n  - {kind: gaussian, scale: 1, sensitivity: 1}\n';
    expect((await account(`accountant: pure\ndelta: 1e-5\n${gaussian}`)).err).toContain('SCRIM_DP_NO_PURE_PRICE');
    expect((await account(`accountant: pld\ndelta: 0\n${gaussian}`)).err).toContain('SCRIM_DP_UNREACHABLE');
  });
});

const SPEC = `
id: report-1
ledger: ledger.jsonl
operator: 张三
population: register
unit: {column: person}
contribution: {groups: 1, rowsPerGroup: 2}
groupBy:
  columns: [city]
  keys: {public: [甲, 乙, 丁]}
queries:
  - {name: rows, kind: count}
  - {name: income, kind: mean, column: income, lower: 0, upper: 100, quantum: 0.1}
noise: laplace
budget: {epsilon: 2, delta: 0}
`;
const DATA = `person,city,income\n${Array.from({ length: 400 }, (_, i) => `p${i},${i % 4 === 0 ? '乙' : '甲'},${i % 100}`).join('\n')}\n`;

function open(ledger: string): string[] {
  return 'dp budget open LEDGER --population register --epsilon 3 --delta 0 --accountant pure --operator 张三'
    .split(' ')
    .map((word) => (word === 'LEDGER' ? ledger : word));
}

describe('scrim dp plan', () => {
  const plan = (spec: string) =>
    inFolder(async (folder) => {
      writeFileSync(path.join(folder, 'spec.yaml'), spec);
      return scrim(['dp', 'plan', '--spec', path.join(folder, 'spec.yaml'), '--json', '-']);
    });

  it('says scale, reach and price of both kinds of noise, and spends nothing', async () => {
    const { code, out, err } = await plan(SPEC.replace('{epsilon: 2, delta: 0}', '{epsilon: 2, delta: 1e-6}'));
    expect([code, err]).toEqual([0, '']);
    const { schema, confidence, offers } = JSON.parse(out);
    expect([schema, confidence]).toEqual(['scrim.dp-forecast/1', 0.95]);
    expect(offers.map((offer: { noise: string }) => offer.noise)).toEqual(['laplace', 'gaussian']);
    for (const { price, measurements } of offers) {
      expect(price.epsilon).toBeGreaterThan(0);
      expect(price.epsilon).toBeLessThanOrEqual(2 * (1 + 1e-9));
      expect(new Set(measurements.map((one: { query: string }) => one.query))).toEqual(new Set(['rows', 'income']));
    }
    // Laplace at 95 %: P(|X| > t) = 2 q^(t+1) / (1 + q), q = exp(-1 / b); one measurement, budget split by two queries.
    const [rows] = offers[0].measurements;
    const q = Math.exp(-1 / rows.scale);
    expect((2 * q ** (rows.reach + 1)) / (1 + q)).toBeLessThanOrEqual(0.05);
    expect((2 * q ** rows.reach) / (1 + q)).toBeGreaterThan(0.05);
  });

  it('leaves out what has no price: Gaussian noise at delta 0', async () => {
    const { code, out } = await plan(SPEC);
    expect(code).toBe(0);
    const { offers } = JSON.parse(out);
    expect(offers.map((offer: { noise: string }) => offer.noise)).toEqual(['laplace']);
    expect(offers[0].price.epsilon).toBeCloseTo(2, 9);
    expect((await plan(SPEC.replace('noise: laplace', 'noise: gaussian'))).err).toContain('SCRIM_');
  });
});

describe('scrim dp release', () => {
  it('spends from the ledger, repeats a stored answer, refuses what exceeds the cap', () =>
    inFolder(async (folder) => {
      const at = (name: string): string => path.join(folder, name);
      writeFileSync(at('spec.yaml'), SPEC);
      writeFileSync(at('data.csv'), DATA);
      const ask = [
        'dp',
        'release',
        '--spec',
        at('spec.yaml'),
        at('data.csv'),
        '--json',
        at('out.json'),
        '--html',
        at('out.html'),
      ];
      expect((await scrim(ask)).err).toContain('SCRIM_DP_BUDGET_MISSING');
      expect((await scrim(open(at('ledger.jsonl')))).code).toBe(0);
      const first = await scrim(ask);
      expect(first.err).toBe('');
      expect(first.code).toBe(0);
      const text = readFileSync(at('out.json'), 'utf8');
      const release = JSON.parse(text);
      expect(release.schema).toBe('scrim.dp-release/1');
      expect(release.answers).toHaveLength(6);
      for (const { query, key, value, interval, noise } of release.answers) {
        expect([typeof query, key.length, typeof value, interval.length, typeof noise.kind]).toEqual([
          'string',
          1,
          'number',
          2,
          'string',
        ]);
        expect(interval[0] <= value && value <= interval[1]).toBe(true);
      }
      expect(release.spent.epsilon).toBeCloseTo(2, 9);
      expect(release.remaining.epsilon).toBeCloseTo(1, 9);
      const rows = release.answers.find(
        (one: { query: string; key: string[] }) => one.query === 'rows' && one.key[0] === '甲',
      );
      expect(Math.abs(rows.value - 300)).toBeLessThan(60);
      const html = readFileSync(at('out.html'), 'utf8');
      expect(html).toContain('<svg');
      expect(html).toContain('甲');
      expect((await scrim(ask)).code).toBe(0);
      expect(readFileSync(at('out.json'), 'utf8')).toBe(text);
      writeFileSync(at('spec.yaml'), SPEC.replace('report-1', 'report-2'));
      const refused = await scrim(ask);
      expect(refused.code).toBe(4);
      expect(refused.err).toContain('SCRIM_DP_BUDGET_EXCEEDED');
      expect((await scrim(['ledger', 'verify', at('ledger.jsonl')])).code).toBe(0);
      const shown = await scrim(['dp', 'budget', 'show', at('ledger.jsonl'), '--json', '-']);
      expect(JSON.parse(shown.out).caps[0].spent.epsilon).toBeCloseTo(2, 9);
      const close = ['dp', 'budget', 'close', at('ledger.jsonl'), '--population', 'register', '--operator', '张三'];
      expect((await scrim(close)).code).toBe(0);
      writeFileSync(at('spec.yaml'), SPEC.replace('report-1', 'r3').replace('epsilon: 2', 'epsilon: 0.1'));
      expect((await scrim(ask)).err).toContain('SCRIM_DP_BUDGET_CLOSED');
    }));

  it.each([
    ['unit: {column: person}', '', 'unit is missing', 'spec.yaml:'],
    ['epsilon: 2', 'epsilon: 5e-324', '2^-40', 'spec.yaml:15:10'],
    ['epsilon: 2', 'epsilon: -1', '2^-40', 'spec.yaml:15:10'],
    ['delta: 0', 'delta: 1', 'below 1', 'spec.yaml:15:22'],
    ['upper: 100', 'upper: -1', 'lower below upper', 'spec.yaml:13:'],
    ['keys: {public: [甲, 乙, 丁]}', 'keys: {unknown: magic}', 'cost delta', 'spec.yaml:15:22'],
    ['quantum: 0.1', 'quantum: 1e-300', '2^40 quanta', 'spec.yaml:13:'],
    ['noise: laplace', 'noise: uniform', 'expected one of', 'spec.yaml:14:1'],
    ['noise: laplace', 'noise: laplace\nseed: 1', 'unknown key', 'spec.yaml:15:1'],
  ])('%s -> %s is refused', (from, to, problem, place) =>
    inFolder(async (folder) => {
      const at = (name: string): string => path.join(folder, name);
      writeFileSync(at('spec.yaml'), SPEC.replace(from, to));
      writeFileSync(at('data.csv'), DATA);
      await scrim(open(at('ledger.jsonl')));
      const { code, err } = await scrim(['dp', 'release', '--spec', at('spec.yaml'), at('data.csv')]);
      expect(code).toBe(2);
      expect(err).toContain('SCRIM_DP_SPEC');
      expect(err).toContain(problem);
      expect(err).toContain(place);
      const shown = await scrim(['dp', 'budget', 'show', at('ledger.jsonl'), '--json', '-']);
      expect(JSON.parse(shown.out).caps[0].reservations).toBe(0);
    }),
  );
});
