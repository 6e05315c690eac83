/** What is turned away early is what the whole computation would turn away: leverages, bends, digests held together. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maybeGb18030, maybeUtf16 } from '../../src/reversibility/attack/decoding/code-pages.js';
import { groupsOf, probesOf } from '../../src/reversibility/attack/digests/digest-group.js';
import { BENDS, bendColumn, bentNumbers } from '../../src/reversibility/attack/linear/bent-columns.js';
import type { Cloud } from '../../src/reversibility/attack/linear/cloud.js';
import { type Design, designOf, orthogonal } from '../../src/reversibility/attack/linear/design.js';
import { leveragesDiffer } from '../../src/reversibility/attack/linear/leverages.js';
import { tieMixed } from '../../src/reversibility/attack/linear/mixing.js';
import { review } from '../../src/reversibility/index.js';
import { Lookup } from '../../src/reversibility/intake/lookup.js';
import { columnOfTexts, type SheetColumn } from '../../src/reversibility/intake/sheet.js';
import { tableFromColumns } from '../../src/table/index.js';
import { SeededRandom } from '../../src/testing/index.js';

function numbers(seed: string, rows: number, shapes: readonly number[]): SheetColumn[] {
  const random = new SeededRandom(seed);
  return shapes.map((shape, i) =>
    columnOfTexts(
      `c${i}`,
      Array.from({ length: rows }, () => (100 * random.uniform() ** shape).toFixed(4)),
    ),
  );
}

/** Sums of columns with random weights, written with many digits. */
function mixes(columns: readonly SheetColumn[], seed: string): SheetColumn[] {
  const random = new SeededRandom(seed);
  return columns.map((_, i) => {
    const weights = columns.map(() => random.uniform() - 0.5);
    return columnOfTexts(
      `m${i}`,
      Array.from({ length: columns[0]?.rows ?? 0 }, (__, row) =>
        String(
          columns.reduce(
            (sum, column, j) => sum + (weights[j] as number) * (column.numbers[column.codes[row] as number] as number),
            0,
          ),
        ),
      ),
    );
  });
}

function cloudOf({ rows, width, values }: Design): Cloud {
  const points = new Float64Array(rows * (width - 1));
  for (let row = 0; row < rows; row++)
    for (let a = 1; a < width; a++) points[row * (width - 1) + a - 1] = values[row * width + a] as number;
  return { width: width - 1, rows, points, rowOf: Int32Array.from({ length: rows }, (_, i) => i) };
}

const never = (): boolean => false;

describe('leverages before anything is made orthogonal (linear.md)', () => {
  const shapes = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 3, maxLength: 6 });

  it('never turns a mix away from the columns that were mixed', () => {
    fc.assert(
      fc.property(fc.string(), shapes, (seed, own) => {
        const columns = numbers(seed, 150, own);
        const mixed = cloudOf(orthogonal(designOf(mixes(columns, `${seed}/weights`), 150), true));
        expect(leveragesDiffer(mixed, designOf([...columns].reverse(), 150))).toBe(false);
      }),
      { numRuns: 15 },
    );
  });

  it('turns away only what leverage could not tie', () => {
    let away = 0;
    fc.assert(
      fc.property(fc.string(), shapes, shapes, (seed, own, other) => {
        const mixed = cloudOf(orthogonal(designOf(numbers(seed, 150, own), 150)));
        const design = designOf(numbers(`${seed}/other`, 150, other), 150);
        if (!leveragesDiffer(mixed, design)) return;
        away++;
        expect(tieMixed(mixed, cloudOf(orthogonal(design)), never, false)).toBeNull();
      }),
      { numRuns: 40 },
    );
    expect(away).toBeGreaterThan(10);
  });

  it('says nothing of columns that depend on one another', () => {
    const columns = numbers('dependent', 100, [1, 2, 3]);
    const mixed = cloudOf(orthogonal(designOf(columns, 100)));
    const same = columns[0] as SheetColumn;
    expect(leveragesDiffer(mixed, designOf([...columns, same], 100))).toBe(false);
  });
});

