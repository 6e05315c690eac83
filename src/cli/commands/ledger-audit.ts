/**
 * `scrim ledger checkpoint | prove | retention | prune | state | lineage`: evidence about a ledger, and its life.
 * @module
 */
import fs from 'node:fs';
import path from 'node:path';
import type { Checkpoint } from '../../audit/index.js';
import { type OperationRecord, ScrimError } from '../../core/index.js';
import { numberIn, oneOf, repeated, type ScrimCommand } from '../command-line.js';
import { readInputJson } from '../input-file.js';
import { type ScopeOptions, scopeFlags, scopeOf } from '../keys-options.js';
import type { Session } from '../session.js';
import { ledgerSigning, signerOf } from '../signing-key.js';
import { textTable } from '../terminal.js';

const LEDGER = ['ledger file', '账本文件'] as const;
const OPERATOR = ['real name of who does it', '操作人实名'] as const;

function readJson(file: string, expected: string): unknown {
  const data = readInputJson(file, expected) as { schema?: unknown } | null;
  if (data?.schema === expected) return data;
  throw new ScrimError('SCRIM_CLI_INPUT', { path: file, expected, reason: 'schema' });
}

function addCheckpoint(ledger: ScrimCommand): void {
  ledger
    .sub('checkpoint', [
      'record the Merkle root of all records and write it out, to be kept elsewhere',
      '记录全部记录的 Merkle 根并写出，供另行保存',
    ])
    .operand('<ledger>', LEDGER)
    .need('--operator <name>', OPERATOR)
    .need('-o, --output <file>', ['checkpoint file', '检查点文件'])
    .flag('--sign <key>', ['signing key of scrim keys signer', 'scrim keys signer 生成的签名密钥'])
    .common(false)
    .does<{ operator: string; output: string; sign?: string }>(async (session, options, file) => {
      await session.outputs.claim('--output', options.output);
      const { checkpoint, Ledger } = await import('../../audit/index.js');
      const signing = options.sign === undefined ? {} : { signer: (await signerOf(options.sign)).signer };
      const open = await Ledger.open(file as string, { create: false, ...(await ledgerSigning(session)) });
      try {
        const made = await checkpoint(open, { operator: options.operator, ...signing });
        session.outputs.write('--output', `${JSON.stringify(made, null, 2)}\n`);
        session.json(made);
        session.say(
          session.text([`${made.size} records under root ${made.root}`, `${made.size} 条记录，根 ${made.root}`]),
        );
        return 0;
      } finally {
        await open.close();
      }
    });
}

function addProve(ledger: ScrimCommand): void {
  ledger
    .sub('prove', [
      'prove that a record stands in the ledger, against a checkpoint kept elsewhere; scrim verify checks it',
      '就另行保存的检查点证明某条记录在账本中；以 scrim verify 核验',
    ])
    .operand('<ledger>', LEDGER)
    .need(
      '--seq <n>',
      ['position of the record, from 0', '记录序号，从 0 起'],
      numberIn('--seq', 0, Number.MAX_SAFE_INTEGER, 'integer'),
    )
    .flag('--checkpoint <file>', ['checkpoint that the verifier holds', '核验方持有的检查点'])
    .need('-o, --output <file>', ['proof file', '证明文件'])
    .common(false)
    .does<{ seq: number; checkpoint?: string; output: string }>(async (session, options, file) => {
      session.outputs.input('<ledger>', file as string);
      await session.outputs.claim('--output', options.output);
      const { prove } = await import('../../audit/index.js');
      const against =
        options.checkpoint === undefined
          ? undefined
          : (readJson(options.checkpoint, 'scrim.checkpoint/1') as Checkpoint);
      const proof = await prove(file as string, options.seq, against);
      session.outputs.write('--output', `${JSON.stringify(proof, null, 2)}\n`);
      session.json(proof);
      session.say(
        session.text([
          `Record ${proof.index} under the root of ${proof.size} records, ${proof.path.length} steps`,
          `第 ${proof.index} 条记录，归于 ${proof.size} 条记录的根，路径 ${proof.path.length} 步`,
        ]),
      );
      return 0;
    });
}

const months = numberIn('--months', 6, 1200, 'integer');

