/**
 * Reasons of a verdict as data: stable codes, what each argues for, texts in English and Chinese.
 * @module
 */
import type { Language } from '../core/index.js';
import { attackName, phrase } from './phrases.js';
import type { Decision, Reason } from './verdict.js';

const templates = {
  'rows-restored': {
    level: 'block',
    en: '{count} of {of} raw rows come back by an executed inverse ({attack}); at least {lower} % net of chance.',
    zh: '执行逆变换（{attack}）后，{of} 条原始记录中有 {count} 条被还原；扣除偶合后至少占 {lower} %。',
  },
  'identifiers-restored': {
    level: 'block',
    en: 'Direct identifiers of {count} persons come back, verified against the source ({attack}).',
    zh: '{count} 人的直接标识符被还原，并经与原始数据核对（{attack}）。',
  },
  'small-cell': {
    level: 'block',
    en: 'Column {column} publishes exact figures of groups under {limit} persons ({count} cells).',
    zh: '列 {column} 发布了不足 {limit} 人的分组的确切数值（{count} 个单元格）。',
  },
  'key-invertible-raw': {
    level: 'block',
    en: 'The record says that whoever holds the key restores {columns}: raw rows or direct identifiers. The ledger does not show key {keys} destroyed.',
    zh: '处理记录表明持钥人可还原 {columns}，其内容为原始记录或直接标识符；账本未显示密钥 {keys} 已销毁。',
  },
  'rows-partly': {
    level: 'review',
    en: '{count} of {of} raw rows may come back ({attack}); that is not clearly more than chance, or under the blocking threshold.',
    zh: '{of} 条原始记录中可能有 {count} 条被还原（{attack}）；未明显超过偶合水平或低于阻断阈值。',
  },
  'identifiers-partly': {
    level: 'review',
    en: 'Direct identifiers of {count} persons stand in the product.',
    zh: '产品中出现了 {count} 人的直接标识符。',
  },
  'raw-values': {
    level: 'review',
    en: 'Column {column} repeats near-unique raw values of {source} ({share} % of its cells).',
    zh: '列 {column} 重复了 {source} 中近乎唯一的原始值（占其单元格的 {share} %）。',
  },
  'raw-values-mixed': {
    level: 'review',
    en: '{count} columns together ({columns}) give near-unique raw values of {source} ({share} % of the rows).',
    zh: '{count} 列（{columns}）合在一起可得出 {source} 中近乎唯一的原始值（占记录的 {share} %）。',
  },
  'raw-header': {
    level: 'review',
    en: 'The names of {count} columns hold near-unique raw values.',
    zh: '{count} 个列名中含有近乎唯一的原始值。',
  },
  'keyed-pseudonym': {
    level: 'review',
    en: 'Column {column} is a deterministic code of {source}: whoever holds the key or the code book can link or restore it.',
    zh: '列 {column} 是 {source} 的确定性编码：掌握密钥或对照表者可进行关联或还原。',
  },
  'small-classes': {
    level: 'review',
    en: '{share} % of the rows stand in classes of fewer than {limit} on the columns that the source explains.',
    zh: '在可由原始数据解释的列上，{share} % 的记录所在等价类不足 {limit} 人。',
  },
  'small-groups': {
    level: 'review',
    en: 'A group table has {count} groups of fewer than {limit} persons.',
    zh: '分组统计表中有 {count} 个不足 {limit} 人的分组。',
  },
  'second-version': {
    level: 'review',
    en: 'Column {column} nearly repeats a statistic that another column publishes: the difference of the two may be what few persons hold.',
    zh: '列 {column} 与另一列发布的统计量近乎重复：两者之差可能就是少数个人的取值。',
  },
  'extreme-figures': {
    level: 'review',
    en: 'Column {column} publishes extremes or quantiles beyond which fewer than {limit} persons stand ({count} figures): they are values of persons.',
    zh: '列 {column} 发布了极值或分位数，其外侧不足 {limit} 人（{count} 个数值）：它们就是个人的取值。',
  },
  unexplained: {
    level: 'review',
    en: 'Column {column} is explained neither by the source, nor by a named safe form, nor by the battery ({bits} bits a row): it may be an encrypted copy.',
    zh: '列 {column} 无法由原始数据、已命名的安全形式或攻击集解释（每行 {bits} 比特）：可能是加密副本。',
  },
  gap: {
    level: 'review',
    en: 'The check {id} did not finish: {reason}.',
    zh: '检查 {id} 未完成：{reason}。',
  },
  'no-rows': {
    level: 'review',
    en: 'The {side} has no rows: nothing could be compared.',
    zh: '{side} 没有记录：无从比较。',
  },
  'more-rows': {
    level: 'review',
    en: 'The product has {product} rows, more than the {source} of the source.',
    zh: '产品有 {product} 行，多于原始数据的 {source} 行。',
  },
  'key-invertible': {
    level: 'review',
    en: 'The record says that whoever holds key {keys} restores {columns}.',
    zh: '处理记录表明持有密钥 {keys} 者可还原 {columns}。',
  },
  'key-destroyed': {
    level: 'review',
    en: 'The record says that {columns} could be restored by key {keys}, which the ledger shows destroyed; backups are out of its reach.',
    zh: '处理记录表明 {columns} 曾可由密钥 {keys} 还原，账本显示该密钥已销毁；备份不在其可及范围内。',
  },
  'record-no-policy': {
    level: 'review',
    en: 'The record says that the product was made without a policy.',
    zh: '处理记录表明产品制作时未依据策略。',
  },
  'record-unsafe': {
    level: 'review',
    en: 'The record names what weakens its guarantees: {claims}.',
    zh: '处理记录载明削弱保证的事项：{claims}。',
  },
  'record-digest': {
    level: 'review',
    en: 'The record beside product {product} describes other bytes.',
    zh: '产品 {product} 旁的处理记录描述的是另一文件。',
  },
  'record-unreadable': {
    level: 'review',
    en: 'The record beside product {product} cannot be read.',
    zh: '产品 {product} 旁的处理记录无法读取。',
  },
  'record-candidates': {
    level: 'review',
    en: 'The record says that every cell of {columns} leaves one candidate only, although it was masked.',
    zh: '处理记录表明 {columns} 虽经脱敏，每个单元格仅剩一个候选值。',
  },
  linkable: {
    level: 'review',
    en: '{count} of {of} rows can be linked to one person of the source ({attack}), although fewer than three cells of a row come back.',
    zh: '{of} 条记录中有 {count} 条可关联到原始数据中的个人（{attack}），尽管每条还原的单元格不足三个。',
  },
  'nothing-restored': {
    level: 'release',
    en: 'No attack of battery {battery} restored a row, a cell or a direct identifier above the thresholds; every column is explained.',
    zh: '攻击集 {battery} 中没有任何攻击还原出超过阈值的记录、单元格或直接标识符；所有列均有解释。',
  },
  'safe-form': {
    level: 'release',
    en: 'Named safe form, verified against the source: {form}.',
    zh: '已命名的安全形式，经与原始数据核对：{form}。',
  },
} as const;

