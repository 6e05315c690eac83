import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeyRing } from '../../src/crypto/index.js';
import { mod11Check, validate } from '../../src/identifiers/index.js';
import { ff1, surrogate } from '../../src/masking/index.js';
import { encodings, texts, utf8 } from './columns.js';

const keys = (await KeyRing.create()).scenario({ tenant: 't', environment: 'test', scenario: 's' });
const vectors = (
  JSON.parse(readFileSync('test/vectors/masking/masking.json', 'utf8')) as {
    rows: { kind: string; value?: string; valid?: boolean }[];
  }
).rows;
const rows = (kind: string, valid: boolean): string[] =>
  vectors.filter((row) => row.kind === kind && row.valid === valid).map((row) => row.value as string);

const suites = ['intl', 'gm'] as const;
const kinds = [
  [
    'resident-id',
    [],
    [...rows('cn-id', true).filter((id) => !/^8/.test(id)), ...rows('cn-id15', true)],
    rows('cn-id', false),
  ],
  ['resident-id', ['region', 'sex'], [...rows('cn-id', true), ...rows('cn-id15', true)], rows('cn-id', false)],
  ['uscc', undefined, rows('uscc', true), rows('uscc', false)],
  ['uscc', ['region'], rows('uscc', true), rows('uscc', false)],
  ['bank-card', undefined, ['6222021234567890128', '4716989580001715211', '6226050967750613'], rows('luhn', false)],
  ['mobile', undefined, ['13523333233', '19651751717'], ['12038389438', '1380']],
  ['mobile', [], ['13523333233', '19651751717'], ['12038389438', '1380']],
] as const;

describe('surrogates', () => {
  for (const [kind, keep, valid, invalid] of kinds) {
    for (const suite of suites) {
      it(`${kind} keeping ${keep === undefined ? 'the default' : keep.join(', ') || 'nothing'} (${suite}): valid for valid, one to one, and back`, () => {
        const masker = surrogate({ keys, kind, suite, ...(keep !== undefined && { keep }) });
        const known = valid.filter((value) => {
          // Region codes that no edition of the table lists have no number when the region is hidden.
          const [out] = texts(masker.apply(utf8([value])).column);
          return out !== null;
        });
        expect(known.length).toBeGreaterThanOrEqual(Math.min(2, valid.length));
        for (const [, column] of encodings) {
          const { column: sealed } = masker.apply(column([...known, null, ...known]));
          const out = texts(sealed);
          known.forEach((value, i) => {
            const text = out[i] as string;
            expect(validate(kind, text).valid, kind).toBe(true);
            expect(text).not.toBe(value);
            expect(text.length).toBe(value.length);
            expect(out[known.length + 1 + i]).toBe(text);
          });
          expect(new Set(out.slice(0, known.length)).size).toBe(new Set(known).size);
          expect(texts(masker.unmask?.(sealed).column as never)).toEqual([...known, null, ...known]);
        }
        const refused = masker.apply(utf8(invalid));
        expect(texts(refused.column).every((text) => text === null)).toBe(true);
        expect(refused.suppressed).toBe(invalid.length);
      });
    }
  }

  it('keeps what it is told to keep', () => {
    const ids = rows('cn-id', true);
    const out = texts(
      surrogate({ keys, kind: 'resident-id', keep: ['region', 'sex'] }).apply(utf8(ids)).column,
    ) as string[];
    ids.forEach((id, i) => {
      expect(out[i]?.slice(0, 6)).toBe(id.slice(0, 6));
      expect(Number(out[i]?.charAt(16)) % 2).toBe(Number(id.charAt(16)) % 2);
    });
  });

  it('property: injective, valid and reversible over random resident IDs', () => {
    const id = fc
      .tuple(
        fc.constantFrom('110101', '330102', '440305'),
        fc.integer({ min: 0, max: 45_000 }),
        fc.integer({ min: 0, max: 999 }),
      )
      .map(([region, day, order]) => {
        const date = new Date((day - 25_567) * 86_400_000).toISOString().slice(0, 10).replaceAll('-', '');
        const body = `${region}${date}${String(order).padStart(3, '0')}`;
        return body + mod11Check(body);
      });
    const masker = surrogate({ keys, kind: 'resident-id' });
    fc.assert(
      fc.property(fc.uniqueArray(id, { minLength: 1, maxLength: 40 }), (ids) => {
        const { column } = masker.apply(utf8(ids));
        const out = texts(column) as string[];
        expect(new Set(out).size).toBe(ids.length);
        for (const text of out) expect(validate('resident-id', text).valid).toBe(true);
        expect(texts(masker.unmask?.(column).column as never)).toEqual(ids);
      }),
      { numRuns: 20 },
    );
  });

  it('differs between scenarios and domains', () => {
    const id = ['44011320141005001X'];
    const one = texts(surrogate({ keys, kind: 'resident-id' }).apply(utf8(id)).column)[0];
    const two = texts(surrogate({ keys, kind: 'resident-id', domain: 'b' }).apply(utf8(id)).column)[0];
    expect(one).not.toBe(two);
  });

  it('refuses kinds and parts that it does not offer', () => {
    expect(() => surrogate({ keys, kind: 'email' })).toThrowError(expect.objectContaining({ code: 'SCRIM_ARGUMENT' }));
    expect(() => surrogate({ keys, kind: 'mobile', keep: ['city'] })).toThrowError(
      expect.objectContaining({ code: 'SCRIM_ARGUMENT' }),
    );
    expect(() => surrogate({ keys, kind: 'uscc', keep: [] })).toThrowError(
      expect.objectContaining({ code: 'SCRIM_ARGUMENT' }),
    );
  });
});

describe('ff1', () => {
  for (const suite of suites) {
    it(`keeps length and alphabet, refuses fewer than a million texts, and comes back (${suite})`, () => {
      const masker = ff1({ keys, suite });
      const values = ['13812345678', '000000', '12345', '', null, '1381234567a', '6222021234567890128'];
      for (const [, column] of encodings) {
        const { column: sealed, suppressed } = masker.apply(column(values));
        const out = texts(sealed);
        expect(suppressed).toBe(3);
        expect(out[0]).toMatch(/^\d{11}$/);
        expect(out[1]).toMatch(/^\d{6}$/);
        expect([out[2], out[3], out[4], out[5]]).toEqual([null, null, null, null]);
        expect(texts(masker.unmask?.(sealed).column as never)).toEqual(
          values.map((value, i) => ([2, 3, 5].includes(i) ? null : value)),
        );
      }
    });
  }

  it('takes other alphabets and refuses unusable ones', () => {
    const masker = ff1({ keys, alphabet: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789' });
    expect(texts(masker.apply(utf8(['E12345678'])).column)[0]).toMatch(/^[A-Z0-9]{9}$/);
    expect(() => ff1({ keys, alphabet: 'aa' })).toThrowError(expect.objectContaining({ code: 'SCRIM_ARGUMENT' }));
  });
});
