/**
 * `scrim bench anonymity`: a grid of settings on one table, risk against utility, with repetitions and intervals; resumable.
 * @module
 */
import fs from 'node:fs';
import { basename, join } from 'node:path';
import { ScrimError } from '../../core/index.js';
import type { ScrimCommand } from '../command-line.js';
import { type ReadOptions, readData, readFlags } from '../data.js';
import { textTable } from '../terminal.js';

interface GridFlags extends ReadOptions {
  readonly grid: string;
  readonly output?: string;
}

/** Adds `scrim bench`. */
export function addBench(program: ScrimCommand): void {
  const bench = program.sub('bench', ['measure settings against each other', '比较各项设置']);
  const command = bench
    .sub('anonymity', [
      'risk against utility over a grid of settings; takes up where it was stopped',
      '在一组设置上比较风险与效用；中断后可续跑',
    ])
    .operand('<data>', ['CSV, TSV, Parquet or NDJSON file', 'CSV、TSV、Parquet 或 NDJSON 文件'])
    .need('--grid <file>', ['the settings, in YAML or JSON (scrim.grid/1)', '设置文件，YAML 或 JSON（scrim.grid/1）'])
    .flag('-o, --output <folder>', [
      'folder for the results; default: the name of the grid and -results',
      '结果目录；缺省为网格文件名加 -results',
    ]);
  readFlags(command)
    .common(true)
    .examples(
      'scrim bench anonymity --grid grid.yaml adult.csv -o results',
      'scrim bench anonymity --grid 网格.yaml 人口.csv --html 风险效用.html --json -',
    )
    .does<GridFlags>(async (session, options, data) => {
      session.outputs.input('--grid', options.grid);
      const { readGrid } = await import('../grid/configuration.js');
      const grid = readGrid(options.grid);
      const folder = options.output ?? `${basename(options.grid).replace(/\.[^.]+$/, '')}-results`;
      try {
        fs.mkdirSync(folder, { recursive: true });
      } catch (error) {
        const reason = (error as NodeJS.ErrnoException).code ?? 'unknown';
        throw new ScrimError('SCRIM_FILE_UNWRITABLE', { path: folder, reason });
      }
      const files = ['results.json', 'results.csv', 'index.html', 'grid.yaml', 'CITATION.cff'] as const;
      for (const file of files) await session.outputs.claim(file, join(folder, file));
      const { table, artifact } = await readData(session, '<data>', data as string, options);
      const { runGrid } = await import('../grid/run.js');
      const { gridCitation, gridCsv, gridYaml } = await import('../grid/export.js');
      const { gridHtml, plain } = await import('../../report/index.js');
      const result = await runGrid(
        {
          grid,
          file: options.grid,
          table,
          data: { name: artifact.name, sha256: artifact.sha256 },
          steps: join(folder, 'steps.ndjson'),
        },
        session.run,
      );
      const html = gridHtml(result, { language: session.language });
      session.outputs.write('results.json', `${JSON.stringify(result, null, 2)}\n`);
      session.outputs.write('results.csv', gridCsv(result));
      session.outputs.write('index.html', html);
      session.outputs.write('grid.yaml', gridYaml(grid, result));
      session.outputs.write('CITATION.cff', gridCitation(result));
      session.json(result);
      if (session.wantsHtml) session.html(html);
      session.say(
        textTable(
          [
            '#',
            session.text(['setting', '设置']),
            session.text(['restored', '还原率']),
            session.text(['highest risk', '最高风险']),
            session.text(['average', '平均']),
            session.text(['loss', '损失']),
            session.text(['query error', '查询误差']),
          ],
          result.rows.map((row) => {
            const figure = (name: keyof typeof row.measures): string => {
              const one = row.measures[name];
              return one === null ? '–' : plain(one.mean);
            };
            return [
              String(row.number),
              row.error === null ? row.title : `${row.title}: ${row.error}`,
              figure('restoration'),
              figure('highestRisk'),
              figure('averageRisk'),
              figure('loss'),
              figure('workloadError'),
            ];
          }),
          ['right', 'left', 'right', 'right', 'right', 'right', 'right'],
        ),
      );
      session.say(session.text([`results in ${folder}`, `结果位于 ${folder}`]));
      return 0;
    });
}
