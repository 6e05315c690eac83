/**
 * Local suppression: k-anonymity by blanking as few and as unimportant cells as possible; and k^m violations.
 *
 * After sdcMicro's localSuppression and mu-Argus (Hundepool et al., "Statistical Disclosure Control", 2012, section 3.4): a blank
 * matches only blanks, so the published table itself is k-anonymous. k^m: Terrovitis, Mamoulis, Kalnis, VLDB 2008.
 * @module
 */
import { groupCodes, groupPersons, groupSizes, ScrimError } from '../core/index.js';
import { encode, type Table, tableFromColumns, weightsOf } from '../table/index.js';

/** Options of {@link suppressCells}. */
export interface CellSuppressionOptions {
  readonly quasiIdentifiers: readonly string[];
  readonly k: number;
  /** Columns from the least to the most important: the first are blanked first. Default: most distinct values first. */
  readonly importance?: readonly string[];
  /** Column that names the person. Default: rows are counted. */
  readonly person?: string;
}

/** Result of {@link suppressCells}. */
export interface CellSuppression {
  /** The quasi-identifiers, blanks as null. */
  readonly table: Table;
  /** Blanked cells by column. */
  readonly cells: Readonly<Record<string, number>>;
  readonly total: number;
}

/**
 * Blanks cells until every class holds k persons (rows). Each round blanks one more column, in order of importance, of the rows
 * that still stand alone; then blanks are taken back where the class does without them.
 *
 * @throws SCRIM_ANONYMITY_OPTION, SCRIM_ANONYMITY_K_TOO_LARGE, SCRIM_TABLE_UNKNOWN_COLUMN
 */
export function suppressCells(table: Table, options: CellSuppressionOptions): CellSuppression {
  const { quasiIdentifiers: names, k } = options;
  if (!Number.isInteger(k) || k < 1)
    throw new ScrimError('SCRIM_ANONYMITY_OPTION', { option: 'k', problem: 'it must be an integer of at least 1' });
  if (names.length === 0)
    throw new ScrimError('SCRIM_ANONYMITY_OPTION', { option: 'quasiIdentifiers', problem: 'name at least one column' });
  const encoded = names.map((name) => encode(table, name));
  // Code 0 is the blank.
  const columns = encoded.map(({ codes, nullCode }) => codes.map((code) => (code === nullCode ? 0 : code + 1)));
  const radices = encoded.map(({ cardinality }) => cardinality + 1);
  const person = options.person === undefined ? null : encode(table, options.person);
  const weights = weightsOf(table);
  const sizes = (): Float64Array => {
    const { groupOf, groups } = groupCodes(columns, radices);
    const own =
      person === null
        ? groupSizes(groupOf, groups, weights)
        : groupPersons(groupOf, groups, person.codes, person.cardinality);
    return Float64Array.from(groupOf, (group) => own[group] as number);
  };
  const total =
    person === null ? (weights?.reduce((sum, weight) => sum + weight, 0) ?? table.rows) : person.cardinality;
  if (k > total) {
    throw new ScrimError('SCRIM_ANONYMITY_K_TOO_LARGE', {
      criterion: 'k-anonymity',
      needed: k,
      found: total,
      unit: person === null ? 'rows' : 'persons',
    });
  }
  const rank = (name: string): number => options.importance?.indexOf(name) ?? -1;
  const order = names
    .map((name, d) => ({ name, d }))
    .sort((a, b) => rank(a.name) - rank(b.name) || (radices[b.d] as number) - (radices[a.d] as number))
    .map(({ d }) => d);
  for (const d of order) {
    const size = sizes();
    const column = columns[d] as Int32Array;
    let any = false;
    for (let row = 0; row < column.length; row++) {
      if ((size[row] as number) >= k) continue;
      column[row] = 0;
      any = true;
    }
    if (!any) break;
  }
  // Rows that are blank everywhere and still fewer than k: blank whole rows of the smallest class until they are k.
  for (let guard = 0; guard < table.rows; guard++) {
    const size = sizes();
    if (size.every((own) => own >= k)) break;
    let row = -1;
    for (let i = 0; i < size.length; i++) {
      if (
        (size[i] as number) >= k &&
        columns.some((column) => column[i] !== 0) &&
        (row < 0 || (size[i] as number) < (size[row] as number))
      )
        row = i;
    }
    if (row < 0) break;
    const pattern = columns.map((column) => column[row] as number);
    for (let i = 0; i < size.length; i++) {
      if (columns.every((column, d) => column[i] === pattern[d])) for (const column of columns) column[i] = 0;
    }
  }
  // Take blanks back, most important column first, where whole classes stay large enough.
  for (const d of [...order].reverse())
    restore(columns[d] as Int32Array, encoded[d]?.codes as Int32Array, encoded[d]?.nullCode as number, k, sizes);
  const cells: Record<string, number> = {};
  let all = 0;
  const output = Object.fromEntries(
    names.map((name, d) => {
      const { codes, dictionary, nullCode } = encoded[d] as (typeof encoded)[number];
      let blanked = 0;
      const values = Array.from(columns[d] as Int32Array, (code, row) => {
        if (code !== 0) return code - 1 < dictionary.size ? dictionary.at(code - 1) : null;
        if (codes[row] !== nullCode) blanked++;
        return null;
      });
      cells[name] = blanked;
      all += blanked;
      return [name, values];
    }),
  );
  return { table: tableFromColumns(output), cells, total: all };
}

