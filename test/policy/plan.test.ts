import { describe, expect, it } from 'vitest';
import { mod11Check } from '../../src/identifiers/index.js';
import { countResidentIds } from '../../src/masking/index.js';
import { parsePolicy, plan } from '../../src/policy/index.js';
import { agesOfLabel, datesOfLabel } from '../../src/policy/plan/labels.js';
import { parseDate, tableFromRows } from '../../src/table/index.js';
import { TODAY } from './example.js';

const HEAD = `schema: scrim.policy/1
who:
  tenant: t
  environment: test
  scenario: s
  purpose: p
  approval: { reference: A, by: B, on: 2026-01-10, expires: 2026-12-31 }
  operator: o
sources: [{ name: register }]
person: id
`;
const policy = (columns: string, rest = ''): ReturnType<typeof parsePolicy> =>
  parsePolicy(`${HEAD}columns:\n${columns}\n${rest}`, 'p.yaml', { today: TODAY });

/** 600 people: valid IDs, birth date, age on 2025-07-01, sex. */
const people = Array.from({ length: 600 }, (_, i) => {
  const birth = parseDate('1950-01-01') + i * 37;
  const date = new Date(birth * 86_400_000).toISOString().slice(0, 10);
  const body = `${['110101', '330102', '440305'][i % 3]}${date.replaceAll('-', '')}${String(100 + (i % 800))}`;
  const [y, rest] = [Number(date.slice(0, 4)), date.slice(5)];
  return {
    id: body + mod11Check(body),
    birth: date,
    age: String(2025 - y - (rest > '07-01' ? 1 : 0)),
    sex: Number(body.charAt(16)) % 2 === 1 ? '男' : '女',
    phone: `138${String(10_000_000 + i * 7919)}`,
    other: String((i * 7919) % 100),
  };
});
const table = tableFromRows(people);
const keepId = '  id: { class: direct-identifier, kind: resident-id, rule: { mask: keep } }';

describe('plan: joint residual candidates', () => {
  const joint = async (columns: string, rest = '') => {
    const result = await plan(policy(`${keepId}\n${columns}`, rest), { table });
    return { result, id: result.columns.find((column) => column.source === 'id') };
  };

  it('ID mask alone: some 4,180 candidates', async () => {
    const { id, result } = await joint('');
    expect(id?.joint?.with).toEqual([]);
    expect(id?.joint?.residual.min).toBeGreaterThanOrEqual(4180);
    expect(id?.joint?.residual.max).toBeLessThanOrEqual(4190);
    expect(id?.leakage.residual?.min).toBe(id?.joint?.residual.min);
    expect(result.exitCode).toBe(0);
  });

  it('ID mask and birth date: 1, a violation', async () => {
    const { id, result } = await joint('  birth: { class: other, rule: release }');
    expect(id?.joint).toMatchObject({ with: ['birth'], residual: { min: 1, mean: 1, max: 1 }, determined: 1 });
    expect(result.findings).toContainEqual(
      expect.objectContaining({ code: 'identifier-determined', severity: 'violation', column: 'id' }),
    );
    expect(result.exitCode).toBe(4);
  });

  it('ID mask and birth year: 32 to 35; year and month: 2 to 4', async () => {
    const year = await joint('  birth: { class: other, rule: { mask: date-truncate, to: year } }');
    expect(year.id?.joint?.with).toEqual(['birth']);
    expect(year.id?.joint?.residual.min).toBeGreaterThanOrEqual(32);
    expect(year.id?.joint?.residual.max).toBeLessThanOrEqual(35);
    const month = await joint('  birth: { class: other, rule: { mask: date-truncate, to: month } }');
    expect(month.id?.joint?.residual.min).toBeGreaterThanOrEqual(2);
    expect(month.id?.joint?.residual.max).toBeLessThanOrEqual(4);
  });

  it('ID mask and birth date shifted by up to 180 days: about 33', async () => {
    const { id } = await joint('  birth: { class: other, rule: { mask: date-shift, days: 180 } }');
    // 361 / 11 = 32.8; check characters are not spread quite evenly over a window of 361 days.
    expect(id?.joint?.residual.min).toBeGreaterThanOrEqual(28);
    expect(id?.joint?.residual.max).toBeLessThanOrEqual(38);
    expect(Math.abs((id?.joint?.residual.mean ?? 0) - 361 / 11)).toBeLessThan(0.5);
  });

  it('ID mask and exact age: about one year of candidates; five-year band: five', async () => {
    const exact = await joint('  age: { class: other, rule: release }');
    expect(exact.id?.joint?.with).toEqual(['age']);
    expect(exact.id?.joint?.residual.min).toBeGreaterThanOrEqual(28);
    expect(exact.id?.joint?.residual.max).toBeLessThanOrEqual(38);
    const band = await joint('  age: { class: other, rule: { mask: bucket, width: 5 } }');
    expect(band.id?.joint?.residual.min).toBeGreaterThanOrEqual(160);
    expect(band.id?.joint?.residual.max).toBeLessThanOrEqual(172);
  });

  it('sex halves what the order number leaves open', async () => {
    const masked = '  id: { class: direct-identifier, kind: resident-id, rule: { mask: keep, first: 14, last: 0 } }';
    const without = await plan(policy(masked), { table });
    const withSex = await plan(policy(`${masked}\n  sex: { class: other, rule: release }`), { table });
    expect(without.columns[0]?.joint?.residual).toMatchObject({ min: 1000, max: 1000 });
    expect(withSex.columns[0]?.joint).toMatchObject({ with: ['sex'], residual: { min: 500, max: 500 } });
    expect(countResidentIds('11010119900307****', { sex: 'male' })).toBe(500);
  });

  it('columns that have nothing to do with it change nothing', async () => {
    const { id } = await joint('  other: { class: other, rule: release }\n  phone: { class: other, rule: release }');
    expect(id?.joint?.with).toEqual([]);
  });

  it('generalised columns count at the level that the models choose', async () => {
    const { id, result } = await joint(
      '  birth: { class: quasi-identifier, rule: { mask: generalize, hierarchy: { kind: dates, levels: [year, five-years, decade] } } }',
      'models: [{ model: k-anonymity, k: 5 }]',
    );
    expect(result.models?.levels.birth).toBeGreaterThanOrEqual(1);
    expect(result.models?.smallest).toBeGreaterThanOrEqual(5);
    expect(id?.joint?.with).toEqual(['birth']);
    expect(id?.joint?.residual.max).toBeLessThan(400);
  });
});

