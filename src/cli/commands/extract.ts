/**
 * `scrim extract`: a sampled, masked training extract and its masked hold-out, with the fidelity report (R5).
 * @module
 */
import { ScrimError } from '../../core/index.js';
import { numberIn, type ScrimCommand } from '../command-line.js';
import { type ReadOptions, readFlags, tableOptions } from '../data.js';
import { type KeysOptions, keysFlags, openRing } from '../keys-options.js';
import { ledgerSigning } from '../signing-key.js';
import { textTable } from '../terminal.js';

interface ExtractFlags extends ReadOptions, KeysOptions {
  readonly policy: string;
  readonly output: string;
  readonly holdout?: string;
  readonly ledger?: string;
  readonly timeLimit?: number;
}

/** `train.csv` -> `train.holdout.csv`. */
function besides(output: string): string {
  const cut = /\.[A-Za-z0-9]+$/.exec(output);
  return cut === null ? `${output}.holdout` : `${output.slice(0, cut.index)}.holdout${cut[0]}`;
}

/** Adds `scrim extract`. */
export function addExtract(program: ScrimCommand): void {
  const command = program
    .sub('extract', [
      'sampled and masked rows to train on, a masked hold-out of other persons, and what they keep of the source',
      '抽样并脱敏的训练集、由其他人组成的脱敏验证集，以及保真度报告',
    ])
    .operand('<data>', ['CSV, TSV, Parquet or NDJSON file', 'CSV、TSV、Parquet 或 NDJSON 文件'])
    .need('--policy <file>', ['policy with sampling', '含 sampling 的策略'])
    .need('-o, --output <file>', ['training rows; the record lies beside it', '训练集；记录与其并列'])
    .flag('--holdout <file>', ['hold-out rows; default OUT.holdout.EXT', '验证集；缺省为 OUT.holdout.EXT'])
    .flag(
      '--time-limit <seconds>',
      ['for the scorer; 0 leaves it out; default 60', '可还原性测试时限；0 表示不运行；缺省 60'],
      numberIn('--time-limit', 0, 1e6),
    )
    .flag('--ledger <file>', ['note the operations in this ledger', '将操作记入该账本']);
  readFlags(keysFlags(command))
    .common(true)
    .examples(
      'scrim extract --policy policy.yaml people.csv -o train.csv --html fidelity.html',
      'scrim extract --policy 策略.yaml 人口.csv -o 训练集.csv --holdout 验证集.csv --keys ring.json --wrapping-key ring.key --ledger ledger.jsonl --lang zh-CN --html 保真度.html',
    )
    .does<ExtractFlags>(async (session, options, data) => {
      const input = data as string;
      const holdout = options.holdout ?? besides(options.output);
      session.outputs.input('<data>', input);
      session.outputs.input('--policy', options.policy);
      if (holdout === options.output) {
        throw new ScrimError('SCRIM_CLI_SAME_FILE', { first: '--output', second: '--holdout', path: holdout });
      }
      await session.outputs.probe('--output', options.output);
      await session.outputs.probe('--holdout', holdout);
      for (const file of [options.output, holdout])
        await session.outputs.probe('--output (record)', `${file}.record.json`);
      const { extractFiles, readPolicyFile } = await import('../../policy/index.js');
      readPolicyFile(options.policy);
      const ring = options.keys === undefined ? undefined : await openRing(session, options, 'scrim extract');
      const ledger =
        options.ledger === undefined
          ? undefined
          : await (await import('../../audit/index.js')).Ledger.open(options.ledger, await ledgerSigning(session));
      try {
        const made = await extractFiles({
          ...session.run,
          policy: options.policy,
          input,
          output: options.output,
          holdout,
          read: tableOptions(session, options),
          ...(options.timeLimit === undefined ? {} : { reviewLimit: options.timeLimit * 1000 }),
          ...(ring === undefined ? {} : { keys: ring }),
          ...(ledger === undefined ? {} : { ledger }),
        });
        const { fidelity, restoration } = made;
        session.json({
          schema: 'scrim.extract/1',
          train: made.train,
          holdout: made.holdout,
          recordPaths: made.recordPaths,
          fidelity,
          restoration,
        });
        if (session.wantsHtml) {
          const { extractHtml } = await import('../../report/index.js');
          const [train, held] = [made.train.outputs[0], made.holdout.outputs[0]];
          if (train === undefined || held === undefined) {
            throw new ScrimError('SCRIM_INTERNAL', { check: 'a record has an output' });
          }
          session.html(extractHtml({ fidelity, restoration, train, holdout: held }, { language: session.language }));
        }
        const shown = (value: number | null): string => (value === null ? '–' : value.toFixed(3));
        session.say(
          textTable(
            [session.text(['column', '列']), session.text(['distance', '距离']), session.text(['kept', '保留'])],
            fidelity.columns.map((column) => [column.column, shown(column.distance), shown(column.kept)]),
            ['left', 'right', 'right'],
          ),
        );
        for (const model of fidelity.models) {
          const [source, extract] = [model.source.accuracy.toFixed(3), model.extract.accuracy.toFixed(3)];
          session.say(
            session.text([
              `${model.target}: accuracy ${source} trained on the source, ${extract} on the extract, ${model.baseline.toFixed(3)} by always naming the commonest`,
              `${model.target}：以原始数据训练的准确率 ${source}，以样本训练 ${extract}，恒取最多类 ${model.baseline.toFixed(3)}`,
            ]),
          );
        }
        for (const warning of made.train.warnings) {
          const place = warning.column === undefined ? '' : `${warning.column}: `;
          session.say(`${session.text(['warning', '警告'])} ${place}${warning.message}`);
        }
        const [rows, held] = [made.train.counts.rowsWritten ?? 0, made.holdout.counts.rowsWritten ?? 0];
        session.say(
          session.text([
            `${rows} rows in ${options.output}, ${held} held out in ${holdout}`,
            `${rows} 行写入 ${options.output}，${held} 行留作验证，写入 ${holdout}`,
          ]),
        );
        return 0;
      } finally {
        ring?.close();
        await ledger?.close();
      }
    });
}
