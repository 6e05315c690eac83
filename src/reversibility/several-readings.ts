/**
 * One product read in several ways (as it stands, on its side, in the forms of the readings, by its header), put into one report.
 * @module
 */
import type { Attack } from './attack/attack.js';
import { battery } from './attack/battery.js';
import { readings } from './attack/readings/readings.js';
import type { ProductReport } from './findings/product-report.js';
import { strongest } from './findings/strongest.js';
import { TIME_IS_UP } from './gap.js';
import { headerSheet } from './intake/headers.js';
import type { Lookup } from './intake/lookup.js';
import type { Sheet } from './intake/sheet.js';
import { transposed } from './intake/transpose.js';
import { reason } from './reasons.js';
import type { Target } from './restoration/execute.js';
import type { Thresholds } from './verdict.js';

/** Sources, and what attacks need of them. */
export interface RawTables {
  /** The sources as given, and with them their joins. */
  readonly given: readonly Sheet[];
  readonly sheets: readonly Sheet[];
  readonly targets: readonly Target[];
  readonly lookup: Lookup;
}

/** What a product is read against. */
export interface AgainstSources {
  readonly raw: RawTables;
  /** The sources in plain writing, made when asked for; null where they are as given. */
  readonly plainly: () => RawTables | null;
  readonly thresholds: Thresholds;
  /** True when no other reading is to be begun: the attacks on the product are gaps then. */
  readonly late: () => boolean;
}

/**
 * The report of one product over all ways to read it.
 *
 * @param run - attacks one reading
 */
export function reportOf(
  product: Sheet,
  { raw, plainly, thresholds, late }: AgainstSources,
  attack: (sheet: Sheet, attacks: readonly Attack[], tables: RawTables) => ProductReport,
): ProductReport {
  const { given, sheets, lookup } = raw;
  const run = (sheet: Sheet, attacks: readonly Attack[]): ProductReport => attack(sheet, attacks, raw);
  const onSide = transposed(product, Math.max(0, ...sheets.map((sheet) => sheet.columns.length)));
  const turned = onSide === null ? null : run(onSide, battery);
  // Rows that come back from the turned table need not be sought in thousands of its columns, too.
  const own = run(product, turned !== null && isBlocked(turned) ? battery.slice(0, 1) : battery);
  let read = turned === null ? own : turnedReport(own, turned, 'transpose');
  const ended = !isBlocked(read) && late();
  if (ended) read = { ...read, gaps: [...read.gaps, { id: 'readings', reason: TIME_IS_UP }] };
  const more = isBlocked(read) && mayHoldMore(product, given, read);
  for (const { name, sheet } of (isBlocked(read) && !more) || ended ? [] : readings(product, lookup))
    if (!isBlocked(read) || more) read = turnedReport(read, run(sheet, battery), name);
  // What was made of a source that a program had read before: the product, and the source, as programs write.
  const plain = isOpen(read) && !late() ? plainly() : null;
  if (plain !== null) read = turnedReport(read, attack(product, battery, plain), 'the source in plain writing');
  const header = headerSheet(product, given, thresholds.restoredBelow, (text) => lookup.holds(text));
  return header === null ? read : headerReport(read, run(header, battery), header.rows);
}

function isBlocked(report: ProductReport): boolean {
  return report.reasons.some((own) => own.level === 'block');
}

/** True where neither a block nor a release is at hand. */
function isOpen(report: ProductReport): boolean {
  return !isBlocked(report) && report.reasons.some((own) => own.level === 'review');
}

/** Characters of a cell that may hold many rows. */
const LONG_CELL = 256;

/** True for few rows of long cells, of which little came back: each may hold a table, of which one row was read. */
function mayHoldMore(product: Sheet, given: readonly Sheet[], { restoration }: ProductReport): boolean {
  const rows = Math.max(0, ...given.map((sheet) => sheet.rows));
  if (5 * product.rows > rows || restoration.rows.lower >= 0.5) return false;
  return product.columns.some((column) => column.distinct > 0 && column.text(0).length >= LONG_CELL);
}

/** A product read another way (on its side, a long format, ...): what it gives back counts, its columns are the same. */
function turnedReport(own: ProductReport, turned: ProductReport, name: string): ProductReport {
  const better =
    turned.restoration.rows.lower > own.restoration.rows.lower ||
    turned.restoration.identifiers.lower > own.restoration.identifiers.lower;
  if (!better) {
    const asked = new Set(own.attacks.map((attack) => attack.id));
    const others = turned.attacks.filter((attack) => !asked.has(attack.id));
    return { ...own, attacks: [...own.attacks, ...others], gaps: [...own.gaps, ...turned.gaps] };
  }
  const blocking = turned.reasons.filter((own) => own.level === 'block');
  return {
    ...own,
    restoration: strongest([own.restoration, turned.restoration]),
    attacks: turned.attacks.map((attack) =>
      attack.inverse === null ? attack : { ...attack, inverse: `${name}\n${attack.inverse}` },
    ),
    reasons: [...blocking, ...own.reasons],
    gaps: [...own.gaps, ...turned.gaps],
    cellsOf: turned.cellsOf,
    nullRows: turned.nullRows,
  };
}

/** Column names that repeat rare raw values: what they give back blocks, and any of them is for a person to look at. */
function headerReport(own: ProductReport, header: ProductReport, names: number): ProductReport {
  return {
    ...own,
    restoration: strongest([own.restoration, header.restoration]),
    reasons: [
      ...header.reasons.filter(({ level }) => level === 'block'),
      reason('raw-header', { count: names }),
      ...own.reasons,
    ],
    gaps: [...own.gaps, ...header.gaps],
  };
}

/**
 * What several products together give back, beside what each gives by itself: only what came back counts. Their columns are
 * listed and explained where they stand alone.
 */
export function jointReport(joint: ProductReport, name: string, groups: boolean): ProductReport {
  const weighty = new Set(['rows-restored', 'identifiers-restored', 'rows-partly', 'identifiers-partly']);
  // Rows of group tables side by side are no persons whose classes could be counted.
  if (!groups) weighty.add('small-classes');
  return {
    ...joint,
    columns: [],
    forms: [],
    reasons: joint.reasons.filter((own) => weighty.has(own.code)),
    attacks: joint.attacks.map((attack) =>
      attack.inverse === null ? attack : { ...attack, inverse: `together(${name})\n${attack.inverse}` },
    ),
  };
}
