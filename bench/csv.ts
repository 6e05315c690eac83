/**
 * CSV: 1 M rows x 9 columns with Chinese cells into dictionary columns, against papaparse and csv-parse; and back to bytes.
 *
 * The same work for all: every cell of every column to a code of its column's dictionary. The answer that is compared is
 * the number of distinct values by column and a checksum of the codes.
 * @module
 */
import { createReadStream, createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { csvChunks, readCsv, type Table } from '../src/table/index.js';
import { SeededRandom } from '../src/testing/index.js';
import { Bench, isMain, peer, versionOf } from './harness.js';

const ROWS = 1_000_000;
const HEADER = 'id,sex,age,region,education,occupation,income,visit,score';
const COLUMNS = 9;

interface Papa {
  parse(input: unknown, options: object): void;
  unparse(data: { fields: string[]; data: (string | null)[][] }): string;
}
interface CsvParse {
  parse(options: object): NodeJS.ReadWriteStream & AsyncIterable<string[]>;
}

/** Writes the table: two columns nearly all distinct, seven with 2 to 3000 values, three of them Chinese, some quoted. */
async function generate(path: string): Promise<void> {
  const random = new SeededRandom('bench csv');
  const pick = <T>(values: readonly T[]): T => values[random.below(values.length)] as T;
  const two = (value: number): string => String(value).padStart(2, '0');
  const education = ['小学', '初中', '高中', '大专', '本科', '硕士', '博士'];
  const jobs = [
    '教师',
    '医生',
    '护士',
    '工人',
    '农民',
    '司机',
    '会计',
    '律师',
    '程序员',
    '公务员',
    '个体工商户',
    '退休',
  ];
  const out = createWriteStream(path);
  out.write(`${HEADER}\n`);
  for (let row = 0; row < ROWS; row += 1000) {
    let text = '';
    for (let i = 0; i < 1000; i++) {
      const job = pick(jobs);
      const visit = `2024-${two(1 + random.below(12))}-${two(1 + random.below(28))}`;
      text += `${100_000 + random.below(9_000_000)},${pick(['男', '女'])},${18 + random.below(70)},${330_100 + random.below(2800)},${pick(education)},${random.below(50) === 0 ? `"${job}, 兼职"` : job},${random.below(3000) * 10},${visit},${(random.uniform() * 1e4).toFixed(8)}\n`;
    }
    if (!out.write(text)) await new Promise((resolve) => out.once('drain', () => resolve(undefined)));
  }
  await new Promise<void>((resolve) => out.end(() => resolve()));
}

/** The peers' way to codes: a Map from text to code per column. */
class Codes {
  readonly maps: Map<string, number>[] = Array.from({ length: COLUMNS }, () => new Map());
  readonly codes: Int32Array[] = Array.from({ length: COLUMNS }, () => new Int32Array(ROWS));
  rows = -1;

  add(cells: readonly string[]): void {
    if (cells.length < COLUMNS) return;
    const row = this.rows++;
    if (row < 0) return;
    for (let c = 0; c < COLUMNS; c++) {
      const map = this.maps[c] as Map<string, number>;
      const cell = cells[c] as string;
      let code = map.get(cell);
      if (code === undefined) {
        code = map.size;
        map.set(cell, code);
      }
      (this.codes[c] as Int32Array)[row] = code;
    }
  }

  get distinct(): number[] {
    return this.maps.map((map) => map.size);
  }

  answer(): string {
    return `${this.rows} ${this.distinct.join(' ')} ${this.codes.map(checksum).join(' ')}`;
  }
}

function checksum(codes: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < codes.length; i++) sum = (Math.imul(sum, 31) + (codes[i] as number)) | 0;
  return sum;
}

function answerOf(table: Table): string {
  const sums = table.names.map((name) => {
    let sum = 0;
    for (const column of table.chunks(name)) {
      if (column.type !== 'dictionary') throw new Error('dictionary expected');
      for (let i = 0; i < column.length; i++) sum = (Math.imul(sum, 31) + (column.codes[i] as number)) | 0;
    }
    return sum;
  });
  return `${table.rows} ${distinctOf(table).join(' ')} ${sums.join(' ')}`;
}

