/**
 * How often each character comes at every n-th place of texts, and the shift or the XOR key of a place that makes a product's
 * characters come as often as a source's. See characters.md.
 * @module
 */

const ALPHABETS = ['abcdefghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', '0123456789'];
/** First slot of each alphabet among all letters and digits, and their number at the end. */
const STARTS = [0, 26, 52, 62];

/** Characters at one phase of a period: UTF-16 units by falling share. */
interface Phase {
  readonly units: Uint16Array;
  readonly shares: Float64Array;
  /** Shares of letters and digits, by slot. */
  readonly slots: Float64Array;
}

/** The character that a shift within its alphabet made this one of. */
export function shiftChar(char: string, shift: number): string {
  for (const alphabet of ALPHABETS) {
    const at = alphabet.indexOf(char);
    if (at >= 0) return alphabet[(at - (shift % alphabet.length) + alphabet.length) % alphabet.length] as string;
  }
  return char;
}

/** A Vigenère key of `period` shifts over letters and digits by place, or null. */
export function vigenere(own: readonly string[], source: readonly string[], period: number): number[] | null {
  if (!sameClasses(own, source)) return null;
  return Array.from({ length: period }, (_, phase) =>
    shiftOf(phaseOf(own, period, phase).slots, phaseOf(source, period, phase).slots),
  );
}

/** The first shift of least distance; other characters stay and tell nothing. */
function shiftOf(own: Float64Array, source: Float64Array): number {
  let best = 0;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (let shift = 0; shift < 26; shift++) {
    let distance = 0;
    for (let alphabet = 0; alphabet < ALPHABETS.length; alphabet++) {
      const start = STARTS[alphabet] as number;
      const size = (STARTS[alphabet + 1] as number) - start;
      let to = (size - (shift % size)) % size;
      for (let from = 0; from < size; from++) {
        distance += Math.abs((own[start + from] as number) - (source[start + to] as number));
        to = to + 1 === size ? 0 : to + 1;
      }
    }
    if (distance < bestDistance - 1e-12) {
      bestDistance = distance;
      best = shift;
    }
  }
  return best;
}

/** A shift leaves digits digits and letters letters of their case: shares that differ by more are of another text. */
function sameClasses(own: readonly string[], source: readonly string[]): boolean {
  const a = classShares(own);
  const b = classShares(source);
  let distance = 0;
  for (let i = 0; i < a.length; i++) distance += Math.abs((a[i] as number) - (b[i] as number));
  return distance < 0.3;
}

const classesOf = new WeakMap<readonly string[], Float64Array>();

/** Shares of lower-case letters, capitals, digits and other characters. */
function classShares(texts: readonly string[]): Float64Array {
  let shares = classesOf.get(texts);
  if (shares === undefined) {
    const { slots, units } = phaseOf(texts, 1, 0);
    shares = new Float64Array(ALPHABETS.length + 1);
    for (let alphabet = 0; alphabet < ALPHABETS.length; alphabet++)
      for (let slot = STARTS[alphabet] as number; slot < (STARTS[alphabet + 1] as number); slot++)
        shares[alphabet] = (shares[alphabet] as number) + (slots[slot] as number);
    const known = shares.reduce((sum, share) => sum + share, 0);
    if (units.length > 0) shares[ALPHABETS.length] = 1 - known;
    classesOf.set(texts, shares);
  }
  return shares;
}

/** Shares by unit of the phase asked about; zero between calls. */
const shareOf = new Float64Array(0x10000);

/** A repeated XOR key over UTF-16 units or bytes: the most frequent unit of each phase against the source's. */
export function xorRepeated(own: readonly string[], source: readonly string[], period: number): number[] | null {
  for (let phase = 0; phase < period; phase++) {
    // A key makes no two characters of one: far more of them at a place than the source has are another text.
    const { length } = phaseOf(source, period, phase).units;
    if (phaseOf(own, period, phase).units.length > 2 * length + 8) return null;
  }
  return Array.from({ length: period }, (_, phase) =>
    keyOf(phaseOf(own, period, phase), phaseOf(source, period, phase)),
  );
}

function keyOf(own: Phase, source: Phase): number {
  source.units.forEach((unit, i) => {
    shareOf[unit] = source.shares[i] as number;
  });
  let best = 0;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const top of own.units.subarray(0, 3)) {
    for (const raw of source.units.subarray(0, 8)) {
      const key = top ^ raw;
      let distance = 0;
      for (let i = 0; i < own.units.length && distance < bestDistance; i++)
        distance += Math.abs((own.shares[i] as number) - (shareOf[(own.units[i] as number) ^ key] as number));
      if (distance < bestDistance) {
        bestDistance = distance;
        best = key;
      }
    }
  }
  for (const unit of source.units) shareOf[unit] = 0;
  return best;
}

const phases = new WeakMap<readonly string[], Map<number, Phase>>();

/** Characters at one phase, counted once for a list of texts. */
function phaseOf(texts: readonly string[], period: number, phase: number): Phase {
  let own = phases.get(texts);
  if (own === undefined) {
    own = new Map();
    phases.set(texts, own);
  }
  let table = own.get(period * 256 + phase);
  if (table === undefined) {
    table = countPhase(texts, period, phase);
    own.set(period * 256 + phase, table);
  }
  return table;
}

/** Counts of UTF-16 units; zero between calls. */
const unitCounts = new Uint32Array(0x10000);

function countPhase(texts: readonly string[], period: number, phase: number): Phase {
  const counts = unitCounts;
  const seen: number[] = [];
  let total = 0;
  for (const text of texts) {
    for (let place = phase; place < text.length; place += period) {
      const unit = text.charCodeAt(place);
      const count = counts[unit] as number;
      if (count === 0) seen.push(unit);
      counts[unit] = count + 1;
      total++;
    }
  }
  seen.sort((a, b) => (counts[b] as number) - (counts[a] as number));
  const shares = Float64Array.from(seen, (unit) => (counts[unit] as number) / Math.max(1, total));
  for (const unit of seen) counts[unit] = 0;
  return { units: Uint16Array.from(seen), shares, slots: slotsOf(seen, shares) };
}

function slotsOf(units: readonly number[], shares: Float64Array): Float64Array {
  const slots = new Float64Array(STARTS[ALPHABETS.length] as number);
  units.forEach((unit, i) => {
    const char = String.fromCharCode(unit);
    ALPHABETS.forEach((alphabet, which) => {
      const at = alphabet.indexOf(char);
      if (at >= 0) slots[(STARTS[which] as number) + at] = shares[i] as number;
    });
  });
  return slots;
}
