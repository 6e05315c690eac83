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
  /** Classes that the approval forbids to leave, such as `direct-identifier`. */
  readonly prohibitedClasses?: readonly string[];
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
  'manifest-prohibited-class': [
    'Column {columns}: of a class that the approval forbids to leave.',
    '列 {columns}：属于审批禁止出域的类别。',
  ],
  'manifest-expired': ['{what} expired on {date}.', '{what}已于 {date} 到期。'],
  'manifest-not-yet': ['{what} is in force from {date} only.', '{what}自 {date} 起方生效。'],
  'manifest-important': [
    'Column {columns}: marked as important data, whose release asks for an assessment of its own.',
    '列 {columns}：标注为重要数据，其出域须另行评估。',
  ],
  'manifest-cross-border': [
    'The recipient is stated to be across the border: the rules for cross-border transfer are not checked here.',
    '接收方载明为境外：跨境传输规则不在本工具核验范围内。',
  ],
  'manifest-k': [
    'The manifest states classes of at least {stated}; the smallest that was counted has {measured}.',
    '清单载明等价类不少于 {stated}；实测最小等价类为 {measured}。',
  ],
  'manifest-kind': [
    'The product is stated to be of kind {kind}: this battery reads its tables, not what else belongs to it.',
    '产品形态载明为{kind}：本攻击集仅读取其中的数据表，不涉及其他组成部分。',
  ],
  'manifest-digest': [
    'The manifest states another digest than that of the reviewed product: it describes another file.',
    '清单所载摘要与被审产品不一致：清单描述的是另一文件。',
  ],
  'manifest-undescribed': [
    'Column {columns}: in the product, but not described in the manifest.',
    '列 {columns}：产品中存在，清单未予说明。',
  ],
} as const satisfies Readonly<Record<string, Bilingual>>;

const KINDS = {
  model: ['model', '模型'],
  interface: ['interface', '接口'],
  service: ['service', '服务'],
  'business-service': ['business service', '业务服务'],
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
      if (key === 'kind') return KINDS[facts.kind as keyof typeof KINDS][language];
      return facts[key] ?? '';
    });
  return { code, level, en: fill(en, 0), 'zh-CN': fill(zh, 1), facts };
}

/**
 * The gates that a manifest allows to check. Block: prohibited columns and classes, restricted columns offered for download,
 * columns outside the approved list, an agreement, approval or assessment that is expired or not yet in force. Review: another
 * digest, columns not described, important data, a recipient across the border, a stated k that the product does not keep, a
 * kind of product that is more than its tables.
 *
 * @param today - YYYY-MM-DD
 */
export function manifestReasons(manifest: Manifest, verdict: Verdict, today: string): Reason[] {
  const reasons: Reason[] = [];
  const add = (code: keyof typeof GATES, level: Decision, names: readonly string[]): void => {
    if (names.length > 0) reasons.push(reason(code, level, { columns: names.join(', ') }));
  };
  const columns = [...new Set(verdict.columns.map((column) => column.product))];
  const present = new Set(columns);
  const fields = (manifest.fields ?? []).filter((field) => present.has(field.name));
  const marked = (test: (field: ManifestField) => boolean): string[] => fields.filter(test).map((field) => field.name);
  add(
    'manifest-prohibited',
    'block',
    marked((field) => field.openness === 'prohibited'),
  );
  if (manifest.product.delivery === 'download' && (manifest.product.kind ?? 'package') === 'package') {
    add(
      'manifest-restricted-download',
      'block',
      marked((field) => field.openness === 'restricted'),
    );
  }
  add('manifest-prohibited-class', 'block', ofProhibitedClass(manifest, verdict, columns));
  if (manifest.approvedColumns !== undefined) {
    const approved = new Set(manifest.approvedColumns);
    add(
      'manifest-not-approved',
      'block',
      columns.filter((name) => !approved.has(name)),
    );
  }
  reasons.push(...dateReasons(manifest, today));
  add(
    'manifest-important',
    'review',
    marked((field) => field.important === true),
  );
  const { sha256, kind } = manifest.product;
  if (sha256 !== undefined && !sameSet(sha256, verdict.digests.product))
    reasons.push(reason('manifest-digest', 'review', {}));
  if (manifest.fields !== undefined) {
    const described = new Set(manifest.fields.map((field) => field.name));
    add(
      'manifest-undescribed',
      'review',
      columns.filter((name) => !described.has(name)),
    );
  }
  if (manifest.recipient?.crossBorder === true) reasons.push(reason('manifest-cross-border', 'review', {}));
  const k = manifest.assessment?.k;
  const { smallestClass, columns: counted } = verdict.risk;
  if (k !== undefined && counted.length > 0 && smallestClass < k) {
    reasons.push(reason('manifest-k', 'review', { stated: String(k), measured: String(smallestClass) }));
  }
  if (kind !== undefined && Object.hasOwn(KINDS, kind)) reasons.push(reason('manifest-kind', 'review', { kind }));
  return reasons;
}

/** Columns of a prohibited class: as the manifest describes them, or as the review found them to give it back. */
function ofProhibitedClass(manifest: Manifest, verdict: Verdict, columns: readonly string[]): string[] {
  const prohibited = new Set(manifest.prohibitedClasses ?? []);
  if (prohibited.size === 0) return [];
  const stated = new Map(manifest.fields?.map((field) => [field.name, field.class]));
  const direct = prohibited.has('direct-identifier') || prohibited.has('直接标识符');
  const identifiers = new Set(verdict.sourceColumns.filter((one) => one.directIdentifier).map((one) => one.column));
  const givesBack = (name: string): boolean =>
    direct &&
    verdict.columns.some(
      ({ product, source, explained }) =>
        product === name &&
        explained === 'attack' &&
        source !== null &&
        (identifiers.has(source) || identifiers.has(source.slice(source.indexOf('.') + 1))),
    );
  return columns.filter((name) => prohibited.has(stated.get(name) ?? '') || givesBack(name));
}

function dateReasons(manifest: Manifest, today: string): Reason[] {
  const until = [
    ['agreement', manifest.operator?.until],
    ['scenario', manifest.scenario?.expires],
    ['assessment', manifest.assessment?.validUntil],
  ] as const;
  const from = manifest.operator?.from;
  return [
    ...until.flatMap(([what, date]) =>
      date !== undefined && date < today ? [reason('manifest-expired', 'block', { what, date })] : [],
    ),
    ...(from !== undefined && from > today
      ? [reason('manifest-not-yet', 'block', { what: 'agreement', date: from })]
      : []),
  ];
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
    'zh-CN': '本攻击集中没有攻击成功，但产品清单所载事项不允许：见理由。',
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
