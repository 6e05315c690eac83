/**
 * The phrases of a verdict in both languages: names of attacks, why one does not apply or did not finish, safe forms, and
 * in words how a column was made.
 *
 * A verdict holds the English phrase, which is stable and canonical; {@link phrase} gives what a reader of either language
 * sees. Formulas of inverses (`base64(c7)`) are the same in both.
 * @module
 */
import { type Bilingual, errorCatalogue, type Language } from '../core/index.js';

const NAMES: Readonly<Record<string, Bilingual>> = {
  containment: ['Rows and columns contained', '行列直接包含'],
  decoders: ['Public decoders', '公开编码解码'],
  numeric: ['Numeric transforms', '数值变换'],
  'bit-codes': ['Bits of whole numbers', '整数位变换'],
  'group-lines': ['Lines by group', '分组直线变换'],
  order: ['Order and multiplicity', '顺序与重数'],
  labels: ['Label codes', '标签编码'],
  hashes: ['Hashes', '哈希'],
  'salted-hashes': ['Hashes with a salt in the product', '盐值随产品给出的哈希'],
  'mask-completion': ['Mask completion', '掩码补全'],
  combine: ['Columns split, joined or computed from several', '拆分、合并或由多列推算'],
  alignment: ['Row alignment', '行对齐'],
  linear: ['Linear mixing', '线性混合'],
  characters: ['Character substitution', '字符替换'],
  noise: ['Noise and micro-aggregation', '加噪与微聚集'],
  neighbours: ['Nearest neighbours', '最近邻'],
  anagrams: ['Characters in other places', '字符换位'],
  bands: ['Bands with what is left', '分段与余值'],
  'packed-numbers': ['Two numbers in one', '两数合一'],
  'row-order': ['Rows in their order', '行序未变'],
  syllables: ['Pinyin and other codes of characters', '拼音及其他逐字编码'],
  spectral: ['Spectral filtering', '谱滤波'],
  downcoding: ['Downcoding', '降级还原'],
  minimality: ['Minimality', '最小性'],
  homogeneity: ['Homogeneous classes', '同质等价类'],
  'record-linkage': ['Record linkage', '记录链接'],
  synthetic: ['Copies in synthetic tables', '合成数据中的副本'],
  // Steps of a review that are no attacks but can end as gaps.
  'safe forms': ['Recognition of safe forms', '安全形式识别'],
  selection: ['Choice of the inverse', '逆变换的选择'],
  restoration: ['Execution of the inverse', '逆变换的执行'],
  transpose: ['Reading the product on its side', '转置读取'],
};

/** Why an attack does not apply or did not finish. */
const REASONS: Readonly<Record<string, string>> = {
  'no column is left to explain': '没有尚待解释的列',
  'the product has no rows': '产品没有记录',
  'every column is explained without decoding': '所有列无需解码即可解释',
  'no unexplained column holds numbers or dates': '没有尚待解释的数值列或日期列',
  'no column looks like digests': '没有形如摘要值的列',
  'no column is masked': '没有经掩码处理的列',
  'no column has the characters of source values in other places': '没有列由源值的字符换位而成',
  'no column of bands stands beside unexplained numbers': '没有分段列与未解释的数值列并存',
  'no unexplained column holds long whole numbers': '没有未解释的长整数列',
  'no source has as many rows as the product': '没有与产品行数相同的源表',
  'too few rows can be tied by the columns read so far': '已解读的列可对应的行过少',
  'fewer than two unexplained numeric columns': '尚待解释的数值列不足两列',
  'fewer than three unexplained numeric columns': '尚待解释的数值列不足三列',
  'rows do not repeat as means of classes do': '记录未像各类均值那样重复',
  'rows are linked already': '记录已可链接',
  'no unexplained columns have the distribution of source columns': '没有尚待解释的列与原始列分布一致',
  'no unexplained column holds whole numbers': '没有尚待解释的整数列',
  'groups are too large to be sorted': '分组过大，无法排序',
  'no column that was read names groups': '没有已解读的列可用于分组',
  'no column is generalised': '没有经泛化处理的列',
  'no column is generalised class by class': '没有按等价类分别泛化的列',
  'no class is of four rows or fewer': '没有不超过四条记录的等价类',
  'no column stands raw beside the generalised ones': '泛化列之外没有原值列',
  'the time limit was reached': '达到时间上限',
  'it failed': '运行失败',
  'it did not run': '未运行',
  'it could not be read': '无法读取',
  'some rows hold content outside the table': '部分行含有表格以外的内容',
  'columns without a name of their own were named by position': '没有名称或名称重复的列已按位置命名',
  'a cell is too long to be read': '有单元格过长，无法读取',
  'no product could be read': '没有可读取的产品',
  // Grounds on which the gate stays closed.
  'this is no verdict of schema scrim.review/1': '这不是 scrim.review/1 格式的结论',
  'these bytes were not the ones reviewed': '这些字节并非被审核的内容',
  'the review has gaps': '审核存在缺口',
  'a halt is in force': '停止状态生效中',
  'the verdict was withdrawn': '结论已被撤回',
  'the ledger does not verify': '账本校验不通过',
  'the ledger holds no review with this verdict': '账本中没有得出该结论的审核记录',
  'a later review of these bytes did not release them': '对相同内容的后续审核未予放行',
  'its record cannot be read': '其处理记录无法读取',
  'its record says that it was made without a policy': '其处理记录表明制作时未依据策略',
};

