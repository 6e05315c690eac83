/** Kernels of the attacks on numbers against plain JavaScript: ranks, nearest numbers, groups, leverages of many choices, labels. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Board } from '../../src/reversibility/attack/attack.js';
import { designOf, orthogonal } from '../../src/reversibility/attack/linear/design.js';
import { LeverageChains } from '../../src/reversibility/attack/linear/leverage-chains.js';
import { leveragesDiffer } from '../../src/reversibility/attack/linear/leverages.js';
import { groupScores } from '../../src/reversibility/attack/numbers/group-scores.js';
import { deriveFrom, differentOnes } from '../../src/reversibility/attack/shared/compose.js';
import { groupedBy } from '../../src/reversibility/attack/shared/grouped-numbers.js';
import { ranked } from '../../src/reversibility/attack/shared/ranked.js';
import { gridOf, nearest, nearestIn } from '../../src/reversibility/attack/shared/sorted-numbers.js';
import { columnOfTexts, type Sheet, SheetColumn } from '../../src/reversibility/intake/sheet.js';
import { byRounding } from '../../src/reversibility/safe-form/read-numbers.js';
import { measured } from '../../src/reversibility/safe-form/recoding.js';
import { SeededRandom } from '../../src/testing/index.js';

const number = fc.oneof(
  fc.double(),
  fc.double({ min: -100, max: 100, noNaN: true }),
  fc.integer({ min: -5, max: 5 }),
  fc.constantFrom(0, -0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e300),
);

describe('ranks without a whole order', () => {
  it('are the numbers that stand there after sorting', () => {
    const lists = fc.oneof(
      fc.array(number, { minLength: 1, maxLength: 60 }),
      fc.array(number, { minLength: 2100, maxLength: 2300 }),
      fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 2100, maxLength: 2300 }),
    );
    fc.assert(
      fc.property(lists, fc.array(fc.nat(), { minLength: 1, maxLength: 20 }), (list, asked) => {
        const values = Float64Array.from(list);
        const ranks = asked.map((rank) => rank % list.length).sort((a, b) => a - b);
        const sorted = values.slice().sort();
        const found = ranked(values, ranks);
        ranks.forEach((rank, i) => {
          expect((found[i] as number) + 0).toBe((sorted[rank] as number) + 0);
        });
      }),
      { numRuns: 60 },
    );
  });
});

describe('nearest numbers by stretches', () => {
  it('are those of a search by halves, whatever the spread', () => {
    fc.assert(
      fc.property(fc.array(number, { maxLength: 200 }), fc.array(number, { minLength: 20 }), (list, asked) => {
        const values = Float64Array.from(list.filter((value) => !Number.isNaN(value))).sort();
        const grid = gridOf(values);
        for (const x of [...asked, ...values, ...values.map((value) => value * (1 + 1e-15)), Number.NaN])
          expect(nearestIn(grid, x)).toBe(nearest(values, x));
      }),
      { numRuns: 200 },
    );
  });
});

describe('numbers by group', () => {
  it('stand in rising order in their groups, equal ones by row, with mean and squares', () => {
    const rows = fc.array(fc.tuple(fc.integer({ min: -2, max: 4 }), fc.integer({ min: -3, max: 12 })), {
      minLength: 1,
    });
    fc.assert(
      fc.property(rows, (cells) => {
        const column = columnOfTexts(
          'c',
          cells.map(([, value]) =>
            value < 0 ? null : value > 10 ? 'word' : value % 2 === 0 ? `${value}` : `${value}.0`,
          ),
        );
        const groupOf = Int32Array.from(cells, ([group]) => group);
        const { starts, values, rows: found, means, squares } = groupedBy(column, groupOf, 5);
        for (let group = 0; group < 5; group++) {
          const own = cells
            .flatMap(([at, value], row) => (at === group && value >= 0 && value <= 10 ? [{ value, row }] : []))
            .sort((a, b) => a.value - b.value || a.row - b.row);
          const from = starts[group] as number;
          const to = starts[group + 1] as number;
          expect(Array.from(found.subarray(from, to))).toEqual(own.map(({ row }) => row));
          expect(Array.from(values.subarray(from, to))).toEqual(own.map(({ value }) => value));
          if (own.length === 0) continue;
          const mean = own.reduce((sum, { value }) => sum + value, 0) / own.length;
          expect(means[group]).toBeCloseTo(mean, 9);
          expect(squares[group]).toBeCloseTo(
            own.reduce((sum, { value }) => sum + (value - mean) ** 2, 0),
            9,
          );
        }
      }),
    );
  });
});

function columnsOf(seed: string, rows: number, count: number): SheetColumn[] {
  const random = new SeededRandom(seed);
  return Array.from({ length: count }, (_, c) =>
    columnOfTexts(
      `c${c}`,
      Array.from({ length: rows }, () => (100 * random.uniform() ** (1 + (c % 4))).toFixed(4)),
    ),
  );
}

describe('leverages of many choices of columns', () => {
  it('say of every choice what the choice alone would say', () => {
    const random = new SeededRandom('choices');
    const columns = columnsOf('chains', 300, 7);
    const choice = (): number[] =>
      [0, 1, 2, 3, 4, 5, 6]
        .map((c) => ({ c, at: random.uniform() }))
        .sort((a, b) => a.at - b.at)
        .slice(0, 2 + random.below(4))
        .map(({ c }) => c);
    let same = 0;
    for (let round = 0; round < 8; round++) {
      const mixedOf = choice();
      const design = orthogonal(
        designOf(
          mixedOf.map((c) => columns[c] as SheetColumn),
          300,
        ),
      );
      const width = design.width - 1;
      const points = Float64Array.from({ length: 300 * width }, (_, i) => {
        const row = Math.floor(i / width);
        return design.values[row * design.width + 1 + (i % width)] as number;
      });
      const cloud = { width, rows: 300, points, rowOf: Int32Array.from({ length: 300 }, (_, i) => i) };
      const chains = new LeverageChains(300, (position) => columns[position] ?? null);
      for (let i = 0; i < 25; i++) {
        const asked = i === 0 ? mixedOf : i % 3 === 0 ? [...mixedOf].reverse() : choice();
        const own = asked.map((c) => columns[c] as SheetColumn);
        const told = chains.differ(cloud, asked);
        expect(told).toBe(leveragesDiffer(cloud, designOf(own, 300)));
        if (told === false) same++;
      }
    }
    expect(same).toBeGreaterThan(50);
  });

  it('leave columns with a gap to the design', () => {
    const columns = columnsOf('gaps', 50, 3);
    const cells = Int32Array.from((columns[1] as SheetColumn).codes, (code, row) => (row === 7 ? -1 : code));
    const open = [columns[0], new SheetColumn('open', cells, (columns[1] as SheetColumn).values), columns[2]];
    const chains = new LeverageChains(50, (position) => open[position] ?? null);
    const cloud = { width: 2, rows: 50, points: new Float64Array(100), rowOf: new Int32Array(50) };
    expect(chains.differ(cloud, [0, 1])).toBeNull();
    expect(chains.differ(cloud, [0, 2])).not.toBeNull();
  });
});

describe('columns that hold the same', () => {
  it('are asked once, the cheapest first', () => {
    const texts = ['a', 'b', null, 'a'];
    const of = (
      name: string,
      bits: number,
      own: readonly (string | null)[],
      from = [0],
    ): ReturnType<typeof deriveFrom> => deriveFrom(columnOfTexts(name, own), from, bits);
    const queue = [
      of('first', 4, texts),
      of('dearer', 6, texts),
      of('cheaper', 2, texts),
      of('elsewhere', 6, texts, [1]),
      of('other', 6, ['a', 'b', 'c', 'a']),
    ];
    expect(differentOnes(queue).map(({ formula }) => formula)).toEqual(['first', 'cheaper', 'elsewhere', 'other']);
    expect(differentOnes(queue, false).map(({ formula }) => formula)).toEqual(['first', 'elsewhere', 'other']);
  });
});

describe('scores by groups that the product does not tell', () => {
  it.each(['centred', 'standardised', 'standardised-n', 'share'])('%s are found, and nothing else is', (kind) => {
    const rows = 400;
    const random = new SeededRandom(`scores/${kind}`);
    const ward = Array.from({ length: rows }, () => `w${random.below(7)}`);
    const weight = Array.from({ length: rows }, () => (40 + 50 * random.uniform()).toFixed(1));
    const noise = Array.from({ length: rows }, () => (random.uniform() * 3).toFixed(6));
    const scores = weight.map((text, row) => {
      const own = weight.filter((_, other) => ward[other] === ward[row]).map(Number);
      const mean = own.reduce((a, b) => a + b, 0) / own.length;
      const squares = own.reduce((sum, x) => sum + (x - mean) ** 2, 0);
      const x = Number(text);
      if (kind === 'centred') return String(x - mean);
      if (kind === 'share') return String(x / mean);
      return String((x - mean) / Math.sqrt(squares / (own.length - (kind === 'standardised' ? 1 : 0))));
    });
    const sheet: Sheet = {
      name: 's',
      rows,
      columns: [columnOfTexts('ward', ward), columnOfTexts('weight', weight)],
      personOf: null,
      persons: rows,
    };
    const queue = [columnOfTexts('noise', noise), columnOfTexts('score', scores)].map((column, i) =>
      deriveFrom(column, [i], 1),
    );
    const board = { product: { rows }, late: () => false } as unknown as Board;
    const steps = groupScores(board, sheet, 0, queue);
    expect(steps.map(({ column, from, formula }) => ({ column, from, formula }))).toEqual([
      { column: 1, from: [1], formula: `${kind}-by-group(score, ward)` },
    ]);
    const cells = steps[0]?.cells as Int32Array;
    let right = 0;
    const { codes } = sheet.columns[1] as SheetColumn;
    for (let row = 0; row < rows; row++) if (cells[row] === codes[row]) right++;
    expect(right).toBeGreaterThan(0.9 * rows);
  });
});

describe('labels that are rounded numbers', () => {
  it('are measured by stretches as their maps are value by value', () => {
    const random = new SeededRandom('rounding');
    let read = 0;
    let coded = 0;
    for (let round = 0; round < 40; round++) {
      const unit = [1, 2, 5, 10, 0.5][round % 5] as number;
      const way = [Math.round, Math.floor, Math.ceil, (x: number) => Math.floor(x) + 0.5][round % 4] as (
        x: number,
      ) => number;
      const numbers = Array.from({ length: 3000 }, () =>
        Number((60 * unit * random.uniform() ** 2 - 7 * unit).toFixed(4)),
      );
      const clipped = round % 3 === 0;
      const labels = numbers.map((x) => {
        const label = way(x / unit) * unit;
        return String(clipped ? Math.min(30 * unit, Math.max(-2 * unit, label)) : label);
      });
      const own = columnOfTexts('own', labels.slice(0, 2000));
      const to = columnOfTexts(
        'to',
        numbers.map((x, row) => (row % 50 === 7 ? null : String(x))),
      );
      const base = { own, product: 0, source: 0, everything: new Set<number>() };
      const found = byRounding(base, to, 0);
      for (const recoding of found) {
        const { mass, similarity, covered } = measured(base, to, 0, recoding.how, recoding.map as Int32Array);
        expect([recoding.mass, recoding.similarity, recoding.covered]).toEqual([mass, similarity, covered]);
        if (recoding.how.includes('ends coded')) coded++;
      }
      if (found.length > 0) read++;
    }
    expect(read).toBeGreaterThan(30);
    expect(coded).toBeGreaterThan(3);
  });
});
