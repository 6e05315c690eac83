/** Signed reviews and sealed archives: what is changed anywhere is named; formats of version 1. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  type Bundle,
  ledgerSigner,
  makeBundle,
  openArchive,
  type SigningKey,
  sealArchive,
  verifyBundle,
} from '../../src/audit/index.js';
import { suite, utf8 } from '../../src/crypto/index.js';

const product = 'a'.repeat(64);
const verdict = { schema: 'scrim.review/1', verdict: 'review', digests: { product: [product], source: [] } };

function bundleBy(
  name: 'intl' | 'gm',
  change: { decided?: 'release' | 'review' | 'block'; reason?: string | null } = {},
) {
  const { signatures } = suite(name);
  const secret = signatures.generate();
  const publicKey = signatures.publicKey(secret);
  const bundle = makeBundle({
    parts: [
      { part: 'verdict', name: 'verdict.json', media: 'application/json', bytes: utf8(JSON.stringify(verdict)) },
      { part: 'report', name: '报告.html', media: 'text/html', bytes: utf8('<p>报告</p>'.repeat(4000)) },
    ],
    decision: {
      recommended: 'review',
      decided: change.decided ?? 'review',
      reviewer: '王审核',
      reason: change.reason ?? null,
      approval: null,
    },
    products: [product],
    sources: [],
    tool: 'scrim test',
    time: '2026-11-22T00:00:00.000Z',
    signer: ledgerSigner(signatures.algorithm, 'office', secret),
    publicKey,
  });
  const keys: ReadonlyMap<string, SigningKey> = new Map([['office', { algorithm: signatures.algorithm, publicKey }]]);
  return { bundle, keys };
}

describe.each(['intl', 'gm'] as const)('signed review, suite %s', (name) => {
  const { bundle, keys } = bundleBy(name);
  const again = (change: (copy: Bundle) => unknown): Bundle => {
    const copy = structuredClone(bundle) as Bundle;
    change(copy);
    return copy;
  };
  const codes = (given: unknown, products?: string[]) =>
    verifyBundle(given, { keys, ...(products === undefined ? {} : { products }) }).problems.map(({ code }) => code);

  it('holds by a known key, from an object and from bytes', () => {
    for (const given of [bundle, utf8(JSON.stringify(bundle, null, 2))]) {
      expect(verifyBundle(given, { keys, products: [product] })).toMatchObject({
        valid: true,
        problems: [],
        signature: 'known-key',
        key: 'office',
      });
    }
  });

  it('is right but not valid by a key that nobody vouches for', () => {
    expect(verifyBundle(bundle)).toMatchObject({ valid: false, problems: [], signature: 'unknown-key' });
  });

  it('names what was changed', () => {
    type Open = { -readonly [Key in keyof Bundle]: Bundle[Key] };
    const head = (
      copy: Bundle,
    ): {
      decision: { decided: string; reviewer: string };
      products: string[];
      parts: { sha256: string; bytes: number }[];
    } => copy.head as never;
    expect(codes(again((copy) => ((copy as Open).contents = [copy.contents[0] as string, btoa('x')])))).toEqual([
      'wrong-digest',
    ]);
    expect(codes(again((copy) => (head(copy).decision.reviewer = '李四')))).toEqual(['wrong-signature']);
    expect(codes(again((copy) => (head(copy).decision.decided = 'release')))).toEqual([
      'wrong-signature',
      'milder-without-reason',
    ]);
    expect(codes(again((copy) => head(copy).products.push('b'.repeat(64))))).toEqual([
      'wrong-signature',
      'verdict-differs',
    ]);
    expect(codes(again((copy) => ((copy as Open).contents = ['!', copy.contents[1] as string])))).toContain(
      'wrong-digest',
    );
    expect(codes(bundle, ['c'.repeat(64)])).toEqual(['product-differs']);
    const stranger = bundleBy(name);
    expect(verifyBundle(stranger.bundle, { keys }).problems.map(({ code }) => code)).toEqual(['wrong-signature']);
  });

  it('says of anything else that it is none', () => {
    for (const given of [null, {}, [], 'x', { head: {}, signature: {}, contents: [] }, { ...bundle, contents: [] }]) {
      expect(codes(given)).toEqual(['wrong-shape']);
    }
    expect(verifyBundle(utf8('{')).problems).toEqual([{ code: 'not-json', part: null }]);
  });
});

it('takes no decision that is milder than the recommendation without a reason', () => {
  expect(() => bundleBy('intl', { decided: 'release' })).toThrowError(
    expect.objectContaining({ code: 'SCRIM_ARGUMENT' }),
  );
  expect(bundleBy('intl', { decided: 'release', reason: 'expert opinion 7' }).bundle.head.decision.decided).toBe(
    'release',
  );
  expect(bundleBy('intl', { decided: 'block' }).bundle.head.decision.decided).toBe('block');
});

describe.each(['intl', 'gm'] as const)('sealed archive, suite %s', (name) => {
  const key = new Uint8Array(createHash('sha256').update('archive key').digest());
  const files = [
    { name: '产品.csv', bytes: utf8('a,b\n1,2\n') },
    { name: 'empty', bytes: new Uint8Array() },
  ];
  const archive = sealArchive(files, key, name);

  it('opens with its key to the same bytes, and shows no content', () => {
    expect(openArchive(archive, key).map((file) => [file.name, Buffer.from(file.bytes).toString()])).toEqual([
      ['产品.csv', 'a,b\n1,2\n'],
      ['empty', ''],
    ]);
    expect(Buffer.from(archive).includes('1,2')).toBe(false);
  });

  it('opens with no other key, changed nowhere, cut nowhere', () => {
    const wrong = expect.objectContaining({ code: 'SCRIM_SEALED_INVALID' });
    expect(() => openArchive(archive, new Uint8Array(32))).toThrowError(wrong);
    for (let at = 0; at < archive.length; at += 7) {
      const changed = archive.slice();
      changed[at] = (changed[at] as number) ^ 1;
      expect(() => openArchive(changed, key)).toThrowError(wrong);
    }
    expect(() => openArchive(archive.subarray(0, -1), key)).toThrowError(wrong);
    expect(() => openArchive(new Uint8Array([...archive, 0]), key)).toThrowError(wrong);
    expect(() => openArchive(utf8('not an archive\n'), key)).toThrowError(wrong);
  });
});
