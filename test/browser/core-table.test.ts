/** Core and table in a real browser tab: no Node built-in may be needed. */
import { describe, expect, it } from 'vitest';
import { ScrimError, SecureRandom } from '../../src/core/index.js';
import { Dictionary, Table } from '../../src/table/index.js';

describe('core in the browser', () => {
  it('draws secure randomness', () => {
    const random = new SecureRandom();
    const draws = new Set(Array.from({ length: 64 }, () => random.uint32()));
    expect(draws.size).toBeGreaterThan(60);
  });

  it('refuses files with a coded error', async () => {
    const { nodeFs } = await import('../../src/core/index.js');
    expect(() => nodeFs('reading')).toThrow(ScrimError);
  });
});

describe('table in the browser', () => {
  it('holds dictionary columns', () => {
    const dictionary = Dictionary.from(['甲', '乙']);
    const column = {
      type: 'dictionary',
      length: 3,
      codes: Uint8Array.of(0, 1, 0),
      dictionary,
      validity: null,
      unreadable: null,
    } as const;
    const table = new Table([{ name: '姓名', type: 'dictionary', logical: 'text' }], [{ rows: 3, columns: [column] }]);
    expect([...table.objects()].map((row) => row['姓名'])).toEqual(['甲', '乙', '甲']);
  });
});
