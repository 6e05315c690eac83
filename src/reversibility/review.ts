/**
 * The review of a product against its raw sources: intake, safe forms, attacks, executed inverses, verdict (DESIGN §6).
 *
 * Deterministic for a seed. What could not be read, finished or explained becomes a gap or a reason and ends in *review*:
 * never a crash, never a release.
 * @module
 */
import { canonicalJson, hexOf, type RunOptions, SecureRandom, version } from '../core/index.js';
import { SeededRandom } from '../testing/index.js';
import type { Attack } from './attack/attack.js';
import { battery } from './attack/battery.js';
import { attackProduct } from './attack-product.js';
import { capacityOf } from './capacity.js';
import { Clock } from './clock.js';
import { digestsOf } from './digests.js';
import { coverageOf, mergeAttacks } from './findings/coverage.js';
import { collectReasons, decide, gravestFirst, releaseReasons } from './findings/decision.js';
import type { ProductReport } from './findings/product-report.js';
import { riskiest } from './findings/riskiest.js';
import { sourceColumns } from './findings/source-columns.js';
import { strongest } from './findings/strongest.js';
import type { Gap } from './gap.js';
import { type Opened, open, type ReviewInput } from './intake/inputs.js';
import { joins } from './intake/join.js';
import { Lookup } from './intake/lookup.js';
import { checkNames, openProducts, openSources } from './intake/opening.js';
import { plainSource } from './intake/plain-source.js';
import type { Sheet } from './intake/sheet.js';
import { together } from './intake/together.js';
import { statementFor } from './reasons.js';
import { type RecordClaim, type RecordSubject, recordReasons } from './record-claims.js';
import { targetOf } from './restoration/target.js';
import type { RevealSink } from './reveal.js';
import { linkedReasons } from './safe-form/linked-tables.js';
import { jointReport, type RawTables, reportOf } from './several-readings.js';
import { BATTERY, mergeThresholds } from './thresholds.js';
import type { Thresholds, Verdict } from './verdict.js';

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
  /** Milliseconds after which all that is left undone is a gap; attacks have nine tenths of it. Default: 10 minutes. */
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

