/**
 * The fidelity report: what its figures are.
 * @module
 */
import type { SourceTerms } from './terms.js';

/** One released column. */
export interface ColumnFidelity {
  readonly column: string;
  /** How source cells were brought into the terms of the extract; null when the column cannot be compared. */
  readonly comparedBy: SourceTerms['by'] | null;
  /** Total variation distance of the two distributions; null when not comparable. */
  readonly distance: number | null;
  /** Share of what the raw column says that the released one still says: mutual information over entropy, both binned. */
  readonly kept: number | null;
  /** Mean and standard deviation, source and extract; null unless both are numbers. */
  readonly mean: readonly [source: number, extract: number] | null;
  readonly deviation: readonly [source: number, extract: number] | null;
}

/** Two released columns. */
export interface PairFidelity {
  readonly columns: readonly [string, string];
  /** Pearson correlation, source and extract; null unless both columns are numbers on both sides. */
  readonly correlation: readonly [source: number, extract: number] | null;
  /** Mutual information in bits, of the raw columns and of the released ones. */
  readonly information: readonly [source: number, extract: number];
}

/** A model tried on the hold-out. */
export interface ModelScore {
  /** Hold-out rows it was tried on. */
  readonly rows: number;
  readonly accuracy: number;
  /** 95 % Wilson interval. */
  readonly interval: readonly [number, number];
  /** Area under the ROC curve; null for more than two classes. */
  readonly auc: number | null;
}

/** The same model, trained on source rows inside the tool and on the extract. */
export interface ModelFidelity {
  readonly target: string;
  readonly classes: number;
  /** Accuracy of always naming the most frequent class. */
  readonly baseline: number;
  /** Trained on raw rows, tried on raw hold-out rows. */
  readonly source: ModelScore;
  /** Trained on the extract, tried on the masked hold-out. */
  readonly extract: ModelScore;
}

/** `scrim.fidelity/1`. */
export interface Fidelity {
  readonly schema: 'scrim.fidelity/1';
  readonly rows: { readonly source: number; readonly train: number; readonly holdout: number };
  readonly columns: readonly ColumnFidelity[];
  readonly pairs: readonly PairFidelity[];
  /** Null when no column can be compared. */
  readonly propensity: {
    readonly columns: readonly string[];
    readonly rows: number;
    /** 0 = source and extract cannot be told apart. */
    readonly error: number;
    /** What two samples of one population would give. */
    readonly expected: number;
  } | null;
  readonly models: readonly ModelFidelity[];
  readonly privacy: PrivacySide;
}

/** What the extract still tells. */
export interface PrivacySide {
  readonly unit: 'row' | 'person';
  readonly quasiIdentifiers: readonly string[];
  /** Persons (rows) of the smallest class on the output, recounted; null without models. */
  readonly smallestClass: { readonly train: number | null; readonly holdout: number | null };
  /** Persons (rows) unique on the raw quasi-identifiers in the drawn rows, and those of them unique in the whole source. */
  readonly rawUnique: { readonly units: number; readonly sample: number; readonly population: number };
  /** Persons (rows) unique on the released quasi-identifiers in the extract, and those of them unique in the whole source. */
  readonly releasedUnique: { readonly units: number; readonly sample: number; readonly population: number | null };
  /** Persons that stand on both sides, counted again on the raw identifiers; always 0. */
  readonly shared: number;
}
