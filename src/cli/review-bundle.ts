/**
 * `scrim review --sign`: verdict, report, manifest and decision as one signed file (R20).
 * @module
 */
import path from 'node:path';
import type { BundleContent } from '../audit/index.js';
import { ScrimError, version } from '../core/index.js';
import type { Decision, Verdict } from '../reversibility/index.js';
import { oneOf, type ScrimCommand } from './command-line.js';
import { readInput } from './input-file.js';
import type { Session } from './session.js';
import { signerOf } from './signing-key.js';

/** Options that sign a review. */
export interface SignOptions {
  readonly sign?: string;
  readonly bundle?: string;
  readonly decide?: Decision;
  readonly because?: string;
  readonly operator?: string;
  readonly product?: readonly string[];
}

/** Adds the options. */
export function signFlags(command: ScrimCommand): ScrimCommand {
  return command
    .flag('--sign <key>', [
      'sign report, verdict, manifest and decision into one file; key of scrim keys signer; needs --operator',
      '将报告、结论、清单与决定签署为一个文件；密钥由 scrim keys signer 生成；须带 --operator',
    ])
    .flag('--bundle <file>', ['the signed file; default PRODUCT.bundle.json', '签署文件；缺省为 PRODUCT.bundle.json'])
    .flag(
      '--decide <decision>',
      [
        'decision of who signs: release, review or block; default the recommendation',
        '签署人的决定：release、review 或 block；缺省同建议',
      ],
      oneOf('--decide', ['release', 'review', 'block']),
    )
    .flag('--because <text>', [
      'why, where the decision is milder than the recommendation',
      '决定轻于建议时须说明理由',
    ]);
}

/** Claims the bundle's file before the work starts. @throws SCRIM_CLI_MISSING */
export async function claimBundle(session: Session, options: SignOptions, product: string): Promise<void> {
  if (options.sign === undefined) {
    const orphan = options.bundle !== undefined ? '--bundle' : options.decide !== undefined ? '--decide' : undefined;
    if (orphan !== undefined)
      throw new ScrimError('SCRIM_CLI_MISSING', { command: `scrim review ${orphan}`, what: '--sign <key>' });
    return;
  }
  if (options.operator === undefined) {
    throw new ScrimError('SCRIM_CLI_MISSING', { command: 'scrim review --sign', what: '--operator <name>' });
  }
  await signerOf(options.sign);
  await session.outputs.claim('--bundle', options.bundle ?? `${product}.bundle.json`);
}

/** What is signed. */
export interface SignedParts {
  readonly verdict: Verdict;
  /** Exact text of the verdict, as `--json` writes it. */
  readonly json: string;
  readonly html: string;
  readonly manifest: string | null;
  readonly time: string;
}

/** Signs and writes the bundle; returns what was decided. @throws SCRIM_ARGUMENT for a milder decision without reason */
export async function signReview(session: Session, options: SignOptions, parts: SignedParts): Promise<Decision | null> {
  if (options.sign === undefined) return null;
  const { makeBundle } = await import('../audit/index.js');
  const { signer, publicKey } = await signerOf(options.sign);
  const text = (part: BundleContent['part'], name: string, media: string, content: string): BundleContent => ({
    part,
    name,
    media,
    bytes: new TextEncoder().encode(content),
  });
  const { verdict, manifest } = parts;
  const decided = options.decide ?? verdict.verdict;
  const bundle = makeBundle({
    parts: [
      text('verdict', 'verdict.json', 'application/json', parts.json),
      text('report', `report.${session.language}.html`, 'text/html', parts.html),
      ...(manifest === null
        ? []
        : [
            {
              part: 'manifest' as const,
              name: path.basename(manifest),
              media: 'application/yaml',
              bytes: readInput(manifest),
            },
          ]),
    ],
    decision: {
      recommended: verdict.verdict,
      decided,
      reviewer: options.operator ?? '',
      reason: options.because ?? null,
      approval: null,
    },
    products: verdict.digests.product,
    sources: verdict.digests.source.filter((one): one is string => one !== null),
    tool: `scrim ${version}`,
    time: parts.time,
    signer,
    publicKey,
  });
  session.outputs.write('--bundle', `${JSON.stringify(bundle, null, 2)}\n`);
  return decided;
}
