/**
 * `npm run bench -- review`: the scorer on freshly seeded corpus runs (recall, false blocks, share released) and its speed.
 *
 * SCRIM_REVIEW_CASES sets the cases of each kind (default 100), SCRIM_REVIEW_ROWS the rows of the large run (default 1,000,000).
 * @module
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { hexOf, SecureRandom } from '../src/core/index.js';
import { review } from '../src/reversibility/index.js';
import { type Table, tableFromColumns } from '../src/table/index.js';
import {
  type CorpusCase,
  leakyCase,
  leakyFamilies,
  othersCase,
  safeCase,
  safeFamilies,
} from '../src/testing/corpus/index.js';
import { SeededRandom } from '../src/testing/index.js';

interface Tally {
  readonly kind: string;
  readonly cases: number;
  readonly block: number;
  readonly review: number;
  readonly release: number;
  readonly cpuSeconds: number;
}

async function tally(kind: string, cases: Iterable<CorpusCase>): Promise<Tally> {
  const counts = { block: 0, review: 0, release: 0 };
  let total = 0;
  const before = process.cpuUsage();
  for (const made of cases) {
    const verdict = await review({ sources: [made.source], product: made.product });
    counts[verdict.verdict]++;
    total++;
    const wanted =
      made.truth === 'leaky'
        ? verdict.verdict === 'block'
        : made.truth === 'safe'
          ? verdict.verdict === 'release'
          : verdict.verdict !== 'block';
    if (!wanted) console.log(`  ${verdict.verdict}: ${made.seed} ${made.name}`);
  }
  return { kind, cases: total, ...counts, cpuSeconds: Math.round(process.cpuUsage(before).user / 1e4) / 100 };
}

function* repeat(count: number, make: (i: number) => CorpusCase): Generator<CorpusCase> {
  for (let i = 0; i < count; i++) yield make(i);
}

/** A table of mixed columns and its base64-encoded, shuffled copy. */
function large(rows: number, width: number): { source: Table; product: Table } {
  const random = new SeededRandom('speed');
  const order = Array.from({ length: rows }, (_, i) => i);
  for (let i = rows - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [order[i], order[j]] = [order[j] as number, order[i] as number];
  }
  const raw: Record<string, string[]> = {};
  const out: Record<string, string[]> = {};
  for (let c = 0; c < width; c++) {
    const column = new Array<string>(rows);
    for (let i = 0; i < rows; i++) {
      const kind = c % 10;
      if (kind === 0)
        column[i] = `${330_100 + random.below(90)}${19_400_101 + random.below(600_000)}${1000 + random.below(9000)}`;
      else if (kind === 1) column[i] = `1${30 + random.below(60)}${10_000_000 + random.below(89_999_999)}`;
      else if (kind === 2) column[i] = String(Math.round(Math.exp(10 + random.uniform() + random.uniform())));
      else if (kind === 3) column[i] = (150 + 40 * random.uniform()).toFixed(1);
      else if (kind === 4)
        column[i] =
          `${1940 + random.below(70)}-${String(1 + random.below(12)).padStart(2, '0')}-${String(1 + random.below(28)).padStart(2, '0')}`;
      else column[i] = `v${Math.floor(([3, 12, 40, 200, 5][kind - 5] as number) * random.uniform() ** 2)}`;
    }
    raw[`s${c}`] = column;
    out[`p${c}`] = order.map((i) => Buffer.from(column[i] as string).toString('base64'));
  }
  return { source: tableFromColumns(raw), product: tableFromColumns(out) };
}

interface Speed {
  readonly rows: number;
  readonly columns: number;
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
  readonly maxRssMb: number;
  readonly verdict: string;
  readonly stages: string;
}

async function speed(rows: number, width: number): Promise<Speed> {
  const { source, product } = large(rows, width);
  const before = process.cpuUsage();
  const start = performance.now();
  const verdict = await review({ sources: [source], product });
  const used = process.cpuUsage(before);
  return {
    rows,
    columns: width,
    cpuSeconds: Math.round((used.user + used.system) / 1e4) / 100,
    wallSeconds: Math.round(performance.now() - start) / 1000,
    maxRssMb: Math.round(process.resourceUsage().maxRSS / 1024),
    verdict: verdict.verdict,
    stages: verdict.time
      .filter((lap) => lap.milliseconds > 20)
      .map((lap) => `${lap.stage} ${lap.milliseconds} ms`)
      .join(', '),
  };
}

/** Runs the bench. */
export async function run(): Promise<void> {
  const count = Number(process.env.SCRIM_REVIEW_CASES ?? 100);
  const fresh = hexOf(new SecureRandom().bytes(8));
  console.log(`corpus seed ${fresh}; ${leakyFamilies.length} leaky and ${safeFamilies.length} safe families`);
  const tallies = [
    await tally(
      'leaky, one family',
      repeat(leakyFamilies.length, (i) => leakyCase(`${fresh}-${i}`, leakyFamilies[i])),
    ),
    await tally(
      'leaky, random pipelines',
      repeat(count, (i) => leakyCase(`${fresh}-p${i}`)),
    ),
    await tally(
      'safe forms',
      repeat(2 * count, (i) => safeCase(`${fresh}-s${i}`, safeFamilies[i % safeFamilies.length])),
    ),
    await tally(
      'other people',
      repeat(count, (i) => othersCase(`${fresh}-o${i}`)),
    ),
  ];
  console.table(tallies);
  const speeds = [await speed(30_000, 15), await speed(Number(process.env.SCRIM_REVIEW_ROWS ?? 1_000_000), 20)];
  for (const own of speeds) console.log(own);
  mkdirSync('bench/results', { recursive: true });
  writeFileSync('bench/results/review.json', `${JSON.stringify({ seed: fresh, tallies, speeds }, null, 2)}\n`);
  const lines = tallies.map(
    (own) => `| ${own.kind} | ${own.cases} | ${own.block} | ${own.review} | ${own.release} | ${own.cpuSeconds} |`,
  );
  const runs = speeds.map(
    (own) =>
      `| ${own.rows} x ${own.columns} | ${own.cpuSeconds} | ${own.wallSeconds} | ${own.maxRssMb} | ${own.verdict} | ${own.stages} |`,
  );
  writeFileSync(
    'bench/results/review.md',
    `# review\n\nCorpus seed ${fresh}.\n\n| products | cases | block | review | release | CPU s |\n|---|---|---|---|---|---|\n${lines.join('\n')}\n\n| table | CPU s | wall s | peak MB | verdict | stages |\n|---|---|---|---|---|---|\n${runs.join('\n')}\n`,
  );
}
