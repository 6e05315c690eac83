/**
 * NDJSON (one JSON object per line, RFC 8259 objects, UTF-8) into tables, streamed over bytes.
 *
 * Numbers keep their exact text (18 digits stay 18 digits), nested objects and arrays become their JSON text as it stands
 * in the file, a missing member is null, of a repeated key the last value counts. A line that is no object is a row of
 * unreadable cells, counted and listed (or an error, if asked). A string that is no well-formed Unicode (wrong bytes, a
 * lone surrogate) is an unreadable cell.
 * @module
 */
import { type RunOptions, ScrimError } from '../core/index.js';
import { setBit } from './_bitmap.js';
import { decodeEscapes, JsonKind, ObjectScanner } from './_json-scan.js';
import { narrowCodes } from './build.js';
import type { DictionaryColumn, Field, LogicalType } from './column.js';
import type { Dictionary } from './dictionary.js';
import { DICTIONARY_FULL, DictionaryBuilder } from './dictionary-builder.js';
import { cellTraits, inferLogical, Kind, kindCounts } from './infer.js';
import type { Finding } from './quality.js';
import { type ByteSource, readBlocks, type SourceFacts, sourceName } from './source.js';
import { Table } from './table.js';
import { BATCH_ROWS } from './take.js';

/** Options of {@link readNdjson}. */
export interface NdjsonOptions extends RunOptions {
  /** Name for messages and records. Default: the file's name, or `input`. */
  readonly name?: string;
  /** Compute the SHA-256 of the exact bytes while reading. Default false. */
  readonly digest?: boolean;
  /** What happens to a line that is no JSON object: a row of unreadable cells, or an error. Default `unreadable`. */
  readonly invalidLines?: 'unreadable' | 'error';
  /** Longest line in bytes. Default 256 MiB. */
  readonly maxLineBytes?: number;
  /** Largest number of different keys. Default 10000. */
  readonly maxColumns?: number;
}

/** What was found besides the cells. */
export interface NdjsonFindings {
  /** Rows (from 1) whose line is no JSON object. */
  readonly invalidLines: Finding;
  /** Rows with a key that occurs twice; the last value counts. */
  readonly repeatedKeys: Finding;
  /** Rows that lack a column. */
  readonly missingMembers: Finding;
  readonly blankLines: number;
}

/** A table, what was found while reading it, and what exactly was read. */
export interface NdjsonResult {
  readonly table: Table;
  readonly findings: NdjsonFindings;
  readonly source: SourceFacts;
}

/**
 * Reads NDJSON from a path, bytes or a stream of bytes.
 *
 * @throws SCRIM_NDJSON_EMPTY, SCRIM_NDJSON_INVALID when no line is an object (or one is not and `invalidLines` is
 * `error`), SCRIM_NDJSON_LIMIT, SCRIM_TABLE_TOO_LARGE, SCRIM_FILE_MISSING, SCRIM_FILE_UNREADABLE, SCRIM_CANCELLED
 * @example
 * const bytes = new TextEncoder().encode('{"id":1}\n{"id":2,"sex":"f"}\n');
 * (await readNdjson(bytes)).table.names; // => ['id', 'sex']
 */
export async function readNdjson(source: ByteSource, options: NdjsonOptions = {}): Promise<NdjsonResult> {
  const facts: SourceFacts = { name: sourceName(source, options.name), bytes: 0, sha256: null };
  const reader = new NdjsonReader(facts.name, options);
  for await (const block of readBlocks(source, facts, options)) reader.push(block);
  const { table, findings } = reader.finish();
  return { table, findings, source: facts };
}

const NULL = -1;
const UNREADABLE = -2;
const LISTED = 100;
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const TRUE: Uint8Array = encoder.encode('true');
const FALSE: Uint8Array = encoder.encode('false');

/** One column while reading. */
class Member {
  readonly builder: DictionaryBuilder = new DictionaryBuilder();
  /** Codes of finished batches; undefined where the key had not occurred yet. */
  readonly batches: (Int32Array | undefined)[] = [];
  codes: Int32Array = new Int32Array(BATCH_ROWS).fill(NULL);
  /** Row in which the key was last seen, from 1. */
  lastRow = 0;
  strings = 0;
  numbers = 0;
  fractions = 0;
  /** Integers of more than 15 digits: identifiers, which a double could not hold. */
  long = 0;
  booleans = 0;
  nested = 0;
  readonly name: string;
  readonly bytes: Uint8Array;

