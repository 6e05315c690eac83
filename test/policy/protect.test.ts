import { describe, expect, it } from 'vitest';
import { KeyRing } from '../../src/crypto/index.js';
import { parsePolicy, protect } from '../../src/policy/index.js';
import { type Table, tableFromRows } from '../../src/table/index.js';
import { SeededRandom } from '../../src/testing/index.js';
import { EXAMPLE, TODAY } from './example.js';

const ring = await KeyRing.create();
const seeded = new SeededRandom('protect.test');

function register(rows: number, persons = rows): Table {
  return tableFromRows(
    Array.from({ length: rows }, (_, i) => {
      const person = persons === rows ? i : seeded.below(persons);
      return {
        resident_id: `11010519${String(10_000 + (person % 90_000))}${String(person).padStart(5, '0')}`,
        name: ['张三', '李四五', '欧阳娜娜', '王'][person % 4] as string,
        age: String(18 + (person % 60)),
        sex: person % 2 === 0 ? '男' : '女',
        income: String(1000 + seeded.below(9000)),
        note: 'x',
        secret_code: 'y',
      };
    }),
  );
}

const parsed = parsePolicy(EXAMPLE, 'policy.yaml', { today: TODAY });

/** Smallest number of persons in a class, counted on the written output with the raw persons of the same rows. */
function smallestClass(
  rows: readonly Record<string, string | null>[],
  columns: readonly string[],
  person: string,
): number {
  const classes = new Map<string, Set<string | null>>();
  for (const row of rows) {
    const key = JSON.stringify(columns.map((name) => row[name]));
    classes.set(key, (classes.get(key) ?? new Set()).add(row[person] as string | null));
  }
  return Math.min(...[...classes.values()].map((persons) => persons.size));
}

