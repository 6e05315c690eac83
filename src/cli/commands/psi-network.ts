/**
 * `scrim psi listen`, `connect` and `offline`: one side of a run, over TCP or over files carried on a disk.
 * @module
 */
import { type ExitCode, isScrimError, ScrimError, writeFileAtomic } from '../../core/index.js';
import type { Agreement, Connection, FrameSeal, PsiResult, Side, TlsIdentity } from '../../psi/index.js';
import { numberIn, oneOf, type ScrimCommand } from '../command-line.js';
import { unreadable } from '../input-file.js';
import type { Session } from '../session.js';
import {
  agreementFlags,
  claimMatched,
  openPsiNotes,
  type PsiFlags,
  psiText,
  readKey,
  threadFlag,
} from './psi-options.js';
import { ownSide, type SpillFlags } from './psi-party.js';
import { type PublicationFlags, publicationFlags, publicationOptions } from './psi-publication.js';

interface PartyFlags extends PsiFlags, PublicationFlags, SpillFlags {
  readonly in?: string;
  readonly sessions?: string;
  readonly side?: Side;
  readonly output?: string;
  readonly transportKey?: string;
}

interface NetworkFlags extends PartyFlags {
  readonly host?: string;
  readonly port: number;
  readonly cert?: string;
  readonly certKey?: string;
  readonly ca?: string;
  readonly peerName?: string;
  readonly plain?: boolean;
  readonly resume?: string;
  readonly resumeKey?: string;
  readonly wait?: number;
  readonly silence?: number;
}

interface OfflineFlags extends PartyFlags {
  readonly outbox: string;
  readonly inbox: string;
  readonly wait?: number;
}

function partyFlags(command: ScrimCommand): ScrimCommand {
  command.flag('--in <file>', [
    'own table; not needed by a publishing side with --secret',
    '本方数据表；持有 --secret 的发布方不需要',
  ]);
  return publicationFlags(threadFlag(agreementFlags(command)))
    .flag('--spill <folder>', [
      'with several buckets: folder for enciphered working files; default the temporary folder of the system',
      '多桶运行时存放加密工作文件的目录；缺省为系统临时目录',
    ])
    .flag('--sessions <folder>', [
      'folder that remembers used sessions and refuses a second use; default: that of --resume',
      '记录已用会话并拒绝再次使用的目录；缺省随 --resume',
    ])
    .flag('-o, --output <file>', ['own rows that matched, where this side learns them', '本方匹配行（本方得知时）'])
    .flag('--transport-key <file>', [
      'file with 32 shared bytes that seal the frames; needed in suite gm and offline',
      '含 32 字节共享密钥的文件，用于封装各帧；gm 套件与 offline 必需',
    ]);
}

function networkFlags(command: ScrimCommand): ScrimCommand {
  return partyFlags(command)
    .need('--port <n>', ['TCP port', 'TCP 端口'], numberIn('--port', 0, 65535, 'integer'))
    .flag('--host <name>', ['address; default 127.0.0.1', '地址；缺省 127.0.0.1'])
    .flag('--cert <file>', ['own certificate chain, PEM', '本方证书链（PEM）'])
    .flag('--cert-key <file>', ['private key of the certificate, PEM', '证书私钥（PEM）'])
    .flag('--ca <file>', ['authority that the other side must be certified by, PEM', '对方证书须由其签发的 CA（PEM）'])
    .flag('--peer-name <name>', [
      "name in the other side's certificate; default: connecting the host, listening any certified by --ca",
      '对方证书中的名称；缺省：连接方为地址，监听方为 --ca 所签发的任一名称',
    ])
    .flag('--plain', ['no TLS: on the loopback interface only', '不使用 TLS：仅限本机回环地址'])
    .flag('--resume <file>', [
      'checkpoint file: written after each bucket, read at the start',
      '检查点文件：每桶写入，启动时读取',
    ])
    .flag('--resume-key <file>', ['file with 32 bytes that seal the checkpoint', '封装检查点的 32 字节密钥文件'])
    .flag(
      '--wait <seconds>',
      ['how long to wait for the other side; default 60', '等待对方的秒数；缺省 60'],
      numberIn('--wait', 0, 1e6),
    )
    .flag(
      '--silence <seconds>',
      [
        'how long the other side may say nothing when it is its turn; default 3600',
        '轮到对方时允许其无任何数据的秒数；缺省 3600',
      ],
      numberIn('--silence', 1, 1e6),
    );
}

