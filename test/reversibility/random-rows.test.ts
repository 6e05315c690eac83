/** What is judged by random rows before all rows are read: nothing that the whole look takes is turned away. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Board } from '../../src/reversibility/attack/attack.js';
import { couldReach } from '../../src/reversibility/attack/columns/join-reach.js';
import { matchXor } from '../../src/reversibility/attack/numbers/numeric-xor.js';
import { keepingBest } from '../../src/reversibility/attack/shared/compose.js';
import { RandomTexts, randomRows } from '../../src/reversibility/attack/shared/fit-at-most.js';
import { fitOf, matchValues } from '../../src/reversibility/attack/shared/match.js';
import { foldedIndex, foldedTexts } from '../../src/reversibility/intake/folded.js';
import { Lookup } from '../../src/reversibility/intake/lookup.js';
import { columnOfTexts, type SheetColumn, sheetOf } from '../../src/reversibility/intake/sheet.js';
import type { Derived, Step } from '../../src/reversibility/inverse.js';
import { tableFromColumns } from '../../src/table/index.js';
import { SeededRandom } from '../../src/testing/index.js';

const ROWS = 12_000;
const BITS = 8;
const kinds = ['dense', 'many', 'padded', 'decimals', 'words', 'gaps'] as const;
type Kind = (typeof kinds)[number];

/** Cells of a kind: whole numbers close together, the lower ones often or not, with zeros before them, with decimals, in words. */
function cells(kind: Kind, seed: string, rows = ROWS): (string | null)[] {
  const random = new SeededRandom(`cells/${kind}/${seed}`);
  const range = kind === 'many' ? 9000 : 200 + random.below(4000);
  const bend = 1 + random.below(3);
  return Array.from({ length: rows }, () => {
    const number = Math.floor(random.uniform() ** bend * range);
    if (kind === 'padded') return String(number).padStart(5, '0');
    if (kind === 'decimals') return (number / 8).toFixed(3);
    if (kind === 'words') return `W${number % 300}`;
    return kind === 'gaps' && number % 3 === 0 ? null : String(number);
  });
}

/** Cells of which a share is another's. */
function mixed(own: (string | null)[], others: readonly (string | null)[], share: number): (string | null)[] {
  const random = new SeededRandom('mixed');
  return own.map((cell, i) => (random.uniform() < share ? (others[i] as string | null) : cell));
}

function derived(texts: readonly (string | null)[]): Derived {
  const column = columnOfTexts('x', texts);
  return { column, from: [0], formula: 'x', attack: 'combine', knowledge: 'A0', bits: BITS };
}

function lookupOf(columns: Readonly<Record<string, readonly (string | null)[]>>): Lookup {
  return new Lookup([sheetOf(tableFromColumns(columns), 'source')]);
}

const tables = fc.record({
  product: fc.constantFrom(...kinds),
  source: fc.constantFrom(...kinds),
  share: fc.constantFrom(0, 0.3, 0.6, 0.9, 1),
  seed: fc.nat().map(String),
});

