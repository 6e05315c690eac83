/**
 * A source column in which one value stands in most rows draws any column to itself: nothing may be read by that alone, and what was
 * made of the other columns must still come back. Beside it, numbers in writings that nothing tells for digests.
 */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { fromBase85 } from '../../src/reversibility/attack/decoding/decode-more.js';
import type { Cloud } from '../../src/reversibility/attack/linear/cloud.js';
import { designOf, orthogonal } from '../../src/reversibility/attack/linear/design.js';
import { byMoments } from '../../src/reversibility/attack/linear/moment-axes.js';
import { matchNumbers } from '../../src/reversibility/attack/numbers/numeric.js';
import { review } from '../../src/reversibility/index.js';
import { Lookup } from '../../src/reversibility/intake/lookup.js';
import { type SheetColumn, sheetOf } from '../../src/reversibility/intake/sheet.js';
import type { Derived } from '../../src/reversibility/inverse.js';
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
});

describe('a line', () => {
  it('that sends all numbers to the most frequent one reads nothing', () => {
    const counts = { '1.5': 1738, '2.5': 641, '3.5': 97, '4.5': 22, '5.5': 2 };
    const fare = Object.entries(counts).flatMap(([value, count]) => new Array<string>(count).fill(value));
    const metres = Array.from({ length: 1000 }, (_, i) => String(100 + ((7919 * i) % 5003)));
    const lookup = new Lookup([sheetOf(tableFromColumns({ fare }), 'source')]);
    const product = sheetOf(tableFromColumns({ metres }), 'product');
    const derived: Derived = {
      column: product.columns[0] as SheetColumn,
      from: [0],
      formula: 'metres',
      attack: 'containment',
      knowledge: 'A0',
      bits: 0,
    };
    expect(matchNumbers(derived, lookup, 0.25, () => false)).toEqual([]);
  });
});

describe('axes of moments', () => {
  it('turn a rotated part of a cloud back where its columns go with one another', () => {
    const random = new SeededRandom('pay');
    const normal = (): number =>
      Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform());
    const people = Array.from({ length: 3000 }, () => {
      const pay = Math.exp(0.6 * normal());
      const bonus = random.uniform() < 0.4 ? 0 : pay * random.uniform();
      return [pay, bonus, 0.2 * (pay + bonus) + 0.1 * normal()];
    });
    const raw = cloudOf(people);
    const angle = 0.7;
    const turned = people.flatMap(([x, y, z], i) =>
      i % 2 === 0
        ? [
            [
              Math.cos(angle) * (x as number) - Math.sin(angle) * (z as number),
              -(y as number),
              Math.sin(angle) * (x as number) + Math.cos(angle) * (z as number),
            ],
          ]
        : [],
    );
    const own = cloudOf(turned);
    // Median distance of points to where their own row stands, in standard deviations.
    const errors = [...byMoments(own, raw)].map((map) => {
      const apart = Float64Array.from({ length: own.rows }, (_, i) => {
        let sum = 0;
        for (let r = 0; r < 3; r++) {
          let at = 0;
          for (let c = 0; c < 3; c++) at += (map[3 * r + c] as number) * (own.points[3 * i + c] as number);
          sum += (at - (raw.points[6 * i + r] as number)) ** 2;
        }
        return Math.sqrt(sum);
      }).sort();
      return apart[apart.length >> 1] as number;
    });
    expect(Math.min(...errors)).toBeLessThan(0.25);
  });
});

/** Whitened points of rows. */
function cloudOf(rows: readonly (readonly number[])[]): Cloud {
  const codes = Int32Array.from(rows, (_, row) => row);
  const columns = [0, 1, 2].map((a) => ({ codes, numbers: Float64Array.from(rows, (row) => row[a] as number) }));
  const { values, width } = orthogonal(designOf(columns, rows.length));
  const points = Float64Array.from(rows.flatMap((_, row) => [...values.slice(row * width + 1, (row + 1) * width)]));
  return { width: width - 1, rows: rows.length, points, rowOf: codes };
}

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
