/**
 * The masking step of a policy alone: which columns are written by which masker, for streams that never hold the table.
 *
 * Fail closed: a column whose rule is `generalize` needs the models and is left out; legal bases by row are not applied, so
 * every row is masked; a prohibited column stops everything.
 * @module
 */
import { ScrimError } from '../core/index.js';
import type { ColumnMask } from '../masking/index.js';
import { type MaskerContext, maskerOf } from './maskers.js';
import type { ParsedPolicy } from './parse.js';
import { isReleased, outputName, ruleOf } from './rules.js';

/** The masks of a policy and what the step leaves out. */
export interface PolicyMasks {
  /** Masks for a table with these columns. @throws SCRIM_POLICY_INVALID for columns that the data do not have */
  choose(source: string, names: readonly string[]): readonly ColumnMask[];
  /** Columns left out because only the models could decide about them. */
  readonly undecided: readonly string[];
  /** True when the step is all that the policy asks for: no models, no sampling, nothing undecided. */
  readonly complete: boolean;
}

/**
 * The masking step of a policy.
 *
 * @throws SCRIM_POLICY_PROHIBITED, SCRIM_MASK_NEEDS_KEY, SCRIM_POLICY_UNSUPPORTED and the errors of the maskers
 */
export function policyMasks(parsed: ParsedPolicy, context: Omit<MaskerContext, 'policy'> = {}): PolicyMasks {
  const { policy } = parsed;
  const masks: ColumnMask[] = [];
  const undecided: string[] = [];
  for (const [name, column] of Object.entries(policy.columns)) {
    if (column.openness === 'prohibited') throw new ScrimError('SCRIM_POLICY_PROHIBITED', { column: name });
    if (!isReleased(column)) continue;
    if (ruleOf(column.rule).mask === 'generalize') undecided.push(name);
    else
      masks.push({
        column: name,
        masker: maskerOf(name, column, { ...context, policy }),
        as: outputName(name, column),
      });
  }
  return {
    choose(source, names) {
      parsed.checkColumns(source, names);
      return names.flatMap((name) => masks.filter((mask) => mask.column === name));
    },
    undecided,
    complete: policy.models.length === 0 && policy.sampling === undefined && undecided.length === 0,
  };
}
