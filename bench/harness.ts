/**
 * The measuring stick of all benchmarks: CPU time of ours and of the peer on the same work in the same run, medians, ratio.
 *
 * CPU time is user + system of the whole process, threads included (`process.cpuUsage`), so other load on the machine
 * disturbs it little; wall time stands beside it. Contenders take turns (A B A B ...) after a warm-up round, and their
 * answers are compared: a faster wrong answer is an error. Results go to `bench/results/NAME.{json,md}`.
 *
 * @example
 * export async function run(): Promise<void> {
 *   const bench = new Bench('sum');
 *   await bench.compare({ title: 'sum', work: '1 M doubles', contenders: [{ name: 'scrim', run: ours }, { name: 'peer 1.2', run: theirs }] });
 *   bench.write();
 * }
 * @module
 */
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { fileURLToPath, pathToFileURL } from 'node:url';
import Benchmark from 'benchmark';
import { Bench as TinyBench } from 'tinybench';

/** What one run of a contender tells. */
export type Answer = string | number | boolean;

/** Ours or a peer. The first contender of a case is ours: ratios are theirs / ours. */
export interface Contender {
  /** Name with version, as printed. */
  readonly name: string;
  /** The measured work. Its answer must equal that of the other contenders; undefined is not compared. */
  readonly run: () => Answer | undefined | Promise<Answer | undefined>;
  /** Preparation before each run, not measured. */
  readonly before?: () => unknown;
}

/** One comparison. */
export interface Case {
  readonly title: string;
  /** What is done, on how much data. */
  readonly work: string;
  readonly contenders: readonly Contender[];
  /** Measured rounds. Default 5. */
  readonly rounds?: number;
  /** Rounds before measuring. Default 1. */
  readonly warmup?: number;
  /** Units of work in one run, for a rate. */
  readonly units?: { readonly count: number; readonly name: string };
  /** The aim, in words, printed beside the result. */
  readonly target?: string;
}

/** Median figures of a contender. */
export interface Figures {
  readonly name: string;
  /** CPU seconds, median over the rounds. */
  readonly cpu: number;
  /** Wall seconds, median over the rounds. */
  readonly wall: number;
  /** CPU seconds of every round. */
  readonly cpuRounds: readonly number[];
  /** CPU seconds of this contender / ours; 1 for ours. */
  readonly ratio: number;
  /** Wall seconds of this contender / ours. */
  readonly wallRatio: number;
  /** Units per CPU second. */
  readonly rate?: number;
  /** Peak resident memory in MB, where the contender ran in a process of its own. */
  readonly peakMb?: number;
}

interface CaseResult {
  readonly title: string;
  readonly work: string;
  readonly target?: string;
  readonly unit?: string;
  readonly figures: readonly Figures[];
}

interface Sample {
  readonly cpu: number;
  readonly wall: number;
  readonly peakMb?: number;
}

/** Collects and prints the cases of one benchmark file. */
export class Bench {
  readonly name: string;
  readonly #cases: CaseResult[] = [];
  readonly #notes: string[] = [];

  constructor(name: string) {
    this.name = name;
    console.log(`# ${name}\n${machine()}\n`);
  }

  /** Runs a comparison in this process and prints it. */
  async compare(work: Case): Promise<readonly Figures[]> {
    const samples = work.contenders.map((): Sample[] => []);
    const rounds = work.rounds ?? 5;
    for (let round = -(work.warmup ?? 1); round < rounds; round++) {
      let expected: Answer | undefined;
      for (const [i, contender] of work.contenders.entries()) {
        await contender.before?.();
        collectGarbage();
        const { answer, ...sample } = await measure(contender.run);
        expected = agree(work, contender.name, expected, answer);
        if (round >= 0) samples[i]?.push(sample);
      }
    }
    return this.#add(work, samples);
  }

  /**
   * The same with every run in a process of its own, so that peak memory can be told apart. A contender is an exported
   * async function of a module that prepares its data, calls {@link measure} on the work and returns what that returned.
   */
  async compareProcesses(
    work: Omit<Case, 'contenders' | 'warmup'> & { readonly module: string },
    contenders: readonly { readonly name: string; readonly task: string; readonly arguments?: readonly Answer[] }[],
  ): Promise<readonly Figures[]> {
    const samples = contenders.map((): Sample[] => []);
    for (let round = 0; round < (work.rounds ?? 5); round++) {
      let expected: Answer | undefined;
      for (const [i, contender] of contenders.entries()) {
        const { answer, ...sample } = await runInProcess(work.module, contender.task, contender.arguments ?? []);
        expected = agree(work, contender.name, expected, answer);
        samples[i]?.push(sample);
      }
    }
    return this.#add({ ...work, contenders: contenders.map(({ name }) => ({ name, run: () => undefined })) }, samples);
  }

