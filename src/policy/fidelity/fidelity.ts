/**
 * How much of the source a training extract keeps, and what it still tells: figures of columns and pairs, never a row or a value.
 *
 * Marginals (total variation), means, correlations (Pearson), mutual information (bits, binned), propensity-score mean squared
 * error (Snoke, Raab, Nowok, Dibben and Slavkovic, JRSS A 181(3), 2018, sections 3 and 4), and one model trained on the
 * extract beside the same model trained on the source, both tried on persons that neither has seen.
 * @module
 */
import { groupCodes, groupPersons, type RandomSource, SecureRandom, throwIfCancelled } from '../../core/index.js';
import { sample } from '../../sampling/index.js';
import { encode, groupBy, numericView, type Table, take } from '../../table/index.js';
import type { Policy } from '../document.js';
import type { Extract } from '../extract.js';
import type { ProtectOptions } from '../protect.js';
import { isReleased, outputName, quasiIdentifiers } from '../rules.js';
import { type Binner, binnerOf, binsOf, countBins, mutualInformation, totalVariation } from './bins.js';
import { areaUnderCurve, type Features, logistic } from './logistic.js';
import { type SourceTerms, sourceTerms } from './terms.js';

/** One released column. */
export interface ColumnFidelity {
  readonly column: string;
  /** How source cells were brought into the terms of the extract; null when the column cannot be compared. */
  readonly comparedBy: SourceTerms['by'] | null;
  /** Total variation distance of the two distributions; null when not comparable. */
  readonly distance: number | null;
  /** Share of what the raw column says that the released one still says: mutual information over entropy, both binned. */
  readonly kept: number | null;
  /** Mean and standard deviation, source and extract; null unless both are numbers. */
  readonly mean: readonly [source: number, extract: number] | null;
  readonly deviation: readonly [source: number, extract: number] | null;
}

/** Two released columns. */
export interface PairFidelity {
  readonly columns: readonly [string, string];
  /** Pearson correlation, source and extract; null unless both columns are numbers on both sides. */
  readonly correlation: readonly [source: number, extract: number] | null;
  /** Mutual information in bits, of the raw columns and of the released ones. */
  readonly information: readonly [source: number, extract: number];
}

/** A model tried on the hold-out. */
export interface ModelScore {
  /** Hold-out rows it was tried on. */
  readonly rows: number;
  readonly accuracy: number;
  /** 95 % Wilson interval. */
  readonly interval: readonly [number, number];
  /** Area under the ROC curve; null for more than two classes. */
  readonly auc: number | null;
}

/** The same model, trained on source rows inside the tool and on the extract. */
export interface ModelFidelity {
  readonly target: string;
  readonly classes: number;
  /** Accuracy of always naming the most frequent class. */
  readonly baseline: number;
  /** Trained on raw rows, tried on raw hold-out rows. */
  readonly source: ModelScore;
  /** Trained on the extract, tried on the masked hold-out. */
  readonly extract: ModelScore;
}

/** `scrim.fidelity/1`. */
export interface Fidelity {
  readonly schema: 'scrim.fidelity/1';
  readonly rows: { readonly source: number; readonly train: number; readonly holdout: number };
  readonly columns: readonly ColumnFidelity[];
  readonly pairs: readonly PairFidelity[];
  /** Null when no column can be compared. */
  readonly propensity: {
    readonly columns: readonly string[];
    readonly rows: number;
    /** 0 = source and extract cannot be told apart. */
    readonly error: number;
    /** What two samples of one population would give. */
    readonly expected: number;
  } | null;
  readonly models: readonly ModelFidelity[];
  readonly privacy: PrivacySide;
}

/** What the extract still tells. */
export interface PrivacySide {
  readonly unit: 'row' | 'person';
  readonly quasiIdentifiers: readonly string[];
  /** Persons (rows) of the smallest class on the output, recounted; null without models. */
  readonly smallestClass: { readonly train: number | null; readonly holdout: number | null };
  /** Persons (rows) unique on the raw quasi-identifiers in the drawn rows, and those of them unique in the whole source. */
  readonly rawUnique: { readonly units: number; readonly sample: number; readonly population: number };
  /** Persons (rows) unique on the released quasi-identifiers in the extract, and those of them unique in the whole source. */
  readonly releasedUnique: { readonly units: number; readonly sample: number; readonly population: number | null };
  /** Persons that stand on both sides, counted again on the raw identifiers; always 0. */
  readonly shared: number;
}

