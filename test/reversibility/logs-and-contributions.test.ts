/**
 * Strangers whose tables have the build of the source: logs in the order of time with a serial number, in which a shop tells its kind;
 * contributions by month, which stay the same for half a year, under names that many share. Each was blocked once.
 */
import { describe, expect, it } from 'vitest';
import { review, type Verdict } from '../../src/reversibility/index.js';
import { tableFromColumns } from '../../src/table/index.js';
import { SeededRandom } from '../../src/testing/index.js';

type Columns = Record<string, string[]>;

function columnsOf(names: readonly string[], rows: readonly (readonly (string | number)[])[]): Columns {
  return Object.fromEntries(names.map((name, i) => [name, rows.map((row) => String(row[i]))]));
}

/** Card payments in the order of time. */
function log(seed: string, rows = 2000): Columns {
  const random = new SeededRandom(seed);
  const cards = Array.from({ length: 200 }, () => `6222${String(random.below(10 ** 12)).padStart(12, '0')}`);
  const start = Date.UTC(2026, 0, 1);
  const payment = (i: number): (string | number)[] => {
    const kind = random.below(4);
    const time = new Date(start + 1000 * (3600 * i + random.below(3600))).toISOString();
    const shop = `S${kind}${random.below(4)}`;
    const cell = ['POS', 'ATM', 'APP'][random.below(3)] as string;
    const amount = (Math.exp(4 + 2 * random.uniform()) * (1 + random.uniform())).toFixed(2);
    return [
      `T${20_260_000 + i * 37 + random.below(37)}`,
      cards[random.below(200)] as string,
      time.slice(0, 19),
      `K${kind}`,
      shop,
      cell,
      amount,
    ];
  };
  const made = Array.from({ length: rows }, (_, i) => payment(i));
  return columnsOf(['serial', 'card', 'time', 'kind', 'shop', 'channel', 'amount'], made);
}

/** A year of contributions: pay is fixed twice a year. */
function contributions(seed: string, persons = 300): Columns {
  const random = new SeededRandom(seed);
  const rows: (string | number)[][] = [];
  for (let person = 0; person < persons; person++) {
    const id = `3301${String(random.below(10 ** 14)).padStart(14, '0')}`;
    const name = `N${Math.floor(3000 * random.uniform())}`;
    let pay = Math.round(5000 + 9000 * random.uniform() ** 2);
    for (let month = 1; month <= 12; month++) {
      if (month === 7) pay = Math.round(pay * (1 + 0.1 * random.uniform()));
      const state = random.below(20) === 0 ? 'late' : 'paid';
      rows.push([
        id,
        name,
        `2025${String(month).padStart(2, '0')}`,
        pay,
        (0.08 * pay).toFixed(2),
        (0.16 * pay).toFixed(2),
        state,
      ]);
    }
  }
  return columnsOf(['id', 'name', 'month', 'pay', 'own', 'unit', 'state'], rows);
}

const verdictOf = (source: Columns, product: Columns): Promise<Verdict> =>
  review({ sources: [tableFromColumns(source)], product: tableFromColumns(product), seed: '00'.repeat(16) });

describe('strangers with tables of the same build', () => {
  it.each(['a', 'b'])(
    'are not blocked for what their shops tell of themselves (%s)',
    async (seed) => {
      expect((await verdictOf(log('source'), log(seed))).verdict).toBe('review');
    },
    60_000,
  );
  it.each(['a'])(
    'are not blocked for names and pay that meet (%s)',
    async (seed) => {
      expect((await verdictOf(contributions('source'), contributions(seed))).verdict).toBe('review');
    },
    60_000,
  );
});
