/**
 * `unmaskFile`: restores authorised columns of a masked file: the policy that masked it, the key ring, an authorisation that
 * names key and columns, and a ledger. What any of them does not allow is refused before anything is read or noted.
 * @module
 */

import { parse } from 'yaml';
import * as z from 'zod';
import { appendWhileOpen, type Ledger, operationEntry, requireOpen } from '../audit/index.js';
import {
  AtomicFile,
  commitTogether,
  type OperationRecord,
  type RunOptions,
  ScrimError,
  version,
} from '../core/index.js';
import type { KeyRing } from '../crypto/index.js';
import {
  type Authorisation,
  type KeySource,
  type Masker,
  releasedLeakage,
  TokenVault,
  unmaskTable,
} from '../masking/index.js';
import { type CsvOptions, readTable, type Table } from '../table/index.js';
import type { ColumnPolicy, Policy } from './document.js';
import { maskerOf } from './maskers.js';
import type { ParsedPolicy } from './parse.js';
import { finishRecord, writeInto } from './protect-file.js';
import { provenanceOf } from './protect-record.js';
import { isReleased, outputName, ruleOf } from './rules.js';

/** `scrim.authorisation/1`: who may restore which columns with which key, for what purpose, until when. */
export interface KeyAuthorisation extends Authorisation {
  /** Id of the root key, as `scrim keys show` lists it; may be a retired one. */
  readonly key: string;
}

/** Options of {@link unmaskFile}. */
export interface UnmaskFileOptions extends RunOptions {
  /** The policy by which the file was masked. */
  readonly policy: ParsedPolicy;
  readonly authorisation: KeyAuthorisation;
  /** Masked file: CSV, TSV, Parquet or NDJSON. */
  readonly input: string;
  /** Where the table with the restored columns goes. */
  readonly output: string;
  readonly keys: Pick<KeyRing, 'existing'>;
  readonly ledger: Ledger;
  /** Sealed vault of random tokens. Default: none; they cannot be restored. */
  readonly vault?: Uint8Array;
  /** How the input is read. Default: found by its bytes. */
  readonly read?: CsvOptions;
  /** The day, YYYY-MM-DD. Default: today. */
  readonly today?: string;
}

const text = z.string().trim().min(1).max(200);
const authorisationSchema = z.strictObject({
  schema: z.literal('scrim.authorisation/1').optional(),
  tenant: text,
  environment: text,
  scenario: text,
  operator: text,
  purpose: text,
  reference: text,
  key: text,
  columns: z.array(text).min(1),
  expires: z.iso.date(),
});

/** An authorisation from YAML or JSON. @throws SCRIM_AUTHORISATION_INVALID */
export function parseAuthorisation(source: string, file: string): KeyAuthorisation {
  let document: unknown;
  try {
    // Every scalar is a text: an id of digits must not become a number.
    document = parse(source, { schema: 'failsafe' });
  } catch {
    throw new ScrimError('SCRIM_AUTHORISATION_INVALID', { file, problem: 'it is neither YAML nor JSON' });
  }
  const result = authorisationSchema.safeParse(document);
  if (result.success) {
    const { schema: _, ...authorisation } = result.data;
    return authorisation;
  }
  const [issue] = result.error.issues;
  const place = issue === undefined || issue.path.length === 0 ? 'the document' : `field ${issue.path.join('.')}`;
  throw new ScrimError('SCRIM_AUTHORISATION_INVALID', {
    file,
    problem: `${place} is missing, unknown or of another form`,
  });
}

/**
 * Restores columns of a file. The ledger has an entry for every column before anything is restored.
 *
 * @throws SCRIM_MASK_UNAUTHORISED, SCRIM_MASK_NOT_REVERSIBLE, SCRIM_TABLE_UNKNOWN_COLUMN, SCRIM_SCENARIO_CLOSED,
 * SCRIM_KEY_MISSING, SCRIM_KEY_DESTROYED, SCRIM_SEALED_INVALID, and the errors of reader, writer and ledger
 */
export async function unmaskFile(options: UnmaskFileOptions): Promise<OperationRecord> {
  const { policy: parsed, authorisation, input, output, ledger, today } = options;
  const { policy } = parsed;
  const { tenant, environment, scenario } = authorisation;
  const { who } = policy;
  if (tenant !== who.tenant || environment !== who.environment || scenario !== who.scenario) {
    const column = authorisation.columns[0] as string;
    throw new ScrimError('SCRIM_MASK_UNAUTHORISED', { column, problem: 'the authorisation is for another scenario' });
  }
  await requireOpen(ledger.path, who, 'unmask');
  const columns = maskersFor(policy, authorisation, options);
  const run = {
    ...(options.signal !== undefined && { signal: options.signal }),
    ...(options.progress !== undefined && { progress: options.progress }),
  };
  const { table, artifact } = await readTable(input, { ...options.read, ...run });
  checkReads(policy, columns, authorisation, table);
  const file = await AtomicFile.create(output);
  let recordFile: AtomicFile | undefined;
  try {
    const day = today === undefined ? {} : { today };
    const restored = await unmaskTable(table, columns, { authorisation, ledger, ...day });
    const written = await writeInto(restored.table, output, file, run);
    const record = finishRecord(recordOf(parsed, authorisation, restored, artifact), written, false);
    recordFile = await AtomicFile.create(`${output}.record.json`);
    await recordFile.write(`${JSON.stringify(record, null, 2)}\n`);
    await file.seal();
    await recordFile.seal();
    const { operator, purpose, reference } = authorisation;
    const by = { tenant, environment, scenario, operator, purpose, approval: reference };
    await appendWhileOpen(ledger, who, 'unmask', [operationEntry(record, by)]);
    await commitTogether([recordFile, file]);
    return record;
  } catch (error) {
    await file.abort();
    await recordFile?.abort();
    throw error;
  }
}

