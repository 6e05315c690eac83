/**
 * Weighing the evidence on one column: content scores against chance, what the header says, shape and cardinality.
 *
 * The numbers are weights chosen on labelled columns (test/classify); their quality is measured, not argued.
 * @module
 */
import { type ColumnKind, identifierSpec } from '../../identifiers/index.js';
import { type ContentScore, contentScores } from './content.js';
import type { HeaderMeaning } from './headers.js';
import type { ColumnProfile } from './profile.js';

/** One reason, without values: a code and figures. */
export interface Evidence {
  /** `header`, `pass-rate`, `words`, `shape`, `cardinality`, `text-contains`, `header-contradicted`, `empty`, `rows-per-value`, `type`. */
  readonly code: string;
  /** Kind or topic it speaks for. */
  readonly for: string;
  /** Rate, share or count, by code. */
  readonly value: number;
  /** Rate expected by chance, where there is one. */
  readonly chance?: number;
}

/** The kind of a column and why. */
export interface Verdict {
  readonly kind: ColumnKind;
  readonly confidence: number;
  readonly identifier: string | null;
  readonly evidence: Evidence[];
}

/** Identifiers that only a header can tell: their form is that of many numbers. */
const BY_HEADER = new Set([
  'driving-licence',
  'social-security-card',
  'medical-insurance',
  'medical-record',
  'taiwan-permit',
]);
/** Classifies one column by what was counted and what its header says. */
export function decide(profile: ColumnProfile, header: HeaderMeaning): Verdict {
  const { values, shape, distinct, rows, rowsPerValue } = profile;
  if (values.length === 0) {
    return {
      kind: 'unknown',
      confidence: 1,
      identifier: null,
      evidence: [{ code: 'empty', for: 'unknown', value: rows }],
    };
  }
  const evidence: Evidence[] = [];
  const scores = contentScores(profile);
  const scoreOf = new Map(scores.map((one) => [one.identifier, one]));
  const candidates: { identifier: string; kind: ColumnKind; confidence: number; content: ContentScore | null }[] = [];
  for (const one of scores) {
    const helped =
      header.identifier === one.identifier ||
      (header.kind !== null && header.kind === identifierSpec(one.identifier).columnKind);
    const confidence = contentConfidence(one, profile, helped ? header.strength : 0, header);
    if (confidence > 0) {
      candidates.push({
        identifier: one.identifier,
        kind: identifierSpec(one.identifier).columnKind,
        confidence,
        content: one,
      });
    }
  }
  if (header.identifier !== null && !candidates.some((one) => one.identifier === header.identifier)) {
    const confidence = headerOnly(header.identifier, header.strength, profile, scoreOf);
    if (confidence > 0) {
      candidates.push({
        identifier: header.identifier,
        kind: identifierSpec(header.identifier).columnKind,
        confidence,
        content: scoreOf.get(header.identifier) ?? null,
      });
    }
  }
  candidates.sort((a, b) => b.confidence - a.confidence);
  if (header.strength > 0) {
    evidence.push({ code: 'header', for: header.identifier ?? header.topic ?? '', value: header.strength });
  }
  const best = candidates[0];
  const general = generic(profile, header.kind);
  if (best !== undefined && best.confidence >= 0.5 && best.confidence >= general.confidence * 0.75) {
    if (best.content !== null) {
      evidence.push({
        code: 'pass-rate',
        for: best.identifier,
        value: best.content.passRate,
        chance: best.content.chance,
      });
    }
    return { kind: best.kind, confidence: Math.min(0.999, best.confidence), identifier: best.identifier, evidence };
  }
  if (header.identifier !== null) {
    evidence.push({
      code: 'header-contradicted',
      for: header.identifier,
      value: scoreOf.get(header.identifier)?.passRate ?? 0,
    });
  }
  evidence.push({ code: 'shape', for: general.kind, value: shape.commonPattern });
  evidence.push({ code: 'cardinality', for: general.kind, value: rows === 0 ? 0 : distinct / Math.max(1, rows) });
  if (rowsPerValue > 0 && general.kind === 'category')
    evidence.push({ code: 'rows-per-value', for: 'category', value: rowsPerValue });
  return { ...general, identifier: null, evidence };
}

