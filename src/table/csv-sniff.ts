/**
 * Finding the delimiter of a CSV text from its beginning.
 * @module
 */
import { ScrimError } from '../core/index.js';

/** Delimiters that are tried, in the order in which ties are decided. */
export const SNIFFED_DELIMITERS: readonly string[] = [',', '\t', ';', '|'];

const QUOTE = 0x22;

/** Refuses what cannot delimit fields. @throws SCRIM_ARGUMENT */
export function checkDelimiter(delimiter: string): void {
  if (delimiter === '' || /["\r\n\0\uFEFF]/.test(delimiter) || /\p{Surrogate}/u.test(delimiter)) {
    throw new ScrimError('SCRIM_ARGUMENT', {
      name: 'delimiter',
      problem: 'it must have at least one character and no quote, line end, NUL or byte-order mark',
    });
  }
}

/** The delimiter that cuts the header into the most fields and the following records into equally many; `,` if none does. */
export function sniffDelimiter(sample: Uint8Array, complete: boolean): string {
  let best = ',';
  let bestScore = 0;
  for (const delimiter of SNIFFED_DELIMITERS) {
    const { counts, irregular } = fieldCounts(sample, delimiter.charCodeAt(0), complete);
    const width = counts[0] ?? 0;
    if (width < 2) continue;
    const equal = counts.filter((count) => count === width).length / counts.length;
    const score = (equal * equal * (1 + Math.log2(width) / 8)) / (1 + irregular);
    if (score > bestScore) {
      best = delimiter;
      bestScore = score;
    }
  }
  return best;
}

/** `sep=;` as the first line (a custom of spreadsheets): the delimiter it names and the bytes to leave out. */
export function separatorLine(sample: Uint8Array): { delimiter: string; length: number } | null {
  if (sample.length < 5 || String.fromCharCode(...sample.subarray(0, 4)).toLowerCase() !== 'sep=') return null;
  const delimiter = sample[4] as number;
  if (delimiter >= 128 || delimiter < 9 || delimiter === QUOTE) return null;
  if (sample[5] === 0x0a) return { delimiter: String.fromCharCode(delimiter), length: 6 };
  if (sample[5] === 0x0d) return { delimiter: String.fromCharCode(delimiter), length: sample[6] === 0x0a ? 7 : 6 };
  return null;
}

/**
 * Number of fields of each complete record of the sample, and how often a quote stands where this delimiter would not
 * allow one (a wrong delimiter cuts quoted cells apart).
 */
function fieldCounts(
  sample: Uint8Array,
  delimiter: number,
  complete: boolean,
): { counts: number[]; irregular: number } {
  const counts: number[] = [];
  let irregular = 0;
  let fields = 1;
  let empty = true;
  let atStart = true;
  let quoted = false;
  for (let i = 0; i < sample.length && counts.length < 500; i++) {
    const byte = sample[i] as number;
    if (quoted) {
      if (byte !== QUOTE) continue;
      const next = sample[i + 1];
      if (next === QUOTE) i++;
      else {
        quoted = false;
        if (next !== undefined && next !== delimiter && next !== 0x0a && next !== 0x0d) irregular++;
      }
    } else if (byte === 0x0a || byte === 0x0d) {
      if (!empty) counts.push(fields);
      fields = 1;
      empty = true;
      atStart = true;
    } else if (byte === delimiter) {
      fields++;
      empty = false;
      atStart = true;
    } else {
      if (byte === QUOTE) {
        if (atStart) quoted = true;
        else irregular++;
      }
      empty = false;
      atStart = false;
    }
  }
  if (quoted && complete) irregular += 10;
  if (!empty && (complete || counts.length === 0)) counts.push(fields);
  return { counts, irregular };
}
