/**
 * Reads GRID.yaml of `scrim bench anonymity`, checks it with line and column, and lays out its settings one by one.
 * @module
 */
import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { localAlgorithms, metricNames } from '../../anonymity/index.js';
import { canonicalJson, ScrimError, sha256Hex } from '../../core/index.js';
import { readInputText } from '../input-file.js';

const many = <Item extends z.ZodType>(item: Item): z.ZodUnion<[Item, z.ZodArray<Item>]> =>
  z.union([item, z.array(item).min(1)]);
const name = z.string().min(1).max(500);
const share = z.number().min(0).max(1);
const positive = z.number().positive();
const whole = z.int().min(1);

const model = z.strictObject({
  k: many(whole).optional(),
  m: many(whole).optional(),
  l: many(z.number().min(1)).optional(),
  lKind: many(z.enum(['distinct', 'entropy', 'entropy-grassberger', 'recursive'])).optional(),
  c: many(positive).optional(),
  t: many(share).optional(),
  tKind: many(z.enum(['equal', 'ordered', 'hierarchical'])).optional(),
  alpha: many(share).optional(),
  beta: many(positive).optional(),
  enhancedBeta: many(positive).optional(),
  delta: many(positive).optional(),
  averageRisk: many(share).optional(),
  sampleUniqueness: many(share).optional(),
  populationUniqueness: many(share).optional(),
});

const RECODINGS = ['full-domain', 'local', ...localAlgorithms.filter((one) => one !== 'best')] as const;

const schema = z.strictObject({
  schema: z.literal('scrim.grid/1'),
  title: name.default('grid'),
  quasiIdentifiers: z.array(name).min(1).max(200),
  hierarchies: name.optional(),
  person: name.optional(),
  sensitive: many(name).optional(),
  target: name.optional(),
  models: z.array(model).min(1).max(1000),
  metrics: many(z.enum(metricNames as [string, ...string[]])).default(['loss']),
  suppression: many(share).default([0.05]),
  recodings: many(z.enum(RECODINGS as unknown as [string, ...string[]])).default(['full-domain']),
  sampling: many(z.number().positive().max(1)).default([1]),
  policies: z.array(name).default([]),
  dp: z.strictObject({ epsilon: many(positive) }).optional(),
  repetitions: z.int().min(1).max(1000).default(5),
  seed: z
    .int()
    .min(0)
    .max(2 ** 31)
    .default(1),
  queries: z.int().min(1).max(100_000).default(1000),
  dimensions: z.int().min(1).max(20).default(2),
  folds: z.int().min(2).max(100).default(5),
  samplingFraction: z.number().positive().max(1).default(0.1),
  reviews: z.int().min(0).max(1000).default(1),
  reviewSeconds: positive.default(60),
  searchSeconds: positive.default(60),
});

/** A grid with its defaults filled in: what is exported beside the results. */
export interface GridConfiguration {
  readonly schema: 'scrim.grid/1';
  readonly title: string;
  readonly quasiIdentifiers: string[];
  readonly hierarchies?: string | undefined;
  readonly person?: string | undefined;
  readonly sensitive?: string | string[] | undefined;
  readonly target?: string | undefined;
  /** Settings of each entry, each one value or several. */
  readonly models: { readonly [Key in ModelSetting]?: ModelValue | ModelValue[] | undefined }[];
  readonly metrics: string | string[];
  readonly suppression: number | number[];
  readonly recodings: string | string[];
  readonly sampling: number | number[];
  readonly policies: string[];
  readonly dp?: { readonly epsilon: number | number[] } | undefined;
  readonly repetitions: number;
  readonly seed: number;
  readonly queries: number;
  readonly dimensions: number;
  readonly folds: number;
  readonly samplingFraction: number;
  readonly reviews: number;
  readonly reviewSeconds: number;
  readonly searchSeconds: number;
}

type ModelValue = number | string;

/** Names of the settings that a model of the grid may list. */
type ModelSetting =
  | 'k'
  | 'm'
  | 'l'
  | 'lKind'
  | 'c'
  | 't'
  | 'tKind'
  | 'alpha'
  | 'beta'
  | 'enhancedBeta'
  | 'delta'
  | 'averageRisk'
  | 'sampleUniqueness'
  | 'populationUniqueness';

/** One value of each setting of a model. */
export type GridModel = { readonly [Key in ModelSetting]?: ModelValue };

/** One setting of the plan. */
export interface GridJob {
  readonly number: number;
  readonly kind: 'raw' | 'anonymize' | 'policy' | 'dp';
  readonly title: string;
  readonly setting: Readonly<Record<string, unknown>>;
  readonly model?: GridModel;
  readonly metric?: string;
  readonly suppression?: number;
  readonly recoding?: string;
  readonly sampling: number;
  readonly policy?: string;
  readonly epsilon?: number;
}

