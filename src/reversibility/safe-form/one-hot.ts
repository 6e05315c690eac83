/**
 * Columns of zeros and ones that stand for the values of one column (one-hot, dummies), put together again before safe forms are
 * recognised. See generalisation.md.
 * @module
 */
import { type Sheet, SheetColumn } from '../intake/sheet.js';

/** A product with its one-hot columns folded. */
export interface Folded {
  readonly sheet: Sheet;
  /** Product columns of each column of the sheet. */
  readonly members: readonly (readonly number[])[];
  /** In words, before what a column made of several is; default: one-hot. */
  readonly kind?: string;
  /** True when rows are figures after the folding: a group table, never rows of persons. */
  readonly figures?: true;
}

const YES: ReadonlySet<string> = new Set(['1', '1.0', 'true', 'yes', 'y', 't', '是']);
const NO: ReadonlySet<string> = new Set(['0', '0.0', 'false', 'no', 'n', 'f', '否']);
const MOST = 200;

/** The product with each group of one-hot columns as one; null where there is no group. */
export function foldOneHot(product: Sheet): Folded | null {
  if (product.columns.length > MOST || product.rows === 0) return null;
  const flags = product.columns.map(flagsOf);
  const members: number[][] = [];
  for (let at = 0; at < flags.length; ) {
    const group = flags[at] === null ? 1 : groupFrom(product, flags, at);
    members.push(Array.from({ length: group }, (_, i) => at + i));
    at += group;
  }
  if (members.length === product.columns.length) return null;
  const columns = members.map((own) =>
    own.length === 1
      ? (product.columns[own[0] as number] as SheetColumn)
      : folded(
          product,
          own,
          own.map((position) => flags[position] as Uint8Array),
        ),
  );
  return { sheet: { ...product, columns }, members };
}

/** 1 in the rows of a column that say yes; null for a column that says anything else. */
function flagsOf(column: SheetColumn): Uint8Array | null {
  if (column.present < column.rows || column.distinct > 2) return null;
  const yes = column.values.map((text) => YES.has(text.trim().toLowerCase()));
  if (column.values.some((text, code) => !yes[code] && !NO.has(text.trim().toLowerCase()))) return null;
  return Uint8Array.from(column.codes, (code) => (yes[code] ? 1 : 0));
}

/** Columns from one on of which exactly one says yes in every row; or, of one name before its last mark, at most one. */
function groupFrom(product: Sheet, flags: readonly (Uint8Array | null)[], from: number): number {
  const sums = new Uint8Array(product.rows);
  const stem = stemOf(product, from);
  let named = 1;
  for (let at = from; at < flags.length; at++) {
    const own = flags[at];
    if (own === null || own === undefined) break;
    let most = 0;
    let full = 0;
    for (let row = 0; row < sums.length; row++) {
      const sum = (sums[row] as number) + (own[row] as number);
      sums[row] = sum;
      if (sum > most) most = sum;
      full += sum;
    }
    if (most > 1) break;
    const length = at - from + 1;
    if (stem !== '' && stemOf(product, at) === stem) named = length;
    if (length > 1 && full === product.rows) return length;
  }
  return named;
}

function stemOf(product: Sheet, position: number): string {
  const { name } = product.columns[position] as SheetColumn;
  return /^(.+)[_.=:]/.exec(name)?.[1] ?? '';
}

function folded(product: Sheet, own: readonly number[], flags: readonly Uint8Array[]): SheetColumn {
  const names = own.map((position) => (product.columns[position] as SheetColumn).name);
  const codes = new Int32Array(product.rows).fill(own.length);
  let rest = false;
  for (let row = 0; row < codes.length; row++) {
    const at = flags.findIndex((flag) => flag[row] === 1);
    if (at >= 0) codes[row] = at;
    else rest = true;
  }
  const stem = stemOf(product, own[0] as number);
  // The label is what the header says behind the common name; the one left out has none.
  const labels = names.map((name) => (stem !== '' && name.startsWith(stem) ? name.slice(stem.length + 1) : name));
  const values = new Set(labels).size === labels.length ? labels : names;
  return new SheetColumn(
    stem === '' ? names.join('+') : stem,
    codes,
    rest ? [...values, '\u2014one-hot\u2014'] : values,
  );
}
