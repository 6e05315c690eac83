/**
 * ECDH private set intersection: Meadows 1986; Huberman, Franklin, Hogg 1999; cardinality as in De Cristofaro, Gasti, Tsudik
 * 2012 (section 3). The readable reference of the room; see ecdh.md for what it guarantees.
 *
 * The receiver sends a H(x); the sender answers with b a H(x) (in that order for the intersection, shuffled for a count) and
 * with b H(y), shuffled; the receiver compares a b H(y). Points are 32 bytes (x coordinate), double masks 12 bytes.
 * @module
 */
import { ScrimError, SecureRandom } from '../core/index.js';
import { DiscreteLaplace } from '../noise/index.js';
import type { Protocol } from './channel.js';
import { finishReceiver, finishSender } from './finish.js';
import { checkPoints, type Group, group, type Multiplier, multiplyAll, repeated } from './group.js';
import { parallelGroup } from './parallel.js';
import type { BucketInput, BucketOutput, BucketRunner, ProtocolContext } from './protocol.js';
import { RecordIndex } from './record-index.js';
import { permutation, permuted } from './shuffle.js';

/** Bytes of a compared double mask: 96 bits, a false match in n m 2^-96 of runs. */
const DOUBLED = 12;
const BATCH = 4096;

/** Opens the protocol; there is no set-up: every bucket has fresh keys. */
export function* openEcdh(context: ProtocolContext): Protocol<BucketRunner> {
  const { curve: name } = context.agreed;
  if (name === 'ristretto255') throw new ScrimError('SCRIM_INTERNAL', { check: 'a curve of ECDH' });
  const curve =
    context.lanes === null ? group(name, context.portable) : parallelGroup(name, context.portable, context.lanes);
  return (input) => run(context, curve, input);
}

function* run(context: ProtocolContext, curve: Group, input: BucketInput): Protocol<BucketOutput> {
  const { agreed, receiver } = context;
  const gated = agreed.minimum > 0 || agreed.maximum > 0 || agreed.noise !== null;
  if (gated) {
    // The side that does not learn first counts, and decides; keys of this stage serve no other.
    if (receiver) {
      yield* giver(context, curve, input, true);
      const verdict = yield* receiveVerdict(context);
      if (verdict.withheld !== null || agreed.mode === 'cardinality')
        return { matches: null, payloads: null, ...verdict };
    } else {
      const { count } = yield* counter(context, curve, input, true);
      const verdict = yield* sendVerdict(context, count);
      if (verdict.withheld !== null) return { matches: null, payloads: null, ...verdict };
      if (agreed.mode === 'cardinality') return { matches: null, payloads: null, count, withheld: null };
    }
  }
  const shuffled = agreed.mode === 'cardinality';
  if (receiver) return yield* learn(context, yield* counter(context, curve, input, shuffled), shuffled);
  return yield* give(context, input, yield* giver(context, curve, input, shuffled), shuffled);
}

interface Counted {
  readonly count: number;
  /** Own items that matched (meaningless for a count). */
  readonly own: Uint32Array;
  /** Their positions in the other side's list, in the same order. */
  readonly theirs: Uint32Array;
  readonly peerCount: number;
}

/** The side that compares. */
function* counter(context: ProtocolContext, curve: Group, input: BucketInput, shuffled: boolean): Protocol<Counted> {
  const { channel } = context;
  const { count, peerCount } = input;
  const order = permutation(count);
  const secret = curve.secret();
  const own = curve.multiplier(secret);
  yield* sendMasked(context, curve, own, permuted(input.digests, order, 16), count, 'points');
  const doubled = yield* channel.receiveRecords('doubled', count, DOUBLED);
  if (repeated(doubled, count, DOUBLED) >= 0) {
    throw new ScrimError('SCRIM_PSI_POINT', { position: 0, problem: 'two different points came back as one' });
  }
  const index = new RecordIndex(doubled, count, DOUBLED);
  const seen = new Uint8Array(32 * peerCount);
  const mine: number[] = [];
  const theirs: number[] = [];
  const product = new Uint8Array(32);
  yield* channel.receiveRecords('masked', peerCount, 32, (points, at) => {
    seen.set(points, 32 * at);
    const size = points.length / 32;
    const valid = curve.allValid?.(points, size) === true;
    const products = valid ? (own.all?.(points, size) ?? null) : null;
    for (let i = 0; i < size; i++) {
      const problem = valid ? null : curve.problem(points, 32 * i);
      if (problem !== null) throw new ScrimError('SCRIM_PSI_POINT', { position: at + i, problem });
      if (products === null && !own.multiply(points, 32 * i, product, 0)) {
        throw new ScrimError('SCRIM_PSI_POINT', { position: at + i, problem: 'it is of small order' });
      }
      const found = products === null ? index.find(product, 0) : index.find(products, 32 * i);
      if (found >= 0) {
        mine.push(shuffled ? found : (order[found] as number));
        theirs.push(at + i);
      }
    }
    context.progress('compare', at + points.length / 32, peerCount);
  });
  if (repeated(seen, peerCount, 32) >= 0) {
    throw new ScrimError('SCRIM_PSI_POINT', { position: repeated(seen, peerCount, 32), problem: 'it was sent before' });
  }
  secret.fill(0);
  return { count: mine.length, own: Uint32Array.from(mine), theirs: Uint32Array.from(theirs), peerCount };
}

