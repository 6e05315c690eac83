/**
 * The CSV scanner: a resumable state machine over UTF-8 bytes that hashes each cell while it looks for its end.
 *
 * Source: RFC 4180 section 2, with CR and LF also accepted as line ends, any delimiter, and ragged rows counted.
 * Chunks may be cut anywhere. An unquoted empty field is null, `""` is the empty string.
 * @module
 */
import { ScrimError } from '../core/index.js';
import { addCell, addNull, addUnreadable, type ColumnBuilder, spoilCell } from './csv-columns.js';

const LF = 0x0a;
const CR = 0x0d;
const QUOTE = 0x22;

const ORDINARY = 0;
const DELIMITER = 1;
const END_OF_LINE = 2;
const NUL = 3;
const QUOTE_CLASS = 4;

const AT_START = 0;
const PLAIN = 1;
const QUOTED = 2;
const AFTER_QUOTE = 3;
const GARBAGE = 4;

/** Cells from this length on make the scanner look at the size of the batch after every row. */
const WIDE_CELL = 4096;

/** Bytes kept free at the end of the buffer: the sentinel, and what word-wise reads of the last cell may touch. */
const PADDING = 16;

/** Row numbers of findings, up to a cap; `count` has no cap. Row 1 is the first row of data. */
export interface RowFinding {
  count: number;
  readonly rows: number[];
}

/** What the scanner found while reading; counts and row numbers only. */
export interface ScanFindings {
  /** Lines without any character, left out (in a table of one column such a line is a null cell and not counted here). */
  blankLines: number;
  /** Rows with fewer fields than the header; the missing ones are null. */
  readonly shortRows: RowFinding;
  /** Rows with more fields than the header. */
  readonly longRows: RowFinding;
  /** Cells with something between the closing quote and the delimiter: unreadable. */
  readonly malformedQuotes: RowFinding;
  /** Quotes inside unquoted cells, kept as they are. */
  looseQuotes: number;
  /** Line ends by kind. */
  lf: number;
  crlf: number;
  cr: number;
}

/** What is done with a row that has more fields than the header. */
export type LongRows = 'unreadable' | 'truncate' | 'error';

/** Settings of {@link CsvParser}. */
export interface ParserSettings {
  readonly source: string;
  /** UTF-8 bytes of the delimiter, at least one. */
  readonly delimiter: Uint8Array;
  readonly maxCellBytes: number;
  readonly maxColumns: number;
  readonly maxBatchBytes: number;
  readonly listed: number;
  readonly longRows: LongRows;
  /** Unquoted texts that stand for null, in UTF-8. */
  readonly nullTokens: readonly Uint8Array[];
  /** Called with the cells of the first record; returns the builders, rows per batch, and whether the record is data. */
  readonly onHeader: (cells: HeaderCell[]) => { columns: ColumnBuilder[]; isData: boolean; batchRows: number };
  /** Called when a batch is full, and once more for the rest. */
  readonly onBatch: (rows: number) => void;
}

/** One cell of the first record. */
export interface HeaderCell {
  readonly state: 'value' | 'quoted' | 'null' | 'unreadable';
  readonly bytes: Uint8Array;
}

/** Resumable scanner: {@link push} chunks, then {@link end}. */
export class CsvParser {
  readonly findings: ScanFindings = {
    blankLines: 0,
    shortRows: { count: 0, rows: [] },
    longRows: { count: 0, rows: [] },
    malformedQuotes: { count: 0, rows: [] },
    looseQuotes: 0,
    lf: 0,
    crlf: 0,
    cr: 0,
  };
  /** Complete rows of data so far. */
  rows = 0;
  readonly #settings: ParserSettings;
  readonly #wideFrom: number;
  readonly #classes: Uint8Array = new Uint8Array(256);
  #columns: ColumnBuilder[] = [];
  /** Number of columns; -1 until the first record is complete. */
  #width = -1;
  #header: HeaderCell[] = [];
  #batchRow = 0;
  #batchRows = 0;
  #buffer: Uint8Array = new Uint8Array(1 << 16);
  #length = 0;
  #position = 0;
  /** First byte of the current cell. */
  #start = 0;
  /** End of the unescaped content of a quoted cell. */
  #write = 0;
  #mode = AT_START;
  #column = 0;
  /** Fields beyond the header that are not empty. */
  #surplus = 0;
  #malformed = false;
  /** The current row has a long cell. */
  #wide = false;
  #skipLf = false;
  readonly #tokens: readonly Uint8Array[] | null;
  #final = false;

