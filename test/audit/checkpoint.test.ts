/** Checkpoints, proofs, pruning, retention, call logs and states over real ledger files. */
import { appendFileSync, mkdtempSync, promises, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  appendWhileOpen,
  type Checkpoint,
  changeState,
  checkpoint,
  entry,
  Ledger,
  ledgerSigner,
  ledgerState,
  logCalls,
  monthsLater,
  prove,
  prune,
  readLedger,
  requireOpen,
  retention,
  scenarioState,
  signatureCheck,
  verifyLedger,
  verifyProof,
} from '../../src/audit/index.js';
import { suite } from '../../src/crypto/index.js';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'scrim-checkpoint-'));
  path = join(folder, 'ledger.jsonl');
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const scope = { tenant: 'health', environment: 'test', scenario: 'flu' };
const other = { ...scope, scenario: 'traffic' };
const product = (i: number): string => i.toString(16).padStart(64, '0');
const review = (i: number, of = scope) =>
  entry('review', {
    ...of,
    operator: 'o',
    verdict: 'release',
    products: [product(i)],
    sources: [],
    report: product(i),
  });
const failing = (code: string, parameters?: object) =>
  expect.objectContaining({
    code,
    ...(parameters === undefined ? {} : { parameters: expect.objectContaining(parameters) }),
  });

async function filled(count: number, options: Parameters<typeof Ledger.open>[1] = {}): Promise<Ledger> {
  const ledger = await Ledger.open(path, options);
  await ledger.appendAll(Array.from({ length: count }, (_, i) => review(i)));
  return ledger;
}

describe.each([
  ['sha256', 'ed25519', 'intl'],
  ['sm3', 'sm2', 'gm'],
] as const)('checkpoints and proofs (%s, %s)', (hash, algorithm, name) => {
  const secret = suite(name).signatures.generate();
  const signer = ledgerSigner(algorithm, 'office', secret);
  const keys = new Map([['office', { algorithm, publicKey: suite(name).signatures.publicKey(secret) }]]);
  const check = signatureCheck(keys);

  it('prove every record under an anchored checkpoint, older or younger', async () => {
    const ledger = await filled(20, { hash, signer });
    const first = await checkpoint(ledger, { operator: 'o', signer });
    await ledger.appendAll([review(30), review(31)]);
    const second = await checkpoint(ledger, { operator: 'o', signer });
    await ledger.append(review(32));
    expect(await verifyLedger(path, { signatures: check })).toMatchObject({ valid: true, records: 26 });
    for (const seq of [0, 1, 7, 20, 21, 23, 25]) {
      for (const against of [first, second]) {
        const proof = await prove(path, seq, against);
        const sent = JSON.parse(JSON.stringify(proof)) as typeof proof;
        expect(verifyProof(sent, against, check).seq).toBe(seq);
        // Valid only against its own checkpoint and for its own record.
        const wrongRoot = { ...against, root: product(1) } as Checkpoint;
        expect(() => verifyProof(sent, wrongRoot)).toThrowError(failing('SCRIM_PROOF_INVALID'));
        expect(() => verifyProof(sent, wrongRoot, check)).toThrowError(
          failing('SCRIM_PROOF_INVALID', { problem: 'the checkpoint is not signed by a known key' }),
        );
        expect(() =>
          verifyProof({ ...sent, record: sent.record.replace('"time":"2', '"time":"3') }, against),
        ).toThrowError(failing('SCRIM_PROOF_INVALID'));
      }
    }
  }, 30_000);
});

describe('a ledger that was rewritten', () => {
  it('does not continue its checkpoint, even with a right chain', async () => {
    const ledger = await filled(10);
    const anchored = await checkpoint(ledger, { operator: 'o' });
    await ledger.close();
    rmSync(path);
    rmSync(`${path}.head`);
    const again = await filled(30);
    await again.close();
    expect((await verifyLedger(path)).valid).toBe(true);
    await expect(prove(path, 3, anchored)).rejects.toThrowError(failing('SCRIM_PROOF_INVALID'));
  });

  it('shows a checkpoint record whose root is not that of its records', async () => {
    const ledger = await filled(5);
    const head = ledger.head;
    await ledger.append(entry('ledger.checkpoint', { size: 6, root: product(9), head: head.hash, operator: 'o' }));
    expect(await verifyLedger(path)).toMatchObject({ valid: false, problem: { record: 6, reason: 'wrong-root' } });
  });

  it('proves nothing that does not exist', async () => {
    await filled(3);
    for (const seq of [4, -1, 1.5]) {
      await expect(prove(path, seq)).rejects.toThrowError(failing('SCRIM_ARGUMENT'));
    }
  });
});

