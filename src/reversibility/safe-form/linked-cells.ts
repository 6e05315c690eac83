/**
 * Cells that a group table hides and its totals give back: along a row beside a column of totals, down a column below a row of totals.
 *
 * Every total that is published with its parts is an equation over the hidden cells; what the equations and nonnegative counts leave
 * open is narrowed until nothing changes (interval propagation, as in audits of suppressed tables: Willenborg and de Waal, Elements of
 * Statistical Disclosure Control, 2001, chapter 5). See aggregate.md.
 * @module
 */
import type { Sheet, SheetColumn } from '../intake/sheet.js';
import type { AggregateColumn } from './figures.js';
import type { Recoding } from './recoding.js';
import type { Statistics } from './statistics.js';

/** A hidden cell that is known to hold so few persons is a small cell. */
const DETERMINED_BELOW = 10;
/** Widths of what stays open below which a count is as good as known. */
const NARROW = 3;
/** Cells of a table beyond which its totals are not held against its hidden cells. */
const MOST_CELLS = 200_000;
/** Rounds of narrowing. */
const MOST_ROUNDS = 100;

/** Hidden cells of one product column that totals give back. */
export interface GivenBack {
  /** Cells or sums of few cells that stand for fewer persons than a safe class. */
  readonly small: number;
  /** Cells of fewer than ten persons that are known exactly, by product column. */
  readonly determined: ReadonlyMap<number, number>;
}

/** One hidden cell: what is known of it, and how many persons it stands for. */
interface Hidden {
  readonly column: number;
  readonly persons: number;
  readonly value: number;
  least: number;
  most: number;
}

/** Hidden cells of which the sum is known. */
type Equation = readonly Hidden[];

/** A published column whose figures add up, row by row or group by group. */
interface Additive {
  readonly column: AggregateColumn;
  /** What is added up: `count`, `sum of income`. */
  readonly measure: string;
  readonly cells: (Hidden | null)[];
}

/** What the totals of a table tell of its hidden cells. */
export function givenBack(
  product: Sheet,
  statistics: Statistics,
  keys: readonly Recoding[],
  values: readonly AggregateColumn[],
  safeClass: number,
): GivenBack {
  const nothing: GivenBack = { small: 0, determined: new Map() };
  const columns = values.flatMap((column) => additive(column, statistics) ?? []);
  if (columns.length * product.rows > MOST_CELLS || !columns.some(({ cells }) => cells.some((cell) => cell !== null)))
    return nothing;
  const equations = [...acrossRows(columns, product.rows), ...downColumns(product, keys, columns)];
  narrow(equations);
  return judge(equations, safeClass);
}

/** A column of exact counts, sums or shares with its hidden cells; null where its figures do not add up. */
function additive(column: AggregateColumn, { persons, sheet }: Statistics): Additive | null {
  const { statistic, closeness, published } = column;
  const measure = /^(?:count|sum of|(?:share|percentage) (?:of all|by))/.exec(statistic.how)?.[0];
  if (closeness !== 'exact' || measure === undefined) return null;
  const own = measure === 'sum of' ? statistic.how : measure;
  const source = measure === 'sum of' && statistic.column !== null ? sheet.columns[statistic.column] : undefined;
  const mayBeNegative = source?.numbers.some((number) => number < 0) === true;
  const cells = Array.from(published, (shown, row): Hidden | null => {
    if (shown === 1) return null;
    const group = persons[row] as number;
    const value = statistic.values[row] as number;
    return {
      column: column.product,
      persons: Math.min(group, statistic.support?.[row] ?? personsOf(own, value, group, sheet)),
      value: Number.isFinite(value) ? value : 0,
      least: mayBeNegative ? Number.NEGATIVE_INFINITY : 0,
      most: Number.POSITIVE_INFINITY,
    };
  });
  return { column, measure: own, cells };
}

/** Persons that a share of a group or of all stands for. */
function personsOf(measure: string, value: number, group: number, sheet: Sheet): number {
  if (!Number.isFinite(value)) return 0;
  if (measure === 'share by') return value * group;
  if (measure === 'percentage by') return (value * group) / 100;
  if (measure === 'share of all') return value * sheet.rows;
  if (measure === 'percentage of all') return (value * sheet.rows) / 100;
  return group;
}

const valueAt = ({ column }: Additive, row: number): number => {
  const value = column.statistic.values[row] as number;
  return Number.isFinite(value) ? value : 0;
};

const isNear = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-9 * (1 + Math.abs(a) + Math.abs(b));

