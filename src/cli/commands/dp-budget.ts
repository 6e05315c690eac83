/**
 * `scrim dp budget`: caps of populations and scenarios, what is spent and what is left.
 * @module
 */
import fs from 'node:fs';
import { ScrimError } from '../../core/index.js';
import type { Accountant, Budget, BudgetScope, BudgetState } from '../../dp/index.js';
import { numberIn, oneOf, type ScrimCommand } from '../command-line.js';
import type { Session } from '../session.js';
import { ledgerSigning } from '../signing-key.js';
import { textTable } from '../terminal.js';

interface ScopeFlags {
  readonly population: string;
  readonly tenant?: string;
  readonly environment?: string;
  readonly scenario?: string;
  readonly operator: string;
}

interface OpenFlags extends ScopeFlags {
  readonly epsilon: number;
  readonly delta: number;
  readonly accountant: Accountant;
  readonly expires?: string;
}

function scopeFlags(command: ScrimCommand): ScrimCommand {
  return command
    .need('--population <name>', ['source population', '源人群'])
    .flag('--tenant <name>', ['sub-cap of a scenario: tenant', '场景子上限：租户'])
    .flag('--environment <name>', ['sub-cap of a scenario: environment', '场景子上限：环境'])
    .flag('--scenario <name>', ['sub-cap of a scenario: scenario', '场景子上限：场景'])
    .need('--operator <name>', ['real name of who does it', '操作人实名']);
}

function scopeOf({ tenant, environment, scenario }: ScopeFlags, command: string): BudgetScope | null {
  if (tenant === undefined && environment === undefined && scenario === undefined) return null;
  if (tenant === undefined || environment === undefined || scenario === undefined)
    throw new ScrimError('SCRIM_CLI_MISSING', { command, what: '--tenant, --environment, --scenario' });
  return { tenant, environment, scenario };
}

async function withBudget<Result>(path: string, use: (budget: Budget) => Promise<Result>): Promise<Result> {
  const { Budget: Opened } = await import('../../dp/index.js');
  const budget = await Opened.open(path, await ledgerSigning({ env: (name) => process.env[name] }));
  try {
    return await use(budget);
  } finally {
    await budget.close();
  }
}

function present(session: Session, caps: readonly BudgetState[]): void {
  session.json({ schema: 'scrim.dp-budget/1', caps });
  const headings = [
    session.text(['population', '源人群']),
    session.text(['scope', '范围']),
    session.text(['state', '状态']),
    session.text(['accountant', '核算']),
    session.text(['cap ε, δ', '上限 ε、δ']),
    session.text(['spent ε', '已用 ε']),
    session.text(['remaining ε', '剩余 ε']),
    session.text(['releases', '发布数']),
  ];
  const rows = caps.map(({ cap, state, spent, remaining, reservations }) => [
    cap.population,
    cap.scope === null ? '*' : `${cap.scope.tenant}/${cap.scope.environment}/${cap.scope.scenario}`,
    state,
    cap.accountant,
    `${cap.epsilon}, ${cap.delta}`,
    String(Number(spent.epsilon.toPrecision(6))),
    String(Number(remaining.epsilon.toPrecision(6))),
    String(reservations),
  ]);
  session.say(textTable(headings, rows, ['left', 'left', 'left', 'left', 'right', 'right', 'right', 'right']));
}

/** Refuses a ledger that is not there: only `open` creates one. @throws SCRIM_FILE_MISSING */
function existing(path: string): void {
  if (!fs.existsSync(path)) throw new ScrimError('SCRIM_FILE_MISSING', { path });
}

/** Adds `scrim dp budget`. */
export function addBudget(dp: ScrimCommand): void {
  const budget = dp.sub('budget', ['caps, what is spent and what is left', '预算上限、已用与剩余']);
  budget
    .sub('show', ['list all caps', '列出全部上限'])
    .operand('<ledger>', ['ledger file', '账本文件'])
    .flag('--population <name>', ['only this population', '仅列该源人群'])
    .common(false)
    .examples('scrim dp budget show ledger.jsonl')
    .does<{ population?: string }>(async (session, options, path) => {
      existing(path as string);
      const caps = await withBudget(path as string, (opened) => opened.states());
      const { population } = options;
      present(session, population === undefined ? caps : caps.filter(({ cap }) => cap.population === population));
      return 0;
    });
  const open = budget
    .sub('open', ['set a cap; it can never be raised', '设定上限；此后不可提高'])
    .operand('<ledger>', ['ledger file; created when it does not exist', '账本文件；不存在时创建'])
    .need('--epsilon <n>', ['total epsilon', 'epsilon 总量'], numberIn('--epsilon', Number.MIN_VALUE, 2 ** 20))
    .need(
      '--delta <n>',
      ['total delta; 0 for pure', 'delta 总量；纯差分隐私为 0'],
      numberIn('--delta', 0, 1 - 2 ** -53),
    )
    .need(
      '--accountant <kind>',
      ['pure, kov, rdp, zcdp or pld', 'pure、kov、rdp、zcdp 或 pld'],
      oneOf('--accountant', ['pure', 'kov', 'rdp', 'zcdp', 'pld'] as const),
    )
    .flag('--expires <date>', ['what is left then is forfeited', '到期后剩余作废']);
  scopeFlags(open)
    .common(false)
    .examples(
      'scrim dp budget open ledger.jsonl --population register --epsilon 3 --delta 1e-6 --accountant pld --operator 张三',
    )
    .does<OpenFlags>(async (session, options, path) => {
      const scope = scopeOf(options, 'scrim dp budget open');
      const { population, epsilon, delta, accountant, expires = null, operator } = options;
      const caps = await withBudget(path as string, async (opened) => {
        await opened.setCap({ population, scope, epsilon, delta, accountant, expires }, operator);
        return opened.states();
      });
      present(session, caps);
      return 0;
    });
  scopeFlags(
    budget
      .sub('close', ['close a cap for good; what is left is forfeited', '永久关闭上限；剩余作废'])
      .operand('<ledger>', ['ledger file', '账本文件']),
  )
    .common(false)
    .does<ScopeFlags>(async (session, options, path) => {
      existing(path as string);
      const scope = scopeOf(options, 'scrim dp budget close');
      const caps = await withBudget(path as string, async (opened) => {
        await opened.closeCap(options.population, scope, options.operator);
        return opened.states();
      });
      present(session, caps);
      return 0;
    });
}
