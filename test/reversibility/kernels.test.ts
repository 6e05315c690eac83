/** The kernels of a review against plain JavaScript: index of texts, sketch, presence of tuples, null draws. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fold } from '../../src/reversibility/intake/fold.js';
import {
  codesInOrder,
  type PlainOrder,
  plainNumber,
  plainOrder,
} from '../../src/reversibility/intake/plain-numbers.js';
import { Postings } from '../../src/reversibility/intake/postings.js';
import { columnOfTexts, type Sheet, SheetColumn } from '../../src/reversibility/intake/sheet.js';
import { sortOrder } from '../../src/reversibility/intake/sort-order.js';
import { HashSketch, TextIndex } from '../../src/reversibility/intake/text-index.js';
import { textOrder } from '../../src/reversibility/intake/text-order.js';
import type { Step } from '../../src/reversibility/inverse.js';
import { FastRandom } from '../../src/reversibility/restoration/fast-random.js';
import { LeaveOneOut } from '../../src/reversibility/restoration/leave-one-out.js';
import { fitNullModel } from '../../src/reversibility/restoration/null-model.js';
import { Presence } from '../../src/reversibility/restoration/presence.js';
import { SeededRandom } from '../../src/testing/index.js';

const text = fc.oneof(fc.string({ maxLength: 4 }), fc.string({ unit: 'binary', maxLength: 400 }));

describe('index of texts', () => {
  it('gives the first code of every text and nothing else, as a Map does', () => {
    fc.assert(
      fc.property(fc.array(text), fc.array(text), (values, others) => {
        const index = new TextIndex(values);
        const map = new Map<string, number>();
        for (let code = values.length - 1; code >= 0; code--) map.set(values[code] as string, code);
        for (const asked of [...values, ...others]) {
          expect(index.get(asked)).toBe(map.get(asked));
          expect(index.has(asked)).toBe(map.has(asked));
        }
      }),
    );
  });

  it('the sketch never denies a text that was added', () => {
    fc.assert(
      fc.property(fc.array(text), (values) => {
        const index = new TextIndex(values);
        const sketch = new HashSketch(values.length);
        sketch.add(index.hashes());
        for (const hash of index.hashes()) expect(sketch.maybe(hash)).toBe(true);
      }),
    );
  });
});

describe('columns by the texts they hold', () => {
  it('counts as looking into every column does', () => {
    const texts = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', ''), { maxLength: 12 });
    fc.assert(
      fc.property(fc.array(texts, { minLength: 1, maxLength: 8 }), texts, (lists, asked) => {
        const columns = lists.map((list, i) => columnOfTexts(`c${i}`, list));
        const hits = new Postings(columns, (own) => own).hits(asked);
        columns.forEach((column, i) => {
          expect(hits[i]).toBe(asked.filter((own) => column.index.has(own)).length);
        });
      }),
    );
  });
});

describe('order of numbers', () => {
  it('is that of a stable comparison, beyond the size from which bits are sorted', () => {
    const number = fc.oneof(fc.double({ noNaN: true }), fc.integer({ min: -3, max: 3 }), fc.constantFrom(0, -0, 1e300));
    const lists = fc.oneof(fc.array(number, { maxLength: 50 }), fc.array(number, { minLength: 5000, maxLength: 5400 }));
    fc.assert(
      fc.property(lists, (list) => {
        const values = Float64Array.from(list);
        const positions = Int32Array.from(list, (_, i) => list.length - 1 - i);
        const order = [...sortOrder(values, positions)];
        const plain = [...positions]
          .map((position, i) => ({ position, i }))
          .sort((a, b) => {
            const x = values[a.position] as number;
            const y = values[b.position] as number;
            return x < y ? -1 : x > y ? 1 : a.i - b.i;
          })
          .map(({ position }) => position);
        expect(order).toEqual(plain);
      }),
      { numRuns: 30 },
    );
  });
});

describe('order of texts', () => {
  it('is that of a comparison, beyond the size from which first units are sorted', () => {
    const units = fc.string({ unit: fc.constantFrom('\0', 'a', 'b', '一', '\uffff'), maxLength: 6 });
    const head = fc.constantFrom('', 'ab', '2023-');
    const lists = fc.oneof(
      fc.tuple(head, fc.uniqueArray(units, { maxLength: 40 })),
      fc.tuple(head, fc.uniqueArray(units, { minLength: 700, maxLength: 900 })),
    );
    fc.assert(
      fc.property(lists, ([prefix, list]) => {
        const texts = list.map((text) => prefix + text);
        const order = textOrder(
          texts,
          Int32Array.from(texts, (_, i) => i),
        );
        expect([...order].map((i) => texts[i])).toEqual(texts.slice().sort());
      }),
      { numRuns: 20 },
    );
  });
});

describe('numbers in order', () => {
  const digits = fc.stringMatching(/^-?(0|[1-9][0-9]{0,3})(\.[0-9]{0,2}[1-9])?$/);

  it('gives each text the first equal one, as an index of texts does', () => {
    const list = fc.array(digits.map(fold), { maxLength: 60 });
    fc.assert(
      fc.property(list, list, (texts, others) => {
        const own = plainOrder(texts);
        const other = plainOrder(others);
        expect(own).not.toBeNull();
        const codes = codesInOrder(own as PlainOrder, other as PlainOrder, -2);
        expect([...codes]).toEqual(texts.map((text) => (others.includes(text) ? others.indexOf(text) : -2)));
      }),
    );
  });

  it('takes a text only where no other text is the same number', () => {
    const text = fc.oneof(digits, fc.stringMatching(/^[+-]?[0-9.e]{1,18}$/), fc.string({ maxLength: 3 }));
    fc.assert(
      fc.property(text, (own) => {
        const value = plainNumber(own);
        if (Number.isNaN(value)) return;
        expect(value).toBe(Number(own));
        // A double is written with an exponent below a millionth.
        expect(Math.abs(value) < 1e-6 && value !== 0 ? String(Number(own)) : own).toBe(String(value));
      }),
      { numRuns: 2000 },
    );
    for (const own of ['-0', '01', '1.0', '1.', '.5', '+1', '', '-', '1e3', '1234567890123456', 'NaN'])
      expect(plainNumber(own)).toBeNaN();
  });
});

describe('folding', () => {
  it('gives the same for a text with and without blanks around it: the quick way changes nothing', () => {
    const own = fc.oneof(
      fc.string({ maxLength: 30 }),
      fc.stringMatching(/^[0-9a-z.,+-]{1,28}$/),
      fc.stringMatching(/^-?[0-9]{1,20}(\.[0-9]{0,4})?(e[0-9]{1,2})?$/),
      fc.stringMatching(/^-?0{0,4}[05]?\.[0]{0,8}[0-9]{0,3}0{0,2}$/),
    );
    fc.assert(
      fc.property(own, (value) => {
        expect(fold(value)).toBe(fold(` ${value}\t`));
      }),
      { numRuns: 2000 },
    );
  });
});

function stepOf(column: number, cells: Int32Array): Step {
  return { column, cells } as unknown as Step;
}

describe('presence of product tuples in the source', () => {
  it('equals a count over joined texts', () => {
    const codes = fc.array(fc.tuple(fc.integer({ min: -1, max: 3 }), fc.integer({ min: -1, max: 2 })), {
      maxLength: 40,
    });
    const cells = fc.array(fc.tuple(fc.integer({ min: -2, max: 3 }), fc.integer({ min: -2, max: 2 })), {
      minLength: 1,
      maxLength: 40,
    });
    fc.assert(
      fc.property(codes, cells, (source, product) => {
        const column = (i: 0 | 1): SheetColumn =>
          new SheetColumn(
            `c${i}`,
            Int32Array.from(source, (row) => row[i]),
            ['a', 'b', 'c', 'd'],
          );
        const sheet: Sheet = {
          name: 's',
          rows: source.length,
          columns: [column(0), column(1)],
          personOf: null,
          persons: source.length,
        };
        const presence = new Presence(sheet, product.length);
        presence.add(
          stepOf(
            0,
            Int32Array.from(product, (row) => row[0]),
          ),
        );
        const share = presence.probe(
          stepOf(
            1,
            Int32Array.from(product, (row) => row[1]),
          ),
        );
        const known = new Set(source.map((row) => row.join()));
        const met = product.filter((row) => row[0] > -2 && row[1] > -2 && known.has(row.join())).length;
        expect(share).toBe(met / product.length);

        const steps = ([0, 1] as const).map((i) =>
          stepOf(
            i,
            Int32Array.from(product, (row) => row[i]),
          ),
        );
        const tuples = new LeaveOneOut(sheet, steps, product.length);
        expect(tuples.all()).toBe(share);
        for (const i of [0, 1] as const) {
          const values = new Set(source.map((row) => row[1 - i]));
          const rest = product.filter((row) => (row[1 - i] as number) > -2 && values.has(row[1 - i])).length;
          expect(tuples.without(steps[i] as Step, product.length)).toBe(rest / product.length);
        }
      }),
    );
  });
});

describe('null draws', () => {
  it('repeat for a seed, keep the shares of values, and meet no near-unique text', () => {
    const random = new SeededRandom('null');
    const rows = 4000;
    const sex = Array.from({ length: rows }, () => (random.below(4) === 0 ? 'm' : 'f'));
    const age = Array.from({ length: rows }, () => (20 + 0.1 * random.below(500)).toFixed(1));
    const id = Array.from({ length: rows }, (_, i) => `id-${i}-${random.below(1e9)}`);
    const columns = [columnOfTexts('sex', sex), columnOfTexts('age', age), columnOfTexts('id', id)];
    const sheet: Sheet = { name: 's', rows, columns, personOf: null, persons: rows };
    const model = fitNullModel(sheet);
    const draw = model.draw(rows, new SeededRandom('d'));
    expect(model.draw(rows, new SeededRandom('d'))).toEqual(draw);
    const males = (draw[0] as Int32Array).filter((code) => columns[0]?.values[code] === 'm').length;
    // Binomial(4000, 1/4): five standard deviations are 137 rows; false alarm below 1e-6.
    expect(Math.abs(males - sex.filter((own) => own === 'm').length)).toBeLessThan(200);
    // Every tenth between 20 and 70 occurs about eight times: nearly all draws meet a value.
    expect((draw[1] as Int32Array).filter((code) => code >= 0).length).toBeGreaterThan(0.9 * rows);
    expect((draw[2] as Int32Array).every((code) => code < 0)).toBe(true);
  });

  it('the generator is xoshiro128**: even bits, every value of a shuffle kept', () => {
    const random = new FastRandom(new SeededRandom('x'));
    const counts = new Float64Array(16);
    for (let i = 0; i < 160_000; i++) counts[random.uint32() >>> 28] = (counts[random.uint32() >>> 28] ?? 0) + 1;
    const values = Int32Array.from({ length: 1000 }, (_, i) => i);
    const shuffled = random.shuffle(values.slice());
    expect([...shuffled].sort((a, b) => a - b)).toEqual([...values]);
    expect([...shuffled]).not.toEqual([...values]);
    let sum = 0;
    for (let i = 0; i < 100_000; i++) sum += random.uniform();
    // Standard error 0.0009: five of them.
    expect(Math.abs(sum / 100_000 - 0.5)).toBeLessThan(0.0046);
    expect(random.below(7)).toBeLessThan(7);
    expect(counts.every((count) => count > 0)).toBe(true);
  });
});
