/**
 * Names of persons in running text: Chinese by surname, usual characters and the words around; Latin by titles, cues and lists.
 *
 * No dictionary of names decides alone: evidence from inside (surname, characters) and outside (患者…, …先生, patient …) is added up.
 * @module
 */
import { isEnglishGivenName, isLatinSurname, isNotAName } from './person-name.js';
import { isFrequentSurname, mayBeginSurname, surnameOf } from './surnames.js';
import { givenNameCharacters } from './tables/given-names.js';
import type { Candidate } from './text-numbers.js';

const usual = new Set(givenNameCharacters);

/** Words that end right before a name, strong ones first. */
const LEFT_STRONG =
  /(?:姓名|名字|名叫|我叫|他叫|她叫|叫做|本人|患者|病人|病员|患儿|产妇|死者|伤者|当事人|申请人|被申请人|原告|被告|被告人|上诉人|嫌疑人|犯罪嫌疑人|受害人|被害人|证人|联系人|收件人|寄件人|收货人|经办人|负责人|法定代表人|法人代表|法人|户主|业主|房东|租客|租户|车主|驾驶员|司机|机主|客户|顾客|用户|会员|投保人|被保险人|受益人|持卡人|开户人|借款人|担保人|学生|考生|新生|同学|员工|职工|老人|村民|居民|市民|群众|儿子|女儿|父亲|母亲|丈夫|妻子|配偶|爱人|监护人|家属|家长|亲属|哥哥|弟弟|姐姐|妹妹|邻居|同事|朋友|旅客|乘客|游客|住户|退休教师|退休职工|教师|护士|医生|医师|大夫|主任|民警|网格员|社工|志愿者|工程师|会计|店主|老板|队长|院长|校长|书记|村长|主刀|主治|接诊|值班|签收人|代理人|举报人|投诉人|报警人|求助人|来电人|参保人|缴费人|领取人|乘车人|候选人|作者|导师|班主任|辅导员|小朋友|男子|女子|老太|大爷|大妈|先生|女士)(?:[是为叫]|的?(?:姓名|名字)(?:[是为叫])?)?[\s:：“"（(]*$/;
const LEFT_WEAK =
  /(?:^|[，。；！？、：:,;\s（(“"【\n]|[由给向与和跟及对找请让把被替问帮同是叫即为据嘱]|委托|联系|通知|转告|告知|询问|咨询|其中|包括|分别为|任命|免去|聘请|骗取|举报|投诉|提醒|感谢)$/;
const RIGHT_STRONG =
  /^(?:[一二三两四五六]人|等[一二三两四五六七八九十\d]*人|先生|女士|小姐|同志|老师|医生|大夫|护士|主任|经理|同学|教授|律师|警官|法官|师傅|阿姨|叔叔|大爷|大妈|院长|校长|书记|队长|博士|总|[\s，,、（(]{0,2}[男女](?:[，,。、；;\s）)]|$)|[\s，,（(的]{0,2}(?:身份证|手机|电话|联系电话|电子邮箱|邮箱|住址|家住|银行卡|卡号|护照|车牌|出生|生于|微信|学号|工号|年龄|现年|今年|\d{1,3}岁|现住|户籍)|[（(](?:身份证|电话|手机|男|女|\d|[EGH]\d|原告|被告|以下简称))/;
const RIGHT_WEAK =
  /^(?:$|[，。；！？、,;）)”"\s】：:/]|[于在因来去到已将向从与和及等说称表持诉辩欠起系的名户]|反映|申请|要求|办理|提交|提供|前往|购买|入院|出院|住院|就诊|确诊|登记|预约|报名|参加|乘坐|驾驶|驾车|签收|签字|签名|领取|缴纳|支付|转账|汇款|举报|投诉|借款|主持|带队|证实|负责|担任|出庭|作证|承担|出具|陈述|拒绝|同意|委托|代表|表示|介绍|认为|提出|通知|指出|建议|电话|操作|重置|处理|审核|复核|值班|陪同|到场|现场|受伤|死亡|失踪|报警|被|为)/;
/** A character that ends many words for people: 专员, 管理员, 买家, 业主. */
const LEFT_ROLE = /[员师长人者工官客主方家友警]$/;
/** Characters that end a name when they follow: no given name has them. */
const NEVER_GIVEN =
  /[的是了在有和与及或为被把给向从到对于将已因等说称来去要会能可以也都就又还并且而但如若则所以其他她它这那哪谁何时日月年号元岁个人名位次第某吗呢吧啊持诉驾述查找送接收付买卖借租投报拨打听看问答写签填交领取转停住搬迁患病诊治疗检验请让做吃喝走跑骑乘坐站离返辩欠偷抢骗殴死伤亡曾仍均各每此该处举遭户拟应须未不没无非均共按据经通过达约近超前后内外上下左右，。；：！？、,.;:!?\s\d（）()“”"'《》【】A-Za-z]/;

/** Evidence at which a name is more likely than not; chosen on the even-numbered half of the labelled sentences. */
const THRESHOLD = 1.1;
/** Evidence of a surname outside the hundred most frequent. */
const RARE = 0;

function chineseAt(text: string, at: number): Candidate | null {
  const surname = surnameOf(text.slice(at, at + 6));
  if (surname === null) return null;
  const before = text.slice(Math.max(0, at - 12), at);
  const leftStrong = LEFT_STRONG.test(before);
  const leftWeak = !leftStrong && LEFT_WEAK.test(before);
  let best: Candidate | null = null;
  for (const length of [1, 2]) {
    const end = at + surname.length + length;
    if (end > text.length) break;
    const given = text.slice(at + surname.length, end);
    if (!/^[\u3400-\u9fff]+$/.test(given) || NEVER_GIVEN.test(given)) break;
    const name = surname + given;
    if (isNotAName(name)) continue;
    // 王先生, 李女士: a surname with a title is a name of its own, handled below.
    if (
      /^(?:先生|女士|小姐|同志|老师|医生|大夫|护士|主任|经理|同学|教授|律师|警官|师傅|阿姨|先|女|小|老|同)$/.test(
        given,
      ) && length === 1
        ? RIGHT_TITLE_TAIL.test(text.slice(end))
        : TITLES.has(given)
    )
      continue;
    const after = text.slice(end, end + 10);
    const rightStrong = RIGHT_STRONG.test(after);
    const rightWeak = !rightStrong && RIGHT_WEAK.test(after);
    const usualShare = [...given].filter((character) => usual.has(character)).length / length;
    let score = surname.length > 1 ? 2.2 : isFrequentSurname(surname) ? 1.4 : RARE;
    score += usualShare * (length === 2 ? 1.6 : 0.9) - 0.7;
    const leftRole = !leftStrong && LEFT_ROLE.test(before);
    score += leftStrong ? 2.6 : leftRole ? 1.1 : leftWeak ? 0.7 : -1.3;
    score += rightStrong ? 2.4 : rightWeak ? 0.6 : usualShare === 1 && length === 2 ? -0.5 : -0.9;
    // The last character belongs to the next word: 冯涛|拖欠, 卢靖|明天.
    if (length === 2 && !usual.has(given.charAt(1))) score -= 1.1;
    if (/^(?:明[天年日]|今[天年日]|上午|下午|重[置新]|转账|成为|开[始具])/.test(given.slice(-1) + after)) score -= 2;
    // One of a list of names.
    if (/^、/.test(after) || /、$/.test(before)) score += 0.5;
    if (length === 1 && !leftStrong && !rightStrong) score -= 0.8;
    // The two first characters are a word of the language (高中, 方法): the third does not make it a name.
    if (length === 2 && isNotAName(name.slice(0, 2)) && surname.length === 1) score -= 2;
    const confidence = 1 / (1 + Math.exp(-(score - THRESHOLD)));
    if (best === null || confidence > best.confidence + (leftStrong && !rightWeak && !rightStrong ? 0.1 : 0)) {
      best = { start: at, end, kind: 'person-name', confidence };
    }
  }
  return best !== null && best.confidence >= 0.5 ? best : null;
}

const TITLES = new Set([
  '先生',
  '女士',
  '小姐',
  '同志',
  '老师',
  '医生',
  '大夫',
  '护士',
  '主任',
  '经理',
  '同学',
  '教授',
  '律师',
  '警官',
  '师傅',
  '阿姨',
  '某某',
  '某',
  '家属',
  '家人',
  '书记',
  '局长',
  '院长',
  '校长',
  '队长',
  '村长',
]);
const RIGHT_TITLE_TAIL = /^(?:生|士|姐|志|师|学)/;

const MINORITY = /[\u3400-\u9fff]{2,10}(?:[·•・][\u3400-\u9fff]{2,10}){1,3}/g;
const MINORITY_LEFT = /^.*(?:[人员者长师主客]|患者|姓名|名叫|叫|学生|同学|司机|由|给|是|为|和|与|、)/;

function minorityIn(text: string, found: Candidate[]): void {
  MINORITY.lastIndex = 0;
  for (let match = MINORITY.exec(text); match !== null; match = MINORITY.exec(text)) {
    let start = match.index;
    let piece = match[0];
    const cut = MINORITY_LEFT.exec((piece.split(/[·•・]/)[0] as string).slice(0, -2))?.[0].length ?? 0;
    start += cut;
    piece = piece.slice(cut);
    // The last part ends before a word that follows names.
    const last = piece.split(/[·•・]/).at(-1) as string;
    const stop =
      /(?:因|于|在|的|来|到|已|将|向|从|与|和|及|等|说|称|表示|反映|申请|要求|办理|先生|女士|同志|老师|医生|同学|身份证|电话|手机|户籍|家住|住在|入院|就诊|报名)/.exec(
        last.slice(1),
      );
    const end = start + piece.length - (stop === null ? 0 : last.length - 1 - stop.index);
    found.push({ start, end, kind: 'person-name', confidence: 0.9 });
  }
}

const WORD = "[A-Z][\\p{Ll}'’]+(?:-[A-Z]?[\\p{Ll}]+)?";
const LATIN_NAME = `${WORD}(?: (?:[A-Z]\\.|${WORD}|de|van|von|bin|al)){0,3}`;
const TITLED = new RegExp(
  `\\b(?:Mr|Mrs|Ms|Miss|Dr|Prof|Professor|Doctor|Nurse|Sir|Madam|Officer)\\.? (${LATIN_NAME})`,
  'gu',
);
const CUED = new RegExp(
  `(?:\\b[Nn]ame(?: is|:|:\\s)|\\b[Nn]amed|\\b[Cc]ontact(?: person)?(?: is|:)?|\\b[Pp]atient(?: is|:|,)?|\\b[Dd]ear|\\b[Cc]ustomer|\\b[Aa]pplicant|\\b[Tt]enant|\\b[Ss]tudent|\\b[Ee]mployee|\\bI am|\\bI'm|\\b[Ss]incerely,|\\b[Rr]egards,|\\b[Ss]igned by|\\b[Cc]alled by|\\b[Ww]itness|\\b[Cc]ardholder|\\b[Rr]ecipient|\\b[Gg]uardian|\\b[Oo]wner|\\b[Dd]river|\\b[Hh]usband|\\b[Ww]ife|\\b[Mm]other|\\b[Ff]ather|\\b[Ss]on|\\b[Dd]aughter|\\b[Bb]rother|\\b[Ss]ister|联系人|姓名|患者|客户|收件人)[\\s:：]{1,3}(${LATIN_NAME})`,
  'gu',
);
const PLAIN = new RegExp(`(?<![\\p{L}.])(${WORD}(?: [A-Z]\\.)?(?: ${WORD}){1,2})(?![\\p{L}])`, 'gu');
const NOT_LATIN = new Set(
  'The This That These Those He She It We You They My Your His Her Our Their A An In On At For From To By With And Or But If When While After Before Please Contact Call Email Phone Address Patient Customer Order Ship Bill Account Card Number Street Road Avenue Lane Drive Court Square Beijing Shanghai China Chinese Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August September October November December Hospital University School Bank Company Ltd Inc Department Ministry City District Province County Building Room Floor Unit Suite North South East West New York London Paris Hong Kong San Francisco Los Angeles United States Kingdom Visa Mastercard Date Time Name Birth Passport'.split(
    ' ',
  ),
);

function latinIn(text: string, found: Candidate[]): void {
  if (!/[A-Z]/.test(text)) return;
  const push = (whole: RegExpExecArray, confidence: number): void => {
    const name = (whole[1] as string).split(' ');
    while (name.length > 0 && NOT_LATIN.has(name.at(-1) as string)) name.pop();
    if (name.length === 0 || NOT_LATIN.has(name[0] as string)) return;
    const start = whole.index + whole[0].length - (whole[1] as string).length;
    found.push({ start, end: start + name.join(' ').length, kind: 'person-name', confidence });
  };
  for (const [form, confidence] of [
    [TITLED, 0.95],
    [CUED, 0.85],
  ] as const) {
    form.lastIndex = 0;
    for (let match = form.exec(text); match !== null; match = form.exec(text)) push(match, confidence);
  }
  PLAIN.lastIndex = 0;
  for (let match = PLAIN.exec(text); match !== null; match = PLAIN.exec(text)) {
    let words = (match[1] as string).split(' ');
    let start = match.index;
    while (words.length > 1 && NOT_LATIN.has(words[0] as string)) {
      start += (words[0] as string).length + 1;
      words = words.slice(1);
    }
    while (words.length > 0 && NOT_LATIN.has(words.at(-1) as string)) words.pop();
    while (words.length > 2 && !isEnglishGivenName(words[0] as string) && isEnglishGivenName(words[1] as string)) {
      start += (words[0] as string).length + 1;
      words = words.slice(1);
    }
    if (words.length < 2) continue;
    const given = isEnglishGivenName(words[0] as string);
    const family = isLatinSurname(words.at(-1) as string);
    const pinyin = isLatinSurname(words[0] as string) && /^[A-Z][a-z]{1,11}$/.test(words.at(-1) as string);
    const confidence =
      given && family
        ? 0.9
        : given
          ? 0.75
          : pinyin && words.length === 2
            ? 0.65
            : family && words.length === 2
              ? 0.5
              : 0;
    if (confidence > 0) found.push({ start, end: start + words.join(' ').length, kind: 'person-name', confidence });
  }
}

/** Surname with a title alone: 王先生, 李女士, 刘师傅, 何大爷, 潘某. The title belongs to it. */
const SURNAME_TITLE =
  /(欧阳|上官|司马|诸葛|皇甫|令狐|慕容|夏侯|司徒|[\u3400-\u9fff])(?:先生|女士|小姐|阿姨|师傅|大爷|大妈|大叔|大姐|奶奶|爷爷|老师|医生|警官|书记|主任|经理|某某|某(?![些个人年月日种地]))/g;

function titledIn(text: string, found: Candidate[]): void {
  SURNAME_TITLE.lastIndex = 0;
  for (let match = SURNAME_TITLE.exec(text); match !== null; match = SURNAME_TITLE.exec(text)) {
    const surname = match[1] as string;
    const before = text.slice(Math.max(0, match.index - 12), match.index);
    const free =
      before === '' ||
      !/[\u3400-\u9fff]$/.test(before) ||
      LEFT_STRONG.test(before) ||
      LEFT_WEAK.test(before) ||
      LEFT_ROLE.test(before);
    if (
      !free ||
      surnameOf(`${surname}某`) === null ||
      (surname.length === 1 && !isFrequentSurname(surname) && !/^$|[^\u3400-\u9fff]$/.test(before))
    )
      continue;
    found.push({ start: match.index, end: match.index + match[0].length, kind: 'person-name', confidence: 0.7 });
  }
}

/** All names of persons in a text. */
export function namesIn(text: string): Candidate[] {
  const found: Candidate[] = [];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (!mayBeginSurname(code)) continue;
    const candidate = chineseAt(text, at);
    if (candidate !== null) found.push(candidate);
  }
  minorityIn(text, found);
  latinIn(text, found);
  titledIn(text, found);
  return found;
}
