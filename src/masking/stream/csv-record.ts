/**
 * One record of CSV, whatever it looks like (RFC 4180): quotes, escaped quotes, line ends in cells, missing cells at the end.
 * Everything that the quick way of `csv-kernel.ts` leaves. A record that is cut off is left for the next block.
 * @module
 */
import { graphemeStarts, plainHan } from '../graphemes.js';
import { hasCharacters } from '../keep-kernel.js';
import { CELL_STRIDE, COPY, DROP, EMPTY, KEEP, TEXT } from './cell.js';
import type { CsvRun } from './csv-kernel.js';

const QUOTE = 0x22;
const LF = 10;
const CR = 13;

/**
 * Masks the record at `start` into `output` from `base` on; `run.written` is the end of the output afterwards.
 *
 * @param last - the input ends here, so a record without a line end is complete
 * @returns position behind the record; `start` when it is not complete or cannot be read (`run.problem`)
 */
export function maskRecord(
  run: CsvRun,
  input: Uint8Array,
  start: number,
  end: number,
  last: boolean,
  output: Uint8Array,
  base: number,
): number {
  const { table, delimiter, columns, refused } = run;
  run.written = base;
  // An empty line is no record.
  if (input[start] === LF) return start + 1;
  if (input[start] === CR && start + 1 < end && input[start + 1] === LF) return start + 2;
  const state: RecordState = { at: start, out: base, terminator: -1 };
  run.pendingCells = 0;
  let column = 0;
  let wrote = false;
  let complete = false;
  while (!complete) {
    if (column >= columns) {
      run.problem = 1;
      return start;
    }
    if (table[column * CELL_STRIDE] !== DROP) {
      if (wrote) output[state.out++] = delimiter;
      wrote = true;
    }
    state.terminator = -1;
    if (state.at < end && input[state.at] === QUOTE) {
      if (!quotedCell(run, column, input, end, last, output, state)) return start;
    } else plainCell(run, column, input, end, last, output, state);
    column++;
    // Without either, the record goes on in the next block.
    if (state.terminator === delimiter) state.at++;
    else if (state.terminator === LF) {
      state.at++;
      complete = true;
    } else if (last && state.at >= end) complete = true;
    else return start;
  }
  // Missing cells at the end are null.
  for (; column < columns; column++) {
    if (table[column * CELL_STRIDE] === DROP) continue;
    if (wrote) output[state.out++] = delimiter;
    wrote = true;
  }
  output[state.out++] = LF;
  for (let i = 0; i < run.pendingCells; i++) {
    const c = run.pending[i] as number;
    refused[c] = (refused[c] as number) + 1;
  }
  run.rows++;
  run.written = state.out;
  return state.at;
}

/** Where a record stands: in the input, in the output, and the byte that ended its last cell (-1: none yet). */
interface RecordState {
  at: number;
  out: number;
  terminator: number;
}

/** A quoted cell: unescape into scratch, mask, quote again where needed. False when it is cut off or malformed. */
function quotedCell(
  run: CsvRun,
  column: number,
  input: Uint8Array,
  end: number,
  last: boolean,
  output: Uint8Array,
  state: RecordState,
): boolean {
  let at = state.at + 1;
  let length = 0;
  let closed = false;
  if (run.scratch.length < end - at) run.scratch = new Uint8Array(2 * (end - at));
  const scratch = run.scratch;
  while (at < end && !closed) {
    const byte = input[at++] as number;
    if (byte !== QUOTE) scratch[length++] = byte;
    else if (at < end && input[at] === QUOTE) {
      scratch[length++] = QUOTE;
      at++;
      // At the end of a block the next byte may be the second quote of a pair.
    } else if (at === end && !last) return false;
    else closed = true;
  }
  if (!closed) {
    if (last) run.problem = 3;
    return false;
  }
  if (at < end) {
    if (input[at] === CR) {
      if (at + 1 < end ? input[at + 1] === LF : last) at++;
      else if (at + 1 === end) return false;
    }
    state.terminator = at < end ? (input[at] as number) : LF;
    if (state.terminator !== run.delimiter && state.terminator !== LF) {
      run.problem = 2;
      return false;
    }
  }
  state.at = at;
  state.out = maskQuoted(run, column, scratch, length, output, state.out);
  return true;
}

/** A cell without quotes; its end is where a delimiter, a line end or the block ends it. */
function plainCell(
  run: CsvRun,
  column: number,
  input: Uint8Array,
  end: number,
  last: boolean,
  output: Uint8Array,
  state: RecordState,
): void {
  const start = state.at;
  let at = start;
  let seen = 0;
  while (at < end) {
    const byte = input[at] as number;
    if (byte === run.delimiter || byte === LF) break;
    seen |= byte;
    at++;
  }
  if (at < end) state.terminator = input[at] as number;
  state.at = at;
  const cut = state.terminator !== run.delimiter && at > start && input[at - 1] === CR;
  const stop = cut && (state.terminator === LF || last) ? at - 1 : at;
  if (stop > start) state.out = maskPlain(run, column, input, start, stop, seen, output, state.out);
}

