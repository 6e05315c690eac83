/** What is done in a quick way gives what the plain way gives. */
import { createHash, createHmac } from 'node:crypto';
import { blake2b, blake2s } from '@noble/hashes/blake2.js';
import { keccak_256, sha3_224, sha3_256, sha3_384, sha3_512 } from '@noble/hashes/sha3.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  asUtf8,
  fromBase36,
  fromBase58,
  fromBase62,
  fromHex,
  fromRadix,
} from '../../src/reversibility/attack/decoding/decode-bytes.js';
import { fromBinary } from '../../src/reversibility/attack/decoding/decode-more.js';
import { STRICT } from '../../src/reversibility/attack/decoding/decoder-library.js';
import { type LaneDigester, laneDigester } from '../../src/reversibility/attack/digests/chained-digests.js';
import {
  base64Head,
  HeadSet,
  hexHead,
  hexTail,
  KEPT_WORDS,
  keepWords,
  uuidHead,
} from '../../src/reversibility/attack/digests/digest-heads.js';
import { allKinds } from '../../src/reversibility/attack/digests/hash-kinds.js';
import { blake2Hex, keccakHex } from '../../src/reversibility/attack/digests/wide-digests.js';
import { wordsBetween, wordsKeyed } from '../../src/reversibility/attack/digests/words-of-texts.js';
import { shapeAndLength } from '../../src/reversibility/attack/readings/cell-shapes.js';
import { TiedColumn } from '../../src/reversibility/attack/shared/tied-maps.js';
import { patternOf } from '../../src/reversibility/attack/text/isomorphs.js';
import { SheetColumn } from '../../src/reversibility/intake/sheet.js';

const encoder = new TextEncoder();
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('Keccak and BLAKE2 in WebAssembly', () => {
  test('vectors of the standards', () => {
    // FIPS 202 example values (SHA3-256, no bits); NIST CAVP SHA3-256 short message "abc".
    expect(keccakHex(32, 6)?.('')).toBe('a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a');
    expect(keccakHex(32, 6)?.('abc')).toBe('3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532');
    // Keccak as submitted (round 3, known-answer test of length 0).
    expect(keccakHex(32, 1)?.('')).toBe('c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470');
    // RFC 7693, appendices A and B.
    expect(blake2Hex('b', 64)?.('abc')).toBe(
      'ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d17d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923',
    );
    expect(blake2Hex('s', 32)?.('abc')).toBe('508c5e8c327c14e2e1a72ba34eeb452f37458b209ed63a294d999b4c86675982');
  });

  const kinds: readonly (readonly [
    string,
    ((text: string) => string | null) | null,
    (bytes: Uint8Array) => Uint8Array,
  ])[] = [
    ['sha3-224', keccakHex(28, 6), sha3_224],
    ['sha3-256', keccakHex(32, 6), sha3_256],
    ['sha3-384', keccakHex(48, 6), sha3_384],
    ['sha3-512', keccakHex(64, 6), sha3_512],
    ['keccak-256', keccakHex(32, 1), keccak_256],
    ['blake2b', blake2Hex('b', 64), (bytes) => blake2b(bytes)],
    ['blake2b-256', blake2Hex('b', 32), (bytes) => blake2b(bytes, { dkLen: 32 })],
    ['blake2b-160', blake2Hex('b', 20), (bytes) => blake2b(bytes, { dkLen: 20 })],
    ['blake2s-128', blake2Hex('s', 16), (bytes) => blake2s(bytes, { dkLen: 16 })],
  ];

  test.each(kinds)('%s of every length around its blocks', (_, own, portable) => {
    for (let length = 0; length < 300; length++) {
      const text = `${'x'.repeat(length)}${length % 3 === 0 ? '中' : ''}`;
      expect(own?.(text)).toBe(hex(portable(encoder.encode(text))));
    }
  });

  test('any text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 200 }),
        fc.constantFrom(...kinds),
        (text, [, own, portable]) => {
          expect(own?.(text)).toBe(hex(portable(encoder.encode(text))));
        },
      ),
    );
  });

  test('long texts are left to others', () => {
    expect(keccakHex(32, 6)?.('x'.repeat(5000))).toBeNull();
    expect(blake2Hex('b', 32)?.('x'.repeat(5000))).toBeNull();
  });
});

