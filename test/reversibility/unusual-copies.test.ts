/** Copies in forms of a third team of attackers: numbers carried along the rows, rows folded together, numerals, keys in the cell, places. */
import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  fromBcd,
  fromChineseMoney,
  fromEnglishNumber,
  fromFraction,
  fromRomanNumbers,
  NUMBER_BASES,
} from '../../src/reversibility/attack/decoding/decode-numbers.js';
import { unfolded } from '../../src/reversibility/attack/readings/unfolded.js';
import { bitLinear, modular } from '../../src/reversibility/attack/text/number-programs.js';
import type { Example } from '../../src/reversibility/attack/text/synthesis.js';
import { review, type Verdict } from '../../src/reversibility/index.js';
import { Lookup } from '../../src/reversibility/intake/lookup.js';
import { columnOfTexts, type Sheet } from '../../src/reversibility/intake/sheet.js';
import { tableFromColumns } from '../../src/table/index.js';
import { SeededRandom } from '../../src/testing/index.js';

type Columns = Record<string, string[]>;

/** Patients: a number that is unique, a ward, three measures. */
function patients(rows: number, seed: string): Columns {
  const random = new SeededRandom(seed);
  const own: Columns = { number: [], ward: [], height: [], weight: [], cost: [] };
  for (let row = 0; row < rows; row++) {
    const ward = random.below(4);
    own['number']?.push(String(10_000_000 + random.below(89_999_999)));
    own['ward']?.push(['north', 'south', 'east', 'west'][ward] as string);
    own['height']?.push((150 + 5 * ward + 30 * random.uniform()).toFixed(1));
    own['weight']?.push((50 + 3 * ward + 40 * random.uniform()).toFixed(2));
    own['cost']?.push((20 + 5000 * random.uniform() ** 3).toFixed(2));
  }
  return own;
}

const SOURCE = patients(200, 'unusual');
const MEASURES = ['height', 'weight', 'cost'] as const;

function reviewed(product: Columns, source: Columns = SOURCE): Promise<Verdict> {
  return review({ sources: [tableFromColumns(source)], product: tableFromColumns(product), seed: '00' });
}

