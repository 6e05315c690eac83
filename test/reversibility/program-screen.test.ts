/** What is turned away before a program is learnt from tied rows: never a pair of columns for which one is found. */
import { describe, expect, it } from 'vitest';
import { codesAt } from '../../src/reversibility/attack/shared/tied-maps.js';
import { ProgramScreen } from '../../src/reversibility/attack/text/program-screen.js';
import { examplesOf, synthesise } from '../../src/reversibility/attack/text/synthesis.js';
import { columnOfTexts } from '../../src/reversibility/intake/sheet.js';
import { SeededRandom } from '../../src/testing/index.js';

const ROWS = 600;
const rows = Int32Array.from({ length: ROWS }, (_, i) => i);
const pairs = { product: rows, source: rows };

function draw(random: SeededRandom, alphabet: string, from: number, to: number): string {
  const length = from + Math.floor(random.uniform() * (to - from + 1));
  return Array.from({ length }, () => alphabet[Math.floor(random.uniform() * alphabet.length)]).join('');
}

const SOURCES: readonly [string, (random: SeededRandom) => string][] = [
  ['letters', (random) => draw(random, 'abcdefghij', 6, 6)],
  ['words', (random) => draw(random, 'abcdefghijklmnopqrstuvwxyz', 3, 9)],
  ['digits', (random) => draw(random, '123456789', 8, 8)],
  ['long digits', (random) => draw(random, '123456789', 12, 12)],
  ['decimals', (random) => (random.uniform() * 100).toFixed(2)],
  ['Chinese', (random) => draw(random, '甲乙丙丁戊己庚辛', 3, 3)],
  ['few', (random) => draw(random, '12345', 1, 1)],
];

const rotated = (text: string): string =>
  text.replace(/[a-z]/g, (char) => String.fromCharCode(97 + ((char.charCodeAt(0) - 97 + 7) % 26)));
const keyed = (text: string): Buffer => Buffer.from(Buffer.from(text).map((byte, i) => byte ^ (0x5a + 13 * (i % 3))));

const PRODUCTS: readonly [string, (text: string, random: SeededRandom) => string][] = [
  ['itself', (text) => text],
  ['substitution', rotated],
  ['key in hex', (text) => keyed(text).toString('hex')],
  ['key in base64', (text) => keyed(text).toString('base64')],
  [
    'places',
    (text, random) => `${draw(random, 'xyz', 2, 2)}${[...text].reverse().join('')}${draw(random, 'uvw', 2, 2)}`,
  ],
  ['line', (text) => String(Number(text) * 3 + 7)],
  ['XOR', (text) => String(Number(text) ^ 0x2b67c5)],
  ['modulo', (text) => String((Number(text) * 48271 + 11) % 99999989)],
  ['anything', (_, random) => draw(random, '0123456789abcdef', 20, 20)],
  ['any digits', (_, random) => draw(random, '123456789', 8, 8)],
];

describe('the screen of programs', () => {
  it('lets through whatever is found, with wrong rows and gaps too, and little else', () => {
    const random = new SeededRandom('program-screen');
    let found = 0;
    let passed = 0;
    for (const [, source] of SOURCES) {
      for (const [name, product] of PRODUCTS) {
        for (const wrong of [0, 0.04]) {
          const texts = rows.map(() => 0);
          const raw = Array.from(texts, () => (random.uniform() < wrong ? '' : source(random)));
          const made = raw.map((text) => product(random.uniform() < wrong / 2 ? source(random) : text, random));
          const from = columnOfTexts('p', made);
          const to = columnOfTexts('s', raw);
          const screen = new ProgramScreen(from, codesAt(from, rows));
          const held = screen.mayHold(to, codesAt(to, rows));
          const program = synthesise(...examplesOf(from, to, pairs));
          if (program !== null) {
            found++;
            expect(held, `${name}: ${program.name}`).toBe(true);
          } else if (held) passed++;
        }
      }
    }
    expect(found).toBeGreaterThan(30);
    expect(passed).toBeLessThan(20);
  });
});
