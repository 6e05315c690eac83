/**
 * Noisy numbers with their intervals on one axis: a dot on a bar per row.
 * @module
 */
import { plain } from '../format.js';
import { type Markup, markup } from '../html.js';
import { FAINT, fitMiddle, line, MARK, MUTED, round, svg, text } from './svg.js';

/** One row of the chart. */
export interface ErrorBarRow {
  readonly label: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

const LEFT = 190;
const PLOT = 380;
const RIGHT = 210;
const ROW = 24;
const TOP = 22;

/** Rows on a linear axis that always shows zero. `label` is read aloud in place of the picture. */
export function errorBars(rows: readonly ErrorBarRow[], label: string): Markup {
  const least = Math.min(0, ...rows.map((row) => row.low));
  const most = Math.max(0, ...rows.map((row) => row.high));
  const width = most - least || 1;
  const x = (value: number): number => LEFT + ((value - least) / width) * PLOT;
  const bottom = TOP + rows.length * ROW;
  const ticks = [...new Set([least, 0, most])].map((at) => [
    line(x(at), TOP - 4, x(at), bottom, FAINT),
    text(x(at), TOP - 9, plain(at), { size: 11, fill: MUTED, anchor: 'middle' }),
  ]);
  const marks = rows.map((row, i) => {
    const y = TOP + i * ROW + ROW / 2;
    return [
      text(0, y + 4, fitMiddle(row.label, LEFT - 12, 12), { size: 12, title: row.label }),
      line(x(row.low), y, x(row.high), y, MARK, 2),
      line(x(row.low), y - 4, x(row.low), y + 4, MARK, 2),
      line(x(row.high), y - 4, x(row.high), y + 4, MARK, 2),
      markup`<circle cx="${round(x(row.value))}" cy="${round(y)}" r="3.5" fill="${MARK}" stroke="#fff" stroke-width="1"/>`,
      text(LEFT + PLOT + 14, y + 4, `${plain(row.value, 6)} [${plain(row.low, 6)}, ${plain(row.high, 6)}]`, {
        size: 11,
      }),
    ];
  });
  return svg(LEFT + PLOT + RIGHT, bottom + 8, label, [ticks, marks]);
}
