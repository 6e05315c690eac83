/**
 * Issue 4, "Done when", on both examples: their raw, renamed, encoded, hashed, rotated and masked-plus-birth-date copies are
 * blocked, a policy-protected table with k >= 20 is released and passes the gate, a randomly encrypted copy is for a person.
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SeededRandom, writeRegisterCsv } from '../../src/testing/index.js';
import { inFolder, scrim } from './harness.js';

type Columns = Record<string, string[]>;
const examples = fileURLToPath(new URL('../../examples/', import.meta.url));

function columnsOf(text: string, delimiter: string, limit: number): Columns {
  const [head, ...lines] = text.trim().split('\n');
  const names = (head as string).split(delimiter);
  const cells = lines.slice(0, limit).map((line) => line.split(delimiter));
  return Object.fromEntries(names.map((name, i) => [name, cells.map((row) => row[i] as string)]));
}

function csv(columns: Columns): string {
  const names = Object.keys(columns);
  const rows = columns[names[0] as string]?.length ?? 0;
  const lines = Array.from({ length: rows }, (_, row) => names.map((name) => columns[name]?.[row]).join(','));
  return `${[names.join(','), ...lines].join('\n')}\n`;
}

/** The columns renamed, their rows in another order, every cell rewritten. */
function copy(columns: Columns, seed: string, write: (text: string, name: string) => string): Columns {
  const random = new SeededRandom(seed);
  const rows = Object.values(columns)[0]?.length ?? 0;
  const order = Array.from({ length: rows }, (_, i) => i);
  for (let i = rows - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [order[i], order[j]] = [order[j] as number, order[i] as number];
  }
  return Object.fromEntries(
    Object.entries(columns).map(([name, cells], i) => [
      `c${i + 1}`,
      order.map((row) => write(cells[row] as string, name)),
    ]),
  );
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Every alphabetic letter thirteen on, every Han character a fixed way on. */
const rot = (text: string): string =>
  text.replace(/[a-z]/gi, (letter) => {
    const base = letter < 'a' ? 65 : 97;
    return String.fromCharCode(((letter.charCodeAt(0) - base + 13) % 26) + base);
  });

function encrypted(): (text: string) => string {
  const random = new SeededRandom('key');
  // A fresh nonce a cell: nothing of the plain text is left.
  return () => Buffer.from(random.fill(new Uint8Array(24))).toString('base64');
}

/** Numbers mixed by a random rotation: every column of the product is a combination of all of them. */
function rotated(columns: readonly number[][]): Columns {
  const random = new SeededRandom('rotation');
  const size = columns.length;
  const gaussian = (): number =>
    Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform());
  const basis: number[][] = [];
  while (basis.length < size) {
    const own = Array.from({ length: size }, gaussian);
    for (const other of basis) {
      const dot = own.reduce((sum, value, i) => sum + value * (other[i] as number), 0);
      for (let i = 0; i < size; i++) own[i] = (own[i] as number) - dot * (other[i] as number);
    }
    const norm = Math.hypot(...own);
    basis.push(own.map((value) => value / norm));
  }
  const rows = columns[0]?.length ?? 0;
  return Object.fromEntries(
    basis.map((vector, c) => [
      `f${c + 1}`,
      Array.from({ length: rows }, (_, row) =>
        String(vector.reduce((sum, weight, i) => sum + weight * (columns[i]?.[row] as number), 0)),
      ),
    ]),
  );
}

interface Example {
  readonly name: string;
  /** Source of the copies, and of the protected table. */
  readonly raw: Columns;
  readonly copies: Record<string, Columns>;
}

let folder = '';
let done: () => void = () => undefined;
const made: Example[] = [];

