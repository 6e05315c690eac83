/**
 * SIV, deterministic authenticated encryption (RFC 5297, sections 2.4 to 2.7), over AES or SM4.
 *
 * Equal texts under equal associated data give equal ciphertexts: that is its purpose here and its leak. The key is two
 * cipher keys, the first for S2V, the second for counter mode.
 * @module
 */
import { ScrimError } from '../core/index.js';
import type { Backend, BlockCipher, CipherName } from './backend.js';
import { concat, equalBytes } from './bytes.js';
import { cmac, double } from './cmac.js';

function xorInto(target: Uint8Array, other: Uint8Array, at = 0): void {
  for (let i = 0; i < other.length; i++) target[at + i]! ^= other[i] as number;
}

/** S2V up to the last string: the state that all texts with the same associated data share (section 2.4). */
export function s2vPrefix(cipher: BlockCipher, associated: readonly Uint8Array[]): Uint8Array {
  let state = cmac(cipher, new Uint8Array(16));
  for (const item of associated) {
    state = double(state);
    xorInto(state, cmac(cipher, item));
  }
  return state;
}

function s2v(cipher: BlockCipher, associated: readonly Uint8Array[], text: Uint8Array): Uint8Array {
  const state = s2vPrefix(cipher, associated);
  if (text.length >= 16) {
    const last = text.slice();
    xorInto(last, state, text.length - 16);
    return cmac(cipher, last);
  }
  const last = double(state);
  xorInto(last, text);
  last[text.length]! ^= 0x80;
  return cmac(cipher, last);
}

function halves(cipher: CipherName, key: Uint8Array): { mac: Uint8Array; ctr: Uint8Array } {
  const sizes = cipher === 'aes' ? [32, 48, 64] : [32];
  if (!sizes.includes(key.length)) {
    const problem = `SIV keys over ${cipher.toUpperCase()} have ${sizes.join(', ')} bytes, not ${key.length}`;
    throw new ScrimError('SCRIM_ARGUMENT', { name: 'key', problem });
  }
  return { mac: key.subarray(0, key.length / 2), ctr: key.subarray(key.length / 2) };
}

/** Counter block of a synthetic IV: bits 31 and 63 from the right are cleared (section 2.5). */
function counterOf(v: Uint8Array): Uint8Array {
  const counter = v.slice();
  counter[8]! &= 0x7f;
  counter[12]! &= 0x7f;
  return counter;
}

/** The synthetic IV (16 bytes), then the ciphertext. @throws SCRIM_ARGUMENT when the key has another length */
export function sivSeal(
  backend: Backend,
  cipher: CipherName,
  key: Uint8Array,
  text: Uint8Array,
  associated: readonly Uint8Array[] = [],
): Uint8Array {
  const { mac, ctr } = halves(cipher, key);
  const v = s2v(backend.blockCipher(cipher, mac), associated, text);
  return concat(v, backend.ctr(cipher, ctr, counterOf(v), text));
}

/** The text, or undefined when key, associated data or bytes do not fit. */
export function sivOpen(
  backend: Backend,
  cipher: CipherName,
  key: Uint8Array,
  sealed: Uint8Array,
  associated: readonly Uint8Array[] = [],
): Uint8Array | undefined {
  const { mac, ctr } = halves(cipher, key);
  if (sealed.length < 16) return undefined;
  const v = sealed.subarray(0, 16);
  const text = backend.ctr(cipher, ctr, counterOf(v), sealed.subarray(16));
  return equalBytes(s2v(backend.blockCipher(cipher, mac), associated, text), v) ? text : undefined;
}
