/**
 * What a policy says about generalization, as options of `anonymize`: for `protect`, and for the step by itself (`scrim anonymize --policy`).
 * @module
 */
import { type AnonymizeOptions, type Criterion, criteriaFromSettings, type Hierarchy } from '../anonymity/index.js';
import type { Table } from '../table/index.js';
import type { Model, Policy } from './document.js';
import { type FileReader, hierarchyOf } from './hierarchies.js';
import { quasiIdentifiers, ruleOf } from './rules.js';

/** Share of rows that may be suppressed when the policy does not say. */
export const DEFAULT_SUPPRESSION = 0.05;

/**
 * Quasi-identifiers, hierarchies, models, levels, limits and person column of a policy, on a table that is not masked.
 *
 * @throws as `readHierarchy`, SCRIM_TABLE_UNKNOWN_COLUMN
 */
export function modelOptions(table: Table, policy: Policy, read: FileReader): AnonymizeOptions {
  const quasi = quasiIdentifiers(policy);
  const hierarchies: Record<string, Hierarchy> = {};
  const minimumLevels: Record<string, number> = {};
  const maximumLevels: Record<string, number> = {};
  for (const name of quasi) {
    const column = policy.columns[name] as Policy['columns'][string];
    const hierarchy = hierarchyOf(table, name, column, read);
    hierarchies[name] = hierarchy;
    const rule = ruleOf(column.rule);
    if (rule.mask !== 'generalize') continue;
    if (rule.minLevel !== undefined) minimumLevels[name] = Math.min(rule.minLevel, hierarchy.height);
    if (rule.maxLevel !== undefined) maximumLevels[name] = Math.min(rule.maxLevel, hierarchy.height);
  }
  return {
    quasiIdentifiers: quasi,
    hierarchies,
    criteria: policy.models.flatMap(criteriaOf),
    minimumLevels,
    maximumLevels,
    suppression: policy.thresholds?.suppressedRows ?? DEFAULT_SUPPRESSION,
    ...(policy.person === undefined ? {} : { person: policy.person }),
  };
}

function criteriaOf(model: Model): Criterion[] {
  switch (model.model) {
    case 'k-anonymity':
      return criteriaFromSettings({ k: model.k });
    case 't-closeness':
      return criteriaFromSettings({ t: model.t, tKind: model.distance ?? 'equal', sensitive: model.column });
    default:
      return criteriaFromSettings({
        l: model.l,
        lKind: model.variant ?? 'distinct',
        sensitive: model.column,
        ...(model.c === undefined ? {} : { c: model.c }),
      });
  }
}