describe('bends without texts', () => {
  it('are the numbers that the texts would be read as', () => {
    const cell = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
      fc.integer().map(String),
      fc.constantFrom('0', '-1', 'x', '1e15', '123456789012345', '5e-7', '007', '.5', '12.50'),
    );
    fc.assert(
      fc.property(fc.array(cell, { minLength: 4, maxLength: 40 }), fc.constantFrom(...BENDS), (texts, bend) => {
        const column = columnOfTexts('c', texts);
        const whole = bendColumn(column, bend);
        const quick = bentNumbers(column, bend);
        expect(quick === null).toBe(whole === null || !whole.isNumeric);
        if (quick !== null) expect(Array.from(quick.numbers)).toEqual(Array.from(whole?.numbers ?? []));
      }),
      { numRuns: 300 },
    );
  });
});

describe('bytes that are text of no code page', () => {
  it.each([
    ['gb18030', maybeGb18030],
    ['utf-16le', (binary: string) => maybeUtf16(binary, 1)],
    ['utf-16be', (binary: string) => maybeUtf16(binary, 0)],
  ] as const)('are refused by a strict decoder of %s, too', (label, maybe) => {
    const decoder = new TextDecoder(label, { fatal: true });
    let refused = 0;
    const byte = fc.oneof(
      fc.integer({ min: 0, max: 255 }),
      fc.integer({ min: 0x30, max: 0x3a }),
      fc.integer({ min: 0x7e, max: 0x82 }),
      fc.integer({ min: 0xd7, max: 0xe0 }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ max: 12 }), fc.array(byte, { maxLength: 8 }), (any, some) => {
        const bytes = Uint8Array.from([...some, ...any]);
        if (maybe(String.fromCharCode(...bytes))) return;
        refused++;
        expect(() => decoder.decode(bytes)).toThrow();
      }),
      { numRuns: 1500 },
    );
    expect(refused).toBeGreaterThan(100);
  });
});

describe('digests held together (hashes.md)', () => {
  const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
  const people = Array.from({ length: 300 }, (_, i) => ({ name: `person ${i * 7919}`, city: `city ${i % 40}` }));

  it('meets the recipes of which a probe stands in one of the columns', () => {
    const names = columnOfTexts(
      'name',
      people.map(({ name }) => name),
    );
    const to = new Lookup([{ name: 's', rows: 300, columns: [names], personOf: null, persons: 300 }]).columns[0];
    if (to === undefined) throw new Error('no column');
    const columns = [
      columnOfTexts(
        'a',
        people.map(({ name }) => sha256(`no salt of ours${name}`)),
      ),
      columnOfTexts(
        'b',
        people.map(({ name }) => sha256(sha256(name))),
      ),
    ];
    const groups = groupsOf(columns, []);
    const group = groups.get(columns[0] as SheetColumn);
    expect(group).toBe(groups.get(columns[1] as SheetColumn));
    const byHand = group?.tried.filter(({ recipe, writing }) =>
      probesOf(names, recipe).some((digest) => columns.some((column) => column.index.has(writing.write(digest)))),
    );
    expect(byHand?.map(({ recipe }) => recipe.key)).toEqual(['sha256/twice']);
    expect(group?.met(to)).toEqual(byHand);
  });

  it('tells capital from small letters where columns were digested together', async () => {
    const source = tableFromColumns({
      name: people.map(({ name }) => name),
      city: people.map(({ city }) => city),
      code: people.map((_, i) => String(100_003 * (i + 11))),
    });
    const product = tableFromColumns({
      a: people.map(({ name, city }) => sha256(`${name}|${city}`)),
      b: people.map(({ name }, i) => sha256(`${name}-${100_003 * (i + 11)}`).toUpperCase()),
    });
    const verdict = await review({ sources: [source], product, seed: '00112233445566778899aabbccddeeff' });
    expect(verdict.columns.map(({ how }) => /preimage\(sha256/.test(how ?? ''))).toEqual([true, true]);
  }, 20_000);
});
