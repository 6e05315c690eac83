/**
 * Business secrets in tables of magnitudes: which cells disclose a contributor, and a table without them.
 *
 * (n, k)-dominance and p % rules: Hundepool et al., "Statistical Disclosure Control" (Wiley 2012), section 4.2.2. A cell is
 * sensitive when its n largest contributions exceed k % of it, when the largest could be estimated to within p % by the
 * second largest contributor, or when it has fewer contributors than demanded. Contributions are summed per contributor and
 * taken by their absolute value. Note and limits: magnitudes.md.
 * @module
 */
import { ScrimError } from '../../core/index.js';
import { cellText, numericView, type Table, tableFromColumns } from '../../table/index.js';

/** Options of {@link magnitudeTable}. */
export interface MagnitudeOptions {
  /** Columns that span the cells. */
  readonly by: readonly string[];
  /** Column of numbers that is summed. */
  readonly value: string;
  /** Column that names the contributor (enterprise). Default: every row is one. */
  readonly contributor?: string;
  /** (n, k)-dominance: the n largest contribute more than k percent. Default: not checked. */
  readonly dominance?: { readonly n: number; readonly k: number };
  /** p % rule. Default: not checked. */
  readonly pPercent?: number;
  /** Fewest contributors of a cell. Default: 3. */
  readonly minContributors?: number;
  /** Rounds released sums to multiples of this so that they still add up to the rounded total. Default: no rounding. */
  readonly round?: number;
}

/** Why a cell is withheld. */
export type CellStatus = 'safe' | 'few-contributors' | 'dominance' | 'p-percent' | 'complementary';

/** What {@link magnitudeTable} found. */
export interface MagnitudeResult {
  /** `by` columns, `value` (null where withheld), `status`; last row: the total, with `*` in the `by` columns. */
  readonly table: Table;
  readonly cells: number;
  /** Cells by status. */
  readonly counts: Readonly<Record<CellStatus, number>>;
  /** Rows without a number, left out. */
  readonly unreadable: number;
}

interface Cell {
  readonly key: readonly (string | null)[];
  readonly contributions: Map<string, number>;
  total: number;
  status: CellStatus;
}

/**
 * Sums a column per cell and withholds the cells that would disclose a contributor. One withheld cell could be computed from the
 * total, so the smallest other cell is withheld with it.
 *
 * @throws SCRIM_ARGUMENT for rules out of range, SCRIM_TABLE_UNKNOWN_COLUMN
 */
export function magnitudeTable(table: Table, options: MagnitudeOptions): MagnitudeResult {
  const { by, value, contributor, dominance, pPercent, minContributors = 3, round } = options;
  check('dominance', dominance === undefined || (dominance.n >= 1 && dominance.k > 0 && dominance.k < 100));
  check('pPercent', pPercent === undefined || (pPercent > 0 && pPercent < 100));
  check('minContributors', Number.isInteger(minContributors) && minContributors >= 1);
  check('round', round === undefined || (round > 0 && Number.isFinite(round)));
  check('by', by.length > 0);
  const { cells, unreadable } = gather(table, by, value, contributor);
  for (const cell of cells) cell.status = judge(cell, dominance, pPercent, minContributors);
  const withheld = cells.filter((cell) => cell.status !== 'safe');
  if (withheld.length === 1 && cells.length > 1) {
    const safe = cells.filter((cell) => cell.status === 'safe').sort((a, b) => Math.abs(a.total) - Math.abs(b.total));
    (safe[0] as Cell).status = 'complementary';
  }
  const counts: Record<CellStatus, number> = {
    safe: 0,
    'few-contributors': 0,
    dominance: 0,
    'p-percent': 0,
    complementary: 0,
  };
  for (const cell of cells) counts[cell.status]++;
  const whole = cells.reduce((sum, cell) => sum + cell.total, 0);
  const sums =
    round === undefined
      ? cells.map((cell) => cell.total)
      : controlledRounding(
          cells.map((cell) => cell.total),
          round,
        );
  // With a single cell the total is that cell.
  const shownTotal =
    cells.length === 1 && withheld.length === 1
      ? null
      : round === undefined
        ? whole
        : sums.reduce((sum, one) => sum + one, 0);
  const columns: Record<string, (string | number | null)[]> = {};
  by.forEach((name, i) => {
    columns[name] = [...cells.map((cell) => cell.key[i] ?? null), '*'];
  });
  columns[value] = [...cells.map((cell, i) => (cell.status === 'safe' ? (sums[i] as number) : null)), shownTotal];
  columns.status = [...cells.map((cell) => cell.status), 'total'];
  return { table: tableFromColumns(columns), cells: cells.length, counts, unreadable };
}

