/** Risk beside the verdict: against the risk room, the anonymity criteria, and a recount from the strings. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { review, type Verdict } from '../../src/reversibility/index.js';
import { riskReport } from '../../src/risk/index.js';
import { tableFromColumns } from '../../src/table/index.js';
import { SeededRandom } from '../../src/testing/index.js';

type Columns = Record<string, string[]>;
const SEED = '00112233445566778899aabbccddeeff';

function visits(rows: number, seed: string, persons = rows): Columns {
  const random = new SeededRandom(seed);
  const pick = (values: readonly string[]): string => values[random.below(values.length)] as string;
  const columns: Columns = { 编号: [], 性别: [], 城市: [], 年龄段: [], 诊断: [], 收入: [] };
  const own = Array.from({ length: persons }, () => [
    pick(['男', '女']),
    pick(['杭州', '宁波', '温州']),
    pick(['0-19', '20-39', '40-59', '60-']),
  ]);
  for (let i = 0; i < rows; i++) {
    const who = i % persons;
    columns.编号?.push(`K${10_007 * (who + 1)}`);
    ['性别', '城市', '年龄段'].forEach((name, c) => {
      columns[name]?.push(own[who]?.[c] as string);
    });
    columns.诊断?.push(pick(['高血压', '糖尿病', '肺炎', '骨折', '哮喘']));
    columns.收入?.push(String(1000 * (1 + random.below(9))));
  }
  return columns;
}

async function risk(raw: Columns, names: readonly string[], extra: object = {}): Promise<Verdict['risk']> {
  const product = Object.fromEntries(names.map((name) => [name, raw[name] as string[]]));
  const options = { sources: [tableFromColumns(raw)], product: tableFromColumns(product), seed: SEED, ...extra };
  return (await review(options)).risk;
}

/** l, entropy l, t and alike of a sensitive column, from the strings, the slow way. */
function recount(product: Columns, sensitive: string, ordered: boolean, person?: string) {
  const others = Object.keys(product).filter((name) => name !== sensitive && name !== person);
  const seen = new Set<string>();
  const classes = new Map<string, string[]>();
  const all: string[] = [];
  (product[sensitive] as string[]).forEach((value, row) => {
    const key = JSON.stringify(others.map((name) => product[name]?.[row]));
    const once = JSON.stringify([key, value, person === undefined ? row : product[person]?.[row]]);
    if (seen.has(once)) return;
    seen.add(once);
    classes.set(key, [...(classes.get(key) ?? []), value]);
    all.push(value);
  });
  const share = (list: readonly string[], value: string): number =>
    list.filter((own) => own === value).length / list.length;
  const values = [...new Set(all)].sort((a, b) => (ordered ? Number(a) - Number(b) : 0));
  let l = Number.POSITIVE_INFINITY;
  let entropy = Number.POSITIVE_INFINITY;
  let t = 0;
  let alike = 0;
  for (const list of classes.values()) {
    const distinct = [...new Set(list)];
    l = Math.min(l, distinct.length);
    entropy = Math.min(
      entropy,
      -distinct.reduce((sum, value) => sum + share(list, value) * Math.log(share(list, value)), 0),
    );
    if (distinct.length === 1) alike += list.length / all.length;
    const differences = values.map((value) => share(list, value) - share(all, value));
    let carried = 0;
    const moved = differences.reduce((sum, difference) => {
      carried += difference;
      return sum + Math.abs(carried);
    }, 0);
    const distance = ordered
      ? moved / (values.length - 1)
      : differences.reduce((sum, difference) => sum + Math.abs(difference), 0) / 2;
    t = Math.max(t, distance);
  }
  return { l, entropyL: Math.exp(entropy), t, alike };
}

