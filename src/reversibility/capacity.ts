/**
 * Capacity, which needs no attack: how many bits a product can carry, and how incompressible its columns are.
 * @module
 */
import { nodeBuiltin } from '../core/index.js';
import { sampleCodes } from './intake/lookup.js';
import type { Sheet, SheetColumn } from './intake/sheet.js';
import type { Capacity } from './verdict.js';

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
    for (const code of sample) bytes += column.text(code).length;
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
    text += `${column.text(code).slice(0, 2000)}\n`;
    if (text.length > COMPRESS_LIMIT) break;
  }
  const bytes = new TextEncoder().encode(text);
  return (
    Math.round(Math.min(1, zlib.deflateRawSync(bytes, { level: 1 }).length / Math.max(1, bytes.length)) * 1000) / 1000
  );
}