async function tlsOf(options: NetworkFlags, command: string): Promise<TlsIdentity | null> {
  if (options.plain === true) return null;
  const { readFile } = await import('node:fs/promises');
  const read = async (what: string, path: string | undefined): Promise<string> => {
    if (path === undefined) throw new ScrimError('SCRIM_CLI_MISSING', { command, what });
    return readFile(path, 'utf8').catch((error: unknown) => {
      throw unreadable(path, error);
    });
  };
  return {
    cert: await read('--cert <file>', options.cert),
    key: await read('--cert-key <file>', options.certKey),
    ca: await read('--ca <file>', options.ca),
  };
}

interface Checkpointing {
  readonly key: Uint8Array;
  readonly load: () => Promise<Uint8Array | undefined>;
  readonly save: (sealed: Uint8Array) => Promise<void>;
  readonly done: () => Promise<void>;
}

async function checkpointing(
  options: NetworkFlags,
  agreed: Agreement,
  command: string,
): Promise<Checkpointing | undefined> {
  const path = options.resume;
  if (path === undefined) return undefined;
  if (options.resumeKey === undefined)
    throw new ScrimError('SCRIM_CLI_MISSING', { command, what: '--resume-key <file>' });
  const fs = await import('node:fs/promises');
  const key = await readKey('--resume-key', options.resumeKey, agreed.suite === 'gm' ? 16 : 32);
  return {
    key,
    load: () =>
      fs.readFile(path).then(
        (bytes) => new Uint8Array(bytes),
        () => undefined,
      ),
    save: async (sealed) => {
      await writeFileAtomic(path, sealed, { mode: 0o600 });
    },
    done: () => fs.rm(path, { force: true }),
  };
}

/** Reads the table, runs the side, writes what it learnt. */
async function party(
  session: Session,
  options: PartyFlags & { readonly resume?: string },
  command: string,
  side: Side,
  run: (
    agreed: Agreement,
    seal: FrameSeal | undefined,
    machine: (resume?: { checkpoint: Uint8Array; key: Uint8Array }) => import('../../psi/index.js').PsiMachine,
  ) => Promise<PsiResult>,
  sealed: boolean,
): Promise<ExitCode> {
  const publishes = options.secret !== undefined;
  if (publishes && options.in !== undefined) {
    throw new ScrimError('SCRIM_CLI_CONFLICT', { first: '--in', second: '--secret' });
  }
  const own = await ownSide(session, options, side, command, !publishes);
  const { agreement: agreed } = own;
  const psi = await import('../../psi/index.js');
  const notes = await openPsiNotes(options, command);
  try {
    const { suite } = await import('../../crypto/index.js');
    if (options.transportKey === undefined && (sealed || agreed.suite === 'gm')) {
      throw new ScrimError('SCRIM_CLI_MISSING', { command, what: '--transport-key <file>' });
    }
    const learns = agreed.learns === 'both' || agreed.learns === side;
    const publication = await publicationOptions(options, learns, command);
    const target = options.output === undefined || !learns ? undefined : await claimMatched(session, options.output);
    const remembered = options.sessions ?? (options.resume === undefined ? undefined : `${options.resume}.sessions`);
    const sessions = remembered === undefined ? undefined : psi.folderSessions(remembered);
    const start = performance.now();
    const seal =
      options.transportKey === undefined
        ? undefined
        : new psi.FrameSeal(suite(agreed.suite), await readKey('--transport-key', options.transportKey, 32), side);
    const result = await run(
      agreed,
      seal,
      (resume) =>
        new psi.PsiMachine({
          side,
          agreement: agreed,
          ...own.options,
          ...publication,
          ...(sessions === undefined ? {} : { sessions }),
          ...(options.threads === undefined ? {} : { threads: options.threads }),
          progress: session.run.progress,
          ...(resume === undefined ? {} : { resume }),
        }),
    );
    const seconds = (performance.now() - start) / 1000;
    const sides = own.report === null ? {} : { [side]: own.report };
    const record = psi.psiRecord(agreed, result, { seconds, sides });
    if (target !== undefined) await own.write(result, target, record);
    await notes.note(record);
    session.json(record);
    session.say(psiText(session, record));
    return record.withheld === null ? 0 : 4;
  } finally {
    own.close();
    await notes.close();
  }
}

