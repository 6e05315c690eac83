/**
 * The hierarchy of a column that has none: keep the value or suppress it.
 * @module
 */
import { Hierarchy } from './hierarchy.js';

/** Each value on level 0, `*` on level 1; over the values given. */
export function keepOrSuppress(values: readonly string[], name = 'hierarchy'): Hierarchy {
  return Hierarchy.fromRows(
    values.map((value) => [value, '*']),
    { name },
  );
}
