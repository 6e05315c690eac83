/**
 * What a well-formed policy must also satisfy: dates, references between its parts, limits on what may be released.
 * @module
 */
import { fakeKinds, surrogateKinds } from '../masking/index.js';
import { ConditionProblem, compileCondition } from './condition.js';
import type { Approval, Policy, Rule } from './document.js';
import { nearest } from './issue.js';
import type { Report } from './parse.js';
import { isReleased, outputName, quasiIdentifiers, ruleOf, visitRules } from './rules.js';
import type { YamlPath } from './yaml.js';

/** Rules that must see whole columns or decide by models; they cannot stand inside `when` or `json`. */
const OUTER_ONLY = new Set(['generalize', 'shuffle', 'rank-swap', 'micro-aggregate', 'pram', 'drop']);
const ALL = new Set(['*', 'all', 'any', '全部', '所有', '任何', '全部用途', '所有用途', '任何用途', '一切用途']);

/**
 * Reports every problem of a policy.
 *
 * @param today - approvals must hold on this day; null leaves the dates out
 * @param known - columns of the source, when the check is against one; then only references to columns are checked
 */
export function checkPolicy(
  policy: Policy,
  today: string | null,
  report: Report,
  known: ReadonlySet<string> | null = null,
  source = '',
): void {
  checkRules(policy, report, known, source);
  if (known !== null) {
    policy.sampling?.strata?.forEach((column, i) => {
      if (!known.has(column)) {
        report('unknown-column', ['sampling', 'strata', i], { column, source }, nearest(column, known));
      }
    });
    return;
  }
  if (today !== null) {
    checkApproval(policy.who.approval, ['who', 'approval'], today, report);
    if (policy.thresholds !== undefined) {
      checkApproval(policy.thresholds.approval, ['thresholds', 'approval'], today, report);
    }
    policy.legalBasis.forEach((basis, i) => {
      if (basis.expires < today) report('expired', ['legalBasis', i, 'expires'], { day: basis.expires });
    });
  }
  checkNames(policy, report);
  checkModels(policy, report);
  checkBasis(policy, report);
  checkSampling(policy, report);
  checkQueries(policy, report);
}

function checkApproval(approval: Approval, path: YamlPath, today: string, report: Report): void {
  if (approval.expires < approval.on) report('dates-order', [...path, 'expires']);
  else if (approval.expires < today) report('expired', [...path, 'expires'], { day: approval.expires });
  if (approval.on > today) report('not-yet', [...path, 'on'], { day: approval.on });
}

function checkNames(policy: Policy, report: Report): void {
  const outputs = new Set<string>();
  const approved = policy.sources.flatMap((source) => source.approved ?? []);
  for (const [name, column] of Object.entries(policy.columns)) {
    if (!isReleased(column)) continue;
    const output = outputName(name, column);
    if (outputs.has(output)) report('same-name', ['columns', name], { column: output });
    outputs.add(output);
    if (approved.length > 0 && !approved.includes(name)) {
      report('not-approved', ['columns', name], { column: name }, nearest(name, approved));
    }
  }
}

function checkRules(policy: Policy, report: Report, known: ReadonlySet<string> | null, source: string): void {
  for (const [name, column] of Object.entries(policy.columns)) {
    const base = ['columns', name, 'rule'];
    visitRules(column.rule, (rule, path, depth) => {
      const place = [...base, ...path];
      if (known === null) {
        checkRule(rule, place, report);
        if (depth > 0 && OUTER_ONLY.has(rule.mask)) report('nested-rule', place, { rule: rule.mask });
        if (column.class === 'direct-identifier' && rule.mask === 'release') {
          report(depth === 0 ? 'raw-identifier' : 'raw-in-case', place);
        }
      }
      if (rule.mask === 'date-shift' && rule.person !== undefined && known !== null && !known.has(rule.person)) {
        report('unknown-column', [...place, 'person'], { column: rule.person, source }, nearest(rule.person, known));
      }
      if (rule.mask === 'when') {
        rule.cases.forEach((one, i) => {
          checkCondition(one.when, [...place, 'cases', i, 'when'], report, known, source);
        });
      }
    });
  }
}

function checkCondition(
  text: string,
  path: YamlPath,
  report: Report,
  known: ReadonlySet<string> | null,
  source: string,
): void {
  try {
    const { columns } = compileCondition(text);
    if (known === null) return;
    for (const column of columns) {
      if (!known.has(column)) report('unknown-column', path, { column, source }, nearest(column, known));
    }
  } catch (error) {
    if (!(error instanceof ConditionProblem)) throw error;
    if (known === null) report('condition', path, { problem: error.text[0], problemZh: error.text[1] });
  }
}

