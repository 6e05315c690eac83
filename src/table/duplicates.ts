/**
 * Counting rows that repeat an earlier row in every cell.
 *
 * Rows are found by two 32-bit hashes over their cells (codes of dictionary columns, bytes of text) and compared cell by
 * cell before they count, so the number is exact. Null, the empty string and unreadable differ.
 * @module
 */
import { type Column, isUnreadable, isValid } from './column.js';
import type { Table } from './table.js';

const secrets = globalThis.crypto.getRandomValues(new Int32Array(2));
const MULTIPLIER_A = 0x9e3779b1 ^ ((secrets[0] as number) & 0x3ffffffe);
const MULTIPLIER_B = 0x85ebca77 ^ ((secrets[1] as number) & 0x3ffffffe);

/** Number of rows that equal an earlier one. Needs 16 to 24 bytes of memory a row. */
export function countDuplicateRows(table: Table): number {
  const a = new Int32Array(table.rows);
  const b = new Int32Array(table.rows);
  const batchOf = new Int32Array(table.batches.length + 1);
  let first = 0;
  table.batches.forEach((batch, i) => {
    for (const column of batch.columns) mixColumn(column, a, b, first);
    first += batch.rows;
    batchOf[i + 1] = first;
  });
  let capacity = 16;
  while (capacity < 2 * table.rows) capacity *= 2;
  const slots = new Int32Array(capacity);
  let duplicates = 0;
  for (let row = 0; row < table.rows; row++) {
    let slot = finish(a[row] as number) & (capacity - 1);
    for (;;) {
      const other = (slots[slot] as number) - 1;
      if (other < 0) {
        slots[slot] = row + 1;
        break;
      }
      if (a[other] === a[row] && b[other] === b[row] && equalRows(table, batchOf, other, row)) {
        duplicates++;
        break;
      }
      slot = (slot + 1) & (capacity - 1);
    }
  }
  return duplicates;
}

function finish(hash: number): number {
  let h = hash ^ (hash >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  return h ^ (h >>> 13);
}

function mixColumn(column: Column, a: Int32Array, b: Int32Array, first: number): void {
  for (let row = 0; row < column.length; row++) {
    let wordA: number;
    let wordB: number;
    if (!isValid(column, row)) {
      wordA = wordB = isUnreadable(column, row) ? -2 : -1;
    } else if (column.type === 'dictionary') {
      wordA = wordB = column.codes[row] as number;
    } else if (column.type === 'utf8') {
      const end = column.offsets[row + 1] as number;
      wordA = wordB = 0;
      for (let i = column.offsets[row] as number; i < end; i++) {
        const byte = column.bytes[i] as number;
        wordA = Math.imul(wordA ^ byte, MULTIPLIER_B);
        wordB = Math.imul(wordB ^ byte, 0x01000193);
      }
    } else wordA = wordB = Number(column.values[row]) | 0;
    const at = first + row;
    const mixedA = Math.imul((a[at] as number) ^ wordA, MULTIPLIER_A);
    const mixedB = Math.imul((b[at] as number) ^ wordB, MULTIPLIER_B);
    a[at] = (mixedA << 13) | (mixedA >>> 19);
    b[at] = (mixedB << 17) | (mixedB >>> 15);
  }
}

function batchIndex(starts: Int32Array, row: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((starts[middle] as number) <= row) low = middle;
    else high = middle;
  }
  return low;
}

function equalRows(table: Table, starts: Int32Array, p: number, q: number): boolean {
  const batchP = batchIndex(starts, p);
  const batchQ = batchIndex(starts, q);
  const rowP = p - (starts[batchP] as number);
  const rowQ = q - (starts[batchQ] as number);
  const columnsP = table.batches[batchP]?.columns as readonly Column[];
  const columnsQ = table.batches[batchQ]?.columns as readonly Column[];
  for (let c = 0; c < columnsP.length; c++) {
    if (!equalCells(columnsP[c] as Column, rowP, columnsQ[c] as Column, rowQ)) return false;
  }
  return true;
}

function equalCells(p: Column, rowP: number, q: Column, rowQ: number): boolean {
  if (!isValid(p, rowP) || !isValid(q, rowQ)) {
    return isValid(p, rowP) === isValid(q, rowQ) && isUnreadable(p, rowP) === isUnreadable(q, rowQ);
  }
  if (p.type === 'dictionary' && q.type === 'dictionary') return p.codes[rowP] === q.codes[rowQ];
  if (p.type === 'utf8' && q.type === 'utf8') {
    const startP = p.offsets[rowP] as number;
    const startQ = q.offsets[rowQ] as number;
    const length = (p.offsets[rowP + 1] as number) - startP;
    if ((q.offsets[rowQ + 1] as number) - startQ !== length) return false;
    for (let i = 0; i < length; i++) if (p.bytes[startP + i] !== q.bytes[startQ + i]) return false;
    return true;
  }
  if ('values' in p && 'values' in q) return Object.is(p.values[rowP], q.values[rowQ]);
  return false;
}
