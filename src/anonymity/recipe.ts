/**
 * A solution as a recipe: applied to new rows with re-validation, and compared with other releases of the same data.
 * @module
 */
import { type Json, type Leakage, ScrimError } from '../core/index.js';
import { cellText, encode, groupBy, type Table, tableFromColumns, take } from '../table/index.js';
import { recountCriteria } from './_recount.js';
import type { Criterion } from './criterion/criterion.js';
import { criterionFromRecipe } from './criterion/from-json.js';
import { Hierarchy } from './hierarchy/hierarchy.js';
import type { CriterionOutcome, Solution } from './options.js';
import { evaluatorOf, prepareProblem } from './search/problem.js';

/** A criterion as plain JSON: name and parameters, as in the solution. */
export interface RecipeCriterion {
  readonly name: string;
  readonly parameters: { readonly [name: string]: Json };
}

/** Plain JSON: what a full-domain solution does to each column, and what its output satisfied. */
export interface Recipe {
  readonly schema: 'scrim.recipe/1';
  readonly columns: readonly {
    readonly name: string;
    readonly level: number;
    /** `[base value, published value]`: the applied mapping. */
    readonly mapping: readonly (readonly [string, string])[];
  }[];
  /** What new rows are checked against. */
  readonly criteria: readonly RecipeCriterion[];
  readonly person: string | null;
}

/** The applied mapping of a full-domain solution. @throws SCRIM_RECIPE_MISMATCH for local recoding */
export function recipeOf(
  solution: Solution,
  hierarchies: Readonly<Record<string, Hierarchy>>,
  settings: { readonly person?: string } = {},
): Recipe {
  if (solution.recoding !== 'full-domain') {
    throw new ScrimError('SCRIM_RECIPE_MISMATCH', { problem: 'a local recoding has no mapping by column' });
  }
  return {
    schema: 'scrim.recipe/1',
    columns: solution.quasiIdentifiers.map((name) => {
      const hierarchy = Object.hasOwn(hierarchies, name) ? hierarchies[name] : undefined;
      if (hierarchy === undefined) {
        throw new ScrimError('SCRIM_RECIPE_MISMATCH', { problem: `no hierarchy of column ${name}` });
      }
      const level = solution.levels[name] as number;
      return {
        name,
        level,
        mapping: hierarchy.values.map((value) => [value, hierarchy.generalize(value, level) as string] as const),
      };
    }),
    criteria: solution.criteria.map(({ name, parameters }) => ({ name, parameters })),
    person: settings.person ?? null,
  };
}

/** New rows after a recipe. */
export interface RecipeResult {
  /** Rows that are released, with the recipe's columns and `keep`. */
  readonly table: Table;
  /** Rows whose class breaks a criterion, counted together with what was released before where it is given. */
  readonly suppressedRows: number;
  /** Rows with a value that the recipe does not know; they are suppressed, too. */
  readonly unknownRows: number;
  /** Rows (from 1) of the first such cells, up to 20. */
  readonly unknownAt: readonly number[];
  /** Rows released before that stand in classes which break a criterion now: they cannot be taken back. */
  readonly releasedAtRisk: number;
  /** The criteria, with what a recount of the released rows says. */
  readonly criteria: readonly CriterionOutcome[];
  /** What each written column still tells of the column that it came from. */
  readonly leakage: readonly Leakage[];
}

/** Options of {@link applyRecipe}. */
export interface ApplyRecipeOptions {
  /** Columns written beside the recipe's. Default: the sensitive ones of its criteria. */
  readonly keep?: readonly string[];
  /** What was released before, with the sensitive and person columns: classes are counted together with it. */
  readonly released?: Table;
  /** Criteria that are no built-in ones, or need more than JSON holds (hierarchical t-closeness), by name. */
  readonly criteria?: readonly Criterion[];
}

/**
 * Applies a recipe to new rows: maps them, then checks every criterion again on the classes that result (together with what was
 * released before), and suppresses the new rows of classes that fail. Distributions (t-closeness) are those of all these rows.
 *
 * @throws SCRIM_RECIPE_MISMATCH when a column or a criterion is missing, or the recipe is none
 */
