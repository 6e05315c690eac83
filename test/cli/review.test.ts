/** `scrim review` and `scrim gate` as a reviewer meets them: packages, records, reveal, ledger, other formats and encodings. */
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { sha256Hex } from '../../src/core/index.js';
import { readTable, writeParquet } from '../../src/table/index.js';
import { SeededRandom } from '../../src/testing/index.js';
import { filesIn, inFolder, scrim } from './harness.js';

const random = new SeededRandom('review-cli');
const rows = Array.from({ length: 400 }, (_, i) => ({
  编号: `P${String((i * 7919) % 100_003).padStart(6, '0')}`,
  手机号: `137${String(random.below(1e8)).padStart(8, '0')}`,
  城市: ['杭州', '宁波', '温州', '衢州'][random.below(4)] as string,
  出生日期: new Date((-9000 + random.below(18_000)) * 86_400_000).toISOString().slice(0, 10),
  收入: String(30_000 + 100 * random.below(2000)),
}));
type Row = (typeof rows)[number];
const names = Object.keys(rows[0] as Row) as (keyof Row)[];

function csv(columns: readonly (keyof Row)[], list: readonly Row[] = rows): string {
  return `${[columns, ...list.map((row) => columns.map((name) => row[name]))].map((line) => line.join(',')).join('\n')}\n`;
}

function counts(): string {
  const groups = new Map<string, number>();
  for (const row of rows) groups.set(row.城市, (groups.get(row.城市) ?? 0) + 1);
  return `城市,人数\n${[...groups].map(([city, n]) => `${city},${n}`).join('\n')}\n`;
}

const SCOPE = ['--operator', '张三', '--tenant', '某局', '--environment', 'prod', '--scenario', '授信'];

function withRaw<Result>(use: (at: (name: string) => string, folder: string) => Promise<Result>): Promise<Result> {
  return inFolder(async (folder) => {
    const at = (name: string): string => path.join(folder, name);
    writeFileSync(at('原始.csv'), csv(names));
    writeFileSync(at('统计.csv'), counts());
    writeFileSync(at('raw-copy.csv'), csv(names, [...rows].reverse()));
    return use(at, folder);
  });
}

