/**
 * Risk beside the verdict: class sizes, uniqueness, l and t of the product, counted in persons where they are known.
 *
 * Sizes and uniqueness: El Emam, "Guide to the De-Identification of Personal Health Information", 2013, chapter 16;
 * l: Machanavajjhala et al., "l-Diversity", TKDD 1(1), 2007; t: Li, Li, Venkatasubramanian, "t-Closeness", ICDE 2007, 4.1, 4.2;
 * 0.09: EMA Policy 0070, external guidance 1.4 (2018), 5.4; GB/T 42460-2023 by a second-hand reading ({@link gbt42460}).
 * @module
 */
import { groupCodes, groupPersons, groupRows, groupSizes } from '../../core/index.js';
import { classifyTable } from '../../masking/index.js';
import { tableFromColumns } from '../../table/index.js';
import type { Sheet, SheetColumn } from '../intake/sheet.js';
import { gbt42460 } from '../thresholds.js';
import type { ColumnReport, Gbt42460, RiskSummary, SensitiveRisk, Thresholds } from '../verdict.js';

/** Lower limits of the bins of class sizes. */
const BINS = [1, 2, 3, 5, 10, 20, 50, 100, 1000];

const EMA = 0.09;

/** What {@link riskOf} must be told of a product. */
export interface RiskTask {
  readonly sheet: Sheet;
  /** Positions of the columns that the source explains: they form the classes. */
  readonly columns: readonly number[];
  /** True when some column is not explained: nothing low can be said then. */
  readonly unexplained: boolean;
  /** True when direct identifiers came back. */
  readonly identifiers: boolean;
  /** Persons of the smallest group, when the product is a table of groups; null otherwise. */
  readonly smallestGroup: number | null;
  readonly thresholds: Thresholds;
}

/** Class sizes of a product on the columns that the source explains. */
export function riskOf(task: RiskTask): RiskSummary {
  const { sheet, thresholds, smallestGroup } = task;
  if (smallestGroup !== null) return ofGroups(task, smallestGroup);
  const used = task.columns
    .map((position) => sheet.columns[position] as SheetColumn)
    .filter((column) => !isPersonColumn(sheet, column));
  const { groupOf, groups } = classesOn(sheet, used);
  const rows = groupSizes(groupOf, groups);
  const sizes = sheet.personOf === null ? rows : groupPersons(groupOf, groups, sheet.personOf, sheet.persons);
  let records = 0;
  let unique = 0;
  let small = 0;
  let smallest = Number.POSITIVE_INFINITY;
  const histogram = new Array<number>(BINS.length).fill(0);
  for (let group = 0; group < groups; group++) {
    const size = sizes[group] as number;
    records += size;
    if (size < smallest) smallest = size;
    if (size === 1) unique++;
    if (size < thresholds.smallClass) small += size;
    let bin = BINS.length - 1;
    while (bin > 0 && size < (BINS[bin] as number)) bin--;
    histogram[bin] = (histogram[bin] as number) + size;
  }
  const of = Math.max(1, records);
  const highest = Number.isFinite(smallest) ? 1 / smallest : 0;
  return {
    product: sheet.name,
    counted: sheet.personOf === null ? 'rows' : 'persons',
    rows: sheet.rows,
    records,
    columns: used.map((column) => column.name),
    classes: groups,
    smallestClass: Number.isFinite(smallest) ? smallest : 0,
    unique: unique / of,
    small: small / of,
    averageRisk: groups / of,
    highestRisk: highest,
    histogram: BINS.map((from, i) => ({ from, rows: histogram[i] as number })),
    sensitive: [],
    gbt42460: gradeOf(task, sizes),
    ema009: Number.isFinite(smallest) && highest <= EMA,
  };
}

