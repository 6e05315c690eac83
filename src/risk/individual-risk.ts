/**
 * Individual re-identification risk with survey weights, and the risk of households.
 *
 * Benedetti, Franconi, "Statistical and Technological Solutions for Controlled Data Dissemination", NTTS 1998; exact form by
 * Capobianchi, Polettini, Lucarelli 2001: (p / f) 2F1(1, 1; f + 1; 1 - p), p = f / sum of weights; approximation for f > 2 as
 * in sdcMicro's indivRisk: p / (f - (1 - p)).
 * @module
 */
import { ScrimError } from '../core/index.js';
import { encode, groupBy, numericView, type Table } from '../table/index.js';

/** Options of {@link individualRisk}. */
export interface IndividualRiskOptions {
  readonly quasiIdentifiers: readonly string[];
  /** Column of survey weights (persons in the population that the row stands for), or one weight for all rows. */
  readonly weights: string | number;
  /** Default `approximate`. */
  readonly method?: 'approximate' | 'exact';
  /** Column that names the household: adds household risk. */
  readonly household?: string;
}

/** Risks per row. */
export interface IndividualRisk {
  readonly risk: Float64Array;
  /** Sample count of the row's class. */
  readonly sample: Float64Array;
  /** Estimated population count of the row's class. */
  readonly population: Float64Array;
  /** 1 - product of (1 - risk) over the household; null without one. */
  readonly household: Float64Array | null;
  /** Expected number of re-identifications: the sum of the risks. */
  readonly expected: number;
}

/** @throws SCRIM_RISK_OPTION, SCRIM_TABLE_UNKNOWN_COLUMN */
export function individualRisk(table: Table, options: IndividualRiskOptions): IndividualRisk {
  if (options.quasiIdentifiers.length === 0) {
    throw new ScrimError('SCRIM_RISK_OPTION', { option: 'quasiIdentifiers', problem: 'name at least one column' });
  }
  const weights =
    typeof options.weights === 'number'
      ? new Float64Array(table.rows).fill(options.weights)
      : numericView(table, options.weights).values;
  for (let row = 0; row < weights.length; row++) {
    if (!((weights[row] as number) > 0)) {
      throw new ScrimError('SCRIM_RISK_OPTION', { option: 'weights', problem: `row ${row + 1} has no weight above 0` });
    }
  }
  const { groupOf, groups } = groupBy(table, options.quasiIdentifiers);
  const sampleOf = new Float64Array(groups);
  const populationOf = new Float64Array(groups);
  for (let row = 0; row < groupOf.length; row++) {
    const group = groupOf[row] as number;
    sampleOf[group] = (sampleOf[group] as number) + 1;
    populationOf[group] = (populationOf[group] as number) + (weights[row] as number);
  }
  const exact = options.method === 'exact';
  const riskOf = sampleOf.map((sample, group) => classRisk(sample, populationOf[group] as number, exact));
  const pick = (of: Float64Array): Float64Array => Float64Array.from(groupOf, (group) => of[group] as number);
  const risk = pick(riskOf);
  return {
    risk,
    sample: pick(sampleOf),
    population: pick(populationOf),
    household: options.household === undefined ? null : householdRisk(table, options.household, risk),
    expected: risk.reduce((sum, value) => sum + value, 0),
  };
}

/** Risk of a class of `f` in the sample that stands for `population`. */
function classRisk(f: number, population: number, exact: boolean): number {
  const p = f / population;
  if (p >= 1) return 1 / f;
  const odds = p / (1 - p);
  if (f === 1) return odds * Math.log(1 / p);
  if (f === 2) return odds - odds * odds * Math.log(1 / p);
  if (!exact) return p / (f - (1 - p));
  let term = 1;
  let sum = 1;
  for (let n = 0; n < 1_000_000 && term > 1e-17 * sum; n++) {
    term *= ((n + 1) / (f + 1 + n)) * (1 - p);
    sum += term;
  }
  return (p / f) * sum;
}

function householdRisk(table: Table, household: string, risk: Float64Array): Float64Array {
  const { codes, cardinality } = encode(table, household);
  const safe = new Float64Array(cardinality).fill(1);
  for (let row = 0; row < codes.length; row++) {
    const at = codes[row] as number;
    safe[at] = (safe[at] as number) * (1 - (risk[row] as number));
  }
  return Float64Array.from(codes, (code) => 1 - (safe[code] as number));
}
