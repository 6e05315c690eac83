/**
 * The required test: every mask on every length from 0 to 40, odd characters, surrogate pairs, and the malformed values on
 * which Hutool's DesensitizedUtil and maskdata 1.3.4 return the raw value.
 */
import { describe, expect, it } from 'vitest';
import { KeyRing } from '../../src/crypto/index.js';
import {
  bucket,
  constant,
  dateTruncate,
  encrypt,
  fake,
  fakeKinds,
  hash,
  json,
  keep,
  keepParts,
  keepRange,
  type Masker,
  nullify,
  randomToken,
  redact,
  round,
  token,
} from '../../src/masking/index.js';
import { encodings, texts } from './columns.js';

const keys = (await KeyRing.create()).scenario({ tenant: 't', environment: 'test', scenario: 's' });

const units = [
  '7',
  'a',
  'Z',
  '张',
  '𠮷',
  'é',
  'e\u0301',
  '👨‍👩‍👧',
  '🇨🇳',
  '\u200b',
  ' ',
  '\t',
  '\n',
  '\r\n',
  '\u0000',
  '１',
  '-',
  '@',
  '.',
  '*',
  '"',
  ',',
];
const lengths = Array.from({ length: 41 }, (_, length) => length);
const swept = units.flatMap((unit) => lengths.map((length) => unit.repeat(length)));
const mixed = lengths.map((length) =>
  Array.from({ length }, (_, i) => units[(i * 7 + length) % units.length]).join(''),
);
const digits = lengths.map((length) => Array.from({ length }, (_, i) => String((i * 3 + 1) % 10)).join(''));

/** Values that the named functions return unchanged (their source read, or run). */
const malformed = [
  '1380', // maskdata.maskPhone
  '1234567', // maskdata 6..4 on seven characters
  '123456', // maskdata.maskCard on six digits
  'a@b.cn', // Hutool email: one character before the @
  '12345678', // Hutool bankCard: below nine digits
  '京A1234', // Hutool carLicense: neither 7 nor 8 with this form
  '91350', // Hutool creditCode: length 5 to 8, hide(start >= end)
  '91350211',
  '张', // one-character name
  '1',
  '12',
  '',
  ' ',
  '无',
  '不详',
  'NULL',
  'N/A',
  '-',
];
const values = [...new Set([...swept, ...mixed, ...digits, ...malformed])];

const keeps: readonly (readonly [string, Masker])[] = [
  ['keep 3+4', keep({ first: 3, last: 4 })],
  ['keep 6+4', keep({ first: 6, last: 4 })],
  ['keep 1+0', keep({ first: 1 })],
  ['keep 0+1', keep({ last: 1 })],
  ['keep 1+0 fill 2', keep({ first: 1, fill: 2, mark: '#' })],
  ['keep-range 4-7', keepRange({ hide: [4, 7] })],
  ['keep mobile', keep({ kind: 'mobile' })],
  ['keep resident-id', keep({ kind: 'resident-id' })],
  ['keep bank-card', keep({ kind: 'bank-card' })],
  ['keep uscc', keep({ kind: 'uscc' })],
  ['keep passport', keep({ kind: 'passport' })],
  ['keep plate', keep({ kind: 'plate' })],
  ['keep email', keepParts({ kind: 'email' })],
  ['keep ip', keepParts({ kind: 'ip' })],
  ['keep address', keepParts({ kind: 'address' })],
];
const others: readonly (readonly [string, Masker])[] = [
  ['redact', redact()],
  ['constant', constant('已脱敏')],
  ['nullify', nullify()],
  ['token', token({ keys })],
  ['token gm', token({ keys, suite: 'gm' })],
  ['hash', hash({ keys })],
  ['encrypt', encrypt({ keys })],
  ['encrypt gm', encrypt({ keys, suite: 'gm' })],
  ['random-token', randomToken()],
  ['round', round({ to: 100 })],
  ['bucket', bucket({ width: 10 })],
  ['date-truncate', dateTruncate({ to: 'year' })],
  ['json', json([{ path: '$.a', masker: redact() }])],
  ...fakeKinds.map((kind) => [`fake ${kind}`, fake({ keys, kind })] as const),
];

/** A value may come out equal only when nothing of it was there to hide: all hidden characters were marks already. */
const onlyMarks = (value: string): boolean => value.includes('*') || value.includes('#');
/** Numbers that are multiples of the rounding unit, or a year that is a year, are allowed to be themselves. */
const harmless = (name: string, value: string): boolean => name === 'round' && Number(value) % 100 === 0;

describe('no masker ever returns a value it cannot mask', () => {
  for (const [name, masker] of [...keeps, ...others]) {
    it(name, () => {
      for (const [encoding, column] of encodings) {
        const { column: out, suppressed } = masker.apply(column(values));
        const masked = texts(out);
        let none = 0;
        const broken: number[] = [];
        const unchanged: number[] = [];
        values.forEach((value, i) => {
          const text = masked[i] ?? null;
          if (text === null) none++;
          else {
            if (/\p{Surrogate}/u.test(text)) broken.push(i);
            if (text === value && !onlyMarks(value) && !harmless(name, value)) unchanged.push(i);
          }
        });
        expect({ encoding, broken, unchanged }).toEqual({ encoding, broken: [], unchanged: [] });
        if (name !== 'nullify') expect(suppressed).toBe(none);
      }
    });
  }

  it('keep masks hide at least one whole character of every value they release', () => {
    for (const [, masker] of keeps) {
      const masked = texts(masker.apply(encodings[0]?.[1](values) as never).column);
      const shown = values.filter((value, i) => {
        const text = masked[i] ?? null;
        if (text === null || onlyMarks(value)) return false;
        return !/[*#]/.test(text) || text.replace(/[*#]/g, '').length >= value.length;
      });
      expect(shown).toEqual([]);
    }
  });

  it('suppresses the malformed values of Hutool and maskdata under the mask of their kind', () => {
    const at = (masker: Masker, value: string): string | null =>
      texts(masker.apply(encodings[0]?.[1]([value]) as never).column)[0] as string | null;
    expect(at(keep({ kind: 'mobile' }), '1380')).toBeNull();
    expect(at(keep({ kind: 'bank-card' }), '123456')).toBeNull();
    expect(at(keep({ kind: 'bank-card' }), '12345678')).toBeNull();
    expect(at(keep({ kind: 'uscc' }), '91350')).toBeNull();
    expect(at(keep({ kind: 'plate' }), '京A1234')).toBeNull();
    expect(at(keep({ first: 1 }), '张')).toBeNull();
    expect(at(keepParts({ kind: 'email' }), 'a@b.cn')).toBe('***@b.cn');
    expect(at(keep({ first: 6, last: 4 }), '1234567')).toBeNull();
    expect(at(keep({ first: 1 }), '𠮷野家')).toBe('𠮷**');
  });
});
