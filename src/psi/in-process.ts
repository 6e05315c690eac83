/**
 * Both parties in one process, over the same frames that a network would carry.
 * @module
 */
import { isScrimError, ScrimError } from '../core/index.js';
import { PsiMachine, type PsiOptions, type PsiResult } from './machine.js';

/** Sees (and may change or drop) each frame on its way: for tests of what an attacker could do. */
export type Wiretap = (from: 'left' | 'right', frame: Uint8Array, index: number) => Uint8Array | readonly Uint8Array[];

/** Results of both sides. */
export interface PairResult {
  readonly left: PsiResult;
  readonly right: PsiResult;
}

/** Runs two machines against each other to the end. @throws the first coded error of either side */
export function runMachines(left: PsiMachine, right: PsiMachine, wiretap?: Wiretap): PairResult {
  const ends = [left, right].map((machine, i) => ({
    machine,
    name: (i === 0 ? 'left' : 'right') as 'left' | 'right',
    out: machine.start() as Iterator<Uint8Array> | undefined,
    inbox: [] as Uint8Array[],
    sent: 0,
  }));
  /** When one side only heard of an abort, the error of the other tells why. */
  const pull = (end: (typeof ends)[number], other: (typeof ends)[number]): IteratorResult<Uint8Array> => {
    try {
      return (end.out as Iterator<Uint8Array>).next();
    } catch (error) {
      if (isScrimError(error) && error.code === 'SCRIM_PSI_PEER_ABORTED') {
        while (other.out !== undefined && other.out.next().done !== true);
      }
      throw error;
    }
  };
  for (;;) {
    let moved = false;
    for (const [i, end] of ends.entries()) {
      const other = ends[1 - i] as (typeof ends)[number];
      // The one that has mail goes first: so little waits in between.
      if (end.out !== undefined && other.inbox.length > 1 && other.out === undefined) continue;
      if (end.out === undefined && end.inbox.length > 0) end.out = end.machine.onFrame(end.inbox.shift() as Uint8Array);
      if (end.out === undefined) continue;
      moved = true;
      const next = pull(end, other);
      if (next.done === true) {
        end.out = undefined;
        continue;
      }
      const passed = wiretap === undefined ? next.value : wiretap(end.name, next.value, end.sent++);
      for (const frame of passed instanceof Uint8Array ? [passed] : passed) other.inbox.push(frame);
    }
    if (left.result !== undefined && right.result !== undefined) return { left: left.result, right: right.result };
    if (!moved) throw new ScrimError('SCRIM_PSI_TRANSPORT', { problem: 'both sides wait for the other' });
  }
}

/** Makes and runs two parties. */
export function runInProcess(
  left: Omit<PsiOptions, 'side'>,
  right: Omit<PsiOptions, 'side'>,
  wiretap?: Wiretap,
): PairResult {
  return runMachines(new PsiMachine({ ...left, side: 'left' }), new PsiMachine({ ...right, side: 'right' }), wiretap);
}