describe('protect', () => {
  const table = register(3000, 200);
  const { table: out, record } = protect(table, parsed, { keys: ring });
  const rows = [...out.objects()];

  it('writes the named columns only and records what it dropped (R16)', () => {
    expect(out.names).toEqual(['resident_id', 'name', 'age', 'sex', 'income']);
    expect(record.parameters.dropped).toEqual(['secret_code', 'note']);
    expect(
      record.warnings.filter((warning) => warning.code === 'column-not-named').map((warning) => warning.column),
    ).toEqual(['secret_code']);
  });

  it('masks every cell, suppresses what it cannot mask and counts it', () => {
    const raw = new Set([...table.objects()].map((row) => row.resident_id));
    expect(rows.some((row) => raw.has(row.resident_id as string))).toBe(false);
    expect(new Set(rows.map((row) => row.name))).toEqual(new Set(['张**', '李**', '欧**', null]));
    const refused = [...table.objects()].filter((row) => row.name === '王').length;
    expect(record.warnings.find((warning) => warning.code === 'cells-suppressed')).toMatchObject({
      column: 'name',
      count: refused,
    });
    expect(rows.every((row) => Number(row.income) % 1000 === 0)).toBe(true);
  });

  it('is k-anonymous over persons by an independent count', () => {
    // Tokens stand for persons one to one, so persons can be counted on the output alone.
    expect(smallestClass(rows, ['age', 'sex'], 'resident_id')).toBeGreaterThanOrEqual(5);
    expect(record.parameters.recount).toMatchObject({ smallest: smallestClass(rows, ['age', 'sex'], 'resident_id') });
    expect(record.counts.rowsWritten).toBe(rows.length);
    expect((record.counts.rowsSuppressed ?? 0) / 3000).toBeLessThanOrEqual(0.02);
  });

  it('counts persons, not rows', () => {
    // 60 rows of 3 persons: by rows every class would hold 20.
    const few = tableFromRows(
      Array.from({ length: 60 }, (_, i) => ({
        resident_id: `p${i % 3}`,
        name: '张三',
        age: '40',
        sex: '男',
        income: '1',
        note: '',
      })),
    );
    expect(() => protect(few, parsed, { keys: ring })).toThrowError(
      expect.objectContaining({ exitCode: expect.any(Number) }),
    );
  });

  it('writes a leakage for every column, under the output name', () => {
    expect(record.columns.map((column) => [column.column, column.rule])).toEqual([
      ['resident_id', 'token'],
      ['name', 'keep'],
      ['age', expect.stringMatching(/^generalize-level-/)],
      ['sex', 'release'],
      ['income', 'round'],
    ]);
    expect(record.columns[0]?.key?.state).toBe('active');
    expect(record.policy).toBe(parsed.digest);
  });

  it('keeps raw values, keys and names of hidden columns out of the record', () => {
    const text = JSON.stringify(record);
    expect([...table.objects()].filter((row) => text.includes(row.resident_id as string))).toEqual([]);
    expect(text).not.toContain('\\u0000');
  });

  it('works in both suites with the same policy', () => {
    const gm = parsePolicy(EXAMPLE.replace('sources:', 'suite: gm\nsources:'), 'policy.yaml', { today: TODAY });
    const other = protect(table, gm, { keys: ring });
    expect(other.table.names).toEqual(out.names);
    expect([...other.table.objects()].map((row) => row.age)).toEqual(rows.map((row) => row.age));
    expect([...other.table.objects()][0]?.resident_id).not.toBe(rows[0]?.resident_id);
  });

  it('meets l-diversity and t-closeness, recounted, also where persons have several rows', () => {
    for (const models of [
      '- { model: l-diversity, column: income, l: 3 }',
      '- { model: l-diversity, column: income, l: 3, variant: entropy }',
      '- { model: l-diversity, column: income, l: 3, variant: recursive, c: 3 }',
      '- { model: t-closeness, column: income, t: 0.4 }',
    ]) {
      const text = EXAMPLE.replace('k: 5 }', `k: 5 }\n  ${models}`);
      for (const data of [table, register(1500)]) {
        const { record: done, table: written } = protect(data, parsePolicy(text, 'p', { today: TODAY }), {
          keys: ring,
        });
        const { models: recounted } = done.parameters.recount as { models: string[] };
        expect(recounted).toContain('k-anonymity');
        if (data !== table || models.endsWith('l: 3 }')) expect(recounted).toHaveLength(2);
        expect(written.rows).toBeGreaterThan(0);
      }
    }
  });

  it('stops at a prohibited column, whatever its rule (R12)', () => {
    for (const rule of ['release', 'drop']) {
      const text = EXAMPLE.replace(
        'note: { class: other, rule: drop }',
        `note: { class: other, openness: prohibited, rule: ${rule} }`,
      );
      const prohibited = parsePolicy(text, 'policy.yaml', { today: TODAY });
      expect(() => protect(table, prohibited, { keys: ring })).toThrowError(
        expect.objectContaining({ code: 'SCRIM_POLICY_PROHIBITED', exitCode: 4, parameters: { column: 'note' } }),
      );
    }
  });

  it('refuses to work without a key, and without a column of the policy', () => {
    expect(() => protect(table, parsed)).toThrowError(expect.objectContaining({ code: 'SCRIM_MASK_NEEDS_KEY' }));
    expect(() => protect(table.select(['resident_id', 'name']), parsed, { keys: ring })).toThrowError(
      expect.objectContaining({ code: 'SCRIM_POLICY_INVALID' }),
    );
  });

  it('stops when more cells were refused than approved', () => {
    const text = EXAMPLE.replace('suppressedRows: 0.02', 'suppressedRows: 0.02\n  refusedCells: 0.01');
    expect(() => protect(table, parsePolicy(text, 'p', { today: TODAY }), { keys: ring })).toThrowError(
      expect.objectContaining({ code: 'SCRIM_POLICY_LIMIT', exitCode: 4 }),
    );
  });

  it('can be cancelled', () => {
    expect(() => protect(table, parsed, { keys: ring, signal: AbortSignal.abort() })).toThrowError(
      expect.objectContaining({ code: 'SCRIM_CANCELLED' }),
    );
  });
});
