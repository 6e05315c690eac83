/**
 * Byte blocks of a source, for streams.
 * @module
 */
import { nodeFs, ScrimError } from '../../core/index.js';
import type { ByteSource } from '../../table/index.js';

const BLOCK = 1 << 18;

/** The bytes of a path, an array or a stream, block by block. @throws SCRIM_FILE_MISSING, SCRIM_FILE_UNREADABLE, SCRIM_PLATFORM_FILES */
export async function* blocksOf(source: ByteSource): AsyncGenerator<Uint8Array> {
  if (source instanceof Uint8Array) {
    yield source;
    return;
  }
  if (typeof source !== 'string') {
    yield* source;
    return;
  }
  const stream = nodeFs('Reading a stream').createReadStream(source, { highWaterMark: BLOCK });
  try {
    for await (const block of stream) yield block as Uint8Array;
  } catch (error) {
    const reason = (error as { code?: string }).code ?? 'unknown';
    throw new ScrimError(reason === 'ENOENT' ? 'SCRIM_FILE_MISSING' : 'SCRIM_FILE_UNREADABLE', {
      path: source,
      reason,
    });
  }
}
