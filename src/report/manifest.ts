/**
 * The manifest: what a reviewer must know and no tool can measure (`product.yaml`, schema `scrim.manifest/1`).
 *
 * Field list: REQUIREMENTS, "What a reviewer needs to be able to sign". Every field but the name of the product is optional:
 * what is absent is printed as a blank to be filled in by hand.
 * @module
 */
import type { Bilingual } from '../core/index.js';
import type { Decision, Reason, Verdict } from '../reversibility/index.js';

/** Kinds of products (ZJ23 §1.3, TA24 §3): 数据包、模型、接口、服务、报告、业务服务. */
export type ProductKind = 'package' | 'model' | 'interface' | 'service' | 'report' | 'business-service';

/** One column of the product as its owner describes it. */
export interface ManifestField {
  readonly name: string;
  readonly class?: string;
  readonly gradeBefore?: string;
  readonly gradeAfter?: string;
  /** Personal information. */
  readonly personal?: boolean;
  /** Important data. */
  readonly important?: boolean;
  /** Openness attribute, set by the data owner. */
  readonly openness?: 'unconditional' | 'restricted' | 'prohibited';
  /** Legal basis, with its reference. */
  readonly basis?: string;
}

/** `scrim.manifest/1`. Dates are YYYY-MM-DD. */
export interface Manifest {
  readonly schema: 'scrim.manifest/1';
  readonly product: {
    readonly name: string;
    readonly kind?: ProductKind;
    readonly version?: string;
    /** SHA-256 of each product file, where the submitter states it. */
    readonly sha256?: readonly string[];
    readonly delivery?: 'download' | 'interface' | 'in-domain';
  };
  readonly operator?: {
    readonly name?: string;
    readonly agreement?: string;
    readonly from?: string;
    readonly until?: string;
  };
  readonly scenario?: {
    readonly name?: string;
    readonly approval?: string;
    readonly approvedBy?: string;
    readonly expires?: string;
  };
  readonly recipient?: { readonly name?: string; readonly use?: string; readonly crossBorder?: boolean };
  readonly fields?: readonly ManifestField[];
  /** Columns of the approved demand list. */
  readonly approvedColumns?: readonly string[];
  readonly assessment?: {
    readonly sharing?: string;
    readonly quasiIdentifiers?: readonly { readonly name: string; readonly reason?: string }[];
    readonly k?: number;
    readonly threshold?: number;
    readonly approvedBy?: string;
    readonly level?: string;
    readonly validUntil?: string;
  };
  readonly earlierReleases?: readonly { readonly name: string; readonly sha256?: string; readonly on?: string }[];
}

const GATES = {
  'manifest-prohibited': [
    'Column {columns}: marked prohibited. Prohibited data is never authorised, in whatever form.',
    '列 {columns}：标注为禁止开放。禁止开放的数据不得授权运营，无论何种形式。',
  ],
  'manifest-restricted-download': [
    'Column {columns}: marked restricted, and the product is a data package offered for download.',
    '列 {columns}：标注为受限开放，而本产品为供下载的数据包。',
  ],
  'manifest-not-approved': [
    'Column {columns}: not on the approved demand list.',
    '列 {columns}：不在已批准的需求清单内。',
  ],
  'manifest-expired': ['{what} expired on {date}.', '{what}已于 {date} 到期。'],
  'manifest-digest': [
    'The manifest states another digest than that of the reviewed product: it describes another file.',
    '清单所载摘要与被审产品不一致：清单描述的是另一文件。',
  ],
  'manifest-undescribed': [
    'Column {columns}: in the product, but not described in the manifest.',
    '列 {columns}：产品中存在，清单未予说明。',
  ],
} as const satisfies Readonly<Record<string, Bilingual>>;

const WHAT = {
  agreement: ['The operating agreement', '授权运营协议'],
  scenario: ['The approval of the scenario', '应用场景审批'],
  assessment: ['The de-identification assessment', '去标识化评估'],
} as const satisfies Readonly<Record<string, Bilingual>>;

