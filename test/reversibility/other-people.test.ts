/**
 * DESIGN §6, null model: products of other people of the same population are never blocked. Each case here was blocked once.
 */
import { describe, expect, it } from 'vitest';
import { review, type Verdict } from '../../src/reversibility/index.js';
import { type Table, tableFromColumns } from '../../src/table/index.js';
import { tableOfFrame } from '../../src/testing/corpus/frame.js';
import { othersCase } from '../../src/testing/corpus/index.js';
import { customers, patients, type SourceMaker, sensors } from '../../src/testing/corpus/sources.js';
import { SeededRandom } from '../../src/testing/index.js';

type Columns = Record<string, string[]>;

/** Rows of few kinds, some of them frequent: whole rows of strangers are alike, whatever a tree of dependences says. */
function kinds(random: SeededRandom, rows: number): Columns {
  const names = ['a', 'b', 'c', 'd', 'e', 'n'];
  const prototypes = Array.from({ length: 40 }, () =>
    names.map((name) => (name === 'n' ? String(random.below(1000)) : `v${random.below(5)}`)),
  );
  const drawn = Array.from({ length: rows }, () => prototypes[Math.floor(40 * random.uniform() ** 2)] as string[]);
  return Object.fromEntries(names.map((name, i) => [name, drawn.map((row) => row[i] as string)]));
}

/** Payments: three columns that follow one another, and a near-unique amount that is zero for every fifth person. */
function payments(random: SeededRandom, rows: number): Columns {
  const columns: Columns = { p1: [], p2: [], p3: [], sex: [], amount: [] };
  for (let i = 0; i < rows; i++) {
    const first = random.below(4);
    const second = random.below(3) === 0 ? random.below(4) : first;
    const third = random.below(3) === 0 ? random.below(4) : second;
    columns.p1?.push(String(first));
    columns.p2?.push(String(second));
    columns.p3?.push(String(third));
    columns.sex?.push(random.below(2) === 0 ? 'm' : 'f');
    columns.amount?.push(random.below(5) === 0 ? '0' : String(1 + random.below(40_000)));
  }
  return columns;
}

function halves(columns: Columns): [Columns, Columns] {
  const rows = Object.values(columns)[0]?.length ?? 0;
  const part = (from: number, to: number): Columns =>
    Object.fromEntries(Object.entries(columns).map(([name, own]) => [name, own.slice(from, to)]));
  return [part(0, rows / 2), part(rows / 2, rows)];
}

const judge = (source: Columns, product: Columns): Promise<Verdict> =>
  review({ sources: [tableFromColumns(source)], product: tableFromColumns(product), seed: '00'.repeat(16) });

function expectNothing(verdict: Verdict): void {
  expect(verdict.verdict).not.toBe('block');
  expect(verdict.restoration.rows.lower).toBe(0);
}

