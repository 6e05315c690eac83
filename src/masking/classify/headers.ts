/**
 * What a header says: kinds of identifier by their names, and topics (health, money, origin, ...) by words in Chinese, pinyin and English.
 *
 * Sources: header names of `scrim/identifiers`; quasi-identifiers after the list in GB/T 37964-2019 annex; sensitive personal
 * information after GB/T 35273-2020 annex B and the Personal Information Protection Law, article 28.
 * @module
 */
import { type ColumnKind, identifierKinds } from '../../identifiers/index.js';
import type { ColumnClass } from './ladders.js';

/** What a header stands for. */
export interface HeaderMeaning {
  /** Kind of identifier (a name of `identifierKinds`), or null when the header names a topic only. */
  readonly identifier: string | null;
  readonly kind: ColumnKind | null;
  readonly columnClass: ColumnClass | null;
  readonly topic: string | null;
  /** 1 the whole header, 0.6 part of it. */
  readonly strength: number;
}

/** Lower case, without spaces, separators, brackets and table prefixes; full-width characters made half-width. */
export function normalizeHeader(name: string): string {
  return name
    .normalize('NFKC')
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .replace(/[（(【[].*?[)）】\]]/g, '')
    .replace(/[^\p{L}\p{N}]+/gu, '');
}

interface Topic {
  readonly columnClass: ColumnClass;
  readonly topic: string;
  readonly kind: ColumnKind | null;
  /** Whole header names. */
  readonly exact: string;
  /** Words inside a header, Chinese only: other languages match by whole words. */
  readonly inside: string;
}

const topics: readonly Topic[] = [
  {
    columnClass: 'sensitive',
    topic: 'credentials',
    kind: null,
    exact: 'password passwd pwd secret pin cvv cvv2 cvc token apikey otp mima kouling privatekey',
    inside: '密码 口令 安全码 验证码 密钥',
  },
  {
    columnClass: 'sensitive',
    topic: 'health',
    kind: null,
    exact:
      'diagnosis diagnoses disease icd icd10 icdcode diagnosiscode symptom symptoms chiefcomplaint medicalhistory allergy allergies drug drugs medication medications prescription treatment surgery operation bloodtype bloodgroup bloodpressure heartrate glucose bmi hiv hivstatus disability pregnancy zhenduan jibing bingshi xuexing shoushu zd jbmc zdmc smoker smoking outcome cause causeofdeath labresult testresult hospital department ward height weight',
    inside:
      '诊断 疾病 病名 病史 症状 主诉 过敏 药品 药物 用药 处方 治疗 手术 血型 血压 血糖 心率 残疾 伤残 孕 传染 检验 检查结果 化验 病种 医嘱 科室 死因 体检 疫苗 接种 吸烟 饮酒',
  },
  {
    columnClass: 'sensitive',
    topic: 'biometrics',
    kind: null,
    exact: 'fingerprint faceid facefeature iris voiceprint dna gene genome biometric',
    inside: '指纹 人脸 虹膜 声纹 基因 掌纹',
  },
  {
    columnClass: 'sensitive',
    topic: 'finance',
    kind: null,
    exact:
      'income salary wage wages pay bonus annualincome monthlyincome yearincome balance accountbalance deposit loan loanamount debt credit creditlimit creditscore limitbal asset assets netassets mortgage insuranceamount premium tax taxamount capitalgain capitalloss salaryclass incomeclass pension shouru gongzi nianshouru yueshouru sr gz nsr ysr xinzi cunkuan daikuan default payamt billamt',
    inside:
      '收入 工资 薪资 薪酬 年薪 月薪 奖金 余额 存款 贷款 负债 债务 资产 房贷 信用分 征信 授信 额度 保费 保额 公积金 缴费基数 养老金 低保金 救助金额 补贴金额',
  },
  {
    columnClass: 'sensitive',
    topic: 'crime',
    kind: null,
    exact: 'crime criminalrecord offense offence conviction sentence verdict fanzui qianke',
    inside: '犯罪 前科 违法 案由 刑期 处罚 罪名 涉案',
  },
  {
    columnClass: 'sensitive',
    topic: 'religion',
    kind: null,
    exact: 'religion faith sexualorientation politicalparty politics politicalstatus zongjiao zzmm zhengzhimianmao',
    inside: '宗教 信仰 政治面貌 党派 性取向',
  },
  {
    columnClass: 'quasi-identifier',
    topic: 'demography',
    kind: null,
    exact:
      'sex gender age agegroup ageband birthyear yearofbirth birthmonth ethnicity ethnic race nation nationality nationalitycode citizenship language mothertongue nativecountry countryofbirth birthplace maritalstatus marital marriage education educationlevel educationnum degree qualification schooling major school university college occupation job jobtitle profession position title workclass industry employer company workunit relationship household householdsize family familysize children xingbie xb nianling nl minzu mz hunyin hyzk xueli xl whcd wenhuachengdu zhiye zy zhiwei danwei gzdw guoji jiguan jg',
    inside:
      '性别 年龄 民族 国籍 种族 婚姻 婚否 学历 学位 文化程度 受教育 专业 学校 院校 职业 职务 职称 岗位 工种 行业 工作单位 就业单位 服务处所 从业 家庭人数 家庭成员 与户主关系 户口性质 户口类型 户籍类型 身高 体重 语言 属相',
  },
  {
    columnClass: 'quasi-identifier',
    topic: 'place',
    kind: null,
    exact:
      'province city county district town township village street region area state country community location shengfen chengshi quxian xian shi sheng qu jiedao',
    inside: '省份 城市 区县 县区 地市 市区 街道 乡镇 村居 社区 所在地 所属地区 辖区 小区名称 小区 网格 片区 国家',
  },
  {
    columnClass: 'quasi-identifier',
    topic: 'organisation',
    kind: null,
    exact:
      'company companyname organisation organization orgname organisationname organizationname enterprise firm merchant merchantname institution dwmc qymc gsmc jgmc',
    inside: '单位名称 公司名称 企业名称 机构名称 商户名称 组织名称 主体名称 店铺名称 公司 企业',
  },
  {
    columnClass: 'business-confidential',
    topic: 'business',
    kind: null,
    exact:
      'revenue turnover profit grossprofit netprofit cost unitcost margin contractamount contractprice dealprice bidprice purchaseprice supplier suppliername vendor customerlist formula recipe tradesecret orderamount sales salesvolume output inventory stock capacity energyconsumption yysr lirun chengben hetongjine registeredcapital',
    inside:
      '营业收入 营收 销售额 销售收入 利润 毛利 成本 合同金额 合同价 成交价 报价 投标 标底 采购价 进价 供应商 配方 工艺参数 产量 产值 库存 产能 能耗 用电量 订单金额 注册资本 纳税额 主营业务收入 研发费用',
  },
];