function addRetention(ledger: ScrimCommand): void {
  ledger
    .sub('retention', [
      'until when the records of each scope must be kept (at least six months after the end)',
      '各范围记录须保存至何时（授权终止后至少六个月）',
    ])
    .operand('<ledger>', LEDGER)
    .flag('--months <n>', ['months after the end; default and least 6', '终止后月数；缺省且至少 6'], months)
    .common(false)
    .does<{ months?: number }>(async (session, options, file) => {
      const { retention } = await import('../../audit/index.js');
      const found = await retention(file as string, options);
      session.json(found);
      session.say(
        textTable(
          [
            session.text(['tenant', '租户']),
            session.text(['environment', '环境']),
            session.text(['scenario', '场景']),
            session.text(['records', '记录数']),
            session.text(['ended', '终止于']),
            session.text(['keep until', '保存至']),
            session.text(['may be pruned', '可清理']),
          ],
          found.scopes.map((scope) => [
            scope.tenant,
            scope.environment,
            scope.scenario,
            String(scope.records),
            scope.ended ?? '–',
            scope.keepUntil ?? '–',
            scope.prunable ? session.text(['yes', '是']) : session.text(['no', '否']),
          ]),
        ),
      );
      return 0;
    });
}

function addPrune(ledger: ScrimCommand): void {
  ledger
    .sub('prune', [
      'take out the contents of records whose retention is over, behind a checkpoint; their hashes stay',
      '在检查点之后清除保存期满记录的内容，保留其散列',
    ])
    .operand('<ledger>', LEDGER)
    .need('--operator <name>', OPERATOR)
    .need('--reason <text>', ['why', '原因'])
    .need('--yes', ['say that it cannot be undone', '确认此操作不可撤销'])
    .flag('--months <n>', ['months after the end; default and least 6', '终止后月数；缺省且至少 6'], months)
    .common(false)
    .does<{ operator: string; reason: string; months?: number }>(async (session, options, file) => {
      const { Ledger, prune } = await import('../../audit/index.js');
      const open = await Ledger.open(file as string, { create: false, ...(await ledgerSigning(session)) });
      try {
        const { operator, reason } = options;
        const done = await prune(open, {
          operator,
          reason,
          ...(options.months === undefined ? {} : { months: options.months }),
        });
        session.json({ schema: 'scrim.ledger-prune/1', records: done.records, ranges: done.ranges });
        session.say(
          session.text([`Contents of ${done.records} records taken out`, `已清除 ${done.records} 条记录的内容`]),
        );
        return 0;
      } finally {
        await open.close();
      }
    });
}

const STATES = ['open', 'suspended', 'withdrawn', 'ended'] as const;

function addState(ledger: ScrimCommand): void {
  const command = ledger
    .sub('state', [
      'open, suspend, withdraw or end an authorisation; without --set, say its state',
      '开放、暂停、撤销或终止授权；不带 --set 时显示其状态',
    ])
    .operand('<ledger>', LEDGER)
    .flag('--set <state>', [STATES.join(', '), STATES.join('、')], oneOf('--set', STATES))
    .flag('--operator <name>', OPERATOR)
    .flag('--reason <text>', ['why', '原因']);
  scopeFlags(command)
    .common(false)
    .does<ScopeOptions & { set?: (typeof STATES)[number]; operator?: string; reason?: string }>(
      async (session, options, file) => {
        const { changeState, Ledger, scenarioState } = await import('../../audit/index.js');
        const scope = scopeOf(options);
        const { set, operator, reason } = options;
        if (set !== undefined) {
          if (operator === undefined || reason === undefined) {
            const what = operator === undefined ? '--operator <name>' : '--reason <text>';
            throw new ScrimError('SCRIM_CLI_MISSING', { command: 'scrim ledger state --set', what });
          }
          const open = await Ledger.open(file as string, await ledgerSigning(session));
          try {
            await changeState(open, scope, { state: set, operator, reason });
          } finally {
            await open.close();
          }
        }
        const state = await scenarioState(file as string, scope);
        session.json({ schema: 'scrim.ledger-state/1', ...scope, state });
        session.say(state ?? session.text(['not stated', '未记载']));
        return 0;
      },
    );
}

