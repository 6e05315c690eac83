/**
 * Encoding of text files: byte-order marks, UTF-8 or GB18030 by their bytes, conversion to UTF-8 in chunks.
 *
 * Sources: WHATWG Encoding Standard, sections 4.2 (labels), 6 (BOM), 10.2 (gb18030); GB 18030-2022; Unicode 16 section 23.8.
 * Bytes below 128 mean the same in UTF-8 and GB18030, so the choice is made at the first other byte, wherever it stands,
 * from at least 64 KiB that follow it; streams of any length keep constant memory.
 * @module
 */
import { nodeBuiltin, ScrimError } from '../core/index.js';
import { sequenceLength } from './utf8.js';

/** What was found out about the encoding. */
export interface EncodingFacts {
  /** Name in the WHATWG standard: `utf-8`, `gb18030`, `utf-16le`, ... */
  encoding: string;
  /** A byte-order mark stood at the start (it is no data). */
  bom: boolean;
  /** Who decided: the caller, a byte-order mark, or the bytes themselves. */
  decidedBy: 'option' | 'bom' | 'bytes';
}

const WINDOW = 65_536;

/** Canonical name of an encoding. @throws SCRIM_ARGUMENT */
export function canonicalEncoding(label: string): string {
  try {
    const name = new TextDecoder(label).encoding;
    return name === 'gbk' ? 'gb18030' : name;
  } catch {
    throw new ScrimError('SCRIM_ARGUMENT', { name: 'encoding', problem: `${label} is not a known encoding` });
  }
}

/**
 * Converts blocks of any encoding to blocks of UTF-8 without byte-order mark.
 *
 * Wrong bytes stay as they are in UTF-8 and become U+FFFD otherwise.
 *
 * @param wanted canonical name, or null to find out
 * @param facts filled before the first block is given out that depends on it
 * @throws SCRIM_CSV_ENCODING when the bytes are neither UTF-8 nor GB18030, SCRIM_CSV_BINARY for files known not to be text
 */
export async function* utf8Blocks(
  blocks: AsyncIterable<Uint8Array>,
  wanted: string | null,
  facts: EncodingFacts,
  source: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  const iterator = blocks[Symbol.asyncIterator]();
  const encoder = new TextEncoder();
  try {
    let held: Uint8Array = await gather(iterator, new Uint8Array(0), 8);
    refuseBinary(held, source);
    let decoder: TextDecoder | null = null;
    const bom = byteOrderMark(held);
    if (bom !== null && (wanted === null || wanted === bom.encoding)) {
      facts.encoding = bom.encoding;
      facts.bom = true;
      facts.decidedBy = wanted === null ? 'bom' : 'option';
      held = held.subarray(bom.length);
    } else if (wanted !== null) {
      facts.encoding = wanted;
      facts.decidedBy = 'option';
    } else {
      held = await gather(iterator, held, 1024);
      const wide = wideText(held);
      if (wide !== null) facts.encoding = wide;
      else {
        // Everything before the first byte above 127 reads the same either way.
        for (;;) {
          const first = firstHigh(held);
          if (first === held.length) {
            if (held.length > 0) yield held;
            const next = await iterator.next();
            if (next.done === true) return;
            held = next.value;
            continue;
          }
          held = await gather(iterator, held, first + WINDOW);
          facts.encoding = judge(held, first, held.length < first + WINDOW, source);
          break;
        }
      }
    }
    if (facts.encoding !== 'utf-8') decoder = new TextDecoder(facts.encoding, { ignoreBOM: true });
    for (;;) {
      if (decoder === null) {
        if (held.length > 0) yield held;
      } else {
        const text = encoder.encode(decoder.decode(held, { stream: true }));
        if (text.length > 0) yield text;
      }
      const next = await iterator.next();
      if (next.done === true) break;
      held = next.value;
    }
    if (decoder !== null) {
      const rest = encoder.encode(decoder.decode());
      if (rest.length > 0) yield rest;
    }
  } finally {
    await iterator.return?.();
  }
}

/** Appends blocks until `wanted` bytes are there or the source ends; always a copy when it had to wait. */
async function gather(iterator: AsyncIterator<Uint8Array>, held: Uint8Array, wanted: number): Promise<Uint8Array> {
  let all = held;
  while (all.length < wanted) {
    const kept = all.slice();
    const next = await iterator.next();
    if (next.done === true) return kept;
    all = new Uint8Array(kept.length + next.value.length);
    all.set(kept);
    all.set(next.value, kept.length);
  }
  return all;
}

function byteOrderMark(bytes: Uint8Array): { encoding: string; length: number } | null {
  const [a, b, c, d] = bytes;
  if (a === 0xef && b === 0xbb && c === 0xbf) return { encoding: 'utf-8', length: 3 };
  if (a === 0xff && b === 0xfe) return { encoding: 'utf-16le', length: 2 };
  if (a === 0xfe && b === 0xff) return { encoding: 'utf-16be', length: 2 };
  if (a === 0x84 && b === 0x31 && c === 0x95 && d === 0x33) return { encoding: 'gb18030', length: 4 };
  return null;
}

