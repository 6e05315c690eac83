/**
 * The keys of a table as a set: normalised, distinct, in one array of bytes, with what became of every row.
 * @module
 */
import { type RunOptions, ScrimError, throwIfCancelled } from '../core/index.js';
import { normalizeKey } from '../identifiers/index.js';
import { encode, type Table } from '../table/index.js';

/** Distinct keys one after another: key i is `bytes[offsets[i] .. offsets[i + 1])`. */
export interface ItemSet {
  readonly count: number;
  readonly bytes: Uint8Array;
  readonly offsets: Uint32Array;
}

/** The keys of a table. */
export interface TableKeys extends ItemSet {
  /** Key of each row, or -1 for a row without a usable key. */
  readonly itemOf: Int32Array;
  /** First row of each key. */
  readonly firstRow: Int32Array;
  readonly rows: number;
  /** Rows in which a key column is null, empty or unreadable. */
  readonly missing: number;
  /** Rows whose text did not normalise as the kind named. */
  readonly notNormalised: number;
  /** Rows that repeat the key of an earlier row. */
  readonly duplicates: number;
}

/** Options of {@link tableKeys}. */
export interface KeyOptions extends RunOptions {
  /** Kind of identifier of each key column, null = trimmed text as it is. Default: null for all. */
  readonly normalise?: readonly (string | null)[];
  /** What to do about repeated keys. Default `dedupe`. */
  readonly duplicates?: 'reject' | 'dedupe';
  /** Name of the side, for messages. Default `table`. */
  readonly side?: string;
}

/**
 * The distinct normalised keys of the named columns.
 *
 * @throws SCRIM_TABLE_UNKNOWN_COLUMN, SCRIM_ARGUMENT for an unknown kind, SCRIM_PSI_DUPLICATES
 */
export function tableKeys(table: Table, columns: readonly string[], options: KeyOptions = {}): TableKeys {
  const ids = new Map<string, number>();
  const itemOf = new Int32Array(table.rows).fill(-1);
  const first: number[] = [];
  let missing = 0;
  let notNormalised = 0;
  eachKey(table, columns, options, (row, key) => {
    if (key === null) missing++;
    else if (key === undefined) notNormalised++;
    else {
      let id = ids.get(key);
      if (id === undefined) {
        id = first.length;
        ids.set(key, id);
        first.push(row);
      }
      itemOf[row] = id;
    }
  });
  const duplicates = table.rows - missing - notNormalised - first.length;
  refuseDuplicates(duplicates, options);
  const set = itemSet(ids.keys(), first.length);
  return { ...set, itemOf, firstRow: Int32Array.from(first), rows: table.rows, missing, notNormalised, duplicates };
}

/** @throws SCRIM_PSI_DUPLICATES where they were to be rejected */
export function refuseDuplicates(duplicates: number, { duplicates: policy, side }: KeyOptions): void {
  if (duplicates > 0 && policy === 'reject') {
    throw new ScrimError('SCRIM_PSI_DUPLICATES', { rows: duplicates, side: side ?? 'table' });
  }
}

/** Hands over the key of every row: null where a column is null, unreadable or empty, undefined where it did not normalise. */
export function eachKey(
  table: Table,
  columns: readonly string[],
  options: KeyOptions,
  visit: (row: number, key: string | null | undefined) => void,
): void {
  const kinds = options.normalise ?? columns.map(() => null);
  const coded = columns.map((name) => encode(table, name));
  // Each distinct value is normalised once; 0 = not yet.
  const parts = coded.map((codes) => new Array<string | null | undefined | 0>(codes.dictionary.size).fill(0));
  // Checks kinds and their number even when there are no rows.
  normalizeKey(
    kinds,
    columns.map(() => null),
  );
  for (const kind of kinds) if (kind !== null) normalizeKey([kind], ['']);
  for (let row = 0; row < table.rows; row++) {
    if ((row & 0xffff) === 0) {
      throwIfCancelled(options.signal, 'Normalising keys');
      options.progress?.({ stage: 'normalise', done: row, total: table.rows, unit: 'rows' });
    }
    let key: string | null | undefined = '';
    for (let c = 0; c < coded.length; c++) {
      const codes = coded[c] as (typeof coded)[number];
      const code = codes.codes[row] as number;
      const known = parts[c] as (string | null | undefined | 0)[];
      let part: string | null | undefined | 0 = null;
      if (code < codes.dictionary.size) {
        part = known[code] as string | null | undefined | 0;
        if (part === 0) {
          part = keyPart(kinds[c] ?? null, codes.dictionary.at(code));
          known[code] = part;
        }
      }
      if (typeof part !== 'string') {
        // Of several columns, a missing one counts before one that did not normalise.
        key = part === null || key === null ? null : undefined;
      } else if (typeof key === 'string') key += part;
    }
    visit(row, key);
  }
}

/** A key column's part; null for a text without any sign, undefined for one that did not normalise. */
function keyPart(kind: string | null, text: string): string | null | undefined {
  if (text.trim() === '') return null;
  const part = normalizeKey([kind], [text]);
  return part === null || part === '0:' ? undefined : part;
}

/** A set from texts that are distinct already. */
export function itemSet(texts: Iterable<string>, count: number): ItemSet {
  const encoder = new TextEncoder();
  const offsets = new Uint32Array(count + 1);
  let bytes = new Uint8Array(Math.max(64, 24 * count));
  let at = 0;
  let i = 0;
  for (const text of texts) {
    if (at + 3 * text.length > bytes.length) {
      const grown = new Uint8Array(2 * bytes.length + 3 * text.length);
      grown.set(bytes.subarray(0, at));
      bytes = grown;
    }
    at += encoder.encodeInto(text, bytes.subarray(at)).written;
    offsets[++i] = at;
  }
  return { count, bytes: bytes.subarray(0, at), offsets };
}

/** Rows whose key is among the items, in order. */
export function matchedRows(keys: TableKeys, items: Uint32Array): Int32Array {
  const wanted = new Uint8Array(keys.count);
  for (let i = 0; i < items.length; i++) wanted[items[i] as number] = 1;
  const rows: number[] = [];
  for (let row = 0; row < keys.itemOf.length; row++) {
    const item = keys.itemOf[row] as number;
    if (item >= 0 && wanted[item] === 1) rows.push(row);
  }
  return Int32Array.from(rows);
}