/** A table of groups has no rows of persons: its smallest group is what can be said. */
function ofGroups(task: RiskTask, smallest: number): RiskSummary {
  const { sheet } = task;
  const highest = smallest === 0 ? 0 : 1 / smallest;
  return {
    product: sheet.name,
    counted: 'groups',
    rows: sheet.rows,
    records: sheet.rows,
    columns: task.columns.map((position) => (sheet.columns[position] as SheetColumn).name),
    classes: sheet.rows,
    smallestClass: smallest,
    unique: 0,
    small: 0,
    averageRisk: highest,
    highestRisk: highest,
    histogram: [],
    sensitive: [],
    gbt42460: gradeOf(task, Float64Array.of(smallest)),
    ema009: smallest > 0 && highest <= EMA,
  };
}

/**
 * Grade and figures of GB/T 42460-2023 by the second-hand reading: 1 direct identifiers stand in the product; 2 none, but the
 * risk is over the threshold; 3 under it; 4 aggregates. The figures assume that the context gives no protection (1).
 */
function gradeOf(task: RiskTask, sizes: Float64Array): Gbt42460 {
  const { sheet, smallestGroup } = task;
  const models = gbt42460.models.map(({ sharing, tau, measure }) => {
    let over = 0;
    let highest = 0;
    let sum = 0;
    for (const size of sizes) {
      const risk = size > 0 ? 1 / size : 0;
      if (risk > tau) over++;
      if (risk > highest) highest = risk;
      sum += risk;
    }
    const classes = Math.max(1, sizes.length);
    const data = measure === 'highest' ? highest : sum / classes;
    return { sharing, tau, over: over / classes, risk: over > 0 ? 1 : data };
  });
  const low = !task.unexplained && sheet.rows > 0 && (models[0]?.risk ?? 1) <= gbt42460.threshold;
  const aggregate = smallestGroup !== null && smallestGroup >= task.thresholds.safeClass;
  const grade = task.identifiers ? 1 : aggregate ? 4 : low && smallestGroup === null ? 3 : 2;
  return { grade, secondHand: true, threshold: gbt42460.threshold, version: gbt42460.version, models };
}

interface Classes {
  readonly groupOf: Int32Array;
  readonly groups: number;
}

/** Classes of equal cells; a cell without a value equals another without. Without columns all rows are one class. */
function classesOn(sheet: Sheet, columns: readonly SheetColumn[]): Classes {
  if (columns.length === 0) return { groupOf: new Int32Array(sheet.rows), groups: Math.min(1, sheet.rows) };
  return groupCodes(
    columns.map((column) => shifted(column.codes)),
    columns.map((column) => column.distinct + 1),
  );
}

function shifted(codes: Int32Array): Int32Array {
  const own = new Int32Array(codes.length);
  for (let row = 0; row < codes.length; row++) own[row] = (codes[row] as number) + 1;
  return own;
}

/** The column that names the person is no part of a class: it is what the classes count. */
function isPersonColumn(sheet: Sheet, column: SheetColumn): boolean {
  const { personOf } = sheet;
  if (personOf === null || column.distinct > sheet.persons) return false;
  for (let row = 0; row < personOf.length; row++) {
    const code = column.codes[row] as number;
    if (code >= 0 && code !== personOf[row]) return false;
  }
  return column.present > 0;
}

/** Sensitive columns that are looked at; more would cost a grouping each. */
const MOST_SENSITIVE = 6;
const SAMPLE_ROWS = 600;
/** Source columns that are classified for it. */
const MOST_CLASSIFIED = 200;

/**
 * l and t of the sensitive columns of a product: each against the classes of the other explained columns.
 *
 * @param named - product or source columns that the reviewer or the manifest calls sensitive; without any, the
 * classification of the source says which
 */
export function sensitiveRisks(
  sheet: Sheet,
  risk: RiskSummary,
  columns: readonly ColumnReport[],
  sources: readonly Sheet[],
  named: readonly string[],
): SensitiveRisk[] {
  if (risk.counted === 'groups' || sheet.rows === 0) return [];
  const wanted = new Set(named);
  const used = sheet.columns.filter((column) => risk.columns.includes(column.name));
  const original = ({ source }: ColumnReport): string => (source === null ? '' : source.slice(source.indexOf('.') + 1));
  const asked = new Set(columns.filter(({ product }) => risk.columns.includes(product)).map(original));
  const recognised = wanted.size > 0 ? null : new Set(sources.flatMap((source) => sensitiveNames(source, asked)));
  const isSensitive = (report: ColumnReport): boolean => {
    if (recognised === null) return wanted.has(report.product) || (report.source !== null && wanted.has(report.source));
    return report.source !== null && recognised.has(original(report));
  };
  const chosen = used.filter((column) =>
    columns.some((report) => report.product === column.name && isSensitive(report)),
  );
  return chosen.slice(0, MOST_SENSITIVE).map((column) => {
    const others = used.filter((other) => other !== column);
    return { column: column.name, ...diversity(sheet, column, classesOn(sheet, others)) };
  });
}

