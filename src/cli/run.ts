/**
 * One run of the command line: arguments and surroundings in, exit code out. Never throws, never ends the process.
 * @module
 */
import { CommanderError } from 'commander';
import { type ExitCode, ScrimError, version } from '../core/index.js';
import { type Run, ScrimCommand } from './command-line.js';
import { commands } from './commands/index.js';
import { errorJson, errorText, toScrimError } from './failure.js';
import type { Io } from './io.js';
import { early, languageFor, languageOf } from './language.js';

function program(run: Run): ScrimCommand {
  const root = new ScrimCommand('scrim', run).about([
    'Data usable, not visible: protect tables, review what wants to leave, and keep the record.',
    '数据可用不可见：对数据表脱敏与匿名化，审核出域产品，并留存记录。',
  ]);
  const words = (en: string, zh: string): string => (run.language === 'zh-CN' ? zh : en);
  root.version(version, '-V, --version', words('show the version', '显示版本'));
  root.flag('--lang <language>', ['zh-CN or en; default from LANG', 'zh-CN 或 en；默认取自 LANG']);
  root.enablePositionalOptions();
  for (const add of commands) add(root);
  root.addHelpText(
    'after',
    words(
      '\nEvery command: --json FILE (- is standard output), --lang, --quiet, --progress; --html FILE where a person reads.\n' +
        'Exit codes: 0 done, released or valid; 1 failure inside; 2 bad usage or input; 3 needs review; 4 blocked or invalid.',
      '\n各命令通用：--json 文件（- 为标准输出）、--lang、--quiet、--progress；供人阅读的命令另有 --html 文件。\n' +
        '退出码：0 完成、放行或有效；1 内部失败；2 用法或输入有误；3 需人工审核；4 阻断或无效。',
    ),
  );
  return root;
}

/**
 * Runs one command line.
 *
 * @param argv - words after `scrim`
 * @returns exit code: 0 done, 1 failure inside, 2 bad usage or input, 3 needs review, 4 blocked or invalid
 */
export async function run(argv: readonly string[], io: Io): Promise<ExitCode> {
  const language = languageFor(argv, io.env);
  const state: Run = { io, language, exit: 0 };
  try {
    const asked = early('--lang', argv);
    if (asked !== undefined && languageOf(asked) === undefined) {
      throw new ScrimError('SCRIM_CLI_VALUE', { option: '--lang', expected: 'zh-CN | en' });
    }
    const root = program(state);
    if (argv.length === 0) {
      root.outputHelp({ error: true });
      return 2;
    }
    // `scrim help review` is what people type who do not know `scrim review --help` yet.
    const words = argv[0] === 'help' ? [...argv.slice(1), '--help'] : [...argv];
    await root.parseAsync(words, { from: 'user' });
    return state.exit;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const failure = toScrimError(error, argv[0] ?? 'scrim');
    const asJson = early('--progress', argv) === 'json';
    io.err(asJson ? errorJson(failure, language) : errorText(failure, language));
    return failure.exitCode;
  }
}