describe('plan: generalised columns', () => {
  it('candidates are the days, or the values of the data, behind a label', async () => {
    const result = await plan(
      policy(
        '  birth: { class: quasi-identifier, rule: { mask: generalize, hierarchy: { kind: dates, levels: [decade] }, minLevel: 1 } }\n' +
          '  age: { class: quasi-identifier, rule: { mask: generalize, hierarchy: { kind: intervals, widths: [10] }, minLevel: 1, maxLevel: 1 } }',
        'models: [{ model: k-anonymity, k: 2 }]\nthresholds: { approval: { reference: A, by: B, on: 2026-01-10, expires: 2026-12-31 }, suppressedRows: 1 }',
      ),
      { table },
    );
    const [birth, age] = result.columns;
    // A decade has 3,652 or 3,653 days.
    if (result.models?.levels.birth === 1) {
      expect(birth?.leakage.residual?.min).toBeGreaterThanOrEqual(3652);
      expect(birth?.leakage.residual?.max).toBeLessThanOrEqual(3653);
    }
    // Recounted from the raw ages: how many different ones share a band of ten, weighted by people.
    const bands = new Map<number, string[]>();
    for (const { age: years } of people) {
      const band = Math.floor(Number(years) / 10);
      bands.set(band, [...(bands.get(band) ?? []), years]);
    }
    const counts = [...bands.values()].map((list) => ({ values: new Set(list).size, cells: list.length }));
    const expected = {
      min: Math.min(...counts.map((one) => one.values)),
      mean: counts.reduce((sum, one) => sum + one.values * one.cells, 0) / people.length,
      max: Math.max(...counts.map((one) => one.values)),
    };
    expect(result.models?.levels.age).toBe(1);
    expect(age?.leakage).toMatchObject({ rule: 'generalize', residual: expected, length: false, checkDigit: false });
    const dry = await plan(
      policy(
        '  age: { class: quasi-identifier, rule: { mask: generalize, hierarchy: { kind: suppress } } }',
        'models: [{ model: k-anonymity, k: 2 }]',
      ),
    );
    expect(dry.columns[0]?.leakage.residual).toBeNull();
    expect(dry.gbt42460).toBeNull();
  });
});

