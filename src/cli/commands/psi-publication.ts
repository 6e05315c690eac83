/**
 * `scrim psi publish`: the offline half of protocol oprf; and how the other commands take what it wrote.
 * @module
 */
import { ScrimError } from '../../core/index.js';
import type { PsiOptions } from '../../psi/index.js';
import { numberIn, type ScrimCommand } from '../command-line.js';
import { columnNames, readData } from '../data.js';
import { unreadable } from '../input-file.js';
import { agreementFlags, agreementOf, openPsiNotes, type PsiFlags, readKey } from './psi-options.js';

interface PublishFlags extends PsiFlags {
  readonly in: string;
  readonly table: string;
  readonly secret: string;
  readonly secretKey: string;
  readonly days?: number;
  readonly evaluations?: number;
}

/** Options of a side that uses a publication. */
export interface PublicationFlags {
  readonly table?: string;
  readonly secret?: string;
  readonly secretKey?: string;
}

/** Adds the options of {@link publicationOptions}. */
export function publicationFlags(command: ScrimCommand): ScrimCommand {
  return command
    .flag('--table <file>', [
      'oprf: the published table; of the asking side, or of the publisher to send it along',
      'oprf：已发布的表；查询方持有，或由发布方随会话发送',
    ])
    .flag('--secret <file>', ['oprf, publishing side: its secret half', 'oprf 发布方：发布表的秘密部分'])
    .flag('--secret-key <file>', ['file with 32 bytes that seal the secret half', '封装秘密部分的 32 字节密钥文件']);
}

/** Adds `scrim psi publish`. */
export function addPsiPublish(psi: ScrimCommand): void {
  const command = psi
    .sub('publish', [
      'oprf set-up: publish a set under a fresh key, for many queries; again = rotate the key',
      'oprf 预处理：在新密钥下发布集合以供多次查询；重新发布即轮换密钥',
    ])
    .need('--in <file>', ['own table', '本方数据表'])
    .need('--table <file>', ['where the table for askers goes', '供查询方使用的发布表'])
    .need('--secret <file>', ['where the secret half goes', '发布表的秘密部分'])
    .need('--secret-key <file>', ['file with 32 bytes that seal it', '封装它的 32 字节密钥文件'])
    .flag('--days <n>', ['days until it ends; default 30', '有效天数；缺省 30'], numberIn('--days', 0.001, 3650))
    .flag(
      '--evaluations <n>',
      [
        'items that may be asked before the key must be replaced; default 16777216',
        '密钥更换前可查询的元素数；缺省 16777216',
      ],
      numberIn('--evaluations', 1, 2 ** 40, 'integer'),
    );
  agreementFlags(command)
    .common(false)
    .examples(
      'scrim psi publish --in B.csv --key phone --normalize mobile --table B.psi --secret B.secret --secret-key k',
      'scrim psi listen --protocol oprf --learns right --key phone --normalize mobile --secret B.secret --secret-key k --port 7443 ...',
      'scrim psi connect --protocol oprf --learns right --key phone --normalize mobile --in A.csv --table B.psi --port 7443 ...',
    )
    .does<PublishFlags>(async (session, options) => {
      const name = 'scrim psi publish';
      const data = await readData(session, '--in', options.in, options);
      const key = columnNames('--key', options.key, data.table, name);
      const agreement = await agreementOf({ ...options, protocol: 'oprf' }, key.length, name);
      const sealing = await readKey('--secret-key', options.secretKey, 32);
      const table = await session.outputs.claim('--table', options.table);
      await session.outputs.claim('--secret', options.secret, { mode: 0o600 });
      const psi = await import('../../psi/index.js');
      const notes = await openPsiNotes(options, name);
      try {
        const side = agreement.learns === 'right' ? 'left' : 'right';
        const payload =
          agreement.mode === 'payload' ? columnNames('--payload', options.payload ?? [], data.table, name) : [];
        const own = psi.tableSide({ agreement, side, table: data.table, key, payload, ...session.run });
        const { days, evaluations } = options;
        const start = performance.now();
        const made = await psi.publish({
          agreement,
          ...own.options,
          ...session.run,
          ...(days === undefined ? {} : { lifetime: Math.round(days * 86_400_000) }),
          ...(evaluations === undefined ? {} : { evaluations }),
        });
        const seconds = (performance.now() - start) / 1000;
        const { header, records, digest } = made.table;
        for (const part of psi.publicationFile(header, records)) await table.write(part);
        session.outputs.written(table);
        session.outputs.write('--secret', psi.sealSecret(made.secret, sealing));
        const { schema: _, ...facts } = header;
        const record = {
          schema: 'scrim.psi.publish/1',
          ...facts,
          digest,
          seconds,
          approval: agreement.approval === '' ? null : agreement.approval,
          side: psi.sideReport(own.keys),
          exported: 'the table: its size, and keyed tags that tell nothing to whoever may not ask',
        };
        await notes.append('psi.publish', record);
        session.json(record);
        session.say(
          session.text([
            `published ${header.size} keys under key ${header.keyId}, until ${new Date(header.expires).toISOString()} or ${header.evaluations} evaluations`,
            `已发布 ${header.size} 个键，密钥 ${header.keyId}，有效至 ${new Date(header.expires).toISOString()} 或 ${header.evaluations} 次求值`,
          ]),
        );
        return 0;
      } finally {
        await notes.close();
      }
    });
}

