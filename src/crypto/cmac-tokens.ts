/**
 * CMAC tokens of a whole column (NIST SP 800-38B, section 6.2) over AES or SM4, many values in lock step.
 *
 * A CMAC is a chain of block encryptions within one value, but the chains of different values are independent: block j
 * of all values is enciphered by one bulk ECB call of 64 KB. A value of at most 16 bytes is a single block: its bytes are
 * loaded as four words, cut by a mask of its length, and padding and subkey come from a table of 17 rows.
 * @module
 */
import { type Backend, type BlockCipher, defaultBackend } from './backend.js';
import { cmacSubkeys } from './cmac.js';
import { type KeyLike, withKey } from './secret-key.js';
import { type SuiteName, suiteParts } from './suite.js';
import { type ByteColumn, type TokenForm, TokenWriter } from './token-text.js';

/** Options of {@link cmacTokens}. */
export interface CmacTokensOptions extends TokenForm {
  /** AES-CMAC (`intl`, default; key of 16, 24 or 32 bytes) or SM4-CMAC (`gm`; 16 bytes). */
  readonly suite?: SuiteName;
  /** Default: the back end of the platform. */
  readonly backend?: Backend;
}

const CHUNK = 4096;

/** One token per value, at most 16 bytes of tag. Equal values give equal tokens; the order of rows is kept. */
export function cmacTokens(key: KeyLike, column: ByteColumn, options: CmacTokensOptions = {}): ByteColumn {
  const { suite = 'intl', backend = defaultBackend() } = options;
  const rows = Math.max(0, column.offsets.length - 1);
  const writer = new TokenWriter(rows, 16, options);
  const cipher = withKey(key, (bytes) => backend.blockCipher(suiteParts[suite].cipher, bytes));
  cmacColumn(cipher, column, (tags, count) => writer.write(tags, 16, count));
  return writer.column();
}

/** CMACs of a column in order, 16 bytes each, up to 4,096 at a time. */
export function cmacColumn(
  cipher: BlockCipher,
  column: ByteColumn,
  take: (tags: Uint8Array, count: number) => void,
): void {
  const { bytes, offsets } = column;
  const rows = Math.max(0, offsets.length - 1);
  const tables = singleBlockTables(cipher);
  const source = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const blocks = new Uint8Array(16 * Math.min(CHUNK, rows));
  const view = new DataView(blocks.buffer);
  const length = sameLength(offsets, rows);
  const uniform = length >= 0 && length <= 16;
  if (uniform)
    for (let at = 0; at < 4 * (blocks.length >> 4); at++)
      view.setInt32(4 * at, tables.pad[4 * length + (at & 3)]!, true);
  for (let from = 0; from < rows; from += CHUNK) {
    const to = Math.min(rows, from + CHUNK);
    const used = blocks.subarray(0, 16 * (to - from));
    if (uniform && offsets[to]! + 16 <= bytes.length) {
      equalBlocks(source, offsets[from]!, length, to - from, tables.mask, tables.pad, view);
      take(cipher.encrypt(used), to - from);
    } else if (singleBlocks(source, bytes, offsets, from, to, tables.mask, tables.pad, view))
      take(cipher.encrypt(used), to - from);
    else take(chained(cipher, source, bytes, offsets, from, to, tables), to - from);
  }
}

interface Tables {
  /** For every length 0 to 16: four words that keep that many bytes. */
  readonly mask: Int32Array;
  /** For every length: padding and subkey. */
  readonly pad: Int32Array;
}

function singleBlockTables(cipher: BlockCipher): Tables {
  const { k1, k2 } = cmacSubkeys(cipher);
  const mask = new Uint8Array(17 * 16);
  const pad = new Uint8Array(17 * 16);
  for (let length = 0; length <= 16; length++) {
    mask.fill(255, 16 * length, 16 * length + length);
    pad.set(length < 16 ? k2 : k1, 16 * length);
    if (length < 16) pad[16 * length + length]! ^= 0x80;
  }
  const words = (table: Uint8Array): Int32Array => {
    const view = new DataView(table.buffer);
    return Int32Array.from({ length: table.length / 4 }, (_, i) => view.getInt32(4 * i, true));
  };
  return { mask: words(mask), pad: words(pad) };
}

/** The length of all values when it is the same, else -1. */
function sameLength(offsets: Int32Array, rows: number): number {
  if (rows < 1) return -1;
  const base = offsets[0]!;
  const length = offsets[1]! - base;
  let difference = 0;
  for (let row = 1; row <= rows; row++) difference |= (offsets[row]! - base) ^ Math.imul(row, length);
  return difference === 0 ? length : -1;
}

/** {@link singleBlocks} for values of one length, into blocks whose words behind the value hold their padding already. */
function equalBlocks(
  source: DataView,
  start: number,
  length: number,
  count: number,
  mask: Int32Array,
  pad: Int32Array,
  out: DataView,
): void {
  const entry = 4 * length;
  const [m0, m1, m2, m3] = [mask[entry]!, mask[entry + 1]!, mask[entry + 2]!, mask[entry + 3]!];
  const [p0, p1, p2, p3] = [pad[entry]!, pad[entry + 1]!, pad[entry + 2]!, pad[entry + 3]!];
  let at = start;
  for (let block = 0; block < 16 * count; block += 16) {
    out.setInt32(block, (source.getInt32(at, true) & m0) ^ p0, true);
    if (length > 4) out.setInt32(block + 4, (source.getInt32(at + 4, true) & m1) ^ p1, true);
    if (length > 8) out.setInt32(block + 8, (source.getInt32(at + 8, true) & m2) ^ p2, true);
    if (length > 12) out.setInt32(block + 12, (source.getInt32(at + 12, true) & m3) ^ p3, true);
    at += length;
  }
}

