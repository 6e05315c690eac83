/**
 * The clause table (条款对照表) as data: what the five measures ask, where, and who can say whether it is met.
 *
 * Sources: REQUIREMENTS R1-R20. `check` names the check of {@link clauseResult} that a tool can make on a reviewed product;
 * a clause without one is for a person. The rules are local, dated, and change: hence data.
 * @module
 */
import type { Bilingual } from '../core/index.js';

/** Checks that the review itself can make. */
export type ClauseCheck =
  | 'gate'
  | 'identifiers'
  | 'classes'
  | 'restoration'
  | 'kind'
  | 'together'
  | 'grades'
  | 'openness'
  | 'demand-list'
  | 'digests'
  | 'report';

/** One requirement. */
export interface Clause {
  readonly id: string;
  readonly asked: Bilingual;
  /** Where it is asked, by the short names of {@link clauseSources}. */
  readonly where: string;
  /** The check that a tool makes, or null where only a person can say. */
  readonly check: ClauseCheck | null;
  /** Concerns models or other products that are not tables: does not apply to a data package. */
  readonly modelsOnly?: boolean;
}

/** Version of the table. */
export const CLAUSE_VERSION = 'scrim-clauses/2026-11';

/** Short name, full name and date of each measure. */
export const clauseSources: readonly (readonly [short: string, full: string])[] = [
  ['ZJ23', '浙江省公共数据授权运营管理办法（试行），2023-09-01'],
  ['TA24', '泰安市公共数据开发利用管理办法（试行），2024-11-01'],
  ['ZJ20', '浙江省公共数据开放与安全管理暂行办法，2020-08-01'],
  ['SZ23', '随州市公共数据授权运营实施方案，2023-03-22'],
  ['QZ23', '衢州市公共数据授权运营管理实施细则（试行），2023，draft'],
];

/** R1 to R20. */
export const clauses: readonly Clause[] = [
  {
    id: 'R1',
    asked: ['Raw data does not leave the domain; usable, not visible', '原始数据不出域、数据可用不可见'],
    where: 'ZJ23 §1.1; TA24 §4; QZ23 §3',
    check: 'gate',
  },
  {
    id: 'R2',
    asked: ['Masking and removal of secrets before data is obtained or opened', '获取或开放前须脱敏、脱密'],
    where: 'ZJ23 §1.3, §5.3; TA24 §27; ZJ20 §14, §19; QZ23 §10, §19',
    check: 'identifiers',
  },
  {
    id: 'R3',
    asked: [
      'Or lawful consent of the person concerned, never blanket or forced',
      '或经相关主体依法授权同意，不得概括或强制',
    ],
    where: 'ZJ23 §5.3; TA24 §27; QZ23 §10, §19; ZJ20 §15',
    check: null,
  },
  {
    id: 'R4',
    asked: ['Anonymised personal data may be opened', '个人数据经匿名化处理后可以开放'],
    where: 'QZ23 §10; ZJ20 §14',
    check: 'classes',
  },
  {
    id: 'R5',
    asked: [
      'Raw data is invisible to staff; models are trained and validated on sampled, masked data',
      '原始数据对加工人员不可见，以抽样、脱敏数据训练与验证模型',
    ],
    where: 'ZJ23 §5.4.2; TA24 §28; QZ23 §20',
    check: null,
  },
  {
    id: 'R6',
    asked: [
      'Outside data enters only with approval, for fusion computing inside the domain',
      '外部数据经批准方可导入域内融合计算',
    ],
    where: 'ZJ23 §4.3, §5.2, §5.4.3; TA24 §19, §30; QZ23 §20, §27',
    check: null,
  },
  {
    id: 'R7',
    asked: [
      'Nothing leaves from which the raw package can be restored by reversible models or algorithms',
      '不得导出可通过可逆模型或算法等还原出原始数据包的产品',
    ],
    where: 'ZJ23 §5.5; TA24 §26; QZ23 §21',
    check: 'restoration',
  },
  {
    id: 'R8',
    asked: [
      'The kind of product is one of those provided for',
      '产品形态属于数据包、模型、接口、服务、报告、业务服务之一',
    ],
    where: 'ZJ23 §1.3; TA24 §3',
    check: 'kind',
  },
  {
    id: 'R9',
    asked: [
      'Models are examined for usability, consistency, compliance and security',
      '模型经可用性、一致性、合规性、安全性审查',
    ],
    where: 'SZ23 task 15',
    check: null,
    modelsOnly: true,
  },
  {
    id: 'R10',
    asked: [
      'Hidden relations through aggregation or linkage are assessed, with expert opinion',
      '对汇聚、关联产生的隐含关系进行评估并听取专家意见',
    ],
    where: 'ZJ23 §5.2; QZ23 §27; ZJ20 §33',
    check: 'together',
  },
  {
    id: 'R11',
    asked: ['Classification and grading', '数据分类分级'],
    where: 'ZJ23 §6.1; TA24 §27; ZJ20 §9',
    check: 'grades',
  },
  {
    id: 'R12',
    asked: [
      'Prohibited data is never authorised; restricted data is not downloaded',
      '禁止开放的数据不得授权，受限开放的数据不得下载',
    ],
    where: 'ZJ20 §12–15, §20; ZJ23 §1.1; TA24 §12; QZ23 §10',
    check: 'openness',
  },
  {
    id: 'R13',
    asked: ['Source traceable, destination known, actions recorded', '来源可溯、去向可查、行为留痕、责任可究'],
    where: 'ZJ23 §4.5, §5.4.1, §6.1, §6.3.2; TA24 §14; QZ23 §17, §27',
    check: 'digests',
  },
  {
    id: 'R14',
    asked: ['At the end: access closed, data deleted, sealed or destroyed', '终止时关闭权限，数据删除、封存或销毁'],
    where: 'ZJ23 §1.3, §4.5; QZ23 §17',
    check: null,
  },
  {
    id: 'R15',
    asked: [
      'Tenants and environments isolated; one scenario, one application',
      '租户隔离、开发与生产环境隔离；一场景一申请',
    ],
    where: 'ZJ23 §4.3, §5.5; TA24 §17, §26; SZ23 四; QZ23 §9, §10',
    check: null,
  },
  {
    id: 'R16',
    asked: ['Least necessary data', '最小必要'],
    where: 'ZJ23 §3.3.3; TA24 §18; QZ23 §9',
    check: 'demand-list',
  },
  {
    id: 'R17',
    asked: ['Commercial-cryptography assessment', '商用密码应用安全性评估'],
    where: 'ZJ23 §3.2.2; TA24 §13',
    check: null,
  },
  {
    id: 'R18',
    asked: ['Data-quality problems are found and reported back', '数据质量问题及时发现并反馈'],
    where: 'ZJ23 §5.1; TA24 §19',
    check: null,
  },
  {
    id: 'R19',
    asked: ['Results obtained through algorithms are assessed and reviewed', '利用算法取得的结果须经评估审核'],
    where: 'ZJ20 §20',
    check: null,
    modelsOnly: true,
  },
  {
    id: 'R20',
    asked: ['A compliance review report is issued; experts review products', '出具合规审查报告，专家对产品进行评审'],
    where: 'TA24 §9, §26',
    check: 'report',
  },
];