function check(name: string, holds: boolean): void {
  if (!holds) throw new ScrimError('SCRIM_ARGUMENT', { name, problem: 'it is out of range' });
}

function gather(
  table: Table,
  by: readonly string[],
  value: string,
  contributor: string | undefined,
): { cells: Cell[]; unreadable: number } {
  const { values } = numericView(table, value);
  const cells = new Map<string, Cell>();
  let unreadable = 0;
  let row = 0;
  for (const batch of table.batches) {
    const dimensions = by.map((name) => batch.columns[table.indexOf(name)] as (typeof batch.columns)[number]);
    const who =
      contributor === undefined ? null : (batch.columns[table.indexOf(contributor)] as (typeof batch.columns)[number]);
    for (let i = 0; i < batch.rows; i++, row++) {
      const amount = values[row] as number;
      if (Number.isNaN(amount)) {
        unreadable++;
        continue;
      }
      const key = dimensions.map((column) => cellText(column, i));
      const id = JSON.stringify(key);
      let cell = cells.get(id);
      if (cell === undefined) {
        cell = { key, contributions: new Map(), total: 0, status: 'safe' };
        cells.set(id, cell);
      }
      // A row without a contributor counts as one of its own.
      const name = who === null ? null : cellText(who, i);
      const by = name === null ? `row ${row}` : `id ${name}`;
      cell.contributions.set(by, (cell.contributions.get(by) ?? 0) + amount);
      cell.total += amount;
    }
  }
  return { cells: [...cells.values()], unreadable };
}

function judge(
  cell: Cell,
  dominance: MagnitudeOptions['dominance'],
  pPercent: number | undefined,
  minContributors: number,
): CellStatus {
  const sizes = [...cell.contributions.values()].map(Math.abs).sort((a, b) => b - a);
  if (sizes.length < minContributors) return 'few-contributors';
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (dominance !== undefined) {
    const largest = sizes.slice(0, dominance.n).reduce((sum, size) => sum + size, 0);
    if (largest > (dominance.k / 100) * total) return 'dominance';
  }
  if (pPercent !== undefined) {
    const [first = 0, second = 0] = sizes;
    if (total - first - second < (pPercent / 100) * first) return 'p-percent';
  }
  return 'safe';
}

/**
 * Controlled rounding in one dimension: every number goes to a neighbouring multiple of `to`, and their sum to the multiple
 * nearest to the sum (largest remainders). Numbers that are multiples stay.
 *
 * Cox and Ernst, "Controlled Rounding", INFOR 20(4), 1982.
 * @throws SCRIM_ARGUMENT unless `to` is positive
 */
export function controlledRounding(values: readonly number[], to: number): number[] {
  check('to', to > 0 && Number.isFinite(to));
  const units = values.map((value) => value / to);
  const floors = units.map((unit) => Math.floor(unit + 1e-9));
  const rests = units.map((unit, i) => Math.max(0, unit - (floors[i] as number)));
  const target = Math.round(units.reduce((sum, unit) => sum + unit, 0));
  let missing = target - floors.reduce((sum, floor) => sum + floor, 0);
  const order = rests.map((_, i) => i).sort((a, b) => (rests[b] as number) - (rests[a] as number) || a - b);
  const rounded = floors.slice();
  for (const i of order) {
    if (missing <= 0 || (rests[i] as number) < 1e-9) break;
    rounded[i] = (rounded[i] as number) + 1;
    missing--;
  }
  return rounded.map((unit) => unit * to);
}
