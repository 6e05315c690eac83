/**
 * Streaming NDJSON to NDJSON at constant memory: each line is a document, masked by paths.
 *
 * Empty lines are left out; a line that is no JSON is left out and counted.
 * @module
 */
import { type RunOptions, ScrimError, throwIfCancelled } from '../../core/index.js';
import { type ByteSink, type ByteSource, type Column, cellText } from '../../table/index.js';
import { type JsonValue, parseJson } from '../json-value.js';
import type { Masker, RowContext } from '../masker.js';
import { ValuesBuilder } from '../values.js';
import { blocksOf } from './blocks.js';

const LF = 10;
const BATCH_LINES = 8192;
const LONGEST_LINE = 1 << 28;
const encoder = new TextEncoder();

/** What a stream of lines did. */
export interface NdjsonCounts {
  /** Lines written. */
  readonly lines: number;
  /** Lines that were no JSON: left out. */
  readonly refusedLines: number;
  /** Scalars that could not be masked: null now. */
  readonly suppressed: number;
}

/**
 * Masks a stream of JSON lines.
 *
 * @param masker - from {@link json}; another column of a rule (the person of a date shift) is the member of that name at the top
 * of the document, where it stands once and is a scalar
 * @throws SCRIM_MASK_NEEDS_FIT, SCRIM_MASK_CSV for a line over 256 MiB, SCRIM_CANCELLED
 */
export async function maskNdjson(
  source: ByteSource,
  sink: ByteSink,
  masker: Masker,
  options: RunOptions = {},
): Promise<NdjsonCounts> {
  if (!masker.streams) {
    throw new ScrimError('SCRIM_MASK_NEEDS_FIT', { rule: masker.name, column: 'line' });
  }
  const counts = { lines: 0, refusedLines: 0, suppressed: 0 };
  let lines: Uint8Array[] = [];
  const flush = async (): Promise<void> => {
    if (lines.length === 0) return;
    throwIfCancelled(options.signal, 'mask');
    const documents = columnOf(lines);
    const { column, suppressed } = masker.apply(documents, membersOf(documents, counts.lines + counts.refusedLines));
    let text = '';
    let refused = 0;
    for (let i = 0; i < lines.length; i++) {
      const masked = cellText(column, i);
      if (masked === null) refused++;
      else text += `${masked}\n`;
    }
    counts.lines += lines.length - refused;
    counts.refusedLines += refused;
    counts.suppressed += suppressed - refused;
    lines = [];
    if (text !== '') await sink.write(encoder.encode(text));
    options.progress?.({ stage: 'mask', done: counts.lines, total: null, unit: 'rows' });
  };
  let held: Uint8Array = new Uint8Array();
  let first = true;
  for await (const block of blocksOf(source)) {
    let bytes = block;
    if (held.length > 0) {
      bytes = new Uint8Array(held.length + block.length);
      bytes.set(held);
      bytes.set(block, held.length);
    }
    if (first && bytes.length >= 3) {
      if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) bytes = bytes.subarray(3);
      first = false;
    }
    let at = 0;
    for (let end = bytes.indexOf(LF, at); end >= 0; end = bytes.indexOf(LF, at)) {
      if (!blank(bytes, at, end)) lines.push(bytes.slice(at, end));
      at = end + 1;
      if (lines.length >= BATCH_LINES) await flush();
    }
    held = bytes.slice(at);
    if (held.length > LONGEST_LINE)
      throw new ScrimError('SCRIM_MASK_CSV', { row: counts.lines + 1, problem: 'a line is longer than 256 MiB' });
  }
  if (!blank(held, 0, held.length)) lines.push(held);
  await flush();
  return counts;
}

/** The members at the top of the documents, as columns. */
function membersOf(documents: Column, firstRow: number): RowContext {
  let parsed: (JsonValue | null)[] | undefined;
  return {
    firstRow,
    column(name) {
      parsed ??= Array.from({ length: documents.length }, (_, row) => parseJson(cellText(documents, row) ?? ''));
      const texts = parsed.map((document) => memberOf(document, name));
      const builder = new ValuesBuilder(texts.length, texts.length * 12);
      const validity = new Uint8Array((texts.length + 7) >> 3);
      texts.forEach((text, row) => {
        if (text === null) builder.none();
        else {
          builder.text(text);
          validity[row >> 3] = (validity[row >> 3] as number) | (1 << (row & 7));
        }
      });
      const { offsets, bytes } = builder.finish();
      return { type: 'utf8', length: texts.length, offsets, bytes, validity, unreadable: null };
    },
  };
}

/** The text of a scalar member; null where there is none, or several, or a nested one. */
function memberOf(document: JsonValue | null, name: string): string | null {
  if (document?.kind !== 'object') return null;
  const found = document.members.filter(([key]) => key === name);
  const value = found.length === 1 ? found[0]?.[1] : undefined;
  if (value === undefined || value.kind === 'object' || value.kind === 'array') return null;
  return value.kind === 'literal' && value.text === 'null' ? null : value.text;
}

function blank(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number;
    if (byte !== 32 && byte !== 9 && byte !== 13) return false;
  }
  return true;
}

function columnOf(lines: readonly Uint8Array[]): Column {
  const builder = new ValuesBuilder(
    lines.length,
    lines.reduce((sum, line) => sum + line.length, 0),
  );
  for (const line of lines) builder.raw(line);
  const { offsets, bytes } = builder.finish();
  return { type: 'utf8', length: lines.length, offsets, bytes, validity: null, unreadable: null };
}
