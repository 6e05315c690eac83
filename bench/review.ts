/**
 * `npm run bench -- review`: the scorer on freshly seeded corpus runs (recall, false blocks, share released, ROC, null
 * calibration, dose-response), its speed by stage and its growth, and Anonymeter on the same product.
 *
 * SCRIM_REVIEW_PART names parts (`families,pipelines,safe,others,dose,small,unread,large,growth,anonymeter`; default all): each part
 * replaces its own results, or with SCRIM_REVIEW_APPEND=1 adds its cases to them. SCRIM_REVIEW_CASES sets the cases of a kind
 * (default 100; twice that of safe forms), SCRIM_REVIEW_WORKERS the processes (default 2), SCRIM_REVIEW_SEED repeats a run,
 * SCRIM_REVIEW_SECONDS begins no case of a part after that time (default 600).
 * @module
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { hexOf, SecureRandom } from '../src/core/index.js';
import { BATTERY } from '../src/reversibility/index.js';
import { leakyFamilies, safeFamilies } from '../src/testing/corpus/index.js';
import { anonymeter, type Comparison } from './review/anonymeter.js';
import { type Ask, type Finding, findAll } from './review/cases.js';
import { exponent, type Speed, slope, speedOf } from './review/speed.js';

const KINDS = ['families', 'pipelines', 'safe', 'others'] as const;
const PARTS = [...KINDS, 'dose', 'small', 'unread', 'large', 'growth', 'anonymeter'] as const;
type Kind = (typeof KINDS)[number];
type Part = (typeof PARTS)[number];

/** One case as it is kept. */
interface Case {
  readonly seed: string;
  readonly name: string;
  readonly verdict: Finding['verdict'];
  /** Largest share of a blocking threshold that the lower limits reach. */
  readonly score: number;
  /** Blocked, and an executed inverse that restored rows or identifiers is named. */
  readonly inverse: boolean;
  readonly lower: { readonly rows: number; readonly identifiers: number };
  readonly reasons: readonly string[];
  readonly cpu: number;
}

interface Dose {
  readonly seed: string;
  readonly curves: readonly {
    readonly kind: string;
    readonly points: readonly {
      readonly strength: number;
      readonly restored: number;
      readonly low: number;
      readonly high: number;
    }[];
    /** Slope of restored share against dose, and on logarithms: 1 for a fraction of raw rows. */
    readonly slope: number;
    readonly logSlope: number | null;
    readonly monotone: boolean;
  }[];
}

interface Results {
  corpus?: Partial<Record<Kind, readonly Case[]>>;
  dose?: Dose;
  small?: readonly Speed[];
  /** Products that nothing explains. */
  unread?: readonly Speed[];
  large?: readonly Speed[];
  growth?: { readonly runs: readonly { rows: number; seconds: number }[]; readonly exponent: number };
  anonymeter?: readonly Comparison[] | 'not installed';
}

const RESULTS = fileURLToPath(new URL('results/', import.meta.url));
const FILE = `${RESULTS}review.json`;
const CASES = Number(process.env['SCRIM_REVIEW_CASES'] ?? 100);
const SECONDS = Number(process.env['SCRIM_REVIEW_SECONDS'] ?? 600);
const WORKERS = Number(process.env['SCRIM_REVIEW_WORKERS'] ?? Math.min(2, cpus().length));

const WANTED: Readonly<Record<Kind, readonly Finding['verdict'][]>> = {
  families: ['block'],
  pipelines: ['block'],
  safe: ['release'],
  others: ['review', 'release'],
};

/** One case in so many has its raw table as people write it. */
const WRITTEN = 6;

function asksOf(kind: Kind, seed: string): Ask[] {
  return plainAsks(kind, seed).map((ask, i) => (i % WRITTEN === WRITTEN - 1 ? { ...ask, written: true } : ask));
}

function plainAsks(kind: Kind, seed: string): Ask[] {
  const repeat = (count: number, ask: (i: number) => Ask): Ask[] => Array.from({ length: count }, (_, i) => ask(i));
  if (kind === 'families') return leakyFamilies.map((family, i) => ({ kind: 'leaky', seed: `${seed}-f${i}`, family }));
  if (kind === 'pipelines') return repeat(CASES, (i) => ({ kind: 'leaky', seed: `${seed}-p${i}` }));
  if (kind === 'others') return repeat(CASES, (i) => ({ kind: 'others', seed: `${seed}-o${i}` }));
  const family = (i: number): string => safeFamilies[i % safeFamilies.length] as string;
  return repeat(2 * CASES, (i) => ({ kind: 'safe', seed: `${seed}-s${i}`, family: family(i) }));
}

