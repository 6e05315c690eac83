/**
 * A pool of threads for pure functions of a module; one thread (the caller's) where there are no others, same results.
 *
 * A task is a named function of plain data: it must not change its input or keep state, since it may run anywhere. Where
 * threads are missing (browsers), switched off, or cannot load the module (a bundled application), tasks run in the
 * caller's thread. Errors cross as {@link ScrimError} with their code; any other error becomes SCRIM_WORKER_FAILED and tells
 * its class only, since its message might hold data.
 * @module
 */
import type { Worker } from 'node:worker_threads';
import type { ErrorCode } from './error-catalogue.js';
import { type ErrorParameters, isScrimError, ScrimError } from './errors.js';
import { nodeBuiltin } from './platform.js';

/** Functions that a pool can run: structured-cloneable in, structured-cloneable out. */
// biome-ignore lint/suspicious/noExplicitAny: each task has its own types; run() narrows them again
export type WorkerTasks = Readonly<Record<string, (input: any) => unknown>>;

/** Options of {@link WorkerPool}. */
export interface WorkerPoolOptions<Tasks extends WorkerTasks> {
  /** The task functions, for the caller's thread. */
  readonly tasks: Tasks;
  /** URL of the module that exports them, for the threads; undefined = caller's thread only. See {@link roomModule}. */
  readonly module?: string | URL | undefined;
  /** Name under which the module exports them. Default `tasks`. */
  readonly exportName?: string;
  /** Number of threads; 0 or 1 = the caller's thread. Default: what the machine has, at most 4. */
  readonly threads?: number;
}

/** Options of {@link WorkerPool.run}. */
export interface TaskOptions {
  /** Buffers of the input that are handed over instead of copied; do not touch them afterwards. */
  readonly transfer?: readonly ArrayBuffer[];
  /** Gives up a task that has not started, with SCRIM_CANCELLED. */
  readonly signal?: AbortSignal;
}

const TRANSFER: symbol = Symbol.for('scrim.transfer');

/** Marks buffers of a task's result that are handed over instead of copied. */
export function withTransfer<Result extends object>(result: Result, buffers: readonly ArrayBuffer[]): Result {
  Object.defineProperty(result, TRANSFER, { value: buffers, configurable: true });
  return result;
}

interface Job {
  readonly id: number;
  readonly task: string;
  readonly input: unknown;
  readonly options: TaskOptions;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: ScrimError) => void;
}

type Reply =
  | { readonly ready: true }
  | { readonly id: number; readonly output: unknown }
  | {
      readonly id: number;
      readonly error: { readonly code?: string; readonly parameters?: ErrorParameters; readonly kind: string };
    };

