/**
 * Capacity and risk that need no attack: how many bits a product can carry, how incompressible its columns are, and how
 * large its classes are.
 * @module
 */
import { groupCodes, groupPersons, groupSizes, nodeBuiltin } from '../core/index.js';
import { sampleCodes } from './intake/lookup.js';
import type { Sheet, SheetColumn } from './intake/sheet.js';
import type { Capacity, RiskSummary, Thresholds } from './verdict.js';

/** Upper bound on what the product can carry, against the raw package: sum over columns of entropy per row plus dictionary. */
export function capacityOf(sources: readonly Sheet[], products: readonly Sheet[]): Capacity {
  const productBits = products.reduce((bits, sheet) => bits + sheetBits(sheet), 0);
  const rawBits = sources.reduce((bits, sheet) => bits + sheetBits(sheet), 0);
  return {
    productBits: Math.round(productBits),
    rawBits: Math.round(rawBits),
    bound: rawBits === 0 ? 1 : Math.min(1, productBits / rawBits),
  };
}

function sheetBits(sheet: Sheet): number {
  let bits = 0;
  for (const column of sheet.columns) {
    let bytes = 0;
    const sample = sampleCodes(column, 200);
    for (const code of sample) bytes += (column.values[code] as string).length;
    const dictionary = sample.length === 0 ? 0 : (bytes / sample.length) * column.distinct * 8;
    bits += column.entropy * sheet.rows + dictionary;
  }
  return bits;
}

const COMPRESS_LIMIT = 1 << 16;

/** Deflated over plain size of up to 64 KiB of the column's distinct values; 1 where nothing can be compressed. */
export function compressibility(column: SheetColumn): number {
  const zlib = nodeBuiltin<typeof import('node:zlib')>('node:zlib');
  if (zlib === undefined || column.distinct === 0) return 1;
  let text = '';
  for (const code of sampleCodes(column, 2000)) {
    text += `${(column.values[code] as string).slice(0, 2000)}\n`;
    if (text.length > COMPRESS_LIMIT) break;
  }
  const bytes = new TextEncoder().encode(text);
  return (
    Math.round(Math.min(1, zlib.deflateRawSync(bytes, { level: 1 }).length / Math.max(1, bytes.length)) * 1000) / 1000
  );
}

const BINS = [1, 2, 3, 5, 10, 20, 50, 100, 1000];

/** Class sizes of a product on some of its columns. */
export function riskOf(
  sheet: Sheet,
  columns: readonly number[],
  grade: 1 | 2 | 3 | 4,
  thresholds: Thresholds,
): RiskSummary {
  const used = columns.map((column) => sheet.columns[column] as SheetColumn);
  const groups = groupCodes(
    used.map((column) => shifted(column.codes)),
    used.map((column) => column.distinct + 1),
  );
  const rows = sheet.rows;
  const groupOf = used.length === 0 ? new Int32Array(rows) : groups.groupOf;
  const count = used.length === 0 ? Math.min(1, rows) : groups.groups;
  const sizes = groupSizes(groupOf, count);
  const persons = sheet.personOf === null ? sizes : groupPersons(groupOf, count, sheet.personOf, sheet.persons);
  let unique = 0;
  let small = 0;
  let risk = 0;
  let smallest = Number.POSITIVE_INFINITY;
  const histogram = new Array<number>(BINS.length).fill(0);
  for (let group = 0; group < count; group++) {
    const size = persons[group] as number;
    const mass = sizes[group] as number;
    if (size < smallest) smallest = size;
    if (size === 1) unique += mass;
    if (size < thresholds.smallClass) small += mass;
    risk += mass / size;
    let bin = BINS.length - 1;
    while (bin > 0 && size < (BINS[bin] as number)) bin--;
    histogram[bin] = (histogram[bin] as number) + mass;
  }
  const of = Math.max(1, rows);
  return {
    rows,
    columns: used.map((column) => column.name),
    classes: count,
    smallestClass: Number.isFinite(smallest) ? smallest : 0,
    unique: unique / of,
    small: small / of,
    averageRisk: risk / of,
    highestRisk: Number.isFinite(smallest) ? 1 / smallest : 0,
    histogram: BINS.map((from, i) => ({ from, rows: histogram[i] as number })),
    gbt42460: { grade, secondHand: true, threshold: 0.05 },
    ema009: Number.isFinite(smallest) && 1 / smallest <= 0.09,
  };
}

function shifted(codes: Int32Array): Int32Array {
  const own = new Int32Array(codes.length);
  for (let row = 0; row < codes.length; row++) own[row] = (codes[row] as number) + 1;
  return own;
}
