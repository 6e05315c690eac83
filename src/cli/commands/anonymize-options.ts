/**
 * The options of `scrim anonymize`, and what they ask of the library.
 * @module
 */
import fs from 'node:fs';
import { dirname } from 'node:path';
import type {
  AnonymizeOptions,
  ClosenessKind,
  DiversityKind,
  Hierarchy,
  LocalAlgorithm,
  MetricName,
} from '../../anonymity/index.js';
import { ScrimError } from '../../core/index.js';
import type { Table } from '../../table/index.js';
import { numberIn, oneOf, repeated, type ScrimCommand } from '../command-line.js';
import { columnNames, type ReadOptions } from '../data.js';
import type { NoteOptions } from '../operation-note.js';

/** What a user may ask of `scrim anonymize`. */
export interface AnonymizeFlags extends ReadOptions, NoteOptions {
  readonly qi?: string[];
  readonly policy?: string;
  readonly hierarchies?: string;
  readonly infer?: boolean;
  readonly k?: number;
  readonly m?: number;
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
  readonly algorithm?: LocalAlgorithm;
  readonly ranges?: string[];
  readonly means?: string[];
  readonly weights?: string[];
  readonly minLevels?: string[];
  readonly maxLevels?: string[];
  readonly suppressedRows?: 'drop' | 'star';
  readonly timeLimit?: number;
  readonly output?: string;
  readonly recipe?: string;
  readonly apply?: string;
  readonly released?: string;
  readonly certificate?: string;
  readonly verify?: string;
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

const ALGORITHMS: readonly LocalAlgorithm[] = [
  'best',
  'lattice-sweep',
  'top-down',
  'top-down-strict',
  'mondrian',
  'mondrian-relaxed',
  'mdav',
];

const MOST = Number.MAX_SAFE_INTEGER;

/** Adds the command with its options. */
export function anonymizeFlags(program: ScrimCommand): ScrimCommand {
  return program
    .sub('anonymize', [
      'generalise quasi-identifiers until the criteria hold, at the least loss',
      '泛化准标识符直至满足准则，且信息损失最小',
    ])
    .operand('<data>', ['CSV, TSV, Parquet or NDJSON file', 'CSV、TSV、Parquet 或 NDJSON 文件'])
    .flag('--qi <columns>', ['quasi-identifiers: a,b,c', '准标识符：a,b,c'], repeated)
    .flag('--policy <file>', [
      'quasi-identifiers, hierarchies, models and limits from a policy in place of flags',
      '以策略文件给出准标识符、层级、模型与限额，替代各选项',
    ])
    .flag('--hierarchies <pattern>', [
      "files of the hierarchies, e.g. 'DIR/adult_{column}.csv'; without: kept or suppressed",
      '层级文件模式，如 DIR/adult_{column}.csv；缺省只保留或抑制',
    ])
    .flag('--infer', [
      'infer the hierarchies of columns without a file from their values',
      '对没有层级文件的列按取值推断层级',
    ])
    .flag('--k <n>', ['k-anonymity', 'k-匿名'], numberIn('--k', 1, MOST, 'integer'))
    .flag(
      '--m <n>',
      ['with --k: k^m-anonymity, any m values are shared by k', '与 --k 合用：k^m-匿名，任意 m 个取值为 k 人共有'],
      numberIn('--m', 1, MOST, 'integer'),
    )
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
      '--algorithm <name>',
      [`of local recoding: ${ALGORITHMS.join(', ')}`, `局部重编码算法：${ALGORITHMS.join('、')}`],
      oneOf('--algorithm', ALGORITHMS),
    )
    .flag(
      '--ranges <columns>',
      ['local recoding: numbers printed as the range of their class', '局部重编码：数值列以等价类的区间发布'],
      repeated,
    )
    .flag(
      '--means <columns>',
      ['local recoding: numbers printed as the mean of their class', '局部重编码：数值列以等价类的均值发布'],
      repeated,
    )
    .flag('--weights <list>', ['importance in the metric: age=2,sex=0.5', '度量中的重要性：age=2,sex=0.5'], repeated)
    .flag('--min-levels <list>', ['lowest levels: age=1', '最低层级：age=1'], repeated)
    .flag('--max-levels <list>', ['highest levels: age=3', '最高层级：age=3'], repeated)
    .flag(
      '--suppressed-rows <what>',
      ['drop (default) or star: left out, or kept as *', 'drop（缺省）或 star：删除，或以 * 保留'],
      oneOf('--suppressed-rows', ['drop', 'star']),
    )
    .flag(
      '--time-limit <seconds>',
      ['then the best so far, with its gap', '到时返回当前最优及差距'],
      numberIn('--time-limit', 0.001, MOST),
    )
    .flag('--certificate <file>', ['write the proof of the optimum', '写出最优性证书'])
    .flag('--verify <file>', [
      'check a certificate on this table and these settings instead of searching; exit 4 when it does not hold',
      '不搜索，而以本表与本设置核验证书；不成立时退出码为 4',
    ])
    .flag('--recipe <file>', ['write the solution as a recipe for new rows', '将方案写为可用于新数据的配方'])
    .flag('--apply <file>', [
      'apply a recipe to this table instead of searching: every criterion is checked again',
      '不搜索，而将配方用于本表：重新核验全部准则',
    ])
    .flag('--released <file>', [
      'with --apply: what was released before, counted together',
      '与 --apply 合用：此前已发布的数据，一并计数',
    ])
    .flag('-o, --output <file>', ['file to write; its record lies beside it', '输出文件；记录与其并列']);
}

