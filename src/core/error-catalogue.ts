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
  SCRIM_HIERARCHY_EMPTY: {
    exit: 2,
    title: ['Empty hierarchy', '层次结构为空'],
    message: ['Hierarchy {hierarchy} has no line.', '层次结构 {hierarchy} 没有任何行。'],
    hint: [
      'A hierarchy file holds one line a base value: value;level 1;level 2;... without a header.',
      '层次文件每行一个基础值：值;第1层;第2层;……，无表头。',
    ],
  },
  SCRIM_HIERARCHY_UNEVEN: {
    exit: 2,
    title: ['Hierarchy of uneven depth', '层次深度不一'],
    message: [
      'Hierarchy {hierarchy}: line {row} has {found} levels, the first line has {expected}.',
      '层次结构 {hierarchy}：第 {row} 行有 {found} 层，首行有 {expected} 层。',
    ],
    hint: [
      'Give every line the same number of levels; repeat the last label where a branch is shorter.',
      '请使每行层数一致；较短的分支可重复最后一个标签。',
    ],
  },
  SCRIM_HIERARCHY_DUPLICATE: {
    exit: 2,
    title: ['Base value with two rules', '同一基础值有两条规则'],
    message: [
      'Hierarchy {hierarchy}: line {row} gives other levels than line {first} for the same base value.',
      '层次结构 {hierarchy}：第 {row} 行与第 {first} 行的基础值相同但各层不同。',
    ],
    hint: ['Keep one of the two lines.', '请只保留其中一行。'],
  },
  SCRIM_HIERARCHY_AMBIGUOUS: {
    exit: 2,
    title: ['Ambiguous generalization rule', '泛化规则有歧义'],
    message: [
      'Hierarchy {hierarchy}: lines {first} and {row} share a group below level {level} but not at level {level}.',
      '层次结构 {hierarchy}：第 {first} 行与第 {row} 行在第 {level} 层以下同组，在第 {level} 层却不同组。',
    ],
    hint: [
      'Each group must lie inside one group of the next level. Rename the label or correct one of the two lines.',
      '每个组必须完全落在上一层的某一个组内。请改名或更正其中一行。',
    ],
  },
  SCRIM_HIERARCHY_MISSING_VALUE: {
    exit: 2,
    title: ['Value not in the hierarchy', '层次结构缺少取值'],
    message: [
      'Column {column}: {count} distinct values ({rows} rows, first in row {row}) are not in its hierarchy.',
      '列 {column}：有 {count} 个取值（{rows} 行，首见于第 {row} 行）不在其层次结构中。',
    ],
    hint: [
      'Add a line for each of them. hierarchyCoverage() lists the rows; it shows the values only when asked to.',
      '请为这些取值补充层次行。hierarchyCoverage() 会列出行号；仅在明确要求时显示取值。',
    ],
  },
  SCRIM_HIERARCHY_REQUIRED: {
    exit: 2,
    title: ['Column needs a hierarchy', '该列需要层次结构'],
    message: [
      'Column {column} has {count} distinct values and no hierarchy.',
      '列 {column} 有 {count} 个取值，却没有层次结构。',
    ],
    hint: [
      'Give a hierarchy, or build one: intervalHierarchy, dateHierarchy, redactionHierarchy, priorityHierarchy.',
      '请提供层次结构，或用 intervalHierarchy、dateHierarchy、redactionHierarchy、priorityHierarchy 构造。',
    ],
  },
  SCRIM_HIERARCHY_BUILD: {
    exit: 2,
    title: ['Hierarchy cannot be built', '无法构造层次结构'],
    message: ['Hierarchy {hierarchy} cannot be built: {problem}.', '无法构造层次结构 {hierarchy}：{problem}。'],
    hint: ['Correct the settings of the builder.', '请更正构造器的设置。'],
  },
  SCRIM_ANONYMITY_OPTION: {
    exit: 2,
    title: ['Unusable setting', '设置无效'],
    message: ['Setting {option} is unusable: {problem}.', '设置 {option} 无效：{problem}。'],
    hint: ['See docs/anonymity.md for the range of every setting.', '各设置的取值范围见 docs/anonymity.md。'],
  },
  SCRIM_ANONYMITY_EMPTY: {
    exit: 2,
    title: ['Nothing to anonymise', '没有可匿名的数据'],
    message: ['The table has no rows.', '表中没有数据行。'],
    hint: ['Check the source; an empty table has no classes.', '请检查数据源；空表没有等价类。'],
  },
  SCRIM_ANONYMITY_SENSITIVE_IS_QI: {
    exit: 2,
    title: ['Column is quasi-identifier and sensitive', '同一列既是准标识符又是敏感属性'],
    message: [
      'Column {column} is named as quasi-identifier and as sensitive.',
      '列 {column} 同时被指定为准标识符和敏感属性。',
    ],
    hint: [
      'A criterion about a column needs it as sensitive only. Choose one role.',
      '准则所涉及的列只能作为敏感属性。请择一。',
    ],
  },
  SCRIM_ANONYMITY_K_TOO_LARGE: {
    exit: 2,
    title: ['k larger than the table', 'k 大于表的规模'],
    message: [
      '{criterion} asks for classes of {needed}, the table has {found} {unit}.',
      '{criterion} 要求等价类不小于 {needed}，而表中只有 {found} {unit}。',
    ],
    hint: ['Lower the parameter or take more data.', '请降低参数或增加数据。'],
  },
  SCRIM_ANONYMITY_IMPOSSIBLE: {
    exit: 2,
    title: ['No generalization satisfies the criteria', '没有泛化方案满足准则'],
    message: [
      'Even at the highest levels allowed, {criterion} fails: {shortfall}.',
      '即使泛化到允许的最高层，{criterion} 仍不满足：{shortfall}。',
    ],
    hint: [
      'Relax that criterion, raise the suppression limit or the highest levels, or coarsen the sensitive column.',
      '请放宽该准则、提高抑制上限或最高层级，或粗化敏感列。',
    ],
  },
  SCRIM_ANONYMITY_LATTICE: {
    exit: 2,
    title: ['Lattice too large', '泛化格过大'],
    message: [
      'The lattice has {nodes} nodes; an exact search is offered up to {limit}.',
      '泛化格有 {nodes} 个节点；精确搜索最多支持 {limit} 个。',
    ],
    hint: [
      'Give a time limit (any-time search with a stated gap), limit levels, or use local recoding.',
      '请给定时间上限（随时可停并给出差距）、限制层级，或使用局部重编码。',
    ],
  },
  SCRIM_CERTIFICATE_INVALID: {
    exit: 4,
    title: ['Certificate does not hold', '证书不成立'],
    message: ['The certificate does not prove the optimum: {problem}.', '该证书不能证明最优性：{problem}。'],
    hint: [
      'Do not rely on this solution; search again on the data you hold.',
      '请勿采信该方案；请在您持有的数据上重新搜索。',
    ],
  },
  SCRIM_RECIPE_MISMATCH: {
    exit: 2,
    title: ['Recipe does not fit the table', '方案与表不符'],
    message: ['The recipe cannot be applied: {problem}.', '无法应用该方案：{problem}。'],
    hint: ['Apply it to a table with the same columns, or search again.', '请应用于列相同的表，或重新搜索。'],
  },

  // --- sampling, dp, psi ------------------------------------------------------------------------------------------

  // --- reversibility ----------------------------------------------------------------------------------------------

  // --- policy, report, cli ----------------------------------------------------------------------------------------
  SCRIM_CLI_UNKNOWN_COMMAND: {
    exit: 2,
    title: ['Unknown command', '未知命令'],
    message: ['There is no command {command}.', '没有命令 {command}。'],
    hint: ['Did you mean {suggestion}? All commands: scrim --help', '您是否想用 {suggestion}？全部命令见 scrim --help'],
  },
  SCRIM_CLI_UNKNOWN_OPTION: {
    exit: 2,
    title: ['Unknown option', '未知选项'],
    message: ['Command {command} has no option {option}.', '命令 {command} 没有选项 {option}。'],
    hint: [
      'Did you mean {suggestion}? All options: {command} --help',
      '您是否想用 {suggestion}？全部选项见 {command} --help',
    ],
  },
  SCRIM_CLI_MISSING: {
    exit: 2,
    title: ['Something is missing on the command line', '命令行缺少内容'],
    message: ['{command} needs {what}.', '{command} 缺少 {what}。'],
    hint: ['See {command} --help, which ends with examples.', '请查看 {command} --help，末尾附有示例。'],
  },
  SCRIM_CLI_VALUE: {
    exit: 2,
    title: ['Unusable value of an option', '选项的值无效'],
    message: ['Option {option} takes {expected}.', '选项 {option} 应为 {expected}。'],
    hint: ['Change the value; --help describes the option.', '请修改该值；--help 中有说明。'],
  },
  SCRIM_CLI_TOO_MANY: {
    exit: 2,
    title: ['Too many arguments', '参数过多'],
    message: [
      '{command} takes {expected} argument(s), {given} were given.',
      '{command} 接受 {expected} 个参数，却给出了 {given} 个。',
    ],
    hint: [
      'Put names with spaces in quotes; the value of an option follows its option.',
      '含空格的名称请加引号；选项的值须紧跟选项。',
    ],
  },
  SCRIM_CLI_CONFLICT: {
    exit: 2,
    title: ['Options exclude each other', '选项互相冲突'],
    message: ['{first} and {second} cannot be used together.', '{first} 与 {second} 不能同时使用。'],
    hint: ['Leave one of them out.', '请去掉其中一个。'],
  },
  SCRIM_CLI_SAME_FILE: {
    exit: 2,
    title: ['One file for two purposes', '同一文件用于两处'],
    message: [
      '{first} and {second} name the same file {path}. Nothing was written.',
      '{first} 与 {second} 指向同一文件 {path}。未写出任何内容。',
    ],
    hint: [
      'Give every output its own file; an input is never overwritten.',
      '请为每个输出指定独立文件；输入文件不会被覆盖。',
    ],
  },
  SCRIM_CLI_INPUT: {
    exit: 2,
    title: ['File does not hold what the command needs', '文件内容不符合命令要求'],
    message: ['{path} is not {expected} ({reason}).', '{path} 不是 {expected}（{reason}）。'],
    hint: ['Pass the file that the named command wrote, unchanged.', '请传入由相应命令写出且未经改动的文件。'],
  },
} as const;

/** Stable codes of all errors. */
export type ErrorCode = keyof typeof entries;

/** The catalogue: code to entry. */
export const errorCatalogue: Readonly<Record<ErrorCode, ErrorEntry>> = entries;
