/**
 * A source column in which one value stands in most rows draws any column to itself: nothing may be read by that alone, and what was
 * made of the other columns must still come back. Beside it, numbers in writings that nothing tells for digests.
 */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { fromBase85 } from '../../src/reversibility/attack/decoding/decode-more.js';
import { review } from '../../src/reversibility/index.js';
import { tableFromColumns } from '../../src/table/index.js';
import { SeededRandom } from '../../src/testing/index.js';

const ROWS = 900;

function trips(seed: string): Record<string, string[]> {
  const random = new SeededRandom(seed);
  const rows = Array.from({ length: ROWS }, () => {
    const seconds = 60 + Math.floor(Math.exp(6 + random.uniform() + random.uniform()));
    return {
      bike: `SH${String(random.below(4000)).padStart(6, '0')}`,
      user: `138${String(random.below(100_000_000)).padStart(8, '0')}`,
      start: new Date(1_746_057_600_000 + 1000 * random.below(2_592_000)).toISOString().slice(0, 19),
      lat: (31.2 + 0.1 * random.uniform()).toFixed(5),
      lon: (121.4 + 0.2 * random.uniform()).toFixed(5),
      metres: String(Math.floor(seconds * (2 + random.uniform()))),
      fare: seconds < 1500 ? '1.5' : '2.5',
    };
  });
  return Object.fromEntries(
    Object.keys(rows[0] as object).map((name) => [name, rows.map((row) => row[name as keyof typeof row])]),
  );
}

const SOURCE = trips('trips');
const OTHERS = trips('others');

const reviewed = (columns: Record<string, string[]>) =>
  review({ sources: [tableFromColumns(SOURCE)], product: tableFromColumns(columns), seed: '00' });

const some = (cell: (text: string, name: string) => string, of = SOURCE): Record<string, string[]> =>
  Object.fromEntries(
    Object.entries(of).map(([name, cells]) => [
      name,
      cells.filter((_, i) => i % 5 < 2).map((text) => cell(text, name)),
    ]),
  );

/** Cells under exclusive or with four bytes over and over, as hexadecimal digits. */
const xored = (text: string): string =>
  Buffer.from([...Buffer.from(text)].map((byte, i) => byte ^ (Buffer.from('k3y!')[i % 4] as number))).toString('hex');

/** Cells as whole numbers to base 36, of thousandths; texts by a checksum. */
const numbered = (text: string): string => {
  if (/^-?[\d.]+$/.test(text)) return Math.round(1000 * Number(text)).toString(36);
  return createHash('md5').update(text).digest('hex');
};
const bkdr = (text: string): string =>
  String([...Buffer.from(text)].reduce((sum, byte) => (Math.imul(sum, 131) + byte) & 0x7fffffff, 0));

describe('a source column of one value in most rows', () => {
  it.each([
    ['a repeated key over some rows', xored],
    ['whole numbers to base 36 beside digests', numbered],
    ['a short hash as a whole number', bkdr],
  ])('does not hide %s', async (_, cell) => {
    const { verdict, restoration } = await reviewed(some(cell));
    expect(verdict).toBe('block');
    expect(restoration.rows.net).toBeGreaterThan(0.1);
  });

  it('draws no column of other people to itself', async () => {
    const running = Object.fromEntries(
      Object.entries(some((text) => text, OTHERS)).map(([name, cells]) => {
        if (!/^(?:lat|lon|metres|fare)$/.test(name)) return [name, cells];
        let sum = 0;
        return [
          name,
          cells.map((text) => {
            sum += Number(text);
            return sum.toFixed(4);
          }),
        ];
      }),
    );
    const { verdict, columns } = await reviewed(running);
    expect(verdict).not.toBe('block');
    expect(columns.filter(({ source, explained }) => source === 'fare' && explained === 'attack').length).toBeLessThan(
      2,
    );
  });
});

describe('rotations', () => {
  it('of columns that go with one another are undone in a part of the rows', async () => {
    const random = new SeededRandom('pay');
    const normal = (): number =>
      Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform());
    const people = Array.from({ length: 1200 }, () => {
      const pay = 30_000 * Math.exp(0.5 * normal());
      const bonus = random.uniform() < 0.4 ? 0 : pay * random.uniform() * 0.3;
      return [pay, bonus, 0.2 * (pay + bonus) + 300 * normal()].map((value) => value.toFixed(2));
    });
    const source = Object.fromEntries(
      ['pay', 'bonus', 'tax'].map((name, a) => [name, people.map((own) => own[a] as string)]),
    );
    const kept = people.filter((_, i) => i % 5 < 2).map((own) => own.map(Number));
    const mix = [
      [0.6, -0.3, 1.4],
      [-1.1, 0.8, 0.5],
      [0.4, 1.7, -0.9],
    ];
    const product = Object.fromEntries(
      mix.map((by, a) => [
        `c${a}`,
        kept.map((own) => own.reduce((sum, value, i) => sum + value * (by[i] as number), 0).toFixed(3)),
      ]),
    );
    const { verdict } = await review({
      sources: [tableFromColumns(source)],
      product: tableFromColumns(product),
      seed: '00',
    });
    expect(verdict).toBe('block');
  });
});

describe('base85', () => {
  it('keeps the zeros that a compressed blob ends in', () => {
    const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~';
    const bytes = gzipSync(Buffer.from('name,pay\n'.repeat(40)));
    const whole = Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
    let text = '';
    for (let at = 0; at < whole.length; at += 4) {
      let value = whole.readUInt32BE(at);
      let group = '';
      for (let i = 0; i < 5; i++, value = Math.floor(value / 85)) group = alphabet.charAt(value % 85) + group;
      text += group;
    }
    expect(Buffer.from(fromBase85(text.slice(0, text.length - (whole.length - bytes.length))) ?? '', 'latin1')).toEqual(
      bytes,
    );
  });
});
