/**
 * `scrim unmask`: restores the columns that an authorisation names, with the key that it names; every column is noted in the
 * ledger before anything is restored.
 * @module
 */
import type { ScrimCommand } from '../command-line.js';
import { type ReadOptions, readFlags, tableOptions } from '../data.js';
import { readInput } from '../input-file.js';
import { type KeysOptions, keysFlags, openRing } from '../keys-options.js';
import { ledgerSigning } from '../signing-key.js';

interface UnmaskFlags extends ReadOptions, KeysOptions {
  readonly policy: string;
  readonly authorisation: string;
  readonly output: string;
  readonly ledger: string;
  readonly vault?: string;
}

/** Adds `scrim unmask`. */
export function addUnmask(program: ScrimCommand): void {
  const command = program
    .sub('unmask', [
      'restore reversible columns: needs key, authorisation and ledger',
      '还原可逆列：须有密钥、授权与账本',
    ])
    .operand('<data>', ['masked CSV, TSV, Parquet or NDJSON file', '已脱敏的 CSV、TSV、Parquet 或 NDJSON 文件'])
    .need('--policy <file>', ['policy by which the file was masked', '脱敏时所用的策略'])
    .need('--authorisation <file>', [
      'YAML or JSON: scope, operator, purpose, reference, key, columns, expires',
      'YAML 或 JSON：范围、操作人、用途、批准文号、密钥、列、有效期',
    ])
    .need('--ledger <file>', ['ledger that notes every restored column', '记录每一还原列的账本'])
    .need('-o, --output <file>', ['file to write; its record lies beside it', '输出文件；记录与其并列'])
    .flag('--vault <file>', [
      'vault of random tokens (made by scrim mask --vault)',
      '随机令牌库（由 scrim mask --vault 生成）',
    ]);
  readFlags(keysFlags(command))
    .common(false)
    .examples(
      'scrim unmask --policy policy.yaml --authorisation permit.yaml --keys ring.json --wrapping-key ring.key --ledger ledger.jsonl masked.csv -o restored.csv',
    )
    .does<UnmaskFlags>(async (session, options, data) => {
      const input = data as string;
      session.outputs.input('<data>', input);
      session.outputs.input('--policy', options.policy);
      session.outputs.input('--authorisation', options.authorisation);
      if (options.vault !== undefined) session.outputs.input('--vault', options.vault);
      await session.outputs.probe('--output', options.output);
      await session.outputs.probe('--output (record)', `${options.output}.record.json`);
      const { parseAuthorisation, readPolicyFile, unmaskFile } = await import('../../policy/index.js');
      const policy = readPolicyFile(options.policy);
      const authorisation = parseAuthorisation(readText(options.authorisation), options.authorisation);
      const vault = options.vault === undefined ? {} : { vault: readInput(options.vault) };
      const ring = await openRing(session, options, 'scrim unmask');
      const { Ledger } = await import('../../audit/index.js');
      const ledger = await Ledger.open(options.ledger, await ledgerSigning(session));
      try {
        const record = await unmaskFile({
          ...session.run,
          ...vault,
          policy,
          authorisation,
          input,
          output: options.output,
          keys: ring,
          ledger,
          read: tableOptions(session, options),
        });
        session.json({ schema: 'scrim.unmask/1', record });
        const { columns } = authorisation;
        session.say(
          session.text([
            `${columns.join(', ')} restored in ${options.output}; noted in the ledger for ${authorisation.operator}, ${authorisation.reference}`,
            `已在 ${options.output} 中还原 ${columns.join('、')}；已按 ${authorisation.operator}、${authorisation.reference} 记入账本`,
          ]),
        );
        for (const warning of record.warnings) session.say(`${session.text(['warning', '警告'])} ${warning.message}`);
        return 0;
      } finally {
        ring.close();
        await ledger.close();
      }
    });
}

function readText(path: string): string {
  return new TextDecoder().decode(readInput(path));
}
