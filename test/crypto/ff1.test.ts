/**
 * The lock-step FF1 against the standard: whole Wycheproof base-10 and base-36 sets, the exact reference, properties.
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SecureRandom } from '../../src/core/index.js';
import { ff1 } from '../../src/crypto/ff1.js';
import { ff1ColumnWith } from '../../src/crypto/ff1-column.js';
import { type ByteColumn, backend, ff1Column, ff1Integers, fromHex, utf8 } from '../../src/crypto/index.js';

function columnOf(values: readonly string[], lead = ''): ByteColumn {
  const offsets = new Int32Array(values.length + 1);
  let at = lead.length;
  offsets[0] = at;
  values.forEach((value, i) => {
    at += utf8(value).length;
    offsets[i + 1] = at;
  });
  return { bytes: utf8(lead + values.join('')), offsets };
}

function texts({ bytes, offsets }: ByteColumn): string[] {
  return Array.from({ length: offsets.length - 1 }, (_, i) =>
    new TextDecoder().decode(bytes.subarray(offsets[i], offsets[i + 1])),
  );
}

const DIGITS = '0123456789';
const ALNUM = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const random = new SecureRandom();
const pick = (alphabet: string, length: number): string =>
  Array.from({ length }, () => alphabet[random.below(alphabet.length)]).join('');

interface Group {
  readonly alphabet: string;
  readonly tests: readonly {
    tcId: number;
    flags: string[];
    key: string;
    tweak: string;
    msg: string;
    ct: string;
    result: string;
  }[];
}

describe('Wycheproof through the kernel', () => {
  for (const name of ['aes_ff1_base10', 'aes_ff1_base36']) {
    it(name, () => {
      const url = new URL(`../vectors/crypto/wycheproof-${name}.json.gz`, import.meta.url);
      const set = JSON.parse(gunzipSync(readFileSync(url)).toString()) as {
        numberOfTests: number;
        testGroups: Group[];
      };
      const seen = { valid: 0, foreign: 0, key: 0, small: 0, refused: 0 };
      for (const { alphabet, tests } of set.testGroups) {
        for (const test of tests) {
          const own = columnOf([test.msg]);
          const options = { alphabet, tweak: fromHex(test.tweak), minimum: 100 };
          const flag = test.flags[0];
          if (flag === 'InvalidKeySize') {
            seen.key++;
            expect(() => ff1Column(fromHex(test.key), 'encrypt', own, options)).toThrow(/key/);
            continue;
          }
          const cipher = backend('node').blockCipher('aes', fromHex(test.key));
          const sealed = ff1ColumnWith(cipher, 'encrypt', own, options);
          if (test.result === 'invalid') {
            expect(sealed.refused, `tcId ${test.tcId}`).toHaveLength(1);
            expect(texts(sealed.column)).toEqual(['']);
            if (flag === 'InvalidPlaintext') seen.foreign++;
            else seen.refused++;
          } else {
            expect(texts(sealed.column), `tcId ${test.tcId}`).toEqual([test.ct]);
            expect(texts(ff1ColumnWith(cipher, 'decrypt', columnOf([test.ct]), options).column)).toEqual([test.msg]);
            // What maskers get refuses the domains that Rev. 1 forbids.
            if (flag === 'SmallMessageSize') {
              seen.small++;
              expect(ff1Column(fromHex(test.key), 'encrypt', own, options).refused).toHaveLength(1);
            } else seen.valid++;
          }
        }
      }
      expect(Object.values(seen).reduce((sum, n) => sum + n)).toBe(set.numberOfTests);
      expect(seen).toEqual(
        name === 'aes_ff1_base10'
          ? { valid: 3300, foreign: 522, key: 5, small: 12, refused: 6 }
          : { valid: 2459, foreign: 378, key: 5, small: 6, refused: 6 },
      );
    });
  }
});

describe('kernel against the exact reference', () => {
  for (const [cipherName, keyBytes] of [
    ['aes', 32],
    ['sm4', 16],
  ] as const) {
    it(`every length, ${cipherName}, several radixes and tweaks, extreme digits`, () => {
      const cipher = backend('node').blockCipher(cipherName, random.bytes(keyBytes));
      for (const alphabet of [
        '01',
        DIGITS,
        ALNUM,
        '0123456789ABCDEFGHJKLMNPQRTUWXY',
        'abcdefghijklmnopqrstuvwxyz'.repeat(1),
      ]) {
        for (const tweakLength of [0, 12, 13, 40]) {
          const tweak = random.bytes(tweakLength);
          const values = Array.from({ length: 48 }, (_, length) => length).flatMap((length) => [
            pick(alphabet, length),
            (alphabet.at(-1) as string).repeat(length),
            (alphabet[0] as string).repeat(length),
          ]);
          const { column, refused } = ff1ColumnWith(cipher, 'encrypt', columnOf(values, 'xy'), {
            alphabet,
            tweak,
            minimum: 100,
          });
          const expected = values.map((value) => {
            if (value.length < 2 || alphabet.length ** value.length < 100) return '';
            const numerals = [...value].map((letter) => alphabet.indexOf(letter));
            return Array.from(
              ff1(cipher, 'encrypt', numerals, { radix: alphabet.length, tweak, minimum: 100 }),
              (n) => alphabet[n],
            ).join('');
          });
          expect(texts(column)).toEqual(expected);
          expect([...refused]).toEqual(expected.flatMap((text, row) => (text === '' ? [row] : [])));
          const back = ff1ColumnWith(cipher, 'decrypt', column, { alphabet, tweak, minimum: 100 });
          expect(texts(back.column)).toEqual(values.map((value, i) => (expected[i] === '' ? '' : value)));
        }
      }
    });
  }
});

describe('columns', () => {
  const key = random.bytes(32);

  it('refuses what is too short, foreign, or not ASCII, and says which rows', () => {
    const values = ['13812345678', '12345', '', '1381234567x', '١٢٣٤٥٦٧', '999999', '000000', '13812345678'];
    const { column, refused } = ff1Column(key, 'encrypt', columnOf(values));
    expect([...refused]).toEqual([1, 2, 3, 4]);
    const cells = texts(column);
    expect(cells.map((cell) => cell.length)).toEqual([11, 0, 0, 0, 0, 6, 6, 11]);
    expect(cells[7]).toBe(cells[0]);
    expect(texts(ff1Column(key, 'decrypt', column).column)).toEqual(
      values.map((value, i) => (refused.includes(i) ? '' : value)),
    );
  });

  it('refuses unusable alphabets, tweaks and keys', () => {
    const code = expect.objectContaining({ code: 'SCRIM_ARGUMENT' });
    for (const alphabet of ['', '0', '00', '零一二三四五六七八九']) {
      expect(() => ff1Column(key, 'encrypt', columnOf(['1']), { alphabet })).toThrow(code);
    }
    expect(() => ff1Column(key, 'encrypt', columnOf(['1']), { tweak: new Uint8Array(65536) })).toThrow(code);
    expect(() => ff1Column(key, 'encrypt', columnOf(['1']), { suite: 'gm' })).toThrow(code);
    expect(() => ff1Column(key.subarray(1), 'encrypt', columnOf(['1']))).toThrow(code);
  });

  it('does not depend on the batch', () => {
    const values = Array.from({ length: 9000 }, (_, i) => pick(DIGITS, i % 50 === 0 ? 16 : 11));
    const all = texts(ff1Column(key, 'encrypt', columnOf(values)).column);
    for (const cut of [1, 4095, 4096, 4097, 8999]) {
      const parts = [values.slice(0, cut), values.slice(cut)].flatMap((part) =>
        texts(ff1Column(key, 'encrypt', columnOf(part)).column),
      );
      expect(parts).toEqual(all);
    }
  });

  it('back ends give the same texts', () => {
    const column = columnOf(Array.from({ length: 100 }, (_, i) => pick(DIGITS, 6 + (i % 20))));
    for (const suite of ['intl', 'gm'] as const) {
      const own = suite === 'gm' ? key.subarray(16) : key;
      const [left, right] = (['node', 'portable'] as const).map((name) =>
        texts(ff1Column(own, 'encrypt', column, { suite, backend: backend(name) }).column),
      );
      expect(left).toEqual(right);
    }
  });

  it('property: round trip, determinism, format, injectivity, dependence on tweak and key', () => {
    const digits = fc.array(fc.string({ unit: fc.constantFrom(...DIGITS), minLength: 6, maxLength: 40 }), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(digits, fc.uint8Array({ maxLength: 20 }), (values, tweak) => {
        const sealed = texts(ff1Column(key, 'encrypt', columnOf(values), { tweak }).column);
        expect(texts(ff1Column(key, 'encrypt', columnOf(values), { tweak }).column)).toEqual(sealed);
        expect(texts(ff1Column(key, 'decrypt', columnOf(sealed), { tweak }).column)).toEqual(values);
        expect(sealed.every((text, i) => /^\d+$/.test(text) && text.length === values[i]?.length)).toBe(true);
        expect(new Set(sealed).size).toBe(new Set(values).size);
      }),
      { numRuns: 100 },
    );
    const long = columnOf([pick(DIGITS, 30)]);
    const base = texts(ff1Column(key, 'encrypt', long).column);
    expect(texts(ff1Column(key, 'encrypt', long, { tweak: Uint8Array.of(1) }).column)).not.toEqual(base);
    expect(texts(ff1Column(random.bytes(32), 'encrypt', long).column)).not.toEqual(base);
  });
});

describe('integers', () => {
  const key = random.bytes(32);

  it('is a permutation of a whole range that is no power', () => {
    const size = 1_000_003;
    const all = Float64Array.from({ length: size }, (_, i) => i);
    const hidden = ff1Integers(key, 'encrypt', all, size);
    const seen = new Uint8Array(size);
    for (let i = 0; i < size; i++) seen[hidden[i] as number]!++;
    expect(seen.indexOf(0)).toBe(-1);
    const back = ff1Integers(key, 'decrypt', hidden, size);
    expect(back.every((value, i) => value === i)).toBe(true);
  });

  it('round trip in every size, also at the borders of the radix and the largest', () => {
    const sizes = [1_000_000, 46_021_000, 65536 ** 2, 65536 ** 2 + 1, 10 ** 12, 9741 ** 3, 2 ** 52];
    for (const size of sizes) {
      for (const suite of ['intl', 'gm'] as const) {
        const own = suite === 'gm' ? key.subarray(16) : key;
        const values = Float64Array.from([
          0,
          1,
          size - 1,
          size - 2,
          ...Array.from({ length: 500 }, () => random.below(size)),
        ]);
        const tweak = utf8('t');
        const hidden = ff1Integers(own, 'encrypt', values, size, { suite, tweak });
        expect(hidden.every((value) => Number.isInteger(value) && value >= 0 && value < size)).toBe(true);
        expect([...ff1Integers(own, 'decrypt', hidden, size, { suite, tweak })]).toEqual([...values]);
      }
    }
  });

  it('FF1 with two large numerals: Wycheproof radix 65535', () => {
    // C2SP/wycheproof aes_ff1_radix65535 rows ff1-038 and ff1-039 of reference.json
    const reference = JSON.parse(
      readFileSync(new URL('../vectors/crypto/reference.json', import.meta.url), 'utf8'),
    ) as {
      rows: { kind: string; radix?: number; key: string; tweak: string; pt: number[]; ct: number[] }[];
    };
    const rows = reference.rows.filter((row) => row.kind === 'ff1' && row.radix === 65535);
    expect(rows).toHaveLength(2);
    for (const row of rows) {
      const join = ([a, b]: number[]): Float64Array => Float64Array.of((a as number) * 65535 + (b as number));
      const hidden = ff1Integers(fromHex(row.key), 'encrypt', join(row.pt), 65535 ** 2, { tweak: fromHex(row.tweak) });
      expect([...hidden]).toEqual([...join(row.ct)]);
    }
  });

  it('refuses small and huge ranges and values outside', () => {
    const domain = expect.objectContaining({ code: 'SCRIM_FF1_DOMAIN' });
    for (const size of [999_999, 2 ** 52 + 1, 1_000_000.5, Number.NaN]) {
      expect(() => ff1Integers(key, 'encrypt', new Float64Array(1), size)).toThrow(domain);
    }
    for (const value of [-1, 1_000_000, 0.5, Number.NaN]) {
      expect(() => ff1Integers(key, 'encrypt', Float64Array.of(value), 1_000_000)).toThrow(
        expect.objectContaining({ code: 'SCRIM_ARGUMENT' }),
      );
    }
  });
});
