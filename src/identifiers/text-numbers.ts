/**
 * Numbers in running text: identity and card numbers, telephones, plates, e-mail, network addresses, dates.
 *
 * Every pattern is anchored against longer runs of letters and digits; what carries a check digit is verified, and a number that fails it
 * counts only beside a word that names it (a mistyped ID still tells a birth date).
 * @module
 */
import { parseCalendarDate } from './date.js';
import { normalize, validate } from './kinds.js';

/** A found piece before overlaps are settled. */
export interface Candidate {
  readonly start: number;
  readonly end: number;
  readonly kind: string;
  readonly confidence: number;
}

interface Pattern {
  readonly kind: string;
  readonly form: RegExp;
  /** The value is the first group, behind the words that name it. */
  readonly cued?: boolean;
  /** What a text must hold for a match to be possible. Default: digits. */
  readonly needs?: 'at' | 'upper' | 'any' | 'colon' | 'point';
  /** Confidence of a match, 0 to reject. `before` is the text in front of it. */
  readonly weigh: (match: string, before: string, after: string) => number;
}

const NO_LEFT = '(?<![0-9A-Za-z])';
const NO_RIGHT = '(?![0-9A-Za-z])';

/** True when the words stand within a dozen characters before the match. */
function near(before: string, words: RegExp): boolean {
  return words.test(before.slice(-14));
}

const ID_WORDS = /身份证|证件|公民身份|身份号|ID\s?(?:card|number|no)|身份證/i;
const CARD_WORDS = /卡号|银行卡|账号|帐号|账户|帐户|信用卡|储蓄卡|借记卡|收款|card|account/i;
const PHONE_WORDS = /电话|座机|固话|致电|拨打|传真|热线|tel|phone|fax|call|联系/i;

function checked(kind: string, words: RegExp, withWords: number): Pattern['weigh'] {
  return (match, before) => {
    if (normalize(kind, match) !== null) return 0.97;
    return near(before, words) ? withWords : 0;
  };
}

