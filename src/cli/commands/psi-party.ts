/**
 * One side's table in a run of `scrim psi`: in memory, or streamed from its file where it runs in several buckets.
 * @module
 */
import { ScrimError, Sha256 } from '../../core/index.js';
import type { Agreement, PsiOptions, PsiRecord, PsiResult, Side, SideReport } from '../../psi/index.js';
import type { Table } from '../../table/index.js';
import { columnNames, type ReadOptions, readData, tableOptions } from '../data.js';
import type { Session } from '../session.js';
import { agreementOf, type MatchedTarget, type PsiFlags, writeMatched, writeRecord } from './psi-options.js';

/** A side that is ready to run. */
export interface OwnSide {
  readonly agreement: Agreement;
  readonly options: Pick<PsiOptions, 'items' | 'payloads'>;
  readonly report: SideReport | null;
  /** Writes what this side learnt. */
  write(result: PsiResult, target: MatchedTarget, record: PsiRecord): Promise<void>;
  close(): void;
}

/** True when this side gives columns of its own. */
function gives(agreed: Agreement, side: Side): boolean {
  return agreed.mode === 'payload' && !(agreed.learns === side || (agreed.learns === 'both' && side === 'left'));
}

/** Where streams of keys are kept while a run lasts. */
export interface SpillFlags {
  readonly spill?: string;
}

/**
 * Prepares the side of `--in`. Several buckets and no payload: the file is read as a stream, and again for its matched rows.
 *
 * @param needed - false when a publication stands for the table
 */
export async function ownSide(
  session: Session,
  options: PsiFlags & SpillFlags & { readonly in?: string },
  side: Side,
  command: string,
  needed: boolean,
): Promise<OwnSide> {
  const psi = await import('../../psi/index.js');
  if (!needed) {
    const agreement = await agreementOf(options, options.key.flatMap((text) => text.split(/[,，]/)).length, command);
    return {
      agreement,
      options: { items: psi.itemSet([], 0) },
      report: null,
      write: async () => undefined,
      close: () => undefined,
    };
  }
  if (options.in === undefined) throw new ScrimError('SCRIM_CLI_MISSING', { command, what: '--in <file>' });
  if ((options.buckets ?? 1) > 1 && options.mode !== 'payload')
    return streamed(session, options, options.in, side, command);
  const file = await readData(session, '--in', options.in, options);
  const key = columnNames('--key', options.key, file.table, command);
  const agreement = await agreementOf(options, key.length, command);
  const named = options.payload ?? [];
  const payload = gives(agreement, side)
    ? columnNames('--payload', named, file.table, command)
    : named.flatMap((text) => text.split(','));
  const own = psi.tableSide({ agreement, side, table: file.table, key, payload, ...session.run });
  return {
    agreement,
    options: own.options,
    report: psi.sideReport(own.keys),
    async write(result, target, record) {
      const matched = psi.matchedTable(own, result, gives(agreement, side) ? [] : payload);
      if (matched !== null) await writeMatched(session, matched, target, record);
    },
    close: () => undefined,
  };
}

