/** Writings a copy may hide in: records of length and text, other alphabets of base64, shifted integers, scores by a group that is absent. */
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { review, type Verdict } from '../../src/reversibility/index.js';
import { tableFromColumns } from '../../src/table/index.js';
import { SeededRandom } from '../../src/testing/index.js';

type Columns = Record<string, string[]>;

/** Patients: a number that is unique, a ward, two measures. */
function patients(rows: number, seed: string): Columns {
  const random = new SeededRandom(seed);
  const own: Columns = { number: [], ward: [], height: [], weight: [] };
  for (let row = 0; row < rows; row++) {
    const ward = random.below(4);
    own['number']?.push(String(10_000_000 + random.below(89_999_999)));
    own['ward']?.push(['north', 'south', 'east', 'west'][ward] as string);
    own['height']?.push((150 + 5 * ward + 30 * random.uniform()).toFixed(1));
    own['weight']?.push((50 + 3 * ward + 40 * random.uniform()).toFixed(2));
  }
  return own;
}

const SOURCE = patients(300, 'writings');
const ROWS = Array.from({ length: 300 }, (_, row) => (row * 127) % 300);

function reviewed(product: Columns): Promise<Verdict> {
  return review({ sources: [tableFromColumns(SOURCE)], product: tableFromColumns(product), seed: '00' });
}

async function verdictOf(product: Columns): Promise<string> {
  return (await reviewed(product)).verdict;
}

/** What each column was read as; a part of the columns is no restored row, but it is explained. */
async function readAs(product: Columns): Promise<string[]> {
  const { columns, verdict } = await reviewed(product);
  expect(verdict).not.toBe('release');
  return columns.map(({ source, how, restoredShare }) => `${source}: ${how} ${restoredShare}`);
}

const row = (at: number): string[] => Object.values(SOURCE).map((column) => column[at] as string);
/** An array of short strings in MessagePack. */
const packed = (cells: readonly string[]): Buffer =>
  Buffer.concat([
    Buffer.of(0x90 + cells.length),
    ...cells.map((cell) => Buffer.concat([Buffer.of(0xa0 + Buffer.byteLength(cell)), Buffer.from(cell)])),
  ]);

describe('a copy of all rows in another order is blocked', () => {
  it('as records of MessagePack in base64', async () => {
    expect(await verdictOf({ x: ROWS.map((at) => packed(row(at)).toString('base64')) })).toBe('block');
  });

  it('in base64 with small letters for capitals', async () => {
    const swapped = (text: string): string =>
      btoa(text).replace(/[a-z]/gi, (letter) => (letter < 'a' ? letter.toLowerCase() : letter.toUpperCase()));
    expect(await verdictOf({ x: ROWS.map((at) => swapped(row(at).join(';'))) })).toBe('block');
  });
});

/** What Python's pickle.dumps writes of a text (protocol 4). */
const pickled = (text: string): Buffer => {
  const body = Buffer.concat([Buffer.of(0x8c, Buffer.byteLength(text)), Buffer.from(text), Buffer.of(0x94, 0x2e)]);
  const frame = Buffer.alloc(8);
  frame.writeBigUInt64LE(BigInt(body.length));
  return Buffer.concat([Buffer.of(0x80, 4, 0x95), frame, body]);
};

const hex =
  (change: (byte: number, i: number, all: Buffer) => number) =>
  (text: string): string => {
    const bytes = Buffer.from(text);
    return Buffer.from(bytes.map((byte, i) => change(byte, i, bytes))).toString('hex');
  };

