/**
 * Thresholds of the verdict as versioned data (DESIGN §6): documented defaults, to be approved by a named person.
 * @module
 */
import type { Thresholds } from './verdict.js';

/** Version of the battery; changes when an attack, a safe form or a rule changes. */
export const BATTERY = 'scrim-battery/1';

/**
 * Defaults. Block: 1 % of rows or 10 persons restored, or direct identifiers of 10 persons. Release: all bounded below a
 * tenth of that. Nobody has approved them until an approver is named.
 */
export const defaultThresholds: Thresholds = {
  version: 'scrim-thresholds/2026-11',
  approver: null,
  block: { rowShare: 0.01, persons: 10, identifierPersons: 10 },
  release: { rowShare: 0.001, persons: 1, identifierPersons: 1 },
  restoredBelow: 5,
  rowCells: 3,
  safeClass: 20,
  smallClass: 5,
  smallClassShare: 0.01,
  coincidences: 0.01,
  tolerance: 0.001,
  enumerationBits: 50,
};

/** Given thresholds over the defaults. */
export function mergeThresholds(given: Partial<Thresholds> | undefined): Thresholds {
  return given === undefined
    ? defaultThresholds
    : {
        ...defaultThresholds,
        ...given,
        block: { ...defaultThresholds.block, ...given.block },
        release: { ...defaultThresholds.release, ...given.release },
      };
}

/**
 * GB/T 42460-2023 as second-hand sources give it (a company's guide to chapter 4 and D.1.5, a page with the table of levels):
 * limits of a class's risk by sharing model, how the risk of the data is taken, and the overall threshold. Not read in the
 * standard itself: confirm before citing.
 */
export const gbt42460: {
  readonly version: string;
  readonly threshold: number;
  readonly models: readonly {
    readonly sharing: 'public' | 'controlled' | 'enclave';
    readonly tau: number;
    readonly measure: 'highest' | 'mean';
  }[];
} = {
  version: 'gbt-42460/second-hand-2026-11',
  threshold: 0.05,
  models: [
    { sharing: 'public', tau: 1 / 20, measure: 'highest' },
    { sharing: 'controlled', tau: 1 / 5, measure: 'mean' },
    { sharing: 'enclave', tau: 1 / 3, measure: 'mean' },
  ],
};
