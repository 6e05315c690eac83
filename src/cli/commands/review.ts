/**
 * `scrim review`: can the raw tables be restored from what wants to leave? Exit 0 release, 3 review, 4 block.
 * @module
 */
import fs from 'node:fs';
import path from 'node:path';
import { type ExitCode, ScrimError, sha256Hex, visibleText } from '../../core/index.js';
import type { Manifest } from '../../report/index.js';
import type { Decision, ReviewOptions, Thresholds, Verdict } from '../../reversibility/index.js';
import { numberIn, repeated, type ScrimCommand } from '../command-line.js';
import { type LedgerOptions, ledgerFlag, openNotes } from '../ledger-option.js';
import type { Session } from '../session.js';
import { textTable } from '../terminal.js';

interface ReviewFlags extends LedgerOptions {
  readonly source: string[];
  readonly product: string[];
  readonly control?: string;
  readonly manifest?: string;
  readonly seed?: string;
  readonly timeLimit?: number;
  readonly person?: string;
  readonly salt?: string[];
  readonly reviewerKey?: string;
  readonly thresholds?: string;
  readonly acro?: string;
  readonly tenant?: string;
  readonly environment?: string;
  readonly scenario?: string;
}

/** Steps of inverses that are printed; JSON and report have all. */
const MOST_STEPS = 24;

const EXIT: Readonly<Record<Decision, ExitCode>> = { release: 0, review: 3, block: 4 };

function flags(program: ScrimCommand): ScrimCommand {
  const command = program
    .sub('review', [
      'can the raw tables be restored from what wants to leave? exit 0 release, 3 review, 4 block',
      '能否由待出域产品还原原始数据？退出码 0 放行、3 审核、4 阻断',
    ])
    .need('--source <file>', ['raw table; repeat for several', '原始数据表；多张则重复该选项'], repeated)
    .need('--product <file>', ['what wants to leave; repeat for several', '待出域产品；多个则重复该选项'], repeated)
    .flag('--control <file>', ['table of other people of the same population', '同一总体中其他人的对照数据'])
    .flag('--manifest <file>', [
      'product.yaml: what the submitter states about the product',
      'product.yaml：提交方对产品的说明',
    ])
    .flag('--person <column>', [
      'column that names the person: persons are counted, not rows',
      '标识个人的列：按人而非按行计',
    ])
    .flag(
      '--salt <text>',
      ['public salt or prefix that hashes may carry; may be repeated', '哈希可能使用的公开盐或前缀；可重复'],
      repeated,
    )
    .flag('--seed <hex>', ['32 hex digits: replays an earlier review', '32 位十六进制：重现先前的审核'])
    .flag(
      '--time-limit <seconds>',
      ['then attacks end as gaps; default 600', '超时的攻击记为缺口；缺省 600'],
      numberIn('--time-limit', 0, 1e7),
    )
    .flag('--thresholds <file>', [
      'YAML or JSON with other thresholds and their approver',
      '其他阈值及其批准人（YAML 或 JSON）',
    ])
    .flag('--reviewer-key <file>', [
      'key of the digests of raw data; else SCRIM_REVIEWER_KEY',
      '原始数据摘要所用密钥文件；缺省取 SCRIM_REVIEWER_KEY',
    ])
    .flag('--acro <file>', [
      'write an ACRO results.json for SACRO Viewer',
      '写出供 SACRO Viewer 使用的 ACRO results.json',
    ])
    .flag('--tenant <name>', ['for the ledger entry', '用于账本记录'])
    .flag('--environment <name>', ['for the ledger entry', '用于账本记录'])
    .flag('--scenario <name>', ['for the ledger entry', '用于账本记录']);
  return ledgerFlag(command)
    .common(true)
    .examples(
      'scrim review --source raw.csv --product out.csv --html report.html',
      'scrim review --source 户籍.csv --source 社保.csv --product 产品.csv --manifest product.yaml --lang zh-CN --html 报告.html --json 结论.json',
    );
}

