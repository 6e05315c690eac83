/** The command line as a new user meets it: help, languages, wrong words, wrong files (DESIGN §7, issue "Bad input"). */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ScrimCommand } from '../../src/cli/command-line.js';
import { commands } from '../../src/cli/commands/index.js';
import { nearest, textTable, wrap } from '../../src/cli/terminal.js';
import { displayWidth, errorCatalogue } from '../../src/core/index.js';
import { filesIn, inFolder, scrim } from './harness.js';

function allCommands(language: 'en' | 'zh-CN'): ScrimCommand[] {
  const io = {
    out: () => undefined,
    err: () => undefined,
    errIsTerminal: false,
    columns: 80,
    env: {},
    signal: new AbortController().signal,
  };
  const root = new ScrimCommand('scrim', { io, language, exit: 0 });
  for (const add of commands) add(root);
  const found: ScrimCommand[] = [];
  const walk = (command: ScrimCommand): void => {
    found.push(command);
    for (const sub of command.commands) walk(sub as ScrimCommand);
  };
  walk(root);
  return found;
}

describe('help', () => {
  it('lists every command in both languages and no line is wider than the terminal allows', async () => {
    for (const language of ['en', 'zh-CN']) {
      const { code, out } = await scrim(['--help', '--lang', language]);
      expect(code).toBe(0);
      for (const name of ['risk', 'anonymize', 'ledger', 'keys', 'protect']) expect(out).toContain(name);
    }
  });

  it('of every command has words in both languages, and every option says what it does', () => {
    const english = allCommands('en');
    const chinese = allCommands('zh-CN');
    expect(chinese.map((command) => command.path)).toEqual(english.map((command) => command.path));
    english.slice(1).forEach((command, i) => {
      const other = chinese[i + 1] as ScrimCommand;
      expect(command.description(), command.path).not.toBe('');
      expect(other.description(), command.path).toMatch(/[\u4e00-\u9fff]/);
      command.options.forEach((option, j) => {
        expect(option.description, `${command.path} ${option.flags}`).not.toBe('');
        expect(other.options[j]?.description, `${command.path} ${option.flags}`).not.toBe('');
      });
    });
  });

  it('every command that does something takes --json, --lang, --quiet and --progress', () => {
    for (const command of allCommands('en').filter((one) => one.commands.length === 0)) {
      const flags = command.options.map((option) => option.long);
      for (const flag of ['--json', '--lang', '--quiet', '--progress']) expect(flags, command.path).toContain(flag);
    }
  });

  it('takes the language from --lang, LC_ALL and LANG, in this order', async () => {
    const chinese = /用法/;
    expect((await scrim(['--help'], { env: { LANG: 'zh_CN.UTF-8' } })).out).toMatch(chinese);
    expect((await scrim(['--help'], { env: { LC_ALL: 'zh_CN', LANG: 'en_US' } })).out).toMatch(chinese);
    expect((await scrim(['--help'], { env: {} })).out).not.toMatch(chinese);
    expect((await scrim(['--help', '--lang=zh-CN'], { env: { LANG: 'en' } })).out).toMatch(chinese);
    expect((await scrim(['risk', '--help', '--lang', 'en'], { env: { LANG: 'zh_CN' } })).out).not.toMatch(chinese);
    const wrong = await scrim(['risk', '--lang', 'fr']);
    expect(wrong.code).toBe(2);
    expect(wrong.err).toContain('SCRIM_CLI_VALUE');
  });

  it('scrim help COMMAND is the help of the command', async () => {
    const { code, out } = await scrim(['help', 'risk']);
    expect(code).toBe(0);
    expect(out).toContain('scrim risk');
  });

  it('without a command shows the help on the error stream and exits 2', async () => {
    const { code, out, err } = await scrim([]);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toContain('Usage:');
  });
});

