/**
 * Private set intersection over tables: keys and payload of a side, its matched rows, and the run record.
 * @module
 */
import { type RunOptions, ScrimError, version } from '../core/index.js';
import { type Column, cellText, type Table, tableFromColumns, take } from '../table/index.js';
import type { Agreement, Side } from './agreement.js';
import { receiverOf } from './agreement.js';
import { matchedRows, type TableKeys, tableKeys } from './items.js';
import type { PsiOptions, PsiResult } from './machine.js';

/** A table as one side of a run. */
export interface TableSide {
  readonly table: Table;
  readonly keys: TableKeys;
  /** Columns given to the other side in mode `payload`. */
  readonly payloadColumns: readonly string[];
  /** What the machine needs. */
  readonly options: Pick<PsiOptions, 'items' | 'payloads'>;
}

/** Options of {@link tableSide}. */
export interface TableSideOptions extends RunOptions {
  readonly side: Side;
  readonly agreement: Agreement;
  readonly table: Table;
  /** Key columns. */
  readonly key: readonly string[];
  /** Columns to give in mode `payload`. */
  readonly payload?: readonly string[];
}

/** Prepares a table. @throws as `tableKeys`; SCRIM_PSI_DUPLICATES when a giving side has several rows for a key */
export function tableSide(options: TableSideOptions): TableSide {
  const { side, agreement: agreed, table, key } = options;
  if (agreed.normalise.length !== key.length) {
    throw new ScrimError('SCRIM_ARGUMENT', {
      name: 'normalise',
      problem: `it has ${agreed.normalise.length} kinds for ${key.length} key columns`,
    });
  }
  const read = tableKeys(table, key, { ...options, normalise: agreed.normalise, duplicates: agreed.duplicates, side });
  const gives = agreed.mode === 'payload' && receiverOf(agreed) !== side;
  if (!gives) return { table, keys: read, payloadColumns: [], options: { items: read } };
  const payloadColumns = options.payload ?? [];
  if (payloadColumns.length === 0) {
    throw new ScrimError('SCRIM_ARGUMENT', {
      name: 'payload',
      problem: 'mode payload needs columns of the giving side',
    });
  }
  if (read.duplicates > 0) throw new ScrimError('SCRIM_PSI_DUPLICATES', { rows: read.duplicates, side });
  const rows = take(table.select(payloadColumns), read.firstRow);
  const payloads: Uint8Array[] = [];
  const encoder = new TextEncoder();
  for (const batch of rows.batches) {
    for (let row = 0; row < batch.rows; row++) {
      const cells = batch.columns.map((column, i) => cellText(column as Column, row, rows.fields[i]?.logical));
      payloads.push(encoder.encode(JSON.stringify(cells)));
    }
  }
  return { table, keys: read, payloadColumns, options: { items: read, payloads } };
}

/** The rows that matched, with payload columns added where there are any; null when this side does not learn them. */
export function matchedTable(side: TableSide, result: PsiResult, payloadColumns: readonly string[] = []): Table | null {
  if (result.matches === null || result.withheld !== null) return null;
  const rows = matchedRows(side.keys, result.matches);
  const matched = take(side.table, rows);
  if (result.payloads === null) return matched;
  const byItem = new Map<number, readonly (string | null)[]>();
  result.matches.forEach((item, i) => {
    byItem.set(item, readPayload((result.payloads as readonly Uint8Array[])[i] as Uint8Array, payloadColumns.length));
  });
  const columns: Record<string, (string | null)[]> = {};
  payloadColumns.forEach((name, c) => {
    let own = name;
    while (side.table.has(own) || own in columns) own = `${own}_other`;
    columns[own] = Array.from(rows, (row) => byItem.get(side.keys.itemOf[row] as number)?.[c] ?? null);
  });
  const added = tableFromColumns(columns);
  if (rows.length === 0) return matched;
  return joinSide(matched, added);
}

/** Both tables side by side, batch by batch. */
function joinSide(left: Table, right: Table): Table {
  const columns: Record<string, (string | null)[]> = {};
  for (const table of [left, right]) {
    for (const { name, logical } of table.fields) {
      columns[name] = table
        .chunks(name)
        .flatMap((chunk) => Array.from({ length: chunk.length }, (_, row) => cellText(chunk, row, logical)));
    }
  }
  return tableFromColumns(columns);
}

