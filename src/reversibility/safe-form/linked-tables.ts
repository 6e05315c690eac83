/**
 * Group tables that leave together, each safe by itself, put into one: the same groups side by side, totals below the groups that they
 * are the sum of. What one hides another may give back. See aggregate.md, "Linked tables".
 * @module
 */
import { columnOfTexts, type Sheet, type SheetColumn } from '../intake/sheet.js';
import type { ColumnReport, Reason, Thresholds } from '../verdict.js';
import { recogniseSafeForms } from './recognise.js';

/** A product and what its columns were read as. */
export interface GroupTable {
  readonly sheet: Sheet;
  readonly columns: readonly ColumnReport[];
}

/** Pairs of tables that are looked at. */
const MOST_PAIRS = 30;
/** The label of rows that stand for all groups of a key. */
const EVERYTHING = '合计';
/** Reasons that only tables together give. */
const OF_LINKS: ReadonlySet<string> = new Set(['small-cell', 'small-groups', 'second-version']);

/** What pairs of group tables tell together that none tells by itself. */
export function linkedReasons(
  tables: readonly GroupTable[],
  sources: readonly Sheet[],
  thresholds: Thresholds,
  late: () => boolean,
): Reason[] {
  const reasons: Reason[] = [];
  let pairs = 0;
  for (const a of tables)
    for (const b of tables) {
      if (a === b || pairs >= MOST_PAIRS || late()) continue;
      const linked = linkedTable(a, b);
      if (linked === null || (tables.indexOf(b) < tables.indexOf(a) && sameKeys(a, b))) continue;
      pairs++;
      const forms = recogniseSafeForms(linked, sources, thresholds, late);
      reasons.push(...forms.reasons.filter(({ code }) => OF_LINKS.has(code)));
    }
  return reasons;
}

/** Key columns by what they are recodings of. */
function keysOf({ columns }: GroupTable): Map<string, number> {
  return new Map(columns.flatMap(({ how }, at) => (how?.startsWith('group by ') === true ? [[how, at] as const] : [])));
}

function sameKeys(a: GroupTable, b: GroupTable): boolean {
  return keysOf(a).size === keysOf(b).size;
}

/** The rows of `fine` and, in the same columns, those of a table of the same keys or of some of them; null where there is no such link. */
function linkedTable(fine: GroupTable, coarse: GroupTable): Sheet | null {
  const keys = keysOf(fine);
  const some = keysOf(coarse);
  if (some.size === 0 || ![...some.keys()].every((how) => keys.has(how))) return null;
  const rows = new Map<string, number>();
  const labels: (string | null)[][] = [];
  const cells = new Map<string, (string | null)[]>();
  for (const { sheet, columns } of [fine, coarse]) {
    const own = keysOf({ sheet, columns });
    for (let row = 0; row < sheet.rows; row++) {
      const group = [...keys.keys()].map((how) => {
        const at = own.get(how);
        return at === undefined ? EVERYTHING : textAt(sheet.columns[at] as SheetColumn, row);
      });
      const known = JSON.stringify(group);
      if (!rows.has(known)) {
        rows.set(known, labels.length);
        labels.push(group);
      }
      const place = rows.get(known) as number;
      columns.forEach(({ how, product: name }, at) => {
        if (how === null || how.startsWith('group by ') || how === 'constant') return;
        put(cells, `${name}\u0000${how}`, place, textAt(sheet.columns[at] as SheetColumn, row));
      });
    }
  }
  const names = [...keys.values()].map((at) => (fine.sheet.columns[at] as SheetColumn).name);
  const list = [
    ...names.map((name, key) =>
      columnOfTexts(
        name,
        labels.map((group) => group[key] ?? null),
      ),
    ),
    ...[...cells].map(([name, texts]) =>
      columnOfTexts(
        headerOf(name),
        Array.from(labels, (_, row) => texts[row] ?? null),
      ),
    ),
  ];
  return {
    name: `${fine.sheet.name} + ${coarse.sheet.name}`,
    rows: labels.length,
    columns: list,
    personOf: null,
    persons: labels.length,
  };
}

/** A figure in its row; beside it where another one stands there. */
function put(cells: Map<string, (string | null)[]>, name: string, row: number, text: string | null): void {
  for (let version = 0; ; version++) {
    const key = `${name}\u0000${version}`;
    const column = cells.get(key) ?? [];
    const before = column[row];
    if (before !== undefined && before !== null && text !== null && before !== text) continue;
    if (text !== null || before === undefined) column[row] = text ?? before ?? null;
    cells.set(key, column);
    return;
  }
}

/** The header of a column that was put together. */
const headerOf = (key: string): string => key.split('\u0000')[0] as string;

function textAt({ codes, values }: SheetColumn, row: number): string | null {
  const code = codes[row] as number;
  return code < 0 ? null : (values[code] as string);
}
