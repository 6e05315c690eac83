/**
 * Mobile and fixed telephone numbers of the mainland.
 *
 * Source: 电信网编号计划 (numbering plan of the Ministry of Industry and Information Technology, 2017, and later allocations):
 * mobile 1[3-9] and nine digits; fixed: area code 10, 2x or three digits, then seven or eight digits not beginning with 0 or 1.
 * Whether a three-digit segment was given out is a finding.
 * @module
 */
import { compact, finding, type IdentifierSpec, invalid, toHalfWidth, type Validation, valid } from './spec.js';

/** Three-digit segments by carrier, state of 2024; 165, 167, 170, 171, 162 are virtual operators. */
export const mobileSegments: Readonly<Record<string, readonly string[]>> = {
  中国移动: '134 135 136 137 138 139 144 147 148 150 151 152 157 158 159 172 178 182 183 184 187 188 195 197 198'.split(
    ' ',
  ),
  中国联通: '130 131 132 140 145 146 155 156 166 175 176 185 186 196'.split(' '),
  中国电信: '133 141 149 153 173 174 177 180 181 189 190 191 193 199'.split(' '),
  中国广电: '192'.split(' '),
  虚拟运营商: '162 165 167 170 171'.split(' '),
};

const carrierOf = new Map(
  Object.entries(mobileSegments).flatMap(([carrier, list]) => list.map((segment) => [segment, carrier] as const)),
);

function validateMobile(value: string): Validation {
  const match = /^(?:\+86|0086)?(1[3-9]\d{9})$/.exec(value);
  if (match === null) return invalid('format');
  const carrier = carrierOf.get((match[1] as string).slice(0, 3));
  return valid(carrier === undefined ? finding('segment-unknown') : finding('carrier', carrier));
}

function normalizeMobile(value: string): string | null {
  const digits = compact(value).replace(/[()]/g, '');
  const match = /^(?:\+?86|0086|\+?0086|0)?(1[3-9]\d{9})$/.exec(digits);
  return match === null ? null : (match[1] as string);
}

/** Mobile number. */
export const mobile: IdentifierSpec = {
  kind: 'mobile',
  columnKind: 'mobile',
  label: { en: 'mobile number', zh: '手机号码' },
  headers: [
    '手机',
    '手机号',
    '手机号码',
    '移动电话',
    '联系电话',
    '联系方式',
    '联系手机',
    '电话',
    '电话号码',
    '本人电话',
    '家长电话',
    '紧急联系人电话',
    '法人手机',
    '预留手机号',
    'shouji',
    'shoujihao',
    'shoujihaoma',
    'sjh',
    'sjhm',
    'lxdh',
    'lxfs',
    'yddh',
    'mobile',
    'mobileno',
    'mobilenumber',
    'mobilephone',
    'phone',
    'phoneno',
    'phonenumber',
    'cellphone',
    'cell',
    'tel',
    'telno',
    'msisdn',
    'contactnumber',
    'contactphone',
  ],
  domainSize: 7 * 10 ** 9,
  chance: 0.07,
  validate: validateMobile,
  normalize: normalizeMobile,
  masks: [
    {
      name: '3+4',
      keepFirst: 3,
      keepLast: 4,
      source: 'common (138****1234); hides 4 digits, below the 6 of the express waybill standard',
    },
    {
      name: '3+2',
      keepFirst: 3,
      keepLast: 2,
      source: 'national standard for electronic express waybills, 2023: at least 6 digits hidden',
    },
  ],
};

/** Area codes of two and three digits (without the leading 0) of the mainland. */
const AREA = /^(?:10|2[0-57-9]|[3-9]\d{2})$/;

function landlineParts(value: string): { area: string; number: string; extension: string | null } | null {
  const match =
    /^(?:\+?86[- ]?|0086[- ]?)?[（(]?0?(10|2[0-57-9]|[3-9]\d{2})[)）]?[- ]?([2-9]\d{6,7})(?:(?:[-转#*]|ext\.?)(\d{1,6}))?$/i.exec(
      value,
    );
  if (match === null) return null;
  const [, area, number, extension] = match as unknown as [string, string, string, string | undefined];
  // Two-digit areas (Beijing and 2x) have eight digits.
  if (area.length === 2 && number.length !== 8) return null;
  return { area, number, extension: extension ?? null };
}

function validateLandline(value: string): Validation {
  if (/^(?:400|800)-?\d{3}-?\d{4}$/.test(value)) return valid(finding('service-number'));
  if (!/^(?:\+86|0086)?[- ]?[（(]?0/.test(value) && !/^(?:\+86|0086)/.test(value)) {
    // Without the area code: seven or eight digits, which many other numbers are too.
    return /^[2-9]\d{6,7}$/.test(value) ? valid(finding('no-area-code')) : invalid('format');
  }
  const parts = landlineParts(value);
  return parts !== null && AREA.test(parts.area) ? valid() : invalid('format');
}

/** Fixed telephone number, with or without area code and extension; service numbers 400 and 800. */
export const landline: IdentifierSpec = {
  kind: 'landline',
  columnKind: 'landline',
  label: { en: 'fixed telephone number', zh: '固定电话' },
  headers: [
    '固定电话',
    '固话',
    '座机',
    '座机号',
    '办公电话',
    '单位电话',
    '家庭电话',
    '住宅电话',
    '传真',
    '传真号码',
    '值班电话',
    '监督电话',
    '服务电话',
    'gudingdianhua',
    'zuoji',
    'bgdh',
    'dwdh',
    'landline',
    'telephone',
    'telephoneno',
    'officephone',
    'officetel',
    'homephone',
    'homephonenumber',
    'workphone',
    'fax',
    'faxno',
  ],
  domainSize: null,
  chance: 0.05,
  validate: validateLandline,
  normalize: (value) => {
    const text = toHalfWidth(value).trim().replace(/\s+/g, '');
    const parts = landlineParts(text) ?? landlineParts(`0${text}`);
    if (parts !== null && (/^\(?0[^0]/.test(text) || /^(?:\+?86-?|0086-?)/.test(text))) {
      return `0${parts.area}-${parts.number}${parts.extension === null ? '' : `-${parts.extension}`}`;
    }
    const digits = text.replace(/-/g, '');
    return /^(?:(?:400|800)\d{7}|[2-9]\d{6,7})$/.test(digits) ? digits : null;
  },
  masks: [{ name: '4+2', keepFirst: 4, keepLast: 2, source: 'Hutool DesensitizedUtil.fixedPhone' }],
};