/** Names that people give to names of anything: they count less than `full_name`. */
const VAGUE = new Set([
  'name',
  'contact',
  'owner',
  'holder',
  'location',
  'position',
  'value',
  'time',
  'long',
  'geo',
  '名称',
  '时间',
  '定位',
]);

const exactTopics = new Map<string, Topic>();
const insideTopics: { readonly word: string; readonly topic: Topic }[] = [];
for (const topic of topics) {
  for (const word of topic.exact.split(' ')) if (!exactTopics.has(word)) exactTopics.set(word, topic);
  for (const word of topic.inside.split(' ')) insideTopics.push({ word, topic });
}
insideTopics.sort((a, b) => b.word.length - a.word.length);

const exactKinds = new Map<string, string>();
const chineseKinds: { readonly word: string; readonly identifier: string }[] = [];
for (const spec of identifierKinds) {
  for (const header of spec.headers) {
    if (!exactKinds.has(header)) exactKinds.set(header, spec.kind);
    if (/[\u3400-\u9fff]/.test(header) && header.length >= 2)
      chineseKinds.push({ word: header, identifier: spec.kind });
  }
}
chineseKinds.sort((a, b) => b.word.length - a.word.length);

/** Headers in other languages, by kind: for files that come from elsewhere. */
const foreign: Readonly<Record<string, string>> = {
  nom: 'person-name',
  nombre: 'person-name',
  nombrecompleto: 'person-name',
  nachname: 'person-name',
  vorname: 'person-name',
  prenom: 'person-name',
  prénom: 'person-name',
  apellido: 'person-name',
  apellidos: 'person-name',
  имя: 'person-name',
  фамилия: 'person-name',
  фио: 'person-name',
  氏名: 'person-name',
  名前: 'person-name',
  이름: 'person-name',
  성명: 'person-name',
  adresse: 'address',
  anschrift: 'address',
  dirección: 'address',
  direccion: 'address',
  адрес: 'address',
  住所: 'address',
  주소: 'address',
  telefon: 'mobile',
  telefonnummer: 'mobile',
  téléphone: 'mobile',
  telephone: 'landline',
  teléfono: 'mobile',
  telefono: 'mobile',
  handy: 'mobile',
  телефон: 'mobile',
  電話番号: 'mobile',
  携帯電話: 'mobile',
  전화번호: 'mobile',
  geburtsdatum: 'date',
  datedenaissance: 'date',
  fechadenacimiento: 'date',
  fecha: 'date',
  datum: 'date',
  датарождения: 'date',
  дата: 'date',
  生年月日: 'date',
  생년월일: 'date',
  postleitzahl: 'postcode',
  plz: 'postcode',
  codepostal: 'postcode',
  códigopostal: 'postcode',
  郵便番号: 'postcode',
  우편번호: 'postcode',
  correo: 'email',
  correoelectrónico: 'email',
  courriel: 'email',
  электроннаяпочта: 'email',
  メールアドレス: 'email',
  이메일: 'email',
  kennzeichen: 'plate',
  passnummer: 'passport',
  reisepass: 'passport',
  breitengrad: 'coordinate',
  längengrad: 'coordinate',
};
for (const [header, kind] of Object.entries(foreign)) if (!exactKinds.has(header)) exactKinds.set(header, kind);
const foreignTopics: Readonly<Record<string, string>> = {
  geschlecht: 'sex',
  sexe: 'sex',
  sexo: 'sex',
  пол: 'sex',
  性別: 'sex',
  성별: 'sex',
  alter: 'age',
  edad: 'age',
  âge: 'age',
  возраст: 'age',
  年齢: 'age',
  나이: 'age',
  beruf: 'occupation',
  profesión: 'occupation',
  gehalt: 'salary',
  einkommen: 'income',
  salario: 'salary',
  diagnose: 'diagnosis',
  diagnóstico: 'diagnosis',
  диагноз: 'diagnosis',
  診断: 'diagnosis',
  진단: 'diagnosis',
};
for (const [header, word] of Object.entries(foreignTopics)) {
  const topic = exactTopics.get(word);
  if (topic !== undefined) exactTopics.set(header, topic);
}

