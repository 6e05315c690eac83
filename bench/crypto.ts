/**
 * Column kernels of `scrim/crypto` against node:crypto and noble on the same values: HMAC and CMAC tokens, FF1, SIV.
 * @module
 */
import { createCipheriv, createHmac } from 'node:crypto';
import { aessiv } from '@noble/ciphers/aes.js';
import { FF1 } from '@noble/ciphers/ff1.js';
import { SecureRandom, sha256Hex } from '../src/core/index.js';
import { type ByteColumn, cmacTokens, ff1Column, ff1Integers, hmacTokens } from '../src/crypto/index.js';
import { Bench, isMain, versionOf } from './harness.js';

/** `rows` texts of `digits` random digits. */
function digitColumn(rows: number, digits: number): ByteColumn {
  const random = new SecureRandom();
  const bytes = new Uint8Array(rows * digits);
  for (let i = 0; i < bytes.length; i++) bytes[i] = 48 + random.below(10);
  return { bytes, offsets: Int32Array.from({ length: rows + 1 }, (_, i) => i * digits) };
}

function head(column: ByteColumn, rows: number): ByteColumn {
  return { bytes: column.bytes, offsets: column.offsets.subarray(0, rows + 1) };
}

const cell = ({ bytes, offsets }: ByteColumn, row: number): Uint8Array =>
  bytes.subarray(offsets[row], offsets[row + 1]);

/** `rows` results of `length` bytes each, made one by one. */
function oneByOne(rows: number, length: number, make: (row: number) => Uint8Array): string {
  const all = new Uint8Array(rows * length);
  for (let row = 0; row < rows; row++) all.set(make(row), row * length);
  return sha256Hex(all);
}

