/** Samples of tables: weights, persons, clusters, strata, consistency, refusals. */
import { describe, expect, it } from 'vitest';
import { SecureRandom } from '../../src/core/index.js';
import { type SampleOptions, sample } from '../../src/sampling/index.js';
import { type Table, tableFromColumns } from '../../src/table/index.js';
import { SeededRandom } from '../../src/testing/index.js';

const N = 1200;
const table: Table = tableFromColumns({
  id: Array.from({ length: N }, (_, i) => `p${Math.floor(i / 3)}`),
  city: Array.from({ length: N }, (_, i) => ['甲', '乙', '丙', null][Math.floor(i / 3) % 4] as string),
  income: Float64Array.from({ length: N }, (_, i) => 100 + ((i * 37) % 900)),
  unseen: Array.from({ length: N }, (_, i) => `s${i}`),
});
const random = new SecureRandom();
const draw = (options: Omit<SampleOptions, 'random'>) => sample(table, { ...options, random });
const weights = (result: { table: Table }): number[] =>
  [...result.table.objects()].map((row) => Number(row['_weight']));
const sum = (values: number[]): number => values.reduce((a, b) => a + b, 0);

describe('sample', () => {
  it('gives weights that add up to the population for fixed-size designs', () => {
    for (const options of [
      { design: 'srs', n: 100 },
      { design: 'systematic', n: 100 },
      { design: 'stratified', by: 'city', n: 103 },
      { design: 'stratified', by: 'city', n: 10, allocation: 'fixed' },
      { design: 'stratified', by: 'city', size: 'income', n: 100, allocation: 'neyman' },
      { design: 'reservoir', n: 100 },
      { design: 'srs-replacement', n: 100 },
    ] as const) {
      expect([options.design, sum(weights(draw(options)))]).toEqual([options.design, expect.closeTo(N, 6)]);
    }
  });

  it('keeps rows in table order and whole', () => {
    const result = draw({ design: 'srs', n: 50 });
    const source = [...table.objects()];
    [...result.table.objects()].forEach((row, i) => {
      const { _weight, ...rest } = row;
      expect(rest).toEqual(source[result.rows[i]!]);
      expect(Number(_weight)).toBe(24);
    });
  });

  it('draws persons with all their rows', () => {
    const result = draw({ design: 'srs', n: 40, person: 'id' });
    expect(result.table.rows).toBe(120);
    expect(weights(result).every((weight) => weight === 10)).toBe(true);
    expect(new Set([...result.table.objects()].map((row) => row['id'])).size).toBe(40);
  });

  it('takes the strata counts that proportional allocation names, null a stratum of its own', () => {
    const result = draw({ design: 'stratified', by: 'city', n: 120 });
    expect(result.strata.map(({ population, sampled }) => [population, sampled])).toEqual([
      [300, 30],
      [300, 30],
      [300, 30],
      [300, 30],
    ]);
  });

  it('clusters: whole clusters; two stages: a part of each', () => {
    const whole = draw({ design: 'cluster', by: 'id', n: 10 });
    expect(whole.table.rows).toBe(30);
    const part = draw({ design: 'two-stage', by: 'id', n: 10, perCluster: 2 });
    expect(part.table.rows).toBe(20);
    expect(sum(weights(part))).toBeCloseTo(N, 6);
  });

  it('PPS: Horvitz-Thompson of the size itself is exact, whatever was drawn', () => {
    const result = draw({ design: 'pps', size: 'income', n: 150 });
    const total = sum([...result.table.objects()].map((row) => Number(row['income']) * Number(row['_weight'])));
    const truth = sum([...table.objects()].map((row) => Number(row['income'])));
    expect(total).toBeCloseTo(truth, 4);
    expect(result.table.rows).toBe(150);
  });

  it('consistent: same persons in another table, nested by rate, other persons under another key', () => {
    const key = random.bytes(32);
    const ids = (rate: number, secret: Uint8Array, from: Table): Set<string> =>
      new Set(
        [...sample(from, { design: 'consistent', person: 'id', rate, key: secret, random }).table.objects()].map(
          (row) => row['id'] as string,
        ),
      );
    const other = tableFromColumns({ id: Array.from({ length: 400 }, (_, i) => `p${399 - i}`) });
    const small = ids(0.2, key, table);
    expect(ids(0.2, key, other)).toEqual(small);
    const large = ids(0.5, key, table);
    expect([...small].every((id) => large.has(id))).toBe(true);
    expect(ids(0.2, random.bytes(32), table)).not.toEqual(small);
    // 400 persons at rate 0.2: 80 expected, 5 standard errors = 40.
    expect(Math.abs(small.size - 80)).toBeLessThan(40);
  });

  it('marks seeded samples and refuses unmarked ones', () => {
    const seeded = new SeededRandom('x');
    expect(() => sample(table, { design: 'srs', n: 5, random: seeded })).toThrowError(
      expect.objectContaining({ code: 'SCRIM_SAMPLE_SEEDED' }),
    );
    const marked = sample(table, { design: 'srs', n: 5, random: seeded, unsafe: ['seeded-randomness'] });
    expect(marked.record.unsafe).toEqual(['seeded-randomness']);
  });

  it.each([
    ['a sample larger than the table', { design: 'srs', n: 2000 }, 'SCRIM_SAMPLE_SIZE'],
    ['an unknown column', { design: 'stratified', by: 'nowhere', n: 10 }, 'SCRIM_TABLE_UNKNOWN_COLUMN'],
    ['no size at all', { design: 'srs' }, 'SCRIM_ARGUMENT'],
    ['a rate above one', { design: 'bernoulli', rate: 1.5 }, 'SCRIM_ARGUMENT'],
    ['sizes that are text', { design: 'pps', size: 'city', n: 10 }, 'SCRIM_SAMPLE_WEIGHTS'],
    ['two billion draws with replacement', { design: 'srs-replacement', n: 2 ** 31 }, 'SCRIM_SAMPLE_SIZE'],
    ['strata that the design does not use', { design: 'srs', by: 'city', n: 10 }, 'SCRIM_ARGUMENT'],
    ['sizes that the design does not use', { design: 'systematic', size: 'city', n: 10 }, 'SCRIM_ARGUMENT'],
    ['two cluster columns', { design: 'cluster', by: ['city', 'id'], n: 1 }, 'SCRIM_ARGUMENT'],
    ['both a size and a rate', { design: 'srs', n: 10, rate: 0.5 }, 'SCRIM_ARGUMENT'],
    ['strata that split persons', { design: 'stratified', by: 'unseen', person: 'id', n: 10 }, 'SCRIM_ARGUMENT'],
  ] as const)('refuses %s', (_, options, code) => {
    expect(() => draw(options)).toThrowError(expect.objectContaining({ code }));
  });

  it('draws nothing from an empty table, and says so when asked for more', () => {
    const empty = tableFromColumns({ id: [] });
    expect(sample(empty, { design: 'srs', n: 0, random }).table.rows).toBe(0);
    expect(() => sample(empty, { design: 'srs', n: 1, random })).toThrowError(
      expect.objectContaining({ code: 'SCRIM_SAMPLE_SIZE' }),
    );
  });
});

describe('randomness of a sample', () => {
  it('is secure when none is given, and anything else than a generator is refused by code', () => {
    const { rows, record } = sample(table, { design: 'srs', n: 10 });
    expect(rows.length).toBe(10);
    expect(record.unsafe).toEqual([]);
    for (const wrong of [Math.random, {}, 7]) {
      expect(() => sample(table, { design: 'srs', n: 10, random: wrong as never })).toThrowError(
        expect.objectContaining({ code: 'SCRIM_ARGUMENT' }),
      );
    }
  });
});
