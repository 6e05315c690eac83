/**
 * Commander with bilingual help and coded errors: every command of Scrim is declared through this class.
 * @module
 */
import { Command, Help, Option, type ParseOptionsResult } from 'commander';
import {
  type Bilingual,
  displayWidth,
  type ErrorParameters,
  type ExitCode,
  type Language,
  ScrimError,
} from '../core/index.js';
import type { Io } from './io.js';
import { type CommonOptions, Session } from './session.js';
import { nearest, wrap } from './terminal.js';

const TITLES: Readonly<Record<string, string>> = {
  'Usage:': '用法：',
  'Arguments:': '参数：',
  'Options:': '选项：',
  'Commands:': '命令：',
};

/** Help that measures Chinese characters as two columns and speaks the language of the run. */
class BilingualHelp extends Help {
  readonly #chinese: boolean;

  constructor(chinese: boolean) {
    super();
    this.#chinese = chinese;
  }
  override displayWidth(text: string): number {
    return displayWidth(text);
  }
  override boxWrap(text: string, width: number): string {
    return width < this.minWidthToWrap ? text : wrap(text, width);
  }
  override styleTitle(title: string): string {
    return this.#chinese ? (TITLES[title] ?? title) : title;
  }
  override subcommandTerm(command: Command): string {
    return `${command.name()} ${command.registeredArguments.map((one) => this.argumentTerm2(one)).join(' ')}`.trimEnd();
  }
  private argumentTerm2(argument: { name(): string; required: boolean; variadic: boolean }): string {
    const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
    return argument.required ? `<${name}>` : `[${name}]`;
  }
  override commandUsage(command: Command): string {
    const usage = super.commandUsage(command);
    return this.#chinese ? usage.replace('[options]', '[选项]').replace('[command]', '[命令]') : usage;
  }
}

/** What belongs to one run and not to one command. */
export interface Run {
  readonly io: Io;
  readonly language: Language;
  /** Exit code of the command that ran; the entry point returns it. */
  exit: ExitCode;
}

/** What a command does: reads its options, works, says something, returns its exit code. */
export type Action<Options> = (session: Session, options: Options, ...operands: string[]) => Promise<ExitCode>;

/** Checks and converts the value of an option; `previous` is what an earlier occurrence gave. */
export type Parse<Value> = (value: string, previous: Value | undefined) => Value;

/** A command whose words exist in both languages. */
export class ScrimCommand extends Command {
  readonly #run: Run;
  /** First word that looks like an option and is none. */
  #unknown: string | undefined;

