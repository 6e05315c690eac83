/**
 * Re-identification risk of a table by itself: class sizes, uniqueness, and three attackers.
 *
 * Prosecutor, journalist, marketer: El Emam, Dankar, "Protecting Privacy Using k-Anonymity", JAMIA 15(5), 2008; figures as
 * in ARX (records at risk: 1 / size above the threshold; highest risk; success rate = classes / records).
 * @module
 */
import { ScrimError } from '../core/index.js';
import { type Table, take } from '../table/index.js';
import { type ClassOptions, classSizes, sizeHistogram } from './class-sizes.js';
import { type PopulationUniqueness, populationUniqueness } from './population.js';

/** Options of {@link riskReport}. */
export interface RiskOptions extends ClassOptions {
  /** Risk above which a record counts as at risk, in [0, 1]. Default 0.2 (classes under 5). */
  readonly threshold?: number;
  /** Share of the population that the table is, in (0, 1]: adds population uniqueness. Default: not estimated. */
  readonly samplingFraction?: number;
  /** Table of the population with the same quasi-identifiers: journalist risk is measured. Default: equal to prosecutor. */
  readonly population?: Table;
}

/** The three figures for one attacker. */
export interface AttackerRisk {
  /** Share of records whose risk is above the threshold. */
  readonly recordsAtRisk: number;
  /** Highest risk of a record. */
  readonly highest: number;
  /** Expected share of records that are re-identified; the average risk. */
  readonly success: number;
}

/** Re-identification risk of a table. Shares are of persons where a person column is named, of rows otherwise. */
export interface RiskReport {
  readonly quasiIdentifiers: readonly string[];
  readonly person: string | null;
  /** Weighted rows. */
  readonly rows: number;
  /** Persons, or rows without a person column; a person in several classes counts in each. */
  readonly records: number;
  readonly classes: number;
  readonly smallestClass: number;
  readonly largestClass: number;
  readonly averageClass: number;
  /** Records that are alone in their class. */
  readonly uniqueRecords: number;
  /** Share of such records. */
  readonly uniqueness: number;
  /** Records in classes below 2, 3, 5, 10, 20, 50. */
  readonly below: readonly { readonly size: number; readonly records: number; readonly share: number }[];
  readonly histogram: readonly { readonly size: number; readonly classes: number }[];
  readonly threshold: number;
  /** The attacker knows that the target is in the table. */
  readonly prosecutor: AttackerRisk;
  /** The attacker does not know it: risk by class size in the population. */
  readonly journalist: AttackerRisk;
  /** The attacker links everyone; only the success rate matters. */
  readonly marketer: { readonly success: number };
  /** Whether journalist risk was measured on a population table or equals the prosecutor's. */
  readonly journalistBasis: 'population-table' | 'table-itself';
  readonly populationUniqueness: PopulationUniqueness | null;
}

const BELOW = [2, 3, 5, 10, 20, 50] as const;

/**
 * Risk of the table as it stands.
 *
 * @throws SCRIM_RISK_OPTION, SCRIM_TABLE_UNKNOWN_COLUMN
 * @example
 * const table = tableFromColumns({ sex: ['f', 'm', 'f'] });
 * riskReport(table, { quasiIdentifiers: ['sex'] }).uniqueRecords; // => 1
 */
export function riskReport(table: Table, options: RiskOptions): RiskReport {
  const threshold = options.threshold ?? 0.2;
  if (!(threshold >= 0 && threshold <= 1)) {
    throw new ScrimError('SCRIM_RISK_OPTION', { option: 'threshold', problem: 'it must be from 0 to 1' });
  }
  if (table.rows === 0) throw new ScrimError('SCRIM_RISK_OPTION', { option: 'table', problem: 'it has no rows' });
  const groups = classSizes(table, options);
  const { sizes, total } = groups;
  const histogram = sizeHistogram(sizes);
  const below = BELOW.map((size) => {
    const records = histogram.reduce((sum, bin) => sum + (bin.size < size ? bin.size * bin.classes : 0), 0);
    return { size, records, share: records / total };
  });
  const uniqueRecords = (below[0] as (typeof below)[number]).records;
  const prosecutor = attackerRisk(sizes, sizes, total, threshold);
  const outer = options.population === undefined ? sizes : populationSizes(table, groups.first, options);
  const journalist = attackerRisk(sizes, outer, total, threshold);
  const classes = histogram.reduce((sum, bin) => sum + bin.classes, 0);
  return {
    quasiIdentifiers: options.quasiIdentifiers,
    person: options.person ?? null,
    rows: groups.rows.reduce((sum, rows) => sum + rows, 0),
    records: total,
    classes,
    smallestClass: histogram[0]?.size ?? 0,
    largestClass: histogram[histogram.length - 1]?.size ?? 0,
    averageClass: total / classes,
    uniqueRecords,
    uniqueness: uniqueRecords / total,
    below,
    histogram,
    threshold,
    prosecutor,
    journalist,
    marketer: { success: journalist.success },
    journalistBasis: options.population === undefined ? 'table-itself' : 'population-table',
    populationUniqueness:
      options.samplingFraction === undefined ? null : populationUniqueness(sizes, options.samplingFraction),
  };
}

function attackerRisk(sizes: Float64Array, outer: Float64Array, total: number, threshold: number): AttackerRisk {
  let atRisk = 0;
  let highest = 0;
  let success = 0;
  for (let c = 0; c < sizes.length; c++) {
    const size = sizes[c] as number;
    if (!(size > 0)) continue;
    const risk = Math.min(1, 1 / Math.max(size, outer[c] as number));
    if (risk > threshold) atRisk += size;
    highest = Math.max(highest, risk);
    success += size * risk;
  }
  return { recordsAtRisk: atRisk / total, highest, success: success / total };
}

/** Size of each class of the table in the population table; at least the size in the table. */
function populationSizes(table: Table, first: Int32Array, options: RiskOptions): Float64Array {
  const population = options.population as Table;
  const outside = classSizes(population, options);
  const key = (cells: readonly (string | null)[]): string => JSON.stringify(cells);
  const keys = (source: Table, rows: Int32Array): string[] => {
    const wanted = take(source.select(options.quasiIdentifiers), rows);
    return [...wanted.objects()].map((row) => key(options.quasiIdentifiers.map((name) => row[name] as string | null)));
  };
  const sizeOf = new Map<string, number>();
  keys(population, outside.first).forEach((name, c) => {
    sizeOf.set(name, outside.sizes[c] as number);
  });
  return Float64Array.from(keys(table, first), (name) => sizeOf.get(name) ?? 0);
}
