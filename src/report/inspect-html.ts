/**
 * The report of `scrim inspect`: what each column holds, and what is wrong with the data.
 * @module
 */
import type { Language } from '../core/index.js';
import type { Classification } from '../masking/index.js';
import type { QualityReport } from '../table/index.js';
import { shareBars } from './chart/share-bars.js';
import { count } from './format.js';
import { markup } from './html.js';
import { figures, name, page, section, table } from './page.js';
import { qualityFindings, qualityText } from './quality.js';
import { words as wordsIn } from './texts.js';

/** The report as one HTML document. */
export function inspectHtml(
  classification: Classification,
  quality: QualityReport,
  options: { readonly language: Language },
): string {
  const { language } = options;
  const words = wordsIn(language);
  const position = language === 'zh-CN' ? 1 : 0;
  const title = words('title.inspect');
  const findings = qualityFindings(quality);
  const nulls = quality.columns.map((column) => ({
    label: column.name,
    share: quality.rows === 0 ? 0 : 1 - column.nulls / quality.rows,
  }));
  return page(language, `${title}: ${quality.source}`, words, [
    markup`<header><h1>${title}</h1><p>${name(quality.source)}</p></header>
`,
    figures([
      [count(quality.rows), words('risk.rows')],
      [count(quality.columns.length), words('section.inspectColumns')],
      ...(quality.text === null ? [] : [[quality.text.encoding, words('inspect.encoding')] as const]),
    ]),
    section(
      words('section.inspectColumns'),
      table(
        [
          words('inspect.name'),
          words('inspect.kind'),
          { heading: words('inspect.confidence'), number: true },
          words('inspect.class'),
          words('inspect.grade'),
          words('inspect.rule'),
        ],
        classification.columns.map((column) => [
          name(column.name),
          column.kind,
          column.confidence.toFixed(2),
          words(`class.${column.class}`),
          column.grade,
          typeof column.proposedRule === 'string' ? column.proposedRule : column.proposedRule.mask,
        ]),
      ),
    ),
    section(words('section.filled'), shareBars(nulls, words('section.filled'))),
    section(
      words('section.quality'),
      findings.length === 0
        ? markup`<p>${words('inspect.noFindings')}</p>`
        : table(
            [
              words('quality.code'),
              words('quality.column'),
              { heading: words('quality.count'), number: true },
              words('quality.rows'),
            ],
            findings.map((finding) => [
              qualityText(finding.code)[position],
              finding.column === null ? '–' : name(finding.column),
              count(finding.count),
              finding.rows.slice(0, 8).join(', '),
            ]),
          ),
    ),
  ]);
}
