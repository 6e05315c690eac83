/** One table of characters over a public code: Caesar and substitution over base64, hexadecimal, quoted-printable. */
import { describe, expect, it } from 'vitest';
import { fromChineseNumbers } from '../../src/reversibility/attack/decoding/decode-numerals.js';
import { matchCodeCiphers } from '../../src/reversibility/attack/text/code-ciphers.js';
import { review } from '../../src/reversibility/index.js';
import { Lookup } from '../../src/reversibility/intake/lookup.js';
import { sheetOf } from '../../src/reversibility/intake/sheet.js';
import { identities, type Step } from '../../src/reversibility/inverse.js';
import { tableFromColumns } from '../../src/table/index.js';
import { SeededRandom } from '../../src/testing/index.js';

const random = new SeededRandom('ciphers over codes');
const rows = 120;
const meter = Array.from({ length: rows }, () => String(10_000_000 + random.below(80_000_000)));
const power = Array.from({ length: rows }, () => (100 * random.uniform()).toFixed(2));
const town = Array.from({ length: rows }, () => ['长沙', '株洲', '湘潭', '衡阳'][random.below(4)] as string);
const source = tableFromColumns({ meter, power, town });

function productOf(write: (text: string) => string): ReturnType<typeof tableFromColumns> {
  return tableFromColumns({ a: meter.map(write), b: power.map(write), c: town.map(write) });
}

function stepsOf(product: ReturnType<typeof tableFromColumns>): readonly Step[] {
  const columns = identities(sheetOf(product, 'product').columns);
  return matchCodeCiphers(columns, new Lookup([sheetOf(source, 'source')]), () => false);
}

const hexBytes = (text: string): string[] =>
  Array.from(new TextEncoder().encode(text), (byte) => byte.toString(16).toUpperCase().padStart(2, '0'));

/** Digits moved by six places, letters by three. */
const caesar = (text: string): string =>
  text.replace(/[0-9A-Za-z]/g, (char) => {
    const code = char.charCodeAt(0);
    if (code < 58) return String((code - 48 + 6) % 10);
    const base = code < 91 ? 65 : 97;
    return String.fromCharCode(base + ((code - base + 3) % 26));
  });

describe('a table of characters over a public code', () => {
  it('quoted-printable under a Caesar shift of letters and digits', () => {
    const steps = stepsOf(
      productOf((text) =>
        caesar(
          hexBytes(text)
            .map((byte) => `=${byte}`)
            .join(''),
        ),
      ),
    );
    // Numbers of two decimals are no crib of their own: what the meters give away reads them.
    for (const column of [0, 1]) {
      const step = steps.find((own) => own.from[0] === column && own.column === column);
      expect(step?.formula).toBe(`quoted-printable(substitution(${'ab'[column]}))`);
      expect(step?.mass).toBe(1);
    }
  });

  it('base64 under any exchange of characters', async () => {
    const alphabet = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/='];
    const other = alphabet.slice();
    for (let i = other.length - 1; i > 0; i--) {
      const j = random.below(i + 1);
      [other[i], other[j]] = [other[j] as string, other[i] as string];
    }
    const verdict = await review({
      sources: [source],
      product: productOf((text) =>
        [...Buffer.from(text).toString('base64')].map((char) => other[alphabet.indexOf(char)]).join(''),
      ),
      seed: 'b',
    });
    expect(verdict.verdict).toBe('block');
    expect(verdict.restoration.rows.count).toBeGreaterThan(0.9 * rows);
  });

  it('the same code over other values is not read', () => {
    const others = Array.from({ length: rows }, () => String(10_000_000 + random.below(80_000_000)));
    expect(stepsOf(tableFromColumns({ a: others.map((text) => caesar(hexBytes(text).join('='))) }))).toEqual([]);
    expect(stepsOf(tableFromColumns({ a: others.map((text) => caesar(hexBytes(text).join(''))) }))).toEqual([]);
  });
});

describe('Chinese numerals among other characters (GB/T 15835-2011)', () => {
  it.each([
    ['二零一九-零六-二七', '2019-06-27'],
    ['二〇二四年六月十日', '2024年6月10日'],
    ['负三.五', '-3.5'],
    ['三点一四', '3.14'],
    ['12', null],
  ])('%s', (text, digits) => {
    expect(fromChineseNumbers(text)).toBe(digits);
  });

  it('behind bytes in a code', async () => {
    const digits = '零一二三四五六七八九';
    const product = productOf((text) =>
      Buffer.from(text.replace(/\d/g, (digit) => digits[Number(digit)] as string)).toString('base64'),
    );
    const verdict = await review({ sources: [source], product, seed: 'd' });
    expect(verdict.verdict).toBe('block');
    expect(verdict.restoration.rows.count).toBe(rows);
  });
});
