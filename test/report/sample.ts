/** Verdicts made by hand for the report tests: figures are chosen to show every part of the page, not measured. */
import type { AttackReport, Measure, Verdict } from '../../src/reversibility/index.js';

const measure = (gross: number, net: number, lower: number, upper: number, of: number): Measure => ({
  gross,
  net,
  lower,
  upper,
  count: Math.round(gross * of),
  of,
});
const nothing = (of: number): Measure => measure(0, 0, 0, 0.0004, of);

const ran = (id: string, inverse: string | null, restored: number, more: Partial<AttackReport> = {}): AttackReport => ({
  id,
  status: 'ran',
  knowledge: 'A0',
  restored,
  restoration:
    inverse === null
      ? null
      : {
          rows: measure(restored, restored, restored * 0.98, Math.min(1, restored * 1.01), 30000),
          cells: measure(restored * 0.8, restored * 0.7, restored * 0.69, restored * 0.71, 240000),
          identifiers: measure(restored, restored, restored, restored, 30000),
        },
  inverse,
  ...more,
});

const base: Omit<
  Verdict,
  'verdict' | 'reasons' | 'capacity' | 'restoration' | 'attacks' | 'columns' | 'sourceColumns' | 'coverage'
> = {
  schema: 'scrim.review/1',
  statement: {
    en: 'Battery scrim-battery/1 was run against the product. What it shows is stated below; what it did not show is no proof.',
    'zh-CN': '已对产品运行测试组 scrim-battery/1。所见如下；未见者不构成证明。',
  },
  risk: {
    product: '人口画像.csv',
    counted: 'rows',
    rows: 30000,
    records: 30000,
    columns: ['年龄段', '区县', '职业'],
    classes: 812,
    smallestClass: 1,
    unique: 0.004,
    small: 0.031,
    averageRisk: 0.0271,
    highestRisk: 1,
    histogram: [
      { from: 1, rows: 120 },
      { from: 2, rows: 810 },
      { from: 5, rows: 1930 },
      { from: 10, rows: 3140 },
      { from: 20, rows: 9000 },
      { from: 50, rows: 15000 },
    ],
    sensitive: [{ column: '职业', l: 2, entropyL: 1.7, t: 0.41, distance: 'equal', alike: 0.0031 }],
    gbt42460: {
      grade: 3,
      secondHand: true,
      threshold: 0.05,
      version: 'gbt-42460/second-hand-2026-11',
      models: [
        { sharing: 'public', tau: 0.05, over: 0.41, risk: 1 },
        { sharing: 'controlled', tau: 0.2, over: 0.02, risk: 1 },
        { sharing: 'enclave', tau: 1 / 3, over: 0.004, risk: 1 },
      ],
    },
    ema009: false,
  },
  nullModel: { kind: 'tree', draws: 2, rows: 0.002 },
  thresholds: {
    version: 'scrim-thresholds/2026-11',
    approver: null,
    block: { rowShare: 0.01, persons: 10, identifierPersons: 10 },
    release: { rowShare: 0.001, persons: 1, identifierPersons: 1 },
    restoredBelow: 5,
    rowCells: 3,
    safeClass: 20,
    smallClass: 5,
    smallClassShare: 0.01,
    coincidences: 0.01,
    tolerance: 0.001,
    enumerationBits: 50,
  },
  battery: 'scrim-battery/1',
  tool: { name: 'scrim', version: '0.1.0' },
  seed: '5eed'.repeat(16),
  digests: {
    product: ['ab'.repeat(32)],
    productForm: ['bytes'],
    source: ['cd'.repeat(32)],
    control: null,
    policy: null,
    tool: 'ef'.repeat(32),
  },
  shape: {
    sources: [{ name: 'register.csv', rows: 30000, columns: 8 }],
    products: [{ name: '人口画像.csv', rows: 30000, columns: 6 }],
  },
  time: [],
};

/** A renamed, partly encoded copy: blocked. */
export const blocked: Verdict = {
  ...base,
  verdict: 'block',
  reasons: [
    {
      code: 'rows-restored',
      level: 'block',
      en: '97.2 % of the rows came back by base64 decoding and an affine map.',
      'zh-CN': '97.2 % 的行经 base64 解码与线性变换被还原。',
      facts: {},
    },
    {
      code: 'unexplained',
      level: 'review',
      en: 'Column c9 is explained by nothing.',
      'zh-CN': '列 c9 无法解释。',
      facts: { column: 'c9' },
    },
  ],
  capacity: { productBits: 1_840_000, rawBits: 2_310_000, bound: 0.7965 },
  restoration: {
    rows: measure(0.9721, 0.9702, 0.9684, 0.972, 30000),
    cells: measure(0.71, 0.6403, 0.6377, 0.6429, 240000),
    identifiers: measure(1, 1, 1, 1, 30000),
  },
  attacks: [
    ran('decoders', '姓名 = base64(c7)\n身份证号 = base64(reverse(c2))', 0.9702, {
      evidence: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    }),
    ran('affine', '身高 = (c3 - 10) / 2.54', 0.004, { knowledge: 'A1' }),
    ran('hashes', '手机号 = sm3(c5)', 0.0002, { knowledge: 'A2', costBits: 37 }),
    ran('containment', null, 0),
    { ...ran('mixing', null, 0), status: 'not-applicable', reason: 'fewer than two numeric columns' },
    { ...ran('noise', null, 0), status: 'gap', reason: 'time limit' },
  ],
  columns: [
    column('c7', '姓名', 'base64(c7)', 'attack', 1, 14.2),
    column('c2', '身份证号', 'base64(reverse(c2))', 'attack', 1, 14.9),
    column('c3', '身高', '(c3 - 10) / 2.54', 'attack', 0.12, 6.1),
    column('年龄段', '出生日期', 'age band of 出生日期', 'safe-form', 0, 3.2),
    column('c9', null, null, 'none', 0, 14.9),
  ],
  sourceColumns: [
    sourceColumn('姓名', 1, true),
    sourceColumn('身份证号', 1, true),
    sourceColumn('手机号', 0.0002, true),
    sourceColumn('身高', 0.12, false),
    sourceColumn('出生日期', 0, false),
    sourceColumn('职业', 0.4, false),
    sourceColumn('年收入', 0.0009, false),
    sourceColumn('诊断', 0, false),
  ],
  coverage: {
    ran: ['containment', 'decoders', 'affine', 'hashes'],
    notApplicable: [{ id: 'mixing', reason: 'fewer than two numeric columns' }],
    gaps: [{ id: 'noise', reason: 'time limit' }],
  },
};

