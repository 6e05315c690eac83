/**
 * Text for a terminal: wrapping and small tables by display width, and the nearest word to a misspelt one.
 * @module
 */
import { displayWidth, truncateText, visibleText } from '../core/index.js';

// A unit that may stand at the start of a line: one wide character or one word, with the closing punctuation after it.
const UNIT =
  /\s*(?:[（「『《“]*[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]|[^\s\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]+)[，。；：、！？）」』》”]*/gu;

/** Breaks lines at spaces and between Chinese characters so that none is wider than `width` columns. */
export function wrap(text: string, width: number): string {
  return text
    .split('\n')
    .map((line) => {
      const lines: string[] = [];
      let current = '';
      let used = 0;
      for (const unit of line.match(UNIT) ?? []) {
        const size = displayWidth(unit);
        if (current !== '' && used + size > width) {
          lines.push(current);
          current = unit.trimStart();
          used = displayWidth(current);
        } else {
          current += unit;
          used += size;
        }
      }
      lines.push(current);
      return lines.join('\n');
    })
    .join('\n');
}

/** How a column of {@link textTable} is aligned. */
export type Align = 'left' | 'right';

/** Rows under headings, columns aligned by display width; the last column is not padded. Cells are made printable. */
export function textTable(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  align: readonly Align[] = [],
  maximum = 44,
): string {
  const cells = [headings, ...rows].map((row) => row.map((cell) => truncateText(visibleText(cell), maximum)));
  const widths = headings.map((_, i) => Math.max(...cells.map((row) => displayWidth(row[i] ?? ''))));
  return cells
    .map((row) =>
      row
        .map((cell, i) => {
          const padding = ' '.repeat((widths[i] as number) - displayWidth(cell));
          return align[i] === 'right' ? padding + cell : i === row.length - 1 ? cell : cell + padding;
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Edit distance with transpositions (optimal string alignment). */
function distance(a: string, b: string): number {
  const width = b.length + 1;
  const cell = new Int32Array((a.length + 1) * width);
  for (let i = 0; i <= a.length; i++) cell[i * width] = i;
  for (let j = 0; j <= b.length; j++) cell[j] = j;
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min(
        (cell[(i - 1) * width + j] as number) + 1,
        (cell[i * width + j - 1] as number) + 1,
        (cell[(i - 1) * width + j - 1] as number) + same,
      );
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, (cell[(i - 2) * width + j - 2] as number) + 1);
      }
      cell[i * width + j] = best;
    }
  }
  return cell[a.length * width + b.length] as number;
}

/** The candidate most like a misspelt word, or undefined when none is near enough to be meant. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const steps = distance(word.toLowerCase().slice(0, 64), candidate.toLowerCase());
    if (steps < bestDistance) {
      best = candidate;
      bestDistance = steps;
    }
  }
  const longest = Math.max(word.length, best?.length ?? 0);
  return best !== undefined && bestDistance <= Math.max(1, Math.floor(longest * 0.4)) ? best : undefined;
}