describe('chained digests of several texts at once', () => {
  const names = ['md5', 'sha1', 'sha256', 'sha224', 'sha512', 'sha384', 'sm3'];
  const wordsOf = (lanes: LaneDigester, count: number): string[] =>
    Array.from({ length: count }, (_, lane) =>
      Array.from(lanes.words.subarray(KEPT_WORDS * lane, KEPT_WORDS * lane + KEPT_WORDS), (word) =>
        (word >>> 0).toString(16).padStart(8, '0'),
      ).join(''),
    );
  const ends = (digits: string): string => digits.slice(0, 24) + digits.slice(-16);
  const digest = (name: string, text: string): string => ends(createHash(name).update(text).digest('hex'));
  const texts = (count: number, seed: number): string[] =>
    Array.from({ length: count }, (_, i) => `${'x'.repeat((seed * (i + 1)) % 300)}${(seed + i) % 5 === 0 ? '中' : ''}`);

  test('vectors of the standards', () => {
    // RFC 1321, appendix A.5; FIPS 180-4 examples of NIST; GB/T 32905-2016, A.1.
    const vectors = { md5: '900150983cd24fb0', sha1: 'a9993e364706816a', sha256: 'ba7816bf8f01cfea' };
    const more = {
      sha224: '23097d223405d822',
      sha512: 'ddaf35a193617aba',
      sha384: 'cb00753f45a35e8b',
      sm3: '66c7f0f462eeedd9',
    };
    for (const [name, wanted] of Object.entries({ ...vectors, ...more })) {
      const own = laneDigester(name) as LaneDigester;
      expect(own.put(0, 'a', 'b', 'c')).toBe(true);
      own.run(1);
      expect(wordsOf(own, 1)[0]?.slice(0, 16)).toBe(wanted);
    }
  });

  test.each(names)('%s of texts of unlike lengths, around its blocks', (name) => {
    const own = laneDigester(name) as LaneDigester;
    for (let length = 0; length < 300; length++) {
      const count = 1 + (length % own.lanes);
      const some = texts(count, length);
      for (const [lane, text] of some.entries())
        expect(own.put(lane, text.slice(0, 5), text.slice(5, 9), text.slice(9))).toBe(true);
      own.run(count);
      expect(wordsOf(own, count)).toEqual(some.map((text) => digest(name, text)));
    }
  });

  test.each(names)('HMAC-%s under keys up to a block', (name) => {
    const own = laneDigester(name) as LaneDigester;
    for (let length = 0; length < 150; length++) {
      const key = 'k'.repeat(length);
      const some = texts(own.lanes, length);
      if (!own.keyed(key, some)) {
        expect(length).toBeGreaterThan(64);
        continue;
      }
      const wanted = some.map((text) => ends(createHmac(name, key).update(text).digest('hex')));
      expect(wordsOf(own, own.lanes)).toEqual(wanted);
    }
  });

  test('any text between any others, of every kind', () => {
    const kinds = allKinds().filter(({ length }) => length >= 16);
    const any = fc.string({ unit: 'binary', maxLength: 90 });
    fc.assert(
      fc.property(fc.array(any, { maxLength: 9 }), any, any, fc.constantFrom(...kinds), (some, before, after, kind) => {
        const words = new Int32Array(KEPT_WORDS * some.length);
        wordsBetween(kind, before, some, after, words);
        const wanted = new Int32Array(KEPT_WORDS * some.length);
        for (const [i, text] of some.entries()) keepWords(kind.hex(before + text + after), wanted, KEPT_WORDS * i);
        expect(words).toEqual(wanted);
      }),
    );
  });

  test('long texts and keys are left to others, with the same heads', () => {
    const own = laneDigester('sha256') as LaneDigester;
    expect(own.put(0, 'x'.repeat(600), '', '')).toBe(false);
    expect(own.keyed('k'.repeat(65), ['a'])).toBe(false);
    const kind = allKinds().find(({ name }) => name === 'sha256') as ReturnType<typeof allKinds>[number];
    const some = ['short', 'y'.repeat(600), 'also short'];
    const [between, keyed] = [new Int32Array(3 * KEPT_WORDS), new Int32Array(3 * KEPT_WORDS)];
    const hmac = (key: string, text: string): string => createHmac('sha256', key).update(text).digest('hex');
    wordsBetween(kind, 'salt', some, '', between);
    wordsKeyed(kind, 'k'.repeat(65), some, hmac, keyed);
    const words = (hexes: string[]): number[] =>
      hexes.flatMap((digits) => [0, 8, 16, 48, 56].map((at) => Number.parseInt(digits.slice(at, at + 8), 16) | 0));
    expect([...between]).toEqual(words(some.map((text) => kind.hex(`salt${text}`))));
    expect([...keyed]).toEqual(words(some.map((text) => hmac('k'.repeat(65), text))));
  });
});

