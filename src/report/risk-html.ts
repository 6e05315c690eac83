/**
 * The report of `scrim risk`: figures, class sizes, what they are figures of.
 * @module
 */
import type { Language } from '../core/index.js';
import type { RiskReport } from '../risk/index.js';
import { histogram } from './chart/histogram.js';
import { count, percent, plain } from './format.js';
import { type Hole, markup } from './html.js';
import { figures, name, page, section, table } from './page.js';
import { type Words, words as wordsIn } from './texts.js';

/** Options of {@link riskHtml}. */
export interface RiskHtmlOptions {
  readonly language: Language;
  /** What the table is called. */
  readonly name: string;
}

const BINS = [1, 2, 3, 5, 10, 20, 50, 100, 1000] as const;

/** Records by class size, in the bins of the chart; empty bins at the upper end are left out. */
export function classSizeBins(sizes: RiskReport['histogram']): { from: number; rows: number }[] {
  const bins = BINS.map((from) => ({ from: from as number, rows: 0 }));
  for (const { size, classes } of sizes) {
    const bin = bins.findLast((one) => one.from <= size);
    if (bin !== undefined) bin.rows += size * classes;
  }
  while (bins.length > 1 && bins.at(-1)?.rows === 0) bins.pop();
  return bins;
}

/** The report as one HTML document. */
export function riskHtml(report: RiskReport, options: RiskHtmlOptions): string {
  const words = wordsIn(options.language);
  const title = words('title.risk');
  return page(options.language, `${title}: ${options.name}`, words, [
    markup`<header><h1>${title}</h1><p>${name(options.name)}</p></header>
`,
    section(words('section.figures'), numbers(report, words)),
    section(words('section.classSizes'), sizes(report, words)),
  ]);
}

function numbers(report: RiskReport, words: Words): Hole {
  const under5 = report.below.find((one) => one.size === 5);
  const population = report.populationUniqueness;
  return [
    figures([
      [count(report.records), report.person === null ? words('risk.rows') : words('risk.persons')],
      [count(report.classes), words('risk.classes')],
      [count(report.smallestClass), words('risk.smallest')],
      [`${count(report.uniqueRecords)} (${percent(report.uniqueness)})`, words('risk.unique')],
      [percent(under5?.share ?? 0), words('risk.small', { limit: 5 })],
      [plain(report.prosecutor.highest), words('risk.highest')],
      [plain(report.prosecutor.success), words('risk.average')],
    ]),
    table(
      [
        words('risk.attacker'),
        { heading: words('risk.atRisk', { threshold: report.threshold }), number: true },
        { heading: words('risk.highest'), number: true },
        { heading: words('risk.average'), number: true },
      ],
      [
        [
          words('risk.prosecutor'),
          percent(report.prosecutor.recordsAtRisk),
          plain(report.prosecutor.highest),
          plain(report.prosecutor.success),
        ],
        [
          words(report.journalistBasis === 'table-itself' ? 'risk.journalistItself' : 'risk.journalist'),
          percent(report.journalist.recordsAtRisk),
          plain(report.journalist.highest),
          plain(report.journalist.success),
        ],
        [words('risk.marketer'), '–', '–', plain(report.marketer.success)],
      ],
    ),
    population === null
      ? ''
      : markup`<p>${words('risk.population', {
          fraction: percent(population.samplingFraction),
          dankar: percent(population.dankar),
          model: population.model,
        })}</p>`,
  ];
}

function sizes(report: RiskReport, words: Words): Hole {
  return [
    histogram(classSizeBins(report.histogram), 5, {
      label: words('risk.chart'),
      axis: words('risk.axisQuasi'),
      limit: words('risk.under', { limit: 5 }),
    }),
    markup`<p class="note">${words('risk.columns', { columns: report.quasiIdentifiers.join(', ') })}</p>`,
  ];
}
