/**
 * `scrim anonymize`: generalise quasi-identifiers until the criteria hold, at the least loss.
 *
 * A step run by flags stays inside the domain: only quasi-identifiers and `--sensitive` are written, and the record says `policy: none`.
 * @module
 */
import fs from 'node:fs';
import type { AnonymizeOptions, ClosenessKind, DiversityKind, Hierarchy, MetricName } from '../../anonymity/index.js';
import { type OperationRecord, ScrimError } from '../../core/index.js';
import type { Table } from '../../table/index.js';
import { numberIn, oneOf, repeated, type ScrimCommand } from '../command-line.js';
import { columnNames, type ReadOptions, readData, readFlags, writeData } from '../data.js';
import { textTable } from '../terminal.js';

interface AnonymizeFlags extends ReadOptions {
  readonly qi: string[];
  readonly hierarchies?: string;
  readonly k?: number;
  readonly l?: number;
  readonly lKind?: DiversityKind;
  readonly c?: number;
  readonly t?: number;
  readonly tKind?: ClosenessKind;
  readonly sensitive?: string[];
  readonly person?: string;
  readonly suppression?: number;
  readonly metric?: MetricName;
  readonly recoding?: 'full-domain' | 'local';
  readonly timeLimit?: number;
  readonly output?: string;
}

const METRICS: readonly MetricName[] = [
  'loss',
  'loss-geometric',
  'loss-sum',
  'loss-maximum',
  'precision',
  'height',
  'dm',
  'dm-star',
  'aecs',
  'aecs-lefevre',
  'entropy',
  'entropy-monotone',
  'entropy-normalized',
  'ambiguity',
  'kl',
  'ncp',
];

const MOST = Number.MAX_SAFE_INTEGER;

function flags(program: ScrimCommand): ScrimCommand {
  return program
    .sub('anonymize', [
      'generalise quasi-identifiers until the criteria hold, at the least loss',
      '泛化准标识符直至满足准则，且信息损失最小',
    ])
    .operand('<data>', ['CSV, TSV, Parquet or NDJSON file', 'CSV、TSV、Parquet 或 NDJSON 文件'])
    .need('--qi <columns>', ['quasi-identifiers: a,b,c', '准标识符：a,b,c'], repeated)
    .flag('--hierarchies <pattern>', [
      "files of the hierarchies, e.g. 'DIR/adult_{column}.csv'; without: kept or suppressed",
      '层级文件模式，如 DIR/adult_{column}.csv；缺省只保留或抑制',
    ])
    .flag('--k <n>', ['k-anonymity', 'k-匿名'], numberIn('--k', 1, MOST, 'integer'))
    .flag('--l <n>', ['l-diversity of --sensitive', '--sensitive 的 l-多样性'], numberIn('--l', 1, MOST))
    .flag(
      '--l-kind <kind>',
      ['distinct, entropy, entropy-grassberger or recursive', 'distinct、entropy、entropy-grassberger 或 recursive'],
      oneOf('--l-kind', ['distinct', 'entropy', 'entropy-grassberger', 'recursive']),
    )
    .flag(
      '--c <number>',
      ['c of recursive (c,l)-diversity; default 3', '递归 (c,l)-多样性的 c；缺省 3'],
      numberIn('--c', Number.MIN_VALUE, MOST),
    )
    .flag('--t <number>', ['t-closeness of --sensitive', '--sensitive 的 t-接近'], numberIn('--t', 0, 1))
    .flag(
      '--t-kind <kind>',
      ['equal, ordered or hierarchical', 'equal、ordered 或 hierarchical'],
      oneOf('--t-kind', ['equal', 'ordered', 'hierarchical']),
    )
    .flag('--sensitive <columns>', ['sensitive columns, written unchanged', '敏感列，原样写出'], repeated)
    .flag('--person <column>', ['column that names the person: classes count persons', '标识个人的列：按人计数'])
    .flag(
      '--suppression <share>',
      ['share of rows that may be suppressed; default 0', '允许抑制的行比例；缺省 0'],
      numberIn('--suppression', 0, 1),
    )
    .flag(
      '--metric <name>',
      [`${METRICS.join(', ')}; default loss`, `${METRICS.join('、')}；缺省 loss`],
      oneOf('--metric', METRICS),
    )
    .flag(
      '--recoding <kind>',
      ['full-domain (proven optimum) or local (far less loss)', 'full-domain（可证最优）或 local（损失更小）'],
      oneOf('--recoding', ['full-domain', 'local']),
    )
    .flag(
      '--time-limit <seconds>',
      ['then the best so far, with its gap', '到时返回当前最优及差距'],
      numberIn('--time-limit', 0.001, MOST),
    )
    .flag('-o, --output <file>', ['file to write; its record lies beside it', '输出文件；记录与其并列']);
}

