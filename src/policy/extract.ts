/**
 * The training extract (R5): legal basis -> sample -> mask -> generalise -> check, and a hold-out of other persons for validation.
 *
 * Staff who train never see a raw cell: consent concerns obtaining data and lifts no masking here, so bases are recorded and
 * not applied. Training and hold-out rows are masked with the same keys and generalised to the same levels, each meets every
 * model by itself, and no person stands in both (identifiers are compared in their canonical form). Rows without a person
 * identifier are left out: nobody could promise on which side their person stands.
 * @module
 */
import { type Json, type OperationRecord, ScrimError, SecureRandom, type Warning } from '../core/index.js';
import { identifierKindNames, identifierSpec } from '../identifiers/index.js';
import { sample } from '../sampling/index.js';
import { filterRows, type Table, take } from '../table/index.js';
import type { Policy } from './document.js';
import type { ParsedPolicy } from './parse.js';
import {
  type FixedLevels,
  inputOf,
  keysOf,
  type ProtectedRows,
  type ProtectOptions,
  protectRows,
  stopAtProhibited,
} from './protect.js';
import { recordOf } from './protect-record.js';
import { drawByPolicy, personNumbers, withNumbers } from './sampling.js';

/** One side of an extract. */
export interface ExtractPart {
  readonly table: Table;
  readonly record: OperationRecord;
  /** The raw rows it was made of; they stay inside the tool. */
  readonly raw: Table;
  /** One byte per raw row: 1 = it stands in the table. */
  readonly kept: Uint8Array;
  /** Persons (rows without a person column) of the raw rows. */
  readonly units: number;
  /** Persons (rows) in the smallest class, recounted on the output; null without models. */
  readonly smallestClass: number | null;
}

/** A training extract and its hold-out. */
export interface Extract {
  readonly train: ExtractPart;
  readonly holdout: ExtractPart;
}

const NUMBER = '\u0000person number';
const WEIGHT = '\u0000weight';
const DEFAULT_HOLDOUT = 0.2;

/**
 * Draws, masks, generalises and checks both parts.
 *
 * @throws SCRIM_EXTRACT_SAMPLING, SCRIM_EXTRACT_HOLDOUT, and as `protect`
 */
export function extract(source: Table, parsed: ParsedPolicy, options: ProtectOptions = {}): Extract {
  const { policy } = parsed;
  const input = inputOf(source, policy, options);
  stopAtProhibited(policy);
  parsed.checkColumns(input.name, source.names);
  if (policy.sampling === undefined) throw new ScrimError('SCRIM_EXTRACT_SAMPLING');
  const { known, without } = withPersonsOnly(source, policy);
  const drawn = drawByPolicy(known, policy, options);
  const sides = split(drawn.table, policy, options);
  const own = { ...options, basis: false };
  let train = protectRows(sides.train, parsed, own);
  let holdout: ProtectedRows;
  if (train.modelled === null) holdout = protectRows(sides.holdout, parsed, own);
  else {
    // Raising levels keeps every model that holds, so the level of the more demanding side serves both.
    holdout = protectRows(sides.holdout, parsed, own, { minimum: levelsOf(train) });
    const same: FixedLevels = { minimum: levelsOf(holdout), maximum: levelsOf(holdout) };
    if (JSON.stringify(levelsOf(train)) !== JSON.stringify(levelsOf(holdout))) {
      train = protectRows(sides.train, parsed, own, same);
    }
  }
  const warnings = warningsOf(policy, without);
  const part = (rows: ProtectedRows, raw: Table, units: number, side: 'train' | 'holdout'): ExtractPart => ({
    table: rows.table,
    record: recordOf(parsed, source, input, rows, {
      operation: 'extract',
      drawn,
      warnings,
      parameters: { part: side, holdoutShare: policy.sampling?.holdout ?? DEFAULT_HOLDOUT, units: units as Json },
    }),
    raw,
    kept: rows.kept,
    units,
    smallestClass: rows.modelled?.recount.smallest ?? null,
  });
  return {
    train: part(train, sides.train, sides.trainUnits, 'train'),
    holdout: part(holdout, sides.holdout, sides.holdoutUnits, 'holdout'),
  };
}