function contentConfidence(one: ContentScore, profile: ColumnProfile, header: number, meaning: HeaderMeaning): number {
  const { values, shape, distinct, rowsPerValue } = profile;
  const few = Math.min(1, values.length / 4);
  const kind = identifierSpec(one.identifier).columnKind;
  // Remarks mention names and places now and then.
  const remark = meaning.kind === 'text' || meaning.kind === 'category';
  if (remark && (kind === 'person-name' || kind === 'address') && one.passRate < 0.95) return 0;
  switch (one.identifier) {
    case 'resident-id':
    case 'foreigner-id':
    case 'uscc':
    case 'bank-card':
    case 'vin':
    case 'hk-id':
    case 'tw-id':
    case 'mobile':
    case 'email':
    case 'mac':
    case 'ip':
    case 'plate':
    case 'officer-id':
      // A third of the cells is enough with a check digit: chance gives none.
      if (one.score < (header > 0 ? 0.2 : 0.4)) return 0;
      return (0.72 + 0.27 * one.score) * (0.8 + 0.2 * few) + 0.05 * header;
    case 'imei':
    case 'organisation-code':
      if (one.score < 0.5) return 0;
      return header > 0 ? 0.85 + 0.1 * one.score : one.passRate > 0.85 ? 0.8 : 0;
    case 'passport':
    case 'hk-macao-permit':
    case 'mainland-exit-permit':
      if (one.score < (header > 0 ? 0.4 : 0.7)) return 0;
      return (header > 0 ? 0.75 : 0.6) + 0.2 * one.score;
    case 'landline':
      if (one.score < (header > 0 ? 0.3 : 0.5)) return 0;
      return 0.6 + 0.3 * one.score + 0.1 * header;
    case 'date':
      if (one.score < (header > 0 ? 0.4 : 0.6)) return 0;
      return 0.65 + 0.3 * one.score + 0.05 * header;
    case 'region-code':
      if (one.score < (header > 0 ? 0.4 : 0.6)) return 0;
      if (header === 0 && meaning.identifier !== null && meaning.strength >= 0.8) return 0.45;
      return 0.55 + 0.35 * one.score + 0.08 * header;
    case 'postcode': {
      if (header > 0) return one.score < 0.5 ? 0 : 0.7 + 0.25 * one.score;
      // Without a header: six digits throughout, nearly all in the ranges of China Post, most of them ending in 00 as postcodes do.
      const round = values.filter((value) => /^\d{4}00$/.test(value)).length / values.length;
      const six = values.filter((value) => /^\d{6}$/.test(value)).length / values.length;
      return meaning.strength === 0 &&
        values.length >= 20 &&
        one.score > 0.95 &&
        six > 0.95 &&
        round > 0.3 &&
        round < 0.98
        ? 0.66
        : 0;
    }
    case 'coordinate':
      if (header > 0) return one.score < 0.3 ? 0 : 0.8 + 0.18 * one.score;
      if (shape.numeric >= 0.9) {
        // One axis in bare decimals: four places or more, inside a box of a country, not a wide measure.
        const narrow = shape.maximum - shape.minimum < 65;
        return meaning.strength === 0 && one.passRate > 0.98 && shape.decimals >= 4 && shape.decimals <= 8 && narrow
          ? 0.66
          : 0;
      }
      return one.score < 0.5 ? 0 : 0.6 + 0.35 * one.score;
    case 'person-name': {
      // Few distinct values with many rows each are categories, whatever they look like.
      const small = distinct <= 12 && rowsPerValue > 20 && header < 0.5;
      if (small) return one.passRate > 0.95 && one.score > 0.85 && values.length >= 4 ? 0.65 : 0;
      if (one.passRate < (header > 0 ? 0.25 : 0.6)) return 0;
      if (header === 0 && meaning.strength >= 0.8) return 0.35;
      return Math.min(0.97, 0.42 + 0.45 * one.passRate * Math.min(1, values.length / 8 + 0.4) + 0.25 * header);
    }
    case 'address': {
      if (one.passRate < (header > 0 ? 0.25 : 0.45)) return 0;
      const small = distinct <= 40 && rowsPerValue > 50 && shape.meanLength < 12;
      if (small && header < 0.8) return 0;
      return 0.5 + 0.35 * one.passRate + 0.14 * header;
    }
    default:
      return kind === 'identifier' ? 0 : one.score * 0.8;
  }
}

