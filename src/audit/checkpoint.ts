/**
 * Checkpoints and proofs: a root to be anchored outside, and short evidence that a record is in the ledger under that root.
 *
 * `scrim.checkpoint/1` names ledger, number of records and root, and may be signed; `scrim.ledger-proof/1` carries one record,
 * its path to a root, and, when the checkpoint is older or younger than the proof, the path between the two trees.
 * @module
 */
import { canonicalJson, hexOf, isScrimError, type Json, ScrimError } from '../core/index.js';
import { fromHex, utf8 } from '../crypto/index.js';
import { HashScanner } from './hash-scanner.js';
import type { Ledger } from './ledger.js';
import { consistencyPath, inclusionPath, MerkleRoot, verifyConsistency, verifyInclusion } from './merkle.js';
import { readLedger } from './read.js';
import { type LedgerHash, type LedgerRecord, type RecordSignature, readLine, readPruned } from './record-line.js';
import type { LedgerSigner, SignatureCheck } from './signing.js';
import { forEachChunk } from './verify.js';

/** `scrim.checkpoint/1`: keep it where the ledger's writers cannot reach. */
export interface Checkpoint {
  readonly schema: 'scrim.checkpoint/1';
  /** Id of the ledger, from its first record. */
  readonly ledger: string;
  readonly hash: LedgerHash;
  /** Number of records under the root. */
  readonly size: number;
  readonly root: string;
  /** Hash of the last of them. */
  readonly head: string;
  /** The writer's clock. */
  readonly time: string;
  readonly sig?: RecordSignature;
}

/** `scrim.ledger-proof/1`. */
export interface LedgerProof {
  readonly schema: 'scrim.ledger-proof/1';
  readonly ledger: string;
  readonly hash: LedgerHash;
  readonly index: number;
  /** The record's line, byte for byte. */
  readonly record: string;
  readonly size: number;
  readonly root: string;
  /** From the leaf upwards. */
  readonly path: readonly string[];
  /** Between the checkpoint's tree and the one of this proof, when they differ. */
  readonly consistency: { readonly from: number; readonly to: number; readonly path: readonly string[] } | null;
}

interface Tree {
  readonly ledger: string;
  readonly hash: LedgerHash;
  /** 32 bytes a record. */
  readonly leaves: Uint8Array;
  readonly size: number;
}

/** All record hashes of a ledger; every record and link is checked on the way. @throws as `readLedger` */
async function treeOf(path: string): Promise<Tree> {
  let first: LedgerRecord | undefined;
  for await (const record of readLedger(path)) first ??= record;
  if (first === undefined) throw new ScrimError('SCRIM_LEDGER_FORMAT', { path, problem: 'it has no record' });
  const parts: Uint8Array[] = [];
  const scanner = new HashScanner();
  await forEachChunk(path, (bytes) => scanner.push(bytes, (hash) => parts.push(hash)));
  const leaves = new Uint8Array(32 * parts.length);
  parts.forEach((part, i) => {
    leaves.set(part, 32 * i);
  });
  const hash: LedgerHash = first.data.hash === 'sm3' ? 'sm3' : 'sha256';
  return { ledger: String(first.data.id), hash, leaves, size: parts.length };
}

function rootOf({ hash, leaves }: Tree, size: number): Uint8Array {
  const tree = new MerkleRoot(hash);
  for (let i = 0; i < size; i++) tree.add(leaves.subarray(32 * i, 32 * i + 32));
  return tree.root();
}

function unsigned(checkpoint: Checkpoint): Uint8Array {
  const { sig: _, ...rest } = checkpoint;
  return utf8(canonicalJson(rest as unknown as Json));
}

/**
 * Appends a `ledger.checkpoint` record over everything before it and returns the checkpoint to be anchored outside.
 *
 * @throws as `readLedger` and `Ledger.append`
 */
export async function checkpoint(
  ledger: Ledger,
  by: { readonly operator: string; readonly signer?: LedgerSigner },
): Promise<Checkpoint> {
  for (;;) {
    const expectedHead = await ledger.refresh();
    const tree = await treeOf(ledger.path);
    const size = expectedHead.seq + 1;
    if (tree.size < size) continue;
    const root = hexOf(rootOf(tree, size));
    try {
      const data = { size, root, head: expectedHead.hash, operator: by.operator };
      const record = await ledger.append({ type: 'ledger.checkpoint', data }, { expectedHead });
      const made: Checkpoint = {
        schema: 'scrim.checkpoint/1',
        ledger: tree.ledger,
        hash: tree.hash,
        size,
        root,
        head: expectedHead.hash,
        time: record.time,
      };
      const { signer } = by;
      if (signer === undefined) return made;
      const value = btoa(String.fromCharCode(...signer.sign(unsigned(made))));
      return { ...made, sig: { alg: signer.algorithm, key: signer.keyId, value } };
    } catch (error) {
      if (!isScrimError(error) || error.code !== 'SCRIM_LEDGER_HEAD_MOVED') throw error;
    }
  }
}

