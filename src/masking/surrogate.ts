/**
 * Checksum-valid surrogates: a resident ID becomes another valid resident ID, one to one, and back with the key.
 *
 * Rank-encipher approach (Bellare, Ristenpart, Rogaway, Stegers, "Format-Preserving Encryption", SAC 2009, section 4):
 * the valid values of a kind are numbered, the number is enciphered by FF1 with cycle walking, the value of the new number
 * is written and its check digits are computed. The parts that are kept go into the tweak.
 * @module
 */
import { ScrimError } from '../core/index.js';
import { ff1Integers, suite as suiteOf, utf8 } from '../crypto/index.js';
import {
  luhnCheck,
  luhnValid,
  MOD31_CHARACTERS,
  mod11Check,
  mod31Check,
  organisationCheck,
  regionEntries,
} from '../identifiers/index.js';
import { parseDate } from '../table/index.js';
import { leakageOf, type Masker } from './masker.js';
import { domainSizeOf } from './residual/residual.js';
import { deriveKey, type KeyedOptions } from './token.js';
import { bit, columnMapper, type MaskedValues, type Values, ValuesBuilder } from './values.js';

/** A value as its kept parts and its number among the values that share them. */
interface Ranked {
  readonly kept: string;
  readonly rank: number;
  /** How many values share the kept parts. */
  readonly size: number;
}

/** Numbers the valid values of a kind. */
interface Codec {
  /** Null when the value is not valid or has no number. */
  read(value: string): Ranked | null;
  write(kept: string, rank: number): string;
}

/** Options of {@link surrogate}. */
export interface SurrogateOptions extends KeyedOptions {
  /** `resident-id`, `uscc`, `bank-card` or `mobile`. */
  readonly kind: string;
  /**
   * Parts that stay. `resident-id`: `region`, `sex` (default: none). `uscc`: `type` (first two characters), `region`
   * (default: both). `bank-card`: `bin` (always). `mobile`: `segment` (default).
   */
  readonly keep?: readonly string[];
}

const FIRST = parseDate('1900-01-01');
/** Birth dates up to here are numbered; a later one is refused. */
const LAST = parseDate('2029-12-31');
const DAYS = LAST - FIRST + 1;
const DAYS_OLD = parseDate('1999-12-31') - FIRST + 1;
const pad = (value: number, width: number): string => String(value).padStart(width, '0');
const dateText = (day: number): string => new Date(day * 86_400_000).toISOString().slice(0, 10).replaceAll('-', '');

let calendar: { readonly texts: readonly string[]; readonly indexOf: ReadonlyMap<string, number> } | undefined;

/** All numbered birth dates as YYYYMMDD, and their positions. */
function birthDates(): { readonly texts: readonly string[]; readonly indexOf: ReadonlyMap<string, number> } {
  if (calendar === undefined) {
    const texts = Array.from({ length: DAYS }, (_, i) => dateText(FIRST + i));
    calendar = { texts, indexOf: new Map(texts.map((text, i) => [text, i])) };
  }
  return calendar;
}

let codes: readonly string[] | undefined;

/** Every county-level code that ever was, in order. */
function countyCodes(): readonly string[] {
  codes ??= [...new Set(regionEntries().map((entry) => entry.code))].filter((code) => !code.endsWith('00')).sort();
  return codes;
}

