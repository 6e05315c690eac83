/**
 * `scrim/psi`: private set intersection: protocols as state machines, handshake, transports, pseudonymous join.
 * @module
 */

export type { Agreement, AgreementOptions, CurveName, Mode, ProtocolName, Side } from './agreement.js';
export { agreement } from './agreement.js';
export type { DiskOptions } from './disk.js';
export { diskConnection } from './disk.js';
export type { Connection, RunOverOptions } from './drive.js';
export { runOver } from './drive.js';
export type { EnumerationCost } from './enumeration.js';
export { enumerableKinds, enumerationCost } from './enumeration.js';
export type { PairResult, Wiretap } from './in-process.js';
export { runInProcess, runMachines } from './in-process.js';
export type { ItemSource } from './item-source.js';
export type { ItemSet, KeyOptions, TableKeys } from './items.js';
export { itemSet, matchedRows, tableKeys } from './items.js';
export type { PsiOptions, PsiProgress, PsiResult } from './machine.js';
export { PsiMachine } from './machine.js';
export { psiLane } from './parallel.js';
export type { Plan, PlanOption } from './plan.js';
export { planRun } from './plan.js';
export type { PseudonymousJoin, PseudonymousJoinOptions } from './pseudonymous-join.js';
export { pseudonymousJoin } from './pseudonymous-join.js';
export type { PublicationHeader, PublicationSecret, PublishedTable } from './publication.js';
export { openSecret, publicationFile, readPublication, sealSecret } from './publication.js';
export type { Publication, PublishOptions } from './publish.js';
export { psiTasks, publish } from './publish.js';
export { FrameSeal } from './sealed-frames.js';
export type { SelfTest } from './selftest.js';
export { selfTest } from './selftest.js';
export type { SessionStore } from './session-store.js';
export { folderSessions, memorySessions } from './session-store.js';
export type { StreamedItems } from './streamed-items.js';
export { streamedItems } from './streamed-items.js';
export type { PsiRecord, SideReport, TableSide, TableSideOptions } from './tables.js';
export { matchedTable, psiRecord, sideReport, tableSide } from './tables.js';
export type { Listener, TcpOptions, TlsIdentity } from './tcp.js';
export { connectTcp, listenTcp } from './tcp.js';