/** @param from - families before it have had their turn */
async function casesOf(kind: Kind, seed: string, from: number): Promise<Case[]> {
  const asks = asksOf(kind, seed);
  const turned =
    kind === 'pipelines' || kind === 'others' ? asks : asks.map((_, i) => asks[(i + from) % asks.length] as Ask);
  const findings = await findAll(turned, WORKERS, SECONDS);
  return findings.map((one) => ({
    seed: one.family === undefined ? one.seed : `${one.seed} ${one.family}`,
    name: one.name,
    verdict: one.verdict,
    score: one.score,
    inverse: one.verdict === 'block' && one.inverse,
    lower: { rows: one.rows.lower, identifiers: one.identifiers.lower },
    reasons: [...new Set(one.reasons)],
    cpu: one.cpu,
  }));
}

/** Mann-Whitney: share of pairs in which the leaky product scores higher, ties counting half. */
function areaUnder(leaky: readonly number[], others: readonly number[]): number {
  let sum = 0;
  for (const a of leaky) for (const b of others) sum += a > b ? 1 : a === b ? 0.5 : 0;
  return sum / (leaky.length * others.length);
}

const FRACTIONS = [0.05, 0.1, 0.3, 1];
const STRENGTHS: Readonly<Record<'swap' | 'blank' | 'noise', readonly number[]>> = {
  swap: [0, 0.1, 0.4, 1],
  blank: [0, 0.2, 0.5, 0.9],
  noise: [0, 0.01, 0.1, 1],
};

async function dose(seed: string): Promise<Dose> {
  const sources = [0, 1];
  const plan: [Ask['kind'], readonly number[]][] = [
    ['fraction', FRACTIONS],
    ['mixed', FRACTIONS],
    ...(Object.entries(STRENGTHS) as [Ask['kind'], readonly number[]][]),
  ];
  const asks = plan.flatMap(([kind, strengths]) =>
    strengths.flatMap((strength) => sources.map((i): Ask => ({ kind, seed: `${seed}-d${i}`, strength }))),
  );
  const findings = await findAll(asks, WORKERS, SECONDS);
  const curves = plan.map(([kind, strengths]) => {
    const points = strengths.map((strength) => {
      const own = findings.filter((one) => one.kind === kind && one.strength === strength).map((one) => one.rows.net);
      const restored = own.reduce((sum, share) => sum + share, 0) / own.length;
      return { strength, restored, low: Math.min(...own), high: Math.max(...own) };
    });
    const rising = kind === 'fraction' || kind === 'mixed';
    const x = points.map((point) => point.strength);
    const y = points.map((point) => point.restored);
    const positive = points.filter((point) => point.restored > 0 && point.strength > 0);
    const ordered = y.every((value, i) => i === 0 || (rising ? 1 : -1) * (value - (y[i - 1] as number)) >= -0.005);
    return {
      kind,
      points,
      slope: slope(x, y),
      logSlope:
        rising && positive.length > 1
          ? slope(
              positive.map((point) => Math.log(point.strength)),
              positive.map((point) => Math.log(point.restored)),
            )
          : null,
      monotone: ordered,
    };
  });
  return { seed, curves };
}

async function growth(): Promise<NonNullable<Results['growth']>> {
  const runs: { rows: number; seconds: number }[] = [];
  for (const rows of [25_000, 50_000, 100_000, 200_000, 400_000]) {
    runs.push({ rows, seconds: (await speedOf('base64', rows, 10)).cpu });
  }
  return { runs, exponent: exponent(runs) };
}

/** The results of a part, to be merged into those that stand. */
async function part(name: Part, seed: string): Promise<(results: Results) => Results> {
  if (name === 'families' || name === 'pipelines' || name === 'safe' || name === 'others') {
    const append = process.env['SCRIM_REVIEW_APPEND'] === '1';
    const cases = await casesOf(name, seed, append ? (standing(FILE).corpus?.[name]?.length ?? 0) : 0);
    return ({ corpus, ...rest }) => ({
      ...rest,
      corpus: { ...corpus, [name]: [...(append ? (corpus?.[name] ?? []) : []), ...cases] },
    });
  }
  const own: Results = {};
  if (name === 'dose') own.dose = await dose(seed);
  else if (name === 'small')
    own.small = [
      await speedOf('base64', 30_000, 15),
      await speedOf('affine', 30_000, 15),
      await speedOf('generalised', 30_000, 15),
    ];
  else if (name === 'unread') {
    const unread: Speed[] = [];
    for (const product of ['encrypted', 'hashes of others', 'tokens of others', 'numbers of others'] as const)
      unread.push(await speedOf(product, 30_000, 15));
    unread.push(await speedOf('encrypted', 1_000_000, 20));
    own.unread = unread;
  } else if (name === 'large') own.large = [await speedOf('base64', 1_000_000, 20)];
  else if (name === 'growth') own.growth = await growth();
  else own.anonymeter = (await anonymeter(10_000, 500)) ?? 'not installed';
  return (results) => ({ ...results, ...own });
}

