/**
 * The policy: one document that says who does what to which data set, column by column (`scrim.policy/1`).
 *
 * A column that it does not name is dropped, and the drop is recorded; a prohibited column stops everything.
 * Written as YAML or JSON; `schemas/policy.schema.json` describes it to editors.
 * @module
 */

/** Who acts, for what, on whose approval. */
export interface Who {
  /** Organisation whose data space this is. */
  readonly tenant: string;
  readonly environment: 'production' | 'development' | 'test';
  /** Approved application scenario: one scenario, one application. */
  readonly scenario: string;
  readonly purpose: string;
  readonly approval: Approval;
  /** Real-name operator who runs it. */
  readonly operator: string;
}

/** A decision of a person or body: its reference, who took it, when, and until when it holds. */
export interface Approval {
  readonly reference: string;
  readonly by: string;
  /** YYYY-MM-DD. */
  readonly on: string;
  /** Last day of validity, YYYY-MM-DD. */
  readonly expires: string;
}

/** A data set that goes in. */
export interface Source {
  readonly name: string;
  /** File, relative to the policy. Default: the file given on the command line. */
  readonly file?: string;
  /** Columns of the approved demand list; one outside it may not be released. Default: the columns the policy names. */
  readonly approved?: readonly string[];
}

/** What a column is to a person. */
export type ColumnClass = 'direct-identifier' | 'quasi-identifier' | 'sensitive' | 'business-confidential' | 'other';

/** Openness attribute, set by the data owner. */
export type Openness = 'unconditional' | 'restricted' | 'prohibited';

/** Names of the identifier kinds that rules may refer to. */
export type Kind = string;

/** Generalise by a hierarchy; how far is decided by the models of the policy. */
export interface GeneralizeRule {
  readonly mask: 'generalize';
  /** CSV file of the hierarchy (value;level 1;level 2;...), relative to the policy, or a built-in one. */
  readonly hierarchy: string | BuiltinHierarchy;
  /** Fewest levels that it must be raised. Default: 0. */
  readonly minLevel?: number;
  /** Most levels. Default: all. */
  readonly maxLevel?: number;
}

/** Hierarchies that need no file. */
export type BuiltinHierarchy =
  | { readonly kind: 'intervals'; readonly widths: readonly number[]; readonly origin?: number }
  | { readonly kind: 'dates'; readonly levels?: readonly ('month' | 'quarter' | 'year' | 'five-years' | 'decade')[] }
  | { readonly kind: 'prefix'; readonly lengths: readonly number[] }
  | { readonly kind: 'suppress' };

/** What happens to the cells of a column. The name alone may be written where no setting is needed: `rule: redact`. */
export type Rule =
  | { readonly mask: 'release' | 'drop' | 'nullify' }
  | { readonly mask: 'redact'; readonly mark?: string; readonly nulls?: 'keep' | 'replace' }
  | { readonly mask: 'constant'; readonly value: string; readonly nulls?: 'keep' | 'replace' }
  | {
      readonly mask: 'keep';
      readonly kind?: Kind;
      readonly first?: number;
      readonly last?: number;
      readonly fill?: 'length' | number;
      readonly mark?: string;
      readonly minHidden?: number;
      readonly length?: number | readonly [number, number];
    }
  | {
      readonly mask: 'keep-range';
      /** First and last character hidden, counted from 1; the rest is kept. */
      readonly hide: readonly [number, number];
      readonly kind?: Kind;
      readonly fill?: 'length' | number;
      readonly mark?: string;
    }
  | {
      readonly mask: 'token';
      readonly kind?: Kind;
      readonly domain?: string;
      /** `cmac`: AES-256-CMAC or SM4-CMAC instead of HMAC, for speed. Default: `hmac`. */
      readonly mac?: 'hmac' | 'cmac';
      readonly bytes?: number;
      readonly encoding?: 'base64url' | 'base32' | 'hex';
    }
  | { readonly mask: 'hash'; readonly kind?: Kind; readonly domain?: string }
  | { readonly mask: 'random-token'; readonly kind?: Kind }
  | { readonly mask: 'encrypt'; readonly kind?: Kind; readonly domain?: string }
  | { readonly mask: 'ff1'; readonly alphabet: string; readonly kind?: Kind; readonly domain?: string }
  | { readonly mask: 'surrogate'; readonly kind: Kind; readonly domain?: string; readonly keep?: readonly string[] }
  | { readonly mask: 'date-shift'; readonly days: number; readonly person?: string }
  | { readonly mask: 'date-truncate'; readonly to: 'month' | 'quarter' | 'year' | 'five-years' | 'decade' }
  | { readonly mask: 'round'; readonly to: number }
  | { readonly mask: 'bucket'; readonly width?: number; readonly origin?: number; readonly edges?: readonly number[] }
  | { readonly mask: 'clamp'; readonly below?: number; readonly above?: number }
  | {
      readonly mask: 'noise';
      readonly scale: number;
      readonly distribution?: 'laplace' | 'gaussian' | 'uniform';
      readonly decimals?: number;
    }
  | { readonly mask: 'shuffle' }
  | { readonly mask: 'rank-swap'; readonly percent: number }
  | { readonly mask: 'pram'; readonly retain: number }
  | { readonly mask: 'micro-aggregate'; readonly k: number }
  | { readonly mask: 'fake'; readonly kind: Kind; readonly domain?: string }
  | { readonly mask: 'text'; readonly kinds?: readonly Kind[]; readonly replace?: 'label' | 'token' }
  | { readonly mask: 'json'; readonly paths: Readonly<Record<string, RuleOrName>>; readonly others?: 'keep' | 'drop' }
  | { readonly mask: 'when'; readonly cases: readonly Case[]; readonly otherwise: RuleOrName }
  | GeneralizeRule;

