/** What everyday tools make of a table: salted digests of coded values, ranks and totals by group, ratios, fields of bits, transforms down a column, printed tables. */
import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { columnTransforms } from '../../src/reversibility/attack/readings/column-transforms.js';
import { review } from '../../src/reversibility/index.js';
import { Lookup } from '../../src/reversibility/intake/lookup.js';
import { sheetOf } from '../../src/reversibility/intake/sheet.js';
import { type Table, tableFromColumns, writeParquet } from '../../src/table/index.js';
import { SeededRandom } from '../../src/testing/index.js';

type Columns = Record<string, string[]>;

/** A table of people: of other seeds, of other people. */
function peopleOf(seed: string, rows = 160): Columns {
  const random = new SeededRandom(seed);
  const each = (make: (row: number) => string): string[] => Array.from({ length: rows }, (_, row) => make(row));
  return {
    card: each(() => String(6_200_000_000 + random.below(900_000_000))),
    town: each(() => ['长沙', '株洲', '湘潭', '衡阳', '岳阳'][random.below(5)] as string),
    age: each(() => String(18 + random.below(60))),
    power: each(() => (20 + 80 * random.uniform()).toFixed(1)),
    paid: each(() => (5 + 300 * random.uniform() ** 2).toFixed(2)),
  };
}

const people = peopleOf('people');
const source = tableFromColumns(people);
const names = Object.keys(people);
const rows = (people.card as string[]).length;
const seed = '00112233445566778899aabbccddeeff';

async function verdictOf(product: Table | Columns): Promise<string> {
  const table = 'batches' in product ? (product as Table) : tableFromColumns(product);
  return (await review({ sources: [source], product: table, seed })).verdict;
}

/** Rows in another order. */
function shuffled(columns: Columns): Columns {
  const random = new SeededRandom('order');
  const order = Array.from({ length: rows }, (_, row) => row);
  for (let i = order.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [order[i], order[j]] = [order[j] as number, order[i] as number];
  }
  return Object.fromEntries(
    Object.entries(columns).map(([name, column]) => [name, order.map((row) => column[row] as string)]),
  );
}

const md5 = (text: string | Uint8Array): string => createHash('md5').update(text).digest('hex');
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

function salted(columns: Columns, write: (salt: string, text: string) => string): Columns {
  const random = new SeededRandom('salts');
  const salts = Array.from({ length: rows }, () => (0x10000000 + random.below(0x6fffffff)).toString(16));
  return {
    ...Object.fromEntries(
      names.map((name, i) => [
        `c${i}`,
        (columns[name] as string[]).map((text, row) => write(salts[row] as string, text)),
      ]),
    ),
    salt: salts,
  };
}

const mapped = (columns: Columns, write: (text: string, name: string) => string): Columns =>
  Object.fromEntries(names.map((name, i) => [`c${i}`, (columns[name] as string[]).map((text) => write(text, name))]));

describe('long digests of two columns', () => {
  it('digit by digit in one cell', async () => {
    const sha512 = (text: string): string => createHash('sha512').update(text).digest('hex');
    const product: Columns = {};
    for (let i = 0; i + 1 < names.length; i += 2) {
      const other = people[names[i + 1] as string] as string[];
      product[`p${i}`] = (people[names[i] as string] as string[]).map((text, row) => {
        const second = sha512(other[row] as string);
        return Array.from(sha512(text), (digit, at) => digit + second[at]).join('');
      });
    }
    expect(await verdictOf(product)).toBe('block');
  });
});

describe('a salt a row', () => {
  it.each([
    ['over base64', (salt: string, text: string) => sha256(salt + Buffer.from(text).toString('base64'))],
    ['over cut digests', (salt: string, text: string) => sha256(salt + md5(text).slice(8, 24))],
    ['over digests', (salt: string, text: string) => md5(`${md5(text)}:${salt}`)],
    [
      'as bytes',
      (salt: string, text: string) => createHmac('sha256', Buffer.from(salt, 'hex')).update(text).digest('hex'),
    ],
  ])('%s is undone row by row', async (_, write) => {
    expect(await verdictOf(salted(people, write))).toBe('block');
  });

  it('over base64 of other people gives nothing', async () => {
    const product = salted(peopleOf('others'), (salt, text) => sha256(salt + Buffer.from(text).toString('base64')));
    expect(await verdictOf(product)).toBe('review');
  });
});

