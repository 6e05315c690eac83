/** `scrim sample` as a user runs it. */
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
      expect(filesIn(folder)).toEqual(['人口.csv']);
    }));
});
