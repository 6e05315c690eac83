/**
 * Made-up values for the sample diff of a plan: no real value is ever shown.
 * @module
 */
import { SecureRandom } from '../../core/index.js';
import { fake, fakeKinds, type KeySource, surrogate, surrogateKinds } from '../../masking/index.js';
import { cellText, Dictionary } from '../../table/index.js';
import type { ColumnPolicy } from '../document.js';
import { ruleOf } from '../rules.js';

const SEEDS: Readonly<Record<string, string>> = {
  'resident-id': '11010519491231002X',
  uscc: '91350211M000100Y43',
  'bank-card': '6222021234567890128',
  mobile: '13800138000',
  passport: 'E12345678',
  plate: '京A12345',
  landline: '010-12345678',
  ip: '192.0.2.17',
  date: '1987-06-05',
  vin: 'LSJA24U62JG269225',
};

const NUMERIC = new Set(['round', 'bucket', 'clamp', 'noise', 'rank-swap', 'micro-aggregate']);
const DATED = new Set(['date-shift', 'date-truncate']);

/** Three made-up values that a column might hold. Their keys are thrown away. */
export function syntheticValues(column: ColumnPolicy, keys: KeySource): string[] {
  const rule = ruleOf(column.rule);
  const kind = column.kind ?? ('kind' in rule ? rule.kind : undefined);
  const random = new SecureRandom();
  if (NUMERIC.has(rule.mask)) return [0, 1, 2].map(() => String(random.below(100_000) / 10));
  if (DATED.has(rule.mask) || kind === 'date' || (rule.mask === 'generalize' && isDates(rule.hierarchy))) {
    return [0, 1, 2].map(() => new Date((random.below(25_000) - 5000) * 86_400_000).toISOString().slice(0, 10));
  }
  if (rule.mask === 'generalize' && typeof rule.hierarchy !== 'string' && rule.hierarchy.kind === 'intervals') {
    return [0, 1, 2].map(() => String(random.below(100)));
  }
  const salt = (i: number): string => `${random.uint32()}-${i}`;
  if (kind !== undefined && surrogateKinds.includes(kind) && SEEDS[kind] !== undefined) {
    const seed = SEEDS[kind];
    return [0, 1, 2].map((i) => one(surrogate({ keys, kind, domain: `sample-${salt(i)}` }), seed) ?? seed);
  }
  if (kind !== undefined && fakeKinds.includes(kind))
    return [0, 1, 2].map((i) => one(fake({ keys, kind }), salt(i)) ?? '示例');
  const seed = kind === undefined ? undefined : SEEDS[kind];
  return seed === undefined ? ['示例文本一', 'sample two', '示例3'] : [seed];
}

function isDates(hierarchy: unknown): boolean {
  return typeof hierarchy === 'object' && (hierarchy as { kind: string }).kind === 'dates';
}

function one(masker: ReturnType<typeof fake>, value: string): string | null {
  const { column } = masker.apply({
    type: 'dictionary',
    length: 1,
    codes: new Uint8Array(1),
    dictionary: Dictionary.from([value]),
    validity: null,
    unreadable: null,
  });
  return cellText(column, 0);
}
