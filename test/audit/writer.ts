/** A writer for the kill tests: appends without end, and prints the sequence number of every acknowledged record. */
import { writeSync } from 'node:fs';
import { Ledger } from '../../src/audit/index.js';

const [path, who] = process.argv.slice(2) as [string, string];
const ledger = await Ledger.open(path);
writeSync(1, 'ready\n');
for (let i = 0; ; i++) {
  const group = Array.from({ length: 1 + (i % 7) }, (_, j) => ({
    type: 'test.step',
    data: { who, i, j, text: 'x'.repeat((i * 37) % 900) },
  }));
  const records = await ledger.appendAll(group);
  writeSync(1, `${records.map((record) => `${record.seq} ${record.hash}`).join('\n')}\n`);
}