describe('the product', () => {
  it('is a Chinese file in GB18030, Parquet, NDJSON or tabs: the same finding', () =>
    withRaw(async (at) => {
      const { table } = await readTable(at('raw-copy.csv'));
      await writeParquet(table, at('副本.parquet'));
      writeFileSync(at('副本.ndjson'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
      writeFileSync(at('副本.tsv'), csv(names).replaceAll(',', '\t'));
      const gb = gb18030(csv(names));
      if (gb !== null) writeFileSync(at('副本 国标.csv'), gb);
      const files = ['副本.parquet', '副本.ndjson', '副本.tsv', ...(gb === null ? [] : ['副本 国标.csv'])];
      for (const file of files) {
        const { code, out, err } = await scrim([
          ...['review', '--source', at('原始.csv'), '--product', at(file), '--json', '-'],
        ]);
        expect(err, file).toBe('');
        expect(code, file).toBe(4);
        const verdict = JSON.parse(out);
        expect(verdict.shape.products[0]).toMatchObject({ name: file, rows: 400, columns: 5 });
        expect(verdict.restoration.rows.gross, file).toBe(1);
      }
    }));

  it('is a folder: every file in it leaves, records and manifest apart; halves of rows are put together', () =>
    withRaw(async (at) => {
      mkdirSync(at('包/子'), { recursive: true });
      writeFileSync(at('包/a.csv'), csv(['城市', '出生日期']));
      writeFileSync(at('包/子/b.csv'), csv(['收入', '城市']));
      writeFileSync(at('包/product.yaml'), 'schema: scrim.manifest/1\nproduct: { name: 两半 }\n');
      const argv = ['review', '--source', at('原始.csv'), '--product', at('包'), '--manifest', at('包/product.yaml')];
      const { code, out } = await scrim([...argv, '--json', '-', '--acro', at('results.json')]);
      expect(code).toBe(4);
      const verdict = JSON.parse(out);
      expect(verdict.shape.products.map((one: { name: string }) => one.name)).toEqual([
        'a.csv',
        path.join('子', 'b.csv'),
      ]);
      expect(verdict.restoration.rows.gross).toBeGreaterThan(0.9);
      expect(verdict.manifest.product.name).toBe('两半');
      const { results } = JSON.parse(readFileSync(at('results.json'), 'utf8'));
      expect(results.output_1.files).toEqual([{ name: '包/子/b.csv', sdc: {} }]);
      expect(readFileSync(at('checksums/包/子/b.csv.txt'), 'utf8')).toBe(sha256Hex(readFileSync(at('包/子/b.csv'))));
    }));

  it('is a PDF beside a safe table: a gap with its code and what to do, never a release', () =>
    withRaw(async (at) => {
      writeFileSync(at('报告.pdf'), '%PDF-1.7\n1 0 obj\n');
      const argv = ['review', '--source', at('原始.csv'), '--product', at('统计.csv'), '--product', at('报告.pdf')];
      const spoken = await scrim([...argv, '--lang', 'zh']);
      expect(spoken.code).toBe(3);
      expect(spoken.out).toContain('产品不是数据表 (SCRIM_REVIEW_FORMAT)');
      expect(spoken.out).toContain('--product');
      const { out } = await scrim([...argv, '--json', '-']);
      expect(JSON.parse(out).coverage.gaps).toEqual([{ id: 'intake of product 2', reason: 'SCRIM_REVIEW_FORMAT' }]);
    }));

  it('has a record beside it that raises the verdict', () =>
    withRaw(async (at) => {
      const argv = ['review', '--source', at('原始.csv'), '--product', at('统计.csv')];
      expect((await scrim(argv)).code).toBe(0);
      writeFileSync(at('统计.csv.record.json'), '{"schema":');
      const broken = await scrim([...argv, '--lang', 'zh']);
      expect(broken.code).toBe(3);
      expect(broken.out).toContain('处理记录无法读取');
    }));

  it('with a column that the reviewer names as identifier and sensitive', () =>
    withRaw(async (at) => {
      writeFileSync(at('p.csv'), csv(['编号', '城市', '收入']));
      const argv = ['review', '--source', at('原始.csv'), '--product', at('p.csv'), '--json', '-'];
      const { out } = await scrim([...argv, '--identifier', '编号', '--sensitive', '收入']);
      const verdict = JSON.parse(out);
      expect(verdict.sourceColumns.find((one: { column: string }) => one.column === '编号').directIdentifier).toBe(
        true,
      );
      expect(verdict.restoration.identifiers.count).toBe(400);
      expect(verdict.risk.sensitive.map((one: { column: string }) => one.column)).toEqual(['收入']);
    }));
});

describe('--reveal', () => {
  it('writes raw values into a file that only its owner reads, notes it, and leaves the report without a value', () =>
    withRaw(async (at) => {
      writeFileSync(at('seen.json'), '');
      chmodSync(at('seen.json'), 0o644);
      const argv = ['review', '--source', at('原始.csv'), '--product', at('raw-copy.csv'), '--json', at('v.json')];
      const files = ['--html', at('v.html'), '--reveal', at('seen.json'), '--ledger', at('l.jsonl')];
      const { code, out, err } = await scrim([...argv, ...files, ...SCOPE]);
      expect(err).toBe('');
      expect(code).toBe(4);
      expect(statSync(at('seen.json')).mode & 0o777).toBe(0o600);
      const text = readFileSync(at('seen.json'), 'utf8');
      const revealed = JSON.parse(text);
      expect(revealed.schema).toBe('scrim.reveal/1');
      expect(revealed.report).toBe(sha256Hex(readFileSync(at('v.json'))));
      const [first] = revealed.attacks[0].rows;
      const source = [...rows].reverse()[first.row - 1] as Row;
      for (const cell of first.cells) expect(cell.restored).toBe(source[cell.column as keyof Row]);
      for (const own of [
        out,
        readFileSync(at('v.json'), 'utf8'),
        readFileSync(at('v.html'), 'utf8'),
        readFileSync(at('l.jsonl'), 'utf8'),
      ]) {
        for (const row of rows) expect(own.includes(row.手机号)).toBe(false);
      }
      const ledger = JSON.parse((await scrim(['ledger', 'show', at('l.jsonl'), '--json', '-'])).out).records;
      const note = ledger.find((record: { type: string }) => record.type === 'review.revealed');
      expect(note.data).toMatchObject({ operator: '张三', reveal: sha256Hex(Buffer.from(text)), tenant: '某局' });
      expect((await scrim(['ledger', 'verify', at('l.jsonl')])).code).toBe(0);
    }));

  it('is refused without a ledger, and nothing is written', () =>
    withRaw(async (at, folder) => {
      const before = filesIn(folder);
      const argv = ['review', '--source', at('原始.csv'), '--product', at('raw-copy.csv'), '--reveal', at('seen.json')];
      const { code, err } = await scrim(argv);
      expect(code).toBe(2);
      expect(err).toContain('--ledger');
      expect(filesIn(folder)).toEqual(before);
    }));
});

describe('the gate with a ledger', () => {
  it('wants the very review that made the verdict, as the last word on the bytes', () =>
    withRaw(async (at) => {
      const argv = ['review', '--source', at('原始.csv'), '--product', at('统计.csv')];
      const note = ['--ledger', at('l.jsonl'), ...SCOPE];
      const gate = ['gate', at('统计.csv'), '--ledger', at('l.jsonl'), '--json', '-'];
      const ground = async (verdict: string): Promise<string | null> =>
        JSON.parse((await scrim([...gate, '--verdict', at(verdict)])).out).ground;
      expect((await scrim([...argv, '--json', at('v.json'), ...note])).code).toBe(0);
      expect(await ground('v.json')).toBe(null);
      // A verdict that was not noted, though it is genuine; one that was edited.
      expect((await scrim([...argv, '--json', at('w.json')])).code).toBe(0);
      expect(await ground('w.json')).toContain('holds no review with this verdict');
      writeFileSync(at('x.json'), readFileSync(at('v.json'), 'utf8').replace('"tree"', '"control"'));
      expect(await ground('x.json')).toContain('holds no review with this verdict');
      // A later review of the same bytes against more sources is no release.
      const few = rows.slice(0, 30);
      writeFileSync(at('klein.csv'), csv(names, few));
      writeFileSync(
        at('product.yaml'),
        'schema: scrim.manifest/1\nproduct: { name: x, delivery: download }\nscenario: { expires: 2020-01-01 }\n',
      );
      expect((await scrim([...argv, '--manifest', at('product.yaml'), ...note])).code).toBe(4);
      expect(await ground('v.json')).toContain('later review');
      const spoken = await scrim([
        'gate',
        at('统计.csv'),
        '--ledger',
        at('l.jsonl'),
        '--verdict',
        at('v.json'),
        '--lang',
        'zh',
      ]);
      expect(spoken.out).toContain('后续审核未予放行');
      expect(existsSync(at('l.jsonl'))).toBe(true);
    }));
});

describe('the manifest', () => {
  it('raises the verdict by what it states of classes, dates, recipients, k and kind', () =>
    withRaw(async (at) => {
      const head = 'schema: scrim.manifest/1\n';
      const cases: [string, string, number][] = [
        [
          `product: { name: x }\nprohibitedClasses: [业务秘密]\nfields: [{ name: 城市 }, { name: 人数, class: 业务秘密 }]`,
          'manifest-prohibited-class',
          4,
        ],
        ['product: { name: x }\noperator: { from: 2999-01-01 }', 'manifest-not-yet', 4],
        ['product: { name: x }\nrecipient: { crossBorder: true }', 'manifest-cross-border', 3],
        ['product: { name: x }\nassessment: { k: 100000 }', 'manifest-k', 3],
        ['product: { name: x, kind: model }', 'manifest-kind', 3],
        ['product: { name: x }\nfields: [{ name: 城市, important: true }, { name: 人数 }]', 'manifest-important', 3],
      ];
      for (const [text, reason, wanted] of cases) {
        writeFileSync(at('product.yaml'), `${head}${text}\n`);
        const argv = [
          'review',
          '--source',
          at('原始.csv'),
          '--product',
          at('统计.csv'),
          '--manifest',
          at('product.yaml'),
        ];
        const { code, out, err } = await scrim([...argv, '--json', '-']);
        expect(err, text).toBe('');
        expect(
          JSON.parse(out).reasons.map((one: { code: string }) => one.code),
          text,
        ).toContain(reason);
        expect(code, text).toBe(wanted);
      }
    }));

  it('prohibits direct identifiers as the review finds them, whatever their column is called', () =>
    withRaw(async (at) => {
      const one = rows.slice(0, 6).map((row) => Buffer.from(row.手机号).toString('base64'));
      writeFileSync(at('p.csv'), `x\n${one.join('\n')}\n`);
      writeFileSync(
        at('product.yaml'),
        'schema: scrim.manifest/1\nproduct: { name: x }\nprohibitedClasses: [direct-identifier]\n',
      );
      const argv = ['review', '--source', at('原始.csv'), '--product', at('p.csv'), '--json', '-'];
      expect((await scrim(argv)).code).toBe(3);
      const raised = await scrim([...argv, '--manifest', at('product.yaml')]);
      expect(JSON.parse(raised.out).reasons.map((own: { code: string }) => own.code)).toContain(
        'manifest-prohibited-class',
      );
      expect(raised.code).toBe(4);
    }));
});

/** GB18030 bytes of a text, by looking up each character's bytes; null where the runtime has no such decoder. */
function gb18030(text: string): Uint8Array | null {
  let decoder: TextDecoder;
  try {
    decoder = new TextDecoder('gb18030', { fatal: true });
  } catch {
    return null;
  }
  const wanted = new Set([...text].filter((character) => character > '\x7f'));
  const bytesOf = new Map<string, number[]>();
  for (let a = 0x81; a <= 0xfe && bytesOf.size < wanted.size; a++) {
    for (let b = 0x40; b <= 0xfe; b++) {
      if (b === 0x7f) continue;
      try {
        const character = decoder.decode(Uint8Array.of(a, b));
        if (wanted.has(character)) bytesOf.set(character, [a, b]);
      } catch {
        // Not assigned.
      }
    }
  }
  return Uint8Array.from([...text].flatMap((character) => bytesOf.get(character) ?? [character.charCodeAt(0)]));
}
