/**
 * Tables in markup: the rows of HTML, and in XML the elements that hold most elements of text alone, whatever they are called.
 * See readings.md.
 * @module
 */
import type { Grid } from '../../containers/index.js';
import { fromEntities } from '../decoding/decode-bytes.js';

/** The rows of an HTML table or of XML records; null where there are none. */
export function markupGrid(text: string): Grid | null {
  return /<tr[\s>]/i.test(text) ? htmlGrid(text) : (recordsGrid(text) ?? attributesGrid(text));
}

/** The rows of the tables of an HTML document. */
function htmlGrid(text: string): Grid | null {
  const rows = text.split(/<\/tr\s*>|<tr[\s>]/i).map((part) =>
    part
      .split(/<t[dh](?=[\s>])/i)
      .slice(1)
      .map((cell) => plainText(cell.replace(/^[^>]*>/, '').replace(/<[^>]*>/g, ''))),
  );
  return ofRows(rows);
}

const TAG = /<(\/?)([a-z_][\w:.-]*)((?:[^<>"']|"[^"]*"|'[^']*')*?)(\/?)>/gi;

/** An element whose end has not come yet. */
interface Open {
  readonly name: string;
  /** Where its text begins. */
  readonly from: number;
  readonly cells: string[];
}

/** Elements of one name that hold elements of text alone: the name with most of such. */
function recordsGrid(text: string): Grid | null {
  const open: Open[] = [];
  const records = new Map<string, string[][]>();
  for (const tag of text.matchAll(TAG)) {
    const [whole, closing, name, , empty] = tag as unknown as [string, string, string, string, string];
    if (closing === '') {
      if (empty === '/') open.at(-1)?.cells.push('');
      else if (open.length < DEEPEST) open.push({ name, from: tag.index + whole.length, cells: [] });
      continue;
    }
    const own = open.at(-1);
    if (own === undefined || own.name !== name) return null;
    open.pop();
    const inner = text.slice(own.from, tag.index);
    if (!inner.includes('<')) open.at(-1)?.cells.push(plainText(inner));
    else if (own.cells.length > 1) {
      const list = records.get(name) ?? [];
      list.push(own.cells);
      records.set(name, list);
    }
  }
  const best = [...records.values()].reduce<string[][]>((most, own) => (own.length > most.length ? own : most), []);
  return best.length >= 2 ? best : null;
}

const DEEPEST = 64;

/** Rows whose cells are attributes, or whose markup is broken. */
function attributesGrid(text: string): Grid | null {
  const rows = text
    .split(/<\/(?:tr|row|record|item|r|person|entry)\s*>|<\/[a-z]+>\s*\n|\/>/i)
    .map((part) =>
      [...part.matchAll(/>([^<>]*)<\/|="([^"]*)"/g)].map((match) => plainText(match[1] ?? match[2] ?? '')),
    );
  return ofRows(rows);
}

function plainText(text: string): string {
  const plain = text.trim();
  return fromEntities(plain) ?? plain;
}

function ofRows(rows: string[][]): Grid | null {
  const kept = rows.filter((row) => row.length > 1);
  return kept.length >= 2 ? kept : null;
}
