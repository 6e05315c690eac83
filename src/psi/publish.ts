/**
 * Making a publication: outputs of all items under a fresh key, on as many threads as pay, then sorted records.
 * @module
 */
import { hexOf, type RunOptions, roomModule, throwIfCancelled, WorkerPool, withTransfer } from '../core/index.js';
import { fromHex, suite as suiteOf } from '../crypto/index.js';
import type { Agreement, CurveName } from './agreement.js';
import { itemDigests } from './item-digest.js';
import { asSource, type ItemSource } from './item-source.js';
import type { ItemSet } from './items.js';
import { prf } from './oprf-prf.js';
import { paddedPayloads, paddedWidth } from './outcome.js';
import {
  expandOutputs,
  type PublicationHeader,
  type PublicationSecret,
  type PublishedTable,
  preparePublication,
  publicationDigest,
  publicationError,
  sortedRecords,
} from './publication.js';

/** Options of {@link publish}. */
export interface PublishOptions extends RunOptions {
  /** Protocol `oprf`; the fields that a publication fixes are suite, curve, mode, normalisation, sizes. */
  readonly agreement: Agreement;
  readonly items: ItemSet | ItemSource;
  /** One text of bytes per item in mode `payload`. */
  readonly payloads?: readonly Uint8Array[];
  /** Items that may be evaluated before the key must be replaced. Default 2^24. */
  readonly evaluations?: number;
  /** Milliseconds until the publication ends. Default 30 days. */
  readonly lifetime?: number;
  /** Threads beside the caller's. Default: what the machine has, at most 4. */
  readonly threads?: number;
}

/** Both halves of a publication: the table for everybody who may ask, the secret for its publisher. */
export interface Publication {
  readonly table: PublishedTable;
  readonly secret: PublicationSecret;
}

/** Items of a task: half a second on X25519. */
const TASK = 8192;

interface OutputTask {
  readonly header: PublicationHeader;
  readonly curve: CurveName;
  readonly key: Uint8Array;
  readonly digests: Uint8Array;
}

/** Work of a thread. */
export const psiTasks: { readonly outputs: (task: OutputTask) => Uint8Array } = {
  outputs({ header, curve, key, digests }) {
    const count = digests.length / 16;
    const outputs = prf(curve, suiteOf(header.suite)).outputs(key, digests, count);
    const expanded = expandOutputs(header, outputs, count);
    return withTransfer(expanded, [expanded.buffer as ArrayBuffer]);
  },
};

/**
 * Publishes a set under a fresh key. Publishing again is the rotation of the key: tables of before are of no use then.
 *
 * @throws SCRIM_PSI_PUBLICATION, SCRIM_ARGUMENT, SCRIM_CANCELLED
 */
export async function publish(options: PublishOptions): Promise<Publication> {
  const { agreement: agreed, payloads, evaluations, lifetime, threads, signal, progress } = options;
  const items = asSource(options.items);
  if (agreed.protocol !== 'oprf') throw publicationError('only protocol oprf has one');
  const gives = agreed.mode === 'payload';
  if (gives && payloads?.length !== items.count) throw publicationError('mode payload needs a payload for each item');
  const payloadBytes = gives ? paddedWidth(payloads ?? []) : 0;
  const { header, key } = preparePublication({
    agreed,
    count: items.count,
    payloadBytes,
    ...(evaluations === undefined ? {} : { evaluations }),
    ...(lifetime === undefined ? {} : { lifetime }),
  });
  const split = items.split((set) => itemDigests(agreed.suite, fromHex(header.id), set), 1, items.count);
  const digests = split.digests(0);
  const expanded = new Uint8Array(32 * items.count);
  const tasks = Math.ceil(items.count / TASK);
  const pool = new WorkerPool({
    tasks: psiTasks,
    module: tasks > 1 ? roomModule('psi') : undefined,
    exportName: 'psiTasks',
    ...(threads === undefined ? {} : { threads }),
  });
  try {
    let done = 0;
    const work = async (task: number): Promise<void> => {
      throwIfCancelled(signal, 'Publishing');
      const from = TASK * task;
      const part = digests.slice(16 * from, 16 * Math.min(items.count, from + TASK));
      const out = await pool.run(
        'outputs',
        { header, curve: agreed.curve, key, digests: part },
        { ...(signal && { signal }) },
      );
      expanded.set(out, 32 * from);
      done += part.length / 16;
      progress?.({ stage: 'publish', done, total: items.count, unit: 'rows' });
    };
    // A few at a time, so that not all digests are copied at once.
    const lanes = Math.max(1, 2 * pool.threads);
    let next = 0;
    await Promise.all(
      Array.from({ length: lanes }, async () => {
        while (next < tasks) await work(next++);
      }),
    );
  } finally {
    await pool.close();
  }
  const padded = gives ? paddedPayloads(payloads ?? [], split.members(0), items.count, payloadBytes) : null;
  const records = sortedRecords(header, expanded, padded);
  const digest = hexOf(publicationDigest(header, records));
  return { table: { header, records, digest }, secret: { header, digest, key } };
}
