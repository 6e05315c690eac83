/**
 * The language of a run, known before the line is parsed.
 * @module
 */
import type { Language } from '../core/index.js';
import type { Io } from './io.js';

/** Value of an option anywhere on the line, before the line is parsed. */
export function early(name: string, argv: readonly string[]): string | undefined {
  const end = argv.indexOf('--');
  const words = end === -1 ? argv : argv.slice(0, end);
  for (let i = words.length - 1; i >= 0; i--) {
    const word = words[i] as string;
    if (word.startsWith(`${name}=`)) return word.slice(name.length + 1);
    if (word === name) return words[i + 1];
  }
  return undefined;
}

/** The language of a word such as `zh`, `zh_CN.UTF-8` or `en`; undefined for others. */
export function languageOf(word: string | undefined): Language | undefined {
  if (/^zh\b/i.test((word ?? '').replace('_', '-'))) return 'zh-CN';
  return /^en\b/i.test((word ?? '').replace('_', '-')) ? 'en' : undefined;
}

/** `zh-CN` or `en`: from `--lang`, else from LC_ALL, LC_MESSAGES, LANG, else English. */
export function languageFor(argv: readonly string[], env: Io['env']): Language {
  return languageOf(early('--lang', argv)) ?? languageOf(env.LC_ALL || env.LC_MESSAGES || env.LANG) ?? 'en';
}