/** A number or code of something: `订单编号`, `household_id`, `uuid`. */
const CODE: HeaderMeaning = { identifier: null, kind: 'identifier', columnClass: null, topic: null, strength: 0.6 };
/** A remark, or a type or state: says the form of the cells, not what they are about. */
const TEXT: HeaderMeaning = { identifier: null, kind: 'text', columnClass: null, topic: null, strength: 0.7 };
const CATEGORY: HeaderMeaning = { identifier: null, kind: 'category', columnClass: null, topic: null, strength: 0.7 };
const TEXT_WORDS = /(?:备注|说明|描述|内容|意见|摘要|详情|记录|情况|简介|正文|留言|评论|诉求|事由|原因)$/;
const CATEGORY_WORDS = /(?:类型|类别|等级|级别|状态|性质|方式|标志|标识|种类|等次|阶段|渠道)$|^是否/;
const ENGLISH_TEXT = /^(?:remarks?|notes?|comments?|descriptions?|memo|content|summary|details?|message|body|text)$/;
const ENGLISH_CATEGORY = /^(?:type|status|level|category|flag|state)$/;
const NOTHING: HeaderMeaning = { identifier: null, kind: null, columnClass: null, topic: null, strength: 0 };
const kindOfIdentifier = new Map(identifierKinds.map((spec) => [spec.kind, spec.columnKind]));

function identifierMeaning(identifier: string, strength: number): HeaderMeaning {
  return { identifier, kind: kindOfIdentifier.get(identifier) ?? null, columnClass: null, topic: null, strength };
}

function topicMeaning({ columnClass, topic, kind }: Topic, strength: number): HeaderMeaning {
  return { identifier: null, kind, columnClass, topic, strength };
}

/** Class and topic of a word inside a header: 疾病类型 is a type, and about health. */
function topicInside(whole: string): Partial<HeaderMeaning> {
  const found = insideTopics.find(({ word }) => whole.includes(word));
  return found === undefined ? {} : { columnClass: found.topic.columnClass, topic: found.topic.topic };
}

