/**
 * How many values a column could hold: what an outsider must enumerate, and how often strangers share a value by chance.
 * @module
 */
import { sampleCodes } from './lookup.js';
import type { SheetColumn } from './sheet.js';

/** log2 of the number of values an outsider must try: the alphabet at each position, or the distinct words of the column. */
export function enumerationBits(column: SheetColumn): number {
  const sample = sampleCodes(column, 2000).map((code) => column.text(code));
  if (sample.length === 0) return 0;
  const resident = sample.filter((text) => /^\d{17}[\dXx]$/.test(text)).length;
  // About 3,000 counties, 40,000 birth days, 1,000 sequence numbers; the check digit follows.
  if (resident > 0.8 * sample.length) return Math.log2(3000 * 40_000 * 1000);
  if (sample.every((text) => /^1\d{10}$/.test(text))) return Math.log2(8e9);
  const longest = sample.reduce((most, text) => Math.max(most, text.length), 0);
  let bits = 0;
  for (let position = 0; position < longest; position++) {
    const alphabet = new Set<string>();
    for (const text of sample) alphabet.add(text[position] ?? '');
    bits += Math.log2(alphabet.size);
  }
  // A dictionary attack goes through known values: names, places, categories.
  const han = sample.filter((text) => /^\p{Script=Han}{2,4}$/u.test(text)).length;
  if (han > 0.8 * sample.length) bits = Math.min(bits, Math.log2(500 * 3000 * 3000));
  if (column.distinct <= 0.2 * column.present) bits = Math.min(bits, Math.log2(column.distinct) + 10);
  return bits;
}
