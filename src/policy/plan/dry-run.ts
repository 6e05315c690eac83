/**
 * The dry run of a policy on data: masked table, outcome of the models, and the released texts that figures are counted on.
 * @module
 */
import { isScrimError, type Leakage, type Residual } from '../../core/index.js';
import { type KeySource, maskTable, releasedLeakage } from '../../masking/index.js';
import { cellText, encode, type Table, take } from '../../table/index.js';
import type { ColumnPolicy } from '../document.js';
import { type FileReader, hierarchyOf } from '../hierarchies.js';
import { maskerOf } from '../maskers.js';
import type { ParsedPolicy } from '../parse.js';
import { type ProtectOptions, protect } from '../protect.js';
import { isReleased, ruleOf } from '../rules.js';
import type { JointColumn } from './joint.js';
import { datesOfLabel } from './labels.js';
import type { PlanOptions } from './plan.js';
import { type PlanFinding, violation } from './profiles.js';

/** Outcome of the models on the data. */
export interface ModelsOutcome {
  readonly levels: Readonly<Record<string, number>>;
  readonly suppressedRows: number;
  readonly smallest: number;
}

/** A column that the models generalise. */
export interface GeneralizedColumn {
  readonly label: (text: string) => string;
  /** True when its labels stand for days. */
  readonly dates: boolean;
}

/** What a policy would do to the data. */
export interface DryRun {
  readonly columns: ReadonlyMap<string, JointColumn>;
  readonly leakage: ReadonlyMap<string, Leakage>;
  /** Distinct values of the data that share a released value, by column, for rules that draw nothing and have no key. */
  readonly behind: ReadonlyMap<string, Residual>;
  readonly refused: Readonly<Record<string, number>>;
  readonly distinct: ReadonlyMap<string, { readonly before: number; readonly after: number }>;
  readonly models: ModelsOutcome | null;
  /** The masked table, before the models. */
  readonly masked: Table;
  /** Columns that the models generalise: their label at the chosen level. */
  readonly generalized: ReadonlyMap<string, GeneralizedColumn>;
}

/** Masks the data with keys made for the occasion, tries the models, and keeps what the figures are counted on. */
export function dryRun(
  parsed: ParsedPolicy,
  table: Table,
  keys: KeySource,
  options: PlanOptions,
  findings: PlanFinding[],
): DryRun {
  const { policy } = parsed;
  const names = table.names.filter((name) => {
    const column = Object.hasOwn(policy.columns, name) ? policy.columns[name] : undefined;
    return column !== undefined && isReleased(column);
  });
  const masks = names.map((name) => ({
    column: name,
    masker: maskerOf(name, policy.columns[name] as ColumnPolicy, { policy, keys }),
  }));
  const masked = maskTable(table, masks, options);
  const run: ProtectOptions = {
    keys,
    ...(options.readFile !== undefined && { readFile: options.readFile }),
    ...(options.signal !== undefined && { signal: options.signal }),
  };
  let models: ModelsOutcome | null = null;
  let levels: Readonly<Record<string, number>> = {};
  if (policy.models.length > 0) {
    try {
      const { record } = protect(table, parsed, run);
      levels = record.parameters.levels as Record<string, number>;
      const { smallest } = record.parameters.recount as { smallest: number };
      models = { levels, suppressedRows: record.counts.rowsSuppressed ?? 0, smallest };
    } catch (error) {
      if (!isScrimError(error) || error.code === 'SCRIM_CANCELLED' || error.code === 'SCRIM_FILE_MISSING') throw error;
      if (error.code !== 'SCRIM_POLICY_PROHIBITED') {
        const [en, zh] = [error.message, error.localize('zh-CN').message];
        findings.push(violation('models-fail', null, en, zh));
      }
    }
  }
  const rows = spread(table.rows, options.rows ?? 50_000);
  const columns = new Map<string, JointColumn>();
  const generalized = new Map<string, GeneralizedColumn>();
  const distinct = new Map<string, { before: number; after: number }>();
  const [before, after] = [take(table.select(names), rows), take(masked.table, rows)];
  for (const name of names) {
    const rule = ruleOf((policy.columns[name] as ColumnPolicy).rule);
    let released = textsOf(after, name);
    if (rule.mask === 'generalize' && levels[name] !== undefined) {
      const read: FileReader = options.readFile ?? (() => new Uint8Array());
      const hierarchy = hierarchyOf(table, name, policy.columns[name] as ColumnPolicy, read);
      const level = levels[name] as number;
      generalized.set(name, {
        label: (text) => hierarchy.generalize(text, level) ?? '',
        dates: isDates(rule.hierarchy),
      });
      released = released.map((text) => (text === null ? null : hierarchy.generalize(text, level)));
    }
    columns.set(name, {
      name,
      raw: textsOf(before, name),
      released,
      ...(rule.mask === 'date-shift' && { slack: rule.days }),
    });
    distinct.set(name, {
      before: encode(table, name).dictionary.size,
      after: distinctOf(released, masked.table, name, rule.mask),
    });
  }
  const behind = new Map<string, Residual>();
  for (const [name, column] of columns) {
    const figure = COUNTED.has(ruleOf((policy.columns[name] as ColumnPolicy).rule).mask) ? valuesBehind(column) : null;
    if (figure !== null) behind.set(name, figure);
  }
  const leakage = new Map(masked.leakage.map((entry) => [entry.column, entry]));
  for (const name of names) {
    const one = generalized.get(name);
    if (ruleOf((policy.columns[name] as ColumnPolicy).rule).mask === 'generalize')
      leakage.set(name, generalizedLeakage(table, name, one));
  }
  return { columns, leakage, behind, refused: masked.suppressed, distinct, models, masked: masked.table, generalized };
}

