/**
 * Check digit systems that identifiers share.
 *
 * Sources: ISO/IEC 7064 MOD 11-2 (GB 11643-1999 annex); ISO/IEC 7812-1 annex B (Luhn); GB 11714-1997 (organisation code);
 * GB 32100-2015 annex (MOD 31-3).
 * @module
 */

const MOD11_WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const MOD11_CHARACTERS = '10X98765432';

/** Check character of 17 digits by ISO 7064 MOD 11-2: `0`-`9` or `X`. */
export function mod11Check(digits: string): string {
  let sum = 0;
  for (let i = 0; i < 17; i++) sum += (digits.charCodeAt(i) - 48) * (MOD11_WEIGHTS[i] as number);
  return MOD11_CHARACTERS.charAt(sum % 11);
}

/** True when the digits satisfy the Luhn formula. Any length; digits only. */
export function luhnValid(digits: string): boolean {
  let sum = 0;
  let double = false;
  for (let i = digits.length - 1; i >= 0; i--) {
    let digit = digits.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return false;
    if (double) digit = digit > 4 ? digit * 2 - 9 : digit * 2;
    sum += digit;
    double = !double;
  }
  return digits.length > 0 && sum % 10 === 0;
}

/** The digit that completes the digits before it to a Luhn number. */
export function luhnCheck(digits: string): string {
  for (let digit = 0; digit < 10; digit++) if (luhnValid(`${digits}${digit}`)) return String(digit);
  return '0';
}

/** Characters of GB 32100-2015 in the order of their values: no I, O, S, V, Z. */
export const MOD31_CHARACTERS = '0123456789ABCDEFGHJKLMNPQRTUWXY';

/** Check character of the first 17 characters of a unified social credit code; null for a character outside the alphabet. */
export function mod31Check(characters: string): string | null {
  let sum = 0;
  let weight = 1;
  for (let i = 0; i < 17; i++) {
    const value = MOD31_CHARACTERS.indexOf(characters.charAt(i));
    if (value < 0) return null;
    sum += value * weight;
    weight = (weight * 3) % 31;
  }
  return MOD31_CHARACTERS.charAt((31 - (sum % 31)) % 31);
}

const ORGANISATION_WEIGHTS = [3, 7, 9, 10, 5, 8, 4, 2];

/** Check character of the eight characters of an organisation code (GB 11714-1997): `0`-`9` or `X`. */
export function organisationCheck(body: string): string {
  let sum = 0;
  for (let i = 0; i < 8; i++) {
    const code = body.charCodeAt(i);
    sum += (code <= 57 ? code - 48 : code - 55) * (ORGANISATION_WEIGHTS[i] as number);
  }
  const check = 11 - (sum % 11);
  return check === 10 ? 'X' : check === 11 ? '0' : String(check);
}
