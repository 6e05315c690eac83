/** Joins of columns that are turned away before they are made, against joins that are made; keys of XOR in blocks. */
import { describe, expect, it } from 'vitest';
import { couldHold } from '../../src/reversibility/attack/columns/join-reach.js';
import { fitOf, scoreOf } from '../../src/reversibility/attack/shared/match.js';
import { columnOfTexts } from '../../src/reversibility/intake/sheet.js';
import { FOREIGN } from '../../src/reversibility/restoration/tuple-join.js';
import { SeededRandom } from '../../src/testing/index.js';

describe('whole numbers', () => {
  it('are counted as their texts are', () => {
    for (let seed = 0; seed < 60; seed++) {
      const random = new SeededRandom(`results/${seed}`);
      const range = 3 + random.below(200);
      const source = columnOfTexts(
        's',
        Array.from({ length: 300 }, () => String(random.below(range) - 5)),
      );
      const shift = random.below(9) - 4;
      const results = Float64Array.from({ length: 100 + random.below(400) }, () =>
        random.below(20) === 0 ? Number.NaN : random.below(range) - 5 + shift,
      );
      const made = columnOfTexts(
        'p',
        Array.from(results, (value) => (Number.isNaN(value) ? null : String(value))),
      );
      const map = Int32Array.from({ length: made.distinct }, (_, code) => source.index.get(made.text(code)) ?? FOREIGN);
      const fit = fitOf(made, source, map);
      const score = scoreOf(fit, 0);
      const enough = fit.similarity >= 0.4;
      expect(couldHold([source], score - 1e-9, results, 0)).toBe(enough);
      expect(couldHold([source], score + 1e-9, results, 0)).toBe(false);
    }
  });

  it('are not judged where a result is none, or the source writes its numbers otherwise', () => {
    const padded = columnOfTexts('s', ['01', '02', '03']);
    expect(couldHold([padded], 0.9, Float64Array.of(7, 8, 9), 0)).toBe(true);
    const plain = columnOfTexts('s', ['1', '2', '3']);
    expect(couldHold([plain], 0.9, Float64Array.of(0.5, 8, 9), 0)).toBe(true);
    expect(couldHold([plain], 0.9, Float64Array.of(7, 8, 9), 0)).toBe(false);
    expect(couldHold([plain], 0.9, Float64Array.of(3, 1, 2), 0)).toBe(true);
  });
});
