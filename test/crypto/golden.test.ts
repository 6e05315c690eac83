/** Frozen formats: the key ring and tokens of Scrim 0.1.0 (test/vectors/crypto/keyring-v1.json, golden-v1.json). */
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { hexOf } from '../../src/core/index.js';
import {
  type ByteColumn,
  cmacTokens,
  ff1Column,
  ff1Integers,
  hmacTokens,
  KeyRing,
  type ScenarioKeys,
  sivOpenColumn,
  sivSealColumn,
  utf8,
} from '../../src/crypto/index.js';
import golden from '../vectors/crypto/golden-v1.json' with { type: 'json' };

let folder: string;
let keys: ScenarioKeys;
let ring: KeyRing;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'scrim-golden-'));
  const path = join(folder, 'keys.json');
  copyFileSync(fileURLToPath(new URL('../vectors/crypto/keyring-v1.json', import.meta.url)), path);
  ring = await KeyRing.open({ path, passphrase: golden.passphrase });
  keys = ring.existing(golden.scope);
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const values = golden.values.map(utf8);
const column: ByteColumn = {
  bytes: utf8(golden.values.join('')),
  offsets: Int32Array.from([
    0,
    ...values.map((_, i) => values.slice(0, i + 1).reduce((sum, value) => sum + value.length, 0)),
  ]),
};
const digits: ByteColumn = { bytes: utf8('13812345678'), offsets: Int32Array.of(0, 11) };
const texts = ({ bytes, offsets }: ByteColumn): string[] =>
  Array.from({ length: offsets.length - 1 }, (_, i) =>
    new TextDecoder().decode(bytes.subarray(offsets[i], offsets[i + 1])),
  );

it('scrim.keyring/1 opens, with its states', () => {
  expect(ring.show().roots.map((root) => root.state)).toEqual(['retired', 'active', 'destroyed']);
  const file = readFileSync(fileURLToPath(new URL('../vectors/crypto/keyring-v1.json', import.meta.url)), 'utf8');
  expect(JSON.parse(file)).toMatchObject({ schema: 'scrim.keyring/1', cipher: 'aes-256-gcm' });
});

it('scrim.derive/1 gives the same keys', () => {
  const { use } = golden;
  expect(hexOf(keys.derive(use).bytes())).toBe(golden.keys.intl);
  expect(hexOf(keys.derive({ ...use, suite: 'gm' }).bytes())).toBe(golden.keys.gm);
  expect(hexOf(keys.derive({ ...use, suite: 'gm', length: 16 }).bytes())).toBe(golden.keys.gm16);
  const retired = keys.derive({ ...use, keyId: golden.retiredKeyId, use: 'restore' });
  expect(hexOf(retired.bytes())).toBe(golden.keys.retired);
});

it('tokens and ciphertexts stay the same', () => {
  const intl = keys.derive(golden.use);
  const gm = keys.derive({ ...golden.use, suite: 'gm' });
  const gm16 = keys.derive({ ...golden.use, suite: 'gm', length: 16 });
  expect(texts(hmacTokens(intl, column))).toEqual(golden.hmac.intl);
  expect(texts(hmacTokens(gm, column, { suite: 'gm' }))).toEqual(golden.hmac.gm);
  expect(texts(cmacTokens(intl, column))).toEqual(golden.cmac.intl);
  expect(texts(cmacTokens(gm16, column, { suite: 'gm' }))).toEqual(golden.cmac.gm);
  expect(texts(sivSealColumn(intl, column))).toEqual(golden.siv.intl);
  const sealed = sivSealColumn(gm, column, { suite: 'gm' });
  expect(texts(sealed)).toEqual(golden.siv.gm);
  expect(texts(sivOpenColumn(gm, sealed, { suite: 'gm' }).column)).toEqual(golden.values);
  expect(texts(ff1Column(intl, 'encrypt', digits).column)).toEqual(golden.ff1.intl);
  expect(texts(ff1Column(gm16, 'encrypt', digits, { suite: 'gm' }).column)).toEqual(golden.ff1.gm);
  const { size, values: ranks, intl: hidden } = golden.ff1Integers;
  expect([...ff1Integers(intl, 'encrypt', Float64Array.from(ranks), size)]).toEqual(hidden);
});
