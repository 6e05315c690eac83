/**
 * Safe forms that are recognised by recomputing (summary.md, aggregate.md) beside products of the same look that say something of
 * persons: none of those is a safe form.
 */
import { describe, expect, it } from 'vitest';
import { review } from '../../src/reversibility/index.js';
import { sheetOf } from '../../src/reversibility/intake/sheet.js';
import { recogniseSafeForms, type SafeForms } from '../../src/reversibility/safe-form/recognise.js';
import { defaultThresholds } from '../../src/reversibility/thresholds.js';
import { tableFromColumns } from '../../src/table/index.js';
import { SeededRandom } from '../../src/testing/index.js';

type Columns = Record<string, string[]>;
const ROWS = 900;
const TEAMS = ['north', 'east', 'south', 'west', 'sea', 'hill', 'town', 'moor', 'fen', 'isle'];
const RANKS = ['junior', 'senior', 'chief'];

function people(seed: string): Columns {
  const random = new SeededRandom(seed);
  const columns: Columns = { name: [], team: [], rank: [], city: [], age: [], height: [], wealth: [] };
  const normal = (): number => Array.from({ length: 12 }, () => random.uniform()).reduce((a, b) => a + b, -6);
  for (let i = 0; i < ROWS; i++) {
    columns['name']?.push(`p${random.below(1_000_000_000)}`);
    columns['team']?.push(TEAMS[random.below(TEAMS.length)] as string);
    columns['rank']?.push(RANKS[Math.floor(3 * random.uniform() ** 2)] as string);
    columns['city']?.push(i % 300 === 7 ? 'Ys' : (['Aby', 'Bree', 'Cor'][random.below(3)] as string));
    columns['age']?.push(String(Math.round(40 + 9 * normal())));
    columns['height']?.push((170 + 8 * normal()).toFixed(2));
    // A heavy tail: most are far nearer to the mean than a deviation.
    columns['wealth']?.push((1000 * (1 - random.uniform()) ** -0.8).toFixed(2));
  }
  return columns;
}

const RAW = people('lookalikes');
const SHEET = sheetOf(tableFromColumns(RAW), 'source');
const formsOf = (product: Columns, sheet = SHEET): SafeForms =>
  recogniseSafeForms(sheetOf(tableFromColumns(product), 'product'), [sheet], defaultThresholds, () => false);
const verdictOf = async (product: Columns): Promise<string> =>
  (await review({ sources: [tableFromColumns(RAW)], product: tableFromColumns(product), seed: '0'.repeat(32) }))
    .verdict;

const mean = (list: readonly number[]): number => list.reduce((sum, value) => sum + value, 0) / list.length;
function correlation(a: readonly number[], b: readonly number[]): number {
  const [p, q] = [mean(a), mean(b)];
  const moment = (x: readonly number[], y: readonly number[], u: number, v: number): number =>
    x.reduce((sum, value, i) => sum + (value - u) * ((y[i] as number) - v), 0);
  return moment(a, b, p, q) / Math.sqrt(moment(a, a, p, p) * moment(b, b, q, q));
}

