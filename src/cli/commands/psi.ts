/**
 * `scrim psi`: private set intersection on one machine, between two, or planned and tested.
 * @module
 */
import type { ScrimCommand } from '../command-line.js';
import { addPsiJoin } from './psi-join.js';
import { addPsiLocal } from './psi-local.js';
import { addPsiNetwork } from './psi-network.js';
import { addPsiPlan } from './psi-plan.js';
import { addPsiPublish } from './psi-publication.js';

/** Adds `scrim psi` and its sub-commands. */
export function addPsi(program: ScrimCommand): void {
  const psi = program.sub('psi', ['private set intersection: common keys, nothing else', '隐私集合求交：只得共同键']);
  addPsiLocal(psi);
  addPsiNetwork(psi);
  addPsiPublish(psi);
  addPsiPlan(psi);
  addPsiJoin(psi);
}