/** What a recoding is, before ` of COLUMN`. */
const RECODINGS: Readonly<Record<string, string>> = {
  same: '原值',
  'age band': '年龄段',
  interval: '区间',
  'interval (local)': '区间（局部）',
  'interval of years': '年份区间',
  'interval of years (local)': '年份区间（局部）',
  set: '取值集合',
  'set (local)': '取值集合（局部）',
  hierarchy: '层级泛化',
  year: '年份',
  month: '年月',
  quarter: '季度',
  'half-year': '半年度',
  decade: '年代',
  'month of the year': '月份',
  week: '周',
  'class mean': '等价类均值',
  'labels by counts': '标签（仅由计数对应）',
  'ends coded': '首尾编码',
  'day of the week': '星期',
  sum: '之和',
  mean: '均值',
  count: '计数',
  'standard deviation': '标准差',
  'standard error': '标准误',
  'coefficient of variation': '变异系数',
  'week from Sunday': '周（自周日起）',
  'week from Monday': '周（自周一起）',
  'population deviation': '总体标准差',
  variance: '方差',
  median: '中位数',
  'first quartile': '第一四分位数',
  'third quartile': '第三四分位数',
  rank: '名次',
  share: '占比',
  percentage: '百分比占比',
  ratio: '比值',
  growth: '增长率',
  difference: '差',
  'running total': '累计',
  'running percentage': '累计百分比',
};

const WHOLE: Readonly<Record<string, string>> = {
  constant: '常量',
  constants: '常量',
  count: '计数',
  'count of persons': '人数',
  'share of all': '占全部的比例',
  'percentage of all': '占全部的百分比',
  'share of the table': '占本表的比例',
  'percentage of the table': '占本表的百分比',
  'names of columns': '列名',
  'those left after the groups above': '扣除以上各组后的剩余',
  'shares of all rows': '占全部记录的比例',
  'names of columns or statistics': '列名或统计量名',
  correlation: '相关系数',
  'rank correlation': '秩相关系数',
  'Kendall correlation': '肯德尔相关系数',
  covariance: '协方差',
  'population covariance': '总体协方差',
  description: '描述统计',
  coefficient: '回归系数',
  'standard error': '标准误',
  'test statistic': '检验统计量',
  'p value': 'p 值',
  'odds ratio': '优势比',
  'confidence limit': '置信限',
};

type Pattern = readonly [RegExp, (match: RegExpExecArray) => string | null];

