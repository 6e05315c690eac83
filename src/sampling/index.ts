/**
 * `scrim/sampling`: probability designs with their weights and inclusion probabilities.
 * @module
 */
export { consistentMembers } from './design/consistent.js';
export { Reservoir, weightedReservoir } from './design/reservoir.js';
export { poisson, simpleRandom, systematic, withReplacement } from './design/simple.js';
export { type Allocation, type AllocationOptions, allocate } from './design/stratified.js';
export { inclusionProbabilities, permutation, pivotal } from './design/unequal.js';
export { type DesignName, type Sample, type SampleOptions, type StratumCount, sample } from './sample.js';
export { type StreamedSample, type StreamParts, sampleStream } from './stream.js';
