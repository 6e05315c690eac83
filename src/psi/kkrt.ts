/**
 * KKRT private set intersection: Kolesnikov, Kumaresan, Rosulek, Trieu, "Efficient batched oblivious PRF with applications to
 * private set intersection" (CCS 2016), figures 2 and 3, with stash-less cuckoo hashing. Honest-but-curious; see kkrt.md.
 *
 * The receiver puts its items into bins and obtains one PRF value per bin; the sender can compute the PRF of every bin and
 * sends the values of its items in all three bins; the receiver compares. Masks are separated by hash function, so an item
 * with two equal bins sends no equal masks. All messages are streamed.
 * @module
 */
import { ScrimError, SecureRandom } from '../core/index.js';
import { transpose } from './bit-matrix.js';
import type { Protocol } from './channel.js';
import { binOf, cuckooBins, cuckooTable, HASHES } from './cuckoo.js';
import { finishReceiver, finishSender } from './finish.js';
import { HASH_WORDS, linearHash, RowCode, type RowHash, rowHash } from './kkrt-rows.js';
import type { BucketInput, BucketOutput, BucketRunner, ProtocolContext } from './protocol.js';
import { RecordIndex } from './record-index.js';
import { permutation, permuted } from './shuffle.js';
import { keyStream, type Stream } from './stream.js';
import { type ChosenSeeds, chooseSeeds, pairSeeds, type SeedPairs } from './transfer-seeds.js';

/** Most rows of a chunk: 4 KiB of each column, 2 MiB of corrections at most. */
const CHUNK = 2 ** 15;
/** Most items of a bucket in mode `row`: beyond, its code is too short for a failure below 2^-40 (kkrt.md). */
const CONSERVATIVE_LIMIT = 2 ** 24;
/** Items whose masks are computed together. */
const BATCH = 8192;
/** Bytes of the wrapped payload key. */
const WRAP = 16;

/** Rows of a chunk: whole cipher blocks of every column, no more than there are bins. */
function chunkRows(bins: number): number {
  return Math.min(CHUNK, 128 * Math.ceil(bins / 128));
}

/** Bytes of a mask for a false match below 2^-40. */
export function maskBytes(receiverCount: number, senderCount: number): number {
  const bits = 40 + Math.log2(Math.max(1, receiverCount)) + Math.log2(Math.max(1, senderCount));
  return Math.min(12, Math.max(8, Math.ceil(bits / 8)));
}

/** Runs the base transfers and gives the runner of buckets. */
export function* openKkrt(context: ProtocolContext): Protocol<BucketRunner> {
  if (context.receiver) {
    const seeds = yield* pairSeeds(context.channel, context.portable);
    return (input) => receive(context, seeds, input);
  }
  const seeds = yield* chooseSeeds(context.channel, context.portable);
  return (input) => send(context, seeds, input);
}

function hashOf(context: ProtocolContext, { bucket, count, peerCount }: BucketInput): RowHash {
  const { agreed, suite, channel } = context;
  if (agreed.rowHash === 'linear') return linearHash(suite, channel.session, bucket);
  if (Math.max(count, peerCount) > CONSERVATIVE_LIMIT) {
    const what = `${Math.max(count, peerCount)} items in a bucket`;
    throw new ScrimError('SCRIM_PSI_UNSUPPORTED', { protocol: 'kkrt', what, reason: 'more buckets are needed' });
  }
  return rowHash(suite, channel.session, bucket);
}

/** True when payload goes along with the masks because the sender is to learn nothing. */
function wrapsPayload(context: ProtocolContext): boolean {
  return context.agreed.mode === 'payload' && context.agreed.learns !== 'both';
}

/** Streams of the columns that rows of so many words have. */
function streams(context: ProtocolContext, keys: readonly Uint8Array[], words: number): Stream[] {
  return keys.slice(0, 32 * words).map((key) => keyStream(context.suite, key));
}

// --- receiver --------------------------------------------------------------------------------------------------------

