/**
 * `scrim risk`: re-identification risk of a table by itself, from its class sizes.
 * @module
 */
import { ScrimError } from '../../core/index.js';
import { numberIn, repeated, type ScrimCommand } from '../command-line.js';
import { columnNames, type ReadOptions, readData, readFlags } from '../data.js';
import { textTable } from '../terminal.js';

interface RiskFlags extends ReadOptions {
  readonly qi: string[];
  readonly person?: string;
  readonly threshold?: number;
  readonly samplingFraction?: number;
  readonly earlier?: string;
  readonly k?: number;
}

/** Adds `scrim risk`. */
export function addRisk(program: ScrimCommand): void {
  const command = program
    .sub('risk', ['re-identification risk of a table by itself', '数据表自身的重标识风险'])
    .operand('<data>', ['CSV, TSV, Parquet or NDJSON file', 'CSV、TSV、Parquet 或 NDJSON 文件'])
    .need('--qi <columns>', ['columns an attacker may know: a,b,c', '攻击者可能知晓的列：a,b,c'], repeated)
    .flag('--person <column>', ['column that names the person: classes count persons', '标识个人的列：按人计数'])
    .flag(
      '--threshold <risk>',
      ['risk above which a record counts as at risk; default 0.2', '高于该值即计为有风险；缺省 0.2'],
      numberIn('--threshold', 0, 1),
    )
    .flag(
      '--sampling-fraction <share>',
      ['share of the population that the table is: adds population uniqueness', '数据占总体的比例：加算总体唯一性'],
      numberIn('--sampling-fraction', Number.MIN_VALUE, 1),
    );
  command
    .flag('--earlier <file>', [
      'an earlier release that still names the person: what both together tell; needs --person',
      '仍含个人标识的此前发布：两次发布合并可知之事；需配合 --person',
    ])
    .flag(
      '--k <n>',
      [
        'with --earlier: persons who share both classes count when fewer than n; default 5',
        '与 --earlier 合用：共有两次等价类者少于 n 人即计入；缺省 5',
      ],
      numberIn('--k', 1, Number.MAX_SAFE_INTEGER, 'integer'),
    );
  readFlags(command)
    .common(true)
    .examples(
      'scrim risk people.csv --qi age,sex,zip',
      'scrim risk 人口.csv --qi 出生日期,性别 --person 身份证号 --html risk.html',
    )
    .does<RiskFlags>(async (session, options, data) => {
      const { table } = await readData(session, '<data>', data as string, options);
      const { riskReport } = await import('../../risk/index.js');
      if (options.person !== undefined) table.indexOf(options.person);
      const report = riskReport(table, {
        quasiIdentifiers: columnNames('--qi', options.qi, table, 'scrim risk'),
        ...(options.person === undefined ? {} : { person: options.person }),
        ...(options.threshold === undefined ? {} : { threshold: options.threshold }),
        ...(options.samplingFraction === undefined ? {} : { samplingFraction: options.samplingFraction }),
      });
      const quasiIdentifiers = report.quasiIdentifiers;
      let releases = null;
      if (options.earlier !== undefined) {
        if (options.person === undefined) {
          throw new ScrimError('SCRIM_CLI_MISSING', { command: 'scrim risk --earlier', what: '--person' });
        }
        const { table: earlier } = await readData(session, '--earlier', options.earlier, options);
        const { intersectReleases } = await import('../../anonymity/index.js');
        const before = quasiIdentifiers.filter((name) => earlier.has(name));
        releases = intersectReleases(table, earlier, {
          quasiIdentifiers: [quasiIdentifiers, before.length > 0 ? before : quasiIdentifiers],
          person: options.person,
          k: options.k ?? 5,
        });
      }
      session.json({ schema: 'scrim.risk/1', ...report, ...(releases === null ? {} : { releases }) });
      const { percent, plain, riskHtml } = await import('../../report/index.js');
      if (session.wantsHtml) session.html(riskHtml(report, { language: session.language, name: data as string }));
      const under5 = report.below.find((one) => one.size === 5);
      session.say(
        textTable(
          [session.text(['figure', '指标']), session.text(['value', '数值'])],
          [
            [session.text(['records', '记录数']), String(report.records)],
            [session.text(['classes', '等价类数']), String(report.classes)],
            [session.text(['smallest class', '最小等价类']), String(report.smallestClass)],
            [session.text(['unique records', '唯一记录']), `${report.uniqueRecords} (${percent(report.uniqueness)})`],
            [
              session.text(['in classes under 5', '等价类小于 5']),
              `${under5?.records ?? 0} (${percent(under5?.share ?? 0)})`,
            ],
            [session.text(['highest risk', '最高风险']), plain(report.prosecutor.highest)],
            [session.text(['average risk', '平均风险']), plain(report.prosecutor.success)],
          ],
          ['left', 'right'],
        ),
      );
      if (releases !== null) {
        session.say(
          session.text([
            `both releases: ${releases.persons} persons in both, ${releases.below} left among fewer than ${releases.k}, smallest set ${releases.smallest}`,
            `两次发布：共有 ${releases.persons} 人，其中 ${releases.below} 人所在集合少于 ${releases.k} 人，最小集合 ${releases.smallest} 人`,
          ]),
        );
      }
      return 0;
    });
}
