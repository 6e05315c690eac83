/**
 * A solution as a recipe: applied to new rows with re-validation, and compared with other releases of the same data.
 * @module
 */
import { ScrimError } from '../core/index.js';
import { cellText, encode, groupBy, type Table, tableFromColumns } from '../table/index.js';
import type { Hierarchy } from './hierarchy/hierarchy.js';
import type { Solution } from './options.js';

/** Plain JSON: what a full-domain solution does to each column. */
export interface Recipe {
  readonly schema: 'scrim.recipe/1';
  readonly columns: readonly {
    readonly name: string;
    readonly level: number;
    /** `[base value, published value]`: the applied mapping. */
    readonly mapping: readonly (readonly [string, string])[];
  }[];
  /** Smallest class that the solution was made for. */
  readonly k: number;
  readonly person: string | null;
}

/** The applied mapping of a full-domain solution. @throws SCRIM_RECIPE_MISMATCH for local recoding */
export function recipeOf(
  solution: Solution,
  hierarchies: Readonly<Record<string, Hierarchy>>,
  settings: { readonly k: number; readonly person?: string },
): Recipe {
  if (solution.recoding !== 'full-domain') {
    throw new ScrimError('SCRIM_RECIPE_MISMATCH', { problem: 'a local recoding has no mapping by column' });
  }
  return {
    schema: 'scrim.recipe/1',
    columns: solution.quasiIdentifiers.map((name) => {
      const hierarchy = hierarchies[name];
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
    k: settings.k,
    person: settings.person ?? null,
  };
}

/** New rows after a recipe. */
export interface RecipeResult {
  /** Rows that are released, with the recipe's columns and `keep`. */
  readonly table: Table;
  /** Rows whose class is under k, with what was released before where it is given. */
  readonly suppressedRows: number;
  /** Rows with a value that the recipe does not know; they are suppressed, too. */
  readonly unknownRows: number;
  /** Rows (from 1) of the first such cells, up to 20. */
  readonly unknownAt: readonly number[];
}

/**
 * Applies a recipe to new rows: maps, then counts the classes again (persons where the recipe names them).
 *
 * @param options.released - what was released before: classes are counted together with it
 * @throws SCRIM_RECIPE_MISMATCH when a column is missing
 */
export function applyRecipe(
  table: Table,
  recipe: Recipe,
  options: { readonly keep?: readonly string[]; readonly released?: Table } = {},
): RecipeResult {
  for (const { name } of recipe.columns) {
    if (!table.has(name)) throw new ScrimError('SCRIM_RECIPE_MISMATCH', { problem: `the table has no column ${name}` });
  }
  const unknown = new Uint8Array(table.rows);
  const mapped = recipe.columns.map(({ name, mapping }) => {
    const published = new Map(mapping);
    const { codes, dictionary } = encode(table, name);
    const ofCode = dictionary.strings().map((value) => published.get(value) ?? null);
    return Array.from(codes, (code, row) => {
      const label = ofCode[code] ?? null;
      if (label === null) unknown[row] = 1;
      return label;
    });
  });
  const keys = Array.from({ length: table.rows }, (_, row) => JSON.stringify(mapped.map((column) => column[row])));
  const counts = new Map<string, Set<string> | number>();
  const add = (key: string, person: string | null): void => {
    const before = counts.get(key);
    if (recipe.person === null) counts.set(key, ((before as number | undefined) ?? 0) + 1);
    else if (before instanceof Set) before.add(person ?? '');
    else counts.set(key, new Set([person ?? '']));
  };
  const personOf = (source: Table): ((row: number) => string | null) => {
    if (recipe.person === null) return () => null;
    const { codes, dictionary } = encode(source, recipe.person);
    return (row) => ((codes[row] as number) < dictionary.size ? dictionary.at(codes[row] as number) : null);
  };
  const person = personOf(table);
  for (let row = 0; row < table.rows; row++) if (unknown[row] === 0) add(keys[row] as string, person(row));
  const { released } = options;
  if (released !== undefined) {
    const before = personOf(released);
    let row = 0;
    for (const cells of released.objects())
      add(JSON.stringify(recipe.columns.map(({ name }) => cells[name])), before(row++));
  }
  const sizeOf = (key: string): number => {
    const count = counts.get(key) ?? 0;
    return count instanceof Set ? count.size : count;
  };
  const rows: number[] = [];
  let suppressed = 0;
  const unknownAt: number[] = [];
  for (let row = 0; row < table.rows; row++) {
    if (unknown[row] === 1) {
      if (unknownAt.length < 20) unknownAt.push(row + 1);
    } else if (sizeOf(keys[row] as string) < recipe.k) suppressed++;
    else rows.push(row);
  }
  const columns: Record<string, (string | null)[]> = {};
  recipe.columns.forEach(({ name }, d) => {
    columns[name] = rows.map((row) => (mapped[d] as (string | null)[])[row] as string | null);
  });
  for (const name of options.keep ?? []) {
    const cells = table
      .chunks(name)
      .flatMap((chunk) => Array.from({ length: chunk.length }, (_, i) => cellText(chunk, i)));
    columns[name] = rows.map((row) => cells[row] as string | null);
  }
  return {
    table: tableFromColumns(columns),
    suppressedRows: suppressed,
    unknownRows: unknown.reduce((sum, one) => sum + one, 0),
    unknownAt,
  };
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
