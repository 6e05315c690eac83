/**
 * Personal names: Chinese (single and compound surnames), minority names with ·, pinyin and Western names.
 *
 * Source: surnames and characters of `tables/`; 民政部 and GA rules on writing minority names with the middle dot (U+00B7). There is no
 * check digit: validity is a form with a listed surname, and a whole column decides better than a cell.
 * @module
 */
import { finding, type IdentifierSpec, invalid, toHalfWidth, type Validation, valid } from './spec.js';
import { isFrequentSurname, surnameOf } from './surnames.js';
import { englishGivenNames, englishSurnames, givenNameCharacters, pinyinSurnames } from './tables/given-names.js';
import { notNameWords } from './tables/not-names.js';

const givenCharacters = new Set(givenNameCharacters);
const english = new Set(englishGivenNames);
const westernSurnames = new Set(englishSurnames);
const pinyin = new Set(pinyinSurnames);
const DOTS = /[·•‧・･∙⋅．.]/g;
const MINORITY = /^[\u3400-\u9fff]{1,20}(?:·[\u3400-\u9fff]{1,20}){1,5}$/;
const HAN = /^[\u3400-\u4dbf\u4e00-\u9fff\u{20000}-\u{323af}]+$/u;
const TITLE = /^(?:mr|mrs|ms|miss|dr|prof)\.?\s+/i;

/** Words that begin with a surname character and are no names. */
const NOT_NAMES = new Set(notNameWords.trim().split(/\s+/));

/** True for a listed word that begins like a name and is none. */
export function isNotAName(word: string): boolean {
  return NOT_NAMES.has(word);
}

/** How much a string looks like a Chinese name of a person, 0 to 1: surname, length, characters usual in given names. */
export function chineseNameScore(text: string): number {
  const name = text.replace(DOTS, '·');
  if (name.includes('·')) return MINORITY.test(name) ? 0.9 : 0;
  const characters = [...name];
  if (characters.length < 2 || characters.length > 6 || !HAN.test(name) || NOT_NAMES.has(name)) return 0;
  const surname = surnameOf(name);
  if (surname === null) return 0;
  const rest = [...name.slice(surname.length)];
  if (rest.length < 1 || rest.length > 3) return 0;
  const usual = rest.filter((character) => givenCharacters.has(character)).length / rest.length;
  const base = surname.length > 1 ? 0.75 : isFrequentSurname(surname) ? 0.55 : 0.3;
  const lengthCost = rest.length === 3 ? 0.35 : 0;
  return Math.max(0, Math.min(1, base + 0.4 * usual - lengthCost));
}

/** How much a string looks like a name in Latin letters (English or pinyin), 0 to 1. */
export function latinNameScore(text: string): number {
  const name = text.trim().replace(TITLE, '');
  if (!/^[\p{Lu}\p{Ll}][\p{L}'’.-]*(?:[ ,]+[\p{L}][\p{L}'’.-]*){1,3}$/u.test(name)) return 0;
  const words = name
    .toLowerCase()
    .split(/[ ,.]+/)
    .filter((word) => word !== '');
  const first = words[0] as string;
  const last = words.at(-1) as string;
  const given = words.some((word) => english.has(word));
  const family = words.some((word) => westernSurnames.has(word));
  const chinese = (pinyin.has(first) || pinyin.has(last)) && words.every((word) => /^[a-zü'-]{2,12}$/.test(word));
  if (given && family) return 0.95;
  if (chinese && words.length <= 3) return 0.8;
  if (given) return 0.75;
  return family ? 0.6 : 0;
}

/** True when a word is one of the listed English given names. */
export function isEnglishGivenName(word: string): boolean {
  return english.has(word.toLowerCase());
}

/** True when a word is a listed Western surname or the pinyin of a frequent Chinese one. */
export function isLatinSurname(word: string): boolean {
  const lower = word.toLowerCase();
  return westernSurnames.has(lower) || pinyin.has(lower);
}

function validate(value: string): Validation {
  const text = value.replace(DOTS, '·');
  if (MINORITY.test(text)) return valid(finding('minority-form'));
  if (HAN.test(value)) {
    const count = [...value].length;
    if (count < 2 || count > 6 || NOT_NAMES.has(value)) return invalid('format');
    const surname = surnameOf(value);
    if (surname === null) return valid(finding('surname-unknown'));
    return count - surname.length <= 3 ? valid() : invalid('format');
  }
  return latinNameScore(value) > 0 ? valid(finding('latin')) : invalid('format');
}

/** Name of a person. */
export const personName: IdentifierSpec = {
  kind: 'person-name',
  columnKind: 'person-name',
  label: { en: 'name of a person', zh: '姓名' },
  headers: [
    '姓名',
    '名字',
    '真实姓名',
    '中文姓名',
    '英文姓名',
    '姓名拼音',
    '客户姓名',
    '患者姓名',
    '病人姓名',
    '学生姓名',
    '教师姓名',
    '员工姓名',
    '联系人',
    '联系人姓名',
    '法定代表人',
    '法人',
    '法人代表',
    '负责人',
    '户主',
    '户主姓名',
    '申请人',
    '申请人姓名',
    '经办人',
    '收件人',
    '收货人',
    '寄件人',
    '配偶姓名',
    '父亲姓名',
    '母亲姓名',
    '监护人',
    '监护人姓名',
    '曾用名',
    '持卡人',
    '开户人',
    '投保人',
    '被保险人',
    '当事人',
    '医生姓名',
    '主治医师',
    '登记人',
    '老师',
    'xingming',
    'xm',
    'mingzi',
    'lxr',
    'fddbr',
    'hzxm',
    'name',
    'fullname',
    'realname',
    'truename',
    'personname',
    'firstname',
    'lastname',
    'givenname',
    'familyname',
    'surname',
    'custname',
    'customername',
    'clientname',
    'patientname',
    'studentname',
    'employeename',
    'username',
    'contactname',
    'contactperson',
    'contact',
    'legalperson',
    'legalrepresentative',
    'owner',
    'ownername',
    'applicant',
    'guardian',
    'spousename',
    'holder',
    'cardholder',
    'recipient',
  ],
  domainSize: null,
  chance: 0.1,
  validate,
  normalize: (value) => {
    const half = toHalfWidth(value).normalize('NFC').trim();
    // Han names lose inner spaces (王　伟 = 王伟); minority names get U+00B7; Latin names single spaces and upper case.
    if (/[\u3400-\u9fff]/.test(half)) {
      const text = half.replace(/\s+/g, '').replace(DOTS, '·');
      return text === '' || /[0-9@#]/.test(text) ? null : text;
    }
    const latin = half.replace(/\s+/g, ' ').toUpperCase();
    return /^\p{L}[\p{L}'’.,\- ]*$/u.test(latin) ? latin : null;
  },
  masks: [
    { name: '1+0', keepFirst: 1, keepLast: 0, source: 'Hutool DesensitizedUtil.chineseName (张**)' },
    { name: '0+1', keepFirst: 0, keepLast: 1, source: 'common (*梦)' },
    { name: '1+1', keepFirst: 1, keepLast: 1, source: 'common (张*梦)' },
  ],
};
