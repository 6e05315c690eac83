/**
 * The fidelity report of a training extract: what it keeps of the source and what it still tells; no row, no value.
 * @module
 */
import type { Language } from '../core/index.js';
import type { Decision, Measure } from '../reversibility/index.js';
import { scatter } from './chart/scatter.js';
import { shareBars } from './chart/share-bars.js';
import { count, percent, plain } from './format.js';
import { type Hole, markup } from './html.js';
import { figures, grid, name, page, section, table } from './page.js';
import { type Words, words as wordsIn } from './texts.js';

type Both = readonly [source: number, extract: number];

/** A model tried on the hold-out. */
interface ScoreView {
  readonly rows: number;
  readonly accuracy: number;
  readonly interval: Both;
  readonly auc: number | null;
}

/** The figures, as `fidelityOf` of `scrim/policy` gives them. */
export interface FidelityView {
  readonly rows: { readonly source: number; readonly train: number; readonly holdout: number };
  readonly columns: readonly {
    readonly column: string;
    readonly comparedBy: 'same-text' | 'recoding' | 'same-scale' | null;
    readonly distance: number | null;
    readonly kept: number | null;
    readonly mean: Both | null;
    readonly deviation: Both | null;
  }[];
  readonly pairs: readonly {
    readonly columns: readonly [string, string];
    readonly correlation: Both | null;
    readonly information: Both;
  }[];
  readonly propensity: {
    readonly columns: readonly string[];
    readonly rows: number;
    readonly error: number;
    readonly expected: number;
  } | null;
  readonly models: readonly {
    readonly target: string;
    readonly classes: number;
    readonly baseline: number;
    readonly source: ScoreView;
    readonly extract: ScoreView;
  }[];
  readonly privacy: {
    readonly unit: 'row' | 'person';
    readonly quasiIdentifiers: readonly string[];
    readonly smallestClass: { readonly train: number | null; readonly holdout: number | null };
    readonly rawUnique: { readonly units: number; readonly sample: number; readonly population: number };
    readonly releasedUnique: { readonly units: number; readonly sample: number; readonly population: number | null };
    readonly shared: number;
  };
}

/** What the scorer said. */
export interface RestorationView {
  readonly verdict: Decision;
  readonly rows: Measure;
  readonly cells: Measure;
  readonly identifiers: Measure;
  readonly gaps: number;
  readonly reasons: readonly { readonly en: string; readonly 'zh-CN': string }[];
}

/** What the report is about. */
export interface ExtractView {
  readonly fidelity: FidelityView;
  readonly restoration: RestorationView | null;
  readonly train: { readonly name: string; readonly sha256: string | null };
  readonly holdout: { readonly name: string; readonly sha256: string | null };
}

const MOST_PAIRS = 20;

/** The report as one HTML document. */
export function extractHtml(view: ExtractView, options: { readonly language: Language }): string {
  const words = wordsIn(options.language);
  const { fidelity } = view;
  const title = words('title.extract');
  return page(options.language, `${title}: ${view.train.name}`, words, [
    markup`<header><h1>${title}</h1><p class="sub">${words('extract.subtitle')}</p><p>${name(view.train.name)}</p></header>
`,
    figures([
      [count(fidelity.rows.source), words('extract.sourceRows')],
      [count(fidelity.rows.train), words('extract.trainRows')],
      [count(fidelity.rows.holdout), words('extract.holdoutRows')],
      [count(fidelity.privacy.shared), words('extract.shared')],
    ]),
    section(words('extract.models'), models(fidelity, words)),
    section(words('extract.columns'), columns(fidelity, words)),
    section(words('extract.pairs'), pairs(fidelity, words)),
    section(words('extract.propensity'), propensity(fidelity, words)),
    section(words('extract.privacy'), privacy(view, words, options.language)),
    section(words('section.artifacts'), digests(view)),
  ]);
}

function scoreText(score: ScoreView): string {
  const auc = score.auc === null ? '' : `, AUC ${score.auc.toFixed(3)}`;
  return `${percent(score.accuracy)} [${percent(score.interval[0])}, ${percent(score.interval[1])}]${auc}`;
}

function models(fidelity: FidelityView, words: Words): Hole {
  if (fidelity.models.length === 0) return markup`<p>${words('extract.noModel')}</p>`;
  return [
    markup`<p>${words('extract.modelNote')}</p>`,
    fidelity.models.map((model) => [
      markup`<h3>${words('extract.target')} ${name(model.target)} (${words('extract.classes', { count: model.classes })})</h3>`,
      shareBars(
        [
          { label: words('extract.onSource'), share: model.source.accuracy, note: auc(model.source) },
          { label: words('extract.onExtract'), share: model.extract.accuracy, note: auc(model.extract) },
          { label: words('extract.baseline'), share: model.baseline },
        ],
        words('extract.models'),
      ),
      markup`<p class="note">${words('extract.onSource')}: ${scoreText(model.source)}; n = ${count(model.source.rows)}. ${words('extract.onExtract')}: ${scoreText(model.extract)}; n = ${count(model.extract.rows)}.</p>`,
    ]),
  ];
}

function auc(score: ScoreView): string {
  return score.auc === null ? '' : `AUC ${score.auc.toFixed(3)}`;
}

