/** Numbers split into shares, dates of other calendars, bits in two signs, packed decimals, Gray code of long numbers: halves of a table. */
import { describe, expect, it } from 'vitest';
import { fromPackedDecimal, fromTwoSigns } from '../../src/reversibility/attack/decoding/decode-more.js';
import { review } from '../../src/reversibility/index.js';
import { otherCalendarDate } from '../../src/reversibility/intake/other-calendars.js';
import { tableFromColumns } from '../../src/table/index.js';
import { SeededRandom } from '../../src/testing/index.js';

const ROWS = 500;
const DAY = 86_400_000;

interface Person {
  readonly phone: number;
  readonly born: Date;
  readonly points: number;
  readonly city: string;
}

function people(seed: string): Person[] {
  const random = new SeededRandom(seed);
  return Array.from({ length: ROWS }, () => ({
    phone: 13_000_000_000 + random.below(999_999_999) * 6,
    born: new Date(DAY * (-7000 + random.below(20_000))),
    points: random.below(50_000),
    city: ['杭州', '宁波', '温州', '嘉兴'][random.below(4)] as string,
  }));
}

const iso = (day: Date): string => day.toISOString().slice(0, 10);
const SOURCE = people('shares');
const random = new SeededRandom('splits');
const SOURCE_TABLE = tableFromColumns({
  手机号: SOURCE.map(({ phone }) => String(phone)),
  出生日期: SOURCE.map(({ born }) => iso(born)),
  积分: SOURCE.map(({ points }) => String(points)),
  城市: SOURCE.map(({ city }) => city),
});
/** Every other row, from the last one back. */
const half = (own: readonly Person[]): Person[] => own.filter((_, i) => i % 2 === 0).reverse();

type Columns = Record<string, string[]>;
const MODULUS = 99_999_989_953;

function dayOfYear(day: Date): number {
  return 1 + Math.round((day.getTime() - Date.UTC(day.getUTCFullYear(), 0, 1)) / DAY);
}

function gray(value: number): string {
  const x = BigInt(value);
  return String(x ^ (x >> 1n));
}

function packed(text: string): string {
  const digits = text.length % 2 === 0 ? text : `${text}f`;
  return Buffer.from(digits, 'hex').toString('base64');
}

function inSigns(text: string): string {
  const bits = [...Buffer.from(text)].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return `正常${bits.replaceAll('0', '\u200b').replaceAll('1', '\u200c')}`;
}

/** A value in two numbers: the first drawn, both made by a rule. */
function split(
  own: readonly number[],
  most: number,
  rest: (value: number, drawn: number) => number,
): [string[], string[]] {
  const drawn = own.map(() => random.below(2 ** 31) * 47 + random.below(47)).map((value) => value % most);
  return [drawn.map(String), own.map((value, i) => String(rest(value, drawn[i] as number)))];
}

