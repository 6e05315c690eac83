import { describe, expect, it } from 'vitest';
import { review } from '../../src/reversibility/index.js';
import { sheetOf } from '../../src/reversibility/intake/sheet.js';
import type { Step } from '../../src/reversibility/inverse.js';
import { type Exchange, exchanged, exchangesOf } from '../../src/reversibility/restoration/exchange.js';
import { shuffledWith } from '../../src/reversibility/restoration/tied-columns.js';
import { tableFromColumns } from '../../src/table/index.js';
import { SeededRandom } from '../../src/testing/index.js';

const rows = Array.from({ length: 400 }, (_, i) => i);
const sheet = sheetOf(
  tableFromColumns({
    number: rows.map((i) => String(330_000 + i)),
    district: rows.map((i) => String(33 + Math.floor(i / 50))),
    name: rows.map((i) => `D${33 + Math.floor(i / 50)}`),
    ward: rows.map((i) => String(i % 7)),
  }),
  'source',
);

function step(attack: string, from: readonly number[], column: number): Step {
  return {
    source: 0,
    column,
    from,
    formula: `${attack}(${from.join()})`,
    attack,
    knowledge: 'A2',
    bits: 8,
    cells: new Int32Array(400),
    mass: 1,
    score: 0.9,
    similarity: 1,
  };
}

// Ranks of a cell and of its first characters go together whoever wrote them: strangers' rows would count as found.
describe('chance shuffles together', () => {
  it('what is handed out by the ranks of one product column', () => {
    expect(shuffledWith(sheet, [step('order', [4], 0), step('order', [4], 1), step('order', [5], 2)])).toEqual([
      0, 0, 2,
    ]);
  });
  it('columns of few values only where they stand for one another', () => {
    expect(shuffledWith(sheet, [step('labels', [4], 1), step('labels', [5], 3)])).toEqual([0, 1]);
    expect(shuffledWith(sheet, [step('labels', [4], 1), step('labels', [5], 2)])).toEqual([0, 0]);
  });
  it('subjects and the visits that each of them has', () => {
    const visits = tableFromColumns({
      subject: rows.map((i) => `S${i >> 2}`),
      visit: rows.map((i) => `V${i % 4}`),
      event: rows.map((i) => (i % 9 === 0 ? 'yes' : 'no')),
    });
    const steps = [0, 1, 2].map((column) => step('containment', [column], column));
    expect(shuffledWith(sheetOf(visits, 'source'), steps)).toEqual([0, 0, 2]);
  });
  it('nothing that stands in the product itself', () => {
    expect(shuffledWith(sheet, [step('containment', [4], 0), step('decoders', [4], 1)])).toEqual([0, 1]);
  });
});

const SEED = '00112233445566778899aabbccddeeff';

/** A panel: every person has the same months, and any person of it could stand for any other. */
function panel(seed: string, persons = 60, months = 5): Record<string, string[]> {
  const random = new SeededRandom(seed);
  const columns: Record<string, string[]> = { id: [], name: [], unit: [], month: [], pay: [], share: [], state: [] };
  for (let person = 0; person < persons; person++) {
    const id = `33${String(random.below(10 ** 9)).padStart(9, '0')}`;
    const name = `N${random.below(5000)}`;
    const unit = `D${random.below(60)}`;
    const base = 300_000 + random.below(900_000);
    for (let month = 1; month <= months; month++) {
      const pay = base + random.below(40_000);
      const row = [
        id,
        name,
        unit,
        `2023${String(month).padStart(2, '0')}`,
        String(pay),
        String(Math.round(0.16 * pay)),
      ];
      row.push(random.below(10) === 0 ? 'late' : 'paid');
      Object.values(columns).forEach((column, i) => {
        column.push(row[i] as string);
      });
    }
  }
  return columns;
}

function coded(columns: Record<string, string[]>, code: (text: string, name: string) => string): typeof columns {
  return Object.fromEntries(
    Object.entries(columns).map(([name, texts]) => [name, texts.map((text) => code(text, name))]),
  );
}

