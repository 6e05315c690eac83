/**
 * `scrim protect`: a raw table and a policy in, the table that the policy allows out, with its record and ledger entry.
 * @module
 */
import { ScrimError } from '../../core/index.js';
import type { ScrimCommand } from '../command-line.js';
import { type ReadOptions, readFlags, tableOptions } from '../data.js';
import { type KeysOptions, keysFlags, openRing } from '../keys-options.js';
import { ledgerSigning } from '../signing-key.js';
import { textTable } from '../terminal.js';

interface ProtectFlags extends ReadOptions, KeysOptions {
  readonly policy: string;
  readonly output: string;
  readonly ledger?: string;
}

/** Adds `scrim protect`. */
export function addProtect(program: ScrimCommand): void {
  const command = program
    .sub('protect', [
      'raw table + policy: the table that the policy allows, and its record',
      '原始数据 + 策略：产出策略允许的数据表及其记录',
    ])
    .operand('<data>', ['CSV, TSV, Parquet or NDJSON file', 'CSV、TSV、Parquet 或 NDJSON 文件'])
    .need('--policy <file>', [
      'policy in YAML or JSON (scrim init proposes one)',
      'YAML 或 JSON 策略（可由 scrim init 生成）',
    ])
    .need('-o, --output <file>', ['file to write; its record lies beside it', '输出文件；记录与其并列'])
    .flag('--ledger <file>', ['note the operation in this ledger', '将操作记入该账本']);
  readFlags(keysFlags(command))
    .common(true)
    .examples(
      'scrim protect --policy policy.yaml people.csv -o out.csv',
      'scrim protect --policy 策略.yaml 人口.csv -o 产品.csv --keys ring.json --wrapping-key ring.key --ledger ledger.jsonl',
    )
    .does<ProtectFlags>(async (session, options, data) => {
      const input = data as string;
      session.outputs.input('<data>', input);
      session.outputs.input('--policy', options.policy);
      await session.outputs.probe('--output', options.output);
      await session.outputs.probe('--output (record)', `${options.output}.record.json`);
      const { protectFile, readPolicyFile } = await import('../../policy/index.js');
      readPolicyFile(options.policy);
      const ring = options.keys === undefined ? undefined : await openRing(session, options, 'scrim protect');
      const ledger =
        options.ledger === undefined
          ? undefined
          : await (await import('../../audit/index.js')).Ledger.open(options.ledger, await ledgerSigning(session));
      try {
        const { record, recordPath, quality } = await protectFile({
          ...session.run,
          policy: options.policy,
          input,
          output: options.output,
          read: tableOptions(session, options),
          ...(ring === undefined ? {} : { keys: ring }),
          ...(ledger === undefined ? {} : { ledger }),
        });
        session.json({ schema: 'scrim.protect/1', record, recordPath, quality: { rows: quality.rows } });
        if (session.wantsHtml) {
          const { recordHtml } = await import('../../report/index.js');
          session.html(recordHtml(record, { language: session.language }));
        }
        const [output] = record.outputs;
        if (output === undefined) throw new ScrimError('SCRIM_INTERNAL', { check: 'a record has an output' });
        session.say(
          textTable(
            [session.text(['column', '列']), session.text(['rule', '规则'])],
            record.columns.map((column) => [column.column, column.rule]),
          ),
        );
        for (const warning of record.warnings) {
          const place = warning.column === undefined ? '' : `${warning.column}: `;
          session.say(`${session.text(['warning', '警告'])} ${place}${warning.message}`);
        }
        session.say(
          session.text([
            `${output.rows} rows × ${output.columns.length} columns in ${options.output}, record in ${recordPath}`,
            `${output.rows} 行 × ${output.columns.length} 列，写入 ${options.output}；记录见 ${recordPath}`,
          ]),
        );
        return 0;
      } finally {
        ring?.close();
        await ledger?.close();
      }
    });
}
