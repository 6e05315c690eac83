/**
 * Grade of what a policy would release by GB/T 42460-2023, de-identification effect grading, as second-hand sources give it
 * (chapter 4, D.1.5): 1 direct identifiers stand in it; 2 none, but the risk reaches the threshold; 3 under it; 4 aggregates,
 * which row data never are. Not read in the standard itself: confirm before citing.
 *
 * Risk of a class of n persons: 1/n. When any class exceeds the limit of the sharing model the risk is 1; else it is the
 * highest (public) or the mean over classes (controlled, enclave). Context risk is taken as 1: no protection is assumed.
 * @module
 */
import { type Codes, encode, groupEncoded, type Table } from '../../table/index.js';
import type { ColumnPolicy, Policy } from '../document.js';
import { isReleased } from '../rules.js';
import type { DryRun, GeneralizedColumn } from './dry-run.js';
import type { JointResidual } from './joint.js';
import { PROFILE_K } from './profiles.js';

/** Overall threshold of the risk. */
export const GRADE_THRESHOLD = 0.05;

/** The grade, with the figures behind it. */
export interface PlanGrade {
  readonly grade: 1 | 2 | 3;
  readonly secondHand: true;
  readonly threshold: number;
  /** Released quasi-identifiers, on which classes are formed. */
  readonly quasiIdentifiers: readonly string[];
  readonly counted: 'persons' | 'rows';
  readonly classes: number;
  readonly smallest: number;
  /** Share of classes over the limit, and the risk, by sharing model. */
  readonly models: readonly {
    readonly sharing: 'public' | 'controlled' | 'enclave';
    readonly limit: number;
    readonly over: number;
    readonly risk: number;
  }[];
  /** Columns that keep the grade at 1 or 2 whatever the classes say, and why. */
  readonly because: readonly {
    readonly column: string;
    readonly reason: 'shown' | 'determined' | 'partly-shown' | 'key-invertible';
  }[];
}

/** Share of determined cells from which a masked direct identifier counts as shown. */
const DETERMINED = 0.01;

interface GradedColumn {
  readonly source: string;
  readonly column: string;
  readonly class: ColumnPolicy['class'];
  readonly rule: string;
  readonly joint: JointResidual | null;
  readonly reversible: boolean;
}

/** The grade of a dry run. */
export function gradeOf(policy: Policy, table: Table, dry: DryRun, columns: readonly GradedColumn[]): PlanGrade {
  const quasi = Object.entries(policy.columns)
    .filter(([name, column]) => column.class === 'quasi-identifier' && isReleased(column) && table.names.includes(name))
    .map(([name]) => name);
  const codes = quasi.map((name) => {
    const generalized = dry.generalized.get(name);
    return generalized === undefined ? encode(dry.masked, name) : labelled(encode(table, name), generalized);
  });
  const person = policy.person !== undefined && table.names.includes(policy.person) ? { person: policy.person } : {};
  const { rows, persons } = groupEncoded(table, codes, person);
  // What the models suppress is not released: no class of the output is smaller than the smallest they left.
  const least = dry.models?.smallest ?? 1;
  const sizes = (persons ?? rows).filter((size) => size >= least && size > 0);
  const models = (['public', 'controlled', 'enclave'] as const).map((sharing) => {
    const k = PROFILE_K[sharing];
    let over = 0;
    let highest = 0;
    let sum = 0;
    for (const size of sizes) {
      if (size < k) over++;
      highest = Math.max(highest, 1 / size);
      sum += 1 / size;
    }
    const all = Math.max(1, sizes.length);
    const risk = over > 0 ? 1 : sharing === 'public' ? highest : sum / all;
    return { sharing, limit: 1 / k, over: over / all, risk };
  });
  const because = columns.flatMap((column) => {
    const reason = reasonOf(column);
    return reason === null ? [] : [{ column: column.column, reason }];
  });
  const shown = because.some(({ reason }) => reason === 'shown' || reason === 'determined');
  const low = because.length === 0 && (models[0]?.risk ?? 1) <= GRADE_THRESHOLD;
  return {
    grade: shown ? 1 : low ? 3 : 2,
    secondHand: true,
    threshold: GRADE_THRESHOLD,
    quasiIdentifiers: quasi,
    counted: persons === null ? 'rows' : 'persons',
    classes: sizes.length,
    smallest: sizes.length === 0 ? 0 : sizes.reduce((a, b) => Math.min(a, b)),
    models,
    because,
  };
}

const PARTLY = new Set([
  'keep',
  'keep-range',
  'when',
  'text',
  'json',
  'round',
  'bucket',
  'date-truncate',
  'noise',
  'generalize',
]);
const SHOWN = new Set(['release', 'shuffle']);

/** Why the classes do not say it all; null where they do. */
function reasonOf(column: GradedColumn): PlanGrade['because'][number]['reason'] | null {
  if (column.class === 'direct-identifier') {
    if (SHOWN.has(column.rule)) return 'shown';
    if (column.joint !== null && column.joint.determined >= DETERMINED) return 'determined';
    if (PARTLY.has(column.rule)) return 'partly-shown';
  }
  return column.reversible ? 'key-invertible' : null;
}

/** Codes of the labels of a generalised column. */
function labelled(source: Codes, { label }: GeneralizedColumn): Codes {
  const codeOf = new Map<string, number>();
  const map = new Int32Array(source.cardinality);
  source.dictionary.strings().forEach((text, code) => {
    const name = label(text);
    const known = codeOf.get(name) ?? codeOf.size;
    codeOf.set(name, known);
    map[code] = known;
  });
  let next = codeOf.size;
  for (const code of [source.nullCode, source.unreadableCode]) if (code >= 0) map[code] = next++;
  return { ...source, codes: source.codes.map((code) => map[code] as number), cardinality: Math.max(1, next) };
}
