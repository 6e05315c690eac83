/** Digits among dense whole numbers: a reading is held against the same numbers moved by a little. */
import { describe, expect, it } from 'vitest';
import { couldHold } from '../../src/reversibility/attack/columns/join-reach.js';
import { matchValues } from '../../src/reversibility/attack/shared/match.js';
import { standsAnywhere } from '../../src/reversibility/attack/shared/stand-anywhere.js';
import { Lookup } from '../../src/reversibility/intake/lookup.js';
import { columnOfTexts, type SheetColumn, sheetOf } from '../../src/reversibility/intake/sheet.js';
import type { Derived } from '../../src/reversibility/inverse.js';
import { tableFromColumns } from '../../src/table/index.js';
import { SeededRandom } from '../../src/testing/index.js';

const ROWS = 60_000;
const RANGE = 24_000;

/** Whole numbers that grow rarer, so that neighbours are about as common. */
function amounts(seed: string, rows: number): number[] {
  const random = new SeededRandom(seed);
  return Array.from({ length: rows }, () => Math.floor(RANGE * random.uniform() * (1 - 0.5 * random.uniform())));
}

/** The first rows of a source, the rest of other people. */
function mixed(seed: string, share: number): Float64Array {
  const own = amounts('source', ROWS);
  return Float64Array.from(amounts(seed, ROWS), (other, i) => (i < share * ROWS ? (own[i] as number) : other));
}

const table = sheetOf(tableFromColumns({ s: amounts('source', ROWS).map(String) }), 'source');
const [source] = table.columns as [SheetColumn];

describe('numbers among dense ones', () => {
  it('stand anywhere where they are of other people', () => {
    let passed = 0;
    for (let seed = 0; seed < 20; seed++) if (!standsAnywhere(mixed(`others/${seed}`, 0), null, source)) passed++;
    expect(passed).toBeLessThanOrEqual(1);
  });

  it('do not where a tenth and more is a copy, or rows are too few to tell', () => {
    for (let seed = 0; seed < 5; seed++) {
      expect(standsAnywhere(mixed(`copies/${seed}`, 0.1), null, source)).toBe(false);
      expect(standsAnywhere(mixed(`copies/${seed}`, 1), null, source)).toBe(false);
      expect(standsAnywhere(mixed(`few/${seed}`, 0).subarray(0, 300), null, source)).toBe(false);
    }
  });

  it('are read by guesses and joins only where they stand', () => {
    const lookup = new Lookup([table]);
    const read = (numbers: Float64Array, bits: number): number => {
      const column = columnOfTexts('p', Array.from(numbers, String));
      const derived: Derived = { column, from: [0], formula: 'p', attack: 'decoders', knowledge: 'A0', bits };
      return matchValues(derived, lookup).length;
    };
    expect(read(mixed('others', 0), 18)).toBe(0);
    expect(read(mixed('others', 0), 6)).toBe(1);
    expect(read(mixed('others', 0.3), 18)).toBe(1);
    expect(couldHold([source], 0.3, mixed('others', 0), 10)).toBe(false);
    expect(couldHold([source], 0.3, mixed('others', 0.3), 10)).toBe(true);
  });
});
