/**
 * What can be wrong with a policy, in English and Chinese, each at its place in the file.
 *
 * Messages name keys, columns and expected types; never a value that stands in the policy or in the data.
 * @module
 */
import { type Bilingual, type Language, ScrimError } from '../core/index.js';

/** Kinds of issue; stable. */
export type PolicyIssueCode =
  | 'syntax'
  | 'too-large'
  | 'unknown-key'
  | 'missing'
  | 'type'
  | 'option'
  | 'small'
  | 'large'
  | 'format'
  | 'unknown-column'
  | 'unnamed-column'
  | 'column-not-released'
  | 'same-name'
  | 'dates-order'
  | 'expired'
  | 'not-yet'
  | 'not-approved'
  | 'no-model'
  | 'no-quasi-identifier'
  | 'model-needs-k'
  | 'model-twice'
  | 'raw-identifier'
  | 'raw-in-case'
  | 'nested-rule'
  | 'blanket-columns'
  | 'blanket-purpose'
  | 'basis-needs-person'
  | 'basis-on-quasi'
  | 'either'
  | 'at-least-one'
  | 'order'
  | 'needs-column'
  | 'budget'
  | 'condition'
  | 'alphabet'
  | 'kind-unsupported';

const messages: Readonly<Record<PolicyIssueCode, Bilingual>> = {
  syntax: ['this is not readable YAML or JSON ({detail})', '不是可读的 YAML 或 JSON（{detail}）'],
  'too-large': ['the policy is larger than {limit} characters', '策略文件超过 {limit} 个字符'],
  'unknown-key': ['unknown key "{key}"', '未知的键“{key}”'],
  missing: ['"{key}" is missing', '缺少“{key}”'],
  type: ['expected {expected}, found {found}', '应为 {expected}，实为 {found}'],
  option: ['expected one of: {options}', '应为下列之一：{options}'],
  small: ['expected at least {minimum}', '至少应为 {minimum}'],
  large: ['expected at most {maximum}', '至多应为 {maximum}'],
  format: ['expected {format}', '格式应为 {format}'],
  'unknown-column': ['there is no column "{column}" in {source}', '{source} 中没有列“{column}”'],
  'unnamed-column': ['column "{column}" is not among the columns of this policy', '列“{column}”不在本策略的列中'],
  'column-not-released': [
    'column "{column}" is not released, so no model can hold for it',
    '列“{column}”不输出，模型无从适用',
  ],
  'same-name': ['two columns are released under the name "{column}"', '两列以同一名称“{column}”输出'],
  'dates-order': ['"expires" lies before "on"', '“expires”早于“on”'],
  expired: ['it expired on {day}', '已于 {day} 到期'],
  'not-yet': ['it is dated {day}, which lies in the future', '日期 {day} 尚未到来'],
  'not-approved': ['column "{column}" is not on the approved demand list', '列“{column}”不在批准的数据需求清单内'],
  'no-model': ['"generalize" needs a k-anonymity model that says how far', '“generalize”需要 k-匿名模型来决定泛化程度'],
  'no-quasi-identifier': [
    'the models have no released quasi-identifier to hold for',
    '没有输出任何准标识符，模型无从适用',
  ],
  'model-needs-k': [
    'l-diversity and t-closeness need a k-anonymity model beside them',
    'l-多样性与 t-接近需与 k-匿名模型一并使用',
  ],
  'model-twice': ['this model is given twice', '该模型重复给出'],
  'raw-identifier': [
    'a direct identifier may not be released as it is; mask it, or state the legal basis by row',
    '直接标识符不得原样输出；请脱敏，或逐行说明合法依据',
  ],
  'raw-in-case': [
    'a direct identifier may not be released by a condition; state the legal basis by row',
    '直接标识符不得依条件原样输出；请逐行说明合法依据',
  ],
  'nested-rule': ['"{rule}" cannot stand inside another rule', '“{rule}”不能用在其他规则之内'],
  'blanket-columns': [
    'one legal basis for all columns is refused; name the columns',
    '拒绝覆盖全部列的一揽子依据；请逐列列出',
  ],
  'blanket-purpose': [
    'one legal basis for all purposes is refused; name the purpose',
    '拒绝覆盖全部用途的一揽子依据；请写明用途',
  ],
  'basis-on-quasi': [
    'column "{column}" is a quasi-identifier; a legal basis does not lift the models',
    '列“{column}”是准标识符；合法依据不能免除模型要求',
  ],
  'basis-needs-person': ['a legal basis by row needs the "person" column', '逐行的合法依据需要“person”列'],
  either: ['give exactly one of {options}', '须且只须给出其一：{options}'],
  'at-least-one': ['give at least one of {options}', '至少给出其一：{options}'],
  order: ['the values must rise', '数值须递增'],
  'needs-column': ['this query needs {needed}', '该查询需要 {needed}'],
  budget: ['the queries together ask for more than the budget', '各查询之和超出预算'],
  condition: ['the condition cannot be used: {problem}', '条件无法使用：{problem}'],
  alphabet: ['the alphabet repeats a character', '字母表中有重复字符'],
  'kind-unsupported': [
    'this rule is not offered for that kind; it is for: {options}',
    '该规则不适用于此类别；适用于：{options}',
  ],
};