/** Fills one block per row; false when a row is longer than a block. */
function singleBlocks(
  source: DataView,
  bytes: Uint8Array,
  offsets: Int32Array,
  from: number,
  to: number,
  mask: Int32Array,
  pad: Int32Array,
  out: DataView,
): boolean {
  const limit = bytes.length - 16;
  for (let row = from; row < to; row++) {
    const at = offsets[row]!;
    const length = offsets[row + 1]! - at;
    if (length > 16) return false;
    const entry = 4 * length;
    const block = 16 * (row - from);
    if (at <= limit) {
      out.setInt32(block, (source.getInt32(at, true) & mask[entry]!) ^ pad[entry]!, true);
      out.setInt32(block + 4, (source.getInt32(at + 4, true) & mask[entry + 1]!) ^ pad[entry + 1]!, true);
      out.setInt32(block + 8, (source.getInt32(at + 8, true) & mask[entry + 2]!) ^ pad[entry + 2]!, true);
      out.setInt32(block + 12, (source.getInt32(at + 12, true) & mask[entry + 3]!) ^ pad[entry + 3]!, true);
    } else {
      for (let i = 0; i < 4; i++) out.setInt32(block + 4 * i, pad[entry + i]!, true);
      for (let i = 0; i < length; i++) out.setUint8(block + i, out.getUint8(block + i) ^ bytes[at + i]!);
    }
  }
  return true;
}

/** Values of any length: block after block, over the rows that still have one. */
function chained(
  cipher: BlockCipher,
  source: DataView,
  bytes: Uint8Array,
  offsets: Int32Array,
  from: number,
  to: number,
  { mask, pad }: Tables,
): Uint8Array {
  const tags = new Uint8Array(16 * (to - from));
  const tagView = new DataView(tags.buffer);
  const input = new Uint8Array(tags.length);
  const inputView = new DataView(input.buffer);
  const active = Int32Array.from({ length: to - from }, (_, i) => i);
  let states: Uint8Array = new Uint8Array(tags.length);
  for (let count = to - from, step = 0; ; step++) {
    const view = new DataView(states.buffer, states.byteOffset, states.byteLength);
    count = advance(source, bytes, offsets, from, active, count, step, view, inputView, mask, pad, tagView);
    if (count === 0) return tags;
    states = cipher.encrypt(input.subarray(0, 16 * count));
  }
}

/**
 * Takes the states after `step` blocks, stores those of finished rows as tags, and writes the next input block of the
 * others; returns how many go on. `active[i]` is the row of state i, closed up in place.
 */
function advance(
  source: DataView,
  bytes: Uint8Array,
  offsets: Int32Array,
  from: number,
  active: Int32Array,
  count: number,
  step: number,
  states: DataView,
  input: DataView,
  mask: Int32Array,
  pad: Int32Array,
  tags: DataView,
): number {
  const limit = bytes.length - 16;
  let kept = 0;
  for (let i = 0; i < count; i++) {
    const row = active[i]!;
    const at = offsets[from + row]! + 16 * step;
    const left = offsets[from + row + 1]! - at;
    const s0 = states.getInt32(16 * i, true);
    const s1 = states.getInt32(16 * i + 4, true);
    const s2 = states.getInt32(16 * i + 8, true);
    const s3 = states.getInt32(16 * i + 12, true);
    if (left <= 0 && step > 0) {
      tags.setInt32(16 * row, s0, true);
      tags.setInt32(16 * row + 4, s1, true);
      tags.setInt32(16 * row + 8, s2, true);
      tags.setInt32(16 * row + 12, s3, true);
      continue;
    }
    const to = 16 * kept;
    active[kept++] = row;
    if (left > 16) {
      input.setInt32(to, s0 ^ source.getInt32(at, true), true);
      input.setInt32(to + 4, s1 ^ source.getInt32(at + 4, true), true);
      input.setInt32(to + 8, s2 ^ source.getInt32(at + 8, true), true);
      input.setInt32(to + 12, s3 ^ source.getInt32(at + 12, true), true);
      continue;
    }
    const entry = 4 * left;
    input.setInt32(to, s0 ^ pad[entry]!, true);
    input.setInt32(to + 4, s1 ^ pad[entry + 1]!, true);
    input.setInt32(to + 8, s2 ^ pad[entry + 2]!, true);
    input.setInt32(to + 12, s3 ^ pad[entry + 3]!, true);
    if (at <= limit) {
      input.setInt32(to, input.getInt32(to, true) ^ (source.getInt32(at, true) & mask[entry]!), true);
      input.setInt32(to + 4, input.getInt32(to + 4, true) ^ (source.getInt32(at + 4, true) & mask[entry + 1]!), true);
      input.setInt32(to + 8, input.getInt32(to + 8, true) ^ (source.getInt32(at + 8, true) & mask[entry + 2]!), true);
      input.setInt32(
        to + 12,
        input.getInt32(to + 12, true) ^ (source.getInt32(at + 12, true) & mask[entry + 3]!),
        true,
      );
    } else for (let j = 0; j < left; j++) input.setUint8(to + j, input.getUint8(to + j) ^ bytes[at + j]!);
  }
  return kept;
}
