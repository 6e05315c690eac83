/**
 * `scrim sample`: draw a probability sample of a table, with the design weight of every row.
 *
 * A step run by flags stays inside the domain: every column is kept, and the record says `policy: none`.
 * @module
 */
import fs from 'node:fs';
import { basename } from 'node:path';
import { type AtomicFile, type OperationRecord, ScrimError, SecureRandom } from '../../core/index.js';
import type { Allocation, DesignName, SampleOptions } from '../../sampling/index.js';
import { numberIn, oneOf, repeated, type ScrimCommand } from '../command-line.js';
import { columnNames, type ReadOptions, readData, readFlags, tableOptions, writeData } from '../data.js';
import { type KeysOptions, keysFlags, openRing } from '../keys-options.js';
import { type NoteOptions, noteFlags, operationNote } from '../operation-note.js';
import { type Done, drawTo, streamOf, unreadableRows, withUnreadable } from '../sample-stream.js';
import type { Session } from '../session.js';

interface SampleFlags extends ReadOptions, KeysOptions, NoteOptions {
  readonly design: DesignName;
  readonly n?: number;
  readonly rate?: number;
  readonly by?: string[];
  readonly size?: string;
  readonly person?: string;
  readonly perCluster?: number;
  readonly allocation?: Allocation;
  readonly domain?: string;
  readonly output: string;
  readonly stream?: boolean;
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
    .flag('--stream', [
      'read the file twice instead of holding it; the default above 256 MB',
      '两遍读取而不整体载入；超过 256 MB 时为缺省',
    ])
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
  noteFlags(readFlags(keysFlags(flags(program))))
    .common(false)
    .examples(
      'scrim sample people.csv --design stratified --by county,sex --n 5000 -o sample.csv',
      'scrim sample 人口.csv --design srs --person 人员编号 --n 1000 -o 样本.csv --json -',
    )
    .does<SampleFlags>(async (session, given, data) => {
      await session.outputs.claim('--output (record)', `${given.output}.record.json`);
      const file = await session.outputs.claim('--output', given.output);
      const input = data as string;
      const note = await operationNote(session, 'sample', given);
      const done = streams(given, input)
        ? await drawStream(session, given, input, file)
        : await drawTable(session, given, input, file);
      const { rows, population, strata, sha256 } = done;
      const record: OperationRecord = {
        ...done.record,
        inputs: [done.artifact],
        outputs: [{ name: basename(given.output), sha256, rows, columns: done.columns }],
      };
      await note(record);
      session.outputs.write('--output (record)', `${JSON.stringify(record, null, 2)}\n`);
      const { design } = given;
      session.json({ schema: 'scrim.sample/1', design, rows, population, strata, digest: sha256 });
      const unread = record.warnings.find(({ code }) => code === 'rows-unreadable')?.count;
      if (unread !== undefined) {
        session.say(
          session.text([
            `${unread} rows of the source could not be read; scrim inspect lists them`,
            `来源中有 ${unread} 行无法读取，可用 scrim inspect 查看`,
          ]),
        );
      }
      session.say(session.text([`${rows} of ${population} rows drawn`, `抽取 ${rows} / ${population} 行`]));
      return 0;
    });
}

/** Files above this are read twice instead of being held. */
const LARGE = 256 * 2 ** 20;

function streams({ stream }: SampleFlags, input: string): boolean {
  const file = fs.statSync(input, { throwIfNoEntry: false });
  if (file?.isFile() !== true) {
    if (stream === true && file !== undefined) {
      throw new ScrimError('SCRIM_CLI_VALUE', { option: '--stream', expected: 'a file, which can be read twice' });
    }
    return false;
  }
  return stream === true || file.size > LARGE;
}

/** Reads the file twice and holds only what the design looks at. */
async function drawStream(session: Session, given: SampleFlags, input: string, file: AtomicFile): Promise<Done> {
  session.outputs.input('<data>', input);
  const { Table } = await import('../../table/index.js');
  const source = await streamOf(input, basename(input), tableOptions(session, given));
  const named = new Table(source.fields, []);
  const by = given.by === undefined ? undefined : columnNames('--by', given.by, named, 'scrim sample');
  const done = await drawTo(source, file, {
    ...(await designOf(session, given, by)),
    signal: session.run.signal,
  });
  session.outputs.written(file);
  return done;
}

async function designOf(
  session: Session,
  given: SampleFlags,
  by: readonly string[] | undefined,
): Promise<SampleOptions> {
  const { design, n, rate, size, person, perCluster, allocation } = given;
  if (n !== undefined && rate !== undefined)
    throw new ScrimError('SCRIM_CLI_CONFLICT', { first: '--n', second: '--rate' });
  const asked = Object.entries({ n, rate, by, size, person, perCluster, allocation }).filter(
    ([, value]) => value !== undefined,
  );
  const key = design === 'consistent' ? await sampleKey(session, given) : undefined;
  return {
    design,
    random: new SecureRandom(),
    ...Object.fromEntries(asked),
    ...(key === undefined ? {} : { key }),
  };
}

async function drawTable(session: Session, given: SampleFlags, input: string, file: AtomicFile): Promise<Done> {
  const { table, artifact, quality } = await readData(session, '<data>', input, given);
  const { sample } = await import('../../sampling/index.js');
  const by = given.by === undefined ? undefined : columnNames('--by', given.by, table, 'scrim sample');
  const result = sample(table, await designOf(session, given, by));
  const sha256 = await writeData(session, result.table, file);
  const { strata } = result;
  const record = withUnreadable(result.record, unreadableRows(quality));
  return {
    rows: result.table.rows,
    population: table.rows,
    strata,
    record,
    artifact,
    columns: result.table.names,
    sha256,
  };
}

/** Key of consistent sampling in its scope, that of policies; the column's name has no part in it. @throws SCRIM_CLI_MISSING when the scope is not named */
async function sampleKey(session: Session, given: SampleFlags): Promise<Uint8Array> {
  const { tenant, environment, scenario } = given;
  if (tenant === undefined || environment === undefined || scenario === undefined) {
    throw new ScrimError('SCRIM_CLI_MISSING', { command: 'scrim sample', what: '--tenant, --environment, --scenario' });
  }
  const ring = await openRing(session, given, 'scrim sample');
  const keys = ring.scenario({ tenant, environment, scenario });
  return keys.derive({ purpose: 'sample', domain: given.domain ?? 'sample', kind: 'person' }).bytes();
}