describe('retention and pruning', () => {
  const day = (text: string) => ({ now: () => new Date(text) });

  it('counts months by the calendar, to the last day of a shorter month', () => {
    expect(monthsLater('2026-01-31T00:00:00.000Z', 1)).toBe('2026-02-28T00:00:00.000Z');
    expect(monthsLater('2026-08-31T12:00:00.000Z', 6)).toBe('2027-02-28T12:00:00.000Z');
    expect(monthsLater('2026-11-22T00:00:00.000Z', 6)).toBe('2027-05-22T00:00:00.000Z');
  });

  async function ended(): Promise<Ledger> {
    const ledger = await Ledger.open(path, day('2026-01-01T00:00:00.000Z'));
    await changeState(ledger, scope, { state: 'open', operator: 'o', reason: 'start' });
    await changeState(ledger, other, { state: 'open', operator: 'o', reason: 'start' });
    await ledger.appendAll([review(1), review(2, other), review(3), review(4), review(5, other)]);
    await changeState(ledger, scope, { state: 'ended', operator: 'o', reason: 'over' });
    return ledger;
  }

  it('keeps records for six months after the end, and those of what has not ended for ever', async () => {
    await ended();
    const at = async (now: string, months?: number) =>
      (await retention(path, { now: new Date(now), ...(months === undefined ? {} : { months }) })).scopes.map(
        ({ scenario, prunable, keepUntil }) => [scenario, prunable, keepUntil],
      );
    expect(await at('2026-06-30T23:59:59.000Z')).toEqual([
      ['flu', false, '2026-07-01T00:00:00.000Z'],
      ['traffic', false, null],
    ]);
    expect((await at('2026-07-01T00:00:00.000Z'))[0]).toEqual(['flu', true, '2026-07-01T00:00:00.000Z']);
    // Fewer than six months cannot be asked for.
    expect((await at('2026-03-01T00:00:00.000Z', 1))[0]?.[1]).toBe(false);
    expect((await at('2026-08-01T00:00:00.000Z', 24))[0]?.[1]).toBe(false);
  });

  it('refuses to prune before that', async () => {
    const ledger = await ended();
    const now = new Date('2026-06-01T00:00:00.000Z');
    await expect(prune(ledger, { operator: 'o', reason: 'r', now })).rejects.toThrowError(
      failing('SCRIM_LEDGER_RETENTION'),
    );
  });

  it('takes contents out behind a checkpoint: chain, states and proofs of the others stay', async () => {
    const ledger = await ended();
    const anchored = await checkpoint(ledger, { operator: 'o' });
    const before = readFileSync(path, 'utf8').split('\n');
    const done = await prune(ledger, {
      operator: 'o',
      reason: 'retention is over',
      now: new Date('2027-01-01T00:00:00.000Z'),
    });
    expect(done.records).toBe(3);
    expect(done.ranges).toEqual([
      [3, 3],
      [5, 6],
    ]);
    const text = readFileSync(path, 'utf8');
    for (const i of [1, 3, 4]) expect(text).not.toContain(product(i));
    for (const i of [2, 5]) expect(text).toContain(product(i));
    expect(text.split('\n')[3]).toBe(
      `{"seq":3,"pruned":"${(JSON.parse(before[3] as string) as { hash: string }).hash}"}`,
    );
    expect(await verifyLedger(path)).toMatchObject({ valid: true, headFile: 'agrees' });
    expect((await ledgerState(path)).scenarios.size).toBe(2);
    expect(verifyProof(await prove(path, 4, anchored), anchored).type).toBe('review');
    await expect(prove(path, 3, anchored)).rejects.toThrowError(failing('SCRIM_ARGUMENT'));
    // It goes on, with the object that pruned and with a new one, and can be pruned only of what is left.
    await ledger.append(review(9, other));
    const again = await Ledger.open(path);
    await again.append(review(10, other));
    expect(await verifyLedger(path)).toMatchObject({ valid: true, records: 14 });
    await expect(
      prune(again, { operator: 'o', reason: 'r', now: new Date('2027-01-01T00:00:00.000Z') }),
    ).rejects.toThrowError(failing('SCRIM_LEDGER_RETENTION'));
  });

  it('killed between its record and the rewriting: valid, nothing lost, and a second run finishes it', async () => {
    const ledger = await ended();
    const now = new Date('2027-01-01T00:00:00.000Z');
    const { size, root } = await checkpoint(ledger, { operator: 'o' });
    const data = {
      ranges: [
        [3, 3],
        [5, 6],
      ] as const,
      records: 3,
      checkpoint: { size, root },
      operator: 'o',
      reason: 'r',
    };
    await ledger.append(entry('ledger.pruned', data));
    expect((await verifyLedger(path)).valid).toBe(true);
    expect(readFileSync(path, 'utf8')).toContain(product(1));
    expect((await prune(ledger, { operator: 'o', reason: 'r', now })).records).toBe(3);
    expect(readFileSync(path, 'utf8')).not.toContain(product(1));
    expect((await verifyLedger(path)).valid).toBe(true);
  });

  it('a disk that is full while the file is rewritten leaves the old file whole', async () => {
    const ledger = await ended();
    const probe = await promises.open(path, 'r');
    const prototype = Object.getPrototypeOf(probe) as promises.FileHandle;
    await probe.close();
    const real = prototype.write;
    vi.spyOn(prototype, 'write').mockImplementation(function (this: promises.FileHandle, ...words: unknown[]) {
      const text = Buffer.from(words[0] as Uint8Array).toString();
      if (text.includes('"pruned":"')) return Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' }));
      return Reflect.apply(real, this, words) as ReturnType<typeof real>;
    } as typeof real);
    const now = new Date('2027-01-01T00:00:00.000Z');
    await expect(prune(ledger, { operator: 'o', reason: 'r', now })).rejects.toThrowError(
      failing('SCRIM_FILE_UNWRITABLE'),
    );
    vi.restoreAllMocks();
    expect((await verifyLedger(path)).valid).toBe(true);
    expect(readFileSync(path, 'utf8')).toContain(product(1));
    expect((await prune(ledger, { operator: 'o', reason: 'r', now })).records).toBe(3);
    expect((await verifyLedger(path)).valid).toBe(true);
  });

  it('names a content that was taken out without a record', async () => {
    await filled(5);
    const lines = readFileSync(path, 'utf8').split('\n');
    const { hash } = JSON.parse(lines[2] as string) as { hash: string };
    lines[2] = `{"seq":2,"pruned":"${hash}"}`;
    writeFileSync(path, lines.join('\n'));
    expect(await verifyLedger(path)).toMatchObject({
      valid: false,
      problem: { record: 2, reason: 'pruned-unrecorded' },
    });
    await expect(async () => {
      for await (const _ of readLedger(path));
    }).rejects.toThrowError(failing('SCRIM_LEDGER_BROKEN', { record: 2, problem: 'pruned-unrecorded' }));
    // A hash that is not the record's breaks the chain.
    lines[2] = `{"seq":2,"pruned":"${product(7)}"}`;
    writeFileSync(path, lines.join('\n'));
    expect((await verifyLedger(path)).problem?.reason).toBe('wrong-previous');
  });

  it('accepts no pruned line as first record, nor as torn tail', async () => {
    await filled(2);
    appendFileSync(path, '{"seq":9,"pruned":');
    expect((await verifyLedger(path)).problem?.reason).toBe('torn');
    writeFileSync(path, `{"seq":0,"pruned":"${product(1)}"}\n`);
    expect((await verifyLedger(path)).valid).toBe(false);
  });
});

