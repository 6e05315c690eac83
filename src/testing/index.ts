/**
 * `scrim/testing`: seeded randomness, synthetic registers and generators, for tests, benches and attack simulation only.
 * @module
 */
export { SeededRandom } from './seeded-random.js';
