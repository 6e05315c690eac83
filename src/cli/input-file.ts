/**
 * Small files that an option or operand names, read whole: what the system says against it names the file.
 * @module
 */
import fs from 'node:fs';
import { ScrimError } from '../core/index.js';

/** The error for a file that the system refused to read: reading a folder fails without naming it. */
export function unreadable(path: string, error: unknown): ScrimError {
  const reason = (error as NodeJS.ErrnoException).code ?? 'unknown';
  if (reason === 'ENOENT') return new ScrimError('SCRIM_FILE_MISSING', { path });
  return new ScrimError('SCRIM_FILE_UNREADABLE', { path, reason });
}

/** The bytes of a file. @throws SCRIM_FILE_MISSING, SCRIM_FILE_UNREADABLE */
export function readInput(path: string): Uint8Array {
  try {
    return new Uint8Array(fs.readFileSync(path));
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** The text of a file, less a byte-order mark. @throws SCRIM_FILE_MISSING, SCRIM_FILE_UNREADABLE */
export function readInputText(path: string): string {
  return new TextDecoder().decode(readInput(path));
}

/** The JSON value of a file. @throws SCRIM_FILE_MISSING, SCRIM_FILE_UNREADABLE, SCRIM_CLI_INPUT */
export function readInputJson(path: string, expected: string): unknown {
  const text = readInputText(path);
  try {
    return JSON.parse(text);
  } catch {
    throw new ScrimError('SCRIM_CLI_INPUT', { path, expected, reason: 'JSON' });
  }
}
