/**
 * Reading data files and column lists as they stand on a command line.
 * @module
 */
import { basename } from 'node:path';
import { type AtomicFile, ScrimError } from '../core/index.js';
import type { CsvOptions, Table, TableFile } from '../table/index.js';
import type { ScrimCommand } from './command-line.js';
import type { Session } from './session.js';

/** Options of every command that reads a table. */
export interface ReadOptions {
  readonly encoding?: string;
  readonly delimiter?: string;
  readonly null?: string[];
  /** False after `--no-header`. */
  readonly header?: boolean;
  readonly renameColumns?: boolean;
}

/** Adds the options that say how a table is read where its bytes do not tell. */
export function readFlags(command: ScrimCommand): ScrimCommand {
  return command
    .flag('--encoding <name>', [
      'encoding of text files; default: found from the bytes',
      '文本文件编码；缺省由字节判定',
    ])
    .flag('--delimiter <text>', [
      'field delimiter; default: found (comma, tab, semicolon, bar)',
      '分隔符；缺省自动判定（逗号、制表符、分号、竖线）',
    ])
    .flag('--no-header', ['the first line is data; columns are named c1, c2, ...', '首行即为数据；列命名为 c1、c2……'])
    .flag('--rename-columns', [
      'name missing and repeated columns instead of refusing the file',
      '为缺失或重复的列名改名，而非拒绝文件',
    ])
    .flag<string[]>(
      '--null <text>',
      ['unquoted text that stands for no value, such as NA; may be repeated', '表示空值的未加引号文本，如 NA；可重复'],
      (value, previous) => [...(previous ?? []), value],
    );
}

/** The options as the reader takes them, with progress and cancellation. */
export function tableOptions(session: Session, options: ReadOptions): CsvOptions {
  const { encoding, delimiter } = options;
  return {
    ...session.run,
    ...(encoding === undefined ? {} : { encoding }),
    ...(delimiter === undefined ? {} : { delimiter: delimiter === '\\t' ? '\t' : delimiter }),
    ...(options.header === false ? { header: false } : {}),
    ...(options.renameColumns === true ? { badHeader: 'rename' as const } : {}),
    ...(options.null === undefined ? {} : { nullTokens: options.null }),
  };
}

/** Reads a table. @throws as `readTable` */
export async function readData(
  session: Session,
  option: string,
  file: string,
  options: ReadOptions,
): Promise<TableFile> {
  session.outputs.input(option, file);
  const { readTable } = await import('../table/index.js');
  return readTable(file, tableOptions(session, options));
}

/**
 * Names of columns from `--qi a,b,c` (also repeated, also with the full-width comma). A name that contains a comma is
 * found when it stands alone in its option.
 *
 * @throws SCRIM_TABLE_UNKNOWN_COLUMN, SCRIM_CLI_MISSING when nothing is named
 */
export function columnNames(option: string, given: readonly string[], table: Table, command: string): string[] {
  const names: string[] = [];
  for (const text of given) {
    if (table.has(text)) names.push(text);
    else names.push(...split(text, table));
  }
  if (names.length === 0) throw new ScrimError('SCRIM_CLI_MISSING', { command, what: option });
  for (const name of names) table.indexOf(name);
  return [...new Set(names)];
}

function split(text: string, table: Table): string[] {
  const parts = text.split(',').map((part) => part.trim());
  return parts
    .flatMap((part) => (table.has(part) ? [part] : part.split('，').map((piece) => piece.trim())))
    .filter((part) => part !== '');
}

/** Writes a table into a claimed file, in the format that the target's name says; returns the digest of its bytes. */
export async function writeData(session: Session, table: Table, file: AtomicFile): Promise<string> {
  const { writeTable } = await import('../table/index.js');
  const { sha256 } = await writeTable(table, file, { ...session.run, name: basename(file.path) });
  session.outputs.written(file);
  return sha256;
}