const PATTERNS: readonly Pattern[] = [
  [/^([^;]+); (.+)$/, (m) => both(m[1] as string, m[2] as string, '；')],
  [/^(\d+) tables one below the other$/, (m) => `${m[1]} 张上下排列的统计表`],
  [/^cross table (.+)$/, (m) => append(m[1], '，交叉表')],
  [/^figures of a cell (.+)$/, (m) => append(m[1], '，同一单元格内的多个数值')],
  [/^on its side: (.+)$/, (m) => append(m[1], '，行列对调')],
  [/^multiple of (.+)$/, (m) => append(m[1], '，乘以同一系数（指数）')],
  [/^share within a group: (.+)$/, (m) => append(m[1], '，占所在组的比例')],
  [
    /^(ratio|share|difference) of (.+) and (.+)$/,
    (m) => both(m[2] as string, m[3] as string, ` ${PAIRED[m[1] as string]} `),
  ],
  [/^rank of (.+) within (.+)$/, (m) => `${m[1]} 在 ${m[2]} 内的名次`],
  [/^rank of ((?:count|sum|mean|median)\b.*)$/, (m) => append(m[1], '，名次')],
  [/^quantile (\S+) of (.+)$/, (m) => `${m[2]} 的 ${m[1]} 分位数`],
  [/^(\d+ %) limit of the mean of (.+)$/, (m) => `${m[2]} 均值的 ${m[1]} 置信限`],
  [
    /^(count|share|percentage) (below|above) nought of (.+)$/,
    (m) => `${m[3]} ${m[2] === 'below' ? '小于' : '大于'}零者${SPLIT[m[1] as string]}`,
  ],
  [/^one of (\d+) quantile groups of (.+)$/, (m) => `${m[2]} 的 ${m[1]} 等分组`],
  [/^curve of (.+)$/, (m) => `${m[1]} 的分位数或累计占比`],
  [/^generalisation, joint classes of at least (\d+) persons$/, (m) => `泛化，联合等价类不少于 ${m[1]} 人`],
  [/^group table, groups of at least (\d+) persons$/, (m) => `分组统计表，每组不少于 ${m[1]} 人`],
  [
    /^(correlations|description|key figures|quantiles|regression), figures of at least (\d+) persons$/,
    (m) => `${SUMMARIES[m[1] as string]}，每个数值不少于 ${m[2]} 人`,
  ],
  [/^(.+), rounded to (\S+)$/, (m) => append(m[1], `，舍入到 ${m[2]}`)],
  [/^(.+), noised$/, (m) => append(m[1], '，加噪')],
  [/^(share|percentage) of all by (.+)$/, (m) => `按 ${m[2]} 占全部${SPLIT[m[1] as string]}`],
  [/^(.+), in units of (\d+)$/, (m) => append(m[1], `，单位为 ${m[2]}`)],
  [
    /^(count|share|percentage) from a number of (.+) on$/,
    (m) => `${m[2]} 达到某一数值及以上者${SPLIT[m[1] as string]}`,
  ],
  [/^growth of (.+) in percent$/, (m) => `${m[1]} 的增长率（百分比）`],
  [/^running total: (.+)$/, (m) => append(m[1], '，累计')],
  [/^one-hot (.+)$/, (m) => append(m[1], '，独热编码')],
  [/^count of different (.+)$/, (m) => `不同 ${m[1]} 的个数`],
  [/^count with a value of (.+)$/, (m) => `${m[1]} 有值的记录数`],
  [/^(count|share|percentage) by (.+) of (.+)$/, (m) => byPart(m[1] as string, m[2] as string, m[3] as string)],
  [/^group by (.+)$/, (m) => `按 ${translated(m[1] as string) ?? m[1]} 分组`],
  [
    /^(count|share|percentage) by (band of )?(.+)$/,
    (m) => `按 ${m[3]}${m[2] === undefined ? '' : ' 的分段'}${SPLIT[m[1] as string]}`,
  ],
  [/^prefix\(([^)]+)\) of (.+)$/, (m) => `${m[2]} 的前 ${m[1]} 位`],
  [
    /^(rounded|rounded down|rounded up|midpoint) to ([^\s,]+)(, ends coded)? of (.+)$/,
    (m) => `${m[4]} ${ROUNDED[m[1] as string]} ${m[2]}${m[3] === undefined ? '' : '，首尾编码'}`,
  ],
  [/^the verdict is (release|review|block)$/, (m) => `结论为${DECISIONS[m[1] as string]}`],
  [/^its record says (.+)$/, (m) => `其处理记录载明 ${m[1]}`],
  [/^intake of product (\d+)$/, (m) => `产品 ${m[1]} 的读取`],
  [/^intake of source (\d+)$/, (m) => `原始数据 ${m[1]} 的读取`],
  [
    /^(\d+) of (\d+) rows stand in classes with one value of (.+)$/,
    (m) => `${m[2]} 条记录中有 ${m[1]} 条所在等价类的 ${m[3]} 只有一个取值`,
  ],
  [/^it failed \((\w+)\)$/, (m) => `运行失败（${m[1]}）`],
];

