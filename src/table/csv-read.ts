/**
 * Reading CSV: bytes in, columns out, with a report on what was found; whole tables or batches at constant memory.
 * @module
 */
import { type RunOptions, ScrimError } from '../core/index.js';
import type { Column, Field, LogicalType, Utf8Column } from './column.js';
import { ColumnBuilder, type CsvEncoding, finishColumn, flushColumn } from './csv-columns.js';
import { CsvParser, type HeaderCell, type LongRows } from './csv-parser.js';
import { checkDelimiter, separatorLine, sniffDelimiter } from './csv-sniff.js';
import { countDuplicateRows } from './duplicates.js';
import { cellTraits, Kind } from './infer.js';
import { DUPLICATE_ROWS, QualityCollector, type QualityReport, type TextQuality, textFindings } from './quality.js';
import { type ByteSource, readBlocks, type SourceFacts, sourceName } from './source.js';
import { type Batch, Table } from './table.js';
import { canonicalEncoding, type EncodingFacts, utf8Blocks } from './text-encoding.js';
import { isWellFormedUtf8 } from './utf8.js';

/** Options of {@link readCsv} and {@link csvBatches}. */
export interface CsvOptions extends RunOptions {
  /** Name for messages and records. Default: the file's name, or `input`. */
  readonly name?: string;
  /** Field delimiter, one or more characters. Default: found among `,` tab `;` `|`. */
  readonly delimiter?: string;
  /** WHATWG encoding name. Default: byte-order mark, else UTF-8 or GB18030 by the bytes. */
  readonly encoding?: string;
  /** The first record holds the column names. Default true; false names the columns `c1`, `c2`, ... */
  readonly header?: boolean;
  /** Missing or repeated column names: refuse the file, or name the column `c<position>` or `<name>_<n>`. Default `error`. */
  readonly badHeader?: 'error' | 'rename';
  /** Rows with more fields than the header: cells become unreadable, the surplus is left out, or the file is refused. Default `unreadable`. */
  readonly longRows?: LongRows;
  /** Column layout. Default `auto`: dictionary, or plain UTF-8 where nearly all values are distinct. */
  readonly layout?: CsvEncoding;
  /** Largest cell in bytes. Default 16 MiB. */
  readonly maxCellBytes?: number;
  /** Largest number of columns. Default 16,384. */
  readonly maxColumns?: number;
  /** Rows of a batch. Default 65,536, fewer where there are very many columns. */
  readonly batchRows?: number;
  /** Unquoted texts that stand for null besides the empty one, such as `NA` or `\\N`; counted. Default none. */
  readonly nullTokens?: readonly string[];
  /** What columns mean, by name, where the caller knows better than inference. */
  readonly logical?: Readonly<Record<string, LogicalType>>;
  /** Infer what columns mean; false leaves all of them `text`. Default true. */
  readonly infer?: boolean;
  /** Row numbers listed per finding. Default 20. */
  readonly listed?: number;
  /** Count rows that repeat an earlier row (up to 2^24 rows). Default true. */
  readonly duplicates?: boolean;
  /** Look at every cell; false leaves all columns `text`, and the report says only what the text around the cells is like. Default true. */
  readonly inspect?: boolean;
  /** Compute the SHA-256 of the exact bytes. Default false. */
  readonly digest?: boolean;
}

/** What {@link readCsv} returns. */
export interface CsvResult {
  readonly table: Table;
  readonly quality: QualityReport;
  readonly source: SourceFacts;
}

const MAX_BATCH_BYTES = 2 ** 28;
const CELLS_PER_BATCH = 2 ** 22;
const SAMPLE = 65_536;

/**
 * Reads CSV into a table.
 *
 * @param source path, bytes, or stream of bytes
 * @throws SCRIM_CSV_EMPTY, SCRIM_CSV_HEADER, SCRIM_CSV_UNCLOSED_QUOTE, SCRIM_CSV_BINARY, SCRIM_CSV_CELL_TOO_LARGE,
 *   SCRIM_CSV_TOO_MANY_FIELDS, SCRIM_CSV_ENCODING, SCRIM_TABLE_TOO_LARGE, SCRIM_FILE_*, SCRIM_CANCELLED, SCRIM_ARGUMENT
 * @example
 * const { table } = await readCsv(new TextEncoder().encode('id,name\n007,李雷\n'));
 * table.names; // => ['id', 'name']
 */
export async function readCsv(source: ByteSource, options: CsvOptions = {}): Promise<CsvResult> {
  const reader = new CsvReader(source, options, options.layout ?? 'auto');
  for await (const block of reader.blocks()) reader.parser.push(block);
  reader.parser.end();
  return reader.finish();
}

/** A batch of a stream, with the fields it has. */
export interface StreamBatch extends Batch {
  readonly fields: readonly Field[];
  /** Row number of the first row, from 1. */
  readonly firstRow: number;
}

/**
 * Reads CSV batch by batch at constant memory; all columns are plain UTF-8 and `text` unless `logical` says otherwise.
 *
 * @returns batches in order; the generator's return value is the quality report. A file of only a header gives no batch.
 * @throws as {@link readCsv}
 */
