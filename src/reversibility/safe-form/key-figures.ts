/**
 * Key figures of a whole source (`平均年薪 | 81392.4`, `mean of income`, a row of them under such headers), each recomputed: the label
 * must name a column and a statistic and say nothing else. See summary.md.
 * @module
 */
import type { Sheet, SheetColumn } from '../intake/sheet.js';
import { type Described, statisticsOf } from './descriptions.js';
import { type Grid, isFigure, numericByName, type Summary } from './grid.js';
import { BETWEEN, statisticsNamed } from './statistic-words.js';

const MOST_FIGURES = 200;
const LONGEST_LABEL = 60;

/** Words for how many rows or persons there are. */
const EVERYBODY =
  /^(?:n|rows?|records?|count|size|total|persons?|people|总数|总计|合计|总人数|总户数|总行数|总记录数|总量|人数|户数|行数|记录数|样本量|样本数|人次|件数|数量|企业数|用户数|客户数)$/i;
/** Reads a product as key figures of a source; null when a figure is none. */
export function keyFiguresOf(grid: Grid, sheet: Sheet, safeClass: number): Summary | null {
  const cells = cellsOf(grid);
  // Each label is another one: two of them for different figures would be choices.
  if (cells === null || new Set(cells.map(({ label }) => label)).size < cells.length) return null;
  const names = columnsByLength(sheet);
  const numeric = new Set(numericByName(sheet).values());
  const known = new Map<number, readonly Described[]>();
  const extremes = new Map<number, number>();
  const how = new Map<number, string>(grid.labels.map(({ column }) => [column, 'names of columns and statistics']));
  let persons = sheet.persons;
  let named = 0;
  for (const { label, figure, unit, column } of cells) {
    if (Number.isNaN(figure)) continue;
    const about = readLabel(label, names);
    if (about === null) return null;
    if (about.position === null) {
      if (figure !== sheet.rows && figure !== sheet.persons) return null;
    } else {
      named++;
      const list =
        known.get(about.position) ??
        describe(sheet.columns[about.position] as SheetColumn, numeric.has(about.position));
      known.set(about.position, list);
      const met = list.find((own) => about.statistics.has(own.how) && isFigure(figure, unit, own.value));
      if (met === undefined) return null;
      if (met.quantile === true && met.persons < safeClass) extremes.set(column, (extremes.get(column) ?? 0) + 1);
      else persons = Math.min(persons, met.persons);
    }
    how.set(column, 'key figures');
  }
  return named === 0 ? null : { kind: 'key figures', how, persons, extremes };
}

interface Cell {
  readonly label: string;
  readonly figure: number;
  readonly unit: number;
  /** Product column of the figure. */
  readonly column: number;
}

/** Figures one below the other beside their labels, or one row of them under their headers. */
function cellsOf({ rows, labels, figures }: Grid): Cell[] | null {
  const [only] = figures;
  if (only === undefined || rows * figures.length > MOST_FIGURES) return null;
  if (labels.length === 0 && rows === 1)
    return figures.map(({ name, values, units, column }) => ({
      label: name,
      figure: values[0] as number,
      unit: units[0] as number,
      column,
    }));
  if (labels.length === 0 || labels.length > 2 || figures.length > 1) return null;
  return Array.from({ length: rows }, (_, row) => ({
    label: labels.map(({ texts }) => texts[row] as string).join(' '),
    figure: only.values[row] as number,
    unit: only.units[row] as number,
    column: only.column,
  }));
}

/** Columns of a source, the longest names first: `年营业额` before `营业额`. */
function columnsByLength(sheet: Sheet): readonly { readonly name: string; readonly position: number }[] {
  return sheet.columns
    .map(({ name }, position) => ({ name: name.trim().toLowerCase(), position }))
    .filter(({ name }) => name !== '')
    .sort((a, b) => b.name.length - a.name.length);
}

interface About {
  /** Source column, null for everybody. */
  readonly position: number | null;
  readonly statistics: ReadonlySet<string>;
}

/** The column and the statistics that a label names, when it says nothing else. */
function readLabel(label: string, names: ReturnType<typeof columnsByLength>): About | null {
  const text = label.trim().toLowerCase();
  if (text.length > LONGEST_LABEL) return null;
  if (EVERYBODY.test(text.replace(BETWEEN, ''))) return { position: null, statistics: new Set() };
  for (const { name, position } of names) {
    const at = text.indexOf(name);
    if (at < 0) continue;
    const rest = `${text.slice(0, at)} ${text.slice(at + name.length)}`.replace(BETWEEN, '');
    const statistics = statisticsNamed(rest);
    if (statistics.size > 0) return { position, statistics };
  }
  return null;
}

/** Statistics of a column of numbers; of any other only how many there are. */
function describe(column: SheetColumn, numeric: boolean): readonly Described[] {
  if (numeric) return statisticsOf(column);
  const persons = column.present;
  return [
    { how: 'count', value: persons, persons },
    { how: 'missing', value: column.rows - persons, persons },
    { how: 'distinct values', value: column.distinct, persons },
  ];
}