describe('other people', () => {
  it('of whom there are few kinds: doubles are counted with what few doubles leave open', async () => {
    for (const seed of ['a', 'b', 'c', 'd']) {
      const [source, product] = halves(kinds(new SeededRandom(seed), 600));
      expectNothing(await judge(source, product));
    }
  });

  it('whose near-unique amounts are under other names: a label of a row or two is not settled by its neighbours', async () => {
    for (const seed of ['a', 'b', 'c']) {
      const [source, product] = halves(payments(new SeededRandom(seed), 600));
      const renamed = Object.fromEntries(Object.values(product).map((own, i) => [`x${i}`, own]));
      expectNothing(await judge(source, renamed));
    }
  });

  it('and the same tables are blocked when they are the source itself', async () => {
    const [source] = halves(payments(new SeededRandom('a'), 1200));
    expect((await judge(source, source)).verdict).toBe('block');
  });

  it('in tables of a few rows: what ranks and fitted keys hand out is no find, a whole copy is', async () => {
    const people = (make: SourceMaker, rows: number, seed: string): Table =>
      tableOfFrame(make(rows, new SeededRandom(seed)).frame);
    // Maker, rows, and seeds of pairs that were blocked.
    const pairs = [
      [customers, 6, 't14', 'o14'],
      [customers, 10, 't16', 'o16'],
      [customers, 15, 't20', 'o20'],
      [patients, 8, 't1', 'other1'],
      [sensors, 8, 't3', 'other3'],
    ] as const;
    for (const [maker, rows, own, others] of pairs) {
      const source = people(maker, rows, own);
      const verdict = async (product: Table): Promise<string> =>
        (await review({ sources: [source], product, seed: '00112233' })).verdict;
      expect(await verdict(people(maker, rows, others)), `${maker.name}, ${rows} rows`).not.toBe('block');
      expect(await verdict(source), `${maker.name}, ${rows} rows`).toBe('block');
    }
  });

  it('of receipts in the order of time: numbers and times that rise together are one column to chance', async () => {
    // Both were handed out by their ranks, and a shop was met by chance: 11 of 200 rows came back.
    const { source, product } = othersCase('A-others59', ['survey', 'receipts', 'enterprises']);
    expect(source.rows).toBe(200);
    expectNothing(await review({ sources: [source], product, seed: '00'.repeat(16) }));
  });

  it('ten figures of any kind are no line through mobile numbers that stand near it', async () => {
    // The line's unit was 85,257 numbers wide, and 1,600 numbers of one prefix stood in its range: any figure met one.
    const random = new SeededRandom('dense mobiles 1');
    const source = tableFromColumns({
      mobile: Array.from(
        { length: 8000 },
        () => `1${[38, 39, 58, 86, 77][random.below(5)]}${String(random.below(100_000_000)).padStart(8, '0')}`,
      ),
      stay: Array.from({ length: 8000 }, () => String(1 + random.below(12))),
    });
    const curve = ['1.12', '3.28', '6.4', '10.53', '15.93', '22.89', '31.86', '43.89', '61.27', '100.0'];
    const product = tableFromColumns({ p: curve.map((_, i) => String(10 * i + 10)), q: curve });
    const verdict = await review({ sources: [source], product, seed: '00'.repeat(16) });
    expect(verdict.verdict).not.toBe('block');
    expect(verdict.restoration.identifiers.count).toBe(0);
  });

  it('panels of strangers name nobody: whom they fit best, others fit nearly as well', async () => {
    const panel = (random: SeededRandom, noised: boolean): Table => {
      const pick = (list: string): string => [...list][random.below([...list].length)] as string;
      const near = (value: number): string =>
        noised ? (value + 0.1 * random.uniform() - 0.05).toFixed(2) : String(value);
      const columns: Columns = { id: [], name: [], unit: [], month: [], late: [], level: [] };
      for (let i = 0; i < 400; i++) {
        const id = String(100_000_000 + random.below(900_000_000));
        const given = (): string => pick('伟芳娜敏静丽强磊军洋勇艳杰涛明超英');
        const name = pick('王李张刘陈杨黄赵吴周徐孙马朱胡林郭何高罗') + given() + (random.below(2) > 0 ? given() : '');
        const unit = `D${random.below(12)}`;
        for (let month = 1; month <= 3; month++) {
          columns['id']?.push(id);
          columns['name']?.push(name);
          columns['unit']?.push(unit);
          columns['late']?.push(random.below(20) === 0 ? 'yes' : 'no');
          const level = 1 + random.below(3);
          columns['month']?.push(near(202_300 + month));
          columns['level']?.push(near(level));
        }
      }
      return tableFromColumns(columns);
    };
    for (const k of [24, 28]) {
      const verdict = await review({
        sources: [panel(new SeededRandom(`source ${k}`), false)],
        product: panel(new SeededRandom(`others ${k}`), true),
        seed: '00'.repeat(16),
      });
      expect(verdict.verdict, String(k)).not.toBe('block');
    }
  });
});
