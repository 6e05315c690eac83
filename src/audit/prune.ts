/**
 * Pruning: the contents of records whose retention is over are taken out; their hashes stay in their places.
 *
 * A pruned line is `{"seq":N,"pruned":"<hash>"}`. The chain, every Merkle root and every proof of another record stay valid. Only
 * behind a checkpoint: first a `ledger.checkpoint`, then a `ledger.pruned` record that names the positions, then the file is
 * replaced in one step. A content that is missing without such a record is a fault (`pruned-unrecorded`). Records that say
 * what holds now (states, keys, releases, checkpoints) are never pruned.
 * @module
 */
import { AtomicFile, ScrimError } from '../core/index.js';
import { checkpoint } from './checkpoint.js';
import type { Ledger } from './ledger.js';
import { readLedger } from './read.js';
import { prunedLine, readPruned } from './record-line.js';
import { type Retention, retention, scopeOfData } from './retention.js';
import { scenarioName } from './states.js';
import { forEachChunk } from './verify.js';

/** Types that say what holds now. */
const KEPT = new Set([
  'ledger.opened',
  'ledger.recovered',
  'ledger.checkpoint',
  'ledger.pruned',
  'scenario.state',
  'scenario.retired',
  'keys.created',
  'keys.rotated',
  'keys.destroyed',
  'release',
  'halt',
  'withdraw',
  'artifact.sealed',
  'artifact.deleted',
]);

/** What {@link prune} did. */
export interface Pruning {
  readonly records: number;
  readonly ranges: readonly (readonly [from: number, to: number])[];
  readonly retention: Retention;
}

/**
 * Takes out the contents of all records of scopes whose retention is over.
 *
 * @throws SCRIM_LEDGER_RETENTION when there is nothing that may be pruned, and as `checkpoint`
 */
export async function prune(
  ledger: Ledger,
  by: { readonly operator: string; readonly reason: string; readonly months?: number; readonly now?: Date },
): Promise<Pruning> {
  const found = await retention(ledger.path, by);
  const over = new Set(found.scopes.filter(({ prunable }) => prunable).map(scenarioName));
  const positions: number[] = [];
  for await (const { seq, type, data } of readLedger(ledger.path)) {
    const scope = scopeOfData(data);
    if (scope !== null && over.has(scenarioName(scope)) && !KEPT.has(type)) positions.push(seq);
  }
  if (positions.length === 0)
    throw new ScrimError('SCRIM_LEDGER_RETENTION', { path: ledger.path, months: found.months });
  const ranges: [number, number][] = [];
  for (const seq of positions) {
    const last = ranges.at(-1);
    if (last?.[1] === seq - 1) last[1] = seq;
    else ranges.push([seq, seq]);
  }
  const { size, root } = await checkpoint(ledger, by);
  // A record is limited in size: the positions go into as many as they need.
  for (let start = 0; start < ranges.length; start += 2000) {
    const some = ranges.slice(start, start + 2000);
    const records = some.reduce((sum, [from, to]) => sum + to - from + 1, 0);
    const data = { ranges: some, records, checkpoint: { size, root }, operator: by.operator, reason: by.reason };
    await ledger.append({ type: 'ledger.pruned', data });
  }
  const gone = new Set(positions);
  await ledger._rewrite(() => rewrite(ledger.path, gone));
  return { records: positions.length, ranges, retention: found };
}

async function rewrite(path: string, gone: ReadonlySet<number>): Promise<{ size: number }> {
  const file = await AtomicFile.create(path);
  try {
    let seq = 0;
    let rest = new Uint8Array();
    let pending: string[] = [];
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    await forEachChunk(path, (chunk) => {
      const bytes = new Uint8Array(rest.length + chunk.length);
      bytes.set(rest);
      bytes.set(chunk, rest.length);
      let start = 0;
      for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
        const line = decoder.decode(bytes.subarray(start, end));
        const hash = readPruned(line) === null ? line.slice(-66, -2) : null;
        pending.push(gone.has(seq) && hash !== null ? prunedLine(seq, hash) : line);
        seq++;
        start = end + 1;
      }
      rest = bytes.slice(start);
    });
    for (; pending.length > 0; pending = pending.slice(4096)) {
      await file.write(`${pending.slice(0, 4096).join('\n')}\n`);
    }
    const { bytes } = await file.commit();
    return { size: bytes };
  } catch (error) {
    await file.abort();
    throw error;
  }
}
