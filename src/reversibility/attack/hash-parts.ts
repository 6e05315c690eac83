/**
 * Several digests in one cell, one after the other or taking turns digit by digit: cells of hexadecimal digits of one length that
 * is a multiple of a digest's. See hashes.md.
 * @module
 */
import { sampleCodes } from '../intake/lookup.js';
import { columnOfTexts } from '../intake/sheet.js';
import type { Derived } from '../inverse.js';

/** Digits of a digest that may stand beside others in a cell: those of the customary kinds, and half of the shortest. */
const DIGITS: ReadonlySet<number> = new Set([16, 32, 40, 56, 64, 96, 128]);
const MOST_PARTS = 4;

/** The parts of the cells of a column that may each be a digest; none where the cells are no such digits. */
export function* digestParts(derived: Derived): Generator<Derived> {
  const { column } = derived;
  if (derived.attack !== 'containment' || column.distinct < 2) return;
  const { length } = column.values[0] as string;
  const samples = sampleCodes(column, 60).map((code) => column.values[code] as string);
  if (samples.some((text) => text.length !== length || !/^(?:[0-9a-f]+|[0-9A-F]+)$/.test(text))) return;
  for (let parts = 2; parts <= MOST_PARTS; parts++) {
    const digits = length / parts;
    if (!DIGITS.has(digits)) continue;
    for (let i = 0; i < parts; i++) {
      yield made(derived, `substr(${derived.formula}, ${i * digits + 1}, ${digits})`, (text) =>
        text.slice(i * digits, (i + 1) * digits),
      );
      yield made(derived, `every(${parts},${i + 1})(${derived.formula})`, (text) => turns(text, parts, i));
    }
  }
}

function made(derived: Derived, formula: string, cut: (text: string) => string): Derived {
  const { codes, values } = derived.column;
  const texts = values.map(cut);
  return {
    ...derived,
    column: columnOfTexts(
      formula,
      Array.from(codes, (code) => (code < 0 ? null : (texts[code] as string))),
    ),
    formula,
    bits: derived.bits + 9,
  };
}

function turns(text: string, parts: number, from: number): string {
  let out = '';
  for (let i = from; i < text.length; i += parts) out += text[i] as string;
  return out;
}