interface Thread {
  readonly worker: Worker;
  ready: boolean;
  job: Job | null;
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
  const found = module[workerData.exportName] ?? module.default?.[workerData.exportName];
  if (!found) throw new Error('no tasks');
  parentPort.on('message', async ({ id, task, input }) => {
    try {
      const output = await found[task](input);
      const transfer = output?.[Symbol.for('scrim.transfer')] ?? [];
      parentPort.postMessage({ id, output }, transfer);
    } catch (error) {
      const own = error?.name === 'ScrimError' && typeof error.code === 'string';
      const plain = own ? { code: error.code, parameters: error.parameters } : {};
      parentPort.postMessage({ id, error: { ...plain, kind: String(error?.constructor?.name) } });
    }
  });
  parentPort.postMessage({ ready: true });
}, () => process.exit(1));
`;

/**
 * A pool over one set of tasks. Threads start with the first task and let the process end when they are idle.
 *
 * @example
 * const pool = new WorkerPool({ tasks: { double: (x: number) => 2 * x } });
 * await pool.run('double', 21); // => 42
 * await pool.close();
 */
export class WorkerPool<Tasks extends WorkerTasks> {
  readonly #tasks: Tasks;
  readonly #module: string | undefined;
  readonly #exportName: string;
  readonly #limit: number;
  readonly #queue: Job[] = [];
  readonly #threads = new Set<Thread>();
  #nextId = 1;
  #closed = false;
  /** A thread could not load the module: everything runs here from then on. */
  #broken = false;

  constructor(options: WorkerPoolOptions<Tasks>) {
    this.#tasks = options.tasks;
    this.#module = options.module === undefined ? undefined : String(options.module);
    this.#exportName = options.exportName ?? 'tasks';
    const limit = options.threads ?? defaultThreads();
    this.#limit = this.#module === undefined || limit <= 1 || workerThreads() === undefined ? 0 : limit;
  }

  /** Number of threads beside the caller's; 0 = tasks run in the caller's. */
  get threads(): number {
    return this.#broken ? 0 : this.#limit;
  }

  /**
   * Runs a task.
   *
   * @throws the task's {@link ScrimError}; SCRIM_WORKER_FAILED for any other error or a thread that died; SCRIM_CANCELLED
   */
  run<Name extends keyof Tasks & string>(
    task: Name,
    input: Parameters<Tasks[Name]>[0],
    options: TaskOptions = {},
  ): Promise<Awaited<ReturnType<Tasks[Name]>>> {
    return new Promise((resolve, reject) => {
      if (this.#closed) {
        reject(new ScrimError('SCRIM_INTERNAL', { check: 'a task given to a closed worker pool' }));
        return;
      }
      const done = resolve as (value: unknown) => void;
      this.#queue.push({ id: this.#nextId++, task, input, options, resolve: done, reject });
      this.#advance();
    });
  }

  /** Runs a task on every input; results in the order of the inputs. @throws as {@link WorkerPool.run} */
  map<Name extends keyof Tasks & string>(
    task: Name,
    inputs: readonly Parameters<Tasks[Name]>[0][],
    options: Pick<TaskOptions, 'signal'> = {},
  ): Promise<Awaited<ReturnType<Tasks[Name]>>[]> {
    return Promise.all(inputs.map((input) => this.run(task, input, options)));
  }

  /** Ends the threads; tasks that have not finished fail with SCRIM_CANCELLED. */
  async close(): Promise<void> {
    this.#closed = true;
    const cancelled = new ScrimError('SCRIM_CANCELLED', { operation: 'A task' });
    for (const job of this.#queue.splice(0)) job.reject(cancelled);
    const threads = [...this.#threads];
    this.#threads.clear();
    for (const { job } of threads) job?.reject(cancelled);
    await Promise.all(threads.map(({ worker }) => worker.terminate()));
  }

  #advance(): void {
    while (this.#queue.length > 0) {
      const job = this.#queue[0] as Job;
      if (job.options.signal?.aborted === true) {
        this.#queue.shift();
        job.reject(new ScrimError('SCRIM_CANCELLED', { operation: `Task ${job.task}` }));
        continue;
      }
      if (this.threads === 0) {
        this.#queue.shift();
        void this.#runHere(job);
        continue;
      }
      const idle = [...this.#threads].find((thread) => thread.ready && thread.job === null);
      if (idle !== undefined) {
        this.#queue.shift();
        this.#runThere(job, idle);
        continue;
      }
      const starting = [...this.#threads].filter((thread) => !thread.ready).length;
      if (this.#threads.size < this.#limit && starting < this.#queue.length) {
        this.#start();
        continue;
      }
      return;
    }
  }

  async #runHere(job: Job): Promise<void> {
    try {
      const run = this.#tasks[job.task] as (input: unknown) => unknown;
      // Out of the caller's own stack, as a thread would be.
      await Promise.resolve();
      job.resolve(await run(job.input));
    } catch (error) {
      job.reject(isScrimError(error) ? error : failed(job.task, className(error)));
    }
  }

  #runThere(job: Job, thread: Thread): void {
    thread.job = job;
    thread.worker.ref();
    try {
      thread.worker.postMessage({ id: job.id, task: job.task, input: job.input }, [...(job.options.transfer ?? [])]);
    } catch (error) {
      // The input cannot be cloned.
      thread.job = null;
      thread.worker.unref();
      job.reject(failed(job.task, className(error)));
    }
  }

  #start(): void {
    const { Worker } = workerThreads() as typeof import('node:worker_threads');
    const workerData = { module: this.#module, exportName: this.#exportName };
    const worker = new Worker(BOOTSTRAP, { eval: true, workerData, execArgv: [] });
    const thread: Thread = { worker, ready: false, job: null };
    this.#threads.add(thread);
    worker.on('message', (reply: Reply) => this.#receive(thread, reply));
    worker.on('error', (error) => this.#lost(thread, className(error)));
    worker.on('exit', () => this.#lost(thread, 'the thread ended'));
  }

  #receive(thread: Thread, reply: Reply): void {
    if ('ready' in reply) {
      thread.ready = true;
      thread.worker.unref();
    } else {
      const { job } = thread;
      thread.job = null;
      thread.worker.unref();
      if (job !== null) {
        if (!('error' in reply)) job.resolve(reply.output);
        else if (reply.error.code === undefined) job.reject(failed(job.task, reply.error.kind));
        else job.reject(new ScrimError(reply.error.code as ErrorCode, reply.error.parameters));
      }
    }
    this.#advance();
  }

  #lost(thread: Thread, reason: string): void {
    if (!this.#threads.delete(thread)) return;
    thread.job?.reject(failed(thread.job.task, reason));
    if (!thread.ready) this.#broken = true;
    void thread.worker.terminate();
    this.#advance();
  }
}

/**
 * URL of a room's public module beside this one, for {@link WorkerPoolOptions.module}: the built file (ESM or CommonJS) or
 * the source, whichever this code runs from.
 *
 * @param room - name of the folder below src, for instance `anonymity`
 */
export function roomModule(room: string): string | undefined {
  const url = nodeBuiltin<typeof import('node:url')>('node:url');
  if (url === undefined) return undefined;
  const file = ownFile();
  if (file === undefined) return undefined;
  const here = file.startsWith('file:') ? file : url.pathToFileURL(file).href;
  if (here.endsWith('.ts')) return new URL(`../${room}/index.ts`, here).href;
  return new URL(`${room}.${here.endsWith('.cjs') ? 'cjs' : 'js'}`, here).href;
}

/**
 * The file this code runs from, asked of the call stack: ESM has only `import.meta.url`, which is a syntax error in CommonJS,
 * and CommonJS only `__filename`.
 */
function ownFile(): string | undefined {
  const usual = Error.prepareStackTrace;
  try {
    Error.prepareStackTrace = (_, frames) => frames[0]?.getFileName();
    const { stack } = new Error() as { stack?: unknown };
    return typeof stack === 'string' ? stack : undefined;
  } finally {
    Error.prepareStackTrace = usual;
  }
}

function workerThreads(): typeof import('node:worker_threads') | undefined {
  return nodeBuiltin<typeof import('node:worker_threads')>('node:worker_threads');
}

function defaultThreads(): number {
  const os = nodeBuiltin<typeof import('node:os')>('node:os');
  return Math.min(4, os?.availableParallelism() ?? 1);
}

function className(error: unknown): string {
  return error instanceof Error ? error.constructor.name : typeof error;
}

function failed(task: string, reason: string): ScrimError {
  return new ScrimError('SCRIM_WORKER_FAILED', { task, reason });
}
