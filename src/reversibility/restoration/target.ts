/**
 * A source as it is judged: its direct identifiers, null products drawn from a model of it, a control in its codes.
 * @module
 */
import { SeededRandom } from '../../testing/index.js';
import { identifierKind } from '../intake/direct-identifiers.js';
import type { Sheet } from '../intake/sheet.js';
import type { Target } from './execute.js';
import { fitNullModel, type NullModel } from './null-model.js';
import { FOREIGN, MISSING } from './tuple-join.js';

/** Rows and cells of one null product that are drawn at most; what they hit is scaled to larger products. */
const DRAWN_ROWS = 250_000;
const DRAWN_CELLS = 8_000_000;
const LEAST_DRAWN = 1000;

/**
 * The target of a source.
 *
 * @param declared - names of columns that the reviewer calls identifiers
 * @param seed - of the review; with `position` it seeds the null products
 */
export function targetOf(
  sheet: Sheet,
  declared: readonly string[],
  control: Sheet | null,
  seed: string,
  position: number,
): Target {
  const kinds = sheet.columns.map((column) => (declared.includes(column.name) ? 'identifier' : identifierKind(column)));
  const identifiers = new Set<number>();
  const names = new Set<number>();
  kinds.forEach((kind, column) => {
    if (kind !== null) identifiers.add(column);
    if (kind === 'person-name') names.add(column);
  });
  let model: NullModel | undefined;
  const drawn = new Map<string, readonly Int32Array[]>();
  return {
    sheet,
    identifiers,
    names,
    kinds,
    nullDraw(i, rows, late) {
      const fitting = Math.max(LEAST_DRAWN, Math.floor(DRAWN_CELLS / Math.max(1, sheet.columns.length)));
      const size = Math.min(rows, DRAWN_ROWS, fitting);
      const key = `${size}/${i}`;
      let draw = drawn.get(key);
      if (draw === undefined) {
        model ??= fitNullModel(sheet);
        draw = model.draw(size, new SeededRandom(`${seed}/null/${position}/${i}`), late);
        drawn.set(key, draw);
      }
      return draw;
    },
    control: control === null ? null : { cells: controlCells(sheet, control), rows: control.rows },
  };
}

/** A control table in the codes of the source, by column name. */
function controlCells(sheet: Sheet, control: Sheet): Int32Array[] {
  return sheet.columns.map((column) => {
    const other = control.columns.find((candidate) => candidate.name === column.name);
    if (other === undefined) return new Int32Array(control.rows).fill(FOREIGN);
    const map = other.values.map((text) => column.index.get(text) ?? FOREIGN);
    return other.codes.map((code) => (code < 0 ? MISSING : (map[code] as number)));
  });
}