interface Restorable {
  /** Name in the masked file. */
  readonly column: string;
  /** Name in the policy. */
  readonly source: string;
  readonly masker: Masker;
}

/** The maskers that made the authorised columns, those that read no other column first. */
function maskersFor(policy: Policy, authorisation: KeyAuthorisation, options: UnmaskFileOptions): Restorable[] {
  const scenario = options.keys.existing(authorisation);
  const keys: KeySource = {
    derive: (wanted) => scenario.derive({ ...wanted, keyId: authorisation.key, use: 'restore' }),
  };
  const vault =
    options.vault === undefined ? {} : { vault: TokenVault.open(options.vault, { keys, suite: policy.suite }) };
  const found = authorisation.columns.map((column): Restorable => {
    const entry = Object.entries(policy.columns).find(
      ([name, given]) => isReleased(given) && outputName(name, given) === column,
    );
    if (entry === undefined) throw new ScrimError('SCRIM_TABLE_UNKNOWN_COLUMN', { column });
    const [source, given] = entry as [string, ColumnPolicy];
    const masker = maskerOf(source, given, { policy, keys, ...vault });
    if (masker?.unmask === undefined || !masker.reversible) {
      throw new ScrimError('SCRIM_MASK_NOT_REVERSIBLE', { rule: ruleOf(given.rule).mask });
    }
    return { column, source, masker };
  });
  const reading = (one: Restorable): number => ((one.masker.reads ?? []).length > 0 ? 1 : 0);
  return found.sort((a, b) => reading(a) - reading(b));
}

/** A date shift is undone by the person as it stood in the source: released, or restored in the same run. */
function checkReads(
  policy: Policy,
  columns: readonly Restorable[],
  authorisation: KeyAuthorisation,
  table: Table,
): void {
  for (const { column, masker } of columns) {
    for (const read of masker.reads ?? []) {
      const given = Object.hasOwn(policy.columns, read) ? policy.columns[read] : undefined;
      const output = given === undefined ? read : outputName(read, given);
      const there = given !== undefined && isReleased(given) && output === read && table.names.includes(read);
      if (!there || (ruleOf(given.rule).mask !== 'release' && !authorisation.columns.includes(read))) {
        const problem = `column ${read}, by which it was masked, is neither released nor restored with it`;
        throw new ScrimError('SCRIM_MASK_UNAUTHORISED', { column, problem });
      }
    }
  }
}

function recordOf(
  parsed: ParsedPolicy,
  authorisation: KeyAuthorisation,
  restored: { readonly table: Table; readonly suppressed: Readonly<Record<string, number>> },
  input: OperationRecord['inputs'][number],
): OperationRecord {
  const { policy } = parsed;
  const { operator, purpose, reference, key } = authorisation;
  const { table, suppressed } = restored;
  const columns = table.names.map((name) => ({
    ...releasedLeakage(name),
    rule: Object.hasOwn(suppressed, name) ? 'unmask' : 'unchanged',
    ...(!Object.hasOwn(suppressed, name) && { residual: null }),
  }));
  return {
    schema: 'scrim.record/1',
    operation: 'unmask',
    tool: { name: 'scrim', version },
    time: new Date().toISOString(),
    parameters: {
      ...provenanceOf(policy),
      operator,
      purpose,
      approval: reference,
      key,
      restored: Object.keys(suppressed),
      expires: authorisation.expires,
    },
    inputs: [input],
    outputs: [{ name: 'table', sha256: null, rows: table.rows, columns: table.names }],
    counts: {
      rowsRead: table.rows,
      rowsWritten: table.rows,
      cellsSuppressed: Object.values(suppressed).reduce((sum, count) => sum + count, 0),
    },
    warnings: Object.entries(suppressed).flatMap(([column, count]) =>
      count === 0
        ? []
        : [
            {
              code: 'cells-not-restored',
              message: `${count} cells of column ${column} do not belong to this key and are null.`,
              column,
              count,
            },
          ],
    ),
    columns,
    policy: parsed.digest,
    unsafe: [],
  };
}
