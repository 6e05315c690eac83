/**
 * From the rules of a policy to the maskers of `scrim/masking`: one place that knows both.
 * @module
 */
import { ScrimError, type SecureRandom } from '../core/index.js';
import {
  bucket,
  clamp,
  constant,
  dateShift,
  dateTruncate,
  hash,
  type KeySource,
  keep,
  type Masker,
  microAggregate,
  noise,
  nullify,
  pram,
  rankSwap,
  redact,
  round,
  shuffle,
  token,
} from '../masking/index.js';
import type { ColumnPolicy, Policy, Rule } from './document.js';
import { ruleOf } from './rules.js';

/** What maskers of a policy are made with. */
export interface MaskerContext {
  readonly policy: Policy;
  /** Keys of the policy's tenant, environment and scenario. Default: none; rules that need a key are refused. */
  readonly keys?: KeySource;
  readonly random?: SecureRandom;
}

/**
 * The masker of a column's rule; null where the cells are released as they are (`release`, and `generalize`, which the
 * models decide).
 *
 * @throws SCRIM_MASK_NEEDS_KEY, SCRIM_POLICY_UNSUPPORTED and the errors of the maskers
 */
export function maskerOf(name: string, column: ColumnPolicy, context: MaskerContext): Masker | null {
  return build(name, ruleOf(column.rule), column, context);
}

function build(name: string, rule: Rule, column: ColumnPolicy, context: MaskerContext): Masker | null {
  const random = context.random === undefined ? {} : { random: context.random };
  const keyed = (given: { readonly kind?: string; readonly domain?: string }) => {
    if (context.keys === undefined) throw new ScrimError('SCRIM_MASK_NEEDS_KEY', { rule: rule.mask, column: name });
    const kind = given.kind ?? column.kind;
    return {
      keys: context.keys,
      suite: context.policy.suite,
      ...(given.domain !== undefined && { domain: given.domain }),
      ...(kind !== undefined && { kind }),
    };
  };
  switch (rule.mask) {
    case 'release':
    case 'generalize':
      return null;
    case 'nullify':
      return nullify();
    case 'redact':
      return redact(rule);
    case 'constant':
      return constant(rule.value, rule);
    case 'keep':
      return keep(rule);
    case 'token':
      return token({
        ...keyed(rule),
        ...(rule.bytes !== undefined && { tokenBytes: rule.bytes }),
        ...(rule.encoding !== undefined && { encoding: rule.encoding }),
      });
    case 'hash':
      return hash(keyed(rule));
    case 'date-shift':
      return dateShift({ ...keyed({}), days: rule.days, person: personOf(rule.person, context) });
    case 'date-truncate':
      return dateTruncate(rule);
    case 'round':
      return round(rule);
    case 'bucket':
      return bucket(rule);
    case 'clamp':
      return clamp(rule);
    case 'noise':
      return noise({ ...rule, ...random });
    case 'shuffle':
      return shuffle(random);
    case 'rank-swap':
      return rankSwap({ ...rule, ...random });
    case 'pram':
      return pram({ ...rule, ...random });
    case 'micro-aggregate':
      return microAggregate(rule);
    default:
      throw new ScrimError('SCRIM_POLICY_UNSUPPORTED', { part: `rule ${rule.mask}`, operation: 'protect' });
  }
}

function personOf(given: string | undefined, context: MaskerContext): string {
  const person = given ?? context.policy.person;
  if (person === undefined)
    throw new ScrimError('SCRIM_ARGUMENT', { name: 'person', problem: 'date-shift needs a person column' });
  return person;
}
