/**
 * What both sides must agree on before anything secret moves: every field by name, compared one by one, and which
 * combinations of protocol and mode are offered at all.
 * @module
 */
import { canonicalJson, type Json, ScrimError } from '../core/index.js';
import type { SuiteName } from '../crypto/index.js';

/** Protocols. */
export type ProtocolName = 'kkrt' | 'ecdh' | 'oprf';

/** What the learning side gets: the common keys, their number, or the common keys with columns of the other side. */
export type Mode = 'intersection' | 'cardinality' | 'payload';

/** The two parties. */
export type Side = 'left' | 'right';

/** Curves of the ECDH and OPRF protocols; `ristretto255` is a suite of RFC 9497, in OPRF only. */
export type CurveName = 'x25519' | 'p256' | 'sm2' | 'ristretto255';

/** The fields that both sides must hold equal. */
export interface Agreement {
  readonly protocol: ProtocolName;
  readonly suite: SuiteName;
  readonly mode: Mode;
  /** Who gets the result. The other side learns the sizes, and what the table of docs/psi.md says. */
  readonly learns: Side | 'both';
  /** Curve of ECDH and OPRF; default `x25519` for `intl`, `sm2` for `gm`. KKRT: of its base transfers, always `p256` or `sm2`. */
  readonly curve: CurveName;
  /** How KKRT hashes rows: `row` is conservative and the default, `linear` is faster. See kkrt.md. */
  readonly rowHash: 'row' | 'linear';
  /** Kinds of the key columns, in order; null = trimmed text as it is. */
  readonly normalise: readonly (string | null)[];
  /** What happens to keys that occur more than once on one side. */
  readonly duplicates: 'reject' | 'dedupe';
  /** Whether the number of keys is announced as it is or rounded up to a power of two by dummies. */
  readonly sizes: 'exact' | 'power-of-two';
  /** Below this number of common keys nobody but the counting side learns anything; 0 = no limit. */
  readonly minimum: number;
  /** Above this number of common keys the result is withheld; 0 = no limit. */
  readonly maximum: number;
  /** Scale of discrete Laplace noise on a released count (1 / epsilon) as a text; null = exact. */
  readonly noise: string | null;
  /** Number of hash buckets that are run one after another. */
  readonly buckets: number;
  /** Reference of the approval under which the run happens. */
  readonly approval: string;
}

/** Agreement as a caller gives it: everything has a default. */
export type AgreementOptions = Partial<Agreement>;

const NAMES: readonly (keyof Agreement)[] = [
  'protocol',
  'suite',
  'mode',
  'learns',
  'curve',
  'rowHash',
  'normalise',
  'duplicates',
  'sizes',
  'minimum',
  'maximum',
  'noise',
  'buckets',
  'approval',
];

/** Fills in defaults and refuses what cannot be done soundly. @throws SCRIM_PSI_UNSUPPORTED, SCRIM_ARGUMENT */
export function agreement(options: AgreementOptions = {}): Agreement {
  const suite = options.suite ?? 'intl';
  const mode = options.mode ?? 'intersection';
  const withheld = (options.minimum ?? 0) > 0 || (options.maximum ?? 0) > 0;
  const protocol = options.protocol ?? (mode === 'cardinality' || withheld ? 'ecdh' : 'kkrt');
  const agreed: Agreement = {
    protocol,
    suite,
    mode,
    learns: options.learns ?? 'left',
    curve: options.curve ?? (suite === 'gm' ? 'sm2' : protocol === 'kkrt' ? 'p256' : 'x25519'),
    rowHash: options.rowHash ?? 'row',
    normalise: options.normalise ?? [null],
    duplicates: options.duplicates ?? 'dedupe',
    sizes: options.sizes ?? 'exact',
    minimum: options.minimum ?? 0,
    maximum: options.maximum ?? 0,
    noise: options.noise ?? null,
    buckets: options.buckets ?? 1,
    approval: options.approval ?? '',
  };
  checkOffered(agreed);
  return agreed;
}

function checkOffered(agreed: Agreement): void {
  const { protocol, mode, learns, suite, curve, buckets, minimum, maximum, noise } = agreed;
  const refuse = (what: string, reason: string): never => {
    throw new ScrimError('SCRIM_PSI_UNSUPPORTED', { protocol, what, reason });
  };
  const gated = minimum > 0 || maximum > 0;
  if ((suite === 'gm') !== (curve === 'sm2')) refuse(`curve ${curve}`, `suite ${suite} does not contain it`);
  for (const [name, value] of Object.entries({ buckets, minimum, maximum })) {
    if (!Number.isInteger(value) || value < (name === 'buckets' ? 1 : 0) || value > 2 ** 32)
      throw new ScrimError('SCRIM_ARGUMENT', { name, problem: 'it is no count' });
  }
  if (noise !== null && mode !== 'cardinality') refuse('noise', 'only a count can carry it');
  if (protocol !== 'ecdh' && mode === 'cardinality')
    refuse('mode cardinality', 'its values stay linked to the items of the learning side');
  if (protocol !== 'ecdh' && gated) refuse('a minimum or maximum', 'nobody could count before the keys are known');
  if (protocol === 'oprf' && learns === 'both')
    refuse('learns both', 'a query does not tell the published side anything');
  if (protocol === 'oprf' && buckets > 1)
    refuse('several buckets', 'the publication is one, and queries are answered as they come');
  if (protocol !== 'oprf' && curve === 'ristretto255')
    refuse(`curve ${curve}`, 'it is a suite of RFC 9497 and serves oprf only');
  if (protocol === 'ecdh' && mode === 'payload' && learns !== 'both')
    refuse('mode payload with one side learning', 'the learning side could open the payload of every row');
  if (protocol === 'kkrt' && mode === 'payload' && learns !== 'both' && agreed.rowHash === 'linear')
    refuse('mode payload with rowHash linear', 'its hash has no bits left for a payload key');
  if (protocol === 'kkrt' && curve !== (suite === 'gm' ? 'sm2' : 'p256'))
    refuse(`curve ${curve}`, 'the curve of its base transfers is that of the suite');
  if (mode === 'cardinality' && learns === 'both' && noise !== null)
    refuse('noise with learns both', 'the counting side learns the exact number');
  if (buckets > 1 && (mode === 'cardinality' || gated))
    refuse('several buckets', 'the count of each bucket would tell more than the count of all');
}

/** Names of the fields in which two agreements differ. */
export function differences(own: Agreement, other: Readonly<Record<string, unknown>>): string[] {
  return NAMES.filter((name) => canonicalJson(own[name] as Json) !== canonicalJson((other[name] ?? null) as Json));
}

/** Bytes of an agreement, the same on both sides. */
export function agreementText(agreed: Agreement): string {
  return canonicalJson(agreed as unknown as Json);
}

/** The side that receives in the protocol: the learning one, or left when both learn. */
export function receiverOf(agreed: Agreement): Side {
  return agreed.learns === 'right' ? 'right' : 'left';
}
