/**
 * What `bench/masking.ts` measures, one contender a process: the data are made, the work is warmed up, then measured.
 * @module
 */
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { luhnCheck, mod11Check } from '../src/identifiers/index.js';
import { type ColumnMask, keep, maskCsv, redact, token } from '../src/masking/index.js';
import { type Column, csvBytes, Dictionary, Table, type Utf8Column } from '../src/table/index.js';
import { SeededRandom } from '../src/testing/index.js';
import { measure } from './harness.js';

interface Maskdata {
  maskPhone(value: string, options: object): string;
  maskCard(value: string, options: object): string;
  maskStringV2(value: string, options: object): string;
}

/** Result of a task: CPU and wall seconds, and an answer by which contenders are compared. */
type Measured = Promise<{ readonly cpu: number; readonly wall: number; readonly answer: string | number }>;

export const ROWS = 300_000;
/** Passes over the values in one measured run: one alone is too short to measure well. */
export const PASSES = 20;
export const CSV_ROWS = 250_000;
/** Seconds of CPU before measuring, and runs at least: so that V8 has compiled everything, of ours and of the peer. */
const WARMUP = { seconds: 2, runs: 2 };

/** Runs of the keep kernels measured together. */
const SHORT_RUNS = 10;

const encoder = new TextEncoder();
const random = new SeededRandom('bench-masking');

/** Kinds of values, made row by row. */
const makers: Readonly<Record<string, () => string>> = {
  mobile: () => `138${String(random.below(10 ** 8)).padStart(8, '0')}`,
  id: () => {
    const date = new Date((random.below(25_000) - 5000) * 86_400_000).toISOString().slice(0, 10).replaceAll('-', '');
    const body = `330106${date}${String(random.below(1000)).padStart(3, '0')}`;
    return body + mod11Check(body);
  },
  card: () => {
    const body = `622202${String(random.below(10 ** 9)).padStart(9, '0')}`;
    return body + luhnCheck(body);
  },
  name: () =>
    `${pick('王李张刘陈杨黄赵吴周徐孙马朱胡林郭何高罗')}${pick('伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平')}${pick('伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平')}`,
  // One value in a hundred is of another form, as in real columns.
  'mobile, 1 % malformed': () =>
    random.below(100) === 0 ? '无' : `138${String(random.below(10 ** 8)).padStart(8, '0')}`,
};

function pick(letters: string): string {
  return letters.charAt(random.below(letters.length));
}

/** First and last characters kept of each kind, and the options of maskdata. */
const ends: Readonly<Record<string, readonly [first: number, last: number]>> = {
  mobile: [3, 4],
  id: [6, 4],
  card: [6, 4],
  name: [1, 0],
  'mobile, 1 % malformed': [3, 4],
};

function values(kind: string, rows: number): string[] {
  return Array.from({ length: rows }, makers[kind] as () => string);
}

function utf8(texts: readonly string[]): Utf8Column {
  const bytes = encoder.encode(texts.join(''));
  const offsets = new Int32Array(texts.length + 1);
  texts.forEach((text, i) => {
    offsets[i + 1] = (offsets[i] as number) + Buffer.byteLength(text);
  });
  return { type: 'utf8', length: texts.length, offsets, bytes, validity: null, unreadable: null };
}

/** Rows of a batch, as tables have them. */
const BATCH = 65_536;

function batches(texts: readonly string[]): Utf8Column[] {
  const parts: Utf8Column[] = [];
  for (let start = 0; start < texts.length; start += BATCH) parts.push(utf8(texts.slice(start, start + BATCH)));
  return parts;
}

/** First and last value and the number of bytes of columns seen one after another: enough to see that two ways agree. */
class Digest {
  readonly #decoder = new TextDecoder();
  #bytes = 0;
  #first = '';
  #last = '';

