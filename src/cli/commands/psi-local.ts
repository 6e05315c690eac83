/**
 * `scrim psi local`: both sides in this process, over the very frames that a network would carry.
 * @module
 */
import { ScrimError } from '../../core/index.js';
import { repeated, type ScrimCommand } from '../command-line.js';
import { columnNames, readData } from '../data.js';
import {
  agreementFlags,
  agreementOf,
  claimMatched,
  openPsiNotes,
  type PsiFlags,
  psiText,
  threadFlag,
  writeMatched,
} from './psi-options.js';

interface LocalFlags extends PsiFlags {
  readonly left: string;
  readonly right: string;
  readonly leftKey?: string[];
  readonly rightKey?: string[];
  readonly output?: string;
}

/** Adds `scrim psi local`. */
export function addPsiLocal(psi: ScrimCommand): void {
  const command = psi
    .sub('local', ['intersect two tables of this machine, over the real protocol', '在本机以真实协议对两表求交'])
    .need('--left <file>', ['table of the left side', '左方数据表'])
    .need('--right <file>', ['table of the right side', '右方数据表']);
  threadFlag(agreementFlags(command, false))
    .flag(
      '--left-key <columns>',
      ['key columns of the left table, where --key is not for both', '左表键列（--key 不同时适用两表时）'],
      repeated,
    )
    .flag(
      '--right-key <columns>',
      ['key columns of the right table where they differ', '右表键列（与左表不同时）'],
      repeated,
    )
    .flag('-o, --output <file>', ['matched rows of the learning side', '得知方的匹配行'])
    .common(false)
    .examples(
      'scrim psi local --left A.csv --right B.csv --key phone --normalize mobile -o both.csv --json run.json',
      'scrim psi local --left 甲.csv --right 乙.csv --key 身份证号 --normalize resident-id --suite gm --mode cardinality',
    )
    .does<LocalFlags>(async (session, options) => {
      const left = await readData(session, '--left', options.left, options);
      const right = await readData(session, '--right', options.right, options);
      const both = options.key as string[] | undefined;
      const [leftNames, rightNames] = [options.leftKey ?? both, options.rightKey ?? both];
      if (leftNames === undefined || rightNames === undefined) {
        throw new ScrimError('SCRIM_CLI_MISSING', { command: 'scrim psi local', what: '--key <columns>' });
      }
      const key = columnNames('--left-key', leftNames, left.table, 'scrim psi local');
      const rightKey = columnNames('--right-key', rightNames, right.table, 'scrim psi local');
      const agreement = await agreementOf(options, key.length, 'scrim psi local');
      const target = options.output === undefined ? undefined : await claimMatched(session, options.output);
      const psi = await import('../../psi/index.js');
      const { tableFromColumns } = await import('../../table/index.js');
      const notes = await openPsiNotes(options, 'scrim psi local');
      try {
        const start = performance.now();
        const giver = agreement.learns === 'right' ? left.table : right.table;
        const payload =
          options.payload === undefined ? [] : columnNames('--payload', options.payload, giver, 'scrim psi local');
        const common = { agreement, payload, ...session.run };
        const one = psi.tableSide({ ...common, side: 'left', table: left.table, key });
        const two = psi.tableSide({ ...common, side: 'right', table: right.table, key: rightKey });
        const threads = options.threads === undefined ? {} : { threads: options.threads };
        const results = psi.runInProcess(
          { agreement, ...one.options, ...threads, progress: session.run.progress },
          { agreement, ...two.options, ...threads },
        );
        const seconds = (performance.now() - start) / 1000;
        const learning = agreement.learns === 'right' ? results.right : results.left;
        const sides = { left: psi.sideReport(one.keys), right: psi.sideReport(two.keys) };
        const record = psi.psiRecord(agreement, learning, { seconds, sides });
        if (target !== undefined && record.withheld === null) {
          const side = agreement.learns === 'right' ? two : one;
          const table =
            psi.matchedTable(side, learning, payload) ?? tableFromColumns({ size: Int32Array.of(record.size ?? 0) });
          await writeMatched(session, table, target, record);
        }
        await notes.note(record);
        session.json(record);
        session.say(psiText(session, record));
        return record.withheld === null ? 0 : 4;
      } finally {
        await notes.close();
      }
    });
}
