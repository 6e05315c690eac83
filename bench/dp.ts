/**
 * Differential privacy: exact samplers (bulk and at any scale), work against |noise|, a grouped release over 10 M rows, PLD of 1,000 queries.
 *
 * OpenDP (PyPI) runs beside the samplers where the variable OPENDP_PYTHON names an interpreter that has it; it is another process, so
 * its own CPU clock is read and the rate stands in a note.
 * @module
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type RandomSource, SecureRandom } from '../src/core/index.js';
import { account, answer, type Charge, type Plan, pricePlan } from '../src/dp/index.js';
import { DiscreteGaussian, DiscreteLaplace, permuteAndFlip } from '../src/noise/index.js';
import { Dictionary, type DictionaryColumn, type Field, Table } from '../src/table/index.js';
import { Bench, isMain, measure } from './harness.js';

const ROWS = 10_000_000;
const PERSONS = 1_000_000;
const GROUPS = 10_000;
const BATCH = 65_536;
const DRAWS = 4_000_000;
const PEER_DRAWS = 200_000;

/** 10 M rows: person, group and an amount of cents; persons have 10 rows each, in groups of uneven size. */
function buildTable(rows = ROWS): Table {
  const person = Dictionary.from(Array.from({ length: PERSONS }, (_, i) => `p${i}`));
  const group = Dictionary.from(Array.from({ length: GROUPS }, (_, i) => `g${i}`));
  const fields: Field[] = [
    { name: 'person', type: 'dictionary', logical: 'text' },
    { name: 'group', type: 'dictionary', logical: 'text' },
    { name: 'amount', type: 'float64', logical: 'decimal' },
  ];
  const batches = [];
  for (let start = 0; start < rows; start += BATCH) {
    const length = Math.min(BATCH, rows - start);
    const persons = new Uint32Array(length);
    const groups = new Uint16Array(length);
    const values = new Float64Array(length);
    for (let i = 0; i < length; i++) {
      const row = start + i;
      const draw = ((row * 104_729) % 2_147_483_647) / 2_147_483_647;
      persons[i] = (row * 7_368_787) % PERSONS;
      groups[i] = Math.floor(draw * draw * GROUPS);
      values[i] = ((row * 31) % 10_000) / 100;
    }
    const codes = (array: Uint32Array | Uint16Array, dictionary: Dictionary): DictionaryColumn => ({
      type: 'dictionary',
      length,
      validity: null,
      unreadable: null,
      codes: array,
      dictionary,
    });
    const amount = { type: 'float64' as const, length, validity: null, unreadable: null, values };
    batches.push({ rows: length, columns: [codes(persons, person), codes(groups, group), amount] });
  }
  return new Table(fields, batches);
}

const PLAN: Plan = {
  schema: 'scrim.dp-plan/1',
  population: 'bench',
  unit: { column: 'person' },
  contribution: { groups: 4, rowsPerGroup: 2 },
  groupBy: { columns: ['group'], keys: { unknown: 'magic' } },
  queries: [
    { name: 'persons', kind: 'persons' },
    { name: 'amount', kind: 'sum', column: 'amount', lower: 0, upper: 100, quantum: 0.01 },
  ],
  noise: 'laplace',
  budget: { epsilon: 1, delta: 1e-6 },
};

/** Correlation of |noise| with the random words drawn per sample. */
function workCorrelation(noise: DiscreteLaplace | DiscreteGaussian, draws: number): number {
  const source = new SecureRandom();
  let words = 0;
  const counting: RandomSource = {
    kind: 'secure',
    uint32: () => {
      words++;
      return source.uint32();
    },
    below: (n) => {
      words++;
      return source.below(n);
    },
    uniform: () => source.uniform(),
    fill: (target) => source.fill(target),
  };
  let [n, x, y, xx, yy, xy] = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < draws; i++) {
    words = 0;
    const size = Math.abs(noise.sample(counting));
    n++;
    x += size;
    y += words;
    xx += size * size;
    yy += words * words;
    xy += size * words;
  }
  const spread = Math.sqrt((n * xx - x * x) * (n * yy - y * y));
  return spread === 0 ? 0 : (n * xy - x * y) / spread;
}

function openDp(kind: string, scale: number): number | undefined {
  const python = process.env['OPENDP_PYTHON'];
  if (python === undefined) return undefined;
  const script = fileURLToPath(new URL('opendp-samplers.py', import.meta.url));
  return Number(execFileSync(python, [script, kind, String(scale), String(PEER_DRAWS)], { encoding: 'utf8' }));
}

