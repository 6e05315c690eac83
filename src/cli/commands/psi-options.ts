/**
 * Options that the commands of `scrim psi` share, and what they say together: the agreement of a run.
 * @module
 */
import { type AtomicFile, ScrimError, version } from '../../core/index.js';
import type { Agreement, Mode, PsiRecord } from '../../psi/index.js';
import type { Table } from '../../table/index.js';
import { numberIn, oneOf, repeated, type ScrimCommand } from '../command-line.js';
import { type ReadOptions, readFlags, writeData } from '../data.js';
import { readInput } from '../input-file.js';
import type { ScopeOptions } from '../keys-options.js';
import { type LedgerOptions, ledgerFlag, openNotes } from '../ledger-option.js';
import type { Session } from '../session.js';

/** Flags of an agreement. */
export interface PsiFlags extends ReadOptions, LedgerOptions, Partial<ScopeOptions> {
  readonly threads?: number;
  readonly key: string[];
  readonly normalize?: string[];
  readonly protocol?: 'kkrt' | 'ecdh' | 'oprf';
  readonly suite?: 'intl' | 'gm';
  readonly mode?: Mode | 'threshold';
  readonly learns?: 'left' | 'right' | 'both';
  readonly curve?: 'x25519' | 'p256' | 'sm2' | 'ristretto255';
  readonly fast?: boolean;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly noiseScale?: string;
  readonly duplicates?: 'reject' | 'dedupe';
  readonly sizes?: 'exact' | 'power-of-two';
  readonly buckets?: number;
  readonly approval?: string;
  readonly payload?: string[];
}

/** Adds `--threads`. */
export function threadFlag(command: ScrimCommand): ScrimCommand {
  return command.flag(
    '--threads <n>',
    ['threads that work on points (ecdh, oprf); default 1', '参与曲线点运算的线程数（ecdh、oprf）；缺省 1'],
    numberIn('--threads', 1, 64, 'integer'),
  );
}

/** Adds the flags of the agreement. */
export function agreementFlags(command: ScrimCommand, keyNeeded = true): ScrimCommand {
  const text = ['key columns: a or a,b', '键列：a 或 a,b'] as const;
  (keyNeeded ? command.need('--key <columns>', text, repeated) : command.flag('--key <columns>', text, repeated))
    .flag(
      '--normalize <kinds>',
      [
        'kind of each key column, such as mobile or resident-id,none; default: text as it is',
        '各键列的标识类型，如 mobile 或 resident-id,none；缺省按原文',
      ],
      repeated,
    )
    .flag(
      '--protocol <name>',
      [
        'kkrt, ecdh or oprf; default kkrt, ecdh where only it can',
        'kkrt、ecdh 或 oprf；缺省 kkrt，仅 ecdh 可行时用 ecdh',
      ],
      oneOf('--protocol', ['kkrt', 'ecdh', 'oprf']),
    )
    .flag('--suite <name>', ['intl or gm; default intl', 'intl 或 gm；缺省 intl'], oneOf('--suite', ['intl', 'gm']))
    .flag(
      '--mode <name>',
      ['intersection, cardinality, threshold or payload', 'intersection、cardinality、threshold 或 payload'],
      oneOf('--mode', ['intersection', 'cardinality', 'threshold', 'payload']),
    )
    .flag(
      '--learns <side>',
      ['who learns the result: left, right or both; default left', '结果得知方：left、right 或 both；缺省 left'],
      oneOf('--learns', ['left', 'right', 'both']),
    )
    .flag(
      '--curve <name>',
      [
        'curve of ecdh and oprf: x25519, p256, sm2; oprf also ristretto255',
        'ecdh 与 oprf 曲线：x25519、p256、sm2；oprf 另有 ristretto255',
      ],
      oneOf('--curve', ['x25519', 'p256', 'sm2', 'ristretto255']),
    )
    .flag('--fast', [
      'linear row hashing in kkrt: see docs/psi.md before use',
      'kkrt 采用线性行散列：使用前请阅读 docs/psi.md',
    ])
    .flag(
      '--minimum <n>',
      ['withhold results below this number', '低于此数时不给出结果'],
      numberIn('--minimum', 1, 2 ** 31, 'integer'),
    )
    .flag(
      '--maximum <n>',
      ['withhold results above this number', '高于此数时不给出结果'],
      numberIn('--maximum', 1, 2 ** 31, 'integer'),
    )
    .flag('--noise-scale <scale>', [
      'discrete Laplace noise on a count, scale 1/epsilon, such as 2 or 10/3',
      '对计数加离散拉普拉斯噪声，尺度为 1/epsilon，如 2 或 10/3',
    ])
    .flag(
      '--payload <columns>',
      ['columns that the giving side adds to matched rows', '提供方附加到匹配行的列'],
      repeated,
    )
    .flag(
      '--duplicates <policy>',
      ['dedupe (default) or reject', 'dedupe（缺省）或 reject'],
      oneOf('--duplicates', ['dedupe', 'reject']),
    )
    .flag(
      '--sizes <policy>',
      ['announce sizes exact (default) or as power-of-two', '规模公布方式：exact（缺省）或 power-of-two'],
      oneOf('--sizes', ['exact', 'power-of-two']),
    )
    .flag(
      '--buckets <n>',
      [
        'run in this many padded hash buckets, with a checkpoint after each',
        '分为若干填充散列桶逐个运行，每桶一个检查点',
      ],
      numberIn('--buckets', 1, 65536, 'integer'),
    )
    .flag('--approval <id>', ['reference of the approval; both sides must name the same', '审批编号；双方须一致']);
  return ledgerFlag(readFlags(command))
    .flag('--tenant <name>', [
      'with --ledger: the authorisation that must be open',
      '与 --ledger 同用：须处于开放状态的授权',
    ])
    .flag('--environment <name>', ['as --tenant', '同 --tenant'])
    .flag('--scenario <name>', ['as --tenant', '同 --tenant']);
}