function standing(file: string): Results {
  return existsSync(file) ? ((JSON.parse(readFileSync(file, 'utf8')) as { parts?: Results }).parts ?? {}) : {};
}

/** Runs the bench. */
export async function run(): Promise<void> {
  const asked = (process.env['SCRIM_REVIEW_PART'] ?? PARTS.join(',')).split(',') as Part[];
  const unknown = asked.filter((name) => !PARTS.includes(name));
  if (unknown.length > 0) throw new Error(`there is no part ${unknown.join(', ')}: ${PARTS.join(', ')}`);
  const seed = process.env['SCRIM_REVIEW_SEED'] ?? hexOf(new SecureRandom().bytes(8));
  const merges: ((results: Results) => Results)[] = [];
  for (const name of asked) {
    console.log(`part ${name}`);
    merges.push(await part(name, seed));
  }
  // Read when all is done: another run may have written its part meanwhile.
  const results = merges.reduce((all, merge) => merge(all), standing(FILE));
  mkdirSync(RESULTS, { recursive: true });
  const head = {
    benchmark: 'review',
    battery: BATTERY,
    date: new Date().toISOString().slice(0, 10),
    node: process.version,
  };
  const machine = { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length };
  writeFileSync(FILE, `${JSON.stringify({ ...head, ...machine, parts: results }, null, 2)}\n`);
  const text = page(results, `${head.date}, ${BATTERY}, Node ${head.node}, ${machine.cpu}, ${machine.cores} cores.`);
  writeFileSync(`${RESULTS}review.md`, text);
  console.log(text);
}

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

const percent = (share: number): string => `${Number((100 * share).toFixed(1))} %`;
const short = (value: number): string => Number(value.toPrecision(3)).toString();

const TITLES: Readonly<Record<Kind, string>> = {
  families: 'leaky, one family each',
  pipelines: 'leaky, pipelines of up to four',
  safe: 'named safe forms',
  others: 'other people, synthetic',
};

function corpusText(corpus: Partial<Record<Kind, readonly Case[]>>): string[] {
  const list = (kinds: readonly Kind[]): Case[] => kinds.flatMap((kind) => corpus[kind] ?? []);
  const rows = KINDS.map((kind) => {
    const own = corpus[kind] ?? [];
    const count = (verdict: Case['verdict']): number => own.filter((one) => one.verdict === verdict).length;
    const cpu = own.reduce((sum, one) => sum + one.cpu, 0);
    const good = own.filter((one) => WANTED[kind].includes(one.verdict)).length;
    const named = kind === 'safe' || kind === 'others' ? '' : own.filter((one) => one.inverse).length;
    const share = own.length === 0 ? '–' : percent(good / own.length);
    return [TITLES[kind], own.length, count('block'), named, count('review'), count('release'), share, short(cpu)];
  });
  const leaky = list(['families', 'pipelines']);
  const others = list(['safe', 'others']);
  const top = Math.max(...others.map((one) => one.score));
  const above = leaky.filter((one) => one.score > top).length / Math.max(1, leaky.length);
  const auc = areaUnder(
    leaky.map((one) => one.score),
    others.map((one) => one.score),
  );
  const strangers = corpus.others ?? [];
  const covered = (what: 'rows' | 'identifiers'): string =>
    percent(strangers.filter((one) => one.lower[what] === 0).length / Math.max(1, strangers.length));
  const otherwise = KINDS.flatMap((kind) =>
    (corpus[kind] ?? [])
      .filter((one) => !WANTED[kind].includes(one.verdict))
      .map((one) => `* ${one.verdict}: ${one.seed}: ${one.name} [${one.reasons.join(', ')}]`),
  );
  return [
    `## Corpus\n\nFresh seeds (beside each case in the JSON); ${leakyFamilies.length} leaky and ${safeFamilies.length} safe families; one raw table in ${WRITTEN} as people write it.\n`,
    table(['products', 'cases', 'block', 'with its inverse', 'review', 'release', 'as they should', 'CPU s'], rows),
    `\nROC of the score (lower limits over the blocking thresholds), leaky against all others: area ${auc.toFixed(4)}; ${percent(above)} of the leaky products score above every other one.\n`,
    `Null calibration: the interval of ${strangers.length} products of other people covers zero for rows in ${covered('rows')}, for direct identifiers in ${covered('identifiers')}.\n`,
    otherwise.length === 0 ? '' : `Otherwise than they should:\n\n${otherwise.join('\n')}\n`,
  ];
}

