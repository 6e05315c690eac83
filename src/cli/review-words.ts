/**
 * What `scrim review` says to the person at the terminal: the verdict, its reasons, what came back, how, and what is missing.
 * @module
 */
import { errorCatalogue, visibleText } from '../core/index.js';
import type * as Report from '../report/index.js';
import type { Verdict } from '../reversibility/index.js';
import type { Session } from './session.js';
import { textTable } from './terminal.js';

/** Steps of inverses that are printed; JSON and report have all. */
const MOST_STEPS = 24;

/** Says the verdict. */
export function sayVerdict(session: Session, verdict: Verdict, words: typeof Report): void {
  const { percent } = words;
  const decisions = {
    release: ['RELEASE', '建议放行'],
    review: ['REVIEW', '需人工审核'],
    block: ['BLOCK', '建议阻断'],
  } as const;
  session.say(`${session.text(decisions[verdict.verdict])}: ${verdict.statement[session.language]}`);
  for (const reason of verdict.reasons) session.say(`  - ${reason[session.language]}`);
  const { rows, cells, identifiers } = verdict.restoration;
  const line = (name: string, one: typeof rows): string[] => [
    name,
    percent(one.gross),
    `${percent(one.net)} [${percent(one.lower)}, ${percent(one.upper)}]`,
  ];
  session.say('');
  session.say(
    textTable(
      [
        session.text(['restored', '还原']),
        session.text(['gross', '毛值']),
        session.text(['net [interval]', '净值［区间］']),
      ],
      [
        line(session.text(['rows', '行']), rows),
        line(session.text(['cells', '单元格']), cells),
        line(session.text(['direct identifiers', '直接标识符']), identifiers),
      ],
      ['left', 'right', 'right'],
    ),
  );
  const found = verdict.attacks.filter(words.broughtBack);
  if (found.length > 0) session.say(session.text(['\nInverses that were executed:', '\n已执行的逆变换：']));
  const steps = new Set(
    found.flatMap(({ inverse, knowledge }) => (inverse as string).split('\n').map((step) => `${step}  (${knowledge})`)),
  );
  for (const step of [...steps].slice(0, MOST_STEPS)) session.say(`  ${visibleText(step)}`);
  if (steps.size > MOST_STEPS) session.say('  …');
  for (const gap of verdict.coverage.gaps) {
    const name = words.attackName(gap.id, session.language);
    session.say(`${session.text(['gap', '缺口'])} ${name}: ${words.attackReason(gap.reason, session.language)}`);
    const known = (errorCatalogue as Readonly<Record<string, (typeof errorCatalogue)[keyof typeof errorCatalogue]>>)[
      gap.reason
    ];
    if (known !== undefined) session.say(`  ${session.text(known.hint)}`);
  }
  session.say(session.text([`\nseed ${verdict.seed}`, `\n种子 ${verdict.seed}`]));
}
