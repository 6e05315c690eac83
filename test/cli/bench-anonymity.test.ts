/** `scrim bench anonymity`: files written, taking up a stopped run, other runs refused, mistakes named with their place. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { GridResult } from '../../src/report/index.js';
import { frontier } from '../../src/report/index.js';
import { inFolder, scrim } from './harness.js';

const DATA = `性别,年龄,地区,病种\n${Array.from({ length: 120 }, (_, i) => `${i % 2 === 0 ? '男' : '女'},${20 + ((i * 7) % 40)},${'甲乙丙'[i % 3]},${i % 5 === 0 ? 'x' : 'y'}`).join('\n')}\n`;
const GRID = `schema: scrim.grid/1
title: 小表
quasiIdentifiers: [性别, 年龄, 地区]
target: 病种
sensitive: 病种
models:
  - k: [2, 4]
  - { k: 2, l: 2 }
recodings: [full-domain, local]
suppression: 0.1
sampling: [1, 0.5]
dp: { epsilon: 5 }
repetitions: 2
queries: 40
reviews: 0
`;

const files = (folder: string): { data: string; grid: string; out: string } => {
  const data = path.join(folder, '表.csv');
  const grid = path.join(folder, 'grid.yaml');
  writeFileSync(data, DATA);
  writeFileSync(grid, GRID);
  return { data, grid, out: path.join(folder, 'out') };
};
const resultOf = (out: string): GridResult => JSON.parse(readFileSync(path.join(out, 'results.json'), 'utf8'));

describe('scrim bench anonymity', () => {
  it('writes figures, page, configuration and citation, and takes up where it was stopped', () =>
    inFolder(async (folder) => {
      const { data, grid, out } = files(folder);
      const first = await scrim(['bench', 'anonymity', '--grid', grid, data, '-o', out, '--lang', 'zh-CN']);
      expect(first.code, first.err).toBe(0);
      expect(readdirSync(out).sort()).toEqual([
        'CITATION.cff',
        'grid.yaml',
        'index.html',
        'results.csv',
        'results.json',
        'steps.ndjson',
      ]);
      const result = resultOf(out);
      // Raw, (2 + 1 models) x 2 recodings x 2 samples, one budget.
      expect(result.rows.length).toBe(1 + 3 * 2 * 2 + 1);
      expect(result.rows.every((row) => row.error === null)).toBe(true);
      const [raw] = result.rows;
      expect(raw?.measures.loss?.mean).toBe(0);
      expect(raw?.measures.workloadError?.mean).toBe(0);
      for (const row of result.rows.filter(({ kind }) => kind === 'anonymize')) {
        expect(row.measures.highestRisk?.mean).toBeLessThanOrEqual(1 / Number(row.setting['k']));
        expect(row.measures.workloadError?.count).toBe(2);
        expect(row.measures.loss?.mean).toBeGreaterThanOrEqual(0);
      }
      const best = frontier(result.rows, 'highestRisk', 'loss');
      for (const one of best) {
        for (const other of result.rows) {
          const [x, y] = [other.measures.highestRisk, other.measures.loss];
          if (x === null || y === null) continue;
          const [own, cost] = [one.measures.highestRisk?.mean as number, one.measures.loss?.mean as number];
          expect(x.mean <= own && y.mean <= cost && (x.mean < own || y.mean < cost)).toBe(false);
        }
      }
      const lines = readFileSync(path.join(out, 'results.csv'), 'utf8').trimEnd().split('\n');
      expect(lines.length).toBe(result.rows.length + 1);
      expect(parse(readFileSync(path.join(out, 'CITATION.cff'), 'utf8'))).toMatchObject({ 'cff-version': '1.2.0' });
      const page = readFileSync(path.join(out, 'index.html'), 'utf8');
      expect(page).toContain('小表');
      expect(page).not.toContain('<script');
      // A run that was stopped: the last line half written, two lines missing.
      const steps = path.join(out, 'steps.ndjson');
      const kept = readFileSync(steps, 'utf8').split('\n').slice(0, -3);
      writeFileSync(steps, `${kept.join('\n')}\n{"run":"hal`);
      const second = await scrim(['bench', 'anonymity', '--grid', grid, data, '-o', out]);
      expect(second.code, second.err).toBe(0);
      const again = resultOf(out);
      const shape = (one: GridResult): unknown =>
        one.rows.map(({ title, measures }) => ({ title, ...measures, cpuMilliseconds: null }));
      expect(shape(again)).toEqual(shape(result));
      // The exported configuration is a grid that gives the same run.
      const copy = path.join(folder, 'copy');
      const exported = await scrim(['bench', 'anonymity', '--grid', path.join(out, 'grid.yaml'), data, '-o', copy]);
      expect(exported.code, exported.err).toBe(0);
      expect(resultOf(copy).configuration).toBe(result.configuration);
      expect(shape(resultOf(copy))).toEqual(shape(result));
    }));

  it('refuses the steps of another grid, and names mistakes with their place', () =>
    inFolder(async (folder) => {
      const { data, grid, out } = files(folder);
      const small = GRID.replace('sampling: [1, 0.5]\n', '').replace('  - { k: 2, l: 2 }\n', '');
      writeFileSync(grid, small);
      expect((await scrim(['bench', 'anonymity', '--grid', grid, data, '-o', out])).code).toBe(0);
      writeFileSync(grid, small.replace('repetitions: 2', 'repetitions: 3'));
      const other = await scrim(['bench', 'anonymity', '--grid', grid, data, '-o', out]);
      expect([other.code, other.err]).toEqual([2, expect.stringContaining('SCRIM_CLI_GRID_OTHER')]);
      for (const [from, to, place] of [
        ['title: 小表', 'titel: 小表', 'titel'],
        ['k: [2, 4]', 'k: [0]', '(7:9 models.0.k.0'],
        ['queries: 40', 'queries: many', 'queries'],
        ['schema: scrim.grid/1', 'schema: [', '2:'],
      ] as const) {
        writeFileSync(grid, small.replace(from, to));
        const wrong = await scrim(['bench', 'anonymity', '--grid', grid, data, '-o', path.join(folder, 'other')]);
        expect(wrong.code, to).toBe(2);
        expect(wrong.err, to).toContain('SCRIM_CLI_INPUT');
        expect(wrong.err, to).toContain(place);
      }
      writeFileSync(grid, small.replace('年龄', '年纪'));
      const column = await scrim(['bench', 'anonymity', '--grid', grid, data, '-o', path.join(folder, 'other')]);
      expect([column.code, column.err]).toEqual([2, expect.stringContaining('SCRIM_TABLE_UNKNOWN_COLUMN')]);
    }));
});
