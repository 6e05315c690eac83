/** What must hold after a release was killed at a step. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { Ledger, verifyLedger } from '../../src/audit/index.js';
import { Budget, type Release } from '../../src/dp/index.js';
import { tableFromColumns } from '../../src/table/index.js';
import { killedData, killedPlan, releaseKilledAt } from './kill.js';

/** What the ledger held afterwards. */
export type Aftermath = 'finished' | 'nothing' | 'spent and lost' | 'spent and answered';

/** Kills the release at the step and checks the books; the number of steps of a whole release comes back with `finished`. */
export async function afterKill(step: number): Promise<{ aftermath: Aftermath; steps: number | null }> {
  const folder = mkdtempSync(join(tmpdir(), 'scrim-dp-kill-'));
  try {
    const path = join(folder, 'ledger.jsonl');
    const table = tableFromColumns(killedData);
    const ask = (id: string) => ({ id, plan: killedPlan, table, operator: 'tester' });
    const before = await Budget.open(path);
    await before.setCap(
      { population: 'register', scope: null, epsilon: 1, delta: 0, accountant: 'pure', expires: null },
      'tester',
    );
    const first = await before.release(ask('first'));
    await before.close();

    const steps = await releaseKilledAt(folder, path, step);
    await Ledger.recover(path, { operator: 'tester', reason: 'killed' });
    expect((await verifyLedger(path)).problem).toBeNull();
    const budget = await Budget.open(path);
    const spent = async (): Promise<number> => (await budget.states())[0]!.spent.epsilon;
    const reserved = readFileSync(path, 'utf8').includes('"id":"victim"');
    // Reserved is spent, and nothing else is.
    expect(await spent()).toBeCloseTo(reserved ? 0.5 : 0.25, 9);
    // Nothing earlier is lost.
    expect(await budget.release(ask('first'))).toEqual(first);
    let answer: Release | null = null;
    try {
      answer = await budget.release(ask('victim'));
    } catch (error) {
      expect(error).toMatchObject({ code: 'SCRIM_DP_RELEASE_LOST' });
      // Answers exist only for what the ledger answers for: a file without its digest in the ledger is not handed out.
      expect(reserved).toBe(true);
    }
    // Asked again it is the same answer, and paid once.
    if (answer !== null) expect(await budget.release(ask('victim'))).toEqual(answer);
    expect(await spent()).toBeCloseTo(0.5, 9);
    // What is left can be spent, and no more.
    await budget.release(ask('third'));
    await budget.release(ask('fourth'));
    await expect(budget.release(ask('fifth'))).rejects.toMatchObject({ code: 'SCRIM_DP_BUDGET_EXCEEDED' });
    await budget.close();
    const files = existsSync(`${path}.answers`)
      ? readdirSync(`${path}.answers`).filter((name) => name.endsWith('.json'))
      : [];
    expect(files.length).toBeGreaterThanOrEqual(answer === null ? 3 : 4);
    if (steps !== null) return { aftermath: 'finished', steps };
    return { aftermath: !reserved ? 'nothing' : answer === null ? 'spent and lost' : 'spent and answered', steps };
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