  constructor(name: string, run: Run) {
    super(name);
    this.#run = run;
    this.exitOverride();
    this.allowExcessArguments(false);
    this.helpOption('-h, --help', this.#words(['show this help', '显示本帮助']));
    this.helpCommand(false);
    this.configureOutput({
      writeOut: run.io.out,
      writeErr: run.io.err,
      outputError: () => undefined,
      getOutHelpWidth: () => Math.min(100, run.io.columns),
      getErrHelpWidth: () => Math.min(100, run.io.columns),
    });
  }

  #words(text: Bilingual): string {
    return text[this.#run.language === 'zh-CN' ? 1 : 0];
  }

  override createHelp(): Help {
    return new BilingualHelp(this.#run.language === 'zh-CN');
  }

  /** Adds and returns a sub-command. */
  sub(name: string, about: Bilingual): ScrimCommand {
    const command = new ScrimCommand(name, this.#run).about(about);
    this.addCommand(command);
    return command;
  }

  /** What the command does, one line. */
  about(text: Bilingual): this {
    return this.description(this.#words(text));
  }

  /** A positional argument, `<name>` or `[name]`. */
  operand(name: string, text: Bilingual): this {
    return this.argument(name, this.#words(text));
  }

  /** An option; `parse` checks its value and may collect repeated ones. */
  flag<Value>(flags: string, text: Bilingual, parse?: Parse<Value>): this {
    return this.addOption(this.#option(flags, text, parse));
  }

  /** An option without which the command cannot run. */
  need<Value>(flags: string, text: Bilingual, parse?: Parse<Value>): this {
    return this.addOption(this.#option(flags, text, parse).makeOptionMandatory());
  }

  #option<Value>(flags: string, text: Bilingual, parse: Parse<Value> | undefined): Option {
    const option = new Option(flags, this.#words(text));
    if (!option.required && !option.optional) return option;
    return option.argParser<unknown>((value, previous) => {
      // `--qi --json out`: the value was forgotten, not meant to be the next option.
      if (value.startsWith('-') && this.options.some((one) => one.long === value || one.short === value)) {
        throw new ScrimError('SCRIM_CLI_MISSING', { command: this.path, what: flags });
      }
      return parse === undefined ? value : parse(value, previous as Value | undefined);
    });
  }

  override parseOptions(args: string[]): ParseOptionsResult {
    const result = super.parseOptions(args);
    this.#unknown = result.unknown.find((word) => word.startsWith('-') && word !== '-');
    return result;
  }

  /** Lines shown below the help. */
  examples(...lines: readonly string[]): this {
    const title = this.#words(['Examples:', '示例：']);
    return this.addHelpText('after', `\n${title}\n${lines.map((line) => `  ${line}`).join('\n')}`);
  }

  /** Options that every command has; `html` where a person reads the result. */
  common(html: boolean): this {
    this.flag('--json <file>', ['write the result as JSON; - is standard output', '以 JSON 写出结果；- 表示标准输出']);
    if (html)
      this.flag('--html <file>', ['write a report for reading, printing and filing', '写出可阅读、打印、归档的报告']);
    this.flag('--lang <language>', ['zh-CN or en; default from LANG', 'zh-CN 或 en；默认取自 LANG']);
    this.flag(
      '--progress <mode>',
      ['auto, json (one line an event, on stderr) or none', 'auto、json（stderr 上每事件一行）或 none'],
      oneOf('--progress', ['auto', 'json', 'none']),
    );
    return this.flag('-q, --quiet', ['say nothing but errors', '除错误外不输出文字']);
  }

  /** Sets what the command does. */
  does<Options>(action: Action<Options & CommonOptions>): this {
    return this.action(async (...parameters: unknown[]) => {
      const operands = parameters.slice(0, -2) as string[];
      const options = this.opts() as Options & CommonOptions;
      const session = new Session(this.#run.io, options, this.#run.language);
      try {
        this.#nameFiles(session, options as Record<string, unknown>, operands);
        await session.begin();
        this.#run.exit = await session.finish(await action(session, options, ...operands));
      } catch (error) {
        await session.abandon();
        throw error;
      }
    });
  }

  #nameFiles(session: Session, options: Record<string, unknown>, operands: readonly unknown[]): void {
    this.registeredArguments.forEach((operand, i) => {
      const file = operands[i];
      if (typeof file === 'string') session.outputs.names(`<${operand.name()}>`, file);
    });
    for (const option of this.options) {
      if (!option.flags.includes('<file>')) continue;
      const value = options[option.attributeName()];
      for (const file of Array.isArray(value) ? value : [value]) {
        if (typeof file === 'string' && file !== '-') session.outputs.names(option.long ?? option.flags, file);
      }
    }
  }

  /** Words that lead to this command: `scrim ledger verify`. */
  get path(): string {
    return this.parent instanceof ScrimCommand ? `${this.parent.path} ${this.name()}` : this.name();
  }

  #unknownOption(word: string): ScrimError {
    const option = word.split('=')[0] as string;
    const known = this.createHelp().visibleOptions(this);
    const long = known.flatMap((one) => (one.long === undefined ? [] : [one.long]));
    const suggestion = nearest(option, long) ?? '--help';
    return new ScrimError('SCRIM_CLI_UNKNOWN_OPTION', { command: this.path, option, suggestion });
  }

  /** Commander's own complaints, as coded errors. Its messages quote the names; nothing else is taken from them. */
  override error(message: string, details?: { code?: string; exitCode?: number }): never {
    const quoted = [...message.matchAll(/'([^']*)'/g)].map((match) => match[1] as string);
    const command = this.path;
    const parameters = (more: ErrorParameters): ErrorParameters => ({ command, ...more });
    switch (details?.code) {
      case 'commander.unknownOption':
        throw this.#unknownOption(quoted[0] ?? '');
      case 'commander.unknownCommand': {
        const word = quoted[0] ?? '';
        const close = nearest(
          word,
          this.commands.map((one) => one.name()),
        );
        const suggestion = close === undefined ? `${command} --help` : `${command} ${close}`;
        throw new ScrimError('SCRIM_CLI_UNKNOWN_COMMAND', { command: `${command} ${word}`, suggestion });
      }
      case 'commander.missingArgument':
        throw new ScrimError('SCRIM_CLI_MISSING', parameters({ what: `<${quoted[0] ?? ''}>` }));
      case 'commander.missingMandatoryOptionValue':
        // A misspelt option explains a missing one.
        if (this.#unknown !== undefined) throw this.#unknownOption(this.#unknown);
        throw new ScrimError('SCRIM_CLI_MISSING', parameters({ what: quoted[0] ?? '' }));
      case 'commander.optionMissingArgument':
        throw new ScrimError('SCRIM_CLI_MISSING', parameters({ what: quoted[0] ?? '' }));
      case 'commander.excessArguments': {
        const numbers = message.match(/\d+/g) ?? [];
        throw new ScrimError(
          'SCRIM_CLI_TOO_MANY',
          parameters({ expected: numbers.at(-2) ?? '0', given: numbers.at(-1) ?? '0' }),
        );
      }
      case 'commander.conflictingOption':
        throw new ScrimError('SCRIM_CLI_CONFLICT', { first: quoted[0] ?? '', second: quoted[1] ?? '' });
      default:
        throw new ScrimError('SCRIM_INTERNAL', { check: `command line (${details?.code ?? 'unknown'})` });
    }
  }
}

/** Parser of an option that takes one of a few words. @throws SCRIM_CLI_VALUE */
export function oneOf<Word extends string>(option: string, words: readonly Word[]): (value: string) => Word {
  return (value) => {
    if (!words.includes(value as Word))
      throw new ScrimError('SCRIM_CLI_VALUE', { option, expected: words.join(' | ') });
    return value as Word;
  };
}

/** Parser of an option that takes a number within bounds (integers only when asked). @throws SCRIM_CLI_VALUE */
export function numberIn(
  option: string,
  low: number,
  high: number,
  kind: 'integer' | 'number' = 'number',
): (value: string) => number {
  return (value) => {
    const number = value.trim() === '' ? Number.NaN : Number(value);
    if (!(number >= low && number <= high) || (kind === 'integer' && !Number.isInteger(number))) {
      const set = kind === 'integer' ? 'n ∈ ℤ, ' : '';
      const above = high < Number.MAX_SAFE_INTEGER ? ` ≤ ${high}` : '';
      throw new ScrimError('SCRIM_CLI_VALUE', { option, expected: `${set}${low} ≤ n${above}` });
    }
    return number;
  };
}

/** Collects the values of an option that may be repeated. */
export function repeated(value: string, previous: string[] | undefined): string[] {
  return [...(previous ?? []), value];
}
