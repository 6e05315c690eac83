/** Cells that are records of binary numbers of several widths, as C structures are written. */
import { describe, expect, it } from 'vitest';
import { review, type Verdict } from '../../src/reversibility/index.js';
import { tableFromColumns } from '../../src/table/index.js';
import { SeededRandom } from '../../src/testing/index.js';

interface Own {
  readonly pay: number;
  readonly rate: number;
  readonly born: number;
  readonly count: number;
  readonly city: string;
}

function people(seed: string): Own[] {
  const random = new SeededRandom(seed);
  return Array.from({ length: 240 }, () => ({
    pay: Math.round(100 * Math.exp(7 + random.uniform())) / 100,
    rate: random.below(4000) / 4,
    born: random.below(18_000),
    count: random.below(3000),
    city: ['杭州', '宁波', '温州'][random.below(3)] as string,
  }));
}

const SOURCE = people('records');
const source = tableFromColumns({
  工资: SOURCE.map(({ pay }) => String(pay)),
  比率: SOURCE.map(({ rate }) => String(rate)),
  出生日期: SOURCE.map(({ born }) => new Date(86_400_000 * born).toISOString().slice(0, 10)),
  次数: SOURCE.map(({ count }) => String(count)),
  城市: SOURCE.map(({ city }) => city),
});

/** Two whole numbers of 32 bits, a fraction of 32 and one of 64 bits, the last one behind as many bytes of padding. */
function record({ pay, rate, born, count }: Own, little: boolean, padding: number): Buffer {
  const bytes = Buffer.alloc(20 + padding);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  view.setInt32(0, born, little);
  view.setInt32(4, count, little);
  view.setFloat32(8, rate, little);
  view.setFloat64(12 + padding, pay, little);
  return bytes;
}

const reviewed = (rows: readonly Own[], write: (own: Own) => string): Promise<Verdict> => {
  const some = rows.filter((_, i) => i % 2 === 1).reverse();
  const product = tableFromColumns({ record: some.map(write), city: some.map(({ city }) => city) });
  return review({ sources: [source], product, seed: '00' });
};

describe('binary records (decoders.md)', () => {
  it.each([
    ['little-endian in hexadecimal', (own: Own) => record(own, true, 0).toString('hex')],
    ['big-endian with padding in base64', (own: Own) => record(own, false, 4).toString('base64')],
  ])('are read: %s; those of other people are not', async (_, write) => {
    const verdict = await reviewed(SOURCE, write);
    expect(verdict.verdict).toBe('block');
    expect(verdict.restoration.rows.net).toBeGreaterThan(0.4);
    expect((await reviewed(people('others'), write)).verdict).not.toBe('block');
  });
});