/** Kinds of the key columns from `--normalize`; null = text as it is. @throws SCRIM_CLI_VALUE */
export function kindsOf(normalize: readonly string[] | undefined, keyColumns: number): (string | null)[] {
  const given = (normalize ?? []).flatMap((text) => text.split(/[,，]/)).map((text) => text.trim());
  const kinds = given.map((kind) => (kind === 'none' || kind === '' ? null : kind));
  if (kinds.length === 0) for (let i = 0; i < keyColumns; i++) kinds.push(null);
  if (kinds.length !== keyColumns) {
    throw new ScrimError('SCRIM_CLI_VALUE', { option: '--normalize', expected: `${keyColumns}` });
  }
  return kinds;
}

/** 32 bytes, or 64 hex digits, of a file; the first `length` of them. @throws SCRIM_FILE_MISSING, SCRIM_CLI_VALUE */
export async function readKey(option: string, path: string, length: number): Promise<Uint8Array> {
  const bytes = readInput(path);
  const text = new TextDecoder().decode(bytes).trim();
  if (/^[0-9a-f]{64}$/i.test(text))
    return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)).slice(0, length);
  if (bytes.length !== 32) throw new ScrimError('SCRIM_CLI_VALUE', { option, expected: '32 bytes or 64 hex digits' });
  return new Uint8Array(bytes).slice(0, length);
}

/** The agreement that the flags say. @throws SCRIM_PSI_UNSUPPORTED, SCRIM_CLI_MISSING */
export async function agreementOf(options: PsiFlags, keyColumns: number, command: string): Promise<Agreement> {
  const { agreement } = await import('../../psi/index.js');
  const kinds = kindsOf(options.normalize, keyColumns);
  if (options.mode === 'threshold' && options.minimum === undefined) {
    throw new ScrimError('SCRIM_CLI_MISSING', { command, what: '--minimum <n>' });
  }
  const { protocol, suite, learns, curve, minimum, maximum, noiseScale, duplicates, sizes, buckets, approval } =
    options;
  const mode = options.mode === 'threshold' ? 'intersection' : options.mode;
  return agreement({
    normalise: kinds,
    ...(protocol === undefined ? {} : { protocol }),
    ...(suite === undefined ? {} : { suite }),
    ...(mode === undefined ? {} : { mode }),
    ...(learns === undefined ? {} : { learns }),
    ...(curve === undefined ? {} : { curve }),
    ...(options.fast === true ? { rowHash: 'linear' as const } : {}),
    ...(minimum === undefined ? {} : { minimum }),
    ...(maximum === undefined ? {} : { maximum }),
    ...(noiseScale === undefined ? {} : { noise: noiseScale }),
    ...(duplicates === undefined ? {} : { duplicates }),
    ...(sizes === undefined ? {} : { sizes }),
    ...(buckets === undefined ? {} : { buckets }),
    ...(approval === undefined ? {} : { approval }),
  });
}

/** A ledger that is open before the run. */
export interface PsiNotes {
  note(record: PsiRecord): Promise<void>;
  /** An entry of another type. */
  append(type: string, record: object): Promise<void>;
  close(): Promise<void>;
}

