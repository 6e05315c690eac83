/**
 * Files that are no table of their own: kept as one cell, so that what opens cells (archives, compression, databases, workbooks,
 * markup, listings) opens them, too. The gap stays: what comes back blocks, and nothing of it is ever released.
 * @module
 */
import { nodeFs, sha256Hex } from '../../core/index.js';
import { tableFromColumns } from '../../table/index.js';
import { textOfBytes } from '../containers/bytes.js';
import { type Opened, open, type ReviewInput } from './inputs.js';

/** Larger files are not opened. */
const LARGEST = 1 << 24;

/** The file of an input as a table of one cell; null where there is no file, or it is too large. */
export async function asOneCell(input: ReviewInput, fallback: string): Promise<Opened | null> {
  const data =
    typeof input === 'string' || input instanceof Uint8Array ? input : 'data' in input ? input.data : undefined;
  const bytes = data === undefined ? null : bytesOf(data);
  if (bytes === null || bytes.length === 0) return null;
  const table = tableFromColumns({ file: [textOf(bytes)] });
  const named = typeof input === 'object' && 'name' in input && typeof input.name === 'string' ? input.name : undefined;
  const name = named ?? (typeof data === 'string' ? (data.split(/[\\/]/).pop() ?? fallback) : fallback);
  return { ...(await open({ name, table }, name)), bytes: sha256Hex(bytes) };
}

function bytesOf(data: Uint8Array | string): Uint8Array | null {
  if (typeof data !== 'string') return data.length > LARGEST ? null : data;
  const fs = nodeFs('scrim review');
  const file = fs.statSync(data, { throwIfNoEntry: false });
  return file?.isFile() === true && file.size <= LARGEST ? new Uint8Array(fs.readFileSync(data)) : null;
}

/** Text in UTF-8; of other bytes one character each. */
function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return textOfBytes(bytes);
  }
}
