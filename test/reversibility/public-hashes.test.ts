/** Public hashes of 32, 64 and 128 bits that are no cryptography: published values, and columns of them. */
import { describe, expect, it } from 'vitest';
import { PUBLIC_HASHES } from '../../src/reversibility/attack/digests/public-hashes.js';
import { review, type Verdict } from '../../src/reversibility/index.js';
import { tableFromColumns } from '../../src/table/index.js';
import { SeededRandom } from '../../src/testing/index.js';

const of = (name: string, text: string): bigint => PUBLIC_HASHES.find((own) => own.name === name)?.of(text) ?? -1n;

describe('public hashes', () => {
  it('have their published values', () => {
    // draft-eastlake-fnv, test vectors (FNV-1a of "foobar"); xxHash and SMHasher through their Python packages (xxhash 3, mmh3 5);
    // SipHash of nothing under the key of nought; CRC catalogue, check values of "123456789".
    expect(of('fnv1a-64', 'foobar')).toBe(0x85944171f73967e8n);
    expect(of('fnv1-64', 'a')).toBe(0xaf63bd4c8601b7ben);
    expect(of('xxh64', '')).toBe(0xef46db3751d8e999n);
    expect(of('xxh64', 'The quick brown fox jumps over the lazy dog, twice over')).toBe(0x814e213a6320b854n);
    expect(of('xxh32', '')).toBe(0x02cc5d05n);
    expect(of('murmur3-128', 'hello')).toBe(0x5b1e906a48ae1d19cbd8a7b341bd9b02n);
    expect(of('siphash-2-4 without a key', '')).toBe(0x1e924b9d737700d7n);
    expect(of('crc64-xz', '123456789')).toBe(0x995dc9bbdf1939fan);
    expect(of('crc64-ecma', '123456789')).toBe(0x6c40df5f0b497347n);
  });

  it('of data frames are those of pandas', () => {
    // pandas 3.1.1: hash_array of ['张伟明'] as objects, of [12.5] and of [138].
    expect(of('pandas-hash', '张伟明')).toBe(4_115_079_384_921_874_538n);
    expect(of('pandas-hash of fractions', '12.5')).toBe(4_133_285_100_324_301_275n);
    expect(of('pandas-hash of whole numbers', '138')).toBe(2_092_088_107_054_573_505n);
  });
});

const ROWS = 200;

interface Own {
  readonly name: string;
  readonly mobile: string;
  readonly pay: string;
  readonly city: string;
}

function people(seed: string): Own[] {
  const random = new SeededRandom(seed);
  return Array.from({ length: ROWS }, () => ({
    name: `${'王李张刘陈杨赵黄'[random.below(8)]}${String.fromCharCode(0x4e00 + random.below(900))}`,
    mobile: `13${800_000_000 + random.below(99_999_999)}`,
    pay: String(Math.round(100 * Math.exp(7 + random.uniform())) / 100),
    city: ['杭州', '宁波', '温州'][random.below(3)] as string,
  }));
}

const SOURCE = people('public hashes');
const table = (rows: readonly Own[], write: (value: string) => string) =>
  tableFromColumns({
    a: rows.map(({ name }) => write(name)),
    b: rows.map(({ mobile }) => write(mobile)),
    c: rows.map(({ pay }) => write(pay)),
    d: rows.map(({ city }) => city),
  });
const reviewed = (rows: readonly Own[], write: (value: string) => string): Promise<Verdict> =>
  review({
    sources: [table(SOURCE, (value) => value)],
    product: table(rows.filter((_, i) => i % 3 === 1).reverse(), write),
    seed: '00',
  });

describe('columns of public hashes (hashes.md)', () => {
  it.each([
    ['pandas-hash', (value: bigint) => String(value)],
    ['xxh64', (value: bigint) => value.toString(16)],
    ['murmur3-128 first half', (value: bigint) => String(BigInt.asIntN(64, value))],
    ['fnv1a-64', (value: bigint) => `0x${value.toString(16).padStart(16, '0').toUpperCase()}`],
  ])('are read: %s; those of other people are not', async (name, write) => {
    const hashed = (value: string): string => write(of(name, value));
    const verdict = await reviewed(SOURCE, hashed);
    expect(verdict.verdict).toBe('block');
    expect(verdict.columns.filter(({ how }) => how?.includes(name)).length).toBe(3);
    const others = await reviewed(people('others'), hashed);
    expect(others.verdict).not.toBe('block');
    // Numbers of 64 bits that nothing explains once made an attack fail.
    expect(others.reasons.map(({ code }) => code)).not.toContain('gap');
  });
});
