/**
 * 512 oblivious transfers of seeds from 128 base transfers: Ishai, Kilian, Nissim, Petrank 2003 (section 3), semi-honest.
 *
 * Seeds are handed out once per bucket, derived for session and bucket; a second request for a bucket is refused.
 * @module
 */
import { ScrimError, SecureRandom } from '../core/index.js';
import { type Suite, utf8 } from '../crypto/index.js';
import { BASE_TRANSFERS, receiveBaseOt, sendBaseOt } from './base-ot.js';
import { transpose } from './bit-matrix.js';
import type { Channel, Protocol } from './channel.js';
import { keyStream } from './stream.js';

/** Columns of the extension: length of the code of KKRT. */
export const COLUMNS = 512;

const COLUMN_BYTES = COLUMNS / 8;

/** Seeds that may be used for one bucket each. */
export class SeedStore {
  readonly #suite: Suite;
  readonly #session: Uint8Array;
  readonly #seeds: readonly Uint8Array[];
  readonly #used = new Set<number>();

  constructor(suite: Suite, session: Uint8Array, seeds: readonly Uint8Array[]) {
    this.#suite = suite;
    this.#session = session.slice();
    this.#seeds = seeds;
  }

  /** Keys of all seeds for a bucket. @throws SCRIM_PSI_SESSION_USED when they were taken before */
  take(bucket: number): Uint8Array[] {
    if (this.#used.has(bucket)) throw new ScrimError('SCRIM_PSI_SESSION_USED', { session: `bucket ${bucket}` });
    this.#used.add(bucket);
    return this.#seeds.map((seed, column) =>
      this.#suite.hash(utf8(`scrim psi column key v1 ${bucket} ${column}`), this.#session, seed).slice(0, 16),
    );
  }
}

/** The extension's sender (PSI sender): choice bits and one seed per column. */
export interface ChosenSeeds {
  /** 512 bits as 16 words, least significant first. */
  readonly choices: Int32Array;
  readonly seeds: SeedStore;
}

/** The extension's receiver (PSI receiver): both seeds of each column. */
export interface SeedPairs {
  readonly zero: SeedStore;
  readonly one: SeedStore;
}

function seedOf(channel: Channel, row: number, words: Int32Array): Uint8Array {
  const bytes = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
  return channel.suite.hash(utf8(`scrim psi seed v1 ${row}`), channel.session, bytes).slice(0, 16);
}

/** The PSI sender's part. */
export function* chooseSeeds(channel: Channel, portable: boolean): Protocol<ChosenSeeds> {
  const pairs = yield* sendBaseOt(channel, portable);
  const choices = new SecureRandom().bytes(COLUMN_BYTES);
  const t = new Uint8Array(BASE_TRANSFERS * COLUMN_BYTES);
  const u = new Uint8Array(BASE_TRANSFERS * COLUMN_BYTES);
  pairs.forEach(([zero, one], i) => {
    const column = keyStream(channel.suite, zero).xor(new Uint8Array(COLUMN_BYTES));
    t.set(column, i * COLUMN_BYTES);
    u.set(keyStream(channel.suite, one).xor(column), i * COLUMN_BYTES);
    for (let b = 0; b < COLUMN_BYTES; b++)
      u[i * COLUMN_BYTES + b] = (u[i * COLUMN_BYTES + b] as number) ^ (choices[b] as number);
  });
  yield* channel.send('otExtension', u);
  const rows = new Int32Array(COLUMNS * 4);
  transpose(new Int32Array(t.buffer), BASE_TRANSFERS, COLUMNS, rows);
  const seeds = Array.from({ length: COLUMNS }, (_, j) => seedOf(channel, j, rows.slice(4 * j, 4 * j + 4)));
  return { choices: new Int32Array(choices.buffer), seeds: new SeedStore(channel.suite, channel.session, seeds) };
}

/** The PSI receiver's part. */
export function* pairSeeds(channel: Channel, portable: boolean): Protocol<SeedPairs> {
  const delta = new SecureRandom().bytes(BASE_TRANSFERS / 8);
  const bits = Uint8Array.from({ length: BASE_TRANSFERS }, (_, i) => ((delta[i >> 3] as number) >> (i & 7)) & 1);
  const keys = yield* receiveBaseOt(channel, bits, portable);
  const u = yield* channel.receive('otExtension', BASE_TRANSFERS * COLUMN_BYTES);
  const q = new Uint8Array(BASE_TRANSFERS * COLUMN_BYTES);
  keys.forEach((key, i) => {
    const masked = bits[i] === 1 ? u.slice(i * COLUMN_BYTES, (i + 1) * COLUMN_BYTES) : new Uint8Array(COLUMN_BYTES);
    q.set(keyStream(channel.suite, key).xor(masked), i * COLUMN_BYTES);
  });
  const rows = new Int32Array(COLUMNS * 4);
  transpose(new Int32Array(q.buffer), BASE_TRANSFERS, COLUMNS, rows);
  const deltaWords = new Int32Array(delta.buffer);
  const zero: Uint8Array[] = [];
  const one: Uint8Array[] = [];
  for (let j = 0; j < COLUMNS; j++) {
    const row = rows.slice(4 * j, 4 * j + 4);
    zero.push(seedOf(channel, j, row));
    one.push(
      seedOf(
        channel,
        j,
        row.map((word, w) => word ^ (deltaWords[w] as number)),
      ),
    );
  }
  const store = (seeds: readonly Uint8Array[]): SeedStore => new SeedStore(channel.suite, channel.session, seeds);
  return { zero: store(zero), one: store(one) };
}
