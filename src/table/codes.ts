/**
 * Whole-table codes of a column: the common currency of group-by, anonymity, risk and review.
 * @module
 */
import type { Dictionary } from './dictionary.js';

/** A column of the whole table as dense integer codes. */
export interface Codes {
  readonly name: string;
  /** One code per row, in [0, cardinality). */
  readonly codes: Int32Array;
  /** Distinct values; codes below `dictionary.size` point into it. */
  readonly dictionary: Dictionary;
  /** Code of null cells (`dictionary.size` where there are any), or -1 when there are none. */
  readonly nullCode: number;
  /** Code of unreadable cells, or -1 when there are none. */
  readonly unreadableCode: number;
  /** Number of codes in use: distinct values plus one each for null and unreadable where they occur. */
  readonly cardinality: number;
}
