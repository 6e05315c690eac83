/**
 * `scrim keys`: make, show, rotate and destroy the roots of tenants, environments and scenarios.
 * @module
 */
import type { RootInfo } from '../../crypto/index.js';
import type { ScrimCommand } from '../command-line.js';
import {
  type KeysOptions,
  keysFlags,
  makeRing,
  openRing,
  type ScopeOptions,
  scopeFlags,
  scopeOf,
} from '../keys-options.js';
import { type LedgerOptions, ledgerFlag, openNotes } from '../ledger-option.js';
import type { Session } from '../session.js';
import { textTable } from '../terminal.js';

type Common = KeysOptions & LedgerOptions;

function rootsTable(session: Session, roots: readonly RootInfo[]): string {
  const headings = [
    session.text(['key', '密钥']),
    session.text(['tenant', '租户']),
    session.text(['environment', '环境']),
    session.text(['scenario', '场景']),
    session.text(['state', '状态']),
    session.text(['created', '创建时间']),
  ];
  const states = { active: '启用', retired: '已轮换', destroyed: '已销毁' } as const;
  return textTable(
    headings,
    roots.map((root) => [
      root.id,
      root.tenant,
      root.environment,
      root.scenario,
      session.text([root.state, states[root.state]]),
      root.created,
    ]),
  );
}

function addNew(keys: ScrimCommand): void {
  const command = keys
    .sub('new', [
      'make a key ring, or a root for a scope in an existing one',
      '创建密钥环，或在已有密钥环中为场景创建根密钥',
    ])
    .flag('--suite <suite>', ['intl (AES) or gm (SM4) for a new ring', '新密钥环的算法套件：intl（AES）或 gm（SM4）'])
    .flag('--tenant <name>', ['organisation', '单位'])
    .flag('--environment <name>', ['production, development or test', 'production、development 或 test'])
    .flag('--scenario <name>', ['scenario', '场景']);
  ledgerFlag(keysFlags(command))
    .common(false)
    .examples('scrim keys new --keys ring.json --wrapping-key ring.key')
    .does<Common & Partial<ScopeOptions> & { suite?: string }>(async (session, options) => {
      const { existsSync } = await import('node:fs');
      const { ScrimError } = await import('../../core/index.js');
      const path = options.keys;
      if (path === undefined) {
        throw new ScrimError('SCRIM_CLI_MISSING', { command: 'scrim keys new', what: '--keys <file>' });
      }
      if (options.suite !== undefined && !['intl', 'gm'].includes(options.suite)) {
        throw new ScrimError('SCRIM_CLI_VALUE', { option: '--suite', expected: 'intl | gm' });
      }
      const { tenant, environment, scenario } = options;
      const given = [tenant, environment, scenario].filter((one) => one !== undefined).length;
      if (given > 0 && given < 3) {
        const what = '--tenant --environment --scenario';
        throw new ScrimError('SCRIM_CLI_MISSING', { command: 'scrim keys new', what });
      }
      const notes = await openNotes(options, 'scrim keys new');
      const adding = existsSync(path) && given === 3;
      const ring = adding
        ? await openRing(session, options, 'scrim keys new')
        : await makeRing(session, options, path, options.suite === 'gm');
      try {
        if (tenant !== undefined && environment !== undefined && scenario !== undefined) {
          const scope = { tenant, environment, scenario };
          const before = new Set(ring.show().roots.map((root) => root.id));
          const key = ring.scenario(scope).keyId;
          if (!before.has(key)) await notes.note('keys.created', { ...scope, key });
        }
        const shown = ring.show();
        session.json({ schema: 'scrim.keys/1', ...shown });
        session.say(session.text([`Key ring ${shown.id} in ${path}`, `密钥环 ${shown.id}，文件 ${path}`]));
        if (shown.roots.length > 0) session.say(rootsTable(session, shown.roots));
        return 0;
      } finally {
        ring.close();
        await notes.close();
      }
    });
}

function addShow(keys: ScrimCommand): void {
  keysFlags(keys.sub('show', ['list the roots: scope, state, times; no key', '列出根密钥：范围、状态、时间；不含密钥']))
    .common(false)
    .examples('scrim keys show --keys ring.json --wrapping-key ring.key --json -')
    .does<KeysOptions>(async (session, options) => {
      const ring = await openRing(session, options, 'scrim keys show');
      try {
        const shown = ring.show();
        session.json({ schema: 'scrim.keys/1', ...shown });
        session.say(
          session.text([
            `Key ring ${shown.id}, ${shown.cipher}, protected by ${shown.protection}`,
            `密钥环 ${shown.id}，${shown.cipher}，保护方式 ${shown.protection}`,
          ]),
        );
        session.say(rootsTable(session, shown.roots));
        return 0;
      } finally {
        ring.close();
      }
    });
}