/** Rows that pairs, propensity and models look at. */
const MOST_ROWS = 20_000;
const MOST_PAIRED = 20;
const MOST_CLASSES = 10;
const MOST_TARGETS = 3;

interface Column {
  readonly name: string;
  readonly output: string;
  readonly binner: Binner;
  readonly rawBinner: Binner;
  readonly terms: SourceTerms | null;
}

/** Compares. @throws SCRIM_CANCELLED */
export function fidelityOf(source: Table, made: Extract, policy: Policy, options: ProtectOptions = {}): Fidelity {
  const random = options.random ?? new SecureRandom();
  const raw = keptRows(made.train.raw, made.train.kept);
  const released = made.train.table;
  const columns = Object.entries(policy.columns)
    .filter(([name, column]) => isReleased(column) && source.has(name))
    .map(([name, column]): Column => {
      throwIfCancelled(options.signal, 'fidelity');
      const output = outputName(name, column);
      const binner = binnerOf(released, output);
      const terms =
        column.class === 'direct-identifier' || scattered(released, output, binner)
          ? null
          : sourceTerms(source, raw, released, name, output, binner);
      return { name, output, binner, rawBinner: binnerOf(source, name), terms };
    });
  const some = (table: Table): Table => someRows(table, MOST_ROWS, random);
  const few = columns.slice(0, MOST_PAIRED);
  return {
    schema: 'scrim.fidelity/1',
    rows: { source: source.rows, train: made.train.table.rows, holdout: made.holdout.table.rows },
    columns: columns.map((column) => columnFidelity(column, source, raw, released)),
    pairs: pairsOf(few, some(source), some(released)),
    propensity: propensityOf(columns, source, released, random),
    models: targetsOf(columns, policy, released).map((target) => {
      throwIfCancelled(options.signal, 'fidelity');
      return modelOf(target, columns, made);
    }),
    privacy: privacyOf(columns, source, made, policy),
  };
}

/** True when hardly a cell stands in a bin of its own: nearly every row has another value. */
function scattered(table: Table, name: string, binner: Binner): boolean {
  if (binner.ordered) return false;
  const counts = countBins(binsOf(table, name, binner), binner.count);
  const rest = counts[binner.count - 2] as number;
  return rest > 0.9 * table.rows;
}

function keptRows(raw: Table, kept: Uint8Array): Table {
  return take(raw, Int32Array.from([...kept.keys()].filter((row) => kept[row] === 1)));
}

function someRows(table: Table, most: number, random: RandomSource): Table {
  if (table.rows <= most || random.kind === 'seeded') return table;
  const drawn = sample(table, { design: 'srs', n: most, random, weightColumn: '\u0000weight' });
  return drawn.table.select(table.names);
}

function columnFidelity(column: Column, source: Table, raw: Table, released: Table): ColumnFidelity {
  const { name, output, binner, rawBinner, terms } = column;
  const out = binsOf(released, output, binner);
  const shared = mutualInformation(binsOf(raw, name, rawBinner), rawBinner.count, out, binner.count);
  const numbers = moments(source, name);
  const masked = moments(released, output);
  const both = numbers !== null && masked !== null;
  return {
    column: output,
    comparedBy: terms?.by ?? null,
    distance: terms === null ? null : totalVariation(countBins(terms.bins, binner.count), countBins(out, binner.count)),
    kept: shared.entropy === 0 ? null : Math.min(1, shared.information / shared.entropy),
    mean: both ? [numbers.mean, masked.mean] : null,
    deviation: both ? [numbers.deviation, masked.deviation] : null,
  };
}

/** Mean and deviation of a column of numbers; null when fewer than 20 rows or most cells are no numbers. */
function moments(table: Table, name: string): { mean: number; deviation: number } | null {
  const { values, valid } = numericView(table, name);
  if (valid < 20 || valid < 0.9 * table.rows) return null;
  let mean = 0;
  let squares = 0;
  let seen = 0;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    seen++;
    const step = value - mean;
    mean += step / seen;
    squares += step * (value - mean);
  }
  return Number.isFinite(squares) ? { mean, deviation: Math.sqrt(squares / (seen - 1)) } : null;
}

