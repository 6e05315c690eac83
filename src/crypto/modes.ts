/**
 * Counter mode and GCM over any block cipher (NIST SP 800-38A, section 6.5; SP 800-38D, sections 7.1 and 7.2).
 *
 * For the pairs that a platform's library lacks: SM4-GCM everywhere, SM4-CTR in a browser.
 * @module
 */
import type { BlockCipher } from './backend.js';
import { concat, equalBytes } from './bytes.js';
import { ghash } from './ghash.js';

const BATCH = 4096;

/** Counter mode; the counter is 128 bits, big endian, and wraps. */
export function counterMode(cipher: BlockCipher, counter: Uint8Array, data: Uint8Array): Uint8Array {
  const output = new Uint8Array(data.length);
  const current = counter.slice();
  for (let start = 0; start < data.length; start += 16 * BATCH) {
    const count = Math.min(BATCH, Math.ceil((data.length - start) / 16));
    const counters = new Uint8Array(16 * count);
    for (let i = 0; i < count; i++) {
      counters.set(current, 16 * i);
      for (let at = 15; at >= 0; at--) {
        const byte = ((current[at] as number) + 1) & 0xff;
        current[at] = byte;
        if (byte !== 0) break;
      }
    }
    const stream = cipher.encrypt(counters);
    const end = Math.min(data.length, start + 16 * count);
    for (let i = start; i < end; i++) output[i] = (data[i] as number) ^ (stream[i - start] as number);
  }
  return output;
}

type Counter = (counter: Uint8Array, data: Uint8Array) => Uint8Array;

/** GCM with a 12-byte nonce over a block cipher and its counter mode: ciphertext, then the 16-byte tag. */
export function gcmSealWith(
  cipher: BlockCipher,
  ctr: Counter,
  nonce: Uint8Array,
  text: Uint8Array,
  aad: Uint8Array,
): Uint8Array {
  const sealed = ctr(firstCounter(nonce, 2), text);
  return concat(sealed, tagOf(cipher, nonce, sealed, aad));
}

/** Opens what {@link gcmSealWith} sealed; undefined when the tag does not fit. The tag is checked before decryption. */
export function gcmOpenWith(
  cipher: BlockCipher,
  ctr: Counter,
  nonce: Uint8Array,
  sealed: Uint8Array,
  aad: Uint8Array,
): Uint8Array | undefined {
  if (sealed.length < 16) return undefined;
  const body = sealed.subarray(0, sealed.length - 16);
  if (!equalBytes(tagOf(cipher, nonce, body, aad), sealed.subarray(sealed.length - 16))) return undefined;
  return ctr(firstCounter(nonce, 2), body);
}

function firstCounter(nonce: Uint8Array, value: number): Uint8Array {
  return concat(nonce, Uint8Array.of(0, 0, 0, value));
}

function tagOf(cipher: BlockCipher, nonce: Uint8Array, body: Uint8Array, aad: Uint8Array): Uint8Array {
  const keys = cipher.encrypt(concat(new Uint8Array(16), firstCounter(nonce, 1)));
  const tag = ghash(keys.subarray(0, 16), aad, body);
  for (let i = 0; i < 16; i++) tag[i]! ^= keys[16 + i] as number;
  return tag;
}

/** The chained and feedback modes of SP 800-38A, sections 6.2 to 6.4, that the vectors of SM4 use. No padding. */
export type ChainMode = 'cbc' | 'cfb' | 'ofb';

/** Encrypts or decrypts whole blocks in a chained mode. Internal: it proves the cipher, nothing in Scrim hides data so. */
export function chainMode(
  mode: ChainMode,
  direction: 'encrypt' | 'decrypt',
  cipher: BlockCipher,
  iv: Uint8Array,
  data: Uint8Array,
): Uint8Array {
  const output = new Uint8Array(data.length);
  let state = iv;
  for (let at = 0; at < data.length; at += 16) {
    const input = data.subarray(at, at + 16);
    let block: Uint8Array;
    if (mode === 'cbc') {
      block = direction === 'encrypt' ? cipher.encrypt(xor(input, state)) : xor(cipher.decrypt(input), state);
      state = direction === 'encrypt' ? block : input;
    } else {
      const stream = cipher.encrypt(state);
      block = xor(input, stream);
      if (mode === 'ofb') state = stream;
      else state = direction === 'encrypt' ? block : input;
    }
    output.set(block, at);
  }
  return output;
}

function xor(left: Uint8Array, right: Uint8Array): Uint8Array {
  return left.map((byte, i) => byte ^ (right[i] as number));
}
