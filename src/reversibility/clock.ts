/**
 * Time of the stages of a review.
 * @module
 */

/** Milliseconds of each stage, added up under its name. */
export class Clock {
  readonly laps: { stage: string; milliseconds: number }[] = [];
  #last = performance.now();

  lap(stage: string): void {
    const now = performance.now();
    const known = this.laps.find((lap) => lap.stage === stage);
    const milliseconds = Math.round(now - this.#last);
    if (known === undefined) this.laps.push({ stage, milliseconds });
    else known.milliseconds += milliseconds;
    this.#last = now;
  }
}
