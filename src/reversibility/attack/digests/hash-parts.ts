/**
 * Several digests in one cell, one after the other or taking turns digit by digit: cells of hexadecimal digits of one length that
 * is a multiple of a digest's. See hashes.md.
 * @module
 */
import type { Lookup } from '../../intake/lookup.js';
import { sampleCodes } from '../../intake/lookup.js';
import { columnOfTexts } from '../../intake/sheet.js';
import type { Derived } from '../../inverse.js';
import { probesOf } from './digest-group.js';
import { plainCandidates } from './hash-recipes.js';
import { keyOfWriting, type Writing, writingsOfColumn } from './hash-writings.js';
import { fewStretched, lastStretched } from './stretch-search.js';

/** Digits of a digest that may stand beside others in a cell: those of the customary kinds, and half of the shortest. */
const DIGITS: ReadonlySet<number> = new Set([16, 32, 40, 56, 64, 96, 128]);
const LONGEST = Math.max(...DIGITS);
const MOST_PARTS = 4;

/** Characters of every cell that may be a digest: so many from one on, neighbours or in turns. */
interface Part {
  readonly formula: string;
  readonly from: number;
  readonly by: number;
  readonly digits: number;
}

/** Digests of the probes of all source columns in the writings of a part. */
class Wanted {
  readonly #texts: ReadonlySet<string>;
  /** A bit for each beginning of some digest. */
  readonly #heads: Uint32Array = new Uint32Array(1 << (HEAD_BITS - 5));

  constructor(texts: ReadonlySet<string>) {
    this.#texts = texts;
    for (const text of texts) {
      const own = headOf(text, 0, 1);
      this.#heads[own >>> 5] = (this.#heads[own >>> 5] as number) | (1 << (own & 31));
    }
  }

  /** True when the part of a text is wanted; it is only written where it begins as a digest does. */
  holds(text: string, part: Part): boolean {
    const own = headOf(text, part.from, part.by);
    return (((this.#heads[own >>> 5] as number) >>> (own & 31)) & 1) === 1 && this.#texts.has(cut(text, part));
  }
}

/** Digits of a head, and its bits. */
const HEAD = 6;
const HEAD_BITS = 22;
const VALUES = Uint8Array.from({ length: 128 }, (_, unit) => Number.parseInt(String.fromCharCode(unit), 16) || 0);

/** The first bits of some hex digits of a text: equal for equal digits. */
function headOf(text: string, from: number, by: number): number {
  let head = 0;
  const end = Math.min(text.length, from + HEAD * by);
  for (let i = from; i < end; i += by) head = (head << 4) | (VALUES[text.charCodeAt(i) & 127] as number);
  return (head >>> 2) & ((1 << HEAD_BITS) - 1);
}

const wanted = new WeakMap<Lookup, Map<string, Wanted>>();

/** Digits from which on parts may hold stretched digests: few cells are so long. */
const STRETCHED_DIGITS = 40;

function wantedOf(lookup: Lookup, writings: readonly Writing[]): Wanted {
  let kept = wanted.get(lookup);
  if (kept === undefined) {
    kept = new Map();
    wanted.set(lookup, kept);
  }
  const key = `${lastStretched(lookup)?.recipe.key ?? ''}/${writings.map(keyOfWriting).join()}`;
  let own = kept.get(key);
  if (own === undefined) {
    const texts = new Set<string>();
    for (const { recipe, writing } of plainCandidates(writings))
      for (const { column } of lookup.columns)
        for (const digest of probesOf(column, recipe)) texts.add(writing.write(digest));
    for (const writing of writings)
      if (writing.digits >= STRETCHED_DIGITS && writing.name === '')
        for (const digest of fewStretched(lookup, writing)) texts.add(writing.write(digest));
    own = new Wanted(texts);
    kept.set(key, own);
  }
  return own;
}

/** Cells of digits with blanks among them, or longer than any digest: no digests themselves, but several may stand in one. */
export function mayHoldDigests({ attack, column }: Derived): boolean {
  if (attack !== 'containment' || column.distinct < 2) return false;
  const samples = sampleCodes(column, 60).map((code) => column.text(code));
  return (
    samples.some((text) => text.includes(' ') || text.length > LONGEST) &&
    samples.every((text) => /^[0-9A-Fa-f ]{32,}$/.test(text))
  );
}

/** The parts of the cells of a column that hold a plain digest of a probe; none where the cells are no such digits. */
export function* digestParts(derived: Derived, lookup: Lookup): Generator<Derived> {
  const { column } = derived;
  if (derived.attack !== 'containment' || column.distinct < 2) return;
  const { length } = column.text(0);
  const samples = sampleCodes(column, 60).map((code) => column.text(code));
  if (samples.some((text) => text.length !== length || !/^(?:[0-9a-f ]+|[0-9A-F ]+)$/.test(text))) return;
  const open: { readonly part: Part; readonly wanted: Wanted }[] = [];
  for (const part of partsOf(derived.formula, length)) {
    const writings = writingsOfColumn(
      columnOfTexts(
        '',
        samples.map((text) => digestOf(text, part)),
      ),
    );
    if (writings.length > 0) open.push({ part, wanted: wantedOf(lookup, writings) });
  }
  const met = new Uint8Array(open.length);
  let left = open.length;
  for (let code = 0; code < column.distinct && left > 0; code++) {
    const text = column.text(code);
    for (let i = 0; i < open.length; i++) {
      const { part, wanted } = open[i] as (typeof open)[number];
      if (met[i] === 1 || !wanted.holds(text, part)) continue;
      met[i] = 1;
      left--;
    }
  }
  for (const [i, { part }] of open.entries()) if (met[i] === 1) yield made(derived, part);
}

function* partsOf(formula: string, length: number): Generator<Part> {
  for (let parts = 2; parts <= MOST_PARTS; parts++) {
    const digits = length / parts;
    if (!DIGITS.has(digits)) continue;
    for (let i = 0; i < parts; i++) {
      yield { formula: `substr(${formula}, ${i * digits + 1}, ${digits})`, from: i * digits, by: 1, digits };
      yield { formula: `every(${parts},${i + 1})(${formula})`, from: i, by: parts, digits };
    }
  }
}

function made(derived: Derived, part: Part): Derived {
  const { codes, values } = derived.column;
  const texts = values.map((text) => digestOf(text, part));
  return {
    ...derived,
    column: columnOfTexts(
      part.formula,
      Array.from(codes, (code) => (code < 0 ? null : (texts[code] as string | null))),
    ),
    formula: part.formula,
    bits: derived.bits + 9,
  };
}

/** The part of a cell; null where an empty value stands there, filled up with blanks. */
function digestOf(text: string, part: Part): string | null {
  const own = cut(text, part);
  return own.trim() === '' ? null : own;
}

function cut(text: string, { from, by, digits }: Part): string {
  if (by === 1) return text.slice(from, from + digits);
  let out = '';
  for (let i = from; i < text.length; i += by) out += text[i] as string;
  return out;
}
