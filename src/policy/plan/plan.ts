/**
 * `plan`: what a policy would do to a data set, before anything is written: residual candidates (alone and together with
 * the other columns), leaks, uniqueness, profile findings, a sample on made-up values.
 * @module
 */
import type { Leakage, Residual, RunOptions } from '../../core/index.js';
import { KeyRing } from '../../crypto/index.js';
import { type KeySource, type Masker, maskTable, releasedLeakage } from '../../masking/index.js';
import { type Table, tableFromColumns } from '../../table/index.js';
import type { ColumnPolicy, Policy } from '../document.js';
import type { FileReader } from '../hierarchies.js';
import { maskerOf } from '../maskers.js';
import type { ParsedPolicy } from '../parse.js';
import { isReleased, outputName, ruleOf } from '../rules.js';
import { basesOf, type PlanBasis } from './bases.js';
import { type DryRun, dryRun, generalizedLeakage, type ModelsOutcome, textsOf } from './dry-run.js';
import { gradeOf, type PlanGrade } from './grade.js';
import { type JointResidual, jointResidual } from './joint.js';
import { type PlanFinding, PROFILES_VERSION, profileFindings, violation } from './profiles.js';
import { syntheticValues } from './samples.js';

/** Options of {@link plan}. */
export interface PlanOptions extends RunOptions {
  /** The data. Default: none, figures that need data are null. */
  readonly table?: Table;
  /** Name of the data in messages. Default: the policy's first source. */
  readonly source?: string;
  /** Reads files that the policy names. */
  readonly readFile?: FileReader;
  /** Rows on which joint figures are counted, evenly spread. Default: 50,000. */
  readonly rows?: number;
}

/** What would happen to one column. */
export interface PlanColumn {
  readonly column: string;
  readonly source: string;
  readonly class: ColumnPolicy['class'];
  readonly grade: string | null;
  readonly rule: string;
  readonly leakage: Leakage;
  /** Candidates together with the other released columns; null where they cannot be counted or there is no data. */
  readonly joint: JointResidual | null;
  /**
   * Distinct values of the data (of the counted rows) that share a released value, for rules that draw nothing and have no
   * key: what somebody who holds a list of these values is left with. Null for other rules and without data.
   */
  readonly behind: Residual | null;
  /** `preserved`: distinct values stay distinct; `not-guaranteed`: some may fall together; `lossy`: many do by design. */
  readonly uniqueness: 'preserved' | 'not-guaranteed' | 'lossy';
  /** Distinct values before and after, on the data. */
  readonly distinct: { readonly before: number; readonly after: number } | null;
  /** Cells that the masker would refuse, on the data. */
  readonly refused: number | null;
  readonly reversible: boolean;
  /** False when the rule must see the whole column and cannot run in a stream. */
  readonly streams: boolean;
  /** Made-up values before and after. */
  readonly sample: readonly { readonly before: string; readonly after: string | null }[];
}

/** `scrim.plan/1`. */
export interface Plan {
  readonly schema: 'scrim.plan/1';
  readonly policy: string;
  readonly profiles: { readonly version: string; readonly names: readonly string[] };
  readonly rows: number | null;
  /** Columns of the data that the policy does not name; they would be dropped. */
  readonly dropped: readonly string[];
  readonly columns: readonly PlanColumn[];
  /** Outcome of the models on the data: levels, suppressed rows, smallest class; null without data or models. */
  readonly models: ModelsOutcome | null;
  /** Grade by GB/T 42460-2023; null without data. */
  readonly gbt42460: PlanGrade | null;
  /** Who would keep which columns unmasked, and why. */
  readonly legalBases: readonly PlanBasis[];
  readonly findings: readonly PlanFinding[];
  /** 4 when any finding is a violation. */
  readonly exitCode: 0 | 4;
}

const PRESERVED = new Set([
  'release',
  'token',
  'hash',
  'random-token',
  'encrypt',
  'ff1',
  'surrogate',
  'shuffle',
  'rank-swap',
]);
const NOT_GUARANTEED = new Set(['keep', 'keep-range', 'fake', 'text', 'json', 'when', 'noise', 'date-shift']);

