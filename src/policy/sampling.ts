/**
 * The sample that a policy asks for, drawn before anything else: persons where the policy names a person column, else rows.
 *
 * Designs of a policy are self-weighting (every unit has the same inclusion probability up to rounding), so no weights leave
 * the domain, which could tell the stratum of a row whose stratum column is dropped.
 * @module
 */
import { type Json, ScrimError, SecureRandom } from '../core/index.js';
import { type Sample, sample } from '../sampling/index.js';
import { encode, type Field, Table } from '../table/index.js';
import type { Policy } from './document.js';
import type { ProtectOptions } from './protect.js';
import { keysOf } from './protect.js';

/** A drawn table. */
export interface Drawn {
  readonly table: Table;
  /** Positions of its rows in the source. */
  readonly rows: Int32Array;
  /** For the record. */
  readonly parameters: { readonly [key: string]: Json };
}

const WEIGHT = '\u0000weight';

/**
 * Draws what `policy.sampling` says.
 *
 * @throws SCRIM_SAMPLE_SIZE, SCRIM_ARGUMENT (strata that split a person), SCRIM_TABLE_UNKNOWN_COLUMN, SCRIM_MASK_NEEDS_KEY
 */
export function drawByPolicy(
  source: Table,
  policy: Policy,
  options: Pick<ProtectOptions, 'random' | 'keys'>,
  person: string | undefined = policy.person,
): Drawn {
  const { sampling } = policy;
  if (sampling === undefined) throw new ScrimError('SCRIM_INTERNAL', { check: 'a policy with sampling' });
  const amount =
    sampling.size !== undefined ? { n: sampling.size } : sampling.rate !== undefined ? { rate: sampling.rate } : {};
  const units = person === undefined ? {} : { person };
  const result: Sample = sample(source, {
    design: sampling.design === 'simple' ? 'srs' : sampling.design,
    ...amount,
    ...units,
    ...(sampling.design === 'stratified' && { by: sampling.strata ?? [] }),
    ...(sampling.design === 'consistent' && { key: samplingKey(policy, options) }),
    random: options.random ?? new SecureRandom(),
    weightColumn: WEIGHT,
  });
  return {
    table: result.table.select(source.names),
    rows: result.rows,
    parameters: {
      design: sampling.design,
      rate: sampling.rate ?? null,
      size: sampling.size ?? null,
      strata: [...(sampling.strata ?? [])],
      unit: policy.person === undefined ? 'row' : 'person',
      population: source.rows,
      drawn: result.table.rows,
      unitsDrawn: result.record.counts.unitsDrawn ?? 0,
      strataCounts: result.strata.map(({ population, sampled }) => [population, sampled]),
    },
  };
}

function samplingKey(policy: Policy, options: Pick<ProtectOptions, 'keys'>): Uint8Array {
  const keys = keysOf(policy, options.keys);
  if (keys === undefined) {
    throw new ScrimError('SCRIM_MASK_NEEDS_KEY', { rule: 'consistent sampling', column: policy.person ?? '' });
  }
  return keys.derive({ purpose: 'sample', domain: 'sample', kind: 'person', suite: policy.suite }).bytes();
}

/** The table with one more column: for each row a whole number (a person, say). */
export function withNumbers(table: Table, name: string, numbers: Int32Array): Table {
  const field: Field = { name, type: 'int32', logical: 'integer' };
  let start = 0;
  return new Table(
    [...table.fields, field],
    table.batches.map((batch) => {
      const values = numbers.slice(start, start + batch.rows);
      start += batch.rows;
      return {
        rows: batch.rows,
        columns: [...batch.columns, { type: 'int32', length: batch.rows, values, validity: null, unreadable: null }],
      };
    }),
  );
}

/** Number of the person of each row; equal numbers where identifiers are equal after `normalize`. -1 where there is none. */
export function personNumbers(
  table: Table,
  person: string,
  normalize: ((value: string) => string | null) | undefined,
): Int32Array {
  const codes = encode(table, person);
  const numbers = new Map<string, number>();
  const ofCode = Int32Array.from({ length: codes.cardinality }, (_, code) => {
    if (code >= codes.dictionary.size) return -1;
    const text = codes.dictionary.at(code);
    if (text.trim() === '') return -1;
    const canonical = normalize?.(text) ?? text;
    const known = numbers.get(canonical);
    if (known !== undefined) return known;
    numbers.set(canonical, numbers.size);
    return numbers.size - 1;
  });
  return codes.codes.map((code) => ofCode[code] as number);
}