describe('shapes of cells', () => {
  test('runs of digits, letters, Han and marks, and the length', () => {
    expect(shapeAndLength('')).toBe('/0');
    expect(shapeAndLength('AB-12 3')).toBe('a-9 9/7');
    expect(shapeAndLength('0x3f中文')).toBe('9a9ah/6');
    expect(shapeAndLength(`${'9'.repeat(48)}a`)).toBe('9/12');
  });

  test('any text', () => {
    const kind = (char: string): string =>
      /[0-9]/.test(char) ? '9' : /[A-Za-z]/.test(char) ? 'a' : char > '\x7f' && /\p{L}/u.test(char) ? 'h' : char;
    fc.assert(
      fc.property(fc.oneof(fc.string({ maxLength: 70 }), fc.string({ unit: 'grapheme', maxLength: 20 })), (text) => {
        const runs = [...text.slice(0, 48)].map(kind).filter((own, i, all) => own !== all[i - 1]);
        expect(shapeAndLength(text)).toBe(`${runs.join('')}/${Math.min(12, text.length)}`);
      }),
    );
  });
});

describe('numbers of other bases', () => {
  const digits = '0123456789abcdefghijklmnopqrstuvwxyz';
  const plainly = (text: string, alphabet: string): bigint =>
    [...text].reduce((sum, char) => sum * BigInt(alphabet.length) + BigInt(alphabet.indexOf(char)), 0n);
  const asBytes = (value: bigint): string | null => {
    const text = value.toString(16);
    return fromHex(text.length % 2 === 0 ? text : `0${text}`);
  };
  const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
  const BASE62 = `${digits.slice(0, 10)}${digits.slice(10).toUpperCase()}${digits.slice(10)}`;
  test.each([
    ['base58', fromBase58, BASE58],
    ['base62', fromBase62, BASE62],
    ['base36', fromBase36, digits],
  ] as const)('%s', (_, read, alphabet) => {
    const text = fc
      .array(fc.constantFrom(...alphabet), { minLength: 2, maxLength: 256 })
      .map((chars) => chars.join(''));
    fc.assert(
      fc.property(text, (own) => {
        expect(read(own)).toBe(asBytes(plainly(own, alphabet)));
      }),
    );
    expect(read('ab+c')).toBeNull();
    expect(read('ab中')).toBeNull();
  });

  test.each([2, 8, 16, 36] as const)('radix %i', (radix) => {
    const alphabet = digits.slice(0, radix);
    const text = fc
      .array(fc.constantFrom(...alphabet), { minLength: 1, maxLength: 64 })
      .map((chars) => chars.join(''))
      .filter((own) => !/^0[bxo]/.test(own));
    fc.assert(
      fc.property(text, (own) => {
        expect(fromRadix(radix)(own)).toBe(String(plainly(own, alphabet)));
      }),
    );
  });
});