  add(column: Column): void {
    if (column.type !== 'utf8') return;
    const { bytes, offsets, length } = column;
    if (this.#first === '') this.#first = this.#decoder.decode(bytes.subarray(offsets[0], offsets[1]));
    this.#last = this.#decoder.decode(bytes.subarray(offsets[length - 1], offsets[length]));
    this.#bytes += (offsets[length] as number) - (offsets[0] as number);
  }

  toString(): string {
    return `${this.#first} ${this.#last} ${this.#bytes}`;
  }
}

/**
 * No collection is forced between warm-up and measuring, for any contender: after one V8 keeps its heap so small that it marks it anew
 * for every few batches, which no process does that was left alone.
 *
 * @param runs - measured together and divided: where one run is shorter than a tenth of a second
 */
async function warmed(work: () => string | number | Promise<string | number>, runs = 1): Measured {
  const start = process.cpuUsage().user;
  for (let i = 0; i < WARMUP.runs || process.cpuUsage().user - start < WARMUP.seconds * 1e6; i++) await work();
  const { cpu, wall, answer } = await measure(async () => {
    for (let i = 1; i < runs; i++) await work();
    return work();
  });
  return { cpu: cpu / runs, wall: wall / runs, answer };
}

/** `keep` on UTF-8 columns. */
export async function keepUtf8(kind: string): Measured {
  const parts = batches(values(kind, ROWS));
  const [first, last] = ends[kind] as readonly [number, number];
  // maskdata does not check the form; where values are malformed, the kind is named, as policies do.
  const form = kind.includes('malformed') ? { kind: 'mobile' } : {};
  return warmed(() => {
    let answer = '';
    for (let pass = 0; pass < PASSES; pass++) {
      const masker = keep({ first, last, ...form });
      // Batch by batch, as streams do: what was masked is dropped before the next.
      const digest = new Digest();
      for (const part of parts) digest.add(masker.apply(part).column);
      answer = String(digest);
    }
    return answer;
  }, SHORT_RUNS);
}

/** `keep` on a dictionary column. */
export async function keepDictionary(kind: string): Measured {
  const texts = values(kind, ROWS);
  const distinct = [...new Set(texts)];
  const codeOf = new Map(distinct.map((text, i) => [text, i]));
  const dictionary = Dictionary.from(distinct);
  const codes = Uint32Array.from(texts, (text) => codeOf.get(text) as number);
  const [first, last] = ends[kind] as readonly [number, number];
  return warmed(() => {
    let rows = 0;
    for (let pass = 0; pass < PASSES; pass++) {
      const masker = keep({ first, last });
      for (let start = 0; start < ROWS; start += 65_536) {
        const part = codes.subarray(start, start + 65_536);
        rows += masker.apply({
          type: 'dictionary',
          length: part.length,
          codes: part,
          dictionary,
          validity: null,
          unreadable: null,
        }).column.length;
      }
    }
    return rows;
  }, SHORT_RUNS);
}

function maskdata(): Maskdata {
  const require = createRequire(fileURLToPath(new URL('thirdparty/package.json', import.meta.url)));
  return require('maskdata') as Maskdata;
}

function maskdataOf(kind: string): (value: string) => string {
  const peer = maskdata();
  const [first, last] = ends[kind] as readonly [number, number];
  const options = { maskWith: '*', unmaskedStartDigits: first, unmaskedEndDigits: last };
  if (kind === 'card') return (value) => peer.maskCard(value, options);
  if (kind !== 'name') return (value) => peer.maskPhone(value, options);
  const name = { maskWith: '*', maxMaskedCharacters: 16, unmaskedStartCharacters: first, unmaskedEndCharacters: last };
  return (value) => peer.maskStringV2(value, name);
}

/** maskdata on JavaScript strings, one by one. */
export async function keepMaskdata(kind: string): Measured {
  const texts = values(kind, ROWS);
  const parts: string[][] = [];
  for (let start = 0; start < ROWS; start += BATCH) parts.push(texts.slice(start, start + BATCH));
  const mask = maskdataOf(kind);
  return warmed(() => {
    let answer = '';
    for (let pass = 0; pass < PASSES; pass++) {
      let bytes = 0;
      let first = '';
      let last = '';
      for (const part of parts) {
        const masked = part.map(mask);
        for (const text of masked) bytes += kind === 'name' ? Buffer.byteLength(text) : text.length;
        if (first === '') first = masked[0] as string;
        last = masked.at(-1) as string;
      }
      answer = `${first} ${last} ${bytes}`;
    }
    return answer;
  });
}

/** Five columns: mobile, resident ID, card, name, city; `quoted`: with quotes around every cell. */
function csvFile(quoted: boolean): Uint8Array {
  const fields = ['mobile', 'id', 'card', 'name', 'city'];
  const columns = [
    ...['mobile', 'id', 'card', 'name'].map((kind) => values(kind, CSV_ROWS)),
    Array.from({ length: CSV_ROWS }, (_, i) => (i % 3 === 0 ? '杭州市' : '衢州市')),
  ];
  if (quoted) {
    const rows = Array.from({ length: CSV_ROWS }, (_, row) => columns.map((column) => `"${column[row]}"`).join(','));
    return encoder.encode(`${fields.join(',')}\n${rows.join('\n')}\n`);
  }
  const table = fields.map((name) => ({ name, type: 'utf8' as const, logical: 'text' as const }));
  return csvBytes(new Table(table, [{ rows: CSV_ROWS, columns: columns.map(utf8) }]));
}

const masks: readonly ColumnMask[] = [
  { column: 'mobile', masker: keep({ first: 3, last: 4 }) },
  { column: 'id', masker: keep({ first: 6, last: 4 }) },
  { column: 'card', masker: keep({ first: 6, last: 4 }) },
  { column: 'name', masker: keep({ first: 1 }) },
  { column: 'city', masker: redact() },
];

async function masked(csv: Uint8Array, rules: readonly ColumnMask[], byBatches: boolean): Promise<number> {
  let bytes = 0;
  const sink = {
    write(part: Uint8Array): void {
      bytes += part.length;
    },
  };
  await maskCsv(csv, sink, () => rules, { batches: byBatches });
  return bytes;
}

/** CSV bytes to masked CSV bytes. `way`: `bytes`, `batches`, `quoted` (every cell in quotes), or `mixed`: after other work. */
export async function csvScrim(way: string): Measured {
  const csv = csvFile(way === 'quoted');
  if (way === 'mixed') {
    // What a long-lived process has done before: columns, batches, keyed maskers, strings.
    const { KeyRing } = await import('../src/crypto/index.js');
    const keys = (await KeyRing.create()).scenario({ tenant: 'bench', environment: 'test', scenario: 'masking' });
    const texts = values('id', 200_000);
    for (const part of batches(texts)) {
      keep({ kind: 'resident-id' }).apply(part);
      token({ keys }).apply(part);
    }
    await masked(csv, masks.slice(0, 2), true);
    await masked(csv, [{ column: 'name', masker: token({ keys }) }], false);
    const peer = maskdataOf('id');
    for (const text of texts) peer(text);
  }
  return warmed(() => masked(csv, masks, way === 'batches'));
}

/** maskdata with split and join. */
export async function csvMaskdata(): Measured {
  const csv = csvFile(false);
  const [mobile, id, card, name] = ['mobile', 'id', 'card', 'name'].map(maskdataOf) as [
    (value: string) => string,
    (value: string) => string,
    (value: string) => string,
    (value: string) => string,
  ];
  return warmed(() => {
    const lines = new TextDecoder().decode(csv).split('\n');
    const out = lines.map((line, i) => {
      if (i === 0 || line === '') return line;
      const cells = line.split(',') as [string, string, string, string];
      return [mobile(cells[0]), id(cells[1]), card(cells[2]), name(cells[3]), '***'].join(',');
    });
    return encoder.encode(out.join('\n')).length;
  });
}
