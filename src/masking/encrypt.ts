/**
 * Deterministic authenticated encryption of each value (SIV, RFC 5297, over AES or SM4), as base64url: reversible with the key.
 *
 * Equal values give equal texts, and the length of the value shows: pad or use tokens where that matters.
 * @module
 */
import { suite as suiteOf } from '../crypto/index.js';
import { leakageOf, type Masker } from './masker.js';
import { deriveKey, type KeyedOptions } from './token.js';
import { columnMapper, textKernel } from './values.js';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Encrypts each value so that whoever holds the key can restore it; `unmask` refuses texts that were not made with it. */
export function encrypt(options: KeyedOptions): Masker {
  const name = options.suite ?? 'intl';
  const cipher = suiteOf(name);
  const key = deriveKey('encrypt', options, 'siv', cipher.keyBytes.siv);
  const seal = columnMapper(textKernel((value) => base64url(cipher.sealDeterministic(key, encoder.encode(value)))));
  const open = columnMapper(
    textKernel((value) => {
      const sealed = fromBase64url(value);
      if (sealed === null) return null;
      try {
        return decoder.decode(cipher.openDeterministic(key, sealed));
      } catch {
        return null;
      }
    }),
  );
  return {
    name: 'encrypt',
    streams: true,
    reversible: true,
    apply: (column) => seal(column),
    unmask: (column) => open(column),
    leakage: ({ column }) =>
      leakageOf(column, 'encrypt', {
        equality: true,
        length: true,
        keyInvertible: true,
        key: { id: key.id, state: key.label.state },
      }),
  };
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Base64url without padding (RFC 4648, section 5). */
export function base64url(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const left = bytes.length - i;
    const word = ((bytes[i] as number) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    text += LETTERS.charAt(word >> 18) + LETTERS.charAt((word >> 12) & 63);
    if (left > 1) text += LETTERS.charAt((word >> 6) & 63);
    if (left > 2) text += LETTERS.charAt(word & 63);
  }
  return text;
}

/** The bytes, or null when the text is no canonical base64url. */
export function fromBase64url(text: string): Uint8Array | null {
  if (text.length % 4 === 1) return null;
  const bytes = new Uint8Array((text.length * 3) >> 2);
  let held = 0;
  let bits = 0;
  let at = 0;
  for (const letter of text) {
    const value = LETTERS.indexOf(letter);
    if (value < 0) return null;
    held = ((held << 6) | value) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = (held >> bits) & 255;
    }
  }
  return (held & ((1 << bits) - 1)) === 0 ? bytes : null;
}
