/**
 * Risk against utility: a point a setting, numbered; those that no other beats in both are filled and joined by a step line.
 * @module
 */
import { plain } from '../format.js';
import { type Markup, markup } from '../html.js';
import { FAINT, INK, line, MARK, MUTED, round, svg, text } from './svg.js';

/** One setting in the plane; lower is better on both axes. */
export interface FrontierPoint {
  readonly label: string;
  readonly x: number;
  readonly y: number;
  readonly efficient: boolean;
}

const WIDTH = 268;
const HEIGHT = 240;
const LEFT = 40;
const TOP = 24;
const RIGHT = WIDTH - 12;
const BOTTOM = HEIGHT - 34;
/** Ticks of an axis from 0 that stretches small values: square root. */
const TICKS = [0, 0.001, 0.01, 0.03, 0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 50, 100];

interface Axis {
  /** Position of a value, 0 to 1. */
  readonly at: (value: number) => number;
  readonly ticks: readonly number[];
}

/** From 0 by square root; straight from the least to the largest where the values lie close together far from 0. */
function axisOf(values: readonly number[]): Axis {
  const most = values.reduce((largest, value) => Math.max(largest, value), 0);
  const least = values.reduce((smallest, value) => Math.min(smallest, value), most);
  if (most > 0 && least > 0.5 * most && most > least) {
    const span = (most - least) * 1.1;
    return { at: (value) => (value - least) / span, ticks: [least, (least + most) / 2, most] };
  }
  const top = TICKS.find((tick) => tick > 0 && tick >= most) ?? most;
  return {
    at: (value) => Math.sqrt(Math.max(0, value) / top),
    ticks: [...TICKS.filter((tick) => tick === 0 || (tick >= top / 120 && tick <= top && tick !== 0.03))],
  };
}

/** The chart. */
export function frontierChart(
  points: readonly FrontierPoint[],
  words: { readonly label: string; readonly x: string; readonly y: string },
): Markup {
  const xAxis = axisOf(points.map((point) => point.x));
  const yAxis = axisOf(points.map((point) => point.y));
  const x = (value: number): number => LEFT + xAxis.at(value) * (RIGHT - LEFT);
  const y = (value: number): number => BOTTOM - yAxis.at(value) * (BOTTOM - TOP);
  const efficient = points.filter((point) => point.efficient).sort((a, b) => a.x - b.x || b.y - a.y);
  const steps = efficient.flatMap((point, i) => {
    const next = efficient[i + 1];
    if (next === undefined) return [];
    return [
      line(x(point.x), y(point.y), x(next.x), y(point.y), MARK, 1.2),
      line(x(next.x), y(point.y), x(next.x), y(next.y), MARK, 1.2),
    ];
  });
  const placed: { x: number; y: number }[] = [];
  const marks = points.map((point) => {
    const cx = round(x(point.x));
    const cy = round(y(point.y));
    const free = !placed.some((other) => Math.abs(other.x - x(point.x)) < 13 && Math.abs(other.y - y(point.y)) < 11);
    if (free) placed.push({ x: x(point.x), y: y(point.y) });
    return [
      markup`<circle cx="${cx}" cy="${cy}" r="${point.efficient ? 3.6 : 2.8}" fill="${point.efficient ? MARK : '#ffffff'}" stroke="${MARK}" stroke-width="1.1"><title>${point.label}</title></circle>`,
      free || point.efficient
        ? text(x(point.x) + (x(point.x) > RIGHT - 16 ? -5 : 5), y(point.y) - 5, point.label, {
            size: 9.5,
            fill: point.efficient ? INK : MUTED,
            anchor: x(point.x) > RIGHT - 16 ? 'end' : 'start',
          })
        : '',
    ];
  });
  return svg(WIDTH, HEIGHT, words.label, [
    xAxis.ticks.map((tick) => [
      line(x(tick), TOP, x(tick), BOTTOM, FAINT, 0.6),
      text(x(tick), BOTTOM + 12, plain(tick), { size: 9.5, fill: MUTED, anchor: 'middle' }),
    ]),
    yAxis.ticks.map((tick) => [
      line(LEFT, y(tick), RIGHT, y(tick), FAINT, 0.6),
      text(LEFT - 5, y(tick) + 3, plain(tick), { size: 9.5, fill: MUTED, anchor: 'end' }),
    ]),
    steps,
    marks,
    text(RIGHT, BOTTOM + 26, words.x, { size: 10.5, anchor: 'end', weight: 600 }),
    text(2, 9, words.y, { size: 10.5, weight: 600 }),
  ]);
}
