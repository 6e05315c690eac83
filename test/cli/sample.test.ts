/** `scrim sample` as a user runs it. */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesIn, inFolder, scrim } from './harness.js';

const csv = `编号,区县,收入\n${Array.from({ length: 300 }, (_, i) => `p${Math.floor(i / 3)},${['甲', '乙'][Math.floor(i / 3) % 2]},${100 + i}`).join('\n')}\n`;

const withData = <Result>(use: (at: (name: string) => string, folder: string) => Promise<Result>): Promise<Result> =>
  inFolder(async (folder) => {
    const at = (name: string): string => path.join(folder, name);
    writeFileSync(at('人口.csv'), csv);
    return use(at, folder);
  });

describe('scrim sample', () => {
  it.each([
    ['srs', '--n', '30'],
    ['systematic', '--n', '30'],
    ['reservoir', '--n', '30'],
    ['stratified', '--by', '区县', '--n', '30'],
    ['pps', '--size', '收入', '--n', '30'],
    ['cluster', '--by', '编号', '--n', '10'],
  ])('%s: JSON rows, weight column, record beside the output', (design, ...rest) =>
    withData(async (at, folder) => {
      const out = at('样本.csv');
      const run = await scrim(['sample', at('人口.csv'), '--design', design, ...rest, '-o', out, '--json', '-']);
      expect([run.code, run.err]).toEqual([0, '']);
      const json = JSON.parse(run.out);
      expect(json.schema).toBe('scrim.sample/1');
      expect(json.rows).toBe(30);
      const lines = readFileSync(out, 'utf8').trim().split('\n');
      expect(lines[0]).toBe('编号,区县,收入,_weight');
      expect(lines.length).toBe(31);
      if (design !== 'pps') expect(Number(lines[1]?.split(',')[3])).toBeCloseTo(10, 9);
      if (design === 'stratified') expect(json.strata.map((one: { sampled: number }) => one.sampled)).toEqual([15, 15]);
      const record = JSON.parse(readFileSync(`${out}.record.json`, 'utf8'));
      expect([record.policy, record.operation, record.unsafe]).toEqual(['none', 'sample', []]);
      expect(filesIn(folder)).toEqual(['人口.csv', '样本.csv', '样本.csv.record.json']);
    }),
  );

  it('leaves nothing behind when it refuses', () =>
    withData(async (at, folder) => {
      const run = await scrim(['sample', at('人口.csv'), '--design', 'srs', '--n', '1000', '-o', at('x.csv')]);
      expect(run.code).toBe(2);
      expect(run.err).toContain('SCRIM_SAMPLE_SIZE');
      const both = ['sample', at('人口.csv'), '--design', 'srs', '--n', '10', '--rate', '0.1', '-o', at('x.csv')];
      expect((await scrim(both)).err).toContain('SCRIM_CLI_CONFLICT');
      expect(filesIn(folder)).toEqual(['人口.csv']);
    }));

  it.each([
    ['srs', '--n', '30'],
    ['systematic', '--rate', '0.1'],
    ['reservoir', '--n', '30'],
    ['srs-replacement', '--n', '30'],
    ['stratified', '--by', '区县', '--n', '30'],
    ['pps', '--size', '收入', '--n', '30'],
    ['weighted-reservoir', '--size', '收入', '--n', '30'],
    ['srs', '--person', '编号', '--n', '10'],
    ['two-stage', '--by', '编号', '--n', '15', '--per-cluster', '2'],
  ])('%s %s streams: the same contract from two passes', (design, ...rest) =>
    withData(async (at) => {
      const run = async (name: string, ...more: string[]) => {
        const out = at(name);
        const done = await scrim([
          'sample',
          at('人口.csv'),
          '--design',
          design,
          ...rest,
          ...more,
          '-o',
          out,
          '--json',
          '-',
        ]);
        expect([done.code, done.err]).toEqual([0, '']);
        const { digest, ...json } = JSON.parse(done.out);
        const text = readFileSync(out, 'utf8');
        expect(createHash('sha256').update(text).digest('hex')).toBe(digest);
        const { time, outputs, ...record } = JSON.parse(readFileSync(`${out}.record.json`, 'utf8'));
        const lines = text.trim().split('\n');
        return {
          json,
          record,
          lines,
          weights: lines.slice(1).reduce((sum, line) => sum + Number(line.split(',')[3]), 0),
        };
      };
      const [held, streamed] = [await run('a.csv'), await run('b.csv', '--stream')];
      expect(streamed.json).toEqual(held.json);
      expect(streamed.record).toEqual(held.record);
      expect(streamed.lines[0]).toBe(held.lines[0]);
      expect(streamed.lines.length).toBe(held.lines.length);
      const source = new Set(csv.split('\n'));
      expect(streamed.lines.slice(1).every((line) => source.has(line.slice(0, line.lastIndexOf(','))))).toBe(true);
      if (design !== 'pps' && design !== 'weighted-reservoir') expect(streamed.weights).toBeCloseTo(300, 6);
    }),
  );

  it.each([
    ['rows.ndjson', 'out.ndjson'],
    ['rows.ndjson', 'out.parquet'],
    ['rows.parquet', 'out.parquet'],
    ['rows.parquet', 'out.ndjson'],
    ['rows.parquet', 'out.tsv'],
    ['人口.csv', 'out.jsonl'],
    ['人口.csv', 'out.parquet'],
  ])('%s streams into %s: every drawn row as it stands in the source', (input, output) =>
    withData(async (at) => {
      const { readTable, tableFromRows, writeTable } = await import('../../src/table/index.js');
      const rows = csv
        .trim()
        .split('\n')
        .slice(1)
        .map((line) => line.split(','))
        .map(([id, county, income]) => ({ 编号: id as string, 区县: county as string, 收入: Number(income) }));
      await writeTable(tableFromRows(rows), at('rows.parquet'), { parquet: { rowGroupRows: 37 } });
      // The last member is missing in every second object.
      writeFileSync(
        at('rows.ndjson'),
        rows.map((row, i) => JSON.stringify({ ...row, ...(i % 2 ? { 备注: null } : {}) })).join('\n'),
      );
      const ask = ['sample', at(input), '--design', 'stratified', '--by', '区县', '--n', '30', '--stream'];
      const done = await scrim([...ask, '-o', at(output), '--json', '-']);
      expect([done.code, done.err]).toEqual([0, '']);
      const found = JSON.parse(done.out);
      expect(found).toMatchObject({ rows: 30, population: 300 });
      expect(found.strata.map((one: { sampled: number }) => one.sampled)).toEqual([15, 15]);
      expect(
        createHash('sha256')
          .update(readFileSync(at(output)))
          .digest('hex'),
      ).toBe(found.digest);
      const { table } = await readTable(at(output));
      expect(table.names.slice(0, 3)).toEqual(['编号', '区县', '收入']);
      expect(table.names.at(-1)).toBe('_weight');
      const source = new Set(rows.map((row) => Object.values(row).join()));
      const drawn = [...table.objects()].map((row) => Object.values(row).slice(0, 3).join());
      expect(drawn.filter((row) => !source.has(row))).toEqual([]);
      expect(new Set(drawn).size).toBeGreaterThan(20);
      const record = JSON.parse(readFileSync(`${at(output)}.record.json`, 'utf8'));
      expect(record.inputs[0]).toMatchObject({
        rows: 300,
        sha256: createHash('sha256')
          .update(readFileSync(at(input)))
          .digest('hex'),
      });
    }),
  );

  it.each([[], ['--stream']])('says how many rows could not be read %s', (...more) =>
    withData(async (at) => {
      writeFileSync(at('bad.ndjson'), '{"a":1}\nno object\n{"a":2}\n');
      writeFileSync(at('bad.csv'), 'a,b\n1,2\n1,2,3,4\n5,6\n');
      for (const name of ['bad.ndjson', 'bad.csv']) {
        const out = at(`${name}.out.csv`);
        const done = await scrim(['sample', at(name), '--design', 'srs', '--n', '3', '-o', out, ...more]);
        expect([done.code, done.err]).toEqual([0, '']);
        expect(done.out).toContain('1 rows of the source could not be read');
        expect(JSON.parse(readFileSync(`${out}.record.json`, 'utf8')).warnings).toMatchObject([
          { code: 'rows-unreadable', count: 1 },
        ]);
      }
    }),
  );

  it('reads GB18030, NDJSON and Parquet, and writes Parquet', () =>
    withData(async (at) => {
      const rows = csv
        .trim()
        .split('\n')
        .slice(1)
        .map((line) => line.split(','));
      // 编号,区县,收入 and 甲, 乙 in GB18030.
      const gb: Record<string, number[]> = {
        编: [0xb1, 0xe0],
        号: [0xba, 0xc5],
        区: [0xc7, 0xf8],
        县: [0xcf, 0xd8],
        收: [0xca, 0xd5],
        入: [0xc8, 0xeb],
        甲: [0xbc, 0xd7],
        乙: [0xd2, 0xd2],
      };
      writeFileSync(at('gb.csv'), Buffer.from([...csv].flatMap((one) => gb[one] ?? [one.charCodeAt(0)])));
      writeFileSync(
        at('rows.ndjson'),
        rows.map(([a, b, c]) => JSON.stringify({ 编号: a, 区县: b, 收入: Number(c) })).join('\n'),
      );
      const ask = (input: string, output: string, ...more: string[]) =>
        scrim([
          'sample',
          at(input),
          '--design',
          'stratified',
          '--by',
          '区县',
          '--n',
          '30',
          '-o',
          at(output),
          '--json',
          '-',
          ...more,
        ]);
      for (const [input, output, ...more] of [
        ['gb.csv', 'gb.out.csv'],
        ['gb.csv', 'gb.stream.csv', '--stream'],
        ['rows.ndjson', 'nd.csv'],
        ['人口.csv', 'out.parquet'],
      ] as const) {
        const done = await ask(input, output, ...more);
        expect([input, done.code, done.err]).toEqual([input, 0, '']);
        const found = JSON.parse(done.out);
        expect(found.strata.map((one: { sampled: number }) => one.sampled)).toEqual([15, 15]);
        if (output === 'gb.stream.csv')
          expect(readFileSync(at(output), 'utf8').split('\n')[0]).toBe('编号,区县,收入,_weight');
      }
      // A sample has a weight column already.
      const again = await ask('out.parquet', 'again.csv');
      expect([again.code, again.err.includes('_weight')]).toEqual([2, true]);
    }));

  it.each([
    [
      'stratum too small',
      ['--design', 'stratified', '--by', '组', '--allocation', 'fixed', '--n', '3'],
      'SCRIM_SAMPLE_SIZE',
    ],
    ['fewer than strata', ['--design', 'stratified', '--by', '编号', '--n', '2'], 'SCRIM_SAMPLE_SIZE'],
    ['zero, negative and unreadable sizes', ['--design', 'pps', '--size', '权', '--n', '2'], 'SCRIM_SAMPLE_WEIGHTS'],
    ['all sizes zero', ['--design', 'pps', '--size', '零', '--n', '2'], 'SCRIM_SAMPLE_SIZE'],
    ['NaN sizes', ['--design', 'weighted-reservoir', '--size', '非数', '--n', '2'], 'SCRIM_SAMPLE_WEIGHTS'],
    ['no size column', ['--design', 'pps', '--n', '2'], 'SCRIM_ARGUMENT'],
    ['no strata', ['--design', 'stratified', '--n', '2'], 'SCRIM_ARGUMENT'],
    ['unknown column', ['--design', 'stratified', '--by', '无', '--n', '2'], 'SCRIM_TABLE_UNKNOWN_COLUMN'],
    [
      'no person',
      [
        '--design',
        'consistent',
        '--rate',
        '0.5',
        '--tenant',
        'a',
        '--environment',
        'test',
        '--scenario',
        'b',
        '--keys',
        'ring.json',
        '--wrapping-key',
        'k',
      ],
      'SCRIM_KEYRING_MISSING',
    ],
    ['no n', ['--design', 'srs'], 'SCRIM_ARGUMENT'],
    ['n of zero', ['--design', 'srs', '--n', '0'], 'SCRIM_CLI_VALUE'],
    ['unknown design', ['--design', 'quota', '--n', '2'], 'SCRIM_CLI_VALUE'],
  ])('refuses with a code and exit 2: %s', (_, words, code) =>
    withData(async (at, folder) => {
      writeFileSync(at('坏.csv'), '编号,组,权,零,非数\n1,a,5,0,NaN\n2,a,-1,0,1\n3,b,x,0,2\n4,b,0,0,3\n');
      writeFileSync(at('k'), 'x'.repeat(32));
      const given = words.map((word) => (word === 'ring.json' || word === 'k' ? at(word) : word));
      for (const more of [[], ['--stream']]) {
        const done = await scrim(['sample', at('坏.csv'), ...given, '-o', at('x.csv'), ...more]);
        expect([done.code, done.err.split(/[ :：]/)[1]]).toEqual([2, code]);
        expect(filesIn(folder).filter((name) => name.startsWith('x') || name.includes('.scrim-'))).toEqual([]);
      }
    }),
  );

  it('draws from a file of only a header nothing, and refuses an empty file', () =>
    withData(async (at) => {
      writeFileSync(at('header.csv'), 'a,b\n');
      writeFileSync(at('empty.csv'), '');
      for (const more of [[], ['--stream']]) {
        const none = await scrim([
          'sample',
          at('header.csv'),
          '--design',
          'bernoulli',
          '--rate',
          '0.5',
          '-o',
          at('h.csv'),
          ...more,
        ]);
        expect([none.code, none.err]).toEqual([0, '']);
        expect(readFileSync(at('h.csv'), 'utf8')).toBe('a,b,_weight\n');
        const empty = await scrim([
          'sample',
          at('empty.csv'),
          '--design',
          'bernoulli',
          '--rate',
          '0.5',
          '-o',
          at('e.csv'),
          ...more,
        ]);
        expect([empty.code, empty.err.includes('SCRIM_CSV_EMPTY')]).toEqual([2, true]);
      }
    }));

  it('consistent: the same persons in two tables and in a later run, others in another scenario', () =>
    withData(async (at) => {
      // The same persons under another name of the column.
      writeFileSync(at('other.csv'), `证号,病\n${Array.from({ length: 100 }, (_, i) => `p${99 - i},x`).join('\n')}\n`);
      const key = ['--keys', at('ring.json'), '--wrapping-key', at('ring.key')];
      expect((await scrim(['keys', 'new', ...key])).code).toBe(0);
      const persons = async (input: string, scenario: string, ...more: string[]): Promise<string[]> => {
        const words = [
          'sample',
          at(input),
          '--design',
          'consistent',
          '--person',
          input === 'other.csv' ? '证号' : '编号',
          '--rate',
          '0.4',
          '-o',
          at('c.csv'),
          ...key,
          '--tenant',
          't',
          '--environment',
          'test',
          '--scenario',
          scenario,
          ...more,
        ];
        const done = await scrim(words);
        expect([done.code, done.err]).toEqual([0, '']);
        return [
          ...new Set(
            readFileSync(at('c.csv'), 'utf8')
              .trim()
              .split('\n')
              .slice(1)
              .map((line) => line.split(',')[0] as string),
          ),
        ].sort();
      };
      const first = await persons('人口.csv', 's');
      expect(await persons('other.csv', 's')).toEqual(first);
      expect(await persons('人口.csv', 's', '--stream')).toEqual(first);
      expect(await persons('人口.csv', 'r')).not.toEqual(first);
    }));

  it('notes the operation in a ledger, and draws nothing for what is suspended', () =>
    withData(async (at, folder) => {
      const scope = ['--tenant', 't', '--environment', 'test', '--scenario', 's'];
      const words = [
        'sample',
        at('人口.csv'),
        '--design',
        'srs',
        '--n',
        '5',
        '-o',
        at('s.csv'),
        '--ledger',
        at('l.jsonl'),
      ];
      const who = ['--operator', '张三', '--purpose', '核查'];
      expect((await scrim([...words, ...scope])).err).toContain('SCRIM_CLI_MISSING');
      expect((await scrim([...words, ...who])).err).toContain('SCRIM_CLI_MISSING');
      expect((await scrim([...words, ...who, ...scope])).code).toBe(0);
      const shown = await scrim(['ledger', 'show', at('l.jsonl'), '--type', 'operation', '--json', '-']);
      expect(JSON.parse(shown.out).records[0].data).toMatchObject({
        operation: 'sample',
        operator: '张三',
        purpose: '核查',
        approval: null,
      });
      for (const state of ['open', 'suspended']) {
        const change = ['ledger', 'state', at('l.jsonl'), ...scope, '--set', state, '--operator', 'o', '--reason', 'r'];
        expect((await scrim(change)).code).toBe(0);
      }
      const before = filesIn(folder);
      const refused = await scrim([
        ...words.slice(0, -4),
        '-o',
        at('t.csv'),
        '--ledger',
        at('l.jsonl'),
        ...who,
        ...scope,
      ]);
      expect([refused.code, refused.err.includes('SCRIM_SCENARIO_CLOSED')]).toEqual([4, true]);
      expect(filesIn(folder)).toEqual(before);
    }));
});
