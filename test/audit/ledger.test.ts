/**
 * The ledger: chaining, compare-and-swap, torn tails, cuts, edits, reordering, and that nothing acknowledged is lost.
 */
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  entry,
  Ledger,
  type LedgerEntry,
  type LedgerRecord,
  ledgerState,
  operationEntry,
  readLedger,
  scenarioName,
  verifyLedger,
} from '../../src/audit/index.js';
import { type OperationRecord, ScrimError } from '../../src/core/index.js';

const scope = { tenant: 'health', environment: 'test', scenario: 'flu-2026' };
const digest = (letter: string): string => letter.repeat(64);
const spend = (n: number): LedgerEntry => ({ type: 'dp.release', data: { query: 'count', number: n } });

async function codeOf(action: () => Promise<unknown>): Promise<string> {
  try {
    await action();
  } catch (error) {
    return error instanceof ScrimError ? error.code : `not a ScrimError: ${String(error)}`;
  }
  return 'no error';
}

async function all(path: string): Promise<LedgerRecord[]> {
  const records: LedgerRecord[] = [];
  for await (const record of readLedger(path)) records.push(record);
  return records;
}

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'scrim-ledger-'));
  path = join(folder, 'ledger.jsonl');
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function filled(count = 5): Promise<string[]> {
  const ledger = await Ledger.open(path);
  await ledger.appendAll(Array.from({ length: count }, (_, i) => spend(i)));
  await ledger.close();
  return readFileSync(path, 'utf8').split('\n').slice(0, -1);
}

describe('append and read', () => {
  it('chains every record to the one before, from 64 zeros on', async () => {
    const ledger = await Ledger.open(path, { now: () => new Date('2026-11-22T03:04:05.678Z') });
    const first = await ledger.append(spend(1));
    const second = await ledger.append(spend(2));
    expect(second.prev).toBe(first.hash);
    expect(ledger.head).toEqual({ seq: 2, hash: second.hash });
    const records = await all(path);
    expect(records.map((record) => record.type)).toEqual(['ledger.opened', 'dp.release', 'dp.release']);
    expect(records[0]).toMatchObject({ seq: 0, prev: digest('0'), data: { schema: 'scrim.ledger/1', hash: 'sha256' } });
    expect(records[2]).toEqual(second);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(await verifyLedger(path)).toEqual({
      schema: 'scrim.ledger-verification/1',
      valid: true,
      records: 3,
      head: ledger.head,
      problem: null,
      headFile: 'agrees',
    });
    expect(existsSync(`${path}.lock`)).toBe(false);
  });

  it('chains by SM3 where the ledger was opened so, and keeps to it', async () => {
    await (await Ledger.open(path, { hash: 'sm3' })).append(spend(1));
    await (await Ledger.open(path)).append(spend(2));
    expect((await verifyLedger(path)).records).toBe(3);
    expect((await all(path))[0]?.data.hash).toBe('sm3');
  });

  it('keeps order within a group and between callers that wait together', async () => {
    const ledger = await Ledger.open(path);
    const done = await Promise.all(Array.from({ length: 500 }, (_, i) => ledger.append(spend(i))));
    expect(done.map((record) => record.seq)).toEqual(Array.from({ length: 500 }, (_, i) => i + 1));
    expect((await all(path)).slice(1).map((record) => record.data.number)).toEqual(
      Array.from({ length: 500 }, (_, i) => i),
    );
  });

  it('settles names that look like integers, so that lines read back to themselves', async () => {
    const ledger = await Ledger.open(path);
    await ledger.append({
      type: 'dp.release',
      data: { b: 1, '10': 2, '9': 3, a: { '2': 0, '1': 0 }, text: '密\u2028"\\' },
    });
    expect((await verifyLedger(path)).valid).toBe(true);
  });
});

