/**
 * Gaps: what could not be read, finished or run. A gap is never silent and never a release.
 * @module
 */

/** What was left undone, and why; never a value of the data. */
export interface Gap {
  readonly id: string;
  readonly reason: string;
}

/** What a stage says that ended by the clock. */
export const TIME_IS_UP = 'the time limit was reached';

/** Thrown by work that the clock ends. */
export class TimeIsUp extends Error {
  override readonly name = 'TimeIsUp';
}

/** @throws TimeIsUp when it is late */
export function stopWhen(late: () => boolean): void {
  if (late()) throw new TimeIsUp(TIME_IS_UP);
}

/** Does the work; an error, and the end of the time, is a gap and gives undefined. */
export function guarded<Result>(gaps: Gap[], id: string, work: () => Result): Result | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof TimeIsUp) {
      gaps.push({ id, reason: TIME_IS_UP });
      return undefined;
    }
    // The message of an unforeseen error could quote data: only its class is told.
    gaps.push({ id, reason: `it failed (${error instanceof Error ? error.name : 'error'})` });
    if (typeof process !== 'undefined' && process.env?.SCRIM_DEBUG === '1') console.error(error);
    return undefined;
  }
}
