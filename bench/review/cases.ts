/**
 * Cases of the review benchmark: each is named by text, made from its seed and reviewed in a process of its own, so that two
 * cores work and a case can be run again by hand.
 * @module
 */
import { spawn } from 'node:child_process';
import { defaultThresholds, review, type Verdict } from '../../src/reversibility/index.js';
import {
  type CorpusCase,
  type Frame,
  frameOfTable,
  leakyCase,
  othersCase,
  safeCase,
  tableOfFrame,
  writtenCase,
} from '../../src/testing/corpus/index.js';
import { SeededRandom } from '../../src/testing/index.js';

/** What a case asks for. */
export interface Ask {
  readonly kind: 'leaky' | 'safe' | 'others' | 'fraction' | 'mixed' | 'swap' | 'blank' | 'noise';
  readonly seed: string;
  readonly family?: string;
  /** Strength of the leak: share of raw rows, of swapped rows, of blanked cells, relative noise. */
  readonly strength?: number;
  /** The raw table as people write it: thousands set apart, days first. Default: as programs do. */
  readonly written?: boolean;
}

/** What came of it. */
export interface Finding extends Ask {
  readonly name: string;
  readonly verdict: Verdict['verdict'];
  readonly share: number;
  readonly rows: Verdict['restoration']['rows'];
  readonly identifiers: Verdict['restoration']['identifiers'];
  /** Largest share of the blocking threshold that the lower limits reach: 1 and more blocks. */
  readonly score: number;
  readonly inverse: boolean;
  readonly reasons: readonly string[];
  readonly cpu: number;
}

/** Makes and reviews one case. */
export async function find(ask: Ask): Promise<Finding> {
  const made = ask.written === true ? writtenCase(make(ask)) : make(ask);
  const before = process.cpuUsage();
  const verdict = await review({ sources: [made.source], product: made.product });
  const used = process.cpuUsage(before);
  const { rows, identifiers } = verdict.restoration;
  const { block } = defaultThresholds;
  return {
    ...ask,
    name: made.name,
    verdict: verdict.verdict,
    share: made.share,
    rows,
    identifiers,
    score: Math.max(
      rows.lower / block.rowShare,
      (rows.lower * rows.of) / block.persons,
      (identifiers.lower * identifiers.of) / block.identifierPersons,
    ),
    inverse: verdict.attacks.some((attack) => attack.inverse !== null && (attack.restoration?.rows.lower ?? 0) > 0),
    reasons: verdict.reasons.map((reason) => reason.code),
    cpu: (used.user + used.system) / 1e6,
  };
}

function make(ask: Ask): CorpusCase {
  if (ask.kind === 'leaky') return leakyCase(ask.seed, ask.family);
  if (ask.kind === 'safe') return safeCase(ask.seed, ask.family);
  if (ask.kind === 'others') return othersCase(ask.seed);
  return dosed(ask);
}

/** A source with people of the same population who are not in it. */
function population(seed: string): CorpusCase {
  for (let i = 0; ; i++) {
    const made = othersCase(`${seed}/${i}`);
    if (made.families.includes('other-people') && made.source.rows === 400) return made;
  }
}

function dosed({ kind, seed, strength = 0 }: Ask): CorpusCase {
  const { source, product, sourceKind, name } = population(seed);
  const random = new SeededRandom(`${seed}/${kind}/${strength}`);
  const raw = frameOfTable(source);
  const rows = source.rows;
  const take = Math.round(strength * rows);
  const order = shuffled(rows, random);
  const frame =
    kind === 'fraction'
      ? rowsOf(raw, order.slice(0, take))
      : kind === 'mixed'
        ? rowsMixed(raw, frameOfTable(product), order.slice(0, take), random)
        : changed(raw, kind, strength, random);
  return {
    name: `${name} > ${kind} ${strength}`,
    seed,
    truth: 'leaky',
    families: [kind],
    sourceKind,
    source,
    product: tableOfFrame(frame),
    share: strength,
  };
}

