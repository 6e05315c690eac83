/**
 * Frozen formats: what Scrim 0.1.0 wrote (test/vectors/formats) must be read by every later version: record, pruned ledger,
 * checkpoint, proof, bundle, sealed archive, recipe. Tokens: test/vectors/crypto/golden-v1.json; plain ledgers: golden.test.ts.
 */
import { createHash, createPublicKey, verify } from 'node:crypto';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { applyRecipe, type Recipe } from '../../src/anonymity/index.js';
import {
  type Bundle,
  type Checkpoint,
  checkpointSigned,
  type LedgerProof,
  ledgerState,
  lineage,
  openArchive,
  operationEntry,
  recordDigest,
  retention,
  scenarioName,
  signatureCheck,
  verifyBundle,
  verifyLedger,
  verifyProof,
} from '../../src/audit/index.js';
import { canonicalJson, type OperationRecord } from '../../src/core/index.js';
import { fromHex } from '../../src/crypto/index.js';
import { tableFromColumns } from '../../src/table/index.js';

const file = (name: string): string => fileURLToPath(new URL(`../vectors/formats/${name}`, import.meta.url));
const json = <Data>(name: string): Data => JSON.parse(readFileSync(file(name), 'utf8')) as Data;
const known = json<{ intl: string; gm: string; archive: string; recordDigest: string }>('keys.json');

describe.each([
  ['intl', 'ed25519'],
  ['gm', 'sm2'],
] as const)('formats of version 1, suite %s', (name, algorithm) => {
  const keys = new Map([[`office-${name}`, { algorithm, publicKey: fromHex(known[name]) }]]);
  const check = signatureCheck(keys);

  it('scrim.bundle/1', () => {
    const bundle = json<Bundle>(`bundle-v1-${name}.json`);
    expect(verifyBundle(bundle, { keys, products: ['a'.repeat(64)] })).toMatchObject({
      valid: true,
      signature: 'known-key',
    });
  });

  it('scrim.checkpoint/1 and scrim.ledger-proof/1', () => {
    const checkpoint = json<Checkpoint>(`checkpoint-v1-${name}.json`);
    expect(checkpointSigned(checkpoint, check)).toBe(true);
    const record = verifyProof(json<LedgerProof>(`proof-v1-${name}.json`), checkpoint, check);
    expect([record.seq, record.type]).toEqual([2, 'interface.call']);
  });

  it('scrim.ledger/1 with pruned records', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'scrim-formats-'));
    try {
      const path = join(folder, 'ledger.jsonl');
      copyFileSync(file(`ledger-v1-pruned-${name}.jsonl`), path);
      expect(await verifyLedger(path, { signatures: check })).toMatchObject({ valid: true, records: 7 });
      const scope = { tenant: 'health', environment: 'test', scenario: 'flu-2026' };
      expect((await ledgerState(path)).scenarios.get(scenarioName(scope))).toBe('ended');
      expect((await retention(path)).scopes[0]).toMatchObject({ ended: '2026-01-01T00:00:00.000Z' });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('scrim.sealed/1', () => {
    const [found] = openArchive(readFileSync(file(`sealed-v1-${name}.bin`)), fromHex(known.archive));
    expect([found?.name, Buffer.from(found?.bytes ?? []).toString()]).toEqual(['产品.csv', '甲,乙\n1,2\n']);
  });
});

it('scrim.record/1: digest, entry, lineage', () => {
  const record = json<OperationRecord>('record-v1.json');
  expect(recordDigest(record)).toBe(known.recordDigest);
  expect(
    createHash('sha256')
      .update(canonicalJson(record as never))
      .digest('hex'),
  ).toBe(known.recordDigest);
  const by = { operator: 'o', tenant: 't', environment: 'e', scenario: 's', purpose: 'p', approval: null };
  expect(operationEntry(record, by).data).toMatchObject({ operation: 'protect', record: known.recordDigest });
  const graph = lineage([record]);
  expect(graph.edges.map(({ from, to, rule }) => [from.column, to.column, rule])).toContainEqual([
    'resident_id',
    'resident_id',
    'token',
  ]);
  expect(graph.ended.map(({ column }) => column)).toEqual(['note']);
});

it('scrim.recipe/1', () => {
  const recipe = json<Recipe>('recipe-v1.json');
  const ids = Array.from({ length: 40 }, (_, i) => `p${i}`);
  const { table, unknownRows } = applyRecipe(
    tableFromColumns({ age: ids.map((_, i) => (i < 20 ? '61' : '62')), resident_id: ids }),
    recipe,
  );
  expect(unknownRows).toBe(0);
  expect(new Set([...table.objects()].map((row) => row.age))).toEqual(new Set(['60-61', '62-63']));
});

it('a bundle can be checked without Scrim: digests and an Ed25519 signature over the canonical head', () => {
  const bundle = json<Bundle>('bundle-v1-intl.json');
  bundle.head.parts.forEach((part, i) => {
    const bytes = Buffer.from(bundle.contents[i] as string, 'base64');
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(part.sha256);
  });
  const sorted = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(sorted)
      : typeof value === 'object' && value !== null
        ? Object.fromEntries(
            Object.entries(value)
              .sort(([a], [b]) => (a < b ? -1 : 1))
              .map(([key, one]) => [key, sorted(one)]),
          )
        : value;
  const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), Buffer.from(known.intl, 'hex')]);
  const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
  const message = Buffer.from(JSON.stringify(sorted(bundle.head)));
  expect(verify(null, message, key, Buffer.from(bundle.signature.value, 'base64'))).toBe(true);
});