function addRotate(keys: ScrimCommand): void {
  const command = keys.sub('rotate', [
    'a fresh root for a scope; the old one only restores and verifies',
    '为场景更换根密钥；旧密钥仅用于还原与核验',
  ]);
  ledgerFlag(scopeFlags(keysFlags(command)))
    .common(false)
    .does<Common & ScopeOptions>(async (session, options) => {
      const notes = await openNotes(options, 'scrim keys rotate');
      const ring = await openRing(session, options, 'scrim keys rotate');
      try {
        const scope = scopeOf(options);
        const retired = ring
          .existing(scope)
          .roots()
          .filter((root) => root.state === 'active')
          .map((root) => root.id);
        const fresh = ring.rotate(scope);
        await notes.note('keys.rotated', { ...scope, key: fresh.id, retired });
        session.json({ schema: 'scrim.keys/1', ...ring.show() });
        session.say(session.text([`Active key: ${fresh.id}`, `当前密钥：${fresh.id}`]));
        return 0;
      } finally {
        ring.close();
        await notes.close();
      }
    });
}

function addDestroy(keys: ScrimCommand): void {
  const command = keys
    .sub('destroy', [
      'erase the roots of a scope for good; the record belongs in the ledger',
      '永久销毁场景根密钥；销毁记录应写入账本',
    ])
    .need('--reason <text>', ['why', '原因'])
    .need('--yes', ['say that it cannot be undone', '确认此操作不可撤销'])
    .flag('--key <id>', ['only this root', '仅销毁该根密钥']);
  ledgerFlag(scopeFlags(keysFlags(command)))
    .common(false)
    .does<Common & ScopeOptions & { reason: string; key?: string }>(async (session, options) => {
      const notes = await openNotes(options, 'scrim keys destroy');
      const ring = await openRing(session, options, 'scrim keys destroy');
      try {
        const keyId = options.key === undefined ? {} : { keyId: options.key };
        const record = ring.destroy(scopeOf(options), { reason: options.reason, ...keyId });
        const { time: _time, ...data } = record;
        await notes.note('keys.destroyed', data);
        session.json({ schema: 'scrim.keys-destroy/1', ...record });
        session.say(
          session.text([
            `Destroyed: ${record.keys.join(', ')}. Backups of the key file are out of reach of this command.`,
            `已销毁：${record.keys.join('、')}。密钥文件的备份不在本命令可及范围内。`,
          ]),
        );
        return 0;
      } finally {
        ring.close();
        await notes.close();
      }
    });
}

function addSigner(keys: ScrimCommand): void {
  keys
    .sub('signer', [
      'make a signing key for reviews, checkpoints and ledger records, and its public key',
      '生成用于审核包、检查点与账本记录的签名密钥及其公钥',
    ])
    .need('--id <name>', ['whose key it is; written into every signature', '密钥所属；写入每个签名'])
    .need('-o, --output <file>', [
      'secret key; the public one lies beside it as FILE.pub.json',
      '私钥文件；公钥并列为 FILE.pub.json',
    ])
    .flag('--suite <suite>', ['intl (Ed25519, default) or gm (SM2)', 'intl（Ed25519，缺省）或 gm（SM2）'])
    .common(false)
    .examples(
      'scrim keys signer --id office-1 -o office.json',
      'scrim keys signer --id 审核一科 --suite gm -o 审核.json',
    )
    .does<{ id: string; output: string; suite?: string }>(async (session, options) => {
      const { existsSync } = await import('node:fs');
      const { ScrimError } = await import('../../core/index.js');
      const { newSigningKey } = await import('../signing-key.js');
      const { suite = 'intl', output, id } = options;
      if (suite !== 'intl' && suite !== 'gm') {
        throw new ScrimError('SCRIM_CLI_VALUE', { option: '--suite', expected: 'intl | gm' });
      }
      if (id.trim() === '') throw new ScrimError('SCRIM_CLI_VALUE', { option: '--id', expected: 'text' });
      if (existsSync(output)) throw new ScrimError('SCRIM_FILE_UNWRITABLE', { path: output, reason: 'EEXIST' });
      const beside = `${output.replace(/\.json$/, '')}.pub.json`;
      await session.outputs.claim('--output', output, { mode: 0o600 });
      await session.outputs.claim('--output (public)', beside);
      const made = await newSigningKey(id, suite);
      session.outputs.write('--output', made.secret);
      session.outputs.write('--output (public)', made.public);
      session.json({ schema: 'scrim.keys-signer/1', ...(JSON.parse(made.public) as object), publicFile: beside });
      session.say(session.text([`Public key in ${beside}`, `公钥写入 ${beside}`]));
      return 0;
    });
}

/** Adds `scrim keys`. */
export function addKeys(program: ScrimCommand): void {
  const keys = program.sub('keys', ['roots of tenants, environments and scenarios', '管理租户、环境与场景的根密钥']);
  addNew(keys);
  addShow(keys);
  addRotate(keys);
  addDestroy(keys);
  addSigner(keys);
}
