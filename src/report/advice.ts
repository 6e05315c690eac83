/**
 * What would bring a product to release: read off the verdict, one line a thing to do, the most pressing first.
 * @module
 */
import type { Language } from '../core/index.js';
import { phrase, type Verdict } from '../reversibility/index.js';
import { attackName, attackReason } from './attack-names.js';
import { percent } from './format.js';
import { words as wordsIn } from './texts.js';

const MOST = 8;

/** Lines of advice; one line when nothing is left to do. */
export function advice(verdict: Verdict, language: Language): string[] {
  const words = wordsIn(language);
  if (verdict.verdict === 'release') return [words('advice.none')];
  const lines: string[] = [];
  const { thresholds } = verdict;
  const direct = new Set(verdict.sourceColumns.filter((one) => one.directIdentifier).map((one) => one.column));
  const leaking = verdict.columns.filter((column) => column.explained === 'attack' && column.restoredShare > 0);
  const givesIdentifier = (source: string | null): boolean =>
    source !== null && (direct.has(source) || direct.has(source.slice(source.indexOf('.') + 1)));
  const urgent = (column: (typeof leaking)[number]): number => (givesIdentifier(column.source) ? 1 : 0);
  leaking.sort((a, b) => urgent(b) - urgent(a) || b.restoredShare - a.restoredShare);
  for (const column of leaking.slice(0, MOST)) {
    const line = words('advice.mask', {
      column: column.product,
      safe: thresholds.safeClass,
      share: percent(column.restoredShare),
      source: column.source ?? '–',
      how: column.how === null ? '–' : phrase(column.how, language),
    });
    lines.push(givesIdentifier(column.source) ? `${line}${words('advice.identifier')}` : line);
  }
  if (leaking.length > MOST) {
    const columns = leaking.slice(MOST).map((column) => column.product);
    lines.push(words('advice.likewise', { columns: columns.join(', ') }));
  }
  const unexplained = verdict.columns.filter((column) => column.explained === 'none').map((column) => column.product);
  if (unexplained.length > 0) lines.push(words('advice.unexplained', { columns: unexplained.join(', ') }));
  const { risk } = verdict;
  if (risk.small >= thresholds.smallClassShare && risk.columns.length > 0) {
    lines.push(
      words('advice.classes', {
        columns: risk.columns.join(', '),
        share: percent(thresholds.smallClassShare),
        limit: thresholds.smallClass,
        now: percent(risk.small),
      }),
    );
  }
  for (const attack of verdict.attacks) {
    if (attack.knowledge === 'A3' && attack.status === 'ran' && attack.inverse !== null) {
      lines.push(words('advice.key', { column: attack.inverse.split('\n')[0] as string }));
    }
  }
  for (const gap of verdict.coverage.gaps) {
    lines.push(words('advice.gap', { id: attackName(gap.id, language), reason: attackReason(gap.reason, language) }));
  }
  lines.push(words('advice.again'));
  return lines;
}