function pairsOf(columns: readonly Column[], source: Table, released: Table): PairFidelity[] {
  const sides = columns.map((column) => ({
    column,
    raw: binsOf(source, column.name, column.rawBinner),
    out: binsOf(released, column.output, column.binner),
    numbers: [numbersOf(source, column.name), numbersOf(released, column.output)] as const,
  }));
  const pairs: PairFidelity[] = [];
  sides.forEach((a, i) => {
    for (const b of sides.slice(i + 1)) {
      const [a0, a1] = a.numbers;
      const [b0, b1] = b.numbers;
      const both = a0 !== null && a1 !== null && b0 !== null && b1 !== null;
      pairs.push({
        columns: [a.column.output, b.column.output],
        correlation: both ? [pearson(a0, b0), pearson(a1, b1)] : null,
        information: [
          mutualInformation(a.raw, a.column.rawBinner.count, b.raw, b.column.rawBinner.count).information,
          mutualInformation(a.out, a.column.binner.count, b.out, b.column.binner.count).information,
        ],
      });
    }
  });
  return pairs;
}

function numbersOf(table: Table, name: string): Float64Array | null {
  const { values, valid } = numericView(table, name);
  return valid >= 20 && valid >= 0.9 * table.rows ? values : null;
}

/** Pearson correlation of the rows that have both; 0 when one does not vary. */
function pearson(a: Float64Array, b: Float64Array): number {
  let [n, meanA, meanB, aa, bb, ab] = [0, 0, 0, 0, 0, 0];
  for (let row = 0; row < a.length; row++) {
    const [x, y] = [a[row] as number, b[row] as number];
    if (Number.isNaN(x) || Number.isNaN(y)) continue;
    n++;
    const [stepA, stepB] = [x - meanA, y - meanB];
    meanA += stepA / n;
    meanB += stepB / n;
    aa += stepA * (x - meanA);
    bb += stepB * (y - meanB);
    ab += stepA * (y - meanB);
  }
  return aa > 0 && bb > 0 ? Math.max(-1, Math.min(1, ab / Math.sqrt(aa * bb))) : 0;
}

/** Distinguishes source rows (in the terms of the extract) from extract rows; what it achieves is the propensity error. */
function propensityOf(
  columns: readonly Column[],
  source: Table,
  released: Table,
  random: RandomSource,
): Fidelity['propensity'] {
  const used = columns.filter(({ terms }) => terms !== null && terms.coverage > 0.95);
  if (used.length === 0 || released.rows < 50) return null;
  const left = positions(source.rows, MOST_ROWS, random);
  const right = positions(released.rows, MOST_ROWS, random);
  const rows = left.length + right.length;
  const bins = used.map(({ terms, output, binner }) => {
    const out = binsOf(released, output, binner);
    const all = new Int32Array(rows);
    left.forEach((row, i) => {
      all[i] = terms?.bins[row] as number;
    });
    right.forEach((row, i) => {
      all[left.length + i] = out[row] as number;
    });
    return all;
  });
  // Bins that nothing falls into would count as parameters that cannot be fitted.
  const dense = bins.map((column, j) => compact(column, (used[j] as Column).binner.count));
  const features: Features = { columns: dense.map(({ bins }) => bins), counts: dense.map(({ count }) => count) };
  const y = Uint8Array.from({ length: rows }, (_, row) => (row < left.length ? 0 : 1));
  const model = logistic(features, y, 1e-3);
  const share = right.length / rows;
  let error = 0;
  for (let row = 0; row < rows; row++) error += (model.predict(features, row) - share) ** 2;
  return {
    columns: used.map(({ output }) => output),
    rows,
    error: error / rows,
    expected: (model.parameters * (1 - share) ** 2 * share) / rows,
  };
}

function compact(bins: Int32Array, count: number): { bins: Int32Array; count: number } {
  const place = new Int32Array(count).fill(-1);
  let next = 0;
  const result = bins.map((bin) => {
    if (bin < 0) return -1;
    if ((place[bin] as number) < 0) place[bin] = next++;
    return place[bin] as number;
  });
  return { bins: result, count: next };
}

function positions(rows: number, most: number, random: RandomSource): Int32Array {
  if (rows <= most) return Int32Array.from({ length: rows }, (_, row) => row);
  const chosen = new Set<number>();
  while (chosen.size < most) chosen.add(random.below(rows));
  return Int32Array.from(chosen).sort();
}

