/**
 * KKRT private set intersection: Kolesnikov, Kumaresan, Rosulek, Trieu, "Efficient batched oblivious PRF with applications to
 * private set intersection" (CCS 2016), figures 2 and 3, with stash-less cuckoo hashing. Honest-but-curious; see kkrt.md.
 *
 * The receiver puts its items into bins and obtains one PRF value per bin; the sender can compute the PRF of every bin and
 * sends the values of its items in all three bins; the receiver compares. Masks are separated by hash function, so an item
 * with two equal bins sends no equal masks. All messages are streamed.
 * @module
 */
import type { Protocol } from './channel.js';
import { receiveBucket } from './kkrt-receiver.js';
import { sendBucket } from './kkrt-sender.js';
import type { BucketRunner, ProtocolContext } from './protocol.js';
import { chooseSeeds, pairSeeds } from './transfer-seeds.js';

/** Runs the base transfers and gives the runner of buckets. */
export function* openKkrt(context: ProtocolContext): Protocol<BucketRunner> {
  if (context.receiver) {
    const seeds = yield* pairSeeds(context.channel, context.portable);
    return (input) => receiveBucket(context, seeds, input);
  }
  const seeds = yield* chooseSeeds(context.channel, context.portable);
  return (input) => sendBucket(context, seeds, input);
}
