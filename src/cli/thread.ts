/**
 * Runs a command on a thread of its own, so that Ctrl-C is heard while a kernel computes.
 *
 * The main thread keeps the terminal and the signals; a word of shared memory tells the command that it is cancelled, which
 * its `signal.aborted` reads even in the middle of a synchronous loop. A command that does not stop within the grace time
 * (or at a second Ctrl-C) is ended; its temporary files are removed by their name. Running out of memory ends the thread
 * and not the process: it becomes a coded error, too.
 * @module
 */
import fs from 'node:fs';
import v8 from 'node:v8';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { type ExitCode, ScrimError } from '../core/index.js';
import { errorText, toScrimError } from './failure.js';
import type { Io } from './io.js';
import { languageFor } from './language.js';

/** Milliseconds that a cancelled command has to stop by itself. */
const GRACE = 2000;

/** Commands that compute over data. Others are done before anybody could interrupt them. */
const LONG = new Set([
  'init',
  'inspect',
  'plan',
  'protect',
  'review',
  'risk',
  'anonymize',
  'mask',
  'sample',
  'extract',
]);

interface Start {
  readonly scrim: 'command';
  readonly argv: readonly string[];
  readonly cancelled: Int32Array;
  readonly errIsTerminal: boolean;
  readonly columns: number;
}

type Message =
  | { readonly out: string }
  | { readonly err: string }
  | { readonly folder: string }
  | { readonly exit: ExitCode };

/** True when the command of this line should get a thread of its own. */
export function wantsThread(argv: readonly string[]): boolean {
  const command = argv.find((word) => !word.startsWith('-'));
  // Filters keep the main thread, which owns the standard streams.
  const inMain = ['--help', '-h', '--stdio'].some((word) => argv.includes(word));
  return command !== undefined && LONG.has(command) && !inMain;
}

/** True on the thread of a command. */
export function isCommandThread(): boolean {
  return !isMainThread && (workerData as Partial<Start> | null)?.scrim === 'command';
}

/** The thread's side: runs the command and reports its exit code. */
export async function runAsThread(): Promise<void> {
  const { argv, cancelled, errIsTerminal, columns } = workerData as Start;
  const post = (message: Message): void => parentPort?.postMessage(message);
  const controller = new AbortController();
  Object.defineProperty(controller.signal, 'aborted', {
    get: () => {
      const raised = Atomics.load(cancelled, 0) !== 0;
      if (raised) controller.abort();
      return raised;
    },
  });
  const { run } = await import('./run.js');
  const exit = await run(argv, {
    out: (out) => post({ out }),
    err: (err) => post({ err }),
    errIsTerminal,
    columns,
    env: process.env,
    signal: controller.signal,
    writesIn: (folder) => post({ folder }),
  });
  post({ exit });
}

/** The main thread's side: starts the command, passes its words on, cancels it when the signal is raised. */
export function runInThread(url: URL, argv: readonly string[], io: Io): Promise<ExitCode> {
  const cancelled = new Int32Array(new SharedArrayBuffer(4));
  const start: Start = { scrim: 'command', argv, cancelled, errIsTerminal: io.errIsTerminal, columns: io.columns };
  const worker = new Worker(url, {
    workerData: start,
    resourceLimits: { maxOldGenerationSizeMb: Math.floor(v8.getHeapStatistics().heap_size_limit / 2 ** 20) },
  });
  const folders = new Set<string>();
  const operation = `scrim ${argv.find((word) => !word.startsWith('-')) ?? ''}`;
  return new Promise((resolve) => {
    let done = false;
    const end = (code: ExitCode): void => {
      if (done) return;
      done = true;
      resolve(code);
    };
    const fail = (error: ScrimError): void => {
      if (done) return;
      removeTemporaries(folders);
      io.err(errorText(error, languageFor(argv, io.env)));
      end(error.exitCode);
    };
    worker.on('message', (message: Message) => {
      if ('out' in message) io.out(message.out);
      else if ('err' in message) io.err(message.err);
      else if ('folder' in message) folders.add(message.folder);
      else end(message.exit);
    });
    worker.on('error', (error) => fail(toScrimError(error, operation)));
    worker.on('exit', (code) => {
      const asked = Atomics.load(cancelled, 0) !== 0;
      const check = `the thread ended with ${code}`;
      fail(asked ? new ScrimError('SCRIM_CANCELLED', { operation }) : new ScrimError('SCRIM_INTERNAL', { check }));
    });
    const cancel = (): void => {
      Atomics.store(cancelled, 0, 1);
      setTimeout(() => void worker.terminate(), GRACE).unref();
    };
    if (io.signal.aborted) cancel();
    else io.signal.addEventListener('abort', cancel, { once: true });
    // The second Ctrl-C does not wait.
    let interrupts = 0;
    process.on('SIGINT', () => {
      if (++interrupts === 2) void worker.terminate();
    });
  });
}

/** Files that AtomicFile left beside their targets: `.NAME.scrim-PID-RANDOM`. */
function removeTemporaries(folders: ReadonlySet<string>): void {
  const mark = `.scrim-${process.pid}-`;
  for (const folder of folders) {
    try {
      for (const name of fs.readdirSync(folder)) {
        if (name.startsWith('.') && name.includes(mark)) fs.rmSync(`${folder}/${name}`, { force: true });
      }
    } catch {
      // A folder that cannot be listed keeps its temporary file; its name says whose it is.
    }
  }
}
