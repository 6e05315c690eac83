/**
 * The risk that the verdict shows where several products leave together.
 * @module
 */
import type { Sheet } from '../intake/sheet.js';
import { gbt42460 } from '../thresholds.js';
import type { Verdict } from '../verdict.js';
import type { ProductReport } from './product-report.js';
import { sensitiveRisks } from './risk-summary.js';

/** The risk of the product that has the most records in small classes, with l and t of its sensitive columns. */
export function riskiest(
  reports: readonly ProductReport[],
  products: readonly Sheet[],
  sources: readonly Sheet[],
  named: readonly string[],
): Verdict['risk'] {
  let worst = -1;
  reports.slice(0, products.length).forEach(({ risk }, i) => {
    const known = reports[worst]?.risk;
    const more = known === undefined || risk.small > known.small;
    if (more || (risk.small === known.small && risk.highestRisk > known.highestRisk)) worst = i;
  });
  const report = reports[worst];
  const sheet = products[worst];
  if (report === undefined || sheet === undefined) return emptyRisk();
  return { ...report.risk, sensitive: sensitiveRisks(sheet, report.risk, report.columns, sources, named) };
}

function emptyRisk(): Verdict['risk'] {
  return {
    product: '',
    counted: 'rows',
    rows: 0,
    records: 0,
    columns: [],
    classes: 0,
    smallestClass: 0,
    unique: 0,
    small: 0,
    averageRisk: 0,
    highestRisk: 0,
    histogram: [],
    sensitive: [],
    gbt42460: { grade: 2, secondHand: true, threshold: gbt42460.threshold, version: gbt42460.version, models: [] },
    ema009: false,
  };
}