it('a copy whose columns are each in another writing is blocked', async () => {
  const written = (name: string, write: (text: string) => string): string[] =>
    ROWS.map((at) => write(SOURCE[name]?.[at] as string));
  const { verdict, columns } = await reviewed({
    a: written(
      'number',
      hex((byte, i, all) => byte ^ (i === 0 ? 0 : (all[i - 1] as number))),
    ),
    b: written('number', (text) => BigInt(`0x${Buffer.from(text).reverse().toString('hex')}`).toString()),
    c: written('ward', (text) => pickled(text).toString('base64')),
    d: written('height', (text) => BigInt(`0x${Buffer.from(text).toString('hex')}`).toString()),
    e: written(
      'weight',
      hex((byte, i) => byte + i),
    ),
    f: written(
      'weight',
      hex((byte) => (byte >> 4) | (byte << 4)),
    ),
  });
  expect(verdict).toBe('block');
  expect(columns.map(({ how }) => how)).toEqual([
    'xor-before(hex(a))',
    'whole-number-little(b)',
    'pickle(base64(c))',
    'whole-number(d)',
    'minus-place(hex(e))',
    'turn-bits(4)(hex(f))',
  ]);
});

it('a copy under HMAC is blocked where the key stands in the product, although its only easy column was read as labels', async () => {
  const random = new SeededRandom('keyed');
  const rows = 201;
  const source: Columns = { flag: Array.from({ length: rows }, () => (random.uniform() < 0.63 ? '0' : '1')) };
  for (const name of ['a', 'b', 'c'])
    source[name] = Array.from({ length: rows }, () => (10 * random.uniform()).toFixed(3));
  const product: Columns = { key: new Array<string>(rows).fill('k-7b433061') };
  for (const [name, column] of Object.entries(source))
    product[`h-${name}`] = column.map((_, at) =>
      createHmac('sha1', 'k-7b433061')
        .update(column[(at * 127) % rows] as string)
        .digest('hex'),
    );
  const own = { sources: [tableFromColumns(source)], product: tableFromColumns(product), seed: '00' };
  expect((await review(own)).verdict).toBe('block');
});

it('a sample of rows is blocked whose numbers are changed by lines and packed into one cell', async () => {
  const cell = (at: number): string =>
    JSON.stringify({
      n: (2.35 * Number(SOURCE['number']?.[at]) - 7).toFixed(2),
      h: (0.5 * Number(SOURCE['height']?.[at]) + 11).toFixed(2),
      w: (-3 * Number(SOURCE['weight']?.[at]) + 4).toFixed(2),
      ward: SOURCE['ward']?.[at],
    });
  expect(await verdictOf({ x: ROWS.slice(0, 60).map(cell) })).toBe('block');
});

describe('columns of a copy are read', () => {
  it('integers after a xorshift', async () => {
    const shifted = (text: string): string => {
      const value = Number(text) >>> 0;
      return String((value ^ (value >>> 13)) >>> 0);
    };
    expect(await readAs({ x: ROWS.map((at) => shifted(SOURCE['number']?.[at] as string)) })).toEqual([
      'number: unxorshift(-13)(x) 1',
    ]);
  });

  it('a product and a quotient of two columns', async () => {
    const number = (name: string, at: number): number => Number(SOURCE[name]?.[at]);
    const { verdict, restoration } = await reviewed({
      n: ROWS.map((at) => SOURCE['number']?.[at] as string),
      p: ROWS.map((at) => String(number('height', at) * number('weight', at))),
      q: ROWS.map((at) => String(number('weight', at) / number('height', at) ** 2)),
    });
    expect(verdict).toBe('block');
    // All but the ward.
    expect(restoration.cells.gross).toBe(0.75);
  });

  it('standard scores by a ward that the product does not tell', async () => {
    const scores = (name: string): string[] => {
      const values = (SOURCE[name] as string[]).map(Number);
      return ROWS.map((at) => {
        const own = values.filter((_, other) => SOURCE['ward']?.[other] === SOURCE['ward']?.[at]);
        const mean = own.reduce((sum, value) => sum + value, 0) / own.length;
        const spread = Math.sqrt(own.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (own.length - 1));
        return (((values[at] as number) - mean) / spread).toFixed(9);
      });
    };
    expect(await readAs({ x: scores('height'), y: scores('weight') })).toEqual([
      'height: standardised-by-group(x, ward) 1',
      'weight: standardised-by-group(y, ward) 1',
    ]);
  });
});
