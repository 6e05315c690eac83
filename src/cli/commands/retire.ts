/**
 * `scrim retire`: the end of an authorisation: state, budgets, artefacts, keys; the ledger stays.
 * @module
 */
import { ScrimError } from '../../core/index.js';
import { repeated, type ScrimCommand } from '../command-line.js';
import { readInput } from '../input-file.js';
import { type KeysOptions, keysFlags, openRing, type ScopeOptions, scopeFlags, scopeOf } from '../keys-options.js';
import { ledgerSigning } from '../signing-key.js';

interface RetireFlags extends KeysOptions, ScopeOptions {
  readonly ledger: string;
  readonly operator: string;
  readonly reason: string;
  readonly yes: boolean;
  readonly artifact?: string[];
  readonly sealTo?: string;
  readonly archiveKey?: string;
  readonly delete?: boolean;
}

/** Adds `scrim retire`. */
export function addRetire(program: ScrimCommand): void {
  const command = program
    .sub('retire', [
      'end an authorisation: close it and its budgets, seal or delete its outputs, erase its keys, keep the ledger',
      '终止授权：关闭授权与预算，封存或删除产物，销毁密钥，保留账本',
    ])
    .need('--ledger <file>', ['ledger of the authorisation', '该授权的账本'])
    .need('--operator <name>', ['real name of who does it', '操作人实名'])
    .need('--reason <text>', ['why', '原因'])
    .need('--yes', ['say that it cannot be undone', '确认此操作不可撤销'])
    .flag(
      '--artifact <file>',
      ['registered output to dispose of; may be repeated', '待处置的已登记产物；可重复'],
      repeated,
    )
    .flag('--seal-to <folder>', ['seal outputs into archives there', '将产物封存到该文件夹'])
    .flag('--archive-key <file>', ['32-byte key of the archives, kept elsewhere', '封存用 32 字节密钥文件，另行保管'])
    .flag('--delete', ['delete outputs instead', '改为删除产物']);
  keysFlags(scopeFlags(command))
    .common(false)
    .examples(
      'scrim retire --tenant health --environment production --scenario flu-2026 --ledger ledger.jsonl --keys ring.json --wrapping-key ring.key --artifact out.csv --seal-to archive --archive-key archive.key --operator 张三 --reason 到期 --yes',
    )
    .does<RetireFlags>(async (session, options) => {
      const { sealTo, archiveKey: keyFile, artifact = [] } = options;
      if (sealTo !== undefined && options.delete === true) {
        throw new ScrimError('SCRIM_CLI_CONFLICT', { first: '--seal-to', second: '--delete' });
      }
      if (sealTo !== undefined && keyFile === undefined) {
        throw new ScrimError('SCRIM_CLI_MISSING', { command: 'scrim retire --seal-to', what: '--archive-key <file>' });
      }
      if (artifact.length > 0 && sealTo === undefined && options.delete !== true) {
        throw new ScrimError('SCRIM_CLI_MISSING', {
          command: 'scrim retire --artifact',
          what: '--seal-to <folder> | --delete',
        });
      }
      for (const file of artifact) session.outputs.input('--artifact', file);
      const { archiveKey, Ledger } = await import('../../audit/index.js');
      const { retire } = await import('../../policy/index.js');
      const key = keyFile === undefined ? undefined : archiveKey(readInput(keyFile));
      const ring = options.keys === undefined ? undefined : await openRing(session, options, 'scrim retire');
      const ledger = await Ledger.open(options.ledger, { create: false, ...(await ledgerSigning(session)) });
      try {
        const found = await retire({
          scope: scopeOf(options),
          operator: options.operator,
          reason: options.reason,
          ledger,
          artifacts: artifact,
          ...(ring === undefined ? {} : { ring }),
          ...(sealTo !== undefined && key !== undefined
            ? { disposal: { kind: 'seal' as const, folder: sealTo, key } }
            : options.delete === true
              ? { disposal: { kind: 'delete' as const } }
              : {}),
        });
        session.json({ ...found, schema: 'scrim.retire/1' });
        const { keys, sealed, deleted, missing, unregistered, budgets } = found;
        session.say(
          session.text([
            `Ended: ${keys.length} keys erased, ${budgets.length} budgets closed, ${sealed.length} outputs sealed, ${deleted.length} deleted, ${missing.length} registered outputs not found`,
            `已终止：销毁密钥 ${keys.length} 个，关闭预算 ${budgets.length} 项，封存产物 ${sealed.length} 个，删除 ${deleted.length} 个，未找到的已登记产物 ${missing.length} 个`,
          ]),
        );
        for (const one of missing) session.say(`${session.text(['not found', '未找到'])}: ${one.name} ${one.sha256}`);
        for (const file of unregistered)
          session.say(`${session.text(['no registered output, left alone', '并非已登记产物，未处置'])}: ${file}`);
        if (ring === undefined) {
          session.say(session.text(['No key ring was given: no key was erased.', '未提供密钥环：未销毁任何密钥。']));
        } else {
          session.say(
            session.text([
              'Backups of the key file are out of reach of this command.',
              '密钥文件的备份不在本命令可及范围内。',
            ]),
          );
        }
        return 0;
      } finally {
        ring?.close();
        await ledger.close();
      }
    });
}
