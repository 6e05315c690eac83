/**
 * Records written line by line, a field and its value on each (`姓名: 张三`, YAML lists, INI sections), put back into rows.
 * See readings.md.
 * @module
 */
import { columnOfTexts, type Sheet } from '../../intake/sheet.js';

const FIELD = /^\s*(?:-\s+)?["']?([^:：=\s"'][^:：=\n"']{0,39}?)["']?\s*[:：=]\s*(.*)$/;
const MOST_FIELDS = 200;
const LEAST_RECORDS = 8;

/** The records of a product whose lines are fields; null where they are not. The header is the first line. */
export function lineRecords(product: Sheet): Sheet | null {
  const { columns, rows } = product;
  if (columns.length > 3 || rows < 2 * LEAST_RECORDS) return null;
  const first = columns.map(({ name }) => name).join(',');
  if (FIELD.exec(first) === null && FIELD.exec(lineAt(product, 0)) === null) return null;
  const records: Map<string, string>[] = [];
  const fields = new Map<string, number>();
  let current = new Map<string, string>();
  let read = 0;
  for (let row = -1; row < rows; row++) {
    const match = FIELD.exec(row < 0 ? first : lineAt(product, row));
    if (match === null) continue;
    read++;
    const name = match[1] as string;
    // A field that comes again begins the next record.
    if (current.has(name)) {
      records.push(current);
      current = new Map();
    }
    current.set(name, (match[2] as string).trim().replace(/^(["'])(.*)\1[,;]?$/, '$2'));
    fields.set(name, (fields.get(name) ?? 0) + 1);
    if (fields.size > MOST_FIELDS) return null;
  }
  if (current.size > 0) records.push(current);
  const width = [...fields.values()].filter((count) => count >= 0.3 * records.length).length;
  if (read < 0.7 * rows || records.length < LEAST_RECORDS || width < 2) return null;
  return {
    name: product.name,
    rows: records.length,
    columns: [...fields.keys()].map((name) =>
      columnOfTexts(
        name,
        records.map((record) => record.get(name) ?? null),
      ),
    ),
    personOf: null,
    persons: records.length,
  };
}

function lineAt({ columns }: Sheet, row: number): string {
  let line = '';
  for (const [i, { codes, values }] of columns.entries()) {
    const code = codes[row] as number;
    if (code >= 0) line += `${i > 0 && line !== '' ? ',' : ''}${values[code]}`;
  }
  return line;
}
