/**
 * Customary words for statistics of a column, in English and Chinese: what labels of published figures must be made of.
 * @module
 */

/** Each key is what `statisticsOf` calls the statistic. */
const WORDS: Readonly<Record<string, string>> = {
  count:
    'n|nobs|obs|observations|count|number|size|valid|non-?null|人数|人次|计数|数量|个数|个案数|有效|有效数|非空数|样本数|样本量|记录数|观测数|观测值',
  missing: "missing|nulls?|nans?|na'?s?|缺失|缺失数|缺失值|空值|空值数",
  'distinct values': 'distinct|unique|nunique|different|去重数|不同值|唯一值|种类数|种数',
  mean: 'mean|average|avg|平均|均值|平均值|平均数|人均|户均|件均|次均',
  sum: 'sum|total|合计|总计|总和|总额|总量|总数|总|累计|求和',
  'standard deviation': 'std|sd|stdev|stddev|standarddeviation|标准差|标准偏差',
  variance: 'var|variance|方差',
  'standard error': 'se|sem|standarderror|standarderrorofmean|标准误|标准误差|平均值标准误差',
  'population deviation': 'std|sd|stdev|stddev|stdevp|pstdev|standarddeviation|标准差|总体标准差',
  skewness: 'skew|skewness|偏度',
  kurtosis: 'kurt|kurtosis|峰度',
  'coefficient of variation': 'cv|变异系数|离散系数',
  quantile:
    'median|med|中位数|中位值|中值|q[0-4]|[13](?:st|rd)?(?:qu|quartile)|p\\d{1,2}|q?0?\\d{1,2}%?|\\d{1,2}(?:th|st|nd|rd)?(?:%|percentile|pct)|(?:第?\\d{1,2}%?百?分位数?)|上四分位数?|下四分位数?|第[一三]四分位数?|min|max|minimum|maximum|最小值?|最大值?|最低|最高|极小值|极大值',
};

/** What may stand between a column and its statistic, or between the words of either. */
export const BETWEEN: RegExp = /[\s_.:：,，;；/|·()（）[\]【】\-—的]+|\bof\b/gi;

const PATTERNS: readonly (readonly [string, RegExp])[] = Object.entries(WORDS).map(
  ([how, words]) => [how, new RegExp(`^(?:${words})$`, 'i')] as const,
);

/** Statistics that a text may name; none when it says anything else. */
export function statisticsNamed(text: string): ReadonlySet<string> {
  const bare = text.replace(BETWEEN, '');
  return new Set(PATTERNS.flatMap(([how, pattern]) => (pattern.test(bare) ? [how] : [])));
}
