/**
 * What a run will cost: protocol, seconds, bytes, from the sizes and the link.
 *
 * Bytes follow from the message formats exactly up to headers; seconds from rates measured on one core of a 2020s server
 * (Node 20), so read them as an order of magnitude.
 * @module
 */
import { cuckooBins } from './cuckoo.js';
import { type EnumerationCost, enumerableKinds, enumerationCost } from './enumeration.js';
import { maskBytes } from './kkrt-parts.js';

/** One way to run. */
export interface PlanOption {
  readonly protocol: 'kkrt' | 'ecdh' | 'oprf';
  readonly suite: 'intl' | 'gm';
  /** Bytes of all frames, both ways. */
  readonly bytes: number;
  /** CPU seconds of both sides together. */
  readonly cpu: number;
  /** Seconds: half of the CPU, or the link where that is slower. */
  readonly seconds: number;
  /** Protocol oprf: CPU seconds and bytes of publishing, once for all queries; zero for the others. */
  readonly once: { readonly cpu: number; readonly bytes: number };
  /** Buckets that keep memory near 300 MB a side. */
  readonly buckets: number;
}

/** See {@link planRun}. */
export interface Plan {
  readonly receiver: number;
  readonly sender: number;
  /** The best first. */
  readonly options: readonly PlanOption[];
  /** Cost of enumerating the kind, which a join by hashes would invite; null for an unknown kind. */
  readonly enumeration: EnumerationCost | null;
}

/** CPU seconds: fixed, per receiver item, per sender item. */
const RATES: Readonly<Record<string, readonly [fixed: number, receiver: number, sender: number]>> = {
  'kkrt intl': [0.2, 3e-6, 4.5e-6],
  'kkrt gm': [0.6, 5.5e-6, 6.5e-6],
  'ecdh intl': [0, 95e-6, 95e-6],
  'ecdh gm': [0, 1.5e-3, 1.5e-3],
  // A query; publishing stands apart.
  'oprf intl': [0, 140e-6, 0],
  'oprf gm': [0, 2.1e-3, 0],
};

/** CPU seconds to publish an item. */
const PUBLISH: Readonly<Record<'intl' | 'gm', number>> = { intl: 60e-6, gm: 0.95e-3 };

/**
 * Compares the protocols for an intersection.
 *
 * @param mbps - speed of the link in megabits per second; default: not limiting
 * @example
 * planRun({ receiver: 1e6, sender: 1e6 }).options[0]?.protocol; // => 'kkrt'
 */
export function planRun(options: {
  readonly receiver: number;
  readonly sender: number;
  readonly mbps?: number;
  readonly kind?: string;
}): Plan {
  const { receiver, sender, mbps = Number.POSITIVE_INFINITY, kind } = options;
  const bytes = {
    kkrt: 56 * cuckooBins(receiver) + 3 * maskBytes(receiver, sender) * sender + 18_000,
    ecdh: 44 * receiver + 32 * sender + 2_000,
    oprf: 64 * receiver + 3_000,
  };
  const plans = (['kkrt', 'ecdh', 'oprf'] as const).flatMap((protocol) =>
    (['intl', 'gm'] as const).map((suite): PlanOption => {
      const [fixed, each, other] = RATES[`${protocol} ${suite}`] as readonly [number, number, number];
      const cpu = fixed + each * receiver + other * sender;
      return {
        protocol,
        suite,
        bytes: bytes[protocol],
        cpu,
        seconds: Math.max(cpu / 2, (8 * bytes[protocol]) / (mbps * 1e6)),
        once: protocol === 'oprf' ? { cpu: PUBLISH[suite] * sender, bytes: 12 * sender } : { cpu: 0, bytes: 0 },
        buckets: protocol === 'kkrt' ? Math.max(1, Math.ceil(Math.max(receiver, sender) / 2 ** 20)) : 1,
      };
    }),
  );
  // Publishing counts in full, but for a side a hundred times larger it is taken to serve a hundred queries.
  const queries = sender >= 100 * Math.max(1, receiver) ? 100 : 1;
  const share = (one: PlanOption): number =>
    one.seconds + Math.max(one.once.cpu / 2, (8 * one.once.bytes) / (mbps * 1e6)) / queries;
  plans.sort((a, b) => share(a) - share(b));
  const known = kind !== undefined && enumerableKinds.includes(kind);
  return { receiver, sender, options: plans, enumeration: known ? enumerationCost(kind) : null };
}
