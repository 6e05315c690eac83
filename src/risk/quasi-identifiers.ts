/**
 * Which columns single records out: distinction and separation of column sets, ranking and discovery.
 *
 * Motwani, Xu, "Efficient Algorithms for Masking and Finding Quasi-Identifiers", VLDB 2007: distinction = distinct tuples /
 * rows, separation = share of row pairs that differ.
 * @module
 */
import { ScrimError } from '../core/index.js';
import { groupBy, type Table } from '../table/index.js';

/** How well a set of columns tells rows apart. */
export interface QuasiIdentifierScore {
  readonly columns: readonly string[];
  readonly distinction: number;
  readonly separation: number;
}

/** Options of {@link rankQuasiIdentifiers}. */
export interface RankOptions {
  readonly columns: readonly string[];
  /** Largest set looked at. Default 3. */
  readonly maximumSize?: number;
}

const MOST_SETS = 200_000;

/**
 * All column sets up to a size, most distinguishing first (distinction, then separation, then fewer columns).
 *
 * @throws SCRIM_RISK_OPTION, SCRIM_TABLE_UNKNOWN_COLUMN
 */
export function rankQuasiIdentifiers(table: Table, options: RankOptions): QuasiIdentifierScore[] {
  const { columns } = options;
  const most = Math.min(options.maximumSize ?? 3, columns.length);
  const sets = combinations(columns, most);
  return sets
    .map((set) => scoreQuasiIdentifier(table, set))
    .sort(
      (a, b) => b.distinction - a.distinction || b.separation - a.separation || a.columns.length - b.columns.length,
    );
}

/** Distinction and separation of one set. @throws SCRIM_TABLE_UNKNOWN_COLUMN */
export function scoreQuasiIdentifier(table: Table, columns: readonly string[]): QuasiIdentifierScore {
  const { groups, rows } = groupBy(table, columns);
  const total = rows.reduce((sum, size) => sum + size, 0);
  const together = rows.reduce((sum, size) => sum + (size * (size - 1)) / 2, 0);
  const pairs = (total * (total - 1)) / 2;
  return { columns, distinction: groups / total, separation: pairs === 0 ? 0 : (pairs - together) / pairs };
}

/**
 * Minimal sets of columns whose distinction reaches a threshold: candidates for quasi-identifiers. Level by level; supersets
 * of a found set are not looked at.
 *
 * @param threshold - default 0.5: half of the rows are told apart
 */
export function discoverQuasiIdentifiers(
  table: Table,
  options: RankOptions & { readonly threshold?: number },
): QuasiIdentifierScore[] {
  const threshold = options.threshold ?? 0.5;
  const found: QuasiIdentifierScore[] = [];
  for (const set of combinations(options.columns, Math.min(options.maximumSize ?? 3, options.columns.length))) {
    if (found.some(({ columns }) => columns.every((name) => set.includes(name)))) continue;
    const score = scoreQuasiIdentifier(table, set);
    if (score.distinction >= threshold) found.push(score);
  }
  return found.sort((a, b) => a.columns.length - b.columns.length || b.distinction - a.distinction);
}

/** Subsets by size, then in the order of the columns. */
function combinations(columns: readonly string[], most: number): string[][] {
  if (columns.length === 0) {
    throw new ScrimError('SCRIM_RISK_OPTION', { option: 'columns', problem: 'name at least one column' });
  }
  let level: number[][] = columns.map((_, i) => [i]);
  const all: number[][] = [];
  for (let size = 1; size <= most; size++) {
    all.push(...level);
    if (all.length > MOST_SETS) {
      throw new ScrimError('SCRIM_RISK_OPTION', {
        option: 'maximumSize',
        problem: `more than ${MOST_SETS} sets of columns`,
      });
    }
    level = level.flatMap((set) =>
      columns
        .map((_, i) => i)
        .filter((i) => i > (set[set.length - 1] as number))
        .map((i) => [...set, i]),
    );
  }
  return all.map((set) => set.map((i) => columns[i] as string));
}
