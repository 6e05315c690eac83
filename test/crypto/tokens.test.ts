/**
 * Column kernels of HMAC and CMAC tokens against the one-value forms: every length, any batch, any offset, both suites.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hexOf, SecureRandom } from '../../src/core/index.js';
import {
  type ByteColumn,
  backend,
  cmacTokens,
  hmacToken,
  hmacTokens,
  KeyRing,
  suite,
  type TokenForm,
  tokenLength,
  utf8,
} from '../../src/crypto/index.js';

function columnOf(values: readonly Uint8Array[], lead = 0, tail = 0): ByteColumn {
  const total = values.reduce((sum, value) => sum + value.length, lead);
  const bytes = new SecureRandom().bytes(total + tail);
  const offsets = new Int32Array(values.length + 1);
  let at = lead;
  values.forEach((value, i) => {
    offsets[i] = at;
    bytes.set(value, at);
    at += value.length;
  });
  offsets[values.length] = at;
  return { bytes, offsets };
}

function cells({ bytes, offsets }: ByteColumn): Uint8Array[] {
  return Array.from({ length: offsets.length - 1 }, (_, i) => bytes.subarray(offsets[i], offsets[i + 1]));
}

const texts = (column: ByteColumn): string[] => cells(column).map((cell) => new TextDecoder().decode(cell));

describe.each(['intl', 'gm'] as const)('suite %s', (name) => {
  const own = suite(name);
  const random = new SecureRandom();
  const hmacKey = random.bytes(32);
  const cmacKey = random.bytes(own.keyBytes.cmac);
  const values = Array.from({ length: 300 }, (_, length) => random.bytes(length));
  const shuffled = [...values, ...values.slice(0, 40)].sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0));

  it('HMAC of every length from 0 to 299 is the HMAC', () => {
    for (const column of [columnOf(values), columnOf(values, 7, 3), columnOf([...values].reverse(), 1)]) {
      const tokens = hmacTokens(hmacKey, column, { suite: name, encoding: 'raw', tokenBytes: 32 });
      expect(cells(tokens).map(hexOf)).toEqual(
        cells(column).map((value) => hexOf(hmacToken(hmacKey, value, { suite: name }))),
      );
    }
  });

  it('a long key is hashed first', () => {
    const key = random.bytes(100);
    const tokens = hmacTokens(key, columnOf(values), { suite: name, encoding: 'raw', tokenBytes: 32 });
    expect(cells(tokens).map(hexOf)).toEqual(values.map((value) => hexOf(hmacToken(key, value, { suite: name }))));
  });

  it('CMAC of every length from 0 to 299, in mixed order and in columns of short values only', () => {
    for (const list of [
      values,
      shuffled,
      values.slice(0, 17),
      values.slice(0, 16),
      values.slice(16, 17),
      [values[0] as Uint8Array],
    ]) {
      for (const lead of [0, 5]) {
        const tokens = cmacTokens(cmacKey, columnOf(list, lead), { suite: name, encoding: 'raw' });
        expect(cells(tokens).map(hexOf)).toEqual(list.map((value) => hexOf(own.cmac(cmacKey, value))));
      }
    }
  });

  it('CMAC of columns whose values have one length, over several chunks and to the last byte', () => {
    const other = suite(name, backend('portable'));
    for (const [length, rows] of [...Array(18).keys()]
      .map((n): [number, number] => [n, 3])
      .concat([
        [11, 4097],
        [16, 8192],
        [7, 4096],
      ])) {
      const list = Array.from({ length: rows }, (_, i) => {
        const value = new Uint8Array(length).fill(i);
        value[0] = i >> 8;
        return value.subarray(0, length);
      });
      for (const tail of [0, 20]) {
        const tokens = cells(cmacTokens(cmacKey, columnOf(list, 3, tail), { suite: name, encoding: 'raw' }));
        for (let i = 0; i < rows; i += rows > 3 ? 97 : 1)
          expect(hexOf(tokens[i] as Uint8Array)).toBe(hexOf(other.cmac(cmacKey, list[i] as Uint8Array)));
        const last = tokens.at(-1) as Uint8Array;
        expect(hexOf(last)).toBe(hexOf(other.cmac(cmacKey, list.at(-1) as Uint8Array)));
      }
    }
  });

  it('back ends give the same tokens', () => {
    const column = columnOf(shuffled);
    const [left, right] = (['node', 'portable'] as const).map((which) =>
      cmacTokens(cmacKey, column, { suite: name, backend: backend(which) }),
    ) as [ByteColumn, ByteColumn];
    expect(hexOf(left.bytes)).toBe(hexOf(right.bytes));
  });

  it('tokens do not depend on the batches', () => {
    const many = Array.from({ length: 9000 }, (_, i) => utf8(i % 3 === 0 ? `${i}` : `value ${i} `.repeat(i % 5)));
    for (const make of [hmacTokens, cmacTokens]) {
      const key = make === hmacTokens ? hmacKey : cmacKey;
      const whole = texts(make(key, columnOf(many), { suite: name }));
      for (const cut of [1, 4095, 4096, 4097]) {
        const parts = [many.slice(0, cut), many.slice(cut)].flatMap((part) =>
          texts(make(key, columnOf(part), { suite: name })),
        );
        expect(parts).toEqual(whole);
      }
      const distinct = new Set(many.map((value) => new TextDecoder().decode(value))).size;
      expect(new Set(whole).size).toBe(distinct);
    }
  });

  it('nothing in, nothing out', () => {
    for (const offsets of [new Int32Array(0), Int32Array.of(0), Int32Array.of(3)]) {
      expect(hmacTokens(hmacKey, { bytes: new Uint8Array(4), offsets }, { suite: name }).bytes).toHaveLength(0);
      expect(cmacTokens(cmacKey, { bytes: new Uint8Array(4), offsets }, { suite: name }).bytes).toHaveLength(0);
    }
  });
});

describe('token text', () => {
  const key = new SecureRandom().bytes(32);
  const column = columnOf([utf8('张三'), utf8(''), utf8('13812345678')]);
  const tags = cells(column).map((value) => Buffer.from(hmacToken(key, value)));

  it('every encoding and length against Buffer and RFC 4648', () => {
    for (let tokenBytes = 8; tokenBytes <= 32; tokenBytes++) {
      const kept = tags.map((tag) => tag.subarray(0, tokenBytes));
      const form = (encoding: NonNullable<TokenForm['encoding']>): TokenForm => ({
        tokenBytes,
        encoding,
        prefix: 't1.',
      });
      expect(texts(hmacTokens(key, column, form('hex')))).toEqual(kept.map((tag) => `t1.${tag.toString('hex')}`));
      expect(texts(hmacTokens(key, column, form('base64url')))).toEqual(
        kept.map((tag) => `t1.${tag.toString('base64url')}`),
      );
      expect(texts(hmacTokens(key, column, form('base32')))).toEqual(kept.map((tag) => `t1.${base32(tag)}`));
      for (const encoding of ['hex', 'base64url', 'base32', 'raw'] as const) {
        expect(cells(hmacTokens(key, column, form(encoding)))[0]).toHaveLength(tokenLength(form(encoding)));
      }
    }
    // RFC 4648, section 10: BASE32("foobar") = MZXW6YTBOI======
    expect(base32(Buffer.from('foobar'))).toBe('mzxw6ytboi');
  });

  it('refuses unusable forms', () => {
    const code = expect.objectContaining({ code: 'SCRIM_ARGUMENT' });
    for (const form of [
      { tokenBytes: 7 },
      { tokenBytes: 33 },
      { tokenBytes: 8.5 },
      { prefix: '令' },
      { encoding: 'base58' as never },
    ]) {
      expect(() => hmacTokens(key, column, form)).toThrow(code);
    }
    expect(() => cmacTokens(key, column, { tokenBytes: 17 })).toThrow(code);
    expect(() => cmacTokens(key.subarray(0, 20), column)).toThrow(code);
    expect(() => cmacTokens(key, column, { suite: 'gm' })).toThrow(code);
  });
});

function base32(bytes: Buffer): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{1,5}/g) ?? [])
    .map((group) => 'abcdefghijklmnopqrstuvwxyz234567'[Number.parseInt(group.padEnd(5, '0'), 2)])
    .join('');
}

describe('properties', () => {
  it('equal exactly where values are equal; two scenarios share no token', async () => {
    const ring = await KeyRing.create();
    const scope = { tenant: 't', environment: 'e', scenario: 'one' };
    const use = { purpose: 'token', domain: 'person', kind: 'name' };
    const one = ring.scenario(scope).derive(use);
    const two = ring.scenario({ ...scope, scenario: 'two' }).derive(use);
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 30 }), { maxLength: 60 }), (list) => {
        const column = columnOf(list.map(utf8));
        for (const make of [hmacTokens, cmacTokens]) {
          const left = texts(make(one, column));
          const right = new Set(texts(make(two, column)));
          expect(left).toEqual(texts(make(one, column)));
          expect(left.some((token) => right.has(token))).toBe(false);
          const seen = new Map<string, string>();
          list
            .map((value) => new TextDecoder().decode(utf8(value)))
            .forEach((value, i) => {
              expect(seen.get(value) ?? left[i]).toBe(left[i]);
              seen.set(value, left[i] as string);
            });
          expect(new Set(left).size).toBe(seen.size);
        }
      }),
      { numRuns: 60 },
    );
  });
});