function reason(code: keyof typeof GATES, level: Decision, facts: Readonly<Record<string, string>>): Reason {
  const [en, zh] = GATES[code];
  const fill = (template: string, language: 0 | 1): string =>
    template.replace(/\{(\w+)\}/g, (_, key: string) => {
      if (key === 'what') return WHAT[facts.what as keyof typeof WHAT][language];
      return facts[key] ?? '';
    });
  return { code, level, en: fill(en, 0), 'zh-CN': fill(zh, 1), facts };
}

/** What of a product a manifest is checked against. */
export interface ManifestSubject {
  readonly columns: readonly string[];
  readonly sha256: readonly string[];
}

/**
 * The gates that a manifest allows to check: prohibited columns, restricted columns offered for download, columns outside the
 * approved list (block); an expired agreement, approval or assessment (block); another digest, columns not described (review).
 *
 * @param today - YYYY-MM-DD
 */
export function manifestReasons(manifest: Manifest, subject: ManifestSubject, today: string): Reason[] {
  const reasons: Reason[] = [];
  const add = (code: keyof typeof GATES, level: Decision, names: readonly string[]): void => {
    if (names.length > 0) reasons.push(reason(code, level, { columns: names.join(', ') }));
  };
  const present = new Set(subject.columns);
  const fields = (manifest.fields ?? []).filter((field) => present.has(field.name));
  add(
    'manifest-prohibited',
    'block',
    fields.filter((f) => f.openness === 'prohibited').map((f) => f.name),
  );
  if (manifest.product.delivery === 'download' && (manifest.product.kind ?? 'package') === 'package') {
    add(
      'manifest-restricted-download',
      'block',
      fields.filter((f) => f.openness === 'restricted').map((f) => f.name),
    );
  }
  if (manifest.approvedColumns !== undefined) {
    const approved = new Set(manifest.approvedColumns);
    add(
      'manifest-not-approved',
      'block',
      subject.columns.filter((name) => !approved.has(name)),
    );
  }
  const dates = [
    ['agreement', manifest.operator?.until],
    ['scenario', manifest.scenario?.expires],
    ['assessment', manifest.assessment?.validUntil],
  ] as const;
  for (const [what, date] of dates) {
    if (date !== undefined && date < today) reasons.push(reason('manifest-expired', 'block', { what, date }));
  }
  const stated = manifest.product.sha256;
  if (stated !== undefined && !sameSet(stated, subject.sha256)) reasons.push(reason('manifest-digest', 'review', {}));
  if (manifest.fields !== undefined) {
    const described = new Set(manifest.fields.map((field) => field.name));
    add(
      'manifest-undescribed',
      'review',
      subject.columns.filter((name) => !described.has(name)),
    );
  }
  return reasons;
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  const left = new Set(a.map((digest) => digest.toLowerCase()));
  return left.size === new Set(b).size && b.every((digest) => left.has(digest.toLowerCase()));
}

const ORDER: readonly Decision[] = ['release', 'review', 'block'];

/** What a raised verdict says: the attacks led to one recommendation, the manifest to another. */
const RAISED: Readonly<Record<Decision, Verdict['statement']>> = {
  release: {
    en: 'No attack of this battery succeeded, but what the manifest states stands against it: see the reasons.',
    'zh-CN': '本测试组中没有攻击成功，但产品清单所载事项不允许：见理由。',
  },
  review: {
    en: 'The attacks by themselves leave it to a person; what the manifest states stands against it: see the reasons.',
    'zh-CN': '仅就攻击测试而言须由人工判定；但产品清单所载事项不允许：见理由。',
  },
  block: { en: '', 'zh-CN': '' },
};

/** The verdict with further reasons: they may raise it, never lower it. */
export function withReasons(verdict: Verdict, reasons: readonly Reason[]): Verdict {
  if (reasons.length === 0) return verdict;
  const level = Math.max(ORDER.indexOf(verdict.verdict), ...reasons.map((one) => ORDER.indexOf(one.level)));
  const merged = [...verdict.reasons, ...reasons];
  merged.sort((a, b) => ORDER.indexOf(b.level) - ORDER.indexOf(a.level));
  const raised = ORDER[level] !== verdict.verdict;
  return {
    ...verdict,
    verdict: ORDER[level] as Decision,
    reasons: merged,
    ...(raised ? { statement: RAISED[verdict.verdict] } : {}),
  };
}
