/** Items from a stream, on a disk: the same result as in memory, whatever the batches (issue 6, "Scale"). */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  agreement,
  PsiMachine,
  runMachines,
  type StreamedItems,
  streamedItems,
  tableKeys,
} from '../../src/psi/index.js';
import { type Table, tableFromColumns } from '../../src/table/index.js';
import { codeOf } from './helpers.js';

/** Phones with repeats, forms, gaps and noise; row i of the whole. */
function phone(i: number, from: number): string | null {
  if (i % 97 === 0) return null;
  if (i % 89 === 0) return ' ';
  if (i % 83 === 0) return 'x';
  const number = String(13_900_000_000 + from + (i % 50 === 0 ? 1 : i));
  return i % 3 === 0 ? `+86 ${number}` : i % 3 === 1 ? number : `0086-${number}`;
}

async function* stream(rows: number, from: number, batch: number): AsyncGenerator<Table> {
  for (let start = 0; start < rows; start += batch) {
    const length = Math.min(batch, rows - start);
    yield tableFromColumns({ phone: Array.from({ length }, (_, i) => phone(start + i, from)) });
  }
}

function whole(rows: number, from: number): Table {
  return tableFromColumns({ phone: Array.from({ length: rows }, (_, i) => phone(i, from)) });
}

async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'scrim-test-'));
  try {
    await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function marked(bitmap: Uint8Array, rows: number): number[] {
  return Array.from({ length: rows }, (_, row) => row).filter(
    (row) => (((bitmap[row >> 3] as number) >> (row & 7)) & 1) === 1,
  );
}

describe('streamed items', () => {
  const options = { normalise: ['mobile'], buckets: 4 } as const;

  it('count rows as the table in memory does, and match the same rows', async () => {
    await inFolder(async (folder) => {
      const agreed = agreement({ protocol: 'kkrt', buckets: 4, learns: 'both', normalise: ['mobile'] });
      const [left, right] = [whole(3000, 0), whole(2000, 2200)];
      const one = await streamedItems(stream(3000, 0, 700), ['phone'], { ...options, folder });
      const two = await streamedItems(stream(2000, 2200, 2000), ['phone'], { ...options, folder });
      const [oneKeys, twoKeys] = [left, right].map((table) => tableKeys(table, ['phone'], { normalise: ['mobile'] }));
      for (const [streamed, keys] of [
        [one, oneKeys],
        [two, twoKeys],
      ] as [StreamedItems, ReturnType<typeof tableKeys>][]) {
        const { rows, missing, notNormalised, duplicates, count } = keys;
        expect(streamed.report).toEqual({ rows, missing, notNormalised, duplicates, keys: count });
        expect(streamed.count).toBe(count);
      }
      const result = runMachines(
        new PsiMachine({ side: 'left', agreement: agreed, items: one }),
        new PsiMachine({ side: 'right', agreement: agreed, items: two }),
      );
      // Recounted from the texts.
      const digits = (table: Table): (string | null)[] =>
        [...table.objects()].map(({ phone: text }) => text?.match(/139\d{8}/)?.[0] ?? null);
      const [a, b] = [digits(left), digits(right)];
      const others = new Set(b.filter((text) => text !== null));
      const mine = new Set(a.filter((text) => text !== null));
      expect(marked(one.matchedRows(result.left.matches as Uint32Array), 3000)).toEqual(
        a.flatMap((text, row) => (text !== null && others.has(text) ? [row] : [])),
      );
      expect(marked(two.matchedRows(result.right.matches as Uint32Array), 2000)).toEqual(
        b.flatMap((text, row) => (text !== null && mine.has(text) ? [row] : [])),
      );
      expect(result.left.size).toBe([...mine].filter((text) => others.has(text)).length);
      // What lies on the disk tells no key, and is gone at the end.
      const spilled = readdirSync(folder);
      expect(spilled.length).toBe(2);
      for (const name of spilled) {
        for (const file of readdirSync(path.join(folder, name))) {
          expect(readFileSync(path.join(folder, name, file)).includes('139000')).toBe(false);
        }
      }
      one.close();
      two.close();
      expect(readdirSync(folder)).toEqual([]);
    });
  });

  it('a process that reads the same rows again goes on from the checkpoint; with other rows it is refused', async () => {
    await inFolder(async (folder) => {
      const key = new Uint8Array(32).fill(3);
      const agreed = agreement({ protocol: 'ecdh', buckets: 4, learns: 'both', normalise: ['mobile'] });
      const open = (rows: number, from: number, batch: number): Promise<StreamedItems> =>
        streamedItems(stream(rows, from, batch), ['phone'], { ...options, folder });
      const other = tableKeys(whole(300, 150), ['phone'], { normalise: ['mobile'] });
      const machine = (items: StreamedItems, checkpoint?: Uint8Array): PsiMachine =>
        new PsiMachine({
          side: 'left',
          agreement: agreed,
          items,
          ...(checkpoint === undefined ? {} : { resume: { checkpoint, key } }),
        });
      const peer = (checkpoint?: Uint8Array): PsiMachine =>
        new PsiMachine({
          side: 'right',
          agreement: agreed,
          items: other,
          ...(checkpoint === undefined ? {} : { resume: { checkpoint, key } }),
        });
      const first = await open(300, 0, 50);
      const [one, two] = [machine(first), peer()];
      let buckets = 0;
      codeOf(() => runMachines(one, two, (_, frame) => (frame[5] === 15 && buckets++ >= 5 ? [] : frame)));
      const [mine, theirs] = [one.snapshot(key) as Uint8Array, two.snapshot(key) as Uint8Array];
      expect(one.progress.finished).toBe(2);
      first.close();
      const again = await open(300, 0, 70);
      const { left } = runMachines(machine(again, mine), peer(theirs));
      const keys = tableKeys(whole(300, 0), ['phone'], { normalise: ['mobile'] });
      const others = new Set([...whole(300, 150).objects()].map(({ phone: text }) => text?.match(/139\d{8}/)?.[0]));
      const wanted = [...whole(300, 0).objects()].flatMap(({ phone: text }, row) => {
        const digits = text?.match(/139\d{8}/)?.[0];
        return digits !== undefined && others.has(digits) ? [row] : [];
      });
      expect(marked(again.matchedRows(left.matches as Uint32Array), 300)).toEqual(wanted);
      expect(keys.count).toBe(again.count);
      const changed = await open(300, 1, 70);
      expect(changed.count).toBe(again.count);
      expect(codeOf(() => machine(changed, mine))).toBe('SCRIM_PSI_CHECKPOINT');
      again.close();
      changed.close();
    });
  });

  it('meets a side in memory', async () => {
    await inFolder(async (folder) => {
      const agreed = agreement({ protocol: 'ecdh', buckets: 2, normalise: ['mobile'] });
      const streamed = await streamedItems(stream(40, 0, 7), ['phone'], { ...options, folder });
      const keys = tableKeys(whole(40, 0), ['phone'], { normalise: ['mobile'] });
      const { left } = runMachines(
        new PsiMachine({ side: 'left', agreement: agreed, items: streamed }),
        new PsiMachine({ side: 'right', agreement: agreed, items: keys }),
      );
      expect(left.size).toBe(keys.count);
      streamed.close();
    });
  });

  it('empty streams, rejected duplicates, a folder that cannot be written', async () => {
    await inFolder(async (folder) => {
      const none = await streamedItems(stream(0, 0, 10), ['phone'], { ...options, folder });
      expect([none.count, none.report.rows]).toEqual([0, 0]);
      none.close();
      const failed = await streamedItems(stream(120, 0, 50), ['phone'], {
        ...options,
        folder,
        duplicates: 'reject',
      }).catch((error: unknown) => (error as { code: string }).code);
      expect(failed).toBe('SCRIM_PSI_DUPLICATES');
      expect(readdirSync(folder)).toEqual([]);
      const nowhere = await streamedItems(stream(9, 0, 9), ['phone'], { ...options, folder: '/dev/null/x' }).catch(
        (error: unknown) => (error as { code: string }).code,
      );
      expect(nowhere).toBe('SCRIM_FILE_UNWRITABLE');
    });
  });

  it('a bucket that overflows ends the run', async () => {
    await inFolder(async (folder) => {
      const streamed = await streamedItems(stream(500, 0, 100), ['phone'], { ...options, folder });
      const same = (items: { count: number }): Uint8Array<ArrayBuffer> => new Uint8Array(16 * items.count);
      expect(codeOf(() => streamed.split(same, 4, 500))).toBe('SCRIM_PSI_OVERFLOW');
      streamed.close();
    });
  });
});
