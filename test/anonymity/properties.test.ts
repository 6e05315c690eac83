/** Properties on random tables, against the independent model of exhaustive.ts. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  alphaK,
  anonymize,
  basicBetaLikeness,
  type Criterion,
  deltaDisclosure,
  distinctDiversity,
  entropyDiversity,
  Hierarchy,
  kAnonymity,
  localAlgorithms,
  type MetricName,
  recursiveDiversity,
  tCloseness,
  verifyCertificate,
} from '../../src/anonymity/index.js';
import { frequencyTable, type Table, tableFromRows } from '../../src/table/index.js';
import { type Cells, histogram, type ModelClass, solveAll } from './exhaustive.js';

/** A nested hierarchy over `size` values: each level merges neighbouring groups of the one below. */
function randomHierarchy(name: string, size: number, cuts: readonly number[]): Hierarchy {
  let groups = Array.from({ length: size }, (_, i) => i);
  const rows = groups.map((value) => [`${name}${value}`]);
  cuts.forEach((cut, level) => {
    groups = groups.map((group) => Math.floor(group / cut));
    groups.forEach((group, i) => (rows[i] as string[]).push(`${name}-${level}-${group}`));
  });
  rows.forEach((row) => row.push('*'));
  return Hierarchy.fromRows(rows, { name });
}

const column = fc.record({
  size: fc.integer({ min: 1, max: 6 }),
  cuts: fc.array(fc.integer({ min: 2, max: 3 }), { maxLength: 2 }),
});
const row = fc.record({ a: fc.nat(5), b: fc.nat(5), c: fc.nat(5), s: fc.nat(3), p: fc.nat(11) });

interface Setup {
  readonly cells: Cells[];
  readonly table: Table;
  readonly hierarchies: Record<string, Hierarchy>;
}

const NAMES = ['a', 'b', 'c'] as const;

const setup: fc.Arbitrary<Setup> = fc
  .tuple(column, column, column, fc.array(row, { minLength: 1, maxLength: 40 }))
  .map(([a, b, c, rows]) => {
    const shapes = { a, b, c };
    const hierarchies = Object.fromEntries(
      NAMES.map((name) => [name, randomHierarchy(name, shapes[name].size, shapes[name].cuts)]),
    );
    const cells = rows.map((one) => ({
      a: `a${one.a % a.size}`,
      b: `b${one.b % b.size}`,
      c: `c${one.c % c.size}`,
      s: `s${one.s}`,
      p: `p${one.p}`,
    }));
    return { cells, table: tableFromRows(cells), hierarchies };
  });

interface Rule {
  readonly name: string;
  readonly criterion: Criterion;
  readonly holds: (one: ModelClass, all: readonly Cells[], person: string | null) => boolean;
}

const shares = (counts: Map<string, number>): Map<string, number> => {
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  return new Map([...counts].map(([value, count]) => [value, count / total]));
};
const both = (
  one: ModelClass,
  all: readonly Cells[],
  person: string | null,
): [Map<string, number>, Map<string, number>] => [
  shares(histogram(one.rows, 's', person)),
  shares(histogram(all, 's', person)),
];