/** Hierarchies by the pattern. @throws SCRIM_CLI_VALUE when the pattern has no {column}, and as `readHierarchyFile` */
async function hierarchies(
  pattern: string | undefined,
  columns: readonly string[],
  optional: readonly string[],
): Promise<Record<string, Hierarchy>> {
  if (pattern === undefined) return {};
  if (!pattern.includes('{column}')) {
    throw new ScrimError('SCRIM_CLI_VALUE', { option: '--hierarchies', expected: "'…{column}….csv'" });
  }
  const { readHierarchyFile } = await import('../../anonymity/index.js');
  const found: Record<string, Hierarchy> = {};
  for (const column of [...columns, ...optional]) {
    const path = pattern.replaceAll('{column}', column);
    if (optional.includes(column) && !fs.existsSync(path)) continue;
    found[column] = readHierarchyFile(path);
  }
  return found;
}

async function optionsFor(table: Table, given: AnonymizeFlags): Promise<AnonymizeOptions> {
  const command = 'scrim anonymize';
  const quasiIdentifiers = columnNames('--qi', given.qi, table, command);
  const sensitive = given.sensitive === undefined ? [] : columnNames('--sensitive', given.sensitive, table, command);
  const found = await hierarchies(given.hierarchies, quasiIdentifiers, given.tKind === 'hierarchical' ? sensitive : []);
  const own = Object.fromEntries(Object.entries(found).filter(([column]) => quasiIdentifiers.includes(column)));
  const { k, l, lKind, c, t, tKind, person, suppression, metric, recoding, timeLimit } = given;
  const asked = Object.entries({ k, l, lKind, c, t, tKind, person, suppression, metric, recoding });
  return {
    quasiIdentifiers,
    hierarchies: own,
    ...(sensitive.length > 0 ? { sensitive } : {}),
    ...(tKind === 'hierarchical' ? { sensitiveHierarchies: found } : {}),
    ...Object.fromEntries(asked.filter(([, value]) => value !== undefined)),
    ...(timeLimit === undefined ? {} : { timeLimit: timeLimit * 1000 }),
  };
}

/** Adds `scrim anonymize`. */
export function addAnonymize(program: ScrimCommand): void {
  readFlags(flags(program))
    .common(false)
    .examples(
      "scrim anonymize adult.csv --qi age,sex,race --hierarchies 'h/adult_hierarchy_{column}.csv' --k 5 --suppression 0.02 -o out.csv",
      'scrim anonymize adult.csv --qi age,sex --k 5 --l 3 --sensitive occupation --recoding local --json -',
    )
    .does<AnonymizeFlags>(async (session, given, data) => {
      const target = given.output;
      if (target !== undefined) await session.outputs.claim('--output (record)', `${target}.record.json`);
      const file = target === undefined ? undefined : await session.outputs.claim('--output', target);
      const { table, artifact } = await readData(session, '<data>', data as string, given);
      const load = process.cpuUsage();
      const { anonymize } = await import('../../anonymity/index.js');
      const options = await optionsFor(table, given);
      const { table: output, record, solution } = anonymize(table, { ...options, ...session.run });
      if (target !== undefined && file !== undefined) {
        const sha256 = await writeData(session, output, file);
        const { basename } = await import('node:path');
        const complete: OperationRecord = {
          ...record,
          inputs: [artifact],
          outputs: [{ name: basename(target), sha256, rows: output.rows, columns: output.names }],
        };
        session.outputs.write('--output (record)', `${JSON.stringify(complete, null, 2)}\n`);
      }
      const { kept: _kept, cpuMilliseconds, ...rest } = solution;
      session.json({
        schema: 'scrim.anonymize/1',
        ...rest,
        cpuMilliseconds: { ...cpuMilliseconds, load: Math.round((load.user + load.system) / 1000) },
      });
      const rows = Object.entries(solution.levels).map(([column, level]) => [column, String(level)]);
      session.say(
        textTable([session.text(['column', '列']), session.text(['level', '层级'])], rows, ['left', 'right']),
      );
      const { metric, suppressedRows, optimal } = solution;
      session.say(
        session.text([
          `${metric.name} ${metric.value}${optimal ? ' (proven minimum)' : ''}, ${suppressedRows} of ${solution.rows} rows suppressed`,
          `${metric.name} ${metric.value}${optimal ? '（已证最小）' : ''}，抑制 ${suppressedRows} / ${solution.rows} 行`,
        ]),
      );
      return 0;
    });
}
