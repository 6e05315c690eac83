/**
 * Lineage: where a column came from and where it went, over the records of operations.
 *
 * Artefacts are joined by the digest of their bytes: what one record wrote and another read is one artefact. A column leads to
 * the column that a record's `parameters.lineage` names (output column -> source columns), or to the one of the same name.
 * Records are claims; one whose digest stands in a ledger is marked with its position there.
 * @module
 */
import { canonicalJson, type Json, type OperationRecord, sha256Hex } from '../core/index.js';
import { utf8 } from '../crypto/index.js';
import { readLedger } from './read.js';

/** A file or table. */
export interface LineageArtifact {
  /** Its digest, or `record/name` where it has none. */
  readonly id: string;
  readonly name: string;
  readonly sha256: string | null;
  readonly rows: number;
  readonly columns: readonly string[];
}

/** An operation that ran. */
export interface LineageOperation {
  /** Digest of its record. */
  readonly id: string;
  readonly operation: string;
  readonly time: string;
  readonly operator: string | null;
  readonly scenario: string | null;
  readonly policy: string;
  /** Position in the ledger; null when the ledger does not know the record. */
  readonly seq: number | null;
}

/** One column led to another. */
export interface LineageEdge {
  readonly from: { readonly artifact: string; readonly column: string };
  readonly to: { readonly artifact: string; readonly column: string };
  readonly operation: string;
  /** What was done to the cells. */
  readonly rule: string;
}

/** `scrim.lineage/1`. */
export interface Lineage {
  readonly schema: 'scrim.lineage/1';
  readonly artifacts: readonly LineageArtifact[];
  readonly operations: readonly LineageOperation[];
  readonly edges: readonly LineageEdge[];
  /** Columns that went in and came out nowhere, by artefact and operation. */
  readonly ended: readonly { readonly artifact: string; readonly column: string; readonly operation: string }[];
}

/** Digest of a record's canonical form: what the ledger holds of it. */
export function recordDigest(record: OperationRecord): string {
  return sha256Hex(utf8(canonicalJson(record as unknown as Json)));
}

/** Positions of operation records in a ledger, by record digest. @throws as `readLedger` */
export async function recordedOperations(ledger: string): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>();
  for await (const { seq, data } of readLedger(ledger, { types: ['operation'] })) found.set(String(data.record), seq);
  return found;
}

function sourcesOf(
  record: OperationRecord,
): (column: string, input: { readonly columns: readonly string[] }) => string[] {
  const given = record.parameters.lineage;
  const map =
    typeof given === 'object' && given !== null && !Array.isArray(given) ? (given as Record<string, Json>) : {};
  return (column, input) => {
    const named = Object.hasOwn(map, column) ? map[column] : undefined;
    const names = Array.isArray(named) ? named.map(String) : [column];
    return names.filter((name) => input.columns.includes(name));
  };
}

/** The graph of records, in any order. */
export function lineage(
  records: readonly OperationRecord[],
  recorded: ReadonlyMap<string, number> = new Map(),
): Lineage {
  const artifacts = new Map<string, LineageArtifact>();
  const operations: LineageOperation[] = [];
  const edges: LineageEdge[] = [];
  const ended: { artifact: string; column: string; operation: string }[] = [];
  const seen = new Set<string>();
  const sorted = [...records].sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
  for (const record of sorted) {
    const id = recordDigest(record);
    if (seen.has(id)) continue;
    seen.add(id);
    const note = ({ name, sha256, rows, columns }: OperationRecord['inputs'][number]): LineageArtifact => {
      const key = sha256 ?? `${id.slice(0, 12)}/${name}`;
      const known = artifacts.get(key);
      if (known !== undefined) return known;
      const made = { id: key, name, sha256, rows, columns: [...columns] };
      artifacts.set(key, made);
      return made;
    };
    const text = (key: string): string | null => {
      const value = record.parameters[key];
      return typeof value === 'string' ? value : null;
    };
    operations.push({
      id,
      operation: record.operation,
      time: record.time,
      operator: text('operator'),
      scenario: text('scenario'),
      policy: record.policy,
      seq: recorded.get(id) ?? null,
    });
    const sources = sourcesOf(record);
    const inputs = record.inputs.map(note);
    const used = new Set<string>();
    for (const output of record.outputs.map(note)) {
      for (const column of output.columns) {
        const rule = record.columns.find((one) => one.column === column)?.rule ?? 'unknown';
        for (const input of inputs) {
          for (const source of sources(column, input)) {
            used.add(`${input.id}\n${source}`);
            edges.push({
              from: { artifact: input.id, column: source },
              to: { artifact: output.id, column },
              operation: id,
              rule,
            });
          }
        }
      }
    }
    for (const input of inputs) {
      for (const column of input.columns) {
        if (!used.has(`${input.id}\n${column}`)) ended.push({ artifact: input.id, column, operation: id });
      }
    }
  }
  return { schema: 'scrim.lineage/1', artifacts: [...artifacts.values()], operations, edges, ended };
}

type Place = LineageEdge['from'];

/** Every column that a column came from (`back`) or went to (`forth`), nearest first, with the edges that lead there. */
export function traceColumn(graph: Lineage, start: Place, direction: 'back' | 'forth'): LineageEdge[] {
  const found: LineageEdge[] = [];
  const seen = new Set<string>([`${start.artifact}\n${start.column}`]);
  for (let front: Place[] = [start]; front.length > 0; ) {
    const next: Place[] = [];
    for (const place of front) {
      for (const edge of graph.edges) {
        const [here, there] = direction === 'back' ? [edge.to, edge.from] : [edge.from, edge.to];
        if (here.artifact !== place.artifact || here.column !== place.column) continue;
        found.push(edge);
        const key = `${there.artifact}\n${there.column}`;
        if (seen.has(key)) continue;
        seen.add(key);
        next.push(there);
      }
    }
    front = next;
  }
  return found;
}
