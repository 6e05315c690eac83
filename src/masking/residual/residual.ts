/**
 * Residual candidates of a masked identifier, by kind.
 * @module
 */
import type { Residual } from '../../core/index.js';
import { identifierSpec } from '../../identifiers/index.js';
import type { Column } from '../../table/index.js';
import { reader } from '../rows.js';
import { countIpv4, countLuhn, countMobile, countPassport, countPlate, countUscc } from './codes.js';
import { countOldResidentIds, countResidentIds, type ResidentFacts } from './resident-id.js';

/** Kinds whose masked values can be counted. */
export const residualKinds: readonly string[] = [
  'resident-id',
  'foreigner-id',
  'uscc',
  'bank-card',
  'mobile',
  'passport',
  'plate',
  'ip',
];

/**
 * Number of valid identifiers of a kind that a pattern may stand for; null where the kind cannot be counted.
 *
 * @param pattern - the masked value, hidden characters as `*`
 * @param facts - what else is known, for resident IDs
 */
export function residualCandidates(kind: string, pattern: string, facts: ResidentFacts = {}): number | null {
  switch (kind) {
    case 'resident-id':
    case 'foreigner-id':
      return pattern.length === 15 ? countOldResidentIds(pattern) : countResidentIds(pattern, facts);
    case 'uscc':
      return countUscc(pattern);
    case 'bank-card':
      return countLuhn(pattern);
    case 'mobile':
      return countMobile(pattern);
    case 'passport':
      return countPassport(pattern);
    case 'plate':
      return countPlate(pattern);
    case 'ip':
      return pattern.includes(':') ? null : countIpv4(pattern);
    default:
      return null;
  }
}

/** Residual candidates over all cells of a released column; null where nothing can be counted. */
export function residualOfColumn(kind: string, released: readonly Column[]): Residual | null {
  let min = Number.POSITIVE_INFINITY;
  let max = 0;
  let sum = 0;
  let cells = 0;
  for (const column of released) {
    const read = reader(column);
    const byCode = column.type === 'dictionary' ? new Map<number, number | null>() : null;
    for (let row = 0; row < column.length; row++) {
      const text = read(row);
      if (text === null) continue;
      const code = column.type === 'dictionary' ? (column.codes[row] as number) : row;
      let count = byCode?.get(code);
      if (count === undefined) {
        count = residualCandidates(kind, text);
        byCode?.set(code, count);
      }
      if (count === null) return null;
      min = Math.min(min, count);
      max = Math.max(max, count);
      sum += count;
      cells++;
    }
  }
  return cells === 0 ? null : { min, mean: sum / cells, max };
}

/** Number of values that the kind has; null where it is open or unknown. */
export function domainSizeOf(kind: string): number | null {
  try {
    return identifierSpec(kind).domainSize;
  } catch {
    return null;
  }
}