describe('long ledgers', () => {
  it('open from their end, and an edit far from the end waits for verification', async () => {
    const lines = await filled(3000);
    expect(statSync(path).size).toBeGreaterThan(2 * 131072);
    const ledger = await Ledger.open(path);
    expect(ledger.head.seq).toBe(3000);
    expect((await ledger.append(spend(1))).seq).toBe(3001);
    for (const [at, opens] of [
      [100, 'no error'],
      [2990, 'SCRIM_LEDGER_BROKEN'],
    ] as const) {
      const changed = [...lines];
      changed[at] = (changed[at] as string).replace('count', 'c0unt');
      writeFileSync(path, `${changed.join('\n')}\n`);
      rmSync(`${path}.head`, { force: true });
      expect(await codeOf(() => Ledger.open(path))).toBe(opens);
      expect((await verifyLedger(path)).problem).toMatchObject({ record: at, reason: 'wrong-hash' });
    }
  });

  it('property: any JSON object comes back as it was', async () => {
    const ledger = await Ledger.open(path);
    const json = fc.dictionary(
      fc.string({ maxLength: 12, unit: 'grapheme' }),
      fc.oneof(
        fc.string({ unit: 'grapheme' }),
        fc.integer(),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.boolean(),
        fc.constant(null),
        fc.array(fc.integer()),
      ),
    );
    const written: unknown[] = [];
    await fc.assert(
      fc.asyncProperty(fc.array(json, { minLength: 1, maxLength: 5 }), async (list) => {
        const records = await ledger.appendAll(list.map((data) => ({ type: 'test.any', data })));
        expect(records.map((record) => record.data)).toEqual(list.map((data) => JSON.parse(JSON.stringify(data))));
        written.push(...records.map((record) => record.data));
      }),
      { numRuns: 50 },
    );
    expect((await all(path)).slice(1).map((record) => record.data)).toEqual(written);
    expect((await verifyLedger(path)).valid).toBe(true);
  });
});

describe('two writers', () => {
  it('interleave without losing or forking', async () => {
    const one = await Ledger.open(path);
    const two = await Ledger.open(path);
    const work = [one, two].flatMap((ledger, who) =>
      Array.from({ length: 100 }, (_, i) => ledger.append(spend(1000 * who + i))),
    );
    await Promise.all(work);
    const numbers = (await all(path)).slice(1).map((record) => Number(record.data.number));
    expect(new Set(numbers).size).toBe(200);
    expect((await verifyLedger(path)).valid).toBe(true);
  });

  it('compare and swap: the second of two decisions on one head is refused', async () => {
    const one = await Ledger.open(path);
    const two = await Ledger.open(path);
    const head = one.head;
    expect(two.head).toEqual(head);
    await one.append(spend(1), { expectedHead: head });
    expect(await codeOf(() => two.append(spend(2), { expectedHead: head }))).toBe('SCRIM_LEDGER_HEAD_MOVED');
    await two.append(spend(2), { expectedHead: await two.refresh() });
    expect((await all(path)).length).toBe(3);
  });

  it('names a holder that does not let go', async () => {
    const ledger = await Ledger.open(path, { timeout: 50 });
    writeFileSync(`${path}.lock`, 'elsewhere:boot:1:1:nonce');
    expect(await codeOf(() => ledger.append(spend(1)))).toBe('SCRIM_LOCK_BUSY');
  });

  it('breaks the lock of a process that is dead', async () => {
    const ledger = await Ledger.open(path, { timeout: 2000 });
    const { hostname } = await import('node:os');
    writeFileSync(`${path}.lock`, `${hostname()}:unknown:4194304:1:feed`);
    await ledger.append(spend(1));
    expect(existsSync(`${path}.lock`)).toBe(false);
  });
});

