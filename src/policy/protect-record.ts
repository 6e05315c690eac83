/**
 * The record of protected rows: parameters, counts, warnings and what each column still tells.
 * @module
 */
import { type Artifact, type Json, type Leakage, type OperationRecord, version, type Warning } from '../core/index.js';
import type { Table } from '../table/index.js';
import type { Policy } from './document.js';
import type { ParsedPolicy } from './parse.js';
import type { ProtectedRows } from './protect.js';
import { isReleased, outputName, quasiIdentifiers, ruleOf } from './rules.js';
import type { Drawn } from './sampling.js';

/** Name of the person column while models are applied: no column of a file can have it. */
export const PERSON: string = '\u0000person';

/** What a record says beside what its rows say. */
export interface RecordFacts {
  readonly operation: 'protect' | 'extract';
  readonly drawn: Drawn | null;
  readonly parameters?: { readonly [key: string]: Json };
  readonly warnings?: readonly Warning[];
}

/** The record of protected rows. */
export function recordOf(
  parsed: ParsedPolicy,
  source: Table,
  input: Artifact,
  part: ProtectedRows,
  facts: RecordFacts,
): OperationRecord {
  const { masked, modelled, table: output } = part;
  const { policy } = parsed;
  const dropped = source.names.filter((name) => !Object.hasOwn(policy.columns, name));
  const byRule = Object.keys(policy.columns).filter(
    (name) => !isReleased(policy.columns[name] as Policy['columns'][string]),
  );
  const warnings: Warning[] = [
    ...dropped.map((column) => ({
      code: 'column-not-named',
      message: `Column ${column} is not named by the policy and was dropped.`,
      column,
    })),
    ...Object.entries(masked.suppressed)
      .filter(([, count]) => count > 0)
      .map(([column, count]) => ({
        code: 'cells-suppressed',
        message: `${count} cells of column ${column} could not be masked and were suppressed.`,
        column,
        count,
      })),
    ...policy.legalBasis
      .filter((basis) => basis.purpose !== policy.who.purpose)
      .map((basis) => ({
        code: 'basis-other-purpose',
        message: `Legal basis ${basis.reference} is for another purpose and was not used.`,
      })),
    ...(facts.warnings ?? []),
    ...(modelled?.result.record.warnings ?? []).filter((warning) => warning.column !== PERSON),
  ];
  const quasi = new Set(quasiIdentifiers(policy));
  const leakage = (name: string): Leakage => {
    const own = masked.leakage.find((entry) => entry.column === name) as Leakage;
    const recoded = modelled?.result.leakage.find((entry) => entry.column === name);
    const generalised = ruleOf((policy.columns[name] as Policy['columns'][string]).rule).mask === 'generalize';
    const said = quasi.has(name) && generalised && recoded !== undefined ? recoded : own;
    const rule = said.rule === 'keep' && said === recoded ? 'generalize-level-0' : said.rule;
    return { ...said, rule, column: outputName(name, policy.columns[name] as Policy['columns'][string]) };
  };
  const { who, models } = policy;
  return {
    schema: 'scrim.record/1',
    operation: facts.operation,
    tool: { name: 'scrim', version },
    time: new Date().toISOString(),
    parameters: {
      ...provenanceOf(policy),
      models: models as unknown as Json,
      quasiIdentifiers: [...quasi],
      levels: (modelled?.result.solution.levels ?? {}) as Json,
      legalBasis: policy.legalBasis.map(({ basis, reference, purpose, columns, expires }) => ({
        basis,
        reference,
        purpose,
        columns,
        expires,
        used: purpose === who.purpose && facts.operation === 'protect',
      })),
      thresholds: (policy.thresholds ?? null) as unknown as Json,
      grades: Object.fromEntries(
        Object.entries(policy.columns).map(([name, column]) => [
          name,
          `${column.class}${column.grade === undefined ? '' : `/${column.grade}`}`,
        ]),
      ),
      dropped: [...dropped, ...byRule],
      // Which source column stands under which name.
      lineage: Object.fromEntries(
        masked.leakage.map(({ column }) => [
          outputName(column, policy.columns[column] as Policy['columns'][string]),
          [column],
        ]),
      ),
      ...(modelled !== null && { recount: { ...modelled.recount } }),
      ...(facts.drawn !== null && { sampling: facts.drawn.parameters }),
      ...facts.parameters,
    },
    inputs: [input],
    outputs: [{ name: 'table', sha256: null, rows: output.rows, columns: output.names }],
    counts: {
      rowsRead: source.rows,
      ...(facts.drawn !== null && { rowsDrawn: part.rowsIn }),
      rowsWritten: output.rows,
      rowsSuppressed: part.rowsIn - output.rows,
      columnsDropped: dropped.length + byRule.length,
      cellsSuppressed: Object.values(masked.suppressed).reduce((sum, count) => sum + count, 0),
    },
    warnings,
    columns: masked.leakage.map((entry) => leakage(entry.column)),
    policy: parsed.digest,
    unsafe: [],
  };
}

/** Who did it, for what, in which suite: the part of every record's parameters that comes from the head of the policy. */
export function provenanceOf(policy: Policy): { readonly [key: string]: Json } {
  const { who, suite, person } = policy;
  return {
    tenant: who.tenant,
    environment: who.environment,
    scenario: who.scenario,
    purpose: who.purpose,
    operator: who.operator,
    approval: who.approval.reference,
    suite,
    person: person ?? null,
  };
}
