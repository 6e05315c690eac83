/**
 * `scrim psi pseudonymous-join`: two tables of one domain by keyed tokens. Not private set intersection, and it says so.
 * @module
 */
import { ScrimError } from '../../core/index.js';
import { oneOf, repeated, type ScrimCommand } from '../command-line.js';
import { columnNames, type ReadOptions, readData, readFlags } from '../data.js';
import { type KeysOptions, keysFlags, openRing, type ScopeOptions, scopeFlags } from '../keys-options.js';
import { type LedgerOptions, ledgerFlag, openNotes } from '../ledger-option.js';
import { claimMatched, kindsOf, writeJoined } from './psi-options.js';

interface JoinFlags extends ReadOptions, KeysOptions, ScopeOptions, LedgerOptions {
  readonly left: string;
  readonly right: string;
  readonly key: string[];
  readonly rightKey?: string[];
  readonly normalize?: string[];
  readonly domain: string;
  readonly approval: string;
  readonly suite?: 'intl' | 'gm';
  readonly output: string;
}

/** Adds `scrim psi pseudonymous-join`. */
export function addPsiJoin(psi: ScrimCommand): void {
  const name = 'scrim psi pseudonymous-join';
  const command = psi
    .sub('pseudonymous-join', [
      'join two tables of one domain by keyed tokens; this is NOT private set intersection',
      '以密钥化令牌连接同一域内的两表；这不是隐私集合求交',
    ])
    .need('--left <file>', ['left table', '左表'])
    .need('--right <file>', ['right table; one row for each key', '右表；每个键一行'])
    .need('--key <columns>', ['key columns: a or a,b', '键列：a 或 a,b'], repeated)
    .flag(
      '--right-key <columns>',
      ['key columns of the right table where they differ', '右表键列（与左表不同时）'],
      repeated,
    )
    .flag('--normalize <kinds>', ['kind of each key column', '各键列的标识类型'], repeated)
    .need('--domain <name>', ['linkage domain of the tokens', '令牌的关联域'])
    .need('--approval <id>', ['approval under which it happens', '所依据的审批编号'])
    .flag('--suite <name>', ['intl or gm; default intl', 'intl 或 gm；缺省 intl'], oneOf('--suite', ['intl', 'gm']))
    .need('-o, --output <file>', ['joined rows: token, other columns', '连接结果：令牌与其余列']);
  ledgerFlag(keysFlags(scopeFlags(readFlags(command))))
    .common(false)
    .examples(
      `${name} --left A.csv --right B.csv --key phone --normalize mobile --domain health --approval A-7 --keys ring.json --tenant t --environment production --scenario s -o joined.csv`,
    )
    .does<JoinFlags>(async (session, options) => {
      if (options.approval.trim() === '')
        throw new ScrimError('SCRIM_CLI_MISSING', { command: name, what: '--approval <id>' });
      const left = await readData(session, '--left', options.left, options);
      const right = await readData(session, '--right', options.right, options);
      const key = columnNames('--key', options.key, left.table, name);
      const rightKey = columnNames('--right-key', options.rightKey ?? options.key, right.table, name);
      const normalise = kindsOf(options.normalize, key.length);
      const target = await claimMatched(session, options.output);
      const { tenant, environment, scenario } = options;
      const ring = await openRing(session, options, name);
      const keys = await ring.scenario({ tenant, environment, scenario });
      const suite = options.suite ?? 'intl';
      const linkageKey = keys.derive({
        purpose: 'pseudonymous-join',
        domain: options.domain,
        kind: normalise.map((kind) => kind ?? 'text').join('+'),
        suite,
      });
      const psi = await import('../../psi/index.js');
      const notes = await openNotes(options, name);
      try {
        const { table, record } = psi.pseudonymousJoin({
          left: left.table,
          right: right.table,
          key,
          rightKey,
          normalise,
          linkageKey,
          suite,
          approval: options.approval,
        });
        const full = { schema: 'scrim.psi.pseudonymous-join/1', ...record, rows: table.rows };
        await writeJoined(session, table, target, full);
        await notes.append('psi.pseudonymous-join', full);
        session.json(full);
        session.say(
          session.text([
            `${table.rows} rows joined by token under approval ${record.approval}. Not private: whoever ran this saw both tables, and the result is personal information in pseudonymous form.`,
            `已按令牌连接 ${table.rows} 行，审批编号 ${record.approval}。此操作不具隐私保护：执行者可见两表，结果仍是假名化的个人信息。`,
          ]),
        );
        return 0;
      } finally {
        await notes.close();
      }
    });
}