/** Totals beside their parts: of all parts of one measure, or of those that one source column tells apart. */
function acrossRows(columns: readonly Additive[], rows: number): Equation[] {
  const equations: Equation[] = [];
  for (const measure of new Set(columns.map((own) => own.measure))) {
    const same = columns.filter((own) => own.measure === measure);
    const sums = (parts: readonly Additive[], row: number): number =>
      parts.reduce((sum, part) => sum + valueAt(part, row), 0);
    const every = (test: (row: number) => boolean): boolean =>
      Array.from({ length: rows }, (_, row) => row).every(test);
    const sources = new Set(same.map(({ column }) => column.column));
    const sets = [same, ...[...sources].map((source) => same.filter(({ column }) => column.column === source))];
    for (const set of sets) {
      const whole = measure === 'share by' ? 1 : measure === 'percentage by' ? 100 : null;
      if (whole !== null && set.length > 1 && every((row) => isNear(sums(set, row), whole) || sums(set, row) === 0))
        for (let row = 0; row < rows; row++) equations.push(set.flatMap((part) => part.cells[row] ?? []));
      for (const total of same) {
        const parts = set.filter((own) => own !== total);
        if (parts.length === 0 || !every((row) => isNear(sums(parts, row), valueAt(total, row)))) continue;
        for (let row = 0; row < rows; row++) {
          const hidden = parts.flatMap((part) => part.cells[row] ?? []);
          const own = total.cells[row] ?? null;
          if (own === null) equations.push(hidden);
          else if (hidden.length === 0) equations.push([own]);
        }
      }
    }
  }
  return equations;
}

/** Totals below their parts: rows of everything and the rows that they are the sum of, key by key. */
function downColumns(product: Sheet, keys: readonly Recoding[], columns: readonly Additive[]): Equation[] {
  const equations: Equation[] = [];
  const labels = Array.from({ length: product.rows }, (_, row) =>
    keys.map((key) => {
      const code = (product.columns[key.product] as SheetColumn).codes[row] as number;
      return code < 0 || key.everything.has(code) ? -1 : code;
    }),
  );
  const summed = columns.filter(({ measure }) => measure !== 'share by' && measure !== 'percentage by');
  // Shares of all add up to the whole, published or not.
  const leaves = [...labels.keys()].filter((row) => !(labels[row] as number[]).includes(-1));
  for (const own of summed) {
    const whole = own.measure === 'share of all' ? 1 : own.measure === 'percentage of all' ? 100 : null;
    if (whole === null) continue;
    if (
      isNear(
        leaves.reduce((sum, row) => sum + valueAt(own, row), 0),
        whole,
      )
    )
      equations.push(leaves.flatMap((row) => own.cells[row] ?? []));
  }
  if (product.rows > 2000) return equations;
  labels.forEach((total, row) => {
    total.forEach((label, open) => {
      if (label >= 0) return;
      const below = [...labels.keys()].filter((other) => {
        const others = labels[other] as number[];
        return (others[open] as number) >= 0 && others.every((code, i) => i === open || code === total[i]);
      });
      if (below.length === 0) return;
      for (const own of summed) {
        const sum = below.reduce((all, other) => all + valueAt(own, other), 0);
        if (!isNear(sum, valueAt(own, row))) continue;
        const hidden = below.flatMap((other) => own.cells[other] ?? []);
        const cell = own.cells[row] ?? null;
        if (cell === null) equations.push(hidden);
        else if (hidden.length === 0) equations.push([cell]);
      }
    });
  });
  return equations;
}

/** Narrows what each hidden cell may hold by every equation until nothing changes. */
function narrow(equations: readonly Equation[]): void {
  for (let round = 0; round < MOST_ROUNDS; round++) {
    let changed = false;
    for (const cells of equations) {
      const sum = cells.reduce((all, { value }) => all + value, 0);
      for (const cell of cells) {
        let least = sum;
        let most = sum;
        for (const other of cells) {
          if (other === cell) continue;
          least -= other.most;
          most -= other.least;
        }
        const slack = 1e-7 * (1 + Math.abs(sum));
        if (least > cell.least + slack) {
          cell.least = least;
          changed = true;
        }
        if (most < cell.most - slack) {
          cell.most = most;
          changed = true;
        }
      }
    }
    if (!changed) return;
  }
}

/** Cells that are known, and sums of hidden cells that stand for few persons. */
function judge(equations: readonly Equation[], safeClass: number): GivenBack {
  const determined = new Map<number, number>();
  const small = new Set<Hidden>();
  const known = new Set<Hidden>();
  for (const cells of equations) {
    for (const cell of cells) {
      const { least, most, persons, value, column } = cell;
      if (persons <= 0 || persons >= safeClass || known.has(cell)) continue;
      if (most - least > 1e-6 * (1 + Math.abs(value))) {
        // In persons: a share of all, say, is a share of a count.
        if (value > 0 && ((most - least) * persons) / value < NARROW && persons < DETERMINED_BELOW) small.add(cell);
        continue;
      }
      known.add(cell);
      if (persons < DETERMINED_BELOW) determined.set(column, (determined.get(column) ?? 0) + 1);
      else small.add(cell);
    }
    // Hidden cells together are a group whose figure is known.
    const open = cells.filter((cell) => !known.has(cell));
    const persons = open.reduce((sum, cell) => sum + cell.persons, 0);
    if (open[0] !== undefined && persons > 0 && persons < safeClass) small.add(open[0]);
  }
  return { small: small.size, determined };
}