/** Words of an English or camel-case header, in order. */
function words(name: string): string[] {
  return name
    .normalize('NFKC')
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}

/**
 * What a header says; `strength` 0 when it says nothing (`c1`, `field_3`, an empty name).
 *
 * @example
 * readHeader('user_id_card_no').identifier; // => 'resident-id'
 */
export function readHeader(name: string): HeaderMeaning {
  const whole = normalizeHeader(name);
  if (whole === '') return NOTHING;
  const exactKind = exactKinds.get(whole);
  if (exactKind !== undefined) return identifierMeaning(exactKind, VAGUE.has(whole) ? 0.7 : 1);
  const exactTopic = exactTopics.get(whole);
  if (exactTopic !== undefined) return topicMeaning(exactTopic, 1);
  if (/[\u3400-\u9fff]/.test(whole)) {
    if (TEXT_WORDS.test(whole)) return { ...TEXT, ...topicInside(whole) };
    // The end of a Chinese compound says what it is (学生家长手机号, 就诊日期): prefer the longest word that ends it.
    const ending = chineseKinds.find(({ word }) => whole.endsWith(word));
    const endingTopic = insideTopics.find(({ word }) => whole.endsWith(word));
    if (ending !== undefined && (endingTopic === undefined || ending.word.length >= endingTopic.word.length)) {
      return identifierMeaning(ending.identifier, 0.8);
    }
    if (endingTopic !== undefined) return topicMeaning(endingTopic.topic, 0.8);
    if (/(?:编号|编码|序号|流水号|单号|号码|代码|id|号)$/.test(whole)) {
      const inside = chineseKinds.find(({ word }) => word.length >= 3 && whole.includes(word));
      if (inside !== undefined) return identifierMeaning(inside.identifier, 0.6);
    }
    if (/(?:编号|编码|序号|号码|(?<![型期房批字信符旧])号|id)$/.test(whole)) return CODE;
    if (/(?:时间|日期|年月|日)$/.test(whole)) return identifierMeaning('date', 0.6);
    if (CATEGORY_WORDS.test(whole)) return { ...CATEGORY, ...topicInside(whole) };
    const insideTopic = insideTopics.find(({ word }) => whole.includes(word));
    if (insideTopic !== undefined) return topicMeaning(insideTopic.topic, 0.6);
    const inside = chineseKinds.find(({ word }) => whole.includes(word));
    return inside === undefined ? NOTHING : identifierMeaning(inside.identifier, 0.5);
  }
  const list = words(name);
  const last = list.at(-1) ?? '';
  const coded =
    /^(?:id|ids|no|num|number|uuid|guid|key|code|sn|serial|bh|lsh|xh)$/.test(last) ||
    /^(?:uuid|guid|rowid|id|uid|pid|openid|unionid)$/.test(whole);
  if (ENGLISH_TEXT.test(last)) return TEXT;
  // Runs of words of an English name, longest and last first: user_home_address -> homeaddress, address.
  for (let length = Math.min(4, list.length); length >= 1; length--) {
    for (let end = list.length; end >= length; end--) {
      // BILL_AMT1 and BILL_AMT2 are bill amounts.
      const run = list
        .slice(end - length, end)
        .join('')
        .replace(/(?<=\p{L}{3})\d{1,2}$/u, '');
      if (run.length < 3 && list.length > 1) continue;
      const kind = exactKinds.get(run);
      // A date word at the end wins over everything before it; a bare "name", "no" or "id" of something else does not.
      if (
        kind !== undefined &&
        !(
          kind === 'person-name' &&
          run === 'name' &&
          /(?:file|product|column|table|city|province|company|hospital|school|road|street|item|dept|department|org|store|shop|brand|model|host|domain|bank|event|category|type|class|course|project|drug|disease|country|region|district|community)$/.test(
            list.slice(0, end - length).join(''),
          )
        )
      ) {
        return identifierMeaning(kind, end === list.length ? 0.8 : 0.5);
      }
      const topic = exactTopics.get(run);
      // household_id is a number, not a household; education_num is still about education.
      if (topic !== undefined && !(coded && end < list.length && last !== 'num' && last !== 'number')) {
        return topicMeaning(topic, end === list.length ? 0.8 : 0.5);
      }
    }
  }
  return coded ? CODE : ENGLISH_CATEGORY.test(last) ? CATEGORY : NOTHING;
}