describe('digests', () => {
  it.each([
    ['of the name of the column and the value', (text: string, name: string) => sha256(`${name}:${text}`)],
    ['of the value and a line feed', (text: string) => md5(`${text}\n`)],
    ['of the value backwards', (text: string) => md5([...text].reverse().join(''))],
    ['of UTF-16', (text: string) => md5(Buffer.from(text, 'utf16le'))],
    ['as whole numbers of 48 bits', (text: string) => String(Number.parseInt(sha256(text).slice(0, 12), 16))],
  ])('%s are looked up', async (_, write) => {
    expect(await verdictOf(mapped(people, write))).toBe('block');
  });
});

describe('numbers by group', () => {
  /** Share of the group that is no larger, of each row. */
  function ranks(columns: Columns, name: string): string[] {
    const values = (columns[name] as string[]).map(Number);
    const towns = columns.town as string[];
    return values.map((value, row) => {
      const group = values.filter((_, other) => towns[other] === towns[row]);
      return String(group.filter((own) => own <= value).length / group.length);
    });
  }
  const ranked = (columns: Columns): Columns => ({
    g: columns.town as string[],
    a: ranks(columns, 'age'),
    b: ranks(columns, 'power'),
    c: ranks(columns, 'paid'),
  });

  it('ranks come back where ties tell them', async () => {
    const many = peopleOf('many', 600);
    const result = await review({
      sources: [tableFromColumns(many)],
      product: tableFromColumns(ranked(many)),
      seed,
    });
    expect(result.verdict).toBe('block');
    expect(result.attacks.some(({ inverse }) => inverse?.includes('order-by-group') === true)).toBe(true);
  });

  it('ranks of other people do not', async () => {
    const result = await review({
      sources: [tableFromColumns(peopleOf('many', 600))],
      product: tableFromColumns(ranked(peopleOf('more', 600))),
      seed,
    });
    expect(result.verdict).not.toBe('block');
    expect(result.restoration.rows.lower).toBe(0);
  });

  it('running totals are undone', async () => {
    const totals = new Map<string, number>();
    const paid = (people.paid as string[]).map((text, row) => {
      const town = (people.town as string[])[row] as string;
      const total = (totals.get(town) ?? 0) + Number(text);
      totals.set(town, total);
      return String(Number(total.toFixed(2)));
    });
    expect(await verdictOf({ g: people.town as string[], a: people.age as string[], b: paid })).toBe('block');
  });
});

describe('several columns', () => {
  it('ratios to one that was read are undone one after the other', async () => {
    const [age, power, paid] = [people.age, people.power, people.paid].map((column) =>
      (column as string[]).map(Number),
    );
    const product = shuffled({
      a: people.age as string[],
      b: (power as number[]).map((value, row) => String(value / ((age as number[])[row] as number))),
      c: (paid as number[]).map((value, row) => String(value / ((power as number[])[row] as number))),
    });
    expect(await verdictOf(product)).toBe('block');
  });

  it('exclusive or with a key of each row, beyond 32 bits', async () => {
    const random = new SeededRandom('keys');
    const keys = Array.from({ length: rows }, () => BigInt(random.below(2 ** 31)) * 128n + BigInt(random.below(128)));
    const product = shuffled({
      k: keys.map(String),
      v: (people.card as string[]).map((text, row) => String(BigInt(text) ^ (keys[row] as bigint))),
    });
    const result = await review({ sources: [source], product: tableFromColumns(product), seed });
    expect(result.columns.some(({ how }) => how?.includes('xor') === true)).toBe(true);
  });

  const packed = (columns: Columns): string[] =>
    (columns.age as string[]).map((age, row) => {
      const power = BigInt(Math.round(10 * Number((columns.power as string[])[row])));
      const paid = BigInt(Math.round(100 * Number((columns.paid as string[])[row])));
      return `0x${((BigInt(age) << 48n) | (power << 24n) | paid).toString(16).padStart(16, '0')}`;
    });

  it('fields of bits are taken apart', async () => {
    expect(await verdictOf(shuffled({ flags: packed(people), town: people.town as string[] }))).toBe('block');
  });

  it('fields of bits of other people are not blocked', async () => {
    const others = peopleOf('others');
    expect(await verdictOf({ flags: packed(others), town: others.town as string[] })).not.toBe('block');
  });
});

