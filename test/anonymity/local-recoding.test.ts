/** Local recoding: numbers by range or mean, disjoint regions, persons; every printed class recounted from its strings. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anonymize, intervalHierarchy, kmAnonymity } from '../../src/anonymity/index.js';
import { tableFromRows } from '../../src/table/index.js';

const row = fc.record({
  age: fc.integer({ min: 17, max: 60 }).map(String),
  income: fc.integer({ min: 0, max: 400 }).map((cents) => (cents / 4).toFixed(2)),
  place: fc.constantFrom('a', 'b', 'c', 'd'),
  s: fc.constantFrom('p', 'q', 'r'),
  id: fc.nat(25).map((person) => `p${person}`),
});
const rows = fc.array(row, { minLength: 6, maxLength: 60 });
const styles = fc.constantFrom('range', 'mean', 'median');
const algorithms = fc.constantFrom('best', 'mondrian', 'mondrian-relaxed', 'mdav');
type Cells = Record<string, string | null>;

const classesOf = (cells: readonly Cells[], names: readonly string[]): Cells[][] => {
  const groups = new Map<string, Cells[]>();
  for (const cell of cells) {
    const key = JSON.stringify(names.map((name) => cell[name]));
    groups.set(key, [...(groups.get(key) ?? []), cell]);
  }
  return [...groups.values()];
};

describe('numbers by range, mean or median', () => {
  const names = ['age', 'income', 'place'] as const;
  test('classes are large and diverse enough, and every printed number comes from the rows of its class', () => {
    fc.assert(
      fc.property(rows, styles, algorithms, fc.boolean(), (data, style, algorithm, persons) => {
        fc.pre(new Set(data.map((one) => one.id)).size >= 3 && new Set(data.map((one) => one.s)).size >= 2);
        // Raw numbers ride along under other names, so that the printed ones can be checked.
        const source = tableFromRows(data.map((one) => ({ ...one, rawAge: one.age, rawIncome: one.income })));
        const { table, solution } = anonymize(source, {
          quasiIdentifiers: names,
          hierarchies: {},
          numbers: { age: style, income: style },
          k: 3,
          l: 2,
          sensitive: 's',
          recoding: 'local',
          algorithm,
          suppression: 1,
          keep: ['s', 'id', 'rawAge', 'rawIncome'],
          ...(persons ? { person: 'id' } : {}),
        });
        const classes = classesOf([...table.objects()] as Cells[], names);
        expect(classes.length).toBe(solution.classes);
        expect(table.rows + solution.suppressedRows).toBe(data.length);
        for (const members of classes) {
          const size = persons ? new Set(members.map((one) => one['id'])).size : members.length;
          expect(size).toBeGreaterThanOrEqual(3);
          expect(new Set(members.map((one) => one['s'])).size).toBeGreaterThanOrEqual(2);
          for (const [name, raw] of [
            ['age', 'rawAge'],
            ['income', 'rawIncome'],
          ] as const) {
            const values = members.map((one) => Number(one[raw]));
            const printed = members[0]?.[name] as string;
            const range = /^\[(.+), (.+)\]$/.exec(printed);
            if (range !== null) {
              expect(style).toBe('range');
              expect(Math.min(...values)).toBeGreaterThanOrEqual(Number(range[1]));
              expect(Math.max(...values)).toBeLessThanOrEqual(Number(range[2]));
            } else if (style === 'mean') {
              // Two clusters may print one mean: then the class holds both, and its mean is the same.
              const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
              expect(Math.abs(Number(printed) - mean)).toBeLessThanOrEqual(0.006);
            } else if (style === 'median') expect(values).toContain(Number(printed));
          }
        }
      }),
      { numRuns: 80 },
    );
  });

  test('strict Mondrian: no raw row fits two printed classes', () => {
    fc.assert(
      fc.property(rows, (data) => {
        const { table } = anonymize(tableFromRows(data), {
          quasiIdentifiers: ['age', 'income'],
          numbers: { age: 'range', income: 'range' },
          k: 2,
          recoding: 'local',
          algorithm: 'mondrian',
        });
        const boxes = classesOf([...table.objects()] as Cells[], ['age', 'income']).map(([first]) =>
          ['age', 'income'].map((name) => {
            const numbers = ((first as Cells)[name] as string).match(/[\d.]+/g) as string[];
            return [Number(numbers[0]), Number(numbers.at(-1))] as const;
          }),
        );
        for (const one of data) {
          const inside = boxes.filter((box) =>
            [Number(one.age), Number(one.income)].every(
              (value, d) => value >= (box[d]?.[0] as number) && value <= (box[d]?.[1] as number),
            ),
          );
          expect(inside.length).toBe(1);
        }
      }),
      { numRuns: 60 },
    );
  });

  test.each([
    ['a range over words', { numbers: { place: 'range' } }],
    ['a range in the full domain', { numbers: { age: 'range' }, recoding: 'full-domain' }],
    ['a range of a column that is no quasi-identifier', { numbers: { s: 'range' } }],
    ['an algorithm that knows no ranges', { numbers: { age: 'range' }, algorithm: 'top-down' }],
    ['a criterion about the whole table', { criteria: [kmAnonymity(2, 2)] }],
    ['a population beside the table', { subset: new Uint8Array([1, 1, 1, 0]) }],
    ['an unknown algorithm', { algorithm: 'nonsense' as 'best' }],
  ] as const)('%s is refused', (_, options) => {
    const data = tableFromRows(
      ['17', '18', '19', '20'].map((age) => ({ age, income: '1', place: 'a', s: 'p', id: age })),
    );
    expect(() =>
      anonymize(data, { quasiIdentifiers: names, k: 2, recoding: 'local', ...options } as Parameters<
        typeof anonymize
      >[1]),
    ).toThrowError(expect.objectContaining({ code: 'SCRIM_ANONYMITY_OPTION' }));
  });
});

test('ranges count the base values of the hierarchy they span (loss by hand)', () => {
  const ages = ['20', '21', '22', '23', '24', '25', '26', '27', '28', '29'];
  const data = tableFromRows(['20', '21', '28', '29'].map((age) => ({ age })));
  const { solution, table } = anonymize(data, {
    quasiIdentifiers: ['age'],
    hierarchies: { age: intervalHierarchy(ages, { widths: [5] }) },
    numbers: { age: 'range' },
    k: 2,
    recoding: 'local',
  });
  expect([...table.objects()].map((one) => one['age'])).toEqual(['[20, 21]', '[20, 21]', '[28, 29]', '[28, 29]']);
  // Each cell stands for 2 of 10 base values: (4 x 2 - 4) / (4 x 9).
  expect(solution.metrics['loss']).toBeCloseTo(4 / 36, 12);
});
