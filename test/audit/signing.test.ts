/** Signed records: what is signed, by whom, and what a changed or missing signature says. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Ledger, ledgerSigner, readLedger, signatureCheck, verifyLedger } from '../../src/audit/index.js';
import { suite } from '../../src/crypto/index.js';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'scrim-signing-'));
  path = join(folder, 'ledger.jsonl');
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

it.each([
  ['ed25519', 'intl', 'sha256'],
  ['sm2', 'gm', 'sm3'],
] as const)('%s', async (algorithm, suiteName, hash) => {
  const { signatures } = suite(suiteName);
  const secret = signatures.generate();
  const publicKey = signatures.publicKey(secret);
  const ledger = await Ledger.open(path, { hash, signer: ledgerSigner(algorithm, 'office-1', secret) });
  await ledger.append({ type: 'test.step', data: { n: 1 } });
  const keys = new Map([['office-1', { algorithm, publicKey }]]);
  const signed = signatureCheck(keys);
  expect((await verifyLedger(path, { signatures: signed })).valid).toBe(true);
  const records = [];
  for await (const record of readLedger(path, { signatures: signed })) records.push(record);
  expect(records.map((record) => record.sig?.key)).toEqual(['office-1', 'office-1']);

  const stranger = signatures.publicKey(signatures.generate());
  const wrong = signatureCheck(new Map([['office-1', { algorithm, publicKey: stranger }]]));
  expect((await verifyLedger(path, { signatures: wrong })).problem).toMatchObject({
    record: 0,
    reason: 'wrong-signature',
  });
  expect((await verifyLedger(path, { signatures: signatureCheck(new Map()) })).problem?.reason).toBe('wrong-signature');

  // A signature is inside the chain: taking it away breaks the hash.
  const text = readFileSync(path, 'utf8');
  writeFileSync(path, text.replace(/,"sig":\{[^}]*\}/, ''));
  expect((await verifyLedger(path)).problem).toMatchObject({ record: 0, reason: 'wrong-hash' });
  writeFileSync(path, text);

  await (await Ledger.open(path)).append({ type: 'test.step', data: { n: 2 } });
  expect((await verifyLedger(path)).valid).toBe(true);
  expect((await verifyLedger(path, { signatures: signed })).problem).toMatchObject({
    record: 2,
    reason: 'no-signature',
  });
  expect((await verifyLedger(path, { signatures: signatureCheck(keys, false) })).valid).toBe(true);
});
