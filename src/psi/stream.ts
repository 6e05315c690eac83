/**
 * Pseudorandom streams for the transfer extension: AES-128 or SM4 in counter mode from counter zero, xored onto data.
 * @module
 */
import { nodeCrypto } from '../core/index.js';
import type { Suite } from '../crypto/index.js';

/** A stream that is used once, from its start on. */
export interface Stream {
  /** The data xored with the next bytes of the stream; whole blocks of 16 bytes. */
  xor(data: Uint8Array): Uint8Array;
}

/** Stream of a 16-byte key. */
export function keyStream(suite: Suite, key: Uint8Array): Stream {
  const crypto = suite.backend.name === 'node' ? nodeCrypto() : undefined;
  if (crypto !== undefined) {
    const cipher = crypto.createCipheriv(suite.name === 'gm' ? 'sm4-ctr' : 'aes-128-ctr', key, new Uint8Array(16));
    return { xor: (data) => cipher.update(data) };
  }
  const kept = key.slice();
  let block = 0;
  return {
    xor(data) {
      const counter = new Uint8Array(16);
      new DataView(counter.buffer).setBigUint64(8, BigInt(block));
      block += data.length / 16;
      return suite.backend.ctr(suite.name === 'gm' ? 'sm4' : 'aes', kept, counter, data);
    },
  };
}
