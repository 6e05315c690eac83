/**
 * `scrim/audit`: the append-only, hash-chained ledger, its entries, verification, recovery and state.
 * @module
 */
export { appendWhileOpen, changeState, requireOpen, scenarioState, statesAfter } from './authorisation.js';
export type {
  Bundle,
  BundleCheck,
  BundleContent,
  BundleDecision,
  BundleEntry,
  BundleHead,
  BundleOptions,
  BundlePart,
  BundleProblem,
  BundleVerification,
} from './bundle.js';
export { makeBundle, verifyBundle } from './bundle.js';
export type { InterfaceCall } from './call-log.js';
export { callEntry, logCalls } from './call-log.js';
export type { Checkpoint, LedgerProof } from './checkpoint.js';
export { checkpoint, checkpointSigned, prove, verifyProof } from './checkpoint.js';
export type { EntryArtifact, EntryData, EntryScope, EntryType, JsonObject, LedgerEntry, Provenance } from './entry.js';
export { defineEntryType, entry, operationEntry } from './entry.js';
export type { AppendOptions, LedgerOptions, Recovery } from './ledger.js';
export { Ledger } from './ledger.js';
export type { Lineage, LineageArtifact, LineageEdge, LineageOperation } from './lineage.js';
export { lineage, recordDigest, recordedOperations, traceColumn } from './lineage.js';
export { consistencyPath, inclusionPath, leafHash, MerkleRoot, verifyConsistency, verifyInclusion } from './merkle.js';
export type { Pruning } from './prune.js';
export { prune } from './prune.js';
export type { ReadOptions } from './read.js';
export { readLedger } from './read.js';
export type { Head, LedgerHash, LedgerRecord, RecordSignature } from './record-line.js';
export type { Retention, ScopeRetention } from './retention.js';
export { monthsLater, RETENTION_MONTHS, retention } from './retention.js';
export type { SealedFile, SealedHead } from './sealed-archive.js';
export { archiveKey, archiveKeyId, openArchive, sealArchive } from './sealed-archive.js';
export type { LedgerSigner, SignatureCheck, SigningKey } from './signing.js';
export { ledgerSigner, signatureCheck } from './signing.js';
export type { KeyState, LedgerState, ReleaseState, ScenarioState } from './states.js';
export { ledgerState, scenarioName } from './states.js';
export type { LedgerProblem, LedgerVerification, VerifyOptions } from './verify.js';
export { verifyLedger } from './verify.js';