export async function* csvBatches(
  source: ByteSource,
  options: CsvOptions = {},
): AsyncGenerator<StreamBatch, QualityReport, undefined> {
  const reader = new CsvReader(source, { ...options, infer: false, duplicates: false }, 'utf8');
  for await (const block of reader.blocks()) {
    reader.parser.push(block);
    yield* reader.takeBatches();
  }
  reader.parser.end();
  yield* reader.takeBatches();
  return reader.report();
}

class CsvReader {
  parser!: CsvParser;
  readonly #source: ByteSource;
  readonly #options: CsvOptions;
  readonly #layout: CsvEncoding;
  readonly #facts: SourceFacts;
  readonly #encoding: EncodingFacts = { encoding: 'utf-8', bom: false, decidedBy: 'bytes' };
  readonly #listed: number;
  #builders: ColumnBuilder[] = [];
  #fields: Field[] = [];
  #parts: (Utf8Column | null)[][] = [];
  #batchRows: number[] = [];
  #taken = 0;
  #firstRow = 1;
  #delimiter = ',';
  #delimiterBy: 'option' | 'sep-line' | 'sniffed' = 'sniffed';
  #renamed = 0;
  #quality!: QualityCollector;
  #headerLooksLikeData = false;
  #sampleHasNul = false;

  constructor(source: ByteSource, options: CsvOptions, layout: CsvEncoding) {
    this.#source = source;
    this.#options = options;
    this.#layout = layout;
    this.#listed = options.listed ?? 20;
    this.#facts = { name: sourceName(source, options.name), bytes: 0, sha256: null };
    if (options.delimiter !== undefined) checkDelimiter(options.delimiter);
  }

  /** UTF-8 blocks; the parser exists when the first one arrives. */
  async *blocks(): AsyncGenerator<Uint8Array, void, undefined> {
    const { encoding } = this.#options;
    const wanted = encoding === undefined ? null : canonicalEncoding(encoding);
    const raw = readBlocks(this.#source, this.#facts, { ...this.#options, name: this.#facts.name });
    let sample: Uint8Array = new Uint8Array(0);
    let started = false;
    for await (const block of utf8Blocks(raw, wanted, this.#encoding, this.#facts.name)) {
      if (started) {
        yield block;
        continue;
      }
      const joined = new Uint8Array(sample.length + block.length);
      joined.set(sample);
      joined.set(block, sample.length);
      sample = joined;
      if (sample.length < SAMPLE) continue;
      started = true;
      yield this.#start(sample, false);
    }
    if (!started) yield this.#start(sample, true);
  }

  #start(sample: Uint8Array, complete: boolean): Uint8Array {
    const { name } = this.#facts;
    this.#sampleHasNul = sample.includes(0);
    const line = separatorLine(sample);
    const rest = line === null ? sample : sample.subarray(line.length);
    if (this.#options.delimiter !== undefined) {
      this.#delimiter = this.#options.delimiter;
      this.#delimiterBy = 'option';
    } else if (line !== null) {
      this.#delimiter = line.delimiter;
      this.#delimiterBy = 'sep-line';
    } else this.#delimiter = sniffDelimiter(rest.subarray(0, SAMPLE), complete);
    this.parser = new CsvParser({
      source: name,
      delimiter: new TextEncoder().encode(this.#delimiter),
      maxCellBytes: this.#options.maxCellBytes ?? 2 ** 24,
      maxColumns: this.#options.maxColumns ?? 16_384,
      maxBatchBytes: MAX_BATCH_BYTES,
      listed: this.#listed,
      longRows: this.#options.longRows ?? 'unreadable',
      nullTokens: (this.#options.nullTokens ?? []).map((token) => new TextEncoder().encode(token)),
      onHeader: (cells) => this.#header(cells),
      onBatch: (rows) => this.#batch(rows),
    });
    return rest;
  }

  #header(cells: HeaderCell[]): { columns: ColumnBuilder[]; isData: boolean; batchRows: number } {
    const isData = this.#options.header === false;
    const { names, renamed } = isData
      ? { names: cells.map((_, i) => `c${i + 1}`), renamed: 0 }
      : columnNames(cells, this.#options.badHeader ?? 'error', this.#facts.name, this.#sampleHasNul);
    this.#renamed = renamed;
    this.#headerLooksLikeData = !isData && cells.some((cell) => looksLikeData(cell.bytes));
    const rows = this.#options.batchRows ?? Math.max(64, Math.min(65_536, Math.floor(CELLS_PER_BATCH / names.length)));
    const refuse = this.#encoding.encoding !== 'utf-8';
    this.#builders = names.map(() => new ColumnBuilder(this.#layout, rows, refuse));
    const type = this.#layout === 'utf8' ? 'utf8' : 'dictionary';
    this.#quality = new QualityCollector(names.length, this.#listed);
    this.#fields = names.map((name) => ({ name, type, logical: this.#options.logical?.[name] ?? 'text' }));
    return { columns: this.#builders, isData, batchRows: rows };
  }

  #batch(rows: number): void {
    this.#parts.push(this.#builders.map((builder) => flushColumn(builder, rows)));
    this.#batchRows.push(rows);
  }

  *takeBatches(): Generator<StreamBatch> {
    for (; this.#taken < this.#parts.length; this.#taken++) {
      const rows = this.#batchRows[this.#taken] as number;
      const columns = this.#parts[this.#taken] as Column[];
      this.#parts[this.#taken] = [];
      columns.forEach((column, c) => {
        this.#quality.addColumn(c, column, this.#firstRow);
      });
      this.#quality.addRows(rows);
      yield { fields: this.#fields, rows, columns, firstRow: this.#firstRow };
      this.#firstRow += rows;
    }
  }

  finish(): CsvResult {
    const columns = this.#builders.map((builder, c) =>
      finishColumn(
        builder,
        this.#parts.map((part) => part[c] as Utf8Column | null),
      ),
    );
    const quality = new QualityCollector(this.#fields.length, this.#listed);
    const inspect = this.#options.inspect !== false;
    columns.forEach((chunks, c) => {
      if (!inspect) return;
      let firstRow = 1;
      for (const chunk of chunks) {
        quality.addColumn(c, chunk, firstRow);
        firstRow += chunk.length;
      }
    });
    quality.addRows(this.parser.rows);
    this.#builders.forEach((builder, c) => {
      quality.addNullTokens(c, builder.nullTokens);
    });
    this.#fields = this.#fields.map((field, c) => ({
      name: field.name,
      type: (this.#builders[c] as ColumnBuilder).interning ? 'dictionary' : 'utf8',
      logical:
        !inspect || this.#options.infer === false || this.#options.logical?.[field.name] !== undefined
          ? field.logical
          : quality.logical(c, field.name),
    }));
    const batches = this.#batchRows.map((rows, b) => ({ rows, columns: columns.map((parts) => parts[b] as Column) }));
    const table = new Table(this.#fields, batches);
    const counted = this.#options.duplicates !== false && table.rows <= DUPLICATE_ROWS;
    const duplicates = counted ? { count: countDuplicateRows(table), exact: true } : null;
    return {
      table,
      quality: quality.report(this.#facts.name, this.#fields, this.#text(), duplicates),
      source: this.#facts,
    };
  }

  /** The report of a stream. */
  report(): QualityReport {
    this.#builders.forEach((builder, c) => {
      this.#quality.addNullTokens(c, builder.nullTokens);
    });
    return this.#quality.report(this.#facts.name, this.#fields, this.#text(), null);
  }