/** Cosine transform of type II, orthonormal, by its definition. */
function cosine(texts: readonly string[]): string[] {
  const n = texts.length;
  return texts.map((_, k) => {
    const sum = texts.reduce((own, text, i) => own + Number(text) * Math.cos((Math.PI * k * (2 * i + 1)) / (2 * n)), 0);
    return String(sum * Math.sqrt((k === 0 ? 1 : 2) / n));
  });
}

describe('transforms down a column', () => {
  const transformed = (columns: Columns): Columns => ({
    a: cosine(columns.age as string[]),
    b: cosine(columns.power as string[]),
    c: cosine(columns.paid as string[]),
  });

  it('cosines are undone', async () => {
    expect(await verdictOf(transformed(people))).toBe('block');
  });

  it('Fourier parts of half the frequencies are undone, though there are half the rows', async () => {
    const parts = (texts: readonly string[], of: (angle: number) => number): string[] =>
      Array.from({ length: rows / 2 + 1 }, (_, k) =>
        String(texts.reduce((own, text, i) => own + Number(text) * of((2 * Math.PI * k * i) / rows), 0)),
      );
    const product: Columns = {};
    for (const name of ['age', 'power', 'paid']) {
      product[`${name} re`] = parts(people[name] as string[], Math.cos);
      product[`${name} im`] = parts(people[name] as string[], (angle) => -Math.sin(angle));
    }
    expect(await verdictOf(product)).toBe('block');
  });

  it('none in a raw table, nor in one of other people', () => {
    const lookup = new Lookup([sheetOf(source, 'source')]);
    expect(columnTransforms(sheetOf(source, 'product'), lookup)).toEqual([]);
    const others = tableFromColumns(transformed(peopleOf('others')));
    expect(columnTransforms(sheetOf(others, 'product'), lookup)).toEqual([]);
  });
});

describe('a table in one cell', () => {
  const line = (row: number, between: string): string =>
    names.map((name) => (people[name] as string[])[row] as string).join(between);
  const lines = (write: (row: number) => string): string =>
    Array.from({ length: rows }, (_, row) => write(row)).join('\n');

  it.each([
    ['printed', lines((row) => `${row}   ${line(row, '    ')}`)],
    [
      'as a web page',
      `<table>\n${lines((row) => `<tr>\n<th>${row}</th>\n<td class="x">${line(row, '</td>\n<td>')}</td>\n</tr>`)}</table>`,
    ],
    ['for LaTeX', `\\begin{tabular}{l}\n${lines((row) => `${line(row, ' & ')} \\\\`)}\n\\end{tabular}`],
    [
      'as lines of JSON',
      lines((row) => JSON.stringify(Object.fromEntries(names.map((name) => [name, (people[name] as string[])[row]])))),
    ],
    [
      'beside its names and row numbers',
      JSON.stringify({
        columns: names,
        index: Array.from({ length: rows }, (_, row) => row),
        data: Array.from({ length: rows }, (_, row) => names.map((name) => (people[name] as string[])[row])),
      }),
    ],
    [
      'as names and values line by line',
      lines((row) => names.map((name) => `${name} = ${(people[name] as string[])[row]}`).join('\n')),
    ],
  ])('%s is opened', async (_, text) => {
    expect(await verdictOf({ output: [text], version: ['2'] })).toBe('block');
  });

  it.each(['base64', 'hex'] as const)('as Parquet in %s is opened', async (code) => {
    const chunks: Uint8Array[] = [];
    await writeParquet(source, {
      write: (bytes) => {
        chunks.push(bytes.slice());
      },
    });
    expect(await verdictOf({ output: [Buffer.concat(chunks).toString(code)], version: ['2'] })).toBe('block');
  });

  it('cut short is for a person to look at', async () => {
    const cell = Buffer.from(`PAR1${'x'.repeat(400)}`).toString('base64');
    expect(await verdictOf({ output: [cell], version: ['2'] })).toBe('review');
  });
});
