/**
 * The review of a product against its raw sources: intake, safe forms, attacks, executed inverses, verdict (DESIGN §6).
 *
 * Deterministic for a seed. What could not be read, finished or explained becomes a gap or a reason and ends in *review*:
 * never a crash, never a release.
 * @module
 */
import {
  canonicalJson,
  hexOf,
  isScrimError,
  type Json,
  type RunOptions,
  ScrimError,
  SecureRandom,
  sha256Hex,
  version,
} from '../core/index.js';
import { SeededRandom } from '../testing/index.js';
import type { Attack } from './attack/attack.js';
import { battery } from './attack/battery.js';
import { readings } from './attack/readings.js';
import { attackProduct, type ProductReport } from './attack-product.js';
import { capacityOf } from './capacity.js';
import { foreignFormat } from './formats.js';
import { identifierKind } from './intake/direct-identifiers.js';
import { headerSheet } from './intake/headers.js';
import { keyedDigest, type Opened, open, type ReviewInput } from './intake/inputs.js';
import { joins } from './intake/join.js';
import { Lookup } from './intake/lookup.js';
import type { Sheet } from './intake/sheet.js';
import { transposed } from './intake/transpose.js';
import { openProduct } from './json-document.js';
import { reason, statementFor } from './reasons.js';
import { type RecordClaim, recordReasons } from './record-claims.js';
import type { Target } from './restoration/execute.js';
import { fitNullModel, type NullModel } from './restoration/null-model.js';
import { FOREIGN, MISSING } from './restoration/tuple-join.js';
import type { RevealSink } from './reveal.js';
import { sensitiveRisks } from './risk-summary.js';
import { BATTERY, defaultThresholds, gbt42460 } from './thresholds.js';
import { together } from './together.js';
import type {
  AttackReport,
  Coverage,
  Decision,
  Measure,
  Reason,
  Restoration,
  SourceColumnReport,
  Thresholds,
  Verdict,
} from './verdict.js';

/** Options of {@link review}. */
export interface ReviewOptions extends RunOptions {
  /** The raw tables. */
  readonly sources: readonly ReviewInput[];
  /** What wants to leave: one or several tables. */
  readonly product: ReviewInput | readonly ReviewInput[];
  /** A table of other people of the same population: the null is then never below what it gives. Never source rows. */
  readonly control?: ReviewInput;
  /** 32 hex digits; replays an earlier review. Default: drawn fresh. */
  readonly seed?: string;
  /** Replaces defaults; name an approver. */
  readonly thresholds?: Partial<Thresholds>;
  /** Milliseconds after which attacks end as gaps. Default: 10 minutes. */
  readonly timeLimit?: number;
  /** Key of the digests of raw data. Default: no digests of raw data. */
  readonly reviewerKey?: Uint8Array | string;
  /** Person column of every source and product that has it; at least one source must. */
  readonly person?: string;
  /** Public salts, peppers or prefixes that hashes may have been made with. */
  readonly salts?: readonly string[];
  /** SHA-256 of the policy the product was made under, for the report. */
  readonly policy?: string;
  /** The record beside each product, in their order: a claim that may raise the verdict, never lower it. Default: none. */
  readonly records?: readonly RecordClaim[];
  /** Ids of keys that a ledger shows destroyed. Default: none. */
  readonly destroyedKeys?: readonly string[];
  /** Product or source columns whose l and t are reported. Default: what the classification of the sources calls sensitive. */
  readonly sensitive?: readonly string[];
  /** Given the restored rows with their raw values, for the reviewer's eyes only. Default: nothing is revealed. */
  readonly reveal?: RevealSink;
}

const TOO_LONG = 'a cell is too long to be read';

/**
 * Reviews a product.
 *
 * @throws errors of reading the sources (a source that cannot be read is no review); a product that cannot be read is a gap
 * @example
 * const verdict = await review({ sources: [raw], product: raw });
 * verdict.verdict; // => 'block'
 */
