/**
 * Sampling of 10 M rows: a reservoir over codes, stratified and other draws, and a whole training extract.
 *
 * DuckDB draws the same numbers of rows from an in-memory table of the same columns: its reservoir sample, and a window
 * function for strata, which is how SQL draws them.
 * @module
 */
import { SecureRandom } from '../src/core/index.js';
import { KeyRing } from '../src/crypto/index.js';
import { extract, fidelityOf, parsePolicy } from '../src/policy/index.js';
import { Reservoir, type SampleOptions, sample } from '../src/sampling/index.js';
import { Dictionary, type DictionaryColumn, type Field, Table } from '../src/table/index.js';
import { Bench, isMain, peer } from './harness.js';

const ROWS = 10_000_000;
const BATCH = 65_536;
const DRAWN = 100_000;
/** County, sex, age, income band, household, care level. */
const CARDINALITIES: readonly number[] = [300, 2, 90, 40, 60_000, 3];
const NAMES: readonly string[] = ['county', 'sex', 'age', 'income', 'household', 'care'];

function cell(row: number, column: number): number {
  return ((row * 104_729 * (column + 3) + column * 77_777) % 2_147_483_647) % (CARDINALITIES[column] as number);
}

function buildTable(): Table {
  const dictionaries = CARDINALITIES.map((size) => Dictionary.from(Array.from({ length: size }, (_, i) => String(i))));
  const fields = NAMES.map((name): Field => ({ name, type: 'dictionary', logical: 'integer' }));
  const batches = [];
  for (let start = 0; start < ROWS; start += BATCH) {
    const length = Math.min(BATCH, ROWS - start);
    const columns = CARDINALITIES.map((cardinality, c): DictionaryColumn => {
      const codes = cardinality <= 256 ? new Uint8Array(length) : new Uint16Array(length);
      for (let i = 0; i < length; i++) codes[i] = cell(start + i, c);
      return {
        type: 'dictionary',
        length,
        validity: null,
        unreadable: null,
        codes,
        dictionary: dictionaries[c] as Dictionary,
      };
    });
    batches.push({ rows: length, columns });
  }
  return new Table(fields, batches);
}

const POLICY = `schema: scrim.policy/1
who:
  { tenant: bench, environment: test, scenario: bench, purpose: bench, operator: bench,
    approval: { reference: B, by: B, on: 2026-01-01, expires: 2099-12-31 } }
sources: [{ name: register }]
columns:
  county: { class: quasi-identifier, rule: { mask: generalize, hierarchy: { kind: prefix, lengths: [2, 1] } } }
  sex: { class: quasi-identifier, rule: release }
  age: { class: quasi-identifier, rule: { mask: generalize, hierarchy: { kind: intervals, widths: [5, 10, 20, 40] } } }
  income: { class: sensitive, rule: { mask: round, to: 5 } }
  household: { class: direct-identifier, rule: token }
  care: { class: other, rule: release }
models: [{ model: k-anonymity, k: 5 }]
sampling: { design: stratified, strata: [county], size: ${DRAWN} }
`;

interface DuckDb {
  readonly DuckDBInstance: {
    create(path: string): Promise<{ connect(): Promise<{ run(sql: string): Promise<unknown> }> }>;
  };
}

