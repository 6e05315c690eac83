/**
 * Audit kit of differentially private mechanisms: replay on neighbours and a statistical lower bound of epsilon.
 * @module
 */
export { clopperPearson, type Distinguished, epsilonLowerBound } from './distinguish.js';
export { RecordingRandom } from './random.js';
export { type Replay, replay } from './replay.js';
