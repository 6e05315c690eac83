/**
 * Streaming NDJSON to NDJSON at constant memory: each line is a document, masked by paths.
 *
 * Empty lines are left out; a line that is no JSON is left out and counted.
 * @module
 */
import { type RunOptions, ScrimError, throwIfCancelled } from '../../core/index.js';
import { type ByteSink, type ByteSource, type Column, cellText } from '../../table/index.js';
import { compile, maskDocuments, type PathRule } from '../json.js';
import { type JsonValue, parseJson } from '../json-value.js';
import type { Masker, RowContext } from '../masker.js';
import { ValuesBuilder } from '../values.js';
import { blocksOf } from './blocks.js';

const LF = 10;
const BATCH_LINES = 8192;
const LONGEST_LINE = 1 << 28;
const MOST_NAMES = 1000;
const BOM = Uint8Array.of(0xef, 0xbb, 0xbf);
const encoder = new TextEncoder();

/** What a stream of lines did. */
export interface NdjsonCounts {
  /** Lines written. */
  readonly lines: number;
  /** Lines that were no JSON: left out. */
  readonly refusedLines: number;
  /** Scalars that could not be masked: null now. */
  readonly suppressed: number;
  /** The same by rule, where rules were given instead of a masker. */
  readonly suppressedBy: readonly number[];
  /** Members at the top that no rule covers and that were left out (the first 1,000 names); for rules of plain members. */
  readonly dropped: readonly string[];
}

/**
 * Masks a stream of JSON lines.
 *
 * @param masker - from {@link json}, or its rules; another column of a rule (the person of a date shift) is the member of that name at the top
 * of the document, where it stands once and is a scalar
 * @throws SCRIM_MASK_NEEDS_FIT, SCRIM_MASK_CSV for a line over 256 MiB, SCRIM_CANCELLED
 */
export async function maskNdjson(
  source: ByteSource,
  sink: ByteSink,
  masker: Masker | readonly PathRule[],
  options: RunOptions = {},
): Promise<NdjsonCounts> {
  const suppressedBy: number[] = 'apply' in masker ? [] : masker.map(() => 0);
  const dropped = new Set<string>();
  const apply = 'apply' in masker ? masker.apply.bind(masker) : byRules(masker, suppressedBy, dropped);
  if ('apply' in masker && !masker.streams) {
    throw new ScrimError('SCRIM_MASK_NEEDS_FIT', { rule: masker.name, column: 'line' });
  }
  const counts = { lines: 0, refusedLines: 0, suppressed: 0 };
  let lines: Uint8Array[] = [];
  const flush = async (): Promise<void> => {
    if (lines.length === 0) return;
    throwIfCancelled(options.signal, 'mask');
    const documents = columnOf(lines);
    const { column, suppressed } = apply(documents, membersOf(documents, counts.lines + counts.refusedLines));
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
  // Parts of a line that goes on: joined once, when it ends, so that a long line costs no more than its length.
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  let first = true;
  const hold = (part: Uint8Array): void => {
    if (part.length === 0) return;
    held.push(part.slice());
    heldBytes += part.length;
    if (heldBytes > LONGEST_LINE)
      throw new ScrimError('SCRIM_MASK_CSV', { row: counts.lines + 1, problem: 'a line is longer than 256 MiB' });
  };
  const end = (): void => {
    let line = held.length === 1 ? (held[0] as Uint8Array) : joined(held, heldBytes);
    held = [];
    heldBytes = 0;
    if (first && BOM.every((byte, i) => line[i] === byte)) line = line.subarray(BOM.length);
    first = false;
    if (!blank(line)) lines.push(line);
  };
  for await (const block of blocksOf(source)) {
    let at = 0;
    for (let stop = block.indexOf(LF, at); stop >= 0; stop = block.indexOf(LF, at)) {
      hold(block.subarray(at, stop));
      end();
      at = stop + 1;
      if (lines.length >= BATCH_LINES) await flush();
    }
    hold(block.subarray(at));
  }
  end();
  await flush();
  return { ...counts, suppressedBy, dropped: [...dropped] };
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const line = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    line.set(part, at);
    at += part.length;
  }
  return line;
}

/** Masks documents by rules and remembers what each refused and what none covered. */
function byRules(rules: readonly PathRule[], suppressedBy: number[], dropped: Set<string>): Masker['apply'] {
  const compiled = compile(rules);
  return (column, rows) => {
    const result = maskDocuments(column, rows, compiled, 'drop');
    result.refusedBy.forEach((count, i) => {
      suppressedBy[i] = (suppressedBy[i] as number) + count;
    });
    for (const name of result.dropped) if (dropped.size < MOST_NAMES) dropped.add(name);
    return result;
  };
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

function blank(line: Uint8Array): boolean {
  for (const byte of line) {
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
