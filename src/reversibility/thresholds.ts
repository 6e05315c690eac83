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
