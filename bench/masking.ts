/**
 * Masking against maskdata on the same values in the same run: keep masks on UTF-8 and dictionary columns, CSV bytes to
 * masked CSV bytes, and the keyed and format-preserving maskers among themselves.
 * @module
 */
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { KeyRing } from '../src/crypto/index.js';
import { luhnCheck, mod11Check } from '../src/identifiers/index.js';
import { type ColumnMask, ff1, keep, maskCsv, redact, surrogate, token } from '../src/masking/index.js';
import { type Column, csvBytes, Dictionary, Table, type Utf8Column } from '../src/table/index.js';
import { SeededRandom } from '../src/testing/index.js';
import { Bench, isMain } from './harness.js';

interface Maskdata {
  maskPhone(value: string, options: object): string;
  maskCard(value: string, options: object): string;
  maskStringV2(value: string, options: object): string;
}

const encoder = new TextEncoder();

/** Passes over the values in one measured run: one alone is too short to measure well. */
const PASSES = 3;

function utf8(values: readonly string[]): Utf8Column {
  const bytes = encoder.encode(values.join(''));
  const offsets = new Int32Array(values.length + 1);
  values.forEach((value, i) => {
    offsets[i + 1] = (offsets[i] as number) + Buffer.byteLength(value);
  });
  return { type: 'utf8', length: values.length, offsets, bytes, validity: null, unreadable: null };
}

/** Slices of 65,536 rows, as tables have them. */
function batches(column: Utf8Column): Utf8Column[] {
  const parts: Utf8Column[] = [];
  for (let start = 0; start < column.length; start += 65_536) {
    const end = Math.min(column.length, start + 65_536);
    parts.push({ ...column, length: end - start, offsets: column.offsets.slice(start, end + 1) });
  }
  return parts;
}

/** First and last value and the number of bytes: enough to see that two ways agree. */
function digest(columns: readonly Column[]): string {
  const decoder = new TextDecoder();
  let bytes = 0;
  let first = '';
  let last = '';
  for (const column of columns) {
    if (column.type !== 'utf8') continue;
    if (first === '') first = decoder.decode(column.bytes.subarray(column.offsets[0], column.offsets[1]));
    last = decoder.decode(column.bytes.subarray(column.offsets[column.length - 1], column.offsets[column.length]));
    bytes += (column.offsets[column.length] as number) - (column.offsets[0] as number);
  }
  return `${first} ${last} ${bytes}`;
}

function digestOf(values: readonly string[]): string {
  let bytes = 0;
  for (const value of values) bytes += value.length;
  return `${values[0]} ${values.at(-1)} ${bytes}`;
}

