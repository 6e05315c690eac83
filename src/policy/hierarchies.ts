/**
 * The hierarchies that a policy names: files, and built-in ones made from the values that occur in the column.
 * @module
 */
import { Hierarchy, readHierarchy } from '../anonymity/index.js';
import { bucket, dateTruncate, type Masker } from '../masking/index.js';
import { cellText, Dictionary, encode, type Table } from '../table/index.js';
import type { BuiltinHierarchy, ColumnPolicy } from './document.js';
import { ruleOf } from './rules.js';

/** Reads a file that a policy refers to; the path is as the policy writes it. */
export type FileReader = (path: string) => Uint8Array;

const TOP = '*';

/** The hierarchy of a released quasi-identifier; one level only where its rule is not `generalize`. */
export function hierarchyOf(table: Table, name: string, column: ColumnPolicy, read: FileReader): Hierarchy {
  const rule = ruleOf(column.rule);
  if (rule.mask === 'generalize' && typeof rule.hierarchy === 'string') {
    return readHierarchy(read(rule.hierarchy), { name: rule.hierarchy });
  }
  const values = [...encode(table, name).dictionary.strings()];
  if (values.length === 0) values.push('');
  const rows =
    rule.mask === 'generalize'
      ? builtinRows(values, rule.hierarchy as BuiltinHierarchy)
      : values.map((value) => [value]);
  return Hierarchy.fromRows(rows, { name, source: 'values of the column' });
}

/** Lines `value, level 1, ..., *`; a value that the hierarchy cannot place goes straight to the top. */
function builtinRows(values: readonly string[], hierarchy: BuiltinHierarchy): string[][] {
  const levels = levelsOf(values, hierarchy);
  return values.map((value, i) => [value, ...levels.map((level) => level[i] ?? TOP), TOP]);
}

function levelsOf(values: readonly string[], hierarchy: BuiltinHierarchy): (string | null)[][] {
  switch (hierarchy.kind) {
    case 'intervals':
      return hierarchy.widths.map((width) =>
        masked(values, bucket({ width, ...(hierarchy.origin !== undefined && { origin: hierarchy.origin }) })),
      );
    case 'dates':
      return (hierarchy.levels ?? ['month', 'year', 'decade']).map((to) => masked(values, dateTruncate({ to })));
    case 'prefix':
      return hierarchy.lengths.map((length) => values.map((value) => `${[...value].slice(0, length).join('')}${TOP}`));
    default:
      return [];
  }
}

function masked(values: readonly string[], masker: Masker): (string | null)[] {
  const codes = Uint32Array.from(values, (_, i) => i);
  const { column } = masker.apply({
    type: 'dictionary',
    length: values.length,
    codes,
    dictionary: Dictionary.from(values),
    validity: null,
    unreadable: null,
  });
  return values.map((_, row) => cellText(column, row));
}