export function applyRecipe(table: Table, recipe: Recipe, options: ApplyRecipeOptions = {}): RecipeResult {
  if (recipe.schema !== 'scrim.recipe/1' || !Array.isArray(recipe.columns) || !Array.isArray(recipe.criteria)) {
    throw new ScrimError('SCRIM_RECIPE_MISMATCH', { problem: 'it is no scrim.recipe/1' });
  }
  const criteria = recipe.criteria.map((one) => criterionFromRecipe(one, options.criteria ?? []));
  const sensitive = [...new Set(criteria.flatMap((one) => one.sensitive ?? []))];
  const names = recipe.columns.map(({ name }) => name);
  const needed = [...names, ...sensitive, ...(recipe.person === null ? [] : [recipe.person])];
  const { released } = options;
  for (const name of needed) {
    if (!table.has(name)) throw new ScrimError('SCRIM_RECIPE_MISMATCH', { problem: `the table has no column ${name}` });
    if (released !== undefined && !released.has(name)) {
      throw new ScrimError('SCRIM_RECIPE_MISMATCH', { problem: `the earlier release has no column ${name}` });
    }
  }
  const unknown = new Uint8Array(table.rows);
  const mapped = recipe.columns.map(({ name, mapping }) => {
    const published = new Map(mapping);
    const { codes, dictionary } = encode(table, name);
    const ofCode = dictionary.strings().map((value) => published.get(value) ?? null);
    const empty = published.get('') ?? null;
    return Array.from(codes, (code, row) => {
      const label = code < dictionary.size ? (ofCode[code] ?? null) : empty;
      if (label === null) unknown[row] = 1;
      return label;
    });
  });
  const unknownAt: number[] = [];
  const rows: number[] = [];
  for (let row = 0; row < table.rows; row++) {
    if (unknown[row] === 0) rows.push(row);
    else if (unknownAt.length < 20) unknownAt.push(row + 1);
  }
  const earlier = released?.rows ?? 0;
  const textsOf = (source: Table | undefined, name: string): (string | null)[] => {
    if (source === undefined) return [];
    const { codes, dictionary } = encode(source, name);
    return Array.from(codes, (code) => (code < dictionary.size ? dictionary.at(code) : null));
  };
  const columns: Record<string, (string | null)[]> = {};
  for (const name of needed) {
    const own = names.indexOf(name);
    const now = own >= 0 ? (mapped[own] as (string | null)[]) : textsOf(table, name);
    columns[name] = [...textsOf(released, name), ...rows.map((row) => now[row] as string | null)];
  }
  // Rows that go may take others with them (distributions, averages): checked again until none goes.
  let open = Int32Array.from({ length: earlier + rows.length }, (_, i) => i);
  const all = tableFromColumns(columns);
  let holds = criteria.map(() => true);
  let releasedAtRisk = 0;
  while (open.length > 0) {
    const checked = recheck(take(all, open), names, criteria, recipe.person);
    const next = open.filter((row, i) => row < earlier || checked.kept[i] === 1);
    holds = checked.holds;
    releasedAtRisk = open.reduce((sum, row, i) => sum + (row < earlier && checked.kept[i] === 0 ? 1 : 0), 0);
    if (next.length === open.length) break;
    open = next;
  }
  const written = Array.from(
    open.filter((row) => row >= earlier),
    (row) => rows[row - earlier] as number,
  );
  const output: Record<string, (string | null)[]> = {};
  names.forEach((name, d) => {
    output[name] = written.map((row) => (mapped[d] as (string | null)[])[row] as string | null);
  });
  for (const name of options.keep ?? sensitive) {
    const cells = table
      .chunks(name)
      .flatMap((chunk) => Array.from({ length: chunk.length }, (_, i) => cellText(chunk, i)));
    output[name] = written.map((row) => cells[row] as string | null);
  }
  const result = tableFromColumns(output);
  return {
    table: result,
    leakage: result.names.map((name) => recipeLeakage(name, recipe, output[name] as (string | null)[])),
    suppressedRows: rows.length - written.length,
    unknownRows: table.rows - rows.length,
    unknownAt,
    releasedAtRisk,
    criteria: recipe.criteria.map((one, i) => ({ ...one, holds: holds[i] as boolean })),
  };
}

