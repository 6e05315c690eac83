/**
 * The report of `scrim plan`: what a policy would leave open, column by column, before anything is written.
 * @module
 */
import type { Bilingual, Language, Leakage, Residual } from '../core/index.js';
import { count, percent, plain } from './format.js';
import { type Hole, markup } from './html.js';
import { figures, name, page, section, table } from './page.js';
import { type Words, words as wordsIn } from './texts.js';

/** What the report shows of a plan; `scrim.plan/1` has all of it. */
export interface PlanView {
  readonly policy: string;
  readonly rows: number | null;
  readonly dropped: readonly string[];
  readonly columns: readonly {
    readonly column: string;
    readonly source: string;
    readonly rule: string;
    readonly leakage: Leakage;
    readonly joint: {
      readonly with: readonly string[];
      readonly residual: Residual;
      readonly determined: number;
    } | null;
    readonly uniqueness: string;
    readonly distinct: { readonly before: number; readonly after: number } | null;
    readonly refused: number | null;
    readonly sample: readonly { readonly before: string; readonly after: string | null }[];
  }[];
  readonly models: {
    readonly levels: Readonly<Record<string, number>>;
    readonly suppressedRows: number;
    readonly smallest: number;
  } | null;
  readonly gbt42460: {
    readonly grade: number;
    readonly threshold: number;
    readonly smallest: number;
    readonly models: readonly { readonly sharing: string; readonly over: number; readonly risk: number }[];
    readonly because: readonly { readonly column: string; readonly reason: string }[];
  } | null;
  readonly legalBases: readonly {
    readonly basis: string;
    readonly reference: string;
    readonly purpose: string;
    readonly columns: readonly string[];
    readonly expires: string;
    readonly applies: boolean;
    readonly persons: number | null;
    readonly rows: number | null;
  }[];
  readonly findings: readonly {
    readonly severity: 'violation' | 'warning';
    readonly column: string | null;
    readonly source: string;
    readonly message: Bilingual;
  }[];
}

/** The report as one HTML document. */
export function planHtml(plan: PlanView, options: { readonly language: Language; readonly name: string }): string {
  const { language } = options;
  const words = wordsIn(language);
  const title = words('title.plan');
  return page(language, `${title}: ${options.name}`, words, [
    markup`<header><h1>${title}</h1><p>${name(options.name)}</p><p class="sub">${words('plan.note')}</p></header>
`,
    section(words('section.findings'), findings(plan, language, words)),
    plan.models === null ? '' : section(words('section.models'), models(plan.models, plan.rows, words)),
    plan.gbt42460 === null ? '' : section(words('risk.models'), grade(plan.gbt42460, words)),
    plan.legalBases.length === 0 ? '' : section(words('section.bases'), bases(plan.legalBases, words)),
    section(words('section.leakage'), columns(plan, words)),
    section(words('section.samples'), samples(plan, words)),
    plan.dropped.length === 0
      ? ''
      : section(
          words('section.dropped'),
          markup`<p>${plan.dropped.map((column, i) => [i === 0 ? '' : ', ', name(column)])}</p>`,
        ),
  ]);
}

function findings(plan: PlanView, language: Language, words: Words): Hole {
  if (plan.findings.length === 0) return markup`<p>${words('inspect.noFindings')}</p>`;
  const position = language === 'zh-CN' ? 1 : 0;
  return markup`<ul>${plan.findings.map(
    (finding) =>
      markup`<li><span class="tag ${finding.severity === 'violation' ? 'block' : 'review'}">${words(`severity.${finding.severity}`)}</span>${
        finding.column === null ? '' : [markup`<b>${name(finding.column)}</b>`, ': ']
      }${finding.message[position]} <span class="sub">${finding.source}</span></li>`,
  )}</ul>`;
}

function models(it: NonNullable<PlanView['models']>, rows: number | null, words: Words): Hole {
  return [
    figures([
      [count(it.smallest), words('risk.smallest')],
      [
        rows === null ? count(it.suppressedRows) : `${count(it.suppressedRows)} / ${count(rows)}`,
        words('plan.suppressed'),
      ],
    ]),
    table(
      [words('inspect.name'), { heading: words('plan.level'), number: true }],
      Object.entries(it.levels).map(([column, level]) => [name(column), String(level)]),
    ),
  ];
}

function grade(it: NonNullable<PlanView['gbt42460']>, words: Words): Hole {
  return [
    figures([
      [String(it.grade), words('risk.gbt', { threshold: it.threshold })],
      [count(it.smallest), words('risk.smallest')],
    ]),
    table(
      [
        words('plan.sharing'),
        { heading: words('plan.over'), number: true },
        { heading: words('plan.risk'), number: true },
      ],
      it.models.map((one) => [one.sharing, percent(one.over), one.risk.toPrecision(2)]),
    ),
    it.because.length === 0
      ? ''
      : markup`<ul>${it.because.map((one) => markup`<li>${name(one.column)}: ${one.reason}</li>`)}</ul>`,
  ];
}

function bases(list: PlanView['legalBases'], words: Words): Hole {
  return table(
    [
      words('manifest.basis'),
      words('plan.purpose'),
      words('inspect.name'),
      words('plan.expires'),
      { heading: words('plan.unmasked'), number: true },
    ],
    list.map((one) => [
      `${one.reference} (${one.basis})`,
      one.purpose,
      one.columns.map((column, i) => [i === 0 ? '' : ', ', name(column)]),
      one.expires,
      one.rows === null ? '–' : count(one.rows),
    ]),
  );
}

function residualText(residual: Residual | null): string {
  return residual === null ? '–' : `${plain(residual.min)} / ${plain(residual.mean)} / ${plain(residual.max)}`;
}

function columns(plan: PlanView, words: Words): Hole {
  return table(
    [
      words('inspect.name'),
      words('leak.rule'),
      { heading: words('leak.residual'), number: true },
      { heading: words('plan.joint'), number: true },
      words('leak.leaks'),
      { heading: words('plan.distinct'), number: true },
      { heading: words('plan.refused'), number: true },
    ],
    plan.columns.map((column) => {
      const leaks = (['equality', 'order', 'length', 'checkDigit'] as const)
        .filter((property) => column.leakage[property])
        .map((property) => words(`leak.${property}`));
      if (column.leakage.keyInvertible) leaks.push(words('leak.invertible'));
      return [
        name(column.column),
        column.rule,
        residualText(column.leakage.residual),
        column.joint === null
          ? '–'
          : [
              residualText(column.joint.residual),
              markup`<br>`,
              words('plan.determined', { share: percent(column.joint.determined) }),
            ],
        leaks.length === 0 ? '–' : leaks.join(', '),
        column.distinct === null ? '–' : `${count(column.distinct.before)} → ${count(column.distinct.after)}`,
        column.refused === null ? '–' : count(column.refused),
      ];
    }),
  );
}

function samples(plan: PlanView, words: Words): Hole {
  const rows = plan.columns.flatMap((column) =>
    column.sample
      .slice(0, 2)
      .map(({ before, after }) => [
        name(column.column),
        markup`<code>${before}</code>`,
        after === null ? '–' : markup`<code>${after}</code>`,
      ]),
  );
  return [
    markup`<p class="note">${words('plan.made')}</p>`,
    table([words('inspect.name'), words('plan.before'), words('plan.after')], rows),
  ];
}
