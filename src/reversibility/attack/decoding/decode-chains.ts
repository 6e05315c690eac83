/**
 * What a chain of decoders makes of a whole column. See decoders.md.
 * @module
 */
import { sampleCodes, withoutGaps } from '../../intake/lookup.js';
import type { PackedTexts } from '../../intake/packed-texts.js';
import { SheetColumn } from '../../intake/sheet.js';
import type { Derived } from '../../inverse.js';
import { BLOB_LIMIT } from './decode-bytes.js';
import type { Decoder } from './decoder-library.js';

const SAMPLE = 16;

/** Sampled texts without what stands for gaps: that is written in no code. */
export function samplesOf(column: SheetColumn): readonly string[] {
  const texts = sampleCodes(column, SAMPLE).map((code) => column.text(code));
  return withoutGaps(texts);
}

/** A column read by a chain that has read another one; null where it decodes too few of its values. */
export function readAlike(base: Derived, chain: readonly Decoder[], late: () => boolean): Derived | null {
  const samples = samplesOf(base.column);
  let good = 0;
  let changed = 0;
  for (const text of samples) {
    const out = decodedBy(chain, text);
    if (out === null || out === '') continue;
    good++;
    if (out !== text) changed++;
  }
  return changed > 0 && good >= ALIKE * samples.length ? applyChain(base, chain, late) : null;
}

/** Share of the samples that a chain of another column must decode. */
const ALIKE = 0.7;

/** The derived column of a chain. When the time is up the rest stays undecoded: the attack then ends as a gap. */
export function applyChain(base: Derived, chain: readonly Decoder[], late: () => boolean = () => false): Derived {
  if (chain.length === 0) return base;
  const formula = chainFormula(chain, base.formula);
  const values = cutTexts(base.column.packed, chain) ?? decodedTexts(base.column, chain, late);
  return {
    column: new SheetColumn(formula, base.column.codes, values),
    from: base.from,
    formula,
    attack: 'decoders',
    knowledge: base.knowledge,
    bits: base.bits + chain.reduce((bits, decoder) => bits + decoder.bits, 0),
  };
}

/** The texts of a chain of cuts, which share the bytes of the column's own; null for other chains, or where a text is too short. */
function cutTexts(packed: PackedTexts | null, chain: readonly Decoder[]): PackedTexts | null {
  if (packed === null) return null;
  let first = 0;
  let last = 0;
  for (const { cut } of chain) {
    if (cut === undefined) return null;
    first += cut[0];
    last += cut[1];
  }
  return packed.cut(first, last);
}

function decodedTexts(column: SheetColumn, chain: readonly Decoder[], late: () => boolean): string[] {
  const values = new Array<string>(column.distinct).fill(UNDECODED);
  for (let code = 0; code < values.length; code++) {
    if ((code & 1023) === 0 && late()) break;
    const out = decodedBy(chain, column.text(code));
    if (out !== null) values[code] = out;
  }
  return values;
}

function decodedBy(chain: readonly Decoder[], text: string): string | null {
  let out: string | null = text;
  for (const decoder of chain) {
    out = out.length > BLOB_LIMIT ? null : decoder.decode(out);
    if (out === null) return null;
  }
  return out;
}

/** Stands for a value that does not decode; no source holds it. */
const UNDECODED = '\u0000';

function chainFormula(chain: readonly Decoder[], inner: string): string {
  return chain.reduce((formula, decoder) => (decoder.name === 'utf8' ? formula : `${decoder.name}(${formula})`), inner);
}
