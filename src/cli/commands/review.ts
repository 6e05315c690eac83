/**
 * `scrim review`: can the raw tables be restored from what wants to leave? Exit 0 release, 3 review, 4 block.
 * @module
 */
import fs from 'node:fs';
import path from 'node:path';
import { canonicalJson, type ExitCode, type Json, ScrimError, sha256Hex } from '../../core/index.js';
import type { Decision, Revealed, Verdict } from '../../reversibility/index.js';
import { numberIn, repeated, type ScrimCommand } from '../command-line.js';
import { ledgerFlag, type Notes, openNotes } from '../ledger-option.js';
import { claimBundle, signFlags, signReview } from '../review-bundle.js';
import { type ProductFile, productFiles, type ReviewFlags, reviewOptions } from '../review-inputs.js';
import { sayVerdict } from '../review-words.js';
import type { Session } from '../session.js';

const EXIT: Readonly<Record<Decision, ExitCode>> = { release: 0, review: 3, block: 4 };

function flags(program: ScrimCommand): ScrimCommand {
  const command = program
    .sub('review', [
      'can the raw tables be restored from what wants to leave? exit 0 release, 3 review, 4 block',
      '能否由待出域产品还原原始数据？退出码 0 放行、3 审核、4 阻断',
    ])
    .need('--source <file>', ['raw table; repeat for several', '原始数据表；多张则重复该选项'], repeated)
    .need(
      '--product <file>',
      [
        'what wants to leave: a file, or a folder of files; repeat for several',
        '待出域产品：文件或文件夹；多个则重复该选项',
      ],
      repeated,
    )
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
      '--identifier <column>',
      [
        'source column that is a direct identifier, besides those recognised; may be repeated',
        '除自动识别外，属于直接标识符的原始列；可重复',
      ],
      repeated,
    )
    .flag(
      '--sensitive <column>',
      [
        'column whose l and t are reported; may be repeated; default: by classification',
        '报告其 l 与 t 的敏感列；可重复；缺省按分类判定',
      ],
      repeated,
    )
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
    .flag('--reveal <file>', [
      'write restored rows with their raw values for your own eyes (mode 0600); needs --ledger',
      '写出含原始值的还原行，仅供本人查看（权限 0600）；须同时使用 --ledger',
    ])
    .flag('--tenant <name>', ['for the ledger entry', '用于账本记录'])
    .flag('--environment <name>', ['for the ledger entry', '用于账本记录'])
    .flag('--scenario <name>', ['for the ledger entry', '用于账本记录']);
  return signFlags(ledgerFlag(command))
    .common(true)
    .examples(
      'scrim review --source raw.csv --product out.csv --html report.html',
      'scrim review --source 户籍.csv --source 社保.csv --product 产品.csv --manifest product.yaml --lang zh-CN --html 报告.html --json 结论.json',
    );
}

async function writeAcro(
  session: Session,
  verdict: Verdict,
  target: string,
  products: readonly ProductFile[],
  timestamp: string,
): Promise<void> {
  const { acroResults } = await import('../../report/index.js');
  const folder = path.dirname(path.resolve(target));
  const given = products.map((product) => ({
    name: product.name,
    file: path.relative(folder, path.resolve(product.path)).split(path.sep).join('/'),
  }));
  const { results, checksums } = acroResults(verdict, { language: session.language, files: given, timestamp });
  session.outputs.write('--acro', `${JSON.stringify(results, null, 4)}\n`);
  for (const { path: name, content } of checksums) {
    // The viewer looks for checksums of files in its own folder only.
    if (name.includes('..')) continue;
    const place = path.join(folder, name);
    fs.mkdirSync(path.dirname(place), { recursive: true });
    await session.outputs.claim(name, place);
    session.outputs.write(name, content);
  }
}

/** Restored rows with raw values: a file of its own that only its owner reads, noted before it appears. */
async function writeRevealed(
  session: Session,
  notes: Notes,
  scope: Scope,
  verdict: Verdict,
  report: string,
  attacks: readonly Revealed[],
): Promise<void> {
  const rows = attacks.reduce((sum, attack) => sum + attack.rows.length, 0);
  const text = `${JSON.stringify(
    {
      schema: 'scrim.reveal/1',
      note: {
        en: 'Raw values. For the reviewer inside the domain; not part of any report; delete it after use.',
        'zh-CN': '含原始值。仅供域内审核人查看，不属于任何报告；用后删除。',
      },
      report,
      products: verdict.digests.product,
      seed: verdict.seed,
      attacks,
    },
    null,
    2,
  )}\n`;
  const { defineEntryType } = await import('../../audit/index.js');
  const own = { products: 'digests', report: 'digest', reveal: 'digest', rows: 'count' } as const;
  defineEntryType('review.revealed', {
    tenant: 'text',
    environment: 'text',
    scenario: 'text',
    operator: 'text',
    ...own,
  });
  await notes.append('review.revealed', {
    ...scope,
    products: verdict.digests.product,
    report,
    reveal: sha256Hex(new TextEncoder().encode(text)),
    rows,
  });
  session.outputs.write('--reveal', text);
}