function restore(
  column: Int32Array,
  original: Int32Array,
  nullCode: number,
  k: number,
  sizes: () => Float64Array,
): void {
  const before = column.slice();
  const blanked = new Uint8Array(column.length);
  for (let row = 0; row < column.length; row++) {
    if (column[row] === 0 && original[row] !== nullCode) {
      blanked[row] = 1;
      column[row] = (original[row] as number) + 1;
    }
  }
  if (!blanked.includes(1)) return;
  const size = sizes();
  for (let row = 0; row < column.length; row++) if (blanked[row] === 1 && (size[row] as number) < k) column[row] = 0;
  // What had to stay blank may now be too few: then nothing is taken back.
  if (!sizes().every((own) => own >= k)) column.set(before);
}

/** Rows that break k^m-anonymity: some combination of at most m of the columns is shared by fewer than k persons (rows). */
export function kmViolations(
  table: Table,
  options: {
    readonly quasiIdentifiers: readonly string[];
    readonly k: number;
    readonly m: number;
    readonly person?: string;
  },
): { readonly rows: Uint8Array; readonly count: number; readonly sets: readonly (readonly string[])[] } {
  const { quasiIdentifiers: names, k, m } = options;
  const encoded = names.map((name) => encode(table, name));
  const person = options.person === undefined ? null : encode(table, options.person);
  const weights = weightsOf(table);
  const rows = new Uint8Array(table.rows);
  const sets: string[][] = [];
  // Combinations of fewer columns are shared by at least as many: those of size m (all, where there are fewer) decide.
  const size = Math.min(m, names.length);
  const visit = (from: number, chosen: readonly number[]): void => {
    if (chosen.length === size) {
      const { groupOf, groups } = groupCodes(
        chosen.map((d) => (encoded[d] as (typeof encoded)[number]).codes),
        chosen.map((d) => Math.max(1, (encoded[d] as (typeof encoded)[number]).cardinality)),
      );
      const own =
        person === null
          ? groupSizes(groupOf, groups, weights)
          : groupPersons(groupOf, groups, person.codes, person.cardinality);
      let any = false;
      for (let row = 0; row < rows.length; row++) {
        if ((own[groupOf[row] as number] as number) >= k) continue;
        rows[row] = 1;
        any = true;
      }
      if (any) sets.push(chosen.map((d) => names[d] as string));
      return;
    }
    for (let d = from; d < names.length; d++) visit(d + 1, [...chosen, d]);
  };
  visit(0, []);
  return { rows, count: rows.reduce((sum, one) => sum + one, 0), sets };
}
