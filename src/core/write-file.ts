/**
 * Files that appear whole or not at all: written beside the target, flushed to disk, renamed at the end.
 * @module
 */
import { ScrimError } from './errors.js';
import { nodeFs } from './platform.js';

const encoder = new TextEncoder();

/** Writes the whole file atomically. @throws SCRIM_FILE_UNWRITABLE, SCRIM_PLATFORM_FILES */
export async function writeFileAtomic(path: string, content: Uint8Array | string): Promise<void> {
  const fs = nodeFs('Writing a file');
  const temporary = `${path}.tmp-${Date.now()}`;
  try {
    const handle = await fs.promises.open(temporary, 'wx');
    try {
      await handle.writeFile(typeof content === 'string' ? encoder.encode(content) : content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await fs.promises.rename(temporary, path);
  } catch (error) {
    await fs.promises.rm(temporary, { force: true });
    throw new ScrimError('SCRIM_FILE_UNWRITABLE', { path, reason: String((error as { code?: string }).code) });
  }
}