/** True when the checkpoint's signature is right; false also when it has none or its key is not known. */
export function checkpointSigned(given: Checkpoint, check: SignatureCheck): boolean {
  const { sig } = given;
  if (sig === undefined) return false;
  try {
    const value = Uint8Array.from(atob(sig.value), (character) => character.charCodeAt(0));
    return check.verify(sig.alg, sig.key, unsigned(given), value);
  } catch {
    return false;
  }
}

/**
 * Proves that record `seq` stands in the ledger, under the root of a checkpoint or of the ledger as it is now.
 *
 * @param against - checkpoint that the verifier holds. Where it is older than the record, the proof shows that the present tree continues it
 * @throws SCRIM_ARGUMENT for a record that does not exist or was pruned, SCRIM_PROOF_INVALID when the ledger does not continue
 *   the checkpoint, and as `readLedger`
 */
export async function prove(path: string, seq: number, against?: Checkpoint): Promise<LedgerProof> {
  const tree = await treeOf(path);
  if (!Number.isSafeInteger(seq) || seq < 0 || seq >= tree.size) {
    throw new ScrimError('SCRIM_ARGUMENT', { name: 'seq', problem: `the ledger has records 0 to ${tree.size - 1}` });
  }
  if (against !== undefined) requireContinuation(tree, against);
  const size = against !== undefined && against.size > seq ? against.size : tree.size;
  const older = against !== undefined && against.size !== size ? against : undefined;
  return {
    schema: 'scrim.ledger-proof/1',
    ledger: tree.ledger,
    hash: tree.hash,
    index: seq,
    record: await lineOf(path, seq),
    size,
    root: hexOf(rootOf(tree, size)),
    path: inclusionPath(tree.hash, tree.leaves, seq, size).map(hexOf),
    consistency:
      older === undefined
        ? null
        : { from: older.size, to: size, path: consistencyPath(tree.hash, tree.leaves, older.size, size).map(hexOf) },
  };
}

function requireContinuation(tree: Tree, against: Checkpoint): void {
  const problem =
    against.ledger !== tree.ledger
      ? 'the checkpoint is of another ledger'
      : against.size > tree.size
        ? `the checkpoint covers ${against.size} records, the ledger has ${tree.size}`
        : hexOf(rootOf(tree, against.size)) !== against.root
          ? 'the ledger does not continue the checkpoint'
          : null;
  if (problem !== null) throw new ScrimError('SCRIM_PROOF_INVALID', { problem });
}

async function lineOf(path: string, seq: number): Promise<string> {
  let at = 0;
  let rest = new Uint8Array();
  let found: string | undefined;
  await forEachChunk(path, (chunk) => {
    if (found !== undefined) return;
    const bytes = new Uint8Array(rest.length + chunk.length);
    bytes.set(rest);
    bytes.set(chunk, rest.length);
    let start = 0;
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
      if (at++ === seq) {
        found = new TextDecoder().decode(bytes.subarray(start, end));
        return;
      }
      start = end + 1;
    }
    rest = bytes.slice(start);
  });
  if (found === undefined || readPruned(found) !== null) {
    throw new ScrimError('SCRIM_ARGUMENT', { name: 'seq', problem: 'the content of this record was pruned' });
  }
  return found;
}

/**
 * Checks a proof without the ledger, against the root of a checkpoint that came another way.
 *
 * @returns the record
 * @throws SCRIM_PROOF_INVALID, with what is wrong
 */
export function verifyProof(proof: LedgerProof, against: Checkpoint, signatures?: SignatureCheck): LedgerRecord {
  const refuse = (problem: string): never => {
    throw new ScrimError('SCRIM_PROOF_INVALID', { problem });
  };
  if (proof.schema !== 'scrim.ledger-proof/1') refuse('it is no proof of this format');
  if (against.schema !== 'scrim.checkpoint/1') refuse('the checkpoint is none of this format');
  if (proof.ledger !== against.ledger || proof.hash !== against.hash) refuse('proof and checkpoint are of two ledgers');
  if (signatures?.required === true && !checkpointSigned(against, signatures))
    refuse('the checkpoint is not signed by a known key');
  const record = readLine(utf8(proof.record), proof.hash, signatures);
  if (typeof record === 'string') return refuse(`the record is ${record}`);
  if (record.seq !== proof.index) refuse('the record stands at another place');
  const root = bytesOf(proof.root, refuse);
  const inclusion = {
    record: fromHex(record.hash),
    index: proof.index,
    size: proof.size,
    path: proof.path.map((step) => bytesOf(step, refuse)),
  };
  if (!verifyInclusion(proof.hash, inclusion, root)) refuse('the path does not lead to the root');
  const anchor = { size: against.size, root: bytesOf(against.root, refuse) };
  const own = { size: proof.size, root };
  const between = proof.consistency?.path.map((step) => bytesOf(step, refuse)) ?? [];
  const [before, after] = anchor.size <= own.size ? [anchor, own] : [own, anchor];
  if (!verifyConsistency(proof.hash, before, after, between)) refuse('the root is not that of the checkpoint');
  return record;
}

function bytesOf(hex: unknown, refuse: (problem: string) => never): Uint8Array {
  return typeof hex === 'string' && /^[0-9a-f]{64}$/.test(hex) ? fromHex(hex) : refuse('a hash is not 64 hex digits');
}
