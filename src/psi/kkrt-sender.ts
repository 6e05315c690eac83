/**
 * The sender of KKRT (kkrt.ts): rows of all bins from the corrections, then the masks of its items in their three bins.
 * @module
 */
import { SecureRandom } from '../core/index.js';
import { transpose } from './bit-matrix.js';
import type { Protocol } from './channel.js';
import { binOf, cuckooBins, HASHES } from './cuckoo.js';
import { finishSender } from './finish.js';
import { chunkRows, hashOf, maskBytes, streams, WRAP, wordsOf, wrapsPayload, writeMask } from './kkrt-parts.js';
import { HASH_WORDS, RowCode, type RowHash } from './kkrt-rows.js';
import type { BucketInput, BucketOutput, ProtocolContext } from './protocol.js';
import { permutation, permuted } from './shuffle.js';
import { keyStream, type Stream } from './stream.js';
import type { ChosenSeeds } from './transfer-seeds.js';

/** Items whose masks are computed together. */
const BATCH = 8192;

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

/** Runs one bucket of the sender. */
export function* sendBucket(context: ProtocolContext, seeds: ChosenSeeds, input: BucketInput): Protocol<BucketOutput> {
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