  #text(): TextQuality {
    return {
      encoding: this.#encoding.encoding,
      encodingDecidedBy: this.#encoding.decidedBy,
      bom: this.#encoding.bom,
      delimiter: this.#delimiter,
      delimiterDecidedBy: this.#delimiterBy,
      header: this.#options.header !== false,
      renamedColumns: this.#renamed,
      headerLooksLikeData: this.#headerLooksLikeData,
      ...textFindings(this.parser.findings),
    };
  }
}

/** Names of the columns. Messages give positions, for a file without header has data there. */
function columnNames(
  cells: readonly HeaderCell[],
  mode: 'error' | 'rename',
  source: string,
  hasNul: boolean,
): { names: string[]; renamed: number } {
  const taken = new Map<string, number>();
  let renamed = 0;
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const given = cells.map((cell, i) => {
    if (cell.state === 'unreadable' || !isWellFormedUtf8(cell.bytes, 0, cell.bytes.length)) {
      if (hasNul) throw new ScrimError('SCRIM_CSV_BINARY', { source, reason: 'wrong bytes and NUL bytes' });
      throw new ScrimError('SCRIM_CSV_HEADER', { source, problem: `the name of column ${i + 1} cannot be read` });
    }
    return decoder.decode(cell.bytes);
  });
  const all = new Set(given);
  const names = given.map((name, i) => {
    if (name === '') {
      if (mode === 'error') {
        throw new ScrimError('SCRIM_CSV_HEADER', { source, problem: `column ${i + 1} has no name` });
      }
    } else if (!taken.has(name)) {
      taken.set(name, i);
      return name;
    } else if (mode === 'error') {
      const problem = `columns ${(taken.get(name) as number) + 1} and ${i + 1} have the same name`;
      throw new ScrimError('SCRIM_CSV_HEADER', { source, problem });
    }
    renamed++;
    const base = name === '' ? `c${i + 1}` : name;
    let unique = name === '' ? base : `${base}_2`;
    for (let n = name === '' ? 2 : 3; all.has(unique); n++) unique = `${base}_${n}`;
    all.add(unique);
    taken.set(unique, i);
    return unique;
  });
  return { names, renamed };
}

/** A name made of digits or a date: the file may have no header. */
function looksLikeData(bytes: Uint8Array): boolean {
  const kind = cellTraits(bytes, 0, bytes.length) & 15;
  if (kind !== Kind.text) return kind !== Kind.empty && kind !== Kind.boolean;
  let digits = 0;
  for (const byte of bytes) if (byte >= 0x30 && byte <= 0x39) digits++;
  return digits >= 7;
}
