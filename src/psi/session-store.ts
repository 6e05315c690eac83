/**
 * Where sessions that were used are remembered, so that a second use is refused: in memory, or as files of a folder.
 * @module
 */
import { hexOf, nodeFs, ScrimError } from '../core/index.js';

/** Remembers session ids for good. */
export interface SessionStore {
  /** Notes the id. @throws SCRIM_PSI_SESSION_USED when it was noted before */
  use(session: Uint8Array): void;
}

/** Ids of this process. */
export function memorySessions(): SessionStore {
  const used = new Set<string>();
  return {
    use(session) {
      const id = hexOf(session);
      if (used.has(id)) throw new ScrimError('SCRIM_PSI_SESSION_USED', { session: id });
      used.add(id);
    },
  };
}

/** Ids as empty files of a folder, created exclusively: safe between processes. @throws SCRIM_FILE_UNWRITABLE */
export function folderSessions(folder: string): SessionStore {
  return {
    use(session) {
      const fs = nodeFs('Session store');
      const id = hexOf(session);
      try {
        fs.mkdirSync(folder, { recursive: true });
        fs.closeSync(fs.openSync(`${folder}/${id}.used`, 'wx', 0o600));
      } catch (error) {
        const reason = String((error as { code?: unknown }).code);
        if (reason === 'EEXIST') throw new ScrimError('SCRIM_PSI_SESSION_USED', { session: id });
        throw new ScrimError('SCRIM_FILE_UNWRITABLE', { path: folder, reason });
      }
    },
  };
}