/** Records in files and folders (`*.record.json`). @throws SCRIM_CLI_INPUT for a named file that holds none */
function recordsIn(places: readonly string[]): OperationRecord[] {
  const records: OperationRecord[] = [];
  for (const place of places) {
    const folder = fs.statSync(place).isDirectory();
    const files = folder
      ? fs
          .readdirSync(place)
          .filter((name) => name.endsWith('.record.json'))
          .sort()
          .map((name) => path.join(place, name))
      : [place];
    for (const file of files) {
      const record = readJson(file, 'scrim.record/1') as OperationRecord;
      if (![record.inputs, record.outputs, record.columns].every(Array.isArray)) {
        throw new ScrimError('SCRIM_CLI_INPUT', {
          path: file,
          expected: 'scrim.record/1',
          reason: 'inputs, outputs, columns',
        });
      }
      records.push(record);
    }
  }
  return records;
}

interface LineageFlags {
  readonly record: string[];
  readonly of?: string;
}

function addLineage(ledger: ScrimCommand): void {
  ledger
    .sub('lineage', [
      'where every column came from and where it went, from records that the ledger vouches for',
      '依据账本印证的操作记录，追溯每一列的来源与去向',
    ])
    .operand('<ledger>', LEDGER)
    .need(
      '--record <file>',
      ['record, or folder of *.record.json; may be repeated', '操作记录，或含 *.record.json 的文件夹；可重复'],
      repeated,
    )
    .flag('--of <column>', ['only what leads to or from columns of this name', '仅列与该列名相关者'])
    .common(true)
    .examples('scrim ledger lineage ledger.jsonl --record out/ --html lineage.html')
    .does<LineageFlags>(async (session, options, file) => {
      const { lineage, recordedOperations, traceColumn } = await import('../../audit/index.js');
      const whole = lineage(recordsIn(options.record), await recordedOperations(file as string));
      const graph = options.of === undefined ? whole : only(whole, options.of, traceColumn);
      session.json(graph);
      if (session.wantsHtml) {
        const { lineageHtml } = await import('../../report/index.js');
        session.html(lineageHtml(graph, { language: session.language }));
      }
      sayLineage(session, graph);
      return 0;
    });
}

type Graph = import('../../audit/index.js').Lineage;

function only(graph: Graph, column: string, trace: typeof import('../../audit/index.js').traceColumn): Graph {
  const starts = graph.artifacts.flatMap((one) => (one.columns.includes(column) ? [{ artifact: one.id, column }] : []));
  if (starts.length === 0) throw new ScrimError('SCRIM_TABLE_UNKNOWN_COLUMN', { column });
  const edges = new Set(starts.flatMap((start) => [...trace(graph, start, 'back'), ...trace(graph, start, 'forth')]));
  const places = new Set(
    [...edges].flatMap(({ from, to }) => [from, to]).map((one) => `${one.artifact}\n${one.column}`),
  );
  for (const start of starts) places.add(`${start.artifact}\n${start.column}`);
  return {
    ...graph,
    artifacts: graph.artifacts
      .map((one) => ({ ...one, columns: one.columns.filter((name) => places.has(`${one.id}\n${name}`)) }))
      .filter((one) => one.columns.length > 0),
    edges: graph.edges.filter((edge) => edges.has(edge)),
    ended: graph.ended.filter((end) => places.has(`${end.artifact}\n${end.column}`)),
  };
}

function sayLineage(session: Session, graph: Graph): void {
  const names = new Map(graph.artifacts.map((one) => [one.id, one.name]));
  session.say(
    textTable(
      [session.text(['from', '来源']), session.text(['rule', '规则']), session.text(['to', '去向'])],
      [
        ...graph.edges.map((edge) => [
          `${edge.from.column} · ${names.get(edge.from.artifact) ?? ''}`,
          edge.rule,
          `${edge.to.column} · ${names.get(edge.to.artifact) ?? ''}`,
        ]),
        ...graph.ended.map((end) => [`${end.column} · ${names.get(end.artifact) ?? ''}`, '–', '–']),
      ],
    ),
  );
  const unknown = graph.operations.filter(({ seq }) => seq === null).length;
  if (unknown > 0) {
    session.say(
      session.text([
        `${unknown} of ${graph.operations.length} operations are not in the ledger`,
        `${graph.operations.length} 项操作中有 ${unknown} 项不在账本中`,
      ]),
    );
  }
}

/** Adds the sub-commands. */
export function addLedgerAudit(ledger: ScrimCommand): void {
  addCheckpoint(ledger);
  addProve(ledger);
  addRetention(ledger);
  addPrune(ledger);
  addState(ledger);
  addLineage(ledger);
}
