/**
 * CPU time of this process, or wall time where the platform does not tell it.
 * @module
 */

/** Milliseconds of CPU time (user + system) spent so far. */
export function cpuMilliseconds(): number {
  const usage = (globalThis as { process?: { cpuUsage?: () => { user: number; system: number } } }).process?.cpuUsage;
  if (usage === undefined) return performance.now();
  const { user, system } = usage.call(globalThis.process);
  return (user + system) / 1000;
}
