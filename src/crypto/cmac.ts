/**
 * CMAC (NIST SP 800-38B, section 6; RFC 4493 for AES; GB/T 15852.1-2020 MAC algorithm 5 for SM4) over a block cipher.
 *
 * One message at a time; whole columns go through `cmac-tokens.ts`.
 * @module
 */
import type { BlockCipher } from './backend.js';

/** Doubling in GF(2^128) with x^128 + x^7 + x^2 + x + 1, most significant bit first; in a new array. */
export function double(block: Uint8Array): Uint8Array {
  const result = new Uint8Array(16);
  for (let i = 0; i < 16; i++) result[i] = ((block[i] as number) << 1) | ((block[i + 1] ?? 0) >> 7);
  if ((block[0] as number) & 0x80) result[15]! ^= 0x87;
  return result;
}

/** Subkeys K1 (last block whole) and K2 (last block padded), section 6.1. */
export function cmacSubkeys(cipher: BlockCipher): { k1: Uint8Array; k2: Uint8Array } {
  const k1 = double(cipher.encrypt(new Uint8Array(16)));
  return { k1, k2: double(k1) };
}

/** The 16-byte CMAC of a message. */
export function cmac(cipher: BlockCipher, message: Uint8Array): Uint8Array {
  const { k1, k2 } = cmacSubkeys(cipher);
  const blocks = Math.max(1, Math.ceil(message.length / 16));
  const whole = message.length === 16 * blocks;
  let state: Uint8Array = new Uint8Array(16);
  for (let block = 0; block < blocks; block++) {
    const input = state.slice();
    const from = 16 * block;
    const length = Math.min(16, message.length - from);
    for (let i = 0; i < length; i++) input[i]! ^= message[from + i] as number;
    if (block === blocks - 1) {
      if (!whole) input[length]! ^= 0x80;
      const last = whole ? k1 : k2;
      for (let i = 0; i < 16; i++) input[i]! ^= last[i] as number;
    }
    state = cipher.encrypt(input);
  }
  return state.slice();
}