/** A safe table: released. */
export const released: Verdict = {
  ...base,
  verdict: 'release',
  reasons: [
    {
      code: 'no-attack',
      level: 'release',
      en: 'No attack of battery scrim-battery/1 succeeded.',
      'zh-CN': '测试组 scrim-battery/1 中没有攻击成功。',
      facts: {},
    },
  ],
  risk: { ...base.risk, smallestClass: 20, unique: 0, small: 0, highestRisk: 0.05, ema009: true },
  thresholds: { ...base.thresholds, approver: '李四' },
  capacity: { productBits: 98_000, rawBits: 2_310_000, bound: 0.0424 },
  restoration: { rows: nothing(30000), cells: nothing(240000), identifiers: nothing(30000) },
  attacks: [ran('containment', null, 0), ran('decoders', null, 0)],
  columns: [column('年龄段', '出生日期', 'age band of 出生日期', 'safe-form', 0, 3.2)],
  sourceColumns: blocked.sourceColumns.map((one) => ({ ...one, restoredShare: 0 })),
  coverage: { ran: ['containment', 'decoders'], notApplicable: [], gaps: [] },
};

/** Forty product columns with long Chinese names. */
export function wide(): Verdict {
  const long = '某市某区社会保险参保人员本年度累计缴费基数与补缴情况说明字段';
  return {
    ...blocked,
    verdict: 'review',
    columns: Array.from({ length: 40 }, (_, i) =>
      column(`${long}${i}`, `${long}原始${i}`, `affine(${long}${i})`, i % 3 === 0 ? 'none' : 'attack', i / 39, 9.1),
    ),
    sourceColumns: Array.from({ length: 40 }, (_, i) => sourceColumn(`${long}原始${i}`, i / 39, i % 7 === 0)),
    shape: {
      sources: [
        { name: 'a.csv', rows: 1_000_000, columns: 20 },
        { name: 'b.csv', rows: 1_000_000, columns: 20 },
      ],
      products: [{ name: `${long}.csv`, rows: 1_000_000, columns: 40 }],
    },
    digests: { ...base.digests, source: [null, null] },
  };
}

/** Every outside text replaced by a hostile one. */
export function hostile(text: string): Verdict {
  return {
    ...blocked,
    reasons: [{ code: text, level: 'block', en: text, 'zh-CN': text, facts: { column: text } }],
    attacks: blocked.attacks.map((attack) => ({ ...attack, id: text, inverse: text, reason: text })),
    columns: blocked.columns.map((one) => ({ ...one, product: text, source: text, how: text })),
    sourceColumns: blocked.sourceColumns.map((one) => ({ ...one, source: text, column: text })),
    risk: { ...blocked.risk, columns: [text] },
    coverage: {
      ran: [text],
      notApplicable: [{ id: text, reason: text }],
      gaps: [{ id: text, reason: text }],
    },
    statement: { en: text, 'zh-CN': text },
    battery: text,
    seed: text,
    thresholds: { ...blocked.thresholds, approver: text, version: text },
    tool: { name: 'scrim', version: text },
    digests: { product: [text], productForm: ['bytes'], source: [text], control: text, policy: text, tool: text },
    shape: {
      sources: [
        { name: text, rows: 1, columns: 1 },
        { name: text, rows: 1, columns: 1 },
      ],
      products: [
        { name: text, rows: 1, columns: 1 },
        { name: text, rows: 1, columns: 1 },
      ],
    },
  };
}

function column(
  product: string,
  source: string | null,
  how: string | null,
  explained: 'attack' | 'safe-form' | 'none',
  restoredShare: number,
  entropy: number,
): Verdict['columns'][number] {
  return {
    product,
    table: 0,
    source,
    how,
    explained,
    restoredShare,
    entropy,
    distinct: 29311,
    missing: 0.02,
    compressibility: 0.6,
  };
}

function sourceColumn(
  name: string,
  restoredShare: number,
  directIdentifier: boolean,
): Verdict['sourceColumns'][number] {
  return { source: 'register', column: name, directIdentifier, kind: null, distinct: 29000, restoredShare };
}
