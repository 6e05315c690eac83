/** Attacks on codes behind codes: what leads on although no value of the source appears at once (decoders.md, numeric.md, linear.md). */
import { describe, expect, it } from 'vitest';
import { latticeLines } from '../../src/reversibility/attack/numbers/lattice.js';
import { sortedNumbers } from '../../src/reversibility/attack/shared/sorted-numbers.js';
import { review, type Verdict } from '../../src/reversibility/index.js';
import { columnOfTexts } from '../../src/reversibility/intake/sheet.js';
import { tableFromColumns } from '../../src/table/index.js';
import { SeededRandom } from '../../src/testing/index.js';

type Columns = Record<string, (string | null)[]>;

/** Meters: a near-unique number, measures of one to three decimals, a label. */
function meters(rows: number, seed: string): Columns {
  const random = new SeededRandom(seed);
  const own: Columns = { meter: [], flow: [], heat: [], load: [], kind: [] };
  for (let row = 0; row < rows; row++) {
    own.meter?.push(String(10_000_000 + random.below(89_999_999)));
    own.flow?.push((20 + 30 * random.uniform() ** 2).toFixed(3));
    own.heat?.push((100 + 90 * Math.exp(random.uniform())).toFixed(2));
    own.load?.push(String(300 + random.below(900)));
    own.kind?.push(['low', 'middle', 'high'][random.below(3)] as string);
  }
  return own;
}

function mapped(columns: Columns, write: (text: string) => string): Columns {
  return Object.fromEntries(
    Object.entries(columns).map(([name, column]) => [name, column.map((text) => (text === null ? null : write(text)))]),
  );
}

function reviewed(source: Columns, product: Columns): Promise<Verdict> {
  return review({ sources: [tableFromColumns(source)], product: tableFromColumns(product), seed: '00' });
}

function normal(random: SeededRandom): number {
  return Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform());
}

const hexed = (text: string, key: number): string =>
  Array.from(Buffer.from(text), (byte) => (byte ^ key).toString(16).padStart(2, '0')).join('');
const railed = (text: string): string =>
  [...text].filter((_, i) => i % 2 === 0).join('') + [...text].filter((_, i) => i % 2 === 1).join('');

describe('codes behind codes', () => {
  const source = meters(200, 'composed');

  it('one byte XORed over texts in another order of characters', async () => {
    expect(
      (
        await reviewed(
          source,
          mapped(source, (text) => hexed(railed(text), 198)),
        )
      ).verdict,
    ).toBe('block');
  });

  it('one byte XORed over another code', async () => {
    const product = mapped(source, (text) => hexed(btoa(text), 255));
    expect((await reviewed(source, product)).verdict).toBe('block');
  });

  it('another order of characters over another code', async () => {
    const product = mapped(source, (text) => railed(Buffer.from(text).toString('hex')));
    expect((await reviewed(source, product)).verdict).toBe('block');
  });

  it('coded texts that take turns character by character, the shorter filled up', async () => {
    const coded = Object.values(mapped(source, btoa)) as string[][];
    const width = Math.max(...coded.flat().map((text) => text.length));
    const turns = (a: string[], b: string[]): string[] =>
      a.map((text, row) =>
        Array.from(text.padEnd(width), (char, i) => char + ((b[row] as string).padEnd(width)[i] as string)).join(''),
      );
    const [meter, flow, heat, load] = coded as [string[], string[], string[], string[]];
    expect((await reviewed(source, { p: turns(meter, load), q: turns(flow, heat) })).verdict).toBe('block');
  });

  it('a secret key of its own for each cell is no such code: review', async () => {
    const random = new SeededRandom('pad');
    const product = mapped(source, (text) =>
      Array.from(text, () => random.below(256).toString(16).padStart(2, '0')).join(''),
    );
    const verdict = await reviewed(source, product);
    expect(verdict.verdict).toBe('review');
    expect(verdict.restoration.rows.lower).toBe(0);
  });
});