  /**
   * Operations per second of small functions by the `benchmark` package, with tinybench as a second opinion.
   * The first function is ours.
   */
  async micro(title: string, functions: Readonly<Record<string, () => unknown>>): Promise<void> {
    const suite = new Benchmark.Suite();
    const tiny = new TinyBench({ time: 300, warmupTime: 100 });
    for (const [name, run] of Object.entries(functions)) {
      suite.add(name, run);
      tiny.add(name, () => {
        run();
      });
    }
    suite.run();
    await tiny.run();
    const seconds = suite.map((one: Benchmark) => 1 / (one.hz ?? Number.NaN));
    const figures = Object.keys(functions).map((name, i): Figures => {
      const cpu = seconds[i] as number;
      const second = tiny.tasks[i]?.result as { latency?: { p50?: number } } | undefined;
      const wall = (second?.latency?.p50 ?? Number.NaN) / 1000;
      const ratio = cpu / (seconds[0] as number);
      return { name, cpu, wall, cpuRounds: [], ratio, wallRatio: ratio, rate: 1 / cpu };
    });
    this.#print({
      title,
      work: 'benchmark.js (first column) and tinybench (second), seconds per call',
      unit: 'calls',
      figures,
    });
  }

  /** A line printed below the results: where a figure comes from, what it does not say. */
  note(text: string): void {
    this.#notes.push(text);
    console.log(text);
  }

  /** Writes `bench/results/NAME.{json,md}`. */
  write(): void {
    const folder = fileURLToPath(new URL('results/', import.meta.url));
    mkdirSync(folder, { recursive: true });
    const head = { benchmark: this.name, ...machineFacts() };
    const json = { ...head, cases: this.#cases, notes: this.#notes };
    writeFileSync(`${folder}${this.name}.json`, `${JSON.stringify(json, null, 2)}\n`);
    const tables = this.#cases.map(markdown).join('\n');
    const notes = this.#notes.map((note) => `* ${note}\n`).join('');
    writeFileSync(
      `${folder}${this.name}.md`,
      `# Benchmark: ${this.name}\n\n${machine()}\n\n${tables}${notes && `\n${notes}`}`,
    );
  }

  #add(work: Case, samples: readonly (readonly Sample[])[]): readonly Figures[] {
    const cpu = samples.map((rounds) => median(rounds.map((sample) => sample.cpu)));
    const wall = samples.map((rounds) => median(rounds.map((sample) => sample.wall)));
    const figures = work.contenders.map(({ name }, i): Figures => {
      const rounds = samples[i] as readonly Sample[];
      const peaks = rounds.flatMap(({ peakMb }) => (peakMb === undefined ? [] : [peakMb]));
      return {
        name,
        cpu: cpu[i] as number,
        wall: wall[i] as number,
        cpuRounds: rounds.map((sample) => sample.cpu),
        ratio: (cpu[i] as number) / (cpu[0] as number),
        wallRatio: (wall[i] as number) / (wall[0] as number),
        ...(work.units === undefined ? {} : { rate: work.units.count / (cpu[i] as number) }),
        ...(peaks.length === 0 ? {} : { peakMb: Math.max(...peaks) }),
      };
    });
    const { title, target, units } = work;
    this.#print({
      title,
      work: work.work,
      figures,
      ...(target === undefined ? {} : { target }),
      ...(units === undefined ? {} : { unit: units.name }),
    });
    return figures;
  }

  #print(result: CaseResult): void {
    this.#cases.push(result);
    console.log(markdown(result));
  }
}

/** CPU and wall seconds of one call, with its answer. */
export async function measure<A>(
  work: () => A | Promise<A>,
): Promise<{ readonly cpu: number; readonly wall: number; readonly answer: A }> {
  const wallStart = performance.now();
  const cpuStart = process.cpuUsage();
  const answer = await work();
  const { user, system } = process.cpuUsage(cpuStart);
  return { cpu: (user + system) / 1e6, wall: (performance.now() - wallStart) / 1000, answer };
}