/** A rule, or the name of one without settings. */
export type RuleOrName =
  | Rule
  | 'release'
  | 'drop'
  | 'nullify'
  | 'redact'
  | 'token'
  | 'hash'
  | 'random-token'
  | 'encrypt'
  | 'shuffle'
  | 'text';

/** A condition and the rule for the rows that meet it, e.g. `age >= 60 and income > 5000`. */
export interface Case {
  readonly when: string;
  readonly rule: RuleOrName;
}

/** One column of the source. */
export interface ColumnPolicy {
  readonly class: ColumnClass;
  /** Grade of the ladder in use: `general`, `important`, `core`, or `L1`-`L4`. */
  readonly grade?: string;
  /** Default: `restricted`. */
  readonly openness?: Openness;
  /** Kind of value, as `scrim inspect` names it. Default: not stated. */
  readonly kind?: Kind;
  readonly rule: RuleOrName;
  /** Name in the output. Default: the same. */
  readonly as?: string;
}

/** A privacy model that the output must meet; it is recounted before anything is written. */
export type Model =
  | { readonly model: 'k-anonymity'; readonly k: number }
  | {
      readonly model: 'l-diversity';
      readonly column: string;
      readonly l: number;
      readonly variant?: 'distinct' | 'entropy' | 'recursive';
      readonly c?: number;
    }
  | {
      readonly model: 't-closeness';
      readonly column: string;
      readonly t: number;
      readonly distance?: 'equal' | 'ordered';
    };

/** Why rows may keep a column unmasked: consent or another ground, for named columns, one purpose, some persons, until a day. */
export interface LegalBasis {
  readonly basis: 'consent' | 'statutory-duty' | 'contract' | 'other';
  readonly reference: string;
  readonly purpose: string;
  readonly columns: readonly string[];
  /** CSV file whose first column lists the persons, relative to the policy. */
  readonly persons: string;
  readonly expires: string;
}

/** How many rows (persons) are drawn before anything else. All designs are self-weighting. */
export interface Sampling {
  /** `consistent`: the same persons in every table and at every time, by a key of the scenario; needs `person` and `rate`. */
  readonly design: 'simple' | 'systematic' | 'stratified' | 'consistent';
  readonly rate?: number;
  /** Rows (persons) to draw, instead of `rate`. */
  readonly size?: number;
  /** Columns whose values are the strata, for `stratified`; allocation is proportional. */
  readonly strata?: readonly string[];
  /** Share of the drawn persons that a training extract keeps apart for validation. Default: 0.2. */
  readonly holdout?: number;
  /** Released column that models are trained to predict in the fidelity report. Default: up to three columns of 2 to 10 values. */
  readonly target?: string;
}

/** Differentially private queries and their budget; `scrim dp` answers them. */
export interface PrivateQueries {
  readonly epsilon: number;
  readonly delta?: number;
  readonly unit: 'person' | 'row';
  readonly queries: readonly {
    readonly name: string;
    readonly query: 'count' | 'sum' | 'mean' | 'variance' | 'quantile' | 'histogram';
    readonly column?: string;
    readonly groupBy?: readonly string[];
    readonly epsilon: number;
    readonly lower?: number;
    readonly upper?: number;
    readonly quantile?: number;
  }[];
}

/** Limits that somebody answers for. */
export interface Thresholds {
  readonly approval: Approval;
  /** Sharing model of GB/T 37964. Default: `enclave`. */
  readonly sharing?: 'public' | 'controlled' | 'enclave';
  /** Largest share of rows that may be suppressed. Default: 0.05. */
  readonly suppressedRows?: number;
  /** Largest share of cells of one column that its masker may refuse. Default: 1 (counted, not limited). */
  readonly refusedCells?: number;
  /** Fewest candidates that a masked identifier must leave. Default: none. */
  readonly residual?: number;
}

/** `scrim.policy/1`. */
export interface Policy {
  readonly schema: 'scrim.policy/1';
  readonly who: Who;
  /** Cryptographic suite: `intl` (AES, SHA-256) or `gm` (SM4, SM3). Default: `intl`. */
  readonly suite: 'intl' | 'gm';
  readonly sources: readonly Source[];
  /** Column that names the person; classes then count persons, not rows. Default: none, every row is a person. */
  readonly person?: string;
  readonly columns: Readonly<Record<string, ColumnPolicy>>;
  readonly models: readonly Model[];
  readonly legalBasis: readonly LegalBasis[];
  readonly sampling?: Sampling;
  readonly dp?: PrivateQueries;
  readonly thresholds?: Thresholds;
  /** Profiles whose findings `plan` checks. Default: none. */
  readonly profiles: readonly ('gb-express' | 'enclave' | 'public')[];
}
