/**
 * Unified social credit code (统一社会信用代码) and the organisation code inside it.
 *
 * Source: GB 32100-2015: registering department, kind of organisation, region (six digits), organisation code of GB 11714
 * (nine characters), check character MOD 31-3. Some early codes were issued with a wrong check character; they are invalid here.
 * @module
 */
import { mod31Check, organisationCheck } from './check-digits.js';
import { isKnownRegion } from './regions.js';
import { compact, finding, type IdentifierSpec, invalid, type Validation, valid } from './spec.js';

const FORM = /^[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}$/;

function validateUscc(value: string): Validation {
  if (!FORM.test(value)) return invalid('format');
  if (mod31Check(value) !== value.charAt(17)) return invalid('check-digit');
  const inner = organisationCheck(value.slice(8, 16)) === value.charAt(16);
  const findings = [];
  if (!inner) findings.push(finding('inner-check-failed'));
  if (!isKnownRegion(value.slice(2, 8))) findings.push(finding('region-unknown'));
  return valid(...findings);
}

/** Unified social credit code. */
export const uscc: IdentifierSpec = {
  kind: 'uscc',
  columnKind: 'uscc',
  label: { en: 'unified social credit code', zh: '统一社会信用代码' },
  headers: [
    '统一社会信用代码',
    '社会信用代码',
    '信用代码',
    '统一信用代码',
    '企业信用代码',
    '单位信用代码',
    '纳税人识别号',
    '税号',
    'tongyishehuixinyongdaima',
    'tyshxydm',
    'shxydm',
    'xydm',
    'nsrsbh',
    'uscc',
    'usci',
    'usccode',
    'creditcode',
    'unifiedsocialcreditcode',
    'socialcreditcode',
    'taxid',
    'taxpayerid',
  ],
  domainSize: null,
  chance: 1 / 31,
  validate: validateUscc,
  normalize: (value) => {
    const text = compact(value);
    return validateUscc(text).valid ? text : null;
  },
  masks: [{ name: '4+4', keepFirst: 4, keepLast: 4, source: 'Hutool DesensitizedUtil.creditCode' }],
};

function validateOrganisation(value: string): Validation {
  if (!/^[0-9A-Z]{8}-?[0-9X]$/.test(value)) return invalid('format');
  return organisationCheck(value.slice(0, 8)) === value.slice(-1) ? valid() : invalid('check-digit');
}

/** Organisation code of GB 11714-1997 (before 2015 a number of its own; now part of the credit code). */
export const organisationCode: IdentifierSpec = {
  kind: 'organisation-code',
  columnKind: 'identifier',
  label: { en: 'organisation code', zh: '组织机构代码' },
  headers: [
    '组织机构代码',
    '组织机构代码证',
    '机构代码',
    'zuzhijigoudaima',
    'zzjgdm',
    'orgcode',
    'organizationcode',
    'organisationcode',
  ],
  domainSize: 36 ** 8,
  chance: 1 / 11,
  validate: validateOrganisation,
  normalize: (value) => {
    const text = compact(value);
    return validateOrganisation(text).valid ? text : null;
  },
  masks: [{ name: '2+2', keepFirst: 2, keepLast: 2, source: 'as credit code' }],
};