const rules: readonly Rule[] = [
  { name: 'k=3', criterion: kAnonymity(3), holds: (one) => one.persons >= 3 },
  {
    name: 'distinct 2',
    criterion: distinctDiversity('s', 2),
    holds: (one, _, person) => histogram(one.rows, 's', person).size >= 2,
  },
  {
    name: 'entropy 2',
    criterion: entropyDiversity('s', 2),
    holds: (one, _, person) => {
      const entropy = [...shares(histogram(one.rows, 's', person)).values()].reduce(
        (sum, p) => sum - p * Math.log(p),
        0,
      );
      return entropy >= Math.log(2) - 1e-12;
    },
  },
  {
    name: 'recursive (2,2)',
    criterion: recursiveDiversity('s', 2, 2),
    holds: (one, _, person) => {
      const counts = [...histogram(one.rows, 's', person).values()].sort((x, y) => y - x);
      const tail = counts.slice(1).reduce((sum, count) => sum + count, 0);
      return counts.length >= 2 && (counts[0] as number) < 2 * tail;
    },
  },
  {
    name: 't=0.3',
    criterion: tCloseness('s', 0.3),
    holds: (one, all, person) => {
      const [p, q] = both(one, all, person);
      return [...q].reduce((sum, [value, share]) => sum + Math.abs((p.get(value) ?? 0) - share), 0) / 2 <= 0.3 + 1e-12;
    },
  },
  {
    name: 'alpha-k',
    criterion: alphaK('s', 0.6, 2),
    holds: (one, _, person) =>
      one.persons >= 2 && [...shares(histogram(one.rows, 's', person)).values()].every((share) => share <= 0.6 + 1e-12),
  },
  {
    name: 'beta=1',
    criterion: basicBetaLikeness('s', 1),
    holds: (one, all, person) => {
      const [p, q] = both(one, all, person);
      return [...p].every(
        ([value, share]) => (share - (q.get(value) as number)) / (q.get(value) as number) <= 1 + 1e-9,
      );
    },
  },
  {
    name: 'delta=1.5',
    criterion: deltaDisclosure('s', 1.5),
    holds: (one, all, person) => {
      const [p, q] = both(one, all, person);
      return [...p].every(([value, share]) => Math.abs(Math.log2(share / (q.get(value) as number))) < 1.5);
    },
  },
];

const metrics: readonly MetricName[] = [
  'loss',
  'loss-geometric',
  'loss-sum',
  'loss-maximum',
  'precision',
  'height',
  'dm',
  'dm-star',
  'aecs',
  'entropy',
  'entropy-monotone',
  'ambiguity',
  'kl',
  'ncp',
];

const chosen = fc.record({
  setup,
  rules: fc.subarray([...rules], { minLength: 1, maxLength: 3 }),
  metric: fc.constantFrom(...metrics),
  suppression: fc.constantFrom(0, 0.05, 0.2, 0.5, 1),
  persons: fc.boolean(),
});

