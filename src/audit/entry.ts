/**
 * What may stand in the ledger: typed entries of names, counts, digests and ids; never a data value, never a key.
 *
 * The union is open: a room adds its own types under a dotted name (`dp.release`) and, if it likes, a shape by
 * {@link defineEntryType}. The types below are checked field by field before they are written.
 * @module
 */
import { canonicalJson, type Json, type OperationRecord, ScrimError, sha256Hex } from '../core/index.js';
import { utf8 } from '../crypto/index.js';

/** JSON object. */
export type JsonObject = { readonly [key: string]: Json };

/** Whose authorisation an entry belongs to. */
export interface EntryScope {
  readonly tenant: string;
  readonly environment: string;
  readonly scenario: string;
}

/** A file or table by name and digest. */
export interface EntryArtifact {
  readonly name: string;
  readonly sha256: string | null;
  readonly rows: number;
}

/** Who did an operation, for whom, under which approval (R9, R13). */
export interface Provenance extends EntryScope {
  readonly operator: string;
  readonly purpose: string;
  /** Reference of the approval; null when none was given. */
  readonly approval: string | null;
}

/** Data of every entry type that Scrim itself writes. Other rooms may widen it by declaration merging. */
export interface EntryData {
  /** First record of every ledger. */
  'ledger.opened': { readonly schema: 'scrim.ledger/1'; readonly id: string; readonly hash: 'sha256' | 'sm3' };
  /** A torn tail was removed. */
  'ledger.recovered': {
    readonly bytes: number;
    readonly sha256: string;
    readonly operator: string;
    readonly reason: string;
  };
  /** Merkle root of the first `size` records. */
  'ledger.checkpoint': {
    readonly size: number;
    readonly root: string;
    readonly head: string;
    readonly operator: string;
  };
  /** Contents of records were taken out behind a checkpoint; their hashes stay. */
  'ledger.pruned': {
    readonly ranges: readonly (readonly [from: number, to: number])[];
    readonly records: number;
    readonly checkpoint: { readonly size: number; readonly root: string };
    readonly operator: string;
    readonly reason: string;
  };
  /** One call of a data interface (R13: call logs); parameters and answer by digest only. */
  'interface.call': EntryScope & {
    /** Who answered for the service. */
    readonly operator: string;
    readonly interface: string;
    /** Application or account that called. */
    readonly caller: string;
    readonly purpose: string;
    /** Digest of the product or interface version that answered, or null. */
    readonly product: string | null;
    /** Digest of the call's parameters in canonical form, or null. */
    readonly parameters: string | null;
    readonly rows: number;
    readonly outcome: 'answered' | 'refused' | 'failed';
  };
  /** A registered output was sealed in an archive at the end of an authorisation, or deleted. */
  'artifact.sealed': EntryScope & {
    readonly operator: string;
    readonly name: string;
    readonly sha256: string;
    /** Digest of the archive. */
    readonly archive: string;
    /** Name of the key that opens it; the key is kept elsewhere. */
    readonly key: string;
  };
  'artifact.deleted': EntryScope & {
    readonly operator: string;
    readonly name: string;
    readonly sha256: string;
    readonly reason: string;
  };
  /** Everything that ends an authorisation was done. */
  'scenario.retired': EntryScope & {
    readonly operator: string;
    readonly reason: string;
    readonly keys: readonly string[];
    readonly sealed: number;
    readonly deleted: number;
    /** Registered outputs that were not found. */
    readonly missing: number;
  };
  /** An operation ran: provenance and the digest of its record. */
  operation: Provenance & {
    readonly operation: string;
    readonly tool: string;
    /** SHA-256 of the record's canonical form. */
    readonly record: string;
    readonly policy: string;
    readonly inputs: readonly EntryArtifact[];
    readonly outputs: readonly EntryArtifact[];
    readonly counts: { readonly [name: string]: number };
    /** Parameters of the record, or null when they are too large: the record's digest covers them. */
    readonly parameters: JsonObject | null;
    /** Ids and states of the keys that were used. */
    readonly keys: readonly string[];
  };
  /** A product was reviewed. */
  review: EntryScope & {
    readonly operator: string;
    readonly verdict: 'release' | 'review' | 'block';
    /** SHA-256 of every reviewed product. */
    readonly products: readonly string[];
    readonly sources: readonly string[];
    /** SHA-256 of the report. */
    readonly report: string;
  };
  /** A person decided that a product may leave. */
  release: EntryScope & { readonly operator: string; readonly product: string; readonly approval: string | null };
  /** A released product is stopped for the time being. */
  halt: EntryScope & { readonly operator: string; readonly product: string; readonly reason: string };
  /** A release is taken back for good. */
  withdraw: EntryScope & { readonly operator: string; readonly product: string; readonly reason: string };
  'keys.created': EntryScope & { readonly operator: string; readonly key: string };
  'keys.rotated': EntryScope & { readonly operator: string; readonly key: string; readonly retired: readonly string[] };
  'keys.destroyed': EntryScope & {
    readonly operator: string;
    readonly keys: readonly string[];
    readonly keyRing: string;
    readonly reason: string;
    readonly backups: 'out-of-reach';
  };
  /** Life of an authorisation (R14). */
  'scenario.state': EntryScope & {
    readonly operator: string;
    readonly state: 'open' | 'suspended' | 'withdrawn' | 'ended';
    readonly reason: string;
  };
  /** A reversible value was restored for somebody with the right to it. */
  unmask: Provenance & { readonly key: string; readonly column: string; readonly cells: number };
}