/** Opens the ledger of `--ledger`; its entries are of type `psi.run`. */
export async function openPsiNotes(options: LedgerOptions & Partial<ScopeOptions>, command: string): Promise<PsiNotes> {
  const notes = await openNotes(options, command);
  const { ledger, tenant, environment, scenario } = options;
  const named = [tenant, environment, scenario].filter((one) => one !== undefined).length;
  if (named > 0 && named < 3) {
    throw new ScrimError('SCRIM_CLI_MISSING', { command, what: '--tenant --environment --scenario' });
  }
  const scope =
    tenant === undefined || environment === undefined || scenario === undefined
      ? undefined
      : { tenant, environment, scenario };
  // A suspended, withdrawn or ended authorisation runs nothing more, and nothing that was run meanwhile is noted as its own.
  const check = async (): Promise<void> => {
    if (ledger === undefined || scope === undefined) return;
    const { requireOpen } = await import('../../audit/index.js');
    await requireOpen(ledger, scope, command);
  };
  await check();
  const append = async (type: string, record: object): Promise<void> => {
    await check();
    await notes.append(type, JSON.parse(JSON.stringify({ ...scope, ...record })) as Record<string, never>);
  };
  return { append, note: (record) => append('psi.run', record), close: () => notes.close() };
}

/** An output that was claimed before the run: nothing is learnt that could not be written. */
export interface MatchedTarget {
  readonly path: string;
  readonly file: AtomicFile;
}

/** Claims the output and its record. */
export async function claimMatched(session: Session, output: string): Promise<MatchedTarget> {
  await session.outputs.claim('--output (record)', `${output}.record.json`);
  return { path: output, file: await session.outputs.claim('--output', output) };
}

/** Writes the matched rows and their record. */
export async function writeMatched(
  session: Session,
  table: Table,
  { path: output, file }: MatchedTarget,
  record: PsiRecord,
): Promise<void> {
  const sha256 = await writeData(session, table, file);
  writeRecord(session, { output, sha256, rows: table.rows, names: table.names }, 'psi', record.time, record);
}

/** Writes the rows of a pseudonymous join and their record. */
export async function writeJoined(
  session: Session,
  table: Table,
  { path: output, file }: MatchedTarget,
  record: object,
): Promise<void> {
  const sha256 = await writeData(session, table, file);
  const written = { output, sha256, rows: table.rows, names: table.names };
  writeRecord(session, written, 'pseudonymous-join', new Date().toISOString(), record);
}

/** The record beside an output: what was done, and that its columns are as they were. */
export function writeRecord(
  session: Session,
  written: {
    readonly output: string;
    readonly sha256: string;
    readonly rows: number;
    readonly names: readonly string[];
  },
  operation: string,
  time: string,
  record: object,
): void {
  const { output, sha256, rows, names } = written;
  const text = JSON.stringify(
    {
      schema: 'scrim.record/1',
      operation,
      tool: { name: 'scrim', version },
      time,
      parameters: JSON.parse(JSON.stringify(record)) as unknown,
      inputs: [],
      outputs: [{ name: output.split(/[\\/]/).at(-1), sha256, rows, columns: names }],
      counts: { rows },
      warnings: [],
      columns: names.map((column) => ({
        column,
        rule: 'keep',
        domainSize: null,
        residual: null,
        equality: true,
        order: true,
        length: true,
        checkDigit: true,
        keyInvertible: false,
        key: null,
      })),
      policy: 'none',
      unsafe: [],
    },
    null,
    2,
  );
  session.outputs.write('--output (record)', `${text}\n`);
}

/** Lines for the person at the terminal. */
export function psiText(session: Session, record: PsiRecord): string {
  const size =
    record.withheld === null
      ? record.size === null
        ? session.text(['not learnt by this side', '本方不得知'])
        : String(record.size)
      : session.text([`withheld (${record.withheld})`, `不予给出（${record.withheld}）`]);
  const lines = [
    `${session.text(['common keys', '共同键'])}: ${size}`,
    `${session.text(['protocol', '协议'])}: ${record.protocol} · ${record.suite} · ${record.mode}`,
    `${session.text(['bytes', '字节'])}: ${record.bytes}  ${session.text(['seconds', '秒'])}: ${record.seconds.toFixed(2)}`,
    `${session.text(['transcript', '会话摘要'])}: ${record.transcript}`,
  ];
  for (const [name, side] of Object.entries(record.sides)) {
    lines.push(
      `${name}: ${side.rows} ${session.text(['rows', '行'])}, ${side.keys} ${session.text(['keys', '键'])}, ` +
        `${side.duplicates} ${session.text(['repeated', '重复'])}, ${side.missing} ${session.text(['without key', '无键'])}, ` +
        `${side.notNormalised} ${session.text(['not normalised', '未能规范化'])}`,
    );
  }
  return lines.join('\n');
}
