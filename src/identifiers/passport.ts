/**
 * Passport numbers of the PRC, Hong Kong and Macao.
 *
 * Source: forms in use: G or E and eight digits, E and a letter (no I, O) and seven digits (since 2017), D, S, P, DE, SE, PE
 * (diplomatic, service, public affairs), K or KJ (Hong Kong), MA (Macao). No check digit is printed in the number itself.
 * @module
 */
import { compact, type IdentifierSpec, invalid, valid } from './spec.js';

const FORM = /^(?:[GE]\d{8}|E[A-HJ-NP-Z]\d{7}|[DSP]\d{8}|(?:DE|SE|PE|KJ|MA)\d{7}|K\d{8})$/;

/** Passport number. */
export const passport: IdentifierSpec = {
  kind: 'passport',
  columnKind: 'passport',
  label: { en: 'passport number', zh: '护照号码' },
  headers: [
    '护照',
    '护照号',
    '护照号码',
    '护照编号',
    'huzhao',
    'huzhaohao',
    'hzh',
    'hzhm',
    'passport',
    'passportno',
    'passportnum',
    'passportnumber',
    'passportid',
  ],
  domainSize: 2 * 10 ** 8 + 24 * 10 ** 7,
  chance: 0.1,
  validate: (value) => (FORM.test(value) ? valid() : invalid('format')),
  normalize: (value) => {
    const text = compact(value);
    return FORM.test(text) ? text : null;
  },
  masks: [{ name: '2+2', keepFirst: 2, keepLast: 2, source: 'Hutool DesensitizedUtil.passport' }],
};
