/**
 * Reports that lie on their side: groups across the top, one figure after the other down the side, each under a label that names it.
 * See aggregate.md.
 * @module
 */
import { columnOfTexts, type Sheet } from '../intake/sheet.js';
import type { Folded } from './one-hot.js';
import { saysOnlyKnown } from './vocabulary.js';

const MOST_ROWS = 80;
const MOST_COLUMNS = 60;

/** The product turned, its labels as headers; null when a label says anything but what it counts. */
export function turned(product: Sheet, sources: readonly Sheet[]): Folded | null {
  const { rows, columns } = product;
  const labels = columns.find(
    ({ present, distinct, isNumeric }) => present === rows && distinct === rows && !isNumeric,
  );
  if (labels === undefined) return null;
  const groups = columns.filter((column) => column !== labels);
  if (rows < 2 || rows > MOST_ROWS || groups.length < 2 || columns.length > MOST_COLUMNS) return null;
  const names = Array.from(labels.codes, (code) => labels.text(code));
  if (!sources.some((sheet) => names.every((name) => saysOnlyKnown(name, sheet)))) return null;
  const every = columns.map((_, at) => at);
  const turnedColumns = names.map((name, row) =>
    columnOfTexts(
      name,
      groups.map(({ codes, values }) => ((codes[row] as number) < 0 ? null : (values[codes[row] as number] as string))),
    ),
  );
  const heads = columnOfTexts(
    labels.name,
    groups.map(({ name }) => name),
  );
  return {
    sheet: {
      ...product,
      rows: groups.length,
      columns: [heads, ...turnedColumns],
      personOf: null,
      persons: groups.length,
    },
    members: [every.filter((at) => columns[at] !== labels), ...names.map(() => every)],
    kind: 'on its side:',
    figures: true,
  };
}