describe('the life of an authorisation', () => {
  it('opens, is suspended and opened again, and ends for good', async () => {
    const ledger = await Ledger.open(path);
    const to = (state: 'open' | 'suspended' | 'withdrawn' | 'ended') =>
      changeState(ledger, scope, { state, operator: 'o', reason: 'r' });
    await expect(to('suspended')).rejects.toThrowError(failing('SCRIM_SCENARIO_STATE', { from: 'none' }));
    await to('open');
    await requireOpen(path, scope, 'x');
    await to('suspended');
    await expect(requireOpen(path, scope, 'x')).rejects.toThrowError(
      failing('SCRIM_SCENARIO_CLOSED', { state: 'suspended' }),
    );
    await requireOpen(path, other, 'x');
    await to('open');
    await to('ended');
    for (const state of ['open', 'suspended', 'withdrawn', 'ended'] as const) {
      await expect(to(state)).rejects.toThrowError(failing('SCRIM_SCENARIO_STATE', { from: 'ended' }));
    }
    expect(await scenarioState(path, scope)).toBe('ended');
  });

  it('lets nothing in between check and append: a closed scope gets no entry, whoever closed it', async () => {
    const writer = await Ledger.open(path);
    const authority = await Ledger.open(path);
    await changeState(authority, scope, { state: 'open', operator: 'o', reason: 'r' });
    const results = await Promise.allSettled([
      ...Array.from({ length: 8 }, (_, i) => appendWhileOpen(writer, scope, 'test', [review(i)])),
      changeState(authority, scope, { state: 'suspended', operator: 'o', reason: 'r' }),
      ...Array.from({ length: 8 }, (_, i) => appendWhileOpen(writer, scope, 'test', [review(i + 8)])),
    ]);
    const done = results.filter(({ status }) => status === 'fulfilled').length - 1;
    const types: string[] = [];
    for await (const { type } of readLedger(path)) types.push(type);
    const closedAt = types.lastIndexOf('scenario.state');
    expect(types.slice(closedAt + 1)).toEqual([]);
    expect(types.filter((type) => type === 'review').length).toBe(done);
  }, 30_000);

  it('logs calls by digest of their parameters, and none for what is not open', async () => {
    const ledger = await Ledger.open(path);
    const call = {
      interface: 'v1/score',
      caller: 'app-7',
      purpose: 'credit',
      parameters: { id: '110105194912310021' },
      rows: 1,
      outcome: 'answered',
    } as const;
    const [record] = await logCalls(ledger, { ...scope, operator: 'service' }, [call]);
    expect(record).toMatchObject({
      type: 'interface.call',
      data: { caller: 'app-7', rows: 1, outcome: 'answered', product: null },
    });
    expect(readFileSync(path, 'utf8')).not.toContain('110105194912310021');
    await changeState(ledger, scope, { state: 'withdrawn', operator: 'o', reason: 'r' });
    await expect(logCalls(ledger, { ...scope, operator: 'service' }, [call])).rejects.toThrowError(
      failing('SCRIM_SCENARIO_CLOSED'),
    );
  });
});
