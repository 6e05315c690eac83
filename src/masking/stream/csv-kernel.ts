/**
 * CSV bytes to masked CSV bytes in one pass (RFC 4180): cells are copied while their end is looked for, then marked in place.
 *
 * Works on whole records of a block; a record that is cut off at the end of the block is left for the next one. Top-level
 * function over typed arrays; called with blocks of 256 KiB.
 * @module
 */
import { graphemeStarts, plainHan } from '../graphemes.js';
import { CELL_STRIDE, COPY, DROP, EMPTY, KEEP, TEXT } from './cell.js';

const QUOTE = 0x22;
const LF = 10;
const CR = 13;

/** State of a masking run over several blocks. */
export interface CsvRun {
  /** From {@link cellTable}. */
  readonly table: Int32Array;
  /** Replacement texts of `text` columns, by column. */
  readonly texts: readonly (Uint8Array | null)[];
  readonly delimiter: number;
  readonly columns: number;
  /** Cells refused, by column. */
  readonly refused: Float64Array;
  /** Columns of the cells refused in the record under way; they count when it is complete. */
  readonly pending: Int32Array;
  pendingCells: number;
  rows: number;
  /** Bytes written to the output by the last call. */
  written: number;
  /** 0: none; 1: too many fields; 2: text after a closing quote; 3: unclosed quote at the end of the input. */
  problem: 0 | 1 | 2 | 3;
  scratch: Uint8Array;
  starts: Int32Array;
}

/** Bytes that the output needs at most for a block. */
export function outputBound(run: CsvRun, block: number): number {
  let longest = 3;
  for (const text of run.texts) if (text !== null) longest = Math.max(longest, text.length + 3);
  // A cell of n bytes gives at most 3n + longest; there are at most `block` cells, of one byte each with the delimiter.
  return block * (longest + 2) + run.columns + 16;
}

/**
 * Masks the complete records of `input[start .. end)` into `output`; `run.written` bytes are valid afterwards.
 *
 * @param last - the input ends here, so a record without a line end is complete
 * @returns position of the first byte that was not consumed
 */