describe('wrong words', () => {
  const cases: readonly [name: string, argv: readonly string[], code: string, also: string][] = [
    ['misspelt command', ['anonimize'], 'SCRIM_CLI_UNKNOWN_COMMAND', 'scrim anonymize'],
    ['misspelt sub-command', ['ledger', 'verfy'], 'SCRIM_CLI_UNKNOWN_COMMAND', 'scrim ledger verify'],
    ['word far from any command', ['xyzzyxyzzy'], 'SCRIM_CLI_UNKNOWN_COMMAND', 'scrim --help'],
    ['misspelt option', ['risk', 'a.csv', '--qii', 'a'], 'SCRIM_CLI_UNKNOWN_OPTION', '--qi'],
    ['missing option', ['risk', 'a.csv'], 'SCRIM_CLI_MISSING', '--qi'],
    ['missing file', ['risk', '--qi', 'a'], 'SCRIM_CLI_MISSING', '<data>'],
    ['option without its value', ['risk', 'a.csv', '--qi'], 'SCRIM_CLI_MISSING', '--qi'],
    ['two files', ['risk', 'a.csv', 'b.csv', '--qi', 'a'], 'SCRIM_CLI_TOO_MANY', '2'],
    ['value out of range', ['anonymize', 'a.csv', '--qi', 'a', '--suppression', '2'], 'SCRIM_CLI_VALUE', '0 ≤ n ≤ 1'],
    ['not a number', ['anonymize', 'a.csv', '--qi', 'a', '--k', 'five'], 'SCRIM_CLI_VALUE', '--k'],
    ['unknown choice', ['anonymize', 'a.csv', '--qi', 'a', '--metric', 'los'], 'SCRIM_CLI_VALUE', 'loss-geometric'],
  ];
  it.each(cases)('%s', async (_, argv, code, also) => {
    for (const language of ['en', 'zh-CN']) {
      const outcome = await scrim([...argv, '--lang', language]);
      expect(outcome.code).toBe(2);
      expect(outcome.out).toBe('');
      expect(outcome.err).toContain(code);
      expect(outcome.err).toContain(also);
      expect(outcome.err).toContain(`docs/errors.md#${code.toLowerCase()}`);
      if (language === 'zh-CN') expect(outcome.err).toMatch(/错误.*\n.*建议/);
    }
  });

  it('an unknown option never echoes what stands behind its equals sign', async () => {
    const { err } = await scrim(['risk', 'a.csv', '--qi', 'a', '--password=geheim']);
    expect(err).toContain('--password');
    expect(err).not.toContain('geheim');
  });
});

