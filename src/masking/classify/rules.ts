/**
 * The rule that is proposed for a column: a starting point for a policy, on the safe side, for a person to change.
 *
 * Rules are written as policies write them (`scrim.policy/1`). Keyed tokens where rows must still be linked, nothing where no
 * use is known, hierarchies for quasi-identifiers.
 * @module
 */
import type { ColumnKind } from '../../identifiers/index.js';
import type { ColumnClass } from './ladders.js';
import type { ColumnProfile } from './profile.js';

/** A rule as a policy writes it: its name, or an object with `mask`. */
export type ProposedRule = string | { readonly mask: string; readonly [parameter: string]: unknown };

const LINKING = new Set<ColumnKind>(['resident-id', 'uscc', 'identifier', 'passport', 'permit', 'vin']);

/** A round number (1, 2, 5 times a power of ten) that cuts a range into about `parts`. */
export function roundWidth(minimum: number, maximum: number, parts: number): number {
  const raw = (maximum - minimum) / parts;
  if (!(raw > 0) || !Number.isFinite(raw)) return 1;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = raw / power;
  return (step > 5 ? 10 : step > 2 ? 5 : step > 1 ? 2 : 1) * power;
}

/** The proposal for a column. `topic` as found by header or words. */
export function proposeRule(
  kind: ColumnKind,
  columnClass: ColumnClass,
  topic: string | null,
  profile: ColumnProfile,
): ProposedRule {
  const { shape, rowsPerValue } = profile;
  if (topic === 'credentials' || topic === 'biometrics' || kind === 'unknown') return 'drop';
  if (columnClass === 'direct-identifier') {
    if (kind === 'person-name') return 'redact';
    return LINKING.has(kind) ? { mask: 'token', kind: kind === 'identifier' ? 'identifier' : kind } : 'drop';
  }
  if (kind === 'text') return columnClass === 'business-confidential' ? 'drop' : { mask: 'text' };
  if (kind === 'number') {
    const width = roundWidth(shape.minimum, shape.maximum, 20);
    if (columnClass === 'quasi-identifier') {
      const fine = roundWidth(shape.minimum, shape.maximum, 20);
      return { mask: 'generalize', hierarchy: { kind: 'intervals', widths: [fine, fine * 2, fine * 4] } };
    }
    if (columnClass === 'other' && rowsPerValue >= 20) return 'release';
    return { mask: 'bucket', width };
  }
  if (columnClass === 'quasi-identifier') {
    if (kind === 'date')
      return { mask: 'generalize', hierarchy: { kind: 'dates', levels: ['month', 'year', 'decade'] } };
    if (kind === 'region-code') return { mask: 'generalize', hierarchy: { kind: 'prefix', lengths: [4, 2] } };
    if (kind === 'postcode') return { mask: 'generalize', hierarchy: { kind: 'prefix', lengths: [4, 2] } };
    if (kind === 'coordinate') return { mask: 'round', to: 0.1 };
    return { mask: 'generalize', hierarchy: { kind: 'suppress' } };
  }
  if (columnClass === 'business-confidential') return 'drop';
  if (kind === 'date') return { mask: 'date-truncate', to: 'month' };
  return kind === 'category' ? 'release' : 'drop';
}