describe('rows with open cells beside columns that are read wrongly', () => {
  it('a star in every fifth cell, labels recoded: the columns that agree are put together', async () => {
    const source = meters(300, 'stars');
    const random = new SeededRandom('stars');
    const starred = mapped(source, (text) => (random.below(5) === 0 ? '*' : text));
    const labels = [...new Set(starred['kind'])];
    const product = { ...starred, kind: (starred['kind'] as string[]).map((text) => String(labels.indexOf(text))) };
    const verdict = await reviewed(source, product);
    expect(verdict.verdict).toBe('block');
    expect(verdict.restoration.rows.lower).toBeGreaterThan(0.5);
  });
});

describe('lines from the last written place (numeric.md)', () => {
  it('finds the line of a sample that was scaled by its own extremes, and none for strangers', () => {
    const values = (meters(2000, 'lattice')['flow'] as string[]).map(Number);
    const source = columnOfTexts(
      'flow',
      values.map((value) => value.toFixed(3)),
    );
    const scaled = (own: readonly number[]): ReturnType<typeof columnOfTexts> => {
      const low = Math.min(...own);
      const high = Math.max(...own);
      return columnOfTexts(
        'y',
        own.map((value) => ((value - low) / (high - low)).toPrecision(12)),
      );
    };
    const sample = values.slice(3, 203);
    const lines = latticeLines(sortedNumbers(scaled(sample)) as never, sortedNumbers(source) as never);
    const spread = Math.max(...sample) - Math.min(...sample);
    expect(lines[0]?.a).toBeCloseTo(spread, 6);
    expect(lines[0]?.b).toBeCloseTo(Math.min(...sample), 6);
    const strangers = (meters(200, 'strangers')['flow'] as string[]).map(Number);
    expect(latticeLines(sortedNumbers(scaled(strangers)) as never, sortedNumbers(source) as never)).toEqual([]);
  });
});

describe('mixes (linear.md)', () => {
  const source = meters(250, 'mixes');
  const numeric = ['meter', 'flow', 'heat', 'load'] as const;

  /** A random linear mix of columns of numbers, each standardised; some rows twice. */
  function mix(columns: readonly (readonly number[])[], seed: string, twice: number): Columns {
    const random = new SeededRandom(seed);
    const standard = columns.map((column) => {
      const mean = column.reduce((sum, value) => sum + value, 0) / column.length;
      const scale = Math.sqrt(column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / column.length);
      return column.map((value) => (value - mean) / scale);
    });
    const rows = columns[0]?.length ?? 0;
    const order = Array.from({ length: rows + twice }, (_, row) => (row * 7) % rows);
    return Object.fromEntries(
      columns.map((_, i) => {
        const weights = columns.map(() => normal(random));
        return [
          `z${i}`,
          order.map((row) =>
            weights.reduce((sum, weight, k) => sum + weight * ((standard[k] as number[])[row] as number), 0).toFixed(8),
          ),
        ];
      }),
    );
  }

  const numbers = (name: string): number[] => (source[name] as string[]).map(Number);

  it('of logarithms', async () => {
    expect(
      (
        await reviewed(
          source,
          mix(
            numeric.map((name) => numbers(name).map(Math.log)),
            'log',
            0,
          ),
        )
      ).verdict,
    ).toBe('block');
  });

  it('of numbers written backwards, beside a column that ties the rows', async () => {
    const backwards = numeric.map((name) =>
      (source[name] as string[]).map((text) => Number([...text].reverse().join(''))),
    );
    const mixed = mix(backwards.slice(1), 'back', 0);
    const tied = Array.from({ length: 250 }, (_, row) => (source['meter'] as string[])[(row * 7) % 250] as string);
    expect((await reviewed(source, { ...mixed, m: tied })).verdict).toBe('block');
  });

  it('with rows that stand there twice', async () => {
    expect((await reviewed(source, mix(numeric.map(numbers), 'twice', 30))).verdict).toBe('block');
  });

  it("with a column that is no one's mixed in, and not for strangers", async () => {
    const random = new SeededRandom('decoy');
    const decoy = Array.from({ length: 250 }, () => random.uniform());
    expect((await reviewed(source, mix([...numeric.map(numbers), decoy], 'decoy', 0))).verdict).toBe('block');
    const others = meters(250, 'others');
    const strangers = mix([...numeric.map((name) => (others[name] as string[]).map(Number)), decoy], 'decoy', 0);
    expect((await reviewed(source, strangers)).verdict).not.toBe('block');
  });
});
