/**
 * The page of `scrim bench anonymity`: the frontier of risk against utility as small multiples, and every setting with its figures.
 * @module
 */
import type { Bilingual, Language } from '../core/index.js';
import { type FrontierPoint, frontierChart } from './chart/frontier-chart.js';
import { count, plain } from './format.js';
import {
  costOf,
  type Estimate,
  frontier,
  frontierRisks,
  frontierUtilities,
  type GridMeasure,
  type GridResult,
  type GridRow,
  gridMeasures,
} from './grid.js';
import { type Hole, markup } from './html.js';
import { grid, name, page, section, table } from './page.js';
import { words as wordsIn } from './texts.js';

const NAMES: Readonly<Record<GridMeasure, Bilingual>> = {
  restoration: ['rows restored', '行还原率'],
  highestRisk: ['highest risk', '最高风险'],
  averageRisk: ['average risk', '平均风险'],
  populationUniqueness: ['population uniqueness', '总体唯一性'],
  suppressed: ['rows not released', '未发布行'],
  loss: ['loss', '信息损失'],
  workloadError: ['query error', '查询误差'],
  naiveBayes: ['accuracy, naive Bayes', '准确率（朴素贝叶斯）'],
  logisticRegression: ['accuracy, logistic', '准确率（逻辑回归）'],
  cpuMilliseconds: ['CPU ms', 'CPU 毫秒'],
};

const COSTS: Readonly<Partial<Record<GridMeasure, Bilingual>>> = {
  logisticRegression: ['error rate, logistic', '错误率（逻辑回归）'],
};

const TEXTS = {
  title: ['Risk against utility', '风险与效用'],
  frontier: ['The frontier', '有效前沿'],
  about: [
    'Each point is a setting of the table below, by its number; lower is better on both axes (square-root scale, straight where an axis does not start at 0). Filled points are efficient: no other setting is at most as risky and at most as costly. Risk: share of raw rows that an executed inverse restores, net of chance (the scorer); highest and mean 1 / class size; estimated share of population uniques. Utility: loss of the released cells, mean relative error of random count queries, share of wrong predictions.',
    '每个点为下表中的一项设置（按编号）；两轴均越低越好（平方根刻度；不从 0 起的轴为线性）。实心点为有效设置：没有其他设置在风险与代价上同时不高于它。风险：可被执行的逆变换还原的原始行比例（扣除偶然）、等价类大小倒数的最大值与均值、估计的总体唯一比例；效用：已发布单元格的信息损失、随机计数查询的平均相对误差、预测错误比例。',
  ],
  none: ['No setting gives both figures.', '没有设置同时给出两项指标。'],
  settings: ['All settings', '全部设置'],
  intervals: [
    'Means over {n} repetitions; half the width of the 95 % interval (Student) in small type where there is one. Seeds of queries, folds, samples and noise differ between repetitions; the search itself is deterministic.',
    '为 {n} 次重复的均值；有 95 % 置信区间（Student）时附其半宽。各次重复的查询、折、抽样与噪声种子不同；搜索本身是确定性的。',
  ],
  risk: ['Risk', '风险'],
  utility: ['Utility', '效用'],
  run: ['The run', '本次运行'],
  data: ['data', '数据'],
  configuration: ['configuration (SHA-256)', '配置（SHA-256）'],
  target: ['target, share of its most frequent value', '预测目标及其最常见值占比'],
  quasi: ['quasi-identifiers', '准标识符'],
  fraction: ['assumed share of the population', '假定占总体的比例'],
  setting: ['setting', '设置'],
  error: ['not measured', '未测得'],
} as const satisfies Record<string, Bilingual>;