  constructor(name: string, finishedBatches: number) {
    this.name = name;
    this.bytes = encoder.encode(name);
    this.batches.length = finishedBatches;
  }
}

/** Takes blocks of bytes and gives one table; for {@link readNdjson} and `ndjson-pieces.ts`. */
export class NdjsonReader {
  readonly #name: string;
  readonly #invalidIsError: boolean;
  readonly #maxLine: number;
  readonly #maxColumns: number;
  readonly #scanner = new ObjectScanner();
  readonly #members: Member[] = [];
  readonly #byName = new Map<string, Member>();
  readonly #invalid: Finds = { count: 0, rows: [] };
  readonly #repeated: Finds = { count: 0, rows: [] };
  /** Rows by their number of different members. */
  readonly #membersOf = new Map<number, Finds>();
  readonly #invalidRows: number[] = [];
  #carry: Uint8Array = new Uint8Array(1 << 12);
  #carried = 0;
  #scratch: Uint8Array = new Uint8Array(1 << 10);
  #line: number;
  #rows = 0;
  #inBatch = 0;
  #finishedBatches = 0;
  #blank = 0;

  /** @param linesBefore - lines of the file that other readers took */
  constructor(name: string, options: NdjsonOptions, linesBefore = 0) {
    this.#name = name;
    this.#line = linesBefore;
    this.#invalidIsError = options.invalidLines === 'error';
    this.#maxLine = options.maxLineBytes ?? 2 ** 28;
    this.#maxColumns = options.maxColumns ?? 10_000;
  }

  /** Takes the next bytes, cut anywhere. */
  push(block: Uint8Array): void {
    let start = 0;
    for (;;) {
      const end = block.indexOf(0x0a, start);
      if (end < 0) break;
      if (this.#carried > 0) {
        this.#keep(block, start, end);
        const length = this.#carried;
        this.#carried = 0;
        this.#readLine(this.#carry, 0, length);
      } else {
        this.#readLine(block, start, end);
      }
      start = end + 1;
    }
    if (start < block.length) this.#keep(block, start, block.length);
  }

