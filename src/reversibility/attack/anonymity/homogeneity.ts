/**
 * Homogeneity: a class of persons who share one sensitive value tells it of each of them, however many they are. Restores no row;
 * says of how many persons something is known.
 *
 * Machanavajjhala, Gehrke, Kifer and Venkitasubramaniam, "l-Diversity: privacy beyond k-anonymity", ICDE 2006, section 2.1.
 * See homogeneity.md.
 * @module
 */
import { groupCodes } from '../../../core/index.js';
import type { SheetColumn } from '../../intake/sheet.js';
import type { Attack, Board } from '../attack.js';

const MAX_SENSITIVE = 40;

/** Product rows in classes of at least two rows that hold one value of a column. */
export function homogeneousRows(groupOf: ArrayLike<number>, groups: number, column: SheetColumn): number {
  const value = new Int32Array(groups).fill(-2);
  const size = new Int32Array(groups);
  const mixed = new Uint8Array(groups);
  for (let row = 0; row < column.codes.length; row++) {
    const group = groupOf[row] as number;
    const code = column.codes[row] as number;
    size[group] = (size[group] as number) + 1;
    if (value[group] === -2) value[group] = code;
    else if (value[group] !== code) mixed[group] = 1;
  }
  let rows = 0;
  for (let group = 0; group < groups; group++)
    if (mixed[group] === 0 && (value[group] as number) >= 0 && (size[group] as number) >= 2)
      rows += size[group] as number;
  return rows;
}

/** True where the safe forms found the values themselves beside generalised columns. */
function raw(board: Board, position: number): boolean {
  return board.generalised.get(position)?.how === 'same';
}

function sensitiveColumns(board: Board): number[] {
  const read = new Set(
    board.steps
      .filter((step) => step.from.length === 1 && step.tentative !== true && step.score >= 0.6)
      .map((step) => step.from[0] as number),
  );
  return board.product.columns
    .flatMap((column, position) =>
      (raw(board, position) || (!board.generalised.has(position) && read.has(position))) && column.distinct >= 2
        ? [position]
        : [],
    )
    .slice(0, MAX_SENSITIVE);
}

/** The attack. */
export const homogeneity: Attack = {
  id: 'homogeneity',
  knowledge: 'A2',
  run(board) {
    const quasi = [...board.generalised.keys()].filter((position) => !raw(board, position));
    if (quasi.length === 0) return 'no column is generalised';
    const sensitive = sensitiveColumns(board);
    if (sensitive.length === 0) return 'no column stands raw beside the generalised ones';
    const columns = quasi.map((position) => board.product.columns[position] as SheetColumn);
    const { groupOf, groups } = groupCodes(
      columns.map((column) => column.codes.map((code) => code + 1)),
      columns.map((column) => column.distinct + 1),
    );
    let most = 0;
    let name = '';
    for (const position of sensitive) {
      const column = board.product.columns[position] as SheetColumn;
      const rows = homogeneousRows(groupOf, groups, column);
      if (rows > most) {
        most = rows;
        name = column.name;
      }
    }
    if (most > 0)
      board.notes.set(
        'homogeneity',
        `${most} of ${board.product.rows} rows stand in classes with one value of ${name}`,
      );
    return null;
  },
};
