/** The parts below the protocols: known answers, digests, matrices, tables, and what a transcript shows. */
import { createCipheriv, createHash, createHmac } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SecretKey, suite } from '../../src/crypto/index.js';
import { bucketSize, splitIntoBuckets } from '../../src/psi/buckets.js';
import { cuckooBins, cuckooTable } from '../../src/psi/cuckoo.js';
import { group } from '../../src/psi/group.js';
import {
  enumerationCost,
  itemSet,
  type PseudonymousJoin,
  planRun,
  pseudonymousJoin,
  selfTest,
  tableKeys,
} from '../../src/psi/index.js';
import { cipherDigests, digestPrefix, itemDigests } from '../../src/psi/item-digest.js';
import { jacobi, jacobiModulus } from '../../src/psi/jacobi.js';
import { RecordIndex } from '../../src/psi/record-index.js';
import { permutation } from '../../src/psi/shuffle.js';
import { tableFromColumns } from '../../src/table/index.js';
import { codeOf, keys, run } from './helpers.js';

describe('known answers', () => {
  for (const { name, passed } of selfTest()) it(name, () => expect(passed).toBe(true));
});

describe('Jacobi symbol', () => {
  it('equals the criterion of Euler for all three fields', () => {
    const primes = [
      2n ** 255n - 19n,
      0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn,
      0xfffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffffn,
    ];
    const power = (b: bigint, e: bigint, p: bigint): bigint => {
      let result = 1n;
      for (let square = b, rest = e; rest > 0n; rest >>= 1n, square = (square * square) % p)
        if (rest & 1n) result = (result * square) % p;
      return result;
    };
    for (const p of primes) {
      const modulus = jacobiModulus(p);
      fc.assert(
        fc.property(fc.bigInt({ min: 1n, max: p - 1n }), (x) => {
          expect(jacobi(x, modulus)).toBe(power(x, (p - 1n) / 2n, p) === 1n ? 1 : -1);
        }),
        { numRuns: 60, examples: [[1n], [2n], [p - 1n], [p - 2n], [3n]] },
      );
    }
  });
});

describe('item digests', () => {
  it('are the hash of prefix and item, cut to 16 bytes, at every length (OpenSSL as the other library)', () => {
    const texts = [0, 1, 3, 54, 55, 56, 57, 63, 64, 65, 119, 120, 128, 200].map((length) => 'x'.repeat(length));
    const session = new Uint8Array(16).fill(5);
    for (const [suiteName, name] of [
      ['intl', 'sha256'],
      ['gm', 'sm3'],
    ] as const) {
      const digests = itemDigests(suiteName, session, itemSet(texts, texts.length));
      texts.forEach((text, i) => {
        const whole = createHash(name).update(digestPrefix(session)).update(text).digest();
        expect([...digests.subarray(16 * i, 16 * i + 16)]).toEqual([...whole.subarray(0, 16)]);
      });
    }
  });
});

describe('keyed item digests', () => {
  it('are CBC-MAC of length and item, block by block with OpenSSL, at every length', () => {
    const lengths = [0, 1, 13, 14, 15, 16, 29, 30, 31, 46, 100, 65534, 65535, 65536, 70000];
    const texts = lengths.map((length) => 'y'.repeat(length));
    const session = new Uint8Array(16).fill(6);
    for (const [name, cipherName] of [
      ['intl', 'aes-128-ecb'],
      ['gm', 'sm4-ecb'],
    ] as const) {
      const key = suite(name).hash(new TextEncoder().encode('scrim psi item digest key v1'), session).slice(0, 16);
      const digests = cipherDigests(suite(name), session)(itemSet(texts, texts.length));
      texts.forEach((text, i) => {
        const head = text.length < 65535 ? [text.length >> 8, text.length & 255] : [255, 255];
        const long = text.length < 65535 ? [] : [0, text.length >> 16, (text.length >> 8) & 255, text.length & 255];
        const first = [...head, ...long, ...(long.length > 0 ? new Uint8Array(10) : [])];
        const message = Buffer.concat([Uint8Array.from(first), Buffer.from(text)]);
        const padded = Buffer.concat([message, new Uint8Array((16 - (message.length % 16)) % 16)]);
        let state = Buffer.alloc(16);
        for (let at = 0; at < padded.length; at += 16) {
          const cipher = createCipheriv(cipherName, key, null).setAutoPadding(false);
          state = cipher.update(state.map((byte, b) => byte ^ (padded[at + b] as number)));
        }
        expect([...digests.subarray(16 * i, 16 * i + 16)]).toEqual([...state]);
      });
      const many = keys(0, 20_000);
      const all = cipherDigests(suite(name), session)(many);
      expect(
        new Set(
          Array.from({ length: 20_000 }, (_, i) => Buffer.from(all.subarray(16 * i, 16 * i + 16)).toString('hex')),
        ).size,
      ).toBe(20_000);
    }
  });
});