beforeAll(async () => {
  await new Promise<void>((ready) => {
    void inFolder((at) => {
      folder = at;
      ready();
      return new Promise<void>((resolve) => {
        done = resolve;
      });
    });
  });
  writeRegisterCsv(path.join(folder, 'register.csv'), { rows: 600, seed: 'examples', region: '33', rowsPerPerson: 1 });
  const whole = columnsOf(readFileSync(path.join(folder, 'register.csv'), 'utf8'), ',', 300);
  const kept = '身份证号 姓名 性别 出生日期 年龄 手机号 区划代码 职业 年收入 登记日期'.split(' ');
  const register = Object.fromEntries(kept.map((name) => [name, whole[name] as string[]]));
  const adult = columnsOf(readFileSync(`${examples}adult/adult.csv`, 'utf8'), ';', 1000);
  for (const [name, raw] of [
    ['register', register],
    ['adult', adult],
  ] as const) {
    const copies: Record<string, Columns> = {
      raw,
      renamed: copy(raw, 'a', (text) => text),
      encoded: copy(raw, 'b', base64),
      hashed: copy(raw, 'c', sha256),
      'rotated letters': copy(raw, 'd', name === 'adult' ? rot : (text) => [...text].reverse().join('')),
    };
    if (name === 'register') {
      const numbers = (column: string): number[] => raw[column]?.map(Number) as number[];
      copies['rotated numbers'] = rotated(['年龄', '年收入', '区划代码'].map(numbers));
      copies['masked plus birth date'] = {
        证件: raw.身份证号?.map((text) => `${text.slice(0, 6)}********${text.slice(14)}`) as string[],
        生日: raw.出生日期 as string[],
      };
    }
    made.push({ name, raw, copies });
  }
});

afterAll(() => done());

async function reviewOf(
  source: Columns,
  product: Columns,
): Promise<{ code: number; verdict: { reasons: { code: string }[]; attacks: { inverse: string | null }[] } }> {
  writeFileSync(path.join(folder, 'source.csv'), csv(source));
  writeFileSync(path.join(folder, 'product.csv'), csv(product));
  const files = ['--source', path.join(folder, 'source.csv'), '--product', path.join(folder, 'product.csv')];
  const { code, out, err } = await scrim(['review', ...files, '--json', '-']);
  expect(err).toBe('');
  return { code, verdict: JSON.parse(out) };
}

describe.each(['register', 'adult'])('%s', (name) => {
  const example = (): Example => made.find((one) => one.name === name) as Example;

  it('every copy is blocked, with the inverse named', async () => {
    for (const [kind, product] of Object.entries(example().copies)) {
      const { code, verdict } = await reviewOf(example().raw, product);
      expect(code, `${name}, ${kind}: ${verdict.reasons.map((reason) => reason.code)}`).toBe(4);
      expect(
        verdict.attacks.some((attack) => attack.inverse !== null),
        kind,
      ).toBe(true);
    }
  }, 60_000);

  it('a randomly encrypted copy is for a person', async () => {
    const { raw } = example();
    const some = Object.fromEntries(Object.entries(raw).slice(0, 6));
    const { code, verdict } = await reviewOf(raw, copy(some, 'e', encrypted()));
    expect(code).toBe(3);
    expect(verdict.reasons.map((reason) => reason.code)).toContain('unexplained');
  }, 60_000);

  it('what its policy makes, with classes of at least 20, is released and passes the gate', async () => {
    const at = (file: string): string => path.join(folder, file);
    const raw = name === 'adult' ? `${examples}adult/adult.csv` : at('register.csv');
    const made = await scrim(['protect', '--policy', `${examples}${name}/policy.yaml`, raw, '-o', at('out.csv')]);
    expect(made.err).toBe('');
    const files = ['--source', raw, '--product', at('out.csv')];
    const { code, out } = await scrim(['review', ...files, '--json', at('verdict.json')]);
    expect(code, out).toBe(0);
    const verdict = JSON.parse(readFileSync(at('verdict.json'), 'utf8'));
    expect(verdict.risk.smallestClass).toBeGreaterThanOrEqual(20);
    expect((await scrim(['gate', at('out.csv'), '--verdict', at('verdict.json')])).code).toBe(0);
  }, 60_000);
});
