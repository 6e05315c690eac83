/**
 * Several figures in one cell: `7.5±2.3`, `1203 (15.0%)`, `1808 (920–3550)`. What stands between them must be the same in every cell,
 * and each place is a column of figures of its own. See aggregate.md.
 * @module
 */
import { columnOfTexts, type Sheet, type SheetColumn } from '../intake/sheet.js';
import { figureOf, isMark } from './figure-texts.js';
import type { Folded } from './one-hot.js';

/** A number of a cell; a dash behind a digit or a bracket stands between two. */
const NUMBER = /(?<![\d.])(?:(?<![\d)\]%％]\s*)[+-])?(?:\d{1,3}(?:,\d{3})+(?![\d])|\d+)(?:\.\d+)?[%％]?/g;
const LONGEST_CELL = 60;
const LONGEST_BETWEEN = 24;
const MOST_FIGURES = 5;
/** What writes dates, times, intervals and codes: labels, not figures. */
const LABEL_LIKE = /^(?:#?[-–—~～至到:：/年月日.岁 [\](),，<>=≥≤T]*#?)*$/;
const BETWEEN_FIGURES = /[±(（[/]/;

/** Texts of each place of a column's cells; null where cells are not made alike, or hold one figure. */
export function figuresIn(column: SheetColumn): readonly (readonly string[])[] | null {
  let pattern: string | null = null;
  const places: string[][] = [];
  for (const [code, text] of column.values.entries()) {
    if (column.counts[code] === 0) continue;
    const plain = text.trim();
    if (plain.length > LONGEST_CELL) return null;
    const own = plain.match(NUMBER) ?? [];
    if (own.length < 2) {
      // A suppressed cell has no figure at any place; any other text is none of this kind.
      if (!isMark(plain)) return null;
      continue;
    }
    const between = plain.replace(NUMBER, '#').replace(/\s+/g, '');
    pattern ??= between;
    if (between !== pattern || own.length > MOST_FIGURES) return null;
    own.forEach((figure, i) => {
      places[i] ??= Array.from({ length: column.distinct }, () => '');
      (places[i] as string[])[code] = figure;
    });
  }
  if (pattern === null || pattern.length > LONGEST_BETWEEN) return null;
  if (!BETWEEN_FIGURES.test(pattern) || (LABEL_LIKE.test(pattern) && /^[([（]/.test(pattern))) return null;
  return places.every((place) => place.every((text) => text === '' || !Number.isNaN(figureOf(text)))) ? places : null;
}

/** The product with a column for each place of its cells of several figures; null where there are none. */
export function splitComposites(product: Sheet): Folded | null {
  const members: number[][] = [];
  const columns: SheetColumn[] = [];
  product.columns.forEach((column, at) => {
    const places = figuresIn(column);
    if (places === null) {
      columns.push(column);
      members.push([at]);
      return;
    }
    for (const place of places) {
      const texts = Array.from(column.codes, (code) => (code < 0 ? '' : (place[code] as string)));
      columns.push(
        columnOfTexts(
          column.name,
          texts.map((text) => (text === '' ? null : text)),
        ),
      );
      members.push([at]);
    }
  });
  if (columns.length === product.columns.length) return null;
  return { sheet: { ...product, columns }, members, kind: 'figures of a cell', figures: true };
}
