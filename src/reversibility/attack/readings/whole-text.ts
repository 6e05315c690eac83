/**
 * A product that is one text although it was read as lines or as a header: base-N over several lines, a literal of a script, the
 * tuples of one SQL statement. See readings.md.
 * @module
 */
import type { Sheet } from '../../intake/sheet.js';

const LARGEST = 1 << 24;
/** Characters of a line on average from which one column may be one text. */
const LONG_LINE = 40;
const FEW_ROWS = 3;
const MANY_COLUMNS = 40;

/** The text of a product that may be one; null for what is a table by itself. */
export function wholeText({ columns, rows }: Sheet): string | null {
  const wide = rows <= FEW_ROWS && columns.length >= MANY_COLUMNS;
  if (columns.length !== 1 && rows > 0 && !wide) return null;
  // One cell under a name is opened as a cell.
  if (columns.length === 1 && rows === 1 && (columns[0]?.name.length ?? 0) < LONG_LINE) return null;
  let length = 0;
  for (const { values, counts, name } of columns) {
    length += name.length + 1;
    for (let code = 0; code < values.length; code++)
      length += (counts[code] as number) * ((values[code] as string).length + 1);
  }
  // Markup is one text whatever its lines are.
  const least = columns[0]?.name.startsWith('<') === true ? 1 : LONG_LINE;
  if (length > LARGEST || length < least * (rows + 1)) return null;
  const lines = [writtenNames(columns).join(',')];
  for (let row = 0; row < rows; row++) {
    const cells = columns.map(({ codes, values }) => {
      const code = codes[row] as number;
      return code < 0 ? '' : (values[code] as string);
    });
    lines.push(cells.join(','));
  }
  return lines.join('\n');
}

/** Names as they stood in the header: those that came again have a number behind them. */
function writtenNames(columns: Sheet['columns']): string[] {
  const seen = new Set<string>();
  return columns.map(({ name }) => {
    const bare = name.replace(/_\d+$/, '');
    const own = seen.has(bare) ? bare : name;
    seen.add(own);
    return own;
  });
}

/** Base-N text over several lines as one line; null for other text. */
export function withoutBreaks(text: string): string | null {
  return /\n/.test(text) && /^[\w+/=\s-]+$/.test(text) ? text.replace(/\s+/g, '') : null;
}

/** The list or record behind the words that introduce it: `var data = [...];`; null where there are none. */
export function literalOf(text: string): string | null {
  const from = /^[^[{"'<]{1,200}?[=(:]\s*(?=[[{])/.exec(text)?.[0].length ?? 0;
  const to = Math.max(text.lastIndexOf(']'), text.lastIndexOf('}'));
  return from > 0 && to > from ? text.slice(from, to + 1) : null;
}

const TUPLE = /\(((?:'(?:[^']|'')*'|"[^"]*"|[^()'"])*)\)/g;
const FIELD = /\s*(?:'((?:[^']|'')*)'|"([^"]*)"|([^,]*))\s*(?:,|$)/gy;

/** Rows of the tuples of `INSERT ... VALUES (...), (...)`; null where there are none. */
export function tuplesOf(text: string): (string | null)[][] | null {
  const start = /\bvalues\s*(?=\()/i.exec(text.slice(0, 1 << 16));
  if (start === null) return null;
  const rows: (string | null)[][] = [];
  for (const match of text.slice(start.index).matchAll(TUPLE)) {
    const inside = match[1] as string;
    const row: (string | null)[] = [];
    FIELD.lastIndex = 0;
    while (FIELD.lastIndex < inside.length) {
      const field = FIELD.exec(inside);
      if (field === null) break;
      const plain = field[3]?.trim();
      row.push(
        plain !== undefined
          ? /^null$/i.test(plain)
            ? null
            : plain
          : ((field[1] ?? field[2]) as string).replace(/''/g, "'"),
      );
    }
    rows.push(row);
  }
  return rows.length >= 2 && (rows[0] as unknown[]).length >= 2 ? rows : null;
}
