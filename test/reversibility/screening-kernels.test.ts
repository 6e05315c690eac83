/** What is turned away before it is tried, against plain JavaScript: offsets on a lattice, frequencies, ends of groups, beginnings. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endsOf, rowsOnLines } from '../../src/reversibility/attack/numbers/group-ends.js';
import { offsets } from '../../src/reversibility/attack/numbers/offset-lines.js';
import { fitOf } from '../../src/reversibility/attack/shared/match.js';
import { canAgree, nearest, type Sorted, sortedNumbers } from '../../src/reversibility/attack/shared/sorted-numbers.js';
import { columnOfTexts, type SheetColumn } from '../../src/reversibility/intake/sheet.js';
import { byPrefix } from '../../src/reversibility/safe-form/read-texts.js';
import { SeededRandom } from '../../src/testing/index.js';

function column(texts: readonly string[]): SheetColumn {
  return columnOfTexts('c', texts);
}

function sorted(texts: readonly string[]): Sorted {
  return sortedNumbers(column(texts)) as Sorted;
}

/** Offsets by a search for each probe. */
function plainOffsets(own: Sorted, source: Sorted, a: number): { a: number; b: number }[] {
  const n = own.values.length;
  const probes = [0.5, 0.13, 0.29, 0.61, 0.77, 0.91].map((q) => a * (own.values[Math.floor(q * (n - 1))] as number));
  const found: { line: { a: number; b: number }; hits: number }[] = [];
  for (const value of source.values) {
    const b = value - (probes[0] as number);
    const meets = (probe: number): boolean =>
      Math.abs((source.values[nearest(source.values, probe + b)] as number) - probe - b) < 1e-6;
    const hits = 1 + probes.slice(1).filter(meets).length;
    if (b !== 0 && hits >= 3) found.push({ line: { a, b }, hits });
  }
  return found
    .sort((x, y) => y.hits - x.hits)
    .slice(0, 8)
    .map(({ line }) => line);
}

describe('offsets', () => {
  it('are those that a search for each probe finds, on a lattice or not', () => {
    const decimals = fc.integer({ min: 0, max: 5 });
    fc.assert(
      fc.property(fc.nat(), decimals, decimals, fc.boolean(), (seed, left, right, moved) => {
        const random = new SeededRandom(`offsets/${seed}`);
        const draw = (digits: number): number => Number((random.uniform() * 3000).toFixed(digits));
        const raw = Array.from({ length: 600 }, () => draw(right));
        const own = moved ? raw.map((value) => value + 17.25) : Array.from({ length: 600 }, () => draw(left));
        const source = sorted(raw.map(String));
        const product = sorted(own.map((value) => String(Number(value.toPrecision(12)))));
        for (const a of [1, -1]) expect(offsets(product, source, a)).toEqual(plainOffsets(product, source, a));
      }),
      { numRuns: 40 },
    );
  });
});

describe('frequencies', () => {
  it('that cannot agree agree under no map', () => {
    const cells = fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 3, maxLength: 80 });
    fc.assert(
      fc.property(cells, cells, fc.nat(), fc.constantFrom(0.2, 0.4, 0.6), (left, right, seed, share) => {
        const own = column(left.map(String));
        const to = column(right.map((cell) => String(cell * cell)));
        const product = sortedNumbers(own) as Sorted;
        const source = sortedNumbers(to) as Sorted;
        if (canAgree(product, own, source, to, share)) return;
        const random = new SeededRandom(`maps/${seed}`);
        for (let i = 0; i < 20; i++) {
          const map = Int32Array.from({ length: own.distinct }, () => random.below(to.distinct));
          expect(fitOf(own, to, map).similarity).toBeLessThan(share);
        }
      }),
    );
  });
});

describe('ends of groups', () => {
  it('never turn away groups that lie on lines, rising or falling', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 6 }), (seed, groups) => {
        const random = new SeededRandom(`ends/${seed}`);
        const groupOf = Int32Array.from({ length: 40 * groups }, (_, row) => row % groups);
        const raw = Array.from(groupOf, () => random.uniform() * 1000);
        const lines = Array.from({ length: groups }, () => [random.uniform() * 8 - 4 || 1, random.uniform() * 1e4]);
        const made = raw.map((value, row) => {
          const [a, b] = lines[groupOf[row] as number] as [number, number];
          return a * value + b;
        });
        const ends = (values: readonly number[]) => endsOf(column(values.map(String)), groupOf, groups);
        expect(rowsOnLines(ends(made), ends(raw))).toBe(groupOf.length);
      }),
    );
  });

  it('turn away groups of other sizes and numbers of others', () => {
    const random = new SeededRandom('others');
    const groupOf = Int32Array.from({ length: 200 }, (_, row) => row % 2);
    const other = groupOf.map((group, row) => (row < 2 ? 1 : group));
    const draw = (): SheetColumn => column(Array.from(groupOf, () => String(random.uniform() ** 3)));
    const raw = draw();
    expect(rowsOnLines(endsOf(draw(), groupOf, 2), endsOf(raw, groupOf, 2))).toBe(0);
    expect(rowsOnLines(endsOf(raw, other, 2), endsOf(raw, groupOf, 2))).toBe(0);
  });
});

describe('beginnings', () => {
  it('are read where labels of nine tenths of the rows begin some value, of any length', () => {
    const lengths = fc.integer({ min: 1, max: 11 });
    fc.assert(
      fc.property(fc.nat(), lengths, fc.boolean(), (seed, length, wide) => {
        const random = new SeededRandom(`begin/${seed}`);
        const first = wide ? '北' : 'x';
        const values = Array.from({ length: 300 }, () => first + String(1e12 + random.below(1e9)).slice(0, 12));
        const own = column(values.map((text) => text.slice(0, length)));
        const base = { own, product: 0, source: 0, everything: new Set<number>() };
        const [recoding] = byPrefix(base, column(values), 0);
        expect(recoding?.how).toBe(`prefix(${length})`);
        expect(recoding?.mass).toBe(1);
        const others = column(values.map((_, i) => `q${i}`.padEnd(length, 'q').slice(0, length)));
        expect(byPrefix({ ...base, own: others }, column(values), 0)).toEqual([]);
      }),
    );
  });
});
