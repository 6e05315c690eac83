/**
 * Pseudonymous join: two tables of one domain meet by keyed tokens of their keys. **This is not private set intersection.**
 *
 * Whoever holds the key can recompute every token, and whoever runs the join sees both tables. What it gives: the result
 * carries a token instead of the key columns, of no use outside its linkage domain. Token: HMAC (RFC 2104) of the normalised
 * key under a key of the scenario, cut to 128 bits. See pseudonymous-join.md.
 * @module
 */
import { hexOf, ScrimError } from '../core/index.js';
import { hmacToken, type SecretKey, type SuiteName } from '../crypto/index.js';
import { cellText, type Table, tableFromColumns, take } from '../table/index.js';
import { type TableKeys, tableKeys } from './items.js';

/** Input of {@link pseudonymousJoin}. */
export interface PseudonymousJoinOptions {
  readonly left: Table;
  readonly right: Table;
  /** Key columns of the left table. */
  readonly key: readonly string[];
  /** Key columns of the right table. Default: as left. */
  readonly rightKey?: readonly string[];
  /** Kinds of the key columns. Default: trimmed text. */
  readonly normalise?: readonly (string | null)[];
  /** A derived key of the scenario, purpose `pseudonymous-join`, from `ScenarioKeys.derive`. */
  readonly linkageKey: SecretKey;
  /** Default `intl`. */
  readonly suite?: SuiteName;
  /** Reference of the approval under which the join happens; must not be empty. */
  readonly approval: string;
}

/** Result of {@link pseudonymousJoin}. */
export interface PseudonymousJoin {
  /** `token`, the other columns of the left table, the other columns of the right one. */
  readonly table: Table;
  /** What it was; never to be called private set intersection. */
  readonly record: {
    readonly operation: 'pseudonymous-join';
    readonly private: false;
    readonly approval: string;
    /** Id of the key, not the key. */
    readonly keyId: string;
    readonly domain: string;
    readonly size: number;
    readonly left: { readonly rows: number; readonly unusable: number };
    readonly right: { readonly rows: number; readonly unusable: number };
  };
}

/**
 * Joins the rows of the left table to those of the right by token; the right table must have one row per key.
 *
 * @throws SCRIM_ARGUMENT without an approval, or with a key of another purpose; SCRIM_PSI_DUPLICATES when the right table repeats a key
 */
export function pseudonymousJoin(options: PseudonymousJoinOptions): PseudonymousJoin {
  const { left, right, key, rightKey = key, normalise, linkageKey, suite = 'intl', approval } = options;
  if (approval.trim() === '') throw new ScrimError('SCRIM_ARGUMENT', { name: 'approval', problem: 'it is empty' });
  if (linkageKey.label.purpose !== 'pseudonymous-join') {
    throw new ScrimError('SCRIM_ARGUMENT', { name: 'linkageKey', problem: 'its purpose is not pseudonymous-join' });
  }
  const kinds = normalise === undefined ? {} : { normalise };
  const one = tableKeys(left, key, kinds);
  const two = tableKeys(right, rightKey, { ...kinds, duplicates: 'reject', side: 'right' });
  const rowOf = new Map<string, number>();
  tokens(two, linkageKey, suite).forEach((token, item) => {
    rowOf.set(token, two.firstRow[item] as number);
  });
  const mine = tokens(one, linkageKey, suite);
  const leftRows: number[] = [];
  const rightRows: number[] = [];
  const column: string[] = [];
  for (let row = 0; row < left.rows; row++) {
    const item = one.itemOf[row] as number;
    const token = mine[item];
    const other = token === undefined ? undefined : rowOf.get(token);
    if (token === undefined || other === undefined) continue;
    leftRows.push(row);
    rightRows.push(other);
    column.push(token);
  }
  const columns: Record<string, readonly (string | null)[]> = { token: column };
  for (const [table, rows, keys] of [
    [left, leftRows, key],
    [right, rightRows, rightKey],
  ] as const) {
    const chosen = take(table, rows);
    for (const { name, logical } of table.fields) {
      if (keys.includes(name)) continue;
      let own = name;
      while (own in columns) own = `${own}_right`;
      columns[own] = chosen
        .chunks(name)
        .flatMap((chunk) => Array.from({ length: chunk.length }, (_, i) => cellText(chunk, i, logical)));
    }
  }
  const unusable = (keys: TableKeys): number => keys.missing + keys.notNormalised;
  return {
    table: tableFromColumns(columns),
    record: {
      operation: 'pseudonymous-join',
      private: false,
      approval,
      keyId: linkageKey.id,
      domain: linkageKey.label.domain,
      size: new Set(column).size,
      left: { rows: left.rows, unusable: unusable(one) },
      right: { rows: right.rows, unusable: unusable(two) },
    },
  };
}

function tokens(keys: TableKeys, linkageKey: SecretKey, suite: SuiteName): string[] {
  return Array.from({ length: keys.count }, (_, i) =>
    hexOf(hmacToken(linkageKey, keys.bytes.subarray(keys.offsets[i], keys.offsets[i + 1]), { suite }).subarray(0, 16)),
  );
}