/** Types of {@link EntryData}. */
export type EntryType = keyof EntryData;

/** What is appended: any type, any JSON object; known types are checked. */
export interface LedgerEntry {
  readonly type: string;
  readonly data: JsonObject;
}

type Check = 'text' | 'text?' | 'digest' | 'digest?' | 'count' | 'texts' | 'digests' | 'list' | 'object' | 'object?';

const scope = { tenant: 'text', environment: 'text', scenario: 'text' } as const;
const provenance = { ...scope, operator: 'text', purpose: 'text', approval: 'text?' } as const;

const shapes = new Map<string, Readonly<Record<string, Check>>>(
  Object.entries({
    'ledger.opened': { schema: 'text', id: 'text', hash: 'text' },
    'ledger.recovered': { bytes: 'count', sha256: 'digest', operator: 'text', reason: 'text' },
    'ledger.checkpoint': { size: 'count', root: 'digest', head: 'digest', operator: 'text' },
    'ledger.pruned': { ranges: 'list', records: 'count', checkpoint: 'object', operator: 'text', reason: 'text' },
    'interface.call': {
      ...scope,
      operator: 'text',
      interface: 'text',
      caller: 'text',
      purpose: 'text',
      product: 'digest?',
      parameters: 'digest?',
      rows: 'count',
      outcome: 'text',
    },
    'artifact.sealed': { ...scope, operator: 'text', name: 'text', sha256: 'digest', archive: 'digest', key: 'text' },
    'artifact.deleted': { ...scope, operator: 'text', name: 'text', sha256: 'digest', reason: 'text' },
    'scenario.retired': {
      ...scope,
      operator: 'text',
      reason: 'text',
      keys: 'texts',
      sealed: 'count',
      deleted: 'count',
      missing: 'count',
    },
    operation: {
      ...provenance,
      operation: 'text',
      tool: 'text',
      record: 'digest',
      policy: 'text',
      inputs: 'list',
      outputs: 'list',
      counts: 'object',
      parameters: 'object?',
      keys: 'texts',
    },
    review: { ...scope, operator: 'text', verdict: 'text', products: 'digests', sources: 'digests', report: 'digest' },
    release: { ...scope, operator: 'text', product: 'digest', approval: 'text?' },
    halt: { ...scope, operator: 'text', product: 'digest', reason: 'text' },
    withdraw: { ...scope, operator: 'text', product: 'digest', reason: 'text' },
    'keys.created': { ...scope, operator: 'text', key: 'text' },
    'keys.rotated': { ...scope, operator: 'text', key: 'text', retired: 'texts' },
    'keys.destroyed': { ...scope, operator: 'text', keys: 'texts', keyRing: 'text', reason: 'text', backups: 'text' },
    'scenario.state': { ...scope, operator: 'text', state: 'text', reason: 'text' },
    unmask: { ...provenance, key: 'text', column: 'text', cells: 'count' },
  } satisfies Record<EntryType, Readonly<Record<string, Check>>>),
);

const words: Readonly<Record<string, readonly string[]>> = {
  'review.verdict': ['release', 'review', 'block'],
  'scenario.state.state': ['open', 'suspended', 'withdrawn', 'ended'],
  'interface.call.outcome': ['answered', 'refused', 'failed'],
  'ledger.opened.hash': ['sha256', 'sm3'],
};

/** Adds the shape of a room's own entry type; a field that ends in `?` may be null. Unknown fields are refused then. */
export function defineEntryType(type: string, fields: Readonly<Record<string, Check>>): void {
  shapes.set(type, fields);
}

/** A known entry, typed. */
export function entry<Type extends EntryType>(type: Type, data: EntryData[Type]): LedgerEntry {
  return { type, data: data as unknown as JsonObject };
}

