/**
 * Columns of long numbers, in decimal or hexadecimal, as public hashes of source values that are no cryptography: data frames,
 * databases and languages number texts by them. See hashes.md.
 * @module
 */
import { enumerationBits } from '../../intake/domain.js';
import { type Lookup, type SourceColumn, sampleCodes } from '../../intake/lookup.js';
import type { SheetColumn } from '../../intake/sheet.js';
import type { Derived, Step } from '../../inverse.js';
import { FOREIGN } from '../../restoration/tuple-join.js';
import { fitOf, stepOf } from '../shared/match.js';
import { PUBLIC_HASHES, type PublicHash } from './public-hashes.js';

/** Texts that are looked at, and source values that are asked. */
const SAMPLES = 60;
const ASKED = 48;
/** Characters of the longest source value, and different ones of a column, that are put through. */
const LONGEST = 200;
const MOST = 300_000;
/** Share of a column's rows that must come of all. */
const LEAST_MASS = 0.5;
/** Bits by which the numbers met must be more than chance has them. */
const PROVEN = 60;

/** How numbers of so many bits are written. */
interface Written {
  readonly bits: number;
  readonly write: (value: bigint) => string;
}

/** The step that reads a column best as public hashes of a source column; none where nothing does. */
export function matchPublicHashes(derived: Derived, lookup: Lookup): Step[] {
  const written = writtenAs(derived.column);
  if (written === null) return [];
  const hashes = PUBLIC_HASHES.filter(({ bits }) => bits === written.bits);
  let best: Step | null = null;
  for (const to of lookup.columns) {
    for (const hash of hashes) {
      if (!asked(to.column, hash).some((value) => derived.column.index.has(written.write(value)))) continue;
      const step = read(derived, to, hash, written);
      if (step !== null && step.score > (best?.score ?? 0)) best = step;
    }
  }
  return best === null ? [] : [best];
}

/** By some of a column's texts; null where they are no numbers of 32, 64 or 128 bits in one writing. */
function writtenAs(column: SheetColumn): Written | null {
  const texts = sampleCodes(column, SAMPLES).map((code) => column.text(code));
  if (texts.length < 2) return null;
  const longest = texts.reduce((most, text) => Math.max(most, text.replace(/^(?:-|0x)/i, '').length), 0);
  if (texts.every((text) => /^-?\d{1,39}$/.test(text))) {
    const bits = widthOf(longest, Math.log10(2));
    if (bits === null) return null;
    const signed = texts.some((text) => text.startsWith('-'));
    return { bits, write: (value) => String(signed ? BigInt.asIntN(bits, value) : value) };
  }
  if (!texts.every((text) => /^(?:0x)?[0-9a-f]{1,32}$/i.test(text))) return null;
  const bits = widthOf(longest, 1 / 4);
  if (bits === null) return null;
  const before = texts.every((text) => /^0x/i.test(text)) ? (texts[0] as string).slice(0, 2) : '';
  const long = texts.every((text) => text.length === before.length + bits / 4) ? bits / 4 : 0;
  const large = texts.some((text) => /[A-F]/.test(text));
  return {
    bits,
    write: (value) => {
      const hex = value.toString(16).padStart(long, '0');
      return before + (large ? hex.toUpperCase() : hex);
    },
  };
}

/** Bits of evenly spread numbers of which the longest has so many digits; null for others. @param digits - of one bit */
function widthOf(longest: number, digits: number): number | null {
  for (const bits of [32, 64, 128])
    if (longest <= Math.ceil(bits * digits) && longest >= (bits - 8) * digits) return bits;
  return null;
}

const known = new WeakMap<SheetColumn, Map<PublicHash, readonly bigint[]>>();

/** Hashes of some values of a source column; kept, as every product column asks for them. */
function asked(column: SheetColumn, hash: PublicHash): readonly bigint[] {
  let kept = known.get(column);
  if (kept === undefined) {
    kept = new Map();
    known.set(column, kept);
  }
  let values = kept.get(hash);
  if (values === undefined) {
    const texts = sampleCodes(column, ASKED).map((code) => column.text(code));
    values = texts.flatMap((text) => (text.length > LONGEST ? [] : (hash.of(text) ?? [])));
    kept.set(hash, values);
  }
  return values;
}

function read(derived: Derived, to: SourceColumn, hash: PublicHash, { bits, write }: Written): Step | null {
  const { column } = derived;
  const map = new Int32Array(column.distinct).fill(FOREIGN);
  let met = 0;
  for (let code = 0; code < Math.min(MOST, to.column.distinct); code++) {
    const text = to.column.text(code);
    const value = text.length > LONGEST ? null : hash.of(text);
    const at = value === null ? undefined : column.index.get(write(value));
    if (at === undefined || map[at] !== FOREIGN) continue;
    map[at] = code;
    met++;
  }
  // Each source value meets one of the column's numbers by chance as often as these fill all of so many bits.
  if (met * (bits - Math.log2(column.distinct)) < PROVEN) return null;
  const fit = fitOf(column, to.column, map);
  if (fit.mass < LEAST_MASS) return null;
  return stepOf(derived, to, map, fit, {
    formula: `preimage(${hash.name}(${derived.formula}))`,
    attack: 'hashes',
    knowledge: 'A2',
    bits: derived.bits + 8,
    costBits: enumerationBits(to.column),
  });
}
