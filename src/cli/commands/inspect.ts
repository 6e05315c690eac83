/**
 * `scrim inspect`: what each column holds (kind, class, grade) and what is wrong with the data.
 * @module
 */
import { oneOf, type ScrimCommand } from '../command-line.js';
import { type ReadOptions, readData, readFlags } from '../data.js';
import { textTable } from '../terminal.js';

interface InspectFlags extends ReadOptions {
  readonly ladder?: 'local' | 'national';
}

/** Adds `scrim inspect`. */
export function addInspect(program: ScrimCommand): void {
  const command = program
    .sub('inspect', [
      'what each column holds: kind, class, grade, quality findings',
      '各列内容：类型、类别、级别与质量问题',
    ])
    .operand('<data>', ['CSV, TSV, Parquet or NDJSON file', 'CSV、TSV、Parquet 或 NDJSON 文件'])
    .flag(
      '--ladder <name>',
      ['ladder of grades: local or national', '分级体系：local 或 national'],
      oneOf('--ladder', ['local', 'national']),
    );
  readFlags(command)
    .common(true)
    .examples('scrim inspect people.csv', 'scrim inspect 人口.csv --html 检查.html --json -')
    .does<InspectFlags>(async (session, options, data) => {
      const { table, quality, artifact } = await readData(session, '<data>', data as string, options);
      const { classifyTable } = await import('../../masking/index.js');
      const ladder = options.ladder === undefined ? {} : { ladder: options.ladder };
      const headers = options.header === false ? { headers: false } : {};
      const classification = classifyTable(table, { ...ladder, ...headers });
      const { inspectHtml, qualityFindings, qualityText } = await import('../../report/index.js');
      const findings = qualityFindings(quality);
      session.json({
        schema: 'scrim.inspect/1',
        source: artifact,
        rows: table.rows,
        columns: classification.columns,
        person: classification.person,
        ladder: classification.ladder,
        findings,
        quality,
      });
      if (session.wantsHtml) session.html(inspectHtml(classification, quality, { language: session.language }));
      session.say(
        textTable(
          [
            session.text(['column', '列']),
            session.text(['kind', '类型']),
            session.text(['confidence', '置信度']),
            session.text(['class', '类别']),
            session.text(['grade', '级别']),
            session.text(['proposed rule', '建议规则']),
          ],
          classification.columns.map((column) => [
            column.name,
            column.kind,
            column.confidence.toFixed(2),
            column.class,
            column.grade,
            typeof column.proposedRule === 'string' ? column.proposedRule : column.proposedRule.mask,
          ]),
          ['left', 'left', 'right'],
        ),
      );
      const { encoding } = quality.text ?? {};
      session.say(
        session.text([
          `\n${table.rows} rows${encoding === undefined ? '' : `, ${encoding}`}`,
          `\n${table.rows} 行${encoding === undefined ? '' : `，${encoding}`}`,
        ]),
      );
      if (findings.length > 0) {
        session.say(
          textTable(
            [
              session.text(['quality finding', '质量问题']),
              session.text(['column', '列']),
              session.text(['count', '数量']),
              session.text(['first rows', '首现行号']),
            ],
            findings.map((finding) => [
              session.text(qualityText(finding.code)),
              finding.column ?? '–',
              String(finding.count),
              finding.rows.slice(0, 6).join(' '),
            ]),
            ['left', 'left', 'right'],
            60,
          ),
        );
      }
      return 0;
    });
}
