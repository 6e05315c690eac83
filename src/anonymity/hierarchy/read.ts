/**
 * Reads and writes hierarchies in ARX's file format: one line a base value, `value;level 1;level 2;...`, no header.
 *
 * Format: ARX user manual, "Generalization hierarchies" (arx.deidentifier.org); quotes as in RFC 4180.
 * @module
 */
import { nodeFs, ScrimError, writeFileAtomic } from '../../core/index.js';
import { Hierarchy, type HierarchyOptions } from './hierarchy.js';

/** Options of {@link readHierarchy}. */
export interface ReadHierarchyOptions extends HierarchyOptions {
  /** Field delimiter. Default: the first of `;`, tab and `,` that occurs in the first line; `;` when none does. */
  readonly delimiter?: string;
}

const decoder = new TextDecoder('utf-8');

/**
 * A hierarchy from the text or the UTF-8 bytes of a file.
 *
 * @throws SCRIM_HIERARCHY_EMPTY, SCRIM_HIERARCHY_UNEVEN, SCRIM_HIERARCHY_DUPLICATE, SCRIM_HIERARCHY_AMBIGUOUS
 * @example
 * readHierarchy('1;0-4;*\n2;0-4;*\n7;5-9;*\n').levels; // => 3
 */
export function readHierarchy(source: string | Uint8Array, options: ReadHierarchyOptions = {}): Hierarchy {
  let text = typeof source === 'string' ? source : decoder.decode(source);
  if (text.charCodeAt(0) === 0xfeff) text = text.slice(1);
  const firstLine = text.slice(0, Math.max(0, text.search(/[\r\n]|$/)));
  const delimiter = options.delimiter ?? [';', '\t', ','].find((sign) => firstLine.includes(sign)) ?? ';';
  return Hierarchy.fromRows(parseLines(text, delimiter), options);
}

/**
 * A hierarchy from a file.
 *
 * @throws SCRIM_FILE_MISSING, SCRIM_FILE_UNREADABLE, and what {@link readHierarchy} throws
 */
export function readHierarchyFile(path: string, options: ReadHierarchyOptions = {}): Hierarchy {
  let bytes: Uint8Array;
  try {
    bytes = nodeFs('readHierarchyFile').readFileSync(path);
  } catch (error) {
    if (error instanceof ScrimError) throw error;
    const reason = (error as { code?: string }).code ?? 'unknown';
    if (reason === 'ENOENT') throw new ScrimError('SCRIM_FILE_MISSING', { path });
    throw new ScrimError('SCRIM_FILE_UNREADABLE', { path, reason });
  }
  return readHierarchy(bytes, { name: path, ...options });
}

/** The hierarchy as text of the same format, cells quoted where they must be. */
export function hierarchyText(hierarchy: Hierarchy, delimiter = ';'): string {
  const quote = (cell: string): string =>
    cell.includes(delimiter) || /["\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
  let text = '';
  for (const row of hierarchy.rows()) text += `${row.map(quote).join(delimiter)}\n`;
  return text;
}

/** Writes {@link hierarchyText} to a file. @throws SCRIM_FILE_UNWRITABLE */
export async function writeHierarchyFile(path: string, hierarchy: Hierarchy): Promise<void> {
  await writeFileAtomic(path, new TextEncoder().encode(hierarchyText(hierarchy)));
}

function parseLines(text: string, delimiter: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let at = 0;
  let lineStart = true;
  while (at < text.length) {
    let cell: string;
    if (text[at] === '"') {
      let end = at + 1;
      cell = '';
      for (;;) {
        const close = text.indexOf('"', end);
        if (close < 0) {
          cell += text.slice(end);
          at = text.length;
          break;
        }
        cell += text.slice(end, close);
        if (text[close + 1] === '"') {
          cell += '"';
          end = close + 2;
        } else {
          at = close + 1;
          break;
        }
      }
    } else {
      let end = at;
      while (end < text.length && text[end] !== delimiter && text[end] !== '\n' && text[end] !== '\r') end++;
      cell = text.slice(at, end);
      at = end;
    }
    row.push(cell);
    lineStart = false;
    if (text[at] === delimiter) {
      at++;
      if (at === text.length || text[at] === '\n' || text[at] === '\r') row.push('');
    }
    if (at >= text.length || text[at] === '\n' || text[at] === '\r') {
      if (text[at] === '\r' && text[at + 1] === '\n') at++;
      at++;
      if (row.length > 1 || row[0] !== '') rows.push(row);
      row = [];
      lineStart = true;
    }
  }
  if (!lineStart && row.length > 0) rows.push(row);
  return rows;
}
