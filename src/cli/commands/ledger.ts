/**
 * `scrim ledger`: check the chain, show what was recorded, remove a torn tail.
 * @module
 */

import type { LedgerRecord } from '../../audit/index.js';
import { ScrimError } from '../../core/index.js';
import { numberIn, repeated, type ScrimCommand } from '../command-line.js';
import { publicKeys } from '../signing-key.js';
import { textTable } from '../terminal.js';
import { addLedgerAudit } from './ledger-audit.js';

const PROBLEMS: Readonly<Record<string, readonly [string, string]>> = {
  torn: [
    'a writer died in the middle of a record (scrim ledger recover removes it)',
    '写入中断，末尾记录不完整（可用 scrim ledger recover 移除）',
  ],
  truncated: ['acknowledged records are missing at the end', '末尾缺少已确认的记录'],
  'wrong-head': ['the record there is not the acknowledged or anchored one', '该处记录与已确认或已锚定的记录不符'],
  empty: ['there is no record', '没有任何记录'],
  'pruned-unrecorded': [
    'its content was taken out, and nothing says that it was pruned',
    '该记录内容已被清除，而账本未记载清理',
  ],
  'wrong-root': ['the root of this checkpoint is not that of the records before it', '该检查点的根与其前的记录不符'],
  'wrong-signature': ['its signature is wrong or by an unknown key', '签名不正确或密钥未知'],
  'no-signature': ['it is not signed', '未签名'],
};

function anchorOf(text: string): { seq: number; hash: string } {
  const match = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text);
  if (match === null) throw new ScrimError('SCRIM_CLI_VALUE', { option: '--anchor', expected: 'SEQ:HASH' });
  return { seq: Number(match[1]), hash: match[2] as string };
}

function addVerify(ledger: ScrimCommand): void {
  ledger
    .sub('verify', [
      'check every record and link; exit code 4 when one is wrong',
      '核验每条记录与链接；有误则退出码为 4',
    ])
    .operand('<ledger>', ['ledger file', '账本文件'])
    .flag(
      '--anchor <seq:hash>',
      ['a head kept elsewhere: the ledger must contain it', '另行保存的链头，账本须包含该记录'],
      anchorOf,
    )
    .flag(
      '--public-key <file>',
      ['every record must be signed by one of these keys; may be repeated', '每条记录须由这些公钥之一签署；可重复'],
      repeated,
    )
    .common(false)
    .examples('scrim ledger verify ledger.jsonl', 'scrim ledger verify ledger.jsonl --anchor 41:9f2c…')
    .does<{ anchor?: { seq: number; hash: string }; publicKey?: string[] }>(async (session, options, path) => {
      const { signatureCheck, verifyLedger } = await import('../../audit/index.js');
      const anchor = options.anchor === undefined ? {} : { anchor: options.anchor };
      const signatures =
        options.publicKey === undefined ? {} : { signatures: signatureCheck(await publicKeys(options.publicKey)) };
      const result = await verifyLedger(path as string, { ...anchor, ...signatures });
      session.json({ ...result, schema: 'scrim.ledger-verify/1' });
      const { head, problem } = result;
      if (problem === null) {
        session.say(
          session.text([
            `Valid: ${result.records} records, head ${head?.seq}:${head?.hash}`,
            `有效：${result.records} 条记录，链头 ${head?.seq}:${head?.hash}`,
          ]),
        );
        if (result.headFile === 'absent') {
          session.say(
            session.text([
              'The head file is absent: a cut at the end of a record would go unnoticed.',
              '缺少链头文件：若在记录边界处截断将无法察觉。',
            ]),
          );
        }
      } else {
        const why = PROBLEMS[problem.reason];
        session.say(
          session.text([
            `INVALID at record ${problem.record} (byte ${problem.offset}): ${why?.[0] ?? problem.reason}`,
            `无效，第 ${problem.record} 条记录（字节 ${problem.offset}）：${why?.[1] ?? problem.reason}`,
          ]),
        );
      }
      return result.valid ? 0 : 4;
    });
}

function brief(record: LedgerRecord): string {
  const parts: string[] = [];
  for (const [key, value] of Object.entries(record.data)) {
    if (key === 'operator') continue;
    if (typeof value === 'string') parts.push(`${key}=${value.length > 20 ? `${value.slice(0, 12)}…` : value}`);
    else if (typeof value === 'number') parts.push(`${key}=${value}`);
  }
  return parts.join(' ');
}

function addShow(ledger: ScrimCommand): void {
  ledger
    .sub('show', ['list the records, each checked while it is read', '列出记录，读取时逐条核验'])
    .operand('<ledger>', ['ledger file', '账本文件'])
    .flag('--type <type>', ['only records of this type; may be repeated', '仅列该类型；可重复'], repeated)
    .flag('--last <n>', ['only the last n', '仅列最后 n 条'], numberIn('--last', 1, Number.MAX_SAFE_INTEGER, 'integer'))
    .common(false)
    .examples('scrim ledger show ledger.jsonl --last 20', 'scrim ledger show ledger.jsonl --type review --json -')
    .does<{ type?: string[]; last?: number }>(async (session, options, path) => {
      const { readLedger } = await import('../../audit/index.js');
      const records: LedgerRecord[] = [];
      const types = options.type === undefined ? {} : { types: options.type };
      for await (const record of readLedger(path as string, types)) {
        records.push(record);
        if (options.last !== undefined && records.length > 2 * options.last + 1000) {
          records.splice(0, records.length - options.last);
        }
      }
      const shown = options.last === undefined ? records : records.slice(-options.last);
      session.json({ schema: 'scrim.ledger-show/1', records: shown });
      const headings = [
        session.text(['no.', '序号']),
        session.text(['time', '时间']),
        session.text(['type', '类型']),
        session.text(['operator', '操作人']),
        session.text(['content', '内容']),
      ];
      const rows = shown.map((record) => [
        String(record.seq),
        record.time,
        record.type,
        typeof record.data.operator === 'string' ? record.data.operator : '',
        brief(record),
      ]);
      session.say(textTable(headings, rows, ['right'], 72));
      return 0;
    });
}

function addRecover(ledger: ScrimCommand): void {
  ledger
    .sub('recover', ['remove a torn tail and record that it was removed', '移除不完整的末尾并记录该操作'])
    .operand('<ledger>', ['ledger file', '账本文件'])
    .need('--operator <name>', ['real name of who does it', '操作人实名'])
    .flag('--reason <text>', ['why', '原因'])
    .common(false)
    .does<{ operator: string; reason?: string }>(async (session, options, path) => {
      const { Ledger } = await import('../../audit/index.js');
      const reason = options.reason === undefined ? {} : { reason: options.reason };
      const { removed, head } = await Ledger.recover(path as string, { operator: options.operator, ...reason });
      session.json({ schema: 'scrim.ledger-recover/1', removed, head });
      session.say(
        removed === 0
          ? session.text(['The ledger was whole; nothing was done.', '账本完整，未作改动。'])
          : session.text([`Removed ${removed} bytes of a torn record.`, `已移除不完整记录的 ${removed} 字节。`]),
      );
      return 0;
    });
}

/** Adds `scrim ledger`. */
export function addLedger(program: ScrimCommand): void {
  const ledger = program.sub('ledger', ['check and show the append-only ledger', '核验与查看只增账本']);
  addVerify(ledger);
  addShow(ledger);
  addRecover(ledger);
  addLedgerAudit(ledger);
}
