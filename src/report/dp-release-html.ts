/**
 * The report of `scrim dp release`: every answer with its error bar, the noise law, the price.
 * @module
 */
import type { Language } from '../core/index.js';
import type { Answer, Release } from '../dp/index.js';
import { errorBars } from './chart/error-bars.js';
import { plain } from './format.js';
import { type Hole, markup } from './html.js';
import { figures, grid, name, page, section, table } from './page.js';
import { type Words, words as wordsIn } from './texts.js';

/** Rows that a chart shows; the table below it has all. */
const SHOWN = 60;

/** The report as one HTML document. */
export function dpReleaseHtml(release: Release, options: { readonly language: Language }): string {
  const words = wordsIn(options.language);
  const title = words('title.dpRelease');
  const { plan, spent, remaining } = release;
  const queries = [...new Set(release.answers.map((answer) => answer.query))];
  return page(options.language, `${title}: ${release.id}`, words, [
    markup`<header><h1>${title}</h1><p>${name(release.id)} · ${name(plan.population)}</p><p class="sub">${words('dp.note')}</p></header>
`,
    figures([
      [plain(spent.epsilon, 6), words('dp.spentEpsilon')],
      [plain(spent.delta, 6), words('dp.spentDelta')],
      [plain(remaining.epsilon, 6), words('dp.remainingEpsilon')],
      [plain(remaining.delta, 6), words('dp.remainingDelta')],
    ]),
    ...queries.map((query) =>
      section(
        query,
        answersOf(
          release.answers.filter((answer) => answer.query === query),
          words,
        ),
      ),
    ),
    section(
      words('dp.plan'),
      grid([
        [words('dp.unit'), name(plan.unit.column)],
        [words('dp.groups'), String(plan.contribution.groups)],
        [words('dp.rows'), String(plan.contribution.rowsPerGroup)],
        [words('dp.confidence'), plain(plan.confidence ?? 0.95)],
        [words('dp.planDigest'), markup`<code>${release.planDigest}</code>`],
        [words('dp.reservation'), markup`<code>${release.reservation}</code>`],
      ]),
    ),
  ]);
}

function labelOf({ key, part }: Answer): string {
  const group = key.map((one) => one ?? '∅').join(', ');
  return part === null ? group : group === '' ? part : `${group} ${part}`;
}

function answersOf(answers: readonly Answer[], words: Words): Hole {
  const bars = answers.flatMap((answer) =>
    answer.interval === null
      ? []
      : [{ label: labelOf(answer), value: answer.value, low: answer.interval[0], high: answer.interval[1] }],
  );
  return [
    bars.length === 0 ? '' : errorBars(bars.slice(0, SHOWN), words('dp.chart')),
    bars.length > SHOWN ? markup`<p class="note">${words('dp.cut', { shown: SHOWN, all: bars.length })}</p>` : '',
    table(
      [
        words('dp.group'),
        { heading: words('dp.value'), number: true },
        { heading: words('dp.interval'), number: true },
        words('dp.noise'),
      ],
      answers.map((answer) => [
        name(labelOf(answer)),
        plain(answer.value, 8),
        answer.interval === null ? '–' : `${plain(answer.interval[0], 8)} … ${plain(answer.interval[1], 8)}`,
        answer.noise.scale === null ? answer.noise.kind : `${answer.noise.kind}, ${plain(answer.noise.scale, 5)}`,
      ]),
    ),
  ];
}
