/**
 * One record of `scrim.ledger/1` as one line of JSON: fields in fixed order, chained by hash, signed if wanted.
 *
 * `{"seq":N,"time":T,"type":S,"data":{},"prev":HEX[,"sig":{"alg":A,"key":ID,"value":BASE64}],"hash":HEX}`. The hash covers
 * the bytes of the line before `,"hash":`, the signature those before `,"sig":`. Hash chains: Schneier and Kelsey, "Secure
 * Audit Logs to Support Computer Forensics", ACM TISSEC 2(2), 1999, section 3, here without forward-secure keys.
 * @module
 */
import { hexOf, nodeCrypto } from '../core/index.js';
import { defaultBackend, utf8 } from '../crypto/index.js';
import type { JsonObject } from './entry.js';
import type { LedgerSigner, SignatureCheck } from './signing.js';

/** Hash of the chain. */
export type LedgerHash = 'sha256' | 'sm3';

/** Signature inside a record. */
export interface RecordSignature {
  readonly alg: 'ed25519' | 'sm2';
  readonly key: string;
  /** Base64. */
  readonly value: string;
}

/** One record of the ledger. */
export interface LedgerRecord {
  /** Position from 0. */
  readonly seq: number;
  /** ISO 8601, UTC, of the writer's clock. */
  readonly time: string;
  readonly type: string;
  readonly data: JsonObject;
  /** Hash of the record before; 64 zeros for the first. */
  readonly prev: string;
  readonly sig?: RecordSignature;
  readonly hash: string;
}

/** Position and hash of the last record. */
export interface Head {
  readonly seq: number;
  readonly hash: string;
}

/** Longest line, in bytes. */
export const MAX_LINE = 65536;

/** `prev` of the first record. */
export const GENESIS: string = '0'.repeat(64);

/** Bytes of a line from the comma before its hash. */
export const HASH_PART: number = ',"hash":"'.length + 64 + '"}'.length;

/** What is wrong with a record. The first three are also what a torn line looks like; the others come from a writer. */
export type RecordProblem =
  | 'not-json'
  | 'wrong-shape'
  | 'wrong-hash'
  | 'wrong-fields'
  | 'not-canonical'
  | 'wrong-sequence'
  | 'wrong-previous'
  | 'wrong-signature'
  | 'no-signature'
  /** The content of a record was taken out, and no record behind a checkpoint says so. */
  | 'pruned-unrecorded'
  /** A checkpoint's root is not that of the records before it. */
  | 'wrong-root';

const crypto = nodeCrypto();

/** Hash of bytes as hex. */
export function chainHash(hash: LedgerHash, bytes: Uint8Array): string {
  return crypto === undefined ? hexOf(defaultBackend().hash(hash, bytes)) : crypto.hash(hash, bytes, 'hex');
}

/** Hash of several parts one after another, as bytes. */
export function rawHash(hash: LedgerHash, ...parts: readonly Uint8Array[]): Uint8Array {
  if (crypto === undefined) return defaultBackend().hash(hash, ...parts);
  return new Uint8Array(crypto.hash(hash, Buffer.concat(parts), 'buffer'));
}

/** The line that stands in the place of a record whose content was pruned (see `prune.ts`). */
export function prunedLine(seq: number, hash: string): string {
  return `{"seq":${seq},"pruned":"${hash}"}`;
}

/** Position and hash of a pruned record, or null when the line is none. */
export function readPruned(text: string | undefined): Head | null {
  const found = /^\{"seq":(0|[1-9]\d{0,14}),"pruned":"([0-9a-f]{64})"\}$/.exec(text ?? '');
  return found === null ? null : { seq: Number(found[1]), hash: found[2] as string };
}

/** The line of a record (without newline) and its hash. */
export function writeLine(
  content: {
    readonly seq: number;
    readonly time: string;
    readonly type: string;
    readonly dataText: string;
    readonly prev: string;
  },
  hash: LedgerHash,
  signer?: LedgerSigner,
): { line: string; hash: string } {
  const { seq, time, type, dataText, prev } = content;
  let body = `{"seq":${seq},"time":"${time}","type":"${type}","data":${dataText},"prev":"${prev}"`;
  if (signer !== undefined) {
    const value = btoa(String.fromCharCode(...signer.sign(utf8(body))));
    body += `,"sig":${JSON.stringify({ alg: signer.algorithm, key: signer.keyId, value })}`;
  }
  const digest = chainHash(hash, utf8(body));
  return { line: `${body},"hash":"${digest}"}`, hash: digest };
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Text of bytes, or undefined when they are not UTF-8. */
export function decodeText(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

/**
 * Reads a line (without newline) and checks it by itself: JSON, shape, canonical form, hash, signature.
 *
 * @param text - the same line as text, where the caller has decoded it already
 * @returns the record, or what is wrong with it
 */
export function readLine(
  line: Uint8Array,
  hash: LedgerHash,
  signatures?: SignatureCheck,
  text: string | undefined = decodeText(line),
): LedgerRecord | RecordProblem {
  if (text === undefined) return 'not-json';
  let record: LedgerRecord;
  try {
    record = JSON.parse(text) as LedgerRecord;
  } catch {
    return 'not-json';
  }
  if (record === null || !text.startsWith(',"hash":"', text.length - HASH_PART)) return 'wrong-shape';
  if (chainHash(hash, line.subarray(0, line.length - HASH_PART)) !== record.hash) return 'wrong-hash';
  if (!hasFields(record)) return 'wrong-fields';
  if (canonicalText(record) !== text) return 'not-canonical';
  if (signatures !== undefined) return checkSignature(record, text, signatures) ?? record;
  return record;
}

/** The only text of a record; head fields hold nothing that JSON would escape. */
function canonicalText({ seq, time, type, data, prev, sig, hash }: LedgerRecord): string {
  const signature = sig === undefined ? '' : `,"sig":${JSON.stringify(sig)}`;
  return `{"seq":${seq},"time":"${time}","type":"${type}","data":${JSON.stringify(data)},"prev":"${prev}"${signature},"hash":"${hash}"}`;
}

function hasFields(record: unknown): record is LedgerRecord {
  if (typeof record !== 'object' || record === null) return false;
  const { seq, time, type, data, prev, hash, sig } = record as Partial<LedgerRecord>;
  return (
    Object.keys(record).length === (sig === undefined ? 6 : 7) &&
    Number.isSafeInteger(seq) &&
    typeof time === 'string' &&
    typeof type === 'string' &&
    typeof data === 'object' &&
    data !== null &&
    typeof prev === 'string' &&
    prev.length === 64 &&
    typeof hash === 'string' &&
    hash.length === 64 &&
    (sig === undefined || (typeof sig === 'object' && sig !== null && typeof sig.value === 'string'))
  );
}

function checkSignature(record: LedgerRecord, text: string, check: SignatureCheck): RecordProblem | undefined {
  const { sig } = record;
  if (sig === undefined) return check.required ? 'no-signature' : undefined;
  const tail = `,"sig":${JSON.stringify(sig)},"hash":"${record.hash}"}`;
  const body = text.slice(0, text.length - tail.length);
  let value: Uint8Array;
  try {
    value = Uint8Array.from(atob(sig.value), (character) => character.charCodeAt(0));
  } catch {
    return 'wrong-signature';
  }
  return check.verify(sig.alg, sig.key, utf8(body), value) ? undefined : 'wrong-signature';
}