function* receive(context: ProtocolContext, seeds: SeedPairs, input: BucketInput): Protocol<BucketOutput> {
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

/** Bytes as words; copied where they are not aligned. */
function wordsOf(bytes: Uint8Array): Int32Array {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  return new Int32Array(aligned.buffer, aligned.byteOffset, aligned.byteLength >> 2);
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

/** Words as bytes, least significant first. */
function writeMask(words: Int32Array, from: number, out: Uint8Array, to: number, size: number): void {
  for (let b = 0; b < size; b++) out[to + b] = (words[from + (b >> 2)]! >>> (8 * (b & 3))) & 255;
}

/** Masks of `count` items, `HASHES` each, at the head of each record: by words, each overwriting the tail of the one before. */
function writeMasks(hashed: Int32Array, count: number, out: DataView, record: number, size: number): void {
  const words = (size + 3) >> 2;
  for (let i = 0, from = 0; i < count; i++) {
    for (let k = 0; k < HASHES; k++, from += HASH_WORDS) {
      const to = record * i + size * k;
      out.setInt32(to, hashed[from]!, true);
      out.setInt32(to + 4, hashed[from + 1]!, true);
      if (words > 2) out.setInt32(to + 8, hashed[from + 2]!, true);
    }
  }
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

// --- sender ----------------------------------------------------------------------------------------------------------

function* send(context: ProtocolContext, seeds: ChosenSeeds, input: BucketInput): Protocol<BucketOutput> {
  const { channel } = context;
  const { count, peerCount } = input;
  const bins = cuckooBins(peerCount);
  const hash = hashOf(context, input);
  const kept = new Int32Array(hash.width * bins);
  const { words } = hash;
  const prg = streams(context, seeds.seeds.take(input.bucket), words);
  const chunk = chunkRows(bins);
  const zeros = new Uint8Array(chunk / 8);
  const columns = new Uint8Array(4 * words * chunk);
  const rows = new Int32Array(chunk * words);
  for (let from = 0; from < bins; from += chunk) {
    const present = Math.min(chunk, bins - from);
    for (let column = 0; column < 32 * words; column++) {
      columns.set((prg[column] as Stream).xor(zeros), (column * chunk) / 8);
    }
    transpose(new Int32Array(columns.buffer), 32 * words, chunk, rows);
    const payload = yield* channel.receive('corrections', 4 * words * present);
    apply(rows, wordsOf(payload), seeds.choices, present, words);
    hash.reduce(rows, present, kept, hash.width * from);
    context.progress('extend', from + present, bins);
  }
  const order = permutation(count);
  yield* sendMasks(context, input, seeds.choices, hash, kept, bins, order);
  if (context.agreed.learns === 'both') return yield* finishSender(context, input, order);
  return { matches: null, count: null, withheld: null, payloads: null };
}

/** q = row xor (correction and s). */
function apply(rows: Int32Array, corrections: Int32Array, choices: Int32Array, present: number, words: number): void {
  for (let row = 0, at = 0; row < present; row++) {
    for (let w = 0; w < words; w++, at++) rows[at] = rows[at]! ^ (corrections[at]! & choices[w]!);
  }
}

function* sendMasks(
  context: ProtocolContext,
  input: BucketInput,
  choices: Int32Array,
  hash: RowHash,
  kept: Int32Array,
  bins: number,
  order: Uint32Array,
): Protocol<void> {
  const { channel, payloadWidth } = context;
  const { count } = input;
  const wraps = wrapsPayload(context);
  const size = maskBytes(input.peerCount, count);
  const record = HASHES * size + (wraps ? HASHES * WRAP + payloadWidth : 0);
  const { words } = hash;
  const code = new RowCode(context.suite, channel.session, words);
  // Frames are filled record by record up to their cap.
  const perFrame = Math.max(1, Math.min(BATCH, count, Math.floor(2 ** 20 / record)));
  const codes = new Int32Array(words * perFrame);
  const folded = new Int32Array(hash.width * perFrame);
  const candidates = new Int32Array(HASHES * hash.width * perFrame);
  const hashed = new Int32Array(HASHES * HASH_WORDS * perFrame);
  const where = new Uint32Array(HASHES * perFrame);
  const which = new Uint8Array(HASHES * perFrame);
  for (let from = 0; from < count || from === 0; from += perFrame) {
    const batch = Math.min(perFrame, count - from);
    const digests = permuted(input.digests, order.subarray(from, from + batch), 16);
    code.write(digests, batch, codes);
    maskCodes(codes, choices, batch, words);
    hash.reduce(codes, batch, folded, 0);
    lookUp(digests, batch, bins, hash.width, kept, folded, candidates, where, which);
    hash.hash(candidates, HASHES * batch, where, which, hashed);
    // The last words written may reach beyond the last mask.
    const room = new Uint8Array(record * batch + 4);
    writeMasks(hashed, batch, new DataView(room.buffer), record, size);
    const out = room.subarray(0, record * batch);
    if (wraps && input.payloads !== null) {
      wrap(context, input.payloads, order, from, batch, hashed, out, record, HASHES * size, payloadWidth);
    }
    yield channel.frame('masks', out);
    context.progress('masks', from + batch, count);
  }
}

function maskCodes(codes: Int32Array, choices: Int32Array, count: number, words: number): void {
  for (let row = 0, at = 0; row < count; row++) {
    for (let w = 0; w < words; w++, at++) codes[at] = codes[at]! & choices[w]!;
  }
}

/** Rows of the three bins of each item, with the item's code folded in. */
function lookUp(
  digests: Uint8Array,
  count: number,
  bins: number,
  width: number,
  kept: Int32Array,
  folded: Int32Array,
  candidates: Int32Array,
  where: Uint32Array,
  which: Uint8Array,
): void {
  const view = new DataView(digests.buffer, digests.byteOffset, digests.byteLength);
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < HASHES; k++) {
      const slot = HASHES * i + k;
      where[slot] = binOf(view, i, k, bins);
      which[slot] = k;
    }
  }
  for (let slot = 0; slot < HASHES * count; slot++) {
    const to = width * slot;
    const from = width * where[slot]!;
    const code = width * ((slot / HASHES) | 0);
    for (let w = 0; w < width; w += 2) {
      candidates[to + w] = kept[from + w]! ^ folded[code + w]!;
      candidates[to + w + 1] = kept[from + w + 1]! ^ folded[code + w + 1]!;
    }
  }
}

/** Payload under a fresh key, the key under each of the three pads. */
function wrap(
  context: ProtocolContext,
  payloads: Uint8Array,
  order: Uint32Array,
  from: number,
  batch: number,
  hashed: Int32Array,
  out: Uint8Array,
  record: number,
  offset: number,
  width: number,
): void {
  const random = new SecureRandom();
  const pad = new Uint8Array(WRAP);
  for (let i = 0; i < batch; i++) {
    const key = random.bytes(WRAP);
    for (let k = 0; k < HASHES; k++) {
      writeMask(hashed, HASH_WORDS * (HASHES * i + k) + 4, pad, 0, WRAP);
      for (let b = 0; b < WRAP; b++) out[record * i + offset + WRAP * k + b] = key[b]! ^ pad[b]!;
    }
    const item = order[from + i]!;
    const text = payloads.subarray(width * item, width * (item + 1));
    out.set(keyStream(context.suite, key).xor(text), record * (i + 1) - width);
  }
}
