/**
 * Reading data files and column lists as they stand on a command line.
 * @module
 */
import { ScrimError } from '../core/index.js';
import type { Table, TableFile } from '../table/index.js';
import type { ScrimCommand } from './command-line.js';
import type { Session } from './session.js';

/** Options of every command that reads a table. */
export interface ReadOptions {
  readonly encoding?: string;
  readonly delimiter?: string;
  readonly null?: string[];
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
    .flag<string[]>(
      '--null <text>',
      ['unquoted text that stands for no value, such as NA; may be repeated', '表示空值的未加引号文本，如 NA；可重复'],
      (value, previous) => [...(previous ?? []), value],
    );
}

/** Reads a table, with progress and cancellation. @throws as `readTable` */
export async function readData(
  session: Session,
  option: string,
  file: string,
  options: ReadOptions,
): Promise<TableFile> {
  session.outputs.input(option, file);
  const { readTable } = await import('../table/index.js');
  return readTable(file, {
    ...session.run,
    ...(options.encoding === undefined ? {} : { encoding: options.encoding }),
    ...(options.delimiter === undefined ? {} : { delimiter: options.delimiter === '\\t' ? '\t' : options.delimiter }),
    ...(options.null === undefined ? {} : { nullTokens: options.null }),
  });
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

/** Writes a table to a claimed output; returns its digest. @throws SCRIM_FILE_UNWRITABLE, SCRIM_CANCELLED */
export async function writeData(session: Session, table: Table, target: string, temporary: string): Promise<string> {
  const { writeTable } = await import('../table/index.js');
  const { sha256 } = await writeTable(table, temporary, session.run);
  session.outputs.written(target);
  return sha256;
}