/**
 * Looks at a policy, and at the data if there are any, and says what it would leave open. Keys are made for the occasion
 * and thrown away; nothing is written.
 *
 * @throws SCRIM_POLICY_INVALID for columns that the data do not have
 */
export async function plan(parsed: ParsedPolicy, options: PlanOptions = {}): Promise<Plan> {
  const { policy } = parsed;
  const { table } = options;
  const source = options.source ?? (policy.sources[0] as Policy['sources'][number]).name;
  if (table !== undefined) parsed.checkColumns(source, table.names);
  const ring = await KeyRing.create();
  const { tenant, environment, scenario } = policy.who;
  const keys = ring.scenario({ tenant, environment, scenario });
  const findings: PlanFinding[] = [];
  for (const [name, column] of Object.entries(policy.columns)) {
    if (column.openness === 'prohibited') {
      findings.push(
        violation(
          'prohibited',
          name,
          'the owner has set it prohibited; protect stops',
          '数据主体已列为禁止开放；protect 将停止',
        ),
      );
    }
  }
  const dry = table === undefined ? null : dryRun(parsed, table, keys, options, findings);
  const columns: PlanColumn[] = [];
  for (const [name, column] of Object.entries(policy.columns)) {
    if (!isReleased(column)) continue;
    columns.push(planColumn(name, column, policy, keys, dry));
  }
  for (const profile of policy.profiles) {
    findings.push(...profileFindings(profile, policy, (name) => hiddenCharacters(name, policy, keys)));
  }
  judge(columns, policy, table?.rows ?? 0, findings);
  ring.close();
  return {
    schema: 'scrim.plan/1',
    policy: parsed.digest,
    profiles: { version: PROFILES_VERSION, names: policy.profiles },
    rows: table?.rows ?? null,
    dropped: (table?.names ?? []).filter((name) => !Object.hasOwn(policy.columns, name)),
    columns,
    models: dry?.models ?? null,
    gbt42460: dry === null || table === undefined ? null : gradeOf(policy, table, dry, columns),
    legalBases: basesOf(policy, table, options.readFile),
    findings,
    exitCode: findings.some((finding) => finding.severity === 'violation') ? 4 : 0,
  };
}

/** Rules after which a masked value still has its own digits. */
const PATTERNED = new Set(['keep', 'keep-range', 'release']);

function planColumn(
  name: string,
  column: ColumnPolicy,
  policy: Policy,
  keys: KeySource,
  dry: DryRun | null,
): PlanColumn {
  const rule = ruleOf(column.rule);
  const masker = maskerOf(name, column, { policy, keys });
  const output = outputName(name, column);
  const kind = column.kind ?? ('kind' in rule ? rule.kind : undefined);
  const own = dry?.columns.get(name);
  const others = dry === null ? [] : [...dry.columns.values()].filter((other) => other.name !== name);
  const joint =
    own !== undefined && kind !== undefined && PATTERNED.has(rule.mask) ? jointResidual(kind, own, others) : null;
  const unseen =
    rule.mask === 'generalize'
      ? generalizedLeakage(undefined, output)
      : (masker?.leakage({ column: output }) ?? releasedLeakage(output));
  const leakage = dry?.leakage.get(name) ?? unseen;
  return {
    column: output,
    source: name,
    class: column.class,
    grade: column.grade ?? null,
    rule: rule.mask,
    leakage: { ...leakage, column: output },
    joint,
    behind: dry?.behind.get(name) ?? null,
    uniqueness: isShortToken(rule)
      ? 'not-guaranteed'
      : PRESERVED.has(rule.mask)
        ? 'preserved'
        : NOT_GUARANTEED.has(rule.mask)
          ? 'not-guaranteed'
          : 'lossy',
    distinct: dry?.distinct.get(name) ?? null,
    refused: dry === null ? null : (dry.refused[name] ?? 0),
    reversible: masker?.reversible ?? false,
    streams: rule.mask !== 'generalize' && (masker?.streams ?? true),
    sample: sampleOf(name, column, masker, policy, keys),
  };
}

/** Tokens under 16 bytes may meet: 8 bytes do so with a chance of 3 % among 10^9 values. */
function isShortToken(rule: ReturnType<typeof ruleOf>): boolean {
  return rule.mask === 'token' && rule.bytes !== undefined && rule.bytes < 16;
}

