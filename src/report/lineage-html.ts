/**
 * The lineage report: every column from where it came to where it went, who did it, and whether the ledger knows of it.
 * @module
 */
import type { Lineage } from '../audit/index.js';
import type { Language } from '../core/index.js';
import { lineageChart } from './chart/lineage.js';
import { count } from './format.js';
import { markup } from './html.js';
import { name, page, section, table } from './page.js';
import { words as wordsIn } from './texts.js';

/** The report as one HTML document. */
export function lineageHtml(graph: Lineage, options: { readonly language: Language }): string {
  const words = wordsIn(options.language);
  const title = words('title.lineage');
  const artifact = new Map(graph.artifacts.map((one) => [one.id, one.name]));
  const operation = new Map(graph.operations.map((one) => [one.id, one.operation]));
  return page(options.language, title, words, [
    markup`<header><h1>${title}</h1><p class="sub">${words('lineage.subtitle')}</p></header>
`,
    section(words('lineage.picture'), [
      lineageChart(graph, {
        label: title,
        unnamed: words('lineage.unnamed'),
        rows: (rows) => words('lineage.rows', { rows: count(rows) }),
      }),
      markup`<p class="note">${words('lineage.note')}</p>`,
    ]),
    section(
      words('lineage.operations'),
      table(
        [
          { heading: words('lineage.time'), short: true },
          words('lineage.operation'),
          words('lineage.operator'),
          words('lineage.scenario'),
          words('lineage.ledger'),
        ],
        graph.operations.map((one) => [
          one.time,
          one.operation,
          one.operator === null ? '–' : name(one.operator),
          one.scenario === null ? '–' : name(one.scenario),
          one.seq === null ? words('lineage.notRecorded') : words('lineage.record', { seq: one.seq }),
        ]),
      ),
    ),
    section(
      words('lineage.columns'),
      table(
        [words('lineage.from'), words('lineage.operation'), words('leak.rule'), words('lineage.to')],
        [
          ...graph.edges.map((edge) => [
            [name(edge.from.column), ' · ', name(artifact.get(edge.from.artifact) ?? '')],
            operation.get(edge.operation) ?? '',
            edge.rule,
            [name(edge.to.column), ' · ', name(artifact.get(edge.to.artifact) ?? '')],
          ]),
          ...graph.ended.map((end) => [
            [name(end.column), ' · ', name(artifact.get(end.artifact) ?? '')],
            operation.get(end.operation) ?? '',
            '–',
            words('lineage.nowhere'),
          ]),
        ],
      ),
    ),
  ]);
}
