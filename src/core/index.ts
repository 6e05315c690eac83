/**
 * `scrim/core`: errors, records, randomness and kernels that everything above is built from.
 * @module
 */
export type { AtomicFileOptions, WrittenFile } from './atomic-file.js';
export { AtomicFile, commitTogether, writeFileAtomic } from './atomic-file.js';
export { canonicalJson } from './canonical-json.js';
export type { DigestEngine } from './digest.js';
export { hexOf, Sha256, sha256, sha256Hex } from './digest.js';
export { displayWidth, truncateText, visibleText } from './display-text.js';
export type { Bilingual, ErrorCode, ErrorEntry } from './error-catalogue.js';
export { errorCatalogue } from './error-catalogue.js';
export type { ErrorParameters, ExitCode, Language } from './errors.js';
export { isScrimError, ScrimError } from './errors.js';
export type { CodeGroups, GroupRows } from './group-codes.js';
export { groupCodes, groupCodesByHash, groupKeys64, groupPersons, groupRows, groupSizes } from './group-codes.js';
export type { LaneOptions, LaneWork } from './lanes.js';
export { Lanes } from './lanes.js';
export { keepFreedMemory } from './memory.js';
export { nodeBuiltin, nodeCrypto, nodeFs } from './platform.js';
export type { Progress, ProgressEvent, RunOptions } from './progress.js';
export { throttleProgress, throwIfCancelled } from './progress.js';
export type { RandomSource } from './random.js';
export { SecureRandom, uniformBelow } from './random.js';
export type { Artifact, Json, Leakage, OperationRecord, Residual, Unsafe, Warning } from './record.js';
export { version } from './version.js';
export type { TaskOptions, WorkerPoolOptions, WorkerTasks } from './worker-pool.js';
export { roomModule, WorkerPool, withTransfer } from './worker-pool.js';
