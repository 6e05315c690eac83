/**
 * HTML and SVG text in which everything from outside is escaped: a tagged template whose holes are text unless they are {@link Markup}.
 *
 * Escapes `& < > " '` (HTML Living Standard, 13.1.2.3 and 13.3); hole positions are element content and quoted attributes only.
 * @module
 */
import { visibleText } from '../core/index.js';

/** Finished markup; only {@link markup} and {@link joined} make it. */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
  toString(): string {
    return this.text;
  }
}

/** What may stand in a hole. */
export type Hole = Markup | string | number | null | undefined | false | readonly Hole[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as it may stand in element content or a quoted attribute; control and direction characters are written out. */
export function escapeText(text: string): string {
  return visibleText(text).replace(/[&<>"']/g, (character) => ENTITIES[character] as string);
}

function render(hole: Hole): string {
  if (hole === null || hole === undefined || hole === false) return '';
  if (hole instanceof Markup) return hole.text;
  if (typeof hole === 'object') return hole.map(render).join('');
  return escapeText(String(hole));
}

/**
 * Tagged template for markup.
 *
 * @example
 * markup`<b>${'<script>'}</b>`.text; // => '<b>&lt;script&gt;</b>'
 */
export function markup(parts: TemplateStringsArray, ...holes: readonly Hole[]): Markup {
  let text = parts[0] as string;
  holes.forEach((hole, i) => {
    text += render(hole) + (parts[i + 1] as string);
  });
  return new Markup(text);
}
