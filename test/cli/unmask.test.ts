import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readLedger } from '../../src/audit/index.js';
import { cellText, parquetTables, readTable, tableFromColumns, writeParquet } from '../../src/table/index.js';
import { inFolder, scrim } from './harness.js';

const ROWS = 60;
const source = {
  id: Array.from(
    { length: ROWS },
    (_, i) =>
      `1101011990${String(100 + (i % 12) * 100 + (i % 28) + 1)
        .padStart(4, '0')
        .slice(-4)}${String(i).padStart(3, '0')}`,
  ).map(withCheck),
  mobile: Array.from({ length: ROWS }, (_, i) => `138${String(10_000_000 + 7919 * i)}`),
  note: Array.from({ length: ROWS }, (_, i) => (i % 7 === 0 ? null : `备注 ${i % 5}, "x"`)),
  born: Array.from({ length: ROWS }, (_, i) => `19${60 + (i % 40)}-0${1 + (i % 9)}-15`),
  person: Array.from({ length: ROWS }, (_, i) => `p${i % 20}`),
  name: Array.from({ length: ROWS }, (_, i) => (i % 2 === 0 ? '张三丰' : '欧阳娜娜')),
};

function withCheck(body: string): string {
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const sum = weights.reduce((total, weight, i) => total + weight * Number(body[i]), 0);
  return body + '10X98765432'[sum % 11];
}

const policyOf = (suite: string): string => `schema: scrim.policy/1
who:
  tenant: hz
  environment: test
  scenario: credit
  purpose: test
  operator: Wang Fang
  approval: { reference: A-1, by: Li Lei, on: 2026-01-01, expires: 2099-12-31 }
suite: ${suite}
sources: [{ name: people }]
columns:
  id: { class: direct-identifier, kind: resident-id, rule: { mask: surrogate, kind: resident-id } }
  mobile: { class: direct-identifier, kind: mobile, rule: { mask: ff1, alphabet: '0123456789' } }
  note: { class: other, rule: encrypt, as: sealed }
  born: { class: quasi-identifier, kind: date, rule: { mask: date-shift, days: 30, person: person } }
  person: { class: direct-identifier, rule: random-token }
  name: { class: direct-identifier, kind: person-name, rule: { mask: keep, first: 1 } }
`;

const permitOf = (key: string, columns: string, changes = ''): string =>
  `tenant: hz\nenvironment: test\nscenario: credit\noperator: Wang Fang\npurpose: court order\nreference: FY-1\nkey: ${key}\ncolumns: [${columns}]\nexpires: 2099-12-31\n${changes}`;

async function columnsOf(file: string): Promise<Record<string, (string | null)[]>> {
  const { table } = await readTable(file);
  return Object.fromEntries(
    table.names.map((name) => [
      name,
      table.chunks(name).flatMap((chunk) => Array.from({ length: chunk.length }, (_, row) => cellText(chunk, row))),
    ]),
  );
}