describe('random rows', () => {
  it('of a join let every source column pass that the whole join reads well enough', () => {
    let kept = 0;
    fc.assert(
      fc.property(tables, ({ product, source, share, seed }) => {
        const one = cells(source, `${seed}/s`);
        const lookup = lookupOf({ one, two: cells('dense', seed), three: cells('words', seed) });
        const texts = mixed(cells(product, seed), one.slice().reverse(), share);
        const rows = randomRows(ROWS) as readonly number[];
        const board = { lookup, product: { rows: ROWS } } as unknown as Board;
        for (const step of matchValues(derived(texts), lookup)) {
          const bits = step.bits;
          const needed = step.score + 0.003 * Math.min(40, bits) - 1e-9;
          const columns = couldReach(
            board,
            needed,
            rows.map((row) => texts[row] as string | null),
          );
          expect(columns).toContain(lookup.columns[step.column]?.column);
          kept++;
        }
      }),
      { numRuns: 60 },
    );
    expect(kept).toBeGreaterThan(20);
  });

  it('of a join let a source column of words pass that it reads', () => {
    const words = Array.from({ length: ROWS }, (_, row) => `w${(row * 7919) % 700}`);
    const lookup = lookupOf({ words });
    const rows = randomRows(ROWS) as readonly number[];
    const board = { lookup, product: { rows: ROWS } } as unknown as Board;
    const texts = rows.map((row) => words[ROWS - 1 - row] as string);
    expect(couldReach(board, 0.9, texts)).toContain(lookup.columns[0]?.column);
  });

  it('of a column let every source column pass that it agrees with, and turn strangers away', () => {
    let away = 0;
    fc.assert(
      fc.property(tables, ({ product, source, share, seed }) => {
        const from = cells(source, `${seed}/s`);
        const to = columnOfTexts('s', from);
        const column = columnOfTexts('x', mixed(cells(product, seed), from.slice().reverse(), share));
        const random = new RandomTexts(column);
        for (const folds of [false, true]) {
          const fit = fitOf(column, to, mapOf(column, to, folds));
          expect(random.couldAgree(to, folds, Math.min(fit.mass, fit.similarity) - 1e-9)).toBe(true);
          if (!random.couldAgree(to, folds, 0.4)) away++;
        }
      }),
      { numRuns: 60 },
    );
    expect(away).toBeGreaterThan(20);
  });

  it('find the key of whole numbers that lie close, where nearly every key hits', () => {
    const random = new SeededRandom('xor');
    const source = cells('many', 'xor', 3 * ROWS);
    const rows = Array.from({ length: ROWS }, () => random.below(source.length));
    const own = derived(rows.map((row) => String(Number(source[row]) ^ 2741)));
    const steps: Step[] = matchXor(own, lookupOf({ source }), 0.2);
    expect(steps[0]?.formula).toBe('x xor 2741');
    const others = derived(cells('words', 'others').map((text) => String(Number((text as string).slice(1)) * 7919)));
    expect(matchXor(others, lookupOf({ source }), 0.2)).toEqual([]);
  });
});

function mapOf(column: SheetColumn, to: SheetColumn, folds: boolean): Int32Array {
  const { texts, hashes } = foldedTexts(column);
  return folds ? foldedIndex(to).codesOf(texts, hashes, -1) : to.index.codesOf(column.values, column.hashes, -1);
}

describe('the agreement of few values with many', () => {
  it('is that of all values one by one', () => {
    const many = columnOfTexts('s', cells('many', 'fit', 3000));
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -1, max: many.distinct - 1 }), { maxLength: 40 }),
        fc.nat(),
        (map, seed) => {
          const random = new SeededRandom(`fit/${seed}`);
          const few = columnOfTexts(
            'x',
            Array.from({ length: 200 }, () => String(random.below(Math.max(1, map.length)))),
          );
          const sent = Int32Array.from({ length: few.distinct }, (_, code) => map[Number(few.text(code))] ?? -1);
          const hits = new Map<number, number>();
          few.counts.forEach((count, code) => {
            const to = sent[code] as number;
            if (to >= 0) hits.set(to, (hits.get(to) ?? 0) + count);
          });
          const rows = [...hits.values()].reduce((sum, count) => sum + count, 0);
          let common = 0;
          let held = 0;
          for (const [code, count] of hits) {
            common += Math.min(count / few.present, (many.counts[code] as number) / many.present);
            held += Math.min(count, many.counts[code] as number);
          }
          const similarity = rows === 0 ? 0 : Math.min(1, Math.max(common, ((hits.size / rows) * held) / few.present));
          const fit = fitOf(few, many, sent);
          expect(fit.mass).toBeCloseTo(rows / few.present, 12);
          expect(fit.similarity).toBeCloseTo(similarity, 12);
        },
      ),
    );
  });
});

describe('best scores', () => {
  it('are asked once until a step is added', () => {
    let asked = 0;
    const steps: Step[] = [];
    const board = keepingBest({ steps, best: () => steps.length + asked++ } as unknown as Board);
    expect([board.best(3), board.best(3), asked]).toEqual([0, 0, 1]);
    steps.push({} as Step);
    expect([board.best(3), board.best(3), asked]).toEqual([2, 2, 2]);
  });
});
