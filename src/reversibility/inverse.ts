/**
 * The inverse program: what an attack returns, small and serialisable; the executor alone turns it into restored cells.
 *
 * One step gives one source column from product columns: `姓名 = base64(c7)`, `身高 = (c3 - 10) / 2.54`. The description
 * length counts what the restorer must be told beyond the battery itself: a public decoder a few bits, a fitted number 32,
 * a lookup table the logarithm of the permutations it selects from. A step that would need as many bits as it restores
 * cells restores nothing (DESIGN §6; research note, 5.1 guard a).
 * @module
 */
import type { SheetColumn } from './intake/sheet.js';
import { MISSING } from './restoration/tuple-join.js';
import type { Knowledge } from './verdict.js';

/** One step: a source column restored from the product. */
export interface Step {
  /** Position of the source table and of its column. */
  readonly source: number;
  readonly column: number;
  /** Positions of the product columns it reads. */
  readonly from: readonly number[];
  /** Formula in the names of the product columns, without the left-hand side. */
  readonly formula: string;
  /** Attack that found it. */
  readonly attack: string;
  readonly knowledge: Knowledge;
  /** Description length in bits. */
  readonly bits: number;
  /** Enumeration cost of an outsider as log2, where the step enumerates. */
  readonly costBits?: number;
  /** Source code of each product row, MISSING (-1) for an empty cell, FOREIGN (-2) for a value the source does not hold. */
  readonly cells: Int32Array;
  /** Share of the product's rows that the step maps to a value of the source column. */
  readonly mass: number;
  /** How well the step's values fit the column: decides between rival steps. */
  readonly score: number;
  /** Agreement of frequencies, 0 to 1. */
  readonly similarity: number;
  /** True when the values alone are no evidence: the step counts only in rows that hold together. */
  readonly tentative?: boolean;
}

/** Rows up to which the cells of a step are made at once. */
const EAGER_ROWS = 50_000;
/** Cells that are kept for steps that were asked last. */
const KEPT_CELLS = 24_000_000;

/** A map of codes, or how to make it. */
export type CodeMap = Int32Array | (() => Int32Array);

interface Made {
  readonly map: CodeMap;
  readonly codes: Int32Array;
  readonly cells: Int32Array;
}

let made: Made[] = [];

/**
 * The cells of a step as a function: hundreds of steps over a million rows are read off their maps when they are asked for, and
 * the last few are kept. Ask once before a loop.
 */
export function cellsFrom(column: SheetColumn, map: CodeMap): () => Int32Array {
  const { codes } = column;
  if (codes.length <= EAGER_ROWS) {
    let cells = typeof map === 'function' ? null : executeMap(codes, map);
    return () => {
      cells ??= executeMap(codes, (map as () => Int32Array)());
      return cells;
    };
  }
  return () => {
    for (const one of made) if (one.map === map && one.codes === codes) return one.cells;
    const cells = executeMap(codes, typeof map === 'function' ? map() : map);
    made.unshift({ map, codes, cells });
    let kept = 0;
    made = made.filter((one) => {
      kept += one.cells.length;
      return kept <= KEPT_CELLS || one.cells === cells;
    });
    return cells;
  };
}

/** Lets go of kept cells: when a product has been reviewed. */
export function forgetCells(): void {
  made = [];
}

/** Cells of a step from a map of derived codes to source codes. */
function executeMap(codes: Int32Array, map: Int32Array): Int32Array {
  const cells = new Int32Array(codes.length);
  for (let row = 0; row < cells.length; row++) {
    const code = codes[row] as number;
    cells[row] = code < 0 ? MISSING : (map[code] as number);
  }
  return cells;
}

/** A column read off the product: a decoded, split or joined column with the formula that makes it. */
export interface Derived {
  readonly column: SheetColumn;
  readonly from: readonly number[];
  readonly formula: string;
  readonly attack: string;
  readonly knowledge: Knowledge;
  readonly bits: number;
}

/** The product columns themselves as derived columns. */
export function identities(columns: readonly SheetColumn[]): Derived[] {
  return columns.map((column, i) => ({
    column,
    from: [i],
    formula: quoteName(column.name),
    attack: 'containment',
    knowledge: 'A0',
    bits: 1,
  }));
}

/** A column name as it stands in formulas. */
export function quoteName(name: string): string {
  return /^[\p{L}\p{N}_.-]+$/u.test(name) ? name : `"${name}"`;
}