async function network(session: Session, options: NetworkFlags, listening: boolean): Promise<ExitCode> {
  const command = listening ? 'scrim psi listen' : 'scrim psi connect';
  const side: Side = listening ? 'left' : 'right';
  return party(
    session,
    options,
    command,
    side,
    async (agreed, seal, machine) => {
      const psi = await import('../../psi/index.js');
      const { suite } = await import('../../crypto/index.js');
      const tls = await tlsOf(options, command);
      const saved = await checkpointing(options, agreed, command);
      const timeout = 1000 * (options.wait ?? 60);
      const { signal } = session.run;
      const silence = options.silence === undefined ? {} : { silence: 1000 * options.silence };
      const address = { host: options.host ?? '127.0.0.1', port: options.port, tls, timeout, signal, ...silence };
      const withName = options.peerName === undefined ? address : { ...address, peerName: options.peerName };
      const once = async (connection: Connection): Promise<PsiResult> => {
        const checkpoint = await saved?.load();
        const one = machine(
          checkpoint === undefined || saved === undefined ? undefined : { checkpoint, key: saved.key },
        );
        return psi.runOver(one, connection, { signal, ...(saved === undefined ? {} : { checkpoint: saved }) });
      };
      let result: PsiResult;
      if (listening) {
        const listener = await psi.listenTcp(withName);
        try {
          for (;;) {
            // Each connection has its own numbering of sealed frames.
            const fresh =
              options.transportKey === undefined
                ? undefined
                : new psi.FrameSeal(
                    suite(agreed.suite),
                    await readKey('--transport-key', options.transportKey, 32),
                    side,
                  );
            const connection = await listener.accept(fresh);
            try {
              result = await once(connection);
              break;
            } catch (error) {
              // With a checkpoint a lost connection is waited out.
              const lost = isScrimError(error) && error.code === 'SCRIM_PSI_TRANSPORT';
              if (!lost || saved === undefined || signal.aborted) throw error;
            }
          }
        } finally {
          await listener.close();
        }
      } else {
        result = await once(await psi.connectTcp(seal === undefined ? withName : { ...withName, seal }));
      }
      await saved?.done();
      return result;
    },
    false,
  );
}

/** Adds `listen`, `connect` and `offline`. */
export function addPsiNetwork(psi: ScrimCommand): void {
  networkFlags(psi.sub('listen', ['wait for the other side; this one is left', '等待对方连接；本方为 left']))
    .common(false)
    .examples(
      'scrim psi listen --in A.csv --key phone --normalize mobile --port 7443 --cert a.pem --cert-key a.key --ca ca.pem -o both.csv',
    )
    .does<NetworkFlags>((session, options) => network(session, options, true));
  networkFlags(psi.sub('connect', ['connect to the listening side; this one is right', '连接等待方；本方为 right']))
    .common(false)
    .examples(
      'scrim psi connect --in B.csv --key phone --normalize mobile --host a.example --port 7443 --cert b.pem --cert-key b.key --ca ca.pem',
    )
    .does<NetworkFlags>((session, options) => network(session, options, false));
  partyFlags(psi.sub('offline', ['carry the frames on a disk between isolated networks', '以磁盘在隔离网络间传递各帧']))
    .need('--side <side>', ['left or right', 'left 或 right'], oneOf('--side', ['left', 'right']))
    .need('--outbox <folder>', ['folder for frames to carry away', '待带出的帧所在目录'])
    .need('--inbox <folder>', ['folder where frames of the other side are put', '对方帧放入的目录'])
    .flag(
      '--wait <seconds>',
      ['how long to wait for each file; default a week', '等待每个文件的秒数；缺省一周'],
      numberIn('--wait', 0, 1e8),
    )
    .common(false)
    .examples('scrim psi offline --side left --in A.csv --key phone --transport-key k --outbox out --inbox in')
    .does<OfflineFlags>((session, options) =>
      party(
        session,
        options,
        'scrim psi offline',
        options.side as Side,
        async (_agreed, seal, machine) => {
          const psi = await import('../../psi/index.js');
          const { outbox, inbox, wait } = options;
          const connection = await psi.diskConnection({
            outbox,
            inbox,
            seal: seal as FrameSeal,
            signal: session.run.signal,
            ...(wait === undefined ? {} : { timeout: 1000 * wait }),
          });
          return psi.runOver(machine(), connection, { signal: session.run.signal });
        },
        true,
      ),
    );
}
