import { describe, expect, it } from 'vitest';
import { review } from '../../src/reversibility/index.js';
import { type Table, tableFromColumns } from '../../src/table/index.js';
import { SeededRandom } from '../../src/testing/index.js';

// Surveys and code books hold small whole numbers: every 0/1 column of a product stands in several of their columns.

const seed = '00112233445566778899aabbccddeeff';
const ROWS = 1500;
const SIZES = [2, 7, 4, 11, 9, 6, 2];

type Columns = Readonly<Record<string, readonly string[]>>;

/** Answers that depend on one another, the commonest first. */
function survey(name: string): Columns {
  const random = new SeededRandom(name);
  const rows = Array.from({ length: ROWS }, () => {
    const mood = random.uniform();
    return SIZES.map((size) => Math.min(size - 1, Math.floor(size * (0.6 * mood ** 2 + 0.4 * random.uniform() ** 2))));
  });
  return Object.fromEntries(SIZES.map((_, at) => [`Q_${at}`, rows.map((row) => String(row[at]))]));
}

function shuffled(columns: Columns): Columns {
  const random = new SeededRandom('order');
  const order = Array.from({ length: ROWS }, (_, i) => i);
  for (let i = ROWS - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [order[i], order[j]] = [order[j] as number, order[i] as number];
  }
  return Object.fromEntries(
    Object.entries(columns).map(([name, cells]) => [name, order.map((row) => cells[row] as string)]),
  );
}

/** Dummies as pandas writes them. */
function dummies(columns: Columns, options: { first?: boolean; yes?: string; no?: string } = {}): [string, string[]][] {
  const { first = true, yes = '1', no = '0' } = options;
  return Object.entries(columns).flatMap(([name, cells]) =>
    [...new Set(cells)]
      .sort()
      .slice(first ? 0 : 1)
      .map((value): [string, string[]] => [`${name}_${value}`, cells.map((cell) => (cell === value ? yes : no))]),
  );
}

async function reviewed(source: Columns, product: [string, readonly string[]][]): Promise<[string, number]> {
  const tables: Table[] = [source, Object.fromEntries(product)].map((columns) => tableFromColumns(columns));
  const verdict = await review({ sources: [tables[0] as Table], product: tables[1] as Table, seed });
  return [verdict.verdict, verdict.restoration.rows.lower];
}

describe('dummies of a table of small whole numbers', () => {
  const source = survey('own');
  const product = shuffled(source);
  const turned = dummies(product).map((_, i, all) => all[(i * 17) % all.length] as [string, string[]]);
  it.each([
    ['whole', dummies(product)],
    ['without the first value, as true and false', dummies(product, { first: false, yes: 'True', no: 'False' })],
    ['as decimals', dummies(product, { yes: '1.0', no: '0.0' })],
    ['in another order of columns', turned],
    ['nameless', dummies(product).map(([, cells], i): [string, string[]] => [`f${i}`, cells])],
  ])('are read: %s', async (_, columns) => {
    const [verdict, lower] = await reviewed(source, columns);
    expect(verdict).toBe('block');
    expect(lower).toBeGreaterThan(0.05);
  });
  it('of other people are not', async () => {
    const [verdict] = await reviewed(source, dummies(survey('others')));
    expect(verdict).not.toBe('block');
  });
});

describe('letters for the answers of a survey', () => {
  const letters = (columns: Columns): [string, string[]][] =>
    Object.values(columns).map((cells, at) => {
      const values = [...new Set(cells)].sort();
      return [`c${at}`, cells.map((cell) => String.fromCharCode(65 + ((values.indexOf(cell) * 5 + at) % 26)))];
    });
  it('are undone by how often they come', async () => {
    expect((await reviewed(survey('own'), letters(shuffled(survey('own')))))[0]).toBe('block');
  });
  it('of other people are not', async () => {
    expect((await reviewed(survey('own'), letters(survey('others'))))[0]).not.toBe('block');
  });
});

describe('noise on the answers of a survey', () => {
  const noised = (columns: Columns): [string, string[]][] => {
    const random = new SeededRandom('noise');
    return Object.entries(columns).map(([name, cells]) => [
      name,
      cells.map((cell) => String(Number(cell) + 0.02 * (random.uniform() - 0.5))),
    ]);
  };
  it('that is small beside their steps is undone, whatever stands before the points', async () => {
    expect((await reviewed(survey('own'), noised(shuffled(survey('own')))))[0]).toBe('block');
  });
  it('of other people is no row', async () => {
    expect((await reviewed(survey('own'), noised(survey('others'))))[0]).not.toBe('block');
  });
});
