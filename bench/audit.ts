/**
 * The ledger: durable appends one by one and in groups, against a plain append with flush, and verification.
 * @module
 */
import { mkdtempSync, promises, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { entry, Ledger, ledgerState, verifyLedger } from '../src/audit/index.js';
import { Bench, isMain } from './harness.js';

const scope = { tenant: 'health', environment: 'production', scenario: 'flu-2026', operator: 'o-1' };
const one = (i: number): ReturnType<typeof entry> =>
  entry('release', { ...scope, product: (i % 65536).toString(16).padStart(64, '0'), approval: `A-${i}` });

/** All measurements. */
export async function run(): Promise<void> {
  const bench = new Bench('audit');
  const folder = mkdtempSync(join(process.env['SCRIM_BENCH_FOLDER'] ?? tmpdir(), 'scrim-bench-'));
  let made = 0;
  const fresh = (): string => join(folder, `${made++}.jsonl`);
  try {
    const groups = 100;
    const group = Array.from({ length: 100 }, (_, i) => one(i));
    const line = `${JSON.stringify({ seq: 1, ...one(1), time: new Date().toISOString(), prev: '0'.repeat(64), hash: '0'.repeat(64) })}\n`;
    await bench.compare({
      title: 'Durable appends in groups of 100',
      work: '10,000 release entries, each group acknowledged before the next; the peer writes lines of the same length and flushes, without chain, lock or checks',
      target: '3,000 appends/s (wall)',
      units: { count: 10_000, name: 'appends' },
      rounds: 3,
      contenders: [
        {
          name: 'scrim Ledger.appendAll',
          run: async () => {
            const ledger = await Ledger.open(fresh());
            for (let i = 0; i < groups; i++) await ledger.appendAll(group);
            await ledger.close();
          },
        },
        {
          name: 'fs.write + fdatasync',
          run: async () => {
            const file = await promises.open(fresh(), 'a');
            for (let i = 0; i < groups; i++) {
              await file.write(line.repeat(100));
              await file.datasync();
            }
            await file.close();
          },
        },
      ],
    });
    await bench.compare({
      title: 'Durable appends that wait for one another',
      work: '1,000 single appends at a time, started together (group commit), ten times',
      units: { count: 10_000, name: 'appends' },
      rounds: 3,
      contenders: [
        {
          name: 'scrim Ledger.append',
          run: async () => {
            const ledger = await Ledger.open(fresh());
            for (let i = 0; i < 10; i++)
              await Promise.all(Array.from({ length: 1000 }, (_, j) => ledger.append(one(j))));
            await ledger.close();
          },
        },
      ],
    });
    await bench.compare({
      title: 'Durable appends one after another',
      work: '200 appends, each acknowledged before the next: the price of one flush each',
      units: { count: 200, name: 'appends' },
      rounds: 3,
      contenders: [
        {
          name: 'scrim Ledger.append',
          run: async () => {
            const ledger = await Ledger.open(fresh());
            for (let i = 0; i < 200; i++) await ledger.append(one(i));
            await ledger.close();
          },
        },
      ],
    });
    const large = fresh();
    const ledger = await Ledger.open(large);
    for (let i = 0; i < 50; i++) await ledger.appendAll(Array.from({ length: 4000 }, (_, j) => one(4000 * i + j)));
    await ledger.close();
    await bench.compare({
      title: 'Verification',
      work: '200,001 records: every hash, link, canonical form and the head; and folding them into the present state',
      target: '200,000 records/s',
      units: { count: 200_001, name: 'records' },
      contenders: [
        { name: 'scrim verifyLedger', run: async () => (await verifyLedger(large)).valid },
        { name: 'scrim ledgerState', run: async () => (await ledgerState(large)).products.size === 65536 },
      ],
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  bench.write();
}

if (isMain(import.meta.url)) await run();
