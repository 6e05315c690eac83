#!/usr/bin/env node
/**
 * The executable `scrim`: process streams, Ctrl-C and the exit code around {@link run}.
 * @module
 */
import { errorText, toScrimError } from './failure.js';
import { languageFor, run } from './run.js';

const argv = process.argv.slice(2);
const controller = new AbortController();

// A reader that closed the pipe (`| head`) is no failure: what was to be printed is simply not wanted any more.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') process.exitCode = 1;
  });
}

/** Waits until everything written to a stream has left the process (or nobody listens any more), then ends it. */
function leave(code: number): void {
  process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));
}

for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => {
    if (controller.signal.aborted) process.exit(1);
    controller.abort();
  });
}
for (const name of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(name, (error: unknown) => {
    process.stderr.write(errorText(toScrimError(error, argv[0] ?? 'scrim'), languageFor(argv, process.env)));
    leave(1);
  });
}

void run(argv, {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  errIsTerminal: process.stderr.isTTY === true,
  columns: process.stderr.columns ?? process.stdout.columns ?? 80,
  env: process.env,
  signal: controller.signal,
}).then(leave);
