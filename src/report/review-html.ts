/**
 * The review report: what a reviewer reads, completes, prints, signs and files (R20).
 *
 * Everything comes from the verdict and the manifest; every outside text is escaped by {@link markup}; no data value is in either.
 * @module
 */
import type { Language } from '../core/index.js';
import { phrase, type Verdict } from '../reversibility/index.js';
import { advice } from './advice.js';
import { attackName, attackReason } from './attack-names.js';
import { capacityBar } from './chart/capacity-bar.js';
import { clauseResult } from './clause-results.js';
import { CLAUSE_VERSION, clauseSources, clauses } from './clauses.js';
import { count, percent, plain } from './format.js';
import { type Hole, type Markup, markup } from './html.js';
import type { Manifest } from './manifest.js';
import { manifestSection } from './manifest-html.js';
import { blank, grid, name, page, section, table } from './page.js';
import { heat, restored } from './review-restored.js';
import { risk } from './review-risk.js';
import { signing } from './signing-html.js';
import { type Words, words as wordsIn } from './texts.js';

/** Options of {@link reviewHtml}. */
export interface ReviewHtmlOptions {
  readonly language: Language;
  /** What the submitter states about the product. Default: blanks to be filled in by hand. */
  readonly manifest?: Manifest;
  /** When the review was made, ISO 8601. Default: not shown, so that the same verdict gives the same bytes. */
  readonly reviewed?: string;
}

const ICONS = {
  release:
    '<circle cx="24" cy="24" r="19" fill="none" stroke="currentColor" stroke-width="5"/><path d="M14 25l7 7 13-15" fill="none" stroke="currentColor" stroke-width="5"/>',
  review:
    '<path d="M24 5L45 43H3z" fill="none" stroke="currentColor" stroke-width="5"/><path d="M24 19v12M24 35v4" stroke="currentColor" stroke-width="5"/>',
  block:
    '<rect x="4" y="4" width="40" height="40" fill="none" stroke="currentColor" stroke-width="5"/><path d="M14 14l20 20M34 14L14 34" stroke="currentColor" stroke-width="5"/>',
} as const;

/**
 * The whole report as one HTML document.
 *
 * The same verdict, manifest and options give the same bytes.
 */
export function reviewHtml(verdict: Verdict, options: ReviewHtmlOptions): string {
  const { language } = options;
  const words = wordsIn(language);
  const manifest = options.manifest ?? null;
  const title = manifest?.product.name ?? verdict.shape.products.map((product) => product.name).join(', ');
  return page(language, `${words('title.review')}: ${title}`, words, [
    markup`<header><h1>${words('title.review')}</h1><p class="sub">${words('subtitle.review')}</p><p>${name(title)}</p></header>
`,
    banner(verdict, language, words),
    section(words('section.capacity'), capacity(verdict, words)),
    section(words('section.reasons'), reasons(verdict, language, words)),
    section(words('section.restored'), restored(verdict, language, words)),
    section(words('section.heat'), heat(verdict, words)),
    section(words('section.risk'), risk(verdict, words)),
    section(words('section.coverage'), coverage(verdict, language, words)),
    section(
      words('section.advice'),
      markup`<ul>${advice(verdict, language).map((line) => markup`<li>${line}</li>`)}</ul>`,
    ),
    section(words('section.columns'), columns(verdict, language, words)),
    section(words('section.manifest'), manifestSection(manifest, verdict, words)),
    section(words('section.clauses'), clauseTable(verdict, manifest, language, words)),
    section(words('section.evidence'), evidence(verdict, options, words)),
    section(words('section.signing'), signing(words)),
  ]);
}

function banner(verdict: Verdict, language: Language, words: Words): Markup {
  const icon = ICONS[verdict.verdict];
  return markup`<div class="banner ${verdict.verdict}"><svg viewBox="0 0 48 48" width="48" height="48" aria-hidden="true">${trusted(icon)}</svg><div><b>${words(`verdict.${verdict.verdict}`)}</b><span>${verdict.statement[language]}</span><span>${words('verdict.role')}</span></div></div>
`;
}

/** Markup written in this file. */
function trusted(text: string): Markup {
  return markup(Object.assign([text], { raw: [text] }));
}

function capacity(verdict: Verdict, words: Words): Hole {
  const label = words('capacity.chart', { bound: percent(verdict.capacity.bound) });
  return [
    capacityBar(verdict.capacity, { label, product: words('capacity.product'), raw: words('capacity.raw') }),
    markup`<p class="note">${words('capacity.note')}</p>`,
  ];
}

function reasons(verdict: Verdict, language: Language, words: Words): Markup {
  return markup`<ul>${verdict.reasons.map(
    (reason) =>
      markup`<li><span class="tag ${reason.level}">${words(`level.${reason.level}`)}</span>${reason[language]}</li>`,
  )}</ul>`;
}

