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
  for (let from = 0; from < rows; from += CHUNK) {
    const to = Math.min(rows, from + CHUNK);
    const used = blocks.subarray(0, 16 * (to - from));
    if (singleBlocks(source, bytes, offsets, from, to, tables.mask, tables.pad, view))
      take(cipher.encrypt(used), to - from);
    else take(chained(cipher, bytes, offsets, from, to, tables), to - from);
  }
}

interface Tables {
  /** For every length 0 to 16: four words that keep that many bytes. */
  readonly mask: Int32Array;
  /** For every length: padding and subkey. */
  readonly pad: Int32Array;
  readonly k1: Uint8Array;
  readonly k2: Uint8Array;
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
  return { mask: words(mask), pad: words(pad), k1, k2 };
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
  bytes: Uint8Array,
  offsets: Int32Array,
  from: number,
  to: number,
  { k1, k2 }: Tables,
): Uint8Array {
  const states = new Uint8Array(16 * (to - from));
  const input = new Uint8Array(16 * (to - from));
  const active = Int32Array.from({ length: to - from }, (_, i) => i);
  for (let count = to - from, step = 0; count > 0; step++) {
    fillStep(bytes, offsets, from, active, count, step, states, input, k1, k2);
    const output = cipher.encrypt(input.subarray(0, 16 * count));
    count = keepStates(offsets, from, active, count, step, states, output);
  }
  return states;
}

function fillStep(
  bytes: Uint8Array,
  offsets: Int32Array,
  from: number,
  active: Int32Array,
  count: number,
  step: number,
  states: Uint8Array,
  input: Uint8Array,
  k1: Uint8Array,
  k2: Uint8Array,
): void {
  for (let i = 0; i < count; i++) {
    const slot = active[i]!;
    const at = offsets[from + slot]! + 16 * step;
    const left = offsets[from + slot + 1]! - at;
    const taken = Math.min(left, 16);
    for (let j = 0; j < 16; j++) input[16 * i + j] = states[16 * slot + j]!;
    for (let j = 0; j < taken; j++) input[16 * i + j]! ^= bytes[at + j]!;
    if (left <= 16) {
      const subkey = left === 16 ? k1 : k2;
      for (let j = 0; j < 16; j++) input[16 * i + j]! ^= subkey[j]!;
      if (left < 16) input[16 * i + taken]! ^= 0x80;
    }
  }
}

/** Stores the states and drops the rows that are done; returns how many go on. */
function keepStates(
  offsets: Int32Array,
  from: number,
  active: Int32Array,
  count: number,
  step: number,
  states: Uint8Array,
  output: Uint8Array,
): number {
  let kept = 0;
  for (let i = 0; i < count; i++) {
    const slot = active[i]!;
    for (let j = 0; j < 16; j++) states[16 * slot + j] = output[16 * i + j]!;
    if (offsets[from + slot + 1]! - offsets[from + slot]! > 16 * (step + 1)) active[kept++] = slot;
  }
  return kept;
}
