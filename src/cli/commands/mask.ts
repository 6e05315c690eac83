/**
 * `scrim mask`: a policy of masks over a CSV or NDJSON stream of any length, or a Parquet file by row groups, in constant
 * memory; `--stdio` as a filter.
 * @module
 */
import fs from 'node:fs';
import { basename, dirname } from 'node:path';
import { type AtomicFile, type OperationRecord, ScrimError, Sha256 } from '../../core/index.js';
import type { KeyRing } from '../../crypto/index.js';
import type { TokenVault } from '../../masking/index.js';
import type { Policy } from '../../policy/index.js';
import type { ScrimCommand } from '../command-line.js';
import { type ReadOptions, readFlags, tableOptions } from '../data.js';
import { readInput, unreadable } from '../input-file.js';
import { type KeysOptions, keysFlags, openRing } from '../keys-options.js';
import type { Session } from '../session.js';
import { ledgerSigning } from '../signing-key.js';

interface MaskFlags extends ReadOptions, KeysOptions {
  readonly policy: string;
  readonly output?: string;
  readonly stdio?: boolean;
  readonly vault?: string;
  readonly ledger?: string;
}

const BLOCK = 1 << 18;
const BRACE = 0x7b;

/** First bytes of the data, and a source that yields them again before the rest. */
async function peek(
  input: number | string,
  wanted: () => boolean,
): Promise<{ head: Uint8Array; source: AsyncIterable<Uint8Array>; digest: Sha256 }> {
  const options = { highWaterMark: BLOCK };
  const stream =
    typeof input === 'number'
      ? fs.createReadStream('', { ...options, fd: input })
      : fs.createReadStream(input, options);
  const blocks = stream[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  const next = (): Promise<IteratorResult<Uint8Array>> =>
    blocks.next().catch((error: unknown) => {
      throw unreadable(typeof input === 'string' ? input : '-', error);
    });
  const digest = new Sha256();
  const first = await next();
  const head = first.done === true ? new Uint8Array(0) : first.value;
  async function* all(): AsyncGenerator<Uint8Array> {
    for (let block = head; block.length > 0 && wanted(); ) {
      digest.update(block);
      yield block;
      const more = await next();
      block = more.done === true ? new Uint8Array(0) : more.value;
    }
  }
  return { head, source: all(), digest };
}

/** Where masked bytes go, with the digest of what went there. */
class Target {
  readonly digest: Sha256 = new Sha256();
  /** False once nobody reads standard output any more: then the rest need not be masked. */
  open = true;
  readonly #file: AtomicFile | undefined;

  constructor(file: AtomicFile | undefined) {
    this.#file = file;
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.digest.update(bytes);
    if (this.#file !== undefined) return this.#file.write(bytes);
    if (!this.open) return;
    // The caller may use the array again: wait until it has left.
    await new Promise<void>((resolve) => {
      process.stdout.write(bytes, (error) => {
        if (error) this.open = false;
        resolve();
      });
    });
  }
}

/** True when the bytes are UTF-8 so far; the last character may be cut off. */
function isUtf8(head: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** The delimiter of the header line: the candidate that stands there most often, outside quotes. */
function delimiterOf(head: Uint8Array): string {
  const [line = ''] = new TextDecoder()
    .decode(head.subarray(0, 65_536))
    .replace(/"[^"]*"/g, '')
    .split(/\r?\n/);
  const counts = [',', '\t', ';', '|'].map((sign) => [sign, line.split(sign).length] as const);
  return counts.reduce((best, one) => (one[1] > best[1] ? one : best))[0];
}

function formatOf(head: Uint8Array): 'csv' | 'ndjson' | 'parquet' {
  if (head[0] === 0x50 && head[1] === 0x41 && head[2] === 0x52 && head[3] === 0x31) return 'parquet';
  const first = head.find((byte) => byte > 32 && byte !== 0xef && byte !== 0xbb && byte !== 0xbf);
  return first === BRACE ? 'ndjson' : 'csv';
}

/** The vault that `--vault` names: the one that stands there, or a new one. */
async function openVault(
  session: Session,
  options: MaskFlags,
  policy: Policy,
  ring: KeyRing | undefined,
): Promise<TokenVault | undefined> {
  if (options.vault === undefined) return undefined;
  if (ring === undefined)
    throw new ScrimError('SCRIM_CLI_MISSING', { command: 'scrim mask --vault', what: '--keys <file>' });
  const { TokenVault: Vault } = await import('../../masking/index.js');
  const { tenant, environment, scenario } = policy.who;
  const keyed = { keys: ring.scenario({ tenant, environment, scenario }), suite: policy.suite };
  const sealed = fs.existsSync(options.vault) ? readInput(options.vault) : undefined;
  await session.outputs.claim('--vault', options.vault, { mode: 0o600 });
  return sealed === undefined ? new Vault(keyed) : Vault.open(sealed, keyed);
}

function sayDone(session: Session, record: OperationRecord, target: string): void {
  const { rowsWritten = 0, cellsSuppressed = 0 } = record.counts;
  session.say(
    session.text([
      `${rowsWritten} rows in ${target}, ${cellsSuppressed} cells suppressed`,
      `${rowsWritten} 行写入 ${target}，抑制单元格 ${cellsSuppressed} 个`,
    ]),
  );
  for (const warning of record.warnings) session.say(`${session.text(['warning', '警告'])} ${warning.message}`);
}

/** Adds `scrim mask`. */
export function addMask(program: ScrimCommand): void {
  const command = program
    .sub('mask', [
      'a policy of masks over CSV, NDJSON or Parquet of any length, in constant memory',
      '对任意长度的 CSV、NDJSON 或 Parquet 以恒定内存执行脱敏策略',
    ])
    .operand('[data]', ['CSV, TSV, NDJSON or Parquet file', 'CSV、TSV、NDJSON 或 Parquet 文件'])
    .need('--policy <file>', ['policy in YAML or JSON', 'YAML 或 JSON 策略'])
    .flag('-o, --output <file>', ['file to write; its record lies beside it', '输出文件；记录与其并列'])
    .flag('--stdio', ['read standard input, write standard output', '读标准输入，写标准输出'])
    .flag('--vault <file>', [
      'sealed vault of random tokens, made or continued, so that scrim unmask can restore them; needs --keys',
      '随机令牌库（密封），新建或续用，供 scrim unmask 还原；须有 --keys',
    ])
    .flag('--ledger <file>', [
      'note the operation in this ledger; refused when the authorisation is not open',
      '将操作记入该账本；授权未开放时拒绝',
    ]);
  readFlags(keysFlags(command))
    .common(false)
    .examples(
      'scrim mask --policy policy.yaml big.csv -o masked.csv',
      'zcat big.csv.gz | scrim mask --policy policy.yaml --stdio | gzip > masked.csv.gz',
    )
    .does<MaskFlags>(async (session, options, data) => {
      const stdio = options.stdio === true;
      if (stdio && (data !== undefined || options.output !== undefined || options.json === '-')) {
        const second = data !== undefined ? '[data]' : options.output !== undefined ? '--output' : '--json -';
        throw new ScrimError('SCRIM_CLI_CONFLICT', { first: '--stdio', second });
      }
      if (!stdio && (data === undefined || options.output === undefined)) {
        const what = data === undefined ? '<data> | --stdio' : '--output <file>';
        throw new ScrimError('SCRIM_CLI_MISSING', { command: 'scrim mask', what });
      }
      session.outputs.input('--policy', options.policy);
      if (data !== undefined) session.outputs.input('<data>', data);
      const target = options.output;
      if (target !== undefined) await session.outputs.claim('--output (record)', `${target}.record.json`);
      const file = target === undefined ? undefined : await session.outputs.claim('--output', target);
      const { maskStream, readerOf, readPolicyFile } = await import('../../policy/index.js');
      const parsed = readPolicyFile(options.policy);
      const ring = options.keys === undefined ? undefined : await openRing(session, options, 'scrim mask');
      const { appendWhileOpen, Ledger, operationEntry, requireOpen } = await import('../../audit/index.js');
      const { who } = parsed.policy;
      const ledger =
        options.ledger === undefined ? undefined : await Ledger.open(options.ledger, await ledgerSigning(session));
      if (ledger !== undefined) await requireOpen(ledger.path, who, 'mask');
      try {
        const sink = new Target(file);
        const { head, source, digest } = await peek(data ?? 0, () => sink.open);
        const name = data === undefined ? 'stdin' : basename(data);
        const read = tableOptions(session, options);
        const vault = await openVault(session, options, parsed.policy, ring);
        const decided = options.encoding !== undefined || options.header === false || options.null !== undefined;
        const format = formatOf(head);
        if (format === 'parquet' && data === undefined) {
          throw new ScrimError('SCRIM_POLICY_UNSUPPORTED', { part: 'Parquet', operation: 'mask --stdio' });
        }
        const parquet = format === 'parquet' ? data : undefined;
        const run = maskStream(parsed, parquet ?? source, sink, {
          ...session.run,
          name,
          readFile: readerOf(dirname(options.policy)),
          format,
          ...(vault === undefined ? {} : { vault }),
          csv: { delimiter: read.delimiter ?? delimiterOf(head), read, batches: decided || !isUtf8(head) },
          ...(ring === undefined ? {} : { keys: ring }),
        });
        // A reader that went away ends the filter in the middle of a record: no failure.
        const done = await run.catch((error: unknown) => {
          if (sink.open) throw error;
          return null;
        });
        if (done === null) return 0;
        const [input, output] = [done.inputs[0], done.outputs[0]];
        if (input === undefined || output === undefined) {
          throw new ScrimError('SCRIM_INTERNAL', { check: 'a record has an input and an output' });
        }
        // Parquet is read from its end: its bytes are digested afterwards.
        if (parquet !== undefined) for await (const _ of source);
        const record: OperationRecord = {
          ...done,
          inputs: [{ ...input, name, sha256: digest.hex() }],
          outputs: [{ ...output, name: target === undefined ? 'stdout' : basename(target), sha256: sink.digest.hex() }],
        };
        if (ledger !== undefined) {
          const by = { ...who, approval: who.approval.reference };
          await appendWhileOpen(ledger, who, 'mask', [operationEntry(record, by)]);
        }
        if (vault !== undefined) session.outputs.write('--vault', vault.seal());
        if (file !== undefined && target !== undefined) {
          session.outputs.written(file);
          session.outputs.write('--output (record)', `${JSON.stringify(record, null, 2)}\n`);
          sayDone(session, record, target);
        }
        session.json({ schema: 'scrim.mask/1', record });
        return 0;
      } finally {
        ring?.close();
        await ledger?.close();
      }
    });
}
