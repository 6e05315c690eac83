/**
 * What a fifth red team with fresh eyes found: strangers whose columns stand for one another, headers in a code, tables with the index
 * that pandas writes, hours and parts of the day, noised cross tables, one-hot columns without names.
 */
import { describe, expect, it } from 'vitest';
import { review, type Verdict } from '../../src/reversibility/index.js';
import { sheetOf } from '../../src/reversibility/intake/sheet.js';
import { recogniseSafeForms, type SafeForms } from '../../src/reversibility/safe-form/recognise.js';
import { defaultThresholds } from '../../src/reversibility/thresholds.js';
import { type Table, tableFromColumns } from '../../src/table/index.js';
import { SeededRandom } from '../../src/testing/index.js';

type Columns = Record<string, string[]>;
const SEED = '0'.repeat(32);

function columnsOf(rows: number, of: (i: number) => Record<string, string>): Columns {
  const columns: Columns = {};
  for (let i = 0; i < rows; i++)
    for (const [name, value] of Object.entries(of(i))) {
      const list = columns[name] ?? [];
      columns[name] = list;
      list.push(value);
    }
  return columns;
}

function pick(columns: Columns, rows: readonly number[]): Columns {
  return Object.fromEntries(
    Object.entries(columns).map(([name, list]) => [name, rows.map((row) => list[row] as string)]),
  );
}

const verdictOf = (source: Columns, product: Columns | Table | Uint8Array): Promise<Verdict> =>
  review({
    sources: [tableFromColumns(source)],
    product:
      product instanceof Uint8Array || 'batches' in product
        ? (product as Uint8Array)
        : tableFromColumns(product as Columns),
    seed: SEED,
  });
const formsOf = (source: Columns, product: Columns): SafeForms =>
  recogniseSafeForms(
    sheetOf(tableFromColumns(product), 'product'),
    [sheetOf(tableFromColumns(source), 'source')],
    defaultThresholds,
    () => false,
  );

/** Pay, and two contributions that follow from it. */
function contributions(seed: string, rows = 1500): Columns {
  const random = new SeededRandom(seed);
  const normal = (): number =>
    Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform());
  return columnsOf(rows, () => {
    const pay = Math.floor(Math.exp(8.9 + 0.35 * normal()) / 10) * 10;
    return {
      pay: String(pay),
      pension: (pay * 0.08).toFixed(2),
      health: (pay * 0.02).toFixed(2),
      months: String(1 + random.below(400)),
    };
  });
}

describe('columns that stand for one another', () => {
  it('are no rows of strangers, whatever hands their values out', async () => {
    for (const seed of ['b', 'd']) {
      const found = await verdictOf(contributions(`own ${seed}`), contributions(`others ${seed}`));
      expect(found.verdict, seed).not.toBe('block');
      expect(found.restoration.rows.lower).toBe(0);
    }
  });

  it('do not hide a copy under labels', async () => {
    const since = new SeededRandom('since');
    const source: Columns = {
      ...contributions('own'),
      since: Array.from({ length: 1500 }, () => `${2000 + since.below(24)}-${10 + since.below(3)}`),
    };
    const labelled = Object.fromEntries(
      Object.values(source).map((list, i) => {
        const random = new SeededRandom(`labels ${i}`);
        const labels = new Map([...new Set(list)].map((value) => [value, `L${random.below(1e9)}`]));
        return [`c${i}`, list.map((value) => labels.get(value) as string)];
      }),
    );
    expect((await verdictOf(source, labelled)).verdict).toBe('block');
  });
});

describe('names of columns', () => {
  it('that are Base64 of rows block', async () => {
    const source = contributions('names', 80);
    const names = Array.from({ length: 80 }, (_, row) =>
      btoa(
        Object.values(source)
          .map((list) => list[row])
          .join('|'),
      ),
    );
    const found = await verdictOf(source, Object.fromEntries(names.map((name) => [name, ['1', '1']])));
    expect(found.verdict).toBe('block');
  });
});