/** The decision of a person, in the ledger: a release, or a halt of what the tool would have let through. */
async function noteDecision(
  notes: Notes,
  scope: Scope,
  verdict: Verdict,
  decided: Decision | null,
  because: string | undefined,
): Promise<void> {
  for (const product of verdict.digests.product) {
    if (decided === 'release' && verdict.verdict === 'release') {
      await notes.note('release', { ...scope, product, approval: null });
    } else if (decided !== null && decided !== 'release') {
      await notes.note('halt', { ...scope, product, reason: because ?? `decided: ${decided}` });
    }
  }
}

/** Adds `scrim review`. */
export function addReview(program: ScrimCommand): void {
  flags(program).does<ReviewFlags>(async (session, options) => {
    const products = productFiles(options.product, options.manifest);
    for (const [option, files] of [
      ['--source', options.source],
      ['--product', products.map((product) => product.path)],
      ['--control', options.control === undefined ? [] : [options.control]],
      ['--manifest', options.manifest === undefined ? [] : [options.manifest]],
    ] as const) {
      for (const file of files) session.outputs.input(option, file);
    }
    const scope = ledgerScope(options);
    if (options.acro !== undefined) await session.outputs.claim('--acro', options.acro);
    await claimBundle(session, options, (products[0] as { path: string }).path);
    if (options.reveal !== undefined) await session.outputs.claim('--reveal', options.reveal, { mode: 0o600 });
    const { readManifest } = await import('../manifest.js');
    const stated = options.manifest === undefined ? null : readManifest(options.manifest);
    const notes = await openNotes(options, 'scrim review');
    try {
      const { canonicalVerdict, review } = await import('../../reversibility/index.js');
      const revealed: Revealed[] = [];
      const found = await review({
        ...(await reviewOptions(session, options, products, stated?.manifest ?? null)),
        ...(stated === null ? {} : { policy: stated.sha256 }),
        ...(options.reveal === undefined ? {} : { reveal: (one) => revealed.push(one) }),
      });
      if (session.run.signal.aborted) throw new ScrimError('SCRIM_CANCELLED', { operation: 'scrim review' });
      for (const column of options.sensitive ?? []) {
        const known = found.columns.some((own) => own.product === column || own.source === column);
        if (!known && !found.sourceColumns.some((own) => own.column === column)) {
          throw new ScrimError('SCRIM_TABLE_UNKNOWN_COLUMN', { column });
        }
      }
      const report = await import('../../report/index.js');
      const { manifestReasons, reviewHtml, withReasons } = report;
      const now = new Date().toISOString();
      const verdict =
        stated === null ? found : withReasons(found, manifestReasons(stated.manifest, found, now.slice(0, 10)));
      const json =
        stated === null ? canonicalVerdict(verdict) : withManifest(canonicalVerdict(verdict), stated.manifest);
      session.jsonText(`${json}\n`);
      if (session.wantsHtml) {
        const manifest = stated === null ? {} : { manifest: stated.manifest };
        session.html(reviewHtml(verdict, { language: session.language, reviewed: now, ...manifest }));
      }
      if (options.acro !== undefined) await writeAcro(session, verdict, options.acro, products, now);
      const digest = sha256Hex(new TextEncoder().encode(`${json}\n`));
      await notes.note('review', {
        ...scope,
        verdict: verdict.verdict,
        products: verdict.digests.product,
        sources: verdict.digests.source.filter((one): one is string => one !== null),
        report: digest,
      });
      if (options.reveal !== undefined) await writeRevealed(session, notes, scope, verdict, digest, revealed);
      if (options.sign !== undefined) {
        const manifest = stated === null ? {} : { manifest: stated.manifest };
        const decided = await signReview(session, options, {
          verdict,
          json: `${json}\n`,
          html: reviewHtml(verdict, { language: session.language, reviewed: now, ...manifest }),
          manifest: options.manifest ?? null,
          time: now,
        });
        await noteDecision(notes, scope, verdict, decided, options.because);
      }
      sayVerdict(session, verdict, report);
      return EXIT[verdict.verdict];
    } finally {
      await notes.close();
    }
  });
}

/** The canonical verdict with the manifest that raised it. */
function withManifest(canonical: string, manifest: object): string {
  return canonicalJson({ ...(JSON.parse(canonical) as Record<string, Json>), manifest: manifest as Json });
}

interface Scope {
  readonly tenant: string;
  readonly environment: string;
  readonly scenario: string;
}

/** Scope of the ledger entry. @throws SCRIM_CLI_MISSING when a ledger is named and the scope is not, or raw values are asked for without a ledger */
function ledgerScope(options: ReviewFlags): Scope {
  const { tenant, environment, scenario } = options;
  if (options.reveal !== undefined && options.ledger === undefined) {
    throw new ScrimError('SCRIM_CLI_MISSING', { command: 'scrim review --reveal', what: '--ledger <file>' });
  }
  if (options.ledger !== undefined && (tenant === undefined || environment === undefined || scenario === undefined)) {
    throw new ScrimError('SCRIM_CLI_MISSING', {
      command: 'scrim review --ledger',
      what: '--tenant --environment --scenario',
    });
  }
  return { tenant: tenant ?? '', environment: environment ?? '', scenario: scenario ?? '' };
}
