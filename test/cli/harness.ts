/** Runs the command line: in this process with caught streams, or as a process of its own. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '../../src/cli/run.js';

/** What a run left behind. */
export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Options of {@link scrim}. */
export interface ScrimOptions {
  readonly env?: Record<string, string>;
  readonly terminal?: boolean;
  readonly signal?: AbortSignal;
}

/** Runs in this process. */
export async function scrim(argv: readonly string[], options: ScrimOptions = {}): Promise<Outcome> {
  let out = '';
  let err = '';
  const code = await run(argv, {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    errIsTerminal: options.terminal ?? false,
    columns: 100,
    env: options.env ?? { LANG: 'en_US.UTF-8' },
    signal: options.signal ?? new AbortController().signal,
  });
  return { code, out, err };
}

const root = fileURLToPath(new URL('../../', import.meta.url));
const built = path.join(root, 'dist/bin/scrim.js');

/** Words that start the executable: the built one where there is one. */
export const executable: readonly string[] = existsSync(built)
  ? [process.execPath, built]
  : [process.execPath, '--import', 'tsx', path.join(root, 'src/cli/main.ts')];

/** Runs as a process; `input` goes to its standard input. */
export function spawned(argv: readonly string[], cwd: string, shell?: (command: string) => string): Promise<Outcome> {
  const [program, ...first] = executable as [string, ...string[]];
  const quoted = [program, ...first, ...argv].map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
  const child =
    shell === undefined
      ? spawn(program, [...first, ...argv], { cwd, env: { ...process.env, LANG: 'en_US.UTF-8', LC_ALL: '' } })
      : spawn('bash', ['-c', shell(quoted)], { cwd, env: { ...process.env, LANG: 'en_US.UTF-8', LC_ALL: '' } });
  let out = '';
  let err = '';
  child.stdout.on('data', (bytes: Buffer) => {
    out += bytes;
  });
  child.stderr.on('data', (bytes: Buffer) => {
    err += bytes;
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code: code ?? -1, out, err })));
}

/** A folder that is removed at the end of `use`. */
export async function inFolder<Result>(use: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(path.join(tmpdir(), 'scrim-cli-'));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Files of a folder, temporary ones included. */
export function filesIn(folder: string): string[] {
  return readdirSync(folder).sort();
}