describe('wrong files', () => {
  const qi = ['--qi', 'a'];

  it('missing file, directory, empty file, header only, binary file: a code, exit 2, nothing written', () =>
    inFolder(async (folder) => {
      const file = (name: string, content: string | Uint8Array): string => {
        writeFileSync(path.join(folder, name), content);
        return path.join(folder, name);
      };
      mkdirSync(path.join(folder, 'folder'));
      const cases: [string, RegExp][] = [
        [path.join(folder, 'nowhere.csv'), /SCRIM_FILE_MISSING/],
        [path.join(folder, 'folder'), /SCRIM_FILE_UNREADABLE/],
        [file('empty.csv', ''), /SCRIM_CSV_EMPTY/],
        [
          file(
            'binary.csv',
            Uint8Array.from({ length: 4096 }, (_, i) => (i * 7) % 256),
          ),
          /SCRIM_/,
        ],
        [file('unclosed.csv', 'a,b\n"x,1\n2,3\n'), /SCRIM_CSV/],
        [file('twice.csv', 'a,a\n1,2\n'), /SCRIM_/],
      ];
      const before = filesIn(folder);
      for (const [input, code] of cases) {
        const json = path.join(folder, 'out.json');
        const outcome = await scrim(['risk', input, ...qi, '--json', json]);
        expect(outcome.code, input).toBe(2);
        expect(outcome.err, input).toMatch(code);
        expect(outcome.err, input).not.toMatch(/\n\s+at /);
      }
      expect(filesIn(folder)).toEqual(before);
    }));

  it('unwritable targets are found before the data is read', () =>
    inFolder(async (folder) => {
      const input = path.join(folder, 'not-there.csv');
      for (const target of [path.join(folder, 'no/such/folder.json'), folder, '/proc/x.json']) {
        const outcome = await scrim(['risk', input, ...qi, '--json', target]);
        expect(outcome.code).toBe(2);
        expect(outcome.err).toContain('SCRIM_FILE_UNWRITABLE');
      }
    }));

  it('an output may not be the input, nor two outputs one file, under any spelling', () =>
    inFolder(async (folder) => {
      const input = path.join(folder, 'in.csv');
      writeFileSync(input, 'a\n1\n2\n');
      const spelled = path.join(folder, '.', 'x', '..', 'in.csv');
      for (const argv of [
        ['risk', input, ...qi, '--json', spelled],
        ['risk', input, ...qi, '--json', path.join(folder, 'o'), '--html', path.join(folder, 'o')],
        ['anonymize', input, ...qi, '--k', '1', '-o', input],
      ]) {
        const outcome = await scrim(argv);
        expect(outcome.err).toContain('SCRIM_CLI_SAME_FILE');
        expect(outcome.code).toBe(2);
      }
      expect(readFileSync(input, 'utf8')).toBe('a\n1\n2\n');
      expect(filesIn(folder)).toEqual(['in.csv']);
    }));

  it('no output takes the place of a key ring, a ledger or any other file that the command line names', () =>
    inFolder(async (folder) => {
      const at = (name: string): string => path.join(folder, name);
      for (const name of ['in.csv', 'keys', 'pass', 'ledger', 'policy']) writeFileSync(at(name), 'kept');
      const protect = ['protect', at('in.csv'), '--policy', at('policy'), '--keys', at('keys')];
      for (const argv of [
        [...protect, '--passphrase-file', at('pass'), '-o', at('keys')],
        [...protect, '--passphrase-file', at('pass'), '-o', at('pass')],
        [...protect, '--passphrase-file', at('pass'), '--ledger', at('ledger'), '-o', at('ledger')],
        [...protect, '--passphrase-file', at('pass'), '-o', at('out'), '--json', at('out.record.json')],
        ['keys', 'show', '--keys', at('keys'), '--passphrase-file', at('pass'), '--json', at('keys')],
        ['ledger', 'checkpoint', at('ledger'), '--operator', 'x', '-o', at('ledger')],
        ['ledger', 'verify', at('ledger'), '--json', at('ledger')],
        ['sample', at('in.csv'), '--design', 'srs', '--n', '1', '-o', at('ledger'), '--ledger', at('ledger')],
      ]) {
        const outcome = await scrim(argv);
        expect(outcome.err, argv.join(' ')).toContain('SCRIM_CLI_SAME_FILE');
        expect(outcome.code).toBe(2);
      }
      for (const name of ['in.csv', 'keys', 'pass', 'ledger', 'policy']) {
        expect(readFileSync(at(name), 'utf8')).toBe('kept');
      }
    }));

  it('a folder where a file is meant is named, whichever option names it', () =>
    inFolder(async (folder) => {
      const at = (name: string): string => path.join(folder, name);
      mkdirSync(at('folder'));
      writeFileSync(at('in.csv'), 'a\n1\n2\n');
      writeFileSync(at('policy.yaml'), 'schema: scrim.policy/1\n');
      const review = ['review', '--source', at('in.csv'), '--product', at('in.csv')];
      for (const argv of [
        ['mask', at('folder'), '--policy', at('policy.yaml'), '-o', at('out')],
        ['verify', at('folder')],
        ['ledger', 'show', at('folder')],
        [...review, '--manifest', at('folder')],
        [...review, '--thresholds', at('folder')],
        ['gate', at('in.csv'), '--verdict', at('folder')],
        ['anonymize', at('in.csv'), ...qi, '--k', '1', '--verify', at('folder')],
      ]) {
        const outcome = await scrim(argv);
        expect(outcome.err, argv.join(' ')).toMatch(/SCRIM_FILE_UNREADABLE.*folder.*EISDIR|SCRIM_POLICY_INVALID/);
        expect(outcome.code).toBe(2);
      }
    }));

  it('a failure after an output was claimed leaves the old file as it was', () =>
    inFolder(async (folder) => {
      const input = path.join(folder, 'in.csv');
      const target = path.join(folder, 'old.json');
      writeFileSync(input, 'a\n1\n2\n');
      writeFileSync(target, 'old');
      const outcome = await scrim(['risk', input, '--qi', 'nope', '--json', target]);
      expect(outcome.err).toContain('SCRIM_TABLE_UNKNOWN_COLUMN');
      expect(readFileSync(target, 'utf8')).toBe('old');
      expect(filesIn(folder)).toEqual(['in.csv', 'old.json']);
    }));

  it('a raised signal ends in SCRIM_CANCELLED, exit 1, nothing written', () =>
    inFolder(async (folder) => {
      const input = path.join(folder, 'in.csv');
      writeFileSync(input, `a\n${'1\n'.repeat(1000)}`);
      const controller = new AbortController();
      controller.abort();
      const outcome = await scrim(['risk', input, ...qi, '--json', path.join(folder, 'o.json')], {
        signal: controller.signal,
      });
      expect(outcome.err).toContain('SCRIM_CANCELLED');
      expect(outcome.code).toBe(1);
      expect(filesIn(folder)).toEqual(['in.csv']);
    }));
});

