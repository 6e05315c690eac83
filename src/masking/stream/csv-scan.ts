/**
 * Where the cells of plain CSV records begin and end (RFC 4180), so that a second loop can mask them without looking for
 * delimiters: records with exactly as many cells as the header, whose quoted cells hold no quote, delimiter or line end.
 *
 * It stops before the first record that is anything else; `csv-record.ts` takes that one.
 * @module
 */
import { SLACK, viewOf } from '../words.js';

const QUOTE = 0x22;
const LF = 10;
const CR = 13;

/** What a scan found: numbers in one array, so that the loop makes no object. */
export interface ScannedCells {
  /** Two numbers a cell, relative to the start of the scan: first byte; 2 · (byte behind the last) + (1 = not ASCII). */
  cells: Int32Array;
  /** Position behind the last complete record. */
  next: number;
}

/** Finds the cells of plain records of `input[start .. end)`; returns how many records are in `into.cells`. */
export function scanRecords(
  input: Uint8Array,
  start: number,
  end: number,
  columns: number,
  delimiter: number,
  into: ScannedCells,
): number {
  const { cells } = into;
  const view = viewOf(input);
  // Words are read up to the end, and whoever writes the cells reads up to three bytes behind them.
  const limit = Math.min(end, input.length - SLACK);
  const delimiters = delimiter * 0x01010101;
  // The cells of one more record must fit.
  const room = cells.length - 2 * columns;
  let at = start;
  let count = 0;
  let column = 0;
  let records = 0;
  into.next = start;
  while (at + 4 <= limit) {
    let from = at;
    let seen = 0;
    let byte = 0;
    if (input[at] === QUOTE) {
      at = quotedEnd(input, at, limit, delimiter);
      // Positive: ASCII; negative: not.
      seen = at < 0 ? 128 : 0;
      at = Math.abs(at);
      if (at === 0) return records;
      from++;
      byte = input[at] as number;
    } else {
      let hits = 0;
      let word = 0;
      while (at + 4 <= limit) {
        word = view.getInt32(at, true);
        const a = word ^ delimiters;
        const b = word ^ 0x0a0a0a0a;
        // The lowest bit 0x80 marks the first byte that is zero in a or b.
        hits = (((a - 0x01010101) & ~a) | ((b - 0x01010101) & ~b)) & 0x80808080;
        if (hits !== 0) break;
        seen |= word;
        at += 4;
      }
      if (hits === 0) return records;
      const bits = 24 - (Math.clz32(hits & -hits) & 24);
      seen |= word & ((1 << bits) - 1);
      byte = (word >> bits) & 255;
      at += bits >> 3;
    }
    const quoted = from > 0 && input[from - 1] === QUOTE;
    const back = byte === LF && at > from && input[at - 1] === CR ? 1 : 0;
    const stop = at - back - (quoted ? 1 : 0);
    at++;
    cells[count] = from - start;
    cells[count + 1] = 2 * (stop - start) + ((seen & 0x80808080) === 0 ? 0 : 1);
    count += 2;
    column++;
    if (byte === delimiter) {
      if (column === columns) return records;
    } else {
      if (column !== columns) {
        // An empty line is no record.
        if (column !== 1 || stop !== from) return records;
        count -= 2;
      } else if (columns === 1 && stop === from) count -= 2;
      else records++;
      column = 0;
      into.next = at;
      if (count > room) return records;
    }
  }
  return records;
}

/**
 * Position of the delimiter or LF behind the quoted cell at `start`, negative when the cell is not ASCII; 0 when the cell is
 * empty, not plain or cut off.
 */
function quotedEnd(input: Uint8Array, start: number, end: number, delimiter: number): number {
  let at = start + 1;
  let seen = 0;
  let byte = 0;
  while (at < end) {
    byte = input[at] as number;
    if (byte === QUOTE || byte === delimiter || byte === LF || byte === CR) break;
    seen |= byte;
    at++;
  }
  if (byte !== QUOTE || at === start + 1 || at + 1 >= end) return 0;
  byte = input[++at] as number;
  if (byte === CR && at + 1 < end && input[at + 1] === LF) byte = input[++at] as number;
  if (byte !== delimiter && byte !== LF) return 0;
  return seen < 128 ? at : -at;
}
