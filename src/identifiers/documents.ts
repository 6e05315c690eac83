/**
 * Further numbers of persons and devices: officer ID, driving-licence file, social-security card, medical insurance, medical
 * record, IMEI.
 *
 * Sources: 军官证 as printed (军字第..号); GA 482 (the licence number is the resident ID, the file number has 12 digits);
 * LD/T 32 (social-security card number, one letter and eight digits); 3GPP TS 23.003 section 6 (IMEI, Luhn). Medical record numbers are
 * each hospital's own: only their header tells them.
 * @module
 */
import { luhnValid } from './check-digits.js';
import { compact, type IdentifierSpec, invalid, toHalfWidth, valid } from './spec.js';

const TWO_TWO = [{ name: '2+2', keepFirst: 2, keepLast: 2, source: 'as passport' }];
const OFFICER = /^[\u4e00-\u9fa5]{1,4}字第(?:[\u4e00-\u9fa5]?\d{4,8})号?$/;

/** Officer and soldier ID (军官证、士兵证、武警警官证). */
export const officerId: IdentifierSpec = {
  kind: 'officer-id',
  columnKind: 'identifier',
  label: { en: 'officer ID', zh: '军官证号' },
  headers: [
    '军官证',
    '军官证号',
    '军官证号码',
    '士兵证',
    '士兵证号',
    '武警警官证',
    '军人证件号',
    '警官证号',
    'junguanzheng',
    'jgz',
    'jgzh',
    'officerid',
    'militaryid',
  ],
  domainSize: null,
  chance: 0.001,
  validate: (value) => (OFFICER.test(value) ? valid() : invalid('format')),
  normalize: (value) => {
    const text = toHalfWidth(value).replace(/\s/g, '');
    if (!OFFICER.test(text)) return null;
    return text.endsWith('号') ? text : `${text}号`;
  },
  masks: TWO_TWO,
};

function digitsOnly(form: RegExp): Pick<IdentifierSpec, 'validate' | 'normalize'> {
  return {
    validate: (value) => (form.test(value) ? valid() : invalid('format')),
    normalize: (value) => {
      const text = compact(value);
      return form.test(text) ? text : null;
    },
  };
}

/** File number of a driving licence (驾驶证档案编号): 12 digits beginning with a region. */
export const drivingLicenceFile: IdentifierSpec = {
  kind: 'driving-licence',
  columnKind: 'identifier',
  label: { en: 'driving-licence file number', zh: '驾驶证档案编号' },
  headers: [
    '驾驶证档案编号',
    '驾驶证档案号',
    '档案编号',
    '驾照档案号',
    '驾驶证编号',
    'jiashizheng',
    'jszdabh',
    'drivinglicence',
    'drivinglicense',
    'driverlicense',
    'driverlicence',
    'licenseno',
    'licenceno',
  ],
  domainSize: null,
  chance: 0.8,
  ...digitsOnly(/^[1-9]\d{11}$/),
  masks: [{ name: '4+2', keepFirst: 4, keepLast: 2, source: 'as fixed telephone' }],
};

/** Number of a social-security card: a letter or digit and eight digits; newer cards print the resident ID. */
export const socialSecurityCard: IdentifierSpec = {
  kind: 'social-security-card',
  columnKind: 'identifier',
  label: { en: 'social-security card number', zh: '社会保障卡号' },
  headers: [
    '社保卡号',
    '社会保障卡号',
    '社保号',
    '社保编号',
    '社保账号',
    '个人社保编号',
    'shebaokahao',
    'sbkh',
    'sbh',
    'socialsecuritycard',
    'socialsecurityno',
    'socialsecuritynumber',
    'ssn',
  ],
  domainSize: null,
  chance: 0.1,
  ...digitsOnly(/^[A-Z0-9]\d{8}$/),
  masks: TWO_TWO,
};

/** Number of a medical-insurance account (医保号). */
export const medicalInsurance: IdentifierSpec = {
  kind: 'medical-insurance',
  columnKind: 'identifier',
  label: { en: 'medical-insurance number', zh: '医疗保险号' },
  headers: [
    '医保号',
    '医保卡号',
    '医保编号',
    '医疗保险号',
    '医疗保险卡号',
    '参保号',
    '参保编号',
    '个人医保编号',
    'yibaohao',
    'yibaokahao',
    'ybh',
    'ybkh',
    'cbh',
    'medicalinsuranceno',
    'medicalinsurancenumber',
    'healthinsuranceno',
  ],
  domainSize: null,
  chance: 0.5,
  ...digitsOnly(/^[A-Z]{0,4}\d{8,16}$/),
  masks: TWO_TWO,
};

/** Number of a medical record, admission or outpatient visit. */
export const medicalRecord: IdentifierSpec = {
  kind: 'medical-record',
  columnKind: 'identifier',
  label: { en: 'medical record number', zh: '病历号' },
  headers: [
    '病历号',
    '病案号',
    '住院号',
    '门诊号',
    '就诊号',
    '就诊卡号',
    '病人id',
    '患者id',
    '患者编号',
    '病人编号',
    'binglihao',
    'blh',
    'bah',
    'zyh',
    'mzh',
    'jzh',
    'mrn',
    'medicalrecordno',
    'medicalrecordnumber',
    'patientid',
    'patientno',
    'admissionno',
    'visitno',
  ],
  domainSize: null,
  chance: 1,
  ...digitsOnly(/^[A-Z]{0,4}\d{4,14}$/),
  masks: TWO_TWO,
};

/** International mobile equipment identity: 15 digits with a Luhn digit. */
export const imei: IdentifierSpec = {
  kind: 'imei',
  columnKind: 'identifier',
  label: { en: 'IMEI', zh: '国际移动设备识别码' },
  headers: ['imei', 'imei号', '设备串号', '手机串号', '串号', 'imeino', 'imeinumber'],
  domainSize: 10 ** 14,
  chance: 0.1,
  validate: (value) =>
    !/^\d{15}$/.test(value) ? invalid('format') : luhnValid(value) ? valid() : invalid('check-digit'),
  normalize: (value) => {
    const text = compact(value).replace(/\//g, '');
    return /^\d{15}$/.test(text) && luhnValid(text) ? text : null;
  },
  masks: [{ name: '8+0', keepFirst: 8, keepLast: 0, source: 'type allocation code only' }],
};