/** Something wrong with a policy, and where. */
export interface PolicyIssue {
  readonly code: PolicyIssueCode;
  /** Keys and positions from the top, e.g. `columns.age.rule.to`. */
  readonly path: string;
  /** From 1; 0 when there is no text. */
  readonly line: number;
  readonly column: number;
  /** Facts of the message. */
  readonly facts: Readonly<Record<string, string>>;
  /** What was probably meant, when something is close. */
  readonly suggestion: string | null;
}

/** The issue as one line of text: `policy.yaml:5:41 columns.age.rule: unknown key "frist"; did you mean "first"?`. */
export function describeIssue(issue: PolicyIssue, file: string, language: Language): string {
  const chinese = language === 'zh-CN';
  const text = messages[issue.code][chinese ? 1 : 0].replace(
    /\{(\w+)\}/g,
    (whole, key: string) => issue.facts[key] ?? whole,
  );
  const place = issue.line > 0 ? `${file}:${issue.line}:${issue.column}` : file;
  const meant =
    issue.suggestion === null
      ? ''
      : chinese
        ? `；是否想写“${issue.suggestion}”？`
        : `; did you mean "${issue.suggestion}"?`;
  return `${place}${issue.path === '' ? '' : ` ${issue.path}`}${chinese ? '：' : ': '}${text}${meant}`;
}

/** All that is wrong with a policy, at once; `message` lists every issue with its place. */
export class PolicyError extends ScrimError {
  readonly file: string;
  readonly issues: readonly PolicyIssue[];

  constructor(file: string, issues: readonly PolicyIssue[]) {
    super('SCRIM_POLICY_INVALID', { file, count: issues.length, list: list(file, issues, 'en') });
    this.file = file;
    this.issues = issues;
  }

  override localize(language: Language): { message: string; hint: string } {
    return new ScrimError('SCRIM_POLICY_INVALID', {
      file: this.file,
      count: this.issues.length,
      list: list(this.file, this.issues, language),
    }).localize(language);
  }
}

function list(file: string, issues: readonly PolicyIssue[], language: Language): string {
  return issues.map((issue) => `\n  ${describeIssue(issue, file, language)}`).join('');
}

/** The candidate closest to a word, when it is close enough to be what was meant. */
export function nearest(word: string, candidates: Iterable<string>): string | null {
  let best: string | null = null;
  let bestDistance = Math.max(1, Math.min(3, Math.floor(word.length / 2)));
  for (const candidate of candidates) {
    if (candidate === word) continue;
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance <= bestDistance && (best === null || distance < bestDistance)) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Levenshtein distance with neighbouring transpositions (optimal string alignment). */
function editDistance(a: string, b: string): number {
  const width = b.length + 1;
  const grid = new Int32Array((a.length + 1) * width);
  for (let i = 0; i <= a.length; i++) grid[i * width] = i;
  for (let j = 0; j <= b.length; j++) grid[j] = j;
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let cost = Math.min(
        (grid[(i - 1) * width + j] as number) + 1,
        (grid[i * width + j - 1] as number) + 1,
        (grid[(i - 1) * width + j - 1] as number) + same,
      );
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, (grid[(i - 2) * width + j - 2] as number) + 1);
      }
      grid[i * width + j] = cost;
    }
  }
  return grid[a.length * width + b.length] as number;
}
