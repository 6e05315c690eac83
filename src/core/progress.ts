/**
 * Progress and cancellation of long operations.
 * @module
 */
import { ScrimError } from './errors.js';

/** How far an operation has come. */
export interface ProgressEvent {
  /** Short kebab-case name of the step: `read`, `search`, `write`, ... */
  readonly stage: string;
  /** Units finished so far. */
  readonly done: number;
  /** Units in all, or null when unknown. */
  readonly total: number | null;
  /** What is counted. */
  readonly unit: 'rows' | 'bytes' | 'steps';
}

/** Called now and then from inside an operation; must return fast and not throw. */
export type Progress = (event: ProgressEvent) => void;

/** Options that every long operation takes. */
export interface RunOptions {
  /** Called with the state of the work. Default: none. */
  readonly progress?: Progress;
  /** Stops the operation with SCRIM_CANCELLED. Default: none. */
  readonly signal?: AbortSignal;
}

/** Ends the operation when its signal was raised. @throws SCRIM_CANCELLED */
export function throwIfCancelled(signal: AbortSignal | undefined, operation: string): void {
  if (signal?.aborted === true) throw new ScrimError('SCRIM_CANCELLED', { operation });
}

/**
 * A reporter that passes on at most one event per stage and interval, and always the last (`done === total`).
 *
 * @param interval - milliseconds between events; default 100
 */
export function throttleProgress(progress: Progress, interval = 100): Progress {
  let stage = '';
  let last = Number.NEGATIVE_INFINITY;
  return (event) => {
    const now = Date.now();
    if (event.stage === stage && event.done !== event.total && now - last < interval) return;
    stage = event.stage;
    last = now;
    progress(event);
  };
}