/** Hierarchies by the pattern. @throws SCRIM_CLI_VALUE when the pattern has no {column}, and as `readHierarchyFile` */
async function hierarchies(
  given: AnonymizeFlags,
  table: Table,
  columns: readonly string[],
  optional: readonly string[],
): Promise<Record<string, Hierarchy>> {
  const pattern = given.hierarchies;
  if (pattern?.includes('{column}') === false) {
    throw new ScrimError('SCRIM_CLI_VALUE', { option: '--hierarchies', expected: "'…{column}….csv'" });
  }
  const { inferHierarchy, readHierarchyFile } = await import('../../anonymity/index.js');
  const found: Record<string, Hierarchy> = {};
  for (const column of [...columns, ...optional]) {
    const path = pattern?.replaceAll('{column}', column);
    if (path !== undefined && (fs.existsSync(path) || !(given.infer === true || optional.includes(column)))) {
      found[column] = readHierarchyFile(path);
    } else if (given.infer === true && !optional.includes(column)) {
      found[column] = inferHierarchy(table, column).hierarchy;
    }
  }
  return found;
}

/** `age=2,sex=1` as numbers by column. @throws SCRIM_CLI_VALUE */
function numbersByColumn(option: string, given: readonly string[] | undefined): Record<string, number> | undefined {
  if (given === undefined) return undefined;
  const entries = given
    .flatMap((text) => text.split(','))
    .map((part): [string, number] => {
      const at = part.lastIndexOf('=');
      const value = Number(part.slice(at + 1));
      if (at < 1 || part.slice(at + 1).trim() === '' || !Number.isFinite(value)) {
        throw new ScrimError('SCRIM_CLI_VALUE', { option, expected: 'column=number,…' });
      }
      return [part.slice(0, at).trim(), value];
    });
  return Object.fromEntries(entries);
}

/** For messages. */
export const COMMAND: string = 'scrim anonymize';

/** The options of `anonymize` from flags or a policy. @throws SCRIM_CLI_CONFLICT, SCRIM_CLI_MISSING, SCRIM_CLI_VALUE, and as the readers */
export async function optionsFor(table: Table, given: AnonymizeFlags): Promise<AnonymizeOptions> {
  const { k, m, l, lKind, c, t, tKind, person, suppression, metric, recoding, algorithm, timeLimit } = given;
  for (const [given, of, what] of [
    [c, l, '--l'],
    [lKind, l, '--l'],
    [tKind, t, '--t'],
  ] as const)
    if (given !== undefined && of === undefined) throw new ScrimError('SCRIM_CLI_MISSING', { command: COMMAND, what });
  const { suppressedRows } = given;
  const ranges = given.ranges === undefined ? [] : columnNames('--ranges', given.ranges, table, COMMAND);
  const means = given.means === undefined ? [] : columnNames('--means', given.means, table, COMMAND);
  const numbers = Object.fromEntries([
    ...ranges.map((name) => [name, 'range'] as const),
    ...means.map((name) => [name, 'mean'] as const),
  ]);
  const weights = numbersByColumn('--weights', given.weights);
  const minimumLevels = numbersByColumn('--min-levels', given.minLevels);
  const maximumLevels = numbersByColumn('--max-levels', given.maxLevels);
  const asked = Object.entries({
    person,
    suppression,
    metric,
    recoding,
    algorithm,
    weights,
    minimumLevels,
    maximumLevels,
    suppressedRows,
    numbers: ranges.length + means.length > 0 ? numbers : undefined,
    timeLimit: timeLimit === undefined ? undefined : timeLimit * 1000,
  }).filter(([, value]) => value !== undefined);
  if (given.policy !== undefined) {
    for (const [option, value] of Object.entries({ '--qi': given.qi, '--k': k, '--l': l, '--t': t, '--m': m })) {
      if (value !== undefined) throw new ScrimError('SCRIM_CLI_CONFLICT', { first: '--policy', second: option });
    }
    const { modelOptions, readerOf, readPolicyFile } = await import('../../policy/index.js');
    const { policy } = readPolicyFile(given.policy);
    return { ...modelOptions(table, policy, readerOf(dirname(given.policy))), ...Object.fromEntries(asked) };
  }
  if (given.qi === undefined) throw new ScrimError('SCRIM_CLI_MISSING', { command: COMMAND, what: '--qi' });
  const quasiIdentifiers = columnNames('--qi', given.qi, table, COMMAND);
  const sensitive = given.sensitive === undefined ? [] : columnNames('--sensitive', given.sensitive, table, COMMAND);
  const optional = given.tKind === 'hierarchical' ? sensitive : [];
  const found = await hierarchies(
    given,
    table,
    quasiIdentifiers.filter((name) => !Object.hasOwn(numbers, name) || given.hierarchies !== undefined),
    optional,
  );
  const own = Object.fromEntries(Object.entries(found).filter(([column]) => quasiIdentifiers.includes(column)));
  const models = Object.entries({ k, m, l, lKind, c, t, tKind }).filter(([, value]) => value !== undefined);
  return {
    quasiIdentifiers,
    hierarchies: own,
    ...(sensitive.length > 0 ? { sensitive } : {}),
    ...(tKind === 'hierarchical' ? { sensitiveHierarchies: found } : {}),
    ...Object.fromEntries(models),
    ...Object.fromEntries(asked),
  };
}
