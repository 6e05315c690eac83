/**
 * `scrim/policy`: one document that says what happens to a data set, and the pipeline that does it.
 * @module
 */
export { loadConditions } from './condition-parser.js';
export type {
  Approval,
  BuiltinHierarchy,
  Case,
  ColumnClass,
  ColumnPolicy,
  GeneralizeRule,
  LegalBasis,
  Model,
  Openness,
  Policy,
  PrivateQueries,
  Rule,
  RuleOrName,
  Sampling,
  Source,
  Thresholds,
  Who,
} from './document.js';
export { type Extract, type ExtractPart, extract } from './extract.js';
export {
  type ExtractedFiles,
  type ExtractFilesOptions,
  type ExtractRestoration,
  extractFiles,
} from './extract-file.js';
export { fidelityOf } from './fidelity/fidelity.js';
export type {
  ColumnFidelity,
  Fidelity,
  ModelFidelity,
  ModelScore,
  PairFidelity,
  PrivacySide,
} from './fidelity/report.js';
export type { FileReader } from './hierarchies.js';
export { describeIssue, PolicyError, type PolicyIssue, type PolicyIssueCode } from './issue.js';
export { type MaskStreamOptions, maskStream } from './mask-stream.js';
export { modelOptions } from './model-options.js';
export { type ParsedPolicy, type ParseOptions, parsePolicy } from './parse.js';
export type { JointResidual } from './plan/joint.js';
export { type Plan, type PlanColumn, type PlanOptions, plan } from './plan/plan.js';
export { type PlanFinding, PROFILES_VERSION } from './plan/profiles.js';
export { type Protected, type ProtectOptions, protect, type ScopeKeys } from './protect.js';
export {
  type ProtectedFile,
  type ProtectFileOptions,
  protectFile,
  readerOf,
  readPolicyFile,
} from './protect-file.js';
export { type Retirement, type RetireOptions, retire } from './retire.js';
export { policyJsonSchema } from './schema.js';
export { type KeyAuthorisation, parseAuthorisation, type UnmaskFileOptions, unmaskFile } from './unmask-file.js';
export { readYaml, type YamlPath, type YamlPlace, type YamlText } from './yaml.js';