function columns(fidelity: FidelityView, words: Words): Hole {
  const both = (pair: readonly [number, number] | null): string =>
    pair === null ? '–' : `${plain(pair[0])} → ${plain(pair[1])}`;
  return [
    markup`<p>${words('extract.columnNote')}</p>`,
    table(
      [
        words('inspect.name'),
        words('extract.comparedBy'),
        { heading: words('extract.distance'), number: true },
        { heading: words('extract.kept'), number: true },
        { heading: words('extract.mean'), number: true },
        { heading: words('extract.deviation'), number: true },
      ],
      fidelity.columns.map((column) => [
        name(column.column),
        column.comparedBy === null ? words('extract.notCompared') : words(`extract.by.${column.comparedBy}`),
        column.distance === null ? '–' : column.distance.toFixed(3),
        column.kept === null ? '–' : percent(column.kept),
        both(column.mean),
        both(column.deviation),
      ]),
    ),
  ];
}

function pairs(fidelity: FidelityView, words: Words): Hole {
  const correlated = fidelity.pairs.flatMap(({ correlation }) => (correlation === null ? [] : [correlation]));
  const informed = fidelity.pairs.map(({ information }) => information);
  const top = Math.max(0.1, ...informed.flat());
  const loudest = [...fidelity.pairs].sort((a, b) => gap(b) - gap(a)).slice(0, MOST_PAIRS);
  return [
    markup`<p>${words('extract.pairNote')}</p>`,
    informed.length === 0
      ? ''
      : scatter(
          [
            ...(correlated.length === 0
              ? []
              : [{ title: words('extract.correlation'), low: -1, high: 1, points: correlated }]),
            { title: words('extract.information'), low: 0, high: top, points: informed },
          ],
          { label: words('extract.pairs'), x: words('extract.source'), y: words('extract.extract') },
        ),
    table(
      [
        words('extract.pair'),
        ...(correlated.length === 0 ? [] : [{ heading: words('extract.correlation'), number: true } as const]),
        { heading: words('extract.information'), number: true },
      ],
      loudest.map(({ columns: [a, b], correlation, information }) => [
        [name(a), ' × ', name(b)],
        ...(correlated.length === 0
          ? []
          : [correlation === null ? '–' : `${correlation[0].toFixed(2)} → ${correlation[1].toFixed(2)}`]),
        `${information[0].toFixed(3)} → ${information[1].toFixed(3)}`,
      ]),
    ),
  ];
}

function gap({ correlation, information }: FidelityView['pairs'][number]): number {
  return Math.max(
    correlation === null ? 0 : Math.abs(correlation[0] - correlation[1]),
    Math.abs(information[0] - information[1]),
  );
}

function propensity({ propensity: found }: FidelityView, words: Words): Hole {
  if (found === null) return markup`<p>${words('extract.noPropensity')}</p>`;
  return [
    figures([
      [plain(found.error), words('extract.pmse')],
      [plain(found.expected), words('extract.pmseExpected')],
      [plain(found.error / found.expected), words('extract.pmseRatio')],
    ]),
    markup`<p class="note">${words('extract.pmseNote', { rows: count(found.rows), columns: found.columns.length })}</p>`,
  ];
}

function privacy({ fidelity, restoration }: ExtractView, words: Words, language: Language): Hole {
  const { privacy: side } = fidelity;
  const limit = (value: number | null): string => (value === null ? '–' : count(value));
  const share = (part: number): string =>
    side.rawUnique.units === 0 ? '–' : percent(part / Math.max(1, side.rawUnique.units));
  const unit = side.unit === 'person' ? words('extract.persons') : words('extract.rows');
  return [
    grid([
      [
        words('extract.quasi'),
        side.quasiIdentifiers.length === 0
          ? '–'
          : side.quasiIdentifiers.map((one, i) => [i === 0 ? '' : ', ', name(one)]),
      ],
      [
        words('extract.smallest'),
        `${limit(side.smallestClass.train)} / ${limit(side.smallestClass.holdout)} (${unit})`,
      ],
      [
        words('extract.rawUnique'),
        `${count(side.rawUnique.sample)} (${share(side.rawUnique.sample)}); ${words('extract.alsoPopulation')} ${count(side.rawUnique.population)}`,
      ],
      [
        words('extract.releasedUnique'),
        side.releasedUnique.population === null
          ? count(side.releasedUnique.sample)
          : `${count(side.releasedUnique.sample)}; ${words('extract.alsoPopulation')} ${count(side.releasedUnique.population)}`,
      ],
    ]),
    markup`<h3>${words('extract.restoration')}</h3>`,
    restoration === null
      ? markup`<p>${words('extract.noReview')}</p>`
      : [
          markup`<p><b>${words(`verdict.${restoration.verdict}`)}</b> · ${words('extract.gaps', { count: restoration.gaps })}</p>`,
          table(
            [
              words('extract.what'),
              { heading: words('extract.gross'), number: true },
              { heading: words('extract.net'), number: true },
            ],
            (['rows', 'cells', 'identifiers'] as const).map((part) => {
              const one = restoration[part];
              return [
                words(`extract.restored.${part}`),
                percent(one.gross),
                `${percent(one.net)} [${percent(one.lower)}, ${percent(one.upper)}]`,
              ];
            }),
          ),
          markup`<ul>${restoration.reasons.slice(0, 8).map((reason) => markup`<li>${reason[language]}</li>`)}</ul>`,
          markup`<p class="note">${words('extract.reviewNote')}</p>`,
        ],
  ];
}

function digests({ train, holdout }: ExtractView): Hole {
  return grid(
    [train, holdout].map(
      ({ name: file, sha256 }) => [file, sha256 === null ? '–' : markup`<code>${sha256}</code>`] as const,
    ),
  );
}
