/** Frozen format: ledgers that Scrim 0.1.0 wrote must verify for ever (test/vectors/audit), and odd but hashed lines must not. */
import { createHash } from 'node:crypto';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Ledger, ledgerState, scenarioName, signatureCheck, verifyLedger } from '../../src/audit/index.js';
import { fromHex } from '../../src/crypto/index.js';

const publicKeys = {
  ed25519: 'd90da96b2de63694f7d51ccacc73fd228857ae53f9a4a2b4d81eed159b999d22',
  sm2: '04a569e660f409b091f52f1f8b6e83eeabf253de6ec31f1d19e7d4917fbf02cb371a86ce66fd579d75ed9aa8195520260ac3d8a85dde0f3882d8573595ca4f6307',
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'scrim-golden-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function golden(name: string): string {
  const path = join(folder, 'ledger.jsonl');
  copyFileSync(fileURLToPath(new URL(`../vectors/audit/${name}`, import.meta.url)), path);
  return path;
}

it.each([
  ['sha256', 'ed25519'],
  ['sm3', 'sm2'],
] as const)('scrim.ledger/1 with %s and %s', async (hash, algorithm) => {
  const path = golden(`ledger-v1-${hash}.jsonl`);
  const signatures = signatureCheck(
    new Map([['office-1', { algorithm, publicKey: fromHex(publicKeys[algorithm]) }]]),
    false,
  );
  expect(await verifyLedger(path, { signatures })).toMatchObject({ valid: true, records: 5, headFile: 'absent' });
  const state = await ledgerState(path);
  expect(state.keys.get('key-1')).toBe('destroyed');
  expect(state.products.get('a'.repeat(64))).toBe('released');
  expect(state.scenarios.get(scenarioName({ tenant: 'health', environment: 'test', scenario: 'flu-2026' }))).toBe(
    'open',
  );
  const ledger = await Ledger.open(path);
  expect((await ledger.append({ type: 'test.step', data: {} })).seq).toBe(5);
  expect((await verifyLedger(path)).valid).toBe(true);
});

it('the hash covers the bytes before its field: recomputed here without Scrim', () => {
  const lines = readFileSync(golden('ledger-v1-sha256.jsonl'), 'utf8').split('\n').slice(0, -1);
  let prev = '0'.repeat(64);
  for (const line of lines) {
    const record = JSON.parse(line) as { prev: string; hash: string };
    const body = line.slice(0, line.lastIndexOf(',"hash":'));
    expect(record.prev).toBe(prev);
    expect(createHash('sha256').update(body).digest('hex')).toBe(record.hash);
    prev = record.hash;
  }
});

it('lines that another reader could read otherwise are refused though their hash is right', async () => {
  const path = golden('ledger-v1-sha256.jsonl');
  const first = readFileSync(path, 'utf8').split('\n')[0] as string;
  const head = (JSON.parse(first) as { hash: string }).hash;
  const rest = `"prev":"${head}"`;
  for (const [body, reason] of [
    [`{"seq":1,"time":"t","type":"a.b","data":{"n":1,"n":2},${rest}`, 'not-canonical'],
    [`{"seq":1, "time":"t","type":"a.b","data":{},${rest}`, 'not-canonical'],
    [`{"time":"t","seq":1,"type":"a.b","data":{},${rest}`, 'not-canonical'],
    [`{"seq":1,"time":"t\\u0022","type":"a.b","data":{},${rest}`, 'not-canonical'],
    [`{"seq":1,"time":"t","type":"a.b","data":{},"more":1,${rest}`, 'wrong-fields'],
    [`{"seq":1.5,"time":"t","type":"a.b","data":{},${rest}`, 'wrong-fields'],
    [`{"seq":2,"time":"t","type":"a.b","data":{},${rest}`, 'wrong-sequence'],
    [`{"seq":1,"time":"t","type":"a.b","data":{},"prev":"${'1'.repeat(64)}"`, 'wrong-previous'],
  ] as const) {
    const hash = createHash('sha256').update(body).digest('hex');
    writeFileSync(path, `${first}\n${body},"hash":"${hash}"}\n`);
    const found = (await verifyLedger(path)).problem;
    expect(found, body).toMatchObject({ record: 1, reason });
    await expect(Ledger.open(path)).rejects.toMatchObject({ code: 'SCRIM_LEDGER_BROKEN' });
    await expect(Ledger.recover(path, { operator: 'o' })).rejects.toMatchObject({ code: 'SCRIM_LEDGER_BROKEN' });
  }
});
