/**
 * The report of an operation: what went in and out, counts, warnings, and what each column still tells.
 * @module
 */
import type { Language, Leakage, OperationRecord } from '../core/index.js';
import { count, plain } from './format.js';
import { type Hole, markup } from './html.js';
import { figures, grid, name, page, section, table } from './page.js';
import { catalogue, type TextKey, type Words, words as wordsIn } from './texts.js';

/** The report as one HTML document. */
export function recordHtml(record: OperationRecord, options: { readonly language: Language }): string {
  const words = wordsIn(options.language);
  const title = words('title.record');
  const output = record.outputs.map((artifact) => artifact.name).join(', ');
  return page(options.language, `${title}: ${output}`, words, [
    markup`<header><h1>${title}</h1><p class="sub">scrim ${record.operation}</p><p>${name(output)}</p></header>
`,
    section(
      words('section.counts'),
      figures(Object.entries(record.counts).map(([key, value]) => [count(value), countName(key, words)])),
    ),
    section(words('section.warnings'), warnings(record, words)),
    section(words('section.leakage'), leakage(record.columns, words)),
    section(words('section.artifacts'), evidence(record, words)),
  ]);
}

function countName(key: string, words: Words): string {
  const known = `count.${key}`;
  return Object.hasOwn(catalogue, known) ? words(known as TextKey) : key;
}

function warnings(record: OperationRecord, words: Words): Hole {
  const unsafe = record.unsafe.map((one) => markup`<li><b>${one}</b></li>`);
  if (record.warnings.length + unsafe.length === 0) return markup`<p>${words('record.none')}</p>`;
  return markup`<ul>${unsafe}${record.warnings.map(
    (warning) =>
      markup`<li>${warning.column === undefined ? '' : [markup`<b>${name(warning.column)}</b>`, ': ']}${warning.message} <span class="sub">${warning.code}${warning.count === undefined ? '' : ` · ${count(warning.count)}`}</span></li>`,
  )}</ul>`;
}

function leakage(columns: readonly Leakage[], words: Words): Hole {
  return table(
    [
      words('inspect.name'),
      words('leak.rule'),
      { heading: words('leak.residual'), number: true },
      words('leak.leaks'),
      words('leak.key'),
    ],
    columns.map((column) => {
      const leaks = (['equality', 'order', 'length', 'checkDigit'] as const)
        .filter((property) => column[property])
        .map((property) => words(`leak.${property}`));
      if (column.keyInvertible) leaks.push(words('leak.invertible'));
      const { residual, key } = column;
      return [
        name(column.column),
        column.rule,
        residual === null ? '–' : `${plain(residual.min)} / ${plain(residual.mean)} / ${plain(residual.max)}`,
        leaks.length === 0 ? '–' : leaks.join(', '),
        key === null ? '–' : `${key.id} (${key.state})`,
      ];
    }),
  );
}

function evidence(record: OperationRecord, words: Words): Hole {
  const artifact = (one: OperationRecord['inputs'][number]): Hole => [
    words('evidence.shape', { rows: count(one.rows), columns: count(one.columns.length) }),
    markup`<br>`,
    one.sha256 === null ? '–' : markup`<code>${one.sha256}</code>`,
  ];
  return grid([
    ...record.inputs.map((one) => [words('record.input', { name: one.name }), artifact(one)] as const),
    ...record.outputs.map((one) => [words('record.output', { name: one.name }), artifact(one)] as const),
    [words('record.policy'), record.policy === 'none' ? words('record.none') : markup`<code>${record.policy}</code>`],
    [words('evidence.version'), `${record.tool.name} ${record.tool.version}`],
    [words('record.time'), record.time],
  ]);
}
