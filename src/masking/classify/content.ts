/**
 * What the cells of a column say about its kind: pass rates of validators against the rates expected by chance, word lists, shapes.
 *
 * A check-digit pass rate near 1/11 means random digits, near 1 the identifier: the score is the excess over chance,
 * (rate - chance) / (1 - chance), times the share of values with the right shape.
 * @module
 */
import {
  addressScore,
  chineseNameScore,
  type IdentifierSpec,
  identifierKinds,
  identifierSpec,
  isEnglishGivenName,
  isFrequentSurname,
  latinNameScore,
  normalize,
} from '../../identifiers/index.js';
import type { ColumnProfile } from './profile.js';

/** Evidence from the cells for one kind of identifier. */
export interface ContentScore {
  readonly identifier: string;
  /** 0 to 1. */
  readonly score: number;
  /** Share of sampled values that pass validation after normalising. */
  readonly passRate: number;
  /** Rate that random values of the right shape would reach. */
  readonly chance: number;
}

/** Kinds whose check digit or unmistakable form decides without a header. */
const CHECKED = new Set([
  'resident-id',
  'foreigner-id',
  'uscc',
  'organisation-code',
  'bank-card',
  'hk-id',
  'tw-id',
  'vin',
  'imei',
]);
const FORMS = new Set([
  'mobile',
  'plate',
  'email',
  'ip',
  'mac',
  'passport',
  'hk-macao-permit',
  'mainland-exit-permit',
  'officer-id',
]);

/** Shape of a kind, loose: what a value with a wrong check digit or a slip of the pen still looks like. */
const LOOSE: Readonly<Record<string, RegExp>> = {
  'resident-id': /^(?:[1-8]\d{16}[\dXx]|[1-9]\d{14})$/,
  'foreigner-id': /^(?:9\d{16}[\dXx]|[A-Z]{3}\d{12})$/,
  uscc: /^[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}$/,
  'organisation-code': /^[0-9A-Z]{8}[0-9X]$/,
  'bank-card': /^\d{13,19}$/,
  'hk-id': /^[A-Z]{1,2}\d{6}\(?[\dA]\)?$/,
  'tw-id': /^[A-Z][1289A-D]\d{8}$/,
  vin: /^[A-HJ-NPR-Z0-9]{17}$/,
  imei: /^\d{15}$/,
};

function compactUpper(value: string): string {
  return value.replace(/[\s\-－—_.]/g, '').toUpperCase();
}

function checkedScore(spec: IdentifierSpec, values: readonly string[]): ContentScore {
  const loose = LOOSE[spec.kind] as RegExp;
  let shaped = 0;
  let passed = 0;
  for (const value of values) {
    const good = spec.normalize(value) !== null;
    if (good || loose.test(compactUpper(value.normalize('NFKC')))) shaped++;
    if (good) passed++;
  }
  const n = Math.max(1, values.length);
  const rate = shaped === 0 ? 0 : passed / shaped;
  const excess = Math.max(0, (rate - spec.chance) / (1 - spec.chance));
  return { identifier: spec.kind, score: excess * (shaped / n), passRate: passed / n, chance: spec.chance };
}

function rateScore(
  kind: string,
  values: readonly string[],
  chance: number,
  score: (value: string) => number,
): ContentScore {
  let total = 0;
  let passed = 0;
  for (const value of values) {
    const one = score(value);
    total += one;
    if (one >= 0.5) passed++;
  }
  const n = Math.max(1, values.length);
  return { identifier: kind, score: total / n, passRate: passed / n, chance };
}

const passes =
  (kind: string) =>
  (value: string): number =>
    normalize(kind, value) === null ? 0 : 1;

