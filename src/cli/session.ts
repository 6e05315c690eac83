/**
 * What a command has at hand while it runs: language, progress, cancellation, its output files and its words.
 * @module
 */
import type { Bilingual, ExitCode, Language, RunOptions } from '../core/index.js';
import type { Io } from './io.js';
import { Outputs } from './outputs.js';
import { ProgressBar } from './progress-bar.js';

/** Options that every command has. */
export interface CommonOptions {
  /** File for the machine-readable result, `-` for standard output. */
  readonly json?: string;
  /** File for the readable report. */
  readonly html?: string;
  readonly quiet?: boolean;
  readonly progress?: 'auto' | 'json' | 'none';
}

/** One run of one command. */
export class Session {
  readonly language: Language;
  readonly outputs: Outputs;
  /** Pass to every long operation. */
  readonly run: Required<RunOptions>;
  readonly #io: Io;
  readonly #options: CommonOptions;
  readonly #bar: ProgressBar;
  #standardOutput = '';

  constructor(io: Io, options: CommonOptions, language: Language) {
    this.language = language;
    this.#io = io;
    this.outputs = new Outputs(io.writesIn);
    this.#options = options;
    const wanted = options.progress ?? 'auto';
    const silent = wanted === 'none' || (wanted === 'auto' && (options.quiet === true || !io.errIsTerminal));
    this.#bar = new ProgressBar({
      write: io.err,
      mode: silent ? 'none' : wanted === 'json' ? 'json' : 'bar',
      language,
      width: io.columns,
    });
    this.run = { progress: this.#bar.report, signal: io.signal };
  }

  /** Claims the files that every command may write. @throws SCRIM_FILE_UNWRITABLE, SCRIM_CLI_SAME_FILE */
  async begin(): Promise<void> {
    const { json, html } = this.#options;
    if (json !== undefined && json !== '-') await this.outputs.claim('--json', json);
    if (html !== undefined) await this.outputs.claim('--html', html);
  }

  /** True when the caller asked for an HTML report: only then is it built. */
  get wantsHtml(): boolean {
    return this.#options.html !== undefined;
  }

  /** Environment variable, or undefined. */
  env(name: string): string | undefined {
    return this.#io.env[name];
  }

  /** The text in the language of the session. */
  text(text: Bilingual): string {
    return text[this.language === 'zh-CN' ? 1 : 0];
  }

  /** Sets the machine-readable result. Written at the end, where `--json` points. */
  json(value: unknown): void {
    const target = this.#options.json;
    if (target === undefined) return;
    this.jsonText(`${JSON.stringify(value, null, 2)}\n`);
  }

  /** Sets the machine-readable result as text, where the room fixes its bytes. */
  jsonText(text: string): void {
    const target = this.#options.json;
    if (target === '-') this.#standardOutput = text;
    else if (target !== undefined) this.outputs.write('--json', text);
  }

  /** Sets the readable report. Written at the end, where `--html` points. */
  html(text: string): void {
    if (this.#options.html !== undefined) this.outputs.write('--html', text);
  }

  /** Says something to the person at the terminal; nothing under `--quiet` or when standard output carries JSON. */
  say(text: string): void {
    if (this.#options.quiet === true || this.#options.json === '-') return;
    this.#standardOutput += text.endsWith('\n') ? text : `${text}\n`;
  }

  /** Files in place, words said. Called once, by the program, after the command returned. */
  async finish(code: ExitCode): Promise<ExitCode> {
    this.#bar.clear();
    await this.outputs.commit();
    if (this.#standardOutput !== '') this.#io.out(this.#standardOutput);
    return code;
  }

  /** Nothing was written. Called by the program after a failure. */
  async abandon(): Promise<void> {
    this.#bar.clear();
    await this.outputs.discard();
  }
}
