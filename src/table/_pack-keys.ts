/**
 * Mixed-radix keys of dictionary columns straight from their batches, without whole-table codes in between.
 * @module
 */
import { type Column, type DictionaryColumn, isUnreadable, isValid } from './column.js';

/** Products up to this are exact in a double. */
const EXACT = 2 ** 53;
/** Below this whole-table codes and a directly addressed table are faster. */
const SMALL = 2 ** 24;

/**
 * One 64-bit key per row (two words each) that agree exactly where all columns do, or null when the columns do not allow it:
 * not dictionaries, several dictionaries in one column, or too small or too large a product of their sizes.
 *
 * @param columns - the batches of each column
 */
export function packKeys(columns: readonly (readonly Column[])[], rows: number): Uint32Array | null {
  const radices: number[] = [];
  let product = 1;
  for (const chunks of columns) {
    const radix = radixOf(chunks);
    if (radix === 0) return null;
    radices.push(radix);
    product *= radix;
  }
  if (product <= SMALL || product > EXACT) return null;
  const keys = new Float64Array(rows);
  const batches = columns[0]?.length ?? 0;
  let at = 0;
  for (let b = 0; b < batches; b++) {
    const leading = (columns[0] as readonly Column[])[b] as Column;
    // Batch by batch: the keys stay in the cache while the columns pass by.
    for (let c = 0; c < columns.length; c++) {
      const column = (columns[c] as readonly Column[])[b] as DictionaryColumn;
      const radix = radices[c] as number;
      if (column.validity === null) append(keys, column.codes, radix, at);
      else appendWithNulls(keys, column, radix, at);
    }
    at += leading.length;
  }
  return new Uint32Array(keys.buffer);
}

/** Dictionary size, and two more where cells may be null or unreadable; 0 when the column cannot be packed. */
function radixOf(chunks: readonly Column[]): number {
  const first = chunks[0];
  if (first?.type !== 'dictionary') return 0;
  let whole = true;
  for (const chunk of chunks) {
    if (chunk.type !== 'dictionary' || chunk.dictionary !== first.dictionary) return 0;
    if (chunk.validity !== null) whole = false;
  }
  return whole ? first.dictionary.size : first.dictionary.size + 2;
}

function append(keys: Float64Array, codes: Uint8Array | Uint16Array | Uint32Array, radix: number, at: number): void {
  for (let row = 0; row < codes.length; row++) {
    keys[at + row] = (keys[at + row] as number) * radix + (codes[row] as number);
  }
}

function appendWithNulls(keys: Float64Array, column: DictionaryColumn, radix: number, at: number): void {
  for (let row = 0; row < column.length; row++) {
    const code = isValid(column, row) ? (column.codes[row] as number) : radix - (isUnreadable(column, row) ? 1 : 2);
    keys[at + row] = (keys[at + row] as number) * radix + code;
  }
}
