import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, Sha256, sha256Hex, throttleProgress, throwIfCancelled, version } from '../../src/core/index.js';

describe('SHA-256 (FIPS 180-4)', () => {
  // NIST, "Examples with Intermediate Values", SHA256.pdf: "abc" and the 448-bit message.
  it.each([
    ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    [
      'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
      '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
    ],
  ])('%s', (text, expected) => {
    const bytes = new TextEncoder().encode(text);
    expect(sha256Hex(bytes)).toBe(expected);
    expect(new Sha256('noble').update(bytes).hex()).toBe(expected);
  });

  it('gives the same bytes from node:crypto and noble, however the input is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 8 }), (parts) => {
        const expected = createHash('sha256').update(Buffer.concat(parts)).digest('hex');
        for (const engine of ['node', 'noble'] as const) {
          const hash = new Sha256(engine);
          for (const part of parts) hash.update(part);
          expect(hash.hex()).toBe(expected);
          expect(hash.hex()).toBe(expected);
        }
      }),
    );
  });
});

describe('canonicalJson (RFC 8785)', () => {
  it('writes the example of section 3.2.2 and sorts as section 3.2.3 does', () => {
    const example = {
      // biome-ignore lint/correctness/noPrecisionLoss: the RFC writes it so
      numbers: [333333333.33333329, 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '\u20ac$\u000f\u000aA\u0027\u0042\u0022\u005c\u005c\u0022\u002f',
      literals: [null, true, false],
    };
    expect(canonicalJson(example)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
    const keys = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, '\u00f6': 7 };
    expect(Object.values(JSON.parse(canonicalJson(Object.fromEntries(Object.entries(keys).reverse()))))).toHaveLength(
      7,
    );
    expect([...canonicalJson(keys).matchAll(/:(\d)/g)].map((match) => match[1]).join('')).toBe('2467153');
  });

  it('does not depend on the order of members, and parses back', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(JSON.parse(text))).toBe(text);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it.each([
    ['NaN', Number.NaN],
    ['infinity', [Number.POSITIVE_INFINITY]],
    ['undefined', { a: undefined }],
    ['bigint', 1n],
    ['a lone surrogate', '\ud800'],
    ['a lone surrogate in a key', { '\udc00': 1 }],
    ['a date', new Date(0)],
    ['a map', new Map()],
    ['a function', (): void => undefined],
  ])('refuses %s', (_name, value) => {
    expect(() => canonicalJson(value)).toThrow(expect.objectContaining({ code: 'SCRIM_ARGUMENT' }));
  });

  it('refuses a cycle', () => {
    const cycle: Record<string, unknown> = {};
    cycle['self'] = cycle;
    expect(() => canonicalJson(cycle)).toThrow(expect.objectContaining({ code: 'SCRIM_ARGUMENT' }));
  });
});

describe('small things', () => {
  it('version is that of package.json', () => {
    const { version: expected } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    expect(version).toBe(expected);
  });

  it('throttled progress passes on the first and the last event of a stage', () => {
    const seen: number[] = [];
    const report = throttleProgress(({ done }) => seen.push(done), 1_000_000);
    for (let done = 0; done <= 10; done++) report({ stage: 'read', done, total: 10, unit: 'rows' });
    expect(seen).toEqual([0, 10]);
  });

  it('a raised signal ends an operation with a code', () => {
    expect(() => throwIfCancelled(undefined, 'x')).not.toThrow();
    expect(() => throwIfCancelled(AbortSignal.abort(), 'x')).toThrow(
      expect.objectContaining({ code: 'SCRIM_CANCELLED' }),
    );
  });
});