function coverage(verdict: Verdict, language: Language, words: Words): Hole {
  const { ran, gaps, notApplicable } = verdict.coverage;
  const rows: Hole[][] = [
    ...gaps.map(({ id, reason }) => [
      attackName(id, language),
      markup`<b>${words('coverage.gap')}</b>`,
      attackReason(reason, language),
    ]),
    ...ran.map((id) => [attackName(id, language), words('coverage.ran'), '']),
    ...notApplicable.map(({ id, reason }) => [
      attackName(id, language),
      words('coverage.na'),
      attackReason(reason, language),
    ]),
  ];
  return [
    markup`<p>${words('coverage.note', { ran: ran.length, gaps: gaps.length, na: notApplicable.length })}</p>`,
    table([words('coverage.id'), words('coverage.state'), words('coverage.reason')], rows),
  ];
}

/** How a column was made: a formula as it stands, a safe form in words. */
function howText(how: string | null, language: Language): Hole {
  if (how === null) return '–';
  const said = phrase(how, language);
  return said === how ? markup`<code>${how}</code>` : said;
}

function columns(verdict: Verdict, language: Language, words: Words): Hole {
  const several = verdict.shape.products.length > 1;
  return table(
    [
      words('columns.product'),
      words('columns.source'),
      words('columns.how'),
      words('columns.explained'),
      { heading: words('columns.restored'), number: true },
      { heading: words('columns.distinct'), number: true },
      { heading: words('columns.entropy'), number: true },
      { heading: words('columns.missing'), number: true },
    ],
    verdict.columns.map((column) => [
      name(
        several ? `${verdict.shape.products[column.table]?.name ?? column.table}.${column.product}` : column.product,
      ),
      column.source === null ? '–' : name(column.source),
      howText(column.how, language),
      column.explained === 'none' ? markup`<b>${words('explained.none')}</b>` : words(`explained.${column.explained}`),
      percent(column.restoredShare),
      count(column.distinct),
      plain(column.entropy),
      percent(column.missing),
    ]),
  );
}

function clauseTable(verdict: Verdict, manifest: Manifest | null, language: Language, words: Words): Hole {
  const position = language === 'zh-CN' ? 1 : 0;
  return [
    table(
      [
        { heading: words('clauses.id'), short: true },
        words('clauses.asked'),
        words('clauses.where'),
        { heading: words('clauses.state'), short: true },
        words('clauses.finding'),
      ],
      clauses.map((clause) => {
        const { state, finding } = clauseResult(clause, verdict, manifest, words);
        return [
          clause.id,
          clause.asked[position],
          clause.where,
          state === 'tool' ? words('clauses.tool') : state === 'person' ? words('clauses.person') : words('clauses.na'),
          state === 'person'
            ? [
                finding === '' ? '' : [finding, markup`<br>`],
                markup`<span class="confirm"><label><input type="checkbox"> ${words('clauses.confirm')}</label>${blank(clause.id)}</span>`,
              ]
            : finding,
        ];
      }),
    ),
    markup`<p class="note">${words('clauses.sources', {
      sources: clauseSources.map(([short, full]) => `${short} ${full}`).join('; '),
      version: CLAUSE_VERSION,
    })}</p>`,
  ];
}

function evidence(verdict: Verdict, options: ReviewHtmlOptions, words: Words): Hole {
  const { digests, shape, thresholds } = verdict;
  const digest = (text: string): Markup => markup`<code>${text}</code>`;
  const sized = (one: { readonly rows: number; readonly columns: number }): string =>
    words('evidence.shape', { rows: count(one.rows), columns: count(one.columns) });
  const entries: [string, Hole][] = digests.product.map((sha256, i) => {
    const product = shape.products[i];
    return [
      words('evidence.product', { name: product?.name ?? String(i + 1) }),
      [
        product === undefined ? '' : sized(product),
        markup`<br>`,
        words(`evidence.form.${digests.productForm[i] ?? 'bytes'}`),
        ' ',
        digest(sha256),
      ],
    ];
  });
  shape.sources.forEach((source, i) => {
    const keyed = digests.source[i] ?? null;
    entries.push([
      words('evidence.source', { name: source.name }),
      [sized(source), markup`<br>`, keyed === null ? words('evidence.noKey') : digest(keyed)],
    ]);
  });
  if (digests.control !== null) entries.push([words('evidence.control'), digest(digests.control)]);
  if (digests.policy !== null) entries.push([words('evidence.policy'), digest(digests.policy)]);
  entries.push(
    [words('evidence.tool'), digest(digests.tool)],
    [words('evidence.seed'), digest(verdict.seed)],
    [words('evidence.version'), `${verdict.tool.name} ${verdict.tool.version}`],
    [words('evidence.battery'), verdict.battery],
    [
      words('evidence.thresholds'),
      [
        thresholds.version,
        markup`<br>`,
        words('evidence.block', {
          rows: percent(thresholds.block.rowShare),
          persons: thresholds.block.persons,
          identifiers: thresholds.block.identifierPersons,
        }),
        markup`<br>`,
        words('evidence.release', {
          rows: percent(thresholds.release.rowShare),
          persons: thresholds.release.persons,
          identifiers: thresholds.release.identifierPersons,
        }),
      ],
    ],
    [
      words('evidence.approver'),
      thresholds.approver === null
        ? [words('evidence.nobody'), ' ', blank(words('evidence.approver'))]
        : thresholds.approver,
    ],
  );
  if (options.reviewed !== undefined) entries.push([words('evidence.reviewed'), options.reviewed]);
  return grid(entries);
}
