/**
 * Measures one setting of a grid: the release it makes, the risk of that release, and what it is still good for.
 * @module
 */
import { dirname, resolve } from 'node:path';
import {
  type AnonymizeOptions,
  alphaK,
  anonymize,
  averageRisk,
  basicBetaLikeness,
  type Criterion,
  classificationAccuracy,
  deltaDisclosure,
  drawQueries,
  enhancedBetaLikeness,
  type Hierarchy,
  keepOrSuppress,
  type LocalAlgorithm,
  type PublishedColumn,
  populationUniqueness,
  publishedColumns,
  readHierarchyFile,
  relativeErrors,
  sampleUniqueness,
  trueCounts,
  workloadError,
} from '../../anonymity/index.js';
import { isScrimError, type RunOptions, ScrimError, sha256Hex } from '../../core/index.js';
import { DiscreteLaplace } from '../../noise/index.js';
import type { GridMeasure } from '../../report/index.js';
import { riskReport } from '../../risk/index.js';
import { simpleRandom } from '../../sampling/index.js';
import { encode, type Table, take } from '../../table/index.js';
import { SeededRandom } from '../../testing/index.js';
import type { GridConfiguration, GridJob, GridModel } from './configuration.js';

/** What a repetition of a setting gave. */
export interface Measured {
  readonly measures: Readonly<Record<GridMeasure, number | null>>;
  readonly verdict: string | null;
  readonly baseline: number | null;
  readonly error: string | null;
}

const NONE: Readonly<Record<GridMeasure, null>> = {
  restoration: null,
  highestRisk: null,
  averageRisk: null,
  populationUniqueness: null,
  suppressed: null,
  loss: null,
  workloadError: null,
  naiveBayes: null,
  logisticRegression: null,
  cpuMilliseconds: null,
};

/** A release as the measures see it. */
interface Release {
  /** Rows that the release was made from: the table, or a sample of it. */
  readonly source: Table;
  /** Released rows with quasi-identifiers, sensitive columns, target and person. */
  readonly product: Table;
  /** Cells of every row of `source`. */
  readonly columns: readonly PublishedColumn[];
  /** The same for every row of the whole table. */
  readonly whole: readonly PublishedColumn[];
  /** Whether `columns` tells the cell of each row; otherwise only sums over all rows are right. */
  readonly aligned: boolean;
  readonly cpuMilliseconds: number;
}

/** Measures settings of one grid on one table. */
export class GridMeter {
  readonly #table: Table;
  readonly #grid: GridConfiguration;
  readonly #folder: string;
  readonly #hierarchies: Record<string, Hierarchy>;
  readonly #sensitiveHierarchies: Record<string, Hierarchy> = {};
  readonly #extra: readonly string[];
  #last: { job: GridJob; release: Release } | null = null;

  /**
   * @param file - path of the grid: hierarchies and policies are relative to its folder
   * @throws SCRIM_TABLE_UNKNOWN_COLUMN, SCRIM_CLI_VALUE, and as `readHierarchyFile`
   */
  constructor(table: Table, grid: GridConfiguration, file: string) {
    this.#table = table;
    this.#grid = grid;
    this.#folder = dirname(resolve(file));
    const sensitive = grid.sensitive === undefined ? [] : [grid.sensitive].flat();
    const target = grid.target === undefined ? [] : [grid.target];
    const person = grid.person === undefined ? [] : [grid.person];
    for (const name of [...grid.quasiIdentifiers, ...sensitive, ...target, ...person]) table.indexOf(name);
    this.#extra = [...new Set([...sensitive, ...target, ...person])].filter(
      (one) => !grid.quasiIdentifiers.includes(one),
    );
    const pattern = grid.hierarchies;
    if (pattern !== undefined && !pattern.includes('{column}')) {
      throw new ScrimError('SCRIM_CLI_VALUE', { option: 'hierarchies', expected: "'…{column}….csv'" });
    }
    const read = (name: string): Hierarchy | null =>
      pattern === undefined ? null : readHierarchyFile(resolve(this.#folder, pattern.replaceAll('{column}', name)));
    this.#hierarchies = Object.fromEntries(
      grid.quasiIdentifiers.map((name) => {
        const values = encode(table, name).dictionary.strings();
        return [name, read(name) ?? keepOrSuppress(values.length === 0 ? ['*'] : values, name)];
      }),
    );
    if (grid.models.some((model) => [model.tKind].flat().includes('hierarchical'))) {
      for (const name of sensitive) {
        const own = read(name);
        if (own !== null) this.#sensitiveHierarchies[name] = own;
      }
    }
  }

  /** One repetition of a setting. A setting that cannot be made is told by its error code. */
  async measure(job: GridJob, repetition: number, run: RunOptions): Promise<Measured> {
    try {
      if (job.kind === 'dp') return this.#answers(job, repetition);
      const release = await this.#release(job, repetition, run);
      return await this.#figures(job, release, repetition, run);
    } catch (error) {
      if (!isScrimError(error) || error.code === 'SCRIM_CANCELLED') throw error;
      return { measures: NONE, verdict: null, baseline: null, error: error.code };
    }
  }

