/**
 * The decision: all reasons of all products, and the worst of them (DESIGN §6).
 * @module
 */
import type { Gap } from '../gap.js';
import type { Sheet } from '../intake/sheet.js';
import { reason } from '../reasons.js';
import { BATTERY } from '../thresholds.js';
import type { Decision, Reason } from '../verdict.js';
import type { ProductReport } from './product-report.js';

const LEVEL: Readonly<Record<Decision, number>> = { release: 0, review: 1, block: 2 };

/** Reasons of the products, of the gaps and of the number of rows. */
export function collectReasons(
  reports: readonly ProductReport[],
  products: readonly Sheet[],
  sources: readonly Sheet[],
  gaps: readonly Gap[],
): Reason[] {
  const reasons: Reason[] = reports.flatMap((report) => report.reasons);
  for (const gap of gaps) reasons.push(reason('gap', { ...gap }));
  if (sources.every((sheet) => sheet.rows === 0)) reasons.push(reason('no-rows', { side: 'source' }));
  const largest = Math.max(0, ...sources.map((sheet) => sheet.rows));
  for (const sheet of products) {
    if (sheet.rows === 0) reasons.push(reason('no-rows', { side: 'product' }));
    else if (sheet.rows > largest) reasons.push(reason('more-rows', { product: sheet.rows, source: largest }));
  }
  return reasons;
}

/** The worst level of all reasons; a gap, or a product that was not reviewed, is never a release. */
export function decide(
  reasons: readonly Reason[],
  reviewed: number,
  gaps: readonly unknown[],
  asked: number,
): Decision {
  const level = Math.max(0, ...reasons.map((own) => LEVEL[own.level]));
  if (level === 2) return 'block';
  return level === 1 || gaps.length > 0 || reviewed < asked || asked === 0 ? 'review' : 'release';
}

/** What a release rests on. */
export function releaseReasons(reports: readonly ProductReport[]): Reason[] {
  const forms = [...new Set(reports.flatMap((report) => report.forms))];
  return [...forms.map((form) => reason('safe-form', { form })), reason('nothing-restored', { battery: BATTERY })];
}

/** The same reasons, the gravest first. */
export function gravestFirst(reasons: readonly Reason[]): Reason[] {
  return [...reasons].sort((a, b) => LEVEL[b.level] - LEVEL[a.level]);
}
