import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CodeGroups,
  groupCodes,
  groupCodesByHash,
  groupKeys64,
  groupPersons,
  groupRows,
  groupSizes,
} from '../../src/core/index.js';

/** Independent reference: a Map of joined strings, groups numbered by first appearance. */
function reference(columns: readonly Int32Array[], rows: number): CodeGroups {
  const seen = new Map<string, number>();
  const first: number[] = [];
  const groupOf = Int32Array.from({ length: rows }, (_, row) => {
    const key = columns.map((column) => column[row]).join('|');
    if (!seen.has(key)) {
      seen.set(key, seen.size);
      first.push(row);
    }
    return seen.get(key) as number;
  });
  return { groupOf, groups: seen.size, first: Int32Array.from(first) };
}

/** Deterministic codes that repeat some rows. */
function columnsOf(rows: number, cardinalities: readonly number[], distinct = rows): Int32Array[] {
  return cardinalities.map((cardinality, c) =>
    Int32Array.from({ length: rows }, (_, row) => (((row % distinct) * (7919 + 2 * c) + c) * 104_729) % cardinality),
  );
}

describe('groupCodes', () => {
  it('agrees with a Map of joined strings, on every path', () => {
    const cardinality = fc.oneof(
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 100_000 }),
      fc.constantFrom(2 ** 31 - 1, 2 ** 31, 2 ** 30, 2 ** 26),
    );
    const tables = fc.array(cardinality, { minLength: 1, maxLength: 9 }).chain((cardinalities) =>
      fc.record({
        cardinalities: fc.constant(cardinalities),
        rows: fc.array(
          fc.tuple(
            ...cardinalities.map((size) =>
              fc.oneof(fc.nat(Math.min(size, 3) - 1), fc.nat(Math.min(size, 2 ** 31) - 1)),
            ),
          ),
          { maxLength: 60 },
        ),
      }),
    );
    fc.assert(
      fc.property(tables, ({ cardinalities, rows }) => {
        const columns = cardinalities.map((_, c) => Int32Array.from(rows, (row) => (row as number[])[c] as number));
        expect(groupCodes(columns, cardinalities)).toEqual(reference(columns, rows.length));
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['just below 2^53', [2 ** 26, 2 ** 27 - 1]],
    ['exactly 2^53', [2 ** 26, 2 ** 27]],
    ['just above 2^53', [2 ** 26 + 1, 2 ** 27]],
    ['far above 2^53', [2 ** 31, 2 ** 31, 2 ** 31]],
  ])('separates neighbours of the largest key: product %s', (_name, cardinalities) => {
    const top = cardinalities.map((size) => size - 1);
    const rows = [
      top,
      top.map((code, i) => (i === top.length - 1 ? code - 1 : code)),
      top.map((code, i) => (i === 0 ? code - 1 : code)),
      top,
      top.map(() => 0),
    ];
    const columns = cardinalities.map((_, c) => Int32Array.from(rows, (row) => row[c] as number));
    expect([...groupCodes(columns, cardinalities).groupOf]).toEqual([0, 1, 2, 0, 3]);
  });

  it('gives the right answer over cache-sized parts: 150,000 rows, narrow and wide keys', () => {
    for (const cardinalities of [
      [50, 40, 30, 90],
      [90_000, 80_000, 70_000, 60_000],
    ]) {
      for (const distinct of [150_000, 1000]) {
        const columns = columnsOf(150_000, cardinalities, distinct);
        expect(groupCodes(columns, cardinalities)).toEqual(reference(columns, 150_000));
      }
    }
  });

  it('handles no rows, no columns, all rows equal and all rows different', () => {
    expect(groupCodes([new Int32Array(0)], [5])).toEqual({
      groupOf: new Int32Array(0),
      groups: 0,
      first: new Int32Array(0),
    });
    expect(groupCodes([], []).groups).toBe(0);
    expect(groupCodes([new Int32Array(70_000).fill(3)], [9]).groups).toBe(1);
    const all = Int32Array.from({ length: 200_000 }, (_, i) => i);
    expect(groupCodes([all, all], [200_000, 200_000]).groupOf).toEqual(all);
  });

  it('stays right when all hashes collide', () => {
    const columns = columnsOf(400, [7, 11, 13]);
    const one = new Uint32Array(800);
    const two = Uint32Array.from({ length: 800 }, (_, i) => ((columns[0] as Int32Array)[i >> 1] === 1 ? 1 : 0));
    for (const hashes of [one, two]) expect(groupCodesByHash(columns, hashes)).toEqual(reference(columns, 400));
  });

  it('takes time in proportion to the rows: exponent of CPU time at most 1.5 from 2^15 to 2^20 rows, on each path', () => {
    for (const cardinalities of [
      [2 ** 20, 2 ** 20],
      [2 ** 20, 2 ** 20, 2 ** 20],
    ]) {
      const seconds = (rows: number): number => {
        const columns = cardinalities.map((size, c) =>
          Int32Array.from({ length: rows }, (_, i) => Math.imul(i, 40_503 + 2 * c) & (size - 1)),
        );
        groupCodes(columns, cardinalities);
        const times = [1, 2, 3].map(() => {
          const start = process.cpuUsage();
          groupCodes(columns, cardinalities);
          const { user, system } = process.cpuUsage(start);
          return user + system;
        });
        return Math.max(1, Math.min(...times));
      };
      // Quadratic work would give 2; linear 1 plus caches and page faults.
      expect(Math.log2(seconds(2 ** 20) / seconds(2 ** 15)) / 5).toBeLessThan(1.5);
    }
  });

  it('refuses codes outside their range, unequal lengths and bad cardinalities', () => {
    const bad = { code: 'SCRIM_ARGUMENT' };
    expect(() => groupCodes([Int32Array.of(0, 2)], [2])).toThrow(expect.objectContaining(bad));
    expect(() => groupCodes([Int32Array.of(-1)], [2])).toThrow(expect.objectContaining(bad));
    expect(() => groupCodes([Int32Array.of(0), Int32Array.of(0, 0)], [1, 1])).toThrow(expect.objectContaining(bad));
    expect(() => groupCodes([Int32Array.of(0)], [1.5])).toThrow(expect.objectContaining(bad));
    expect(() => groupCodes([Int32Array.of(0)], [])).toThrow(expect.objectContaining(bad));
  });
});

describe('groupKeys64', () => {
  it('groups doubles by their bits', () => {
    const values = Float64Array.of(1.5, -2, 1.5, Number.MIN_VALUE, 0, -2);
    expect([...groupKeys64(new Uint32Array(values.buffer)).groupOf]).toEqual([0, 1, 0, 2, 3, 1]);
  });
});

describe('sizes, rows and persons of groups', () => {
  it('agree with counting by hand, for any persons and weights', () => {
    const rows = fc.array(fc.record({ group: fc.nat(5), person: fc.nat(6), weight: fc.nat(9) }), { maxLength: 80 });
    fc.assert(
      fc.property(rows, (cells) => {
        const groupOf = Int32Array.from(cells, ({ group }) => group);
        const persons = Int32Array.from(cells, ({ person }) => person);
        const weights = Float64Array.from(cells, ({ weight }) => weight);
        const of = (group: number): typeof cells => cells.filter((cell) => cell.group === group);
        const all = [0, 1, 2, 3, 4, 5];
        expect([...groupSizes(groupOf, 6)]).toEqual(all.map((group) => of(group).length));
        expect([...groupSizes(groupOf, 6, weights)]).toEqual(
          all.map((g) => of(g).reduce((sum, { weight }) => sum + weight, 0)),
        );
        expect([...groupPersons(groupOf, 6, persons, 7)]).toEqual(
          all.map((g) => new Set(of(g).map(({ person }) => person)).size),
        );
        const { starts, rows: order } = groupRows(groupOf, 6);
        for (const group of all) {
          const expected = cells.flatMap((cell, row) => (cell.group === group ? [row] : []));
          expect([...order.subarray(starts[group], starts[group + 1])]).toEqual(expected);
        }
      }),
    );
  });
});
