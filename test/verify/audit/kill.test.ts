/** Forty rounds of SIGKILL on two writers: nothing acknowledged is lost (`npm run verify`). */
import { expect, it } from 'vitest';
import { killAgainAndAgain } from '../../audit/kill.js';

it('forty rounds', async () => {
  expect((await killAgainAndAgain(40)).records).toBeGreaterThan(40);
}, 600_000);
