import { describe, expect, it } from 'vitest';
import { sheetOf } from '../../src/reversibility/intake/sheet.js';
import type { Step } from '../../src/reversibility/inverse.js';
import { shuffledWith } from '../../src/reversibility/restoration/tied-columns.js';
import { tableFromColumns } from '../../src/table/index.js';

const rows = Array.from({ length: 400 }, (_, i) => i);
const sheet = sheetOf(
  tableFromColumns({
    number: rows.map((i) => String(330_000 + i)),
    district: rows.map((i) => String(33 + Math.floor(i / 50))),
    name: rows.map((i) => `D${33 + Math.floor(i / 50)}`),
    ward: rows.map((i) => String(i % 7)),
  }),
  'source',
);

function step(attack: string, from: readonly number[], column: number): Step {
  return {
    source: 0,
    column,
    from,
    formula: `${attack}(${from.join()})`,
    attack,
    knowledge: 'A2',
    bits: 8,
    cells: new Int32Array(400),
    mass: 1,
    score: 0.9,
    similarity: 1,
  };
}

// Ranks of a cell and of its first characters go together whoever wrote them: strangers' rows would count as found.
describe('chance shuffles together', () => {
  it('what is handed out by the ranks of one product column', () => {
    expect(shuffledWith(sheet, [step('order', [4], 0), step('order', [4], 1), step('order', [5], 2)])).toEqual([
      0, 0, 2,
    ]);
  });
  it('columns of few values only where they stand for one another', () => {
    expect(shuffledWith(sheet, [step('labels', [4], 1), step('labels', [5], 3)])).toEqual([0, 1]);
    expect(shuffledWith(sheet, [step('labels', [4], 1), step('labels', [5], 2)])).toEqual([0, 0]);
  });
  it('nothing that stands in the product itself', () => {
    expect(shuffledWith(sheet, [step('containment', [4], 0), step('decoders', [4], 1)])).toEqual([0, 1]);
  });
});
