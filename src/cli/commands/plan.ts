/**
 * `scrim plan`: dry run of a policy: residual figures, uniqueness, findings. Exit 0, or 4 when a demand is violated.
 * @module
 */
import { dirname } from 'node:path';
import type { ScrimCommand } from '../command-line.js';
import { type ReadOptions, readData, readFlags } from '../data.js';
import { textTable } from '../terminal.js';

interface PlanFlags extends ReadOptions {
  readonly policy: string;
}

/** Adds `scrim plan`. */
export function addPlan(program: ScrimCommand): void {
  const command = program
    .sub('plan', [
      'dry run: residual figures, uniqueness, warnings; exit 4 when a demand is violated',
      '预演：剩余候选、唯一性、警告；违反要求时退出码为 4',
    ])
    .operand('[data]', [
      'CSV, TSV, Parquet or NDJSON file; without it, figures that need data are left out',
      'CSV、TSV、Parquet 或 NDJSON 文件；缺省则略去依赖数据的指标',
    ])
    .need('--policy <file>', ['policy in YAML or JSON', 'YAML 或 JSON 策略']);
  readFlags(command)
    .common(true)
    .examples(
      'scrim plan --policy policy.yaml people.csv',
      'scrim plan --policy 策略.yaml 人口.csv --html 预演.html --json -',
    )
    .does<PlanFlags>(async (session, options, data) => {
      session.outputs.input('--policy', options.policy);
      const { plan, readerOf, readPolicyFile } = await import('../../policy/index.js');
      const parsed = readPolicyFile(options.policy);
      const file = data === undefined ? undefined : await readData(session, '[data]', data, options);
      const result = await plan(parsed, {
        ...session.run,
        readFile: readerOf(dirname(options.policy)),
        ...(file === undefined ? {} : { table: file.table, source: file.artifact.name }),
      });
      session.json(result);
      if (session.wantsHtml) {
        const { planHtml } = await import('../../report/index.js');
        session.html(planHtml(result, { language: session.language, name: parsed.file }));
      }
      const { plain } = await import('../../report/index.js');
      const candidates = (residual: { min: number; mean: number; max: number } | null | undefined): string =>
        residual === null || residual === undefined
          ? '–'
          : `${plain(residual.min)} / ${plain(residual.mean)} / ${plain(residual.max)}`;
      session.say(
        textTable(
          [
            session.text(['column', '列']),
            session.text(['rule', '规则']),
            session.text(['candidates min/mean/max', '候选 最少/平均/最多']),
            session.text(['jointly', '合并后']),
            session.text(['values in the data', '数据内同值']),
            session.text(['uniqueness', '唯一性']),
          ],
          result.columns.map((column) => [
            column.column,
            column.rule,
            candidates(column.leakage.residual),
            candidates(column.joint?.residual),
            candidates(column.behind),
            column.uniqueness,
          ]),
          ['left', 'left', 'right', 'right', 'right'],
        ),
      );
      const { models } = result;
      if (models !== null) {
        session.say(
          session.text([
            `\nsmallest class ${models.smallest}, ${models.suppressedRows} rows suppressed`,
            `\n最小等价类 ${models.smallest}，抑制 ${models.suppressedRows} 行`,
          ]),
        );
      }
      const { gbt42460: grade } = result;
      if (grade !== null) {
        const risks = grade.models.map((one) => `${one.sharing} ${one.risk.toPrecision(2)}`).join(', ');
        const why = grade.because.map((one) => `${one.column}: ${one.reason}`).join(', ');
        session.say(
          session.text([
            `\nGB/T 42460 grade ${grade.grade} (second-hand reading), threshold ${grade.threshold}; risk: ${risks}; smallest class ${grade.smallest} ${grade.counted}${why === '' ? '' : `; ${why}`}`,
            `\nGB/T 42460 分级：${grade.grade} 级（据二手资料），阈值 ${grade.threshold}；风险：${risks}；最小等价类 ${grade.smallest}${why === '' ? '' : `；${why}`}`,
          ]),
        );
      }
      for (const basis of result.legalBases) {
        const { reference, purpose, columns, expires, applies, persons, rows } = basis;
        session.say(
          session.text([
            `legal basis ${reference} (${basis.basis}, ${purpose}, until ${expires}): ${columns.join(', ')}; ${applies ? `${rows ?? '?'} rows of ${persons ?? '?'} persons stay unmasked` : 'other purpose, no effect'}`,
            `法律依据 ${reference}（${basis.basis}，${purpose}，至 ${expires}）：${columns.join('、')}；${applies ? `${persons ?? '?'} 人的 ${rows ?? '?'} 行保留原值` : '用途不同，不生效'}`,
          ]),
        );
      }
      for (const finding of result.findings) {
        const severity = { violation: session.text(['VIOLATION', '违反']), warning: session.text(['warning', '警告']) };
        const place = finding.column === null ? '' : `${finding.column}: `;
        session.say(`${severity[finding.severity]} ${place}${session.text(finding.message)}`);
      }
      return result.exitCode;
    });
}
