/** Alphabets of Base64 that are excluded by two characters never give a text of enough samples. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OTHER_BASE64, OtherAlphabets } from '../../src/reversibility/attack/decoding/other-base64.js';

const sample = fc.oneof(
  fc.constant(null),
  fc.string({ unit: fc.constantFrom(...'ABCXYZabcxyz0189+/=_-.甲'), maxLength: 9 }),
  fc.string({ minLength: 3, maxLength: 6 }).map((text) => Buffer.from(text).toString('base64')),
);

test('what is excluded fails on more samples than may fail', () => {
  let excluded = 0;
  let kept = 0;
  fc.assert(
    fc.property(fc.array(sample, { minLength: 1, maxLength: 16 }), fc.integer({ min: 0, max: 4 }), (samples, most) => {
      const others = new OtherAlphabets(samples, most);
      for (const decoder of OTHER_BASE64) {
        if (!others.excludes(decoder)) kept++;
        else {
          excluded++;
          const failed = samples.filter((text) => text === null || decoder.decode(text) === null).length;
          expect(failed).toBeGreaterThan(most);
        }
      }
    }),
  );
  expect(Math.min(excluded, kept)).toBeGreaterThan(100);
});
