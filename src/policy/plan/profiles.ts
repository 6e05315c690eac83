/**
 * Profiles: published minimum demands that `plan` checks a policy against, as versioned data.
 *
 * `gb-express`: national standard on express electronic waybills (快递电子运单, in force 2023-02-01): at least one
 * character of the name and six digits of the phone hidden, unit and room of the address hidden. `enclave` and `public`:
 * sharing models of GB/T 37964-2019 (领地公开共享, 完全公开共享) with the thresholds of GB/T 42460-2023 (class risk at most
 * 1/3 and 1/20). Second-hand figures: confirm them against the standards before you rely on them.
 * @module
 */
import type { ColumnPolicy, Policy } from '../document.js';
import { isReleased, ruleOf } from '../rules.js';

/** Version of these data. */
export const PROFILES_VERSION = '2026-1';

/** Something a profile or a limit objects to. */
export interface PlanFinding {
  readonly code:
    | 'phone-digits'
    | 'name-shown'
    | 'address-shown'
    | 'k-too-small'
    | 'no-model'
    | 'key-invertible'
    | 'linkable-token'
    | 'not-unconditional'
    | 'identifier-determined'
    | 'identifier-nearly-determined'
    | 'residual-below-limit'
    | 'cells-refused'
    | 'models-fail'
    | 'prohibited';
  readonly severity: 'violation' | 'warning';
  /** Profile, or `policy`. */
  readonly source: string;
  readonly column: string | null;
  readonly message: readonly [en: string, zh: string];
}

/** A finding of the policy itself that stops it. */
export function violation(code: PlanFinding['code'], column: string | null, en: string, zh: string): PlanFinding {
  return { code, severity: 'violation', source: 'policy', column, message: [en, zh] };
}

/** Smallest k of each sharing model. */
export const PROFILE_K: Readonly<Record<'public' | 'controlled' | 'enclave', number>> = {
  public: 20,
  controlled: 5,
  enclave: 3,
};

/** Fewest hidden digits of a phone number. */
export const EXPRESS_PHONE_DIGITS = 6;

/** Findings of a profile about a policy; `hidden` tells how many characters a column's mask hides at least. */
export function profileFindings(
  profile: Policy['profiles'][number],
  policy: Policy,
  hidden: (column: string) => number | null,
): PlanFinding[] {
  const findings: PlanFinding[] = [];
  const add = (
    code: PlanFinding['code'],
    severity: PlanFinding['severity'],
    column: string | null,
    en: string,
    zh: string,
  ): void => {
    findings.push({ code, severity, source: profile, column, message: [en, zh] });
  };
  for (const [name, column] of Object.entries(policy.columns)) {
    if (!isReleased(column)) continue;
    if (profile === 'gb-express') express(name, column, hidden(name), add);
    else sharing(profile, name, column, add);
  }
  if (profile !== 'gb-express') modelFindings(profile, policy, add);
  return findings;
}

type Add = (
  code: PlanFinding['code'],
  severity: PlanFinding['severity'],
  column: string | null,
  en: string,
  zh: string,
) => void;

const SHOWS = new Set(['release', 'keep', 'keep-range', 'generalize', 'when', 'text', 'json', 'shuffle']);

function express(name: string, column: ColumnPolicy, hidden: number | null, add: Add): void {
  const rule = ruleOf(column.rule);
  if (!SHOWS.has(rule.mask)) return;
  const kind = column.kind ?? ('kind' in rule ? rule.kind : undefined);
  if ((kind === 'mobile' || kind === 'landline') && (hidden ?? 0) < EXPRESS_PHONE_DIGITS) {
    add(
      'phone-digits',
      'violation',
      name,
      `hides ${hidden ?? 0} digits of the phone number, at least ${EXPRESS_PHONE_DIGITS} are demanded`,
      `仅隐藏电话号码 ${hidden ?? 0} 位，至少应隐藏 ${EXPRESS_PHONE_DIGITS} 位`,
    );
  }
  if (kind === 'person-name' && (hidden ?? 0) < 1) {
    add('name-shown', 'violation', name, 'hides no character of the name', '未隐藏姓名中的任何字');
  }
  if (kind === 'address' && rule.mask !== 'keep') {
    add('address-shown', 'violation', name, 'shows unit and room of the address', '显示了地址的单元与房号');
  }
}

const INVERTIBLE = new Set(['encrypt', 'ff1', 'surrogate', 'date-shift', 'random-token']);
const LINKABLE = new Set(['token', 'hash', 'fake']);

function sharing(profile: 'enclave' | 'public', name: string, column: ColumnPolicy, add: Add): void {
  const { mask } = ruleOf(column.rule);
  const strict = profile === 'public';
  if (INVERTIBLE.has(mask)) {
    add(
      'key-invertible',
      strict ? 'violation' : 'warning',
      name,
      `${mask} can be inverted by whoever holds the key; an export needs the key destroyed`,
      `持有密钥者可还原 ${mask}；出域前须销毁密钥`,
    );
  }
  if (!strict) return;
  if (LINKABLE.has(mask)) {
    add('linkable-token', 'violation', name, 'equal values stay linkable', '相同取值仍可关联');
  }
  if (column.openness !== 'unconditional') {
    add(
      'not-unconditional',
      'violation',
      name,
      'its openness attribute is not unconditional',
      '其开放属性不是无条件开放',
    );
  }
}

function modelFindings(profile: 'enclave' | 'public', policy: Policy, add: Add): void {
  const least = PROFILE_K[profile];
  const k = policy.models.find((model) => model.model === 'k-anonymity');
  const quasi = Object.values(policy.columns).some(
    (column) => column.class === 'quasi-identifier' && isReleased(column),
  );
  if (k === undefined) {
    if (quasi)
      add('no-model', 'violation', null, 'quasi-identifiers are released without a model', '输出准标识符而未规定模型');
  } else if (k.model === 'k-anonymity' && k.k < least) {
    add(
      'k-too-small',
      'violation',
      null,
      `k is ${k.k}, at least ${least} is demanded`,
      `k 为 ${k.k}，至少应为 ${least}`,
    );
  }
}