/** Something that tells equal values only. */
function token(text: string): string {
  let hash = 2_166_136_261;
  for (const letter of `key ${text}`) hash = Math.imul(hash ^ (letter.codePointAt(0) as number), 16_777_619) >>> 0;
  return `t${(hash >>> 0).toString(36)}`;
}

describe('panels', () => {
  const raw = panel('a panel');
  const others = panel('other people');
  const verdictOf = async (product: Record<string, string[]>): Promise<string> => {
    const found = await review({ sources: [tableFromColumns(raw)], product: tableFromColumns(product), seed: SEED });
    return found.verdict;
  };
  it('of other people are not blocked for their design', async () => {
    expect(await verdictOf(others)).toBe('review');
    expect(await verdictOf(coded(others, token))).toBe('review');
  }, 120_000);
  it('that are copies are blocked through tokens', async () => {
    const large = panel('a large panel', 120, 8);
    const product = tableFromColumns(coded(large, token));
    expect((await review({ sources: [tableFromColumns(large)], product, seed: SEED })).verdict).toBe('block');
  }, 60_000);
  // Five rows of six come back whoever the persons are; a whole copy stands out by what so many rows deviate by.
  it('that are copies are blocked through tokens where chance gives most of their rows', async () => {
    expect(await verdictOf(coded(raw, token))).toBe('block');
    const long = panel('more persons', 100, 4);
    const product = tableFromColumns(coded(long, token));
    expect((await review({ sources: [tableFromColumns(long)], product, seed: SEED })).verdict).toBe('block');
  }, 60_000);
  it('shuffle pay and the share of it together, which never repeat', () => {
    const source = sheetOf(tableFromColumns(raw), 'source');
    expect(shuffledWith(source, [step('linear', [4], 4), step('linear', [5], 5), step('labels', [3], 3)])).toEqual([
      0, 0, 2,
    ]);
  });
  it('exchange persons among those of one unit only, not those of one row', () => {
    const steps = [step('order', [0], 0), step('containment', [1], 1), step('containment', [2], 3)];
    const persons = tableFromColumns({
      number: rows.map((i) => String(330_000 + (i >> 2))),
      unit: rows.map((i) => `D${i >> 6}`),
      spare: rows.map(() => ''),
      month: rows.map((i) => String(i % 4)),
    });
    const source = sheetOf(persons, 'source');
    const cells = steps.map((own) => (source.columns[own.column] as (typeof source.columns)[number]).codes);
    const [exchange, ...more] = exchangesOf(source, steps, cells);
    expect(more).toEqual([]);
    expect(exchange?.members).toEqual([0]);
    const made = exchanged(exchange as Exchange, source, steps, cells, (values) => values.reverse());
    expect(made[0]).not.toEqual(cells[0]);
    expect(made[0]?.map((cell) => cell >> 4)).toEqual(cells[1]);
    // Who has one row is told by the row.
    const single = sheetOf(
      tableFromColumns({ number: rows.map(String), unit: rows.map((i) => `D${i >> 6}`) }),
      'single',
    );
    const own = [step('order', [0], 0), step('containment', [1], 1)];
    expect(
      exchangesOf(
        single,
        own,
        own.map(({ column }) => (single.columns[column] as (typeof single.columns)[number]).codes),
      ),
    ).toEqual([]);
  });
  it('exchange what follows from the persons with them, and not where phones tell who they are', () => {
    const person = (of: (i: number) => string): string[] => rows.map((i) => of(i >> 2));
    const table = { number: person((i) => `3${i}`), name: person((i) => `N${i % 90}`), phone: person((i) => `13${i}`) };
    const month = rows.map((i) => String(i % 4));
    const source = sheetOf(tableFromColumns({ ...table, month }), 'source');
    const steps = ['labels', 'labels', 'containment', 'containment'].map((attack, i) => step(attack, [i], i));
    const cells = steps.map((own) => (source.columns[own.column] as (typeof source.columns)[number]).codes);
    const [exchange] = exchangesOf(source, steps, cells);
    expect(exchange?.members).toEqual([0, 1]);
    // Nobody else has the phone: all persons are alike, and the rows of most no longer hold together.
    expect(exchange?.alike.every(({ source: persons }) => persons.length === 100)).toBe(true);
  });
});
