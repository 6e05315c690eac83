#!/usr/bin/env node
/**
 * The executable `scrim`: process streams, Ctrl-C and the exit code around {@link run}.
 * @module
 */
import type { ExitCode } from '../core/index.js';
import { errorText, toScrimError } from './failure.js';
import type { Io } from './io.js';
import { languageFor } from './language.js';
import { isCommandThread, runAsThread, runInThread, wantsThread } from './thread.js';

/** Waits until everything written to the streams has left the process (or nobody listens any more), then ends it. */
function leave(code: number): void {
  process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));
}

/** The commands are loaded on the thread that runs them only: they are most of the program. */
async function runHere(argv: readonly string[], io: Io): Promise<ExitCode> {
  const { run } = await import('./run.js');
  return run(argv, io);
}

function main(): void {
  const argv = process.argv.slice(2);
  const controller = new AbortController();
  // Should the process ever end before its command said how it went, that is no success.
  process.exitCode = 1;
  // A reader that closed the pipe (`| head`) is no failure: what was to be printed is simply not wanted any more.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') process.exitCode = 1;
    });
  }
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => controller.abort());
  for (const name of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(name, (error: unknown) => {
      process.stderr.write(errorText(toScrimError(error, argv[0] ?? 'scrim'), languageFor(argv, process.env)));
      leave(1);
    });
  }
  const io: Io = {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    errIsTerminal: process.stderr.isTTY === true,
    columns: process.stderr.columns ?? process.stdout.columns ?? 80,
    env: process.env,
    signal: controller.signal,
  };
  // Built JavaScript only: a thread does not know how to load TypeScript.
  const threaded = import.meta.url.endsWith('.js') && wantsThread(argv);
  void (threaded ? runInThread(new URL(import.meta.url), argv, io) : runHere(argv, io)).then(leave);
}

if (isCommandThread()) void runAsThread();
else main();