/** All measurements. */
export async function run(): Promise<void> {
  const bench = new Bench('crypto');
  const noble = await versionOf('@noble/ciphers');
  const random = new SecureRandom();
  const million = digitColumn(1_000_000, 11);
  const cards = digitColumn(1_000_000, 16);
  const aes = random.bytes(32);
  const sm4 = random.bytes(16);
  const units = (count: number): { count: number; name: string } => ({ count, name: 'values' });
  const tokens = { encoding: 'raw' } as const;

  for (const [suite, hash] of [
    ['intl', 'sha256'],
    ['gm', 'sm3'],
  ] as const) {
    const part = head(million, 200_000);
    await bench.compare({
      title: `HMAC-${hash.toUpperCase()} tokens`,
      work: '200,000 values of 11 bytes, 32-byte tags',
      target: '1.5 times node:crypto one by one',
      units: units(200_000),
      contenders: [
        {
          name: 'scrim hmacTokens',
          run: () => sha256Hex(hmacTokens(aes, part, { suite, encoding: 'raw', tokenBytes: 32 }).bytes),
        },
        {
          name: `node:crypto createHmac (OpenSSL ${process.versions.openssl})`,
          run: () => oneByOne(200_000, 32, (row) => createHmac(hash, aes).update(cell(part, row)).digest()),
        },
      ],
    });
  }

  for (const [suite, key, aim] of [
    ['intl', aes, '20 M/s'],
    ['gm', sm4, '6 M/s'],
  ] as const) {
    await bench.compare({
      title: `CMAC tokens, ${suite === 'intl' ? 'AES-256' : 'SM4'}`,
      work: '1,000,000 values of 11 bytes, 16-byte tags as raw bytes and as base64url text',
      target: aim,
      units: units(1_000_000),
      warmup: 3,
      contenders: [
        { name: 'scrim cmacTokens, raw', run: () => void cmacTokens(key, million, { suite, ...tokens }) },
        { name: 'scrim cmacTokens, base64url', run: () => void cmacTokens(key, million, { suite }) },
      ],
    });
  }
  const mixed = digitColumn(250_000, 40);
  await bench.compare({
    title: 'CMAC tokens of longer values, AES-256',
    work: '250,000 values of 40 bytes (three blocks)',
    units: units(250_000),
    contenders: [{ name: 'scrim cmacTokens', run: () => void cmacTokens(aes, mixed, tokens) }],
  });

  for (const [name, column] of [
    ['11 digits', million],
    ['16 digits', cards],
  ] as const) {
    await bench.compare({
      title: `FF1-AES-256, ${name}`,
      work: '1,000,000 texts, bytes to bytes',
      target: name === '11 digits' ? '2.5 M/s' : 'none',
      units: units(1_000_000),
      warmup: 2,
      contenders: [
        { name: 'scrim ff1Column encrypt', run: () => void ff1Column(aes, 'encrypt', column) },
        { name: 'scrim ff1Column decrypt', run: () => void ff1Column(aes, 'decrypt', column) },
      ],
    });
  }
  const few = 20_000;
  const small = head(million, few);
  const tweak = new Uint8Array();
  await bench.compare({
    title: 'FF1-AES-256 against noble',
    work: `${few} texts of 11 digits; noble from and to arrays of digits`,
    target: '60 times',
    units: units(few),
    rounds: 3,
    contenders: [
      { name: 'scrim ff1Column', run: () => sha256Hex(ff1Column(aes, 'encrypt', small).column.bytes) },
      {
        name: noble,
        run: () => {
          const cipher = FF1(10, aes, tweak);
          return oneByOne(few, 11, (row) =>
            Uint8Array.from(cipher.encrypt(Array.from(cell(small, row), (byte) => byte - 48)), (n) => n + 48),
          );
        },
      },
    ],
  });
  const half = head(million, 200_000);
  const blocks = new Uint8Array(65536);
  await bench.compare({
    title: 'FF1-SM4 against its ceiling',
    work: '200,000 texts of 11 digits need 2,000,000 SM4 blocks',
    target: 'at least 0.75 in the column CPU / ours: 75 % of bulk SM4-ECB / 10',
    units: units(200_000),
    warmup: 2,
    contenders: [
      { name: 'scrim ff1Column', run: () => void ff1Column(sm4, 'encrypt', half, { suite: 'gm' }) },
      {
        name: 'the same number of blocks through one sm4-ecb of node:crypto',
        run: () => {
          const cipher = createCipheriv('sm4-ecb', sm4, null).setAutoPadding(false);
          for (let done = 0; done < 2_000_000; done += 4096) cipher.update(blocks);
        },
      },
    ],
  });
  const ranks = Float64Array.from({ length: 500_000 }, () => random.below(46_021_000));
  await bench.compare({
    title: 'FF1-AES-256 on integers',
    work: '500,000 ranks below 46,021,000 (a range that is no power)',
    units: units(500_000),
    contenders: [{ name: 'scrim ff1Integers', run: () => void ff1Integers(aes, 'encrypt', ranks, 46_021_000) }],
  });
  await siv(bench, noble, million);
  bench.write();
}

async function siv(bench: Bench, noble: string, column: ByteColumn): Promise<void> {
  const { sivSealColumn } = await import('../src/crypto/index.js');
  const key = new SecureRandom().bytes(64);
  const rows = 20_000;
  const small = head(column, rows);
  const associated = new Uint8Array(16).fill(7);
  await bench.compare({
    title: 'AES-SIV of a column',
    work: `${rows} texts of 11 bytes, one associated text`,
    units: { count: rows, name: 'values' },
    rounds: 3,
    warmup: 3,
    contenders: [
      {
        name: 'scrim sivSealColumn',
        run: () => sha256Hex(sivSealColumn(key, small, { associated: [associated], encoding: 'raw' }).bytes),
      },
      { name: noble, run: () => oneByOne(rows, 27, (row) => aessiv(key, associated).encrypt(cell(small, row))) },
    ],
  });
}

if (isMain(import.meta.url)) await run();
