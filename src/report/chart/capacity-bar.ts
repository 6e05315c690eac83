/**
 * What the product can carry at most against what the raw package holds: one bar inside another.
 * @module
 */
import { bits, percent } from '../format.js';
import type { Markup } from '../html.js';
import { FAINT, MARK, rect, svg, text } from './svg.js';

/** Bits of the two sides and the bound, as in `Verdict.capacity`. */
export interface CapacityFigures {
  readonly productBits: number;
  readonly rawBits: number;
  readonly bound: number;
}

const WIDTH = 560;

/** The bound as a bar within the raw package's bar, both labelled with their size. */
export function capacityBar(
  figures: CapacityFigures,
  words: { readonly label: string; readonly product: string; readonly raw: string },
): Markup {
  const share = Math.min(1, Math.max(0, figures.bound));
  return svg(780, 62, words.label, [
    rect(0, 20, WIDTH, 18, '#ffffff', '#57606a'),
    rect(0, 20, Math.max(share > 0 ? 2 : 0, WIDTH * share), 18, MARK),
    rect(WIDTH, 14, 1, 30, FAINT),
    text(0, 13, `${words.product} ${bits(figures.productBits)}`, { weight: 600 }),
    text(WIDTH, 56, `${words.raw} ${bits(figures.rawBits)}`, { anchor: 'end' }),
    text(WIDTH + 12, 35, `≤ ${percent(share)}`, { size: 18, weight: 700 }),
  ]);
}
