/** Lineage over records: chains of operations, renamed columns, several inputs, what ended, and what the ledger does not know. */
import { expect, it } from 'vitest';
import { lineage, recordDigest, traceColumn } from '../../src/audit/index.js';
import type { Leakage, OperationRecord } from '../../src/core/index.js';

const digest = (letter: string): string => letter.repeat(64);
const leak = (column: string, rule: string): Leakage => ({
  column,
  rule,
  domainSize: null,
  residual: null,
  equality: false,
  order: false,
  length: false,
  checkDigit: false,
  keyInvertible: false,
  key: null,
});

function record(
  operation: string,
  time: string,
  inputs: [string, string, string[]][],
  output: [string, string, string[]],
  rules: string[],
  lineageOf?: Record<string, string[]>,
): OperationRecord {
  const artifact = ([name, letter, columns]: [string, string, string[]]) => ({
    name,
    sha256: digest(letter),
    rows: 10,
    columns,
  });
  return {
    schema: 'scrim.record/1',
    operation,
    tool: { name: 'scrim', version: '0.1.0' },
    time,
    parameters: { operator: 'o', scenario: 's', ...(lineageOf === undefined ? {} : { lineage: lineageOf }) },
    inputs: inputs.map(artifact),
    outputs: [artifact(output)],
    counts: {},
    warnings: [],
    columns: output[2].map((column, i) => leak(column, rules[i] as string)),
    policy: 'none',
    unsafe: [],
  };
}

const raw: [string, string, string[]] = ['raw.csv', 'a', ['id', 'age', 'note']];
const first = record('protect', '2026-01-01', [raw], ['inside.csv', 'b', ['id', 'band']], ['token', 'generalize'], {
  id: ['id'],
  band: ['age'],
});
const second = record(
  'sample',
  '2026-01-02',
  [['inside.csv', 'b', ['id', 'band']]],
  ['out.csv', 'c', ['band']],
  ['keep'],
);
const fused = record(
  'join',
  '2026-01-03',
  [
    ['out.csv', 'c', ['band']],
    ['other.csv', 'd', ['band', 'ward']],
  ],
  ['fused.csv', 'e', ['band', 'ward']],
  ['keep', 'keep'],
);

it('joins operations by the digests of their files, in whatever order they come', () => {
  const graph = lineage([fused, second, first, second], new Map([[recordDigest(first), 7]]));
  expect(graph.artifacts.map(({ name }) => name)).toEqual([
    'raw.csv',
    'inside.csv',
    'out.csv',
    'other.csv',
    'fused.csv',
  ]);
  expect(graph.operations.map(({ operation, seq }) => [operation, seq])).toEqual([
    ['protect', 7],
    ['sample', null],
    ['join', null],
  ]);
  const edge = (from: string, to: string, rule: string) => ({
    from: { artifact: digest(from[0] as string), column: from.slice(2) },
    to: { artifact: digest(to[0] as string), column: to.slice(2) },
    rule,
  });
  expect(graph.edges.map(({ operation: _, ...rest }) => rest)).toEqual([
    edge('a.id', 'b.id', 'token'),
    edge('a.age', 'b.band', 'generalize'),
    edge('b.band', 'c.band', 'keep'),
    edge('c.band', 'e.band', 'keep'),
    edge('d.band', 'e.band', 'keep'),
    edge('d.ward', 'e.ward', 'keep'),
  ]);
  expect(graph.ended.map(({ artifact, column }) => [artifact[0], column])).toEqual([
    ['a', 'note'],
    ['b', 'id'],
  ]);
});

it('answers where a column came from and where it went', () => {
  const graph = lineage([first, second, fused]);
  const back = traceColumn(graph, { artifact: digest('e'), column: 'band' }, 'back');
  expect(back.map(({ from }) => `${from.artifact[0]}.${from.column}`)).toEqual(['c.band', 'd.band', 'b.band', 'a.age']);
  const forth = traceColumn(graph, { artifact: digest('a'), column: 'age' }, 'forth');
  expect(forth.map(({ to }) => `${to.artifact[0]}.${to.column}`)).toEqual(['b.band', 'c.band', 'e.band']);
  expect(traceColumn(graph, { artifact: digest('a'), column: 'note' }, 'forth')).toEqual([]);
});

it('keeps tables without a digest apart, and ends where a file is its own source', () => {
  const memory = (one: OperationRecord): OperationRecord => ({
    ...one,
    inputs: one.inputs.map((input) => ({ ...input, sha256: null })),
  });
  expect(lineage([memory(first), { ...memory(first), time: '2026-02-01' }]).artifacts.length).toBe(3);
  const loop = record('noop', '2026-01-01', [raw], ['raw.csv', 'a', ['id']], ['keep']);
  expect(traceColumn(lineage([loop]), { artifact: digest('a'), column: 'id' }, 'back').length).toBe(1);
});
