/**
 * Bank card number: 13 to 19 digits with an issuer number of a card scheme and a Luhn check digit.
 *
 * Source: ISO/IEC 7812-1 (structure, annex B Luhn); ranges of the schemes as published by them: UnionPay 62, 81; Visa 4;
 * Mastercard 51-55, 2221-2720; American Express 34, 37; JCB 3528-3589; Diners 30, 36, 38; Discover 6011, 644-65.
 * Old Chinese debit cards (e.g. 9558) are known through the BIN table. Which bank issued it is a finding.
 * @module
 */
import { luhnValid } from './check-digits.js';
import { compact, finding, type IdentifierSpec, invalid, type Validation, valid } from './spec.js';
import { binTableText } from './tables/bins.js';

/** Issuer of a card: bank, type (debit, credit, ...) and the card lengths that go with the number. */
export interface CardIssuer {
  readonly bank: string;
  readonly type: 'DC' | 'CC' | 'SCC' | 'PC';
  readonly length: number;
}

let issuers: Map<string, CardIssuer[]> | undefined;

function table(): Map<string, CardIssuer[]> {
  if (issuers !== undefined) return issuers;
  const map = new Map<string, CardIssuer[]>();
  for (const line of binTableText.split('\n')) {
    const [bank, type, length, bins] = line.split('|') as [string, CardIssuer['type'], string, string];
    for (const bin of bins.split(' ')) {
      const list = map.get(bin) ?? [];
      list.push({ bank, type, length: Number(length) });
      map.set(bin, list);
    }
  }
  issuers = map;
  return map;
}

/** Issuer of a card number by its longest listed BIN, or null when the table does not cover it. */
export function cardIssuer(digits: string): CardIssuer | null {
  const map = table();
  for (let length = 10; length >= 3; length--) {
    const list = map.get(digits.slice(0, length));
    if (list === undefined) continue;
    const fitting = list.find((issuer) => issuer.length === digits.length);
    if (fitting !== undefined) return fitting;
  }
  return null;
}

function inScheme(digits: string): boolean {
  const n = digits.length;
  const four = Number(digits.slice(0, 4));
  const two = Math.floor(four / 100);
  if (two === 62) return n >= 16 && n <= 19;
  if (two === 81) return n >= 16 && n <= 19;
  if (digits.charAt(0) === '4') return n === 13 || n === 16 || n === 19;
  if ((two >= 51 && two <= 55) || (four >= 2221 && four <= 2720)) return n === 16;
  if (two === 34 || two === 37) return n === 15;
  if (four >= 3528 && four <= 3589) return n >= 16;
  if (two === 36 || two === 38 || (four >= 3000 && four <= 3059)) return n === 14 || n === 16;
  return (four === 6011 || (four >= 6440 && four <= 6599)) && n === 16;
}

function validate(value: string): Validation {
  if (!/^\d{13,19}$/.test(value)) return invalid('format');
  const issuer = cardIssuer(value);
  if (issuer === null && !inScheme(value)) return invalid('prefix');
  if (!luhnValid(value)) return invalid('check-digit');
  return valid(issuer === null ? finding('issuer-unknown') : finding('issuer', issuer.bank));
}

/** Bank card number. */
export const bankCard: IdentifierSpec = {
  kind: 'bank-card',
  columnKind: 'bank-card',
  label: { en: 'bank card number', zh: '银行卡号' },
  headers: [
    '银行卡',
    '银行卡号',
    '卡号',
    '银行账号',
    '银行帐号',
    '账号',
    '帐号',
    '信用卡号',
    '借记卡号',
    '收款账号',
    '开户账号',
    '工资卡号',
    '社保卡银行账号',
    'yinhangkahao',
    'yhkh',
    'yhzh',
    'kahao',
    'bankcard',
    'bankcardno',
    'bankcardnumber',
    'bankaccount',
    'bankaccountno',
    'cardno',
    'cardnumber',
    'creditcard',
    'creditcardno',
    'creditcardnumber',
    'debitcard',
    'pan',
  ],
  domainSize: null,
  chance: 0.1,
  validate,
  normalize: (value) => {
    const text = compact(value);
    return validate(text).valid ? text : null;
  },
  masks: [
    { name: '6+4', keepFirst: 6, keepLast: 4, source: 'PCI DSS 4.0 requirement 3.4.1; JR/T 0171' },
    { name: '4+4', keepFirst: 4, keepLast: 4, source: 'Hutool DesensitizedUtil.bankCard' },
  ],
};
