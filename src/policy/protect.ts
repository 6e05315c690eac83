/**
 * `protect`: raw table + policy -> the table that the policy allows, and the record of what was done.
 *
 * Order: prohibited columns stop it -> the sample is drawn, where the policy asks for one -> columns that are not named are
 * dropped -> cells are masked -> quasi-identifiers are generalised until the models hold -> the output is recounted by other code -> limits are checked. Any doubt is an error
 * and no output (fail closed).
 * @module
 */
import { type AnonymizeOptions, type AnonymizeResult, anonymize } from '../anonymity/index.js';
import {
  type Artifact,
  type OperationRecord,
  type RunOptions,
  ScrimError,
  type SecureRandom,
  throwIfCancelled,
} from '../core/index.js';
import {
  type ColumnMask,
  type KeySource,
  type MaskedTable,
  maskTable,
  type TokenVault,
  unlessBasis,
} from '../masking/index.js';
import { type Field, Table } from '../table/index.js';
import { personsWithBasis } from './basis.js';
import type { Policy } from './document.js';
import type { FileReader } from './hierarchies.js';
import { maskerOf } from './maskers.js';
import { DEFAULT_SUPPRESSION, modelOptions } from './model-options.js';
import type { ParsedPolicy } from './parse.js';
import { PERSON, recordOf } from './protect-record.js';
import { type Recount, recount } from './recount.js';
import { isReleased, outputName } from './rules.js';
import { drawByPolicy } from './sampling.js';

/** Gives the keys of a scope: a `KeyRing` is one. */
export interface ScopeKeys {
  scenario(scope: { readonly tenant: string; readonly environment: string; readonly scenario: string }): KeySource;
}

/** Options of {@link protect}. */
export interface ProtectOptions extends RunOptions {
  /** Key ring, or the keys of the scenario themselves. Default: none; rules that need a key are refused. */
  readonly keys?: ScopeKeys | KeySource;
  /** Default: the operating system's randomness. */
  readonly random?: SecureRandom;
  /** Keeps random tokens so that they can be restored. Default: none. */
  readonly vault?: TokenVault;
  /** Reads the files that the policy names (hierarchies, lists of persons). Default: there are none. */
  readonly readFile?: FileReader;
  /** What the table was read from. Default: a table in memory named like the policy's first source. */
  readonly input?: Artifact;
}

/** A protected table. */
export interface Protected {
  readonly table: Table;
  readonly record: OperationRecord;
}

/**
 * Protects a table as the policy says.
 *
 * @throws SCRIM_POLICY_INVALID (columns the table does not have), SCRIM_POLICY_PROHIBITED, SCRIM_POLICY_LIMIT,
 * SCRIM_POLICY_RECOUNT, SCRIM_MASK_NEEDS_KEY, and the errors of maskers, hierarchies and `anonymize`
 */
export function protect(source: Table, parsed: ParsedPolicy, options: ProtectOptions = {}): Protected {
  const { policy } = parsed;
  const input = inputOf(source, policy, options);
  stopAtProhibited(policy);
  parsed.checkColumns(input.name, source.names);
  throwIfCancelled(options.signal, 'protect');
  const drawn = policy.sampling === undefined ? null : drawByPolicy(source, policy, options);
  const part = protectRows(drawn?.table ?? source, parsed, options);
  return {
    table: part.table,
    record: recordOf(parsed, source, input, part, { operation: 'protect', drawn }),
  };
}

/** What a table was read from: as stated, or a table in memory named like the policy's first source. */
export function inputOf(source: Table, policy: Policy, options: ProtectOptions): Artifact {
  const [first] = policy.sources as [Policy['sources'][number]];
  return options.input ?? { name: first.name, sha256: null, rows: source.rows, columns: source.names };
}

/** Levels of generalisation that are laid down from outside. */
export interface FixedLevels {
  readonly minimum: Readonly<Record<string, number>>;
  readonly maximum?: Readonly<Record<string, number>>;
}

/** Rows that went through masks, models, recount and limits. */
export interface ProtectedRows {
  /** Under the output names. */
  readonly table: Table;
  readonly rowsIn: number;
  readonly masked: MaskedTable;
  readonly modelled: Modelled | null;
  /** One byte per row that went in: 1 = it stands in the table. */
  readonly kept: Uint8Array;
}

/** Masks, generalises, recounts and checks rows that were drawn already. */
export function protectRows(
  rows: Table,
  parsed: ParsedPolicy,
  options: ProtectOptions & { readonly basis?: boolean },
  levels?: FixedLevels,
): ProtectedRows {
  const { policy } = parsed;
  const masked = mask(rows, policy, options);
  const modelled = policy.models.length === 0 ? null : applyModels(rows, masked, policy, options, levels);
  checkLimits(policy, masked, rows.rows, rows.rows - (modelled?.result.table.rows ?? rows.rows));
  return {
    table: finish(modelled === null ? masked.table : modelled.result.table, policy),
    rowsIn: rows.rows,
    masked,
    modelled,
    kept: modelled?.result.solution.kept ?? new Uint8Array(rows.rows).fill(1),
  };
}

/** Ends the run when the policy has a prohibited column. @throws SCRIM_POLICY_PROHIBITED */
export function stopAtProhibited(policy: Policy): void {
  for (const [column, { openness }] of Object.entries(policy.columns)) {
    if (openness === 'prohibited') throw new ScrimError('SCRIM_POLICY_PROHIBITED', { column });
  }
}