/** The header names a kind that the cells do not speak for: believed where the form fits. */
function headerOnly(
  identifier: string,
  strength: number,
  profile: ColumnProfile,
  scores: ReadonlyMap<string, ContentScore>,
): number {
  const { values, shape, rowsPerValue } = profile;
  const n = values.length;
  const fits = values.filter((value) => identifierSpec(identifier).normalize(value) !== null).length / n;
  if (BY_HEADER.has(identifier) || identifierSpec(identifier).columnKind === 'identifier') {
    return strength >= 0.6 && shape.han < 0.5 && shape.sentence < 0.2 && rowsPerValue < 1000
      ? 0.6 + 0.25 * fits + 0.1 * strength
      : 0;
  }
  switch (identifier) {
    case 'person-name':
      // Rare surnames, nicknames, initials: short texts without digits.
      return shape.numeric < 0.2 && shape.meanLength <= 30 && shape.sentence < 0.2 && strength >= 0.8 && !digits(values)
        ? (strength === 1 ? 0.62 : 0.55) + 0.2 * (scores.get('person-name')?.passRate ?? 0)
        : 0;
    case 'address':
      return shape.numeric < 0.2 && shape.meanLength >= 4 && strength >= 0.8 ? 0.55 : 0;
    case 'landline':
    case 'mobile': {
      const phones = values.filter((value) => /^\+?[\d\s()（）\-－转]{6,20}$/.test(value)).length / n;
      const landlines = values.filter((value) => identifierSpec('landline').normalize(value) !== null).length / n;
      if (phones < 0.5) return 0;
      return identifier === 'landline' || landlines < 0.5 ? 0.55 + 0.2 * phones : 0;
    }
    case 'date': {
      const times = values.filter((value) => /^1\d{9}(?:\d{3})?$/.test(value)).length / n;
      const days = values.filter((value) => /^[34]\d{4}(?:\.\d+)?$/.test(value)).length / n;
      const months = values.filter((value) => /^(?:19|20)\d{2}(?:0[1-9]|1[0-2])$/.test(value)).length / n;
      return Math.max(times, days, months) > 0.7 && strength >= 0.6 ? 0.72 : 0;
    }
    case 'coordinate': {
      const projected = shape.numeric > 0.9 && shape.integer < 0.5 ? 0.65 : 0;
      return strength >= 0.8 ? projected : 0;
    }
    case 'region-code':
      return values.filter((value) => /^\d{2}(?:\d{2}){0,2}(?:\d{3}){0,2}$/.test(value)).length / n > 0.8 &&
        strength >= 0.6
        ? 0.65
        : 0;
    case 'postcode':
      return strength >= 0.8 && values.filter((value) => /^[A-Z\d][A-Z\d -]{2,9}$/i.test(value)).length / n > 0.8
        ? 0.65
        : 0;
    default:
      // Masked or encrypted identifiers (110***********1234) are still that column to whoever reads the header.
      return strength >= 0.8 && values.filter((value) => /[*＊xX#]{2,}/.test(value)).length / n > 0.5
        ? 0.5
        : fits > 0.3
          ? 0.4 + 0.4 * fits
          : 0;
  }
}

function digits(values: readonly string[]): boolean {
  return values.filter((value) => /\d/.test(value)).length > values.length * 0.3;
}

/** Number, category, text or identifier by shape and cardinality; `hint`: the header says code, text or type of something. */
function generic(profile: ColumnProfile, hint: ColumnKind | null): { kind: ColumnKind; confidence: number } {
  const { values, shape, distinct, rows, rowsPerValue, missing } = profile;
  const filled = rows * (1 - missing);
  const unique = filled === 0 ? 0 : distinct / filled;
  const n = values.length;
  const named = hint === 'identifier';
  const dense = shape.integer > 0.98 && shape.maximum - shape.minimum <= distinct * 1.05 && unique > 0.98;
  if (shape.numeric > 0.9) {
    // Unique whole numbers of one length, or a dense run of them: numbers that name rows, not quantities.
    const longCode = shape.integer > 0.98 && shape.sameLength > 0.98 && shape.meanLength >= 8 && unique > 0.9;
    const zeros = values.filter((value) => /^0\d+$/.test(value)).length / n > 0.02 && shape.integer > 0.98;
    const code = named && shape.integer > 0.98 && unique > 0.5;
    if (((longCode || dense) && n >= 8) || code) return { kind: 'identifier', confidence: 0.75 };
    if (zeros && shape.sameLength > 0.9) return { kind: unique > 0.5 ? 'identifier' : 'category', confidence: 0.7 };
    const codes = shape.integer > 0.98 && distinct <= 12 && rowsPerValue >= 8 && shape.maximum - shape.minimum < 100;
    return codes ? { kind: 'category', confidence: 0.6 } : { kind: 'number', confidence: 0.85 };
  }
  const coded =
    values.filter((value) => /^[A-Za-z0-9][A-Za-z0-9_\-./:]{3,}$/.test(value) && /\d/.test(value)).length / n;
  if (coded > 0.9 && shape.sentence < 0.05) {
    if (unique > 0.5) return { kind: 'identifier', confidence: 0.8 };
    // Numbers of households, devices, accounts: many of them, each on a few rows.
    if (distinct > 60 && rowsPerValue < (named ? 1000 : 20)) return { kind: 'identifier', confidence: 0.65 };
  }
  if (shape.sentence > 0.3 || shape.meanLength > 24) {
    return distinct <= 30 && rowsPerValue >= 10
      ? { kind: 'category', confidence: 0.6 }
      : { kind: 'text', confidence: 0.8 };
  }
  if (rowsPerValue >= 1.8 || distinct <= filled * 0.2)
    return { kind: 'category', confidence: rowsPerValue >= 3 ? 0.8 : 0.6 };
  if (hint === 'category' && shape.meanLength <= 12) return { kind: 'category', confidence: 0.7 };
  if (hint === 'text') return { kind: 'text', confidence: 0.7 };
  // A handful of rows: short words of which some come twice.
  if (filled < 30 && unique < 1 && shape.meanLength <= 5) return { kind: 'category', confidence: 0.55 };
  // Random-looking strings, and texts under a header that says number or code.
  const opaque = values.filter((value) => /^[A-Za-z0-9_\-+/=]{12,}$/.test(value)).length / n;
  if (opaque > 0.9 || (coded > 0.5 && unique > 0.5) || (named && unique > 0.5 && shape.meanLength < 40)) {
    return { kind: 'identifier', confidence: 0.65 };
  }
  return shape.meanLength <= 6 && unique < 0.6
    ? { kind: 'category', confidence: 0.55 }
    : { kind: 'text', confidence: 0.6 };
}