function residentCodec(keep: ReadonlySet<string>): Codec {
  const [region, sex] = [keep.has('region'), keep.has('sex')];
  const orders = sex ? 500 : 1000;
  const counties = region ? [] : countyCodes();
  const indexOf = new Map(counties.map((code, i) => [code, i]));
  const dates = birthDates();
  return {
    read(value) {
      const old = /^\d{15}$/.test(value);
      if (!old && !/^\d{17}[\dX]$/.test(value)) return null;
      const digits = old ? `${value.slice(0, 6)}19${value.slice(6)}` : value;
      if (!/^[1-8]/.test(digits) || (!old && mod11Check(digits) !== value.charAt(17))) return null;
      const day = dates.indexOf.get(digits.slice(6, 14));
      const days = old ? DAYS_OLD : DAYS;
      const at = region ? 0 : indexOf.get(digits.slice(0, 6));
      if (day === undefined || day >= days || at === undefined) return null;
      const order = Number(digits.slice(14, 17));
      const rank = (at * days + day) * orders + (sex ? order >> 1 : order);
      const kept = `${old ? 'o' : 'n'}${sex ? order & 1 : ''}${region ? digits.slice(0, 6) : ''}`;
      return { kept, rank, size: (region ? 1 : counties.length) * days * orders };
    },
    write(kept, rank) {
      const old = kept.startsWith('o');
      const days = old ? DAYS_OLD : DAYS;
      const order = sex ? 2 * (rank % orders) + Number(kept.charAt(1)) : rank % orders;
      const rest = Math.floor(rank / orders);
      const county = region ? kept.slice(sex ? 2 : 1) : (counties[Math.floor(rest / days)] as string);
      const body = county + (dates.texts[rest % days] as string) + pad(order, 3);
      return old ? body.slice(0, 6) + body.slice(8) : body + mod11Check(body);
    },
  };
}

function mobileCodec(keep: ReadonlySet<string>): Codec {
  const segment = keep.has('segment');
  return {
    read(value) {
      if (!/^1[3-9]\d{9}$/.test(value)) return null;
      return segment
        ? { kept: value.slice(0, 3), rank: Number(value.slice(3)), size: 10 ** 8 }
        : { kept: '', rank: Number(value.slice(1)) - 3 * 10 ** 9, size: 7 * 10 ** 9 };
    },
    write: (kept, rank) => (segment ? kept + pad(rank, 8) : `1${rank + 3 * 10 ** 9}`),
  };
}

const cardCodec: Codec = {
  read(value) {
    if (!/^\d{13,19}$/.test(value) || !luhnValid(value)) return null;
    const hidden = value.length - 7;
    return { kept: value.slice(0, 6) + hidden, rank: Number(value.slice(6, -1)), size: 10 ** hidden };
  },
  write(kept, rank) {
    const body = kept.slice(0, 6) + pad(rank, Number(kept.slice(6)));
    return body + luhnCheck(body);
  },
};

function creditCodec(keep: ReadonlySet<string>): Codec {
  const [type, region] = [keep.has('type'), keep.has('region')];
  const types = 31 ** 2;
  const regions = 10 ** 6;
  const size = 31 ** 8 * (type ? 1 : types) * (region ? 1 : regions);
  if (size > 2 ** 52) {
    throw new ScrimError('SCRIM_ARGUMENT', { name: 'keep', problem: 'a credit code must keep its region' });
  }
  const number = (text: string): number => {
    let value = 0;
    for (const character of text) value = value * 31 + MOD31_CHARACTERS.indexOf(character);
    return value;
  };
  const letters = (value: number, length: number): string => {
    let text = '';
    for (let rest = value, i = 0; i < length; i++, rest = Math.floor(rest / 31))
      text = MOD31_CHARACTERS.charAt(rest % 31) + text;
    return text;
  };
  return {
    read(value) {
      if (!/^[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}$/.test(value) || mod31Check(value) !== value.charAt(17))
        return null;
      // A code whose inner check is wrong could not be written back.
      if (organisationCheck(value.slice(8, 16)) !== value.charAt(16)) return null;
      const head = type ? 0 : number(value.slice(0, 2));
      return {
        kept: (type ? value.slice(0, 2) : '') + value.slice(2, 8),
        rank: head * 31 ** 8 + number(value.slice(8, 16)),
        size,
      };
    },
    write(kept, rank) {
      const inner = letters(rank % 31 ** 8, 8);
      const head = type ? kept : letters(Math.floor(rank / 31 ** 8), 2) + kept;
      const body = head + inner + organisationCheck(inner);
      return body + mod31Check(body);
    },
  };
}

const DEFAULTS: Readonly<Record<string, { readonly parts: readonly string[]; readonly keep: readonly string[] }>> = {
  'resident-id': { parts: ['region', 'sex'], keep: [] },
  uscc: { parts: ['type', 'region'], keep: ['type', 'region'] },
  'bank-card': { parts: ['bin'], keep: ['bin'] },
  mobile: { parts: ['segment'], keep: ['segment'] },
};

