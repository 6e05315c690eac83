/**
 * A synthetic Chinese population register: seeded, columnar, a million rows in seconds. Nobody in it exists.
 *
 * Resident IDs follow GB 11643-1999 (check character by ISO 7064 MOD 11-2) with a county code in force at the birth year;
 * households share address and surname; occupation, income and diagnosis are skewed. Numbers may coincide with real ones by
 * chance, as any number with a right check digit may.
 * @module
 */
import { ScrimError } from '../../core/index.js';
import { type Batch, type Column, Dictionary, type Field, type LogicalType, Table } from '../../table/index.js';
import {
  compactDate,
  dayDictionary,
  dictionaryChunks,
  identityDictionary,
  numberDictionary,
  spelledDictionary,
} from './columns.js';
import { Draw, Weighted } from './draw.js';
import { makePeople, type People } from './people.js';
import { Places } from './places.js';
import * as values from './values.js';

/** Options of {@link registerTable}. */
export interface RegisterOptions {
  /** Number of rows, 0 to 20 000 000. */
  readonly rows: number;
  /** Same seed, same table. */
  readonly seed: string;
  /** Code prefix of the places of residence, e.g. `3301` for Hangzhou; '' = the whole mainland. Default `33` (Zhejiang). */
  readonly region?: string;
  /** Mean rows per person, at least 1; with more than 1 persons have 1, 2, 3, ... rows (geometric). Default 1. */
  readonly rowsPerPerson?: number;
  /** Day on which the register closes, YYYY-MM-DD. Default 2024-12-31. */
  readonly until?: string;
  /** Names of the columns to make, in any order of {@link registerColumns}. Default all. */
  readonly columns?: readonly RegisterColumn[];
}

/** Headers of the register, in order. */
export const registerColumns: readonly RegisterColumn[] = [
  '人员编号',
  '身份证号',
  '姓名',
  '性别',
  '出生日期',
  '年龄',
  '民族',
  '手机号',
  '区划代码',
  '住址',
  '文化程度',
  '婚姻状况',
  '职业',
  '年收入',
  '诊断',
  '户号',
  '登记日期',
];

/** A header of the register. */
export type RegisterColumn =
  | '人员编号'
  | '身份证号'
  | '姓名'
  | '性别'
  | '出生日期'
  | '年龄'
  | '民族'
  | '手机号'
  | '区划代码'
  | '住址'
  | '文化程度'
  | '婚姻状况'
  | '职业'
  | '年收入'
  | '诊断'
  | '户号'
  | '登记日期';

const BATCH_ROWS = 65_536;
const MAX_ROWS = 20_000_000;
const YEARS_OF_RECORDS = 10;
const DAYS_PER_YEAR = 365.2425;

/**
 * Makes the register: dictionary columns in batches of 65 536 rows, persons in random order.
 *
 * @throws SCRIM_ARGUMENT for a number of rows, mean, date or region that cannot be used.
 * @example
 * registerTable({ rows: 3, seed: 'demo', columns: ['姓名', '性别'] }).names; // => ['姓名', '性别']
 */
export function registerTable(options: RegisterOptions): Table {
  const { rows, seed, region = '33', rowsPerPerson = 1, until = '2024-12-31' } = options;
  check(
    Number.isInteger(rows) && rows >= 0 && rows <= MAX_ROWS,
    'rows',
    `must be a whole number from 0 to ${MAX_ROWS}`,
  );
  check(rowsPerPerson >= 1 && rowsPerPerson <= 1000, 'rowsPerPerson', 'must be from 1 to 1000');
  const today = Math.floor(Date.parse(`${until}T00:00:00Z`) / 86_400_000);
  check(/^\d{4}-\d{2}-\d{2}$/.test(until) && Number.isFinite(today), 'until', 'must be a date YYYY-MM-DD');
  const places = new Places(region);
  check(places.size > 0, 'region', 'matches no county in force');
  const wanted = options.columns ?? registerColumns;

  const draw = new Draw(`${seed}/rows`);
  const personOfRow = drawPersons(draw, rows, rowsPerPerson);
  const persons = personOfRow.persons;
  const people = makePeople(persons, seed, places, today);
  const order = permutation(draw, persons);
  const person = personOfRow.of;
  for (let row = 0; row < rows; row++) person[row] = order[person[row] as number] as number;

  const recordDay = new Int32Array(rows);
  const first = today - Math.floor(YEARS_OF_RECORDS * DAYS_PER_YEAR) + 1;
  for (let row = 0; row < rows; row++) {
    const earliest = Math.max(first, people.birthDay[person[row] as number] as number);
    // More records in recent years.
    recordDay[row] = today - Math.floor(draw.unit() ** 1.5 * (today - earliest + 1));
  }
  const context: Context = { rows, people, places, person, recordDay, first, today, seed };
  const fields: Field[] = [];
  const chunks: Column[][] = [];
  for (const name of wanted) {
    const maker = makers[name];
    check(maker !== undefined, 'columns', 'names a column that the register does not have');
    const { codes, dictionary } = maker(context);
    fields.push({ name, type: 'dictionary', logical: logical[name] ?? 'text' });
    chunks.push(dictionaryChunks(codes, dictionary, BATCH_ROWS));
  }
  const batches: Batch[] = [];
  for (let b = 0; b * BATCH_ROWS < rows; b++) {
    batches.push({
      rows: Math.min(BATCH_ROWS, rows - b * BATCH_ROWS),
      columns: chunks.map((column) => column[b] as Column),
    });
  }
  return new Table(fields, batches);
}

