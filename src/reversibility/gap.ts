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

/** Does the work; an error is a gap and gives undefined. */
export function guarded<Result>(gaps: Gap[], id: string, work: () => Result): Result | undefined {
  try {
    return work();
  } catch (error) {
    // The message of an unforeseen error could quote data: only its class is told.
    gaps.push({ id, reason: `it failed (${error instanceof Error ? error.name : 'error'})` });
    if (typeof process !== 'undefined' && process.env?.SCRIM_DEBUG === '1') console.error(error);
    return undefined;
  }
}
