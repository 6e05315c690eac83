import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { graphemes } from '../../src/masking/graphemes.js';
import { constant, keep, nullify, redact } from '../../src/masking/index.js';
import type { Column } from '../../src/table/index.js';
import { dictionary, encodings, texts, utf8 } from './columns.js';

describe('keep-first/last', () => {
  for (const [name, column] of encodings) {
    it(`gives the customary forms on ${name} columns`, () => {
      // Customary forms: research note 3.2 after ShardingSphere (3****4) and GA practice (6********4).
      const mobile = keep({ first: 3, last: 4 }).apply(column(['13812345678', null, '13987654321']));
      expect(texts(mobile.column)).toEqual(['138****5678', null, '139****4321']);
      expect(mobile.suppressed).toBe(0);
      const id = keep({ first: 6, last: 4 }).apply(column(['11010519491231002X']));
      expect(texts(id.column)).toEqual(['110105********002X']);
    });

    it(`suppresses and counts what is too short, on ${name} columns`, () => {
      // maskdata 1.3.4 returns '1380' and a 7-character value under 6..4 unchanged; Hutool returns short cards and codes unchanged.
      const { column: out, suppressed } = keep({ first: 3, last: 4 }).apply(
        column(['1380', '', '1234567', '13812345678']),
      );
      expect(texts(out)).toEqual([null, null, null, '138****5678']);
      expect(suppressed).toBe(3);
      expect(new TextDecoder().decode(out.type === 'utf8' ? out.bytes : new Uint8Array())).not.toContain('1380');
    });

    it(`never cuts a character, on ${name} columns`, () => {
      const mask = keep({ first: 1, last: 0 });
      expect(texts(mask.apply(column(['𠮷野家', '👨‍👩‍👧x', 'e\u0301a', '買\u{E0100}取', '\r\nab'])).column)).toEqual([
        '𠮷**',
        '👨‍👩‍👧*',
        'e\u0301*',
        '買\u{E0100}*',
        '\r\n**',
      ]);
    });
  }

  it('counts suppressed rows, not distinct values', () => {
    expect(keep({ first: 1, last: 0 }).apply(dictionary(['张', '张', '李四'])).suppressed).toBe(2);
  });

  it('gives equal masked values one code', () => {
    const { column } = keep({ first: 1, fill: 2 }).apply(dictionary(['张三', '张四五', '李六']));
    expect(texts(column)).toEqual(['张**', '张**', '李**']);
    expect(column.type === 'dictionary' && column.dictionary.size).toBe(2);
  });

  it('holds to the stated shape', () => {
    const mask = keep({ first: 6, last: 4, length: [15, 18], characters: 'digits-x' });
    const { column } = mask.apply(
      utf8(['11010519491231002X', '110105194912310', '11010519491231O02X', '1101051949123100211']),
    );
    expect(texts(column)).toEqual(['110105********002X', '110105*****2310', null, null]);
  });

  it('hides at least a quarter unless told otherwise', () => {
    expect(texts(keep({ first: 3, last: 4 }).apply(utf8(['12345678'])).column)).toEqual([null]);
    expect(texts(keep({ first: 3, last: 4, minHidden: 1 }).apply(utf8(['12345678'])).column)).toEqual(['123*5678']);
  });

  it('property: kept parts are the ends, everything between is marked, both encodings agree', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(fc.string({ unit: 'grapheme', maxLength: 40 }), fc.string({ unit: 'binary', maxLength: 12 })),
        ),
        fc.nat(6),
        fc.nat(6),
        (raw, first, last) => {
          const values = raw.map((value) => new TextDecoder().decode(new TextEncoder().encode(value)));
          const mask = keep({ first, last });
          const out = texts(mask.apply(utf8(values)).column);
          expect(texts(mask.apply(dictionary(values)).column)).toEqual(out);
          const expected = values.map((value) => {
            const parts = graphemes(value);
            const hidden = parts.length - first - last;
            if (hidden < 1 || hidden * 4 < parts.length) return null;
            return parts.map((part, at) => (at < first || at >= parts.length - last ? part : '*')).join('');
          });
          expect(out).toEqual(expected);
        },
      ),
    );
  });

  it('property: values of one length and of many give what plain string code gives, wherever the column begins', () => {
    const letter = fc.constantFrom(...'0123456789Xx:/ \r', '张', 'é');
    const form = { any: /^/, digits: /^[0-9]+$/, 'digits-x': /^[0-9]*[0-9Xx]$/ } as const;
    fc.assert(
      fc.property(
        fc.record({
          length: fc.integer({ min: 1, max: 21 }),
          rows: fc.integer({ min: 1, max: 300 }),
          odd: fc.array(fc.tuple(fc.nat(39), fc.nat(20), letter), { maxLength: 2 }),
          other: fc.option(fc.string({ unit: 'grapheme-ascii', maxLength: 80 })),
          skip: fc.nat(3),
          nulls: fc.boolean(),
          buffer: fc.boolean(),
        }),
        fc.nat(6),
        fc.nat(6),
        fc.constantFrom('any', 'digits', 'digits-x'),
        ({ length, rows, odd, other, skip, nulls, buffer }, first, last, characters) => {
          const values: (string | null)[] = Array.from({ length: rows }, (_, i) =>
            Array.from({ length }, (_, j) => (7 * i + 3 * j) % 10).join(''),
          );
          for (const [row, at, text] of odd) {
            const value = values[row];
            if (typeof value === 'string') values[row] = value.slice(0, at) + text + value.slice(at + 1);
          }
          if (other !== null) values.push(other);
          if (nulls) values.push(null);
          const mask = keep({ first, last, characters, minHidden: 1 });
          const whole = utf8(['z'.repeat(skip), ...values]);
          if (whole.type !== 'utf8') throw new Error('utf8');
          // A part of a column: its offsets do not begin at 0.
          // Buffers, too: their slice() is a view, so a kernel that marks a slice would write into the input.
          const bytes = buffer ? Buffer.from(whole.bytes.buffer) : whole.bytes;
          const part = { ...utf8(values), offsets: whole.offsets.slice(1), bytes } as Column;
          const expected = values.map((value) => {
            const parts = value === null ? [] : graphemes(value);
            const hidden = parts.length - first - last;
            if (value === null || hidden < 1 || !form[characters].test(value)) return null;
            return parts.map((one, at) => (at < first || at >= parts.length - last ? one : '*')).join('');
          });
          const before = whole.bytes.slice();
          const { column, suppressed } = mask.apply(part);
          expect(texts(column)).toEqual(expected);
          expect(suppressed).toBe(values.filter((value, i) => value !== null && expected[i] === null).length);
          expect(whole.bytes).toEqual(before);
        },
      ),
      { numRuns: 400 },
    );
  });

  it('property: Han values of one length give what plain string code gives', () => {
    fc.assert(
      fc.property(
        fc.record({
          letters: fc.integer({ min: 1, max: 5 }),
          rows: fc.integer({ min: 1, max: 60 }),
          odd: fc.option(fc.tuple(fc.nat(59), fc.nat(4), fc.constantFrom('か', '한', '、', 'a', '𠮷', '\ue000'))),
          tail: fc.nat(5),
        }),
        fc.nat(3),
        fc.nat(3),
        ({ letters, rows, odd, tail }, first, last) => {
          const values = Array.from({ length: rows }, (_, i) =>
            Array.from({ length: letters }, (_, j) =>
              String.fromCharCode(0x4e00 + ((977 * i + 5003 * j) % 20_000)),
            ).join(''),
          );
          const value = odd === null ? undefined : values[odd[0]];
          if (odd !== null && value !== undefined)
            values[odd[0]] = value.slice(0, odd[1]) + odd[2] + value.slice(odd[1] + 1);
          const mask = keep({ first, last, minHidden: 1 });
          const whole = utf8([...values, 'x'.repeat(tail)]);
          if (whole.type !== 'utf8') throw new Error('utf8');
          const part = { ...whole, length: rows, offsets: whole.offsets.slice(0, rows + 1) };
          const expected = values.map((one) => {
            const parts = graphemes(one);
            const hidden = parts.length - first - last;
            if (hidden < 1) return null;
            return parts.map((text, at) => (at < first || at >= parts.length - last ? text : '*')).join('');
          });
          expect(texts(mask.apply(part).column)).toEqual(expected);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('refuses unusable options by code', () => {
    expect(() => keep({ first: -1 })).toThrowError(expect.objectContaining({ code: 'SCRIM_ARGUMENT' }));
    expect(() => keep({ minHidden: 0 })).toThrowError(expect.objectContaining({ code: 'SCRIM_ARGUMENT' }));
  });
});

describe('redact, constant, null', () => {
  it('keeps nulls unless told to replace them', () => {
    expect(texts(redact().apply(utf8(['a', null, ''])).column)).toEqual(['***', null, '***']);
    expect(texts(redact({ nulls: 'replace' }).apply(dictionary(['a', null])).column)).toEqual(['***', '***']);
    expect(texts(constant('已脱敏').apply(utf8(['a', null])).column)).toEqual(['已脱敏', null]);
    expect(texts(nullify().apply(utf8(['a', null])).column)).toEqual([null, null]);
  });

  it('marks unreadable cells as values', () => {
    const column = utf8([null, null, 'x']);
    const marked = { ...column, unreadable: Uint8Array.of(0b010) };
    expect(texts(redact().apply(marked).column)).toEqual([null, '***', '***']);
    expect(keep({ first: 0 }).apply(marked).suppressed).toBe(1);
  });
});
