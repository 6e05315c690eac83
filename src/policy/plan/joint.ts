/**
 * Residual candidates of a masked identifier together with everything else that is released in the same row.
 *
 * A masked resident ID beside the birth date is not masked: 110101********1234 has 4,182 candidates alone and 1 with the
 * date. Which columns speak about the identifier is found on the raw data (its birth date, age, sex and digits), not by
 * their names; what they then say is read from their released labels.
 * @module
 */
import type { Residual } from '../../core/index.js';
import { countResidentIds, type ResidentFacts, residualCandidates } from '../../masking/index.js';
import { parseDate, parseNumber } from '../../table/index.js';
import { agesOfLabel, datesOfLabel, type Interval, yearsLater } from './labels.js';

/** A column as it is and as it would be released, row by row. */
export interface JointColumn {
  readonly name: string;
  readonly raw: readonly (string | null)[];
  readonly released: readonly (string | null)[];
  /** Days by which a shifted date may be off. Default: 0. */
  readonly slack?: number;
}

/** Candidates of an identifier given all released columns. */
export interface JointResidual {
  /** Columns that narrow the candidates. */
  readonly with: readonly string[];
  readonly residual: Residual;
  /** Share of the released cells that are left with a single candidate. */
  readonly determined: number;
  /** Rows that were counted. */
  readonly rows: number;
}

/** Share of rows on which a relation must hold before it is taken for one. */
const AGREEMENT = 0.9;

type Narrow = (row: number, pattern: string, facts: Facts) => string;

/** Facts being gathered for one row. */
interface Facts {
  from: number;
  to: number;
  sex: 'male' | 'female' | null;
}

/** Counts candidates of an identifier column together with the others; null where the kind cannot be counted. */
export function jointResidual(
  kind: string,
  identifier: JointColumn,
  others: readonly JointColumn[],
): JointResidual | null {
  const narrowing: { readonly name: string; readonly narrow: Narrow }[] = [];
  for (const other of others) {
    const narrow = sameDigits(identifier, other) ?? (kind === 'resident-id' ? relation(identifier, other) : null);
    if (narrow !== null) narrowing.push({ name: other.name, narrow });
  }
  const memo = new Map<string, number | null>();
  let min = Number.POSITIVE_INFINITY;
  let max = 0;
  let sum = 0;
  let rows = 0;
  let determined = 0;
  for (let row = 0; row < identifier.released.length; row++) {
    const released = identifier.released[row];
    if (released === null || released === undefined) continue;
    const facts: Facts = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY, sex: null };
    let pattern = released;
    for (const { narrow } of narrowing) pattern = narrow(row, pattern, facts);
    const key = `${pattern} ${facts.from} ${facts.to} ${facts.sex}`;
    let count = memo.get(key);
    if (count === undefined) {
      count = candidates(kind, pattern, facts);
      memo.set(key, count);
    }
    if (count === null) return null;
    // The raw value always fits; a contradiction means that a relation does not hold in this row.
    const left = Math.max(1, count);
    min = Math.min(min, left);
    max = Math.max(max, left);
    sum += left;
    rows++;
    if (left === 1) determined++;
  }
  if (rows === 0) return null;
  return {
    with: narrowing.map((one) => one.name),
    residual: { min, mean: sum / rows, max },
    determined: determined / rows,
    rows,
  };
}

const FIRST = parseDate('1900-01-01');
const LAST = parseDate('2025-12-31');

function candidates(kind: string, pattern: string, facts: Facts): number | null {
  if (kind !== 'resident-id' || pattern.length === 15) return residualCandidates(kind, pattern);
  const known: ResidentFacts = {
    birth: [Math.max(FIRST, facts.from), Math.min(LAST, facts.to)],
    ...(facts.sex !== null && { sex: facts.sex }),
  };
  return countResidentIds(pattern, known);
}

interface Parts {
  readonly birth: number;
  readonly sex: 'male' | 'female';
}

/** Birth date and sex that stand in a raw resident ID. */
function partsOf(raw: string | null | undefined): Parts | null {
  if (raw === null || raw === undefined) return null;
  const digits = /^\d{15}$/.test(raw) ? `${raw.slice(0, 6)}19${raw.slice(6)}` : raw;
  if (!/^\d{17}[\dXx]?$/.test(digits)) return null;
  const birth = parseDate(digits.slice(6, 14));
  return Number.isNaN(birth) ? null : { birth, sex: Number(digits.charAt(16)) % 2 === 1 ? 'male' : 'female' };
}

/** Another copy of the same digits, or of its beginning: what one shows, the other need not hide. */
function sameDigits(identifier: JointColumn, other: JointColumn): Narrow | null {
  let both = 0;
  let same = 0;
  for (let row = 0; row < identifier.raw.length; row++) {
    const [a, b] = [identifier.raw[row], other.raw[row]];
    if (a === null || a === undefined || b === null || b === undefined || b.length < 2) continue;
    both++;
    if (/^\d/.test(b) && a.startsWith(b)) same++;
  }
  if (both === 0 || same < AGREEMENT * both) return null;
  return (row, pattern) => {
    const shown = other.released[row];
    if (shown === null || shown === undefined) return pattern;
    let merged = '';
    for (let at = 0; at < pattern.length; at++) {
      const own = pattern.charAt(at);
      const extra = shown.charAt(at);
      merged += own === '*' && /^[0-9A-Z]$/.test(extra) ? extra : own;
    }
    return merged;
  };
}