async function streamed(
  session: Session,
  options: PsiFlags & SpillFlags,
  path: string,
  side: Side,
  command: string,
): Promise<OwnSide> {
  const psi = await import('../../psi/index.js');
  session.outputs.input('--in', path);
  const stamp = await stampOf(path);
  const iterator = tablesOf(session, path, options);
  const head = await iterator.next();
  // A file without rows has its columns all the same.
  const table = head.done === true ? (await readData(session, '--in', path, options)).table : head.value;
  const all = async function* (): AsyncGenerator<Table> {
    yield table;
    if (head.done !== true) yield* iterator;
  };
  const read = async () => {
    const key = columnNames('--key', options.key, table, command);
    const agreement = await agreementOf(options, key.length, command);
    const items = await psi.streamedItems(all(), key, {
      normalise: agreement.normalise,
      duplicates: agreement.duplicates,
      side,
      buckets: agreement.buckets,
      ...session.run,
      ...(options.spill === undefined ? {} : { folder: options.spill }),
    });
    return { agreement, items };
  };
  const { agreement, items } = await read().finally(() => iterator.return(undefined));
  return {
    agreement,
    options: { items },
    report: items.report,
    async write(result, target, record) {
      if (result.matches === null || result.withheld !== null) return;
      const marked = items.matchedRows(result.matches);
      if ((await stampOf(path)) !== stamp) {
        throw new ScrimError('SCRIM_FILE_UNREADABLE', { path, reason: 'changed while it was read' });
      }
      const {
        csvChunks,
        filterRows,
        formatOfName,
        ndjsonChunks,
        Table: TableOf,
        writeParquet,
      } = await import('../../table/index.js');
      let base = 0;
      let rows = 0;
      const names = table.names;
      const format = formatOfName(target.path);
      const parquet = format === 'parquet';
      const kept: Table[] = [];
      const dialect = /\.(tsv|tab)$/i.test(target.path) ? { delimiter: '\t' } : {};
      let header = true;
      const sum = new Sha256();
      const put = async (chunk: Uint8Array): Promise<void> => {
        sum.update(chunk);
        await target.file.write(chunk);
      };
      for await (const part of tablesOf(session, path, options)) {
        const from = base;
        const chosen = filterRows(
          part,
          (row) => (((marked[(from + row) >> 3] as number) >> ((from + row) & 7)) & 1) === 1,
        );
        base += part.rows;
        rows += chosen.rows;
        if (parquet) {
          if (chosen.rows > 0) kept.push(chosen);
          continue;
        }
        const chunks = format === 'ndjson' ? ndjsonChunks(chosen) : csvChunks(chosen, { header, ...dialect });
        for (const chunk of chunks) await put(chunk);
        header = false;
      }
      if (parquet) {
        const joined = new TableOf(
          table.fields,
          kept.flatMap((one) => one.batches),
        );
        const { sha256 } = await writeParquet(joined, target.file, session.run);
        session.outputs.written(target.file);
        writeRecord(session, { output: target.path, sha256, rows, names }, 'psi', record.time, record);
        return;
      }
      if (header) {
        for (const chunk of csvChunks(new TableOf(table.fields, []), dialect)) await put(chunk);
      }
      session.outputs.written(target.file);
      writeRecord(session, { output: target.path, sha256: sum.hex(), rows, names }, 'psi', record.time, record);
    },
    close: () => items.close(),
  };
}

async function stampOf(path: string): Promise<string> {
  const { stat } = await import('node:fs/promises');
  try {
    const { size, mtimeMs, ino } = await stat(path);
    return `${size} ${mtimeMs} ${ino}`;
  } catch {
    throw new ScrimError('SCRIM_FILE_MISSING', { path });
  }
}

/** A file as tables, one after another: CSV by batches, Parquet by row groups, other formats at once. */
async function* tablesOf(session: Session, path: string, options: ReadOptions): AsyncGenerator<Table> {
  const { csvBatches, isParquet, parquetTables, readTable, Table: TableOf } = await import('../../table/index.js');
  const { open } = await import('node:fs/promises');
  let start: Uint8Array;
  try {
    const handle = await open(path);
    start = (await handle.read(new Uint8Array(64), 0, 64)).buffer;
    await handle.close();
  } catch {
    throw new ScrimError('SCRIM_FILE_MISSING', { path });
  }
  if (isParquet(start) || /\.parquet$/i.test(path)) {
    yield* parquetTables(path, { signal: session.run.signal });
    return;
  }
  if (/\.(ndjson|jsonl|json)$/i.test(path) || /^\uFEFF?\s*\{/.test(new TextDecoder().decode(start))) {
    yield (await readTable(path, tableOptions(session, options))).table;
    return;
  }
  for await (const batch of csvBatches(path, tableOptions(session, options))) yield new TableOf(batch.fields, [batch]);
}