function check(condition: boolean, name: string, problem: string): void {
  if (!condition) throw new ScrimError('SCRIM_ARGUMENT', { name, problem });
}

interface Context {
  readonly rows: number;
  readonly people: People;
  readonly places: Places;
  readonly person: Int32Array;
  readonly recordDay: Int32Array;
  readonly first: number;
  readonly today: number;
  readonly seed: string;
}

interface Made {
  readonly codes: Int32Array;
  readonly dictionary: Dictionary;
}

const logical: Partial<Record<RegisterColumn, LogicalType>> = {
  出生日期: 'date',
  年龄: 'integer',
  年收入: 'integer',
  登记日期: 'date',
};

const makers: Record<RegisterColumn, (context: Context) => Made> = {
  人员编号: ({ people, person, seed }) => {
    const numbers = permutation(new Draw(`${seed}/numbers`), people.persons);
    for (let p = 0; p < numbers.length; p++) numbers[p] = (numbers[p] as number) + 1;
    return { codes: person, dictionary: numberDictionary('P', 9, numbers) };
  },
  身份证号: ({ people, person }) => ({
    codes: person,
    dictionary: identityDictionary(people.identity, people.birthDay),
  }),
  姓名: (context) => {
    const { dictionary, codeOf } = spelledDictionary(context.people.names, (key) => context.people.book.text(key));
    return { codes: recode(gather(context, context.people.name), codeOf), dictionary };
  },
  性别: (context) => ({ codes: gather(context, context.people.sex), dictionary: Dictionary.from(['女', '男']) }),
  出生日期: ({ rows, people, person, today }) => {
    let earliest = today;
    for (let p = 0; p < people.persons; p++) earliest = Math.min(earliest, people.birthDay[p] as number);
    const codes = new Int32Array(rows);
    for (let row = 0; row < rows; row++) codes[row] = (people.birthDay[person[row] as number] as number) - earliest;
    return { codes, dictionary: dayDictionary(earliest, today) };
  },
  年龄: ({ rows, people, person, recordDay }) => {
    const codes = new Int32Array(rows);
    for (let row = 0; row < rows; row++) {
      codes[row] = wholeYears(people.birthDay[person[row] as number] as number, recordDay[row] as number);
    }
    return { codes, dictionary: Dictionary.from(Array.from({ length: 121 }, (_, age) => String(age))) };
  },
  民族: (context) => ({
    codes: gather(context, context.people.ethnic),
    dictionary: Dictionary.from(values.ethnicGroups.map(([name]) => name)),
  }),
  手机号: (context) => ({
    codes: gather(context, context.people.phone),
    dictionary: numberDictionary('', 11, context.people.phones),
  }),
  区划代码: (context) => ({
    codes: gather(context, context.people.residence),
    dictionary: Dictionary.from(Array.from({ length: context.places.size }, (_, i) => context.places.code(i))),
  }),
  住址: (context) => {
    const { dictionary, codeOf } = spelledDictionary(context.people.addresses, (key) => context.places.address(key));
    return { codes: recode(gather(context, context.people.address), codeOf), dictionary };
  },
  文化程度: (context) => ({
    codes: gather(context, context.people.education),
    dictionary: Dictionary.from(values.educationLevels),
  }),
  婚姻状况: (context) => ({
    codes: gather(context, context.people.marital),
    dictionary: Dictionary.from(values.maritalStatus),
  }),
  职业: (context) => ({
    codes: gather(context, context.people.occupation),
    dictionary: Dictionary.from([...values.occupations.map(([name]) => name), ...values.otherStatus]),
  }),
  年收入: ({ rows, people, person }) => {
    let highest = 0;
    for (let p = 0; p < people.persons; p++) highest = Math.max(highest, people.income[p] as number);
    const codes = new Int32Array(rows);
    for (let row = 0; row < rows; row++) codes[row] = (people.income[person[row] as number] as number) / 100;
    return {
      codes,
      dictionary: Dictionary.from(Array.from({ length: highest / 100 + 1 }, (_, hundreds) => String(hundreds * 100))),
    };
  },
  诊断: ({ rows, people, person, recordDay, seed }) => {
    const draw = new Draw(`${seed}/diagnoses`);
    const samplers = [0, 1].map((sex) =>
      [0, 1, 2, 3].map(
        (band) =>
          new Weighted(
            values.diagnoses.map((entry) => {
              const only = entry[5];
              return only === 0 || (only === 1) === (sex === 1) ? (entry[1 + band] as number) : 0;
            }),
          ),
      ),
    );
    const codes = new Int32Array(rows);
    for (let row = 0; row < rows; row++) {
      const p = person[row] as number;
      const age = wholeYears(people.birthDay[p] as number, recordDay[row] as number);
      const band = age < 15 ? 0 : age < 45 ? 1 : age < 65 ? 2 : 3;
      codes[row] = ((samplers[people.sex[p] as number] as Weighted[])[band] as Weighted).pick(draw);
    }
    return { codes, dictionary: Dictionary.from(values.diagnoses.map(([name]) => name)) };
  },
  户号: (context) => ({
    codes: gather(context, context.people.household),
    dictionary: numberDictionary(
      'H',
      9,
      permutation(new Draw(`${context.seed}/households`), context.people.households).map((n) => n + 1),
    ),
  }),
  登记日期: ({ rows, recordDay, today }) => {
    let earliest = today;
    for (let row = 0; row < rows; row++) earliest = Math.min(earliest, recordDay[row] as number);
    const codes = new Int32Array(rows);
    for (let row = 0; row < rows; row++) codes[row] = (recordDay[row] as number) - earliest;
    return { codes, dictionary: dayDictionary(earliest, today) };
  },
};