  /** Releases that do not depend on the repetition are made once. */
  async #release(job: GridJob, repetition: number, run: RunOptions): Promise<Release> {
    if (this.#last !== null && this.#last.job.number === job.number && job.sampling === 1) return this.#last.release;
    const before = process.cpuUsage();
    const made = await this.#make(job, repetition, run);
    const { user, system } = process.cpuUsage(before);
    const release = { ...made, cpuMilliseconds: (user + system) / 1000 };
    this.#last = { job, release };
    return release;
  }

  async #make(job: GridJob, repetition: number, run: RunOptions): Promise<Omit<Release, 'cpuMilliseconds'>> {
    const table = this.#table;
    const { quasiIdentifiers, person, searchSeconds } = this.#grid;
    const names = [...quasiIdentifiers, ...this.#extra];
    const all = Int32Array.from({ length: table.rows }, (_, row) => row);
    if (job.kind === 'raw') {
      const columns = publishedColumns(table, table, all, quasiIdentifiers, this.#hierarchies);
      return { source: table, product: table.select(names), columns, whole: columns, aligned: true };
    }
    if (job.kind === 'policy') {
      const { protect, readerOf, readPolicyFile } = await import('../../policy/index.js');
      const path = resolve(this.#folder, job.policy as string);
      const { table: product } = protect(table, readPolicyFile(path), { ...run, readFile: readerOf(dirname(path)) });
      // Where rows were dropped, which raw row a released one was is not told: sums over all rows need it not.
      const rows = all.subarray(0, product.rows);
      const columns = publishedColumns(table, product, rows, quasiIdentifiers, this.#hierarchies);
      return { source: table, product, columns, whole: columns, aligned: product.rows === table.rows };
    }
    const size = Math.max(1, Math.round(job.sampling * table.rows));
    const drawn =
      job.sampling === 1
        ? null
        : Int32Array.from(simpleRandom(table.rows, size, new SeededRandom(`${this.#grid.seed}/${repetition}`))).sort();
    const source = drawn === null ? table : take(table, drawn);
    const local = job.recoding !== 'full-domain';
    const options: AnonymizeOptions = {
      ...run,
      quasiIdentifiers,
      hierarchies: this.#hierarchies,
      ...criteriaOf(job.model as GridModel, this.#grid, this.#sensitiveHierarchies),
      suppression: job.suppression as number,
      metric: job.metric as 'loss',
      ...(local ? { recoding: 'local', algorithm: algorithmOf(job.recoding as string) } : {}),
      ...(person === undefined ? {} : { person }),
      keep: this.#extra,
      timeLimit: searchSeconds * 1000,
    };
    const result = anonymize(source, options);
    const columns = result.published();
    if (drawn === null) return { source, product: result.table, columns, whole: columns, aligned: true };
    const raw = publishedColumns(table, table, all, quasiIdentifiers, this.#hierarchies);
    const whole = raw.map((column, d): PublishedColumn => {
      const own = columns[d] as PublishedColumn;
      const cellOf = new Int32Array(table.rows).fill(-1);
      drawn.forEach((row, i) => {
        cellOf[row] = own.cellOf[i] as number;
      });
      return { ...column, cellOf, leaves: own.leaves };
    });
    return { source, product: result.table, columns, whole, aligned: true };
  }

  async #figures(job: GridJob, release: Release, repetition: number, run: RunOptions): Promise<Measured> {
    const grid = this.#grid;
    const { product, columns, whole, source } = release;
    const seed = grid.seed + repetition;
    const measures: Record<GridMeasure, number | null> = { ...NONE, cpuMilliseconds: release.cpuMilliseconds };
    const shown = grid.quasiIdentifiers.filter((name) => product.has(name));
    if (shown.length > 0 && product.rows > 0) {
      const report = riskReport(product, {
        quasiIdentifiers: shown,
        samplingFraction: Math.min(1, grid.samplingFraction * job.sampling),
        ...(grid.person !== undefined && product.has(grid.person) ? { person: grid.person } : {}),
      });
      measures.highestRisk = report.prosecutor.highest;
      measures.averageRisk = report.prosecutor.success;
      measures.populationUniqueness = report.populationUniqueness?.dankar ?? null;
    }
    measures.suppressed = 1 - product.rows / this.#table.rows;
    let baseline: number | null = null;
    if (columns.length > 0) {
      measures.loss = lossOf(columns);
      const scale = this.#table.rows / source.rows;
      measures.workloadError = workloadError(whole, {
        queries: grid.queries,
        dimensions: grid.dimensions,
        seed,
        scale,
      }).mean;
      if (grid.target !== undefined && release.aligned) {
        const found = classificationAccuracy(source, columns, grid.target, { folds: grid.folds, seed });
        measures.naiveBayes = found.after.naiveBayes;
        measures.logisticRegression = found.after.logisticRegression;
        baseline = found.baseline;
      }
    }
    const verdict = repetition <= grid.reviews ? await this.#review(job, product, repetition, run) : null;
    measures.restoration = verdict?.restored ?? null;
    return { measures, verdict: verdict?.decision ?? null, baseline, error: null };
  }

  /** Share of raw rows that the scorer restores, net of its null model. */
  async #review(
    job: GridJob,
    product: Table,
    repetition: number,
    run: RunOptions,
  ): Promise<{ readonly decision: string; readonly restored: number }> {
    const { quasiIdentifiers, person, reviewSeconds, seed } = this.#grid;
    const { review } = await import('../../reversibility/index.js');
    const released = product.names.filter((name) => name !== person);
    const verdict = await review({
      sources: [{ table: this.#table.select([...quasiIdentifiers, ...this.#extra]), name: 'source' }],
      product: { table: product.select(released), name: 'product' },
      seed: sha256Hex(new TextEncoder().encode(`${seed}/${job.number}/${repetition}`)).slice(0, 32),
      timeLimit: reviewSeconds * 1000,
      ...(person === undefined ? {} : { person }),
      ...(run.signal === undefined ? {} : { signal: run.signal }),
    });
    return { decision: verdict.verdict, restored: verdict.restoration.rows.net };
  }

  /** The workload answered query by query with discrete Laplace noise of sensitivity 1, epsilon split evenly. */
  #answers(job: GridJob, repetition: number): Measured {
    const { queries, dimensions, quasiIdentifiers, person, seed } = this.#grid;
    // A person may stand in many rows: counts of rows would then need a bound on them.
    if (person !== undefined) return { measures: NONE, verdict: null, baseline: null, error: 'SCRIM_ANONYMITY_OPTION' };
    const all = Int32Array.from({ length: this.#table.rows }, (_, row) => row);
    const columns = publishedColumns(this.#table, this.#table, all, quasiIdentifiers, this.#hierarchies);
    const asked = drawQueries(columns, { queries, dimensions, seed: seed + repetition });
    const truth = trueCounts(columns, asked);
    const noise = new DiscreteLaplace(queries / (job.epsilon as number));
    const random = new SeededRandom(`${seed}/${repetition}/${job.epsilon}`);
    const before = process.cpuUsage();
    const noisy = truth.map((count) => count + noise.sample(random));
    const { user, system } = process.cpuUsage(before);
    const { mean } = relativeErrors(truth, noisy, 0.001 * this.#table.rows);
    return {
      measures: { ...NONE, workloadError: mean, cpuMilliseconds: (user + system) / 1000 },
      verdict: null,
      baseline: null,
      error: null,
    };
  }
}

function algorithmOf(recoding: string): LocalAlgorithm {
  return recoding === 'local' ? 'best' : (recoding as LocalAlgorithm);
}

/** Settings and criteria of a model. */
function criteriaOf(
  model: GridModel,
  grid: GridConfiguration,
  sensitiveHierarchies: Record<string, Hierarchy>,
): Partial<AnonymizeOptions> {
  const {
    alpha,
    beta,
    enhancedBeta,
    delta,
    averageRisk: average,
    sampleUniqueness: sample,
    populationUniqueness: population,
    ...plain
  } = model as Record<string, number | undefined>;
  const sensitive = grid.sensitive === undefined ? [] : [grid.sensitive].flat();
  const criteria: Criterion[] = [];
  for (const column of sensitive) {
    if (alpha !== undefined) criteria.push(alphaK(column, alpha, plain['k'] ?? 1));
    if (beta !== undefined) criteria.push(basicBetaLikeness(column, beta));
    if (enhancedBeta !== undefined) criteria.push(enhancedBetaLikeness(column, enhancedBeta));
    if (delta !== undefined) criteria.push(deltaDisclosure(column, delta));
  }
  if (average !== undefined) criteria.push(averageRisk(average));
  if (sample !== undefined) criteria.push(sampleUniqueness(sample));
  if (population !== undefined) criteria.push(populationUniqueness(population, grid.samplingFraction));
  return { ...(plain as Partial<AnonymizeOptions>), criteria, sensitive, sensitiveHierarchies };
}

/** Arithmetic loss from what is printed: (leaves - rows) / (rows x (size - 1)), a row that is not released counting the domain. */
function lossOf(columns: readonly PublishedColumn[]): number {
  const values = columns.map(({ cellOf, leaves, size }) => {
    if (size <= 1) return 0;
    let sum = 0;
    for (let row = 0; row < cellOf.length; row++) {
      const cell = cellOf[row] as number;
      sum += cell < 0 ? size : (leaves[cell] as Int32Array).length;
    }
    return (sum - cellOf.length) / (cellOf.length * (size - 1));
  });
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