describe.each(['intl', 'gm'])('scrim mask and unmask, suite %s', (suite) => {
  for (const format of ['csv', 'parquet']) {
    it(`restores what it masked, and only that (${format})`, () =>
      inFolder(async (folder) => {
        const at = (name: string): string => path.join(folder, name);
        const keys = ['--keys', at('ring.json'), '--wrapping-key', at('ring.key')];
        const raw = at(`raw.${format}`);
        const quote = (cell: string | null): string => (cell === null ? '' : `"${cell.replaceAll('"', '""')}"`);
        if (format === 'csv') {
          const rows = Array.from({ length: ROWS }, (_, i) =>
            Object.values(source)
              .map((column) => quote(column[i] as string | null))
              .join(','),
          );
          writeFileSync(raw, `${Object.keys(source).join(',')}\n${rows.join('\n')}\n`);
        } else await writeParquet(tableFromColumns(source), raw, { rowGroupRows: 17 });
        writeFileSync(at('policy.yaml'), policyOf(suite));
        const base = ['--policy', at('policy.yaml'), ...keys];
        const made = await scrim([
          'keys',
          'new',
          ...keys,
          '--suite',
          suite,
          '--tenant',
          'hz',
          '--environment',
          'test',
          '--scenario',
          'credit',
          '--json',
          '-',
        ]);
        expect(made.code).toBe(0);
        const [{ id: key }] = (JSON.parse(made.out) as { roots: [{ id: string }] }).roots;
        const masked = at(`masked.${format}`);
        const done = await scrim(['mask', ...base, '--vault', at('vault'), raw, '-o', masked]);
        expect(done).toMatchObject({ code: 0, err: expect.not.stringContaining('error') });
        expect(statSync(at('vault')).mode & 0o777).toBe(0o600);
        if (format === 'parquet') {
          const groups: number[] = [];
          for await (const table of parquetTables(masked)) groups.push(table.rows);
          expect(groups).toEqual([17, 17, 17, 9]);
        }
        const hidden = await columnsOf(masked);
        expect(Object.keys(hidden)).toEqual(['id', 'mobile', 'sealed', 'born', 'person', 'name']);
        for (const name of ['id', 'mobile', 'born', 'person', 'name'] as const) {
          const same = (source[name] as (string | null)[]).filter((value, i) => value === hidden[name]?.[i]).length;
          expect(same).toBeLessThan(name === 'born' ? 20 : 1);
        }
        expect(new Set(hidden.id?.map((id) => withCheck((id as string).slice(0, 17)) === id))).toEqual(new Set([true]));

        // A rotated key still restores what it made.
        await scrim(['keys', 'rotate', ...keys, '--tenant', 'hz', '--environment', 'test', '--scenario', 'credit']);
        writeFileSync(at('permit.yaml'), permitOf(key, 'born, id, mobile, sealed, person'));
        const unmask = (
          permit: string,
          out: string,
          more: string[] = ['--vault', at('vault')],
        ): ReturnType<typeof scrim> =>
          scrim([
            'unmask',
            ...base,
            '--authorisation',
            at(permit),
            '--ledger',
            at('ledger.jsonl'),
            ...more,
            masked,
            '-o',
            at(out),
            '--json',
            '-',
          ]);
        const restored = await unmask('permit.yaml', `back.${format}`);
        expect(restored).toMatchObject({ code: 0 });
        const back = await columnsOf(at(`back.${format}`));
        expect(back.id).toEqual(source.id);
        expect(back.mobile).toEqual(source.mobile);
        expect(back.sealed).toEqual(source.note);
        expect(back.born).toEqual(source.born);
        expect(back.person).toEqual(source.person);
        expect(back.name).toEqual(hidden.name);
        const record = JSON.parse(readFileSync(at(`back.${format}.record.json`), 'utf8')) as {
          operation: string;
          parameters: object;
        };
        expect(record).toMatchObject({
          operation: 'unmask',
          parameters: { key, approval: 'FY-1', purpose: 'court order' },
        });
        const notes: { type: string; data: { column?: string; key?: string; cells?: number } }[] = [];
        for await (const entry of readLedger(at('ledger.jsonl')))
          if ((entry as { type: string }).type !== 'ledger.opened') notes.push(entry as never);
        expect(notes.map(({ type }) => type)).toEqual([...Array(5).fill('unmask'), 'operation']);
        expect(
          new Set(notes.slice(0, 5).map(({ data }) => `${data.column} ${data.key === key} ${data.cells}`)),
        ).toEqual(new Set(['id', 'mobile', 'sealed', 'person', 'born'].map((name) => `${name} true ${ROWS}`)));
        expect(JSON.stringify(notes)).not.toContain('13810000000');

        // Refusals: coded, nothing written, nothing noted.
        const refusals: readonly (readonly [permit: string, code: string, exit: number, more?: string[]])[] = [
          [permitOf(key, 'name'), 'SCRIM_MASK_NOT_REVERSIBLE', 2],
          [permitOf(key, 'id, name'), 'SCRIM_MASK_NOT_REVERSIBLE', 2],
          [permitOf(key, 'nothing'), 'SCRIM_TABLE_UNKNOWN_COLUMN', 2],
          [permitOf(key, 'born'), 'SCRIM_MASK_UNAUTHORISED', 4],
          [permitOf(key, 'person'), 'SCRIM_MASK_NOT_REVERSIBLE', 2, []],
          [permitOf('00000000', 'id'), 'SCRIM_KEY_MISSING', 2],
          [permitOf(key, 'id').replace('scenario: credit', 'scenario: other'), 'SCRIM_MASK_UNAUTHORISED', 4],
          [permitOf(key, 'id').replace('2099-12-31', '2020-01-01'), 'SCRIM_MASK_UNAUTHORISED', 4],
          [permitOf(key, 'id').replace('operator: Wang Fang\n', ''), 'SCRIM_AUTHORISATION_INVALID', 2],
          [permitOf(key, '"*"'), 'SCRIM_TABLE_UNKNOWN_COLUMN', 2],
          ['{', 'SCRIM_AUTHORISATION_INVALID', 2],
        ];
        for (const [permit, code, exit, more] of refusals) {
          writeFileSync(at('bad.yaml'), permit);
          const refused = await unmask('bad.yaml', `no.${format}`, more);
          expect(refused.err).toContain(code);
          expect(`${code} ${refused.code}`).toBe(`${code} ${exit}`);
          expect(existsSync(at(`no.${format}`))).toBe(false);
        }
        let entries = 0;
        for await (const _ of readLedger(at('ledger.jsonl'))) entries++;
        expect(entries).toBe(7);

        // A destroyed key restores nothing.
        const scope = ['--tenant', 'hz', '--environment', 'test', '--scenario', 'credit'];
        await scrim(['keys', 'destroy', ...keys, ...scope, '--key', key, '--reason', 'end', '--yes']);
        const gone = await unmask('permit.yaml', `no.${format}`);
        expect(gone.err).toContain('SCRIM_KEY_DESTROYED');
        expect(gone.code).not.toBe(0);
      }));
  }
});