function page(results: Results, machine: string): string {
  const sections: string[] = [
    `# Benchmark: review\n\n${machine} Each part was run by itself; CPU seconds are user + system, all threads.`,
  ];
  const { corpus: c, dose: d, small, unread, large, growth: g, anonymeter: a } = results;
  if (c !== undefined) sections.push(...corpusText(c));
  if (d !== undefined) {
    const rows = d.curves.map((own) => [
      own.kind,
      own.points
        .map((point) => `${point.strength}: ${short(point.restored)} (${short(point.low)}–${short(point.high)})`)
        .join(', '),
      own.slope.toFixed(3),
      own.logSlope === null ? '' : own.logSlope.toFixed(3),
      own.monotone ? 'yes' : 'no',
    ]);
    sections.push(
      `## Dose-response\n\nSeed ${d.seed}; restored rows, net, two sources of 400 rows, mean (least–most). \`fraction\`: a share of the raw rows alone; \`mixed\`: the same among other people; \`swap\`, \`blank\`, \`noise\`: share of cells swapped within their column or blanked, noise in standard deviations on numeric columns.\n`,
      table(['leak', 'strength: restored', 'slope', 'slope on logarithms', 'monotone'], rows),
      '',
    );
  }
  const speeds = [...(small ?? []), ...(large ?? []), ...(unread ?? [])];
  if (speeds.length > 0) {
    sections.push(
      '## Speed\n\nFrom CSV files to the verdict, in a process of its own; `intake` is reading both files. Making them is not counted.\n',
      table(
        ['product', 'table', 'CPU s', 'wall s', 'peak MB', 'verdict'],
        speeds.map((own) => [
          own.product,
          `${own.rows} × ${own.columns}`,
          short(own.cpu),
          short(own.wall),
          Math.round(own.peakMb),
          own.verdict,
        ]),
      ),
      `\nStages, milliseconds:\n\n${speeds
        .map(
          (own) =>
            `* ${own.product} ${own.rows} × ${own.columns}: ${own.stages
              .filter((lap) => lap.milliseconds >= 5)
              .map((lap) => `${lap.stage} ${lap.milliseconds}`)
              .join(', ')}`,
        )
        .join('\n')}\n`,
    );
  }
  if (g !== undefined) {
    const runs = g.runs.map((own) => `${own.rows}: ${short(own.seconds)} s`).join(', ');
    sections.push(`## Growth\n\nBase64 copy of 10 columns, CPU: ${runs}. Fitted exponent ${g.exponent.toFixed(3)}.\n`);
  }
  if (a === 'not installed')
    sections.push('## Anonymeter\n\nNot run: it could not be installed here. This is a gap.\n');
  else if (a !== undefined) {
    const rows = a.map((own) => [
      own.product,
      `${own.rows} × ${own.columns}`,
      `${own.ours.verdict}, ${percent(own.ours.restored)} of rows restored`,
      short(own.ours.cpu),
      short(own.ours.wall),
      `highest risk ${short(own.anonymeter.highestRisk)}`,
      short(own.anonymeter.cpu),
      short(own.anonymeter.wall),
      (own.anonymeter.cpu / own.ours.cpu).toFixed(1),
    ]);
    sections.push(
      `## Anonymeter 1.1.0 on the same product\n\nAdult, with 1,000 other people as control; Anonymeter: ${a[0]?.anonymeter.attacks ?? 0} attacks each of singling out, linkability, and inference of every column, its start-up included.\n`,
      table(
        ['product', 'table', 'ours', 'CPU s', 'wall s', 'Anonymeter', 'CPU s', 'wall s', 'CPU, theirs / ours'],
        rows,
      ),
      '',
    );
  }
  return `${sections.join('\n')}\n`;
}
