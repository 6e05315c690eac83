/**
 * Every word of the reports, English and Chinese side by side: the one catalogue. `{name}` is filled in.
 * @module
 */
import type { Bilingual, Language } from '../core/index.js';

const texts = {
  // Differentially private release
  'title.dpRelease': ['Differentially private release', '差分隐私发布'],
  'dp.note': [
    'Every number carries exact noise; its interval covers the answer over the bounded data. Price reserved in the ledger before any noise was drawn.',
    '每个数值均含精确噪声；区间覆盖限幅后数据的真实答案。抽取噪声之前已在账本中预留代价。',
  ],
  'dp.spentEpsilon': ['epsilon spent', '已扣减 epsilon'],
  'dp.spentDelta': ['delta spent', '已扣减 delta'],
  'dp.remainingEpsilon': ['epsilon remaining', '剩余 epsilon'],
  'dp.remainingDelta': ['delta remaining', '剩余 delta'],
  'dp.plan': ['Plan', '计划'],
  'dp.unit': ['privacy unit', '隐私单位'],
  'dp.groups': ['groups per unit, at most', '每单位至多计入的组数'],
  'dp.rows': ['rows per unit and group, at most', '每单位每组至多计入的行数'],
  'dp.confidence': ['coverage of the intervals', '区间置信度'],
  'dp.planDigest': ['plan digest', '计划摘要'],
  'dp.reservation': ['ledger record', '账本记录'],
  'dp.chart': ['Noisy answers with their intervals', '含噪结果与区间'],
  'dp.cut': ['The chart shows {shown} of {all}; the table has all.', '图中仅示 {all} 项中的 {shown} 项，全部见下表。'],
  'dp.group': ['group', '分组'],
  'dp.value': ['value', '数值'],
  'dp.interval': ['interval', '区间'],
  'dp.noise': ['noise law, scale', '噪声分布与尺度'],

  // Verdict
  'title.review': ['Export review report', '出域审核报告'],
  'subtitle.review': [
    'Technical annex: restoration test and re-identification risk',
    '技术附件：可还原性测试与重标识风险',
  ],
  'verdict.release': ['Release', '建议放行'],
  'verdict.review': ['Needs review', '需人工审核'],
  'verdict.block': ['Block', '建议阻断'],
  'verdict.role': ['Recommendation of the tool. The authority decides.', '本结论为工具建议，由主管部门作出决定。'],
  'level.release': ['for release', '支持放行'],
  'level.review': ['for review', '须审核'],
  'level.block': ['for blocking', '须阻断'],

  // Sections
  'section.capacity': ['1  Upper bound: what the product can carry at all', '一、上限：产品最多能承载多少信息'],
  'section.reasons': ['2  Reasons', '二、理由'],
  'section.restored': ['3  What came back, and how', '三、还原了什么、如何还原'],
  'section.heat': ['4  Restored cells by source column', '四、按原始列的单元格还原程度'],
  'section.risk': ['5  Re-identification risk of the product itself', '五、产品本身的重标识风险'],
  'section.coverage': ['6  Coverage: what was tried', '六、覆盖范围：做过哪些测试'],
  'section.advice': ['7  What would bring it to release', '七、达到放行还需做什么'],
  'section.columns': ['8  Columns of the product', '八、产品各列'],
  'section.manifest': ['9  Product, operator, approval', '九、产品、运营主体与审批'],
  'section.clauses': ['10  Clause table', '十、条款对照表'],
  'section.evidence': ['11  Digests, seed, thresholds', '十一、摘要、种子与阈值'],
  'section.artifacts': ['Digests', '摘要'],
  'section.signing': ['12  Review and signature', '十二、审核与签署'],

  // Capacity
  'capacity.chart': [
    'The product can carry at most {bound} of the information of the raw package',
    '产品最多可承载原始数据包信息量的 {bound}',
  ],
  'capacity.product': ['product', '产品'],
  'capacity.raw': ['raw package', '原始数据包'],
  'capacity.note': [
    'An upper bound on any restoration, by anyone, with any method: entropy of the product over entropy of the raw package. A high bound is no finding by itself; a low one limits what any attack can bring back.',
    '对任何人、任何方法的还原程度均成立的上限：产品信息熵与原始数据包信息熵之比。上限高本身不是问题；上限低则限定了任何攻击所能还原的内容。',
  ],

  // Restoration
  'restored.rows': ['Rows', '行'],
  'restored.cells': ['Cells', '单元格'],
  'restored.identifiers': ['Direct identifiers', '直接标识符'],
  'restored.note': [
    'A row counts as restored when an executed inverse puts at least {rowCells} of its cells together and fewer than {below} source rows (persons) share them. Net = gross less what the same inverse obtains from {null}. Direct identifiers are never discounted.',
    '执行逆变换后，一行中至少 {rowCells} 个单元格被同时还原，且共有该组合的原始行（人）少于 {below}，方计为还原。净值 = 毛值减去同一逆变换在{null}上所得。直接标识符不作折减。',
  ],
  'restored.null.tree': ['draws of a dependency-preserving model of the source', '保持依赖关系的源数据模型抽样'],
  'restored.null.control': ['the control of other people that was given', '给定的他人对照数据'],
  'restored.chart': ['Restored shares with intervals against the thresholds', '还原比例、区间与阈值'],
  'restored.gross': ['gross', '毛值'],
  'restored.net': ['net', '净值'],
  'restored.of': ['{count} of {of}', '{count} / {of}'],
  'restored.limit.block': ['block', '阻断'],
  'restored.limit.release': ['release', '放行'],
  'restored.none': ['No attack of battery {battery} succeeded.', '测试组 {battery} 中没有攻击成功。'],
  'restored.attack': ['Attack', '攻击'],
  'restored.knowledge': ['Knowledge', '所需知识'],
  'restored.inverse': ['Inverse that was executed', '已执行的逆变换'],
  'restored.rowsShare': ['Rows, net [interval]', '行（净值［区间］）'],
  'restored.cellsShare': ['Cells', '单元格'],
  'restored.identifierShare': ['Identifiers', '标识符'],
  'restored.evidence': ['Evidence: product rows', '证据：产品行号'],
  'restored.cost': ['An outsider needs about 2^{bits} guesses.', '外部人员约需 2^{bits} 次猜测。'],
  'knowledge.A0': ['A0 none: anyone', 'A0 无：任何人'],
  'knowledge.A1': ['A1 a few known rows', 'A1 已知少量行'],
  'knowledge.A2': ['A2 public facts or enumeration', 'A2 公开信息或枚举'],
  'knowledge.A3': ['A3 a secret key', 'A3 密钥'],

  // Heat map
  'heat.chart': ['Share of cells restored, by source column', '各原始列被还原的单元格比例'],
  'heat.note': [
    'Gross share of the cells of each source column that came back, over all attacks. Corner mark: direct identifier.',
    '各原始列经全部攻击被还原的单元格比例（毛值）。角标：直接标识符。',
  ],
  'heat.more': ['… and {count} further columns of which nothing came back.', '……另有 {count} 列未还原出任何内容。'],

  // Risk
  'risk.chart': ['Rows by size of their class', '按等价类大小的行分布'],
  'risk.axis': [
    'class size (rows that look alike on the columns below); under it: rows',
    '等价类大小（在下列各列上相同的行数）；下方为行数',
  ],
  'risk.under': ['under {limit}', '小于 {limit}'],
  'risk.columns': ['Classes are formed on: {columns}', '分类依据列：{columns}'],
  'risk.noColumns': [
    'No column of the product is explained by the source: no classes.',
    '产品中没有可由源数据解释的列，故无等价类。',
  ],
  'risk.smallest': ['Smallest class', '最小等价类'],
  'risk.unique': ['Rows alone in their class', '唯一行'],
  'risk.small': ['Rows in classes under {limit}', '等价类小于 {limit} 的行'],
  'risk.average': ['Average risk', '平均风险'],
  'risk.highest': ['Highest risk', '最高风险'],
  'risk.classes': ['Classes', '等价类数'],
  'risk.rows': ['Rows', '行数'],
  'risk.gbt': [
    'GB/T 42460 grade (second-hand reading, average risk ≤ {threshold})',
    'GB/T 42460 分级（据二手资料，平均风险 ≤ {threshold}）',
  ],
  'risk.ema': ['Highest risk ≤ 0.09 (EMA Policy 0070)', '最高风险 ≤ 0.09（EMA Policy 0070）'],
  'risk.persons': ['Persons', '人数'],
  'risk.attacker': ['Attacker', '攻击者'],
  'risk.atRisk': ['Records with risk over {threshold}', '风险高于 {threshold} 的记录'],
  'risk.prosecutor': ['Prosecutor: knows that the person is in the table', '检察官：已知目标在表中'],
  'risk.journalist': ['Journalist: measured on the population table', '记者：以总体数据表测得'],
  'risk.journalistItself': [
    'Journalist: not measured (no population table), taken as the prosecutor',
    '记者：未测（无总体数据表），取与检察官相同',
  ],
  'risk.marketer': ['Marketer: links everybody', '营销者：链接所有人'],
  'risk.population': [
    'The table is taken as {fraction} of the population: estimated share of population uniques {dankar} (rule of Dankar, model {model}).',
    '视数据为总体的 {fraction}：估计总体唯一比例 {dankar}（Dankar 规则，模型 {model}）。',
  ],
  'risk.axisQuasi': [
    'class size (records alike on the quasi-identifiers); under it: records',
    '等价类大小（在准标识符上相同的记录数）；下方为记录数',
  ],
  yes: ['yes', '是'],
  no: ['no', '否'],

  // Coverage
  'coverage.ran': ['Ran to its end', '已完成'],
  'coverage.gap': ['Gap: could not run or finish', '缺口：未能运行或完成'],
  'coverage.na': ['Does not apply', '不适用'],
  'coverage.note': [
    '{ran} attacks ran, {gaps} gaps, {na} do not apply. A gap is never a pass.',
    '已完成 {ran} 项，缺口 {gaps} 项，不适用 {na} 项。缺口不等于通过。',
  ],
  'coverage.id': ['Attack', '攻击'],
  'coverage.state': ['State', '状态'],
  'coverage.reason': ['Reason', '原因'],

  // Advice
  'advice.none': ['Nothing: every threshold is met.', '无：全部阈值均已满足。'],
  'advice.mask': [
    'Remove or mask column {column} of the product, or keep it only as a generalisation with classes of at least {safe} persons: {share} of source column {source} comes back by {how}.',
    '删除产品列 {column} 或对其脱敏，或仅保留每类不少于 {safe} 人的泛化形式：原始列 {source} 的 {share} 可经 {how} 还原。',
  ],
  'advice.identifier': [' It gives back a direct identifier.', '该列可还原直接标识符。'],
  'advice.likewise': ['Likewise: {columns}.', '同样处理：{columns}。'],
  'advice.unexplained': [
    'Explain or drop {columns}: neither the source, a named safe form nor the battery explains its content.',
    '说明或删除列 {columns}：源数据、已命名安全形式与测试组均无法解释其内容。',
  ],
  'advice.classes': [
    'Generalise or drop among {columns} until fewer than {share} of the rows stand in classes under {limit} (now {now}).',
    '对 {columns} 进行泛化或删减，使等价类小于 {limit} 的行占比低于 {share}（现为 {now}）。',
  ],
  'advice.gap': ['Close the gap {id}: {reason}', '补齐缺口 {id}：{reason}'],
  'advice.key': [
    'Column {column} can be turned back by whoever holds the key: use a one-way form, or destroy the key and show it in the ledger.',
    '列 {column} 可由持钥人还原：改用单向形式，或销毁密钥并在账本中证明。',
  ],
  'advice.approver': ['Have the thresholds approved by a named person.', '阈值须由具名人员批准。'],
  'advice.again': [
    'Then review the new file: this verdict holds only for the exact bytes named in section 11.',
    '修改后须重新审核：本结论仅对第十一节所列摘要的文件有效。',
  ],

  // Columns
  'columns.product': ['Product column', '产品列'],
  'columns.source': ['Source column', '原始列'],
  'columns.how': ['How', '方式'],
  'columns.explained': ['Explained by', '解释来源'],
  'columns.restored': ['Restored', '还原'],
  'columns.distinct': ['Distinct', '不同值数'],
  'columns.entropy': ['Entropy, bits a row', '熵（比特/行）'],
  'columns.missing': ['Missing', '缺失'],
  'columns.compress': ['Compressed size', '压缩后比例'],
  'explained.attack': ['restoration', '还原'],
  'explained.safe-form': ['safe form', '安全形式'],
  'explained.none': ['unexplained', '无法解释'],

  // Manifest
  'manifest.absent': [
    'No manifest was given; the fields are to be filled in by hand.',
    '未提供产品清单，以下各项请手工填写。',
  ],
  'manifest.product': ['Product', '产品名称'],
  'manifest.kind': ['Kind', '产品形态'],
  'manifest.version': ['Version', '版本'],
  'manifest.delivery': ['Delivery', '交付方式'],
  'manifest.operator': ['Operator', '授权运营单位'],
  'manifest.agreement': ['Agreement', '协议编号'],
  'manifest.term': ['Term', '期限'],
  'manifest.scenario': ['Scenario', '应用场景'],
  'manifest.approval': ['Approval', '场景审批'],
  'manifest.expires': ['Valid until', '有效期至'],
  'manifest.recipient': ['Recipient', '接收方'],
  'manifest.use': ['Use', '用途'],
  'manifest.crossBorder': ['Cross-border', '是否跨境'],
  'manifest.assessment': ['De-identification assessment', '去标识化评估'],
  'manifest.sharing': ['sharing {value}', '共享类型 {value}'],
  'manifest.k': ['k = {value}', 'k = {value}'],
  'manifest.threshold': ['threshold {value}', '阈值 {value}'],
  'manifest.approvedBy': ['approved by {value}', '批准人 {value}'],
  'manifest.level': ['level {value}', '级别 {value}'],
  'manifest.quasi': ['Quasi-identifiers and why', '准标识符及理由'],
  'manifest.earlier': ['Earlier releases considered', '已考虑的既往发布'],
  'manifest.fields': ['Fields', '字段'],
  'manifest.class': ['Class', '类别'],
  'manifest.grade': ['Grade before → after', '级别（处理前→后）'],
  'manifest.flags': ['Personal / important', '个人信息／重要数据'],
  'manifest.openness': ['Openness', '开放属性'],
  'manifest.basis': ['Basis', '依据'],
  'manifest.listed': ['On the demand list', '在需求清单内'],
  'kind.package': ['data package', '数据包'],
  'kind.model': ['model', '模型'],
  'kind.interface': ['interface', '接口'],
  'kind.service': ['service', '服务'],
  'kind.report': ['report', '报告'],
  'kind.business-service': ['business service', '业务服务'],
  'delivery.download': ['download', '下载'],
  'delivery.interface': ['interface', '接口'],
  'delivery.in-domain': ['used inside the domain', '域内使用'],
  'openness.unconditional': ['unconditional', '无条件开放'],
  'openness.restricted': ['restricted', '受限开放'],
  'openness.prohibited': ['prohibited', '禁止开放'],

  // Clauses
  'clauses.id': ['No.', '序号'],
  'clauses.asked': ['What is asked', '要求'],
  'clauses.where': ['Where', '条款'],
  'clauses.state': ['Who says so', '核验方式'],
  'clauses.finding': ['Finding', '结果'],
  'clauses.tool': ['checked by the tool', '工具核验'],
  'clauses.person': ['to be confirmed by a person', '由人工确认'],
  'clauses.na': ['not applicable', '不适用'],
  'clauses.confirm': ['confirmed', '已确认'],
  'clauses.sources': [
    'Measures: {sources}. Table {version}; check against the texts in force.',
    '依据：{sources}。对照表版本 {version}，请以现行文本为准。',
  ],
  'clause.gate': [
    'The gate passes only bytes with the digests of section 11, and only under a release verdict.',
    '出域闸口仅放行与第十一节摘要一致且结论为放行的文件。',
  ],
  'clause.identifiers': ['Direct identifiers of {count} persons came back.', '还原出 {count} 人的直接标识符。'],
  'clause.classes': [
    'Smallest class {smallest}; {small} of rows in classes under {limit}. A class size alone is not 匿名化.',
    '最小等价类 {smallest}；{small} 的行处于小于 {limit} 的等价类。仅凭等价类大小不能认定为匿名化。',
  ],
  'clause.restoration': [
    '{share} of rows came back, net [{lower}, {upper}].',
    '行还原净值 {share}［{lower}，{upper}］。',
  ],
  'clause.kind': ['Reviewed as tables: {kind}.', '按数据表审核：{kind}。'],
  'clause.together': [
    '{products} products and {earlier} earlier releases were considered together.',
    '共同考虑产品 {products} 个、既往发布 {earlier} 个。',
  ],
  'clause.grades': [
    'Class and grade are stated for {count} of {of} columns.',
    '{of} 列中有 {count} 列标明类别与级别。',
  ],
  'clause.openness': [
    'Openness is stated for {count} of {of} columns; {findings} findings.',
    '{of} 列中有 {count} 列标明开放属性；问题 {findings} 项。',
  ],
  'clause.demand-list': ['{count} columns are outside the approved list.', '{count} 列不在批准清单内。'],
  'clause.digests': ['Digests of products and tool are in section 11.', '产品与工具的摘要见第十一节。'],
  'clause.report': ['This report; it is valid when completed and signed.', '即本报告；填写并签署后生效。'],

  // Evidence
  'evidence.product': ['Product {name}', '产品 {name}'],
  'evidence.form.bytes': ['SHA-256 of the file', '文件 SHA-256'],
  'evidence.form.table': ['SHA-256 of the table (no file was given)', '数据表 SHA-256（未提供文件）'],
  'evidence.source': ['Source {name}, keyed digest', '源数据 {name}（密钥摘要）'],
  'evidence.control': ['Control, keyed digest', '对照数据（密钥摘要）'],
  'evidence.noKey': ['not taken: no reviewer key', '未计算：无审核方密钥'],
  'evidence.policy': ['Policy or manifest', '策略或清单'],
  'evidence.tool': ['Battery, thresholds and tool', '测试组、阈值与工具'],
  'evidence.seed': ['Seed (replays the review)', '种子（用于重现审核）'],
  'evidence.version': ['Tool', '工具'],
  'evidence.battery': ['Battery', '测试组'],
  'evidence.thresholds': ['Thresholds', '阈值'],
  'evidence.approver': ['Thresholds approved by', '阈值批准人'],
  'evidence.nobody': ['nobody yet', '尚无'],
  'evidence.block': [
    'block from {rows} of rows, {persons} persons, or direct identifiers of {identifiers} persons',
    '还原行占比达 {rows}、或 {persons} 人、或 {identifiers} 人的直接标识符即阻断',
  ],
  'evidence.release': [
    'release under {rows} of rows, {persons} person(s), direct identifiers of {identifiers} person(s)',
    '还原行占比低于 {rows}、{persons} 人、{identifiers} 人的直接标识符方可放行',
  ],
  'evidence.shape': ['{rows} rows × {columns} columns', '{rows} 行 × {columns} 列'],
  'evidence.reviewed': ['Reviewed', '审核时间'],

  // Signing
  'signing.first': ['First reviewer', '初审人'],
  'signing.second': ['Second reviewer', '复审人'],
  'signing.expert': ['Expert opinion', '专家意见'],
  'signing.decision': ['Decision of the authority', '主管部门决定'],
  'signing.follow': ['as recommended', '同意工具建议'],
  'signing.override': ['departs from the recommendation, with reason', '不同于工具建议，理由'],
  'signing.opinion': ['Opinion', '意见'],
  'signing.name': ['Name', '姓名'],
  'signing.signature': ['Signature', '签名'],
  'signing.date': ['Date', '日期'],
  'signing.seal': ['Seal', '盖章'],
  'signing.note': [
    'The fields can be filled in on screen before printing, or by hand.',
    '各栏可在打印前于屏幕上填写，亦可手写。',
  ],

  // Risk report by itself
  'title.risk': ['Re-identification risk report', '重标识风险报告'],
  'section.figures': ['Figures', '指标'],
  'section.classSizes': ['Class sizes', '等价类大小'],
  'section.quasi': ['Quasi-identifiers', '准标识符'],

  // Inspect
  'title.inspect': ['What the columns hold', '数据列检查报告'],
  'section.inspectColumns': ['Columns', '各列'],
  'section.quality': ['Quality findings', '质量问题'],
  'inspect.kind': ['Kind', '类型'],
  'inspect.confidence': ['Confidence', '置信度'],
  'inspect.class': ['Class', '类别'],
  'inspect.grade': ['Grade', '级别'],
  'inspect.rule': ['Proposed rule', '建议规则'],
  'inspect.name': ['Column', '列'],
  'inspect.encoding': ['Encoding', '编码'],
  'section.filled': ['Share of cells with a value', '有值单元格比例'],
  'class.direct-identifier': ['direct identifier', '直接标识符'],
  'class.quasi-identifier': ['quasi-identifier', '准标识符'],
  'class.sensitive': ['sensitive', '敏感'],
  'class.business-confidential': ['business confidential', '商业秘密'],
  'class.other': ['other', '其他'],
  'inspect.noFindings': ['No findings.', '未发现问题。'],
  'quality.code': ['Finding', '问题'],
  'quality.column': ['Column', '列'],
  'quality.count': ['Count', '数量'],
  'quality.rows': ['First rows', '首现行号'],

  // Records of operations
  'title.record': ['Record of an operation', '处理记录'],
  'section.counts': ['Counts', '计数'],
  'section.warnings': ['Warnings', '警告'],
  'section.leakage': ['What each column still tells', '各列仍泄露的信息'],
  'record.none': ['none', '无'],
  'record.input': ['In: {name}', '输入：{name}'],
  'record.output': ['Out: {name}', '输出：{name}'],
  'record.policy': ['Policy', '策略'],
  'record.time': ['Time', '时间'],
  'leak.rule': ['Rule', '规则'],
  'leak.residual': ['Candidates left (min / mean / max)', '剩余候选（最少／平均／最多）'],
  'leak.leaks': ['Still readable', '仍可读出'],
  'leak.key': ['Key', '密钥'],
  'leak.equality': ['equality', '相等关系'],
  'leak.order': ['order', '顺序'],
  'leak.length': ['length', '长度'],
  'leak.checkDigit': ['check digit', '校验位'],
  'leak.invertible': ['by the key, everything', '持钥可全部还原'],

  // Plan
  'title.plan': ['What the policy would leave open', '策略预演报告'],
  'plan.note': ['A dry run: nothing was written.', '仅为预演，未写出任何内容。'],
  'section.findings': ['Findings', '问题'],
  'section.models': ['Models on these data', '模型在该数据上的结果'],
  'section.samples': ['Samples', '样例'],
  'section.dropped': ['Columns that the policy does not name: dropped', '策略未列出、将被丢弃的列'],
  'severity.violation': ['violation', '违反'],
  'severity.warning': ['warning', '警告'],
  'plan.suppressed': ['Suppressed rows', '抑制行数'],
  'plan.level': ['Level', '层级'],
  'plan.joint': ['Together with the other columns', '与其他列合并后'],
  'plan.determined': ['{share} of cells determined', '{share} 的单元格被唯一确定'],
  'plan.distinct': ['Distinct values', '不同值数'],
  'plan.refused': ['Refused cells', '拒绝的单元格'],
  'plan.made': ['The values are made up; none comes from the data.', '以下均为虚构值，不来自数据。'],
  'plan.before': ['Before', '处理前'],
  'plan.after': ['After', '处理后'],

  // Counts of records
  'count.rowsRead': ['rows read', '读入行数'],
  'count.rowsWritten': ['rows written', '写出行数'],
  'count.rowsSuppressed': ['rows suppressed', '抑制行数'],
  'count.columnsDropped': ['columns dropped', '丢弃列数'],
  'count.cellsSuppressed': ['cells suppressed', '抑制单元格数'],

  // Frame
  'frame.blank': ['to be filled in', '待填写'],
  'frame.footer': [
    'Made by scrim {version}. No data value stands in this report. It needs no network and runs no script.',
    '由 scrim {version} 生成。本报告不含任何数据值，无需网络，不运行脚本。',
  ],
} as const;

/** Key of a text. */
export type TextKey = keyof typeof texts;

/** Fills and returns a text. */
export type Words = (key: TextKey, values?: Readonly<Record<string, string | number>>) => string;

/** The catalogue in one language. */
export function words(language: Language): Words {
  const position = language === 'zh-CN' ? 1 : 0;
  return (key, values = {}) =>
    texts[key][position].replace(/\{(\w+)\}/g, (whole, name: string) => {
      const value = values[name];
      return value === undefined ? whole : String(value);
    });
}

/** The whole catalogue: for the test that compares placeholders. */
export const catalogue: Readonly<Record<string, Bilingual>> = texts;
