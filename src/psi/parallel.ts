/**
 * The groups' heavy work on several threads: hashing to the curve, checks and products of whole batches.
 *
 * The same results as one thread: what a chunk finds wrong is looked at again here, in order, so errors name the same position.
 * @module
 */
import { Lanes, roomModule } from '../core/index.js';
import type { CurveName } from './agreement.js';
import { type Group, group } from './group.js';

type GroupName = Exclude<CurveName, 'ristretto255'>;

/** What a thread is told. */
interface GroupJob {
  readonly work: 'hash' | 'multiply' | 'check';
  readonly curve: GroupName;
  readonly portable: boolean;
  readonly secret: Uint8Array | null;
}

/** Points of a chunk: about 20 ms. */
const CHUNK = 256;
/** Batches below this are not worth handing out. */
const LEAST = 2 * CHUNK;

const known = new Map<string, Group>();

function groupOf(curve: GroupName, portable: boolean): Group {
  const key = `${curve} ${portable}`;
  const found = known.get(key) ?? group(curve, portable);
  known.set(key, found);
  return found;
}

/** Work of a lane. */
export function psiLane(job: unknown, input: Uint8Array, output: Uint8Array, from: number, to: number): boolean {
  const { work, curve, portable, secret } = job as GroupJob;
  const own = groupOf(curve, portable);
  if (work === 'hash') {
    // A copy: node:crypto does not hash shared memory.
    output.set(own.hash(input.slice(16 * from, 16 * to), to - from), 32 * from);
    return true;
  }
  const points = input.slice(32 * from, 32 * to);
  if (work === 'check') {
    for (let i = 0; i < to - from; i++) if (own.problem(points, 32 * i) !== null) return false;
    return true;
  }
  const multiplier = own.multiplier(secret as Uint8Array);
  const products = new Uint8Array(32);
  for (let i = 0; i < to - from; i++) {
    if (!multiplier.multiply(points, 32 * i, products, 0)) return false;
    output.set(products, 32 * (from + i));
  }
  return true;
}

/** Starts threads for a session. @param threads - in all, the caller's among them */
export function psiLanes(threads: number): Lanes {
  return new Lanes({
    work: psiLane,
    module: roomModule('psi'),
    exportName: 'psiLane',
    threads: threads - 1,
    chunk: CHUNK,
  });
}

/** The group whose batches are worked on by all lanes. */
export function parallelGroup(name: GroupName, portable: boolean, lanes: Lanes): Group {
  const alone = groupOf(name, portable);
  const job = (work: GroupJob['work'], secret: Uint8Array | null): GroupJob => ({
    work,
    curve: name,
    portable,
    secret,
  });
  return {
    ...alone,
    hash: (items, count) =>
      count < LEAST
        ? alone.hash(items, count)
        : lanes.run(job('hash', null), items.subarray(0, 16 * count), count, 32).output,
    multiplier(secret) {
      const own = alone.multiplier(secret);
      return {
        ...own,
        all(points, count) {
          if (count < LEAST) return null;
          const { output, failed } = lanes.run(job('multiply', secret), points.subarray(0, 32 * count), count, 32);
          return failed.length === 0 ? output : null;
        },
      };
    },
    allValid: (points, count) =>
      count >= LEAST && lanes.run(job('check', null), points.subarray(0, 32 * count), count, 0).failed.length === 0,
  };
}