describe('Chinese files', () => {
  const rows = Array.from({ length: 40 }, (_, i) => `${i % 2 === 0 ? '男' : '女'},${20 + (i % 4)},"杭州市，西湖区"`);
  const text = `性别,年龄,住址\n${rows.join('\n')}\n`;

  it('Chinese names of files and columns, full-width commas between column names', () =>
    inFolder(async (folder) => {
      const input = path.join(folder, '人口 登记.csv');
      const json = path.join(folder, '风险.json');
      const html = path.join(folder, '风险.html');
      writeFileSync(input, text);
      const outcome = await scrim([
        'risk',
        input,
        '--qi',
        '性别，年龄',
        '--json',
        json,
        '--html',
        html,
        '--lang',
        'zh',
      ]);
      expect(outcome).toMatchObject({ code: 0, err: '' });
      const report = JSON.parse(readFileSync(json, 'utf8'));
      expect(report).toMatchObject({ schema: 'scrim.risk/1', quasiIdentifiers: ['性别', '年龄'], records: 40 });
      expect(readFileSync(html, 'utf8')).toContain('重标识风险报告');
      expect(filesIn(folder)).toEqual(['人口 登记.csv', '风险.html', '风险.json'].sort());
    }));

  it('a GBK file gives the same figures as its UTF-8 twin', () =>
    inFolder(async (folder) => {
      // "性别,年龄\n男,20\n女,21\n" in GBK, from the WHATWG index (GB 18030): 性 D0D4 别 B1F0 年 C4EA 龄 C1E4 男 C4D0 女 C5AE.
      const hex = 'd0d4b1f02cc4eac1e40ac4d02c32300ac5ae2c32310a';
      const input = path.join(folder, 'gbk.csv');
      writeFileSync(input, Buffer.from(hex, 'hex'));
      const outcome = await scrim(['risk', input, '--qi', '性别,年龄', '--json', '-']);
      expect(outcome.err).toBe('');
      expect(JSON.parse(outcome.out)).toMatchObject({ records: 2, uniqueRecords: 2 });
    }));

  it('a hostile column name cannot steer the terminal', () =>
    inFolder(async (folder) => {
      const input = path.join(folder, 'x.csv');
      writeFileSync(input, 'a\u001b[2J\u202e,b\n1,2\n');
      const outcome = await scrim(['anonymize', input, '--qi', 'a\u001b[2J\u202e', '--k', '1']);
      expect(outcome.code).toBe(0);
      expect(['\u001b', '\u202e'].some((sign) => outcome.out.includes(sign))).toBe(false);
      expect(outcome.out).toContain('\\u001b');
    }));
});

