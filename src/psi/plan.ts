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
  readonly protocol: 'kkrt' | 'ecdh';
  readonly suite: 'intl' | 'gm';
  /** Bytes of all frames, both ways. */
  readonly bytes: number;
  /** CPU seconds of both sides together. */
  readonly cpu: number;
  /** Seconds: half of the CPU, or the link where that is slower. */
  readonly seconds: number;
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
  'kkrt intl': [0.5, 4e-6, 5e-6],
  'kkrt gm': [1.5, 8e-6, 9e-6],
  'ecdh intl': [0, 95e-6, 95e-6],
  'ecdh gm': [0, 1.5e-3, 1.5e-3],
};

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
  };
  const plans = (['kkrt', 'ecdh'] as const).flatMap((protocol) =>
    (['intl', 'gm'] as const).map((suite): PlanOption => {
      const [fixed, each, other] = RATES[`${protocol} ${suite}`] as readonly [number, number, number];
      const cpu = fixed + each * receiver + other * sender;
      return {
        protocol,
        suite,
        bytes: bytes[protocol],
        cpu,
        seconds: Math.max(cpu / 2, (8 * bytes[protocol]) / (mbps * 1e6)),
      };
    }),
  );
  plans.sort((a, b) => a.seconds - b.seconds);
  const known = kind !== undefined && enumerableKinds.includes(kind);
  return { receiver, sender, options: plans, enumeration: known ? enumerationCost(kind) : null };
}
