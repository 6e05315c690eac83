/** Texts as bytes answer as lists of strings do: numbers, dates, hashes, orders, parts, columns below one another, digests. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { datesOf, numbersOf } from '../../src/reversibility/intake/figures-of-texts.js';
import { contentDigest } from '../../src/reversibility/intake/inputs.js';
import { forgetTexts, PackedTexts } from '../../src/reversibility/intake/packed-texts.js';
import { internPieces, oneBelowTheOther, splitPacked } from '../../src/reversibility/intake/pieces.js';
import { columnOfTexts, SheetColumn, sheetOf } from '../../src/reversibility/intake/sheet.js';
import { hashTexts, TextIndex } from '../../src/reversibility/intake/text-index.js';
import { placesOf, textOrder } from '../../src/reversibility/intake/text-order.js';
import { parseDate, parseNumber, tableFromColumns } from '../../src/table/index.js';

function packed(texts: readonly string[]): PackedTexts {
  const encoded = texts.map((text) => new TextEncoder().encode(text));
  const bytes = new Uint8Array(encoded.reduce((sum, own) => sum + own.length, 3));
  const starts = new Uint32Array(texts.length);
  const ends = new Uint32Array(texts.length);
  let at = 3;
  encoded.forEach((own, i) => {
    bytes.set(own, at);
    starts[i] = at;
    at += own.length;
    ends[i] = at;
  });
  return new PackedTexts(starts, ends, bytes);
}

const WORDS = [
  '12',
  '-0',
  '.5',
  '5.',
  '+7',
  '1e3',
  ' 12 ',
  '0012',
  '123456789012345',
  '1234567890123456',
  '-',
  '.',
  '',
];
const figure = fc.oneof(
  fc.constantFrom(...WORDS, '2024-03-01', '20240301', ' 2024/3/1 10:00', '2024年3月1日', '1.2.3', '９'),
  fc.double().map(String),
  fc.string({ unit: fc.constantFrom(...'0123456789.-e ') }),
);
const texts = fc.uniqueArray(fc.oneof(figure, fc.string({ unit: 'grapheme' })), { minLength: 1, maxLength: 60 });

test('numbers and dates', () => {
  const parsed = (parse: (text: string) => number) => (text: string) =>
    text.length > 40 || (text.length > 15 && /^\s*[+-]?\d{16,}/.test(text)) ? Number.NaN : parse(text);
  fc.assert(
    fc.property(texts, (list) => {
      for (const own of [list, packed(list)]) {
        expect([...numbersOf(own)]).toEqual(list.map(parsed(parseNumber)));
        expect([...datesOf(own)]).toEqual(list.map(parsed(parseDate)));
      }
      const column = new SheetColumn(
        'c',
        Int32Array.from(list, (_, i) => i),
        packed(list),
      );
      const plain = new SheetColumn('c', column.codes, list);
      expect([column.isNumeric, column.isDate]).toEqual([plain.isNumeric, plain.isDate]);
    }),
  );
});

test('hashes, index, single texts and lists', () => {
  fc.assert(
    fc.property(texts, texts, (list, others) => {
      const own = packed(list);
      expect(hashTexts(own)).toEqual(hashTexts(list));
      expect(list.map((_, code) => own.at(code))).toEqual(list);
      expect(own.list()).toEqual(list);
      const index = new TextIndex(own);
      const plain = new TextIndex(list);
      for (const text of [...list, ...others]) expect(index.get(text)).toBe(plain.get(text));
      expect(index.codesOf(packed(others), hashTexts(others), -2)).toEqual(
        plain.codesOf(others, hashTexts(others), -2),
      );
    }),
  );
});

test('order, and places in it without sorting', () => {
  fc.assert(
    fc.property(texts, fc.nat(), (list, seed) => {
      const positions = Int32Array.from(list, (_, i) => i);
      const asked = Array.from({ length: 5 }, (_, i) => (seed + 7 * i) % list.length);
      const order = textOrder(list, positions);
      expect([...order].map((at) => list[at])).toEqual([...list].sort((a, b) => (a < b ? -1 : 1)));
      for (const own of [list, packed(list)]) {
        expect(textOrder(own, positions)).toEqual(order);
        expect([...placesOf(own, positions, asked)]).toEqual(asked.map((at) => order.indexOf(at)));
      }
    }),
  );
});

test('parts between delimiters', () => {
  const ascii = fc.uniqueArray(fc.string({ unit: fc.constantFrom(...'ab= \t') }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(ascii, fc.integer({ min: 2, max: 3 }), (list, parts) => {
      const found = splitPacked(packed(list), '=', parts);
      for (let part = 0; part < parts; part++) {
        const pieces = list.map((text) =>
          text.split('=').length === parts ? (text.split('=')[part] ?? '').trim() : null,
        );
        const model = columnOfTexts('part', pieces);
        expect(found?.[part]?.codes).toEqual(model.codes);
        expect(found?.[part]?.texts.list()).toEqual(model.values);
      }
    }),
  );
  expect(splitPacked(packed(['甲=1']), '=', 2)).toBeNull();
});

test('cut at both ends', () => {
  const own = packed(['xab=', 'xb=', 'xcc=']);
  expect(own.cut(1, 1)?.list()).toEqual(['ab', 'b', 'cc']);
  expect(own.cut(1, 1)?.different).toBe(true);
  expect(own.cut(2, 0)?.different).toBe(false);
  expect(own.cut(2, 1)).toBeNull();
  expect(packed(['甲乙', '甲丙']).cut(1, 0)).toBeNull();
});

test('columns one below the other', () => {
  fc.assert(
    fc.property(texts, texts, (list, others) => {
      const columns = [list, others].map((own) => ({
        codes: Int32Array.from(own, (_, i) => (i % 5 === 4 ? -1 : i)),
        packed: packed(own),
      }));
      const cells = [list, others].flatMap((own) => own.map((text, i) => (i % 5 === 4 ? null : text)));
      const model = columnOfTexts('c', cells);
      const found = oneBelowTheOther(columns);
      expect(found?.codes).toEqual(model.codes);
      expect(found?.texts.list()).toEqual(model.values);
    }),
  );
});

test('digest of a table: of its bytes as of its strings', () => {
  const long = 'ß'.repeat(600_000);
  const sheet = sheetOf(tableFromColumns({ a: ['甲', '𠮷b', long, '1'], b: ['x', null, 'x', 'long enough'] }), 't');
  const plain = {
    ...sheet,
    columns: sheet.columns.map(({ name, codes, values }) => new SheetColumn(name, codes, values)),
  };
  expect(sheet.columns[0]?.packed).not.toBeNull();
  expect(contentDigest(sheet)).toEqual(contentDigest(plain));
});

test('a list that was let go is made again', () => {
  const list = Array.from({ length: 70_000 }, (_, i) => `v${i}`);
  const own = packed(list);
  const first = own.list();
  forgetTexts();
  expect(own.list()).not.toBe(first);
  expect(own.list()).toEqual(list);
});

test('pieces are coded by first occurrence, whether they are digits of one length or not', () => {
  const some = fc.oneof(
    fc.integer({ min: 1, max: 3 }).chain((length) => fc.array(fc.stringMatching(new RegExp(`^\\d{${length}}$`)))),
    fc.array(fc.oneof(fc.stringMatching(/^\d{1,3}$/), fc.stringMatching(/^[a-c]{0,2}$/))),
  );
  fc.assert(
    fc.property(some, (pieces) => {
      const bytes = new TextEncoder().encode(pieces.join(''));
      const ends = new Uint32Array(pieces.length);
      let end = 0;
      for (const [i, piece] of pieces.entries()) ends[i] = end += piece.length;
      const starts = ends.map((own, i) => own - (pieces[i] as string).length);
      const { codes, texts } = internPieces(bytes, starts, ends, true);
      const different = [...new Set(pieces)];
      expect(Array.from({ length: texts.size }, (_, code) => texts.at(code))).toEqual(different);
      expect([...codes]).toEqual(pieces.map((piece) => different.indexOf(piece)));
    }),
    { numRuns: 300 },
  );
});
