/**
 * Small questions about the rules of a policy that checking, planning and protecting share.
 * @module
 */
import type { ColumnPolicy, Policy, Rule, RuleOrName } from './document.js';

/** The rule in its long form. */
export function ruleOf(rule: RuleOrName): Rule {
  return typeof rule === 'string' ? ({ mask: rule } as Rule) : rule;
}

/** True when the column is written to the output. */
export function isReleased(column: ColumnPolicy): boolean {
  return ruleOf(column.rule).mask !== 'drop';
}

/** Name of a column in the output. */
export function outputName(name: string, column: ColumnPolicy): string {
  return column.as ?? name;
}

/** Source names of the released quasi-identifiers: the columns over which classes are formed. */
export function quasiIdentifiers(policy: Policy): string[] {
  return Object.entries(policy.columns)
    .filter(([, column]) => column.class === 'quasi-identifier' && isReleased(column))
    .map(([name]) => name);
}

/** Visits a rule and the rules inside it; `path` leads from the outer rule. */
export function visitRules(
  rule: RuleOrName,
  visit: (rule: Rule, path: readonly (string | number)[], depth: number) => void,
  path: readonly (string | number)[] = [],
  depth = 0,
): void {
  const full = ruleOf(rule);
  visit(full, path, depth);
  if (full.mask === 'when') {
    full.cases.forEach((one, i) => {
      visitRules(one.rule, visit, [...path, 'cases', i, 'rule'], depth + 1);
    });
    visitRules(full.otherwise, visit, [...path, 'otherwise'], depth + 1);
  } else if (full.mask === 'json') {
    for (const [key, inner] of Object.entries(full.paths)) visitRules(inner, visit, [...path, 'paths', key], depth + 1);
  }
}