/** Those of the columns asked for that the classification calls sensitive, from a sample of the source's rows. */
function sensitiveNames(sheet: Sheet, asked: ReadonlySet<string>): readonly string[] {
  if (sheet.rows === 0) return [];
  const stride = Math.max(1, Math.floor(sheet.rows / SAMPLE_ROWS));
  const texts = (column: SheetColumn): (string | null)[] => {
    const list: (string | null)[] = [];
    for (let row = 0; row < sheet.rows; row += stride) {
      const code = column.codes[row] as number;
      list.push(code < 0 ? null : column.text(code));
    }
    return list;
  };
  const columns = sheet.columns.filter((column) => asked.has(column.name)).slice(0, MOST_CLASSIFIED);
  const table = tableFromColumns(Object.fromEntries(columns.map((column) => [column.name, texts(column)])));
  return classifyTable(table)
    .columns.filter((column) => column.class === 'sensitive')
    .map((column) => column.name);
}

/** Smallest number of values in a class, exp of the smallest entropy, largest distance, records in classes of one value. */
function diversity(sheet: Sheet, column: SheetColumn, classes: Classes): Omit<SensitiveRisk, 'column'> {
  const values = column.distinct + 1;
  const codes = shifted(column.codes);
  // A person counts once for each value in a class.
  const cells = cellsOf(sheet, codes, values, classes);
  const ordered = column.isNumeric || column.isDate;
  const rank = ordered ? rankOf(column) : null;
  const whole = new Float64Array(values);
  for (const row of cells) whole[codes[row] as number] = (whole[codes[row] as number] as number) + 1;
  const present = whole.reduce((count, n) => count + (n > 0 ? 1 : 0), 0);
  const scale = rank === null ? null : scaleOf(rank, whole, cells.length);
  const { starts, rows } = groupRows(
    Int32Array.from(cells, (row) => classes.groupOf[row] as number),
    classes.groups,
  );
  const own = new Float64Array(values);
  let least = Number.POSITIVE_INFINITY;
  let leastEntropy = Number.POSITIVE_INFINITY;
  let farthest = 0;
  let alike = 0;
  for (let group = 0; group < classes.groups; group++) {
    const from = starts[group] as number;
    const to = starts[group + 1] as number;
    const total = to - from;
    if (total === 0) continue;
    const seen: number[] = [];
    for (let i = from; i < to; i++) {
      const value = codes[cells[rows[i] as number] as number] as number;
      if (own[value] === 0) seen.push(value);
      own[value] = (own[value] as number) + 1;
    }
    let entropy = 0;
    for (const value of seen) {
      const share = (own[value] as number) / total;
      entropy -= share * Math.log(share);
    }
    if (seen.length < least) least = seen.length;
    if (entropy < leastEntropy) leastEntropy = entropy;
    if (seen.length === 1) alike += total;
    if (scale === null || rank === null)
      farthest = Math.max(farthest, equalDistance(own, seen, total, whole, cells.length));
    else if (nearDistance(own, seen, total, scale) > farthest - ROUNDING)
      farthest = Math.max(farthest, orderedDistance(own, total, whole, cells.length, rank, present));
    for (const value of seen) own[value] = 0;
  }
  return {
    l: Number.isFinite(least) ? least : 0,
    entropyL: Number.isFinite(leastEntropy) ? Math.exp(leastEntropy) : 0,
    t: farthest,
    distance: ordered ? 'ordered' : 'equal',
    alike: cells.length === 0 ? 0 : alike / cells.length,
  };
}

