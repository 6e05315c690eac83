/**
 * Sections of the review report on what came back: how much, by which inverse, and from which columns of the source.
 * @module
 */
import type { Language } from '../core/index.js';
import type { AttackReport, Measure, Verdict } from '../reversibility/index.js';
import { attackName } from './attack-names.js';
import { intervalChart } from './chart/interval-chart.js';
import { tileMap } from './chart/tile-map.js';
import { count, percent } from './format.js';
import { type Hole, markup } from './html.js';
import { name, table } from './page.js';
import type { Words } from './texts.js';

function measureText(measure: Measure): string {
  return `${percent(measure.net)} [${percent(measure.lower)}, ${percent(measure.upper)}]`;
}

/** How much came back, and the inverses that brought it. */
export function restored(verdict: Verdict, language: Language, words: Words): Hole {
  const { restoration, thresholds } = verdict;
  const rows = (['rows', 'cells', 'identifiers'] as const).map((what) => {
    const measure = restoration[what];
    return {
      label: words(`restored.${what}`),
      note: words('restored.of', { count: count(measure.count), of: count(measure.of) }),
      ...measure,
    };
  });
  const chart = intervalChart(
    rows,
    [
      { at: thresholds.release.rowShare, label: words('restored.limit.release') },
      { at: thresholds.block.rowShare, label: words('restored.limit.block') },
    ],
    { label: words('restored.chart'), gross: words('restored.gross'), net: words('restored.net') },
  );
  const found = verdict.attacks.filter(broughtBack);
  found.sort((a, b) => b.restored - a.restored);
  const note = words('restored.note', {
    rowCells: thresholds.rowCells,
    below: thresholds.restoredBelow,
    null: words(`restored.null.${verdict.nullModel.kind}`),
  });
  return [
    chart,
    markup`<p class="note">${note}</p>`,
    found.length === 0
      ? markup`<p>${words('restored.none', { battery: verdict.battery })}</p>`
      : table(
          [
            words('restored.attack'),
            words('restored.inverse'),
            { heading: words('restored.rowsShare'), number: true },
            { heading: words('restored.cellsShare'), number: true },
            { heading: words('restored.identifierShare'), number: true },
          ],
          groupByInverse(found).map((group) => attackRow(group, language, words)),
        ),
  ];
}

/** True of an attack whose inverse gave something back: one that was executed in vain is no finding. */
export function broughtBack(attack: AttackReport): boolean {
  if (attack.inverse === null || attack.restoration === null) return false;
  const { rows, cells, identifiers } = attack.restoration;
  return rows.count + cells.count + identifiers.count > 0;
}

/** Attacks that worked together report one inverse; it is shown once. */
function groupByInverse(attacks: readonly AttackReport[]): AttackReport[][] {
  const groups = new Map<string, AttackReport[]>();
  for (const attack of attacks) {
    const key = attack.inverse as string;
    groups.set(key, [...(groups.get(key) ?? []), attack]);
  }
  return [...groups.values()];
}

function attackRow(group: readonly AttackReport[], language: Language, words: Words): Hole[] {
  const attack = group[0] as AttackReport;
  const evidence = attack.evidence ?? [];
  const steps = (attack.inverse ?? '').split('\n');
  const names = group.map((one) => attackName(one.id, language)).join(' + ');
  return [
    [markup`<b>${names}</b>`, markup`<br><span class="sub">${words(`knowledge.${attack.knowledge}`)}</span>`],
    [
      steps.map((step) => markup`<code>${step}</code><br>`),
      attack.costBits === undefined
        ? ''
        : markup`<span class="sub">${words('restored.cost', { bits: Math.round(attack.costBits) })}</span><br>`,
      evidence.length === 0
        ? ''
        : markup`<span class="sub">${words('restored.evidence')}: ${evidence.slice(0, 8).join(', ')}${evidence.length > 8 ? ' …' : ''}</span>`,
    ],
    attack.restoration === null ? percent(attack.restored) : measureText(attack.restoration.rows),
    attack.restoration === null ? '–' : percent(attack.restoration.cells.net),
    attack.restoration === null ? '–' : measureText(attack.restoration.identifiers),
  ];
}

const MOST_TILES = 60;

/** Restored cells by source column. */
export function heat(verdict: Verdict, words: Words): Hole {
  const several = verdict.shape.sources.length > 1;
  const sources = [...new Set(verdict.sourceColumns.map((one) => one.source))];
  return [
    sources.map((source) => {
      const own = verdict.sourceColumns.filter((one) => one.source === source);
      const shown = own.length <= MOST_TILES ? own : own.filter((one) => one.restoredShare > 0);
      const tiles = shown.map((one) => ({ label: one.column, share: one.restoredShare, marked: one.directIdentifier }));
      return [
        several ? markup`<h3>${name(source)}</h3>` : '',
        tiles.length === 0 ? '' : tileMap(tiles, words('heat.chart')),
        shown.length === own.length ? '' : markup`<p>${words('heat.more', { count: own.length - shown.length })}</p>`,
      ];
    }),
    markup`<p class="note">${words('heat.note')}</p>`,
  ];
}