async function reviewOptions(session: Session, options: ReviewFlags): Promise<ReviewOptions> {
  const { seed, timeLimit, person, salt, control } = options;
  if (seed !== undefined && !/^[0-9a-f]{32}$/i.test(seed)) {
    throw new ScrimError('SCRIM_CLI_VALUE', { option: '--seed', expected: '[0-9a-f]{32}' });
  }
  const environmentKey = session.env('SCRIM_REVIEWER_KEY');
  const key =
    options.reviewerKey !== undefined
      ? new Uint8Array(fs.readFileSync(options.reviewerKey))
      : environmentKey !== undefined && environmentKey !== ''
        ? environmentKey
        : undefined;
  const thresholds = options.thresholds === undefined ? undefined : await readThresholds(options.thresholds);
  return {
    ...session.run,
    sources: options.source,
    product: options.product,
    ...(control === undefined ? {} : { control }),
    ...(seed === undefined ? {} : { seed: seed.toLowerCase() }),
    ...(timeLimit === undefined ? {} : { timeLimit: timeLimit * 1000 }),
    ...(person === undefined ? {} : { person }),
    ...(salt === undefined ? {} : { salts: salt }),
    ...(key === undefined ? {} : { reviewerKey: key }),
    ...(thresholds === undefined ? {} : { thresholds }),
  };
}

/** Thresholds as data; only known names and numbers. @throws SCRIM_CLI_INPUT */
async function readThresholds(file: string): Promise<Partial<Thresholds>> {
  const { parse } = await import('yaml');
  const { defaultThresholds } = await import('../../reversibility/index.js');
  const refuse = (reason: string): ScrimError =>
    new ScrimError('SCRIM_CLI_INPUT', { path: file, expected: 'thresholds', reason });
  let data: unknown;
  try {
    data = parse(fs.readFileSync(file, 'utf8'));
  } catch (error) {
    if ((error as { syscall?: unknown }).syscall !== undefined) throw error;
    throw refuse('YAML');
  }
  const check = (given: unknown, model: object, at: string): void => {
    if (given === null || typeof given !== 'object' || Array.isArray(given)) throw refuse(`${at}: object`);
    for (const [key, value] of Object.entries(given)) {
      const known = (model as Record<string, unknown>)[key];
      if (!Object.hasOwn(model, key)) throw refuse(`${at}${key}: ?`);
      if (known !== null && typeof known === 'object') check(value, known, `${at}${key}.`);
      else if (typeof known === 'number' && !(typeof value === 'number' && value >= 0))
        throw refuse(`${at}${key}: n ≥ 0`);
      else if (typeof known !== 'number' && typeof value !== 'string') throw refuse(`${at}${key}: string`);
    }
  };
  check(data, defaultThresholds, '');
  const given = data as Partial<Thresholds>;
  return {
    ...given,
    ...(given.block === undefined ? {} : { block: { ...defaultThresholds.block, ...given.block } }),
    ...(given.release === undefined ? {} : { release: { ...defaultThresholds.release, ...given.release } }),
  };
}

function say(session: Session, verdict: Verdict, words: typeof import('../../report/index.js')): void {
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
  const found = verdict.attacks.filter((attack) => attack.inverse !== null);
  if (found.length > 0) session.say(session.text(['\nInverses that were executed:', '\n已执行的逆变换：']));
  const steps = new Set(
    found.flatMap(({ inverse, knowledge }) => (inverse as string).split('\n').map((step) => `${step}  (${knowledge})`)),
  );
  for (const step of [...steps].slice(0, MOST_STEPS)) session.say(`  ${visibleText(step)}`);
  if (steps.size > MOST_STEPS) session.say('  …');
  for (const gap of verdict.coverage.gaps) {
    const name = words.attackName(gap.id, session.language);
    session.say(`${session.text(['gap', '缺口'])} ${name}: ${words.attackReason(gap.reason, session.language)}`);
  }
  session.say(session.text([`\nseed ${verdict.seed}`, `\n种子 ${verdict.seed}`]));
}

