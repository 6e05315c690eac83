/**
 * `scrim/psi`: private set intersection: protocols as state machines, handshake, transports, pseudonymous join.
 * @module
 */
export type { EnumerationCost } from './enumeration.js';
export { enumerableKinds, enumerationCost } from './enumeration.js';
