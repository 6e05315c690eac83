/**
 * The one error class of Scrim: a stable code, what happened and where, what to do, where to read more.
 *
 * Messages carry column names, row numbers, lengths and types, never a data value or a secret.
 * @module
 */
import { type ErrorCode, errorCatalogue } from './error-catalogue.js';

/** Languages that every message of Scrim exists in. */
export type Language = 'en' | 'zh-CN';

/** Facts a message may show: names, counts, positions, lengths; never a data value. */
export type ErrorParameters = Readonly<Record<string, string | number>>;

/** Exit codes of the command line: done, inner failure, bad input, needs review, blocked. */
export type ExitCode = 0 | 1 | 2 | 3 | 4;

const DOCS = 'docs/errors.md';

function fill(template: string, parameters: ErrorParameters): string {
  return template.replace(/\{(\w+)\}/g, (whole, key: string) => {
    const value = parameters[key];
    return value === undefined ? whole : String(value);
  });
}

/**
 * Error with a stable `code`; everything else follows from the catalogue.
 *
 * @example
 * try {
 *   throw new ScrimError('SCRIM_CSV_EMPTY', { source: 'people.csv' });
 * } catch (error) {
 *   if (error instanceof ScrimError) error.code; // => 'SCRIM_CSV_EMPTY'
 * }
 */
export class ScrimError extends Error {
  override readonly name = 'ScrimError';
  /** Stable identifier, listed in docs/errors.md. */
  readonly code: ErrorCode;
  /** The facts shown in the message. */
  readonly parameters: ErrorParameters;

  constructor(code: ErrorCode, parameters: ErrorParameters = {}, options?: { cause?: unknown }) {
    super(fill(errorCatalogue[code].message[0], parameters), options);
    this.code = code;
    this.parameters = parameters;
  }

  /** What to do about it, in English; see {@link ScrimError.localize}. */
  get hint(): string {
    return this.localize('en').hint;
  }

  /** Where the reference page describes this code. */
  get docs(): string {
    return `${DOCS}#${this.code.toLowerCase()}`;
  }

  /** Exit code with which the command line ends when this error reaches it. */
  get exitCode(): ExitCode {
    return errorCatalogue[this.code].exit;
  }

  /** Message and hint in the given language. */
  localize(language: Language): { message: string; hint: string } {
    const entry = errorCatalogue[this.code];
    const position = language === 'zh-CN' ? 1 : 0;
    return {
      message: fill(entry.message[position], this.parameters),
      hint: fill(entry.hint[position], this.parameters),
    };
  }

  /** Plain data for logs and `--json`: no stack, no cause. */
  toJSON(): { code: ErrorCode; message: string; hint: string; docs: string; parameters: ErrorParameters } {
    return { code: this.code, message: this.message, hint: this.hint, docs: this.docs, parameters: this.parameters };
  }
}

/** True when the value is a {@link ScrimError}, also one of another copy of the package. */
export function isScrimError(value: unknown): value is ScrimError {
  return (
    value instanceof ScrimError ||
    (value instanceof Error && value.name === 'ScrimError' && typeof (value as ScrimError).code === 'string')
  );
}