const MAX_TEXT = 4096;
const MAX_PARAMETERS = 16384;

/**
 * The entry of an operation, from its record and who did it.
 *
 * @throws SCRIM_LEDGER_ENTRY when the record is marked unsafe: the ledger takes no result of seeded randomness
 */
export function operationEntry(record: OperationRecord, by: Provenance): LedgerEntry {
  if (record.unsafe.length > 0) {
    throw new ScrimError('SCRIM_LEDGER_ENTRY', {
      type: 'operation',
      problem: `its record is marked ${record.unsafe.join(', ')}`,
    });
  }
  const parameters = canonicalJson(record.parameters).length > MAX_PARAMETERS ? null : record.parameters;
  const artifact = ({ name, sha256, rows }: EntryArtifact): EntryArtifact => ({ name, sha256, rows });
  const keys = new Set(record.columns.flatMap((column) => (column.key === null ? [] : [column.key.id])));
  return entry('operation', {
    operator: by.operator,
    tenant: by.tenant,
    environment: by.environment,
    scenario: by.scenario,
    purpose: by.purpose,
    approval: by.approval,
    operation: record.operation,
    tool: `${record.tool.name} ${record.tool.version}`,
    record: sha256Hex(utf8(canonicalJson(record))),
    policy: record.policy,
    inputs: record.inputs.map(artifact),
    outputs: record.outputs.map(artifact),
    counts: record.counts,
    parameters,
    keys: [...keys].sort(),
  });
}

function refuse(type: string, problem: string): ScrimError {
  return new ScrimError('SCRIM_LEDGER_ENTRY', { type, problem });
}

function fits(value: unknown, check: Check): boolean {
  const isText = (item: unknown): boolean => typeof item === 'string' && item.length <= MAX_TEXT;
  const isDigest = (item: unknown): boolean => typeof item === 'string' && /^[0-9a-f]{64}$/.test(item);
  switch (check) {
    case 'text':
      return isText(value);
    case 'text?':
      return value === null || isText(value);
    case 'digest':
      return isDigest(value);
    case 'digest?':
      return value === null || isDigest(value);
    case 'count':
      return Number.isSafeInteger(value) && (value as number) >= 0;
    case 'texts':
      return Array.isArray(value) && value.every(isText);
    case 'digests':
      return Array.isArray(value) && value.every(isDigest);
    case 'list':
      return Array.isArray(value);
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    case 'object?':
      return value === null || fits(value, 'object');
  }
}

function checkTexts(type: string, value: Json, depth: number): void {
  if (depth > 8) throw refuse(type, 'it is nested deeper than 8 levels');
  if (typeof value === 'string') {
    if (value.length > MAX_TEXT) throw refuse(type, `it holds a text of more than ${MAX_TEXT} characters`);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  for (const item of Array.isArray(value) ? value : Object.values(value)) checkTexts(type, item as Json, depth + 1);
}

/**
 * Checks an entry and returns its data as JSON text that reads back to itself.
 *
 * @throws SCRIM_LEDGER_ENTRY
 */
export function entryText(given: LedgerEntry): string {
  const { type, data } = given;
  if (!/^[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)*$/.test(type) || type.length > 64)
    throw refuse(type.slice(0, 64), 'its type is no dotted name');
  const shape = shapes.get(type);
  if (shape === undefined && !type.includes('.'))
    throw refuse(type, 'types of other rooms have dotted names, such as dp.release');
  let text: string;
  try {
    text = canonicalJson(data);
  } catch (error) {
    throw refuse(type, error instanceof ScrimError ? String(error.parameters.problem) : 'it is not JSON data');
  }
  // Integer-like names come first when JSON is read back: settle their order now.
  text = JSON.stringify(JSON.parse(text));
  if (!fits(data, 'object')) throw refuse(type, 'its data are no object');
  checkTexts(type, data, 0);
  if (shape !== undefined) checkShape(type, data, shape);
  return text;
}

function checkShape(type: string, data: JsonObject, shape: Readonly<Record<string, Check>>): void {
  for (const [name, check] of Object.entries(shape)) {
    if (!fits(data[name], check)) throw refuse(type, `its field ${name} is missing or of another type`);
    const allowed = words[`${type}.${name}`];
    if (allowed !== undefined && !allowed.includes(data[name] as string))
      throw refuse(type, `its field ${name} is none of ${allowed.join(', ')}`);
  }
  for (const name of Object.keys(data)) {
    if (!(name in shape)) throw refuse(type, `it has a field ${name.slice(0, 64)} that this type does not have`);
  }
}