function measures(change: (values: readonly number[]) => readonly number[]): Columns {
  return Object.fromEntries(
    MEASURES.map((name, i) => [`m${i}`, change((SOURCE[name] as string[]).map(Number)).map(String)]),
  );
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

describe('numbers carried along the rows are undone', () => {
  const forms: Record<string, (values: readonly number[]) => readonly number[]> = {
    'exponential average': (values) => {
      let last = values[0] as number;
      return values.map((value) => {
        last = 0.7 * last + 0.3 * value;
        return last;
      });
    },
    'sum of seven rows': (values) => values.map((_, i) => sum(values.slice(Math.max(0, i - 6), i + 1))),
    'mean so far': (values) => values.map((_, i) => sum(values.slice(0, i + 1)) / (i + 1)),
    'change to the row before': (values) =>
      values.map((value, i) => (i === 0 ? 0 : value / (values[i - 1] as number) - 1)),
  };
  it.each(Object.keys(forms))('%s', async (form) => {
    const verdict = await reviewed(measures(forms[form] as (values: readonly number[]) => readonly number[]));
    expect(verdict.verdict).toBe('block');
    expect(verdict.attacks.some(({ id, inverse }) => id === 'row-order' && inverse !== null)).toBe(true);
  });

  it('not where the rows are other people', async () => {
    const others = patients(200, 'strangers');
    const product = Object.fromEntries(MEASURES.map((name) => [name, others[name] as string[]]));
    const averaged = Object.fromEntries(
      Object.entries(product).map(([name, texts]) => [
        name,
        texts.map((_, i) => String(sum(texts.slice(Math.max(0, i - 2), i + 1).map(Number)))),
      ]),
    );
    expect((await reviewed(averaged)).verdict).not.toBe('block');
  });
});

it('characters exchanged between fixed places are put back', async () => {
  const places = [6, 2, 7, 0, 5, 1, 4, 3];
  const product = {
    x: (SOURCE['number'] as string[]).map((text) => places.map((at) => text[at]).join('')),
    w: SOURCE['ward'] as string[],
  };
  const order = Array.from({ length: 200 }, (_, row) => (row * 77) % 200);
  const shuffled = Object.fromEntries(
    Object.entries(product).map(([name, texts]) => [name, order.map((row) => texts[row] as string)]),
  );
  const verdict = await reviewed(shuffled);
  expect(verdict.columns.find(({ product: name }) => name === 'x')?.source).toBe('number');
  expect(verdict.attacks.find(({ id }) => id === 'anagrams')?.inverse).toContain('places(x)');
});

it('bands with what is left of the numbers are put together', async () => {
  const product: Columns = {};
  MEASURES.forEach((name, i) => {
    const values = (SOURCE[name] as string[]).map(Number);
    const ranked = values.map((_, row) => row).sort((a, b) => (values[a] as number) - (values[b] as number));
    const band = values.map((_, row) => Math.floor(ranked.indexOf(row) / 20));
    const middle = (own: number): number => values[ranked[20 * own + 10] as number] as number;
    product[`q${i}`] = band.map(String);
    product[`r${i}`] = values.map((value, row) => (value - middle(band[row] as number)).toFixed(4));
  });
  const order = Array.from({ length: 200 }, (_, row) => (row * 77) % 200);
  const shuffled = Object.fromEntries(
    Object.entries(product).map(([name, texts]) => [name, order.map((row) => texts[row] as string)]),
  );
  const verdict = await reviewed(shuffled);
  expect(verdict.verdict).toBe('block');
  expect(verdict.attacks.find(({ id }) => id === 'bands')?.inverse).toContain('bands(');
});

it('two numbers in one are taken apart', async () => {
  const whole = (name: string): bigint[] => (SOURCE[name] as string[]).map((text) => BigInt(text));
  const source = { ...SOURCE, visits: (SOURCE['cost'] as string[]).map((text) => String(Math.round(Number(text)))) };
  const visits = source.visits.map((text) => BigInt(text));
  const product = {
    z: whole('number').map((a, row) => {
      const sum = a + (visits[row] as bigint);
      return String((sum * (sum + 1n)) / 2n + (visits[row] as bigint));
    }),
    w: SOURCE['ward'] as string[],
  };
  const verdict = await reviewed(product, source);
  expect(verdict.attacks.find(({ id }) => id === 'packed-numbers')?.inverse).toContain('uncantor(z, 1)');
});

describe('keys that stand in the cell', () => {
  const lines = Array.from({ length: 200 }, (_, row) =>
    Object.entries(SOURCE)
      .map(([name, texts]) => `"${name}":"${texts[row]}"`)
      .join(),
  ).map((line) => `{${line}}`);

  it('in front of masked bytes', async () => {
    const random = new SeededRandom('keys');
    const masked = (text: string): string => {
      const key = Array.from({ length: 4 }, () => random.below(256));
      return Buffer.from([...key, ...Buffer.from(text).map((byte, i) => byte ^ (key[i % 4] as number))]).toString(
        'hex',
      );
    };
    const product = Object.fromEntries(Object.entries(SOURCE).map(([name, texts]) => [`${name}_`, texts.map(masked)]));
    expect((await reviewed(product)).verdict).toBe('block');
  });

  it('one byte over compressed rows', async () => {
    const product = {
      x: lines
        .map((line) => deflateSync(line).map((byte) => byte ^ 0x5c))
        .map((own) => Buffer.from(own).toString('hex')),
    };
    expect((await reviewed(product)).verdict).toBe('block');
  });
});

describe('numbers in other forms', () => {
  it('as the form says', () => {
    expect(fromChineseMoney('壹仟零贰拾叁元肆角伍分')).toBe('1023.45');
    expect(fromChineseMoney('负捌万元整')).toBe('-80000');
    expect(fromChineseMoney('伍角')).toBe('0.5');
    expect(fromChineseMoney('壹元零伍分')).toBe('1.05');
    expect(fromChineseMoney('元旦')).toBeNull();
    expect(fromRomanNumbers('MCMXC.XII.VI')).toBe('1990.12.6');
    expect(fromRomanNumbers('MIX.ABC')).toBeNull();
    expect(fromEnglishNumber('one hundred and twenty-three thousand four hundred and five')).toBe('123405');
    expect(fromEnglishNumber('three three zero one')).toBe('3301');
    expect(fromEnglishNumber('forty winks')).toBeNull();
    expect(fromFraction('5/8')).toBe('0.625');
    expect(fromFraction('5/0')).toBeNull();
    expect(fromBcd('0001 1001 1000 0100')).toBe('1984');
    expect(fromBcd('1010 0001')).toBeNull();
  });

  it('in other bases', () => {
    // 13812345678 in base 62 with capitals first, by hand from its quotients.
    const base62 = NUMBER_BASES.find(({ name }) => name === 'radix(62)');
    const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
    let text = '';
    for (let value = 13812345678n; value > 0n; value /= 62n) text = (digits[Number(value % 62n)] as string) + text;
    expect(base62?.decode(text)).toBe('13812345678');
  });
});

describe('programs of whole numbers', () => {
  const random = new SeededRandom('programs');
  const numbers = Array.from({ length: 300 }, () => 13_000_000_000n + BigInt(random.below(2 ** 31)));
  const wrong = (program: ReturnType<typeof bitLinear>, examples: readonly Example[]): number =>
    program === null ? examples.length : examples.filter(([own, source]) => program.run(own) !== source).length;

  it('Gray code of numbers beyond 31 bits', () => {
    const examples = numbers.map((value): Example => [(value ^ (value >> 1n)).toString(), value.toString()]);
    expect(wrong(bitLinear(examples), examples)).toBe(0);
  });

  it('a line modulo a number of nineteen digits', () => {
    const examples = numbers.map(
      (value): Example => [((value * 1103515245n + 12345n) % (2n ** 61n - 1n)).toString(), value.toString()],
    );
    expect(wrong(modular(examples), examples)).toBe(0);
  });
});

describe('rows folded together', () => {
  const sheetOf = (columns: Columns): Sheet => {
    const list = Object.entries(columns).map(([name, texts]) => columnOfTexts(name, [...texts]));
    const rows = list[0]?.rows ?? 0;
    return { name: 'product', rows, columns: list, personOf: null, persons: rows };
  };
  const rowsOf = (columns: Columns): string[][] =>
    unfolded(sheetOf(columns), new Lookup([sheetOf(SOURCE)])).map(({ sheet }) =>
      Array.from({ length: sheet.rows }, (_, row) =>
        sheet.columns.map(({ codes, values }) => values[codes[row] as number] ?? '').join('|'),
      ),
    );

  it('lists of one length side by side', () => {
    const [rows] = rowsOf({
      ward: ['n', 's'],
      a: ['1;2;3;4;5;6;7', '8;9;10;11;12'],
      b: ['p;q;r;s;t;u;v', 'w;x;y;z;o'],
    });
    expect(rows).toContain('n|3|r');
    expect(rows).toHaveLength(12);
  });

  it('run lengths of whole columns', () => {
    const [rows] = rowsOf({ a: ['x*7;y*6'], b: ['1*3;2*9;3*1'] });
    expect(rows).toEqual([...Array(3).fill('x|1'), ...Array(4).fill('x|2'), ...Array(5).fill('y|2'), 'y|3']);
  });

  it('cells left open under equal ones', () => {
    const ward = Array.from({ length: 60 }, (_, row) => (row % 20 === 0 ? (['n', 's', 'e'][row / 20] as string) : ''));
    const twice = Array.from({ length: 60 }, (_, row) =>
      row % 10 === 0 ? (['p', 'q'][(row / 10) % 2] as string) : '〃',
    );
    const rows = rowsOf({ ward, twice, id: ward.map((_, row) => String(row)) }).at(-1) ?? [];
    expect(rows[25]).toBe('s|p|25');
  });

  it('lines after what they share with the line before', () => {
    const lines = Array.from({ length: 30 }, (_, row) => `north,${100 + row},x`);
    const shared = lines.map((line, row) => {
      const before = lines[row - 1] ?? '';
      let length = 0;
      while (length < before.length && before[length] === line[length]) length++;
      return length;
    });
    const [rows] = rowsOf({ n: shared.map(String), rest: lines.map((line, row) => line.slice(shared[row])) });
    expect(rows?.[12]).toBe('north|112|x');
  });

  it('rows written several times', () => {
    const at = Array.from({ length: 300 }, (_, row) => Math.floor(row / 3));
    const rows = rowsOf({ id: at.map((id) => `p${id}`), ward: at.map((id) => `w${id % 4}`) }).at(-1);
    expect(rows).toHaveLength(100);
  });

  it('nothing where rows are plain, or groups', () => {
    expect(unfolded(sheetOf(SOURCE), new Lookup([sheetOf(SOURCE)]))).toEqual([]);
    const ward = Array.from({ length: 200 }, (_, row) => `w${row % 5}`);
    expect(rowsOf({ ward, sex: ward.map((_, row) => (row % 2 === 0 ? 'm' : 'f')) })).toEqual([]);
  });
});
