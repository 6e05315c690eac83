/**
 * The published side of protocol OPRF: for every item a record of its pseudorandom tag, in the order of the tags, under one
 * key that lives until it expires or its evaluations are used up; and how the other side looks its outputs up.
 *
 * File: `SPSIPUB1`, length of the header (4), header as canonical JSON, records, hash of all that by the suite. A record is a
 * tag and, where columns are given along, a payload under a key made from the same output. See oprf.md.
 * @module
 */
import { canonicalJson, hexOf, type Json, ScrimError, SecureRandom } from '../core/index.js';
import { equalBytes, fromHex, type Suite, type SuiteName, suite as suiteOf, utf8 } from '../crypto/index.js';
import type { Agreement, CurveName } from './agreement.js';
import { prf } from './oprf-prf.js';
import { keyStream } from './stream.js';

/** Most records of a publication. */
export const MAXIMUM_RECORDS: number = 2 ** 26;

/** What everybody may know of a publication. */
export interface PublicationHeader {
  readonly schema: 'scrim.psi.publication/1';
  /** 16 bytes, hex: item digests depend on it. */
  readonly id: string;
  /** Names the key, tells nothing of it. */
  readonly keyId: string;
  readonly suite: SuiteName;
  readonly curve: CurveName;
  readonly normalise: readonly (string | null)[];
  readonly mode: 'intersection' | 'payload';
  /** Records, dummies included. */
  readonly size: number;
  /** Bytes of a tag. */
  readonly tagBytes: number;
  /** Bytes of a payload, 0 = none. */
  readonly payloadBytes: number;
  /** Items that may be evaluated under this key; then it must be replaced. */
  readonly evaluations: number;
  /** Milliseconds since 1970. */
  readonly created: number;
  readonly expires: number;
}

/** A publication as the querying side holds it. */
export interface PublishedTable {
  readonly header: PublicationHeader;
  /** Sorted records. */
  readonly records: Uint8Array;
  /** Hash of header and records, hex: what both sides compare. */
  readonly digest: string;
}

/** What the publishing side keeps to itself. */
export interface PublicationSecret {
  readonly header: PublicationHeader;
  readonly digest: string;
  readonly key: Uint8Array;
}

/** Options of {@link preparePublication}. */
export interface PublicationOptions {
  readonly agreed: Agreement;
  /** Items without dummies. */
  readonly count: number;
  /** Bytes of a payload, 0 = none. */
  readonly payloadBytes: number;
  /** Default 2^24. */
  readonly evaluations?: number;
  /** Default 30 days. */
  readonly lifetime?: number;
  readonly now?: number;
  /** Default: fresh. A session uses its own id. */
  readonly id?: Uint8Array;
}

/** A fresh key and the header of what will be published under it. @throws SCRIM_PSI_PUBLICATION */
export function preparePublication(options: PublicationOptions): { header: PublicationHeader; key: Uint8Array } {
  const { agreed, count, payloadBytes, evaluations = 2 ** 24, lifetime = 30 * 86_400_000, now = Date.now() } = options;
  const random = new SecureRandom();
  const size = agreed.sizes === 'exact' ? count : Math.max(16, 2 ** Math.ceil(Math.log2(Math.max(1, count))));
  if (size > MAXIMUM_RECORDS) throw publicationError(`it would have ${size} records, more than ${MAXIMUM_RECORDS}`);
  if (!Number.isInteger(evaluations) || evaluations < 1 || evaluations > 2 ** 40 || !(lifetime > 0)) {
    throw new ScrimError('SCRIM_ARGUMENT', { name: 'evaluations', problem: 'limits must be positive' });
  }
  const bits = 40 + Math.log2(Math.max(2, size)) + Math.log2(evaluations);
  const header: PublicationHeader = {
    schema: 'scrim.psi.publication/1',
    id: hexOf(options.id ?? random.bytes(16)),
    keyId: hexOf(random.bytes(8)),
    suite: agreed.suite,
    curve: agreed.curve,
    normalise: agreed.normalise,
    mode: agreed.mode === 'payload' ? 'payload' : 'intersection',
    size,
    tagBytes: Math.min(16, Math.max(8, Math.ceil(bits / 8))),
    payloadBytes,
    evaluations,
    created: now,
    expires: now + lifetime,
  };
  return { header, key: prf(agreed.curve, suiteOf(agreed.suite)).key() };
}

/** Tags and payload keys from outputs: 32 bytes each. */
export function expandOutputs(header: PublicationHeader, outputs: Uint8Array, count: number): Uint8Array {
  const suite = suiteOf(header.suite);
  const size = outputs.length / Math.max(1, count);
  const head = utf8('scrim psi publication v1');
  const id = fromHex(header.id);
  const out = new Uint8Array(32 * count);
  for (let i = 0; i < count; i++) out.set(suite.hash(head, id, outputs.subarray(size * i, size * (i + 1))), 32 * i);
  return out;
}

