/**
 * The Table: a schema and a list of batches, columnar and immutable. Everything in Scrim reads and returns this.
 * @module
 */
import { ScrimError } from '../core/index.js';
import type { Column, Field } from './column.js';
import { cellText } from './column.js';

/** Rows of all columns of a schema. `columns[i]` belongs to `fields[i]`. */
export interface Batch {
  readonly rows: number;
  readonly columns: readonly Column[];
}

/** Options of {@link Table}. */
export interface TableOptions {
  /** Column that holds the weight (number of source rows) of each row: the table is a frequency table. Default: none. */
  readonly weights?: string;
}

/**
 * An immutable columnar table.
 *
 * @throws SCRIM_TABLE_SHAPE when a batch does not fit the schema, SCRIM_TABLE_DUPLICATE_COLUMN for equal names.
 */
export class Table {
  readonly fields: readonly Field[];
  readonly batches: readonly Batch[];
  /** Number of rows over all batches. */
  readonly rows: number;
  /** Name of the weight column of a frequency table, or null. */
  readonly weights: string | null;
  readonly #index: ReadonlyMap<string, number>;

  constructor(fields: readonly Field[], batches: readonly Batch[], options: TableOptions = {}) {
    const index = new Map<string, number>();
    fields.forEach((field, i) => {
      if (index.has(field.name)) throw new ScrimError('SCRIM_TABLE_DUPLICATE_COLUMN', { column: field.name });
      index.set(field.name, i);
    });
    for (const batch of batches) checkShape(fields, batch);
    this.fields = fields;
    this.batches = batches;
    this.rows = batches.reduce((sum, batch) => sum + batch.rows, 0);
    this.weights = options.weights ?? null;
    this.#index = index;
  }

  /** Names of the columns, in order. */
  get names(): string[] {
    return this.fields.map((field) => field.name);
  }

  /** True when there is a column of this name. */
  has(name: string): boolean {
    return this.#index.has(name);
  }

  /** Position of a column. @throws SCRIM_TABLE_UNKNOWN_COLUMN */
  indexOf(name: string): number {
    const position = this.#index.get(name);
    if (position === undefined) throw new ScrimError('SCRIM_TABLE_UNKNOWN_COLUMN', { column: name });
    return position;
  }

  /** Field of a column. @throws SCRIM_TABLE_UNKNOWN_COLUMN */
  field(name: string): Field {
    return this.fields[this.indexOf(name)] as Field;
  }

  /** The column's part of every batch, in order. @throws SCRIM_TABLE_UNKNOWN_COLUMN */
  chunks(name: string): Column[] {
    const position = this.indexOf(name);
    return this.batches.map((batch) => batch.columns[position] as Column);
  }

  /** A table with only these columns, in this order; shares memory. @throws SCRIM_TABLE_UNKNOWN_COLUMN */
  select(names: readonly string[]): Table {
    const positions = names.map((name) => this.indexOf(name));
    const weights = this.weights !== null && names.includes(this.weights) ? { weights: this.weights } : {};
    return new Table(
      positions.map((position) => this.fields[position] as Field),
      this.batches.map((batch) => ({
        rows: batch.rows,
        columns: positions.map((position) => batch.columns[position] as Column),
      })),
      weights,
    );
  }

  /** Rows as objects of text or null: for tests, examples and small tables. */
  *objects(): Generator<Record<string, string | null>> {
    for (const batch of this.batches) {
      for (let row = 0; row < batch.rows; row++) {
        const object: Record<string, string | null> = {};
        this.fields.forEach((field, i) => {
          object[field.name] = cellText(batch.columns[i] as Column, row, field.logical);
        });
        yield object;
      }
    }
  }
}

function checkShape(fields: readonly Field[], batch: Batch): void {
  if (batch.columns.length !== fields.length) {
    throw new ScrimError('SCRIM_TABLE_SHAPE', {
      problem: `a batch has ${batch.columns.length} columns, the schema ${fields.length}`,
    });
  }
  batch.columns.forEach((column, i) => {
    const field = fields[i] as Field;
    if (column.length !== batch.rows || column.type !== field.type) {
      throw new ScrimError('SCRIM_TABLE_SHAPE', {
        problem: `column ${field.name} has ${column.length} ${column.type} cells, expected ${batch.rows} ${field.type}`,
      });
    }
  });
}