describe('plan: grade by GB/T 42460 and legal bases', () => {
  const rows = Array.from({ length: 400 }, (_, i) => ({
    id: `id-${i % 200}`,
    area: ['a', 'b'][Math.floor((i % 200) / 100)] as string,
    rare: i % 200 === 0 ? 'x' : 'y',
    phone: `138${String(10_000_000 + i)}`,
  }));
  const small = tableFromRows(rows);
  const grade = async (columns: string) => (await plan(policy(columns), { table: small })).gbt42460;

  it('counts persons in classes of the released quasi-identifiers', async () => {
    // Two areas of 100 persons each, two rows a person.
    expect(await grade('  area: { class: quasi-identifier, rule: release }')).toMatchObject({
      grade: 3,
      counted: 'persons',
      classes: 2,
      smallest: 100,
      models: [
        { sharing: 'public', over: 0, risk: 0.01 },
        { sharing: 'controlled', over: 0, risk: 0.01 },
        { sharing: 'enclave', over: 0, risk: 0.01 },
      ],
      because: [],
    });
    // One person alone: a class over every limit, risk 1.
    expect(await grade('  rare: { class: quasi-identifier, rule: release }')).toMatchObject({
      grade: 2,
      smallest: 1,
      models: [{ risk: 1 }, { risk: 1 }, { risk: 1 }],
    });
  });

  it('is 1 for identifiers that are shown or determined, 2 for partly shown or key-invertible ones', async () => {
    const area = '  area: { class: quasi-identifier, rule: release }\n';
    const phone = (rule: string): string => `${area}  phone: { class: direct-identifier, kind: mobile, rule: ${rule} }`;
    expect(await grade(phone('{ mask: keep, first: 3, last: 2 }'))).toMatchObject({
      grade: 2,
      because: [{ column: 'phone', reason: 'partly-shown' }],
    });
    expect(await grade(phone("{ mask: ff1, alphabet: '0123456789' }"))).toMatchObject({
      grade: 2,
      because: [{ column: 'phone', reason: 'key-invertible' }],
    });
    expect((await grade(phone('token')))?.grade).toBe(3);
    expect(
      (await plan(policy(`${keepId}\n  birth: { class: other, rule: release }`), { table })).gbt42460,
    ).toMatchObject({
      grade: 1,
      because: [{ column: 'id', reason: 'determined' }],
    });
  });

  it('counts the values of the data behind a released value, and says when tokens may meet', async () => {
    const result = await plan(
      policy(
        '  phone: { class: sensitive, rule: { mask: keep, first: 9, last: 0, minHidden: 1 } }\n' +
          '  area: { class: sensitive, rule: redact }\n' +
          '  rare: { class: sensitive, rule: { mask: token, bytes: 8 } }\n' +
          '  id: { class: direct-identifier, rule: token }',
      ),
      { table: small },
    );
    const of = (name: string) => result.columns.find(({ column }) => column === name);
    // 138100000 00 to 138100003 99: a hundred phones behind each of four masks.
    expect(of('phone')?.behind).toEqual({ min: 100, mean: 100, max: 100 });
    expect(of('area')?.behind).toEqual({ min: 2, mean: 2, max: 2 });
    expect(of('id')).toMatchObject({ behind: null, uniqueness: 'preserved' });
    expect(of('rare')?.uniqueness).toBe('not-guaranteed');
  });

  it('shows legal bases with the persons and rows they would leave unmasked', async () => {
    const columns =
      '  phone: { class: sensitive, kind: mobile, rule: { mask: keep, first: 3, last: 2 } }\n  area: { class: other, rule: release }';
    const bases = `legalBasis:
  - { basis: consent, reference: C-1, purpose: p, columns: [phone], persons: c.csv, expires: 2026-12-31 }
  - { basis: contract, reference: C-2, purpose: other, columns: [phone], persons: c.csv, expires: 2026-12-31 }`;
    const readFile = (): Uint8Array => new TextEncoder().encode('person\nid-3\nid-5\nstranger\n');
    const result = await plan(policy(columns, bases), { table: small, readFile });
    expect(result.legalBases).toEqual([
      {
        basis: 'consent',
        reference: 'C-1',
        purpose: 'p',
        columns: ['phone'],
        expires: '2026-12-31',
        applies: true,
        persons: 3,
        rows: 4,
      },
      {
        basis: 'contract',
        reference: 'C-2',
        purpose: 'other',
        columns: ['phone'],
        expires: '2026-12-31',
        applies: false,
        persons: 3,
        rows: 0,
      },
    ]);
    expect(JSON.stringify(result.legalBases)).not.toContain('id-3');
  });
});