  constructor(settings: ParserSettings) {
    this.#settings = settings;
    this.#wideFrom = Math.min(WIDE_CELL, settings.maxCellBytes + 1);
    this.#tokens = settings.nullTokens.length > 0 ? settings.nullTokens : null;
    this.#classes[settings.delimiter[0] as number] = DELIMITER;
    this.#classes[LF] = END_OF_LINE;
    this.#classes[CR] = END_OF_LINE;
    this.#classes[0] = NUL;
    this.#classes[QUOTE] = QUOTE_CLASS;
  }

  /** Reads a chunk; it may be reused by the caller afterwards. @throws SCRIM_CSV_* */
  push(chunk: Uint8Array): void {
    let free = this.#buffer.length - this.#length - PADDING;
    if (chunk.length > free) {
      const kept = this.#length - this.#start;
      if (kept + chunk.length + PADDING <= this.#buffer.length && kept <= this.#buffer.length >> 1) {
        this.#buffer.copyWithin(0, this.#start, this.#length);
      } else {
        const larger = new Uint8Array(Math.max(this.#buffer.length, 2 * (kept + chunk.length + PADDING)));
        larger.set(this.#buffer.subarray(this.#start, this.#length));
        this.#buffer = larger;
      }
      this.#position -= this.#start;
      this.#write -= this.#start;
      this.#length = kept;
      this.#start = 0;
      free = this.#buffer.length - this.#length - PADDING;
    }
    this.#buffer.set(chunk, this.#length);
    this.#length += chunk.length;
    this.#scan();
    // Bounds the buffer while a cell is not finished.
    if (this.#mode !== AT_START && this.#position - this.#start > this.#settings.maxCellBytes) this.#cellTooLarge();
  }

  /** Reads what is left; the last record may lack its line end. @throws SCRIM_CSV_* */
  end(): void {
    this.#final = true;
    this.#scan();
    if (this.#mode === QUOTED) {
      throw new ScrimError('SCRIM_CSV_UNCLOSED_QUOTE', { source: this.#settings.source, row: this.#recordNumber() });
    }
    if (this.#mode !== AT_START || this.#column > 0) {
      this.#emitCurrent(this.#position);
      this.#endRecord();
    }
    if (this.#width === -1) throw new ScrimError('SCRIM_CSV_EMPTY', { source: this.#settings.source });
    if (this.#batchRow > 0) this.#flush();
  }

  #recordNumber(): number {
    return this.#width === -1 ? 0 : this.rows + 1;
  }

  #wideCell(length: number): void {
    this.#wide = true;
    if (length > this.#settings.maxCellBytes) this.#cellTooLarge();
  }

  #cellTooLarge(): never {
    throw new ScrimError('SCRIM_CSV_CELL_TOO_LARGE', {
      source: this.#settings.source,
      row: this.#recordNumber(),
      field: this.#column + 1,
      limit: this.#settings.maxCellBytes,
    });
  }

  #binary(): never {
    throw new ScrimError('SCRIM_CSV_BINARY', {
      source: this.#settings.source,
      reason: `a NUL byte in row ${this.#recordNumber()}`,
    });
  }

  /** 1 = the delimiter stands at `p`, 0 = not, -1 = not decided before more bytes are there. */
  #delimiterAt(p: number): number {
    const delimiter = this.#settings.delimiter;
    for (let i = 1; i < delimiter.length; i++) {
      if (p + i >= this.#length) return this.#final ? 0 : -1;
      if (this.#buffer[p + i] !== delimiter[i]) return 0;
    }
    return 1;
  }

  #scan(): void {
    const buffer = this.#buffer;
    const end = this.#length;
    const classes = this.#classes;
    const delimiterLength = this.#settings.delimiter.length;
    buffer[end] = LF;
    let p = this.#position;
    let mode = this.#mode;
    let start = this.#start;
    scanning: for (;;) {
      if (mode === AT_START) {
        start = p;
        if (p === end) break;
        if (this.#skipLf) {
          this.#skipLf = false;
          if (buffer[p] === LF) {
            this.findings.cr--;
            this.findings.crlf++;
            p++;
            continue;
          }
        }
        if (buffer[p] === QUOTE) {
          mode = QUOTED;
          start = ++p;
          this.#write = p;
        } else mode = PLAIN;
      }
      if (mode === PLAIN || mode === GARBAGE) {
        let byte = 0;
        let kind = 0;
        for (;;) {
          byte = buffer[p] as number;
          kind = classes[byte] as number;
          if (kind === ORDINARY) {
            p++;
            continue;
          }
          if (kind === QUOTE_CLASS) {
            if (mode === PLAIN) this.findings.looseQuotes++;
          } else if (kind === NUL) this.#binary();
          else if (p === end) break scanning;
          else if (kind === DELIMITER && delimiterLength > 1) {
            const found = this.#delimiterAt(p);
            if (found === -1) break scanning;
            if (found === 1) break;
          } else break;
          p++;
        }
        const column = this.#column;
        if (mode === PLAIN && column < this.#width) {
          if (p === start) {
            if (kind === DELIMITER || column > 0 || this.#width === 1) {
              addNull(this.#columns[column] as ColumnBuilder, this.#batchRow);
              this.#column = column + 1;
            }
          } else {
            if (p - start >= this.#wideFrom) this.#wideCell(p - start);
            if (this.#tokens === null || !this.#isToken(column, buffer, start, p)) {
              addCell(this.#columns[column] as ColumnBuilder, this.#batchRow, buffer, start, p);
            }
            this.#column = column + 1;
          }
        } else if (mode === GARBAGE) this.#addMalformed();
        else if (p > start || kind === DELIMITER || column > 0)
          this.#addSurplus(start, p, p > start ? 'value' : 'null');
        mode = AT_START;
        if (kind === DELIMITER) p += delimiterLength;
        else {
          p++;
          this.#endOfLine(byte);
        }
        // After a trailing delimiter the record has one more, empty, cell: AT_START with #column > 0 sees to it.
        continue;
      }
      if (mode === QUOTED) {
        let write = this.#write;
        for (;;) {
          const byte = buffer[p] as number;
          const kind = classes[byte] as number;
          if (kind !== ORDINARY) {
            if (kind === QUOTE_CLASS) break;
            if (p === end) {
              this.#write = write;
              break scanning;
            }
          }
          buffer[write++] = byte;
          p++;
        }
        this.#write = write;
        p++;
        mode = AFTER_QUOTE;
      }
      // AFTER_QUOTE
      if (p === end) break;
      const byte = buffer[p] as number;
      if (byte === QUOTE) {
        buffer[this.#write++] = QUOTE;
        p++;
        mode = QUOTED;
        continue;
      }
      const kind = classes[byte] as number;
      if (kind === DELIMITER) {
        const found = delimiterLength === 1 ? 1 : this.#delimiterAt(p);
        if (found === -1) break;
        if (found === 1) {
          this.#addQuoted(start);
          p += delimiterLength;
          mode = AT_START;
          continue;
        }
      } else if (kind === END_OF_LINE) {
        this.#addQuoted(start);
        p++;
        this.#endOfLine(byte);
        mode = AT_START;
        continue;
      }
      mode = GARBAGE;
    }
    this.#position = p;
    this.#mode = mode;
    this.#start = start;
  }

  /** Adds a null cell and counts it when the text is one of the null tokens. */
  #isToken(column: number, source: Uint8Array, start: number, end: number): boolean {
    for (const token of this.#tokens as readonly Uint8Array[]) {
      if (token.length !== end - start) continue;
      let i = 0;
      while (i < token.length && token[i] === source[start + i]) i++;
      if (i < token.length) continue;
      addNull(this.#columns[column] as ColumnBuilder, this.#batchRow);
      (this.#columns[column] as ColumnBuilder).nullTokens++;
      return true;
    }
    return false;
  }

  #addQuoted(start: number): void {
    const column = this.#column;
    const end = this.#write;
    if (end - start >= this.#wideFrom) this.#wideCell(end - start);
    if (column < this.#width) {
      addCell(this.#columns[column] as ColumnBuilder, this.#batchRow, this.#buffer, start, end);
      this.#column = column + 1;
    } else this.#addSurplus(start, end, 'quoted');
  }

  #addMalformed(): void {
    const column = this.#column;
    this.#malformed = true;
    if (column < this.#width) {
      addUnreadable(this.#columns[column] as ColumnBuilder, this.#batchRow);
      this.#column = column + 1;
    } else this.#addSurplus(0, 0, 'unreadable');
  }

  /** A cell of the first record, or one beyond the width. */
  #addSurplus(start: number, end: number, state: HeaderCell['state']): void {
    this.#column++;
    if (this.#width === -1) {
      if (this.#column > this.#settings.maxColumns) {
        throw new ScrimError('SCRIM_CSV_TOO_MANY_FIELDS', {
          source: this.#settings.source,
          row: 0,
          limit: this.#settings.maxColumns,
        });
      }
      this.#header.push({ state, bytes: this.#buffer.slice(start, end) });
    } else if (state !== 'null') this.#surplus++;
  }

  /** Finishes the cell at the end of the input. */
  #emitCurrent(end: number): void {
    const column = this.#column;
    if (this.#mode === AFTER_QUOTE) this.#addQuoted(this.#start);
    else if (this.#mode === GARBAGE) this.#addMalformed();
    else if (this.#mode === PLAIN && end > this.#start) {
      if (end - this.#start >= this.#wideFrom) this.#wideCell(end - this.#start);
      if (column < this.#width) {
        const builder = this.#columns[column] as ColumnBuilder;
        if (this.#tokens === null || !this.#isToken(column, this.#buffer, this.#start, end)) {
          addCell(builder, this.#batchRow, this.#buffer, this.#start, end);
        }
        this.#column = column + 1;
      } else this.#addSurplus(this.#start, end, 'value');
    } else if (column < this.#width) {
      addNull(this.#columns[column] as ColumnBuilder, this.#batchRow);
      this.#column = column + 1;
    } else this.#addSurplus(0, 0, 'null');
  }

  #endOfLine(byte: number): void {
    if (byte === LF) this.findings.lf++;
    else {
      this.findings.cr++;
      this.#skipLf = true;
    }
    if (this.#column === 0) this.findings.blankLines++;
    else this.#endRecord();
  }

  #endRecord(): void {
    const fields = this.#column;
    const width = this.#width;
    this.#column = 0;
    if (width === -1) {
      this.#beginTable();
      return;
    }
    const row = this.rows + 1;
    if (fields !== width) this.#ragged(fields, row);
    if (this.#malformed) {
      this.#malformed = false;
      this.#note(this.findings.malformedQuotes, row);
    }
    this.rows = row;
    if (++this.#batchRow === this.#batchRows) this.#flush();
    else if (this.#wide || (row & 1023) === 0) {
      this.#wide = false;
      if (this.#batchIsLarge()) this.#flush();
    }
  }

  #ragged(fields: number, row: number): void {
    const { findings } = this;
    if (fields < this.#width) {
      for (let i = fields; i < this.#width; i++) addNull(this.#columns[i] as ColumnBuilder, this.#batchRow);
      this.#note(findings.shortRows, row);
      return;
    }
    if (this.#settings.longRows === 'error') {
      throw new ScrimError('SCRIM_CSV_TOO_MANY_FIELDS', {
        source: this.#settings.source,
        row,
        limit: this.#width,
      });
    }
    this.#note(findings.longRows, row);
    // Surplus fields that are all empty moved nothing; otherwise cells may stand in the wrong columns.
    if (this.#surplus > 0 && this.#settings.longRows === 'unreadable') {
      for (const column of this.#columns) spoilCell(column, this.#batchRow);
    }
    this.#surplus = 0;
  }

  #note(finding: RowFinding, row: number): void {
    if (finding.count++ < this.#settings.listed) finding.rows.push(row);
  }

  #batchIsLarge(): boolean {
    let bytes = 0;
    for (const column of this.#columns) bytes += column.used;
    return bytes > this.#settings.maxBatchBytes;
  }

  #beginTable(): void {
    const cells = this.#header;
    const { columns, isData, batchRows } = this.#settings.onHeader(cells);
    this.#batchRows = batchRows;
    this.#header = [];
    this.#malformed = false;
    this.#columns = columns;
    this.#width = columns.length;
    if (!isData) return;
    cells.forEach((cell, i) => {
      const builder = columns[i] as ColumnBuilder;
      if (cell.state === 'null') addNull(builder, this.#batchRow);
      else if (cell.state === 'unreadable') {
        addUnreadable(builder, this.#batchRow);
        this.#malformed = true;
      } else if (
        cell.state === 'quoted' ||
        this.#tokens === null ||
        !this.#isToken(i, cell.bytes, 0, cell.bytes.length)
      ) {
        addCell(builder, this.#batchRow, cell.bytes, 0, cell.bytes.length);
      }
    });
    this.#column = columns.length;
    this.#endRecord();
  }

  #flush(): void {
    const rows = this.#batchRow;
    this.#batchRow = 0;
    this.#settings.onBatch(rows);
  }
}
