/**
 * Frames carried on a disk between isolated networks: numbered, sealed files in an outbox, read in order from an inbox.
 *
 * The process stays alive while files are carried, because its keys never leave its memory. Files are written beside their
 * name and renamed, so a half-written frame is never read.
 * @module
 */
import { nodeFs, ScrimError, writeFileAtomic } from '../core/index.js';
import { type Connection, transportError } from './drive.js';
import { FRAME_HEADER, FRAME_LIMIT } from './frame.js';
import { type FrameSeal, SEAL_BYTES } from './sealed-frames.js';

/** Folders and seal of a carried run. */
export interface DiskOptions {
  readonly outbox: string;
  readonly inbox: string;
  readonly seal: FrameSeal;
  /** Milliseconds to wait for each file. Default: a week. */
  readonly timeout?: number;
  /** Milliseconds between looks. Default 200. */
  readonly interval?: number;
  readonly signal?: AbortSignal;
}

function fileName(position: number): string {
  return `${String(position).padStart(8, '0')}.psi`;
}

/** Opens the folders. @throws SCRIM_PSI_SESSION_USED when the outbox already holds frames */
export async function diskConnection(options: DiskOptions): Promise<Connection> {
  const { outbox, inbox, seal, timeout = 7 * 86_400_000, interval = 200, signal } = options;
  const fs = nodeFs('Frames on a disk').promises;
  await fs.mkdir(outbox, { recursive: true });
  if ((await fs.readdir(outbox)).some((name) => name.endsWith('.psi'))) {
    throw new ScrimError('SCRIM_PSI_SESSION_USED', { session: 'outbox' });
  }
  let sent = 0;
  let received = 0;
  return {
    async send(frame) {
      await writeFileAtomic(`${outbox}/${fileName(sent++)}`, seal.seal(frame), { mode: 0o600 });
    },
    async receive() {
      const path = `${inbox}/${fileName(received)}`;
      const until = Date.now() + timeout;
      for (;;) {
        try {
          const { size } = await fs.stat(path);
          if (size > FRAME_HEADER + FRAME_LIMIT + SEAL_BYTES) {
            throw new ScrimError('SCRIM_PSI_FRAME', { sequence: received, problem: `its file has ${size} bytes` });
          }
          const sealed = await fs.readFile(path);
          received++;
          return seal.open(sealed);
        } catch (error) {
          if ((error as { code?: unknown }).code !== 'ENOENT') throw transportError(error);
        }
        if (Date.now() > until || signal?.aborted === true) {
          throw new ScrimError('SCRIM_PSI_TRANSPORT', { problem: `file ${fileName(received)} did not arrive in time` });
        }
        await new Promise((resolve) => setTimeout(resolve, interval));
      }
    },
    close: async () => undefined,
  };
}
