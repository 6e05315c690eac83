/**
 * The receiver of KKRT (kkrt.ts): items into bins, corrections out, own masks, and the other side's masks looked up among them.
 * @module
 */
import { ScrimError, SecureRandom } from '../core/index.js';
import { transpose } from './bit-matrix.js';
import type { Protocol } from './channel.js';
import { cuckooBins, cuckooTable, HASHES } from './cuckoo.js';
import { finishReceiver } from './finish.js';
import { chunkRows, hashOf, maskBytes, streams, WRAP, wordsOf, wrapsPayload, writeMask } from './kkrt-parts.js';
import { HASH_WORDS, RowCode, type RowHash } from './kkrt-rows.js';
import type { BucketInput, BucketOutput, ProtocolContext } from './protocol.js';
import { RecordIndex } from './record-index.js';
import { keyStream, type Stream } from './stream.js';
import type { SeedPairs } from './transfer-seeds.js';

/** Runs one bucket of the receiver. */
export function* receiveBucket(context: ProtocolContext, seeds: SeedPairs, input: BucketInput): Protocol<BucketOutput> {
  const { digests, count, peerCount } = input;
  const size = maskBytes(count, peerCount);
  const bins = cuckooBins(count);
  const table = cuckooTable(digests, count, bins);
  const own: OwnMasks = {
    masks: new Uint8Array(size * count),
    pads: wrapsPayload(context) ? new Uint8Array(WRAP * count) : null,
    hashOf: new Uint8Array(count),
  };
  const hash = hashOf(context, input);
  const { words } = hash;
  const code = new RowCode(context.suite, context.channel.session, words);
  const zero = streams(context, seeds.zero.take(input.bucket), words);
  const one = streams(context, seeds.one.take(input.bucket), words);
  const chunk = chunkRows(bins);
  const scratch = new ReceiverScratch(chunk, words, hash.width);
  for (let from = 0; from < bins; from += chunk) {
    const rows = Math.min(chunk, bins - from);
    fillChunk(scratch, zero, one);
    scratch.gather(digests, table.itemOf, from, rows);
    code.write(scratch.digests, rows, scratch.codes);
    correct(scratch.difference, scratch.codes, words * rows);
    const corrections = new Uint8Array(scratch.difference.buffer, 0, 4 * words * rows);
    yield context.channel.frame('corrections', corrections);
    ownMasks(scratch, hash, table.itemOf, table.hashOf, from, rows, size, own);
    context.progress('extend', from + rows, bins);
  }
  return yield* compare(context, input, own, size);
}

interface OwnMasks {
  readonly masks: Uint8Array;
  readonly pads: Uint8Array | null;
  readonly hashOf: Uint8Array;
}

class ReceiverScratch {
  readonly chunk: number;
  readonly words: number;
  readonly zeros: Uint8Array;
  readonly columns: Uint8Array;
  readonly others: Uint8Array;
  readonly rows: Int32Array;
  readonly difference: Int32Array;
  readonly codes: Int32Array;
  readonly digests: Uint8Array;
  readonly kept: Int32Array;
  readonly hashed: Int32Array;
  readonly bins: Uint32Array;
  readonly which: Uint8Array;
  readonly items: Int32Array;
  readonly #random = new SecureRandom();

  constructor(chunk: number, words: number, width: number) {
    this.chunk = chunk;
    this.words = words;
    this.zeros = new Uint8Array(chunk / 8);
    this.columns = new Uint8Array(4 * words * chunk);
    this.others = new Uint8Array(4 * words * chunk);
    this.rows = new Int32Array(chunk * words);
    this.difference = new Int32Array(chunk * words);
    this.codes = new Int32Array(chunk * words);
    this.digests = new Uint8Array(16 * chunk);
    this.kept = new Int32Array(chunk * width);
    this.hashed = new Int32Array(HASH_WORDS * chunk);
    this.bins = new Uint32Array(chunk);
    this.which = new Uint8Array(chunk);
    this.items = new Int32Array(chunk);
  }

  /** Digests of the items in the bins; fresh random ones in empty bins, so that nobody can tell them apart. */
  gather(digests: Uint8Array, itemOf: Int32Array, from: number, rows: number): void {
    this.#random.fill(this.digests.subarray(0, 16 * rows));
    gatherWords(wordsOf(digests), itemOf, from, rows, new Int32Array(this.digests.buffer));
  }
}

function gatherWords(digests: Int32Array, itemOf: Int32Array, from: number, rows: number, out: Int32Array): void {
  for (let row = 0; row < rows; row++) {
    const item = itemOf[from + row]!;
    if (item < 0) continue;
    out[4 * row] = digests[4 * item]!;
    out[4 * row + 1] = digests[4 * item + 1]!;
    out[4 * row + 2] = digests[4 * item + 2]!;
    out[4 * row + 3] = digests[4 * item + 3]!;
  }
}