/** A value that stands in the input as it is. `seen`: its bytes or-ed. Returns the new end of the output. */
function maskPlain(
  run: CsvRun,
  column: number,
  input: Uint8Array,
  start: number,
  stop: number,
  seen: number,
  output: Uint8Array,
  base: number,
): number {
  const entry = column * CELL_STRIDE;
  const operation = run.table[entry] as number;
  if (operation === TEXT) {
    const text = run.texts[column] as Uint8Array;
    output.set(text, base);
    return base + text.length;
  }
  if (operation === KEEP) return keepGraphemes(run, column, input, start, stop, output, base);
  if (operation !== COPY) return base;
  if (seen >= 128 && !isUtf8(input, start, stop)) {
    run.pending[run.pendingCells++] = column;
    return base;
  }
  output.set(input.subarray(start, stop), base);
  return base + stop - start;
}

/** True when values of so many characters may be shown with their ends. */
export function allowed(table: Int32Array, entry: number, length: number, hidden: number): boolean {
  const minHidden = table[entry + 4] as number;
  const lengths = table[entry + 7] as number;
  return (
    hidden >= 1 &&
    length >= (table[entry + 5] as number) &&
    length <= (table[entry + 6] as number) &&
    (lengths === -1 || (length < 32 && (lengths & (1 << length)) !== 0)) &&
    (minHidden < 0 ? hidden * 4 >= length : hidden >= minHidden)
  );
}

/** A value by whole characters; one that is refused is pending. Returns the new end of the output. */
export function keepGraphemes(
  run: CsvRun,
  column: number,
  bytes: Uint8Array,
  start: number,
  end: number,
  output: Uint8Array,
  base: number,
): number {
  const entry = column * CELL_STRIDE;
  const { table } = run;
  if (run.starts.length < end - start + 1) run.starts = new Int32Array(2 * (end - start + 1));
  const { starts } = run;
  const han = plainHan(bytes, start, end);
  const count = han > 0 ? han : graphemeStarts(bytes, start, end, starts);
  const first = table[entry + 1] as number;
  const last = table[entry + 2] as number;
  const hidden = count - first - last;
  if (
    !allowed(table, entry, count, hidden) ||
    (table[entry + 8] !== 0 && !hasCharacters(bytes, start, end, table[entry + 8] as number))
  ) {
    run.pending[run.pendingCells++] = column;
    return base;
  }
  let out = base;
  const headEnd = han > 0 ? start + 3 * first : (starts[first] as number);
  for (let at = start; at < headEnd; at++) output[out++] = bytes[at] as number;
  for (let i = 0; i < hidden; i++) output[out++] = table[entry + 3] as number; // The lowest byte.
  for (let at = han > 0 ? end - 3 * last : (starts[count - last] as number); at < end; at++)
    output[out++] = bytes[at] as number;
  return out;
}

/** A cell that stood in quotes; the empty string is a value. Returns the new end of the output. */
function maskQuoted(
  run: CsvRun,
  column: number,
  value: Uint8Array,
  length: number,
  output: Uint8Array,
  base: number,
): number {
  const entry = column * CELL_STRIDE;
  const operation = run.table[entry] as number;
  if (operation === DROP || operation === EMPTY) return base;
  if (operation === TEXT) {
    const text = run.texts[column] as Uint8Array;
    output.set(text, base);
    return base + text.length;
  }
  if (operation === KEEP) {
    if (run.scratch.length < 2 * length + 8) {
      const larger = new Uint8Array(4 * length + 16);
      larger.set(value.subarray(0, length));
      run.scratch = larger;
      return maskQuoted(run, column, larger, length, output, base);
    }
    const end = keepGraphemes(run, column, value, 0, length, output, base);
    if (end === base) return base;
    const masked = output.slice(base, end);
    return writeCell(masked, masked.length, run.delimiter, output, base);
  }
  if (!isUtf8(value, 0, length)) {
    run.pending[run.pendingCells++] = column;
    return base;
  }
  return writeCell(value, length, run.delimiter, output, base);
}

/** True for well-formed UTF-8 (Unicode 15, table 3-7). */
export function isUtf8(bytes: Uint8Array, start: number, end: number): boolean {
  let at = start;
  while (at < end) {
    const lead = bytes[at++] as number;
    if (lead < 0x80) continue;
    const more =
      lead >= 0xc2 && lead < 0xe0 ? 1 : lead >= 0xe0 && lead < 0xf0 ? 2 : lead >= 0xf0 && lead < 0xf5 ? 3 : 0;
    if (more === 0 || at + more > end) return false;
    const second = bytes[at] as number;
    if (lead === 0xe0 && second < 0xa0) return false;
    if (lead === 0xed && second > 0x9f) return false;
    if (lead === 0xf0 && second < 0x90) return false;
    if (lead === 0xf4 && second > 0x8f) return false;
    for (let i = 0; i < more; i++) if (((bytes[at + i] as number) & 0xc0) !== 0x80) return false;
    at += more;
  }
  return true;
}

/** Writes a value with quotes where it needs them (delimiter, quote, line end, empty). */
function writeCell(value: Uint8Array, length: number, delimiter: number, output: Uint8Array, base: number): number {
  let quoted = length === 0;
  for (let i = 0; i < length && !quoted; i++) {
    const byte = value[i] as number;
    quoted = byte === delimiter || byte === QUOTE || byte === LF || byte === CR;
  }
  let out = base;
  if (!quoted) {
    output.set(value.subarray(0, length), out);
    return out + length;
  }
  output[out++] = QUOTE;
  for (let i = 0; i < length; i++) {
    if (value[i] === QUOTE) output[out++] = QUOTE;
    output[out++] = value[i] as number;
  }
  output[out++] = QUOTE;
  return out;
}
