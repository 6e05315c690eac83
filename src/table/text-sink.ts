/**
 * Text formats onto a target: chunks of bytes into a file, whole or not at all, or into a sink, with their digest.
 * @module
 */
import { type Artifact, AtomicFile, Sha256 } from '../core/index.js';
import { isUnreadable } from './column.js';
import type { Table } from './table.js';

/** Takes bytes in order; an `AtomicFile` is one. Must not keep the array. */
export interface ByteSink {
  write(bytes: Uint8Array): void | Promise<void>;
}

/** What was written. */
export interface TextWritten extends Artifact {
  readonly sha256: string;
  readonly bytes: number;
  /** Unreadable cells, which the format cannot hold: written as null. */
  readonly unreadable: number;
}

/**
 * Writes the chunks of a table.
 *
 * @param name - in the artifact; the file's own name, or `output`, where none is given
 * @throws SCRIM_FILE_UNWRITABLE, and what making the chunks throws
 */
export async function writeChunks(
  table: Table,
  chunks: Iterable<Uint8Array>,
  target: string | ByteSink,
  name: string | undefined,
): Promise<TextWritten> {
  const file = typeof target === 'string' ? await AtomicFile.create(target) : null;
  const sink = file ?? (target as ByteSink);
  const digest = new Sha256();
  let bytes = 0;
  try {
    for (const chunk of chunks) {
      digest.update(chunk);
      bytes += chunk.length;
      await sink.write(chunk);
    }
    await file?.commit();
  } catch (error) {
    await file?.abort();
    throw error;
  }
  const own = typeof target === 'string' ? (target.split(/[\\/]/).pop() as string) : 'output';
  return {
    name: name ?? own,
    sha256: digest.hex(),
    rows: table.rows,
    columns: table.names,
    bytes,
    unreadable: countUnreadable(table),
  };
}

function countUnreadable(table: Table): number {
  let count = 0;
  for (const batch of table.batches) {
    for (const column of batch.columns) {
      if (column.unreadable === null) continue;
      for (let row = 0; row < column.length; row++) if (isUnreadable(column, row)) count++;
    }
  }
  return count;
}