const SUMMARIES: Readonly<Record<string, string>> = {
  correlations: '相关矩阵',
  description: '描述统计表',
  'key figures': '关键指标',
  quantiles: '分位数或洛伦兹曲线',
  regression: '回归系数表',
};
const PAIRED: Readonly<Record<string, string>> = { ratio: '除以', share: '占两者之和，另一项为', difference: '减去' };
const DECISIONS: Readonly<Record<string, string>> = { release: '放行', review: '人工审核', block: '阻断' };
const SPLIT: Readonly<Record<string, string>> = { count: '计数', share: '的占比', percentage: '的百分比' };
const ROUNDED: Readonly<Record<string, string>> = {
  rounded: '四舍五入到',
  'rounded down': '向下取整到',
  'rounded up': '向上取整到',
  midpoint: '取中点，步长',
};

/** `count by year of 就诊时间`; null where the words before the column are no part of a date. */
function byPart(what: string, part: string, column: string): string | null {
  const recoding = RECODINGS[part];
  return recoding === undefined ? null : `按 ${column} 的${recoding}${SPLIT[what]}`;
}

/** Two phrases with a mark between them; null where either is none that is known. */
function both(first: string, second: string, between: string): string | null {
  const [a, b] = [translated(first), translated(second)];
  return a === null || b === null ? null : `${a}${between}${b}`;
}

function append(phrase: string | undefined, tail: string): string | null {
  const head = translated(phrase ?? '');
  return head === null ? null : `${head}${tail}`;
}

/** The phrase in Chinese, or null when it is none that is known: a formula, a name. */
function translated(text: string): string | null {
  const whole = WHOLE[text] ?? REASONS[text];
  if (whole !== undefined) return whole;
  for (const [pattern, write] of PATTERNS) {
    const match = pattern.exec(text);
    if (match !== null) {
      const written = write(match);
      if (written !== null) return written;
    }
  }
  // `year of 出生日期`: the longest recoding that is known, since the name of a column may hold " of " itself.
  for (let at = text.indexOf(' of '); at >= 0; at = text.indexOf(' of ', at + 1)) {
    const recoding = RECODINGS[text.slice(0, at)];
    if (recoding !== undefined) return `${text.slice(at + 4)} 的${recoding}`;
  }
  return null;
}

/** Name of an attack, or of a step of the review that can be a gap. */
export function attackName(id: string, language: Language): string {
  const entry = NAMES[id];
  if (entry !== undefined) return entry[language === 'zh-CN' ? 1 : 0];
  return phrase(id, language);
}

/**
 * A phrase of a verdict (a reason of the coverage list, a safe form, how a column was made) as a reader of the language
 * sees it; error codes become their titles; what is a formula or a name stays as it is.
 *
 * @example
 * phrase('count of persons', 'zh-CN'); // => '人数'
 */
export function phrase(text: string, language: Language): string {
  const position = language === 'zh-CN' ? 1 : 0;
  if (Object.hasOwn(errorCatalogue, text)) {
    const entry = errorCatalogue[text as keyof typeof errorCatalogue];
    return `${entry.title[position]} (${text})`;
  }
  return position === 0 ? text : (translated(text) ?? text);
}

/** True when a phrase is written in both languages: for the tests that go through the battery. */
export function hasPhrase(text: string): boolean {
  return translated(text) !== null || Object.hasOwn(errorCatalogue, text);
}

/** True when an attack is named in both languages: for the same tests. */
export function hasAttackName(id: string): boolean {
  return Object.hasOwn(NAMES, id);
}