const MADE: Readonly<Record<string, (own: readonly Person[]) => Columns>> = {
  'sums modulo a number nobody publishes': (own) => {
    const [a, b] = split(
      own.map(({ phone }) => phone),
      MODULUS,
      (value, drawn) => (value - drawn + MODULUS) % MODULUS,
    );
    return { a, b };
  },
  'differences modulo a power of two': (own) => {
    const [a, b] = split(
      own.map(({ phone }) => phone),
      2 ** 36,
      (value, drawn) => (value + drawn) % 2 ** 36,
    );
    return { a, b };
  },
  'three numbers by exclusive or': (own) => {
    const xor = (x: number, y: number): number => Number(BigInt(x) ^ BigInt(y));
    const [c, rest] = split(
      own.map(({ phone }) => phone),
      2 ** 35,
      xor,
    );
    const [a, b] = split(rest.map(Number), 2 ** 35, xor);
    return { a, b, c };
  },
  'four numbers that add up': (own) => {
    const [a, rest] = split(
      own.map(({ phone }) => phone),
      10 ** 11,
      (value, drawn) => value - drawn,
    );
    const [b, more] = split(rest.map(Number), 10 ** 11, (value, drawn) => value + drawn);
    const [c, d] = split(more.map(Number), 10 ** 11, (value, drawn) => value - drawn);
    return { a, b, c, d };
  },
  'days of the year': (own) => ({
    d: own.map(({ born }) => `${born.getUTCFullYear()}-${String(dayOfYear(born)).padStart(3, '0')}`),
  }),
  'years of the Republic': (own) => ({
    d: own.map(({ born }) => `民国${born.getUTCFullYear() - 1911}年${born.getUTCMonth() + 1}月${born.getUTCDate()}日`),
  }),
  'Chinese digits': (own) => ({
    d: own.map(({ born }) => iso(born).replace(/\d/g, (digit) => '〇一二三四五六七八九'[Number(digit)] as string)),
  }),
  'Gray code of long numbers': (own) => ({ p: own.map(({ phone }) => gray(phone)) }),
  'packed decimals': (own) => ({ p: own.map(({ phone }) => packed(String(phone))) }),
  'bits in characters that take no room': (own) => ({ p: own.map(({ phone }) => inSigns(String(phone))) }),
};

function productOf(make: (own: readonly Person[]) => Columns, own: readonly Person[]) {
  return tableFromColumns({ ...make(own), x: own.map(({ points }) => String(points)), y: own.map(({ city }) => city) });
}

describe('halves of a table', () => {
  it.each(Object.entries(MADE))('as %s are blocked, those of other people are not', async (_, make) => {
    const verdict = await review({ sources: [SOURCE_TABLE], product: productOf(make, half(SOURCE)), seed: '00' });
    expect(verdict.verdict).toBe('block');
    const read = verdict.columns.filter(({ product, explained }) => !/[xy]/.test(product) && explained === 'attack');
    expect(read.length).toBe(Object.keys(make(SOURCE.slice(0, 9))).length);
    const others = await review({
      sources: [SOURCE_TABLE],
      product: productOf(make, half(people('others'))),
      seed: '00',
    });
    expect(others.verdict).not.toBe('block');
  });
});

describe('dates of other calendars', () => {
  it('follow their forms strictly', () => {
    const on = (text: string): string => iso(new Date(DAY * otherCalendarDate(text)));
    expect(['2024-366', '2026-W01-1', '2020W537', '民国元年1月1日', '民國113/2/29', '1999年第32天'].map(on)).toEqual([
      '2024-12-31',
      '2025-12-29',
      '2021-01-03',
      '1912-01-01',
      '2024-02-29',
      '1999-02-01',
    ]);
    const wrong = [
      '2023-366',
      '2026-W54-1',
      '2025-W53-1',
      '2025-W10-8',
      '民国113年2月30日',
      '113年2月3日',
      '2024-000',
      '20240101',
    ];
    expect(wrong.map(otherCalendarDate)).toEqual(wrong.map(() => Number.NaN));
  });
});

describe('bits and decimals', () => {
  it('are bytes only where all of them are', () => {
    const signs = inSigns('ab中');
    expect(fromTwoSigns(false)(signs)).toBe(Buffer.from('ab中').toString('latin1'));
    expect(fromTwoSigns(true)(signs)).not.toBe(fromTwoSigns(false)(signs));
    for (const text of ['', '0101010101010101', 'aaaaaaaaaaaaaaaaaaaaa', 'ab', 'hello world, how are you']) {
      expect(fromTwoSigns(false)(text)).toBeNull();
    }
    const bytes = (hex: string): string => Buffer.from(hex, 'hex').toString('latin1');
    expect(
      ['13812345678f', '0123', '012d', '1a', 'ff', 'f1', '12'].map((hex) => fromPackedDecimal(bytes(hex))),
    ).toEqual(['13812345678', '0123', '-012', null, null, null, null]);
  });
});
