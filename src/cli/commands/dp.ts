/**
 * `scrim dp`: differentially private releases, what mechanisms cost, budgets.
 * @module
 */
import type { ScrimCommand } from '../command-line.js';
import { addAccount } from './dp-account.js';
import { addBudget } from './dp-budget.js';
import { addPlan } from './dp-forecast.js';
import { addRelease } from './dp-release.js';

/** Adds `scrim dp`. */
export function addDp(program: ScrimCommand): void {
  const dp = program.sub('dp', ['differentially private releases and budgets', '差分隐私发布与预算']);
  addPlan(dp);
  addRelease(dp);
  addAccount(dp);
  addBudget(dp);
}