/** Released columns in the order of the source, under their source names. */
function releasedNames(source: Table, policy: Policy): string[] {
  return source.names.filter((name) => {
    const column = Object.hasOwn(policy.columns, name) ? policy.columns[name] : undefined;
    return column !== undefined && isReleased(column);
  });
}

function mask(source: Table, policy: Policy, options: ProtectOptions & { readonly basis?: boolean }): MaskedTable {
  const keys = keysOf(policy, options.keys);
  const context = {
    policy,
    ...(keys !== undefined && { keys }),
    ...(options.random !== undefined && { random: options.random }),
    ...(options.vault !== undefined && { vault: options.vault }),
  };
  const bases: ReadonlyMap<string, ReadonlySet<string>> = options.basis === false
    ? new Map()
    : personsWithBasis(policy, fileReaderOf(options));
  const masks = releasedNames(source, policy).map((name): ColumnMask => {
    const masker = maskerOf(name, policy.columns[name] as Policy['columns'][string], context);
    const persons = bases.get(name);
    if (masker === null || persons === undefined || policy.person === undefined) return { column: name, masker };
    return { column: name, masker: unlessBasis(masker, { person: policy.person, persons }) };
  });
  return maskTable(source, masks, options);
}

/** Reader of the files a policy names; refuses when none was given. */
export function fileReaderOf(options: Pick<ProtectOptions, 'readFile'>): FileReader {
  return (
    options.readFile ??
    ((path) => {
      throw new ScrimError('SCRIM_FILE_MISSING', { path });
    })
  );
}

/** Keys of the policy's scope. */
export function keysOf(policy: Policy, keys: ProtectOptions['keys']): KeySource | undefined {
  if (keys === undefined || !('scenario' in keys)) return keys;
  const { tenant, environment, scenario } = policy.who;
  return keys.scenario({ tenant, environment, scenario });
}

/** What the models did, and the recount of it. */
export interface Modelled {
  readonly result: AnonymizeResult;
  readonly recount: Recount;
}

function applyModels(
  source: Table,
  masked: MaskedTable,
  policy: Policy,
  options: ProtectOptions,
  levels: FixedLevels | undefined,
): Modelled {
  const { person } = policy;
  const table = person === undefined ? masked.table : withPerson(masked.table, source, person);
  const model = modelOptions(table, policy, fileReaderOf(options));
  const quasi = model.quasiIdentifiers;
  const result = anonymize(table, {
    ...model,
    ...(levels !== undefined && within(model, levels)),
    keep: table.names.filter((name) => !quasi.includes(name)),
    ...(person !== undefined && { person: PERSON }),
    ...(options.progress !== undefined && { progress: options.progress }),
    ...(options.signal !== undefined && { signal: options.signal }),
  });
  return { result, recount: recount(result.table, quasi, person === undefined ? null : PERSON, policy.models, table) };
}

/** The policy's levels, narrowed to what is laid down from outside. */
function within(
  model: AnonymizeOptions,
  levels: FixedLevels,
): Pick<AnonymizeOptions, 'minimumLevels' | 'maximumLevels'> {
  const minimumLevels = { ...model.minimumLevels };
  const maximumLevels = { ...model.maximumLevels };
  for (const name of model.quasiIdentifiers) {
    const [least, most] = [levels.minimum[name], levels.maximum?.[name]];
    if (least !== undefined) minimumLevels[name] = Math.max(minimumLevels[name] ?? 0, least);
    if (most !== undefined) maximumLevels[name] = Math.min(maximumLevels[name] ?? most, most);
  }
  return { minimumLevels, maximumLevels };
}

function withPerson(table: Table, source: Table, person: string): Table {
  const at = source.indexOf(person);
  const field: Field = { ...source.field(person), name: PERSON };
  return new Table(
    [...table.fields, field],
    table.batches.map((batch, b) => {
      const column = source.batches[b]?.columns[at];
      if (column === undefined) throw new ScrimError('SCRIM_INTERNAL', { check: 'masking keeps batches' });
      return { rows: batch.rows, columns: [...batch.columns, column] };
    }),
  );
}

function checkLimits(policy: Policy, masked: MaskedTable, rows: number, suppressedRows: number): void {
  const { thresholds } = policy;
  if (policy.models.length > 0) {
    const limit = thresholds?.suppressedRows ?? DEFAULT_SUPPRESSION;
    if (suppressedRows > limit * rows) {
      throw new ScrimError('SCRIM_POLICY_LIMIT', {
        what: 'suppressed rows',
        found: suppressedRows,
        limit: Math.floor(limit * rows),
      });
    }
  }
  if (thresholds?.refusedCells !== undefined) {
    for (const [name, count] of Object.entries(masked.suppressed)) {
      if (count > thresholds.refusedCells * rows) {
        throw new ScrimError('SCRIM_POLICY_LIMIT', {
          what: `cells of column ${name} that could not be masked`,
          found: count,
          limit: Math.floor(thresholds.refusedCells * rows),
        });
      }
    }
  }
}

/** Without the hidden person column, under the output names. */
function finish(table: Table, policy: Policy): Table {
  const kept = table.select(table.names.filter((name) => name !== PERSON));
  const fields = kept.fields.map((field) => ({
    ...field,
    name: outputName(field.name, policy.columns[field.name] as Policy['columns'][string]),
  }));
  return new Table(fields, kept.batches);
}
