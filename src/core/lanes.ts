/**
 * Threads that help a synchronous loop over fixed-size records: caller and threads take chunks from one shared counter until none is left.
 *
 * For code that must not become asynchronous (state machines). A thread that is not ready yet, or dies, costs nothing but its
 * help: the caller takes every chunk that nobody took, and does again what was taken and not finished. Where there are no
 * threads or no shared memory (browsers), the caller does everything.
 * @module
 */
import type { Worker } from 'node:worker_threads';
import { nodeBuiltin } from './platform.js';

/** Work on the records `from` to `to` of a job; false when something in them needs the caller's own look. Must be a pure function. */
export type LaneWork = (job: unknown, input: Uint8Array, output: Uint8Array, from: number, to: number) => boolean;

/** Options of {@link Lanes}. */
export interface LaneOptions {
  /** The work, for the caller's thread. */
  readonly work: LaneWork;
  /** URL of the module that exports it, for the threads. See `roomModule`. */
  readonly module: string | undefined;
  /** Name under which the module exports it. */
  readonly exportName: string;
  /** Threads beside the caller's; 0 = none. */
  readonly threads: number;
  /** Records of a chunk. */
  readonly chunk: number;
  /** Milliseconds to wait for a chunk that a thread took before it is done again. Default 10,000. */
  readonly patience?: number;
}

/** Runs in each thread; plain CommonJS, so that it starts from ESM, CommonJS and sources alike. */
const BOOTSTRAP = `
const { parentPort, workerData } = require('node:worker_threads');
const load = async () => {
  // Sources (development and tests) need the TypeScript loader, which a thread does not inherit.
  if (workerData.module.endsWith('.ts')) (await import('tsx/esm/api')).register();
  return import(workerData.module);
};
load().then((module) => {
  const work = module[workerData.exportName] ?? module.default?.[workerData.exportName];
  if (!work) throw new Error('no work');
  parentPort.on('message', ({ job, control, input, output, count, chunk }) => {
    const chunks = Math.ceil(count / chunk);
    for (let c = Atomics.add(control, 0, 1); c < chunks; c = Atomics.add(control, 0, 1)) {
      let state = 2;
      try {
        if (work(job, input, output, c * chunk, Math.min(count, (c + 1) * chunk))) state = 1;
      } catch {}
      Atomics.store(control, c + 1, state);
      Atomics.notify(control, c + 1);
    }
    for (const part of Object.values(job)) if (part instanceof Uint8Array) part.fill(0);
  });
  Atomics.store(workerData.ready, 0, 1);
}, () => process.exit(1));
`;

interface Helper {
  readonly worker: Worker;
  /** 1 once it takes jobs, 2 when it died. */
  readonly ready: Int32Array;
}

/** See the module. Close it, or its threads live as long as the process. */
export class Lanes {
  readonly #options: LaneOptions;
  readonly #helpers: Helper[] = [];

  constructor(options: LaneOptions) {
    this.#options = options;
    const threads = nodeBuiltin<typeof import('node:worker_threads')>('node:worker_threads');
    const { module, exportName } = options;
    if (threads === undefined || module === undefined || typeof SharedArrayBuffer === 'undefined') return;
    for (let i = 0; i < options.threads; i++) {
      const ready = new Int32Array(new SharedArrayBuffer(4));
      const worker = new threads.Worker(BOOTSTRAP, { eval: true, workerData: { module, exportName, ready } });
      worker.unref();
      const lost = (): void => {
        Atomics.store(ready, 0, 2);
      };
      worker.on('error', lost);
      worker.on('exit', lost);
      this.#helpers.push({ worker, ready });
    }
  }

  /** Threads that would take a job now. */
  get ready(): number {
    return this.#helpers.filter(({ ready }) => Atomics.load(ready, 0) === 1).length;
  }

  /**
   * Works on `count` records.
   *
   * @param job - plain data; its byte arrays (keys) are copied to the threads and wiped there
   * @param outputSize - bytes that the work writes per record
   * @returns the output, and the first record of each chunk whose work returned false or threw: the caller looks itself
   */
  run(
    job: unknown,
    input: Uint8Array,
    count: number,
    outputSize: number,
  ): { readonly output: Uint8Array; readonly failed: readonly number[] } {
    const { work, chunk, patience = 10_000 } = this.#options;
    const chunks = Math.ceil(count / chunk);
    const helpers = chunks < 2 ? [] : this.#helpers.filter(({ ready }) => Atomics.load(ready, 0) === 1);
    const shared = helpers.length > 0;
    const bytes = (size: number): Uint8Array =>
      shared ? new Uint8Array(new SharedArrayBuffer(size)) : new Uint8Array(size);
    const output = bytes(count * outputSize);
    const control = new Int32Array(bytes(4 * (chunks + 1)).buffer);
    let source = input;
    if (shared) {
      source = bytes(input.length);
      source.set(input);
      const message = { job, control, input: source, output, count, chunk };
      for (const { worker } of helpers) worker.postMessage(message);
    }
    const own = (c: number): void => {
      let state = 2;
      try {
        if (work(job, source, output, c * chunk, Math.min(count, (c + 1) * chunk))) state = 1;
      } catch {
        // The caller finds out what it is.
      }
      Atomics.store(control, c + 1, state);
    };
    for (let c = Atomics.add(control, 0, 1); c < chunks; c = Atomics.add(control, 0, 1)) own(c);
    const failed: number[] = [];
    for (let c = 0; c < chunks; c++) {
      while (Atomics.load(control, c + 1) === 0) {
        // A pure function: done twice it writes the same.
        if (Atomics.wait(control, c + 1, 0, patience) === 'timed-out') own(c);
      }
      if (Atomics.load(control, c + 1) !== 1) failed.push(c * chunk);
    }
    return { output: shared ? output.slice() : output, failed };
  }

  /** Ends the threads. */
  close(): void {
    for (const { worker } of this.#helpers.splice(0)) void worker.terminate();
  }
}
