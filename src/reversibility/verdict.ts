/**
 * What a review says: `scrim.review/1`, the verdict with its evidence, coverage and digests (DESIGN §6 and §7).
 *
 * Everything in {@link Verdict} except `time` is deterministic for a seed; {@link canonicalVerdict} leaves `time` out.
 * No field holds a value of the data: evidence is column names, row numbers, counts, shares and formulas.
 * @module
 */

/** The recommendation. The authority decides. */
export type Decision = 'release' | 'review' | 'block';

/** What the restorer must know: nothing, a few known rows, public facts or enumeration, a secret key. */
export type Knowledge = 'A0' | 'A1' | 'A2' | 'A3';

/** A stable, kebab-case reason code; `reasons.ts` has the texts. */
export interface Reason {
  readonly code: string;
  /** What it argues for. */
  readonly level: Decision;
  readonly en: string;
  readonly 'zh-CN': string;
  /** Facts in the texts: column names, counts, shares. */
  readonly facts: Readonly<Record<string, string | number>>;
}

/** A share of the raw package in [0, 1]: as executed, net of the null model, and the interval of the net share. */
export interface Measure {
  /** Share reproduced by the executed inverse. */
  readonly gross: number;
  /** Gross less what the null model reproduces; never below 0. */
  readonly net: number;
  /** Lower limit of the net share. */
  readonly lower: number;
  /** Upper limit of the net share. */
  readonly upper: number;
  /** The gross share as a count: rows, cells or persons. */
  readonly count: number;
  /** What it is a share of: rows, cells, or persons (rows without a person column) of the sources. */
  readonly of: number;
}

/** Rows, cells and direct identifiers of the raw package that came back. */
export interface Restoration {
  readonly rows: Measure;
  readonly cells: Measure;
  /** Persons (rows without a person column) of whom at least one direct identifier came back. */
  readonly identifiers: Measure;
}

/** One attack of the battery and how it ended. */
export interface AttackReport {
  readonly id: string;
  readonly status: 'ran' | 'not-applicable' | 'gap';
  readonly knowledge: Knowledge;
  /** Net share of rows restored (0 where none or not run). */
  readonly restored: number;
  /** Rows, cells and identifiers of this attack alone; null when it found no inverse. */
  readonly restoration: Restoration | null;
  /** The inverse program in words, one line a step; null when none was found. */
  readonly inverse: string | null;
  /** Size of the inverse program in bits. */
  readonly bits?: number;
  /** Hashes or guesses an outsider needs where the attack enumerates, as log2. */
  readonly costBits?: number;
  /** Row numbers (1-based) of the product that were verified against the source: at most 20. */
  readonly evidence?: readonly number[];
  /** Why it does not apply or why it is a gap. */
  readonly reason?: string;
}

/** What explains a product column. */
export type Explanation = 'attack' | 'safe-form' | 'none';

/** One product column: what it is, and what of the source it gives back. */
export interface ColumnReport {
  /** Product table (position in the list of products) and column name. */
  readonly product: string;
  readonly table: number;
  /** Source column it was matched with, `source.column` when there are several sources; null when none. */
  readonly source: string | null;
  /** How: the formula of the inverse or of the safe form, e.g. `base64(c7)`, `age band of 出生日期`, `count of persons`. */
  readonly how: string | null;
  readonly explained: Explanation;
  /** Share of the source column's cells restored through this column, gross. */
  readonly restoredShare: number;
  /** Shannon entropy of the column's values, bits a row. */
  readonly entropy: number;
  /** Distinct values. */
  readonly distinct: number;
  /** Share of rows without a value. */
  readonly missing: number;
  /** Compressed size over plain size of (up to a sample of) the column; 1 = incompressible. */
  readonly compressibility: number;
}

/** One source column: how much of it came back over all attacks (the heat map). */
export interface SourceColumnReport {
  readonly source: string;
  readonly column: string;
  readonly directIdentifier: boolean;
  /** Identifier kind or null. */
  readonly kind: string | null;
  readonly distinct: number;
  /** Share of its cells restored, gross. */
  readonly restoredShare: number;
}

/** Versioned thresholds and who approved them. */
export interface Thresholds {
  readonly version: string;
  readonly approver: string | null;
  /** Block at or above any of these. */
  readonly block: { readonly rowShare: number; readonly persons: number; readonly identifierPersons: number };
  /** Release only when every upper bound is below these. */
  readonly release: { readonly rowShare: number; readonly persons: number; readonly identifierPersons: number };
  /** A cell is restored only when fewer source rows (persons) than this share it. */
  readonly restoredBelow: number;
  /** Cells that make a restored row (or all cells of a smaller source). */
  readonly rowCells: number;
  /** Joint classes of a safe form hold at least this many persons. */
  readonly safeClass: number;
  /** Classes under this size count as small. */
  readonly smallClass: number;
  /** Share of rows in small classes that makes a review. */
  readonly smallClassShare: number;
  /** A complete row counts gross when fewer coincidences than this are expected. */
  readonly coincidences: number;
  /** Relative tolerance of a restored number. */
  readonly tolerance: number;
  /** An attack by enumeration counts up to this many guesses, as log2. */
  readonly enumerationBits: number;
}