/** What a machine takes from `--table`, `--secret` and `--secret-key`. @throws SCRIM_PSI_PUBLICATION, SCRIM_CLI_MISSING */
export async function publicationOptions(
  options: PublicationFlags,
  asks: boolean,
  command: string,
): Promise<Pick<PsiOptions, 'publication' | 'table'>> {
  const { table, secret, secretKey } = options;
  if (table === undefined && secret === undefined) return {};
  const { readFile } = await import('node:fs/promises');
  const { readFileSync, appendFileSync } = await import('node:fs');
  const psi = await import('../../psi/index.js');
  const read = async (path: string): Promise<Uint8Array> =>
    readFile(path).then(
      (bytes) => new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength),
      (error: unknown) => {
        throw unreadable(path, error);
      },
    );
  const published = table === undefined ? undefined : psi.readPublication(await read(table));
  if (asks) return published === undefined ? {} : { table: published };
  if (secret === undefined) throw new ScrimError('SCRIM_CLI_MISSING', { command, what: '--secret <file>' });
  if (secretKey === undefined) throw new ScrimError('SCRIM_CLI_MISSING', { command, what: '--secret-key <file>' });
  const opened = psi.openSecret(await read(secret), await readKey('--secret-key', secretKey, 32));
  if (published !== undefined && published.digest !== opened.digest) {
    throw new ScrimError('SCRIM_PSI_DISAGREE', { field: 'publication' });
  }
  // Evaluations are noted before they are made, one line each time, so that no crash and no second process loses any.
  const uses = `${secret}.uses`;
  const allow = (count: number): void => {
    try {
      appendFileSync(uses, `${opened.header.keyId} ${count}\n`, { mode: 0o600, flush: true } as never);
    } catch (error) {
      throw new ScrimError('SCRIM_FILE_UNWRITABLE', { path: uses, reason: String((error as { code?: unknown }).code) });
    }
    let used = 0;
    for (const line of readFileSync(uses, 'utf8').split('\n')) {
      const [id, n] = line.split(' ');
      if (id === opened.header.keyId) used += Number(n);
    }
    if (!(used <= opened.header.evaluations)) {
      throw new ScrimError('SCRIM_PSI_PUBLICATION', {
        problem: `its ${opened.header.evaluations} evaluations are used up; publish again under a new key`,
      });
    }
  };
  return {
    publication: { secret: opened, allow, ...(published === undefined ? {} : { records: published.records }) },
  };
}
