/** `scrim anonymize`: JSON of the issue, Chinese files, recipes, certificates, policies, and settings it must refuse. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { inFolder, scrim } from './harness.js';

const ROWS = Array.from({ length: 60 }, (_, i) => ({
  性别: i % 2 === 0 ? '男' : '女',
  年龄: 20 + ((i * 7) % 30),
  病种: 'xyz'[i % 3] as string,
  证件: `p${i % 40}`,
}));
const csv = (rows: readonly object[]): string =>
  `${Object.keys(rows[0] as object).join()}\n${rows.map((row) => Object.values(row).join()).join('\n')}\n`;
const AGES = Array.from({ length: 40 }, (_, i) => 15 + i);
const HIERARCHY = AGES.map((age) => `${age};${Math.floor(age / 5) * 5}+;${Math.floor(age / 10) * 10}+;*`).join('\n');

const setUp = (folder: string): { data: string; pattern: string; file: (name: string) => string } => {
  const file = (name: string): string => path.join(folder, name);
  writeFileSync(file('人口.csv'), csv(ROWS));
  writeFileSync(file('h_年龄.csv'), HIERARCHY);
  writeFileSync(file('h_性别.csv'), '男;*\n女;*\n');
  return { data: file('人口.csv'), pattern: file('h_{column}.csv'), file };
};
const json = (file: string): Record<string, unknown> => JSON.parse(readFileSync(file, 'utf8'));

describe('scrim anonymize', () => {
  it('writes the JSON of its issue; every class of the output is counted again from the strings', () =>
    inFolder(async (folder) => {
      const { data, pattern, file } = setUp(folder);
      const ran = await scrim(
        [
          'anonymize',
          data,
          '--qi',
          '性别，年龄',
          '--hierarchies',
          pattern,
          '--k',
          '4',
          '--l',
          '2',
          '--t',
          '0.3',
          '--sensitive',
          '病种',
        ].concat([
          '--person',
          '证件',
          '--suppression',
          '0.1',
          '--json',
          file('a.json'),
          '-o',
          file('out.csv'),
          '--certificate',
          file('c.json'),
          '--recipe',
          file('r.json'),
        ]),
      );
      expect(ran.code, ran.err).toBe(0);
      const found = json(file('a.json'));
      for (const key of [
        'schema',
        'rows',
        'levels',
        'ties',
        'suppressedRows',
        'metric',
        'metrics',
        'criteria',
        'checkedNodes',
        'latticeNodes',
        'optimal',
        'cpuMilliseconds',
      ]) {
        expect(found, key).toHaveProperty(key);
      }
      expect(found['criteria']).toEqual([
        { name: 'k-anonymity', parameters: { k: 4 }, holds: true },
        { name: 'distinct-l-diversity', parameters: { l: 2, sensitive: '病种' }, holds: true },
        { name: 't-closeness', parameters: { t: 0.3, kind: 'equal', sensitive: '病种' }, holds: true },
      ]);
      const [head, ...lines] = readFileSync(file('out.csv'), 'utf8').trimEnd().split('\n');
      expect(head).toBe('性别,年龄,病种');
      const classes = new Map<string, string[]>();
      for (const line of lines) {
        const [sex, age, disease] = line.split(',') as [string, string, string];
        classes.set(`${sex}/${age}`, [...(classes.get(`${sex}/${age}`) ?? []), disease]);
      }
      for (const members of classes.values()) {
        expect(members.length).toBeGreaterThanOrEqual(4);
        expect(new Set(members).size).toBeGreaterThanOrEqual(2);
      }
      const settings = [
        '--qi',
        '性别,年龄',
        '--hierarchies',
        pattern,
        '--k',
        '4',
        '--l',
        '2',
        '--t',
        '0.3',
        '--sensitive',
        '病种',
        '--person',
        '证件',
        '--suppression',
        '0.1',
      ];
      const verified = await scrim([
        'anonymize',
        data,
        ...settings,
        '--verify',
        file('c.json'),
        '--json',
        file('v.json'),
      ]);
      expect(verified.code, verified.err).toBe(0);
      expect(json(file('v.json'))).toMatchObject({ valid: true, value: (found['metric'] as { value: number }).value });
      const certificate = json(file('c.json'));
      writeFileSync(file('bad.json'), JSON.stringify({ ...certificate, value: (certificate['value'] as number) / 2 }));
      expect((await scrim(['anonymize', data, ...settings, '--verify', file('bad.json')])).code).toBe(4);
      const applied = await scrim([
        'anonymize',
        data,
        '--apply',
        file('r.json'),
        '-o',
        file('again.csv'),
        '--json',
        file('b.json'),
      ]);
      expect(applied.code, applied.err).toBe(0);
      expect(readFileSync(file('again.csv'), 'utf8')).toBe(readFileSync(file('out.csv'), 'utf8'));
      // A recipe's record says of each column what the search's record said.
      const columnsOf = (name: string): unknown => json(file(`${name}.record.json`))['columns'];
      expect(columnsOf('again.csv')).toEqual(columnsOf('out.csv'));
    }));

  it('notes search and recipe in a ledger, and does nothing for what is suspended', () =>
    inFolder(async (folder) => {
      const { data, pattern, file } = setUp(folder);
      const scope = ['--tenant', 't', '--environment', 'test', '--scenario', 's'];
      const who = ['--ledger', file('l.jsonl'), '--operator', '张三', '--purpose', '核查', '--approval', 'A-1'];
      const search = ['anonymize', data, '--qi', '性别,年龄', '--hierarchies', pattern, '--k', '3'];
      const out = (name: string): string[] => ['-o', file(name)];
      expect((await scrim([...search, ...who, ...scope])).err).toContain('SCRIM_CLI_MISSING');
      expect((await scrim([...search, ...who, ...out('a.csv')])).err).toContain('SCRIM_CLI_MISSING');
      const searched = await scrim([...search, ...who, ...scope, ...out('a.csv'), '--recipe', file('r.json')]);
      expect(searched.code, searched.err).toBe(0);
      const recipe = ['anonymize', data, '--apply', file('r.json'), ...who, ...scope];
      expect((await scrim([...recipe, ...out('b.csv')])).code).toBe(0);
      const shown = await scrim(['ledger', 'show', file('l.jsonl'), '--type', 'operation', '--json', '-']);
      const noted = JSON.parse(shown.out).records.map(
        ({ data: { operation, operator, approval } }: { data: Record<string, string> }) => [
          operation,
          operator,
          approval,
        ],
      );
      expect(noted).toEqual([
        ['anonymize', '张三', 'A-1'],
        ['anonymize-recipe', '张三', 'A-1'],
      ]);
      for (const state of ['open', 'suspended']) {
        const change = [
          'ledger',
          'state',
          file('l.jsonl'),
          ...scope,
          '--set',
          state,
          '--operator',
          'o',
          '--reason',
          'r',
        ];
        expect((await scrim(change)).code).toBe(0);
      }
      for (const words of [[...search, ...who, ...scope], recipe]) {
        const refused = await scrim([...words, ...out('c.csv')]);
        expect([refused.code, refused.err.includes('SCRIM_SCENARIO_CLOSED')]).toEqual([4, true]);
        expect([existsSync(file('c.csv')), existsSync(file('c.csv.record.json'))]).toEqual([false, false]);
      }
    }));

  it('takes k^m, local algorithms, ranges, inferred hierarchies and levels', () =>
    inFolder(async (folder) => {
      const { data, pattern, file } = setUp(folder);
      const base = ['anonymize', data, '--qi', '性别,年龄', '--k', '3', '--json', file('a.json')];
      for (const more of [
        ['--m', '1'],
        ['--infer', '--weights', '年龄=2,性别=0.5', '--max-levels', '年龄=2', '--suppression', '0.5'],
        ['--hierarchies', pattern, '--min-levels', '年龄=1'],
        ['--recoding', 'local', '--algorithm', 'mondrian', '--hierarchies', pattern],
        ['--recoding', 'local', '--ranges', '年龄'],
        ['--recoding', 'local', '--means', '年龄', '--suppressed-rows', 'star'],
      ]) {
        const ran = await scrim([...base, ...more]);
        expect(ran.code, `${more.join(' ')}: ${ran.err}`).toBe(0);
        expect((json(file('a.json'))['criteria'] as { holds: boolean }[]).every(({ holds }) => holds)).toBe(true);
      }
    }));

  it('refuses bad input with a code and a hint', () =>
    inFolder(async (folder) => {
      const { data, pattern, file } = setUp(folder);
      writeFileSync(file('empty.csv'), '');
      writeFileSync(file('head.csv'), '性别,年龄\n');
      writeFileSync(file('other.csv'), csv([...ROWS.slice(0, 9), { 性别: '未知', 年龄: 20, 病种: 'x', 证件: 'p' }]));
      writeFileSync(file('ragged_年龄.csv'), '20;*\n21\n');
      writeFileSync(file('cyclic_年龄.csv'), '20;a;20\n');
      const cases: readonly (readonly [string, readonly string[]])[] = [
        ['SCRIM_CLI_MISSING', [data, '--k', '3']],
        ['SCRIM_CLI_MISSING', [data, '--qi', '性别', '--k', '3', '--sensitive', '病种', '--c', '2']],
        ['SCRIM_CLI_MISSING', [data, '--qi', '性别', '--k', '3', '--sensitive', '病种', '--t-kind', 'equal']],
        ['SCRIM_ANONYMITY_OPTION', [data, '--qi', '性别']],
        ['SCRIM_TABLE_UNKNOWN_COLUMN', [data, '--qi', '姓名', '--k', '3']],
        ['SCRIM_ANONYMITY_K_TOO_LARGE', [data, '--qi', '性别', '--k', '100']],
        ['SCRIM_ANONYMITY_SENSITIVE_IS_QI', [data, '--qi', '性别', '--sensitive', '性别', '--l', '2']],
        ['SCRIM_CLI_VALUE', [data, '--qi', '性别', '--k', '3', '--suppression', '1.5']],
        ['SCRIM_CLI_VALUE', [data, '--qi', '性别', '--k', '3', '--weights', '性别=much']],
        ['SCRIM_CLI_VALUE', [data, '--qi', '性别', '--k', '3', '--hierarchies', 'h.csv']],
        ['SCRIM_FILE_MISSING', [data, '--qi', '病种', '--k', '3', '--hierarchies', pattern]],
        ['SCRIM_HIERARCHY_MISSING_VALUE', [file('other.csv'), '--qi', '性别', '--k', '3', '--hierarchies', pattern]],
        ['SCRIM_HIERARCHY_UNEVEN', [data, '--qi', '年龄', '--k', '3', '--hierarchies', file('ragged_{column}.csv')]],
        ['SCRIM_HIERARCHY_CYCLIC', [data, '--qi', '年龄', '--k', '3', '--hierarchies', file('cyclic_{column}.csv')]],
        ['SCRIM_ANONYMITY_IMPOSSIBLE', [data, '--qi', '性别', '--k', '3', '--l', '4', '--sensitive', '病种']],
        ['SCRIM_CLI_INPUT', [data, '--apply', data]],
        ['SCRIM_CLI_INPUT', [data, '--qi', '性别', '--k', '3', '--verify', data]],
        ['SCRIM_FILE_MISSING', [data, '--apply', file('none.json')]],
        ['SCRIM_CLI_CONFLICT', [data, '--policy', data, '--k', '3']],
      ];
      for (const [code, argv] of cases) {
        const ran = await scrim(['anonymize', ...argv]);
        expect(ran.code, `${argv.slice(1).join(' ')}: ${ran.err}`).toBe(2);
        expect(ran.err, argv.slice(1).join(' ')).toContain(code);
        expect(ran.err).toContain('hint');
        // Never a value of the data.
        expect(ran.err).not.toContain('未知');
      }
      for (const name of ['empty.csv', 'head.csv']) {
        const ran = await scrim(['anonymize', file(name), '--qi', '性别', '--k', '3']);
        expect([ran.code, ran.err.includes('SCRIM_')], name).toEqual([2, true]);
      }
    }));
});

it('scrim risk --earlier: two releases that hold alone single persons out together', () =>
  inFolder(async (folder) => {
    const { file } = setUp(folder);
    writeFileSync(file('a.csv'), 'id,a\n1,x\n2,x\n3,y\n4,y\n');
    writeFileSync(file('b.csv'), 'id,a\n1,u\n2,v\n3,u\n4,v\n');
    const ran = await scrim([
      'risk',
      file('a.csv'),
      '--qi',
      'a',
      '--person',
      'id',
      '--earlier',
      file('b.csv'),
      '--k',
      '2',
      '--json',
      file('r.json'),
    ]);
    expect(ran.code, ran.err).toBe(0);
    expect(json(file('r.json'))['releases']).toEqual({ persons: 4, smallest: 1, below: 4, k: 2 });
    const missing = await scrim(['risk', file('a.csv'), '--qi', 'a', '--earlier', file('b.csv')]);
    expect([missing.code, missing.err]).toEqual([2, expect.stringContaining('SCRIM_CLI_MISSING')]);
  }));
