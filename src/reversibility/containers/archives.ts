/**
 * Files inside ZIP and tar archives, and the cells of the sheets of a workbook.
 *
 * APPNOTE.TXT (ZIP) 4.3; POSIX.1-1988 (ustar); ECMA-376 part 1, section 18 (SpreadsheetML).
 * @module
 */
import { bytesOfText, textOfBytes, utf8OfBytes, viewOfBytes } from './bytes.js';

/** A file of an archive. */
export interface Entry {
  readonly name: string;
  readonly body: string;
}

const MOST_ENTRIES = 64;

/** The files of a ZIP or tar archive; null where the bytes are none. */
export function entriesOf(binary: string, inflate: (raw: string) => string | null): Entry[] | null {
  if (binary.startsWith('PK\x03\x04')) return zipEntries(binary, inflate);
  return binary.slice(257, 262) === 'ustar' ? tarEntries(binary) : null;
}

function zipEntries(binary: string, inflate: (raw: string) => string | null): Entry[] | null {
  const bytes = bytesOfText(binary);
  if (bytes === null) return null;
  const view = viewOfBytes(bytes);
  // The directory at the end says where files begin and how long they are; headers before the files may leave that open.
  const end = binary.lastIndexOf('PK\x05\x06');
  if (end < 0 || end + 22 > bytes.length) return null;
  let at = view.getUint32(end + 16, true);
  const count = Math.min(MOST_ENTRIES, view.getUint16(end + 10, true));
  const entries: Entry[] = [];
  for (let i = 0; i < count && at + 46 <= bytes.length; i++) {
    if (view.getUint32(at, true) !== 0x02014b50) break;
    const method = view.getUint16(at + 10, true);
    const size = view.getUint32(at + 20, true);
    const named = view.getUint16(at + 28, true);
    const name = textOfBytes(bytes.subarray(at + 46, at + 46 + named));
    const local = view.getUint32(at + 42, true);
    if (local + 30 > bytes.length) break;
    const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    const raw = binary.slice(start, start + size);
    const body = method === 0 ? raw : method === 8 ? inflate(raw) : null;
    if (body !== null) entries.push({ name, body });
    at += 46 + named + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return entries.length === 0 ? null : entries;
}

function tarEntries(binary: string): Entry[] | null {
  const entries: Entry[] = [];
  for (let at = 0; at + 512 <= binary.length && entries.length < MOST_ENTRIES; ) {
    const name = binary.slice(at, at + 100).replace(/\0[\s\S]*$/, '');
    const size = Number.parseInt(binary.slice(at + 124, at + 136), 8);
    if (name === '' || Number.isNaN(size)) break;
    entries.push({ name, body: binary.slice(at + 512, at + 512 + size) });
    at += 512 + 512 * Math.ceil(size / 512);
  }
  return entries.length === 0 ? null : entries;
}

function decoded(text: string): string {
  return text.replace(/&(?:lt|gt|quot|apos|amp|#x?[0-9a-f]+);/gi, (own) => {
    const named = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&apos;': "'", '&amp;': '&' }[own];
    if (named !== undefined) return named;
    const code = /^&#x/i.test(own) ? Number.parseInt(own.slice(3), 16) : Number(own.slice(2, -1));
    return code <= 0x10ffff ? String.fromCodePoint(code) : own;
  });
}

/** Texts of the runs in a shared or inline string. */
function runs(xml: string): string {
  return decoded([...xml.matchAll(/<t(?:\s[^>]*)?>([^<]*)<\/t>/g)].map((match) => match[1] ?? '').join(''));
}

/** Rows of the largest sheet of a workbook; null where the archive is none. */
export function gridOfWorkbook(entries: readonly Entry[]): (string | null)[][] | null {
  const xml = (body: string): string => {
    const bytes = bytesOfText(body);
    return bytes === null ? body : (utf8OfBytes(bytes) ?? body);
  };
  const sheets = entries.filter(({ name }) => /worksheets\/[^/]+\.xml$/.test(name));
  if (sheets.length === 0) return null;
  const strings = entries.find(({ name }) => name.endsWith('sharedStrings.xml'));
  const shared =
    strings === undefined
      ? []
      : [...xml(strings.body).matchAll(/<si>([\s\S]*?)<\/si>/g)].map((match) => runs(match[1] ?? ''));
  const largest = sheets.reduce((most, own) => (own.body.length > most.body.length ? own : most));
  return [...xml(largest.body).matchAll(/<row(?:\s[^>]*)?>([\s\S]*?)<\/row>/g)].map((row) => {
    const cells: (string | null)[] = [];
    for (const [, head = '', body = ''] of (row[1] ?? '').matchAll(/<c((?:\s[^>]*)?)(?:\/>|>([\s\S]*?)<\/c>)/g)) {
      const place = /\sr="([A-Z]+)\d+"/.exec(head)?.[1];
      const at = place === undefined ? cells.length : columnOf(place);
      if (at > 400) continue;
      while (cells.length < at) cells.push(null);
      const value = /<v>([^<]*)<\/v>/.exec(body)?.[1];
      if (/\st="s"/.test(head)) cells[at] = shared[Number(value)] ?? null;
      else if (/\st="inlineStr"/.test(head)) cells[at] = runs(body);
      else cells[at] = value === undefined ? null : decoded(value);
    }
    return cells;
  });
}

function columnOf(letters: string): number {
  let at = 0;
  for (const letter of letters) at = at * 26 + letter.charCodeAt(0) - 64;
  return at - 1;
}
