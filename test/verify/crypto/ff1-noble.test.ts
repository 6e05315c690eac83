/** The FF1 kernel against an independent implementation (noble) on random radixes, lengths, tweaks and keys (`npm run verify`). */
import { FF1 } from '@noble/ciphers/ff1.js';
import { expect, it } from 'vitest';
import { SecureRandom } from '../../../src/core/index.js';
import { ff1Column, utf8 } from '../../../src/crypto/index.js';

const LETTERS = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).join('');

it('20,000 texts', () => {
  const random = new SecureRandom();
  let compared = 0;
  while (compared < 20_000) {
    const radix = 2 + random.below(94);
    const shortest = Math.ceil(Math.log(1e6) / Math.log(radix)) + 1;
    const length = shortest + random.below(30);
    const alphabet = LETTERS.slice(0, radix);
    const key = random.bytes([16, 24, 32][random.below(3)] as number);
    const tweak = random.bytes(random.below(20));
    const texts = Array.from({ length: 100 }, () => Array.from({ length }, () => random.below(radix)));
    const bytes = utf8(texts.map((text) => text.map((n) => alphabet[n]).join('')).join(''));
    const offsets = Int32Array.from({ length: 101 }, (_, i) => i * length);
    const sealed = ff1Column(key, 'encrypt', { bytes, offsets }, { alphabet, tweak });
    expect(sealed.refused).toHaveLength(0);
    const noble = FF1(radix, key, tweak);
    const expected = texts
      .map((text) =>
        noble
          .encrypt(text)
          .map((n) => alphabet[n])
          .join(''),
      )
      .join('');
    expect(new TextDecoder().decode(sealed.column.bytes), `radix ${radix}, length ${length}`).toBe(expected);
    compared += texts.length;
  }
}, 600_000);