function targetsOf(columns: readonly Column[], policy: Policy, released: Table): Column[] {
  const named = policy.sampling?.target;
  if (named !== undefined) return columns.filter(({ name }) => name === named);
  return columns
    .filter(({ name, output, terms }) => {
      const distinct = encode(released, output).dictionary.size;
      const kind = policy.columns[name]?.class;
      return terms !== null && distinct >= 2 && distinct <= MOST_CLASSES && kind !== 'direct-identifier';
    })
    .slice(0, MOST_TARGETS);
}

/** One-against-the-rest logistic models on everything but the target. */
function modelOf(target: Column, columns: readonly Column[], made: Extract): ModelFidelity {
  const others = columns.filter((column) => column !== target && column.terms !== null);
  const { train, holdout } = made;
  const classOf = (table: Table): Int32Array => binsOf(table, target.output, target.binner);
  const rawTrain = keptRows(train.raw, train.kept);
  const rawHoldout = keptRows(holdout.raw, holdout.kept);
  const rawFeatures = (table: Table): Features => ({
    columns: others.map(({ name, rawBinner }) => binsOf(table, name, rawBinner)),
    counts: others.map(({ rawBinner }) => rawBinner.count),
  });
  const outFeatures = (table: Table): Features => ({
    columns: others.map(({ output, binner }) => binsOf(table, output, binner)),
    counts: others.map(({ binner }) => binner.count),
  });
  const [y, truth] = [classOf(train.table), classOf(holdout.table)];
  const classes = [...new Set(y)].sort((a, b) => a - b);
  const sizes = classes.map((one) => y.reduce((sum, bin) => sum + (bin === one ? 1 : 0), 0));
  const most = classes[sizes.indexOf(Math.max(...sizes))] as number;
  const baseline = truth.length === 0 ? 0 : truth.reduce((sum, bin) => sum + (bin === most ? 1 : 0), 0) / truth.length;
  return {
    target: target.output,
    classes: classes.length,
    baseline,
    source: score(rawFeatures(rawTrain), y, rawFeatures(rawHoldout), truth, classes),
    extract: score(outFeatures(train.table), y, outFeatures(holdout.table), truth, classes),
  };
}

function score(
  train: Features,
  y: Int32Array,
  test: Features,
  truth: Int32Array,
  classes: readonly number[],
): ModelScore {
  const limit = Math.min(y.length, MOST_ROWS);
  const cut: Features = { counts: train.counts, columns: train.columns.map((column) => column.subarray(0, limit)) };
  const last = classes.at(-1) as number;
  const asked = classes.length === 2 ? [last] : classes;
  const scores = asked.map((one) => {
    const model = logistic(
      cut,
      Uint8Array.from(y.subarray(0, limit), (bin) => (bin === one ? 1 : 0)),
      1,
    );
    return Float64Array.from({ length: truth.length }, (_, row) => model.predict(test, row));
  });
  let right = 0;
  for (let row = 0; row < truth.length; row++) {
    let best = 0;
    for (let c = 1; c < scores.length; c++) {
      if ((scores[c]?.[row] as number) > (scores[best]?.[row] as number)) best = c;
    }
    const guess =
      classes.length === 2 ? ((scores[0]?.[row] as number) > 0.5 ? last : (classes[0] as number)) : classes[best];
    if (guess === truth[row]) right++;
  }
  const n = truth.length;
  const accuracy = n === 0 ? 0 : right / n;
  const auc =
    classes.length === 2
      ? areaUnderCurve(
          scores[0] as Float64Array,
          Uint8Array.from(truth, (bin) => (bin === last ? 1 : 0)),
        )
      : Number.NaN;
  return { rows: n, accuracy, interval: wilson(accuracy, n), auc: Number.isNaN(auc) ? null : auc };
}

/** Wilson, JASA 22, 1927: 95 % interval of a share. */
function wilson(share: number, n: number): readonly [number, number] {
  if (n === 0) return [0, 1];
  const z = 1.959964;
  const middle = (share + z ** 2 / (2 * n)) / (1 + z ** 2 / n);
  const half = (z / (1 + z ** 2 / n)) * Math.sqrt((share * (1 - share)) / n + z ** 2 / (4 * n ** 2));
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
}

