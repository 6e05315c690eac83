/**
 * LZ4 blocks into bytes (LZ4 block format description), as Parquet's LZ4_RAW and, in the frames of Hadoop, its older LZ4 hold them.
 *
 * Every read stays inside the source and every write inside the stated length, which the block must fill exactly.
 * @module
 */

/** Decodes one block of exactly `length` bytes. @throws Error when the bytes are no such block */
export function lz4Block(source: Uint8Array, length: number): Uint8Array {
  // One byte of a length stands for at most 255 bytes.
  check(length <= source.length * 255);
  const out = new Uint8Array(length);
  let from = 0;
  let at = 0;
  const extended = (nibble: number): number => {
    let value = nibble;
    for (let byte = 255; nibble === 15 && byte === 255; value += byte) {
      check(from < source.length);
      byte = source[from++] as number;
    }
    return value;
  };
  while (from < source.length) {
    const token = source[from++] as number;
    const literals = extended(token >> 4);
    check(from + literals <= source.length && at + literals <= length);
    out.set(source.subarray(from, from + literals), at);
    from += literals;
    at += literals;
    // The last sequence has no match.
    if (from === source.length) break;
    check(from + 2 <= source.length);
    const offset = (source[from] as number) | ((source[from + 1] as number) << 8);
    from += 2;
    const match = extended(token & 15) + 4;
    check(offset > 0 && offset <= at && at + match <= length && from < source.length);
    if (offset >= match && match > 48) out.copyWithin(at, at - offset, at - offset + match);
    else for (let i = at; i < at + match; i++) out[i] = out[i - offset] as number;
    at += match;
  }
  check(at === length);
  return out;
}

/**
 * Decodes what writers called LZ4 before LZ4_RAW: blocks after their two big-endian lengths, or else one plain block
 * (Apache Parquet format, Compression.md).
 *
 * @throws Error when the bytes are neither
 */
export function lz4Hadoop(source: Uint8Array, length: number): Uint8Array {
  const blocks = hadoopBlocks(source, length);
  if (blocks === null) return lz4Block(source, length);
  const out = new Uint8Array(length);
  let at = 0;
  for (const { bytes, length: part } of blocks) {
    out.set(lz4Block(bytes, part), at);
    at += part;
  }
  return out;
}

/** The blocks of Hadoop's frames, or null unless they fill source and length exactly. */
function hadoopBlocks(source: Uint8Array, length: number): { bytes: Uint8Array; length: number }[] | null {
  const view = new DataView(source.buffer, source.byteOffset, source.byteLength);
  const blocks: { bytes: Uint8Array; length: number }[] = [];
  let from = 0;
  let total = 0;
  while (from < source.length) {
    if (from + 8 > source.length) return null;
    const part = view.getUint32(from, false);
    const stored = view.getUint32(from + 4, false);
    from += 8;
    if (stored === 0 || from + stored > source.length) return null;
    blocks.push({ bytes: source.subarray(from, from + stored), length: part });
    from += stored;
    total += part;
  }
  return total === length ? blocks : null;
}

function check(sound: boolean): void {
  if (!sound) throw new Error('LZ4 block');
}
