/** What turns guesses of keys, joins and dates away early turns away none that the whole look takes. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columnOfResults, type Figures, pairTexts } from '../../src/reversibility/attack/columns/joined-cells.js';
import { JOINS } from '../../src/reversibility/attack/columns/joins.js';
import { type Place, pieceOf } from '../../src/reversibility/attack/columns/segments.js';
import { windowOf } from '../../src/reversibility/attack/text/crib-windows.js';
import { type Cribs, cribOf } from '../../src/reversibility/attack/text/cribs.js';
import { type Group, outcomeOf, WindowTrial } from '../../src/reversibility/attack/text/key-trials.js';
import { columnOfTexts, type SheetColumn, sheetOf } from '../../src/reversibility/intake/sheet.js';
import { HashSketch, hashText, hashTexts } from '../../src/reversibility/intake/text-index.js';
import { type Derived, identities } from '../../src/reversibility/inverse.js';
import { recodings } from '../../src/reversibility/safe-form/read-labels.js';
import { tableFromColumns } from '../../src/table/index.js';
import { SeededRandom } from '../../src/testing/index.js';

const digits: Group = {
  name: 'digits',
  solve: (product, source) => (product - source + 10) % 10,
  undo: (product, key) => 48 + ((product - 48 - key + 10) % 10),
};

const textAt = ({ units, length }: Cribs, at: number): string =>
  String.fromCharCode(...units.subarray(length * at, length * (at + 1)));

describe('a key between two texts', () => {
  const random = new SeededRandom('cribs');
  const texts = Array.from({ length: 1500 }, () => String(100_000 + random.below(900_000)));
  const crib = cribOf(columnOfTexts('c', texts), false);
  const cribs = crib.byLength.get(6) as NonNullable<ReturnType<typeof crib.byLength.get>>;
  const undone = (own: string, source: string, probe: string): string =>
    [...probe]
      .map((char, i) =>
        String.fromCharCode(
          digits.undo(char.charCodeAt(0), digits.solve(own.charCodeAt(i % 6), source.charCodeAt(i % 6))),
        ),
      )
      .join('');

  it('is tried further wherever it sends a probe into the source', () => {
    const number = fc.stringMatching(/^\d{6}$/);
    const probe = fc.oneof(number, fc.stringMatching(/^\d{3,9}$/));
    fc.assert(
      fc.property(number, probe, probe, fc.nat(texts.length - 1), (own, one, other, at) => {
        const outcome = outcomeOf(digits, own, [one, other], crib, cribs);
        const source = textAt(cribs, at);
        const hit = [one, other].some((text) => crib.all.has(undone(own, source, text)));
        if (hit) expect(outcome?.may(cribs.units, 6 * at)).toBe(true);
      }),
    );
    // The true key, and a key that sends both probes nowhere.
    const moved = (text: string): string => [...text].map((d, i) => String((Number(d) + i + 1) % 10)).join('');
    const [a, b, c] = texts as [string, string, string];
    const outcome = outcomeOf(digits, moved(a), [moved(b), moved(c)], crib, cribs);
    expect(outcome?.may(cribs.units, 0)).toBe(true);
    expect(texts.filter((_, at) => outcome?.may(cribs.units, 6 * at)).length).toBeLessThan(60);
  });

  it('is tried further wherever what stands at a few places is sent into the source often enough', () => {
    // 3,000 numbers that differ by their dates and little else, and some that are too short to hold one.
    const dated = Array.from({ length: 3000 }, (_, i) => {
      const day = new Date(86_400_000 * (18_000 + random.below(500))).toISOString().slice(0, 10).replaceAll('-', '');
      return i % 50 === 0 ? `3301${i}` : `3301${day}0${100 + random.below(900)}`;
    });
    const held = cribOf(columnOfTexts('dated', dated), false);
    const long = held.byLength.get(16) as typeof cribs;
    const window = windowOf(held, long) as NonNullable<ReturnType<typeof windowOf>>;
    expect([window.at >= 4 && window.at + window.size <= 12, window.numbers?.length]).toEqual([true, long.count]);
    const key = Array.from({ length: 16 }, () => random.below(10));
    const moved = (text: string): string =>
      [...text].map((d, i) => String((Number(d) + (key[i] as number)) % 10)).join('');
    const place = (text: number): number => 16 * text + window.at;
    const starts = [7, 200, 2000].map((at) => textAt(long, at));
    const probes = [3, 50, 100, 999, 1500, 2500, 2600].map((at) => moved(textAt(long, at)));
    for (const [i, at] of [7, 200, 2000].entries()) {
      const start = moved(starts[i] as string);
      expect(new WindowTrial(digits, start, probes, held, window, 3).may(long.units, place(at))).toBe(true);
      // Of others' numbers beside them enough must be sent into the source, one of the first two among them.
      const others = probes.map((probe, which) => (which % 2 === 0 ? probe : moved('9'.repeat(16))));
      expect(new WindowTrial(digits, start, others, held, window, 4).may(long.units, place(at))).toBe(true);
      expect(new WindowTrial(digits, start, others, held, window, 5).may(long.units, place(at))).toBe(false);
      expect(
        new WindowTrial(digits, start, others.slice(1, 2).concat(others[1] as string), held, window, 1).may(
          long.units,
          place(at),
        ),
      ).toBe(false);
      // What is too short for the window may be anything.
      expect(new WindowTrial(digits, start, ['330', '12'], held, window, 2).may(long.units, place(at))).toBe(true);
      const trial = new WindowTrial(digits, start, probes, held, window, 3);
      const may = Array.from({ length: long.count }, (_, text) => trial.may(long.units, place(text)));
      expect(may.filter(Boolean).length).toBeLessThan(0.4 * long.count);
      // Texts that are alike there share a number and an answer.
      may.forEach((own, text) =>
        expect(own).toBe(may[window.numbers?.indexOf(window.numbers[text] as number) as number]),
      );
    }
  });

  it('is not tabled for few texts, or where not all of a text is hashed', () => {
    expect(outcomeOf(digits, '123456', ['1'.repeat(400)], crib, cribs)).toBeNull();
    expect(outcomeOf(digits, '123456', ['654321'], crib, { ...cribs, count: 9 })).toBeNull();
    expect(outcomeOf(digits, '123456', ['654321'], crib, { ...cribs, ascii: false })).toBeNull();
  });
});

describe('a sketch of hashes', () => {
  it('says no falsely never, yes falsely once in a hundred', () => {
    const texts = Array.from({ length: 3000 }, (_, i) => `in ${i}`);
    const sketch = new HashSketch(texts.length);
    sketch.add(hashTexts(texts));
    expect(texts.every((text) => sketch.maybe(hashText(text)))).toBe(true);
    const others = Array.from({ length: 20_000 }, (_, i) => `out ${i}`);
    expect(others.filter((text) => sketch.maybe(hashText(text))).length).toBeLessThan(0.015 * others.length);
  });
});

describe('joins made of what cells stand for', () => {
  const random = new SeededRandom('joins');
  const dates = Array.from({ length: 300 }, (_, i) =>
    i % 17 === 0
      ? 'none'
      : i % 5 === 0
        ? `2${i % 9}/0${1 + (i % 9)}/1999`
        : `19${50 + random.below(40)}-0${1 + random.below(9)}-1${random.below(10)}`,
  );
  const numbers = Array.from({ length: 300 }, (_, i) =>
    i % 13 === 0 ? null : i % 19 === 0 ? 'x' : String(random.below(40) - 20),
  );

  it.each(JOINS.filter(({ figures }) => figures !== undefined).map((join) => [join.name, join] as const))(
    '%s: the texts that cell by cell gives',
    (name, { join, figures }) => {
      const left = columnOfTexts('a', name.startsWith('date') ? dates : numbers);
      const right = columnOfTexts('b', [...numbers].reverse());
      const plain = columnOfTexts('c', pairTexts(left, right, join));
      const quick = columnOfResults('c', left, right, figures as Figures);
      expect(quick.values).toEqual(plain.values);
      expect(Array.from(quick.codes)).toEqual(Array.from(plain.codes));
      expect(quick.distinct).toBeGreaterThan(name === 'xor' ? 5 : 20);
    },
  );
});

describe('pieces of texts', () => {
  const places: readonly (readonly [string, Place])[] = [
    ['from the beginning', () => [2, 5]],
    ['from the end', (size) => [size - 5, size - 2]],
    ['without a beginning', (size) => [3, size]],
    ['without an end', () => [0, -3]],
  ];

  it.each(places)('%s, of texts as bytes and as strings alike', (_, place) => {
    const random = new SeededRandom('pieces');
    const texts = Array.from({ length: 500 }, () => String(random.below(10 ** (1 + random.below(9)))));
    const asBytes = sheetOf(tableFromColumns({ c: texts }), 's').columns[0] as SheetColumn;
    const asStrings = columnOfTexts('c', texts);
    const [bytes, strings] = [asBytes, asStrings].map((column) => {
      const { codes, values } = pieceOf(identities([column])[0] as Derived, 'f', place).column;
      return Array.from(codes, (code) => values[code]);
    });
    expect(asBytes.packed).not.toBeNull();
    expect(asStrings.packed).toBeNull();
    expect(bytes).toEqual(strings);
    expect(new Set(bytes).size).toBeGreaterThan(50);
  });
});

describe('labels beside dates', () => {
  const days = Array.from({ length: 900 }, (_, i) => new Date(86_400_000 * (i * 7 + 4000)).toISOString().slice(0, 10));
  const sheet = (texts: readonly string[]) => ({
    name: 's',
    rows: texts.length,
    columns: [columnOfTexts('d', texts)],
    personOf: null,
    persons: texts.length,
  });
  const how = (labels: readonly string[]): string[] =>
    recodings(sheet(labels), 0, sheet(days), 0).map((found) => found.how);

  it('are read where all but a tenth are parts of dates, and not where fewer are', () => {
    const years = days.map((day) => day.slice(0, 4));
    expect(how(years)).toContain('year');
    expect(how(years.map((year, i) => (i % 12 === 0 ? 'other' : year)))).toContain('year');
    expect(how(years.map((year, i) => (i % 3 === 0 ? 'none of them' : year)))).not.toContain('year');
  });
});