describe('risk beside the verdict', () => {
  const QI = ['性别', '城市', '年龄段', '诊断'];

  it('class sizes, uniqueness and average risk are those of the risk room on the same columns', async () => {
    const raw = visits(400, 'a');
    const own = await risk(raw, QI);
    const table = tableFromColumns(Object.fromEntries(QI.map((name) => [name, raw[name] as string[]])));
    const room = riskReport(table, { quasiIdentifiers: own.columns });
    expect(own.columns).toEqual(QI);
    expect(own.counted).toBe('rows');
    expect(own.records).toBe(room.records);
    expect(own.classes).toBe(room.classes);
    expect(own.smallestClass).toBe(room.smallestClass);
    expect(own.unique).toBeCloseTo(room.uniqueness, 12);
    expect(own.averageRisk).toBeCloseTo(room.prosecutor.success, 12);
    expect(own.highestRisk).toBeCloseTo(room.prosecutor.highest, 12);
    expect(own.small).toBeCloseTo(room.below.find((one) => one.size === 5)?.share ?? -1, 12);
    expect(own.histogram.reduce((sum, bin) => sum + bin.rows, 0)).toBe(room.records);
  });

  it('counts persons, not rows: five rows of one person are a class of one', async () => {
    const raw = visits(600, 'p', 120);
    const names = ['编号', '性别', '城市', '年龄段'];
    const own = await risk(raw, names, { person: '编号' });
    const table = tableFromColumns(Object.fromEntries(names.map((name) => [name, raw[name] as string[]])));
    const room = riskReport(table, { quasiIdentifiers: ['性别', '城市', '年龄段'], person: '编号' });
    expect(own.counted).toBe('persons');
    expect(own.columns).toEqual(['性别', '城市', '年龄段']);
    expect(own.records).toBe(120);
    expect(own.smallestClass).toBe(room.smallestClass);
    expect(own.unique).toBeCloseTo(room.uniqueness, 12);
    expect(own.averageRisk).toBeCloseTo(room.prosecutor.success, 12);
  });

  it('l, entropy l, t and homogeneous classes equal a recount from the strings, by rows and by persons', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 10_000 }), fc.boolean(), async (seed, byPerson) => {
        const raw = visits(240, `s${seed}`, byPerson ? 80 : 240);
        const names = [...(byPerson ? ['编号'] : []), '性别', '城市', '诊断', '收入'];
        const own = await risk(raw, names, {
          sensitive: ['诊断', '收入'],
          ...(byPerson ? { person: '编号' } : {}),
        });
        expect(own.sensitive.map((one) => one.column)).toEqual(['诊断', '收入']);
        const product = Object.fromEntries(names.map((name) => [name, raw[name] as string[]]));
        for (const one of own.sensitive) {
          expect(one.distance).toBe(one.column === '收入' ? 'ordered' : 'equal');
          const wanted = recount(product, one.column, one.column === '收入', byPerson ? '编号' : undefined);
          expect(one.l).toBe(wanted.l);
          expect(one.entropyL).toBeCloseTo(wanted.entropyL, 9);
          expect(one.t).toBeCloseTo(wanted.t, 9);
          expect(one.alike).toBeCloseTo(wanted.alike, 9);
        }
      }),
      { numRuns: 6 },
    );
  });

  it('finds the sensitive column by the classification of the source, also where the product renamed it', async () => {
    const raw = visits(400, 'c');
    const product = { a: raw.性别 as string[], b: raw.诊断 as string[], c: raw.城市 as string[] };
    const verdict = await review({ sources: [tableFromColumns(raw)], product: tableFromColumns(product), seed: SEED });
    expect(verdict.risk.sensitive.map((one) => one.column)).toContain('b');
  });

  it('GB/T 42460 by the second-hand reading: k = 20 is grade 3 and within the public limit, k = 19 is not', async () => {
    const repeat = (n: number): Columns => ({
      城市: ['杭州', '宁波'].flatMap((city) => Array.from({ length: n }, () => city)),
      编号: Array.from({ length: 2 * n }, (_, i) => `K${7919 * (i + 1)}`),
    });
    const twenty = await risk(repeat(20), ['城市']);
    expect(twenty.gbt42460).toMatchObject({ grade: 3, secondHand: true, threshold: 0.05 });
    expect(twenty.gbt42460.models).toEqual([
      { sharing: 'public', tau: 0.05, over: 0, risk: 0.05 },
      { sharing: 'controlled', tau: 0.2, over: 0, risk: 0.05 },
      { sharing: 'enclave', tau: 1 / 3, over: 0, risk: 0.05 },
    ]);
    expect(twenty.ema009).toBe(true);
    const nineteen = await risk(repeat(19), ['城市']);
    expect(nineteen.gbt42460.grade).toBe(2);
    expect(nineteen.gbt42460.models[0]).toMatchObject({ over: 1, risk: 1 });
    // EMA: 1/11 > 0.09 >= 1/12.
    expect((await risk(repeat(11), ['城市'])).ema009).toBe(false);
    expect((await risk(repeat(12), ['城市'])).ema009).toBe(true);
  });

  it('a table of groups has no classes of persons: its smallest group counts, its grade is 4', async () => {
    const raw = visits(600, 'g');
    const counts = new Map<string, number>();
    for (const city of raw.城市 as string[]) counts.set(city, (counts.get(city) ?? 0) + 1);
    const product = tableFromColumns({ 城市: [...counts.keys()], 人数: [...counts.values()].map(String) });
    const verdict = await review({ sources: [tableFromColumns(raw)], product, seed: SEED });
    expect(verdict.verdict).toBe('release');
    expect(verdict.risk).toMatchObject({ counted: 'groups', smallestClass: Math.min(...counts.values()), unique: 0 });
    expect(verdict.risk.gbt42460.grade).toBe(4);
  });

  it('with several products the riskiest is shown', async () => {
    const raw = visits(400, 'm');
    const table = (names: string[]): ReturnType<typeof tableFromColumns> =>
      tableFromColumns(Object.fromEntries(names.map((name) => [name, (raw[name] as string[]).slice(0, 300)])));
    const products = [
      { name: 'coarse', table: tableFromColumns({ 性别: raw.性别 as string[] }) },
      { name: 'fine', table: table(['性别', '城市', '年龄段', '诊断', '收入']) },
    ];
    const verdict = await review({ sources: [tableFromColumns(raw)], product: products, seed: SEED });
    expect(verdict.risk.product).toBe('fine');
  });
});