/** The version of an installed package, for a contender's name. */
export async function versionOf(name: string, from = '../package.json'): Promise<string> {
  const { createRequire } = await import('node:module');
  const { readFileSync, existsSync } = await import('node:fs');
  const paths = createRequire(new URL(from, import.meta.url)).resolve.paths(name) ?? [];
  const found = paths.map((path) => `${path}/${name}/package.json`).find((path) => existsSync(path));
  return found === undefined ? `${name} ?` : `${name} ${JSON.parse(readFileSync(found, 'utf8')).version}`;
}

/** Loads a peer of bench/thirdparty, or undefined (with a line saying how to get it) when it is not installed. */
export async function peer<Module>(name: string): Promise<Module | undefined> {
  const { createRequire } = await import('node:module');
  try {
    const path = createRequire(new URL('thirdparty/package.json', import.meta.url)).resolve(name);
    const module = (await import(pathToFileURL(path).href)) as { default?: Module };
    return { ...module, ...(module.default ?? {}) } as Module;
  } catch {
    console.log(`(peer ${name} is not installed: npm install --ignore-scripts --prefix bench/thirdparty)`);
    return undefined;
  }
}

/** True when the module is the program being run, not imported by bench/run.ts. */
export function isMain(url: string): boolean {
  return process.argv[1] !== undefined && pathToFileURL(process.argv[1]).href === url;
}

function agree(
  work: { title: string },
  name: string,
  expected: Answer | undefined,
  answer: unknown,
): Answer | undefined {
  if (answer === undefined) return expected;
  if (expected !== undefined && expected !== answer) {
    throw new Error(`${work.title}: ${name} answers ${String(answer)}, the others ${String(expected)}`);
  }
  return answer as Answer;
}

async function runInProcess(
  module: string,
  task: string,
  values: readonly Answer[],
): Promise<Sample & { readonly answer: Answer | undefined }> {
  const code = `import { ${task} } from ${JSON.stringify(module)};
    const out = await ${task}(...${JSON.stringify(values)});
    process.send({ ...out, peakMb: process.resourceUsage().maxRSS / 1024 });`;
  const flags = ['--import', 'tsx', '--expose-gc', '--input-type=module', '--eval', code];
  const child = spawn(process.execPath, flags, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  return new Promise((resolve, reject) => {
    let message: (Sample & { answer: Answer | undefined }) | undefined;
    child.on('message', (value) => {
      message = value as Sample & { answer: Answer | undefined };
      child.disconnect();
    });
    child.on('error', reject);
    child.on('exit', (code) => {
      if (message !== undefined) resolve(message);
      else reject(new Error(`${task} ended with ${code} and no result`));
    });
  });
}

function collectGarbage(): void {
  (globalThis as { gc?: () => void }).gc?.();
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

function machineFacts(): { date: string; node: string; cpu: string; cores: number; memoryGb: number } {
  return {
    date: new Date().toISOString().slice(0, 10),
    node: process.version,
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
  };
}

function machine(): string {
  const { date, node, cpu, cores, memoryGb } = machineFacts();
  return `${date}, Node ${node}, ${cpu}, ${cores} cores, ${memoryGb} GB. CPU seconds: user + system, all threads, median.`;
}

function markdown(result: CaseResult): string {
  const rates = result.figures.some(({ rate }) => rate !== undefined);
  const peaks = result.figures.some(({ peakMb }) => peakMb !== undefined);
  const head = ['contender', 'CPU s', 'wall s', 'CPU / ours', 'wall / ours'];
  if (rates) head.push(`${result.unit ?? 'units'} / CPU s`);
  if (peaks) head.push('peak MB');
  const rows = result.figures.map((one) => {
    const cells = [one.name, short(one.cpu), short(one.wall), one.ratio.toFixed(2), one.wallRatio.toFixed(2)];
    if (rates) cells.push(one.rate === undefined ? '' : short(one.rate));
    if (peaks) cells.push(one.peakMb === undefined ? '' : one.peakMb.toFixed(0));
    return `| ${cells.join(' | ')} |`;
  });
  const target = result.target === undefined ? '' : ` Aim: ${result.target}.`;
  const rule = `|${head.map((_, i) => (i === 0 ? '---' : '---:')).join('|')}|`;
  return `## ${result.title}\n\n${result.work}.${target}\n\n| ${head.join(' | ')} |\n${rule}\n${rows.join('\n')}\n`;
}

function short(value: number): string {
  if (!Number.isFinite(value)) return '';
  if (value >= 1e6) return `${(value / 1e6).toPrecision(3)} M`;
  return value >= 1000 ? value.toFixed(0) : value.toPrecision(3);
}
