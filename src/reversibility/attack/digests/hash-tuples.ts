/**
 * Hashes of several columns put together: pairs and triples in any order, runs of neighbouring columns, whole rows.
 * See hashes.md.
 * @module
 */
import { enumerationBits } from '../../intake/domain.js';
import type { Sheet, SheetColumn } from '../../intake/sheet.js';
import type { Derived, Step } from '../../inverse.js';
import { FOREIGN } from '../../restoration/tuple-join.js';
import { fitOf, stepOf } from '../shared/match.js';
import { type DigestGroup, hasHead, type Joints, wordsUnder } from './digest-group.js';
import { KEPT_WORDS, PLACE } from './digest-heads.js';
import type { Candidate } from './hash-recipes.js';
import { keyOfWriting } from './hash-writings.js';

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
    text += (i === 0 ? '' : separator) + column.text(code);
  }
  return text;
}

const kept = new WeakMap<Sheet, Map<string, Joints>>();

/** Digests of sampled rows; kept, as every product column of the same writing asks for them. */
function entriesOf(sheet: Sheet, tried: readonly Candidate[], late: () => boolean): Joints {
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

/** Texts that are digested together. */
const CHUNK = 64;

/** What was digested: a list of columns, a separator, a row and a candidate, by number. */
class Entries {
  readonly heads: Int32Array = new Int32Array(2 * BUDGET);
  readonly ways: Int32Array = new Int32Array(4 * BUDGET);
  readonly #tried: readonly Candidate[];
  readonly #texts: string[] = [];
  readonly #from: [list: number, separator: number, row: number][] = [];
  /** Words of the texts under each candidate. */
  readonly #words: readonly Int32Array[];
  size = 0;

  constructor(tried: readonly Candidate[]) {
    this.#tried = tried;
    this.#words = wordsShared(tried);
  }

  get full(): boolean {
    return this.size + this.#texts.length * this.#tried.length >= BUDGET;
  }

  add(text: string, list: number, separator: number, row: number): void {
    this.#texts.push(text);
    this.#from.push([list, separator, row]);
    if (this.#texts.length === CHUNK) this.flush();
  }

  flush(): void {
    const done = new Set<Int32Array>();
    for (const [by, candidate] of this.#tried.entries()) {
      const words = this.#words[by] as Int32Array;
      if (!hasHead(candidate) || done.has(words)) continue;
      wordsUnder(candidate.recipe, this.#texts, words);
      done.add(words);
    }
    for (const [i, [list, separator, row]] of this.#from.entries()) {
      for (let by = 0; by < this.#tried.length && this.size < BUDGET; by++) {
        const own = this.#words[by] as Int32Array;
        const from = KEPT_WORDS * i + ((this.#tried[by] as Candidate).writing.place ?? PLACE.first);
        this.heads[2 * this.size] = own[from] as number;
        this.heads[2 * this.size + 1] = own[from + 1] as number;
        const at = 4 * this.size++;
        this.ways[at] = list;
        this.ways[at + 1] = separator;
        this.ways[at + 2] = row;
        this.ways[at + 3] = by;
      }
    }
    this.#texts.length = 0;
    this.#from.length = 0;
  }
}

/** Room for the words of a few texts: candidates that differ in their writing only share it. */
function wordsShared(tried: readonly Candidate[]): readonly Int32Array[] {
  const rooms = new Map<string, Int32Array>();
  return tried.map(({ recipe }) => {
    const room = rooms.get(recipe.key) ?? new Int32Array(KEPT_WORDS * CHUNK);
    rooms.set(recipe.key, room);
    return room;
  });
}

function digestAll(sheet: Sheet, tried: readonly Candidate[], late: () => boolean): Joints {
  const lists = listsOf(sheet.columns.length);
  const entries = new Entries(tried);
  const rows = Math.min(sheet.rows, ROWS);
  const sample = Array.from({ length: rows }, (_, i) => Math.floor(((i + 0.5) * sheet.rows) / rows));
  for (let list = 0; list < lists.length && !entries.full && !late(); list++) {
    for (let separator = 0; separator < SEPARATORS.length; separator++) {
      for (const row of sample) {
        const text = joined(sheet, lists[list] as number[], row, SEPARATORS[separator] as string);
        if (text !== null && !entries.full) entries.add(text, list, separator, row);
      }
    }
  }
  entries.flush();
  const ways = entries.ways.slice(0, 4 * entries.size);
  const candidate = (index: number): Candidate => tried[ways[4 * index + 3] as number] as Candidate;
  return {
    heads: entries.heads.slice(0, 2 * entries.size),
    candidate,
    at: (index) => {
      const columns = lists[ways[4 * index] as number] as number[];
      const separator = SEPARATORS[ways[4 * index + 1] as number] as string;
      const own = candidate(index);
      const text = joined(sheet, columns, ways[4 * index + 2] as number, separator) as string;
      return { digest: own.writing.write(own.recipe.hex(text)), columns, separator, candidate: own };
    },
  };
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
