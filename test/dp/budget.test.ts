/** The durable budget: reserved before noise, spent for good, idempotent by id, safe against crashes, edits and two writers. */
import { execFileSync, spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { verifyLedger } from '../../src/audit/index.js';
import { Budget, type BudgetCap, type Plan } from '../../src/dp/index.js';
import { type Table, tableFromColumns } from '../../src/table/index.js';
import { SeededRandom } from '../../src/testing/index.js';
import { afterKill } from './killed.js';

let folder = '';
let path = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'scrim-dp-'));
  path = join(folder, 'ledger.jsonl');
});
afterEach(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

const table: Table = tableFromColumns({ person: ['a', 'b', 'c'], city: ['甲', '甲', '乙'] });
const plan: Plan = {
  schema: 'scrim.dp-plan/1',
  population: 'register',
  unit: { column: 'person' },
  contribution: { groups: 1, rowsPerGroup: 1 },
  groupBy: { columns: ['city'], keys: { public: [['甲'], ['乙']] } },
  queries: [{ name: 'n', kind: 'count' }],
  noise: 'laplace',
  budget: { epsilon: 0.4, delta: 0 },
};
const cap: BudgetCap = { population: 'register', scope: null, epsilon: 1, delta: 0, accountant: 'pure', expires: null };
const ask = (id: string, change: Partial<Plan> = {}) => ({
  id,
  plan: { ...plan, ...change },
  table,
  operator: 'tester',
});
const code = (name: string) => expect.objectContaining({ code: name });

async function opened(): Promise<Budget> {
  const budget = await Budget.open(path);
  await budget.setCap(cap, 'tester');
  return budget;
}

describe('spending', () => {
  it('takes what fits, refuses what does not, and a second process verifies the ledger', async () => {
    const budget = await opened();
    const first = await budget.release(ask('r1'));
    expect(first.spent.epsilon).toBeCloseTo(0.4, 9);
    expect(first.answers).toHaveLength(2);
    await budget.release(ask('r2'));
    await expect(budget.release(ask('r3'))).rejects.toEqual(code('SCRIM_DP_BUDGET_EXCEEDED'));
    const [state] = await budget.states();
    expect(state!.spent.epsilon).toBeCloseTo(0.8, 9);
    expect(state!.reservations).toBe(2);
    const other = await Budget.open(path);
    expect((await other.states())[0]!.remaining.epsilon).toBeCloseTo(0.2, 9);
    expect((await verifyLedger(path)).problem).toBeNull();
  });

  it('returns the stored answer for the same id and spends nothing', async () => {
    const budget = await opened();
    const first = await budget.release(ask('r1'));
    expect(await budget.release(ask('r1'))).toEqual(first);
    expect((await budget.states())[0]!.reservations).toBe(1);
  });

  it('keeps the digest of the data out of ledger and answer: it would be a test for guesses at a row', async () => {
    const budget = await opened();
    const digest = 'ab'.repeat(32);
    const release = await budget.release({ ...ask('r1'), dataDigest: digest });
    const text = readFileSync(path, 'utf8');
    expect(text + JSON.stringify(release)).not.toContain(digest);
    const nonce = /"nonce":"([0-9a-f]{64})"/.exec(text)![1]!;
    expect(JSON.stringify(release)).not.toContain(nonce);
    const { sha256Hex } = await import('../../src/core/index.js');
    expect(release.dataCommitment).toBe(sha256Hex(new TextEncoder().encode(`scrim.dp-data/1\n${nonce}\n${digest}`)));
    expect(await budget.release({ ...ask('r1'), dataDigest: digest })).toEqual(release);
  });

  it('refuses a frequency table before anything is spent', async () => {
    const budget = await opened();
    const { frequencyTable } = await import('../../src/table/index.js');
    const counted = frequencyTable(table, ['person', 'city']);
    await expect(budget.release({ ...ask('r1'), table: counted })).rejects.toEqual(code('SCRIM_DP_PLAN'));
    expect((await budget.states())[0]!.reservations).toBe(0);
  });

  it('refuses an id for another plan or other data', async () => {
    const budget = await opened();
    await budget.release(ask('r1'));
    await expect(budget.release(ask('r1', { budget: { epsilon: 0.1, delta: 0 } }))).rejects.toEqual(
      code('SCRIM_DP_RELEASE_CONFLICT'),
    );
    const other = { ...ask('r1'), table: tableFromColumns({ person: ['a'], city: ['甲'] }) };
    await expect(budget.release(other)).rejects.toEqual(code('SCRIM_DP_RELEASE_CONFLICT'));
  });

  it('counts all scenarios of all tenants against the population, a scenario against its sub-cap too', async () => {
    const budget = await opened();
    const scope = (scenario: string) => ({ tenant: 't', environment: 'production', scenario });
    await budget.setCap({ ...cap, scope: scope('s1'), epsilon: 0.5 }, 'tester');
    await budget.setCap({ ...cap, scope: scope('s2'), epsilon: 0.9 }, 'tester');
    await budget.release({ ...ask('a'), scope: scope('s1') });
    await expect(budget.release({ ...ask('b'), scope: scope('s1') })).rejects.toEqual(code('SCRIM_DP_BUDGET_EXCEEDED'));
    await budget.release({ ...ask('c'), scope: scope('s2') });
    await expect(budget.release({ ...ask('d'), scope: scope('s2') })).rejects.toEqual(code('SCRIM_DP_BUDGET_EXCEEDED'));
    await expect(budget.release({ ...ask('e'), scope: scope('s3') })).rejects.toEqual(code('SCRIM_DP_BUDGET_MISSING'));
  });

  it('composes by the accountant of the cap: PLD fits more than plain addition', async () => {
    const budget = await Budget.open(path);
    await budget.setCap({ ...cap, epsilon: 1, delta: 1e-6, accountant: 'pld' }, 'tester');
    const small: Partial<Plan> = { budget: { epsilon: 0.05, delta: 0 } };
    let taken = 0;
    for (let i = 0; i < 22; i++) {
      try {
        await budget.release(ask(`r${i}`, small));
        taken++;
      } catch (error) {
        expect(error).toEqual(code('SCRIM_DP_BUDGET_EXCEEDED'));
        break;
      }
    }
    expect(taken).toBeGreaterThan(20);
  }, 120_000);
});

describe('refusals', () => {
  it('needs a budget, which is set once', async () => {
    const budget = await Budget.open(path);
    await expect(budget.release(ask('r1'))).rejects.toEqual(code('SCRIM_DP_BUDGET_MISSING'));
    const scope = { tenant: 't', environment: 'production', scenario: 's1' };
    const refused = await budget.setCap({ ...cap, scope }, 'tester').catch((error: unknown) => error);
    expect(String(refused)).toContain('scope * (');
    await budget.setCap(cap, 'tester');
    const unscoped = await budget.release({ ...ask('r1'), scope }).catch((error: unknown) => error);
    expect(String(unscoped)).toContain('scope t/production/s1');
    await expect(budget.setCap({ ...cap, epsilon: 100 }, 'tester')).rejects.toEqual(code('SCRIM_DP_BUDGET_EXISTS'));
  });

  it('takes no seeded noise', async () => {
    const budget = await opened();
    await expect(budget.release({ ...ask('r1'), random: new SeededRandom('x') })).rejects.toEqual(
      code('SCRIM_DP_SEEDED'),
    );
    expect((await budget.states())[0]!.reservations).toBe(0);
  });

  it('forfeits what is left when closed or expired, also when the clock goes back', async () => {
    const budget = await opened();
    await budget.closeCap('register', null, 'tester');
    await expect(budget.release(ask('r1'))).rejects.toEqual(code('SCRIM_DP_BUDGET_CLOSED'));
    await budget.setCap({ ...cap, population: 'other', expires: '2001-01-01' }, 'tester');
    const past = await Budget.open(path, { now: () => new Date('2000-01-01') });
    await expect(past.release(ask('r2', { population: 'other' }))).rejects.toEqual(code('SCRIM_DP_BUDGET_CLOSED'));
  });

  it('a clock that goes back neither reopens what expired nor dates a release before the last record', async () => {
    const at = (time: string) => Budget.open(path, { now: () => new Date(time) });
    const budget = await opened();
    const { Ledger } = await import('../../src/audit/index.js');
    await budget.setCap({ ...cap, population: 'short', expires: '2031-01-01T00:00:00Z' }, 'tester');
    await budget.close();
    // Somebody writes a record in 2032; then the clock says 2030 again.
    const ledger = await Ledger.open(path, { now: () => new Date('2032-06-01T00:00:00Z') });
    await ledger.append({ type: 'test.note', data: { text: 'later' } });
    await ledger.close();
    const back = await at('2030-01-01T00:00:00Z');
    const [, short] = await back.states();
    expect(short).toMatchObject({ state: 'expired', remaining: { epsilon: 0, delta: 0 } });
    await expect(back.release(ask('r1', { population: 'short' }))).rejects.toEqual(code('SCRIM_DP_BUDGET_CLOSED'));
  });

  it('refuses a plan that was changed after its reservation, in any field', async () => {
    const budget = await opened();
    await budget.release(ask('r1'));
    const changes: Partial<Plan>[] = [
      { confidence: 0.9 },
      { noise: 'gaussian', budget: { epsilon: 0.4, delta: 1e-9 } },
      { contribution: { groups: 1, rowsPerGroup: 2 } },
      { groupBy: null },
      { queries: [{ name: 'm', kind: 'count' }] },
    ];
    for (const change of changes)
      await expect(budget.release(ask('r1', change))).rejects.toEqual(code('SCRIM_DP_RELEASE_CONFLICT'));
    expect((await budget.states())[0]!.spent.epsilon).toBeCloseTo(0.4, 9);
  });

  it('accrues loss of tenants against one population and closes a sub-cap without touching the others', async () => {
    const budget = await opened();
    const scope = (tenant: string) => ({ tenant, environment: 'production', scenario: 's' });
    for (const tenant of ['one', 'two']) await budget.setCap({ ...cap, scope: scope(tenant) }, 'tester');
    await budget.release({ ...ask('a'), scope: scope('one') });
    await budget.release({ ...ask('b'), scope: scope('two') });
    // 0.4 + 0.4 of the population's 1: a third does not fit, although each tenant has 0.6 left.
    await expect(budget.release({ ...ask('c'), scope: scope('one') })).rejects.toEqual(
      code('SCRIM_DP_BUDGET_EXCEEDED'),
    );
    await budget.closeCap('register', scope('two'), 'tester');
    const small: Partial<Plan> = { budget: { epsilon: 0.1, delta: 0 } };
    await expect(budget.release({ ...ask('d', small), scope: scope('two') })).rejects.toEqual(
      code('SCRIM_DP_BUDGET_CLOSED'),
    );
    await budget.release({ ...ask('e', small), scope: scope('one') });
    const states = await budget.states();
    expect(states.map(({ spent }) => Number(spent.epsilon.toFixed(9)))).toEqual([0.9, 0.5, 0.4]);
    expect(states[2]!.remaining).toEqual({ epsilon: 0, delta: 0 });
  });

  it('spends nothing on a bad plan or an unknown column', async () => {
    const budget = await opened();
    await expect(budget.release(ask('r1', { budget: { epsilon: -1, delta: 0 } }))).rejects.toEqual(
      code('SCRIM_DP_PLAN'),
    );
    await expect(budget.release(ask('r2', { unit: { column: 'nobody' } }))).rejects.toEqual(
      code('SCRIM_TABLE_UNKNOWN_COLUMN'),
    );
    await expect(budget.release(ask('../r3'))).rejects.toEqual(code('SCRIM_ARGUMENT'));
    expect((await budget.states())[0]!.reservations).toBe(0);
  });
});

describe('faults', () => {
  it('a reservation without its answer stays spent and is not answered again', async () => {
    const budget = await opened();
    await budget.release(ask('r1'));
    rmSync(join(`${path}.answers`, 'r1.json'));
    await expect(budget.release(ask('r1'))).rejects.toEqual(code('SCRIM_DP_RELEASE_LOST'));
    expect((await budget.states())[0]!.spent.epsilon).toBeCloseTo(0.4, 9);
  });

  it('an edited answer is refused', async () => {
    const budget = await opened();
    await budget.release(ask('r1'));
    const file = join(`${path}.answers`, 'r1.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"value":', '"value": '));
    await expect(budget.release(ask('r1'))).rejects.toEqual(code('SCRIM_DP_RELEASE_LOST'));
  });

  it('an edited or shortened ledger is refused', async () => {
    const budget = await opened();
    await budget.release(ask('r1'));
    await budget.close();
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replace('"epsilon":1,', '"epsilon":9,'));
    await expect(Budget.open(path).then((other) => other.states())).rejects.toThrow();
    writeFileSync(path, `${text.split('\n').slice(0, -3).join('\n')}\n`);
    await expect(Budget.open(path).then((other) => other.states())).rejects.toThrow();
    writeFileSync(path, text);
    appendFileSync(path, '{"torn":');
    await expect(Budget.open(path).then((other) => other.release(ask('r9')))).rejects.toThrow();
  });

  const script = (count: number, name: string): string => `
    import { Budget } from ${JSON.stringify(resolve(import.meta.dirname, '../../src/dp/index.ts'))};
    import { tableFromColumns } from ${JSON.stringify(resolve(import.meta.dirname, '../../src/table/index.ts'))};
    const budget = await Budget.open(${JSON.stringify(path)});
    const table = tableFromColumns({ person: ['a', 'b', 'c'], city: ['甲', '甲', '乙'] });
    const plan = ${JSON.stringify({ ...plan, budget: { epsilon: 0.01, delta: 0 } })};
    let done = 0;
    for (let i = 0; i < ${count}; i++) {
      try { await budget.release({ id: '${name}-' + i, plan, table, operator: '${name}' }); done++; } catch (error) { if (error.code !== 'SCRIM_DP_BUDGET_EXCEEDED') { console.error(error.code ?? error); process.exit(1); } }
    }
    console.log(done);`;
  // The loader, not the command: the command runs the script in a child of its own, which a kill would miss.
  const tsx = `--import=${pathToFileURL(resolve(import.meta.dirname, '../../node_modules/tsx/dist/loader.mjs')).href}`;

  it('two processes that spend at once never exceed the cap', async () => {
    const budget = await opened();
    await budget.close();
    const run = (name: string): Promise<number> =>
      new Promise((done, fail) => {
        const file = join(folder, `${name}.mts`);
        writeFileSync(file, script(70, name));
        const child = spawn(process.execPath, [tsx, file], { stdio: ['ignore', 'pipe', 'inherit'] });
        let out = '';
        child.stdout.on('data', (data) => {
          out += data;
        });
        child.on('exit', (status) => (status === 0 ? done(Number(out)) : fail(new Error(`exit ${status}`))));
      });
    const [a, b] = await Promise.all([run('one'), run('two')]);
    expect(a + b).toBe(100);
    const other = await Budget.open(path);
    const [state] = await other.states();
    expect(state!.reservations).toBe(100);
    expect(state!.spent.epsilon).toBeLessThanOrEqual(1 + 1e-9);
  }, 60_000);

  it('kill -9 before single steps of a release, from the first to the last (all steps: npm run verify)', async () => {
    const whole = await afterKill(0);
    expect(whole.aftermath).toBe('finished');
    const steps = whole.steps as number;
    expect(steps).toBeGreaterThan(10);
    expect((await afterKill(2)).aftermath).toBe('nothing');
    expect((await afterKill(Math.floor(steps / 2))).aftermath).toBe('spent and lost');
    expect((await afterKill(steps)).aftermath).toBe('spent and answered');
  }, 120_000);

  it('kill -9 in the middle loses no spending: reservations never fall behind answers', async () => {
    const budget = await opened();
    await budget.close();
    const file = join(folder, 'killed.mts');
    writeFileSync(file, script(1000, 'killed'));
    const child = spawn(process.execPath, [tsx, file], { stdio: 'ignore' });
    await new Promise<void>((done) => {
      const timer = setInterval(() => {
        if (
          existsSync(`${path}.answers`) &&
          execFileSync('ls', [`${path}.answers`])
            .toString()
            .split('\n').length > 5
        ) {
          clearInterval(timer);
          child.kill('SIGKILL');
          done();
        }
      }, 5);
    });
    await new Promise((done) => child.on('exit', done));
    const answers = execFileSync('ls', [`${path}.answers`])
      .toString()
      .split('\n')
      .filter((name) => name.endsWith('.json')).length;
    const { Ledger } = await import('../../src/audit/index.js');
    await Ledger.recover(path, { operator: 'tester', reason: 'killed' });
    const other = await Budget.open(path);
    const [state] = await other.states();
    expect(state!.reservations).toBeGreaterThanOrEqual(answers);
    expect(state!.spent.epsilon).toBeGreaterThanOrEqual(0.01 * answers - 1e-9);
  }, 60_000);
});
