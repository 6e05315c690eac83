import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lz4Block, lz4Hadoop } from '../../src/table/_lz4.js';
import { zstdDecompress } from '../../src/table/_zstd.js';
import { readParquet, type Table, writeParquet } from '../../src/table/index.js';

interface Packed {
  readonly name: string;
  readonly base64: string;
}
interface Frame extends Packed {
  readonly length: number;
  readonly crc32: number;
}

// Written by pyarrow and the zstd command line; versions stand in the file.
const vectors = JSON.parse(readFileSync(new URL('../vectors/table/parquet-codecs.json', import.meta.url), 'utf8')) as {
  files: Packed[];
  frames: Frame[];
  blocks: Frame[];
};
const bytesOf = ({ base64 }: Packed): Uint8Array => Uint8Array.from(Buffer.from(base64, 'base64'));
const file = (name: string): Uint8Array => bytesOf(vectors.files.find((one) => one.name === name) as Packed);
const own = { ZSTD: zstdDecompress };

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let i = 0; i < 8; i++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc >>> 0;
}

async function written(table: Table): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  await writeParquet(table, { write: (bytes) => void parts.push(bytes.slice()) });
  return Buffer.concat(parts);
}

describe('Parquet codecs', () => {
  it('reads ZSTD and LZ4_RAW pages of pyarrow as it reads plain ones, on every version of Node', async () => {
    const plain = [...(await readParquet(file('uncompressed'))).objects()];
    expect(plain.length).toBe(400);
    for (const { name, base64 } of vectors.files) {
      const table = await readParquet(bytesOf({ name, base64 }), name.startsWith('zstd') ? { compressors: own } : {});
      expect([...table.objects()], name).toEqual(plain);
      expect([...(await readParquet(bytesOf({ name, base64 }))).objects()], name).toEqual(plain);
    }
  });

  it('reports truncated and changed pages as damaged, or reads what the change left whole', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('zstd-1', 'zstd-22-v2', 'lz4', 'lz4-v2'),
        fc.array(fc.tuple(fc.nat(14_000), fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 4 }),
        async (name, changes) => {
          const bytes = file(name).slice();
          for (const [at, by] of changes) if (at < bytes.length) bytes[at] = (bytes[at] as number) ^ by;
          const codes = ['SCRIM_PARQUET_INVALID', 'SCRIM_PARQUET_UNSUPPORTED', 'SCRIM_TABLE_DUPLICATE_COLUMN'];
          await readParquet(bytes, { compressors: own }).catch((error: { code?: string }) =>
            expect(codes).toContain(error.code),
          );
        },
      ),
      { numRuns: 150 },
    );
  });

  it('keeps timestamps without a zone without one, and those in UTC in UTC', async () => {
    const table = await readParquet(file('uncompressed'));
    expect(table.field('local').local).toBe(true);
    expect(table.field('utc').local).toBeUndefined();
    const back = await readParquet(await written(table));
    expect(back.fields.map(({ local }) => local)).toEqual(table.fields.map(({ local }) => local));
    expect([...back.objects()]).toEqual([...table.objects()]);
  });
});

describe('Zstandard (RFC 8878)', () => {
  it('decodes frames of the reference encoder and checks their checksums', () => {
    for (const frame of vectors.frames) {
      const packed = bytesOf(frame);
      expect(crc32(zstdDecompress(packed, frame.length)), frame.name).toBe(frame.crc32);
      packed[packed.length - 1] = (packed[packed.length - 1] as number) ^ 1;
      expect(() => zstdDecompress(packed, frame.length), frame.name).toThrow('checksum');
    }
  });

  it('decodes frames in a row, with frames to be skipped between them', () => {
    const [first, second] = [vectors.frames[0] as Frame, vectors.frames[4] as Frame];
    const skipped = Uint8Array.of(0x57, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3);
    const both = Buffer.concat([skipped, bytesOf(first), skipped, bytesOf(second)]);
    const out = zstdDecompress(both, first.length + second.length);
    expect(crc32(out.subarray(0, first.length))).toBe(first.crc32);
    expect(crc32(out.subarray(first.length))).toBe(second.crc32);
  });

  it('refuses every truncation and every other stated length', () => {
    for (const frame of vectors.frames) {
      const packed = bytesOf(frame);
      const step = Math.max(1, packed.length >> 6);
      for (let end = 1; end < packed.length; end += step) {
        expect(() => zstdDecompress(packed.subarray(0, end), frame.length), `${frame.name} ${end}`).toThrow();
      }
      for (const length of [frame.length + 1, frame.length - 1, 2 ** 31 - 1]) {
        expect(() => zstdDecompress(packed, length), `${frame.name} ${length}`).toThrow();
      }
    }
  });

  it('ends a bomb at the first match that leaves its block', () => {
    // 30,000 sequences, each of a match of 64 KiB, in a block of 60 KB: 2 GB. fzstd 0.1.1 worked 7 s on it and gave it out.
    const bits = new Uint8Array(60_001);
    bits[60_000] = 1;
    const body = Uint8Array.of(9, 0x61, (30_000 >> 8) + 128, 30_000 & 255, 0x54, 1, 0, 52, ...bits);
    const size = (body.length << 3) | 5;
    const frame = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0, 0x38, size & 255, (size >> 8) & 255, size >> 16, ...body);
    expect(() => zstdDecompress(frame, 131_072)).toThrow('sequence length');
  });
});

describe('LZ4 blocks', () => {
  it('decodes blocks of the reference encoder, also in the frames of Hadoop', () => {
    for (const block of vectors.blocks) {
      const packed = bytesOf(block);
      expect(crc32(lz4Block(packed, block.length)), block.name).toBe(block.crc32);
      expect(crc32(lz4Hadoop(packed, block.length)), block.name).toBe(block.crc32);
      const head = Buffer.alloc(8);
      head.writeUInt32BE(block.length, 0);
      head.writeUInt32BE(packed.length, 4);
      const twice = lz4Hadoop(Buffer.concat([head, packed, head, packed]), 2 * block.length);
      expect(crc32(twice.subarray(block.length)), block.name).toBe(block.crc32);
    }
  });

  it('refuses truncations, other stated lengths and offsets before the block', () => {
    for (const block of vectors.blocks) {
      const packed = bytesOf(block);
      for (let end = 0; end < packed.length; end += Math.max(1, packed.length >> 6)) {
        expect(() => lz4Block(packed.subarray(0, end), block.length)).toThrow('LZ4');
      }
      for (const length of [block.length + 1, block.length - 1, 2 ** 31 - 1]) {
        expect(() => lz4Block(packed, length)).toThrow('LZ4');
      }
    }
    expect(() => lz4Block(Uint8Array.of(0x10, 65, 2, 0, 0), 6)).toThrow('LZ4');
    expect(() => lz4Block(Uint8Array.of(0x10, 65, 0, 0, 0), 6)).toThrow('LZ4');
  });

  it('never leaves its bounds on any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(300), (bytes, length) => {
        for (const decode of [lz4Block, lz4Hadoop, zstdDecompress]) {
          try {
            expect(decode(bytes, length).length).toBe(length);
          } catch (error) {
            expect((error as Error).message).toMatch(/^(LZ4|Zstandard)/);
          }
        }
      }),
    );
  });
});