describe('correlations of columns of texts under the numbers of an encoder', () => {
  const NAMES = ['team', 'rank', 'age', 'height'];
  const encoded = (values: readonly string[], order: readonly string[]): number[] =>
    Number.isNaN(Number(values[0])) ? values.map((text) => order.indexOf(text)) : values.map(Number);
  const matrix = (
    raw: Columns,
    names: readonly string[],
    ordered: (values: readonly string[]) => string[],
  ): Columns => {
    const lists = names.map((name) => encoded(raw[name] as string[], ordered([...new Set(raw[name])])));
    return {
      '': [...names],
      ...Object.fromEntries(
        names.map((name, i) => [name, lists.map((other) => correlation(lists[i] as number[], other).toFixed(4))]),
      ),
    };
  };
  const sorted = (values: readonly string[]): string[] => [...values].sort();
  const asMet = (values: readonly string[]): string[] => [...values];

  it('are released: numbered in their order, or as they are met', async () => {
    expect(await verdictOf(matrix(RAW, NAMES, sorted))).toBe('release');
    expect(await verdictOf(matrix(RAW, NAMES, asMet))).toBe('release');
  });

  it('under numbers that say something else they are unexplained', () => {
    const random = new SeededRandom('other numbers');
    const shuffled = (values: readonly string[]): string[] => {
      const list = [...values];
      for (let i = list.length - 1; i > 0; i--) {
        const j = random.below(i + 1);
        [list[i], list[j]] = [list[j] as string, list[i] as string];
      }
      return list;
    };
    for (let i = 0; i < 30; i++) expect(formsOf(matrix(RAW, NAMES, shuffled)).whole).toBe(null);
  });

  it('with one figure moved, or a column of persons beside them, are unexplained', () => {
    for (let i = 0; i < 16; i++) {
      const wrong = matrix(RAW, NAMES, sorted);
      const column = wrong[NAMES[i % 4] as string] as string[];
      column[i >> 2] = (Number(column[i >> 2]) + (i % 2 === 0 ? 0.0011 : -0.0007)).toFixed(4);
      expect(formsOf(wrong).whole).toBe(null);
    }
    const beside = { ...matrix(RAW, NAMES, sorted), wealth: (RAW['wealth'] as string[]).slice(0, 4) };
    expect(formsOf(beside).whole).toBe(null);
  });

  it('in which few persons are not like all others, or of few persons, are review', () => {
    const alone: Columns = { ...RAW, rank: (RAW['rank'] as string[]).map((_, i) => (i < 9 ? 'chief' : 'junior')) };
    const few = Object.fromEntries(Object.entries(RAW).map(([name, list]) => [name, list.slice(0, 18)]));
    for (const raw of [alone, few]) {
      const forms = formsOf(matrix(raw, NAMES, sorted), sheetOf(tableFromColumns(raw), 'source'));
      expect(forms.reasons.map((reason) => reason.code)).toContain('small-groups');
    }
  });
});

describe('means under noise of groups that are alike', () => {
  const groups = (column: string): number[][] =>
    TEAMS.map((team) => (RAW[column] as string[]).filter((_, row) => RAW['team']?.[row] === team).map(Number));
  const product = (column: string, figure: (list: readonly number[]) => number): Columns => ({
    team: TEAMS,
    figure: groups(column).map((list) => figure(list).toFixed(2)),
  });

  it('are released', async () => {
    const random = new SeededRandom('noise');
    for (const column of ['age', 'height']) {
      const noise = column === 'age' ? 2.5 : 2;
      expect(await verdictOf(product(column, (list) => mean(list) + noise * (2 * random.uniform() - 1)))).toBe(
        'release',
      );
    }
  });

  it('members of the groups, a little moved, and means of few of them are not', () => {
    const random = new SeededRandom('members');
    const one = (list: readonly number[]): number => list[random.below(list.length)] as number;
    const kinds: ((list: readonly number[]) => number)[] = [
      one,
      (list) => one(list) + 0.2 * random.uniform() + 0.003,
      (list) => one(list) * (1.001 + 0.01 * random.uniform()),
      (list) => (one(list) + one(list)) / 2 + 0.003,
      (list) => mean([one(list), one(list), one(list)]) + 0.004,
      (list) => Math.max(...list) - 0.013,
      (list) => Math.min(...list) + 0.017,
      (list) => (list[0] as number) + 0.1 * random.uniform() + 0.003,
    ];
    const released: string[] = [];
    for (const column of ['age', 'height', 'wealth'])
      kinds.forEach((kind, at) => {
        for (let i = 0; i < 2; i++) {
          const forms = formsOf(product(column, kind));
          if (forms.whole !== null) released.push(`${column} ${at} ${forms.explained.get(1)?.how}`);
        }
      });
    expect(released).toEqual([]);
  });
});