function levelsOf(rows: ProtectedRows): Readonly<Record<string, number>> {
  return rows.modelled?.result.solution.levels ?? {};
}

function warningsOf(policy: Policy, without: number): Warning[] {
  const warnings: Warning[] = policy.legalBasis
    .filter((basis) => basis.purpose === policy.who.purpose)
    .map((basis) => ({
      code: 'basis-not-applied',
      message: `Legal basis ${basis.reference} covers obtaining the data; a training extract stays masked for everybody.`,
    }));
  if (without > 0) {
    warnings.push({
      code: 'rows-without-person',
      message: `${without} rows without a person identifier were left out.`,
      count: without,
    });
  }
  return warnings;
}

function normalizerOf(policy: Policy): ((value: string) => string | null) | undefined {
  const kind = policy.person === undefined ? undefined : policy.columns[policy.person]?.kind;
  if (kind === undefined || !identifierKindNames.includes(kind)) return undefined;
  const { normalize } = identifierSpec(kind);
  return normalize;
}

function withPersonsOnly(source: Table, policy: Policy): { known: Table; without: number } {
  if (policy.person === undefined) return { known: source, without: 0 };
  const numbers = personNumbers(source, policy.person, undefined);
  let without = 0;
  for (const number of numbers) if (number < 0) without++;
  return without === 0
    ? { known: source, without }
    : { known: filterRows(source, (row) => (numbers[row] as number) >= 0), without };
}

interface Sides {
  readonly train: Table;
  readonly holdout: Table;
  readonly trainUnits: number;
  readonly holdoutUnits: number;
}

/** Parts the drawn rows by person: at random, or by a key of its own where the sample is drawn by a key. */
function split(drawn: Table, policy: Policy, options: ProtectOptions): Sides {
  const share = policy.sampling?.holdout ?? DEFAULT_HOLDOUT;
  const numbers =
    policy.person === undefined
      ? Int32Array.from({ length: drawn.rows }, (_, row) => row)
      : personNumbers(drawn, policy.person, normalizerOf(policy));
  const numbered = withNumbers(drawn, NUMBER, numbers);
  const units = new Set(numbers).size;
  const wanted = Math.round(units * share);
  const train = units - wanted;
  if (wanted < 1 || train < 1) throw new ScrimError('SCRIM_EXTRACT_HOLDOUT', { units, train, holdout: wanted });
  const chosen = sample(numbered, {
    ...(policy.sampling?.design === 'consistent'
      ? { design: 'consistent', rate: share, key: splitKey(policy, options), person: policy.person ?? NUMBER }
      : { design: 'srs', n: wanted, person: NUMBER }),
    random: options.random ?? new SecureRandom(),
    weightColumn: WEIGHT,
  });
  const held = new Set<number>();
  for (const row of chosen.rows) held.add(numbers[row] as number);
  const isHeld = Uint8Array.from(numbers, (number) => (held.has(number) ? 1 : 0));
  const rowsOf = (side: 0 | 1): Table =>
    take(drawn, Int32Array.from([...isHeld.keys()].filter((row) => isHeld[row] === side)));
  if (held.size === 0 || held.size === units) {
    throw new ScrimError('SCRIM_EXTRACT_HOLDOUT', { units, train: units - held.size, holdout: held.size });
  }
  return { train: rowsOf(0), holdout: rowsOf(1), trainUnits: units - held.size, holdoutUnits: held.size };
}

function splitKey(policy: Policy, options: ProtectOptions): Uint8Array {
  const keys = keysOf(policy, options.keys);
  if (keys === undefined) throw new ScrimError('SCRIM_INTERNAL', { check: 'a consistent sample has its key' });
  return keys.derive({ purpose: 'sample', domain: 'holdout', kind: 'person', suite: policy.suite }).bytes();
}