/** Share of the time limit in which attacks may run; the rest is for executing what they found. */
const ATTACKING = 0.9;

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
  const past = (share: number): boolean => Date.now() - started > share * limit || options.signal?.aborted === true;

  const gaps: Gap[] = [];
  const sources = await openSources(options.sources, options.person, gaps);
  const inputs: readonly ReviewInput[] = Array.isArray(options.product)
    ? options.product
    : [options.product as ReviewInput];
  const products: Opened[] = [];
  const claims: { record: RecordClaim; opened: Opened }[] = [];
  for (const [i, input] of inputs.entries()) {
    const opened = await openProducts(input, i, options.person, gaps);
    products.push(...opened);
    const record = options.records?.[i];
    if (opened[0] !== undefined && record !== undefined) claims.push({ record, opened: opened[0] });
  }
  const control = options.control === undefined ? null : await open(options.control, 'control');
  clock.lap('intake');

  const given = sources.map((source) => source.sheet);
  checkNames(options.sources, options.person, given);
  const named = sources.flatMap((source) => source.identifiers);
  const against = (own: readonly Sheet[]): RawTables => {
    const sheets = [...own, ...joins(own)];
    const targets = sheets.map((sheet, i) =>
      targetOf(sheet, sources[i]?.identifiers ?? named, control?.sheet ?? null, seed, i),
    );
    return { given: own, sheets, targets, lookup: new Lookup(sheets) };
  };
  const raw = against(given);
  clock.lap('source profile');

  const run = (sheet: Sheet, i: number, attacks: readonly Attack[], tables: RawTables): ProductReport =>
    attackProduct({
      attacks,
      product: sheet,
      table: i,
      sources: tables.sheets,
      targets: tables.targets,
      lookup: tables.lookup,
      thresholds,
      random: new SeededRandom(`${seed}/attack/${i}`),
      salts: options.salts ?? [],
      late: () => past(ATTACKING),
      overdue: () => past(1),
      lap: (stage) => clock.lap(stage),
      ...(options.progress === undefined ? {} : { progress: options.progress }),
      ...(options.reveal === undefined ? {} : { reveal: options.reveal }),
    });
  let plain: RawTables | null | undefined;
  const plainly = (): RawTables | null => {
    if (plain === undefined) {
      const own = given.map(plainSource);
      plain = own.every((sheet) => sheet === null)
        ? null
        : against(own.map((sheet, i) => sheet ?? (given[i] as Sheet)));
    }
    return plain;
  };
  const whole = { raw, plainly, thresholds, late: () => past(ATTACKING) };
  const reports = products.map(({ sheet }, i) =>
    reportOf(sheet, whole, (own, attacks, tables) => run(own, i, attacks, tables)),
  );
  const linked = linkedReasons(
    products.flatMap(({ sheet }, i) => {
      const { forms, columns, reasons: own } = reports[i] as ProductReport;
      return own.length === 0 && forms[0]?.startsWith('group table') === true ? [{ sheet, columns }] : [];
    }),
    given,
    thresholds,
    () => past(ATTACKING),
  );
  const joint = together(products.map((product) => product.sheet));
  const groups = reports.some((report) => report.risk.counted === 'groups');
  for (const [i, sheet] of joint.entries())
    reports.push(jointReport(run(sheet, products.length + i, battery, raw), sheet.name, groups));
  for (const report of reports) gaps.push(...report.gaps);

  const productSheets = products.map((product) => product.sheet);
  const columnsOfSources = sourceColumns(sources, raw.targets, reports);
  const destroyed = new Set(options.destroyedKeys ?? []);
  const reasons = [...linked, ...collectReasons(reports, productSheets, given, gaps)];
  for (const { record, opened } of claims)
    reasons.push(...recordReasons(record, subjectOf(opened), columnsOfSources, destroyed, thresholds));
  const decision = decide(reasons, products.length, gaps, inputs.length);
  if (decision === 'release') reasons.push(...releaseReasons(reports));
  const capacity = capacityOf(given, productSheets);
  clock.lap('verdict');

  const attacks = mergeAttacks(reports, gaps);
  return {
    schema: 'scrim.review/1',
    verdict: decision,
    statement: statementFor(decision, reasons),
    reasons: gravestFirst(reasons),
    capacity,
    restoration: strongest(reports.map((report) => report.restoration)),
    attacks,
    columns: reports.flatMap((report) => report.columns),
    sourceColumns: columnsOfSources,
    risk: riskiest(reports, productSheets, given, options.sensitive ?? []),
    nullModel: {
      kind: control === null ? 'tree' : 'control',
      draws: reports[0]?.draws ?? 0,
      rows: Math.max(0, ...reports.map((report) => report.nullRows)),
    },
    coverage: coverageOf(attacks, gaps),
    thresholds,
    battery: BATTERY,
    tool: { name: 'scrim', version },
    seed,
    digests: digestsOf({
      sources,
      products,
      control,
      thresholds,
      reviewerKey: options.reviewerKey,
      policy: options.policy,
    }),
    shape: { sources: given.map(shapeOf), products: productSheets.map(shapeOf) },
    time: clock.laps,
  };
}

function subjectOf({ sheet, bytes }: Opened): RecordSubject {
  return { name: sheet.name, sha256: bytes, columns: sheet.columns.map(({ name }) => name) };
}

/** The verdict without times: byte-identical for the same inputs and seed. */
export function canonicalVerdict(verdict: Verdict): string {
  const { time: _, ...rest } = verdict;
  return canonicalJson(rest);
}

function shapeOf(sheet: Sheet): { name: string; rows: number; columns: number } {
  return { name: sheet.name, rows: sheet.rows, columns: sheet.columns.length };
}
