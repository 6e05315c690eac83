/**
 * Hashes of several columns put together: pairs and triples in any order, runs of neighbouring columns, whole rows.
 * See hashes.md.
 * @module
 */
import { enumerationBits } from '../intake/domain.js';
import type { Sheet, SheetColumn } from '../intake/sheet.js';
import type { Derived, Step } from '../inverse.js';
import { FOREIGN } from '../restoration/tuple-join.js';
import type { DigestGroup, Joint } from './digest-group.js';
import type { Candidate } from './hash-recipes.js';
import { keyOfWriting } from './hash-writings.js';
import { fitOf, stepOf } from './match.js';

const SEPARATORS = ['', '|', '-', '_', ',', ';', ':', ' ', '#', '\t'];
const ROWS = 6;
/** Digests of a source under one set of recipes. */
const BUDGET = 120_000;

/** Lists of columns that people hash together, the likely ones first. */
function listsOf(width: number): number[][] {
  const lists: number[][] = [];
  for (let a = 0; a < width; a++) for (let b = 0; b < width; b++) if (a !== b) lists.push([a, b]);
  for (let length = 3; length <= width; length++)
    for (let start = 0; start + length <= width; start++) lists.push(Array.from({ length }, (_, i) => start + i));
  if (width <= 10) {
    for (let a = 0; a < width; a++)
      for (let b = 0; b < width; b++)
        for (let c = 0; c < width; c++) if (a !== b && b !== c && a !== c) lists.push([a, b, c]);
  }
  return lists;
}

function joined(sheet: Sheet, columns: readonly number[], row: number, separator: string): string | null {
  let text = '';
  for (let i = 0; i < columns.length; i++) {
    const column = sheet.columns[columns[i] as number] as SheetColumn;
    const code = column.codes[row] as number;
    if (code < 0) return null;
    text += (i === 0 ? '' : separator) + (column.values[code] as string);
  }
  return text;
}

const kept = new WeakMap<Sheet, Map<string, readonly Joint[]>>();

/** Digests of sampled rows; kept, as every product column of the same writing asks for them. */
function entriesOf(sheet: Sheet, tried: readonly Candidate[], late: () => boolean): readonly Joint[] {
  let known = kept.get(sheet);
  if (known === undefined) {
    known = new Map();
    kept.set(sheet, known);
  }
  const key = tried.map(({ recipe, writing }) => `${recipe.key}/${keyOfWriting(writing)}`).join();
  let entries = known.get(key);
  if (entries === undefined) {
    entries = digestAll(sheet, tried, late);
    known.set(key, entries);
  }
  return entries;
}

function digestAll(sheet: Sheet, tried: readonly Candidate[], late: () => boolean): Joint[] {
  const entries: Joint[] = [];
  const rows = Math.min(sheet.rows, ROWS);
  const sample = Array.from({ length: rows }, (_, i) => Math.floor(((i + 0.5) * sheet.rows) / rows));
  for (const columns of listsOf(sheet.columns.length)) {
    if (late()) return entries;
    for (const separator of SEPARATORS) {
      for (const row of sample) {
        const text = joined(sheet, columns, row, separator);
        if (text === null) continue;
        for (const candidate of tried) {
          if (entries.length >= BUDGET) return entries;
          entries.push({ digest: candidate.writing.write(candidate.recipe.hex(text)), columns, separator, candidate });
        }
      }
    }
  }
  return entries;
}

/** Steps that read a column as digests of several source columns together. */
export function matchTuples(
  derived: Derived,
  sources: readonly Sheet[],
  group: DigestGroup,
  late: () => boolean,
): Step[] {
  // Few candidates, many lists of columns.
  const tried = group.tried.filter(({ recipe }) => recipe.key.endsWith('/')).slice(0, 6);
  if (tried.length === 0) return [];
  const known = derived.column.index;
  for (const [source, sheet] of sources.entries()) {
    if (sheet.columns.length > 40 || sheet.rows === 0) continue;
    for (const { digest, columns, separator, candidate } of group.metJoint(sheet, () => entriesOf(sheet, tried, late)))
      if (known.has(digest)) return stepsOf(derived, sheet, source, columns, separator, candidate);
  }
  return [];
}

function stepsOf(
  derived: Derived,
  sheet: Sheet,
  source: number,
  columns: readonly number[],
  separator: string,
  { recipe, writing }: Candidate,
): Step[] {
  const known = derived.column.index;
  const maps = columns.map(() => new Int32Array(derived.column.distinct).fill(FOREIGN));
  const done = new Set<string>();
  for (let row = 0; row < sheet.rows; row++) {
    const text = joined(sheet, columns, row, separator);
    if (text === null || done.has(text)) continue;
    done.add(text);
    const at = known.get(writing.write(recipe.hex(text)));
    if (at === undefined) continue;
    columns.forEach((position, i) => {
      (maps[i] as Int32Array)[at] = (sheet.columns[position] as SheetColumn).codes[row] as number;
    });
  }
  const cost = columns.reduce((bits, position) => bits + enumerationBits(sheet.columns[position] as SheetColumn), 0);
  return columns.map((position, i) => {
    const column = sheet.columns[position] as SheetColumn;
    const map = maps[i] as Int32Array;
    return stepOf(derived, { source, position, column }, map, fitOf(derived.column, column, map), {
      formula: `part(preimage(${writing.name}${recipe.formula(derived.formula)}), ${JSON.stringify(separator)}, ${i + 1})`,
      attack: 'hashes',
      knowledge: 'A2',
      bits: derived.bits + 20,
      costBits: cost,
    });
  });
}
