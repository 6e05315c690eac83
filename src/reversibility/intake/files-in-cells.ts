/**
 * Parquet files inside cells of a product, in base64 or hexadecimal: each is opened as a table of its own beside the product.
 *
 * Apache Parquet format: a file begins with the bytes `PAR1`; base64 and base16 as in RFC 4648.
 * @module
 */
import { isParquet } from '../../table/index.js';
import { type Opened, open } from './inputs.js';

const SHORTEST = 64;
const LARGEST = 1 << 26;
/** Cells that are looked at in a product, and files that are opened. */
const MOST_CELLS = 2000;
const MOST_FILES = 20;

/** The tables of the files that stand in the cells of a product; what cannot be read stays an unexplained cell. */
export async function filesInCells({ sheet, bytes, identifiers }: Opened): Promise<Opened[]> {
  const found: Opened[] = [];
  for (const column of sheet.columns) {
    if (column.distinct > MOST_CELLS) continue;
    for (const text of column.values) {
      if (found.length >= MOST_FILES) return found;
      const data = bytesOf(text);
      if (data === null) continue;
      const name = `${sheet.name}#${column.name}`;
      try {
        found.push({ ...(await open({ name, data, identifiers }, name)), bytes });
      } catch {
        // Another codec, or cut short: the cell itself stays what it is.
      }
    }
  }
  return found;
}

function bytesOf(text: string): Uint8Array | null {
  if (text.length < SHORTEST || text.length > LARGEST) return null;
  const hex = /^(?:0x|\\x)?50415231(?=[0-9a-f]{8})/i.exec(text);
  try {
    if (hex !== null) return checked(fromHex(text.slice(hex[0].length - 8)));
    if (!/^UEFSM[Q-Z]/.test(text)) return null;
    const plain = text.replace(/\s+/g, '').replace(/-/g, '+').replace(/_/g, '/');
    return checked(Uint8Array.from(atob(plain), (char) => char.charCodeAt(0)));
  } catch {
    return null;
  }
}

function fromHex(text: string): Uint8Array {
  return Uint8Array.from({ length: text.length >> 1 }, (_, i) => Number.parseInt(text.slice(2 * i, 2 * i + 2), 16));
}

function checked(bytes: Uint8Array): Uint8Array | null {
  return isParquet(bytes) ? bytes : null;
}
