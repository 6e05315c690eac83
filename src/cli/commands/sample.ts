/**
 * `scrim sample`: draw a probability sample of a table, with the design weight of every row.
 *
 * A step run by flags stays inside the domain: every column is kept, and the record says `policy: none`.
 * @module
 */
import { basename } from 'node:path';
import { type OperationRecord, ScrimError, SecureRandom } from '../../core/index.js';
import type { Allocation, DesignName } from '../../sampling/index.js';
import { numberIn, oneOf, repeated, type ScrimCommand } from '../command-line.js';
import { columnNames, type ReadOptions, readData, readFlags, writeData } from '../data.js';
import { type KeysOptions, keysFlags, openRing } from '../keys-options.js';
import type { Session } from '../session.js';

interface SampleFlags extends ReadOptions, KeysOptions {
  readonly design: DesignName;
  readonly n?: number;
  readonly rate?: number;
  readonly by?: string[];
  readonly size?: string;
  readonly person?: string;
  readonly perCluster?: number;
  readonly allocation?: Allocation;
  readonly domain?: string;
  readonly tenant?: string;
  readonly environment?: string;
  readonly scenario?: string;
  readonly output: string;
}

const DESIGNS: readonly DesignName[] = [
  'srs',
  'srs-replacement',
  'bernoulli',
  'poisson',
  'systematic',
  'stratified',
  'cluster',
  'two-stage',
  'pps',
  'reservoir',
  'weighted-reservoir',
  'consistent',
];

function flags(program: ScrimCommand): ScrimCommand {
  const integer = (option: string): ((value: string) => number) => numberIn(option, 1, 2 ** 31, 'integer');
  return program
    .sub('sample', ['draw a probability sample, with design weights', '按概率设计抽样并给出设计权数'])
    .operand('<data>', ['CSV, TSV, Parquet or NDJSON file', 'CSV、TSV、Parquet 或 NDJSON 文件'])
    .need('--design <name>', [DESIGNS.join(', '), DESIGNS.join('、')], oneOf('--design', DESIGNS))
    .need('-o, --output <file>', ['file to write; its record lies beside it', '输出文件；记录与其并列'])
    .flag(
      '--n <n>',
      [
        'rows to draw (persons, clusters, or rows per stratum where the design says so)',
        '样本量（视设计为行、人、群或每层行数）',
      ],
      integer('--n'),
    )
    .flag('--rate <share>', ['share to draw instead of --n', '以比例代替 --n'], numberIn('--rate', Number.MIN_VALUE, 1))
    .flag('--by <columns>', ['strata, or the cluster column', '分层列，或群标识列'], repeated)
    .flag('--size <column>', [
      'column of sizes for pps, poisson, weighted-reservoir and Neyman allocation',
      '规模列：用于 pps、poisson、weighted-reservoir 与 Neyman 分配',
    ])
    .flag('--person <column>', [
      'column that names the person: persons are drawn with all their rows',
      '标识个人的列：按人抽取其全部行',
    ])
    .flag(
      '--per-cluster <n>',
      ['rows per drawn cluster, for two-stage', '两阶段抽样中每群的行数'],
      integer('--per-cluster'),
    )
    .flag(
      '--allocation <kind>',
      ['proportional (default), neyman, fixed or equal', 'proportional（缺省）、neyman、fixed 或 equal'],
      oneOf('--allocation', ['proportional', 'neyman', 'fixed', 'equal']),
    )
    .flag('--domain <name>', [
      'linkage domain of the key, for consistent; default sample',
      'consistent 设计所用密钥的关联域；缺省 sample',
    ])
    .flag('--tenant <name>', ['scope of the key, for consistent', 'consistent 设计所用密钥的租户'])
    .flag('--environment <name>', ['scope of the key, for consistent', 'consistent 设计所用密钥的环境'])
    .flag('--scenario <name>', ['scope of the key, for consistent', 'consistent 设计所用密钥的场景']);
}

/** Adds `scrim sample`. */
export function addSample(program: ScrimCommand): void {
  readFlags(keysFlags(flags(program)))
    .common(false)
    .examples(
      'scrim sample people.csv --design stratified --by county,sex --n 5000 -o sample.csv',
      'scrim sample 人口.csv --design srs --person 人员编号 --n 1000 -o 样本.csv --json -',
    )
    .does<SampleFlags>(async (session, given, data) => {
      await session.outputs.claim('--output (record)', `${given.output}.record.json`);
      const file = await session.outputs.claim('--output', given.output);
      const { table, artifact } = await readData(session, '<data>', data as string, given);
      const { sample } = await import('../../sampling/index.js');
      const by = given.by === undefined ? undefined : columnNames('--by', given.by, table, 'scrim sample');
      const { design, n, rate, size, person, perCluster, allocation } = given;
      const asked = Object.entries({ n, rate, by, size, person, perCluster, allocation }).filter(
        ([, value]) => value !== undefined,
      );
      const key = design === 'consistent' ? await sampleKey(session, given) : undefined;
      const result = sample(table, {
        design,
        random: new SecureRandom(),
        ...Object.fromEntries(asked),
        ...(key === undefined ? {} : { key }),
      });
      const sha256 = await writeData(session, result.table, file);
      const { rows } = result.table;
      const record: OperationRecord = {
        ...result.record,
        inputs: [artifact],
        outputs: [{ name: basename(given.output), sha256, rows, columns: result.table.names }],
      };
      session.outputs.write('--output (record)', `${JSON.stringify(record, null, 2)}\n`);
      const { strata } = result;
      session.json({ schema: 'scrim.sample/1', design, rows, population: table.rows, strata, digest: sha256 });
      session.say(session.text([`${rows} of ${table.rows} rows drawn`, `抽取 ${rows} / ${table.rows} 行`]));
      return 0;
    });
}

/** Key of consistent sampling in its scope. @throws SCRIM_CLI_MISSING when the scope is not named */
async function sampleKey(session: Session, given: SampleFlags): Promise<Uint8Array> {
  const { tenant, environment, scenario } = given;
  if (tenant === undefined || environment === undefined || scenario === undefined) {
    throw new ScrimError('SCRIM_CLI_MISSING', { command: 'scrim sample', what: '--tenant, --environment, --scenario' });
  }
  const ring = await openRing(session, given, 'scrim sample');
  const keys = ring.scenario({ tenant, environment, scenario });
  return keys.derive({ purpose: 'sample', domain: given.domain ?? 'sample', kind: given.person ?? 'person' }).bytes();
}
