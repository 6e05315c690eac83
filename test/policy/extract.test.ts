/** Training extract (R5): sample, mask, generalise, hold-out of other persons, fidelity figures; and sampling inside protect. */
import { describe, expect, it } from 'vitest';
import { KeyRing } from '../../src/crypto/index.js';
import { extract, fidelityOf, parsePolicy, protect } from '../../src/policy/index.js';
import { type Table, tableFromRows } from '../../src/table/index.js';
import { SeededRandom } from '../../src/testing/index.js';
import { EXAMPLE, TODAY } from './example.js';

const ring = await KeyRing.create();
const seeded = new SeededRandom('extract.test');

/** Two rows a person; income depends on age, so that correlations and models have something to find. */
function register(persons: number): Table {
  return tableFromRows(
    Array.from({ length: persons * 2 }, (_, row) => {
      const i = row >> 1;
      const age = 18 + ((i * 7) % 60);
      return {
        resident_id: `11010519${String(10_000 + (i % 90_000))}${String(i).padStart(5, '0')}`,
        name: ['张三', '李四五', '欧阳娜娜', '王五'][i % 4] as string,
        age: String(age),
        sex: age < 48 ? '男' : '女',
        income: String(2000 + age * 100 + seeded.below(2000)),
        note: 'x',
      };
    }),
  );
}

const withSampling = (sampling: string, from = EXAMPLE): ReturnType<typeof parsePolicy> =>
  parsePolicy(`${from.replace('suppressedRows: 0.02', 'suppressedRows: 0.2')}sampling: ${sampling}\n`, 'policy.yaml', {
    today: TODAY,
  });
const table = register(3000);

describe('sampling inside protect', () => {
  it('draws persons with all their rows before anything else, and says how', () => {
    const { table: out, record } = protect(table, withSampling('{ design: simple, size: 1000 }'), { keys: ring });
    expect(record.counts).toMatchObject({ rowsRead: 6000, rowsDrawn: 2000 });
    expect(record.counts.rowsWritten).toBe(out.rows);
    expect(record.parameters.sampling).toMatchObject({
      design: 'simple',
      unit: 'person',
      unitsDrawn: 1000,
      drawn: 2000,
    });
    const persons = new Map<string, number>();
    for (const row of out.objects())
      persons.set(row.resident_id as string, (persons.get(row.resident_id as string) ?? 0) + 1);
    expect([...persons.values()].every((rows) => rows === 2)).toBe(true);
    expect(out.names.some((name) => name.includes('weight'))).toBe(false);
  });

  it('draws strata in proportion', () => {
    const { record } = protect(table, withSampling('{ design: stratified, strata: [sex], rate: 0.2 }'), { keys: ring });
    expect((record.parameters.sampling as { strataCounts: number[][] }).strataCounts).toEqual([
      [1500, 300],
      [1500, 300],
    ]);
  });

  it('draws the same persons again by the key of the scenario, others in another scenario', () => {
    const policy = withSampling('{ design: consistent, rate: 0.3 }');
    const other = withSampling('{ design: consistent, rate: 0.3 }', EXAMPLE.replace('elderly-care-2026', 'other'));
    const ids = (given: typeof policy, from: Table): string[] => {
      const rule = { ...given.policy.columns, resident_id: { class: 'other', rule: 'release' } };
      const open = { ...given, policy: { ...given.policy, columns: rule, models: [] } } as unknown as typeof given;
      return [
        ...new Set([...protect(from, open, { keys: ring }).table.objects()].map((row) => row.resident_id as string)),
      ].sort();
    };
    const first = ids(policy, table);
    expect(ids(policy, table)).toEqual(first);
    expect(first.length).toBeGreaterThan(700);
    expect(first.length).toBeLessThan(1100);
    expect(ids(other, table)).not.toEqual(first);
  });
});

