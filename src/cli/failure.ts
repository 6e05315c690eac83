/**
 * Any failure as a {@link ScrimError}: errors of the system by their code, everything unknown without its message,
 * since the message of a foreign error may quote data (`JSON.parse` does).
 * @module
 */
import { isScrimError, type Language, ScrimError, visibleText } from '../core/index.js';

const WRITING = new Set(['write', 'rename', 'mkdir', 'unlink', 'fsync', 'ftruncate', 'link', 'copyfile']);

interface SystemError {
  readonly code?: unknown;
  readonly syscall?: unknown;
  readonly path?: unknown;
}

/** Class of the error and the place in our code, never its message. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return `a ${typeof error} was thrown`;
  const kind = /^[A-Za-z]{1,40}$/.test(error.name) ? error.name : 'Error';
  const frame = /([\w.-]+\.[cm]?[jt]s:\d+:\d+)\)?$/m.exec(error.stack?.slice(error.stack.indexOf('\n')) ?? '');
  return frame === null ? kind : `${kind} at ${frame[1]}`;
}

/** Turns whatever was thrown into a coded error that holds no data value. */
export function toScrimError(error: unknown, operation: string): ScrimError {
  if (isScrimError(error)) return error;
  const { code, syscall, path } = (error ?? {}) as SystemError;
  if (error instanceof Error && error.name === 'AbortError') return new ScrimError('SCRIM_CANCELLED', { operation });
  if (typeof code === 'string' && typeof path === 'string' && /^E[A-Z0-9]+$/.test(code)) {
    if (WRITING.has(String(syscall)) || code === 'ENOSPC' || code === 'EROFS' || code === 'EDQUOT') {
      return new ScrimError('SCRIM_FILE_UNWRITABLE', { path, reason: code });
    }
    if (code === 'ENOENT') return new ScrimError('SCRIM_FILE_MISSING', { path });
    return new ScrimError('SCRIM_FILE_UNREADABLE', { path, reason: code });
  }
  // What fails on an open file does not name it.
  if (typeof code === 'string' && /^E[A-Z0-9]+$/.test(code)) {
    if (syscall === 'read') return new ScrimError('SCRIM_FILE_UNREADABLE', { path: '-', reason: code });
    if (WRITING.has(String(syscall))) return new ScrimError('SCRIM_FILE_UNWRITABLE', { path: '-', reason: code });
  }
  return new ScrimError('SCRIM_INTERNAL', { check: describe(error) }, { cause: error });
}

/** The error as three lines for a person: what, what to do, where to read more. */
export function errorText(error: ScrimError, language: Language): string {
  const { message, hint } = error.localize(language);
  const [title, todo, more] = language === 'zh-CN' ? ['错误', '建议：', '说明：'] : ['error', 'hint: ', 'more: '];
  const head = `${title} ${error.code}${language === 'zh-CN' ? '：' : ': '}${message}`;
  const lines = [...head.split('\n'), `  ${todo}${hint}`, `  ${more}${error.docs}`];
  return `${lines.map(visibleText).join('\n')}\n`;
}

/** The error as one JSON line, for `--progress json`. */
export function errorJson(error: ScrimError, language: Language): string {
  const { message, hint } = error.localize(language);
  const { code, docs, exitCode } = error;
  return `${JSON.stringify({ event: 'error', code, message, hint, docs, exit: exitCode })}\n`;
}
