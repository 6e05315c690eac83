/**
 * Temporary files that must not outlive the process: removed at exit and on the signals that end it.
 *
 * A signal that the program itself listens to is left to the program; its exit still clears up.
 * @module
 */
import { nodeFs } from './platform.js';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

interface Temporaries {
  readonly paths: Set<string>;
  readonly onExit: () => void;
  readonly onSignal: (signal: NodeJS.Signals) => void;
}

/** Shared by all copies of this module in the process (ESM and CommonJS), so that each signal has one listener of ours. */
const SHARED: symbol = Symbol.for('scrim.temporaries');

function temporaries(): Temporaries {
  const place = globalThis as unknown as Record<symbol, Temporaries | undefined>;
  place[SHARED] ??= { paths: new Set(), onExit: removeAll, onSignal };
  return place[SHARED];
}

/** Remembers a temporary file. */
export function keepTemporary(path: string): void {
  const all = temporaries();
  if (all.paths.size === 0) {
    process.on('exit', all.onExit);
    for (const signal of SIGNALS) process.on(signal, all.onSignal);
  }
  all.paths.add(path);
}

/** Forgets a temporary file that was renamed or removed. */
export function dropTemporary(path: string): void {
  const all = temporaries();
  if (!all.paths.delete(path) || all.paths.size > 0) return;
  process.off('exit', all.onExit);
  for (const signal of SIGNALS) process.off(signal, all.onSignal);
}

function removeAll(): void {
  const fs = nodeFs('Removing temporary files');
  for (const path of temporaries().paths) {
    try {
      fs.rmSync(path, { force: true });
    } catch {
      // The process is ending: nobody is left to tell.
    }
  }
}

function onSignal(signal: NodeJS.Signals): void {
  const all = temporaries();
  if (process.listenerCount(signal) > 1) return;
  for (const path of [...all.paths]) {
    removeAll();
    dropTemporary(path);
  }
  // Without a listener the signal has its usual effect.
  process.kill(process.pid, signal);
}