/** All measurements. */
export async function run(): Promise<void> {
  const bench = new Bench('sampling');
  const random = new SecureRandom();
  const table = buildTable();
  const codes = Int32Array.from({ length: ROWS }, (_, row) => cell(row, 4));
  const there = await peer<DuckDb>('@duckdb/node-api');
  const connection = there === undefined ? undefined : await (await there.DuckDBInstance.create(':memory:')).connect();
  if (connection !== undefined) {
    const columns = CARDINALITIES.map(
      (size, c) => `(((i * 104729 * ${c + 3} + ${c * 77_777}) % 2147483647) % ${size})::INTEGER AS ${NAMES[c]}`,
    );
    await connection.run(`CREATE TABLE t AS SELECT ${columns.join(', ')} FROM range(${ROWS}) r(i)`);
  }
  const duck = (sql: string) =>
    connection === undefined
      ? []
      : [{ name: '@duckdb/node-api', run: async () => connection.run(sql).then(() => undefined) }];
  const draw = (options: Omit<SampleOptions, 'random'>) => async (): Promise<undefined> => {
    if (sample(table, { ...options, random }).table.rows === 0) throw new Error('nothing was drawn');
  };
  await bench.compare({
    title: 'Reservoir over codes',
    work: '10,000 of 10 M codes that arrive in batches of 65,536 (Algorithm L, operating system randomness)',
    target: '20 M rows/s',
    units: { count: ROWS, name: 'rows' },
    contenders: [
      {
        name: 'scrim Reservoir',
        run: async (): Promise<undefined> => {
          const slots = new Int32Array(10_000);
          const reservoir = new Reservoir(slots.length, random);
          for (let start = 0; start < ROWS; start += BATCH) {
            reservoir.accept(Math.min(BATCH, ROWS - start), (row, slot) => {
              slots[slot] = codes[start + row] as number;
            });
          }
          if (reservoir.seen !== ROWS) throw new Error('rows are missing');
        },
      },
      ...duck('SELECT sum(household) FROM (SELECT household FROM t USING SAMPLE reservoir(10000 ROWS))'),
    ],
  });
  await bench.compare({
    title: 'Stratified sample',
    work: '100,000 of 10 M rows x 6 columns in proportion to 300 strata, weights included',
    target: '8 s',
    units: { count: ROWS, name: 'rows' },
    rounds: 3,
    contenders: [
      { name: 'scrim sample', run: draw({ design: 'stratified', by: 'county', n: DRAWN }) },
      ...duck(
        `CREATE OR REPLACE TABLE s AS SELECT * EXCLUDE r FROM (SELECT *, row_number() OVER (PARTITION BY county ORDER BY random()) AS r FROM t) WHERE r <= ${Math.round(DRAWN / 300)}`,
      ),
    ],
  });
  await bench.compare({
    title: 'Other draws',
    work: '100,000 of 10 M rows x 6 columns (households: 600 of 60,000)',
    units: { count: ROWS, name: 'rows' },
    rounds: 2,
    contenders: [
      { name: 'srs', run: draw({ design: 'srs', n: DRAWN }) },
      { name: 'systematic', run: draw({ design: 'systematic', n: DRAWN }) },
      { name: 'bernoulli', run: draw({ design: 'bernoulli', rate: DRAWN / ROWS }) },
      { name: 'pps (pivotal)', run: draw({ design: 'pps', size: 'age', n: DRAWN }) },
      { name: 'weighted-reservoir', run: draw({ design: 'weighted-reservoir', size: 'age', n: DRAWN }) },
      { name: 'cluster (household)', run: draw({ design: 'cluster', by: 'household', n: 600 }) },
    ],
  });
  const parsed = parsePolicy(POLICY, 'policy.yaml', { today: '2026-06-01' });
  const keys = await KeyRing.create();
  await bench.compare({
    title: 'Stratified training extract',
    work: '100,000 of 10 M rows in 300 strata: drawn, parted 4 : 1, masked, generalised to k = 5, recounted; then its fidelity figures',
    target: '8 s without the figures',
    units: { count: ROWS, name: 'rows' },
    rounds: 2,
    contenders: [
      {
        name: 'scrim extract',
        run: async (): Promise<undefined> => {
          if (extract(table, parsed, { keys }).holdout.table.rows === 0) throw new Error('nothing was held out');
        },
      },
      {
        name: 'scrim extract + fidelityOf',
        run: async (): Promise<undefined> => {
          const made = extract(table, parsed, { keys });
          if (fidelityOf(table, made, parsed.policy).columns.length !== 6) throw new Error('columns are missing');
        },
      },
    ],
  });
  bench.write();
}

if (isMain(import.meta.url)) await run();