/** Evidence for every kind that the cells speak for, strongest first. */
export function contentScores(profile: ColumnProfile): ContentScore[] {
  const { values, shape } = profile;
  if (values.length === 0) return [];
  const scores: ContentScore[] = [];
  const add = (score: ContentScore): void => {
    if (score.score > 0.02) scores.push(score);
  };
  for (const spec of identifierKinds) {
    if (CHECKED.has(spec.kind)) add(checkedScore(spec, values));
    else if (FORMS.has(spec.kind))
      add(rateScore(spec.kind, values, spec.chance, FORM_SCORES[spec.kind] ?? passes(spec.kind)));
  }
  add(rateScore('landline', values, 0.05, landlineScore));
  const date = rateScore('date', values, 0.01, dateScore);
  add(date.score > 0.5 ? date : (encodedDates(profile) ?? date));
  if (shape.integer > 0.5) {
    add(rateScore('region-code', values, 0.007, passes('region-code')));
    add(rateScore('postcode', values, 0.52, passes('postcode')));
  }
  if (shape.numeric < 0.9) {
    add(
      rateScore('coordinate', values, 0.001, (value) =>
        /[,，;°'′ ]/.test(value) ? passes('coordinate')(value) || axis(value) : 0,
      ),
    );
    add(rateScore('person-name', values, 0.1, nameScore));
    add(rateScore('address', values, 0.02, addressLike));
  } else if (shape.integer < 0.2 && shape.decimals >= 4) {
    add(rateScore('coordinate', values, 0.3, (value) => (inChina(Number(value)) ? 0.75 : 0)));
  }
  return scores.sort((a, b) => b.score - a.score);
}

/** Forms that other values have too, told apart; and customary masks, which still tell what they hide. */
const FORM_SCORES: Readonly<Record<string, (value: string) => number>> = {
  mac: (value) => (normalize('mac', value) === null ? 0 : /[:.-]/.test(value) || /[a-f]/i.test(value) ? 1 : 0.1),
  // D, S, P and K before eight digits are numbers of many things.
  passport: (value) => (normalize('passport', value) === null ? 0 : /^\s*[EeGg]|^\s*[A-Z]{2}/.test(value) ? 1 : 0.6),
  mobile: (value) => (normalize('mobile', value) !== null ? 1 : /^1[3-9]\d[*＊x]{4,6}\d{2,4}$/i.test(value) ? 0.7 : 0),
};

function nameScore(value: string): number {
  const text = squeeze(value);
  const score = Math.max(chineseNameScore(text), latinNameScore(value));
  if (score > 0) return score;
  if (/^[\u4e00-\u9fff][*＊○某]{1,2}[\u4e00-\u9fff]?$/.test(text) && isFrequentSurname(text.charAt(0))) return 0.75;
  if (/^[\u4e00-\u9fff]{1,2}(?:先生|女士|小姐)$/.test(text) && isFrequentSurname(text.charAt(0))) return 0.7;
  return isEnglishGivenName(value) ? 0.6 : 0;
}

const ORGANISATION =
  /(?:公司|集团|厂|店|商行|超市|酒店|银行|支行|学校|大学|学院|中学|小学|幼儿园|医院|卫生院|诊所|药房|局|委员会|办公室|合作社|协会|研究院|研究所|设计院|事务所|中心|工程|项目|规划)(?:[（(].{1,12}[)）])?$/;

function addressLike(value: string): number {
  if (ORGANISATION.test(value)) return 0;
  const score = addressScore(value);
  return score >= 0.4 ? score * 0.4 + 0.6 : 0;
}

function squeeze(value: string): string {
  return value.normalize('NFKC').replace(/\s+/g, '');
}

function axis(value: string): number {
  return identifierSpec('coordinate').validate(value).valid ? 1 : 0;
}

/** Longitude 73-136 or latitude 3-54. */
function inChina(value: number): boolean {
  return (value >= 73 && value <= 136) || (value >= 3 && value <= 54);
}

function landlineScore(value: string): number {
  const text = value.normalize('NFKC').replace(/\s+/g, '');
  if (/^(?:400|800)-?\d{3}-?\d{4}$/.test(text)) return 0.9;
  if (!/^(?:\+86|0086|86-|\(?0)/.test(text)) return 0;
  return normalize('landline', text) === null ? 0 : /[-()]/.test(text) ? 1 : 0.8;
}

function dateScore(value: string): number {
  const spec = identifierSpec('date');
  const text = value.normalize('NFKC');
  // 1985.8 is a month to some and a number to most.
  if (/^\d{4}\.\d{1,2}$/.test(text)) return 0.3;
  if (spec.validate(text).valid) {
    // Eight bare digits are dates by chance now and then; years far off are rarely meant.
    return /^\d{8}$/.test(text) ? (/^(?:19|20)/.test(text) ? 0.95 : 0.2) : 1;
  }
  if (/^(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?$/.test(text)) return 0.8;
  return /^(?:19|20)\d{2}[-/.年]?(?:0?[1-9]|1[0-2])月?$/.test(text) && /\D/.test(text) ? 0.9 : 0;
}

/** Months as YYYYMM and seconds or milliseconds since 1970, when a whole column lies in a range of dates. */
function encodedDates({ values, shape }: ColumnProfile): ContentScore | null {
  if (values.length < 8 || shape.integer < 0.98) return null;
  const share = (test: (value: string) => boolean): number => values.filter(test).length / values.length;
  const months = share((value) => /^(?:19[5-9]|20[0-3])\d(?:0[1-9]|1[0-2])$/.test(value));
  // By chance 85 x 12 of 900 000 six-digit numbers.
  if (months > 0.98) return { identifier: 'date', score: 0.7, passRate: months, chance: 0.001 };
  const width = shape.maximum > 1e11 ? 1e12 : 1e9;
  const seconds = share((value) => Number(value) >= width && Number(value) < 1.9 * width);
  // 2001 to 2030, and no more than twenty years of them.
  if (seconds > 0.98 && shape.maximum - shape.minimum < 0.63 * width) {
    return { identifier: 'date', score: 0.62, passRate: seconds, chance: 0.12 };
  }
  return null;
}

const SETS: readonly {
  readonly topic: string;
  readonly columnClass: 'quasi-identifier' | 'sensitive';
  readonly words: ReadonlySet<string>;
}[] = [
  {
    topic: 'demography',
    columnClass: 'quasi-identifier',
    words: new Set(
      '男 女 男性 女性 未知的性别 m f male female man woman boy girl 汉 汉族 回族 壮族 维吾尔族 苗族 满族 彝族 土家族 藏族 蒙古族 蒙族 侗族 布依族 瑶族 白族 哈尼族 朝鲜族 黎族 哈萨克族 傣族 畲族 高山族 羌族 white black asian hispanic caucasian 未婚 已婚 离异 离婚 丧偶 有配偶 初婚 再婚 单身 single married divorced widowed separated 小学 初中 高中 中专 大专 本科 硕士 博士 硕士研究生 博士研究生 研究生 大学 大学本科 大学专科 专科 技校 文盲 未上过学 学前教育 幼儿园 职高 高职 中技 bachelor bachelors master masters doctorate phd primary secondary undergraduate graduate 农民 工人 教师 医生 学生 公务员 职员 司机 军人 退休 无业 个体 个体户 自由职业 会计 律师 护士 工程师 警察 离退休人员 户主 配偶 子 女儿 父亲 母亲 长子 次子 长女 孙子 城镇 农村 农业户口 非农业户口 居民户口 中国 美国'.split(
        ' ',
      ),
    ),
  },
  {
    topic: 'religion',
    columnClass: 'sensitive',
    words: new Set(
      '佛教 道教 基督教 天主教 伊斯兰教 无宗教信仰 中共党员 共青团员 群众 预备党员 民主党派 党员 团员 buddhist christian muslim catholic atheist'.split(
        ' ',
      ),
    ),
  },
  {
    topic: 'health',
    columnClass: 'sensitive',
    words: new Set(
      'a型 b型 ab型 o型 阳性 阴性 弱阳性 positive negative 高血压 糖尿病 冠心病 感冒 肺炎 胃炎 hypertension diabetes asthma pneumonia influenza cancer copd stroke depression 门诊 住院 治愈 好转 未愈 死亡'.split(
        ' ',
      ),
    ),
  },
];
const DISEASE =
  /(?:病|炎|癌|瘤|综合征|障碍|骨折|梗死|感染|硬化|结石|溃疡|白内障|近视|龋齿|哮喘|贫血|肥大|增生|脱出|突出|出血|中毒|损伤|流感|顺产|分娩|衰竭|息肉|囊肿|疱疹|过敏)(?:[（(].*[)）])?$/;
const ICD = /^[A-TV-Z]\d{2}(?:\.[\dxX]{1,4})?(?:[+*†])?(?:\s+\S.*)?$/;

/** What the words of a category say: class and topic, with the share of distinct values that are listed. */
export function wordTopic(
  profile: ColumnProfile,
): { columnClass: 'quasi-identifier' | 'sensitive'; topic: string; share: number } | null {
  const { values } = profile;
  if (values.length === 0) return null;
  let best: { columnClass: 'quasi-identifier' | 'sensitive'; topic: string; share: number } | null = null;
  for (const { topic, columnClass, words } of SETS) {
    const share = values.filter((value) => words.has(value.toLowerCase())).length / values.length;
    if (share > (best?.share ?? 0.3)) best = { columnClass, topic, share };
  }
  const disease =
    values.filter((value) => DISEASE.test(value) || (ICD.test(value) && /\.|\s/.test(value))).length / values.length;
  if (disease > Math.max(0.5, best?.share ?? 0)) best = { columnClass: 'sensitive', topic: 'health', share: disease };
  return best;
}
