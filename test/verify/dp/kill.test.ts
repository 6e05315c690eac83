/** SIGKILL before every single change that a release makes to the file system: what was reserved is spent, what was answered is kept. */
import { expect, it } from 'vitest';
import { type Aftermath, afterKill } from '../../dp/killed.js';

it('every step of a release', async () => {
  const seen = new Map<Aftermath, number>();
  let step = 1;
  for (; ; step++) {
    const { aftermath } = await afterKill(step);
    seen.set(aftermath, (seen.get(aftermath) ?? 0) + 1);
    if (aftermath === 'finished') break;
  }
  expect(step).toBeGreaterThan(10);
  for (const aftermath of ['nothing', 'spent and lost', 'spent and answered'] as const)
    expect(seen.get(aftermath), aftermath).toBeGreaterThan(0);
}, 1_800_000);