export async function review(options: ReviewOptions): Promise<Verdict> {
  const clock = new Clock();
  const seed = options.seed ?? hexOf(new SecureRandom().bytes(16));
  const thresholds = mergeThresholds(options.thresholds);
  const started = Date.now();
  const limit = options.timeLimit ?? 600_000;
  const late = (): boolean => Date.now() - started > limit || options.signal?.aborted === true;

  const withPerson = (input: ReviewInput): ReviewInput => personed(input, options.person);
  const sources = await Promise.all(options.sources.map((input, i) => open(withPerson(input), `source ${i + 1}`)));
  const inputs: readonly ReviewInput[] = Array.isArray(options.product)
    ? options.product
    : [options.product as ReviewInput];
  const gaps: { id: string; reason: string }[] = [];
  sources.forEach(({ sheet }, i) => {
    if ((sheet.unread ?? 0) > 0) gaps.push({ id: `intake of source ${i + 1}`, reason: TOO_LONG });
  });
  const products: Opened[] = [];
  const claims: { record: RecordClaim; opened: Opened }[] = [];
  for (const [i, input] of inputs.entries()) {
    try {
      refuseForeign(input, `product ${i + 1}`);
      for (const [part, opened] of (await openProduct(withPerson(input), `product ${i + 1}`)).entries()) {
        products.push(opened);
        if (opened.outside > 0)
          gaps.push({ id: `intake of product ${i + 1}`, reason: 'some rows hold content outside the table' });
        if ((opened.sheet.unread ?? 0) > 0) gaps.push({ id: `intake of product ${i + 1}`, reason: TOO_LONG });
        if (part === 0 && options.records?.[i] !== undefined) claims.push({ record: options.records[i], opened });
      }
    } catch (error) {
      gaps.push({
        id: `intake of product ${i + 1}`,
        reason: isScrimError(error) ? error.code : 'it could not be read',
      });
    }
  }
  const control = options.control === undefined ? null : await open(options.control, 'control');
  clock.lap('intake');

  const given = sources.map((source) => source.sheet);
  checkNames(options, given);
  const sheets = [...given, ...joins(given)];
  const lookup = new Lookup(sheets);
  const named = sources.flatMap((source) => source.identifiers);
  const targets = sheets.map((sheet, i) =>
    targetOf(sheet, sources[i]?.identifiers ?? named, control?.sheet ?? null, seed, i),
  );
  clock.lap('source profile');

  const run = (sheet: Sheet, i: number, attacks: readonly Attack[] = battery): ProductReport =>
    attackProduct({
      attacks,
      product: sheet,
      table: i,
      sources: sheets,
      targets,
      lookup,
      thresholds,
      random: new SeededRandom(`${seed}/attack/${i}`),
      salts: options.salts ?? [],
      late,
      lap: (stage) => clock.lap(stage),
      ...(options.progress === undefined ? {} : { progress: options.progress }),
      ...(options.reveal === undefined ? {} : { reveal: options.reveal }),
    });
  const reports: ProductReport[] = [];
  for (const [i, product] of products.entries()) {
    const onSide = transposed(product.sheet, Math.max(0, ...sheets.map((sheet) => sheet.columns.length)));
    const turned = onSide === null ? null : run(onSide, i);
    // Rows that come back from the turned table need not be sought in thousands of its columns, too.
    const own = run(product.sheet, i, turned !== null && isBlocked(turned) ? battery.slice(0, 1) : battery);
    let read = turned === null ? own : turnedReport(own, turned, 'transpose');
    for (const { name, sheet } of isBlocked(read) ? [] : readings(product.sheet, lookup))
      if (!isBlocked(read)) read = turnedReport(read, run(sheet, i), name);
    const holds = (text: string): boolean => lookup.holds(text);
    const header = headerSheet(product.sheet, given, thresholds.restoredBelow, holds);
    reports.push(header === null ? read : headerReport(read, run(header, i), header.rows));
  }
  const joint = together(products.map((product) => product.sheet));
  const groups = reports.some((report) => report.risk.counted === 'groups');
  for (const [i, sheet] of joint.entries())
    reports.push(jointReport(run(sheet, products.length + i), sheet.name, groups));
  for (const report of reports) gaps.push(...report.gaps);
  const capacity = capacityOf(
    given,
    products.map((product) => product.sheet),
  );
  const reasons = collectReasons(reports, products, given, gaps);
  const columnsOfSources = sourceColumns(sources, targets, reports);
  const destroyed = new Set(options.destroyedKeys ?? []);
  for (const { record, opened } of claims) {
    const subject = {
      name: opened.sheet.name,
      sha256: opened.bytes,
      columns: opened.sheet.columns.map(({ name }) => name),
    };
    reasons.push(...recordReasons(record, subject, columnsOfSources, destroyed, thresholds));
  }
  const decision = decide(reasons, reports.length - joint.length, gaps, inputs.length);
  if (decision === 'release') reasons.push(...releaseReasons(reports));
  clock.lap('verdict');

  const restoration = strongest(reports.map((report) => report.restoration));
  const attacks = mergeAttacks(reports, gaps);
  const tool = { name: 'scrim', version } as const;
  return {
    schema: 'scrim.review/1',
    verdict: decision,
    statement: statementFor(decision, reasons),
    reasons: [...reasons].sort((a, b) => LEVEL[b.level] - LEVEL[a.level]),
    capacity,
    restoration,
    attacks,
    columns: reports.flatMap((report) => report.columns),
    sourceColumns: columnsOfSources,
    risk: riskiest(reports, products, given, options.sensitive ?? []),
    nullModel: {
      kind: control === null ? 'tree' : 'control',
      draws: reports[0]?.draws ?? 0,
      rows: Math.max(0, ...reports.map((report) => report.nullRows)),
    },
    coverage: coverageOf(attacks, gaps),
    thresholds,
    battery: BATTERY,
    tool,
    seed,
    digests: {
      product: products.map((product) => product.bytes ?? hexOf(product.content)),
      productForm: products.map((product) => (product.bytes === null ? 'table' : 'bytes')),
      source: sources.map((source) => keyedDigest(source.content, options.reviewerKey)),
      control: control === null ? null : keyedDigest(control.content, options.reviewerKey),
      policy: options.policy ?? null,
      tool: sha256Hex(
        new TextEncoder().encode(
          canonicalJson({
            battery: BATTERY,
            version,
            thresholds: thresholds as unknown as Json,
            attacks: battery.map((attack) => attack.id),
          }),
        ),
      ),
    },
    shape: { sources: given.map(shapeOf), products: products.map((product) => shapeOf(product.sheet)) },
    time: clock.laps,
  };
}