/** Information the product can carry against what the raw package holds: an upper bound on any restoration. */
export interface Capacity {
  /** Entropy bound of the product, bits. */
  readonly productBits: number;
  /** Entropy bound of the raw package, bits. */
  readonly rawBits: number;
  /** min(1, productBits / rawBits). */
  readonly bound: number;
}

/** l and t of one sensitive column of the product, against the classes of the other explained columns. */
export interface SensitiveRisk {
  readonly column: string;
  /** Smallest number of distinct values in a class: distinct l-diversity. */
  readonly l: number;
  /** exp of the smallest entropy of a class: entropy l-diversity. */
  readonly entropyL: number;
  /** Largest distance of a class from the whole table: t-closeness. */
  readonly t: number;
  /** Distance between values: all equally far, or by order (numbers, dates). */
  readonly distance: 'equal' | 'ordered';
  /** Share of records in classes of a single value: who is known to be in such a class, of him the value is known. */
  readonly alike: number;
}

/** GB/T 42460-2023 by a second-hand reading: confirm against the standard before citing it. */
export interface Gbt42460 {
  /** 1 direct identifiers, 2 risk over the threshold or not explained, 3 risk under it, 4 aggregates. */
  readonly grade: 1 | 2 | 3 | 4;
  readonly secondHand: true;
  readonly threshold: number;
  /** Version of the figures that were used. */
  readonly version: string;
  /** Per sharing model: limit of a class's risk, share of classes over it, risk of the data (1 when any class is over it). */
  readonly models: readonly {
    readonly sharing: 'public' | 'controlled' | 'enclave';
    readonly tau: number;
    readonly over: number;
    readonly risk: number;
  }[];
}

/** Class sizes of the product, in persons where a person column is known: the riskiest of several products. */
export interface RiskSummary {
  /** Name of the product that this is about. */
  readonly product: string;
  /** What `records` and all sizes and shares count; a table of groups has no rows of persons. */
  readonly counted: 'rows' | 'persons' | 'groups';
  readonly rows: number;
  /** Persons, or rows without a person column; a person in several classes counts in each. */
  readonly records: number;
  /** Columns that form the classes: those that the source explains. */
  readonly columns: readonly string[];
  readonly classes: number;
  /** Of groups: persons of the smallest. */
  readonly smallestClass: number;
  /** Records alone in their class, share. */
  readonly unique: number;
  /** Records in classes under `smallClass`, share. */
  readonly small: number;
  /** Mean of 1/class size over records. */
  readonly averageRisk: number;
  /** Largest 1/class size. */
  readonly highestRisk: number;
  /** Class sizes: lower limits of the bins and records in each; empty for groups. */
  readonly histogram: readonly { readonly from: number; readonly rows: number }[];
  /** l and t of sensitive columns; empty when none is named or recognised. */
  readonly sensitive: readonly SensitiveRisk[];
  readonly gbt42460: Gbt42460;
  /** Whether the highest risk is at most 0.09 (EMA Policy 0070). */
  readonly ema009: boolean;
}

/** Digests: plain for what third parties check, keyed (HMAC-SHA-256 under the reviewer key) for raw data. */
export interface Digests {
  /** SHA-256 of each product's exact bytes; of its canonical content where only a table was given. */
  readonly product: readonly string[];
  readonly productForm: readonly ('bytes' | 'table')[];
  /** HMAC of each source's canonical content under the reviewer key; null without a key. */
  readonly source: readonly (string | null)[];
  readonly control: string | null;
  /** SHA-256 of the policy or manifest, where one was given. */
  readonly policy: string | null;
  /** SHA-256 over battery, thresholds and version. */
  readonly tool: string;
}

/** What was not looked at, or could not be finished: gaps make review. */
export interface Coverage {
  readonly ran: readonly string[];
  readonly notApplicable: readonly { readonly id: string; readonly reason: string }[];
  readonly gaps: readonly { readonly id: string; readonly reason: string }[];
}

/** The null model that was subtracted. */
export interface NullReport {
  /** `tree` drawn from the source, or `control` given by the reviewer. */
  readonly kind: 'tree' | 'control';
  readonly draws: number;
  /** Mean share of rows that the same inverse gets from the null (of the winning attack). */
  readonly rows: number;
}

/** The result of a review, schema `scrim.review/1`. */
export interface Verdict {
  readonly schema: 'scrim.review/1';
  readonly verdict: Decision;
  /** Fixed wording: what the verdict does and does not say. */
  readonly statement: { readonly en: string; readonly 'zh-CN': string };
  readonly reasons: readonly Reason[];
  readonly capacity: Capacity;
  readonly restoration: Restoration;
  readonly attacks: readonly AttackReport[];
  readonly columns: readonly ColumnReport[];
  readonly sourceColumns: readonly SourceColumnReport[];
  readonly risk: RiskSummary;
  readonly nullModel: NullReport;
  readonly coverage: Coverage;
  readonly thresholds: Thresholds;
  readonly battery: string;
  readonly tool: { readonly name: 'scrim'; readonly version: string };
  readonly seed: string;
  readonly digests: Digests;
  /** Shapes: rows and columns of what was compared. */
  readonly shape: {
    readonly sources: readonly { readonly name: string; readonly rows: number; readonly columns: number }[];
    readonly products: readonly { readonly name: string; readonly rows: number; readonly columns: number }[];
  };
  /** Milliseconds per stage; not part of the canonical form. */
  readonly time: readonly { readonly stage: string; readonly milliseconds: number }[];
}