describe('scrim mask on Parquet', () => {
  it('keeps types, takes a file without rows, and refuses standard input', () =>
    inFolder(async (folder) => {
      const at = (name: string): string => path.join(folder, name);
      const policy = policyOf('intl').replace(
        /columns:[\s\S]*/,
        'columns:\n  a: { class: other, rule: release }\n  b: { class: other, rule: redact }\n',
      );
      writeFileSync(at('policy.yaml'), policy);
      const table = tableFromColumns({ a: [1.5, null, 3], b: ['x', null, 'z'], c: [true, false, null] });
      await writeParquet(table, at('raw.parquet'), { rowGroupRows: 2 });
      const argv = ['mask', '--policy', at('policy.yaml')];
      const done = await scrim([...argv, at('raw.parquet'), '-o', at('out.parquet'), '--json', '-']);
      expect(done.code).toBe(0);
      const { record } = JSON.parse(done.out) as {
        record: { inputs: { sha256: string }[]; parameters: { dropped: string[] } };
      };
      expect(record.inputs[0]?.sha256).toMatch(/^[0-9a-f]{64}$/);
      expect(record.parameters.dropped).toEqual(['c']);
      const { table: out, artifact } = await readTable(at('out.parquet'));
      expect(out.field('a').type).toBe('float64');
      expect((await columnsOf(at('out.parquet'))).b).toEqual(['***', null, '***']);
      expect(artifact.sha256).toBe(
        (JSON.parse(done.out) as { record: { outputs: { sha256: string }[] } }).record.outputs[0]?.sha256,
      );

      await writeParquet(tableFromColumns({ a: [] as number[], b: [] as string[] }), at('empty.parquet'));
      expect((await scrim([...argv, at('empty.parquet'), '-o', at('none.parquet')])).code).toBe(0);
      expect((await readTable(at('none.parquet'))).table.names).toEqual(['a', 'b']);

      writeFileSync(at('cut.parquet'), readFileSync(at('raw.parquet')).subarray(0, 90));
      const cut = await scrim([...argv, at('cut.parquet'), '-o', at('no.parquet')]);
      expect(cut.code).toBe(2);
      expect(cut.err).toContain('SCRIM_PARQUET_INVALID');
      expect(existsSync(at('no.parquet'))).toBe(false);
    }));
});
