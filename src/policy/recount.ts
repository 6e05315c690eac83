/**
 * The independent recount: the output itself is read again, cell by cell, and every model is checked on what it says.
 *
 * Written without the grouping kernels and the search that made the output, so that a defect there cannot pass here.
 * @module
 */
import { ScrimError } from '../core/index.js';
import { cellText, type Table } from '../table/index.js';
import type { Model } from './document.js';

/** What was found by counting. */
export interface Recount {
  /** Equivalence classes of the output. */
  readonly classes: number;
  /** Persons (rows without a person column) in the smallest class; 0 for an empty output. */
  readonly smallest: number;
}

interface Class {
  readonly persons: Set<string> | null;
  rows: number;
  /** One map per model with a sensitive column: value -> persons (rows). */
  readonly values: Map<string, number>[];
}

/**
 * Counts classes over the quasi-identifiers as they stand in the table and checks the models.
 *
 * @param person - column of the table that names the person, or null when rows are counted. A row without one is a
 * person of its own.
 * @throws SCRIM_POLICY_RECOUNT
 */
export function recount(
  table: Table,
  quasiIdentifiers: readonly string[],
  person: string | null,
  models: readonly Model[],
): Recount {
  const sensitive = models.flatMap((model) => (model.model === 'k-anonymity' ? [] : [model]));
  const positions = quasiIdentifiers.map((name) => table.indexOf(name));
  const personAt = person === null ? -1 : table.indexOf(person);
  const sensitiveAt = sensitive.map((model) => table.indexOf(model.column));
  const classes = new Map<string, Class>();
  const whole = sensitive.map(() => new Map<string, number>());
  for (const batch of table.batches) {
    const memo = batch.columns.map(() => new Map<number, string>());
    const text = (at: number, row: number): string => {
      const column = batch.columns[at] as (typeof batch.columns)[number];
      if (column.type !== 'dictionary') return keyOf(cellText(column, row));
      if (cellText(column, row) === null) return keyOf(null);
      const code = column.codes[row] as number;
      const known = memo[at] as Map<number, string>;
      let key = known.get(code);
      if (key === undefined) {
        key = keyOf(column.dictionary.at(code));
        known.set(code, key);
      }
      return key;
    };
    for (let row = 0; row < batch.rows; row++) {
      let key = '';
      for (const at of positions) key += text(at, row);
      let found = classes.get(key);
      if (found === undefined) {
        found = { persons: personAt < 0 ? null : new Set(), rows: 0, values: sensitive.map(() => new Map()) };
        classes.set(key, found);
      }
      found.rows++;
      found.persons?.add(text(personAt, row));
      for (let s = 0; s < sensitiveAt.length; s++) {
        const value = text(sensitiveAt[s] as number, row);
        increase(found.values[s] as Map<string, number>, value);
        increase(whole[s] as Map<string, number>, value);
      }
    }
  }
  let smallest = classes.size === 0 ? 0 : Number.POSITIVE_INFINITY;
  for (const one of classes.values()) {
    smallest = Math.min(smallest, one.persons === null ? one.rows : one.persons.size);
    sensitive.forEach((model, s) => {
      checkSensitive(model, one.values[s] as Map<string, number>);
    });
  }
  for (const model of models) {
    if (model.model === 'k-anonymity' && classes.size > 0 && smallest < model.k) {
      throw new ScrimError('SCRIM_POLICY_RECOUNT', { model: 'k-anonymity', found: smallest, limit: model.k });
    }
  }
  return { classes: classes.size, smallest };
}

/** A text with its length in front, so that two rows share a key only when all their cells are equal; null is none. */
function keyOf(text: string | null): string {
  return text === null ? '~' : `${text.length}:${text}`;
}

function increase(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** Distinct values can be counted on any unit; the finer variants are checked by `anonymize` on its own frequency set. */
function checkSensitive(model: Exclude<Model, { model: 'k-anonymity' }>, values: ReadonlyMap<string, number>): void {
  if (model.model !== 'l-diversity') return;
  if (values.size < Math.floor(model.l)) {
    throw new ScrimError('SCRIM_POLICY_RECOUNT', { model: 'l-diversity', found: values.size, limit: model.l });
  }
}
