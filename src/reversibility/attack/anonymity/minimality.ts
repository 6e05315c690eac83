/**
 * Minimality: who merges no further than he must leaves tight labels. The least and the greatest value of a class with a label of
 * its own stand in it, and in a class of two persons that is both of them.
 *
 * Wong, Fu, Wang and Pei, "Minimality attack in privacy preserving data publishing", VLDB 2007; Cohen, USENIX Security 2022,
 * section 4.2. See minimality.md.
 * @module
 */
import { groupCodes } from '../../../core/index.js';
import type { SheetColumn } from '../../intake/sheet.js';
import { quoteName, type Step } from '../../inverse.js';
import { FOREIGN } from '../../restoration/tuple-join.js';
import type { Recoding } from '../../safe-form/recoding.js';
import type { Attack, Board } from '../attack.js';
import { sortedNumbers } from '../shared/sorted-numbers.js';

/** Rows of a class up to which its ends are laid on rows: beyond, a guess of the row is no restoration. */
const LARGEST = 4;

/** First and last source code, in order, under each product label. */
function endsOf(recoding: Recoding, labels: number, source: SheetColumn): { low: Int32Array; high: Int32Array } | null {
  const order = (sortedNumbers(source) ?? sortedNumbers(source, 'dates'))?.codes;
  if (order === undefined || recoding.fits === null) return null;
  const low = new Int32Array(labels).fill(-1);
  const high = new Int32Array(labels).fill(-1);
  for (const code of order) {
    for (let label = 0; label < labels; label++) {
      if (recoding.fits[label * source.distinct + code] !== 1 || recoding.everything.has(label)) continue;
      if ((low[label] as number) < 0) low[label] = code;
      high[label] = code;
    }
  }
  return { low, high };
}

function tight(
  board: Board,
  position: number,
  recoding: Recoding,
  classes: readonly (readonly number[])[],
): Step | null {
  const own = board.product.columns[position] as SheetColumn;
  const source = board.sources[recoding.source]?.columns[recoding.column] as SheetColumn;
  const ends = endsOf(recoding, own.distinct, source);
  if (ends === null) return null;
  const cells = new Int32Array(board.product.rows).fill(FOREIGN);
  let count = 0;
  for (const members of classes) {
    const label = own.codes[members[0] as number] as number;
    if (label < 0 || (ends.low[label] as number) < 0) continue;
    cells[members[0] as number] = ends.low[label] as number;
    cells[members[members.length - 1] as number] = ends.high[label] as number;
    count += Math.min(2, members.length);
  }
  if (count === 0) return null;
  return {
    source: recoding.source,
    column: recoding.column,
    from: [position],
    formula: `tight-ends(${quoteName(own.name)})`,
    attack: 'minimality',
    knowledge: 'A2',
    bits: 8,
    cells,
    mass: count / Math.max(1, cells.length),
    score: 0.3,
    similarity: 0.5,
    tentative: true,
  };
}

/** The attack. */
export const minimality: Attack = {
  id: 'minimality',
  knowledge: 'A2',
  run(board) {
    const local = [...board.generalised].filter(([, recoding]) => recoding.fits !== null);
    if (local.length === 0) return 'no column is generalised class by class';
    const columns = [...board.generalised.keys()].map((position) => board.product.columns[position] as SheetColumn);
    const { groupOf, groups } = groupCodes(
      columns.map((column) => column.codes.map((code) => code + 1)),
      columns.map((column) => column.distinct + 1),
    );
    const classes: number[][] = Array.from({ length: groups }, () => []);
    for (let row = 0; row < board.product.rows; row++) (classes[groupOf[row] as number] as number[]).push(row);
    const small = classes.filter((members) => members.length <= LARGEST);
    if (small.length === 0) return 'no class is of four rows or fewer';
    for (const [position, recoding] of local) {
      if (board.late()) break;
      const step = tight(board, position, recoding, small);
      if (step !== null) board.steps.push(step);
    }
    return null;
  },
};
