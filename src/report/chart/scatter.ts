/**
 * Squares of points against the diagonal, side by side: what is on the line is the same in source and extract.
 * @module
 */
import { type Markup, markup } from '../html.js';
import { FAINT, line, MARK, MUTED, rect, round, svg, text } from './svg.js';

/** One square; both axes run from `low` to `high`. */
export interface ScatterPanel {
  readonly title: string;
  readonly low: number;
  readonly high: number;
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** Words of the chart. */
export interface ScatterWords {
  readonly label: string;
  readonly x: string;
  readonly y: string;
}

const SIDE = 250;
const LEFT = 60;
const TOP = 30;
const STEP = 370;

/** Draws up to two panels. */
export function scatter(panels: readonly ScatterPanel[], words: ScatterWords): Markup {
  const drawn = panels.map(({ title, low, high, points }, i) => {
    const left = LEFT + i * STEP;
    const x = (value: number): number => left + (SIDE * (value - low)) / (high - low);
    const y = (value: number): number => TOP + SIDE - (SIDE * (value - low)) / (high - low);
    const ticks = [low, (low + high) / 2, high];
    return [
      text(left, TOP - 12, title, { weight: 600 }),
      rect(left, TOP, SIDE, SIDE, '#ffffff', FAINT),
      line(x(low), y(low), x(high), y(high), MUTED, 1, '4 3'),
      ticks.map((tick) => [
        text(x(tick), TOP + SIDE + 15, tickText(tick), { size: 11, fill: MUTED, anchor: 'middle' }),
        text(left - 6, y(tick) + 4, tickText(tick), { size: 11, fill: MUTED, anchor: 'end' }),
      ]),
      text(left + SIDE / 2, TOP + SIDE + 31, words.x, { size: 11, anchor: 'middle' }),
      text(left + 6, TOP + 15, words.y, { size: 11, fill: MUTED }),
      points.map(
        ([a, b]) =>
          markup`<circle cx="${round(x(a))}" cy="${round(y(b))}" r="3.5" fill="${MARK}" fill-opacity="0.55" stroke="${MARK}"/>`,
      ),
    ];
  });
  return svg(LEFT + Math.max(1, panels.length) * STEP, TOP + SIDE + 40, words.label, drawn);
}

function tickText(value: number): string {
  return String(Number(value.toFixed(2)));
}
