/**
 * `scrim/core`: errors, records, randomness and kernels that everything above is built from.
 * @module
 */
export type { Bilingual, ErrorCode, ErrorEntry } from './error-catalogue.js';
export { errorCatalogue } from './error-catalogue.js';
export type { ErrorParameters, ExitCode, Language } from './errors.js';
export { isScrimError, ScrimError } from './errors.js';
export { nodeBuiltin, nodeCrypto, nodeFs } from './platform.js';
export type { RandomSource } from './random.js';
export { SecureRandom, uniformBelow } from './random.js';
export type { Artifact, Json, Leakage, OperationRecord, Residual, Unsafe, Warning } from './record.js';
