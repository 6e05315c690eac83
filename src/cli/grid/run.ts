/**
 * Runs a grid: every setting in every repetition, each step kept on disk as it ends, so that a run can be taken up again.
 * @module
 */
import fs from 'node:fs';
import { type RunOptions, ScrimError, throwIfCancelled, version } from '../../core/index.js';
import { type Estimate, type GridMeasure, type GridResult, type GridRow, gridMeasures } from '../../report/index.js';
import type { Table } from '../../table/index.js';
import { configurationDigest, type GridConfiguration, type GridJob, planOf } from './configuration.js';
import { GridMeter, type Measured } from './measure.js';

/** What a run works on. */
export interface GridRun {
  readonly grid: GridConfiguration;
  /** Path of the grid. */
  readonly file: string;
  readonly table: Table;
  readonly data: { readonly name: string; readonly sha256: string | null };
  /** File that holds the finished steps, one JSON line each; made when it is not there. */
  readonly steps: string;
}

interface Step extends Measured {
  readonly run: string;
  readonly number: number;
  readonly repetition: number;
}

/**
 * Runs what is not done yet and puts all of it together.
 *
 * @throws SCRIM_CLI_GRID_OTHER when the steps are those of another configuration, table or version; SCRIM_CANCELLED
 */
export async function runGrid(input: GridRun, options: RunOptions = {}): Promise<GridResult> {
  const { grid, table, steps: path } = input;
  const configuration = configurationDigest(grid);
  const run = `${version}/${configuration}/${input.data.sha256 ?? input.data.name}`;
  const done = readSteps(path, run);
  const jobs = planOf(grid);
  const meter = new GridMeter(table, grid, input.file);
  const total = jobs.length * grid.repetitions;
  let count = 0;
  let baseline: number | null = null;
  const rows: GridRow[] = [];
  const { signal } = options;
  for (const job of jobs) {
    const found: Measured[] = [];
    for (let repetition = 1; repetition <= grid.repetitions; repetition++) {
      throwIfCancelled(signal, 'bench anonymity');
      const key = `${job.number}/${repetition}`;
      let one = done.get(key);
      if (one === undefined) {
        one = await meter.measure(job, repetition, signal === undefined ? {} : { signal });
        const step: Step = { run, number: job.number, repetition, ...one };
        fs.appendFileSync(path, `${JSON.stringify(step)}\n`);
      }
      found.push(one);
      baseline ??= one.baseline;
      options.progress?.({ stage: 'grid', done: ++count, total, unit: 'steps' });
      // What failed once without chance in it fails again.
      if (one.error !== null && job.sampling === 1) {
        count += grid.repetitions - repetition;
        break;
      }
    }
    rows.push(rowOf(job, found));
  }
  return {
    schema: 'scrim.bench-anonymity/1',
    title: grid.title,
    tool: { name: 'scrim', version },
    date: new Date().toISOString().slice(0, 10),
    data: { ...input.data, rows: table.rows },
    configuration,
    quasiIdentifiers: grid.quasiIdentifiers,
    target: grid.target ?? null,
    baseline,
    repetitions: grid.repetitions,
    samplingFraction: grid.samplingFraction,
    rows,
  };
}

function readSteps(path: string, run: string): Map<string, Measured> {
  const done = new Map<string, Measured>();
  if (!fs.existsSync(path)) return done;
  for (const line of fs.readFileSync(path, 'utf8').split('\n')) {
    if (line === '') continue;
    let step: Step;
    try {
      step = JSON.parse(line) as Step;
    } catch {
      // The line that was being written when the run was stopped.
      continue;
    }
    if (step.run !== run) throw new ScrimError('SCRIM_CLI_GRID_OTHER', { path });
    done.set(`${step.number}/${step.repetition}`, step);
  }
  return done;
}

function rowOf(job: GridJob, found: readonly Measured[]): GridRow {
  const estimates = gridMeasures.map((measure) => [measure, estimateOf(found.map((one) => one.measures[measure]))]);
  return {
    number: job.number,
    kind: job.kind,
    title: job.title,
    setting: job.setting,
    measures: Object.fromEntries(estimates) as Record<GridMeasure, Estimate | null>,
    verdict: found[0]?.verdict ?? null,
    error: found.find((one) => one.error !== null)?.error ?? null,
  };
}

/** 97.5 % quantiles of Student's t with 1 to 30 degrees of freedom (Fisher, Yates, "Statistical Tables", table III). */
const STUDENT = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11,
  2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];

/** Mean with its 95 % interval; null where no repetition gave a figure. */
function estimateOf(values: readonly (number | null)[]): Estimate | null {
  const known = values.filter((value): value is number => value !== null && Number.isFinite(value));
  const count = known.length;
  if (count === 0) return null;
  const mean = known.reduce((sum, value) => sum + value, 0) / count;
  const [least, most] = [Math.min(...known), Math.max(...known)];
  // No chance in the figure: no interval, and no rounding passed off as one.
  if (count === 1 || most - least <= 1e-12 * Math.abs(mean)) return { mean, low: mean, high: mean, count };
  const variance = known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1);
  const half = (STUDENT[count - 2] ?? 1.96) * Math.sqrt(variance / count);
  return { mean, low: mean - half, high: mean + half, count };
}