/** The side that answers; returns the order in which its items were listed. */
function* giver(context: ProtocolContext, curve: Group, input: BucketInput, shuffled: boolean): Protocol<Uint32Array> {
  const { channel } = context;
  const { count, peerCount } = input;
  const points = yield* channel.receiveRecords('points', peerCount, 32);
  checkPoints(curve, points, peerCount);
  const secret = curve.secret();
  const own = curve.multiplier(secret);
  const products = multiplyAll(own, points, peerCount);
  const doubled = new Uint8Array(DOUBLED * peerCount);
  const mixed = shuffled ? permutation(peerCount) : null;
  for (let i = 0; i < peerCount; i++) {
    const at = 32 * (mixed === null ? i : (mixed[i] as number));
    doubled.set(products.subarray(at, at + DOUBLED), DOUBLED * i);
  }
  yield* channel.sendRecords('doubled', doubled, DOUBLED);
  const order = permutation(count);
  yield* sendMasked(context, curve, own, permuted(input.digests, order, 16), count, 'masked');
  secret.fill(0);
  return order;
}

/** Hashes, masks and sends items batch by batch. */
function* sendMasked(
  context: ProtocolContext,
  curve: Group,
  own: Multiplier,
  digests: Uint8Array,
  count: number,
  type: 'points' | 'masked',
): Protocol<void> {
  for (let from = 0; from < count || from === 0; from += BATCH) {
    const size = Math.min(BATCH, count - from);
    const points = curve.hash(digests.subarray(16 * from), size);
    yield context.channel.frame(type, multiplyAll(own, points, size));
    context.progress('mask', from + size, count);
  }
}

/** The receiver's last step: tells the other side what it is to learn, takes payloads. */
function* learn(context: ProtocolContext, counted: Counted, shuffled: boolean): Protocol<BucketOutput> {
  const { agreed } = context;
  const { count, theirs, own, peerCount } = counted;
  if (shuffled) {
    if (agreed.learns === 'both') yield* context.channel.send('count', uint32(count));
    return { matches: null, count, withheld: null, payloads: null };
  }
  return yield* finishReceiver(context, own, theirs, peerCount);
}

/** The sender's last step. */
function* give(
  context: ProtocolContext,
  input: BucketInput,
  order: Uint32Array,
  shuffled: boolean,
): Protocol<BucketOutput> {
  const { agreed, channel } = context;
  if (agreed.learns !== 'both') return { matches: null, count: null, withheld: null, payloads: null };
  if (shuffled) {
    const payload = yield* channel.receive('count', 4);
    const count = new DataView(payload.buffer, payload.byteOffset).getUint32(0);
    if (count > Math.min(input.count, input.peerCount)) {
      throw new ScrimError('SCRIM_PSI_SIZE', {
        what: 'matches',
        expected: Math.min(input.count, input.peerCount),
        actual: count,
      });
    }
    return { matches: null, count, withheld: null, payloads: null };
  }
  return yield* finishSender(context, input, order);
}

const verdicts = [null, 'below-minimum', 'above-maximum'] as const;

interface Verdict {
  readonly withheld: (typeof verdicts)[number];
  readonly count: number | null;
}

function* sendVerdict(context: ProtocolContext, count: number): Protocol<Verdict> {
  const { minimum, maximum, mode, noise } = context.agreed;
  const word = count < minimum ? 1 : maximum > 0 && count > maximum ? 2 : 0;
  const payload = new Uint8Array(9);
  payload[0] = word;
  if (word === 0 && mode === 'cardinality') {
    const added = noise === null ? 0 : new DiscreteLaplace(noise).sample(new SecureRandom());
    new DataView(payload.buffer).setFloat64(1, count + added);
  }
  yield* context.channel.send('verdict', payload);
  return { withheld: verdicts[word] as Verdict['withheld'], count };
}

function* receiveVerdict(context: ProtocolContext): Protocol<Verdict> {
  const payload = yield* context.channel.receive('verdict', 9);
  const withheld = verdicts[payload[0] as number];
  const count = new DataView(payload.buffer, payload.byteOffset).getFloat64(1);
  if (withheld === undefined || !Number.isSafeInteger(count)) {
    throw new ScrimError('SCRIM_PSI_FRAME', {
      sequence: context.channel.expected - 1,
      problem: 'its verdict is unknown',
    });
  }
  return { withheld, count: withheld === null && context.agreed.mode === 'cardinality' ? count : null };
}

function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}
