/**
 * Downcoding: a generalised cell under which the source knows only one value is that value, whatever its label says.
 *
 * Cohen, "Attacks on deidentification's defenses", USENIX Security 2022, section 4 (downcoding); here the part of it that
 * holds for every choice of the anonymiser. See downcoding.md.
 * @module
 */
import type { SheetColumn } from '../../intake/sheet.js';
import { quoteName, type Step } from '../../inverse.js';
import { FOREIGN, MISSING } from '../../restoration/tuple-join.js';
import type { Recoding } from '../../safe-form/recoding.js';
import type { Attack, Board } from '../attack.js';

/** The one source code under each product code; MISSING where none or several are. */
export function onlyLeaf(recoding: Recoding, labels: number, source: SheetColumn): Int32Array {
  const leaf = new Int32Array(labels).fill(MISSING);
  const several = new Uint8Array(labels);
  const see = (label: number, code: number): void => {
    if (label < 0 || label >= labels || (source.counts[code] as number) === 0) return;
    if ((leaf[label] as number) >= 0) several[label] = 1;
    else leaf[label] = code;
  };
  for (let code = 0; code < source.distinct; code++) {
    if (recoding.map !== null) see(recoding.map[code] as number, code);
    else if (recoding.fits !== null)
      for (let label = 0; label < labels; label++)
        if (recoding.fits[label * source.distinct + code] === 1) see(label, code);
  }
  for (let label = 0; label < labels; label++)
    if (several[label] === 1 || recoding.everything.has(label)) leaf[label] = MISSING;
  return leaf;
}

function pinned(board: Board, position: number, recoding: Recoding): Step | null {
  const own = board.product.columns[position] as SheetColumn;
  const source = board.sources[recoding.source]?.columns[recoding.column] as SheetColumn;
  const leaf = onlyLeaf(recoding, own.distinct, source);
  const cells = Int32Array.from(own.codes, (code) => (code < 0 ? MISSING : (leaf[code] as number)));
  let count = 0;
  for (let row = 0; row < cells.length; row++) {
    if ((cells[row] as number) >= 0) count++;
    // A cell that was not pinned is not read.
    else cells[row] = FOREIGN;
  }
  if (count === 0) return null;
  return {
    source: recoding.source,
    column: recoding.column,
    from: [position],
    formula: `only-value(${quoteName(own.name)})`,
    attack: 'downcoding',
    knowledge: 'A2',
    bits: 8,
    cells,
    mass: count / Math.max(1, cells.length),
    score: 0.5 * (count / Math.max(1, cells.length)),
    similarity: 0.9,
    // What is pinned counts with the row it stands in.
    tentative: true,
  };
}

/** The attack. */
export const downcoding: Attack = {
  id: 'downcoding',
  knowledge: 'A2',
  run(board) {
    if (board.generalised.size === 0) return 'no column is generalised';
    for (const [position, recoding] of board.generalised) {
      if (board.late()) break;
      if (recoding.how === 'same') continue;
      const step = pinned(board, position, recoding);
      if (step !== null) board.steps.push(step);
    }
    return null;
  },
};
