import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Ledger, readLedger } from '../../src/audit/index.js';
import { canonicalJson } from '../../src/core/index.js';
import { KeyRing } from '../../src/crypto/index.js';
import { protectFile } from '../../src/policy/index.js';
import { EXAMPLE, TODAY } from './example.js';

const folder = mkdtempSync(join(tmpdir(), 'scrim-protect-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string): string => join(folder, name);
const keys = await KeyRing.create();

const rows = Array.from(
  { length: 400 },
  (_, i) => `id-${i},张三丰,${20 + (i % 40)},${i % 2 ? '男' : '女'},${1000 + i},note,extra`,
);
writeFileSync(at('register.csv'), `resident_id,name,age,sex,income,note,more\n${rows.join('\n')}\n`);
// Each age belongs to one sex and 10 persons.
writeFileSync(
  at('age.csv'),
  Array.from({ length: 40 }, (_, i) => `${20 + i};${i < 20 ? '20-39' : '40-59'};*`).join('\n'),
);
writeFileSync(
  at('policy.yaml'),
  EXAMPLE.replace('hierarchy: { kind: intervals, widths: [5, 10, 20] }', 'hierarchy: age.csv').replace('k: 5', 'k: 11'),
);

describe('protectFile', () => {
  it('writes the format that the name of the output says', async () => {
    const given = { policy: at('policy.yaml'), input: at('register.csv'), keys };
    await protectFile({ ...given, output: at('out.ndjson') });
    const lines = readFileSync(at('out.ndjson'), 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => Object.keys(JSON.parse(line) as object)[0])).toEqual(lines.map(() => 'resident_id'));
    await protectFile({ ...given, output: at('out.tsv') });
    expect(readFileSync(at('out.tsv'), 'utf8').split('\n')[0]).toContain('resident_id\tname');
  });

  it('writes output, record and ledger entry that agree', async () => {
    const ledger = await Ledger.open(at('ledger.jsonl'));
    const { record, recordPath } = await protectFile({
      policy: at('policy.yaml'),
      input: at('register.csv'),
      output: at('out.csv'),
      keys,
      ledger,
      today: TODAY,
    });
    await ledger.close();
    const bytes = readFileSync(at('out.csv'));
    expect(bytes.toString().split('\n')[0]).toBe('resident_id,name,age,sex,income');
    expect(bytes.toString()).toContain(',张**,20-39,女,1000');
    expect(record.outputs[0]).toMatchObject({
      name: 'out.csv',
      sha256: createHash('sha256').update(bytes).digest('hex'),
      rows: 400,
    });
    expect(record.inputs[0]?.sha256).toBe(
      createHash('sha256')
        .update(readFileSync(at('register.csv')))
        .digest('hex'),
    );
    expect(JSON.parse(readFileSync(recordPath, 'utf8'))).toEqual(JSON.parse(JSON.stringify(record)));
    const entries: { type: string; data: Record<string, unknown> }[] = [];
    for await (const one of readLedger(at('ledger.jsonl'))) entries.push(one as never);
    expect(entries.map((one) => one.type)).toEqual(['ledger.opened', 'operation']);
    const data = entries[1]?.data;
    expect(data).toMatchObject({
      operation: 'protect',
      operator: '张经办',
      scenario: 'elderly-care-2026',
      approval: 'QZ-2026-017',
    });
    expect(data?.record).toBe(createHash('sha256').update(canonicalJson(record)).digest('hex'));
  });

  it('leaves nothing behind when the output cannot be written or the ledger refuses', async () => {
    const before = readdirSync(folder).sort();
    const base = { policy: at('policy.yaml'), input: at('register.csv'), keys, today: TODAY };
    await expect(protectFile({ ...base, output: at('missing/out.csv') })).rejects.toMatchObject({
      code: 'SCRIM_FILE_UNWRITABLE',
    });
    const closed = await Ledger.open(at('other.jsonl'));
    await closed.close();
    await expect(protectFile({ ...base, output: at('second.csv'), ledger: closed })).rejects.toMatchObject({
      code: 'SCRIM_LEDGER_WRITE',
    });
    expect(
      readdirSync(folder)
        .filter((name) => !name.startsWith('other.jsonl'))
        .sort(),
    ).toEqual(before);
  });

  it('names missing files by code', async () => {
    const base = { input: at('register.csv'), output: at('x.csv'), keys, today: TODAY };
    await expect(protectFile({ ...base, policy: at('none.yaml') })).rejects.toMatchObject({
      code: 'SCRIM_FILE_MISSING',
    });
    writeFileSync(at('nohierarchy.yaml'), readFileSync(at('policy.yaml'), 'utf8').replace('age.csv', 'gone.csv'));
    await expect(protectFile({ ...base, policy: at('nohierarchy.yaml') })).rejects.toMatchObject({
      code: 'SCRIM_FILE_MISSING',
    });
    expect(existsSync(at('x.csv'))).toBe(false);
    if (process.getuid?.() !== 0) {
      chmodSync(at('age.csv'), 0);
      await expect(protectFile({ ...base, policy: at('policy.yaml') })).rejects.toMatchObject({
        code: 'SCRIM_FILE_UNREADABLE',
      });
    }
  });
});
