/**
 * The section of the review report on risk: classes, uniqueness and sensitive values of the persons in a product.
 * @module
 */
import type { Verdict } from '../reversibility/index.js';
import { histogram } from './chart/histogram.js';
import { count, percent, plain } from './format.js';
import { type Hole, markup } from './html.js';
import { figures, name, table } from './page.js';
import type { Words } from './texts.js';

/** Risk of the riskiest product, in persons. */
export function risk(verdict: Verdict, words: Words): Hole {
  const { risk: it, thresholds } = verdict;
  const several = verdict.shape.products.length > 1;
  const which = several ? markup`<p>${words('risk.product')}: ${name(it.product)}</p>` : '';
  if (it.counted === 'groups') {
    return [
      which,
      figures([
        [count(it.smallestClass), words('risk.smallestGroup')],
        [count(it.classes), words('risk.groups')],
        [plain(it.highestRisk), words('risk.highest')],
        [String(it.gbt42460.grade), words('risk.gbt', { threshold: it.gbt42460.threshold })],
        [words(it.ema009 ? 'yes' : 'no'), words('risk.ema')],
      ]),
      markup`<p class="note">${words('risk.groupsNote')}</p>`,
    ];
  }
  if (it.columns.length === 0) return [which, markup`<p>${words('risk.noColumns')}</p>`];
  const limit = thresholds.smallClass;
  return [
    which,
    figures([
      [count(it.smallestClass), words('risk.smallest')],
      [percent(it.unique), words('risk.unique')],
      [percent(it.small), words('risk.small', { limit })],
      [plain(it.averageRisk), words('risk.average')],
      [plain(it.highestRisk), words('risk.highest')],
      [count(it.classes), words('risk.classes')],
      [String(it.gbt42460.grade), words('risk.gbt', { threshold: it.gbt42460.threshold })],
      [words(it.ema009 ? 'yes' : 'no'), words('risk.ema')],
    ]),
    histogram(it.histogram, limit, {
      label: words('risk.chart'),
      axis: words('risk.axis'),
      limit: words('risk.under', { limit }),
    }),
    markup`<p class="note">${words(`risk.counted.${it.counted}`, { records: count(it.records) })} ${words('risk.columns', { columns: it.columns.join(', ') })}</p>`,
    markup`<h3>${words('risk.sensitive')}</h3>`,
    it.sensitive.length === 0
      ? markup`<p>${words('risk.noSensitive')}</p>`
      : table(
          [
            words('risk.sensitiveColumn'),
            { heading: words('risk.l'), number: true },
            { heading: words('risk.entropyL'), number: true },
            { heading: words('risk.t'), number: true },
            { heading: words('risk.alike'), number: true },
          ],
          it.sensitive.map((one) => [
            name(one.column),
            count(one.l),
            plain(one.entropyL),
            `${plain(one.t)} (${words(`risk.distance.${one.distance}`)})`,
            percent(one.alike),
          ]),
        ),
    markup`<h3>${words('risk.models')}</h3>`,
    table(
      [
        words('risk.model'),
        { heading: words('risk.tau'), number: true },
        { heading: words('risk.over'), number: true },
        { heading: words('risk.dataRisk'), number: true },
        words('risk.within', { threshold: it.gbt42460.threshold }),
      ],
      it.gbt42460.models.map((one) => [
        words(`risk.sharing.${one.sharing}`),
        plain(one.tau),
        percent(one.over),
        plain(one.risk),
        words(one.risk <= it.gbt42460.threshold ? 'yes' : 'no'),
      ]),
    ),
    markup`<p class="note">${words('risk.modelsNote', { version: it.gbt42460.version })}</p>`,
  ];
}