describe('full-domain search', () => {
  test('keeps all ties when the table is smaller than the least class (found by the property below)', () => {
    const table = tableFromRows([{ a: 'a0', b: 'b0', c: 'c0' }]);
    const hierarchies = Object.fromEntries(NAMES.map((name) => [name, randomHierarchy(name, 1, [])]));
    const { solution } = anonymize(table, {
      quasiIdentifiers: [...NAMES],
      hierarchies,
      k: 3,
      metric: 'dm',
      suppression: 1,
    });
    expect(solution.ties.length).toBe(8);
  });

  test('finds the minimum and all ties of the exhaustive model, and the certificate is accepted', () => {
    fc.assert(
      fc.property(chosen, ({ setup: { cells, table, hierarchies }, rules: own, metric, suppression, persons }) => {
        const person = persons ? 'p' : null;
        const model = solveAll({
          rows: cells,
          columns: NAMES,
          hierarchies,
          person,
          limit: Math.floor(suppression * cells.length),
          holds: (one, all) => own.every((rule) => rule.holds(one, all, person)),
          metric,
        });
        const options = {
          quasiIdentifiers: NAMES,
          hierarchies,
          criteria: own.map((rule) => rule.criterion),
          metric,
          suppression,
          ...(persons ? { person: 'p' } : {}),
        };
        if (model.length === 0) {
          expect(() => anonymize(table, options)).toThrowError(
            expect.objectContaining({ code: expect.stringMatching(/IMPOSSIBLE|K_TOO_LARGE/) }),
          );
          return;
        }
        const { solution, table: output } = anonymize(table, options);
        const best = Math.min(...model.map((node) => node.value));
        const slack = 1e-9 * Math.max(1, Math.abs(best));
        expect(Math.abs(solution.metric.value - best)).toBeLessThanOrEqual(slack);
        const wanted = model.filter((node) => node.value <= best + slack);
        const key = (levels: readonly number[], suppressed: number): string => `${levels.join()}/${suppressed}`;
        expect(
          solution.ties
            .map((tie) =>
              key(
                NAMES.map((name) => tie.levels[name] as number),
                tie.suppressedRows,
              ),
            )
            .sort(),
        ).toEqual(wanted.map((node) => key(node.levels, node.suppressed)).sort());
        expect(output.rows).toBe(cells.length - solution.suppressedRows);
        const certificate = solution.certificate as NonNullable<typeof solution.certificate>;
        verifyCertificate(table, options, certificate);
        expect(() =>
          verifyCertificate(table, options, { ...certificate, value: certificate.value - 0.5 }),
        ).toThrowError(expect.objectContaining({ code: 'SCRIM_CERTIFICATE_INVALID' }));
      }),
      { numRuns: 150 },
    );
  });

  test('a certificate that calls its own optimum refuted, or leaves out what it needs, is rejected', () => {
    fc.assert(
      fc.property(setup, ({ table, hierarchies }) => {
        const options = { quasiIdentifiers: NAMES, hierarchies, k: 2, suppression: 0.1 };
        fc.pre(table.rows > 8);
        const { certificate } = anonymize(table, options).solution;
        if (certificate === null) throw new Error('complete searches have a certificate');
        const [optimum] = certificate.optima;
        const rejected = (changed: object): void => {
          expect(() => verifyCertificate(table, options, { ...certificate, ...changed })).toThrowError(
            expect.objectContaining({ code: 'SCRIM_CERTIFICATE_INVALID' }),
          );
        };
        rejected({ refuted: [...certificate.refuted, optimum?.levels] });
        rejected({ optima: [] });
        rejected({ limit: certificate.limit + 1 });
        rejected({ metric: 'dm' });
        rejected({ optima: [{ ...optimum, suppressedRows: (optimum?.suppressedRows as number) + 1 }] });
      }),
      { numRuns: 40 },
    );
  });

  test('permuting rows and columns changes nothing; a frequency table gives what its rows give', () => {
    fc.assert(
      fc.property(
        setup,
        fc.constantFrom(...metrics),
        fc.constantFrom(0, 0.1),
        ({ cells, table, hierarchies }, metric, suppression) => {
          fc.pre(cells.length >= 3);
          const base = { hierarchies, k: 2, metric, suppression, maximumLevels: {} };
          const solve = (source: Table, columns: readonly string[]): readonly [number, number] | string => {
            try {
              const { solution } = anonymize(source, { ...base, quasiIdentifiers: columns });
              return [solution.metric.value, solution.ties.length];
            } catch (error) {
              return (error as { code: string }).code;
            }
          };
          const first = solve(table, NAMES);
          const close = (other: readonly [number, number] | string): void => {
            if (typeof first === 'string' || typeof other === 'string') expect(other).toBe(first);
            else {
              expect(Math.abs(first[0] - other[0])).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(first[0])));
              expect(other[1]).toBe(first[1]);
            }
          };
          close(solve(tableFromRows([...cells].reverse()), NAMES));
          close(solve(table, ['c', 'a', 'b']));
          close(solve(frequencyTable(table, NAMES), NAMES));
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('local recoding', () => {
  test('every printed class satisfies every criterion, and nothing is dearer than the full domain without suppression', () => {
    fc.assert(
      fc.property(
        setup,
        fc.subarray(rules.slice(0, 6), { minLength: 1, maxLength: 2 }),
        fc.boolean(),
        fc.constantFrom(...localAlgorithms),
        ({ cells, table, hierarchies }, own, persons, algorithm) => {
          const person = persons ? 'p' : null;
          const options = {
            quasiIdentifiers: NAMES,
            hierarchies,
            criteria: own.map((rule) => rule.criterion),
            recoding: 'local',
            algorithm,
            suppression: 1,
            keep: ['s', 'p'],
            ...(persons ? { person: 'p' } : {}),
          } as const;
          const { table: output, solution } = anonymize(table, options);
          const groups = new Map<string, Cells[]>();
          for (const cell of output.objects()) {
            const name = NAMES.map((one) => cell[one]).join('|');
            groups.set(name, [...(groups.get(name) ?? []), cell as Cells]);
          }
          expect(groups.size).toBe(solution.classes);
          for (const members of groups.values()) {
            const one = {
              rows: members,
              persons: persons ? new Set(members.map((cell) => cell['p'])).size : members.length,
            };
            for (const rule of own) expect(rule.holds(one, cells, person), rule.name).toBe(true);
          }
          expect(output.rows + solution.suppressedRows).toBe(cells.length);
        },
      ),
      { numRuns: 120 },
    );
  });
});
