/**
 * Heat map of columns as tiles: shade and number say how much of each came back; a corner marks direct identifiers.
 * @module
 */
import { percent } from '../format.js';
import { type Markup, markup } from '../html.js';
import { fitMiddle, INK, inkOn, rect, round, shade, svg, text, textWidth } from './svg.js';

/** One tile; `share` in [0, 1]. */
export interface Tile {
  readonly label: string;
  readonly share: number;
  /** Marked with a corner: a direct identifier. */
  readonly marked: boolean;
}

const WIDTH = 780;
const HEIGHT = 44;
const GAP = 4;

/**
 * Tiles in reading order, as many in a row as keeps their names legible.
 *
 * @param label - read aloud in place of the picture
 */
export function tileMap(tiles: readonly Tile[], label: string): Markup {
  const longest = Math.max(0, ...tiles.map((tile) => textWidth(tile.label, 12)));
  const fitting = Math.floor((WIDTH + GAP) / (longest + 26 + GAP));
  const across = Math.max(1, Math.min(tiles.length, Math.max(3, Math.min(6, fitting))));
  const width = Math.min(257, (WIDTH - GAP * (across - 1)) / across);
  const content = tiles.map((tile, i) => {
    const x = (i % across) * (width + GAP);
    const y = Math.floor(i / across) * (HEIGHT + GAP);
    const ink = inkOn(tile.share);
    return markup`<g><title>${tile.label}: ${percent(tile.share)}</title>${rect(x, y, width, HEIGHT, shade(tile.share), '#8c959f')}${
      tile.marked
        ? markup`<path d="M${round(x + width - 13)} ${y} h13 v13 z" fill="${ink === INK ? INK : '#ffffff'}"/>`
        : ''
    }${text(x + 8, y + 18, fitMiddle(tile.label, width - 26, 12), { fill: ink, weight: 600 })}${text(x + 8, y + 35, percent(tile.share), { fill: ink })}</g>`;
  });
  const rows = Math.max(1, Math.ceil(tiles.length / across));
  return svg(WIDTH, rows * (HEIGHT + GAP), label, content);
}
