/**
 * Dictionary columns straight from typed arrays: fixed-width ASCII, spelled keys, small lists.
 * @module
 */
import { type Column, Dictionary } from '../../table/index.js';

const encoder = new TextEncoder();
const CHECK = '10X98765432';
const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/** Writes `value` with `width` decimal digits at `at`. */
export function putDigits(bytes: Uint8Array, at: number, width: number, value: number): void {
  let rest = value;
  for (let i = at + width - 1; i >= at; i--) {
    bytes[i] = 48 + (rest % 10);
    rest = Math.floor(rest / 10);
  }
}

/** Year, month and day of a day number (days since 1970-01-01) as year * 10000 + month * 100 + day (Gregorian). */
export function compactDate(day: number): number {
  // Days from civil, the other way: H. Hinnant, "chrono-compatible low-level date algorithms".
  const shifted = day + 719468;
  const era = Math.floor(shifted / 146097);
  const dayOfEra = shifted - era * 146097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36524) - Math.floor(dayOfEra / 146096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return year * 10000 + month * 100 + dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
}

/** Resident IDs of 18 characters (GB 11643-1999): county, birth date, order code, MOD 11-2 check character. */
export function identityDictionary(identity: Int32Array, birthDay: Int32Array): Dictionary {
  const size = identity.length;
  const bytes = new Uint8Array(size * 18);
  const offsets = fixedOffsets(size, 18);
  for (let i = 0; i < size; i++) {
    const at = i * 18;
    const code = identity[i] as number;
    putDigits(bytes, at, 6, Math.floor(code / 1000));
    putDigits(bytes, at + 6, 8, compactDate(birthDay[i] as number));
    putDigits(bytes, at + 14, 3, code % 1000);
    let sum = 0;
    for (let k = 0; k < 17; k++) sum += ((bytes[at + k] as number) - 48) * (WEIGHTS[k] as number);
    bytes[at + 17] = CHECK.charCodeAt(sum % 11);
  }
  return new Dictionary(size, offsets, bytes);
}

/** Numbers with a prefix and leading zeros, in the order given. */
export function numberDictionary(prefix: string, width: number, numbers: Float64Array | Int32Array): Dictionary {
  const size = numbers.length;
  const each = prefix.length + width;
  const bytes = new Uint8Array(size * each);
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < prefix.length; k++) bytes[i * each + k] = prefix.charCodeAt(k);
    putDigits(bytes, i * each + prefix.length, width, numbers[i] as number);
  }
  return new Dictionary(size, fixedOffsets(size, each), bytes);
}

/** Days from `first` to `last` as YYYY-MM-DD; code = day - first. */
export function dayDictionary(first: number, last: number): Dictionary {
  const size = last - first + 1;
  const bytes = new Uint8Array(size * 10).fill(45);
  for (let i = 0; i < size; i++) {
    const date = compactDate(first + i);
    putDigits(bytes, i * 10, 4, Math.floor(date / 10000));
    putDigits(bytes, i * 10 + 5, 2, Math.floor(date / 100) % 100);
    putDigits(bytes, i * 10 + 8, 2, date % 100);
  }
  return new Dictionary(size, fixedOffsets(size, 10), bytes);
}

/**
 * Texts made one at a time from keys. Two keys may spell the same text: `codeOf[key position]` is its code in the dictionary.
 */
export function spelledDictionary(
  keys: Float64Array,
  spell: (key: number) => string,
): { dictionary: Dictionary; codeOf: Int32Array } {
  const codeOf = new Int32Array(keys.length);
  const seen = new Map<string, number>();
  const offsets = new Uint32Array(keys.length + 1);
  let bytes = new Uint8Array(Math.max(1024, keys.length * 24));
  let end = 0;
  for (let i = 0; i < keys.length; i++) {
    const text = spell(keys[i] as number);
    const known = seen.get(text);
    if (known !== undefined) {
      codeOf[i] = known;
      continue;
    }
    if (bytes.length - end < text.length * 3) {
      const larger = new Uint8Array(bytes.length * 2 + text.length * 3);
      larger.set(bytes.subarray(0, end));
      bytes = larger;
    }
    end += encoder.encodeInto(text, bytes.subarray(end)).written;
    codeOf[i] = seen.size;
    seen.set(text, seen.size);
    offsets[seen.size] = end;
  }
  return {
    dictionary: new Dictionary(seen.size, offsets.slice(0, seen.size + 1), bytes.slice(0, end)),
    codeOf,
  };
}

function fixedOffsets(size: number, width: number): Uint32Array {
  const offsets = new Uint32Array(size + 1);
  for (let i = 1; i <= size; i++) offsets[i] = i * width;
  return offsets;
}

/** Codes per row into batches of one column; a code of -1 is a null. */
export function dictionaryChunks(codes: Int32Array, dictionary: Dictionary, batchRows: number): Column[] {
  const rows = codes.length;
  const narrow =
    dictionary.size <= 256
      ? new Uint8Array(rows)
      : dictionary.size <= 65536
        ? new Uint16Array(rows)
        : new Uint32Array(rows);
  let nulls = 0;
  for (let row = 0; row < rows; row++) {
    const code = codes[row] as number;
    if (code < 0) nulls++;
    else narrow[row] = code;
  }
  let validity: Uint8Array | null = null;
  if (nulls > 0) {
    validity = new Uint8Array((rows + 7) >> 3);
    for (let row = 0; row < rows; row++) {
      if ((codes[row] as number) >= 0) validity[row >> 3] = (validity[row >> 3] as number) | (1 << (row & 7));
    }
  }
  const chunks: Column[] = [];
  for (let start = 0; start < rows; start += batchRows) {
    const end = Math.min(rows, start + batchRows);
    chunks.push({
      type: 'dictionary',
      length: end - start,
      codes: narrow.subarray(start, end),
      dictionary,
      validity: validity === null ? null : validity.subarray(start >> 3, (end + 7) >> 3),
      unreadable: null,
    });
  }
  return chunks;
}