function distinctOf(table: Table): number[] {
  return table.names.map((name) => {
    const column = table.chunks(name)[0];
    return column?.type === 'dictionary' ? column.dictionary.size : -1;
  });
}

async function papaCodes(papa: Papa, input: NodeJS.ReadableStream): Promise<Codes> {
  const codes = new Codes();
  await new Promise<void>((resolve, reject) => {
    papa.parse(input, {
      chunk: (result: { data: string[][] }) => {
        for (const row of result.data) codes.add(row);
      },
      complete: () => resolve(),
      error: reject,
    });
  });
  return codes;
}

/** Runs the benchmark; about two minutes. */
export async function run(): Promise<void> {
  const bench = new Bench('csv');
  const folder = mkdtempSync(join(tmpdir(), 'scrim-bench-csv-'));
  const path = join(folder, 'register.csv');
  try {
    await generate(path);
    const megabytes = (statSync(path).size / 1e6).toFixed(1);
    const papa = await peer<Papa>('papaparse');
    const csvParse = await peer<CsvParse>('csv-parse');
    const rows = { count: ROWS, name: 'rows' };
    await bench.compare({
      title: 'CSV file to dictionary columns',
      work: `${ROWS / 1e6} M rows x ${COLUMNS} columns, ${megabytes} MB, three columns Chinese; ours includes type inference and the quality report`,
      target: 'at least 1.3 x papaparse and 2.5 x csv-parse',
      rounds: 3,
      units: rows,
      contenders: [
        {
          name: 'scrim',
          run: async () => answerOf((await readCsv(path, { layout: 'dictionary', duplicates: false })).table),
        },
        {
          name: 'scrim, default options (auto layout, repeated rows counted)',
          run: async () => void (await readCsv(path)),
        },
        ...(papa === undefined
          ? []
          : [
              {
                name: `${await versionOf('papaparse', 'thirdparty/package.json')}, stream decoded before`,
                run: async () => (await papaCodes(papa, createReadStream(path, { encoding: 'utf8' }))).answer(),
              },
            ]),
        ...(csvParse === undefined
          ? []
          : [
              {
                name: await versionOf('csv-parse', 'thirdparty/package.json'),
                run: async () => {
                  const codes = new Codes();
                  for await (const row of createReadStream(path).pipe(csvParse.parse({}))) codes.add(row as never);
                  return codes.answer();
                },
              },
            ]),
      ],
    });
    const { table } = await readCsv(path, { layout: 'dictionary', duplicates: false });
    const ours = distinctOf(table);
    bench.note(`Distinct values by column, scrim: ${ours.join(', ')}.`);
    if (papa !== undefined) {
      const raw = (await papaCodes(papa, createReadStream(path))).distinct;
      const invented = raw.reduce((sum, count, c) => sum + count - (ours[c] as number), 0);
      bench.note(
        `papaparse over a raw Node stream: ${raw.join(', ')}, ${invented} values that the file does not hold (Chinese cells cut by chunk borders; PapaParse issues 751, 908, 1132).`,
      );
      const cells: (string | null)[][] = [];
      for (const row of table.objects()) cells.push(Object.values(row));
      const size = (): number => {
        let bytes = 0;
        for (const chunk of csvChunks(table)) bytes += chunk.length;
        return bytes;
      };
      await bench.compare({
        title: 'Table to CSV bytes',
        work: `${ROWS / 1e6} M rows x ${COLUMNS} columns; papaparse from rows of strings made before, to UTF-8`,
        rounds: 3,
        units: rows,
        contenders: [
          { name: 'scrim', run: size },
          {
            name: `${await versionOf('papaparse', 'thirdparty/package.json')} unparse`,
            run: () => {
              const text = papa.unparse({ fields: table.names, data: cells });
              return Buffer.from(text).length > 0 ? undefined : 0;
            },
          },
        ],
      });
    }
    bench.write();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

if (isMain(import.meta.url)) await run();