const MAX_BYTES = 1_000_000;
/** Settings of one plan. */
const MAX_JOBS = 10_000;

/** Reads a grid. @throws SCRIM_FILE_MISSING, SCRIM_FILE_UNREADABLE, SCRIM_CLI_INPUT with line and column */
export function readGrid(path: string): GridConfiguration {
  const text = readInputText(path);
  const refuse = (reason: string): ScrimError =>
    new ScrimError('SCRIM_CLI_INPUT', { path, expected: 'scrim.grid/1', reason });
  if (text.length > MAX_BYTES) throw refuse(`> ${MAX_BYTES} bytes`);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, version: '1.2' });
  const place = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${Math.max(1, line)}:${Math.max(1, col)}`;
  };
  const [broken] = document.errors;
  if (broken !== undefined) throw refuse(`${place(broken.pos[0])} ${broken.code}`);
  const result = schema.safeParse(document.toJS({ maxAliasCount: 10 }));
  if (result.success) {
    const jobs = planOf(result.data).length;
    if (jobs > MAX_JOBS) throw refuse(`${jobs} settings > ${MAX_JOBS}`);
    return result.data;
  }
  const issue = result.error.issues[0] as z.core.$ZodIssue;
  const unknown = issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  let offset = 0;
  for (let length = issue.path.length; length > 0; length--) {
    const node = document.getIn(issue.path.slice(0, length), true) as { range?: readonly number[] } | undefined;
    if (node?.range?.[0] === undefined) continue;
    offset = node.range[0];
    break;
  }
  const where = [...issue.path, ...(unknown === undefined ? [] : [unknown])].join('.');
  const known = Object.keys(issue.path[0] === 'models' && issue.path.length > 1 ? model.shape : schema.shape);
  throw refuse(`${place(offset)} ${where}: ${unknown === undefined ? issue.message : `one of ${known.join(', ')}`}`);
}

/** SHA-256 of the canonical configuration. */
export function configurationDigest(grid: GridConfiguration): string {
  return sha256Hex(new TextEncoder().encode(canonicalJson(JSON.parse(JSON.stringify(grid)))));
}

const listOf = <Item>(value: Item | readonly Item[]): readonly Item[] =>
  Array.isArray(value) ? value : [value as Item];

/** All settings, numbered: the raw table, every combination of models, metrics, suppression, recodings and samples, policies, DP. */
export function planOf(grid: GridConfiguration): GridJob[] {
  const jobs: Omit<GridJob, 'number'>[] = [{ kind: 'raw', title: 'raw table', setting: {}, sampling: 1 }];
  for (const sampling of listOf(grid.sampling)) {
    for (const one of grid.models.flatMap(modelsOf)) {
      for (const recoding of listOf(grid.recodings)) {
        for (const suppression of listOf(grid.suppression)) {
          // Local recoding minimises loss whatever metric is named.
          const metrics = recoding === 'full-domain' ? listOf(grid.metrics) : ['loss'];
          for (const metric of metrics) {
            const parts = [
              Object.entries(one)
                .map(([key, value]) => `${key}=${value}`)
                .join(' '),
              recoding === 'full-domain'
                ? `full-domain by ${metric}`
                : recoding === 'local'
                  ? 'local recoding'
                  : recoding,
              `suppression ≤ ${suppression}`,
              ...(sampling < 1 ? [`sample ${sampling}`] : []),
            ];
            const setting = { ...one, metric, recoding, suppression, sampling };
            jobs.push({
              kind: 'anonymize',
              title: parts.join(', '),
              setting,
              model: one,
              metric,
              suppression,
              recoding,
              sampling,
            });
          }
        }
      }
    }
  }
  for (const policy of grid.policies) {
    jobs.push({ kind: 'policy', title: `policy ${policy}`, setting: { policy }, policy, sampling: 1 });
  }
  for (const epsilon of listOf(grid.dp?.epsilon ?? [])) {
    jobs.push({ kind: 'dp', title: `answers under ε = ${epsilon}`, setting: { epsilon }, epsilon, sampling: 1 });
  }
  return jobs.map((job, i) => ({ number: i + 1, ...job }));
}

/** Every combination of the values that a model lists. */
function modelsOf(entry: GridConfiguration['models'][number]): GridModel[] {
  let found: Record<string, number | string>[] = [{}];
  for (const [key, value] of Object.entries(entry)) {
    if (value === undefined) continue;
    found = found.flatMap((one) => listOf(value as number | string).map((own) => ({ ...one, [key]: own })));
  }
  return found;
}
