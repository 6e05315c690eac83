/**
 * `scrim dp release`: a differentially private answer, its noise law and its price, reserved in the ledger first.
 * @module
 */
import { ScrimError } from '../../core/index.js';
import type { Release } from '../../dp/index.js';
import type { ScrimCommand } from '../command-line.js';
import { type ReadOptions, readData, readFlags } from '../data.js';
import type { Session } from '../session.js';
import { ledgerSigning } from '../signing-key.js';
import { Spec } from '../spec-text.js';
import { textTable } from '../terminal.js';
import { releaseSpec } from './dp-plan.js';

interface ReleaseFlags extends ReadOptions {
  readonly spec: string;
  readonly operator?: string;
}

/** Adds `scrim dp release`. */
export function addRelease(dp: ScrimCommand): void {
  const command = dp
    .sub('release', ['answer queries with noise and spend budget for them', '加噪发布查询结果并扣减预算'])
    .operand('<data>', ['CSV, TSV, Parquet or NDJSON file', 'CSV、TSV、Parquet 或 NDJSON 文件'])
    .need('--spec <file>', ['YAML or JSON: the plan, its id and the ledger', '规格文件：计划、编号与账本'])
    .flag('--operator <name>', [
      'real name of who does it, unless the spec says it',
      '操作人实名；规格文件中已写明时可省略',
    ]);
  readFlags(command)
    .common(true)
    .examples('scrim dp release --spec report.yaml register.csv --json answers.json --html answers.html')
    .does<ReleaseFlags>(async (session, options, data) => {
      session.outputs.input('--spec', options.spec);
      const spec = await releaseSpec(Spec.read(options.spec), options.spec);
      const operator = options.operator ?? spec.operator;
      if (operator === null)
        throw new ScrimError('SCRIM_CLI_MISSING', { command: 'scrim dp release', what: '--operator <name>' });
      session.outputs.input('ledger', spec.ledger);
      const { table, artifact } = await readData(session, '<data>', data as string, options);
      const { Budget } = await import('../../dp/index.js');
      const budget = await Budget.open(spec.ledger, await ledgerSigning(session));
      let release: Release;
      try {
        const { id, plan, scope } = spec;
        release = await budget.release({
          id,
          plan,
          table,
          operator,
          dataDigest: artifact.sha256,
          ...(scope === null ? {} : { scope }),
        });
      } finally {
        await budget.close();
      }
      session.json(release);
      if (session.wantsHtml) {
        const { dpReleaseHtml } = await import('../../report/index.js');
        session.html(dpReleaseHtml(release, { language: session.language }));
      }
      session.say(described(session, release));
      return 0;
    });
}

/** Digits that the noise leaves meaning in, and one more. */
function shown(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(8)));
}

function described(session: Session, release: Release): string {
  const headings = [
    session.text(['query', '查询']),
    session.text(['group', '分组']),
    session.text(['value', '数值']),
    session.text(['interval', '区间']),
    session.text(['noise', '噪声']),
  ];
  const rows = release.answers
    .slice(0, 40)
    .map(({ query, key, part, value, interval, noise }) => [
      part === null ? query : `${query} ${part}`,
      key.map((one) => one ?? '∅').join(', '),
      shown(value),
      interval === null ? '' : `${shown(interval[0])} … ${shown(interval[1])}`,
      noise.scale === null ? noise.kind : `${noise.kind} ${shown(noise.scale)}`,
    ]);
  const more = release.answers.length - rows.length;
  const { spent, remaining } = release;
  return [
    textTable(headings, rows, ['left', 'left', 'right', 'right', 'left']).trimEnd(),
    ...(more > 0 ? [session.text([`… and ${more} more answers`, `……另有 ${more} 项`])] : []),
    session.text([
      `spent epsilon ${shown(spent.epsilon)}, delta ${shown(spent.delta)}; remaining epsilon ${shown(remaining.epsilon)}, delta ${shown(remaining.delta)}`,
      `已扣减 epsilon ${shown(spent.epsilon)}、delta ${shown(spent.delta)}；剩余 epsilon ${shown(remaining.epsilon)}、delta ${shown(remaining.delta)}`,
    ]),
  ].join('\n');
}