function checkRule(rule: Rule, path: YamlPath, report: Report): void {
  switch (rule.mask) {
    case 'bucket':
      if ((rule.width === undefined) === (rule.edges === undefined))
        report('either', path, { options: 'width, edges' });
      if (rule.edges?.some((edge, i, all) => i > 0 && edge <= (all[i - 1] as number)) === true) {
        report('order', [...path, 'edges']);
      }
      break;
    case 'clamp':
      if (rule.below === undefined && rule.above === undefined)
        report('at-least-one', path, { options: 'below, above' });
      else if (rule.below !== undefined && rule.above !== undefined && rule.below >= rule.above) report('order', path);
      break;
    case 'keep':
      if (Array.isArray(rule.length) && rule.length[0] > rule.length[1]) report('order', [...path, 'length']);
      break;
    case 'keep-range':
      if (rule.hide[0] > rule.hide[1]) report('order', [...path, 'hide']);
      break;
    case 'ff1':
      if (new Set(rule.alphabet).size !== [...rule.alphabet].length) report('alphabet', [...path, 'alphabet']);
      break;
    case 'surrogate':
      if (!surrogateKinds.includes(rule.kind))
        report('kind-unsupported', [...path, 'kind'], { options: surrogateKinds.join(', ') });
      break;
    case 'fake':
      if (!fakeKinds.includes(rule.kind))
        report('kind-unsupported', [...path, 'kind'], { options: fakeKinds.join(', ') });
      break;
    case 'generalize':
      if (typeof rule.hierarchy !== 'string') {
        const { hierarchy } = rule;
        const rising = (values: readonly number[]) =>
          values.every((value, i) => i === 0 || value > (values[i - 1] as number));
        if (hierarchy.kind === 'intervals' && !rising(hierarchy.widths))
          report('order', [...path, 'hierarchy', 'widths']);
      }
      if (rule.minLevel !== undefined && rule.maxLevel !== undefined && rule.minLevel > rule.maxLevel)
        report('order', path);
      break;
    default:
  }
}

function checkModels(policy: Policy, report: Report): void {
  const { models } = policy;
  const hasK = models.some((model) => model.model === 'k-anonymity');
  for (const [name, column] of Object.entries(policy.columns)) {
    if (ruleOf(column.rule).mask === 'generalize' && !hasK) report('no-model', ['columns', name, 'rule']);
  }
  if (models.length === 0) return;
  if (quasiIdentifiers(policy).length === 0) report('no-quasi-identifier', ['models']);
  if (!hasK) report('model-needs-k', ['models']);
  const seen = new Set<string>();
  models.forEach((model, i) => {
    const key = model.model === 'k-anonymity' ? model.model : `${model.model} ${model.column}`;
    if (seen.has(key)) report('model-twice', ['models', i]);
    seen.add(key);
    if (model.model === 'k-anonymity') return;
    const column = Object.hasOwn(policy.columns, model.column) ? policy.columns[model.column] : undefined;
    if (column === undefined) {
      report(
        'unnamed-column',
        ['models', i, 'column'],
        { column: model.column },
        nearest(model.column, Object.keys(policy.columns)),
      );
    } else if (!isReleased(column)) report('column-not-released', ['models', i, 'column'], { column: model.column });
  });
}

function checkBasis(policy: Policy, report: Report): void {
  const names = Object.keys(policy.columns);
  policy.legalBasis.forEach((basis, i) => {
    const path = ['legalBasis', i];
    const released = names.filter((name) => isReleased(policy.columns[name] as Policy['columns'][string]));
    if (
      basis.columns.includes('*') ||
      (released.length > 1 && released.every((name) => basis.columns.includes(name)))
    ) {
      report('blanket-columns', [...path, 'columns']);
    }
    basis.columns.forEach((name, at) => {
      const column = Object.hasOwn(policy.columns, name) ? policy.columns[name] : undefined;
      if (column !== undefined && !isReleased(column))
        report('column-not-released', [...path, 'columns', at], { column: name });
      if (column?.class === 'quasi-identifier' && policy.models.length > 0) {
        report('basis-on-quasi', [...path, 'columns', at], { column: name });
      }
      if (name !== '*' && !names.includes(name)) {
        report('unnamed-column', [...path, 'columns', at], { column: name }, nearest(name, names));
      }
    });
    if (ALL.has(basis.purpose.trim().toLowerCase())) report('blanket-purpose', [...path, 'purpose']);
    if (policy.person === undefined) report('basis-needs-person', path);
  });
}

function checkSampling(policy: Policy, report: Report): void {
  const { sampling } = policy;
  if (sampling === undefined) return;
  if ((sampling.rate === undefined) === (sampling.size === undefined)) {
    report('either', ['sampling'], { options: 'rate, size' });
  }
  if (sampling.design === 'stratified' && sampling.strata === undefined) {
    report('missing', ['sampling', 'strata'], { key: 'strata' });
  }
  if (sampling.design === 'consistent') {
    if (policy.person === undefined) report('missing', ['sampling', 'design'], { key: 'person' });
    if (sampling.rate === undefined) report('missing', ['sampling'], { key: 'rate' });
  }
  if (sampling.target !== undefined) {
    const { target } = sampling;
    const column = Object.hasOwn(policy.columns, target) ? policy.columns[target] : undefined;
    if (column === undefined) {
      const names = Object.keys(policy.columns);
      report('unnamed-column', ['sampling', 'target'], { column: target }, nearest(target, names));
    } else if (!isReleased(column)) report('column-not-released', ['sampling', 'target'], { column: target });
  }
}

function checkQueries(policy: Policy, report: Report): void {
  const { dp } = policy;
  if (dp === undefined) return;
  const sum = dp.queries.reduce((total, query) => total + query.epsilon, 0);
  if (sum > dp.epsilon * (1 + 1e-12)) report('budget', ['dp', 'epsilon']);
  dp.queries.forEach((query, i) => {
    const path = ['dp', 'queries', i];
    if (query.query !== 'count' && query.column === undefined) report('needs-column', path, { needed: 'column' });
    const bounded =
      query.query === 'sum' || query.query === 'mean' || query.query === 'variance' || query.query === 'quantile';
    if (bounded && (query.lower === undefined || query.upper === undefined)) {
      report('needs-column', path, { needed: 'lower, upper' });
    } else if (query.lower !== undefined && query.upper !== undefined && query.lower >= query.upper)
      report('order', path);
    if (query.query === 'quantile' && query.quantile === undefined)
      report('needs-column', path, { needed: 'quantile' });
  });
}