describe('machine output', () => {
  it('--json - puts JSON alone on standard output; --quiet says nothing; words otherwise', () =>
    inFolder(async (folder) => {
      const input = path.join(folder, 'in.csv');
      writeFileSync(input, 'a\n1\n2\n2\n');
      const json = await scrim(['risk', input, '--qi', 'a', '--json', '-']);
      expect(JSON.parse(json.out).schema).toBe('scrim.risk/1');
      expect((await scrim(['risk', input, '--qi', 'a', '--quiet'])).out).toBe('');
      expect((await scrim(['risk', input, '--qi', 'a'])).out).toContain('unique records');
    }));

  it('progress: silent off a terminal, JSON lines on demand, errors as JSON lines then, too', () =>
    inFolder(async (folder) => {
      const input = path.join(folder, 'in.csv');
      writeFileSync(input, `a\n${'1\n'.repeat(200_000)}`);
      const argv = ['risk', input, '--qi', 'a', '--json', '-'];
      expect((await scrim(argv)).err).toBe('');
      const lines = (await scrim([...argv, '--progress', 'json'])).err.trim().split('\n');
      expect(lines.length).toBeGreaterThan(0);
      for (const line of lines) expect(JSON.parse(line)).toMatchObject({ event: 'progress' });
      const failed = await scrim(['risk', 'nowhere.csv', '--qi', 'a', '--progress', 'json']);
      expect(JSON.parse(failed.err)).toMatchObject({ event: 'error', code: 'SCRIM_FILE_MISSING', exit: 2 });
      const drawn = await scrim(argv, { terminal: true });
      expect(drawn.err).toMatch(/\r$/);
      expect((await scrim([...argv, '--progress', 'none'], { terminal: true })).err).toBe('');
    }));
});

describe('words on a terminal', () => {
  it('wraps at spaces and between Chinese characters, never beyond the width, nothing lost', () => {
    const unit = fc.constantFrom('word', '数据', '，', '（', '）', 'a', ' ', '可用不可见。', 'x-y');
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 60 }), fc.integer({ min: 16, max: 60 }), (parts, width) => {
        const text = parts.join('');
        const wrapped = wrap(text, width);
        expect(wrapped.replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
        const longest = Math.max(
          0,
          ...(text.match(/[^\s\u2e80-\uffef]+[，）。]*|[（]*[\u2e80-\uffef][，）。]*/g) ?? []).map(displayWidth),
        );
        for (const line of wrapped.split('\n'))
          expect(displayWidth(line)).toBeLessThanOrEqual(Math.max(width, longest + 40));
      }),
    );
    expect(wrap('原始数据不出域、数据可用不可见', 16)).toBe('原始数据不出域、\n数据可用不可见');
  });

  it('aligns columns by display width', () => {
    expect(
      textTable(
        ['列', 'n'],
        [
          ['姓名', '1'],
          ['ab', '22'],
        ],
        ['left', 'right'],
      ),
    ).toBe('列     n\n姓名   1\nab    22');
  });

  it('suggests the nearest word, and none when nothing is near', () => {
    expect(nearest('reveiw', ['review', 'risk'])).toBe('review');
    expect(nearest('zzz', ['review', 'risk'])).toBeUndefined();
    expect(nearest('RISK', ['risk'])).toBe('risk');
  });
});

describe('errors', () => {
  it('every error of the catalogue exits with a code from 1 to 4', () => {
    for (const [code, entry] of Object.entries(errorCatalogue)) expect([1, 2, 3, 4], code).toContain(entry.exit);
  });
});
