/** Frequencies of bits among dense numbers: turned away by random rows only where all rows do not agree. */
import { describe, expect, test } from 'vitest';
import { DenseNumbers } from '../../src/reversibility/attack/numbers/dense-fields.js';
import { columnOfTexts, type SheetColumn } from '../../src/reversibility/intake/sheet.js';
import { SeededRandom } from '../../src/testing/index.js';

const NEEDED = { similarity: 0.8, mass: 0.9 };
const random = new SeededRandom('dense fields');

/** Sums of dice: dense, and the middle ones common. */
function sums(rows: number): number[] {
  return Array.from({ length: rows }, () => 10 + random.below(18) + random.below(18) + random.below(18));
}

function asked(source: readonly number[], fields: readonly number[]): readonly [could: boolean, does: boolean] {
  const dense = DenseNumbers.of(columnOfTexts('x', source.map(String)) as SheetColumn, 6, 0) as DenseNumbers;
  const some = Array.from({ length: 16_000 }, () => fields[random.below(fields.length)] as number);
  const counts = new Int32Array(fields.length).fill(1);
  return [
    dense.couldAgree(some, fields.length, NEEDED),
    dense.agrees(Int32Array.from(fields), counts, fields.length, NEEDED),
  ];
}

describe('fields of bits among dense numbers', () => {
  const source = sums(40_000);

  test('the column itself, and others of its kind, agree', () => {
    expect(asked(source, source)).toEqual([true, true]);
    expect(asked(source, sums(40_000))).toEqual([true, true]);
    expect(asked(source, source.slice(0, 20_000))).toEqual([true, true]);
  });

  test('any bits do not', () => {
    const bits = Array.from({ length: 40_000 }, () => random.below(64));
    expect(asked(source, bits)).toEqual([false, false]);
  });

  test('nor do few numbers that are as common as others', () => {
    const few = source.map((own) => own - (own % 4));
    expect(asked(source, few)).toEqual([false, false]);
  });

  test('a column of few of its numbers, or of others than whole ones, is not dense', () => {
    expect(DenseNumbers.of(columnOfTexts('x', ['1', '2', '60']), 6, 0)).toBeNull();
    expect(
      DenseNumbers.of(columnOfTexts('x', ['-1', ...Array.from({ length: 63 }, (_, i) => String(i))]), 6, 0),
    ).toBeNull();
  });
});
