/**
 * The independent recount: the output itself is read again, cell by cell, and every model is checked on what it says.
 *
 * Written without the grouping kernels and the search that made the output, so that a defect there cannot pass here.
 * @module
 */
import { ScrimError } from '../core/index.js';
import { cellText, isValid, type Table } from '../table/index.js';
import type { Model } from './document.js';

/** What was found by counting. */
export interface Recount {
  /** Equivalence classes of the output. */
  readonly classes: number;
  /** Persons (rows without a person column) in the smallest class; 0 for an empty output. */
  readonly smallest: number;
  /** Models that were recounted; what is missing was checked by `anonymize` alone (ordered distances). */
  readonly models: readonly string[];
}

interface Class {
  readonly persons: Set<string> | null;
  rows: number;
  /** One map per model with a sensitive column: value -> persons (rows). */
  readonly values: Counts[];
}

/** Persons (rows) by value. A person counts once for a value, however many rows say it. */
class Counts {
  readonly rows = new Map<string, number>();
  readonly #persons = new Map<string, Set<string>>();

  add(value: string, person: string | null): void {
    if (person === null) {
      this.rows.set(value, (this.rows.get(value) ?? 0) + 1);
      return;
    }
    const persons = this.#persons.get(value);
    if (persons === undefined) this.#persons.set(value, new Set([person]));
    else persons.add(person);
    this.rows.set(value, this.#persons.get(value)?.size ?? 0);
  }

  total(): number {
    let sum = 0;
    for (const count of this.rows.values()) sum += count;
    return sum;
  }
}

/**
 * Counts classes over the quasi-identifiers as they stand in the table and checks the models.
 *
 * @param person - column of the table that names the person, or null when rows are counted. A row without one is a
 * person of its own.
 * @param before - the table before suppression, whose distribution t-closeness compares with
 * @throws SCRIM_POLICY_RECOUNT
 */
export function recount(
  table: Table,
  quasiIdentifiers: readonly string[],
  person: string | null,
  models: readonly Model[],
  before: Table,
): Recount {
  const sensitive = models.flatMap((model) => (model.model === 'k-anonymity' ? [] : [model]));
  const columns = sensitive.map((model) => model.column);
  const classes = new Map<string, Class>();
  eachRow(table, [...quasiIdentifiers], person, columns, (key, who, values) => {
    let found = classes.get(key);
    if (found === undefined) {
      found = { persons: person === null ? null : new Set(), rows: 0, values: columns.map(() => new Counts()) };
      classes.set(key, found);
    }
    found.rows++;
    if (who !== null) found.persons?.add(who);
    for (let s = 0; s < values.length; s++) found.values[s]?.add(values[s] as string, who);
  });
  const whole = columns.map(() => new Counts());
  if (sensitive.some((model) => model.model === 't-closeness')) {
    eachRow(before, [], person, columns, (_, who, values) => {
      for (let s = 0; s < values.length; s++) whole[s]?.add(values[s] as string, who);
    });
  }
  let smallest = classes.size === 0 ? 0 : Number.POSITIVE_INFINITY;
  const unchecked = new Set<Model>();
  for (const one of classes.values()) {
    const size = one.persons === null ? one.rows : one.persons.size;
    smallest = Math.min(smallest, size);
    sensitive.forEach((model, s) => {
      if (!checkSensitive(model, one.values[s] as Counts, whole[s] as Counts, size)) unchecked.add(model);
    });
  }
  for (const model of models) {
    if (model.model === 'k-anonymity' && classes.size > 0 && smallest < model.k) {
      throw new ScrimError('SCRIM_POLICY_RECOUNT', { model: 'k-anonymity', found: smallest, limit: model.k });
    }
  }
  return {
    classes: classes.size,
    smallest,
    models: models.filter((model) => !unchecked.has(model)).map((model) => model.model),
  };
}

/** Calls back with the class key, the person and the sensitive values of every row. */
function eachRow(
  table: Table,
  keys: readonly string[],
  person: string | null,
  sensitive: readonly string[],
  visit: (key: string, person: string | null, values: readonly string[]) => void,
): void {
  const positions = keys.map((name) => table.indexOf(name));
  const personAt = person === null ? -1 : table.indexOf(person);
  const sensitiveAt = sensitive.map((name) => table.indexOf(name));
  let number = 0;
  for (const batch of table.batches) {
    const memo = batch.columns.map(() => new Map<number, string>());
    const text = (at: number, row: number): string => {
      const column = batch.columns[at] as (typeof batch.columns)[number];
      if (column.type !== 'dictionary') return keyOf(cellText(column, row));
      if (!isValid(column, row)) return keyOf(null);
      const code = column.codes[row] as number;
      const known = memo[at] as Map<number, string>;
      let key = known.get(code);
      if (key === undefined) {
        key = keyOf(column.dictionary.at(code));
        known.set(code, key);
      }
      return key;
    };
    for (let row = 0; row < batch.rows; row++, number++) {
      let key = '';
      for (const at of positions) key += text(at, row);
      let who: string | null = null;
      if (personAt >= 0) {
        who = text(personAt, row);
        if (who === NONE) who = `row ${number}`;
      }
      visit(
        key,
        who,
        sensitiveAt.map((at) => text(at, row)),
      );
    }
  }
}

const NONE = '~';

/** A text with its length in front, so that two rows share a key only when all their cells are equal; null is none. */
function keyOf(text: string | null): string {
  return text === null ? NONE : `${text.length}:${text}`;
}

const SLACK = 1e-9;

/**
 * Checks one class against a model with a sensitive column; false when this file does not recount it.
 *
 * Shares are taken where every person of the class has one value; with several values a person the definition in the
 * literature is open and `anonymize` decides alone.
 */
function checkSensitive(
  model: Exclude<Model, { model: 'k-anonymity' }>,
  values: Counts,
  whole: Counts,
  size: number,
): boolean {
  const fail = (found: number, limit: number): never => {
    throw new ScrimError('SCRIM_POLICY_RECOUNT', { model: model.model, found, limit });
  };
  const counts = [...values.rows.values()].sort((a, b) => b - a);
  const total = values.total();
  if (model.model === 't-closeness') {
    if ((model.distance ?? 'equal') !== 'equal' || total !== size) return false;
    const all = whole.total();
    let distance = 0;
    for (const [value, count] of whole.rows) {
      distance += Math.max(0, count / all - (values.rows.get(value) ?? 0) / total);
    }
    if (distance > model.t + SLACK) fail(distance, model.t);
    return true;
  }
  if (counts.length < Math.floor(model.l)) fail(counts.length, model.l);
  if ((model.variant ?? 'distinct') === 'distinct') return true;
  if (total !== size) return false;
  if (model.variant === 'entropy') {
    const entropy = counts.reduce((sum, count) => sum - (count / total) * Math.log(count / total), 0);
    if (entropy < Math.log(model.l) - SLACK) fail(Math.exp(entropy), model.l);
    return true;
  }
  const tail = counts.slice(model.l - 1).reduce((sum, count) => sum + count, 0);
  if (!((counts[0] as number) < (model.c ?? 3) * tail)) fail(counts[0] as number, (model.c ?? 3) * tail);
  return true;
}