/** Residual candidates of a cell are the base values that the mapping sends to its label. */
function recipeLeakage(name: string, recipe: Recipe, cells: readonly (string | null)[]): Leakage {
  const none = { length: false, checkDigit: false, keyInvertible: false, key: null } as const;
  const column = recipe.columns.find((one) => one.name === name);
  if (column === undefined) {
    return { column: name, rule: 'keep', domainSize: null, residual: null, equality: true, order: true, ...none };
  }
  const { level, mapping } = column;
  const candidates = new Map<string, number>();
  for (const [, label] of mapping) candidates.set(label, (candidates.get(label) ?? 0) + 1);
  let [min, sum, max] = [Number.POSITIVE_INFINITY, 0, 0];
  for (const cell of cells) {
    const size = candidates.get(cell as string) as number;
    min = Math.min(min, size);
    max = Math.max(max, size);
    sum += size;
  }
  const told = candidates.size > 1;
  return {
    column: name,
    rule: level === 0 ? 'keep' : `generalize-level-${level}`,
    domainSize: mapping.length,
    residual: cells.length === 0 ? null : { min, mean: sum / cells.length, max },
    equality: told,
    order: told,
    ...none,
  };
}

/** Checks rows that print alike already: which classes hold, and whether every criterion holds for all rows as they are. */
function recheck(
  table: Table,
  names: readonly string[],
  criteria: readonly Criterion[],
  person: string | null,
): { kept: Uint8Array; holds: boolean[] } {
  const settings = {
    quasiIdentifiers: names,
    hierarchies: Object.fromEntries(
      names.map((name) => {
        const values = encode(table, name).dictionary.strings();
        return [
          name,
          Hierarchy.fromRows(
            (values.length === 0 ? ['*'] : values).map((value) => [value]),
            { name },
          ),
        ];
      }),
    ),
    criteria,
    suppression: 1,
    ...(person === null ? {} : { person }),
  };
  const problem = prepareProblem(table, settings);
  const evaluator = evaluatorOf(problem);
  evaluator.check(new Int32Array(names.length), true);
  const { classOf } = evaluator.node.classes;
  const kept = Uint8Array.from(
    problem.frequency.tupleOf,
    (tuple) => evaluator.node.kept[classOf[tuple] as number] as number,
  );
  const labels = problem.columns.map((column) => column.labels[0] as readonly (string | null)[]);
  const cell = (d: number, row: number): number => {
    const { codes, groupOf } = problem.columns[d] as (typeof problem.columns)[number];
    return (groupOf[0] as Int32Array)[codes.codes[row] as number] as number;
  };
  const out = new Uint8Array(table.rows).fill(1);
  return { kept, holds: recountCriteria(table, problem, settings, out, { cell, labels }) };
}

/** What two releases together tell about one person. */
export interface IntersectionRisk {
  /** Persons in both releases. */
  readonly persons: number;
  /** Smallest set of persons that share both classes. */
  readonly smallest: number;
  /** Persons whose set is under k. */
  readonly below: number;
  readonly k: number;
}

/**
 * Cross-release check: an attacker who knows a person's class in two releases is left with those who share both. Both tables
 * must still name the person (the data holder's view).
 *
 * @throws SCRIM_TABLE_UNKNOWN_COLUMN
 */
export function intersectReleases(
  first: Table,
  second: Table,
  options: {
    readonly quasiIdentifiers: readonly [readonly string[], readonly string[]];
    readonly person: string;
    readonly k: number;
  },
): IntersectionRisk {
  const classOf = (table: Table, names: readonly string[]): Map<string, string> => {
    const { groupOf } = groupBy(table, names);
    const person = encode(table, options.person);
    const classes = new Map<string, Set<number>>();
    for (let row = 0; row < table.rows; row++) {
      const code = person.codes[row] as number;
      if (code >= person.dictionary.size) continue;
      const name = person.dictionary.at(code);
      const own = classes.get(name) ?? new Set();
      own.add(groupOf[row] as number);
      classes.set(name, own);
    }
    return new Map([...classes].map(([name, own]) => [name, [...own].sort((a, b) => a - b).join()]));
  };
  const a = classOf(first, options.quasiIdentifiers[0]);
  const b = classOf(second, options.quasiIdentifiers[1]);
  const sizes = new Map<string, number>();
  for (const [name, own] of a) {
    const other = b.get(name);
    if (other === undefined) continue;
    const key = `${own}|${other}`;
    sizes.set(key, (sizes.get(key) ?? 0) + 1);
  }
  const all = [...sizes.values()];
  return {
    persons: all.reduce((sum, size) => sum + size, 0),
    smallest: all.reduce((least, size) => Math.min(least, size), all.length === 0 ? 0 : Number.POSITIVE_INFINITY),
    below: all.reduce((sum, size) => sum + (size < options.k ? size : 0), 0),
    k: options.k,
  };
}