/** Kinds that {@link surrogate} can write. */
export const surrogateKinds: readonly string[] = Object.keys(DEFAULTS);

function codecOf(kind: string, keep: readonly string[] | undefined): Codec {
  const known = Object.hasOwn(DEFAULTS, kind) ? DEFAULTS[kind] : undefined;
  if (known === undefined) {
    throw new ScrimError('SCRIM_ARGUMENT', { name: 'kind', problem: `must be one of ${surrogateKinds.join(', ')}` });
  }
  const parts = new Set(keep ?? known.keep);
  if ([...parts].some((part) => !known.parts.includes(part)) || (kind === 'bank-card' && !parts.has('bin'))) {
    throw new ScrimError('SCRIM_ARGUMENT', {
      name: 'keep',
      problem: `for ${kind} it may hold ${known.parts.join(', ')}`,
    });
  }
  switch (kind) {
    case 'resident-id':
      return residentCodec(parts);
    case 'uscc':
      return creditCodec(parts);
    case 'bank-card':
      return cardCodec;
    default:
      return mobileCodec(parts);
  }
}

/**
 * Replaces each valid value by another valid value of its kind; two different values never become the same. What is not
 * valid as it stands (spaces, lower-case x, wrong check digit) is refused.
 *
 * @throws SCRIM_ARGUMENT for a kind or part that is not offered, SCRIM_MASK_NEEDS_KEY
 */
export function surrogate(options: SurrogateOptions): Masker {
  const { kind, suite = 'intl' } = options;
  const codec = codecOf(kind, options.keep);
  const key = deriveKey('surrogate', options, 'surrogate', suiteOf(suite).keyBytes.ff1);
  const run = (direction: 'encrypt' | 'decrypt') =>
    columnMapper((values) =>
      permuted(values, codec, (ranks, size, kept) =>
        ff1Integers(key, direction, ranks, size, { suite, tweak: utf8(`${kind}\u0000${kept}`) }),
      ),
    );
  const [seal, open] = [run('encrypt'), run('decrypt')];
  return {
    name: 'surrogate',
    streams: true,
    reversible: true,
    apply: (column) => seal(column),
    unmask: (column) => open(column),
    leakage: ({ column }) =>
      leakageOf(column, 'surrogate', {
        domainSize: domainSizeOf(kind),
        equality: true,
        order: (options.keep ?? DEFAULTS[kind]?.keep ?? []).length > 0,
        keyInvertible: true,
        key: { id: key.id, state: key.label.state },
      }),
  };
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Enciphers the ranks of all values that share their kept parts in one call. */
function permuted(
  values: Values,
  codec: Codec,
  permute: (ranks: Float64Array, size: number, kept: string) => Float64Array,
): MaskedValues {
  const groups = new Map<string, { readonly size: number; readonly rows: number[]; readonly ranks: number[] }>();
  const written = new Array<string | null>(values.length).fill(null);
  for (let i = 0; i < values.length; i++) {
    if (values.validity !== null && !bit(values.validity, i)) continue;
    const ranked = codec.read(
      decoder.decode(values.bytes.subarray(values.offsets[i] as number, values.offsets[i + 1] as number)),
    );
    if (ranked === null) continue;
    let group = groups.get(ranked.kept);
    if (group === undefined) {
      group = { size: ranked.size, rows: [], ranks: [] };
      groups.set(ranked.kept, group);
    }
    group.rows.push(i);
    group.ranks.push(ranked.rank);
  }
  for (const [kept, { size, rows, ranks }] of groups) {
    const moved = permute(Float64Array.from(ranks), size, kept);
    rows.forEach((row, at) => {
      written[row] = codec.write(kept, moved[at] as number);
    });
  }
  const builder = new ValuesBuilder(values.length, values.bytes.length);
  written.forEach((text, i) => {
    if (text !== null) builder.text(text);
    else if (values.validity !== null && !bit(values.validity, i)) builder.none();
    else builder.refuse();
  });
  return builder.finish();
}
