/**
 * Rows by class size: one bar a bin, the number on the bar, bins under a limit hatched.
 * @module
 */
import { count, percent } from '../format.js';
import { type Markup, markup } from '../html.js';
import { FAINT, INK, line, MARK, MUTED, rect, svg, text } from './svg.js';

/** Lower limit of a bin and rows in it. */
export interface Bin {
  readonly from: number;
  readonly rows: number;
}

/** Words of the chart. */
export interface HistogramWords {
  /** Read aloud in place of the picture. */
  readonly label: string;
  /** Under the axis: what the bins are. */
  readonly axis: string;
  /** At the limit, e.g. "under 5". */
  readonly limit: string;
  /** Identifier of the hatch pattern where a page has several charts. Default: `hatch`. */
  readonly hatch?: string;
}

const PLOT_HEIGHT = 120;
const TOP = 34;
const LEFT = 8;
/** Room for the words under the axis, however few the bars. */
const LEAST = 420;

function binLabel(from: number, next: number | undefined): string {
  if (next === undefined) return `≥ ${count(from)}`;
  return next - from === 1 ? count(from) : `${count(from)}–${count(next - 1)}`;
}

/** Bars of the share of rows per bin; bars whose bin lies under `limit` are hatched and outlined. */
export function histogram(bins: readonly Bin[], limit: number, words: HistogramWords): Markup {
  const hatch = words.hatch ?? 'hatch';
  const total = bins.reduce((sum, bin) => sum + bin.rows, 0);
  const highest = Math.max(1, ...bins.map((bin) => bin.rows));
  const width = Math.min(110, Math.max(52, 760 / Math.max(1, bins.length)));
  const bottom = TOP + PLOT_HEIGHT;
  const under = bins.filter((bin) => bin.from < limit).length;
  const bars = bins.map((bin, i) => {
    const height = (bin.rows / highest) * PLOT_HEIGHT;
    const x = LEFT + i * width;
    const small = bin.from < limit;
    return [
      rect(x + 5, bottom - height, width - 10, height, small ? `url(#${hatch})` : MARK, small ? INK : 'none'),
      text(x + width / 2, bottom - height - 5, percent(total === 0 ? 0 : bin.rows / total), {
        size: 11,
        anchor: 'middle',
        weight: 600,
      }),
      text(x + width / 2, bottom + 15, binLabel(bin.from, bins[i + 1]?.from), { size: 11, anchor: 'middle' }),
      text(x + width / 2, bottom + 29, count(bin.rows), { size: 10, fill: MUTED, anchor: 'middle' }),
    ];
  });
  const border = LEFT + under * width;
  return svg(Math.max(LEAST, LEFT * 2 + bins.length * width), bottom + 50, words.label, [
    markup`<defs><pattern id="${hatch}" width="6" height="6" patternUnits="userSpaceOnUse"><rect width="6" height="6" fill="#ffffff"/><path d="M0 6 L6 0" stroke="${INK}" stroke-width="1.4"/></pattern></defs>`,
    line(LEFT, bottom, LEFT + bins.length * width, bottom, FAINT),
    under > 0 && under < bins.length
      ? [
          line(border, 14, border, bottom, INK, 1.5, '4 3'),
          text(border - 5, 14, words.limit, { size: 11, anchor: 'end', weight: 600 }),
        ]
      : '',
    bars,
    text(LEFT, bottom + 46, words.axis, { size: 11, fill: MUTED }),
  ]);
}
