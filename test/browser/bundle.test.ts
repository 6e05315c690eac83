/** A signed review, a ledger proof and an archive checked inside a browser tab: no file system, no network. */
import { describe, expect, it } from 'vitest';
import {
  ledgerSigner,
  MerkleRoot,
  makeBundle,
  openArchive,
  type SigningKey,
  sealArchive,
  verifyBundle,
  verifyInclusion,
} from '../../src/audit/index.js';
import { suite, utf8 } from '../../src/crypto/index.js';

describe.each(['intl', 'gm'] as const)('in the browser, suite %s', (name) => {
  it('a bundle holds by its key, and not when it was changed', () => {
    const { signatures } = suite(name);
    const secret = signatures.generate();
    const publicKey = signatures.publicKey(secret);
    const product = 'a'.repeat(64);
    const verdict = { schema: 'scrim.review/1', verdict: 'block', digests: { product: [product], source: [] } };
    const bundle = makeBundle({
      parts: [{ part: 'verdict', name: '结论.json', media: 'application/json', bytes: utf8(JSON.stringify(verdict)) }],
      decision: { recommended: 'block', decided: 'block', reviewer: '王审核', reason: null, approval: null },
      products: [product],
      sources: [],
      tool: 'browser',
      time: '2026-01-01T00:00:00.000Z',
      signer: ledgerSigner(signatures.algorithm, 'office', secret),
      publicKey,
    });
    const keys: ReadonlyMap<string, SigningKey> = new Map([['office', { algorithm: signatures.algorithm, publicKey }]]);
    expect(verifyBundle(utf8(JSON.stringify(bundle)), { keys }).valid).toBe(true);
    const changed = JSON.parse(JSON.stringify(bundle).replace('王审核', '李审核')) as unknown;
    expect(verifyBundle(changed, { keys }).problems).toEqual([{ code: 'wrong-signature', part: null }]);
  });

  it('trees and archives', () => {
    const hash = name === 'gm' ? 'sm3' : 'sha256';
    const tree = new MerkleRoot(hash);
    tree.add(new Uint8Array(32));
    expect(verifyInclusion(hash, { record: new Uint8Array(32), index: 0, size: 1, path: [] }, tree.root())).toBe(true);
    const key = new Uint8Array(32).fill(9);
    const archive = sealArchive([{ name: 'a', bytes: utf8('甲') }], key, name);
    expect(new TextDecoder().decode(openArchive(archive, key)[0]?.bytes)).toBe('甲');
  });
});
