/** The Adult table and its hierarchies (examples/adult; sources in its README) for tests. */
import { readFileSync } from 'node:fs';
import { type Hierarchy, readHierarchy } from '../../src/anonymity/index.js';
import { type Table, tableFromColumns } from '../../src/table/index.js';

const file = (path: string): string => readFileSync(new URL(`../../examples/adult/${path}`, import.meta.url), 'utf8');

/** Columns of a plain semicolon file with a header. */
export function plainTable(text: string): Table {
  const lines = text.split(/\r?\n/).filter((line) => line !== '');
  const names = (lines[0] as string).split(';');
  const columns = names.map((): string[] => []);
  for (const line of lines.slice(1)) line.split(';').forEach((cell, i) => (columns[i] as string[]).push(cell));
  return tableFromColumns(Object.fromEntries(names.map((name, i) => [name, columns[i] as string[]])));
}

let table: Table | undefined;

/** 30,162 rows. */
export function adultTable(): Table {
  table ??= plainTable(file('adult.csv'));
  return table;
}

/** The nine quasi-identifiers in file order. */
export const adultColumns: readonly string[] = [
  'sex',
  'age',
  'race',
  'marital-status',
  'education',
  'native-country',
  'workclass',
  'occupation',
  'salary-class',
];

/** Hierarchy of every column. */
export function adultHierarchies(): Record<string, Hierarchy> {
  return Object.fromEntries(
    adultColumns.map((name) => [name, readHierarchy(file(`hierarchies/${name}.csv`), { name })]),
  );
}

/** The research subset of ARX's tests: one byte per row of Adult. */
export function adultSubset(): Uint8Array {
  const text = readFileSync(new URL('../vectors/anonymity/adult_subset.csv', import.meta.url), 'utf8');
  const left = new Map<string, number>();
  const key = (row: Record<string, string | null>): string => adultColumns.map((name) => row[name]).join(';');
  for (const row of plainTable(text).objects()) left.set(key(row), (left.get(key(row)) ?? 0) + 1);
  const subset = new Uint8Array(adultTable().rows);
  let at = 0;
  for (const row of adultTable().objects()) {
    const count = left.get(key(row)) ?? 0;
    if (count > 0) {
      left.set(key(row), count - 1);
      subset[at] = 1;
    }
    at++;
  }
  return subset;
}
