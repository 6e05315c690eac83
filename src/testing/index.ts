/**
 * `scrim/testing`: seeded randomness, synthetic registers and generators, for tests, benches and attack simulation only.
 * @module
 */

export type { CorpusCase } from './corpus/index.js';
export {
  frameOfTable,
  leakyCase,
  leakyFamilies,
  othersCase,
  safeCase,
  safeFamilies,
  sourceKinds,
  tableOfFrame,
} from './corpus/index.js';
export {
  clopperPearson,
  type Distinguished,
  epsilonLowerBound,
  RecordingRandom,
  type Replay,
  replay,
} from './dp-audit/index.js';
export { writeRegisterCsv } from './register/csv.js';
export type { RegisterColumn, RegisterOptions } from './register/register.js';
export { registerColumns, registerTable } from './register/register.js';
export { SeededRandom } from './seeded-random.js';
