/**
 * `scrim.sealed/1`: artefacts of an ended authorisation in one authenticated, encrypted file (封存), opened by a key that is kept elsewhere.
 *
 * A line of JSON (the head: schema, suite, key id, entries by name and size), then the contents one after another, each sealed by
 * AES-256-GCM (NIST SP 800-38D) or SM4-GCM (RFC 8998) under a key of its own derived by HKDF (RFC 5869) from the archive key, with the
 * head as associated data: neither head nor contents can be changed, exchanged or left out.
 * @module
 */
import { canonicalJson, hexOf, type Json, ScrimError, sha256, sha256Hex } from '../core/index.js';
import { fromHex, hkdf, lengthPrefixed, suite, utf8 } from '../crypto/index.js';

/** A file that is sealed. */
export interface SealedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Head of an archive; no content and no key. */
export interface SealedHead {
  readonly schema: 'scrim.sealed/1';
  readonly suite: 'intl' | 'gm';
  /** First 16 hex digits of the SHA-256 of the archive key. */
  readonly key: string;
  readonly entries: readonly { readonly name: string; readonly bytes: number; readonly sha256: string }[];
}

/** Id of an archive key. */
export function archiveKeyId(key: Uint8Array): string {
  return hexOf(sha256(key)).slice(0, 16);
}

function keyOf(key: Uint8Array, position: number, name: 'intl' | 'gm'): Uint8Array {
  return hkdf({
    key,
    info: lengthPrefixed('scrim.sealed/1', String(position)),
    length: suite(name).keyBytes.aead,
    hash: name === 'gm' ? 'sm3' : 'sha256',
  });
}

/** Seals files. @param key - 32 random bytes, kept elsewhere */
export function sealArchive(files: readonly SealedFile[], key: Uint8Array, name: 'intl' | 'gm' = 'intl'): Uint8Array {
  if (key.length !== 32) throw new ScrimError('SCRIM_ARGUMENT', { name: 'key', problem: 'it has not 32 bytes' });
  const head: SealedHead = {
    schema: 'scrim.sealed/1',
    suite: name,
    key: archiveKeyId(key),
    entries: files.map((file) => ({ name: file.name, bytes: file.bytes.length, sha256: sha256Hex(file.bytes) })),
  };
  const line = utf8(`${canonicalJson(head as unknown as Json)}\n`);
  const sealed = files.map((file, i) => suite(name).seal(keyOf(key, i, name), file.bytes, line));
  const all = new Uint8Array(line.length + sealed.reduce((sum, part) => sum + part.length, 0));
  all.set(line);
  let at = line.length;
  for (const part of sealed) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Nonce and tag of GCM. */
const OVERHEAD = 28;

/**
 * Opens an archive.
 *
 * @throws SCRIM_SEALED_INVALID when it is no archive, was changed, or the key is another one
 */
export function openArchive(archive: Uint8Array, key: Uint8Array): SealedFile[] {
  const refuse = (): never => {
    throw new ScrimError('SCRIM_SEALED_INVALID', { what: 'A sealed archive' });
  };
  const end = archive.indexOf(10);
  if (end < 0) return refuse();
  const line = archive.subarray(0, end + 1);
  let head: SealedHead;
  try {
    head = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(line)) as SealedHead;
  } catch {
    return refuse();
  }
  if (
    head.schema !== 'scrim.sealed/1' ||
    (head.suite !== 'intl' && head.suite !== 'gm') ||
    !Array.isArray(head.entries)
  ) {
    return refuse();
  }
  let at = end + 1;
  const files = head.entries.map(({ name, bytes, sha256: digest }, i) => {
    const part = archive.subarray(at, at + bytes + OVERHEAD);
    at += bytes + OVERHEAD;
    const content = suite(head.suite).open(keyOf(key, i, head.suite), part, line);
    if (content.length !== bytes || sha256Hex(content) !== digest) return refuse();
    return { name, bytes: content };
  });
  return at === archive.length ? files : refuse();
}

/** Archive key from 64 hex digits or 32 raw bytes, as files hold it. @throws SCRIM_ARGUMENT */
export function archiveKey(content: Uint8Array): Uint8Array {
  if (content.length === 32) return content;
  const text = new TextDecoder().decode(content).trim();
  if (/^[0-9a-f]{64}$/i.test(text)) return fromHex(text.toLowerCase());
  throw new ScrimError('SCRIM_ARGUMENT', { name: 'key', problem: 'it is neither 32 bytes nor 64 hex digits' });
}