/**
 * Records of expanded outputs, with dummies up to the announced size, sorted: the order of the items is gone.
 *
 * @param payloads - `payloadBytes` each, in the order of the outputs; null without payload
 */
export function sortedRecords(
  header: PublicationHeader,
  expanded: Uint8Array,
  payloads: Uint8Array | null,
): Uint8Array {
  const { size, tagBytes, payloadBytes } = header;
  const real = expanded.length / 32;
  const all = new Uint8Array(32 * size);
  all.set(expanded);
  new SecureRandom().fill(all.subarray(32 * real));
  const order = sortedOrder(all, size);
  const width = tagBytes + payloadBytes;
  const records = new Uint8Array(width * size);
  const suite = suiteOf(header.suite);
  const nothing = new Uint8Array(payloadBytes);
  for (let k = 0; k < size; k++) {
    const i = order[k] as number;
    records.set(all.subarray(32 * i, 32 * i + tagBytes), width * k);
    if (payloadBytes === 0) continue;
    const text = i < real && payloads !== null ? payloads.subarray(payloadBytes * i, payloadBytes * (i + 1)) : nothing;
    records.set(keyStream(suite, all.slice(32 * i + 16, 32 * i + 32)).xor(text), width * k + tagBytes);
  }
  return records;
}

/** Positions in the order of the first 16 bytes: by the first 26 bits with the position in one double, then within ties. */
function sortedOrder(expanded: Uint8Array, count: number): Uint32Array {
  const view = new DataView(expanded.buffer, expanded.byteOffset, expanded.byteLength);
  const packed = new Float64Array(count);
  for (let i = 0; i < count; i++) packed[i] = (view.getUint32(32 * i) >>> 6) * MAXIMUM_RECORDS + i;
  packed.sort();
  const order = Uint32Array.from(packed, (value) => value % MAXIMUM_RECORDS);
  for (let from = 0; from < count; ) {
    const prefix = Math.floor((packed[from] as number) / MAXIMUM_RECORDS);
    let to = from + 1;
    while (to < count && Math.floor((packed[to] as number) / MAXIMUM_RECORDS) === prefix) to++;
    if (to - from > 1) order.subarray(from, to).sort((a, b) => compare(expanded, 32 * a, expanded, 32 * b, 16));
    from = to;
  }
  return order;
}

