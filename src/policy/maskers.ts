/**
 * From the rules of a policy to the maskers of `scrim/masking`: one place that knows both.
 * @module
 */
import { ScrimError, type SecureRandom } from '../core/index.js';
import { identifierKindNames, identifierSpec } from '../identifiers/index.js';
import {
  bucket,
  clamp,
  conditional,
  constant,
  dateShift,
  dateTruncate,
  encrypt,
  fake,
  ff1,
  hash,
  json,
  type KeySource,
  keep,
  keepParts,
  keepRange,
  type Masker,
  microAggregate,
  noise,
  nullify,
  partKinds,
  pram,
  randomToken,
  rankSwap,
  redact,
  round,
  shuffle,
  surrogate,
  type TokenVault,
  text,
  token,
} from '../masking/index.js';
import { compileCondition } from './condition.js';
import type { ColumnPolicy, Policy, Rule } from './document.js';
import { ruleOf } from './rules.js';

/** What maskers of a policy are made with. */
export interface MaskerContext {
  readonly policy: Policy;
  /** Keys of the policy's tenant, environment and scenario. Default: none; rules that need a key are refused. */
  readonly keys?: KeySource;
  readonly random?: SecureRandom;
  /** Where random tokens are kept. Default: nowhere, they cannot be restored. */
  readonly vault?: TokenVault;
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
      return keepOf(rule, rule.kind ?? column.kind);
    case 'keep-range':
      return keepRange({ ...rule, ...kindOf(rule.kind ?? column.kind) });
    case 'token':
      return token({
        ...keyed(rule),
        ...normalizing(rule.kind ?? column.kind),
        ...(rule.mac !== undefined && { mac: rule.mac }),
        ...(rule.bytes !== undefined && { tokenBytes: rule.bytes }),
        ...(rule.encoding !== undefined && { encoding: rule.encoding }),
      });
    case 'hash':
      return hash({ ...keyed(rule), ...normalizing(rule.kind ?? column.kind) });
    case 'random-token':
      return randomToken(context.vault === undefined ? {} : { vault: context.vault });
    case 'encrypt':
      return encrypt(keyed(rule));
    case 'ff1':
      return ff1({ ...keyed(rule), alphabet: rule.alphabet });
    case 'surrogate':
      return surrogate({ ...keyed(rule), kind: rule.kind, ...(rule.keep !== undefined && { keep: rule.keep }) });
    case 'fake':
      return fake({ ...keyed(rule), kind: rule.kind });
    case 'text':
      return text({
        ...(rule.replace === 'token' ? keyed({}) : {}),
        ...(rule.kinds !== undefined && { kinds: rule.kinds }),
        ...(rule.replace !== undefined && { replace: rule.replace }),
      });
    case 'json':
      return json(
        Object.entries(rule.paths).map(([path, inner]) => ({
          path,
          masker: build(name, ruleOf(inner), withoutKind(column), context),
        })),
        rule.others === undefined ? {} : { others: rule.others },
      );
    case 'when':
      return conditional(
        rule.cases.map((one) => ({
          test: compileCondition(one.when),
          masker: build(name, ruleOf(one.rule), column, context),
        })),
        build(name, ruleOf(rule.otherwise), column, context),
      );
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

/** Inside a document the column's kind says nothing about the scalars. */
const withoutKind = (column: ColumnPolicy): ColumnPolicy => {
  const { kind: _, ...rest } = column;
  return rest;
};

/** Values of a known kind are hashed in their canonical form, so that `138-0013-8000` and `13800138000` stay joinable. */
function normalizing(kind: string | undefined): { readonly normalize?: (value: string) => string | null } {
  if (kind === undefined || !identifierKindNames.includes(kind)) return {};
  const { normalize } = identifierSpec(kind);
  return { normalize };
}

function kindOf(kind: string | undefined): { readonly kind?: string } {
  return kind === undefined ? {} : { kind };
}

function keepOf(rule: Extract<Rule, { mask: 'keep' }>, kind: string | undefined): Masker {
  if (kind !== undefined && partKinds.includes(kind) && rule.last === undefined) {
    return keepParts({ kind, ...(rule.first !== undefined && { keep: rule.first }) });
  }
  return keep({ ...rule, ...kindOf(kind) });
}

function personOf(given: string | undefined, context: MaskerContext): string {
  const person = given ?? context.policy.person;
  if (person === undefined)
    throw new ScrimError('SCRIM_ARGUMENT', { name: 'person', problem: 'date-shift needs a person column' });
  return person;
}