describe('damage', () => {
  it('an edited record is named by position and reason', async () => {
    const lines = await filled();
    for (const [at, from, to, reason] of [
      [3, '"number":2', '"number":7', 'wrong-hash'],
      [1, 'dp.release', 'dp.refund!', 'wrong-hash'],
      [2, '"seq":2', '"seq": 2', 'wrong-hash'],
    ] as const) {
      const changed = [...lines];
      changed[at] = (changed[at] as string).replace(from, to);
      writeFileSync(path, `${changed.join('\n')}\n`);
      const result = await verifyLedger(path);
      expect(result.problem).toMatchObject({ record: at, reason });
      expect(result.valid).toBe(false);
      expect(await codeOf(() => all(path))).toBe('SCRIM_LEDGER_BROKEN');
      expect(await codeOf(() => Ledger.recover(path, { operator: 'o-1' }))).toBe('SCRIM_LEDGER_BROKEN');
    }
  });

  it('reordered, removed, repeated and inserted records are named', async () => {
    const lines = (await filled()) as [string, string, string, string, string, string];
    const [a, b, c, d, e, f] = lines;
    for (const [order, record] of [
      [[a, b, d, c, e, f], 2],
      [[a, b, d, e, f], 2],
      [[a, b, b, c, d, e, f], 2],
      [[b, c, d, e, f], 0],
      [[a, b, 'null', c, d, e, f], 2],
    ] as const) {
      writeFileSync(path, `${order.join('\n')}\n`);
      const result = await verifyLedger(path);
      expect(result.valid).toBe(false);
      expect(result.problem?.record).toBe(record);
    }
  });

  it('a rewritten chain is caught by the head file or by a head anchored elsewhere', async () => {
    await filled();
    const anchor = (await verifyLedger(path)).head;
    rmSync(path);
    rmSync(`${path}.head`);
    await filled(9);
    expect((await verifyLedger(path)).valid).toBe(true);
    const caught = await verifyLedger(path, { anchor: anchor as NonNullable<typeof anchor> });
    expect(caught.problem).toMatchObject({ record: 5, reason: 'wrong-head' });
  });

  it('a cut at a record border is noticed: nothing acknowledged disappears unseen', async () => {
    const lines = await filled();
    for (const kept of [5, 1, 0]) {
      writeFileSync(
        path,
        lines
          .slice(0, kept)
          .map((line) => `${line}\n`)
          .join(''),
      );
      const result = await verifyLedger(path);
      expect(result.problem).toMatchObject({ record: kept, reason: 'truncated' });
      expect(result.headFile).toBe('disagrees');
      expect(await codeOf(() => Ledger.open(path))).toBe('SCRIM_LEDGER_TRUNCATED');
      expect(await codeOf(() => Ledger.recover(path, { operator: 'o-1' }))).toBe('SCRIM_LEDGER_TRUNCATED');
      expect(await codeOf(() => all(path))).toBe('SCRIM_LEDGER_TRUNCATED');
    }
  });

  it('a ledger that shrinks under an open object is noticed', async () => {
    await filled();
    const ledger = await Ledger.open(path);
    truncateSync(path, statSync(path).size - 20);
    expect(await codeOf(() => ledger.append(spend(9)))).toBe('SCRIM_LEDGER_TRUNCATED');
  });

  it('without its head file a whole ledger is valid, and the report says that the head is not anchored', async () => {
    await filled();
    rmSync(`${path}.head`);
    expect(await verifyLedger(path)).toMatchObject({ valid: true, headFile: 'absent' });
    await Ledger.open(path);
    expect(await verifyLedger(path)).toMatchObject({ valid: true, headFile: 'agrees' });
  });

  it('a file that is no ledger, or none at all', async () => {
    writeFileSync(path, 'name,age\nx,1\n');
    expect(await codeOf(() => Ledger.open(path))).toBe('SCRIM_LEDGER_FORMAT');
    expect((await verifyLedger(path)).valid).toBe(false);
    const missing = join(folder, 'none');
    expect(await codeOf(() => Ledger.open(missing, { create: false }))).toBe('SCRIM_FILE_MISSING');
    expect(await codeOf(() => verifyLedger(missing))).toBe('SCRIM_FILE_MISSING');
    expect(await codeOf(() => all(missing))).toBe('SCRIM_FILE_MISSING');
    expect(await codeOf(() => Ledger.open(join(folder, 'no', 'folder')))).toMatch(
      /SCRIM_FILE_UNWRITABLE|SCRIM_LEDGER_WRITE/,
    );
    writeFileSync(path, '');
    expect((await verifyLedger(path)).problem?.reason).toBe('empty');
  });
});

