import { describe, expect, it } from 'vitest';
import { KeyRing } from '../../src/crypto/index.js';
import { type ParsedPolicy, type PolicyError, parsePolicy, protect } from '../../src/policy/index.js';
import { tableFromRows } from '../../src/table/index.js';
import { EXAMPLE, TODAY } from './example.js';

const keys = await KeyRing.create();
const table = tableFromRows(
  Array.from({ length: 60 }, (_, i) => ({
    resident_id: `id-${i}`,
    name: `张三${i}`,
    age: '40',
    sex: '男',
    income: '5400',
    note: '',
  })),
);
const basis = (more = '', purpose = 'planning of community care', columns = '[name]'): ParsedPolicy =>
  parsePolicy(
    `${EXAMPLE}legalBasis:\n  - { basis: consent, reference: C-1, purpose: ${purpose}, columns: ${columns}, persons: consent.csv, expires: 2026-12-31 }\n${more}`,
    'p.yaml',
    { today: TODAY },
  );
const readFile = (): Uint8Array =>
  new TextEncoder().encode('\uFEFFperson,since\r\nid-7,2026\r\n"id-9",2026\r\n\r\nstranger,2026\r\n');

describe('legal basis by row (R3)', () => {
  it('leaves the named column of listed persons as it is, and masks all others', () => {
    const { table: out, record } = protect(table, basis(), { keys, readFile });
    const names = [...out.objects()].map((row) => row.name);
    expect(names.filter((name) => name !== '张**')).toEqual(['张三7', '张三9']);
    expect([...out.objects()].every((row) => row.income === '5000')).toBe(true);
    const leakage = record.columns.find((column) => column.column === 'name');
    expect(leakage).toMatchObject({ rule: 'keep+basis', residual: { min: 1 } });
    expect(record.parameters.legalBasis).toEqual([expect.objectContaining({ reference: 'C-1', used: true })]);
    expect(JSON.stringify(record)).not.toContain('id-7');
  });

  it('has no effect for another purpose, and says so', () => {
    const { table: out, record } = protect(table, basis('', 'marketing'), { keys, readFile });
    expect(new Set([...out.objects()].map((row) => row.name))).toEqual(new Set(['张**']));
    expect(record.warnings).toContainEqual(expect.objectContaining({ code: 'basis-other-purpose' }));
  });

  it('is refused after its expiry, for quasi-identifiers, for dropped columns', () => {
    const codes = (make: () => unknown): string[] => {
      try {
        make();
      } catch (error) {
        return (error as PolicyError).issues.map((issue) => issue.code);
      }
      return [];
    };
    expect(codes(() => basis('', 'care', '[age]'))).toEqual(['basis-on-quasi']);
    expect(codes(() => basis('', 'care', '[note]'))).toEqual(['column-not-released']);
    expect(
      codes(() =>
        basis(
          '  - { basis: contract, reference: C-2, purpose: care, columns: [name], persons: x.csv, expires: 2026-01-01 }',
        ),
      ),
    ).toEqual(['expired']);
  });

  it('needs its list', () => {
    expect(() => protect(table, basis(), { keys })).toThrowError(
      expect.objectContaining({ code: 'SCRIM_FILE_MISSING' }),
    );
  });
});