async function samplers(bench: Bench): Promise<void> {
  const random = new SecureRandom();
  for (const [name, scale, target] of [
    ['laplace', 20, '>= 20 M/s'],
    ['laplace', 1000, '>= 20 M/s'],
    ['laplace', 1e9, '>= 7 M/s'],
    ['gaussian', 20, '>= 20 M/s'],
    ['gaussian', 1000, '>= 20 M/s'],
    ['gaussian', 1e9, '>= 3 M/s'],
  ] as const) {
    const make = (): DiscreteLaplace | DiscreteGaussian =>
      name === 'laplace' ? new DiscreteLaplace(scale) : new DiscreteGaussian(scale);
    const built = await measure(make);
    const noise = built.answer;
    const into = scale > 1e6 ? new Float64Array(DRAWS) : new Int32Array(DRAWS);
    const [ours] = await bench.compare({
      title: `discrete ${name}, scale ${scale}`,
      work: `${DRAWS / 1e6} M exact samples into a typed array, one thread, entropy of the operating system`,
      contenders: [
        {
          name: 'scrim fill',
          run: () => {
            noise.fill(into as Float64Array, random);
            return undefined;
          },
        },
      ],
      units: { count: DRAWS, name: 'samples' },
      target,
    });
    const peer = openDp(name, scale);
    if (peer !== undefined && ours !== undefined) {
      const rate = PEER_DRAWS / peer;
      bench.note(
        `discrete ${name}, scale ${scale}: OpenDP ${(rate / 1e3).toFixed(0)} k samples/s of CPU (vector of ${PEER_DRAWS}); ours ${((ours.rate ?? 0) / rate).toFixed(0)} times that.`,
      );
    }
    bench.note(
      `discrete ${name}, scale ${scale}: table built in ${(built.cpu * 1000).toFixed(0)} ms; correlation of random words drawn with |noise| over 300,000 draws ${workCorrelation(noise, 300_000).toFixed(3)}.`,
    );
  }
  const scores = Float64Array.from({ length: 10 }, (_, i) => i);
  await bench.compare({
    title: 'permute-and-flip among 10',
    work: '200,000 selections',
    contenders: [
      {
        name: 'scrim',
        run: () => {
          for (let i = 0; i < 200_000; i++) permuteAndFlip({ scores, sensitivity: 1, epsilon: 1 }, random);
          return undefined;
        },
      },
    ],
    units: { count: 200_000, name: 'selections' },
  });
}

/** One grouped release, in a process of its own. */
export async function grouped(): Promise<{ cpu: number; wall: number; answer: string }> {
  const random = new SecureRandom();
  const priced = pricePlan(PLAN);
  answer(buildTable(400_000), priced, random);
  const table = buildTable();
  return measure(() => {
    answer(table, priced, random);
    return 'done';
  });
}

/** A bench of the release, the samplers and the accountant. */
export async function run(): Promise<void> {
  const bench = new Bench('dp');
  await bench.compareProcesses(
    {
      title: 'grouped release, unknown keys',
      work: '10 M rows, 1 M persons, 10 k groups: persons and sum per group, l0 4, linf 2, magic selection',
      module: import.meta.url,
      rounds: 3,
      units: { count: ROWS, name: 'rows' },
      target: '>= 4 M rows/s',
    },
    [{ name: 'scrim answer', task: 'grouped', arguments: [] }],
  );
  await samplers(bench);
  const charges: Charge[] = Array.from({ length: 1000 }, (_, i) => ({
    // Gaussians alone would add up to one Gaussian.
    mechanism: {
      kind: (['gaussian', 'laplace', 'discrete-laplace'] as const)[i % 3]!,
      scale: 50 + i / 10,
      sensitivity: 1,
    },
    count: 1,
  }));
  await bench.compare({
    title: 'PLD of 1,000 different queries',
    work: '334 Gaussian, 333 Laplace and 333 discrete Laplace mechanisms, no two alike, epsilon at delta 1e-6',
    contenders: [{ name: 'scrim account', run: () => account({ charges, accountant: 'pld', delta: 1e-6 }).epsilon }],
    rounds: 3,
    target: '< 1 s',
  });
  bench.write();
}

if (isMain(import.meta.url)) await run();
