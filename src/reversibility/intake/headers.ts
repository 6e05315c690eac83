/**
 * The names of a product's columns read as content: a header can carry raw values as well as a cell can.
 * @module
 */
import { columnOfTexts, type Sheet } from './sheet.js';

const PARTS = 6;

/** Runs of digits of an identifier's length, words of Han characters, other words. */
function piecesOf(name: string): string[] {
  return name.match(/\d{6,}|\p{Script=Han}{2,}|[\p{L}\p{N}@.+]{5,}/gu) ?? [];
}

/** Longer names say more than what a column is. */
const LONGEST_NAME = 120;

/** True for a name that no person gives: Base64, Base32 or hexadecimal digits in a run, or a whole sentence and more. */
function isCoded(name: string): boolean {
  if (name.length > LONGEST_NAME) return true;
  if (!/^[A-Za-z0-9+/_=-]{20,}$/.test(name) || !/\d/.test(name)) return false;
  const run = /[A-Za-z0-9+/]{16,}/.exec(name)?.[0] ?? '';
  const turns = run.match(/[a-z][A-Z0-9]|[A-Z][a-z0-9]|\d[A-Za-z]/g)?.length ?? 0;
  return turns >= run.length / 4 && run !== '';
}

/**
 * The names of a product's columns, and their pieces, as a table of one row a column; null when no name that the sources do not
 * have as a column holds a value that fewer than `below` rows of a source hold, or looks like a code.
 *
 * @param holds - false when no source column holds a text: few names need to be sought in every column
 */
export function headerSheet(
  product: Sheet,
  sources: readonly Sheet[],
  below: number,
  holds: (text: string) => boolean,
): Sheet | null {
  const known = new Set(sources.flatMap((sheet) => sheet.columns.map((column) => column.name)));
  const names = product.columns.map((column) => column.name).filter((name) => !known.has(name));
  const rare = (text: string): boolean =>
    sources.some((sheet) =>
      sheet.columns.some((column) => {
        const code = column.index.get(text);
        return code !== undefined && (column.counts[code] as number) < below;
      }),
    );
  const telling = (text: string): boolean =>
    (text.length >= 5 || /[^\u0020-\u007e]/.test(text)) && holds(text) && rare(text);
  const told = names.filter((name) => isCoded(name) || telling(name) || piecesOf(name).some(telling));
  if (told.length === 0) return null;
  const pieces = told.map(piecesOf);
  const columns = [columnOfTexts('column names', told)];
  for (let part = 0; part < PARTS; part++) {
    const texts = pieces.map((own) => own[part] ?? null);
    if (texts.some((text) => text !== null)) columns.push(columnOfTexts(`part ${part + 1} of column names`, texts));
  }
  return { name: product.name, rows: told.length, columns, personOf: null, persons: told.length };
}
