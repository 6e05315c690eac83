/**
 * Every error of Scrim, as data: exit code, title, message and hint in English and Chinese.
 *
 * `docs/errors.md` is generated from this file (`npm run docs:errors`) and a test checks that both languages use the
 * same `{placeholders}`. Placeholders hold names, counts, positions, types: never a data value or a secret.
 * Add an entry to the section of its folder; keep codes stable once released.
 * @module
 */
import type { ExitCode } from './errors.js';

/** A text in English and Chinese. */
export type Bilingual = readonly [en: string, zh: string];

/** One catalogue entry. */
export interface ErrorEntry {
  /** Exit code of the command line. */
  readonly exit: ExitCode;
  /** Short name, heading of the reference page. */
  readonly title: Bilingual;
  /** What happened and where; `{name}` is filled from the error's parameters. */
  readonly message: Bilingual;
  /** What to do. */
  readonly hint: Bilingual;
}

const entries = {
  // --- core -------------------------------------------------------------------------------------------------------
  SCRIM_ARGUMENT: {
    exit: 2,
    title: ['Unusable argument', '参数无效'],
    message: ['Argument {name} is unusable: {problem}.', '参数 {name} 无效：{problem}。'],
    hint: [
      'Read the documentation of the function and pass a value of the stated type and range.',
      '请查阅该函数的文档，传入规定类型与范围内的值。',
    ],
  },
  SCRIM_INTERNAL: {
    exit: 1,
    title: ['Inner check failed', '内部检查失败'],
    message: ['An inner check failed: {check}.', '内部检查失败：{check}。'],
    hint: [
      'This is a defect of Scrim. Nothing was written. Please report the code and the command, without data.',
      '这是 Scrim 的缺陷，未写出任何内容。请报告错误代码与命令（不要附带数据）。',
    ],
  },
  SCRIM_PLATFORM_FILES: {
    exit: 1,
    title: ['No file system here', '此环境没有文件系统'],
    message: [
      '{operation} needs files, which this platform does not offer.',
      '{operation} 需要文件系统，而当前平台不提供。',
    ],
    hint: [
      'Run it under Node.js 20.19 or later, or pass bytes instead of a path.',
      '请在 Node.js 20.19 或更高版本下运行，或直接传入字节。',
    ],
  },
  SCRIM_FILE_MISSING: {
    exit: 2,
    title: ['File not found', '找不到文件'],
    message: ['File {path} does not exist.', '文件 {path} 不存在。'],
    hint: ['Check the path; it is taken relative to the current folder.', '请检查路径；相对路径以当前目录为准。'],
  },
  SCRIM_FILE_UNREADABLE: {
    exit: 2,
    title: ['File cannot be read', '文件无法读取'],
    message: ['File {path} cannot be read ({reason}).', '文件 {path} 无法读取（{reason}）。'],
    hint: ['Check that it is a file and that you may read it.', '请确认它是文件且您有读取权限。'],
  },
  SCRIM_FILE_UNWRITABLE: {
    exit: 2,
    title: ['File cannot be written', '文件无法写入'],
    message: [
      'File {path} cannot be written ({reason}). Nothing was left behind.',
      '文件 {path} 无法写入（{reason}）。未留下任何残余。',
    ],
    hint: [
      'Check that the folder exists, that you may write there and that the disk has room.',
      '请确认目录存在、有写入权限且磁盘有空间。',
    ],
  },
  SCRIM_CANCELLED: {
    exit: 1,
    title: ['Cancelled', '已取消'],
    message: ['{operation} was cancelled. Nothing was written.', '{operation} 已取消。未写出任何内容。'],
    hint: ['Start it again when you are ready.', '需要时请重新开始。'],
  },

  // --- table ------------------------------------------------------------------------------------------------------
  SCRIM_TABLE_SHAPE: {
    exit: 1,
    title: ['Batch does not fit the schema', '数据批与表结构不符'],
    message: ['A table cannot be built: {problem}.', '无法构造表：{problem}。'],
    hint: [
      'Every batch needs one column per field, all of the same length and of the declared type.',
      '每一批必须逐字段提供一列，长度一致且类型与声明相同。',
    ],
  },
  SCRIM_TABLE_DUPLICATE_COLUMN: {
    exit: 2,
    title: ['Two columns of one name', '列名重复'],
    message: ['Column {column} occurs twice.', '列 {column} 重复出现。'],
    hint: ['Rename one of them in the source.', '请在源数据中为其中一列改名。'],
  },
  SCRIM_TABLE_UNKNOWN_COLUMN: {
    exit: 2,
    title: ['No such column', '列不存在'],
    message: ['There is no column {column}.', '不存在列 {column}。'],
    hint: ['Check the spelling against the header; names are case-sensitive.', '请对照表头检查拼写；列名区分大小写。'],
  },
  SCRIM_CSV_EMPTY: {
    exit: 2,
    title: ['Empty file', '空文件'],
    message: ['{source} is empty: it has not even a header.', '{source} 为空：连表头都没有。'],
    hint: ['Check that the right file was given and that it was written completely.', '请确认文件正确且写入完整。'],
  },

  // --- crypto -----------------------------------------------------------------------------------------------------

  // --- audit ------------------------------------------------------------------------------------------------------

  // --- identifiers, risk, noise -----------------------------------------------------------------------------------

  // --- masking ----------------------------------------------------------------------------------------------------

  // --- anonymity --------------------------------------------------------------------------------------------------

  // --- sampling, dp, psi ------------------------------------------------------------------------------------------

  // --- reversibility ----------------------------------------------------------------------------------------------

  // --- policy, report, cli ----------------------------------------------------------------------------------------
} as const;

/** Stable codes of all errors. */
export type ErrorCode = keyof typeof entries;

/** The catalogue: code to entry. */
export const errorCatalogue: Readonly<Record<ErrorCode, ErrorEntry>> = entries;
