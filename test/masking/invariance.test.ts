/** Every deterministic masker gives the same cells whatever the encoding of the column and wherever its batches are cut. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeyRing } from '../../src/crypto/index.js';
import { luhnCheck, mod11Check } from '../../src/identifiers/index.js';
import {
  bucket,
  clamp,
  constant,
  dateTruncate,
  encrypt,
  fake,
  ff1,
  hash,
  json,
  keep,
  keepParts,
  keepRange,
  type Masker,
  nullify,
  redact,
  round,
  surrogate,
  text,
  token,
} from '../../src/masking/index.js';
import { dictionary, texts, utf8 } from './columns.js';

const keys = (await KeyRing.create()).scenario({ tenant: 't', environment: 'test', scenario: 's' });

const maskers: readonly (readonly [name: string, masker: Masker])[] = [
  ['keep', keep({ first: 3, last: 4 })],
  ['keep, kind', keep({ kind: 'resident-id', first: 6, last: 4 })],
  ['keep, fill', keep({ first: 1, fill: 2, mark: '＊' })],
  ['keep-range', keepRange({ hide: [4, 9] })],
  ['keep, e-mail', keepParts({ kind: 'email' })],
  ['keep, address', keepParts({ kind: 'address' })],
  ['redact', redact()],
  ['constant', constant('x', { nulls: 'replace' })],
  ['nullify', nullify()],
  ['round', round({ to: 10 })],
  ['bucket', bucket({ width: 5 })],
  ['clamp', clamp({ above: 10 })],
  ['date-truncate', dateTruncate({ to: 'year' })],
  ['text', text()],
  ['json', json([{ path: '$.a', masker: redact() }])],
  ...(['intl', 'gm'] as const).flatMap((suite): [string, Masker][] => [
    [`token ${suite}`, token({ keys, suite })],
    [`token cmac ${suite}`, token({ keys, suite, mac: 'cmac' })],
    [`hash ${suite}`, hash({ keys, suite })],
    [`encrypt ${suite}`, encrypt({ keys, suite })],
    [`ff1 ${suite}`, ff1({ keys, suite })],
    [`surrogate ${suite}`, surrogate({ keys, suite, kind: 'resident-id' })],
    [`surrogate card ${suite}`, surrogate({ keys, suite, kind: 'bank-card' })],
    [`fake ${suite}`, fake({ keys, suite, kind: 'person-name' })],
  ]),
];

const digits = (length: number): fc.Arbitrary<string> =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length }).map((list) => list.join(''));
const cell = fc.oneof(
  fc.constant(null),
  fc.constantFrom(
    '',
    '张三',
    '欧阳娜娜',
    'a@example.com',
    '浙江省杭州市西湖区文三路1号',
    '{"a":1,"b":[2]}',
    '1990-02-03',
    '-7.25',
  ),
  digits(11).map((text) => `13${text.slice(2)}`),
  digits(15).map((body) => body + luhnCheck(body)),
  digits(3).map((order) => {
    const body = `11010519491231${order}`;
    return body + mod11Check(body);
  }),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
);

describe('the same cells in every encoding and batch', () => {
  it.each(maskers)('%s', (_, masker) => {
    fc.assert(
      fc.property(fc.array(cell, { maxLength: 24 }), fc.nat(24), (given, cut) => {
        const values = given.map((value) =>
          value === null ? null : new TextDecoder().decode(new TextEncoder().encode(value)),
        );
        const whole = masker.apply(utf8(values));
        const coded = masker.apply(dictionary(values));
        expect(texts(coded.column)).toEqual(texts(whole.column));
        expect(coded.suppressed).toBe(whole.suppressed);
        const parts = [values.slice(0, cut), values.slice(cut)].map((part) => masker.apply(utf8(part)));
        expect(parts.flatMap(({ column }) => texts(column))).toEqual(texts(whole.column));
        expect(parts.reduce((sum, { suppressed }) => sum + suppressed, 0)).toBe(whole.suppressed);
        // What it refused is counted: no cell is lost without a trace.
        const lost = values.filter((value, i) => value !== null && texts(whole.column)[i] === null).length;
        if (masker.name !== 'nullify') expect(whole.suppressed).toBe(lost);
      }),
      { numRuns: 40 },
    );
  });
});