describe('permutations', () => {
  it('hold every position once and favour no order (chi-square over 24 orders, false alarm below 1e-9)', () => {
    expect([...permutation(70_000)].sort((a, b) => a - b)).toEqual(Array.from({ length: 70_000 }, (_, i) => i));
    const counts = new Map<string, number>();
    for (let i = 0; i < 24_000; i++) {
      const order = permutation(4).join();
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    const chi = [...counts.values()].reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
    // 23 degrees of freedom: P(chi > 94) is below 1e-9.
    expect(chi).toBeLessThan(94);
  });
});

describe('record index', () => {
  it('finds each record and nothing else, whatever the size', () => {
    for (const size of [8, 10, 12]) {
      const records = new Uint8Array(size * 3000);
      crypto.getRandomValues(records);
      // Records that share their first bytes with another.
      records.copyWithin(size, 0, size - 1);
      records[2 * size - 1] = (records[size - 1] as number) ^ 1;
      const index = new RecordIndex(records, 3000, size);
      for (let i = 0; i < 3000; i++) expect(index.find(records, size * i)).toBe(i);
      const other = new Uint8Array(size * 3000);
      crypto.getRandomValues(other);
      for (let i = 0; i < 3000; i++) expect(index.find(other, size * i)).toBe(-1);
    }
  });
});

describe('cuckoo table', () => {
  it('holds every item once, in one of its bins; fails with a code when there is no room', () => {
    const count = 5000;
    const digests = new Uint8Array(16 * count);
    crypto.getRandomValues(digests.subarray(0, 65536));
    crypto.getRandomValues(digests.subarray(65536));
    const table = cuckooTable(digests, count, cuckooBins(count));
    const seen = [...table.itemOf].filter((item) => item >= 0).sort((a, b) => a - b);
    expect(seen).toEqual(Array.from({ length: count }, (_, i) => i));
    expect(codeOf(() => cuckooTable(digests, count, count - 1))).toBe('SCRIM_PSI_OVERFLOW');
  });

  it('has the sizes of the literature: 1.283 n at 2^12, 1.317 n at 2^20', () => {
    expect(cuckooBins(2 ** 12) / 2 ** 12).toBeCloseTo(1.283, 3);
    expect(cuckooBins(2 ** 20) / 2 ** 20).toBeCloseTo(1.317, 3);
  });
});

describe('buckets', () => {
  it('have a public size and all items; an overflow is an error', () => {
    const digests = itemDigests('intl', new Uint8Array(16), keys(0, 4000));
    const split = splitIntoBuckets(digests, 7, 4000);
    const all = Array.from({ length: 7 }, (_, b) => [...split.members(b)])
      .flat()
      .sort((a, b) => a - b);
    expect(all).toEqual(Array.from({ length: 4000 }, (_, i) => i));
    for (let b = 0; b < 7; b++) expect(split.digests(b).length).toBe(16 * bucketSize(4000, 7));
    expect(codeOf(() => splitIntoBuckets(digests, 7, 400))).toBe('SCRIM_PSI_OVERFLOW');
  });
});

describe('blinding pairs', () => {
  it('undo each other after any product', () => {
    for (const name of ['x25519', 'p256', 'sm2'] as const) {
      const curve = group(name);
      const point = curve.hash(new Uint8Array(16).fill(1), 1);
      const key = curve.multiplier(curve.secret());
      const { blind, unblind } = curve.blindingPair();
      const [direct, a, b, c] = [0, 1, 2, 3].map(() => new Uint8Array(32)) as [
        Uint8Array,
        Uint8Array,
        Uint8Array,
        Uint8Array,
      ];
      key.multiply(point, 0, direct, 0);
      curve.multiplier(blind).multiply(point, 0, a, 0);
      key.multiply(a, 0, b, 0);
      curve.multiplier(unblind).multiply(b, 0, c, 0);
      expect([...c]).toEqual([...direct]);
      expect([...a]).not.toEqual([...point]);
    }
  });
});

describe('keys of a table', () => {
  const table = tableFromColumns({
    phone: ['13800138000', '+86 138-0013-8000', '０086 13800138001', '8613912345678', 'abc', null, '19999999999'],
    id: ['11010519491231002X', '110105491231002', '11010519491231002x', '', 'y', '11010519491231002X', 'z'],
  });

  it('normalises wider than it validates and counts what it cannot use', () => {
    const read = tableKeys(table, ['phone'], { normalise: ['mobile'] });
    expect([...read.itemOf]).toEqual([0, 0, 1, 2, -1, -1, 3]);
    expect([read.count, read.duplicates, read.missing, read.notNormalised]).toEqual([4, 1, 1, 1]);
  });

  it('reads 15-digit and 18-digit resident ids as one', () => {
    const read = tableKeys(table, ['id'], { normalise: ['resident-id'] });
    expect([...read.itemOf.subarray(0, 3)]).toEqual([0, 0, 0]);
  });

  it('keeps tuples apart and refuses duplicates when asked', () => {
    const tuples = tableFromColumns({ a: ['1', '12'], b: ['23', '3'] });
    expect(tableKeys(tuples, ['a', 'b']).count).toBe(2);
    expect(codeOf(() => tableKeys(table, ['phone'], { normalise: ['mobile'], duplicates: 'reject' }))).toBe(
      'SCRIM_PSI_DUPLICATES',
    );
    expect(codeOf(() => tableKeys(table, ['phone'], { normalise: ['no-such-kind'] }))).toBe('SCRIM_ARGUMENT');
  });
});

describe('what a transcript shows', () => {
  it('frame types and lengths depend on the sizes only, bytes are uniform (chi-square, false alarm below 1e-9)', () => {
    for (const options of [{ protocol: 'ecdh' }, { protocol: 'kkrt' }, { protocol: 'oprf' }] as const) {
      const record = (prefix: string, overlap: number): { shape: string[]; counts: Float64Array; total: number } => {
        const shape: string[] = [];
        const counts = new Float64Array(256);
        let total = 0;
        run(options, keys(0, 64, prefix), keys(64 - overlap, 128 - overlap, prefix), (from, frame, index) => {
          shape.push(`${from} ${frame[5]} ${index === 0 ? 'greeting' : frame.length}`);
          // Bytes 1..30 of every 32: a group element's ends are not uniform (u < 2^255 - 19).
          if (index > 0 && frame.length > 2000) {
            for (let i = 32; i < frame.length; i++) {
              if (options.protocol !== 'kkrt' && (i % 32 === 0 || i % 32 === 31)) continue;
              counts[frame[i] as number] = (counts[frame[i] as number] as number) + 1;
              total++;
            }
          }
          return frame;
        });
        return { shape, counts, total };
      };
      const none = record('a', 0);
      const all = record('some other, longer private key ', 64);
      expect(all.shape.sort()).toEqual(none.shape.sort());
      for (const { counts, total } of [none, all]) {
        const expectedCount = total / 256;
        const chi = counts.reduce((sum, count) => sum + (count - expectedCount) ** 2 / expectedCount, 0);
        // 255 degrees of freedom: mean 255, deviation 22.6; 6.5 deviations.
        expect(chi).toBeLessThan(255 + 6.5 * 22.6);
      }
    }
  });
});

describe('plan', () => {
  it('prefers kkrt for large sets, ecdh for small ones and slow links; knows what hashing costs an attacker', () => {
    const best = (receiver: number, sender: number, mbps?: number): string =>
      planRun({ receiver, sender, ...(mbps === undefined ? {} : { mbps }) }).options[0]?.protocol ?? '';
    expect([best(1e6, 1e6), best(100, 100), best(1e6, 1e6, 1), best(100, 1e6)]).toEqual([
      'kkrt',
      'ecdh',
      'ecdh',
      'oprf',
    ]);
    expect(enumerationCost('mobile').seconds).toBeLessThan(3600);
  });

  it('foretells the bytes within 5 percent', () => {
    for (const protocol of ['kkrt', 'ecdh'] as const) {
      const { left } = run({ protocol }, keys(0, 3000), keys(0, 200));
      const told =
        planRun({ receiver: 3000, sender: 200 }).options.find((one) => one.protocol === protocol)?.bytes ?? 0;
      expect(Math.abs(told / (left.bytesIn + left.bytesOut) - 1)).toBeLessThan(0.05);
    }
  });
});

describe('pseudonymous join', () => {
  const left = tableFromColumns({
    phone: ['13800138000', '138 0013 8001', 'x', '13800138000'],
    a: ['1', '2', '3', '4'],
  });
  const right = tableFromColumns({ phone: ['8613800138000', '13900000000'], a: ['5', '6'] });
  const key = (purpose: string, fill = 1): SecretKey =>
    new SecretKey(new Uint8Array(32).fill(fill), {
      id: 'k-1',
      purpose,
      domain: 'health',
      kind: 'mobile',
      state: 'active',
    });
  const join = (over: object): PseudonymousJoin =>
    pseudonymousJoin({
      left,
      right,
      key: ['phone'],
      normalise: ['mobile'],
      linkageKey: key('pseudonymous-join'),
      approval: 'A-1',
      ...over,
    });

  it('drops the key, keeps a token per key, says that it is not private', () => {
    const { table, record } = join({});
    expect(table.names).toEqual(['token', 'a', 'a_right']);
    const rows = [...table.objects()];
    expect(rows.map(({ a, a_right }) => [a, a_right])).toEqual([
      ['1', '5'],
      ['4', '5'],
    ]);
    expect(rows[0]?.token).toBe(rows[1]?.token);
    // HMAC-SHA-256 of the normalised key by OpenSSL.
    expect(rows[0]?.token).toBe(
      createHmac('sha256', Buffer.alloc(32, 1)).update('11:13800138000').digest('hex').slice(0, 32),
    );
    expect(record).toMatchObject({
      operation: 'pseudonymous-join',
      private: false,
      approval: 'A-1',
      size: 1,
      left: { rows: 4, unusable: 1 },
    });
    expect([...join({ linkageKey: key('pseudonymous-join', 2) }).table.objects()][0]?.token).not.toBe(rows[0]?.token);
  });

  it('needs an approval, a key of its purpose, and one row per key on the right', () => {
    expect(codeOf(() => join({ approval: ' ' }))).toBe('SCRIM_ARGUMENT');
    expect(codeOf(() => join({ linkageKey: key('token') }))).toBe('SCRIM_ARGUMENT');
    expect(codeOf(() => join({ left: right, right: left }))).toBe('SCRIM_PSI_DUPLICATES');
  });
});

describe('notes', () => {
  it('every protocol has its proof note', () => {
    const folder = new URL('../../src/psi/', import.meta.url);
    for (const name of ['ecdh', 'kkrt', 'oprf', 'pseudonymous-join'])
      expect(existsSync(new URL(`${name}.md`, folder))).toBe(true);
    expect(readdirSync(folder).filter((name) => name.endsWith('.md')).length).toBe(4);
  });
});
