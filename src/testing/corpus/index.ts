/**
 * Corpus of products with known ground truth: leaky pipelines over random raw tables, safe products, other people's and
 * synthetic tables. Seeded; nothing here knows the scorer.
 * @module
 */

import type { Table } from '../../table/index.js';
import { SeededRandom } from '../seeded-random.js';
import { type Frame, frameOfTable, frameRows, tableOfFrame } from './frame.js';
import { otherMakers } from './others.js';
import { safeMakers as firstSafeMakers, type SafeMaker } from './safe.js';
import { moreSafeMakers } from './safe-more.js';
import { publishedSafeMakers } from './safe-published.js';
import { reportSafeMakers } from './safe-reports.js';
import { type CorpusSource, customers, patients, register, type SourceMaker, sensors, students } from './sources.js';
import { enterprises, receipts, survey } from './sources-more.js';
import {
  cellTransforms as firstCells,
  packTransforms as firstPacks,
  shapeTransforms as firstShapes,
  type Transform,
} from './transforms.js';
import { moreCellTransforms, morePackTransforms, moreShapeTransforms } from './transforms-more.js';
import { ordinaryPackTransforms, ordinaryTableTransforms } from './transforms-ordinary.js';
import { unusualCellTransforms, unusualPackTransforms, wholeTableTransforms } from './transforms-unusual.js';
import { asWritten } from './written.js';

export type { Frame } from './frame.js';
export { frameOfTable, tableOfFrame } from './frame.js';
export type { CorpusSource } from './sources.js';
export type { Transform } from './transforms.js';

/** One case of the corpus. */
export interface CorpusCase {
  readonly name: string;
  readonly seed: string;
  /** What the verdict must be: leaky products are blocked, safe ones released, other people's never blocked. */
  readonly truth: 'leaky' | 'safe' | 'others';
  readonly families: readonly string[];
  readonly sourceKind: string;
  readonly source: Table;
  readonly product: Table;
  /** Share of the source rows that stand in a leaky product; 0 otherwise. */
  readonly share: number;
}

const shapeTransforms: readonly Transform[] = [...firstShapes, ...moreShapeTransforms];
const cellTransforms: readonly Transform[] = [...firstCells, ...moreCellTransforms, ...unusualCellTransforms];
/** What needs the whole table in its order. */
const tableTransforms: readonly Transform[] = [...wholeTableTransforms, ...ordinaryTableTransforms];
const packTransforms: readonly Transform[] = [
  ...firstPacks,
  ...morePackTransforms,
  ...unusualPackTransforms,
  ...ordinaryPackTransforms,
  ...tableTransforms,
];

/** All leaky families. */
export const leakyFamilies: readonly string[] = [...shapeTransforms, ...cellTransforms, ...packTransforms].map(
  (transform) => transform.family,
);

const safeMakers: readonly SafeMaker[] = [
  ...firstSafeMakers,
  ...moreSafeMakers,
  ...publishedSafeMakers,
  ...reportSafeMakers,
];

/** All safe families. */
export const safeFamilies: readonly string[] = safeMakers.map((maker) => maker.family);

const sourceMakers: Readonly<Record<string, SourceMaker>> = {
  register,
  patients,
  customers,
  sensors,
  students,
  survey,
  receipts,
  enterprises,
};

/** All kinds of raw tables. */
export const sourceKinds: readonly string[] = Object.keys(sourceMakers);

function drawMaker(random: SeededRandom, kinds: readonly string[]): SourceMaker {
  const kind = kinds[random.below(kinds.length)] as string;
  const maker = sourceMakers[kind];
  if (maker === undefined) throw new RangeError(`no kind ${kind}`);
  return maker;
}

const SIZES = [200, 400, 1000, 2500];

function sourceOf(random: SeededRandom, kinds: readonly string[]): CorpusSource {
  const maker = drawMaker(random, kinds);
  return maker(SIZES[random.below(SIZES.length)] as number, random);
}

/**
 * A leaky case: `family` alone, or a random pipeline of up to four transforms.
 *
 * @param kinds - kinds of raw tables to draw from; a seed makes the same case for the same kinds in the same order
 */