/** Rows that count: all of them, or the first of each (class, value, person). */
function cellsOf(sheet: Sheet, codes: Int32Array, values: number, classes: Classes): Int32Array {
  if (sheet.personOf === null) return Int32Array.from({ length: sheet.rows }, (_, row) => row);
  return groupCodes([classes.groupOf, codes, sheet.personOf], [classes.groups, values, sheet.persons]).first;
}

/** Half the L1 distance, over the values of the class: what it has too much is what it lacks elsewhere. */
function equalDistance(
  own: Float64Array,
  seen: readonly number[],
  total: number,
  whole: Float64Array,
  of: number,
): number {
  let sum = 0;
  for (const value of seen) {
    const excess = (own[value] as number) / total - (whole[value] as number) / of;
    if (excess > 0) sum += excess;
  }
  return sum;
}

/** Earth mover's distance over the ranks of the values, normalised by their number less one. */
function orderedDistance(
  own: Float64Array,
  total: number,
  whole: Float64Array,
  of: number,
  rank: Int32Array,
  present: number,
): number {
  let carried = 0;
  let sum = 0;
  for (const value of rank) {
    if ((whole[value] as number) === 0) continue;
    carried += (own[value] as number) / total - (whole[value] as number) / of;
    sum += Math.abs(carried);
  }
  return present < 2 ? 0 : sum / (present - 1);
}

/** What rounding may add to a distance: those that come so near the farthest are summed value by value. */
const ROUNDING = 1e-9;

/** The values of a column in order: place of each, share of the records up to each place, sum of the shares before it. */
interface Scale {
  readonly places: Int32Array;
  readonly shares: Float64Array;
  readonly sums: Float64Array;
}

function scaleOf(rank: Int32Array, whole: Float64Array, of: number): Scale {
  const places = new Int32Array(whole.length).fill(-1);
  const shares = new Float64Array(rank.length);
  const sums = new Float64Array(rank.length + 1);
  let place = 0;
  let records = 0;
  for (const value of rank) {
    if ((whole[value] as number) === 0) continue;
    records += whole[value] as number;
    places[value] = place;
    shares[place] = records / of;
    sums[place + 1] = (sums[place] as number) + (shares[place] as number);
    place++;
  }
  return { places, shares: shares.subarray(0, place), sums: sums.subarray(0, place + 1) };
}

/** {@link orderedDistance} but for rounding, by the values of the class alone: between two of them its share stays. */
function nearDistance(
  own: Float64Array,
  seen: readonly number[],
  total: number,
  { places, shares, sums }: Scale,
): number {
  const rising = seen.length > 1 ? [...seen].sort((a, b) => (places[a] as number) - (places[b] as number)) : seen;
  let sum = sums[places[rising[0] as number] as number] as number;
  let records = 0;
  for (let i = 0; i < rising.length; i++) {
    const from = places[rising[i] as number] as number;
    const until = i + 1 < rising.length ? (places[rising[i + 1] as number] as number) : shares.length;
    records += own[rising[i] as number] as number;
    const share = records / total;
    // Where the share of all passes that of the class.
    let low = from;
    let high = until;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((shares[middle] as number) <= share) low = middle + 1;
      else high = middle;
    }
    const below = (sums[low] as number) - (sums[from] as number);
    const above = (sums[until] as number) - (sums[low] as number);
    sum += share * (low - from) - below + above - share * (until - low);
  }
  return shares.length < 2 ? 0 : sum / (shares.length - 1);
}

/** Shifted codes in the order of their numbers or dates; what has none, and the missing cell, comes first. */
function rankOf(column: SheetColumn): Int32Array {
  const keys = column.isNumeric ? column.numbers : column.dates;
  const key = (shiftedCode: number): number => {
    const value = shiftedCode === 0 ? Number.NaN : (keys[shiftedCode - 1] as number);
    return Number.isNaN(value) ? Number.NEGATIVE_INFINITY : value;
  };
  return Int32Array.from({ length: column.distinct + 1 }, (_, code) => code).sort((a, b) => {
    const difference = key(a) - key(b);
    return Number.isNaN(difference) || difference === 0 ? a - b : difference;
  });
}
