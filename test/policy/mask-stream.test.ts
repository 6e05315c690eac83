import { describe, expect, it } from 'vitest';
import type { OperationRecord } from '../../src/core/index.js';
import { KeyRing } from '../../src/crypto/index.js';
import { type MaskStreamOptions, maskStream, parsePolicy, protect } from '../../src/policy/index.js';
import { csvBytes, readCsv } from '../../src/table/index.js';
import { EXAMPLE, TODAY } from './example.js';

const keys = await KeyRing.create();
const text = EXAMPLE.replace('models:\n  - { model: k-anonymity, k: 5 }\n', '').replace(
  '{ mask: generalize, hierarchy: { kind: intervals, widths: [5, 10, 20] } }',
  '{ mask: bucket, width: 10 }',
);
const parsed = parsePolicy(text, 'p.yaml', { today: TODAY });
const csv = `resident_id,name,age,sex,income,note,extra\n${Array.from({ length: 500 }, (_, i) => `id-${i},${i % 9 === 0 ? '王' : '张三丰'},${20 + (i % 60)},男,${1000 + i},n,"e,${i}"`).join('\n')}\n`;

async function run(
  source: string,
  options: MaskStreamOptions = {},
  policy = parsed,
): Promise<{ text: string; record: OperationRecord }> {
  const parts: Uint8Array[] = [];
  const record = await maskStream(
    policy,
    new TextEncoder().encode(source),
    { write: (part) => void parts.push(part.slice()) },
    { keys, ...options },
  );
  return { text: Buffer.concat(parts).toString(), record };
}

describe('maskStream', () => {
  it('gives what protect gives on the whole table', async () => {
    const { table } = await readCsv(new TextEncoder().encode(csv));
    const whole = new TextDecoder().decode(csvBytes(protect(table, parsed, { keys }).table));
    const { text: streamed, record } = await run(csv);
    expect(streamed).toBe(whole);
    expect(record).toMatchObject({
      operation: 'mask',
      policy: parsed.digest,
      counts: { rowsRead: 500, cellsSuppressed: 56 },
    });
    expect(record.parameters.dropped).toEqual(['note', 'extra']);
    expect(record.warnings.map((warning) => warning.code)).toEqual(['column-not-named', 'cells-suppressed']);
  });

  it('masks NDJSON by the same policy', async () => {
    const { text: out, record } = await run('{"resident_id":"a","name":"张三丰","age":37,"secret":1}\nnope\n', {
      format: 'ndjson',
    });
    const row = JSON.parse(out) as Record<string, unknown>;
    expect(row).toMatchObject({ name: '张**', age: '[30,40)' });
    expect(row).not.toHaveProperty('secret');
    expect(record.warnings).toContainEqual(expect.objectContaining({ code: 'lines-left-out', count: 1 }));
  });

  it('counts refused cells of NDJSON by column, as in CSV, and records the members that it drops', async () => {
    const strict = parsePolicy(text.replace('suppressedRows: 0.02', 'suppressedRows: 0.02\n  refusedCells: 0.6'), 'p', {
      today: TODAY,
    });
    // Half the names cannot be masked and half the incomes: one of each two cells of a column, as many as rows in all.
    const lines = Array.from({ length: 40 }, (_, i) =>
      JSON.stringify({ resident_id: `id-${i}`, name: i % 2 ? '王' : '张三', income: i % 2 ? 1000 : 'x', 秘密: 1 }),
    ).join('\n');
    const { record } = await run(lines, { format: 'ndjson' }, strict);
    const suppressed = record.warnings.filter(({ code }) => code === 'cells-suppressed');
    expect(suppressed.map(({ column, count }) => [column, count])).toEqual([
      ['name', 20],
      ['income', 20],
    ]);
    expect(record.parameters.dropped).toEqual(['秘密']);
    expect(record.warnings).toContainEqual(expect.objectContaining({ code: 'column-not-named', column: '秘密' }));
  });

  it('refuses models, whole-column rules, prohibited and unknown columns', async () => {
    const other = (from: string, to: string): ReturnType<typeof parsePolicy> =>
      parsePolicy(text.replace(from, to), 'p', { today: TODAY });
    await expect(run(csv, {}, parsePolicy(EXAMPLE, 'p', { today: TODAY }))).rejects.toMatchObject({
      code: 'SCRIM_POLICY_UNSUPPORTED',
    });
    await expect(run(csv, {}, other('{ mask: round, to: 1000 }', 'shuffle'))).rejects.toMatchObject({
      code: 'SCRIM_MASK_NEEDS_FIT',
    });
    await expect(run(csv, {}, other('rule: drop', 'openness: prohibited, rule: drop'))).rejects.toMatchObject({
      code: 'SCRIM_POLICY_PROHIBITED',
    });
    await expect(run('a,b\n1,2\n')).rejects.toMatchObject({ code: 'SCRIM_POLICY_INVALID' });
  });
});
