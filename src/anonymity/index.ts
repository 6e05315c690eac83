/**
 * `scrim/anonymity`: hierarchies, criteria, metrics, the optimal full-domain search and local recoding.
 * @module
 */
export { anonymize } from './anonymize.js';
export type { CellSuppression, CellSuppressionOptions } from './cell-suppression.js';
export { kmViolations, suppressCells } from './cell-suppression.js';
export { alphaK } from './criterion/alpha-k.js';
export type {
  ClassView,
  Criterion,
  CriterionContext,
  Monotonicity,
  PreparedCriterion,
  ReleaseView,
  SizeDistribution,
} from './criterion/criterion.js';
export { kAnonymity } from './criterion/k-anonymity.js';
export { kmAnonymity } from './criterion/km-anonymity.js';
export { distinctDiversity, entropyDiversity, recursiveDiversity } from './criterion/l-diversity.js';
export { basicBetaLikeness, deltaDisclosure, enhancedBetaLikeness } from './criterion/likeness.js';
export type { KMapOptions } from './criterion/presence.js';
export { deltaPresence, kMap } from './criterion/presence.js';
export type { PopulationModel } from './criterion/risk-limits.js';
export { averageRisk, maximumRisk, populationUniqueness, sampleUniqueness } from './criterion/risk-limits.js';
export { criteriaFromSettings } from './criterion/settings.js';
export { tCloseness } from './criterion/t-closeness.js';
export type { DateLevel, IntervalOptions, OrderOptions, PriorityOptions, RedactionOptions } from './hierarchy/build.js';
export {
  ageHierarchy,
  dateHierarchy,
  intervalHierarchy,
  orderHierarchy,
  priorityHierarchy,
  redactionHierarchy,
} from './hierarchy/build.js';
export {
  industryHierarchy,
  mobileHierarchy,
  occupationHierarchy,
  regionHierarchy,
  residentIdHierarchy,
} from './hierarchy/chinese.js';
export type { HierarchyNotes, HierarchyOptions } from './hierarchy/hierarchy.js';
export { Hierarchy } from './hierarchy/hierarchy.js';
export type { Coverage, InferredHierarchy } from './hierarchy/infer.js';
export { hierarchyCoverage, inferHierarchy } from './hierarchy/infer.js';
export type { ReadHierarchyOptions } from './hierarchy/read.js';
export { hierarchyText, readHierarchy, readHierarchyFile, writeHierarchyFile } from './hierarchy/read.js';
export { keepOrSuppress } from './hierarchy/trivial.js';
export type { Metric, MetricContext, NodeView, PreparedMetric } from './metric/metric.js';
export { metricByName, metricNames } from './metric/registry.js';
export type {
  AnonymizeOptions,
  AnonymizeResult,
  ClosenessKind,
  CriterionOutcome,
  CriterionSettings,
  DiversityKind,
  MetricName,
  Solution,
  TiedSolution,
  Timings,
} from './options.js';
export type { ParetoPoint } from './pareto.js';
export { paretoFront } from './pareto.js';
export type { ApplyRecipeOptions, IntersectionRisk, Recipe, RecipeCriterion, RecipeResult } from './recipe.js';
export { applyRecipe, intersectReleases, recipeOf } from './recipe.js';
export type { NumberStyle } from './recoding/cells.js';
export type { LocalAlgorithm } from './recoding/local.js';
export { localAlgorithms } from './recoding/local.js';
export type { Certificate } from './search/certificate.js';
export type { OptimalNode } from './search/optimal.js';
export type { Verified } from './search/verify.js';
export { verifyCertificate } from './search/verify.js';
export type { Accuracy, ClassificationAccuracy, ClassificationOptions } from './utility/classification.js';
export { classificationAccuracy } from './utility/classification.js';
export type { PublishedColumn } from './utility/published.js';
export { publishedColumns } from './utility/published.js';
export type { CountQuery, WorkloadError, WorkloadOptions } from './utility/workload.js';
export { drawQueries, relativeErrors, trueCounts, workloadError } from './utility/workload.js';