function compare(left: Uint8Array, i: number, right: Uint8Array, j: number, size: number): number {
  for (let k = 0; k < size; k++) {
    const difference = (left[i + k] as number) - (right[j + k] as number);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Position of the record whose tag is the first `tagBytes` at `at` of `expanded`, or -1. */
export function findRecord(header: PublicationHeader, records: Uint8Array, expanded: Uint8Array, at: number): number {
  const width = header.tagBytes + header.payloadBytes;
  let low = 0;
  let high = header.size - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const order = compare(records, width * middle, expanded, at, header.tagBytes);
    if (order === 0) return middle;
    if (order < 0) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

/** Payload of a found record. */
export function openPayload(
  header: PublicationHeader,
  records: Uint8Array,
  record: number,
  expanded: Uint8Array,
  at: number,
): Uint8Array {
  const width = header.tagBytes + header.payloadBytes;
  const sealed = records.subarray(width * record + header.tagBytes, width * (record + 1));
  return keyStream(suiteOf(header.suite), expanded.slice(at + 16, at + 32)).xor(sealed);
}

/** Hash of header and records. */
export function publicationDigest(header: PublicationHeader, records: Uint8Array): Uint8Array {
  return suiteOf(header.suite).hash(utf8('scrim psi publication file v1'), headerBytes(header), records);
}

const MAGIC = utf8('SPSIPUB1');

function headerBytes(header: PublicationHeader): Uint8Array {
  return utf8(canonicalJson(header as unknown as Json));
}

/** The publication as the bytes of a file, in parts. */
export function publicationFile(header: PublicationHeader, records: Uint8Array): Uint8Array[] {
  const text = headerBytes(header);
  const start = new Uint8Array(12);
  start.set(MAGIC);
  new DataView(start.buffer).setUint32(8, text.length);
  return [start, text, records, publicationDigest(header, records)];
}

/** Reads a publication. @throws SCRIM_PSI_PUBLICATION when the bytes are damaged or expired */
export function readPublication(bytes: Uint8Array, now: number = Date.now()): PublishedTable {
  const damaged = (): ScrimError => publicationError('its file is damaged or no publication');
  if (bytes.length < 12 || !equalBytes(bytes.subarray(0, 8), MAGIC)) throw damaged();
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(8);
  let header: PublicationHeader;
  try {
    header = checkHeader(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(12, 12 + length))));
  } catch {
    throw damaged();
  }
  const from = 12 + length;
  const to = from + header.size * (header.tagBytes + header.payloadBytes);
  if (bytes.length !== to + 32) throw damaged();
  const records = bytes.subarray(from, to);
  const digest = publicationDigest(header, records);
  if (!equalBytes(digest, bytes.subarray(to))) throw damaged();
  checkFresh(header, now);
  return { header, records, digest: hexOf(digest) };
}

/** A header from another party: every field of its kind, nothing else. @throws SCRIM_PSI_PUBLICATION */
export function checkHeader(value: unknown): PublicationHeader {
  const header = value as PublicationHeader;
  const whole = (n: unknown, low: number, high: number): boolean =>
    Number.isSafeInteger(n) && (n as number) >= low && (n as number) <= high;
  const sound =
    typeof value === 'object' &&
    value !== null &&
    header.schema === 'scrim.psi.publication/1' &&
    /^[0-9a-f]{32}$/.test(header.id) &&
    /^[0-9a-f]{16}$/.test(header.keyId) &&
    (header.suite === 'intl' || header.suite === 'gm') &&
    ['x25519', 'p256', 'sm2', 'ristretto255'].includes(header.curve) &&
    Array.isArray(header.normalise) &&
    (header.mode === 'intersection' || header.mode === 'payload') &&
    whole(header.size, 0, MAXIMUM_RECORDS) &&
    whole(header.tagBytes, 8, 16) &&
    whole(header.payloadBytes, 0, 4096) &&
    whole(header.evaluations, 1, 2 ** 40) &&
    whole(header.created, 0, Number.MAX_SAFE_INTEGER) &&
    whole(header.expires, 0, Number.MAX_SAFE_INTEGER);
  if (!sound) throw publicationError('its header is none');
  return header;
}

/** @throws SCRIM_PSI_PUBLICATION after its end */
export function checkFresh(header: PublicationHeader, now: number = Date.now()): void {
  if (now > header.expires) throw publicationError('it has expired; its publisher must publish again under a new key');
}

/** Names the first agreed field that a publication does not fit. @throws SCRIM_PSI_DISAGREE */
export function checkFits(header: PublicationHeader, agreed: Agreement): void {
  const own: Readonly<Record<string, unknown>> = { ...agreed };
  for (const field of ['suite', 'curve', 'mode', 'normalise'] as const) {
    if (canonicalJson(header[field] as Json) !== canonicalJson(own[field] as Json)) {
      throw new ScrimError('SCRIM_PSI_DISAGREE', { field });
    }
  }
}

/** Coded error about a publication. */
export function publicationError(problem: string): ScrimError {
  return new ScrimError('SCRIM_PSI_PUBLICATION', { problem });
}

/** Seals the secret half under a key of the caller. */
export function sealSecret(secret: PublicationSecret, key: Uint8Array): Uint8Array {
  const { header, digest } = secret;
  const text = canonicalJson({ header, digest, key: hexOf(secret.key) } as unknown as Json);
  const suite: Suite = suiteOf(header.suite);
  const name = utf8(header.suite === 'gm' ? 'SPSISEC1gm  ' : 'SPSISEC1intl');
  const sealed = suite.seal(key.subarray(0, suite.keyBytes.aead), utf8(text), name);
  const out = new Uint8Array(name.length + sealed.length);
  out.set(name);
  out.set(sealed, name.length);
  return out;
}

/** Opens the secret half. @throws SCRIM_PSI_PUBLICATION */
export function openSecret(sealed: Uint8Array, key: Uint8Array, now: number = Date.now()): PublicationSecret {
  const name = new TextDecoder().decode(sealed.subarray(0, 12));
  if (!/^SPSISEC1(gm {2}|intl)$/.test(name)) throw publicationError('its secret file is none');
  const suite = suiteOf(name.endsWith('intl') ? 'intl' : 'gm');
  let opened: PublicationSecret;
  try {
    const text = suite.open(key.subarray(0, suite.keyBytes.aead), sealed.subarray(12), sealed.subarray(0, 12));
    const read = JSON.parse(new TextDecoder().decode(text)) as { header: unknown; digest: string; key: string };
    opened = { header: checkHeader(read.header), digest: read.digest, key: fromHex(read.key) };
  } catch {
    throw publicationError('its secret file is damaged or sealed under another key');
  }
  checkFresh(opened.header, now);
  return opened;
}