describe('torn tails', () => {
  it('every prefix of an unacknowledged group is whole records plus a named torn tail, and recovery is itself recorded', async () => {
    await filled(2);
    const before = readFileSync(path);
    copyFileSync(`${path}.head`, join(folder, 'head'));
    const ledger = await Ledger.open(path);
    await ledger.appendAll([spend(10), spend(11)]);
    const after = readFileSync(path);
    for (let size = before.length; size <= after.length; size += 7) {
      writeFileSync(path, after.subarray(0, size));
      copyFileSync(join(folder, 'head'), `${path}.head`);
      const torn = after[size - 1] !== 10;
      const result = await verifyLedger(path);
      expect(result.valid).toBe(!torn);
      expect(result.records).toBeGreaterThanOrEqual(3);
      if (!torn) continue;
      expect(result.problem?.reason).toBe('torn');
      expect(await codeOf(() => Ledger.open(path))).toBe('SCRIM_LEDGER_TORN');
      expect((await all(path)).length).toBe(result.records);
      const recovery = await Ledger.recover(path, { operator: 'o-1', reason: 'power cut' });
      expect(recovery.removed).toBe(size - (result.problem?.offset ?? 0));
      const last = (await all(path)).at(-1);
      expect(last).toMatchObject({
        type: 'ledger.recovered',
        seq: result.records,
        data: { bytes: recovery.removed, operator: 'o-1' },
      });
      expect((await verifyLedger(path)).valid).toBe(true);
      expect((await Ledger.recover(path, { operator: 'o-1' })).removed).toBe(0);
    }
  });

  it('garbage of any kind behind the last record is a torn tail; a damaged acknowledged record is not', async () => {
    await filled(2);
    const whole = readFileSync(path);
    for (const garbage of ['\0'.repeat(3000), '{"seq":3', '\n\n\n', 'x'.repeat(200_000)]) {
      writeFileSync(path, whole);
      appendFileSync(path, garbage);
      expect((await verifyLedger(path)).problem?.reason).toBe('torn');
      expect((await Ledger.recover(path, { operator: 'o' })).removed).toBe(garbage.length);
      expect((await verifyLedger(path)).valid).toBe(true);
      rmSync(`${path}.head`);
    }
    rmSync(path);
    await filled(2);
    truncateSync(path, whole.length - 10);
    expect((await verifyLedger(path)).valid).toBe(false);
    expect(await codeOf(() => Ledger.recover(path, { operator: 'o' }))).toBe('SCRIM_LEDGER_TRUNCATED');
  });

  it('a ledger torn in its very first record is made anew with a record of it', async () => {
    await filled(0);
    const whole = readFileSync(path);
    rmSync(`${path}.head`);
    writeFileSync(path, whole.subarray(0, 40));
    expect(await codeOf(() => Ledger.open(path))).toBe('SCRIM_LEDGER_TORN');
    await Ledger.recover(path, { operator: 'o' });
    expect((await verifyLedger(path)).valid).toBe(true);
    expect((await all(path)).map((record) => record.type)).toEqual(['ledger.opened', 'ledger.recovered']);
  });
});