describe('extract', () => {
  const parsed = withSampling('{ design: simple, rate: 0.5, holdout: 0.25, target: sex }');
  const made = extract(table, parsed, { keys: ring });

  it('parts persons: none stands on both sides, raw or masked', () => {
    const ids = (from: Table): Set<string> => new Set([...from.objects()].map((row) => row.resident_id as string));
    const [train, held] = [ids(made.train.raw), ids(made.holdout.raw)];
    expect(train.size).toBe(1125);
    expect(held.size).toBe(375);
    expect([...held].filter((id) => train.has(id))).toEqual([]);
    const [tokens, others] = [ids(made.train.table), ids(made.holdout.table)];
    expect([...others].filter((id) => tokens.has(id))).toEqual([]);
  });

  it('masks with one key on both sides, shows no raw identifier, keeps row order', () => {
    const raw = new Set([...table.objects()].map((row) => row.resident_id));
    for (const part of [made.train, made.holdout]) {
      const rows = [...part.table.objects()];
      expect(rows.some((row) => raw.has(row.resident_id as string))).toBe(false);
      const source = [...part.raw.objects()].filter((_, i) => part.kept[i] === 1);
      expect(rows.map((row) => row.sex)).toEqual(source.map((row) => row.sex));
    }
  });

  it('meets k on each side, counted by hand on the output', () => {
    for (const part of [made.train, made.holdout]) {
      const classes = new Map<string, Set<string>>();
      const rows = [...part.table.objects()];
      const source = [...part.raw.objects()].filter((_, i) => part.kept[i] === 1);
      rows.forEach((row, i) => {
        const key = JSON.stringify([row.age, row.sex]);
        classes.set(key, (classes.get(key) ?? new Set()).add(source[i]?.resident_id as string));
      });
      const smallest = Math.min(...[...classes.values()].map((persons) => persons.size));
      expect(smallest).toBeGreaterThanOrEqual(5);
      expect(part.smallestClass).toBe(smallest);
    }
    const levels = [made.train, made.holdout].map((part) => part.record.parameters.levels);
    expect(levels[0]).toEqual(levels[1]);
  });

  it('records the sample, the part and that it is an extract', () => {
    expect(made.train.record).toMatchObject({
      operation: 'extract',
      parameters: { part: 'train', holdoutShare: 0.25 },
    });
    expect(made.holdout.record).toMatchObject({ operation: 'extract', parameters: { part: 'holdout', units: 375 } });
  });

  it('does not lift masking for persons with consent (R5), and says so', () => {
    const basis = `legalBasis:
  - { basis: consent, reference: C-1, purpose: planning of community care, columns: [name], persons: list.csv, expires: 2026-12-31 }
`;
    const given = withSampling('{ design: simple, rate: 0.5 }', EXAMPLE.replace('thresholds:', `${basis}thresholds:`));
    const list = new TextEncoder().encode(`id\n${[...table.objects()].map((row) => row.resident_id).join('\n')}\n`);
    const found = extract(table, given, { keys: ring, readFile: () => list });
    expect([...found.train.table.objects()].every((row) => row.name === null || /\*/.test(row.name as string))).toBe(
      true,
    );
    expect(found.train.record.warnings.map((warning) => warning.code)).toContain('basis-not-applied');
    const open = protect(table, given, { keys: ring, readFile: () => list });
    expect([...open.table.objects()].some((row) => row.name === '张三')).toBe(true);
  });

  it('treats two spellings of one identifier as one person, and leaves out rows without any', () => {
    const policy = withSampling(
      '{ design: simple, rate: 1, holdout: 0.5 }',
      EXAMPLE.replaceAll('resident_id', 'phone')
        .replace('kind: resident-id', 'kind: mobile')
        .replace('class: direct-identifier, grade: L4,', 'class: direct-identifier, kind: mobile, grade: L4,'),
    );
    const rows = Array.from({ length: 800 }, (_, i) => ({
      phone:
        i >= 780
          ? null
          : i % 2 === 0
            ? `138${String(10_000_000 + (i >> 1))}`
            : `138-${String(10_000_000 + (i >> 1)).slice(0, 4)}-${String(10_000_000 + (i >> 1)).slice(4)}`,
      name: '张三',
      age: String(30 + ((i >> 1) % 10)),
      sex: '男',
      income: '5000',
      note: 'x',
    }));
    const found = extract(tableFromRows(rows), policy, { keys: ring });
    const digits = (from: Table): Set<string> =>
      new Set([...from.objects()].map((row) => (row.phone as string).replaceAll('-', '')));
    const train = digits(found.train.raw);
    expect([...digits(found.holdout.raw)].filter((one) => train.has(one))).toEqual([]);
    expect(found.train.raw.rows + found.holdout.raw.rows).toBe(780);
    expect(found.train.record.warnings.find((warning) => warning.code === 'rows-without-person')?.count).toBe(20);
  });

  it('refuses a policy without sampling, and a sample that leaves one side empty', () => {
    const plain = parsePolicy(EXAMPLE, 'policy.yaml', { today: TODAY });
    expect(() => extract(table, plain, { keys: ring })).toThrowError(
      expect.objectContaining({ code: 'SCRIM_EXTRACT_SAMPLING' }),
    );
    const one = withSampling('{ design: simple, size: 1 }');
    expect(() => extract(table, one, { keys: ring })).toThrowError(
      expect.objectContaining({ code: 'SCRIM_EXTRACT_HOLDOUT' }),
    );
  });
});