function distinctOf(released: readonly (string | null)[], masked: Table, name: string, mask: string): number {
  return mask === 'generalize'
    ? new Set(released.filter((text) => text !== null)).size
    : encode(masked, name).dictionary.size;
}

/** At most so many row numbers, evenly spread. */
function spread(rows: number, most: number): Int32Array {
  const count = Math.min(rows, most);
  return Int32Array.from({ length: count }, (_, i) => Math.floor((i * rows) / count));
}

/** The cells of a column as text. */
export function textsOf(table: Table, name: string): (string | null)[] {
  const texts: (string | null)[] = [];
  for (const chunk of table.chunks(name)) for (let row = 0; row < chunk.length; row++) texts.push(cellText(chunk, row));
  return texts;
}

/** Rules whose released value is a function of the source value that anybody can compute. */
const COUNTED = new Set([
  'release',
  'redact',
  'constant',
  'keep',
  'keep-range',
  'round',
  'bucket',
  'clamp',
  'date-truncate',
  'generalize',
]);

/** How many distinct source values share each released one; the mean is over released cells. */
function valuesBehind({ raw, released }: JointColumn): Residual | null {
  const sources = new Map<string, { readonly values: Set<string>; cells: number }>();
  released.forEach((label, row) => {
    const value = raw[row];
    if (label === null || value === null || value === undefined) return;
    const found = sources.get(label) ?? { values: new Set<string>(), cells: 0 };
    found.values.add(value);
    found.cells++;
    sources.set(label, found);
  });
  let min = Number.POSITIVE_INFINITY;
  let max = 0;
  let sum = 0;
  let cells = 0;
  for (const { values, cells: count } of sources.values()) {
    min = Math.min(min, values.size);
    max = Math.max(max, values.size);
    sum += values.size * count;
    cells += count;
  }
  return cells === 0 ? null : { min, mean: sum / cells, max };
}

function isDates(hierarchy: unknown): boolean {
  return typeof hierarchy === 'object' && (hierarchy as { kind?: string }).kind === 'dates';
}

/**
 * What a generalised column still tells. Candidates of a cell: the days that its label stands for, else the distinct values
 * of the data behind it; null where no level was chosen.
 */
export function generalizedLeakage(table: Table | undefined, name: string, column?: GeneralizedColumn): Leakage {
  const leakage: Leakage = {
    ...releasedLeakage(name),
    rule: 'generalize',
    residual: null,
    length: false,
    checkDigit: false,
  };
  if (column === undefined || table === undefined) return leakage;
  const { codes, dictionary } = encode(table, name);
  const cells = new Float64Array(dictionary.size);
  for (const code of codes) if (code < cells.length) cells[code] = (cells[code] as number) + 1;
  const behind = new Map<string, { values: number; cells: number }>();
  dictionary.strings().forEach((text, code) => {
    const label = column.label(text);
    const found = behind.get(label) ?? { values: 0, cells: 0 };
    found.values++;
    found.cells += cells[code] as number;
    behind.set(label, found);
  });
  let min = Number.POSITIVE_INFINITY;
  let max = 0;
  let sum = 0;
  let total = 0;
  for (const [label, found] of behind) {
    const days = column.dates ? datesOfLabel(label) : null;
    const candidates = days === null ? found.values : days[1] - days[0] + 1;
    min = Math.min(min, candidates);
    max = Math.max(max, candidates);
    sum += candidates * found.cells;
    total += found.cells;
  }
  return total === 0 ? leakage : { ...leakage, residual: { min, mean: sum / total, max } };
}