function readPayload(bytes: Uint8Array, columns: number): readonly (string | null)[] {
  const refuse = (): never => {
    throw new ScrimError('SCRIM_PSI_SIZE', { what: 'payload columns', expected: columns, actual: 0 });
  };
  try {
    const cells = JSON.parse(new TextDecoder().decode(bytes)) as (string | null)[];
    return Array.isArray(cells) && cells.length === columns ? cells : refuse();
  } catch {
    return refuse();
  }
}

/** What became of a side's rows. */
export interface SideReport {
  readonly rows: number;
  readonly keys: number;
  readonly missing: number;
  readonly notNormalised: number;
  readonly duplicates: number;
}

/** `scrim.psi/1`: what a run was, without identifiers. */
export interface PsiRecord {
  readonly schema: 'scrim.psi/1';
  readonly tool: { readonly name: 'scrim'; readonly version: string };
  readonly time: string;
  /** Common keys; null where this side does not learn it or it was withheld. */
  readonly size: number | null;
  readonly withheld: PsiResult['withheld'];
  readonly protocol: Agreement['protocol'];
  readonly suite: Agreement['suite'];
  readonly mode: Agreement['mode'] | 'threshold';
  readonly learns: Agreement['learns'];
  readonly curve: Agreement['curve'];
  readonly rowHash: Agreement['rowHash'] | null;
  readonly buckets: number;
  readonly normalise: Agreement['normalise'];
  readonly minimum: number;
  readonly maximum: number;
  readonly noise: string | null;
  readonly approval: string | null;
  /** Bytes of all frames, both ways. */
  readonly bytes: number;
  readonly seconds: number;
  readonly transcript: string;
  readonly session: string;
  readonly security: 'semi-honest';
  readonly sides: { readonly left?: SideReport; readonly right?: SideReport };
  readonly peerSize: number;
  /** Protocol OPRF with a publication: its id and the name of its key. */
  readonly publication: { readonly id: string; readonly keyId: string } | null;
  /** What left the own domain by this run. */
  readonly exported: string;
}

/** The report of a side's keys. */
export function sideReport(keys: TableKeys): SideReport {
  const { rows, count, missing, notNormalised, duplicates } = keys;
  return { rows, keys: count, missing, notNormalised, duplicates };
}

/** The record of a run. */
export function psiRecord(
  agreed: Agreement,
  result: PsiResult,
  run: { readonly seconds: number; readonly sides: PsiRecord['sides'] },
): PsiRecord {
  const threshold = agreed.mode === 'intersection' && agreed.minimum > 0;
  return {
    schema: 'scrim.psi/1',
    tool: { name: 'scrim', version },
    time: new Date().toISOString(),
    size: result.size,
    withheld: result.withheld,
    protocol: agreed.protocol,
    suite: agreed.suite,
    mode: threshold ? 'threshold' : agreed.mode,
    learns: agreed.learns,
    curve: agreed.curve,
    rowHash: agreed.protocol === 'kkrt' ? agreed.rowHash : null,
    buckets: agreed.buckets,
    normalise: agreed.normalise,
    minimum: agreed.minimum,
    maximum: agreed.maximum,
    noise: agreed.noise,
    approval: agreed.approval === '' ? null : agreed.approval,
    bytes: result.bytesIn + result.bytesOut,
    seconds: run.seconds,
    transcript: result.transcript,
    session: result.session,
    security: result.security,
    sides: run.sides,
    peerSize: result.peerSize,
    publication: result.publication,
    exported: exportedBy(agreed, result),
  };
}

/** In words, what the learning side got: an export of the other. */
function exportedBy(agreed: Agreement, result: PsiResult): string {
  const who = agreed.learns === 'both' ? 'both sides' : `the ${agreed.learns} side`;
  if (result.withheld !== null) return `nothing but sizes and that the result was withheld (${result.withheld})`;
  if (agreed.mode === 'cardinality')
    return `${who} learnt ${agreed.noise === null ? 'the' : 'a noisy'} number of common keys`;
  const payload = agreed.mode === 'payload' ? ' and the payload of the other side for them' : '';
  return `${who} learnt which of its own keys are common${payload}`;
}
