/**
 * Travel permits between the mainland, Hong Kong, Macao and Taiwan, and identity cards of Hong Kong and Taiwan.
 *
 * Sources: permit forms of the National Immigration Administration (number on the card); Hong Kong identity card: check digit
 * modulo 11 (Immigration Department form); Taiwan identity card: letter of the county and check digit modulo 10 (國民身分證統一編號).
 * @module
 */
import { compact, finding, type IdentifierSpec, invalid, toHalfWidth, type Validation, valid } from './spec.js';

function byForm(form: RegExp): Pick<IdentifierSpec, 'validate' | 'normalize'> {
  return {
    validate: (value) => (form.test(value) ? valid() : invalid('format')),
    normalize: (value) => {
      const text = compact(value).replace(/[()（）]/g, '');
      return form.test(text) ? text : null;
    },
  };
}

const PERMIT_MASKS = [{ name: '2+2', keepFirst: 2, keepLast: 2, source: 'as passport' }];

/** Mainland travel permit of residents of Hong Kong and Macao (回乡证): H or M, eight digits, two digits of reissue. */
export const hkMacaoPermit: IdentifierSpec = {
  kind: 'hk-macao-permit',
  columnKind: 'permit',
  label: { en: 'mainland travel permit (Hong Kong, Macao)', zh: '港澳居民来往内地通行证' },
  headers: [
    '回乡证',
    '回乡证号',
    '港澳通行证',
    '港澳通行证号',
    '港澳居民来往内地通行证',
    '来往内地通行证',
    '通行证号',
    '通行证',
    'huixiangzheng',
    'gatxz',
    'txzh',
    'hkmacaopermit',
    'homereturnpermit',
    'travelpermit',
    'travelpermitno',
    'permitno',
    'permitnumber',
  ],
  domainSize: 2 * 10 ** 8,
  chance: 0.08,
  ...byForm(/^[HM]\d{8}(?:\d{2})?$/),
  masks: PERMIT_MASKS,
};

/** Mainland travel permit of residents of Taiwan (台胞证): eight digits, before 2015 ten with a letter in brackets. */
export const taiwanPermit: IdentifierSpec = {
  kind: 'taiwan-permit',
  columnKind: 'permit',
  label: { en: 'mainland travel permit (Taiwan)', zh: '台湾居民来往大陆通行证' },
  headers: [
    '台胞证',
    '台胞证号',
    '台湾居民来往大陆通行证',
    '台湾通行证',
    'taibaozheng',
    'tbz',
    'tbzh',
    'taiwanpermit',
    'mtp',
  ],
  domainSize: 10 ** 8,
  chance: 1,
  ...byForm(/^(?:\d{8}|\d{10}[A-Z])$/),
  masks: PERMIT_MASKS,
};

/** Permits of mainland residents to Hong Kong, Macao (C, W) and Taiwan (L, T). */
export const mainlandExitPermit: IdentifierSpec = {
  kind: 'mainland-exit-permit',
  columnKind: 'permit',
  label: { en: 'exit permit to Hong Kong, Macao, Taiwan', zh: '往来港澳、台湾通行证' },
  headers: [
    '往来港澳通行证',
    '往来台湾通行证',
    '往来港澳通行证号',
    '往来台湾通行证号',
    '大陆居民往来台湾通行证',
    'wlgatxz',
    'exitpermit',
  ],
  domainSize: null,
  chance: 0.08,
  ...byForm(/^(?:[CW]\d{8}|C[A-HJ-NP-Z]\d{7}|[LT]\d{8})$/),
  masks: PERMIT_MASKS,
};

function validateHongKong(value: string): Validation {
  const match = /^([A-Z]{1,2})(\d{6})(?:\(([\dA])\)|\[([\dA])\]|([\dA]))$/.exec(value);
  if (match === null) return invalid('format');
  const letters = match[1] as string;
  const digits = match[2] as string;
  const check = (match[3] ?? match[4] ?? match[5]) as string;
  // A missing first letter counts as a space with the value 36; A = 10.
  const values =
    letters.length === 1 ? [36, letters.charCodeAt(0) - 55] : [letters.charCodeAt(0) - 55, letters.charCodeAt(1) - 55];
  for (const digit of digits) values.push(Number(digit));
  values.push(check === 'A' ? 10 : Number(check));
  const sum = values.reduce((total, one, i) => total + one * (9 - i), 0);
  return sum % 11 === 0 ? valid() : invalid('check-digit');
}

/** Identity card of Hong Kong, check digit in brackets or not. */
export const hongKongId: IdentifierSpec = {
  kind: 'hk-id',
  columnKind: 'permit',
  label: { en: 'Hong Kong identity card', zh: '香港居民身份证' },
  headers: [
    '香港身份证',
    '香港身份证号',
    '香港居民身份证',
    '香港居民身份证号',
    'hkid',
    'hkidno',
    'hkidcard',
    'hongkongid',
  ],
  domainSize: 26 * 27 * 10 ** 6,
  chance: 1 / 11,
  validate: validateHongKong,
  normalize: (value) => {
    const text = compact(value).replace(/[()[\]（）]/g, '');
    if (!validateHongKong(text).valid) return null;
    return `${text.slice(0, -1)}(${text.slice(-1)})`;
  },
  masks: [{ name: '1+0', keepFirst: 1, keepLast: 0, source: 'first letter only' }],
};

const TAIWAN_LETTERS = 'ABCDEFGHJKLMNPQRSTUVXYWZIO';

function validateTaiwan(value: string): Validation {
  const old = /^[A-Z][A-D]\d{8}$/.test(value);
  if (!old && !/^[A-Z][1289]\d{8}$/.test(value)) return invalid('format');
  const letter = TAIWAN_LETTERS.indexOf(value.charAt(0)) + 10;
  const second = old ? (TAIWAN_LETTERS.indexOf(value.charAt(1)) + 10) % 10 : Number(value.charAt(1));
  let sum = Math.floor(letter / 10) + (letter % 10) * 9 + second * 8;
  for (let i = 2; i < 9; i++) sum += Number(value.charAt(i)) * (9 - i);
  sum += Number(value.charAt(9));
  if (sum % 10 !== 0) return invalid('check-digit');
  return old || /^[A-Z][89]/.test(value) ? valid(finding('resident-certificate')) : valid();
}

/** Identity card of Taiwan and the resident certificate of the same form. */
export const taiwanId: IdentifierSpec = {
  kind: 'tw-id',
  columnKind: 'permit',
  label: { en: 'Taiwan identity card', zh: '台湾居民身份证' },
  headers: [
    '台湾身份证',
    '台湾身份证号',
    '台湾居民身份证',
    '國民身分證',
    '身分證字號',
    '身分證號',
    'twid',
    'twidno',
    'taiwanid',
  ],
  domainSize: 26 * 4 * 10 ** 7,
  chance: 0.1,
  validate: validateTaiwan,
  normalize: (value) => {
    const text = compact(toHalfWidth(value));
    return validateTaiwan(text).valid ? text : null;
  },
  masks: [{ name: '1+3', keepFirst: 1, keepLast: 3, source: 'go-masker (A12345****) and common' }],
};
