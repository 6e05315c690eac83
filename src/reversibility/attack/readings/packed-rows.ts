/**
 * Whole rows in single cells, one row a cell: JSON objects, delimited parts, pairs of name and value, behind base-N and compression.
 * The parts as a table of their own, so that every attack asks for each of them. See readings.md.
 * @module
 */
import { sampleCodes } from '../../intake/lookup.js';
import { columnOfTexts, type Sheet, SheetColumn } from '../../intake/sheet.js';
import type { Derived } from '../../inverse.js';
import { asUtf8 } from '../decoding/decode-bytes.js';
import { openCells } from '../decoding/open-cells.js';
import { OPENERS } from './cell-tables.js';

/** Columns of a product up to which its cells are taken for rows: fewer hold dates, addresses and numbers with marks. */
const MOST_PACKED = 4;
const LEAST_PARTS = 4;
const LEAST_LENGTH = 16;
const MOST_VALUES = 300_000;
const DEPTH = 4;
const WIDTH = 16;
const SAMPLES = 16;

type Open = (text: string) => string | null;

interface Way {
  readonly texts: readonly string[];
  readonly open: Open;
}

/** How the samples open into parts: the shortest chain of public codes that leads to cells of equal structure. */
function wayInto(
  samples: readonly string[],
): { readonly open: Open; readonly parts: (base: Derived) => Derived[] } | null {
  let level: Way[] = [{ texts: samples, open: (text) => text }];
  for (let depth = 0; depth <= DEPTH && level.length > 0; depth++) {
    for (const way of level) {
      // Bytes that are text are read as it.
      const { texts, open } = behind(way, asUtf8) ?? way;
      const parts = openCells(texts);
      // The padding of base64 is a mark that parts texts, too, but not into fields.
      if (parts !== null && parts(baseOf(columnOfTexts('cells', [...texts]))).length >= LEAST_PARTS)
        return { open, parts };
    }
    level = level.flatMap((way) => OPENERS.flatMap(([, opener]) => behind(way, opener) ?? [])).slice(0, WIDTH);
  }
  return null;
}

function baseOf(column: SheetColumn): Derived {
  return { column, from: [0], formula: column.name, attack: 'decoders', knowledge: 'A0', bits: 1 };
}

function behind({ texts, open }: Way, opener: Open): Way | null {
  const out: string[] = [];
  for (const text of texts) {
    const inner = opener(text);
    if (inner === null || inner === text || inner.length < LEAST_LENGTH) return null;
    out.push(inner);
  }
  return {
    texts: out,
    open: (text) => {
      const inner = open(text);
      return inner === null ? null : opener(inner);
    },
  };
}

function partsOf(column: SheetColumn): SheetColumn[] | null {
  if (column.distinct < SAMPLES || column.distinct > MOST_VALUES) return null;
  const samples = sampleCodes(column, SAMPLES).map((code) => column.text(code));
  if (samples.some((text) => text.length < LEAST_LENGTH)) return null;
  const way = wayInto(samples);
  if (way === null) return null;
  const compact = columnOfTexts(
    column.name,
    column.values.map((text) => way.open(text)),
  );
  const codes = column.codes.map((code) => (code < 0 ? -1 : (compact.codes[code] as number)));
  const base = new SheetColumn(column.name, codes, compact.values);
  const parts = way.parts(baseOf(base));
  return parts.length < LEAST_PARTS ? null : parts.map((derived) => derived.column);
}

/** The product with the parts of packed cells as columns; null where no cell holds a row. */
export function packedRows(product: Sheet): Sheet | null {
  if (product.columns.length > MOST_PACKED) return null;
  const opened = product.columns.map(partsOf);
  if (opened.every((parts) => parts === null)) return null;
  const columns = product.columns.flatMap((column, i) => opened[i] ?? [column]);
  return { name: product.name, rows: product.rows, columns, personOf: null, persons: product.rows };
}