export function maskRecords(
  run: CsvRun,
  input: Uint8Array,
  start: number,
  end: number,
  last: boolean,
  output: Uint8Array,
): number {
  const { table, texts, delimiter, columns, refused } = run;
  let at = start;
  let out = 0;
  let consumed = start;
  let committed = 0;
  let rows = 0;
  run.problem = 0;
  while (at < end) {
    // An empty line is no record.
    if (input[at] === LF || (input[at] === CR && at + 1 < end && input[at + 1] === LF)) {
      at += input[at] === LF ? 1 : 2;
      consumed = at;
      continue;
    }
    run.pendingCells = 0;
    let column = 0;
    let wrote = false;
    let complete = false;
    while (!complete) {
      if (column >= columns) {
        run.problem = 1;
        run.rows += rows;
        run.written = committed;
        return consumed;
      }
      const entry = column * CELL_STRIDE;
      const operation = table[entry] as number;
      if (operation !== DROP && wrote) output[out++] = delimiter;
      if (operation !== DROP) wrote = true;
      let terminator = -1;
      if (at < end && input[at] === QUOTE) {
        // A quoted cell: unescape into scratch, mask, quote again where needed.
        let from = at + 1;
        let length = 0;
        let closed = false;
        if (run.scratch.length < end - at) run.scratch = new Uint8Array(2 * (end - at));
        const scratch = run.scratch;
        while (from < end) {
          const byte = input[from] as number;
          if (byte === QUOTE) {
            if (from + 1 < end && input[from + 1] === QUOTE) {
              scratch[length++] = QUOTE;
              from += 2;
              continue;
            }
            // At the end of a block the next byte may be the second quote of a pair.
            if (from + 1 === end && !last) break;
            closed = true;
            from++;
            break;
          }
          scratch[length++] = byte;
          from++;
        }
        if (!closed) {
          if (last) run.problem = 3;
          run.rows += rows;
          run.written = committed;
          return consumed;
        }
        at = from;
        if (at < end) {
          const next = input[at] as number;
          if (next === CR && (at + 1 < end ? input[at + 1] === LF : last)) at++;
          else if (next === CR && at + 1 === end) {
            run.rows += rows;
            run.written = committed;
            return consumed;
          }
          terminator = at < end ? (input[at] as number) : LF;
          if (terminator !== delimiter && terminator !== LF) {
            run.problem = 2;
            run.rows += rows;
            run.written = committed;
            return consumed;
          }
        }
        out = maskQuoted(run, column, scratch, length, output, out);
      } else {
        const begin = at;
        const base = out;
        let seen = 0;
        if (operation === DROP || operation === EMPTY || operation === TEXT) {
          while (at < end) {
            const byte = input[at] as number;
            if (byte === delimiter || byte === LF) break;
            at++;
          }
        } else {
          while (at < end) {
            const byte = input[at] as number;
            if (byte === delimiter || byte === LF) break;
            output[out++] = byte;
            seen |= byte;
            at++;
          }
        }
        if (at < end) terminator = input[at] as number;
        let length = at - begin;
        if (terminator !== delimiter && length > 0 && input[at - 1] === CR && (terminator === LF || last)) {
          length--;
          if (out > base) out--;
        }
        if (length > 0) {
          if (operation === KEEP) {
            const hidden = length - (table[entry + 1] as number) - (table[entry + 2] as number);
            if (
              seen < 128 &&
              allowed(table, entry, length, hidden) &&
              (table[entry + 8] === 0 || ofCharacters(input, begin, begin + length, table[entry + 8] as number))
            ) {
              const mark = table[entry + 3] as number;
              const stop = out - (table[entry + 2] as number);
              for (let i = base + (table[entry + 1] as number); i < stop; i++) output[i] = mark;
            } else if (seen < 128) {
              out = base;
              run.pending[run.pendingCells++] = column;
            } else out = keepGraphemes(run, column, input, begin, begin + length, output, base);
          } else if (operation === TEXT) {
            const text = texts[column] as Uint8Array;
            output.set(text, out);
            out += text.length;
          } else if (seen >= 128 && operation === COPY && !isUtf8(input, begin, begin + length)) {
            out = base;
            run.pending[run.pendingCells++] = column;
          }
        }
      }
      column++;
      if (terminator === delimiter) at++;
      else if (terminator === LF) {
        at++;
        complete = true;
      } else if (last && at >= end) complete = true;
      else {
        // The record goes on in the next block.
        run.rows += rows;
        run.written = committed;
        return consumed;
      }
    }
    // Missing cells at the end are null.
    for (; column < columns; column++) {
      if (table[column * CELL_STRIDE] === DROP) continue;
      if (wrote) output[out++] = delimiter;
      wrote = true;
    }
    output[out++] = LF;
    for (let i = 0; i < run.pendingCells; i++) {
      const c = run.pending[i] as number;
      refused[c] = (refused[c] as number) + 1;
    }
    rows++;
    consumed = at;
    committed = out;
  }
  run.rows += rows;
  run.written = committed;
  return consumed;
}

function allowed(table: Int32Array, entry: number, length: number, hidden: number): boolean {
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

function ofCharacters(bytes: Uint8Array, start: number, end: number, characters: number): boolean {
  const stop = characters === 2 ? end - 1 : end;
  for (let at = start; at < stop; at++) {
    const digit = (bytes[at] as number) - 48;
    if (digit < 0 || digit > 9) return false;
  }
  if (characters === 1) return true;
  const final = bytes[end - 1] as number;
  return (final >= 48 && final <= 57) || final === 88 || final === 120;
}

/** A value that is not ASCII: by whole characters. Returns the new end of the output. */
function keepGraphemes(
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
    (table[entry + 8] !== 0 && !ofCharacters(bytes, start, end, table[entry + 8] as number))
  ) {
    run.pending[run.pendingCells++] = column;
    return base;
  }
  let out = base;
  const headEnd = han > 0 ? start + 3 * first : (starts[first] as number);
  for (let at = start; at < headEnd; at++) output[out++] = bytes[at] as number;
  for (let i = 0; i < hidden; i++) output[out++] = table[entry + 3] as number;
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
function isUtf8(bytes: Uint8Array, start: number, end: number): boolean {
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