  #keep(block: Uint8Array, start: number, end: number): void {
    const needed = this.#carried + end - start;
    if (needed > this.#maxLine) throw this.#limit(this.#line + 1, this.#maxLine, 'bytes');
    if (needed > this.#carry.length) {
      const carry = new Uint8Array(Math.max(needed, Math.min(2 * this.#carry.length, this.#maxLine)));
      carry.set(this.#carry.subarray(0, this.#carried));
      this.#carry = carry;
    }
    this.#carry.set(block.subarray(start, end), this.#carried);
    this.#carried = needed;
  }

  #readLine(bytes: Uint8Array, from: number, end: number): void {
    this.#line++;
    const mark = this.#line === 1 && bytes[from] === 0xef && bytes[from + 1] === 0xbb && bytes[from + 2] === 0xbf;
    const start = mark ? from + 3 : from;
    if (end - start > this.#maxLine) throw this.#limit(this.#line, this.#maxLine, 'bytes');
    if (isBlank(bytes, start, end)) {
      this.#blank++;
      return;
    }
    this.#rows++;
    if (this.#scanner.scan(bytes, start, end)) this.#addRow(bytes);
    else this.#addInvalid();
    if (++this.#inBatch === BATCH_ROWS) this.#endBatch();
  }

  #addInvalid(): void {
    if (this.#invalidIsError) throw this.#notAnObject(this.#line);
    note(this.#invalid, this.#rows);
    this.#invalidRows.push(this.#rows - 1);
  }

  #addRow(bytes: Uint8Array): void {
    const scanner = this.#scanner;
    let distinct = 0;
    let repeated = false;
    for (let i = 0; i < scanner.members; i++) {
      const member = this.#memberAt(bytes, i);
      if (member.lastRow === this.#rows) repeated = true;
      else distinct++;
      member.lastRow = this.#rows;
      member.codes[this.#inBatch] = this.#cell(bytes, i, member);
    }
    if (repeated) note(this.#repeated, this.#rows);
    let rows = this.#membersOf.get(distinct);
    if (rows === undefined) {
      rows = { count: 0, rows: [] };
      this.#membersOf.set(distinct, rows);
    }
    note(rows, this.#rows);
  }

  #memberAt(bytes: Uint8Array, i: number): Member {
    const scanner = this.#scanner;
    const start = scanner.keyStart(i);
    const end = scanner.keyEnd(i);
    // Lines mostly have the same keys in the same order.
    const guess = this.#members[i];
    if (guess !== undefined && sameBytes(guess.bytes, bytes, start, end) && !scanner.keyEscaped(i)) return guess;
    let name: string;
    if (scanner.keyEscaped(i)) {
      const length = this.#decode(bytes, start, end);
      name = length < 0 ? '\ufffd' : decoder.decode(this.#scratch.subarray(0, length));
    } else {
      name = decoder.decode(bytes.subarray(start, end));
    }
    let member = this.#byName.get(name);
    if (member === undefined) {
      if (this.#members.length === this.#maxColumns) throw this.#limit(this.#line, this.#maxColumns, 'columns');
      member = new Member(name, this.#finishedBatches);
      this.#members.push(member);
      this.#byName.set(name, member);
    }
    return member;
  }

  #cell(bytes: Uint8Array, i: number, member: Member): number {
    const scanner = this.#scanner;
    const start = scanner.valueStart(i);
    const end = scanner.valueEnd(i);
    switch (scanner.kind(i)) {
      case JsonKind.null:
        return NULL;
      case JsonKind.number:
        member.numbers++;
        if (end - start > (bytes[start] === 0x2d ? 16 : 15)) member.long++;
        for (let at = start; at < end; at++) {
          const byte = bytes[at] as number;
          if (byte === 0x2e || byte === 0x65 || byte === 0x45) {
            member.fractions++;
            break;
          }
        }
        break;
      case JsonKind.true:
        member.booleans++;
        return this.#intern(member, TRUE, 0, 4);
      case JsonKind.false:
        member.booleans++;
        return this.#intern(member, FALSE, 0, 5);
      case JsonKind.nested:
        member.nested++;
        break;
      case JsonKind.escaped: {
        member.strings++;
        const length = this.#decode(bytes, start, end);
        return length < 0 ? UNREADABLE : this.#intern(member, this.#scratch, 0, length);
      }
      default:
        member.strings++;
    }
    return this.#intern(member, bytes, start, end);
  }

  #decode(bytes: Uint8Array, start: number, end: number): number {
    if (this.#scratch.length < end - start + 8) this.#scratch = new Uint8Array(2 * (end - start) + 8);
    return decodeEscapes(bytes, start, end, this.#scratch);
  }

  #intern(member: Member, bytes: Uint8Array, start: number, end: number): number {
    const code = member.builder.intern(bytes, start, end);
    if (code === DICTIONARY_FULL) {
      throw new ScrimError('SCRIM_TABLE_TOO_LARGE', { what: member.name, limit: 2 ** 31 - 1 });
    }
    return code < 0 ? UNREADABLE : code;
  }

  #endBatch(): void {
    for (const member of this.#members) {
      member.batches.push(member.codes.slice(0, this.#inBatch));
      member.codes.fill(NULL);
    }
    this.#finishedBatches++;
    this.#inBatch = 0;
  }

  /** Lines of the file up to here, blank ones too. */
  get lines(): number {
    return this.#line;
  }

  /** The table of what was pushed. @throws SCRIM_NDJSON_EMPTY, SCRIM_NDJSON_INVALID when no line is an object */
  finish(): Pick<NdjsonResult, 'table' | 'findings'> {
    this.#endLine();
    if (this.#rows === 0) throw new ScrimError('SCRIM_NDJSON_EMPTY', { source: this.#name });
    if (this.#invalid.count === this.#rows) throw this.#notAnObject(1 + this.#blank);
    return this.#result();
  }

  /** The same for a part of a file, which may have no rows and no objects. */
  finishPiece(): { readonly table: Table; readonly objects: number } {
    this.#endLine();
    return { table: this.#result().table, objects: this.#rows - this.#invalid.count };
  }

  #endLine(): void {
    if (this.#carried === 0) return;
    const length = this.#carried;
    this.#carried = 0;
    this.#readLine(this.#carry, 0, length);
  }

  #result(): Pick<NdjsonResult, 'table' | 'findings'> {
    if (this.#inBatch > 0) this.#endBatch();
    const columns = this.#members.map((member) => this.#finishMember(member));
    const fields = this.#members.map((member, i): Field => {
      const { dictionary } = columns[i] as { dictionary: Dictionary };
      return { name: member.name, type: 'dictionary', logical: meaning(member, dictionary) };
    });
    const batches = Array.from({ length: this.#finishedBatches }, (_, b) => {
      const parts = columns.map(({ parts }) => parts[b] as DictionaryColumn);
      return { rows: this.#batchRows(b), columns: parts };
    });
    const findings: NdjsonFindings = {
      invalidLines: this.#invalid,
      repeatedKeys: this.#repeated,
      missingMembers: this.#missingMembers(),
      blankLines: this.#blank,
    };
    return { table: new Table(fields, batches), findings };
  }

  #missingMembers(): Finding {
    const fewer = [...this.#membersOf].filter(([members]) => members < this.#members.length).map(([, rows]) => rows);
    return {
      count: fewer.reduce((sum, { count }) => sum + count, 0),
      rows: fewer
        .flatMap(({ rows }) => rows)
        .sort((a, b) => a - b)
        .slice(0, LISTED),
    };
  }

  #batchRows(batch: number): number {
    return Math.min(BATCH_ROWS, this.#rows - batch * BATCH_ROWS);
  }

  #finishMember(member: Member): { dictionary: Dictionary; parts: DictionaryColumn[] } {
    const dictionary = member.builder.finish();
    const parts: DictionaryColumn[] = [];
    let nextInvalid = 0;
    for (let b = 0; b < this.#finishedBatches; b++) {
      const rows = this.#batchRows(b);
      const codes = member.batches[b] ?? new Int32Array(rows).fill(NULL);
      for (; (this.#invalidRows[nextInvalid] ?? Infinity) < b * BATCH_ROWS + rows; nextInvalid++) {
        codes[(this.#invalidRows[nextInvalid] as number) - b * BATCH_ROWS] = UNREADABLE;
      }
      parts.push(dictionaryPart(codes, dictionary));
      member.batches[b] = undefined;
    }
    return { dictionary, parts };
  }

  #limit(line: number, limit: number, what: string): ScrimError {
    return new ScrimError('SCRIM_NDJSON_LIMIT', { source: this.#name, line, limit, what });
  }

  #notAnObject(line: number): ScrimError {
    return new ScrimError('SCRIM_NDJSON_INVALID', { source: this.#name, line });
  }
}

interface Finds {
  count: number;
  readonly rows: number[];
}

function note(finds: Finds, row: number): void {
  finds.count++;
  if (finds.rows.length < LISTED) finds.rows.push(row);
}

function isBlank(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number;
    if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d) return false;
  }
  return true;
}

function sameBytes(name: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (name.length !== end - start) return false;
  for (let i = 0; i < name.length; i++) if (name[i] !== bytes[start + i]) return false;
  return true;
}

/** What a column means: numbers and booleans as JSON says, strings as inference says, mixtures are text. */
function meaning(member: Member, dictionary: Dictionary): LogicalType {
  const kinds = [member.strings, member.numbers, member.booleans, member.nested].filter((count) => count > 0).length;
  if (kinds !== 1 || member.nested > 0) return 'text';
  if (member.numbers > 0) return member.fractions > 0 ? 'decimal' : member.long > 0 ? 'text' : 'integer';
  if (member.booleans > 0) return 'boolean';
  const counts = kindCounts();
  for (let code = 0; code < dictionary.size; code++) {
    const kind =
      cellTraits(dictionary.bytes, dictionary.offsets[code] as number, dictionary.offsets[code + 1] as number) & 15;
    // A number in quotes was meant as text by whoever wrote the file; dates have no other form in JSON.
    if (kind === Kind.integer || kind === Kind.decimal || kind === Kind.compactDate || kind === Kind.boolean)
      return 'text';
    counts.kinds[kind] = (counts.kinds[kind] as number) + 1;
  }
  return inferLogical(member.name, counts);
}

/** A dictionary column from codes with marks for null and unreadable cells. */
function dictionaryPart(marked: Int32Array, dictionary: Dictionary): DictionaryColumn {
  const length = marked.length;
  const codes = new Uint32Array(length);
  let validity: Uint8Array | null = null;
  let unreadable: Uint8Array | null = null;
  for (let row = 0; row < length; row++) {
    const code = marked[row] as number;
    if (code >= 0) {
      codes[row] = code;
      continue;
    }
    validity ??= new Uint8Array((length + 7) >> 3).fill(255);
    validity[row >> 3] = (validity[row >> 3] as number) & ~(1 << (row & 7));
    if (code === UNREADABLE) {
      unreadable ??= new Uint8Array((length + 7) >> 3);
      setBit(unreadable, row);
    }
  }
  return { type: 'dictionary', length, validity, unreadable, codes: narrowCodes(codes, dictionary.size), dictionary };
}
