/**
 * `LEDGER.head`: the last acknowledged record, so that a ledger cut at a record border is noticed.
 *
 * Two slots of 128 bytes, written in turn after the ledger itself is on disk: the head may lag behind the ledger, it is
 * never ahead of it. Whoever can write both files can cut both: anchor heads elsewhere against that.
 * @module
 */
import { nodeFs } from '../core/index.js';
import type { Head } from './record-line.js';

const SLOT = 128;

/** The acknowledged head and the size of the ledger at that time. */
export interface Acknowledged extends Head {
  readonly size: number;
}

function slot({ seq, size, hash }: Acknowledged): string {
  const text = `${String(seq).padStart(16, '0')} ${String(size).padStart(16, '0')} ${hash}`;
  return `${text.padEnd(SLOT - 1)}\n`;
}

/** The newest readable slot; null when there is no head file or none of it is readable. */
export function readHeadFile(ledger: string): Acknowledged | null {
  const fs = nodeFs('A ledger');
  let text: string;
  try {
    text = fs.readFileSync(`${ledger}.head`, 'latin1');
  } catch {
    return null;
  }
  let newest: Acknowledged | null = null;
  for (let at = 0; at + SLOT <= text.length; at += SLOT) {
    const found = /^(\d{16}) (\d{16}) ([0-9a-f]{64}) *\n$/.exec(text.slice(at, at + SLOT));
    if (found === null) continue;
    const head = { seq: Number(found[1]), size: Number(found[2]), hash: found[3] as string };
    if (newest === null || head.seq > newest.seq) newest = head;
  }
  return newest;
}

/** Notes an acknowledged head in the slot of its turn. A failure is not an error: the head then lags. */
export function writeHeadFile(ledger: string, head: Acknowledged, turn: number): void {
  const fs = nodeFs('A ledger');
  try {
    const handle = fs.openSync(`${ledger}.head`, fs.constants.O_RDWR | fs.constants.O_CREAT, 0o600);
    try {
      if (fs.fstatSync(handle).size < 2 * SLOT) fs.writeSync(handle, slot(head).repeat(2), 0);
      else fs.writeSync(handle, slot(head), (turn & 1) * SLOT);
    } finally {
      fs.closeSync(handle);
    }
  } catch {
    // Lags.
  }
}
