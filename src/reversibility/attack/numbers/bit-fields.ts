/**
 * Several whole numbers side by side in the bits of one, in decimal or hexadecimal: each source column is looked for at every
 * place. Two at least, at places of their own, must be found.
 *
 * Knuth, "The Art of Computer Programming", vol. 1, 3rd ed., section 1.3.1 (fields of a word). See packed-numbers.md.
 * @module
 */
import { type Lookup, sampleCodes } from '../../intake/lookup.js';
import { SheetColumn } from '../../intake/sheet.js';
import type { TextIndex } from '../../intake/text-index.js';
import type { Derived, Step } from '../../inverse.js';
import type { Board } from '../attack.js';
import { randomCodes, randomRows } from '../shared/fit-at-most.js';
import { matchValues } from '../shared/match.js';
import { DenseNumbers, type Needed } from './dense-fields.js';

const SAMPLE = 24;
/** Values by which the decimals of a source column are told. */
const LOOK = 200;
/** Share of the samples that must be numbers, and stand in a column. */
const STANDING = 0.95;
const NEEDED: Needed = { similarity: 0.8, mass: 0.9 };
/** Rows that are looked at where there are few, and where there are many. */
const TOLD = 400;
const MANY = 16_000;
const MOST_BITS = 192;
const MOST_DECIMALS = 3;

/** A source column of numbers: its largest as a whole one has so many bits. */
interface Wanted {
  readonly index: TextIndex;
  readonly bits: number;
  readonly decimals: number;
  /** Where its numbers are dense among those of so many bits. */
  readonly dense: DenseNumbers | null;
}

const kept = new WeakMap<Lookup, readonly Wanted[]>();

function wantedOf(lookup: Lookup): readonly Wanted[] {
  let own = kept.get(lookup);
  if (own === undefined) {
    own = lookup.columns.flatMap(({ column }) => {
      const shape = wholeNumbers(column);
      if (shape === null) return [];
      return [{ ...shape, index: lookup.folded(column), dense: DenseNumbers.of(column, shape.bits, shape.decimals) }];
    });
    kept.set(lookup, own);
  }
  return own;
}

function wholeNumbers(column: SheetColumn): Pick<Wanted, 'bits' | 'decimals'> | null {
  if (!column.isNumeric || column.distinct < 8) return null;
  let decimals = 0;
  for (const code of sampleCodes(column, LOOK)) {
    const found = /^\d{1,12}(?:\.(\d{1,6}))?$/.exec(column.values[code] as string);
    if (found === null) return null;
    // Zeros at the end of all say nothing.
    decimals = Math.max(decimals, (found[1] ?? '').replace(/0+$/, '').length);
  }
  let most = 0;
  for (let code = 0; code < column.distinct; code++) most = Math.max(most, column.numbers[code] as number);
  const whole = Math.round(most * 10 ** decimals);
  return decimals > MOST_DECIMALS || !Number.isSafeInteger(whole) ? null : { decimals, bits: whole.toString(2).length };
}

function textOf(value: bigint, { decimals }: Wanted): string {
  return String(Number(value) / 10 ** decimals);
}

/** The number that a cell holds; null for other text. */
function wholeOf(text: string): bigint | null {
  if (/^\d{5,58}$/.test(text)) return BigInt(text);
  const hex = /^(?:0x|#)?([0-9a-f]{6,48})$/i.exec(text)?.[1];
  return hex === undefined ? null : BigInt(`0x${hex}`);
}

/** True for cells of digits, at least one of them in hexadecimal where some have letters. */
function numbersOf(texts: readonly string[]): (bigint | null)[] | null {
  const hex = texts.some((text) => /[a-f#x]/i.test(text));
  const out = texts.map((text) => (hex && /^\d+$/.test(text) ? wholeOf(`0x${text}`) : wholeOf(text)));
  return out.filter((own) => own !== null).length >= STANDING * texts.length ? out : null;
}

/** Numbers of random rows; of evenly spread ones where there are few. */
function numbersByRows(column: SheetColumn): bigint[] {
  const { codes } = column;
  const count = Math.min(TOLD, codes.length);
  const many = randomRows(codes.length, MANY);
  const some =
    (many === null ? randomCodes(column) : Int32Array.from(many, (row) => codes[row] as number)) ??
    Int32Array.from({ length: count }, (_, i) => codes[Math.floor(((i + 0.5) * codes.length) / count)] as number);
  const present = Array.from(
    some.filter((code) => code >= 0),
    (code) => column.text(code),
  );
  return (numbersOf(present) ?? []).filter((own) => own !== null);
}

interface Field {
  readonly from: number;
  readonly wanted: Wanted;
  readonly steps: readonly Step[];
  readonly made: Derived;
}

/** Takes a column apart into the fields that stand in the source; true where two or more are found. */
export function takeFields(board: Board, derived: Derived): boolean {
  const { column } = derived;
  const samples = sampleCodes(column, SAMPLE).map((code) => column.values[code] as string);
  const numbers = numbersOf(samples)?.filter((own) => own !== null);
  if (numbers === undefined || numbers.length < 8) return false;
  const bits = numbers.reduce((most, own) => Math.max(most, own.toString(2).length), 0);
  if (bits > MOST_BITS) return false;
  const found: Field[] = [];
  const many = numbersByRows(column);
  let all: readonly (bigint | null)[] | null = null;
  for (const wanted of wantedOf(board.lookup)) {
    const mask = (1n << BigInt(wanted.bits)) - 1n;
    for (let from = 0; from + wanted.bits <= bits + 2; from++) {
      if (board.late()) return false;
      if (!stands(numbers, from, mask, wanted)) continue;
      const field = (own: bigint): number => Number((own >> BigInt(from)) & mask);
      if (wanted.dense?.couldAgree(many.map(field), column.present, NEEDED) === false) continue;
      all ??= numbersOf(column.values);
      if (all === null) return false;
      const fields = wanted.dense && Int32Array.from(all, (own) => (own === null ? -1 : field(own)));
      if (fields !== null && wanted.dense?.agrees(fields, column.counts, column.present, NEEDED) === false) continue;
      const formula = `part(${derived.formula}, bits, ${from}, ${wanted.bits})`;
      const values = all.map((own) => (own === null ? '\u0000' : textOf((own >> BigInt(from)) & mask, wanted)));
      const made: Derived = {
        column: new SheetColumn(formula, column.codes, values),
        from: derived.from,
        formula,
        attack: 'packed-numbers',
        knowledge: derived.knowledge,
        bits: derived.bits + 12,
      };
      const steps = matchValues(made, board.lookup).filter(
        (step) => step.similarity > NEEDED.similarity && step.mass > NEEDED.mass,
      );
      if (steps.length > 0) found.push({ from, wanted, steps, made });
    }
  }
  const apart = found.filter((field) =>
    found.some(
      (other) =>
        other.wanted !== field.wanted &&
        (other.from >= field.from + field.wanted.bits || field.from >= other.from + other.wanted.bits),
    ),
  );
  for (const { steps, made } of apart) {
    board.derived.push(made);
    board.steps.push(...steps);
  }
  return apart.length > 0;
}

/** True when the bits of nearly all samples from a place on are numbers of a source column, not all the same. */
function stands(numbers: readonly bigint[], from: number, mask: bigint, wanted: Wanted): boolean {
  let missed = 0;
  const seen = new Set<bigint>();
  for (const own of numbers) {
    const value = (own >> BigInt(from)) & mask;
    seen.add(value);
    if (!wanted.index.has(textOf(value, wanted)) && ++missed > (1 - STANDING) * numbers.length) return false;
  }
  return seen.size >= 4;
}
