/**
 * Texts of each row that may have been hashed with a value: constants of the product, other columns, parts of the digests' own
 * cells, the number of the row. See salted-hashes.md.
 * @module
 */
import { sampleCodes } from '../../intake/lookup.js';
import type { Derived } from '../../inverse.js';
import type { Board } from '../attack.js';

/** A salt: text of each row. */
export interface Salt {
  readonly name: string;
  readonly from: readonly number[];
  /** Different texts among all rows. */
  readonly distinct: number;
  /** True for texts as long as the digests: rather one of them than a salt. */
  readonly isDigest?: boolean;
  readonly of: (row: number) => string | null;
}

type Ranked = Salt & { readonly rank: number };

const MAX_SALTS = 8;
/** Salts of a kind that are tried before others. */
const OF_A_KIND = 2;

/** The column as a salt; null when it is none. */
function asSalt(derived: Derived, length: number): (Ranked & { readonly isDigest: boolean }) | null {
  const { column } = derived;
  if (derived.from.length !== 1 || column.present < 0.9 * column.rows) return null;
  const sample = sampleCodes(column, 8).map((code) => column.text(code));
  if (sample.some((text) => text.length > 80)) return null;
  const isDigest = sample.every((text) => text.length === length);
  return {
    name: derived.formula,
    from: derived.from,
    distinct: column.distinct,
    isDigest,
    // Many values first, what is only a cell without its ends later, other digests last.
    rank: column.distinct / column.rows - (derived.formula.includes('cut-') ? 2 : 0) - (isDigest ? 4 : 0),
    of: (row) => {
      const code = column.codes[row] as number;
      return code < 0 ? null : column.text(code);
    },
  };
}

function ranked(kind: Ranked[]): Ranked[] {
  return kind.sort((x, y) => y.rank - x.rank);
}

/** Salts that the product offers to digests of one length, outside their own cells: each kind has its share. */
export function sharedSalts(board: Board, length: number): Salt[] {
  const constants: Ranked[] = [];
  const columns: Ranked[] = [];
  const others: Ranked[] = [];
  const digests: Ranked[] = [];
  for (const derived of board.derived) {
    const salt = asSalt(derived, length);
    if (salt === null) continue;
    if (derived.column.distinct === 1) constants.push(salt);
    else if (derived.attack === 'containment' && !salt.isDigest) columns.push(salt);
    else (salt.isDigest ? digests : others).push(salt);
  }
  // Digests are salted with one another least of all.
  others.push(...ranked(digests).slice(0, OF_A_KIND));
  const kinds = [ranked(constants), ranked(columns), ranked(others)];
  const all = [...kinds.flatMap((kind) => kind.slice(0, OF_A_KIND)), ...kinds.flatMap((kind) => kind.slice(OF_A_KIND))];
  return [
    { name: 'row number', from: [], distinct: board.product.rows, of: (row) => String(row + 1) },
    { name: 'row number from 0', from: [], distinct: board.product.rows, of: (row) => String(row) },
    ...all.slice(0, MAX_SALTS),
  ];
}

/** Parts of a digest's own cells. */
export function saltsInside(board: Board, digest: Derived): Salt[] {
  const length = digest.column.text(0).length;
  const own = board.derived.flatMap((derived) => {
    if (derived === digest || derived.from[0] !== digest.from[0] || derived.formula === digest.formula) return [];
    return asSalt(derived, length) ?? [];
  });
  return ranked(own).slice(0, MAX_SALTS);
}
