/**
 * Shares with their intervals against thresholds: a ring for the gross figure, a dot on a bar for the net one.
 * @module
 */
import { percent } from '../format.js';
import { type Markup, markup } from '../html.js';
import { FAINT, fitText, INK, line, MARK, MUTED, round, SHARE_TICKS, shareScale, svg, text } from './svg.js';

/** One row of the chart; shares in [0, 1]. */
export interface IntervalRow {
  readonly label: string;
  readonly gross: number;
  readonly net: number;
  readonly lower: number;
  readonly upper: number;
  /** Under the label, small. */
  readonly note?: string;
}

/** A vertical line at a share, with its name. */
export interface Threshold {
  readonly at: number;
  readonly label: string;
}

/** Words of the chart. */
export interface IntervalWords {
  /** Read aloud in place of the picture. */
  readonly label: string;
  readonly gross: string;
  readonly net: string;
}

const LEFT = 190;
const PLOT = 400;
const RIGHT = 170;
const ROW = 44;
const TOP = 34;

/** Shares with intervals on the axis of {@link shareScale}. */
export function intervalChart(
  rows: readonly IntervalRow[],
  thresholds: readonly Threshold[],
  words: IntervalWords,
): Markup {
  const x = (share: number): number => LEFT + shareScale(share) * PLOT;
  const bottom = TOP + rows.length * ROW;
  const axis = SHARE_TICKS.map(([at, label]) => [
    line(x(at), TOP - 4, x(at), bottom, FAINT),
    text(x(at), bottom + 15, label, { size: 11, fill: MUTED, anchor: 'middle' }),
  ]);
  const limits = thresholds.map(({ at, label }) => [
    line(x(at), TOP - 10, x(at), bottom, INK, 1.5, '4 3'),
    text(x(at), TOP - 15, label, { size: 11, anchor: 'middle', weight: 600 }),
  ]);
  const marks = rows.map((row, i) => {
    const y = TOP + i * ROW + ROW / 2;
    return [
      text(0, row.note === undefined ? y + 4 : y - 3, fitText(row.label, LEFT - 12, 13), {
        size: 13,
        weight: 600,
        title: row.label,
      }),
      row.note === undefined
        ? ''
        : text(0, y + 13, fitText(row.note, LEFT - 12, 11), { size: 11, fill: MUTED, title: row.note }),
      line(x(row.lower), y, x(row.upper), y, MARK, 5),
      markup`<circle cx="${round(x(row.gross))}" cy="${round(y)}" r="7" fill="none" stroke="${INK}" stroke-width="1.5"/>`,
      markup`<circle cx="${round(x(row.net))}" cy="${round(y)}" r="4" fill="${MARK}" stroke="#fff" stroke-width="1"/>`,
      text(LEFT + PLOT + 16, y - 3, `${words.net} ${percent(row.net)} [${percent(row.lower)}, ${percent(row.upper)}]`, {
        size: 11,
        weight: 600,
      }),
      text(LEFT + PLOT + 16, y + 12, `${words.gross} ${percent(row.gross)}`, { size: 11, fill: MUTED }),
    ];
  });
  return svg(LEFT + PLOT + RIGHT + 30, bottom + 24, words.label, [axis, limits, marks]);
}
