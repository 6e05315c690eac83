/**
 * `scrim verify`: check a signed review or a ledger proof by itself: no ledger, no source, no network. Exit 0 valid, 3 key unknown, 4 wrong.
 * @module
 */
import fs from 'node:fs';
import type { BundleVerification, Checkpoint, LedgerProof } from '../../audit/index.js';
import { type ExitCode, ScrimError, sha256Hex } from '../../core/index.js';
import { repeated, type ScrimCommand } from '../command-line.js';
import { readInput, readInputJson } from '../input-file.js';
import type { Session } from '../session.js';
import { publicKeys } from '../signing-key.js';

interface VerifyFlags {
  readonly publicKey?: string[];
  readonly product?: string[];
  readonly checkpoint?: string;
  readonly extract?: string;
}

const PROBLEMS: Readonly<Record<string, readonly [string, string]>> = {
  'not-json': ['it is no JSON', '不是 JSON'],
  'wrong-shape': ['it is no bundle of this format', '不是此格式的审核包'],
  'wrong-digest': ['a part was changed', '某部分内容被改动'],
  'wrong-signature': ['the signature is wrong', '签名不正确'],
  'no-verdict': ['there is no verdict inside', '其中没有审核结论'],
  'verdict-differs': ['decision and verdict inside differ', '决定与其中的结论不一致'],
  'milder-without-reason': [
    'the decision is milder than the recommendation, without a reason',
    '决定轻于建议且未说明理由',
  ],
  'product-differs': ['a product is not the reviewed one', '产品并非已审核的产品'],
};

function sayBundle(session: Session, found: BundleVerification): ExitCode {
  const { head } = found;
  for (const { code, part } of found.problems) {
    const why = session.text(PROBLEMS[code] ?? [code, code]);
    session.say(`${session.text(['INVALID', '无效'])}: ${why}${part === null ? '' : ` (${part})`}`);
  }
  if (head !== null) {
    const { decision } = head;
    session.say(
      session.text([
        `Decision ${decision.decided} (recommended ${decision.recommended}) by ${decision.reviewer}, ${head.time}; ${head.products.length} products, ${head.parts.length} parts`,
        `决定 ${decision.decided}（建议 ${decision.recommended}），审核人 ${decision.reviewer}，${head.time}；产品 ${head.products.length} 个，内容 ${head.parts.length} 部分`,
      ]),
    );
  }
  if (found.problems.length > 0) return 4;
  session.say(
    found.signature === 'known-key'
      ? session.text([`Valid: signed by ${found.key}`, `有效：由 ${found.key} 签署`])
      : session.text([
          `The signature is right, but nobody vouches for key ${found.key}: give its public key by --public-key.`,
          `签名正确，但无人担保密钥 ${found.key}：请以 --public-key 提供其公钥。`,
        ]),
  );
  return found.signature === 'known-key' ? 0 : 3;
}

/** Adds `scrim verify`. */
export function addVerify(program: ScrimCommand): void {
  program
    .sub('verify', [
      'check a signed review or a ledger proof by itself; exit 0 valid, 3 key unknown, 4 wrong',
      '单独核验签署的审核包或账本证明；退出码 0 有效、3 密钥未知、4 无效',
    ])
    .operand('<file>', [
      'bundle of scrim review --sign, or proof of scrim ledger prove',
      'scrim review --sign 的审核包，或 scrim ledger prove 的证明',
    ])
    .flag('--public-key <file>', ['public key of who may sign; may be repeated', '可签署者的公钥；可重复'], repeated)
    .flag(
      '--product <file>',
      ['must be one of the reviewed products; may be repeated', '须为已审核产品之一；可重复'],
      repeated,
    )
    .flag('--checkpoint <file>', ['checkpoint that came another way, for a proof', '另行取得的检查点，用于核验证明'])
    .flag('--extract <folder>', ['write the parts of a valid bundle there', '将有效审核包的各部分写到该文件夹'])
    .common(false)
    .examples(
      'scrim verify review.bundle.json --public-key office.pub.json --product out.csv',
      'scrim verify proof.json --checkpoint checkpoint.json',
    )
    .does<VerifyFlags>(async (session, options, operand) => {
      const file = operand as string;
      session.outputs.input('<file>', file);
      const audit = await import('../../audit/index.js');
      const keys = await publicKeys(options.publicKey ?? []);
      const data = readInputJson(file, 'JSON');
      if ((data as { schema?: unknown } | null)?.schema === 'scrim.ledger-proof/1') {
        if (options.checkpoint === undefined) {
          throw new ScrimError('SCRIM_CLI_MISSING', { command: 'scrim verify', what: '--checkpoint <file>' });
        }
        const against = readInputJson(options.checkpoint, 'JSON') as Checkpoint;
        const signatures = keys.size === 0 ? undefined : audit.signatureCheck(keys);
        const record = audit.verifyProof(data as LedgerProof, against, signatures);
        session.json({ schema: 'scrim.verify/1', kind: 'proof', valid: true, record });
        session.say(
          session.text([
            `Valid: record ${record.seq} (${record.type}) stands under the checkpoint of ${against.size} records`,
            `有效：第 ${record.seq} 条记录（${record.type}）属于含 ${against.size} 条记录的检查点`,
          ]),
        );
        return 0;
      }
      const products = (options.product ?? []).map((product) => sha256Hex(readInput(product)));
      const found = audit.verifyBundle(data, { keys, products });
      session.json({ ...found, schema: 'scrim.verify/1', kind: 'bundle' });
      const code = sayBundle(session, found);
      if (options.extract !== undefined && found.problems.length === 0) extractParts(data, options.extract);
      return code;
    });
}

function extractParts(data: unknown, folder: string): void {
  const { head, contents } = data as { head: { parts: { name: string }[] }; contents: string[] };
  fs.mkdirSync(folder, { recursive: true });
  head.parts.forEach(({ name }, i) => {
    const safe = name.replace(/[^\p{L}\p{N}._-]/gu, '_').replace(/^\.+/, '_');
    fs.writeFileSync(`${folder}/${safe}`, Buffer.from(contents[i] as string, 'base64'), { flag: 'wx' });
  });
}
