/**
 * Input that no honest product looks like (issue 4, "Bad input"): a gap or a reason and *review*, never a crash, never a release.
 * The same at full size (5,000 columns, a gigabyte in a cell) was run by hand: docs/status.md.
 */
import { deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { review, type Verdict } from '../../src/reversibility/index.js';
import { type Table, tableFromColumns } from '../../src/table/index.js';

const ROWS = 120;

function column(rows: number, cell: (row: number) => string | null): (string | null)[] {
  return Array.from({ length: rows }, (_, row) => cell(row));
}

/** A small register: near-unique numbers, three categories, amounts. */
function register(rows = ROWS): Table {
  return tableFromColumns({
    id: column(rows, (row) => String(330100198001010000 + row * 7919).slice(0, 18)),
    city: column(rows, (row) => ['Hangzhou', 'Ningbo', 'Wenzhou'][(row * row) % 3] as string),
    amount: column(rows, (row) => ((row * 7877) % 9973).toFixed(2)),
    age: column(rows, (row) => String(20 + ((row * 31) % 61))),
  });
}

async function judge(product: Table, source: Table = register()): Promise<Verdict> {
  return review({ sources: [source], product, seed: '00112233445566778899aabbccddeeff', timeLimit: 60_000 });
}

describe('bad input', () => {
  it('no rows, on either side, is for a person to look at', async () => {
    const empty = tableFromColumns({ id: [], city: [], amount: [], age: [] });
    expect((await judge(empty)).verdict).toBe('review');
    expect((await judge(register(), empty)).verdict).toBe('review');
    expect((await judge(empty, empty)).verdict).toBe('review');
  });

  it('one column, and more rows than the source, are never released unseen', async () => {
    const one = await judge(tableFromColumns({ x: column(ROWS, (row) => String((row * 7919) % 104_729)) }));
    expect(one.verdict).toBe('review');
    const more = await judge(
      tableFromColumns({ s: column(900, (row) => `S${row}`), v: column(900, (row) => String(row % 7)) }),
    );
    expect(more.verdict).toBe('review');
    expect(more.reasons.map((reason) => reason.code)).toContain('more-rows');
  });

  it('a zip bomb in base64 does not unpack', async () => {
    const bomb = gzipSync(Buffer.alloc(20_000_000)).toString('base64');
    const own = column(20, (row) =>
      deflateSync(Buffer.concat([Buffer.from(String(row)), Buffer.alloc(2_000_000)])).toString('base64'),
    );
    const verdict = await judge(tableFromColumns({ a: column(20, () => bomb), b: own }));
    expect(verdict.verdict).toBe('review');
  });

  it('JSON nested 100,000 deep is no JSON to open', async () => {
    const deep = column(30, (row) => `${'{"a":['.repeat(50_000)}${row}${']}'.repeat(50_000)}`);
    expect((await judge(tableFromColumns({ deep }))).verdict).toBe('review');
  });

  it('texts that regular expressions run back over cost no more than their length', async () => {
    const baits = [
      `${'='.repeat(60_000)}x`,
      `${' '.repeat(60_000)}x`,
      '&#1'.repeat(20_000),
      '\\u'.repeat(20_000),
      '1,'.repeat(30_000),
      'a=b&'.repeat(15_000),
      'MDCLXVI'.repeat(8_000),
      '.-'.repeat(30_000),
      `"${'\\'.repeat(50_001)}"`,
      '%'.repeat(50_000),
    ];
    const columns = Object.fromEntries(
      baits.map((bait, i) => [`b${i}`, column(20, (row) => (row % 2 === 0 ? `${bait}${row}` : `${row}${bait}`))]),
    );
    expect((await judge(tableFromColumns(columns))).verdict).toBe('review');
  });

  it('a raw table turned on its side is read as rows', async () => {
    const source = register(600);
    const turned: Record<string, string[]> = {};
    const raw = {
      id: column(600, (row) => String(330100198001010000 + row * 7919).slice(0, 18)),
      city: column(600, (row) => ['Hangzhou', 'Ningbo', 'Wenzhou'][(row * row) % 3] as string),
      amount: column(600, (row) => ((row * 7877) % 9973).toFixed(2)),
      age: column(600, (row) => String(20 + ((row * 31) % 61))),
    };
    for (let row = 0; row < 600; row++) turned[`r${row}`] = Object.values(raw).map((own) => own[row] as string);
    const verdict = await judge(tableFromColumns(turned), source);
    expect(verdict.verdict).toBe('block');
    expect(verdict.restoration.rows.net).toBeGreaterThan(0.95);
    expect(verdict.attacks.some((attack) => attack.inverse?.startsWith('transpose') === true)).toBe(true);
  });
});
