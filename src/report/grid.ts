/**
 * What a run of `scrim bench anonymity` found: plain data, as its JSON says it.
 * @module
 */

/** Mean over the repetitions with its 95 % interval (Student's t); equal limits where there is one figure only. */
export interface Estimate {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  /** Repetitions that gave a figure. */
  readonly count: number;
}

/** Names of the measured figures. Risks first; lower is better but for the accuracies. */
export const gridMeasures = [
  'restoration',
  'highestRisk',
  'averageRisk',
  'populationUniqueness',
  'suppressed',
  'loss',
  'workloadError',
  'naiveBayes',
  'logisticRegression',
  'cpuMilliseconds',
] as const;

/** Name of a measured figure. */
export type GridMeasure = (typeof gridMeasures)[number];

/** One setting and what it gave. */
export interface GridRow {
  /** Number in the plan, from 1; the label in the charts. */
  readonly number: number;
  readonly kind: 'raw' | 'anonymize' | 'policy' | 'dp';
  /** The setting in words. */
  readonly title: string;
  /** The setting as the configuration says it. */
  readonly setting: Readonly<Record<string, unknown>>;
  /** Figures; null where one does not apply or was not measured. */
  readonly measures: Readonly<Record<GridMeasure, Estimate | null>>;
  /** Verdict of the scorer in the first repetition; null where it did not run. */
  readonly verdict: string | null;
  /** Code of the error that ended the setting, or null. */
  readonly error: string | null;
}

/** The whole run. */
export interface GridResult {
  readonly schema: 'scrim.bench-anonymity/1';
  readonly title: string;
  readonly tool: { readonly name: 'scrim'; readonly version: string };
  readonly date: string;
  readonly data: { readonly name: string; readonly sha256: string | null; readonly rows: number };
  /** SHA-256 of the canonical configuration: the run's name. */
  readonly configuration: string;
  readonly quasiIdentifiers: readonly string[];
  readonly target: string | null;
  /** Share of the most frequent target value, and accuracy on the raw table. */
  readonly baseline: number | null;
  readonly repetitions: number;
  readonly samplingFraction: number;
  readonly rows: readonly GridRow[];
}

/** Risks and utilities of the frontier. */
export const frontierRisks = ['restoration', 'highestRisk', 'averageRisk', 'populationUniqueness'] as const;
/** Utilities of the frontier; an accuracy is better when higher. */
export const frontierUtilities = ['loss', 'workloadError', 'logisticRegression'] as const;

/** A figure as a cost: accuracies count from the top. */
export function costOf(measure: GridMeasure, value: number): number {
  return measure === 'naiveBayes' || measure === 'logisticRegression' ? 1 - value : value;
}

/** Rows that no other row beats in both figures; ties stay. */
export function frontier(rows: readonly GridRow[], risk: GridMeasure, utility: GridMeasure): GridRow[] {
  const points = rows.flatMap((row) => {
    const x = row.measures[risk];
    const y = row.measures[utility];
    return x === null || y === null ? [] : [{ row, x: costOf(risk, x.mean), y: costOf(utility, y.mean) }];
  });
  return points
    .filter(
      (one) => !points.some((other) => other.x <= one.x && other.y <= one.y && (other.x < one.x || other.y < one.y)),
    )
    .sort((a, b) => a.x - b.x || a.y - b.y)
    .map(({ row }) => row);
}