/** UTF-16 without a mark: NUL bytes in every second place only (delimiters, digits, line ends). */
function wideText(bytes: Uint8Array): string | null {
  const length = Math.min(bytes.length, 1024) & ~1;
  let even = 0;
  let odd = 0;
  for (let i = 0; i < length; i += 2) {
    if (bytes[i] === 0) even++;
    if (bytes[i + 1] === 0) odd++;
  }
  const enough = Math.max(2, length / 8);
  if (odd >= enough && even === 0 && hasLineEnd(bytes, length, 0)) return 'utf-16le';
  if (even >= enough && odd === 0 && hasLineEnd(bytes, length, 1)) return 'utf-16be';
  return null;
}

/** CR or LF as a 16-bit unit whose low byte stands at even (0) or odd (1) places. */
function hasLineEnd(bytes: Uint8Array, length: number, low: 0 | 1): boolean {
  for (let i = 0; i < length; i += 2) {
    if (bytes[i + 1 - low] === 0 && (bytes[i + low] === 0x0a || bytes[i + low] === 0x0d)) return true;
  }
  return false;
}

function firstHigh(bytes: Uint8Array): number {
  const buffer = nodeBuiltin<typeof import('node:buffer')>('node:buffer');
  if (buffer?.isAscii?.(bytes) === true) return bytes.length;
  let i = 0;
  while (i < bytes.length && (bytes[i] as number) < 128) i++;
  return i;
}

/** UTF-8 or GB18030, from the bytes after the first one above 127. @throws SCRIM_CSV_ENCODING */
function judge(bytes: Uint8Array, from: number, complete: boolean, source: string): string {
  let good = 0;
  let wrong = 0;
  let lines = 1;
  let wrongLines = 0;
  let lineIsWrong = false;
  for (let i = from; i < bytes.length; ) {
    const byte = bytes[i] as number;
    if (byte < 128) {
      if (byte === 0x0a || byte === 0x0d) {
        lines++;
        lineIsWrong = false;
      }
      i++;
      continue;
    }
    const length = sequenceLength(bytes, i, bytes.length);
    if (length > 0) {
      good++;
      i += length;
    } else if (!complete && bytes.length - i < 4 && byte >= 0xc2) {
      break; // cut off by the end of the window
    } else {
      wrong++;
      if (!lineIsWrong) wrongLines++;
      lineIsWrong = true;
      i++;
    }
  }
  if (wrong === 0 || wrong <= good / 2) return 'utf-8';
  if (looksLikeGb18030(bytes, from)) return 'gb18030';
  if (wrong > good && wrongLines >= 8 && wrongLines > lines / 10)
    throw new ScrimError('SCRIM_CSV_ENCODING', { source });
  return 'utf-8';
}

/** Pairs of bytes are valid GBK nearly throughout, and most of them are characters of GB 2312 (A1-F7, A1-FE). */
function looksLikeGb18030(bytes: Uint8Array, from: number): boolean {
  let pairs = 0;
  let customary = 0;
  let wrong = 0;
  for (let i = from; i < bytes.length; ) {
    const lead = bytes[i] as number;
    if (lead < 128) {
      i++;
      continue;
    }
    if (i + 1 >= bytes.length) break;
    const trail = bytes[i + 1] as number;
    if (lead === 0x80 || lead === 0xff) {
      wrong++;
      i++;
    } else if (trail >= 0x30 && trail <= 0x39) {
      const fits =
        i + 3 < bytes.length &&
        (bytes[i + 2] as number) >= 0x81 &&
        (bytes[i + 3] as number) >= 0x30 &&
        (bytes[i + 3] as number) <= 0x39;
      if (fits) pairs++;
      else wrong++;
      i += fits ? 4 : 1;
    } else if (trail < 0x40 || trail === 0x7f || trail === 0xff) {
      wrong++;
      i++;
    } else {
      pairs++;
      if (lead >= 0xa1 && lead <= 0xf7 && trail >= 0xa1) customary++;
      i += 2;
    }
  }
  return pairs > 0 && wrong * 20 <= pairs && customary * 2 >= pairs;
}

const SIGNATURES: readonly (readonly [string, readonly number[]])[] = [
  ['a ZIP archive or Excel workbook (.xlsx)', [0x50, 0x4b, 0x03, 0x04]],
  ['an old Excel workbook (.xls)', [0xd0, 0xcf, 0x11, 0xe0]],
  ['gzip', [0x1f, 0x8b]],
  ['PDF', [0x25, 0x50, 0x44, 0x46, 0x2d]],
  ['Parquet', [0x50, 0x41, 0x52, 0x31]],
];

/** Refuses files that are known not to be text by their first bytes. @throws SCRIM_CSV_BINARY */
function refuseBinary(sample: Uint8Array, source: string): void {
  for (const [what, signature] of SIGNATURES) {
    if (signature.every((byte, i) => sample[i] === byte)) {
      throw new ScrimError('SCRIM_CSV_BINARY', { source, reason: what });
    }
  }
}
