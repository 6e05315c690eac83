/**
 * Isolation (R15): two scenarios, two tenants or two environments share no token, no sample, no fusion and no budget. Each pair differs in one
 * name only, and everything else (raw data, policy, passphrase, key ring) is the same.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { changeState, Ledger, scenarioState } from '../../src/audit/index.js';
import { KeyRing } from '../../src/crypto/index.js';
import { Budget, type Plan } from '../../src/dp/index.js';
import { extract, parsePolicy, protect } from '../../src/policy/index.js';
import { agreement, itemSet, pseudonymousJoin, runInProcess } from '../../src/psi/index.js';
import { type Table, tableFromRows } from '../../src/table/index.js';
import { EXAMPLE, TODAY } from './example.js';

const scopes = {
  base: { tenant: 'quzhou-data', environment: 'production', scenario: 'elderly-care-2026' },
  scenario: { tenant: 'quzhou-data', environment: 'production', scenario: 'elderly-care-2027' },
  tenant: { tenant: 'quzhou-health', environment: 'production', scenario: 'elderly-care-2026' },
  environment: { tenant: 'quzhou-data', environment: 'development', scenario: 'elderly-care-2026' },
} as const;
type Name = keyof typeof scopes;
const others = ['scenario', 'tenant', 'environment'] as const;

const table = tableFromRows(
  Array.from({ length: 600 }, (_, i) => ({
    resident_id: `1101051949${String((i % 12) + 1).padStart(2, '0')}31${String(i).padStart(4, '0')}`,
    name: '张三',
    age: String(60 + (i % 4)),
    sex: i % 2 === 0 ? '男' : '女',
    income: String(1000 + i),
    note: 'x',
  })),
);
const ring = await KeyRing.create();
const folder = mkdtempSync(join(tmpdir(), 'scrim-isolation-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function policyOf(name: Name, sampling = ''): ReturnType<typeof parsePolicy> {
  const { tenant, environment, scenario } = scopes[name];
  const text = EXAMPLE.replace('tenant: quzhou-data', `tenant: ${tenant}`)
    .replace('environment: production', `environment: ${environment}`)
    .replace('scenario: elderly-care-2026', `scenario: ${scenario}`);
  return parsePolicy(`${text}${sampling}`, 'policy.yaml', { today: TODAY });
}
const column = (from: Table, name: string): string[] => [...from.objects()].map((row) => row[name] as string);

describe.each(others)('another %s', (other) => {
  it('has other tokens for the same people, none in common', () => {
    const [ours, theirs, again] = (['base', other, 'base'] as const).map((name) =>
      column(protect(table, policyOf(name), { keys: ring }).table, 'resident_id'),
    ) as [string[], string[], string[]];
    expect(again).toEqual(ours);
    const known = new Set(ours);
    expect(known.size).toBe(600);
    expect(theirs.filter((token) => known.has(token))).toEqual([]);
  });

  it('draws other people for a consistent sample, no more in common than by chance', () => {
    const sampling = 'sampling: { design: consistent, rate: 0.5, holdout: 0.3 }\n';
    const drawn = (name: Name) => {
      const made = extract(table, policyOf(name, sampling), { keys: ring });
      return [made.train.raw, made.holdout.raw].map((raw) => new Set(column(raw, 'resident_id')));
    };
    const [first, second, again] = [drawn('base'), drawn(other), drawn('base')];
    expect(again).toEqual(first);
    const all = (sets: Set<string>[]): Set<string> => new Set(sets.flatMap((set) => [...set]));
    const [a, b] = [all(first), all(second)];
    const shared = [...a].filter((id) => b.has(id)).length;
    // 600 persons, each in both with probability 1/4: 150 +- 6 standard deviations of 10.6. False alarm below 1e-8.
    expect(Math.abs(shared - 150)).toBeLessThan(64);
  });

  it('has another key for every purpose: no derived key in common', () => {
    const bytes = (name: Name): string[] =>
      ['token', 'sample', 'siv', 'ff1', 'date-shift'].flatMap((purpose) =>
        ['default', 'sample', 'holdout'].map((domain) =>
          Buffer.from(ring.scenario(scopes[name]).derive({ purpose, domain, kind: 'person' }).bytes()).toString('hex'),
        ),
      );
    const ours = bytes('base');
    expect(new Set([...ours, ...bytes(other)]).size).toBe(2 * ours.length);
  });

  it('joins by other pseudonyms, none in common', () => {
    const joined = (name: Name): string[] => {
      const linkageKey = ring
        .scenario(scopes[name])
        .derive({ purpose: 'pseudonymous-join', domain: 'person', kind: 'resident-id' });
      const right = table.select(['resident_id', 'income']);
      const left = table.select(['resident_id', 'age']);
      return column(
        pseudonymousJoin({ left, right, key: ['resident_id'], linkageKey, approval: 'A-1' }).table,
        'token',
      );
    };
    const ours = new Set(joined('base'));
    expect(ours.size).toBe(600);
    expect(joined(other).filter((token) => ours.has(token))).toEqual([]);
  });

  it('spends its own budget: a cap of one scope neither lends nor borrows', async () => {
    const path = join(folder, `budget-${other}.jsonl`);
    const budget = await Budget.open(path);
    const cap = { population: 'register', epsilon: 10, delta: 0, accountant: 'pure' as const, expires: null };
    await budget.setCap({ ...cap, scope: null }, 'o');
    await budget.setCap({ ...cap, epsilon: 1, scope: scopes.base }, 'o');
    await budget.setCap({ ...cap, epsilon: 1, scope: scopes[other] }, 'o');
    const plan: Plan = {
      schema: 'scrim.dp-plan/1',
      population: 'register',
      unit: { column: 'resident_id' },
      contribution: { groups: 1, rowsPerGroup: 1 },
      groupBy: null,
      queries: [{ name: 'rows', kind: 'count' }],
      noise: 'laplace',
      budget: { epsilon: 1, delta: 0 },
    };
    await budget.release({ id: 'a', plan, table, operator: 'o', scope: scopes.base });
    const left = async (name: Name): Promise<number | undefined> =>
      (await budget.states()).find(
        (state) =>
          state.cap.scope !== null &&
          JSON.stringify(Object.values(state.cap.scope).sort()) === JSON.stringify(Object.values(scopes[name]).sort()),
      )?.remaining.epsilon;
    expect(await left('base')).toBeCloseTo(0, 9);
    expect(await left(other)).toBeCloseTo(1, 9);
    await expect(budget.release({ id: 'b', plan, table, operator: 'o', scope: scopes.base })).rejects.toThrowError(
      expect.objectContaining({ code: 'SCRIM_DP_BUDGET_EXCEEDED' }),
    );
    await budget.close();
  });

  it('is not closed when this one is', async () => {
    const ledger = await Ledger.open(join(folder, `state-${other}.jsonl`));
    await changeState(ledger, scopes.base, { state: 'ended', operator: 'o', reason: 'r' });
    expect(await scenarioState(ledger.path, scopes.base)).toBe('ended');
    expect(await scenarioState(ledger.path, scopes[other])).toBe(null);
  });
});

describe.each(['kkrt', 'ecdh'] as const)('two runs of private set intersection (%s)', (protocol) => {
  it('over the same people share no block of what goes over the wire', () => {
    const texts = column(table, 'resident_id');
    const blocks = (approval: string): Set<string> => {
      const agreed = agreement({ protocol, approval });
      const found = new Set<string>();
      const items = itemSet(texts, texts.length);
      runInProcess({ agreement: agreed, items }, { agreement: agreed, items }, (_, frame) => {
        // Handshake frames state the same terms in the same words; the others carry elements of 16 bytes and more.
        if (frame.length > 2000) {
          for (let at = 0; at + 16 <= frame.length; at += 4)
            found.add(Buffer.from(frame.subarray(at, at + 16)).toString('hex'));
        }
        return frame;
      });
      return found;
    };
    const [first, second] = [blocks('QZ-1'), blocks('QZ-2')];
    expect(first.size).toBeGreaterThan(500);
    expect([...second].filter((block) => first.has(block))).toEqual([]);
  });
});
