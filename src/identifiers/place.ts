/**
 * Region codes and postcodes.
 *
 * Sources: GB/T 2260 (six digits; nine and twelve digits of the statistical codes go down to township and village);
 * postcode ranges by the first two digits as used by China Post.
 * @module
 */
import { isKnownRegion, regionAt } from './regions.js';
import { compact, finding, type IdentifierSpec, invalid, type Validation, valid } from './spec.js';

function validateRegion(value: string): Validation {
  const match = /^([1-9]\d{5})(?:\d{3}|\d{6})?$/.exec(value);
  if (match === null) return invalid('format');
  const code = match[1] as string;
  if (!isKnownRegion(code)) return invalid('prefix', finding('region-unknown'));
  const found = regionAt(code, 2023);
  const names = [found.province, found.city, found.county].filter((name) => name !== null).join(' ');
  return found.status === 'in-force'
    ? valid(finding('region', names))
    : valid(finding('region', names), finding('region-not-in-force'));
}

/** Region code: six digits, or nine or twelve with township and village. */
export const regionCode: IdentifierSpec = {
  kind: 'region-code',
  columnKind: 'region-code',
  label: { en: 'region code', zh: '行政区划代码' },
  headers: [
    '行政区划代码',
    '区划代码',
    '行政区划',
    '区划',
    '地区代码',
    '区域代码',
    '行政区代码',
    '所属区划',
    '户籍地区划',
    '县区代码',
    '区县代码',
    '籍贯代码',
    'xingzhengquhua',
    'quhuadaima',
    'xzqh',
    'xzqhdm',
    'qhdm',
    'dqdm',
    'regioncode',
    'areacode',
    'adcode',
    'divisioncode',
    'admincode',
    'countycode',
    'citycode',
    'districtcode',
    'provincecode',
  ],
  domainSize: 6111,
  chance: 0.007,
  validate: validateRegion,
  normalize: (value) => {
    const text = compact(value);
    return validateRegion(text).valid ? text : null;
  },
  masks: [{ name: 'prefecture', keepFirst: 4, keepLast: 0, source: 'generalisation to the prefecture' }],
};

const POSTCODE = /^(?:0[1-7]|1[012356]|2[0-7]|3[0-6]|4[0-7]|5[1-7]|6[1-7]|7[1-5]|8[1345]|9[09])\d{4}$/;

/** Postcode: six digits with a first pair that China Post uses. */
export const postcode: IdentifierSpec = {
  kind: 'postcode',
  columnKind: 'postcode',
  label: { en: 'postcode', zh: '邮政编码' },
  headers: [
    '邮编',
    '邮政编码',
    '邮政编号',
    'youbian',
    'yzbm',
    'yb',
    'postcode',
    'postalcode',
    'zip',
    'zipcode',
    'postcd',
  ],
  domainSize: 52 * 10_000,
  chance: 0.52,
  validate: (value) => (POSTCODE.test(value) ? valid() : invalid('format')),
  normalize: (value) => {
    const text = compact(value);
    return POSTCODE.test(text) ? text : null;
  },
  masks: [{ name: '2+0', keepFirst: 2, keepLast: 0, source: 'province only' }],
};
