/**
 * Short unkeyed hashes written as whole numbers, of values of any kind: what they make of short texts fills no range evenly, so that
 * nothing tells a column of them for digests. Each source column's values are put through each of them. See hashes.md.
 *
 * Bernstein's djb2 (also with exclusive or), sdbm, BKDR (Kernighan and Ritchie, "The C Programming Language", 2nd edition, section
 * 6.6, with its customary factors), FNV (draft-eastlake-fnv, section 2), and those of `checksums.ts` and `hash-kinds.ts`.
 * @module
 */
import { enumerationBits } from '../../intake/domain.js';
import { type Lookup, type SourceColumn, sampleCodes } from '../../intake/lookup.js';
import type { Derived, Step } from '../../inverse.js';
import { FOREIGN } from '../../restoration/tuple-join.js';
import { fitOf, stepOf } from '../shared/match.js';
import { CHECKSUMS } from './checksums.js';
import { allKinds } from './hash-kinds.js';

/** A whole number of a text. */
interface Checksum {
  readonly name: string;
  readonly of: (text: string) => string;
}

const encoder = new TextEncoder();

/** A sum over bytes, by 32 bits. */
function rolling(name: string, start: number, step: (sum: number, byte: number) => number): Checksum[] {
  const sum = (text: string): number => encoder.encode(text).reduce(step, start) | 0;
  return [
    { name, of: (text) => String(sum(text) >>> 0) },
    { name: `${name} signed`, of: (text) => String(sum(text)) },
    { name: `${name} of 31 bits`, of: (text) => String(sum(text) & 0x7fffffff) },
  ];
}

/** A sum over bytes without an end, as languages with long whole numbers have it. */
function endless(name: string, start: bigint, factor: bigint): Checksum {
  return {
    name,
    of: (text) =>
      encoder
        .encode(text)
        .reduce((sum, byte) => sum * factor + BigInt(byte), start)
        .toString(),
  };
}

let listed: readonly Checksum[] | undefined;

function checksums(): readonly Checksum[] {
  listed ??= [
    ...[...CHECKSUMS, ...allKinds().filter(({ name }) => name === 'crc32')].flatMap(({ name, hex }): Checksum[] => [
      { name, of: (text) => String(Number.parseInt(hex(text), 16)) },
      { name: `${name} signed`, of: (text) => String(Number.parseInt(hex(text), 16) | 0) },
      { name: `${name} without its sign`, of: (text) => String(Math.abs(Number.parseInt(hex(text), 16) | 0)) },
    ]),
    ...rolling('djb2-xor', 5381, (sum, byte) => Math.imul(sum, 33) ^ byte),
    ...rolling('sdbm', 0, (sum, byte) => (Math.imul(sum, 65_599) + byte) | 0),
    ...rolling('bkdr-131', 0, (sum, byte) => (Math.imul(sum, 131) + byte) | 0),
    ...rolling('bkdr-31', 0, (sum, byte) => (Math.imul(sum, 31) + byte) | 0),
    ...rolling('fnv1', 0x811c9dc5, (sum, byte) => Math.imul(sum, 0x01000193) ^ byte),
    endless('djb2 without end', 5381n, 33n),
    endless('bkdr-131 without end', 0n, 131n),
    endless('bkdr-31 without end', 0n, 31n),
  ];
  return listed;
}

/** Source values that are asked, and characters of the longest one. */
const ASKED = 24;
const LONGEST = 40;
/** Share of them that must stand in the product, and rows that must come of all. */
const MET = 0.2;
const LEAST_MASS = 0.8;
/** Sums below are single characters: anything holds them. */
const LEAST_SUM = 1000;
/** Bits by which the numbers that stand in a column must be more than chance has them. */
const PROVEN = 40;

/** The step that reads a column of whole numbers as short hashes of a source column; none where nothing does. */
export function matchChecksums(derived: Derived, lookup: Lookup): Step[] {
  const { column } = derived;
  if (!column.isNumeric || column.distinct < 2) return [];
  const some = sampleCodes(column, ASKED).map((code) => column.text(code));
  if (!some.every((text) => /^-?\d{3,}$/.test(text)) || some.every((text) => Math.abs(Number(text)) < LEAST_SUM))
    return [];
  const range = some.reduce((most, text) => Math.max(most, Math.abs(Number(text))), LEAST_SUM);
  let best: Step | null = null;
  for (const to of lookup.columns) {
    const texts = sampleCodes(to.column, ASKED).map((code) => to.column.text(code));
    if (texts.some((text) => text.length > LONGEST)) continue;
    for (const checksum of checksums()) {
      let hits = 0;
      for (const text of texts) if (column.index.has(checksum.of(text))) hits++;
      if (hits < Math.max(2, MET * texts.length)) continue;
      const step = read(derived, to, checksum, range);
      if (step !== null && step.score > (best?.score ?? 0)) best = step;
    }
  }
  return best === null ? [] : [best];
}

function read(derived: Derived, to: SourceColumn, { name, of }: Checksum, range: number): Step | null {
  const { column } = derived;
  const map = new Int32Array(column.distinct).fill(FOREIGN);
  let met = 0;
  for (let code = 0; code < to.column.distinct; code++) {
    const at = column.index.get(of(to.column.text(code)));
    if (at === undefined || map[at] !== FOREIGN) continue;
    map[at] = code;
    met++;
  }
  // Each source value meets one of the column's numbers by chance as often as these fill their range.
  const chance = Math.min(1, column.distinct / range);
  if (-met * Math.log2(chance) < PROVEN) return null;
  const fit = fitOf(column, to.column, map);
  return fit.mass < LEAST_MASS
    ? null
    : stepOf(derived, to, map, fit, {
        formula: `preimage(${name}(${derived.formula}))`,
        attack: 'hashes',
        knowledge: 'A2',
        bits: derived.bits + 8,
        costBits: enumerationBits(to.column),
      });
}