function shuffled(size: number, random: SeededRandom): number[] {
  const order = Array.from({ length: size }, (_, i) => i);
  for (let i = size - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [order[i], order[j]] = [order[j] as number, order[i] as number];
  }
  return order;
}

function rowsOf(frame: Frame, rows: readonly number[]): Frame {
  return { names: frame.names, columns: frame.columns.map((column) => rows.map((row) => column[row] ?? null)) };
}

/** `rows` of the source among other people, as many rows as the source has. */
function rowsMixed(raw: Frame, others: Frame, rows: readonly number[], random: SeededRandom): Frame {
  const total = raw.columns[0]?.length ?? 0;
  const order = shuffled(total, random);
  return {
    names: raw.names,
    columns: raw.columns.map((column, c) => {
      const own = rows.map((row) => column[row] ?? null);
      const all = [...own, ...(others.columns[c] ?? []).slice(0, total - rows.length)];
      return order.map((row) => all[row] ?? null);
    }),
  };
}

/** Cells swapped between rows within a column, blanked, or numbers with relative Gaussian noise. */
function changed(raw: Frame, kind: Ask['kind'], strength: number, random: SeededRandom): Frame {
  const columns = raw.columns.map((column) => {
    const rows = column.length;
    if (kind === 'blank') return column.map((cell) => (random.uniform() < strength ? null : cell));
    if (kind === 'swap') {
      const chosen = shuffled(rows, random).slice(0, Math.round(strength * rows));
      const own = [...column];
      chosen.forEach((row, i) => {
        own[row] = column[chosen[(i + 1) % chosen.length] as number] ?? null;
      });
      return own;
    }
    const numbers = column.map(Number);
    if (column.some((cell, row) => cell === null || Number.isNaN(numbers[row]))) return column;
    const mean = numbers.reduce((sum, value) => sum + value, 0) / rows;
    const sd = Math.sqrt(numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0) / rows);
    return numbers.map((value) => String(value + strength * sd * gaussian(random)));
  });
  const order = shuffled(columns[0]?.length ?? 0, random);
  return { names: raw.names, columns: columns.map((column) => order.map((row) => column[row] ?? null)) };
}

function gaussian(random: SeededRandom): number {
  return Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform());
}

/** Serves asks over the channel to the parent, one after another. */
export function serve(): void {
  process.on('message', (ask: Ask) => {
    find(ask).then(
      (finding) => process.send?.(finding),
      (error: unknown) => {
        console.error(ask, error);
        process.exit(1);
      },
    );
  });
}

/** The findings, in the order of the asks, by `workers` processes; no case is begun after `seconds`. */
export async function findAll(asks: readonly Ask[], workers: number, seconds: number): Promise<Finding[]> {
  const end = Date.now() + 1000 * seconds;
  const findings: Finding[] = [];
  let next = 0;
  const code = `import { serve } from ${JSON.stringify(import.meta.url)}; serve();`;
  const flags = ['--import', 'tsx', '--input-type=module', '--eval', code];
  const work = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const child = spawn(process.execPath, flags, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
      let at = -1;
      const give = (): void => {
        if (next >= asks.length || Date.now() > end) child.disconnect();
        else {
          at = next++;
          child.send(asks[at] as Ask);
        }
      };
      child.on('message', (finding) => {
        findings[at] = finding as Finding;
        give();
      });
      child.on('exit', (exit) => (exit === 0 ? resolve() : reject(new Error(`a worker ended with ${exit}`))));
      give();
    });
  await Promise.all(Array.from({ length: Math.min(workers, asks.length) }, work));
  return findings.filter((finding) => finding !== undefined);
}

/** A table of mixed columns (identifiers, amounts, measures, dates, categories) for the speed runs. */
export function mixedTable(rows: number, width: number, people: string = 'speed'): string[][] {
  const random = new SeededRandom(people);
  return Array.from({ length: width }, (_, c) => {
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
    return column;
  });
}

/** Order of the rows of a shuffled product. */
export function rowOrder(rows: number): number[] {
  return shuffled(rows, new SeededRandom('order'));
}