describe('fidelity', () => {
  const parsed = withSampling('{ design: simple, rate: 0.5, holdout: 0.25, target: sex }');
  const made = extract(table, parsed, { keys: ring });
  const found = fidelityOf(table, made, parsed.policy);
  const column = (name: string) => found.columns.find((one) => one.column === name);

  it('compares generalised, rounded and released columns, and not tokens', () => {
    expect(column('sex')).toMatchObject({ comparedBy: 'same-text' });
    expect(column('age')).toMatchObject({ comparedBy: 'recoding' });
    expect(column('income')?.distance).toBeLessThan(0.1);
    expect(column('resident_id')).toMatchObject({ comparedBy: null, distance: null });
    expect(column('sex')?.distance).toBeLessThan(0.06);
    expect(column('sex')?.kept).toBeCloseTo(1, 9);
    expect(column('age')?.kept).toBeGreaterThan(0.2);
    expect(column('age')?.kept).toBeLessThan(1);
  });

  it('gives means that a plain average confirms', () => {
    const average = (from: Table): number => {
      const values = [...from.objects()].map((row) => Number(row.income));
      return values.reduce((a, b) => a + b, 0) / values.length;
    };
    const [source, extracted] = (column('income') as (typeof found.columns)[number]).mean as readonly [number, number];
    expect(source).toBeCloseTo(average(table), 6);
    expect(extracted).toBeCloseTo(average(made.train.table), 6);
  });

  it('cannot tell a plain sample from its source: the propensity error is near what chance gives', () => {
    const { error, expected } = found.propensity as NonNullable<typeof found.propensity>;
    expect(error / expected).toBeLessThan(4);
    expect(error / expected).toBeGreaterThan(0.1);
  });

  it('notices a biased extract: the propensity error rises far above chance', () => {
    const biased = { ...made, train: { ...made.train, table: made.train.table } };
    const onlyOld = new Set(
      [...made.train.table.objects()]
        .map((row) => row.age as string)
        .sort()
        .slice(-200),
    );
    const rows = [...made.train.table.objects()]
      .map((row, i) => ({ row, i }))
      .filter(({ row }) => onlyOld.has(row.age as string));
    const kept = new Uint8Array(made.train.raw.rows);
    const positions = [...made.train.kept.keys()].filter((row) => made.train.kept[row] === 1);
    for (const { i } of rows) kept[positions[i] as number] = 1;
    const changed = {
      ...biased,
      train: { ...made.train, kept, table: tableFromRows(rows.map(({ row }) => ({ ...row }))) },
    };
    const worse = fidelityOf(table, changed as typeof made, parsed.policy);
    expect(worse.propensity === null || worse.propensity.error > 10 * worse.propensity.expected).toBe(true);
  });

  it('counts uniqueness in sample and population, checked by hand', () => {
    const raw = [...made.train.raw.objects()].filter((_, i) => made.train.kept[i] === 1);
    const byHand = (rows: Record<string, string | null>[]): Map<string, Set<string>> => {
      const classes = new Map<string, Set<string>>();
      for (const row of rows) {
        const key = `${row.age}|${row.sex}`;
        classes.set(key, (classes.get(key) ?? new Set()).add(row.resident_id as string));
      }
      return classes;
    };
    const sample = [...byHand(raw)].filter(([, persons]) => persons.size === 1);
    const population = byHand([...table.objects()]);
    expect(found.privacy.rawUnique.sample).toBe(sample.length);
    expect(found.privacy.rawUnique.population).toBe(sample.filter(([key]) => population.get(key)?.size === 1).length);
    expect(found.privacy).toMatchObject({ unit: 'person', shared: 0, releasedUnique: { sample: 0, population: 0 } });
  });

  it('trains the same model on both sides; a target that follows from a column is learnt, one by one checked', () => {
    const model = found.models[0] as (typeof found.models)[number];
    expect(model.target).toBe('sex');
    // In this register sex follows from age.
    expect(model.source.accuracy).toBe(1);
    expect(model.extract.accuracy).toBeGreaterThan(0.85);
    expect(model.extract.interval[0]).toBeLessThanOrEqual(model.extract.accuracy);
    expect(model.source.rows).toBe(made.holdout.table.rows);
  });

  it('holds no value of the data', () => {
    const text = JSON.stringify(found);
    for (const value of ['张', '李', '男', '女', '11010519']) expect(text).not.toContain(value);
  });
});