/** What a column says about birth date or sex, found by comparing raw values with the ID; null when nothing. */
function relation(identifier: JointColumn, other: JointColumn): Narrow | null {
  const parts = identifier.raw.map(partsOf);
  return birthRelation(parts, other) ?? ageRelation(parts, other) ?? sexRelation(parts, other);
}

function limit(facts: Facts, [from, to]: Interval): void {
  facts.from = Math.max(facts.from, from);
  facts.to = Math.min(facts.to, to);
}

/** Counts on how many rows a raw value agrees with the ID. */
function agrees(
  parts: readonly (Parts | null)[],
  other: JointColumn,
  test: (raw: string, id: Parts) => boolean,
): boolean {
  let both = 0;
  let same = 0;
  parts.forEach((id, row) => {
    const raw = other.raw[row];
    if (id === null || raw === null || raw === undefined) return;
    both++;
    if (test(raw, id)) same++;
  });
  return both > 0 && same >= AGREEMENT * both;
}

/** Days or years of birth that stand behind each label, for labels that cannot be read. */
function observed(parts: readonly (Parts | null)[], other: JointColumn): Map<string, Interval> {
  const seen = new Map<string, Interval>();
  parts.forEach((id, row) => {
    const label = other.released[row];
    if (id === null || label === null || label === undefined) return;
    const [from, to] = seen.get(label) ?? [id.birth, id.birth];
    seen.set(label, [Math.min(from, id.birth), Math.max(to, id.birth)]);
  });
  return seen;
}

function birthRelation(parts: readonly (Parts | null)[], other: JointColumn): Narrow | null {
  const yearOf = (day: number): number => new Date(day * 86_400_000).getUTCFullYear();
  const asDate = agrees(parts, other, (raw, id) => parseDate(raw) === id.birth);
  if (!asDate && !agrees(parts, other, (raw, id) => raw.trim() === String(yearOf(id.birth)))) return null;
  const seen = observed(parts, other);
  const slack = other.slack ?? 0;
  return (row, pattern, facts) => {
    const label = other.released[row];
    if (label !== null && label !== undefined) {
      const [from, to] = datesOfLabel(label) ?? (seen.get(label) as Interval);
      limit(facts, [from - slack, to + slack]);
    }
    return pattern;
  };
}

/** Age on a reference day: the day is found as the one that all rows agree on. */
function ageRelation(parts: readonly (Parts | null)[], other: JointColumn): Narrow | null {
  let earliest = Number.NEGATIVE_INFINITY;
  let latest = Number.POSITIVE_INFINITY;
  let rows = 0;
  const ends: [number, number][] = [];
  parts.forEach((id, row) => {
    const raw = other.raw[row];
    const age = raw === null || raw === undefined ? Number.NaN : parseNumber(raw);
    if (id === null || !Number.isInteger(age) || age < 0 || age > 150) return;
    ends.push([yearsLater(id.birth, age), yearsLater(id.birth, age + 1) - 1]);
    rows++;
  });
  if (rows < 2 || rows < 0.5 * parts.length) return null;
  // Leave out the five percent most extreme bounds, so that a few wrong ages do not hide the relation.
  const low = ends.map(([from]) => from).sort((a, b) => a - b);
  const high = ends.map(([, to]) => to).sort((a, b) => a - b);
  earliest = low[Math.ceil(0.95 * (rows - 1))] as number;
  latest = high[Math.floor(0.05 * (rows - 1))] as number;
  if (earliest > latest + 366) return null;
  const reference = Math.min(earliest, latest);
  const agreeing = ends.filter(([from, to]) => from - 366 <= reference && reference <= to + 366).length;
  if (agreeing < AGREEMENT * rows) return null;
  const seen = observed(parts, other);
  return (row, pattern, facts) => {
    const label = other.released[row];
    if (label !== null && label !== undefined) {
      const ages = agesOfLabel(label);
      limit(
        facts,
        ages === null
          ? (seen.get(label) as Interval)
          : [yearsLater(reference, -ages[1] - 1) + 1, yearsLater(reference, -ages[0])],
      );
    }
    return pattern;
  };
}

function sexRelation(parts: readonly (Parts | null)[], other: JointColumn): Narrow | null {
  const male = new Map<string, [number, number]>();
  parts.forEach((id, row) => {
    const raw = other.raw[row];
    if (id === null || raw === null || raw === undefined || male.size > 8) return;
    const counts = male.get(raw) ?? [0, 0];
    counts[id.sex === 'male' ? 0 : 1]++;
    male.set(raw, counts);
  });
  if (male.size < 2 || male.size > 8) return null;
  let fits = 0;
  let total = 0;
  const sexOf = new Map<string, 'male' | 'female'>();
  for (const [value, [m, f]] of male) {
    fits += Math.max(m, f);
    total += m + f;
    sexOf.set(value, m >= f ? 'male' : 'female');
  }
  if (fits < 0.98 * total || new Set(sexOf.values()).size < 2) return null;
  return (row, pattern, facts) => {
    const label = other.released[row];
    // Only a value that stands as it is tells the sex.
    if (label !== null && label !== undefined && label === other.raw[row]) facts.sex = sexOf.get(label) ?? null;
    return pattern;
  };
}
