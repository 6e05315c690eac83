/**
 * `scrim`: the main verbs. Everything else is imported from the sub-path of its room (`scrim/table`, `scrim/policy`, ...).
 * @module
 */
export { ScrimError, SecureRandom } from './core/index.js';
export { Table } from './table/index.js';