describe('entries', () => {
  const record: OperationRecord = {
    schema: 'scrim.record/1',
    operation: 'mask',
    tool: { name: 'scrim', version: '0.1.0' },
    time: '2026-11-22T00:00:00.000Z',
    parameters: { k: 5 },
    inputs: [{ name: 'in.csv', sha256: digest('a'), rows: 10, columns: ['name'] }],
    outputs: [{ name: 'out.csv', sha256: digest('b'), rows: 9, columns: ['name'] }],
    counts: { read: 10, written: 9 },
    warnings: [],
    columns: [],
    policy: 'none',
    unsafe: [],
  };
  const by = { ...scope, operator: 'o-1', purpose: 'flu study', approval: 'A-7' };

  it('takes the provenance of an operation and refuses seeded randomness', async () => {
    const ledger = await Ledger.open(path);
    const written = await ledger.append(operationEntry(record, by));
    expect(written.data).toMatchObject({
      operator: 'o-1',
      operation: 'mask',
      counts: { read: 10 },
      parameters: { k: 5 },
    });
    expect(() => operationEntry({ ...record, unsafe: ['seeded-randomness'] }, by)).toThrow(/seeded-randomness/);
  });

  it('refuses what does not fit its type, unknown fields, odd types, long texts, non-JSON', async () => {
    const ledger = await Ledger.open(path);
    const bad: LedgerEntry[] = [
      { type: 'release', data: { ...scope, operator: 'o', product: 'not a digest', approval: null } },
      { type: 'release', data: { ...scope, operator: 'o', approval: null } },
      { type: 'release', data: { ...scope, operator: 'o', product: digest('a'), approval: null, row: '张三' } },
      { type: 'scenario.state', data: { ...scope, operator: 'o', state: 'paused', reason: 'x' } },
      { type: 'surprise', data: {} },
      { type: 'No Name', data: {} },
      { type: 'dp.x"', data: {} },
      { type: 'dp.x', data: { text: 'x'.repeat(5000) } },
      { type: 'dp.x', data: { many: Array.from({ length: 5000 }, () => 'x'.repeat(20)) } },
      { type: 'dp.x', data: { n: Number.NaN } },
      { type: 'dp.x', data: [] as never },
      { type: 'dp.x', data: { deep: [[[[[[[[[[1]]]]]]]]]] } },
    ];
    for (const one of bad) expect(await codeOf(() => ledger.append(one)), one.type).toBe('SCRIM_LEDGER_ENTRY');
    expect((await all(path)).length).toBe(1);
  });

  it('folds releases, keys and scenarios into their present state', async () => {
    const ledger = await Ledger.open(path);
    const own = { ...scope, operator: 'o' };
    await ledger.appendAll([
      entry('scenario.state', { ...own, state: 'open', reason: 'approved' }),
      entry('keys.created', { ...own, key: 'key-1' }),
      entry('keys.rotated', { ...own, key: 'key-2', retired: ['key-1'] }),
      entry('release', { ...own, product: digest('a'), approval: 'A-7' }),
      entry('release', { ...own, product: digest('b'), approval: 'A-7' }),
      entry('halt', { ...own, product: digest('a'), reason: 'complaint' }),
      entry('withdraw', { ...own, product: digest('b'), reason: 'ended' }),
      entry('release', { ...own, product: digest('b'), approval: 'A-8' }),
      entry('keys.destroyed', { ...own, keys: ['key-1'], keyRing: 'ring-1', reason: 'ended', backups: 'out-of-reach' }),
      entry('scenario.state', { ...own, state: 'ended', reason: 'expired' }),
      entry('scenario.state', { ...own, state: 'open', reason: 'too late' }),
    ]);
    const state = await ledgerState(path);
    expect(Object.fromEntries(state.products)).toEqual({ [digest('a')]: 'halted', [digest('b')]: 'withdrawn' });
    expect(Object.fromEntries(state.keys)).toEqual({ 'key-1': 'destroyed', 'key-2': 'active' });
    expect(state.scenarios.get(scenarioName(scope))).toBe('ended');
  });
});
