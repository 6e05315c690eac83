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
  SCRIM_WORKER_FAILED: {
    exit: 1,
    title: ['Task failed in a thread', '线程任务失败'],
    message: ['Task {task} failed ({reason}).', '任务 {task} 失败（{reason}）。'],
    hint: [
      'Run it again with one thread to see the error itself; if the thread ended, give the process more memory.',
      '请以单线程重新运行以查看具体错误；若线程意外结束，请增大进程内存。',
    ],
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

  SCRIM_CSV_HEADER: {
    exit: 2,
    title: ['Unusable header', '表头无法使用'],
    message: ['The header of {source} is unusable: {problem}.', '{source} 的表头无法使用：{problem}。'],
    hint: [
      'Give every column its own name. For a file without header pass `header: false`; `badHeader: "rename"` names such columns by position.',
      '请为每一列指定不同的名称。文件没有表头时请用 `header: false`；`badHeader: "rename"` 会按位置为这些列命名。',
    ],
  },
  SCRIM_CSV_UNCLOSED_QUOTE: {
    exit: 2,
    title: ['Quote never closed', '引号未闭合'],
    message: [
      '{source} ends inside a quoted cell that was opened in row {row} (0 = header).',
      '{source} 在引号内结束，该引号在第 {row} 行打开（0 表示表头）。',
    ],
    hint: [
      'Close the quote, or double quotes that belong to the text. The file may also be cut off.',
      '请闭合引号；文本中的引号应写成两个。文件也可能被截断。',
    ],
  },
  SCRIM_CSV_BINARY: {
    exit: 2,
    title: ['Not a text file', '不是文本文件'],
    message: ['{source} is not delimited text: found {reason}.', '{source} 不是分隔文本：发现 {reason}。'],
    hint: [
      'Export the data as CSV (UTF-8 or GB18030), NDJSON or Parquet; name the encoding if it is UTF-16 without byte-order mark.',
      '请将数据导出为 CSV（UTF-8 或 GB18030）、NDJSON 或 Parquet；若为无 BOM 的 UTF-16，请指明编码。',
    ],
  },
  SCRIM_CSV_CELL_TOO_LARGE: {
    exit: 2,
    title: ['Cell too large', '单元格过大'],
    message: [
      'Field {field} of row {row} of {source} (0 = header) exceeds {limit} bytes.',
      '{source} 第 {row} 行（0 表示表头）第 {field} 个字段超过 {limit} 字节。',
    ],
    hint: [
      'A quote that is never closed swallows what follows: look there first. If the cell is right, raise `maxCellBytes`.',
      '未闭合的引号会吞掉后面的内容，请先检查该处；若内容无误，请调大 `maxCellBytes`。',
    ],
  },
  SCRIM_CSV_TOO_MANY_FIELDS: {
    exit: 2,
    title: ['Too many fields', '字段过多'],
    message: [
      'Row {row} of {source} (0 = header) has more than {limit} fields.',
      '{source} 第 {row} 行（0 表示表头）的字段多于 {limit} 个。',
    ],
    hint: [
      'Check the delimiter and the quotes of that row. `maxColumns` bounds the header; `longRows: "unreadable"` keeps such rows and counts them.',
      '请检查该行的分隔符与引号。`maxColumns` 限制表头列数；`longRows: "unreadable"` 会保留并统计这类行。',
    ],
  },
  SCRIM_CSV_ENCODING: {
    exit: 2,
    title: ['Unknown encoding', '编码无法识别'],
    message: [
      '{source} is neither UTF-8 nor GB18030: many lines hold bytes that are wrong in both.',
      '{source} 既不是 UTF-8 也不是 GB18030：许多行含有两种编码都无法解释的字节。',
    ],
    hint: [
      'Name the encoding (for example big5 or windows-1252), or convert the file to UTF-8.',
      '请指明编码（例如 big5 或 windows-1252），或将文件转换为 UTF-8。',
    ],
  },
  SCRIM_TABLE_TOO_LARGE: {
    exit: 2,
    title: ['Too large for one column part', '超出单列容量'],
    message: ['{what} would exceed {limit} bytes.', '{what} 将超过 {limit} 字节。'],
    hint: [
      'Read with the `auto` or `utf8` layout, with smaller batches, or as a stream of batches.',
      '请使用 `auto` 或 `utf8` 布局、更小的批，或以流方式分批读取。',
    ],
  },

  SCRIM_PARQUET_INVALID: {
    exit: 2,
    title: ['Damaged Parquet file', 'Parquet 文件损坏'],
    message: [
      '{source} is no whole Parquet file: {part} cannot be read.',
      '{source} 不是完整的 Parquet 文件：{part} 无法读取。',
    ],
    hint: [
      'Check that the file was copied completely; write it again from its source.',
      '请确认文件复制完整，或由来源重新导出。',
    ],
  },
  SCRIM_PARQUET_UNSUPPORTED: {
    exit: 2,
    title: ['Parquet feature not supported', '不支持的 Parquet 特性'],
    message: [
      'Column {column} of {source} needs {feature}, which is not supported.',
      '{source} 的列 {column} 需要 {feature}，暂不支持。',
    ],
    hint: [
      'Flatten or convert the column, read nested ones with `nested: "json"`, or leave it out with `columns`.',
      '请展开或转换该列；嵌套列可用 `nested: "json"` 读取，或用 `columns` 排除该列。',
    ],
  },
  SCRIM_NDJSON_EMPTY: {
    exit: 2,
    title: ['No JSON line', '没有 JSON 行'],
    message: ['{source} holds no line.', '{source} 中没有任何行。'],
    hint: ['Check that the right file was given and that it was written completely.', '请确认文件正确且写入完整。'],
  },
  SCRIM_NDJSON_INVALID: {
    exit: 2,
    title: ['Line is no JSON object', '该行不是 JSON 对象'],
    message: ['Line {line} of {source} is no JSON object.', '{source} 第 {line} 行不是 JSON 对象。'],
    hint: [
      'NDJSON has one JSON object on each line, in UTF-8; a JSON array must be split into lines first.',
      'NDJSON 要求每行一个 UTF-8 编码的 JSON 对象；JSON 数组须先拆分为行。',
    ],
  },
  SCRIM_NDJSON_LIMIT: {
    exit: 2,
    title: ['NDJSON beyond its limits', 'NDJSON 超出上限'],
    message: [
      'Line {line} of {source} exceeds the limit of {limit} {what}.',
      '{source} 第 {line} 行超过上限：{limit} {what}。',
    ],
    hint: [
      'Check that lines end with a line feed and that keys are names, not data; if the file is right, raise the limit.',
      '请确认各行以换行符结束、键是列名而非数据；若文件无误，可调高上限。',
    ],
  },

  // --- crypto -----------------------------------------------------------------------------------------------------
  SCRIM_KEYRING_MISSING: {
    exit: 2,
    title: ['No key ring', '没有密钥环'],
    message: ['There is no key ring at {place}.', '{place} 处没有密钥环。'],
    hint: ['Create one with `scrim keys new`, or check the path.', '请用 `scrim keys new` 创建，或检查路径。'],
  },
  SCRIM_KEYRING_EXISTS: {
    exit: 2,
    title: ['Key ring exists already', '密钥环已存在'],
    message: ['There is already a key ring at {place}; it was left as it is.', '{place} 处已有密钥环，未作改动。'],
    hint: [
      'Open it, or choose another path. A key ring is never overwritten.',
      '请打开它或另选路径。密钥环不会被覆盖。',
    ],
  },
  SCRIM_KEYRING_INVALID: {
    exit: 4,
    title: ['Key ring damaged', '密钥环已损坏'],
    message: ['The key ring at {place} is unusable: {problem}.', '{place} 处的密钥环不可用：{problem}。'],
    hint: ['Restore it from a backup of the key file.', '请从密钥文件备份恢复。'],
  },
  SCRIM_KEY_PROTECTION: {
    exit: 2,
    title: ['Key ring protection', '密钥环保护方式'],
    message: ['The protection of the key ring does not work: {problem}.', '密钥环的保护方式无效：{problem}。'],
    hint: [
      'Give exactly one of a passphrase (at least 8 characters) and a key provider, the one that the key ring was made with.',
      '请只提供口令（至少 8 个字符）或密钥提供者之一，并与创建密钥环时一致。',
    ],
  },
  SCRIM_KEY_PASSPHRASE: {
    exit: 2,
    title: ['Key ring does not open', '密钥环无法打开'],
    message: [
      'The key ring at {place} does not open with this passphrase or provider.',
      '用此口令或提供者无法打开 {place} 处的密钥环。',
    ],
    hint: [
      'Check the passphrase. If it is right, the file was damaged: restore it from a backup.',
      '请检查口令。若口令无误，则文件已损坏，请从备份恢复。',
    ],
  },
  SCRIM_KEY_MISSING: {
    exit: 2,
    title: ['No such key', '没有该密钥'],
    message: ['The key ring has no key {key}.', '密钥环中没有密钥 {key}。'],
    hint: [
      'Check tenant, environment and scenario, and that the right key ring was opened.',
      '请检查租户、环境与场景，并确认打开了正确的密钥环。',
    ],
  },
  SCRIM_KEY_RETIRED: {
    exit: 2,
    title: ['Key retired', '密钥已退役'],
    message: [
      'Key {key} is retired: it restores and verifies, but protects nothing new.',
      '密钥 {key} 已退役：可用于还原与验证，不再用于新的保护。',
    ],
    hint: ['Use the active key of the scenario.', '请使用该场景的现行密钥。'],
  },
  SCRIM_KEY_DESTROYED: {
    exit: 2,
    title: ['Key destroyed', '密钥已销毁'],
    message: [
      'Key {key} was destroyed; what it protected cannot be restored with this key ring.',
      '密钥 {key} 已销毁；用此密钥环无法还原其保护的内容。',
    ],
    hint: ['This is final. New work needs a new scenario.', '此操作不可逆。新的工作需要新的场景。'],
  },
  SCRIM_KEY_WIPED: {
    exit: 1,
    title: ['Key already wiped', '密钥已从内存清除'],
    message: [
      'A key derived from {key} was used after it had been wiped from memory.',
      '由 {key} 派生的密钥在从内存清除后被使用。',
    ],
    hint: ['Derive it again.', '请重新派生。'],
  },
  SCRIM_LOCK_BUSY: {
    exit: 1,
    title: ['File is locked', '文件被锁定'],
    message: ['{path} is held by {holder}.', '{path} 被 {holder} 占用。'],
    hint: [
      'Wait until the other process ends. If that host is gone for good, delete the lock file.',
      '请等待另一进程结束。若该主机已不复存在，请删除锁文件。',
    ],
  },
  SCRIM_SEALED_INVALID: {
    exit: 4,
    title: ['Sealed text does not open', '密文验证失败'],
    message: [
      '{what} does not open: wrong key, wrong context, or changed bytes.',
      '{what} 无法解开：密钥不符、上下文不符或字节被改动。',
    ],
    hint: ['Check the key id and that the bytes are complete.', '请检查密钥编号，并确认字节完整。'],
  },
  SCRIM_FF1_DOMAIN: {
    exit: 2,
    title: ['Domain too small or too large', '取值域过小或过大'],
    message: ['Format-preserving encryption refuses this domain: {problem}.', '保留格式加密拒绝该取值域：{problem}。'],
    hint: [
      'Encrypt more characters, or use a token. NIST SP 800-38G Rev. 1 asks for at least 1,000,000 values.',
      '请加密更多字符，或改用令牌。NIST SP 800-38G Rev. 1 要求至少 1,000,000 个取值。',
    ],
  },

  // --- audit ------------------------------------------------------------------------------------------------------
  SCRIM_LEDGER_FORMAT: {
    exit: 2,
    title: ['Not a ledger', '不是台账文件'],
    message: ['{path} is not a scrim.ledger/1 file: {problem}.', '{path} 不是 scrim.ledger/1 文件：{problem}。'],
    hint: ['Check the path.', '请检查路径。'],
  },
  SCRIM_LEDGER_BROKEN: {
    exit: 4,
    title: ['Ledger was changed', '台账被改动'],
    message: [
      'The ledger {path} does not verify from record {record} on: {problem}.',
      '台账 {path} 自第 {record} 条记录起验证失败：{problem}。',
    ],
    hint: [
      'Something edited, removed or reordered records. Keep the file as evidence and restore a copy whose head is anchored elsewhere.',
      '有记录被修改、删除或重排。请保留该文件作为证据，并恢复一份其链头另有锚定的副本。',
    ],
  },
  SCRIM_LEDGER_TRUNCATED: {
    exit: 4,
    title: ['Ledger was cut', '台账被截断'],
    message: [
      'The ledger {path} ends at record {found}, but record {expected} was acknowledged.',
      '台账 {path} 止于第 {found} 条记录，但第 {expected} 条已被确认。',
    ],
    hint: ['Acknowledged records are gone. Restore the file from a copy.', '已确认的记录丢失。请从副本恢复文件。'],
  },
  SCRIM_LEDGER_TORN: {
    exit: 4,
    title: ['Ledger ends in a torn record', '台账末尾有残缺记录'],
    message: [
      'The ledger {path} ends in {bytes} bytes that are not a whole record: a writer died in the middle of a write.',
      '台账 {path} 末尾有 {bytes} 字节不构成完整记录：写入者在写入中途中断。',
    ],
    hint: [
      'Recover it: the torn bytes are removed and a recovery record says so.',
      '请执行恢复：残缺字节将被移除，并写入一条恢复记录。',
    ],
  },
  SCRIM_LEDGER_HEAD_MOVED: {
    exit: 1,
    title: ['Ledger moved on', '台账链头已变化'],
    message: [
      'The ledger {path} stands at record {found}, not at {expected}: somebody else appended. Nothing was written.',
      '台账 {path} 位于第 {found} 条记录，而非第 {expected} 条：其他写入者已追加。未写入任何内容。',
    ],
    hint: [
      'Read the new records, decide again, and append to the new head.',
      '请读取新记录，重新判断后再向新的链头追加。',
    ],
  },
  SCRIM_LEDGER_ENTRY: {
    exit: 2,
    title: ['Entry not acceptable', '台账条目不可接受'],
    message: [
      'A ledger entry of type {type} is not acceptable: {problem}.',
      '类型为 {type} 的台账条目不可接受：{problem}。',
    ],
    hint: [
      'Entries hold names, counts, digests and ids; never data values or keys.',
      '条目只包含名称、计数、摘要与编号，绝不包含数据值或密钥。',
    ],
  },
  SCRIM_LEDGER_WRITE: {
    exit: 1,
    title: ['Ledger cannot be written', '台账无法写入'],
    message: [
      'The ledger {path} cannot be written ({reason}). The entry was not acknowledged.',
      '台账 {path} 无法写入（{reason}）。该条目未被确认。',
    ],
    hint: [
      'Free disk space or check permissions, open the ledger again, and append again.',
      '请释放磁盘空间或检查权限，重新打开台账后再追加。',
    ],
  },

  SCRIM_PROOF_INVALID: {
    exit: 4,
    title: ['Proof does not hold', '证明不成立'],
    message: ['The proof does not hold: {problem}.', '证明不成立：{problem}。'],
    hint: [
      'Ask for a proof against the checkpoint that you hold. A ledger that does not continue an anchored checkpoint was rewritten.',
      '请以所持检查点重新索取证明。账本若不延续已锚定的检查点，即已被改写。',
    ],
  },
  SCRIM_LEDGER_RETENTION: {
    exit: 2,
    title: ['Nothing may be pruned', '没有可清理的记录'],
    message: [
      'No record of ledger {path} may be pruned: records are kept for {months} months after their authorisation ended.',
      '账本 {path} 中没有可清理的记录：记录须在授权终止后至少保存 {months} 个月。',
    ],
    hint: [
      'scrim ledger retention shows until when each scope is kept.',
      '可用 scrim ledger retention 查看各范围的保存期限。',
    ],
  },
  SCRIM_SCENARIO_CLOSED: {
    exit: 4,
    title: ['Authorisation not open', '授权未处于开放状态'],
    message: [
      '{operation} is refused: the ledger says that scenario {scenario} is {state}.',
      '拒绝执行 {operation}：账本记载场景 {scenario} 的状态为 {state}。',
    ],
    hint: [
      'A suspended authorisation is opened again by scrim ledger state; withdrawn and ended are final.',
      '暂停的授权可由 scrim ledger state 恢复开放；撤销与终止不可恢复。',
    ],
  },
  SCRIM_SCENARIO_STATE: {
    exit: 2,
    title: ['State cannot follow', '状态变更无效'],
    message: ['Scenario {scenario} cannot go from {from} to {to}.', '场景 {scenario} 不能由 {from} 变为 {to}。'],
    hint: [
      'none -> open, withdrawn, ended; open -> suspended, withdrawn, ended; suspended -> open, withdrawn, ended. Withdrawn and ended are final.',
      'none → open、withdrawn、ended；open → suspended、withdrawn、ended；suspended → open、withdrawn、ended。withdrawn 与 ended 为终态。',
    ],
  },
  // --- identifiers, risk, noise -----------------------------------------------------------------------------------
  SCRIM_RISK_OPTION: {
    exit: 2,
    title: ['Unusable risk setting', '风险设置无效'],
    message: ['Setting {option} is unusable: {problem}.', '设置 {option} 无效：{problem}。'],
    hint: ['See docs/risk.md for the range of every setting.', '各设置的取值范围见 docs/risk.md。'],
  },

  // --- masking ----------------------------------------------------------------------------------------------------
  SCRIM_MASK_NEEDS_FIT: {
    exit: 2,
    title: ['Masker needs the whole column', '该脱敏方法需要整列数据'],
    message: [
      'Rule {rule} of column {column} must see the whole column first and cannot mask a stream.',
      '列 {column} 的规则 {rule} 需要先看到整列，无法用于流式脱敏。',
    ],
    hint: [
      'Run it on a table in memory (scrim protect), or choose a rule that works value by value.',
      '请对内存中的表运行（scrim protect），或改用逐值处理的规则。',
    ],
  },
  SCRIM_MASK_NEEDS_KEY: {
    exit: 2,
    title: ['Masker needs a key', '该脱敏方法需要密钥'],
    message: [
      'Rule {rule} of column {column} needs a key and none was given.',
      '列 {column} 的规则 {rule} 需要密钥，但未提供。',
    ],
    hint: [
      'Give a key ring (scrim keys new; --keys FILE). There is no default key and no unkeyed hash.',
      '请提供密钥环（scrim keys new；--keys FILE）。没有默认密钥，也不提供无密钥散列。',
    ],
  },
  SCRIM_MASK_SMALL_DOMAIN: {
    exit: 2,
    title: ['Domain too small to encrypt', '取值空间过小，不能加密'],
    message: [
      '{name}: {size} possible values are fewer than 1000000; a permutation of so few values can be enumerated.',
      '{name}：可能取值仅 {size} 个，少于 1000000；如此小的置换可被穷举。',
    ],
    hint: [
      'Encrypt more characters, or use a keyed token (NIST SP 800-38G Rev. 1 demands a million values).',
      '请加密更多字符，或改用带密钥的令牌（NIST SP 800-38G Rev. 1 要求至少一百万个取值）。',
    ],
  },
  SCRIM_MASK_NOT_REVERSIBLE: {
    exit: 2,
    title: ['Masker cannot be reversed', '该脱敏方法不可还原'],
    message: ['Rule {rule} cannot be reversed.', '规则 {rule} 不可还原。'],
    hint: [
      'Only random-token, encrypt, ff1, surrogate and date-shift can be, with their key or vault and an authorisation.',
      '只有 random-token、encrypt、ff1、surrogate 和 date-shift 可在持有密钥（或令牌库）并获授权时还原。',
    ],
  },
  SCRIM_MASK_UNAUTHORISED: {
    exit: 4,
    title: ['No authorisation to restore values', '未获授权还原数据'],
    message: ['Values of column {column} may not be restored: {problem}.', '不得还原列 {column} 的值：{problem}。'],
    hint: [
      'Restoring needs an authorisation that names this column and purpose and has not expired, and a ledger to record it.',
      '还原需要写明该列与用途且未过期的授权，并需账本留痕。',
    ],
  },
  SCRIM_AUTHORISATION_INVALID: {
    exit: 2,
    title: ['Authorisation file cannot be used', '授权文件无法使用'],
    message: ['In {file}: {problem}.', '{file}：{problem}。'],
    hint: [
      'An authorisation names tenant, environment, scenario, operator, purpose, reference, key, columns and expires (YYYY-MM-DD).',
      '授权须写明 tenant、environment、scenario、operator、purpose、reference、key、columns 与 expires（YYYY-MM-DD）。',
    ],
  },
  SCRIM_MASK_CSV: {
    exit: 2,
    title: ['CSV stream cannot be masked', '无法对 CSV 流脱敏'],
    message: ['Near row {row}: {problem}.', '第 {row} 行附近：{problem}。'],
    hint: [
      'Streaming copies nothing that it cannot parse with certainty. Repair the file, or read it as a table first.',
      '流式处理不会复制无法确切解析的内容。请修复文件，或先作为表读取。',
    ],
  },

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
  SCRIM_HIERARCHY_CYCLIC: {
    exit: 2,
    title: ['Cyclic hierarchy', '层次结构成环'],
    message: [
      'Hierarchy {hierarchy}: line {row} comes back at level {level} to a label that it had left below.',
      '层次结构 {hierarchy}：第 {row} 行在第 {level} 层回到其下层已离开的标签。',
    ],
    hint: [
      'A label must stand for one set of values on the way up. Rename the label of the higher level.',
      '自下而上每个标签只能代表一组取值。请为较高层的标签改名。',
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
  SCRIM_ANONYMITY_NOT_FOUND: {
    exit: 2,
    title: ['No solution found in time', '限时内未找到方案'],
    message: [
      'None of the {nodes} nodes that were checked satisfies the criteria; the lattice has {lattice}, so none is proven impossible.',
      '已检查的 {nodes} 个节点均不满足准则；泛化格共有 {lattice} 个节点，尚不能断定无解。',
    ],
    hint: [
      'Give more time, raise the suppression limit, relax a criterion, limit levels, or use local recoding.',
      '请增加时间、提高抑制上限、放宽准则、限制层级，或使用局部重编码。',
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
  SCRIM_SAMPLE_SIZE: {
    exit: 2,
    title: ['Impossible sample size', '样本量不可行'],
    message: [
      'A sample of {size} cannot be drawn from {population} {what}.',
      '无法从 {population}（{what}）中抽取 {size} 个。',
    ],
    hint: [
      'Ask for fewer, or draw from a larger table; a stratified sample needs rows in every stratum that it takes from.',
      '请减少样本量或扩大总体；分层抽样要求所抽取的每一层都有足够的行。',
    ],
  },
  SCRIM_SAMPLE_CHANGED: {
    exit: 2,
    title: ['Data changed between two readings', '两次读取之间数据发生变化'],
    message: [
      'The data changed while a sample of it was drawn; nothing was written.',
      '抽样过程中数据发生变化，未写出任何内容。',
    ],
    hint: ['Sample a file that nothing writes to.', '请对未被写入的文件抽样。'],
  },
  SCRIM_SAMPLE_SEEDED: {
    exit: 2,
    title: ['Seeded randomness not allowed', '不允许使用种子随机数'],
    message: ['The sample was to be drawn with seeded randomness.', '抽样使用了带种子的随机数。'],
    hint: [
      "Use SecureRandom, or name unsafe: ['seeded-randomness']; ledgers and the export gate refuse such a result.",
      "请使用 SecureRandom，或显式声明 unsafe: ['seeded-randomness']；台账与出域闸门将拒绝此类结果。",
    ],
  },
  SCRIM_SAMPLE_WEIGHTS: {
    exit: 2,
    title: ['Unusable sizes or weights', '规模或权数不可用'],
    message: [
      '{count} rows have a size that is negative, missing or not finite.',
      '{count} 行的规模为负、缺失或非有限值。',
    ],
    hint: [
      'Remove or repair these rows first; zero is allowed and is never drawn.',
      '请先删除或修正这些行；允许为零，零规模永不抽中。',
    ],
  },
  SCRIM_DP_BUDGET_EXISTS: {
    exit: 2,
    title: ['Budget already set', '预算已设定'],
    message: ['The population {population} has a budget already.', '源人群 {population} 已设定预算。'],
    hint: [
      'A budget is set once and cannot be raised; see scrim dp budget show.',
      '预算只能设定一次，不能提高；请查看 scrim dp budget show。',
    ],
  },
  SCRIM_DP_BUDGET_MISSING: {
    exit: 2,
    title: ['No budget', '没有预算'],
    message: [
      'No budget is set for the population {population}, scope {scope} (* is the population as a whole).',
      '源人群 {population} 在范围 {scope} 内没有预算（* 表示整个人群）。',
    ],
    hint: [
      'Set it with scrim dp budget open: first for the population as a whole, then for the scope (--tenant, --environment, --scenario).',
      '请用 scrim dp budget open 设定：先为整个人群，再为该范围（--tenant、--environment、--scenario）。',
    ],
  },
  SCRIM_DP_BUDGET_CLOSED: {
    exit: 4,
    title: ['Budget not open', '预算不可用'],
    message: ['The budget of the population {population} is {state}.', '源人群 {population} 的预算状态为 {state}。'],
    hint: ['What is closed or expired is forfeited and never refilled.', '已关闭或到期的预算作废，不会补充。'],
  },
  SCRIM_DP_BUDGET_EXCEEDED: {
    exit: 4,
    title: ['Budget exceeded', '超出预算'],
    message: [
      'This release would exceed the budget of the population {population}. Nothing was spent.',
      '本次发布将超出源人群 {population} 的预算。未产生花费。',
    ],
    hint: [
      'Ask for less: fewer queries or a smaller epsilon; scrim dp budget show tells what is left.',
      '请减少查询或降低 epsilon；scrim dp budget show 可查看余额。',
    ],
  },
  SCRIM_DP_RELEASE_CONFLICT: {
    exit: 2,
    title: ['Release id taken', '发布编号已占用'],
    message: ['Release {id} was reserved for another plan or other data.', '发布编号 {id} 已用于另一计划或另一数据。'],
    hint: ['Choose a new id; an id binds one plan to one data set.', '请另选编号；一个编号只绑定一个计划与一份数据。'],
  },
  SCRIM_DP_RELEASE_LOST: {
    exit: 1,
    title: ['Reserved without a stored answer', '已预留但无存档答案'],
    message: [
      'Release {id} was reserved, but its answer is missing or was changed.',
      '发布 {id} 已预留，但其答案缺失或被改动。',
    ],
    hint: [
      'The price is spent: answering again would spend it twice. Restore the answer file, or release under a new id.',
      '该花费已发生，重新作答将重复花费。请恢复答案文件，或使用新编号发布。',
    ],
  },
  SCRIM_DP_SEEDED: {
    exit: 2,
    title: ['Seeded noise refused', '拒绝带种子的噪声'],
    message: ['A release was to be drawn with seeded randomness.', '发布使用了带种子的随机数。'],
    hint: [
      "Leave out the random option: a budget takes the operating system's generator only.",
      '请去掉 random 选项：预算只接受操作系统的随机数发生器。',
    ],
  },
  SCRIM_DP_PLAN: {
    exit: 2,
    title: ['Unusable release plan', '发布计划无效'],
    message: ['The release plan cannot be priced: {field}: {problem}.', '发布计划无法定价：{field}：{problem}。'],
    hint: [
      'State epsilon, delta, the privacy unit, contribution limits, bounds and keys; nothing has a default.',
      '请写明 epsilon、delta、隐私单位、贡献上限、取值界与分组键；没有任何默认值。',
    ],
  },
  SCRIM_DP_SPEC: {
    exit: 2,
    title: ['Unusable specification', '规格文件无效'],
    message: ['{place}: {path}: {problem}.', '{place}：{path}：{problem}。'],
    hint: [
      'Correct the file at this place; docs/dp.md shows complete specifications.',
      '请在所示位置修改；docs/dp.md 中有完整示例。',
    ],
  },
  SCRIM_DP_UNREACHABLE: {
    exit: 2,
    title: ['No epsilon at this delta', '该 delta 下没有 epsilon'],
    message: [
      'No finite epsilon holds at the given delta: the mechanisms need more delta than that.',
      '在给定的 delta 下不存在有限的 epsilon：所列机制需要更大的 delta。',
    ],
    hint: [
      'Raise delta above 1 - product (1 - delta of each run), or give epsilon to learn delta.',
      '请将 delta 提高到 1 - ∏(1 - 各次 delta) 以上，或给出 epsilon 以求 delta。',
    ],
  },
  SCRIM_DP_NO_PURE_PRICE: {
    exit: 2,
    title: ['Mechanism without a pure price', '机制没有纯差分隐私代价'],
    message: [
      'A {kind} mechanism has no finite epsilon at delta 0.',
      '{kind} 机制在 delta 为 0 时没有有限的 epsilon。',
    ],
    hint: [
      'Choose the accountant zcdp, rdp or pld with a delta above 0, or state the price as an approximate mechanism.',
      '请选用 zcdp、rdp 或 pld 核算器并给出大于 0 的 delta，或以 approximate 机制说明其代价。',
    ],
  },

  SCRIM_PSI_DISAGREE: {
    exit: 1,
    title: ['The two sides do not agree', '双方参数不一致'],
    message: ['The two sides differ in {field}; the run was aborted.', '双方的 {field} 不一致，运行已中止。'],
    hint: [
      'Settle every agreed field (protocol, suite, mode, who learns, normalisation, limits, approval) and start again.',
      '请先约定全部字段（协议、套件、模式、得知方、规范化、上下限、审批号）后重新开始。',
    ],
  },
  SCRIM_PSI_FRAME: {
    exit: 1,
    title: ['Unusable protocol frame', '协议帧无效'],
    message: ['Frame {sequence} is unusable: {problem}.', '第 {sequence} 帧无效：{problem}。'],
    hint: [
      'Frames were cut, changed, repeated or mixed on the way. Nothing was learnt from them; start a new session.',
      '帧在传输中被截断、改动、重复或混入。未采用其内容；请开启新会话。',
    ],
  },
  SCRIM_PSI_POINT: {
    exit: 1,
    title: ['Unusable curve point', '曲线点无效'],
    message: [
      'Point {position} from the other side is unusable: {problem}.',
      '对方第 {position} 个点无效：{problem}。',
    ],
    hint: [
      'An honest peer never sends such a point. End the cooperation or have the other side checked.',
      '诚实的对方不会发送这样的点。请停止合作或核查对方。',
    ],
  },
  SCRIM_PSI_SIZE: {
    exit: 1,
    title: ['Sizes do not fit what was announced', '规模与声明不符'],
    message: ['{what}: expected {expected}, got {actual}.', '{what}：应为 {expected}，实为 {actual}。'],
    hint: [
      'The other side sends more or less than it announced. Start a new session; do not raise limits for it.',
      '对方发送的数量与其声明不符。请开启新会话，不要为此放宽限制。',
    ],
  },
  SCRIM_PSI_TRANSCRIPT: {
    exit: 1,
    title: ['Transcripts differ', '会话记录不一致'],
    message: [
      'The two sides saw different frames or counts ({what}); the result is void.',
      '双方看到的帧或计数不同（{what}），结果作废。',
    ],
    hint: [
      'Something stood between the two sides. Check the transport and start again.',
      '双方之间存在干扰。请检查传输后重新开始。',
    ],
  },
  SCRIM_PSI_SESSION_USED: {
    exit: 1,
    title: ['Session was used before', '会话已被使用'],
    message: ['Session {session} was used before.', '会话 {session} 已被使用。'],
    hint: [
      'Sessions are single-use: keys and blinds are never used twice. Start a new one.',
      '会话仅限一次：密钥与盲化因子绝不复用。请开启新会话。',
    ],
  },
  SCRIM_PSI_UNSUPPORTED: {
    exit: 2,
    title: ['Not offered by this protocol', '该协议不提供'],
    message: ['Protocol {protocol} does not offer {what}: {reason}.', '协议 {protocol} 不提供 {what}：{reason}。'],
    hint: [
      'See the table of protocols and modes in docs/psi.md and choose another.',
      '请参阅 docs/psi.md 中的协议与模式表另行选择。',
    ],
  },
  SCRIM_PSI_DUPLICATES: {
    exit: 2,
    title: ['Keys occur more than once', '键值重复'],
    message: ['{rows} rows of {side} repeat a key of another row.', '{side} 有 {rows} 行与其他行键值相同。'],
    hint: [
      'Remove the duplicates, or agree on duplicates: dedupe; with payload the giving side must have one row per key.',
      '请删除重复行，或约定 duplicates: dedupe；传递载荷时提供方每个键只能有一行。',
    ],
  },
  SCRIM_PSI_PEER_ABORTED: {
    exit: 1,
    title: ['The other side aborted', '对方已中止'],
    message: ['The other side aborted with {peerCode}.', '对方以 {peerCode} 中止。'],
    hint: [
      'Look that code up in docs/errors.md; the other side has the details.',
      '请在 docs/errors.md 中查阅该代码，详情在对方处。',
    ],
  },
  SCRIM_PSI_OVERFLOW: {
    exit: 1,
    title: ['An unlucky session', '会话哈希不利'],
    message: [
      '{what} overflowed; no item was dropped, the run was aborted.',
      '{what} 溢出；未丢弃任何元素，运行已中止。',
    ],
    hint: [
      'This happens about once in 2^40 sessions with honest hashing. Start a new session.',
      '正常情况下约 2^40 个会话才发生一次。请开启新会话。',
    ],
  },
  SCRIM_PSI_TRANSPORT: {
    exit: 1,
    title: ['The connection failed', '连接失败'],
    message: ['The transport failed: {problem}.', '传输失败：{problem}。'],
    hint: [
      'Check address, certificates and the other side; a run with --resume continues from its last checkpoint.',
      '请检查地址、证书与对方状态；使用 --resume 的运行将从最近检查点继续。',
    ],
  },
  SCRIM_PSI_CHECKPOINT: {
    exit: 2,
    title: ['Checkpoint does not fit', '检查点不匹配'],
    message: ['The checkpoint cannot be used: {problem}.', '检查点无法使用：{problem}。'],
    hint: [
      'Resume with the same data, options and key on both sides, or start again.',
      '请双方以相同数据、选项与密钥恢复，或重新开始。',
    ],
  },
  SCRIM_PSI_PUBLICATION: {
    exit: 1,
    title: ['Publication cannot be used', '发布表无法使用'],
    message: ['The publication cannot be used: {problem}.', '发布表无法使用：{problem}。'],
    hint: [
      'Get the current table from its publisher; the publisher renews it with psi publish, under a new key.',
      '请向发布方索取最新的发布表；发布方以 psi publish 在新密钥下重新发布。',
    ],
  },

  // --- reversibility ----------------------------------------------------------------------------------------------
  SCRIM_REVIEW_FORMAT: {
    exit: 3,
    title: ['Product is no table', '产品不是数据表'],
    message: [
      '{name} is of format {format}: it is no table, and was at most opened like a cell.',
      '{name} 的格式为 {format}：不是数据表，最多只能按单元格内容打开检查。',
    ],
    hint: [
      'Unpack archives and name every file with --product; hand in the tables inside a report, or the stored parameters of a model, as CSV, NDJSON or Parquet beside it. What stays unread is for a person to judge.',
      '压缩包请先解包，并以 --product 逐一列出文件；报告中的表格或模型存储的参数请另以 CSV、NDJSON 或 Parquet 提交。未读取的部分由人工判定。',
    ],
  },
  SCRIM_GATE_REFUSED: {
    exit: 4,
    title: ['The gate is closed', '出域闸门拒绝放行'],
    message: ['The product may not leave: {ground}.', '产品不得出域：{ground}。'],
    hint: [
      'Have exactly these bytes reviewed; only a release verdict that was not halted or withdrawn opens the gate.',
      '请对完全相同的字节进行审查；只有未被停止或撤回的放行结论才能通过闸门。',
    ],
  },

  // --- policy, report, cli ----------------------------------------------------------------------------------------
  SCRIM_POLICY_INVALID: {
    exit: 2,
    title: ['Policy cannot be used', '策略无法使用'],
    message: ['{file} has {count} problem(s):{list}', '{file} 有 {count} 处问题：{list}'],
    hint: [
      'Correct them all; schemas/policy.schema.json gives completion and checks in an editor. See docs/policy.md.',
      '请逐一改正；schemas/policy.schema.json 可在编辑器中提供补全与校验。见 docs/policy.md。',
    ],
  },
  SCRIM_POLICY_CONDITIONS: {
    exit: 1,
    title: ['Parser of conditions not loaded', '条件解析器未加载'],
    message: [
      'The policy has conditions, and their parser is not loaded in this browser.',
      '策略含有条件，而此浏览器尚未加载条件解析器。',
    ],
    hint: [
      'Await loadConditions() of scrim/policy before reading the policy.',
      '读取策略前请先 await scrim/policy 的 loadConditions()。',
    ],
  },
  SCRIM_RETIRE: {
    exit: 2,
    title: ['Authorisation cannot be retired', '无法完成授权终止处置'],
    message: ['Scenario {scenario} cannot be retired: {problem}.', '场景 {scenario} 无法完成终止处置：{problem}。'],
    hint: [
      'Nothing was destroyed by this step; what was done before it stands in the ledger. Correct it and run the command again: it goes on where it stopped.',
      '此步骤未销毁任何内容；此前已完成的步骤见账本。更正后重新运行，命令将从中断处继续。',
    ],
  },
  SCRIM_RETIRE_UNKNOWN: {
    exit: 2,
    title: ['Unknown authorisation', '未知授权'],
    message: [
      'Neither the ledger nor a key ring knows tenant {tenant}, environment {environment}, scenario {scenario}: nothing was ended.',
      '账本与密钥环均无租户 {tenant}、环境 {environment}、场景 {scenario} 的记录：未终止任何授权。',
    ],
    hint: [
      'Check the three names (`scrim ledger show` and `scrim keys show` list them), and give the ledger of this authorisation.',
      '请核对这三个名称（`scrim ledger show` 与 `scrim keys show` 可列出），并指定该授权所用的账本。',
    ],
  },
  SCRIM_EXTRACT_SAMPLING: {
    exit: 2,
    title: ['Extract without sampling', '训练抽取缺少抽样'],
    message: [
      'A training extract needs a sample, and the policy has none.',
      '训练样本抽取须先抽样，而策略未写明抽样设计。',
    ],
    hint: [
      'Add sampling to the policy: design, rate or size, and holdout.',
      '请在策略中加入 sampling：design、rate 或 size，以及 holdout。',
    ],
  },
  SCRIM_EXTRACT_HOLDOUT: {
    exit: 2,
    title: ['No room for a hold-out', '无法留出验证集'],
    message: [
      'The sample has {units} persons or rows; {train} would train and {holdout} validate.',
      '样本共 {units} 个人（行）：{train} 用于训练，{holdout} 用于验证。',
    ],
    hint: [
      'Both parts need at least one, and each must meet the models by itself: draw more, or change sampling.holdout.',
      '两部分均不得为空，且须各自满足模型要求：请增大样本量或调整 sampling.holdout。',
    ],
  },
  SCRIM_POLICY_PROHIBITED: {
    exit: 4,
    title: ['Prohibited data', '禁止开放的数据'],
    message: [
      'Column {column} is prohibited by its owner. Nothing was read further and nothing was written.',
      '列 {column} 被数据主体单位列为禁止开放。已停止，未写出任何内容。',
    ],
    hint: [
      'Prohibited data is never authorised. Take the column out of the source, or have the owner examine its attribute.',
      '禁止类数据不得授权运营。请从数据源中移除该列，或请数据提供单位复核其开放属性。',
    ],
  },
  SCRIM_POLICY_LIMIT: {
    exit: 4,
    title: ['A limit of the policy is not met', '未满足策略规定的限值'],
    message: [
      '{what}: {found}, but the policy allows {limit}. Nothing was written.',
      '{what}：实际 {found}，策略限值 {limit}。未写出任何内容。',
    ],
    hint: [
      'Generalise further, drop a column, or have the limit changed by those who approved it.',
      '请进一步泛化、删除列，或由批准人调整限值。',
    ],
  },
  SCRIM_POLICY_RECOUNT: {
    exit: 1,
    title: ['Independent recount failed', '独立复核未通过'],
    message: [
      'The recount of {model} found a class of {found} where {limit} is demanded. Nothing was written.',
      '对 {model} 的复核发现有等价类为 {found}，要求为 {limit}。未写出任何内容。',
    ],
    hint: [
      'This is a defect of Scrim. Please report the policy without data.',
      '这是 Scrim 的缺陷。请反馈策略（不要附带数据）。',
    ],
  },
  SCRIM_POLICY_UNSUPPORTED: {
    exit: 2,
    title: ['Part of the policy is not carried out here', '此操作不执行策略的该部分'],
    message: ['{part} is not carried out by {operation}.', '{operation} 不执行 {part}。'],
    hint: [
      'Take it out of this policy, or run the command that carries it out.',
      '请从本策略中移除，或运行执行该部分的命令。',
    ],
  },
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
    hint: ['See {command} --help.', '请查看 {command} --help。'],
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
  SCRIM_CLI_GRID_OTHER: {
    exit: 2,
    title: ['Results of another run', '结果属于另一次运行'],
    message: [
      'The finished steps in {path} belong to another configuration, data file or version.',
      '{path} 中已完成的步骤属于另一配置、数据文件或版本。',
    ],
    hint: ['Choose another folder with --output, or delete that file.', '请用 --output 另选目录，或删除该文件。'],
  },
  SCRIM_CLI_INPUT: {
    exit: 2,
    title: ['File does not hold what the command needs', '文件内容不符合命令要求'],
    message: ['{path} is not {expected} ({reason}).', '{path} 不是 {expected}（{reason}）。'],
    hint: [
      'Correct the file at the named place, or pass the file that the command wrote, unchanged.',
      '请按所示位置修正该文件，或传入由相应命令写出且未经改动的文件。',
    ],
  },
} as const;

/** Stable codes of all errors. */
export type ErrorCode = keyof typeof entries;

/** The catalogue: code to entry. */
export const errorCatalogue: Readonly<Record<ErrorCode, ErrorEntry>> = entries;