function sampleOf(
  name: string,
  column: ColumnPolicy,
  masker: Masker | null,
  policy: Policy,
  keys: KeySource,
): PlanColumn['sample'] {
  const before = syntheticValues(column, keys);
  if (masker === null)
    return before.map((value) => ({ before: value, after: ruleOf(column.rule).mask === 'release' ? value : null }));
  // Other columns that the rule reads, made up as well.
  const columns: Record<string, (string | null)[]> = { [name]: before };
  for (const read of masker.reads ?? []) {
    if (read !== name) {
      const other = Object.hasOwn(policy.columns, read) ? (policy.columns[read] as ColumnPolicy) : undefined;
      columns[read] = other === undefined ? before.map((_, i) => `p${i}`) : syntheticValues(other, keys);
    }
  }
  const rows = Math.min(...Object.values(columns).map((values) => values.length));
  const table = tableFromColumns(
    Object.fromEntries(Object.entries(columns).map(([key, values]) => [key, values.slice(0, rows)])),
  );
  const after = textsOf(maskTable(table, [{ column: name, masker }]).table, name);
  return before.slice(0, rows).map((value, i) => ({ before: value, after: after[i] ?? null }));
}

/** Fewest characters that the column's mask hides of a typical value of its kind; null when the rule shows no characters. */
function hiddenCharacters(name: string, policy: Policy, keys: KeySource): number | null {
  const column = policy.columns[name] as ColumnPolicy;
  const masker = maskerOf(name, column, { policy, keys });
  if (masker === null) return 0;
  if (!masker.streams) return 0;
  const rule = ruleOf(column.rule);
  if (rule.mask !== 'keep' && rule.mask !== 'keep-range') return rule.mask === 'when' ? 0 : null;
  const before = syntheticValues(column, keys);
  const { table } = maskTable(tableFromColumns({ [name]: before }), [{ column: name, masker }]);
  const counts = textsOf(table, name).map((after, i) => {
    if (after === null) return Number.POSITIVE_INFINITY;
    const shown = [...after.replaceAll(rule.mark ?? '*', '')].length;
    return [...(before[i] as string)].length - shown;
  });
  const least = Math.min(...counts);
  return Number.isFinite(least) ? least : null;
}

/** Share of determined cells from which a direct identifier counts as not masked. */
const DETERMINED = 0.01;

function judge(columns: readonly PlanColumn[], policy: Policy, rows: number, findings: PlanFinding[]): void {
  const limit = policy.thresholds?.residual;
  for (const column of columns) {
    const { joint } = column;
    if (joint !== null && column.rule !== 'release') {
      const beside = joint.with.join(', ');
      const share = (100 * joint.determined).toFixed(1);
      if (joint.determined >= DETERMINED && column.class === 'direct-identifier') {
        findings.push(
          violation(
            'identifier-determined',
            column.column,
            `${share} % of its masked values have a single candidate together with: ${beside}`,
            `与 ${beside} 合并后，${share} % 的脱敏值只剩一个候选`,
          ),
        );
      } else if (joint.residual.min < 10) {
        findings.push({
          code: 'identifier-nearly-determined',
          severity: 'warning',
          source: 'policy',
          column: column.column,
          message: [
            `some masked values have only ${joint.residual.min} candidates together with: ${beside}`,
            `与 ${beside} 合并后，部分脱敏值仅剩 ${joint.residual.min} 个候选`,
          ],
        });
      }
      if (limit !== undefined && joint.residual.min < limit) {
        findings.push(
          violation(
            'residual-below-limit',
            column.column,
            `the fewest candidates are ${joint.residual.min}, the limit is ${limit}`,
            `最少候选数为 ${joint.residual.min}，限值为 ${limit}`,
          ),
        );
      }
    }
    if (column.refused !== null && column.refused > 0) {
      const over =
        policy.thresholds?.refusedCells !== undefined && column.refused > policy.thresholds.refusedCells * rows;
      findings.push({
        code: 'cells-refused',
        severity: over ? 'violation' : 'warning',
        source: 'policy',
        column: column.column,
        message: [
          `${column.refused} cells cannot be masked and would be suppressed`,
          `${column.refused} 个单元格无法脱敏，将被抑制`,
        ],
      });
    }
  }
}