/** Columns of T0 and of T0 xor T1, turned into rows. */
function fillChunk(scratch: ReceiverScratch, zero: readonly Stream[], one: readonly Stream[]): void {
  const { chunk, words, zeros, columns, others } = scratch;
  for (let column = 0; column < 32 * words; column++) {
    const t0 = (zero[column] as Stream).xor(zeros);
    columns.set(t0, (column * chunk) / 8);
    others.set((one[column] as Stream).xor(t0), (column * chunk) / 8);
  }
  transpose(new Int32Array(columns.buffer), 32 * words, chunk, scratch.rows);
  transpose(new Int32Array(others.buffer), 32 * words, chunk, scratch.difference);
}

function correct(difference: Int32Array, codes: Int32Array, words: number): void {
  for (let i = 0; i < words; i++) difference[i] = difference[i]! ^ codes[i]!;
}

function ownMasks(
  scratch: ReceiverScratch,
  hash: RowHash,
  itemOf: Int32Array,
  hashFunction: Uint8Array,
  from: number,
  rows: number,
  size: number,
  own: OwnMasks,
): void {
  // Occupied rows only, moved together.
  let used = 0;
  for (let row = 0; row < rows; row++) {
    const item = itemOf[from + row]!;
    if (item < 0) continue;
    if (used !== row) moveRow(scratch.rows, row, used, scratch.words);
    scratch.bins[used] = from + row;
    scratch.which[used] = hashFunction[from + row]!;
    scratch.items[used++] = item;
  }
  hash.reduce(scratch.rows, used, scratch.kept, 0);
  hash.hash(scratch.kept, used, scratch.bins, scratch.which, scratch.hashed);
  for (let i = 0; i < used; i++) {
    const item = scratch.items[i]!;
    own.hashOf[item] = scratch.which[i]!;
    writeMask(scratch.hashed, HASH_WORDS * i, own.masks, size * item, size);
    if (own.pads !== null) writeMask(scratch.hashed, HASH_WORDS * i + 4, own.pads, WRAP * item, WRAP);
  }
}

function moveRow(rows: Int32Array, from: number, to: number, words: number): void {
  for (let w = 0; w < words; w++) rows[words * to + w] = rows[words * from + w]!;
}

/** Looks the sender's masks up among the own ones. */
function* compare(context: ProtocolContext, input: BucketInput, own: OwnMasks, size: number): Protocol<BucketOutput> {
  const { channel, payloadWidth } = context;
  const { count, peerCount } = input;
  const index = new RecordIndex(own.masks, count, size);
  const wraps = own.pads !== null;
  const record = HASHES * size + (wraps ? HASHES * WRAP + payloadWidth : 0);
  const pairs = new MaskMatches(Math.min(count, peerCount), count);
  const opened: Uint8Array[] = [];
  yield* channel.receiveRecords('masks', peerCount, record, (records, at) => {
    const present = records.length / record;
    const before = pairs.length;
    matchMasks(index, records, present, record, size, own.hashOf, at, pairs);
    for (let m = before; own.pads !== null && m < pairs.length; m++) {
      const item = pairs.mine[m] as number;
      const k = own.hashOf[item] as number;
      const from = record * ((pairs.theirs[m] as number) - at);
      const pads = own.pads.subarray(WRAP * item, WRAP * (item + 1));
      const wrapped = records.subarray(from + HASHES * size + WRAP * k, from + HASHES * size + WRAP * (k + 1));
      const key = wrapped.map((byte, b) => byte ^ (pads[b] as number));
      opened.push(keyStream(context.suite, key).xor(records.subarray(from + record - payloadWidth, from + record)));
    }
    context.progress('compare', at + present, peerCount);
  });
  const { mine, theirs, length } = pairs;
  const output = yield* finishReceiver(context, mine.subarray(0, length), theirs.subarray(0, length), peerCount);
  if (!wraps) return output;
  // finishReceiver keeps the order of the sender's list, which is the order in which they were found.
  const payloads = new Uint8Array(payloadWidth * opened.length);
  opened.forEach((one, i) => {
    payloads.set(one, payloadWidth * i);
  });
  return { ...output, payloads };
}

/** Own items that matched, and the positions of the other side's. */
class MaskMatches {
  readonly mine: Uint32Array;
  readonly theirs: Uint32Array;
  readonly taken: Uint8Array;
  length = 0;

  constructor(most: number, count: number) {
    this.mine = new Uint32Array(most);
    this.theirs = new Uint32Array(most);
    this.taken = new Uint8Array(count);
  }
}

/** Looks the masks of a frame up; of an item that matches, only the mask of the hash function that placed it counts. */
function matchMasks(
  index: RecordIndex,
  records: Uint8Array,
  present: number,
  record: number,
  size: number,
  hashFunction: Uint8Array,
  at: number,
  pairs: MaskMatches,
): void {
  for (let i = 0; i < present; i++) {
    for (let k = 0; k < HASHES; k++) {
      const item = index.find(records, record * i + size * k);
      if (item < 0 || hashFunction[item] !== k) continue;
      if (pairs.taken[item] === 1)
        throw new ScrimError('SCRIM_PSI_SIZE', { what: 'matches of one item', expected: 1, actual: 2 });
      pairs.taken[item] = 1;
      pairs.mine[pairs.length] = item;
      pairs.theirs[pairs.length++] = at + i;
      break;
    }
  }
}
