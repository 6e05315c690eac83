/**
 * The Merkle tree over a ledger: one root vouches for every record, a short path proves that a record is under it.
 *
 * Hashing and proofs as in RFC 9162 (Certificate Transparency 2.0), section 2.1: leaf = H(0x00, record hash), node = H(0x01, left,
 * right), H of the chain. The leaf is the record's own hash, so a record whose content was pruned keeps its place.
 * @module
 */
import { type LedgerHash, rawHash } from './record-line.js';

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

/** Hash of a leaf. @param recordHash - 32 bytes */
export function leafHash(hash: LedgerHash, recordHash: Uint8Array): Uint8Array {
  return rawHash(hash, LEAF, recordHash);
}

function nodeHash(hash: LedgerHash, left: Uint8Array, right: Uint8Array): Uint8Array {
  return rawHash(hash, NODE, left, right);
}

/** Grows leaf by leaf and knows its root at any time, in memory of log2(size) hashes. */
export class MerkleRoot {
  readonly #hash: LedgerHash;
  /** Roots of the complete subtrees, largest first. */
  readonly #peaks: { size: number; root: Uint8Array }[] = [];
  #size = 0;

  constructor(hash: LedgerHash) {
    this.#hash = hash;
  }

  get size(): number {
    return this.#size;
  }

  /** Adds the hash of the next record. */
  add(recordHash: Uint8Array): void {
    let peak = { size: 1, root: leafHash(this.#hash, recordHash) };
    for (let last = this.#peaks.at(-1); last?.size === peak.size; last = this.#peaks.at(-1)) {
      this.#peaks.pop();
      peak = { size: 2 * peak.size, root: nodeHash(this.#hash, last.root, peak.root) };
    }
    this.#peaks.push(peak);
    this.#size++;
  }

  /** Root of what was added; the hash of nothing for an empty tree (RFC 9162, 2.1.1). */
  root(): Uint8Array {
    const last = this.#peaks.at(-1);
    if (last === undefined) return rawHash(this.#hash);
    let root = last.root;
    for (let i = this.#peaks.length - 2; i >= 0; i--) {
      root = nodeHash(this.#hash, (this.#peaks[i] as { root: Uint8Array }).root, root);
    }
    return root;
  }
}

/** Record hashes one after another, 32 bytes each. */
type Leaves = Uint8Array;

/** Largest power of two below n. */
function splitOf(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

/** Root of the leaves in [from, to). */
function rootOf(hash: LedgerHash, leaves: Leaves, from: number, to: number): Uint8Array {
  const tree = new MerkleRoot(hash);
  for (let i = from; i < to; i++) tree.add(leaves.subarray(32 * i, 32 * i + 32));
  return tree.root();
}

/** Path that proves leaf `index` in the tree of the first `size` leaves (RFC 9162, 2.1.3.1), from the leaf upwards. */
export function inclusionPath(hash: LedgerHash, leaves: Leaves, index: number, size: number): Uint8Array[] {
  const path: Uint8Array[] = [];
  let [from, to] = [0, size];
  while (to - from > 1) {
    const middle = from + splitOf(to - from);
    if (index < middle) {
      path.push(rootOf(hash, leaves, middle, to));
      to = middle;
    } else {
      path.push(rootOf(hash, leaves, from, middle));
      from = middle;
    }
  }
  return path.reverse();
}

/** Path that proves that the tree of `before` leaves is the beginning of the tree of `size` leaves (RFC 9162, 2.1.4.1). */
export function consistencyPath(hash: LedgerHash, leaves: Leaves, before: number, size: number): Uint8Array[] {
  const path: Uint8Array[] = [];
  if (before === 0 || before === size) return path;
  let [from, to] = [0, size];
  let whole = true;
  for (;;) {
    const count = before - from;
    if (count === to - from) {
      if (!whole) path.push(rootOf(hash, leaves, from, to));
      break;
    }
    const middle = from + splitOf(to - from);
    if (before <= middle) {
      path.push(rootOf(hash, leaves, middle, to));
      to = middle;
    } else {
      path.push(rootOf(hash, leaves, from, middle));
      from = middle;
      whole = false;
    }
  }
  return path.reverse();
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** Checks an inclusion path (RFC 9162, 2.1.3.2). */
export function verifyInclusion(
  hash: LedgerHash,
  proof: {
    readonly record: Uint8Array;
    readonly index: number;
    readonly size: number;
    readonly path: readonly Uint8Array[];
  },
  root: Uint8Array,
): boolean {
  if (!(proof.index >= 0 && proof.index < proof.size)) return false;
  let fn = proof.index;
  let sn = proof.size - 1;
  let r = leafHash(hash, proof.record);
  for (const p of proof.path) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      r = nodeHash(hash, p, r);
      if (fn % 2 === 0) {
        while (fn % 2 === 0 && fn !== 0) {
          fn = Math.floor(fn / 2);
          sn = Math.floor(sn / 2);
        }
      }
    } else r = nodeHash(hash, r, p);
    fn = Math.floor(fn / 2);
    sn = Math.floor(sn / 2);
  }
  return sn === 0 && same(r, root);
}

/** Checks a consistency path (RFC 9162, 2.1.4.2). */
export function verifyConsistency(
  hash: LedgerHash,
  before: { readonly size: number; readonly root: Uint8Array },
  after: { readonly size: number; readonly root: Uint8Array },
  path: readonly Uint8Array[],
): boolean {
  if (before.size > after.size) return false;
  if (before.size === after.size) return path.length === 0 && same(before.root, after.root);
  if (before.size === 0) return path.length === 0;
  const isPower = Number.isInteger(Math.log2(before.size));
  const steps = isPower ? [before.root, ...path] : [...path];
  if (steps.length === 0) return false;
  let fn = before.size - 1;
  let sn = after.size - 1;
  while (fn % 2 === 1) {
    fn = Math.floor(fn / 2);
    sn = Math.floor(sn / 2);
  }
  let fr = steps[0] as Uint8Array;
  let sr = fr;
  for (const c of steps.slice(1)) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      fr = nodeHash(hash, c, fr);
      sr = nodeHash(hash, c, sr);
      while (fn % 2 === 0 && fn !== 0) {
        fn = Math.floor(fn / 2);
        sn = Math.floor(sn / 2);
      }
    } else sr = nodeHash(hash, sr, c);
    fn = Math.floor(fn / 2);
    sn = Math.floor(sn / 2);
  }
  return sn === 0 && same(fr, before.root) && same(sr, after.root);
}
