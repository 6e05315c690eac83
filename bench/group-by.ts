/**
 * Group-by of 5 M rows x 8 loaded columns, nearly all rows distinct, against DuckDB from an in-memory table.
 *
 * Each run has a process of its own, so that peak memory is told apart; loading is not measured. Ours measures
 * `groupBy(table, names)` from dictionary columns, encoding included; DuckDB the GROUP BY over integer columns (its
 * best case) with its default number of threads, and with one.
 * @module
 */
import { Dictionary, type DictionaryColumn, type Field, groupBy, Table } from '../src/table/index.js';
import { Bench, isMain, measure, peer } from './harness.js';

const ROWS = 5_000_000;
const BATCH = 65_536;
const PRIME = 2 ** 31 - 1;
const MULTIPLIERS: readonly number[] = [104729, 224737, 350377, 479909, 611953, 746773, 882377, 1020379];
/** Cardinalities as of a census file; their product is 4e8. */
const NARROW: readonly number[] = [74, 2, 5, 7, 16, 41, 9, 14];
/** As of a register with birth date and district; their product exceeds 2^53. */
const WIDE: readonly number[] = [30_000, 2, 3_000, 56, 16, 400, 50, 500];

interface Outcome {
  readonly cpu: number;
  readonly wall: number;
  readonly answer: string;
}

/** Cell (row, column) in both systems: exact in integers below 2^53. */
function cell(row: number, column: number, cardinality: number): number {
  return ((row * (MULTIPLIERS[column] as number) * 523 + column * 77_777) % PRIME) % cardinality;
}

function cardinalitiesOf(kind: string): readonly number[] {
  return kind === 'wide' ? WIDE : NARROW;
}

/** Ours, in a process of its own. */
export async function ours(kind: string): Promise<Outcome> {
  const table = buildTable(cardinalitiesOf(kind));
  warmUp();
  return measure(() => {
    const groups = groupBy(table, table.names);
    let single = 0;
    for (let g = 0; g < groups.groups; g++) if (groups.rows[g] === 1) single++;
    return `${groups.groups} groups, ${single} of one row`;
  });
}

/** The same functions on a small table, as DuckDB's code is compiled beforehand too. */
function warmUp(): void {
  const table = buildTable(NARROW, 200_000);
  for (let i = 0; i < 3; i++) groupBy(table.select(table.names), table.names);
}

function buildTable(cardinalities: readonly number[], rows = ROWS): Table {
  const dictionaries = cardinalities.map((size) => Dictionary.from(Array.from({ length: size }, (_, i) => `v${i}`)));
  const fields = cardinalities.map((_, c): Field => ({ name: `c${c}`, type: 'dictionary', logical: 'text' }));
  const batches = [];
  for (let start = 0; start < rows; start += BATCH) {
    const length = Math.min(BATCH, rows - start);
    const columns = cardinalities.map((cardinality, c): DictionaryColumn => {
      const codes = cardinality <= 256 ? new Uint8Array(length) : new Uint16Array(length);
      for (let i = 0; i < length; i++) codes[i] = cell(start + i, c, cardinality);
      const dictionary = dictionaries[c] as Dictionary;
      return { type: 'dictionary', length, validity: null, unreadable: null, codes, dictionary };
    });
    batches.push({ rows: length, columns });
  }
  return new Table(fields, batches);
}

interface DuckDb {
  readonly DuckDBInstance: {
    create(path: string): Promise<{
      connect(): Promise<{
        run(sql: string): Promise<unknown>;
        runAndReadAll(sql: string): Promise<{ getRows(): unknown[][] }>;
      }>;
    }>;
  };
}

/** DuckDB, in a process of its own. */
export async function duckdb(kind: string, threads: number): Promise<Outcome> {
  const module = (await peer<DuckDb>('@duckdb/node-api')) as DuckDb;
  const connection = await (await module.DuckDBInstance.create(':memory:')).connect();
  if (threads > 0) await connection.run(`SET threads = ${threads}`);
  const cells = cardinalitiesOf(kind).map((cardinality, c) => {
    const type = cardinality <= 256 ? 'UTINYINT' : 'USMALLINT';
    return `(((i * ${(MULTIPLIERS[c] as number) * 523} + ${c * 77_777}) % ${PRIME}) % ${cardinality})::${type} AS c${c}`;
  });
  await connection.run(`CREATE TABLE t AS SELECT ${cells.join(', ')} FROM range(${ROWS}) r(i)`);
  const query =
    'SELECT count(*), count(*) FILTER (n = 1) FROM (SELECT count(*) AS n FROM t GROUP BY c0, c1, c2, c3, c4, c5, c6, c7)';
  return measure(async () => {
    const [groups, single] = (await connection.runAndReadAll(query)).getRows()[0] as [bigint, bigint];
    return `${groups} groups, ${single} of one row`;
  });
}

export async function run(): Promise<void> {
  const bench = new Bench('group-by');
  const there = await peer<DuckDb>('@duckdb/node-api');
  for (const kind of ['narrow', 'wide']) {
    const contenders = [{ name: 'scrim groupBy', task: 'ours', arguments: [kind] }];
    const peers = [
      { name: '@duckdb/node-api 1.5.6-r.1', task: 'duckdb', arguments: [kind, 0] },
      { name: '@duckdb/node-api 1.5.6-r.1, 1 thread', task: 'duckdb', arguments: [kind, 1] },
    ];
    await bench.compareProcesses(
      {
        title: `group-by, ${kind} keys`,
        work: `5 M rows x 8 columns in memory, product of cardinalities ${kind === 'wide' ? 'above' : 'below'} 2^53`,
        module: import.meta.url,
        rounds: 3,
        units: { count: ROWS, name: 'rows' },
        target: 'at least as fast as DuckDB, peak under 600 MB',
      },
      there === undefined ? contenders : [...contenders, ...peers],
    );
  }
  bench.write();
}

if (isMain(import.meta.url)) await run();
