/** Merkle trees by RFC 9162 section 2.1, against a second implementation written from the RFC's recursive definitions and published roots. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  consistencyPath,
  inclusionPath,
  MerkleRoot,
  verifyConsistency,
  verifyInclusion,
} from '../../src/audit/index.js';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const sha = (...parts: Uint8Array[]): Uint8Array => createHash('sha256').update(Buffer.concat(parts)).digest();

/** MTH, PATH and PROOF as RFC 9162 2.1.1, 2.1.3.1 and 2.1.4.1 write them. */
const split = (n: number): number => 2 ** (Math.ceil(Math.log2(n)) - 1);
const mth = (d: Uint8Array[]): Uint8Array =>
  d.length === 0
    ? sha()
    : d.length === 1
      ? sha(Uint8Array.of(0), d[0]!)
      : sha(Uint8Array.of(1), mth(d.slice(0, split(d.length))), mth(d.slice(split(d.length))));
const path = (m: number, d: Uint8Array[]): Uint8Array[] => {
  if (d.length === 1) return [];
  const k = split(d.length);
  return m < k ? [...path(m, d.slice(0, k)), mth(d.slice(k))] : [...path(m - k, d.slice(k)), mth(d.slice(0, k))];
};
const subproof = (m: number, d: Uint8Array[], b: boolean): Uint8Array[] => {
  if (m === d.length) return b ? [] : [mth(d)];
  const k = split(d.length);
  return m <= k
    ? [...subproof(m, d.slice(0, k), b), mth(d.slice(k))]
    : [...subproof(m - k, d.slice(k), false), mth(d.slice(0, k))];
};

const leaves = (n: number): Uint8Array[] => Array.from({ length: n }, (_, i) => sha(Buffer.from(`leaf ${i}`)));
const joined = (d: Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(d));

describe('Merkle roots', () => {
  it('are those of the Certificate Transparency reference tree (google/certificate-transparency, merkle_tree_test)', () => {
    const inputs = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
    const roots = [
      '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
      'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
      'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
      '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
      '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
      'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
      '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
    ];
    const tree = new MerkleRoot('sha256');
    expect(hex(tree.root())).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    inputs.forEach((input, i) => {
      tree.add(new Uint8Array(Buffer.from(input, 'hex')));
      expect(hex(tree.root())).toBe(roots[i]);
    });
  });

  it('and paths are those of the recursive definitions, for every size up to 40', () => {
    for (let n = 1; n <= 40; n++) {
      const d = leaves(n);
      const tree = new MerkleRoot('sha256');
      for (const leaf of d) tree.add(leaf);
      expect(hex(tree.root())).toBe(hex(mth(d)));
      for (let m = 0; m < n; m += 3) {
        expect(inclusionPath('sha256', joined(d), m, n).map(hex)).toEqual(path(m, d).map(hex));
      }
      for (let m = 1; m <= n; m += 2) {
        const expected = m === n ? [] : subproof(m, d, true);
        expect(consistencyPath('sha256', joined(d), m, n).map(hex)).toEqual(expected.map(hex));
      }
    }
  });
});

describe('proofs', () => {
  it('hold for every leaf and size, and for no other leaf, place, root or changed path', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 70 }), fc.nat(), fc.nat(), (n, a, b) => {
        const d = leaves(n);
        const m = a % n;
        const root = mth(d);
        const steps = inclusionPath('sha256', joined(d), m, n);
        const proof = { record: d[m]!, index: m, size: n, path: steps };
        expect(verifyInclusion('sha256', proof, root)).toBe(true);
        expect(verifyInclusion('sha256', { ...proof, record: sha(d[m]!) }, root)).toBe(false);
        expect(verifyInclusion('sha256', { ...proof, index: n }, root)).toBe(false);
        if (n > 1) {
          expect(verifyInclusion('sha256', { ...proof, index: (m + 1 + (b % (n - 1))) % n }, root)).toBe(false);
          expect(verifyInclusion('sha256', { ...proof, path: steps.slice(1) }, root)).toBe(false);
          const changed = steps.map((step, i) => (i === b % steps.length ? sha(step) : step));
          expect(verifyInclusion('sha256', { ...proof, path: changed }, root)).toBe(false);
        }
        expect(verifyInclusion('sha256', { ...proof, path: [...steps, root] }, root)).toBe(false);
        expect(verifyInclusion('sha256', proof, sha(root))).toBe(false);
      }),
    );
  });

  it('of consistency hold for every beginning, and for no other', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 70 }), fc.nat(), fc.nat(), (n, a, b) => {
        const d = leaves(n);
        const m = 1 + (a % n);
        const before = { size: m, root: mth(d.slice(0, m)) };
        const after = { size: n, root: mth(d) };
        const steps = consistencyPath('sha256', joined(d), m, n);
        expect(verifyConsistency('sha256', before, after, steps)).toBe(true);
        const other = d.slice(0, m).map((leaf, i) => (i === b % m ? sha(leaf) : leaf));
        expect(verifyConsistency('sha256', { size: m, root: mth(other) }, after, steps)).toBe(false);
        expect(verifyConsistency('sha256', before, { size: n, root: sha(after.root) }, steps)).toBe(false);
        if (steps.length > 0) {
          expect(verifyConsistency('sha256', before, after, steps.slice(1))).toBe(false);
        }
      }),
    );
  });
});