function visits(rows: number): Columns {
  const random = new SeededRandom('visits');
  return columnsOf(rows, () => ({
    time: `2024-0${1 + random.below(9)}-${10 + random.below(18)} ${String(7 + random.below(15)).padStart(2, '0')}:${10 + random.below(49)}`,
    ward: ['surgery', 'eyes', 'heart', 'children'][random.below(4)] as string,
    sex: random.below(2) === 0 ? '男' : '女',
    cost: (50 + 900 * random.uniform()).toFixed(2),
    pulse: String(55 + random.below(60)),
    district: `district ${random.below(12)}`,
  }));
}

const VISITS = visits(6000);
const hour = (row: number): number => Number(VISITS['time']?.[row]?.slice(11, 13));
const wards = VISITS['ward'] as string[];

describe('safe forms', () => {
  const shuffled = Array.from({ length: 6000 }, (_, i) => (i * 4421) % 6000);
  it.each([
    ['hours', (row: number) => String(hour(row))],
    [
      'hours with minutes',
      (row: number) => `${String(hour(row)).padStart(2, '0')}:00-${String(hour(row) + 1).padStart(2, '0')}:00`,
    ],
    ['morning and afternoon', (row: number) => (hour(row) < 12 ? '上午' : '下午')],
    ['three parts', (row: number) => (hour(row) < 12 ? 'morning' : hour(row) < 18 ? 'afternoon' : 'evening')],
    [
      'bands of hours',
      (row: number) => (hour(row) < 12 ? '06:00-12:00' : hour(row) < 18 ? '12:00-18:00' : '18:00-24:00'),
    ],
    ['quarters without a year', (row: number) => `Q${Math.ceil(Number(VISITS['time']?.[row]?.slice(5, 7)) / 3)}`],
    [
      'seasons',
      (row: number) => '冬春夏秋'[Math.floor((Number(VISITS['time']?.[row]?.slice(5, 7)) % 12) / 3)] as string,
    ],
  ])('%s beside a column of few values', (_, label) => {
    const product = { when: shuffled.map(label), ward: shuffled.map((row) => wards[row] as string) };
    expect(formsOf(VISITS, product).whole).toMatch(/^generalisation/);
  });

  it('names of parts of the day that the hours contradict are none', () => {
    const product = {
      when: shuffled.map((row) => (row % 10 === 0 ? '上午' : '下午')),
      ward: shuffled.map((row) => wards[row] as string),
    };
    expect(formsOf(VISITS, product).whole).toBeNull();
  });

  it('the index that pandas writes is no gap; a name twice is', async () => {
    const groups = [...new Set(wards)];
    const mean = (group: string, name: string): string => {
      const list = (VISITS[name] as string[]).filter((_, row) => wards[row] === group).map(Number);
      return (list.reduce((sum, value) => sum + value, 0) / list.length).toFixed(4);
    };
    const lines = groups.map((group) => `${group},${mean(group, 'cost')},${mean(group, 'pulse')}`);
    const csv = (header: string): Uint8Array => new TextEncoder().encode(`${[header, ...lines].join('\n')}\n`);
    expect((await verdictOf(VISITS, csv(',cost,pulse'))).verdict).toBe('release');
    expect((await verdictOf(VISITS, csv('ward,cost,cost'))).verdict).toBe('review');
    expect((await verdictOf(VISITS, csv('c1,cost,cost'))).verdict).toBe('review');
  });

  const mean = (list: readonly number[]): string => (list.reduce((sum, own) => sum + own, 0) / list.length).toFixed(3);
  const inWard = (ward: string, name: string): number[] =>
    (VISITS[name] as string[]).filter((_, row) => wards[row] === ward).map(Number);
  const kinds = [...new Set(wards)];

  it('means one below the other, and no other numbers under the same names', () => {
    const long = (value: (ward: string, name: string) => string): Columns =>
      columnsOf(8, (i) => {
        const [ward, name] = [kinds[i % 4] as string, i < 4 ? 'cost' : 'pulse'];
        return { ward, variable: name, value: value(ward, name) };
      });
    expect(
      formsOf(
        VISITS,
        long((ward, name) => mean(inWard(ward, name))),
      ).whole,
    ).toMatch(/^group table/);
    expect(
      formsOf(
        VISITS,
        long((_, name) => VISITS[name]?.[7] as string),
      ).whole,
    ).toBeNull();
  });

  it('shares of those from a number on', () => {
    const random = new SeededRandom('answers');
    const source = columnsOf(3000, (i) => ({
      district: `d${i % 7}`,
      answer: String(1 + random.below(5)),
      other: String(random.below(1e6)),
    }));
    const answers = (own: string): number[] =>
      (source['answer'] as string[]).filter((_, row) => source['district']?.[row] === own).map(Number);
    const groups = [...new Set(source['district'])];
    const top = (own: string): string =>
      ((100 * answers(own).filter((answer) => answer >= 4).length) / answers(own).length).toFixed(1);
    expect(formsOf(source, { district: groups, top: groups.map(top) }).whole).toMatch(/^group table/);
  });

  it('quantiles named by their shares', () => {
    const at = (name: string, share: number): string => {
      const sorted = (VISITS[name] as string[]).map(Number).sort((a, b) => a - b);
      const place = share * (sorted.length - 1);
      const low = sorted[Math.floor(place)] as number;
      return String(low + (place - Math.floor(place)) * ((sorted[Math.ceil(place)] as number) - low));
    };
    const shares = [0.1, 0.25, 0.5, 0.75, 0.9];
    const product = {
      c1: shares.map(String),
      cost: shares.map((share) => at('cost', share)),
      pulse: shares.map((share) => at('pulse', share)),
    };
    expect(formsOf(VISITS, product).whole).toMatch(/^description/);
  });

  it('boxes of age and cost whose ages were taken in a year that nobody wrote down', () => {
    const random = new SeededRandom('births');
    const source = columnsOf(4000, () => ({
      born: `${1940 + random.below(60)}-${10 + random.below(3)}-${10 + random.below(18)}`,
      cost: String(1000 + random.below(9000)),
    }));
    const rows = Array.from({ length: 4000 }, (_, i) => i);
    const age = (row: number): number => 2024 - Number(source['born']?.[row]?.slice(0, 4));
    const cost = (row: number): number => Number(source['cost']?.[row]);
    const boxes: number[][] = [];
    const split = (own: number[], turn: number): void => {
      const of = turn % 2 === 0 ? age : cost;
      const middle = own.map(of).sort((a, b) => a - b)[own.length >> 1] as number;
      const [low, high] = [own.filter((row) => of(row) < middle), own.filter((row) => of(row) >= middle)];
      if (turn > 5 || low.length < 25 || high.length < 25) boxes.push(own);
      else for (const half of [low, high]) split(half, turn + 1);
    };
    split(rows, 0);
    const band = (list: readonly number[]): string => `${Math.min(...list)}~${Math.max(...list)}`;
    const product: Columns = { age: [], cost: [] };
    for (const box of boxes)
      for (const _ of box) {
        product['age']?.push(band(box.map(age)));
        product['cost']?.push(band(box.map(cost)));
      }
    expect(formsOf(source, product).whole).toMatch(/^generalisation/);
  });

  it('counts by headers with noise as large as the differences between rows', () => {
    const random = new SeededRandom('noise');
    const districts = VISITS['district'] as string[];
    const groups = [...new Set(districts)];
    const noised = (own: string, sex: string): string =>
      String(
        districts.filter((other, row) => other === own && VISITS['sex']?.[row] === sex).length + random.below(41) - 20,
      );
    const product = {
      district: groups,
      女: groups.map((own) => noised(own, '女')),
      男: groups.map((own) => noised(own, '男')),
    };
    expect(formsOf(VISITS, product).whole).toMatch(/^group table/);
  });
});

describe('one-hot columns without names', () => {
  it('in the order of their values are read', async () => {
    const random = new SeededRandom('hot');
    const wide = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l'];
    const source = columnsOf(600, () => ({
      kind: wide[random.below(12)] as string,
      age: String(20 + random.below(60)),
      place: `p${10 + random.below(30)}`,
    }));
    const product: Columns = {};
    for (const [name, list] of Object.entries(source))
      for (const value of [...new Set(list)].sort())
        product[`f${Object.keys(product).length}`] = list.map((own) => (own === value && name !== '' ? '1' : '0'));
    const rows = Array.from({ length: 600 }, (_, i) => (i * 7) % 600);
    expect((await verdictOf(source, pick(product, rows))).verdict).toBe('block');
  });
});