test('numbers in binary form at the edges of what is customary', () => {
  for (const value of [0, 1e-12, -1e-12, 0.1, -3.25, 1e18, -1e18, 123456789]) {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleBE(value);
    expect(fromBinary('float64', false)(bytes.toString('latin1'))).toBe(String(value));
    expect(fromBinary('float64', true)(bytes.reverse().toString('latin1'))).toBe(String(value));
  }
  for (const value of [9e-13, 1.1e18, Number.NaN, Number.POSITIVE_INFINITY, 5e-324]) {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleBE(value);
    expect(fromBinary('float64', false)(bytes.toString('latin1'))).toBeNull();
  }
  for (const value of [0n, 1n, -1n, 2n ** 53n, -(2n ** 53n)]) {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64BE(value);
    expect(fromBinary('int64', false)(bytes.toString('latin1'))).toBe(String(value));
  }
  for (const value of [2n ** 53n + 1n, -(2n ** 53n) - 1n, 2n ** 62n]) {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64BE(value);
    expect(fromBinary('int64', false)(bytes.toString('latin1'))).toBeNull();
  }
});

test('base64 in other orders of its alphabet: what becomes text, and nothing else', () => {
  const upper = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
  const usual = `${upper}${upper.toLowerCase()}0123456789+/`;
  const shifted = `${upper.slice(3)}${upper.slice(0, 3)}`;
  const alphabet = `${shifted}${shifted.toLowerCase()}0123456789+/`;
  const decode = STRICT.find(({ name }) => name === 'base64-shifted(3)')?.decode;
  const write = (bytes: Uint8Array): string =>
    [...Buffer.from(bytes).toString('base64')].map((char) => alphabet[usual.indexOf(char)] ?? char).join('');
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 3, maxLength: 40 }), (bytes) => {
      const own = write(bytes);
      const plain = asUtf8(Buffer.from(bytes).toString('latin1'));
      const expected = plain === null || /[\p{Cc}\p{Cn}\p{Co}]/u.test(plain) || !/[A-Za-z]/.test(own) ? null : plain;
      expect(decode?.(own)).toBe(expected);
    }),
  );
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'aZ7 é中𠮷~'), minLength: 3, maxLength: 20 }), (text) => {
      const own = write(encoder.encode(text));
      expect(decode?.(own)).toBe(/[A-Za-z]/.test(own) ? text : null);
    }),
  );
});

describe('heads of digests', () => {
  const headOf = (read: (text: string, head: Int32Array) => boolean, text: string): number[] | null => {
    const head = new Int32Array(2);
    return read(text, head) ? [...head] : null;
  };

  test('are the same whatever the writing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 32 }), (bytes) => {
        const own = Buffer.from(bytes);
        const expected = [own.readInt32BE(0), own.readInt32BE(4)];
        const digits = own.toString('hex');
        expect(headOf(hexHead, digits)).toEqual(expected);
        expect(headOf(hexHead, digits.toUpperCase())).toEqual(expected);
        expect(headOf(base64Head, own.toString('base64'))).toEqual(expected);
        expect(headOf(base64Head, own.toString('base64url'))).toEqual(expected);
        expect(headOf(uuidHead, `${digits.slice(0, 8)}-${digits.slice(8, 12)}-${digits.slice(12, 32)}`)).toEqual(
          expected,
        );
        expect(headOf(hexTail, digits)).toEqual([own.readInt32BE(own.length - 8), own.readInt32BE(own.length - 4)]);
      }),
    );
    expect(headOf(hexTail, '0123456789abcde')).toBeNull();
    expect(headOf(hexHead, '0123456789abcde')).toBeNull();
    expect(headOf(hexHead, '0123456789abcdeg')).toBeNull();
    expect(headOf(base64Head, 'AAAAAAAAAA')).toBeNull();
  });

  test.each([1 << 20, 100])('none is lost, kept up to %i', (kept) => {
    const heads = Array.from({ length: 20_000 }, (_, i) =>
      Int32Array.of(Math.imul(i + 1, 0x9e3779b1), Math.imul(i + 7, 0x85ebca6b)),
    );
    const set = new HeadSet(10_000, kept);
    for (const head of heads.slice(0, 10_000)) set.add(head);
    const found = heads.map((head) => set.has(head[0] as number, head[1] as number));
    expect(found.slice(0, 10_000).every((one) => one)).toBe(true);
    expect(found.slice(10_000).filter((one) => one).length).toBeLessThan(10);
  });
});