/** The page as one HTML document. */
export function gridHtml(result: GridResult, options: { readonly language: Language }): string {
  const say = (text: Bilingual): string => text[options.language === 'zh-CN' ? 1 : 0];
  const words = wordsIn(options.language);
  const title = `${say(TEXTS.title)}: ${result.title}`;
  return page(options.language, title, words, [
    markup`<header><h1>${say(TEXTS.title)}</h1><p>${name(result.title)}</p></header>
`,
    section(say(TEXTS.frontier), [markup`<p class="note">${say(TEXTS.about)}</p>`, charts(result, say)]),
    section(say(TEXTS.settings), [
      settings(result, say),
      markup`<p class="note">${say(TEXTS.intervals).replace('{n}', String(result.repetitions))}</p>`,
    ]),
    section(
      say(TEXTS.run),
      grid([
        [
          say(TEXTS.data),
          `${result.data.name}, ${count(result.data.rows)}${result.data.sha256 === null ? '' : `, SHA-256 ${result.data.sha256}`}`,
        ],
        [say(TEXTS.configuration), result.configuration],
        [say(TEXTS.quasi), result.quasiIdentifiers.join(', ')],
        ...(result.target === null || result.baseline === null
          ? []
          : [[say(TEXTS.target), `${result.target}, ${plain(result.baseline)}`] as const]),
        [say(TEXTS.fraction), plain(result.samplingFraction)],
      ]),
    ),
  ]);
}

function charts(result: GridResult, say: (text: Bilingual) => string): Hole {
  return frontierRisks.map((risk) => {
    const pictures = frontierUtilities.map((utility) => {
      const points = pointsOf(result.rows, risk, utility);
      const y = say(COSTS[utility] ?? NAMES[utility]);
      const x = say(NAMES[risk]);
      if (points.length === 0) return '';
      return markup`<td>${frontierChart(points, { label: `${x} / ${y}`, x, y })}</td>`;
    });
    return pictures.every((one) => one === '') ? '' : markup`<table><tr>${pictures}</tr></table>`;
  });
}

function pointsOf(rows: readonly GridRow[], risk: GridMeasure, utility: GridMeasure): FrontierPoint[] {
  const best = new Set(frontier(rows, risk, utility).map(({ number }) => number));
  return rows.flatMap((row) => {
    const x = row.measures[risk];
    const y = row.measures[utility];
    if (x === null || y === null) return [];
    return [
      {
        label: String(row.number),
        x: costOf(risk, x.mean),
        y: costOf(utility, y.mean),
        efficient: best.has(row.number),
      },
    ];
  });
}

const RISKS: readonly GridMeasure[] = [
  'restoration',
  'highestRisk',
  'averageRisk',
  'populationUniqueness',
  'suppressed',
];

/** Two tables, so that each fits the page: what is risked, and what is left to use. */
function settings({ rows }: GridResult, say: (text: Bilingual) => string): Hole {
  const shown = gridMeasures.filter((measure) => rows.some((row) => row.measures[measure] !== null));
  const part = (measures: readonly GridMeasure[], titles: boolean): Hole =>
    table(
      [
        { heading: '#', number: true },
        ...(titles ? [say(TEXTS.setting)] : []),
        ...measures.map((measure) => ({ heading: say(NAMES[measure]), number: true as const })),
      ],
      rows.map((row) => [
        String(row.number),
        ...(titles ? [row.error === null ? row.title : `${row.title} (${say(TEXTS.error)}: ${row.error})`] : []),
        ...measures.map((measure) => cell(row.measures[measure])),
      ]),
    );
  return [
    markup`<h3>${say(TEXTS.risk)}</h3>`,
    part(
      shown.filter((measure) => RISKS.includes(measure)),
      true,
    ),
    markup`<h3>${say(TEXTS.utility)}</h3>`,
    part(
      shown.filter((measure) => !RISKS.includes(measure)),
      false,
    ),
  ];
}

function cell(estimate: Estimate | null): Hole {
  if (estimate === null) return '–';
  const half = (estimate.high - estimate.low) / 2;
  return half > 0 ? markup`${plain(estimate.mean)} <small>± ${plain(half, 2)}</small>` : plain(estimate.mean);
}
