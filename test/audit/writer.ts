/** A writer for the kill tests: appends without end, and prints the sequence number of every acknowledged record. */
import { writeSync } from 'node:fs';
import { Ledger } from '../../src/audit/index.js';

function print(text: string): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(1, bytes, at);
    } catch (error) {
      // The pipe is full: the reader will come.
      if ((error as { code?: string }).code !== 'EAGAIN') throw error;
    }
  }
}

const [path, who] = process.argv.slice(2) as [string, string];
const ledger = await Ledger.open(path);
print('ready\n');
for (let i = 0; ; i++) {
  const group = Array.from({ length: 1 + (i % 7) }, (_, j) => ({
    type: 'test.step',
    data: { who, i, j, text: 'x'.repeat((i * 37) % 900) },
  }));
  const records = await ledger.appendAll(group);
  print(`${records.map((record) => `${record.seq} ${record.hash}`).join('\n')}\n`);
}