function gather({ rows, person }: Context, ofPerson: Int32Array | Uint8Array): Int32Array {
  const codes = new Int32Array(rows);
  for (let row = 0; row < rows; row++) codes[row] = ofPerson[person[row] as number] as number;
  return codes;
}

function recode(codes: Int32Array, codeOf: Int32Array): Int32Array {
  for (let row = 0; row < codes.length; row++) codes[row] = codeOf[codes[row] as number] as number;
  return codes;
}

function wholeYears(birthDay: number, day: number): number {
  // Compact dates differ by years * 10000 plus the rest of the year.
  return Math.floor((compactDate(day) - compactDate(birthDay)) / 10000);
}

/** Person of each row, 0 .. persons - 1: one row each, or a geometric number with the given mean, rows in random order. */
function drawPersons(draw: Draw, rows: number, mean: number): { of: Int32Array; persons: number } {
  const of = new Int32Array(rows);
  if (mean === 1) {
    for (let row = 0; row < rows; row++) of[row] = row;
    return { of, persons: rows };
  }
  const again = 1 - 1 / mean;
  let persons = 0;
  for (let row = 0; row < rows; row++) {
    if (row === 0 || !draw.chance(again)) persons++;
    of[row] = persons - 1;
  }
  shuffle(draw, of);
  return { of, persons };
}

function permutation(draw: Draw, size: number): Int32Array {
  const order = new Int32Array(size);
  for (let i = 0; i < size; i++) order[i] = i;
  shuffle(draw, order);
  return order;
}

function shuffle(draw: Draw, array: Int32Array): void {
  for (let i = array.length - 1; i > 0; i--) {
    const j = draw.below(i + 1);
    const kept = array[i] as number;
    array[i] = array[j] as number;
    array[j] = kept;
  }
}
