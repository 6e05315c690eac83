/**
 * Number plates and vehicle identification numbers.
 *
 * Sources: GA 36-2018 (plates: province character, authority letter, five characters without I and O; new-energy plates: six,
 * with a letter of the kind first or last; 学 警 领 挂 使 港 澳); GB 16735-2019 / ISO 3779 (VIN, 17 characters without I, O, Q, check
 * digit at position 9 as in 49 CFR 565). Chinese VINs carry the check digit; European ones need not.
 * @module
 */
import { compact, finding, type IdentifierSpec, invalid, type Validation, valid } from './spec.js';

const PROVINCES = '京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼';
const SERIAL = 'A-HJ-NP-Z0-9';
const PLATE = new RegExp(
  `^(?:[${PROVINCES}][A-HJ-Z](?:[${SERIAL}]{4}[${SERIAL}挂学警港澳试超]|[A-HJ-NP-Z][${SERIAL}]\\d{4}|\\d{5}[A-HJ-NP-Z])` +
    `|[${PROVINCES}](?:[A-HJ-Z]\\d{3,5}|\\d{5})领|使\\d{6}|\\d{6}使|使\\d{3}[${SERIAL}]{3}|WJ[${PROVINCES}]?\\d{4}[A-Z0-9]|[A-Z]{2}\\d{5})$`,
);
/** New-energy plates: letters of pure electric (A-E) and other new-energy cars (F-K). */
const NEW_ENERGY = new RegExp(`^[${PROVINCES}][A-Z](?:[A-HJ-K][${SERIAL}]\\d{4}|\\d{5}[A-HJ-K])$`);

function validatePlate(value: string): Validation {
  if (!PLATE.test(value)) return invalid('format');
  if (/^[A-Z]{2}\d{5}$/.test(value)) return valid(finding('military'));
  return NEW_ENERGY.test(value) ? valid(finding('new-energy')) : valid();
}

/** Number plate. */
export const plate: IdentifierSpec = {
  kind: 'plate',
  columnKind: 'plate',
  label: { en: 'number plate', zh: '机动车号牌号码' },
  headers: [
    '车牌',
    '车牌号',
    '车牌号码',
    '号牌号码',
    '号牌',
    '机动车号牌',
    '车辆牌照',
    '牌照号',
    '车号',
    'chepai',
    'chepaihao',
    'cph',
    'hphm',
    'plate',
    'plateno',
    'platenumber',
    'licenseplate',
    'licenceplate',
    'carnumber',
    'vehicleplate',
    'carno',
  ],
  domainSize: 31 * 24 * 34 ** 5,
  chance: 0.01,
  validate: validatePlate,
  normalize: (value) => {
    const text = compact(value).replace(/[•・●]/g, '');
    return PLATE.test(text) ? text : null;
  },
  masks: [
    { name: '3+1', keepFirst: 3, keepLast: 1, source: 'Hutool DesensitizedUtil.carLicense (苏D4***0, 陕A1****D)' },
  ],
};

const VIN_VALUES: Readonly<Record<string, number>> = {
  A: 1,
  B: 2,
  C: 3,
  D: 4,
  E: 5,
  F: 6,
  G: 7,
  H: 8,
  J: 1,
  K: 2,
  L: 3,
  M: 4,
  N: 5,
  P: 7,
  R: 9,
  S: 2,
  T: 3,
  U: 4,
  V: 5,
  W: 6,
  X: 7,
  Y: 8,
  Z: 9,
};
const VIN_WEIGHTS = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];

function validateVin(value: string): Validation {
  if (!/^[A-HJ-NPR-Z0-9]{17}$/.test(value)) return invalid('format');
  let sum = 0;
  for (let i = 0; i < 17; i++) {
    const c = value.charAt(i);
    sum += (VIN_VALUES[c] ?? Number(c)) * (VIN_WEIGHTS[i] as number);
  }
  return '0123456789X'.charAt(sum % 11) === value.charAt(8) ? valid() : invalid('check-digit');
}

/** Vehicle identification number. */
export const vin: IdentifierSpec = {
  kind: 'vin',
  columnKind: 'vin',
  label: { en: 'vehicle identification number', zh: '车辆识别代号' },
  headers: [
    '车架号',
    '车架号码',
    '车辆识别代号',
    '车辆识别代码',
    '车辆识别码',
    '大架号',
    'vin码',
    'vin号',
    'chejiahao',
    'cjh',
    'clsbdh',
    'vin',
    'vinno',
    'vincode',
    'vinnumber',
    'chassisno',
    'chassisnumber',
    'frameno',
  ],
  domainSize: null,
  chance: 1 / 11,
  validate: validateVin,
  normalize: (value) => {
    const text = compact(value);
    return validateVin(text).valid ? text : null;
  },
  masks: [{ name: '8+0', keepFirst: 8, keepLast: 0, source: 'maker and model section only' }],
};
