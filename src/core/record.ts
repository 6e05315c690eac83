/**
 * What an operation did and what each column still tells: `scrim.record/1`, the file beside every output.
 *
 * A reviewer treats a record as a claim: it may raise a verdict, never lower one. (The design calls the type Record;
 * TypeScript has a built-in of that name, so it is {@link OperationRecord} here.)
 * @module
 */

/** JSON data. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Number of source values that are possible for one released cell, over all cells of the column. */
export interface Residual {
  readonly min: number;
  readonly mean: number;
  readonly max: number;
}

/** What a column of an output still tells about the column that it came from. */
export interface Leakage {
  /** Name of the output column. */
  readonly column: string;
  /** What was done: name of the masker, recoding or `keep`. */
  readonly rule: string;
  /** Number of values the source column can take, where it is known. */
  readonly domainSize: number | null;
  /** Candidates left for a released cell, where they can be counted. */
  readonly residual: Residual | null;
  /** Equal source values give equal output values. */
  readonly equality: boolean;
  /** The order of source values can be read from the output. */
  readonly order: boolean;
  /** The length of source values can be read from the output. */
  readonly length: boolean;
  /** A check digit of the source value is released and narrows the candidates. */
  readonly checkDigit: boolean;
  /** Whoever holds the key can restore the values. */
  readonly keyInvertible: boolean;
  /** The key, by id, and its state when the record was written; null where no key is used. */
  readonly key: { readonly id: string; readonly state: 'active' | 'retired' | 'destroyed' } | null;
}

/** A file or table that went in or came out. */
export interface Artifact {
  /** File name without folders, or the name the caller gave. */
  readonly name: string;
  /** SHA-256 of the exact bytes, hex; null for a table that exists only in memory. */
  readonly sha256: string | null;
  readonly rows: number;
  readonly columns: readonly string[];
}

/** Something the operator should know; counted, by column, without values. */
export interface Warning {
  /** Stable kebab-case identifier. */
  readonly code: string;
  readonly message: string;
  readonly column?: string;
  readonly count?: number;
}

/** What weakens a guarantee and was named by the caller. Printed in every report; ledgers and the gate refuse it. */
export type Unsafe = 'seeded-randomness';

/** `scrim.record/1`. */
export interface OperationRecord {
  readonly schema: 'scrim.record/1';
  readonly operation: string;
  readonly tool: { readonly name: 'scrim'; readonly version: string };
  /** ISO 8601, UTC. */
  readonly time: string;
  /** Parameters that shaped the result; never keys, never values of the data. */
  readonly parameters: { readonly [key: string]: Json };
  readonly inputs: readonly Artifact[];
  readonly outputs: readonly Artifact[];
  /** Named counts: rows read, written, suppressed, cells suppressed, ... */
  readonly counts: { readonly [name: string]: number };
  readonly warnings: readonly Warning[];
  readonly columns: readonly Leakage[];
  /** SHA-256 of the policy's canonical form, or `none`. */
  readonly policy: string;
  readonly unsafe: readonly Unsafe[];
}
