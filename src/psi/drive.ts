/**
 * Drives a machine over a connection: sends what it yields, hands in what arrives, saves a checkpoint after each bucket.
 * @module
 */
import { ScrimError, throwIfCancelled } from '../core/index.js';
import type { PsiMachine, PsiResult } from './machine.js';

/** A way to carry frames between two parties, in order. */
export interface Connection {
  /** Resolves when more may be sent. @throws SCRIM_PSI_TRANSPORT */
  send(frame: Uint8Array): Promise<void>;
  /** The next whole frame. @throws SCRIM_PSI_TRANSPORT when the other side is gone */
  receive(): Promise<Uint8Array>;
  /** Ends the connection after what was sent. */
  close(): Promise<void>;
}

/** Options of {@link runOver}. */
export interface RunOverOptions {
  readonly signal?: AbortSignal;
  /** Key under which checkpoints are sealed, and who keeps them. Default: none are made. */
  readonly checkpoint?: { readonly key: Uint8Array; readonly save: (sealed: Uint8Array) => Promise<void> };
}

/** Runs a machine to its end and closes the connection. @throws the coded error of the session or of the transport */
export async function runOver(
  machine: PsiMachine,
  connection: Connection,
  options: RunOverOptions = {},
): Promise<PsiResult> {
  let saved = -1;
  const pump = async (frames: Iterable<Uint8Array>): Promise<void> => {
    for (const frame of frames) await connection.send(frame);
  };
  const save = async (): Promise<void> => {
    const { finished } = machine.progress;
    if (options.checkpoint === undefined || finished === saved) return;
    const sealed = machine.snapshot(options.checkpoint.key);
    if (sealed === undefined) return;
    await options.checkpoint.save(sealed);
    saved = finished;
  };
  try {
    await pump(machine.start());
    while (machine.result === undefined) {
      throwIfCancelled(options.signal, 'Private set intersection');
      const frame = await connection.receive();
      await pump(machine.onFrame(frame));
      await save();
    }
    return machine.result;
  } finally {
    await connection.close().catch(() => undefined);
  }
}

/** The error of a broken transport. */
export function transportError(error: unknown, fallback = 'unknown reason'): ScrimError {
  if (error instanceof ScrimError) return error;
  const code = (error as { code?: unknown } | null)?.code;
  return new ScrimError('SCRIM_PSI_TRANSPORT', { problem: typeof code === 'string' ? code : fallback });
}
