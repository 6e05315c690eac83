/**
 * What ran, what does not apply and what is a gap, over all products.
 * @module
 */
import { battery } from '../attack/battery.js';
import type { Gap } from '../gap.js';
import type { AttackReport, Coverage } from '../verdict.js';
import type { ProductReport } from './product-report.js';

/** One report an attack: the strongest of all products, and a gap where it was cut short on one of them. */
export function mergeAttacks(reports: readonly ProductReport[], gaps: readonly Gap[]): AttackReport[] {
  return battery.map((attack): AttackReport => {
    const own = reports.flatMap((report) => report.attacks.filter((candidate) => candidate.id === attack.id));
    const order = { gap: 2, ran: 1, 'not-applicable': 0 } as const;
    const best = own.reduce<AttackReport | null>(
      (a, b) =>
        a === null || b.restored > a.restored || (b.restored === a.restored && order[b.status] > order[a.status])
          ? b
          : a,
      null,
    );
    const gap = own.find((candidate) => candidate.status === 'gap');
    if (best !== null)
      return gap === undefined
        ? best
        : { ...best, status: 'gap', ...(gap.reason === undefined ? {} : { reason: gap.reason }) };
    const because = gaps[0]?.reason ?? 'no product could be read';
    return {
      id: attack.id,
      status: 'gap',
      knowledge: attack.knowledge,
      restored: 0,
      restoration: null,
      inverse: null,
      reason: because,
    };
  });
}

/** The coverage list. */
export function coverageOf(attacks: readonly AttackReport[], gaps: readonly Gap[]): Coverage {
  return {
    ran: attacks.filter((attack) => attack.status === 'ran').map((attack) => attack.id),
    notApplicable: attacks
      .filter((attack) => attack.status === 'not-applicable')
      .map((attack) => ({ id: attack.id, reason: attack.reason ?? '' })),
    gaps: [...gaps],
  };
}
