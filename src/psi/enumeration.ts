/**
 * Why a hash of an identifier is not private set intersection: the size of its domain, and how long one core needs to hash it.
 *
 * Domain sizes: GB 11643-1999 (region, birth date, sequence; the check digit follows), the mobile numbering plan (prefixes in
 * service), GB 32100-2015. The rate is that of one core in plain JavaScript; a graphics card is about a thousand times faster,
 * so every figure here flatters the hash.
 * @module
 */
import { ScrimError } from '../core/index.js';

/** How many values an identifier kind can take, and what that means for anybody who holds hashes of it. */
export interface EnumerationCost {
  readonly kind: string;
  /** Values that may occur, about. */
  readonly domain: number;
  /** Seconds of one core to hash them all. */
  readonly seconds: number;
  /** How the number comes about. */
  readonly why: string;
}

/** Hashes a second of one core (one-block SHA-256, plain JavaScript, Node 20). */
const HASHES_PER_SECOND = 3.8e6;

const DOMAINS: Readonly<Record<string, { readonly domain: number; readonly why: string }>> = {
  mobile: { domain: 4.5e9, why: 'about 45 prefixes in service, 10^8 numbers each' },
  'resident-id': {
    domain: 1.28e11,
    why: 'about 3,500 region codes, 36,525 birth dates, 1,000 sequence numbers; the check digit follows',
  },
  uscc: { domain: 2e9, why: 'issued codes are public; all registered bodies fit in a list' },
  'bank-card': { domain: 1e12, why: 'public issuer prefixes, about 9 free digits each, the check digit follows' },
  'person-name': { domain: 2e7, why: 'frequent surnames times frequent given names' },
  plate: { domain: 3e8, why: 'province, office and five or six characters' },
  landline: { domain: 3e9, why: 'area codes and seven or eight digits' },
  email: { domain: 1e10, why: 'leaked lists of addresses are longer than any one set' },
  date: { domain: 4e4, why: 'a century of days' },
  postcode: { domain: 1e6, why: 'six digits' },
};

/** Kinds with a known domain. */
export const enumerableKinds: readonly string[] = Object.keys(DOMAINS);

/**
 * What enumerating all values of a kind costs.
 *
 * @throws SCRIM_ARGUMENT for a kind whose domain is not known
 * @example
 * enumerationCost('mobile').seconds < 3600; // => true
 */
export function enumerationCost(kind: string): EnumerationCost {
  const entry = DOMAINS[kind];
  if (entry === undefined) {
    throw new ScrimError('SCRIM_ARGUMENT', { name: 'kind', problem: `must be one of ${enumerableKinds.join(', ')}` });
  }
  return { kind, domain: entry.domain, seconds: entry.domain / HASHES_PER_SECOND, why: entry.why };
}