test('patterns of repeats', () => {
  const plainly = (text: string): string => {
    const chars = [...text];
    const first = [...new Set(chars)];
    return chars.map((char) => String.fromCharCode(48 + first.indexOf(char))).join('');
  };
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('a', 'b', '1', '中', '𠮷', '\ud800', 'é'), maxLength: 30 }),
      (text) => {
        expect(patternOf(text)).toBe(plainly(text));
      },
    ),
  );
});

describe('maps learnt from tied rows', () => {
  const column = (codes: readonly number[], distinct: number): SheetColumn =>
    new SheetColumn(
      'c',
      Int32Array.from(codes),
      Array.from({ length: distinct }, (_, code) => `v${code}`),
    );

  test('as by tables of votes', () => {
    const cells = fc.array(fc.tuple(fc.integer({ min: -1, max: 6 }), fc.integer({ min: -1, max: 4 })), {
      minLength: 12,
      maxLength: 120,
    });
    fc.assert(
      fc.property(cells, (rows) => {
        const product = column(
          rows.map(([own]) => own),
          7,
        );
        const to = Int32Array.from(rows, ([, value]) => value);
        const pairs = { product: Int32Array.from(rows, (_, i) => i), source: Int32Array.from(rows, (_, i) => i) };
        const learnt = new TiedColumn(product, pairs).learn(to, 5);
        const votes = new Map<number, number[]>();
        const map = new Array<number>(7).fill(-1);
        rows.forEach(([code, value], i) => {
          if (i % 2 === 1 || code < 0 || value < 0) return;
          const own = votes.get(code) ?? new Array<number>(5).fill(0);
          votes.set(code, own);
          own[value] = (own[value] as number) + 1;
          const best = map[code] as number;
          if (best < 0 || (own[value] as number) > (own[best] as number)) map[code] = value;
        });
        for (const [code, own] of votes) {
          const seen = own.reduce((sum, count) => sum + count, 0);
          if (seen >= 8 && (own[map[code] as number] as number) < 0.5 * seen) map[code] = -1;
        }
        const entries = map.filter((value) => value >= 0).length;
        if (entries > 0.25 * rows.length) {
          expect(learnt).toBeNull();
          return;
        }
        expect(Array.from(learnt?.map() ?? [], (value) => Math.max(-1, value))).toEqual(map);
        const tested = rows.filter(
          ([code, value], i) => i % 2 === 1 && code >= 0 && value >= 0 && (map[code] as number) >= 0,
        );
        expect(learnt?.tested).toBe(tested.length);
        const good = tested.filter(([code, value]) => map[code] === value).length;
        expect(learnt?.accuracy).toBe(tested.length === 0 ? 0 : good / tested.length);
      }),
    );
  });

  test('values that repeat together', () => {
    const rows = 400;
    const codes = Array.from({ length: rows }, (_, row) => row % 150);
    const own = column(codes, 150);
    const pairs = { product: Int32Array.from(codes, (_, i) => i), source: Int32Array.from(codes, (_, i) => i) };
    const tied = new TiedColumn(own, pairs);
    const same = Int32Array.from(codes, (code) => (code * 7) % 150);
    expect(tied.repeatsWith(same, 150)).toBe(true);
    // Of the 250 rows that come again, five may break: 2 %.
    for (const [broken, together] of [
      [4, true],
      [30, false],
    ] as const) {
      const other = same.slice();
      for (let i = 0; i < broken; i++) other[160 + 5 * i] = ((other[160 + 5 * i] as number) + 1) % 150;
      expect(tied.repeatsWith(other, 150)).toBe(together);
    }
    expect(
      tied.repeatsWith(
        Int32Array.from(codes, (_, row) => row),
        rows,
      ),
    ).toBe(false);
  });
});