async function writeAcro(session: Session, verdict: Verdict, options: ReviewFlags, timestamp: string): Promise<void> {
  if (options.acro === undefined) return;
  const { acroResults } = await import('../../report/index.js');
  const folder = path.dirname(path.resolve(options.acro));
  const files = options.product.map((product) => path.relative(folder, path.resolve(product)));
  const { results, checksums } = acroResults(verdict, { language: session.language, files, timestamp });
  session.outputs.write('--acro', `${JSON.stringify(results, null, 4)}\n`);
  for (const { path: name, content } of checksums) {
    // The viewer looks for checksums of files in its own folder only.
    if (name.includes('..')) continue;
    const target = path.join(folder, name);
    fs.mkdirSync(path.dirname(target), { recursive: true });
    await session.outputs.claim(name, target);
    session.outputs.write(name, content);
  }
}

function manifestOf(options: ReviewFlags, read: (file: string) => { manifest: Manifest; sha256: string }) {
  return options.manifest === undefined ? null : read(options.manifest);
}

/** A product that is not there is a mistake of the caller; one whose content cannot be read is a finding of the review. */
function readable(product: string): void {
  fs.accessSync(product, fs.constants.R_OK);
  if (fs.statSync(product).isDirectory()) {
    throw new ScrimError('SCRIM_FILE_UNREADABLE', { path: product, reason: 'EISDIR' });
  }
}

/** Adds `scrim review`. */
export function addReview(program: ScrimCommand): void {
  flags(program).does<ReviewFlags>(async (session, options) => {
    for (const [option, files] of [
      ['--source', options.source],
      ['--product', options.product],
      ['--control', options.control === undefined ? [] : [options.control]],
      ['--manifest', options.manifest === undefined ? [] : [options.manifest]],
    ] as const) {
      for (const file of files) session.outputs.input(option, file);
    }
    for (const product of options.product) readable(product);
    if (options.acro !== undefined) await session.outputs.claim('--acro', options.acro);
    const { readManifest } = await import('../manifest.js');
    const stated = manifestOf(options, readManifest);
    const notes = await openNotes(options, 'scrim review');
    try {
      const scope = ledgerScope(options);
      const { canonicalVerdict, review } = await import('../../reversibility/index.js');
      const given = await reviewOptions(session, options);
      const found = await review(stated === null ? given : { ...given, policy: stated.sha256 });
      if (session.run.signal.aborted) throw new ScrimError('SCRIM_CANCELLED', { operation: 'scrim review' });
      const report = await import('../../report/index.js');
      const { manifestReasons, reviewHtml, withReasons } = report;
      const now = new Date().toISOString();
      const verdict =
        stated === null
          ? found
          : withReasons(found, manifestReasons(stated.manifest, subjectOf(found), now.slice(0, 10)));
      const json = `${canonicalVerdict(stated === null ? verdict : ({ ...verdict, manifest: stated.manifest } as Verdict))}\n`;
      session.jsonText(json);
      if (session.wantsHtml) {
        const manifest = stated === null ? {} : { manifest: stated.manifest };
        session.html(reviewHtml(verdict, { language: session.language, reviewed: now, ...manifest }));
      }
      await writeAcro(session, verdict, options, now);
      await notes.note('review', {
        ...scope,
        verdict: verdict.verdict,
        products: verdict.digests.product,
        sources: verdict.digests.source.filter((one): one is string => one !== null),
        report: sha256Hex(new TextEncoder().encode(json)),
      });
      say(session, verdict, report);
      return EXIT[verdict.verdict];
    } finally {
      await notes.close();
    }
  });
}

function subjectOf(verdict: Verdict): { columns: string[]; sha256: readonly string[] } {
  return { columns: [...new Set(verdict.columns.map((column) => column.product))], sha256: verdict.digests.product };
}

/** Scope of the ledger entry. @throws SCRIM_CLI_MISSING when a ledger is named and the scope is not */
function ledgerScope(options: ReviewFlags): { tenant: string; environment: string; scenario: string } {
  const { tenant, environment, scenario } = options;
  if (options.ledger !== undefined && (tenant === undefined || environment === undefined || scenario === undefined)) {
    throw new ScrimError('SCRIM_CLI_MISSING', {
      command: 'scrim review --ledger',
      what: '--tenant --environment --scenario',
    });
  }
  return { tenant: tenant ?? '', environment: environment ?? '', scenario: scenario ?? '' };
}