function isBlocked(report: ProductReport): boolean {
  return report.reasons.some((own) => own.level === 'block');
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
 * A column that the reviewer names must exist: a misspelt person would be counted in rows without a word.
 *
 * @throws SCRIM_TABLE_UNKNOWN_COLUMN
 */
function checkNames(options: ReviewOptions, sources: readonly Sheet[]): void {
  const inSources = new Set(sources.flatMap((sheet) => sheet.columns.map(({ name }) => name)));
  const needed = [options.person, ...options.sources.flatMap(namedBy)].filter((name) => name !== undefined);
  for (const column of needed) {
    if (!inSources.has(column)) throw new ScrimError('SCRIM_TABLE_UNKNOWN_COLUMN', { column });
  }
}

function namedBy(input: ReviewInput): readonly (string | undefined)[] {
  if (typeof input === 'string' || input instanceof Uint8Array || 'batches' in input) return [];
  return [input.person, ...(input.identifiers ?? [])];
}

/** @throws SCRIM_REVIEW_FORMAT for a file that is no table */
function refuseForeign(input: ReviewInput, fallback: string): void {
  const data =
    typeof input === 'string' || input instanceof Uint8Array ? input : 'data' in input ? input.data : undefined;
  if (data === undefined) return;
  const format = foreignFormat(data);
  if (format !== null) throw new ScrimError('SCRIM_REVIEW_FORMAT', { name: fallback, format });
}

/**
 * What several products together give back, beside what each gives by itself: only what came back counts. Their columns are
 * listed and explained where they stand alone.
 */
function jointReport(joint: ProductReport, name: string, groups: boolean): ProductReport {
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

/** The risk of the product that has the most records in small classes, with l and t of its sensitive columns. */
function riskiest(
  reports: readonly ProductReport[],
  products: readonly Opened[],
  sources: readonly Sheet[],
  named: readonly string[],
): Verdict['risk'] {
  let worst = -1;
  reports.slice(0, products.length).forEach(({ risk }, i) => {
    const known = reports[worst]?.risk;
    const more = known === undefined || risk.small > known.small;
    if (more || (risk.small === known.small && risk.highestRisk > known.highestRisk)) worst = i;
  });
  const report = reports[worst];
  const sheet = products[worst]?.sheet;
  if (report === undefined || sheet === undefined) return emptyRisk();
  return { ...report.risk, sensitive: sensitiveRisks(sheet, report.risk, report.columns, sources, named) };
}

/** The verdict without times: byte-identical for the same inputs and seed. */
export function canonicalVerdict(verdict: Verdict): string {
  const { time: _, ...rest } = verdict;
  return canonicalJson(rest);
}

class Clock {
  readonly laps: { stage: string; milliseconds: number }[] = [];
  #last = performance.now();

  lap(stage: string): void {
    const now = performance.now();
    const known = this.laps.find((lap) => lap.stage === stage);
    const milliseconds = Math.round(now - this.#last);
    if (known === undefined) this.laps.push({ stage, milliseconds });
    else known.milliseconds += milliseconds;
    this.#last = now;
  }
}

function mergeThresholds(given: Partial<Thresholds> | undefined): Thresholds {
  return given === undefined
    ? defaultThresholds
    : {
        ...defaultThresholds,
        ...given,
        block: { ...defaultThresholds.block, ...given.block },
        release: { ...defaultThresholds.release, ...given.release },
      };
}

function personed(input: ReviewInput, person: string | undefined): ReviewInput {
  if (person === undefined) return input;
  if (typeof input === 'string' || input instanceof Uint8Array) return { data: input, person };
  if ('batches' in input) return { table: input, person };
  return { person, ...input };
}

function shapeOf(sheet: Sheet): { name: string; rows: number; columns: number } {
  return { name: sheet.name, rows: sheet.rows, columns: sheet.columns.length };
}

/** Rows of null products that are drawn at most; what they hit is scaled to larger products. */
const DRAWN_ROWS = 250_000;

function targetOf(
  sheet: Sheet,
  declared: readonly string[],
  control: Sheet | null,
  seed: string,
  position: number,
): Target {
  const kinds = sheet.columns.map((column) => (declared.includes(column.name) ? 'identifier' : identifierKind(column)));
  const identifiers = new Set<number>();
  const names = new Set<number>();
  kinds.forEach((kind, column) => {
    if (kind !== null) identifiers.add(column);
    if (kind === 'person-name') names.add(column);
  });
  let model: NullModel | undefined;
  const drawn = new Map<number, readonly (readonly Int32Array[])[]>();
  return {
    sheet,
    identifiers,
    names,
    kinds,
    nullDraws(rows) {
      const size = Math.min(rows, DRAWN_ROWS);
      let draws = drawn.get(size);
      if (draws === undefined) {
        model ??= fitNullModel(sheet);
        const fitted = model;
        const count = size <= 5000 ? 4 : size <= 50_000 ? 2 : 1;
        draws = Array.from({ length: count }, (_, i) =>
          fitted.draw(size, new SeededRandom(`${seed}/null/${position}/${i}`)),
        );
        drawn.set(size, draws);
      }
      return draws;
    },
    control: control === null ? null : { cells: controlCells(sheet, control), rows: control.rows },
  };
}

/** A control table in the codes of the source, by column name. */
function controlCells(sheet: Sheet, control: Sheet): Int32Array[] {
  return sheet.columns.map((column) => {
    const other = control.columns.find((candidate) => candidate.name === column.name);
    if (other === undefined) return new Int32Array(control.rows).fill(FOREIGN);
    const map = other.values.map((text) => column.index.get(text) ?? FOREIGN);
    return other.codes.map((code) => (code < 0 ? MISSING : (map[code] as number)));
  });
}

const LEVEL: Readonly<Record<Decision, number>> = { release: 0, review: 1, block: 2 };

function collectReasons(
  reports: readonly ProductReport[],
  products: readonly Opened[],
  sources: readonly Sheet[],
  gaps: readonly { id: string; reason: string }[],
): Reason[] {
  const reasons: Reason[] = reports.flatMap((report) => report.reasons);
  for (const gap of gaps) reasons.push(reason('gap', gap));
  if (sources.every((sheet) => sheet.rows === 0)) reasons.push(reason('no-rows', { side: 'source' }));
  const largest = Math.max(0, ...sources.map((sheet) => sheet.rows));
  for (const { sheet } of products) {
    if (sheet.rows === 0) reasons.push(reason('no-rows', { side: 'product' }));
    else if (sheet.rows > largest) reasons.push(reason('more-rows', { product: sheet.rows, source: largest }));
  }
  return reasons;
}

function decide(reasons: readonly Reason[], reviewed: number, gaps: readonly unknown[], asked: number): Decision {
  const level = Math.max(0, ...reasons.map((own) => LEVEL[own.level]));
  if (level === 2) return 'block';
  return level === 1 || gaps.length > 0 || reviewed < asked || asked === 0 ? 'review' : 'release';
}

function releaseReasons(reports: readonly ProductReport[]): Reason[] {
  const forms = [...new Set(reports.flatMap((report) => report.forms))];
  return [...forms.map((form) => reason('safe-form', { form })), reason('nothing-restored', { battery: BATTERY })];
}

/** The strongest measure of each kind: maximum over attacks, never an average. */
export function strongest(all: readonly Restoration[]): Restoration {
  return {
    rows: strongestMeasure(all.map((own) => own.rows)),
    cells: strongestMeasure(all.map((own) => own.cells)),
    identifiers: strongestMeasure(all.map((own) => own.identifiers)),
  };
}

function strongestMeasure(all: readonly Measure[]): Measure {
  let best: Measure = { gross: 0, net: 0, lower: 0, upper: 0, count: 0, of: all[0]?.of ?? 0 };
  for (const measure of all) {
    if (
      measure.lower > best.lower ||
      (measure.lower === best.lower && measure.net > best.net) ||
      (measure.lower === best.lower && measure.net === best.net && measure.gross > best.gross)
    ) {
      best = measure;
    }
  }
  const upper = Math.max(best.upper, ...all.map((measure) => measure.upper));
  return upper === best.upper ? best : { ...best, upper };
}

function mergeAttacks(
  reports: readonly ProductReport[],
  gaps: readonly { id: string; reason: string }[],
): AttackReport[] {
  return battery.map((attack): AttackReport => {
    const own = reports.flatMap((report) => report.attacks.filter((candidate) => candidate.id === attack.id));
    const order = { gap: 2, ran: 1, 'not-applicable': 0 } as const;
    const best = own.reduce<AttackReport | null>(
      (a, b) =>
        a === null || b.restored > a.restored || (b.restored === a.restored && order[b.status] > order[a.status])
          ? b
          : a,
      null,
    );
    const gap = own.find((candidate) => candidate.status === 'gap');
    if (best !== null)
      return gap === undefined
        ? best
        : { ...best, status: 'gap', ...(gap.reason === undefined ? {} : { reason: gap.reason }) };
    const because = gaps[0]?.reason ?? 'no product could be read';
    return {
      id: attack.id,
      status: 'gap',
      knowledge: attack.knowledge,
      restored: 0,
      restoration: null,
      inverse: null,
      reason: because,
    };
  });
}

function coverageOf(attacks: readonly AttackReport[], gaps: readonly { id: string; reason: string }[]): Coverage {
  return {
    ran: attacks.filter((attack) => attack.status === 'ran').map((attack) => attack.id),
    notApplicable: attacks
      .filter((attack) => attack.status === 'not-applicable')
      .map((attack) => ({ id: attack.id, reason: attack.reason ?? '' })),
    gaps: [...gaps],
  };
}

function sourceColumns(
  sources: readonly Opened[],
  targets: readonly Target[],
  reports: readonly ProductReport[],
): SourceColumnReport[] {
  return sources.flatMap(({ sheet }, source) =>
    sheet.columns.map((column, position) => ({
      source: sheet.name,
      column: column.name,
      directIdentifier: targets[source]?.identifiers.has(position) ?? false,
      kind: targets[source]?.kinds[position] ?? null,
      distinct: column.distinct,
      restoredShare:
        Math.max(0, ...reports.map((report) => report.cellsOf[source]?.[position] ?? 0)) / Math.max(1, sheet.rows),
    })),
  );
}

function emptyRisk(): Verdict['risk'] {
  return {
    product: '',
    counted: 'rows',
    rows: 0,
    records: 0,
    columns: [],
    classes: 0,
    smallestClass: 0,
    unique: 0,
    small: 0,
    averageRisk: 0,
    highestRisk: 0,
    histogram: [],
    sensitive: [],
    gbt42460: { grade: 2, secondHand: true, threshold: gbt42460.threshold, version: gbt42460.version, models: [] },
    ema009: false,
  };
}