/** Stable codes of reasons. */
export type ReasonCode = keyof typeof templates;

/** A reason with its facts filled in. Facts are names, counts and shares, never values. */
export function reason(code: ReasonCode, facts: Readonly<Record<string, string | number>> = {}): Reason {
  const { level, en, zh } = templates[code];
  return { code, level, en: fill(en, facts, 'en'), 'zh-CN': fill(zh, facts, 'zh-CN'), facts };
}

const SIDES: Readonly<Record<string, string>> = { source: '原始数据', product: '产品' };

/** Facts that are phrases of ours, as the language writes them; every other fact is a name or a number. */
function spoken(key: string, value: string | number, language: Language): string {
  const text = String(value);
  if (key === 'form' || key === 'reason') return phrase(text, language);
  if (key === 'id') return attackName(text, language);
  if (key === 'attack') {
    const names = text.split(', ').map((id) => attackName(id, language));
    return names.join(language === 'zh-CN' ? '、' : ', ');
  }
  return key === 'side' && language === 'zh-CN' ? (SIDES[text] ?? text) : text;
}

/** Codes and templates, for reference pages. */
export const reasonCodes: readonly ReasonCode[] = Object.keys(templates) as ReasonCode[];

function fill(template: string, facts: Readonly<Record<string, string | number>>, language: Language): string {
  return template.replace(/\{(\w+)\}/g, (whole, key: string) =>
    facts[key] === undefined ? whole : spoken(key, facts[key], language),
  );
}

type Statement = { readonly en: string; readonly 'zh-CN': string };

/** What a verdict says and does not say. */
const statements: Readonly<Record<'release' | 'review' | 'restored' | 'determined' | 'claimed', Statement>> = {
  release: {
    en: 'No attack of this battery succeeded. That is a recommendation to release, not a proof that restoration is impossible.',
    'zh-CN': '本攻击集中没有攻击成功。此为放行建议，并不证明无法还原。',
  },
  review: {
    en: 'No attack of this battery restored enough to block, but something was not explained, not finished or not clearly under the thresholds. A person must decide.',
    'zh-CN': '本攻击集未还原出足以阻断的内容，但存在未解释、未完成或未明确低于阈值之处，须由人工判定。',
  },
  restored: {
    en: 'An executed inverse restored raw data from the product, verified against the source. Recommendation: do not release.',
    'zh-CN': '执行逆变换从产品中还原出原始数据，并经与原始数据核对。建议：不予放行。',
  },
  determined: {
    en: 'The product states exact figures of groups so small that they tell of single persons. Recommendation: do not release.',
    'zh-CN': '产品给出了过小分组的确切数值，足以指向个人。建议：不予放行。',
  },
  claimed: {
    en: 'No executed inverse restored enough to block, but what is stated about the product forbids its release: see the reasons.',
    'zh-CN': '所执行的逆变换未还原出足以阻断的内容，但关于产品的载明事项不允许放行：见理由。',
  },
};

/** The fixed wording for a decision: a block says whether data came back, a figure tells of persons, or a statement forbids it. */
export function statementFor(decision: Decision, reasons: readonly Reason[]): Statement {
  if (decision !== 'block') return statements[decision];
  const blocking = new Set(reasons.filter((own) => own.level === 'block').map((own) => own.code));
  if (blocking.has('rows-restored') || blocking.has('identifiers-restored')) return statements.restored;
  return blocking.has('small-cell') ? statements.determined : statements.claimed;
}