const patterns: readonly Pattern[] = [
  {
    kind: 'email',
    needs: 'at',
    form: /[A-Za-z0-9](?:[A-Za-z0-9._%+-]{0,62}[A-Za-z0-9_%+-])?@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,24}(?![A-Za-z0-9]|--)/g,
    weigh: () => 0.99,
  },
  {
    // Internationalised addresses (RFC 6531): a Chinese name before the sign (the words in front of it may come along), a Chinese or xn-- domain.
    kind: 'email',
    needs: 'at',
    form: /(?:[A-Za-z0-9](?:[A-Za-z0-9._%+-]{0,62}[A-Za-z0-9_%+-])?|\p{Script=Han}{1,16})@(?:[\p{Script=Han}A-Za-z0-9](?:[\p{Script=Han}A-Za-z0-9-]{0,61}[\p{Script=Han}A-Za-z0-9])?\.)+(?:xn--[a-z0-9-]{2,59}|[A-Za-z]{2,24}(?!--)|中国|中國|公司|网络|網絡|网址|政务|公益|在线|集团|商城|我爱你|香港|台湾|新加坡)(?![A-Za-z0-9])/gu,
    weigh: () => 0.95,
  },
  {
    kind: 'resident-id',
    form: new RegExp(`${NO_LEFT}[1-8]\\d{5}[ -]?[12]\\d{3}[ -]?\\d{4}[ -]?\\d{3}[0-9Xx]${NO_RIGHT}`, 'g'),
    weigh: (match, before) => {
      if (normalize('resident-id', match) !== null) return 0.98;
      const digits = match.replace(/[ -]/g, '');
      const date = parseCalendarDate(digits.slice(6, 14));
      if (near(before, ID_WORDS)) return 0.8;
      return date !== null && !near(before, /订单|流水|编号|单号|快递|运单|交易|order|tracking/i) ? 0.55 : 0;
    },
  },
  {
    kind: 'resident-id',
    form: new RegExp(`${NO_LEFT}[1-8]\\d{14}${NO_RIGHT}`, 'g'),
    weigh: (match, before) => {
      const result = validate('resident-id', match);
      if (!result.valid) return 0;
      if (near(before, ID_WORDS)) return 0.95;
      return result.findings.some((one) => one.code === 'region-unknown') ? 0 : 0.6;
    },
  },
  {
    kind: 'foreigner-id',
    form: new RegExp(`${NO_LEFT}(?:9\\d{16}[0-9Xx]|[A-Z]{3}\\d{12})${NO_RIGHT}`, 'g'),
    weigh: checked('foreigner-id', /永久居留|居留证|居留身份证/, 0.8),
  },
  {
    kind: 'uscc',
    form: new RegExp(`${NO_LEFT}[0-9A-HJ-NPQRTUWXY]{2}\\d{6}[0-9A-HJ-NPQRTUWXY]{10}${NO_RIGHT}`, 'g'),
    weigh: (match, before) => {
      if (normalize('uscc', match) !== null) return 0.97;
      // Eighteen digits with a birth date in them: a person's number used as a tax number.
      if (/^\d{17}[\dX]$/.test(match) && parseCalendarDate(match.slice(6, 14)) !== null) return 0;
      return near(before, /信用代码|税号|纳税人|USCC|credit code/i) ? 0.85 : 0;
    },
  },
  {
    kind: 'bank-card',
    form: new RegExp(
      `${NO_LEFT}(?:\\d{4}[ -]\\d{4}[ -]\\d{4}[ -]\\d{4}(?:[ -]?\\d{1,3})?|\\d{13,19}|\\d{6}[ -]\\d{10,13})${NO_RIGHT}`,
      'g',
    ),
    weigh: (match, before) => {
      const good = normalize('bank-card', match) !== null;
      if (near(before, CARD_WORDS)) return good ? 0.97 : 0.75;
      if (near(before, /订单|流水|编号|单号|快递|运单|交易号|order|tracking|IMEI|串号/i)) return 0;
      return good ? 0.85 : 0;
    },
  },
  {
    kind: 'imei',
    form: new RegExp(`${NO_LEFT}\\d{15}${NO_RIGHT}`, 'g'),
    weigh: (_match, before) => (near(before, /IMEI|串号/i) ? 0.96 : 0),
  },
  {
    kind: 'mobile',
    form: /(?<![\d.])(?<![A-Za-z]-?)(?:0(?=1)|(?:\+|00)86[ -]?|\(\+?86\)[ -]?|86[ -]?)?1[3-9]\d(?:[ -]?\d{4}[ -]?\d{4}|[ -]\d{3}[ -]\d{5}|\d[ -]\d{3}[ -]\d{4})(?![\dA-Za-z])(?!\.\d)/g,
    weigh: (match, before) => {
      if (normalize('mobile', match) === null) return 0;
      return near(before, /订单|流水|单号|快递|运单|交易号|order no/i) ? 0 : 0.95;
    },
  },
  {
    kind: 'mobile',
    cued: true,
    form: /(?:tel|phone|mob|mobile|wx|vx|wechat|weixin|手机|电话)[:：]?\s?(1[3-9]\d{9})(?!\d)/gi,
    weigh: () => 0.96,
  },
  {
    kind: 'landline',
    form: /(?<![\dA-Za-z])(?:(?:\+|00)86[ -]?\(?0?\d{2,3}\)?|\(0?\d{2,3}\)|0\d{2,3})[ -]?[2-9]\d{2,3}[ -]?\d{4}(?:(?:-|转|ext\.? ?)\d{1,6})?(?!\d)/gi,
    weigh: (match, before) => {
      const result = normalize('landline', match.replace(/(?<=\d{3,4}[ -]\d{3,4})[ -](?=\d{4})/, ''));
      if (result === null) return 0;
      return /[- ()转]/.test(match) || near(before, PHONE_WORDS) ? 0.93 : 0.6;
    },
  },
  {
    kind: 'landline',
    form: /(?<![\dA-Za-z-])(?:400|800)-?\d{3}-?\d{4}(?![\d-])/g,
    weigh: (match, before) => (match.includes('-') || near(before, PHONE_WORDS) ? 0.85 : 0),
  },
  {
    kind: 'landline',
    form: /(?<![\dA-Za-z-])[2-9]\d{6,7}(?![\dA-Za-z-])/g,
    weigh: (_match, before) =>
      near(before.slice(-8), /(?:电话|座机|固话|致电|传真|tel|fax)[号码是为:：\s.]*$/i) ? 0.8 : 0,
  },
  {
    kind: 'passport',
    needs: 'upper',
    form: new RegExp(
      `${NO_LEFT}(?:[GE]\\d{8}|E[A-HJ-NP-Z]\\d{7}|[DSPK]\\d{8}|(?:DE|SE|PE|KJ|MA)\\d{7})${NO_RIGHT}`,
      'g',
    ),
    weigh: (match, before) => (near(before, /护照|passport/i) ? 0.97 : /^[EG]/.test(match) ? 0.6 : 0),
  },
  {
    kind: 'hk-macao-permit',
    needs: 'upper',
    form: new RegExp(`${NO_LEFT}[HM]\\d{8}(?:\\d{2})?${NO_RIGHT}`, 'g'),
    weigh: (_match, before) => (near(before, /通行证|回乡证|permit/i) ? 0.96 : 0.55),
  },
  {
    kind: 'mainland-exit-permit',
    needs: 'upper',
    form: new RegExp(`${NO_LEFT}(?:[CWLT]\\d{8}|C[A-HJ-NP-Z]\\d{7})${NO_RIGHT}`, 'g'),
    weigh: (_match, before) => (near(before, /通行证|permit/i) ? 0.96 : 0),
  },
  {
    kind: 'taiwan-permit',
    form: new RegExp(`${NO_LEFT}\\d{8}(?:\\d{2}[A-Z])?${NO_RIGHT}`, 'g'),
    weigh: (_match, before) => (near(before, /台胞证|来往大陆通行证/) ? 0.95 : 0),
  },
  {
    kind: 'hk-id',
    needs: 'upper',
    form: /(?<![A-Za-z0-9])[A-Z]{1,2}\d{6} ?\([0-9A]\)/g,
    weigh: checked('hk-id', /身份证|身份證|HKID|identity/i, 0.8),
  },
  {
    kind: 'tw-id',
    needs: 'upper',
    form: new RegExp(`${NO_LEFT}[A-Z][1289A-D]\\d{8}${NO_RIGHT}`, 'g'),
    weigh: checked('tw-id', /身份证|身分證|身份證/, 0.8),
  },
  {
    kind: 'officer-id',
    form: /[军海空武士文参政后装沈北济南兰成广]{1,3}字第[\u4e00-\u9fa5]?\d{4,8}号?/g,
    weigh: () => 0.93,
  },
  {
    kind: 'plate',
    needs: 'any',
    form: /[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z] ?[·•-]? ?[A-HJ-NP-Z0-9]{4,5}[A-HJ-NP-Z0-9挂学警港澳领](?![A-Za-z0-9])/g,
    weigh: (match) => (normalize('plate', match) === null || !/\d/.test(match) ? 0 : 0.95),
  },
  {
    kind: 'vin',
    needs: 'upper',
    form: new RegExp(`${NO_LEFT}[A-HJ-NPR-Z0-9]{17}${NO_RIGHT}`, 'g'),
    weigh: (match, before) => {
      if (!/[A-Z]/.test(match) || !/\d/.test(match)) return 0;
      if (near(before, /车架|VIN|识别代/i)) return 0.97;
      return validate('vin', match).valid ? 0.8 : 0;
    },
  },
  {
    kind: 'mac',
    needs: 'colon',
    form: /(?<![0-9A-Za-z:-])[0-9A-Fa-f]{2}([:-])[0-9A-Fa-f]{2}(?:\1[0-9A-Fa-f]{2}){4}(?![0-9A-Za-z:-])/g,
    weigh: () => 0.97,
  },
  {
    kind: 'ip',
    needs: 'point',
    form: /(?<![\d.A-Za-z])(?:\d{1,3}\.){3}\d{1,3}(?![\d]|\.\d)/g,
    weigh: (match, before) => (validate('ip', match).valid && !near(before, /版本|version|v$/i) ? 0.93 : 0),
  },
  {
    kind: 'ip',
    needs: 'colon',
    form: /(?<![0-9A-Za-z:.])(?:[0-9A-Fa-f]{1,4}:){2,7}(?::?[0-9A-Fa-f]{1,4}){1,7}(?![0-9A-Za-z:])|(?<![0-9A-Za-z:])[0-9A-Fa-f]{0,4}::(?:[0-9A-Fa-f]{1,4}:){0,6}[0-9A-Fa-f]{1,4}(?![0-9A-Za-z:])/g,
    weigh: (match) => (validate('ip', match).valid && match.length > 6 ? 0.9 : 0),
  },
  {
    kind: 'coordinate',
    needs: 'point',
    form: /(?:东经|北纬|西经|南纬)?\(?[+-]?\d{1,3}\.\d{3,15}°?[NSEW]? ?[,，、; ] ?(?:东经|北纬|西经|南纬)?[+-]?\d{1,3}\.\d{3,15}°?[NSEW]?\)?/g,
    weigh: (match, before) => {
      const pair = match.replace(/[东西]经|[南北]纬|[°NSEW()]/g, '').replace(/[，、]/g, ',');
      if (normalize('coordinate', pair) === null) return 0;
      return /[东西]经|[南北]纬|°/.test(match) || near(before, /坐标|经纬|定位|位置|GPS|location|lat|lon|coordinate/i)
        ? 0.95
        : 0.7;
    },
  },
  {
    kind: 'date',
    form: /(?<![\d.])(?:18|19|20)\d{2}(?:\s?年\s?\d{1,2}\s?月\s?\d{1,2}\s?[日号]|([-/.])\d{1,2}\1\d{1,2}(?![\d]|\.\d))/g,
    weigh: (match) => (parseCalendarDate(match) === null ? 0 : 0.95),
  },
  {
    kind: 'date',
    needs: 'any',
    form: /(?<![\d.])(?:(?:18|19|20)\d{2}年\d{1,2}月(?!\s?\d{1,2}\s?[日号])|(?<!年\s?)(?:1[0-2]|0?[1-9])月(?:3[01]|[12]\d|0?[1-9])[日号])(?!间)/g,
    weigh: () => 0.8,
  },
  {
    kind: 'date',
    needs: 'any',
    form: /(?<![年一二三四五六七八九十])[一二三四五六七八九十]{1,2}月[一二三四五六七八九十廿]{1,3}[日号]/g,
    weigh: () => 0.75,
  },
  {
    kind: 'date',
    needs: 'any',
    form: /[一二][〇零○一二三四五六七八九]{3}年[一二三四五六七八九十]{1,2}月[一二三四五六七八九十廿]{1,3}[日号]/g,
    weigh: (match) => (parseCalendarDate(match) === null ? 0 : 0.95),
  },
  {
    kind: 'date',
    form: new RegExp(`${NO_LEFT}(?:19|20)\\d{6}${NO_RIGHT}`, 'g'),
    weigh: (match, before) =>
      parseCalendarDate(match) !== null && near(before, /日期|生日|出生|生于|时间|于$|在$|date|born|birth|DOB/i)
        ? 0.9
        : 0,
  },
  {
    kind: 'date',
    needs: 'any',
    form: /(?:农历|阴历)(?:[甲乙丙丁戊己庚辛壬癸][子丑寅卯辰巳午未申酉戌亥]年|\d{4}年|[〇零一二三四五六七八九]{4}年)?闰?[正二三四五六七八九十冬腊]{1,2}月(?:初[一二三四五六七八九十]|[十廿三]?[一二三四五六七八九十]{1,2})/g,
    weigh: () => 0.9,
  },
  {
    kind: 'date',
    form: /\b(?:(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sep(?:t(?:ember)?)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4}|\d{1,2}(?:st|nd|rd|th)? (?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sep(?:t(?:ember)?)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?,? \d{4}|\d{1,2}\/\d{1,2}\/(?:19|20)\d{2})\b/g,
    weigh: () => 0.93,
  },
  {
    kind: 'postcode',
    cued: true,
    form: /(?:邮编|邮政编码|邮码)[:：为是]?\s?(\d{6})(?!\d)/g,
    weigh: () => 0.93,
  },
  {
    kind: 'organisation-code',
    needs: 'upper',
    form: new RegExp(`${NO_LEFT}[0-9A-Z]{8}-[0-9X]${NO_RIGHT}`, 'g'),
    weigh: checked('organisation-code', /组织机构/, 0.85),
  },
  {
    kind: 'medical-record',
    cued: true,
    form: /(?:病历号|病案号|住院号|门诊号|就诊号|就诊卡号|登记号|MRN|medical record (?:number|no\.?))[码]?\s?(?:是|为|is|[:：#])?\s?([A-Z]{0,4}-?\d{4,14})(?![\dA-Za-z])/gi,
    weigh: () => 0.95,
  },
  {
    kind: 'medical-insurance',
    cued: true,
    form: /(?:医保号|医保卡号|医保编号|参保号|医疗保险号)[码]?\s?(?:是|为|[:：])?\s?([A-Z]{0,4}\d{6,18})(?![\dA-Za-z])/gi,
    weigh: () => 0.95,
  },
  {
    kind: 'social-security-card',
    cued: true,
    form: /(?:社保卡号|社保号|社保编号|社会保障卡号)[码]?\s?(?:是|为|[:：])?\s?([A-Z0-9]\d{6,17})(?![\dA-Za-z])/gi,
    weigh: () => 0.95,
  },
  {
    kind: 'driving-licence',
    cued: true,
    form: /(?:档案编号|档案号|驾驶证号|驾照号)[码]?\s?(?:是|为|[:：])?\s?(\d{12})(?!\d)/g,
    weigh: () => 0.93,
  },
  {
    kind: 'account',
    needs: 'any',
    cued: true,
    form: /(?:微信号?|QQ号?|qq|支付宝(?:账号)?|WeChat(?: ID)?|抖音号)[码]?\s?(?:是|为|is|[:：])?\s?([A-Za-z0-9_][A-Za-z0-9_-]{4,29})(?![A-Za-z0-9_@])/gi,
    weigh: (match) => (/^(?:is|are|号码|account)$/i.test(match) ? 0 : 0.85),
  },
  {
    kind: 'account',
    cued: true,
    form: /(?:学号|工号|准考证号|警号|员工号|employee (?:ID|number|no\.?)|student (?:ID|number|no\.?))[码]?\s?(?:是|为|is|[:：#])?\s?([A-Z]{0,4}-?\d{4,18})(?![\dA-Za-z])/gi,
    weigh: () => 0.9,
  },
];

/** All numbers in a text whose full-width characters were made half-width one for one. */
export function numbersIn(text: string): Candidate[] {
  const found: Candidate[] = [];
  const holds = {
    digits: /\d{4}/.test(text),
    at: text.includes('@'),
    upper: /[A-Z]/.test(text) && /\d/.test(text),
    any: true,
    colon: text.includes(':') || text.includes('-'),
    point: /\d\.\d/.test(text),
  };
  for (const { kind, form, weigh, cued, needs } of patterns) {
    if (!holds[needs ?? 'digits']) continue;
    form.lastIndex = 0;
    for (let match = form.exec(text); match !== null; match = form.exec(text)) {
      const value = cued === true ? (match[1] as string) : match[0];
      const end = match.index + match[0].length;
      const start = end - value.length;
      const confidence = weigh(value, text.slice(Math.max(0, start - 24), start), text.slice(end, end + 12));
      if (confidence > 0) found.push({ start, end, kind, confidence });
      // A rejected longer match must not hide a shorter one that begins inside it.
      else form.lastIndex = match.index + 1;
    }
  }
  return found;
}
