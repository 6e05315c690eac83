/**
 * Named shares as horizontal bars, the number at the end of each; for quasi-identifiers, columns, classes.
 * @module
 */
import { percent } from '../format.js';
import type { Markup } from '../html.js';
import { FAINT, fitText, MARK, rect, svg, text } from './svg.js';

/** One bar; `share` in [0, 1]. */
export interface Bar {
  readonly label: string;
  readonly share: number;
  /** Text after the percentage. */
  readonly note?: string;
}

const LEFT = 200;
const PLOT = 380;
const ROW = 24;

/** Bars from 0 to 100 % on one linear axis. */
export function shareBars(bars: readonly Bar[], label: string): Markup {
  return svg(
    780,
    bars.length * ROW + 4,
    label,
    bars.map((bar, i) => {
      const y = i * ROW + 4;
      const length = PLOT * Math.min(1, Math.max(0, bar.share));
      return [
        text(LEFT - 10, y + 13, fitText(bar.label, LEFT - 14, 12), { anchor: 'end', title: bar.label }),
        rect(LEFT, y, PLOT, 16, '#ffffff', FAINT),
        rect(LEFT, y, length, 16, MARK),
        text(LEFT + PLOT + 8, y + 13, `${percent(bar.share)}${bar.note === undefined ? '' : `  ${bar.note}`}`, {
          weight: 600,
        }),
      ];
    }),
  );
}