/** All measurements. */
export async function run(): Promise<void> {
  const bench = new Bench('masking');
  const require = createRequire(fileURLToPath(new URL('thirdparty/package.json', import.meta.url)));
  const maskdata = require('maskdata') as Maskdata;
  const random = new SeededRandom('bench-masking');
  const rows = 1_000_000;
  const phones = Array.from({ length: rows }, () => `138${String(random.below(10 ** 8)).padStart(8, '0')}`);
  const ids = Array.from({ length: rows }, () => {
    const date = new Date((random.below(25_000) - 5000) * 86_400_000).toISOString().slice(0, 10).replaceAll('-', '');
    const body = `330106${date}${String(random.below(1000)).padStart(3, '0')}`;
    return body + mod11Check(body);
  });
  const cards = Array.from({ length: rows }, () => {
    const body = `622202${String(random.below(10 ** 9)).padStart(9, '0')}`;
    return body + luhnCheck(body);
  });
  const surnames = [...'王李张刘陈杨黄赵吴周徐孙马朱胡林郭何高罗'];
  const given = [...'伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平'];
  const names = Array.from(
    { length: rows },
    () => `${surnames[random.below(20)]}${given[random.below(20)]}${given[random.below(20)]}`,
  );
  const cells = { count: rows, name: 'cells' };

  const keepCase = async (
    title: string,
    values: readonly string[],
    first: number,
    last: number,
    target: string,
  ): Promise<void> => {
    const parts = batches(utf8(values));
    const peer =
      values === cards
        ? (value: string) =>
            maskdata.maskCard(value, { maskWith: '*', unmaskedStartDigits: first, unmaskedEndDigits: last })
        : (value: string) =>
            maskdata.maskPhone(value, { maskWith: '*', unmaskedStartDigits: first, unmaskedEndDigits: last });
    await bench.compare({
      title,
      work: `${PASSES} times 1 M values, 65,536 a batch; the peer on JavaScript strings, one by one`,
      target,
      units: { count: PASSES * rows, name: 'cells' },
      warmup: 2,
      contenders: [
        {
          name: 'scrim keep, UTF-8 column',
          run: () => {
            let answer = '';
            for (let pass = 0; pass < PASSES; pass++)
              answer = digest(parts.map((part) => keep({ first, last }).apply(part).column));
            return answer;
          },
        },
        {
          name: 'maskdata 1.3.4',
          run: () => {
            let answer = '';
            for (let pass = 0; pass < PASSES; pass++) answer = digestOf(values.map(peer));
            return answer;
          },
        },
      ],
    });
  };
  await keepCase('keep 3 + 4 of 11 (mobile)', phones, 3, 4, '10 times maskdata and 60 M cells/s');
  await keepCase('keep 6 + 4 of 18 (resident ID)', ids, 6, 4, '10 times maskdata and 60 M cells/s');
  await keepCase('keep 6 + 4 of 16 (bank card)', cards, 6, 4, '10 times maskdata and 60 M cells/s');

  const nameParts = batches(utf8(names));
  const distinct = [...new Set(names)];
  const codeOf = new Map(distinct.map((name, i) => [name, i]));
  const dictionary = Dictionary.from(distinct);
  const codes = Uint32Array.from(names, (name) => codeOf.get(name) as number);
  const encoded: Column[] = [];
  for (let start = 0; start < rows; start += 65_536) {
    const part = codes.subarray(start, start + 65_536);
    encoded.push({
      type: 'dictionary',
      length: part.length,
      codes: part,
      dictionary,
      validity: null,
      unreadable: null,
    });
  }
  const nameMask = { maskWith: '*', maxMaskedCharacters: 16, unmaskedStartCharacters: 1, unmaskedEndCharacters: 0 };
  await bench.compare({
    title: 'keep 1 + 0 of a Chinese name (whole characters)',
    work: '1 M names, 8,000 distinct',
    target: '10 times maskdata',
    units: cells,
    contenders: [
      { name: 'scrim keep, UTF-8 column', run: () => void nameParts.map((part) => keep({ first: 1 }).apply(part)) },
      {
        name: 'scrim keep, dictionary column',
        run: () => {
          const mask = keep({ first: 1 });
          for (const part of encoded) mask.apply(part);
          return undefined;
        },
      },
      { name: 'maskdata 1.3.4', run: () => void names.map((name) => maskdata.maskStringV2(name, nameMask)) },
    ],
  });

  const csvRows = 500_000;
  const fields = ['phone', 'id', 'card', 'name', 'city'].map((name) => ({
    name,
    type: 'utf8' as const,
    logical: 'text' as const,
  }));
  const cities = phones.map((_, i) => (i % 3 === 0 ? '杭州市' : '衢州市'));
  const columns = [phones, ids, cards, names, cities].map((values) => utf8(values.slice(0, csvRows)));
  const csv = csvBytes(new Table(fields, [{ rows: csvRows, columns }]));
  const masks: ColumnMask[] = [
    { column: 'phone', masker: keep({ first: 3, last: 4 }) },
    { column: 'id', masker: keep({ first: 6, last: 4 }) },
    { column: 'card', masker: keep({ first: 6, last: 4 }) },
    { column: 'name', masker: keep({ first: 1 }) },
    { column: 'city', masker: redact() },
  ];
  const stream = async (allBatches: boolean): Promise<number> => {
    let bytes = 0;
    const sink = {
      write(part: Uint8Array): void {
        bytes += part.length;
      },
    };
    await maskCsv(csv, sink, () => masks, { batches: allBatches });
    return bytes;
  };
  await bench.compare({
    title: 'CSV bytes to masked CSV bytes, 5 columns',
    work: `${csvRows.toLocaleString('en')} rows, ${(csv.length / 1e6).toFixed(0)} MB; the peer splits, masks and joins strings`,
    target: '15 M cells/s',
    warmup: 3,
    units: { count: 5 * csvRows, name: 'cells' },
    contenders: [
      { name: 'scrim maskCsv, one pass', run: () => stream(false) },
      { name: 'scrim maskCsv, by batches', run: () => stream(true) },
      {
        name: 'maskdata 1.3.4, split and join',
        run: () => {
          const lines = new TextDecoder().decode(csv).split('\n');
          const masked = lines.map((line, i) => {
            if (i === 0 || line === '') return line;
            const [phone, id, card, name] = line.split(',') as [string, string, string, string];
            return [
              maskdata.maskPhone(phone, { maskWith: '*', unmaskedStartDigits: 3, unmaskedEndDigits: 4 }),
              maskdata.maskPhone(id, { maskWith: '*', unmaskedStartDigits: 6, unmaskedEndDigits: 4 }),
              maskdata.maskCard(card, { maskWith: '*', unmaskedStartDigits: 6, unmaskedEndDigits: 4 }),
              maskdata.maskStringV2(name, nameMask),
              '***',
            ].join(',');
          });
          return encoder.encode(masked.join('\n')).length;
        },
      },
    ],
  });

  const keys = (await KeyRing.create()).scenario({ tenant: 'bench', environment: 'test', scenario: 'masking' });
  const part = batches(utf8(ids)).slice(0, 4);
  const mobiles = batches(utf8(phones)).slice(0, 4);
  const all =
    (masker: ReturnType<typeof keep>, columns: readonly Column[] = part) =>
    (): undefined => {
      for (const column of columns) masker.apply(column);
      return undefined;
    };
  for (const suite of ['intl', 'gm'] as const) {
    await bench.compare({
      title: `Keyed maskers, suite ${suite}`,
      work: '262,144 resident IDs or mobiles, nearly all distinct',
      units: { count: 262_144, name: 'cells' },
      rounds: 3,
      contenders: [
        { name: 'token (HMAC)', run: all(token({ keys, suite })) },
        { name: 'ff1 (mobiles, 11 digits)', run: all(ff1({ keys, suite }), mobiles) },
        { name: 'surrogate (valid resident ID)', run: all(surrogate({ keys, suite, kind: 'resident-id' })) },
      ],
    });
  }
  bench.note(
    'Rates per CPU second. maskdata has no mask for values outside JavaScript strings; ours start and end as UTF-8 columns.',
  );
  bench.write();
}

if (isMain(import.meta.url)) await run();