describe('plan: findings', () => {
  it('gb-express: the customary 3 + 4 mask of a phone hides too little', async () => {
    const phone = (rule: string): ReturnType<typeof parsePolicy> =>
      policy(`  phone: { class: direct-identifier, kind: mobile, rule: ${rule} }`, 'profiles: [gb-express]');
    const bad = await plan(phone('{ mask: keep }'), { table });
    expect(bad.findings).toEqual([
      expect.objectContaining({ code: 'phone-digits', severity: 'violation', column: 'phone' }),
    ]);
    expect(bad.exitCode).toBe(4);
    const good = await plan(phone('{ mask: keep, first: 3, last: 2 }'), { table });
    expect(good.findings).toEqual([]);
    expect(good.columns[0]?.leakage.residual).toMatchObject({ min: 10 ** 6, max: 10 ** 6 });
    expect((await plan(phone('redact'))).exitCode).toBe(0);
  });

  it('public: no reversible or linkable columns, unconditional openness, k of 20', async () => {
    const result = await plan(
      policy(
        '  id: { class: direct-identifier, kind: resident-id, openness: unconditional, rule: encrypt }\n  sex: { class: quasi-identifier, rule: release }',
        'models: [{ model: k-anonymity, k: 5 }]\nprofiles: [public, enclave]',
      ),
    );
    const codes = result.findings.map((finding) => `${finding.source} ${finding.code} ${finding.severity}`);
    expect(codes).toContain('public key-invertible violation');
    expect(codes).toContain('enclave key-invertible warning');
    expect(codes).toContain('public not-unconditional violation');
    expect(codes).toContain('public k-too-small violation');
    expect(codes).not.toContain('enclave k-too-small violation');
  });

  it('reports models that cannot be met, prohibited columns and refused cells without throwing', async () => {
    const impossible = await plan(
      policy('  birth: { class: quasi-identifier, rule: release }', 'models: [{ model: k-anonymity, k: 5 }]'),
      { table },
    );
    expect(impossible.findings.map((finding) => finding.code)).toEqual(['models-fail']);
    const prohibited = await plan(policy('  sex: { class: other, openness: prohibited, rule: release }'), { table });
    expect(prohibited.findings.map((finding) => finding.code)).toEqual(['prohibited']);
    const refused = await plan(policy('  sex: { class: other, rule: { mask: keep, first: 1 } }'), { table });
    expect(refused.columns[0]?.refused).toBe(600);
    expect(refused.findings[0]).toMatchObject({ code: 'cells-refused', severity: 'warning' });
  });

  it('holds a residual limit', async () => {
    const limited = (least: number): Promise<number> =>
      plan(
        policy(
          keepId,
          `thresholds: { residual: ${least}, approval: { reference: A, by: B, on: 2026-01-10, expires: 2026-12-31 } }`,
        ),
        { table },
      ).then((result) => result.exitCode);
    expect(await limited(1000)).toBe(0);
    expect(await limited(100_000)).toBe(4);
  });
});

describe('plan: what it shows', () => {
  it('shows made-up values only', async () => {
    const result = await plan(
      policy(
        `${keepId}\n  birth: { class: other, rule: { mask: date-shift, days: 30 } }\n  phone: { class: other, kind: mobile, rule: token }`,
      ),
      { table },
    );
    const text = JSON.stringify(result);
    expect(people.filter((row) => text.includes(row.id) || text.includes(row.phone))).toEqual([]);
    const id = result.columns.find((column) => column.source === 'id');
    expect(id?.sample).toHaveLength(3);
    for (const { before, after } of id?.sample ?? []) {
      expect(before).toMatch(/^\d{17}[\dX]$/);
      expect(after).toBe(`${before.slice(0, 6)}********${before.slice(-4)}`);
    }
    expect(result.columns.find((column) => column.source === 'birth')?.sample[0]?.after).toMatch(/^\d{4}-\d{2}-\d{2}$/);
  });

  it('tells uniqueness, reversibility and what would be dropped', async () => {
    const result = await plan(
      policy(
        '  id: { class: direct-identifier, kind: resident-id, rule: { mask: surrogate, kind: resident-id } }\n  age: { class: other, rule: { mask: bucket, width: 10 } }',
      ),
      { table },
    );
    expect(result.columns.map((column) => [column.uniqueness, column.reversible, column.distinct])).toEqual([
      ['preserved', true, { before: 600, after: 600 }],
      ['lossy', false, { before: expect.any(Number), after: expect.any(Number) }],
    ]);
    expect(result.dropped).toEqual(['birth', 'sex', 'phone', 'other']);
  });

  it('works without data', async () => {
    const result = await plan(policy(keepId));
    expect(result.columns[0]?.joint).toBeNull();
    expect(result.rows).toBeNull();
  });
});

describe('labels', () => {
  it('are read as intervals', () => {
    const days = (label: string): (string | null)[] =>
      (datesOfLabel(label) ?? []).map((day) => new Date((day as number) * 86_400_000).toISOString().slice(0, 10));
    expect(days('2024-02')).toEqual(['2024-02-01', '2024-02-29']);
    expect(days('2024-Q4')).toEqual(['2024-10-01', '2024-12-31']);
    expect(days('2024')).toEqual(['2024-01-01', '2024-12-31']);
    expect(days('2020-2029')).toEqual(['2020-01-01', '2029-12-31']);
    expect(datesOfLabel('*')).toBeNull();
    expect([
      agesOfLabel('37'),
      agesOfLabel('[30,40)'),
      agesOfLabel('30-39'),
      agesOfLabel('<18'),
      agesOfLabel('>=65'),
      agesOfLabel('x'),
    ]).toEqual([[37, 37], [30, 39], [30, 39], [0, 17], [65, 150], null]);
  });
});
