/**
 * All kinds of identifier, and the three verbs over them: validate, normalise, detect.
 * @module
 */
import { ScrimError } from '../core/index.js';
import { address } from './address.js';
import { bankCard } from './bank-card.js';
import { coordinate } from './coordinate.js';
import { date } from './date.js';
import {
  drivingLicenceFile,
  imei,
  medicalInsurance,
  medicalRecord,
  officerId,
  socialSecurityCard,
} from './documents.js';
import { foreignerId } from './foreigner-id.js';
import { email, ip, mac } from './network.js';
import { passport } from './passport.js';
import { hkMacaoPermit, hongKongId, mainlandExitPermit, taiwanId, taiwanPermit } from './permits.js';
import { chineseNameScore, latinNameScore, personName } from './person-name.js';
import { landline, mobile } from './phone.js';
import { postcode, regionCode } from './place.js';
import { residentId } from './resident-id.js';
import type { ColumnKind, IdentifierSpec, Validation } from './spec.js';
import { organisationCode, uscc } from './uscc.js';
import { plate, vin } from './vehicle.js';

/** Every kind; the order decides between kinds that fit a value equally well. */
export const identifierKinds: readonly IdentifierSpec[] = [
  residentId,
  foreignerId,
  uscc,
  organisationCode,
  bankCard,
  mobile,
  landline,
  passport,
  hkMacaoPermit,
  mainlandExitPermit,
  taiwanPermit,
  hongKongId,
  taiwanId,
  officerId,
  drivingLicenceFile,
  socialSecurityCard,
  medicalInsurance,
  medicalRecord,
  imei,
  plate,
  vin,
  email,
  ip,
  mac,
  coordinate,
  date,
  regionCode,
  postcode,
  personName,
  address,
];

const byKind = new Map(identifierKinds.map((spec) => [spec.kind, spec]));

/** Names of all kinds. */
export const identifierKindNames: readonly string[] = [...byKind.keys()];

/** The kind of this name. @throws SCRIM_ARGUMENT when there is none. */
export function identifierSpec(kind: string): IdentifierSpec {
  const spec = byKind.get(kind);
  if (spec === undefined) {
    throw new ScrimError('SCRIM_ARGUMENT', {
      name: 'kind',
      problem: `must be one of ${identifierKindNames.join(', ')}`,
    });
  }
  return spec;
}

/**
 * Validates a value as it stands: format, date, check digit.
 *
 * @throws SCRIM_ARGUMENT for an unknown kind.
 * @example
 * validate('resident-id', '11010519491231002X').valid; // => true
 */
export function validate(kind: string, value: string): Validation {
  return identifierSpec(kind).validate(value);
}

/**
 * The canonical form of a value, or null when it cannot be read as this kind. Takes spaces, hyphens, full-width characters,
 * country prefixes, 15-digit resident IDs; equal people come out equal.
 *
 * @throws SCRIM_ARGUMENT for an unknown kind.
 * @example
 * normalize('mobile', '+86 138-0013-8000'); // => '13800138000'
 */
export function normalize(kind: string, value: string): string | null {
  return identifierSpec(kind).normalize(value);
}

/**
 * One key from several columns: each value normalised by its kind (`null` = taken as it is, trimmed), joined with their lengths so that no two
 * different tuples give the same key. Null when one of them cannot be read.
 *
 * @throws SCRIM_ARGUMENT for an unknown kind or different numbers of kinds and values.
 */
export function normalizeKey(kinds: readonly (string | null)[], values: readonly (string | null)[]): string | null {
  if (kinds.length !== values.length) {
    throw new ScrimError('SCRIM_ARGUMENT', {
      name: 'values',
      problem: `has ${values.length} entries for ${kinds.length} kinds`,
    });
  }
  let key = '';
  for (let i = 0; i < kinds.length; i++) {
    const value = values[i];
    if (value === null || value === undefined) return null;
    const kind = kinds[i];
    const part = kind === null || kind === undefined ? value.normalize('NFC').trim() : normalize(kind, value);
    if (part === null) return null;
    key += `${part.length}:${part}`;
  }
  return key;
}

/** A kind that a value may be of. */
export interface Detection {
  readonly kind: string;
  readonly columnKind: ColumnKind;
  /** Weight between 0 and 1: high where a check digit or a rare form stands behind it, low where many things look so. */
  readonly confidence: number;
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Kinds whose form alone says little: their weight is what an unlabelled value deserves. */
const WEAK: Readonly<Record<string, number>> = {
  'taiwan-permit': 0.05,
  'driving-licence': 0.1,
  'social-security-card': 0.05,
  'medical-insurance': 0.05,
  'medical-record': 0.02,
  postcode: 0.2,
  'region-code': 0.5,
  landline: 0.6,
  passport: 0.7,
  'hk-macao-permit': 0.7,
  'mainland-exit-permit': 0.6,
  coordinate: 0.6,
  'organisation-code': 0.4,
  imei: 0.4,
};

/**
 * Kinds that one value may be of, most likely first. A value alone seldom decides; a column does (`classifyTable` in `scrim/masking`).
 *
 * @example
 * detect('13800138000')[0]?.kind; // => 'mobile'
 */
export function detect(value: string | Uint8Array): Detection[] {
  const text = (typeof value === 'string' ? value : decoder.decode(value)).trim();
  const found: Detection[] = [];
  for (const spec of identifierKinds) {
    const result = spec.validate(text);
    if (!result.valid) continue;
    let confidence = WEAK[spec.kind] ?? 1 - Math.min(0.5, spec.chance * 2);
    if (spec.kind === 'person-name') confidence = Math.max(chineseNameScore(text), latinNameScore(text));
    if (spec.kind === 'landline' && result.findings.some((one) => one.code === 'no-area-code')) confidence = 0.1;
    if (spec.kind === 'mobile' && result.findings.some((one) => one.code === 'segment-unknown')) confidence = 0.6;
    if (spec.kind === 'plate' && result.findings.some((one) => one.code === 'military')) confidence = 0.3;
    if (confidence > 0) found.push({ kind: spec.kind, columnKind: spec.columnKind, confidence });
  }
  return found.sort((a, b) => b.confidence - a.confidence);
}