function privacyOf(columns: readonly Column[], source: Table, made: Extract, policy: Policy): PrivacySide {
  const { person } = policy;
  const names = quasiIdentifiers(policy).filter((name) => source.has(name));
  const quasi = columns.filter(({ name }) => names.includes(name));
  const raw = keptRows(made.train.raw, made.train.kept);
  const unitsOf = (table: Table): { codes: Int32Array; cardinality: number } =>
    person === undefined
      ? { codes: Int32Array.from({ length: table.rows }, (_, row) => row), cardinality: table.rows }
      : encode(table, person);
  const grouped = (table: Table, keys: readonly string[], persons: Table) => {
    const groups = groupBy(table, keys);
    const units = unitsOf(persons);
    return {
      groupOf: groups.groupOf,
      sizes: groupPersons(groups.groupOf, groups.groups, units.codes, units.cardinality),
    };
  };
  const uniqueUnits = (rows: { groupOf: Int32Array; sizes: Float64Array }, persons: Table): Set<number> => {
    const units = unitsOf(persons);
    const found = new Set<number>();
    for (let row = 0; row < rows.groupOf.length; row++) {
      if (rows.sizes[rows.groupOf[row] as number] === 1) found.add(units.codes[row] as number);
    }
    return found;
  };
  const drawnGroups = grouped(raw, names, raw);
  const inSample = uniqueUnits(drawnGroups, raw);
  const population = populationUnique(source, raw, names, person, drawnGroups);
  const outputs = quasi.map(({ output }) => output);
  const released = grouped(made.train.table, outputs, raw);
  const uniqueReleased = uniqueUnits(released, raw);
  return {
    unit: person === undefined ? 'row' : 'person',
    quasiIdentifiers: outputs,
    smallestClass: { train: made.train.smallestClass, holdout: made.holdout.smallestClass },
    rawUnique: { units: made.train.units, sample: inSample.size, population },
    releasedUnique: {
      units: made.train.units,
      sample: uniqueReleased.size,
      population: uniqueReleased.size === 0 ? 0 : null,
    },
    shared: person === undefined ? 0 : sharedPersons(made, person),
  };
}

/** Units unique in the sample that are unique in the source as well. */
function populationUnique(
  source: Table,
  raw: Table,
  names: readonly string[],
  person: string | undefined,
  drawn: { groupOf: Int32Array; sizes: Float64Array },
): number {
  if (names.length === 0) return 0;
  // Codes of both tables in the numbering of the source, so that a combination has one number on both sides.
  const pairs = names.map((name) => {
    const all = encode(source, name);
    const own = encode(raw, name);
    const place = new Map<string, number>();
    for (let code = 0; code < all.dictionary.size; code++) place.set(all.dictionary.at(code), code);
    const missing = all.dictionary.size;
    const translate = Int32Array.from({ length: own.cardinality }, (_, code) =>
      code < own.dictionary.size ? (place.get(own.dictionary.at(code)) ?? missing) : missing,
    );
    const joined = new Int32Array(source.rows + raw.rows);
    for (let row = 0; row < source.rows; row++) joined[row] = Math.min(missing, all.codes[row] as number);
    for (let row = 0; row < raw.rows; row++) joined[source.rows + row] = translate[own.codes[row] as number] as number;
    return { joined, cardinality: missing + 1 };
  });
  const groups = groupCodes(
    pairs.map(({ joined }) => joined),
    pairs.map(({ cardinality }) => cardinality),
  );
  const of = groups.groupOf.subarray(0, source.rows);
  const units = person === undefined ? null : encode(source, person);
  const sizes =
    units === null ? countBins(of, groups.groups) : groupPersons(of, groups.groups, units.codes, units.cardinality);
  const own = person === undefined ? null : encode(raw, person);
  const found = new Set<number>();
  for (let row = 0; row < raw.rows; row++) {
    const unique = drawn.sizes[drawn.groupOf[row] as number] === 1;
    if (unique && sizes[groups.groupOf[source.rows + row] as number] === 1) found.add(own?.codes[row] ?? row);
  }
  return found.size;
}

/** Identifiers that occur on both sides: a recount on the raw texts, apart from the code that parted them. */
function sharedPersons(made: Extract, person: string): number {
  const texts = (table: Table): Set<string> => {
    const codes = encode(table, person);
    return new Set(codes.dictionary.strings());
  };
  const train = texts(made.train.raw);
  let shared = 0;
  for (const text of texts(made.holdout.raw)) if (train.has(text)) shared++;
  return shared;
}