export function leakyCase(seed: string, family?: string, kinds: readonly string[] = sourceKinds): CorpusCase {
  const random = new SeededRandom(seed);
  for (let attempt = 0; ; attempt++) {
    const source = sourceOf(random, kinds);
    const pipeline = family === undefined ? randomPipeline(random) : [transformOf(family)];
    let frame: Frame | null = source.frame;
    const families: string[] = [];
    for (const transform of pipeline) {
      const next: Frame | null = transform.apply(frame, random);
      if (next === null) continue;
      frame = next;
      families.push(transform.family);
    }
    if (families.length === 0 && attempt < 50) continue;
    const share = Math.min(1, families.includes('transpose') ? 1 : frameRows(frame) / frameRows(source.frame));
    return {
      name: `${source.kind}/${frameRows(source.frame)}: ${families.join(' > ')}`,
      seed,
      truth: 'leaky',
      families,
      sourceKind: source.kind,
      source: tableOfFrame(source.frame),
      product: tableOfFrame(frame),
      share,
    };
  }
}

/** The case with its raw table as people write it; its product stays what was made of the plain one. */
export function writtenCase(made: CorpusCase): CorpusCase {
  return {
    ...made,
    name: `written ${made.name}`,
    source: tableOfFrame(asWritten(frameOfTable(made.source), made.seed)),
  };
}

function transformOf(family: string): Transform {
  const found = [...shapeTransforms, ...cellTransforms, ...packTransforms].find(
    (transform) => transform.family === family,
  );
  if (found === undefined) throw new RangeError(`no family ${family}`);
  return found;
}

/** One to four transforms: shapes first, then cells (at most two), then at most one arrangement. */
function randomPipeline(random: SeededRandom): Transform[] {
  const pipeline: Transform[] = [];
  const shapes = random.below(3);
  for (let i = 0; i < shapes; i++) pipeline.push(shapeTransforms[random.below(shapeTransforms.length)] as Transform);
  const hash = /^(?:md5|sha|sm3|pbkdf2|blake|uuid)/;
  const coded = random.below(3);
  for (let i = 0; i < coded && pipeline.length < 4; i++) {
    const next = cellTransforms[random.below(cellTransforms.length)] as Transform;
    // A digest of a digest of an encoding is another matter: one hash, and first.
    if (hash.test(next.family) && pipeline.some((own) => own.scope === 'cell')) continue;
    pipeline.push(next);
    if (hash.test(next.family)) break;
  }
  if (pipeline.length < 4 && random.below(3) === 0) {
    const pack = packTransforms[random.below(packTransforms.length)] as Transform;
    // What needs the whole table in its order follows no transform of rows.
    if (!tableTransforms.includes(pack) || pipeline.every((own) => own.scope === 'cell')) pipeline.push(pack);
  }
  return pipeline.length === 0 ? [shapeTransforms[0] as Transform] : pipeline;
}

/** Sources after which a family that none of them can make is given up. */
const MOST_DRAWS = 200;

/** A safe case of a family (or a random one); kinds as in `leakyCase`. @throws RangeError where no source of these kinds can make it */
export function safeCase(seed: string, family?: string, kinds: readonly string[] = sourceKinds): CorpusCase {
  const random = new SeededRandom(seed);
  for (let draw = 0; draw < MOST_DRAWS; draw++) {
    const source = sourceOf(random, kinds);
    const maker =
      family === undefined
        ? safeMakers[random.below(safeMakers.length)]
        : safeMakers.find((own) => own.family === family);
    if (maker === undefined) throw new RangeError(`no family ${family}`);
    const product = maker.make(source.frame, random);
    if (product === null || frameRows(product) === 0) continue;
    return {
      name: `${source.kind}/${frameRows(source.frame)}: ${maker.family}`,
      seed,
      truth: 'safe',
      families: [maker.family],
      sourceKind: source.kind,
      source: tableOfFrame(source.frame),
      product: tableOfFrame(product),
      share: 0,
    };
  }
  throw new RangeError(`family ${family} cannot be made of ${kinds.join(', ')}`);
}

/** Other people of the same population, or synthetic tables: of other people, or of the source itself; kinds as in `leakyCase`. */
export function othersCase(seed: string, kinds: readonly string[] = sourceKinds): CorpusCase {
  const random = new SeededRandom(seed);
  const [family, make] = otherMakers[random.below(otherMakers.length)] as (typeof otherMakers)[number];
  const maker = drawMaker(random, kinds);
  const rows = SIZES[random.below(SIZES.length)] as number;
  const source = maker(rows, random);
  const frame = make(source.frame, maker(rows, random).frame, random) ?? maker(rows, random).frame;
  return {
    name: `${source.kind}/${rows}: ${family}`,
    seed,
    truth: 'others',
    families: [family],
    sourceKind: source.kind,
    source: tableOfFrame(source.frame),
    product: tableOfFrame(frame),
    share: 0,
  };
}
