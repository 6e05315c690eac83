/**
 * The streams and surroundings of one run, so that a test can hand in its own.
 * @module
 */

/** Where a run reads its surroundings and writes its words. */
export interface Io {
  /** Standard output. */
  readonly out: (text: string) => void;
  /** Error stream: messages and progress. */
  readonly err: (text: string) => void;
  /** True when the error stream is a terminal, where a progress bar may be drawn. */
  readonly errIsTerminal: boolean;
  /** Width of the terminal in columns. */
  readonly columns: number;
  /** Environment variables. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Raised by Ctrl-C. */
  readonly signal: AbortSignal;
  /** Told about every folder in which temporary files may stand. */
  readonly writesIn?: (folder: string) => void;
}
