/**
 * Criteria from the shorthand settings k, l, t of `anonymize`, a policy or the command line.
 * @module
 */
import { ScrimError } from '../../core/index.js';
import type { CriterionSettings } from '../options.js';
import type { Criterion } from './criterion.js';
import { kAnonymity } from './k-anonymity.js';
import { kmAnonymity } from './km-anonymity.js';
import { distinctDiversity, entropyDiversity, recursiveDiversity } from './l-diversity.js';
import { tCloseness } from './t-closeness.js';

/** All criteria that the settings name. @throws SCRIM_ANONYMITY_OPTION when none is named or a parameter is out of range */
export function criteriaFromSettings(settings: CriterionSettings): Criterion[] {
  const criteria: Criterion[] = [];
  const sensitive = typeof settings.sensitive === 'string' ? [settings.sensitive] : (settings.sensitive ?? []);
  if (settings.m !== undefined && settings.k === undefined) {
    throw new ScrimError('SCRIM_ANONYMITY_OPTION', { option: 'm', problem: 'k^m-anonymity needs k, too' });
  }
  if (settings.k !== undefined) {
    criteria.push(settings.m === undefined ? kAnonymity(settings.k) : kmAnonymity(settings.k, settings.m));
  }
  if ((settings.l !== undefined || settings.t !== undefined) && sensitive.length === 0) {
    throw new ScrimError('SCRIM_ANONYMITY_OPTION', { option: 'sensitive', problem: 'l and t need a sensitive column' });
  }
  for (const column of sensitive) {
    if (settings.l !== undefined) criteria.push(diversity(settings, column, settings.l));
    if (settings.t !== undefined) {
      const hierarchy = settings.sensitiveHierarchies?.[column];
      criteria.push(tCloseness(column, settings.t, settings.tKind ?? 'equal', hierarchy));
    }
  }
  criteria.push(...(settings.criteria ?? []));
  if (criteria.length === 0) {
    throw new ScrimError('SCRIM_ANONYMITY_OPTION', { option: 'criteria', problem: 'name at least one criterion' });
  }
  return criteria;
}

function diversity(settings: CriterionSettings, column: string, l: number): Criterion {
  switch (settings.lKind ?? 'distinct') {
    case 'distinct':
      return distinctDiversity(column, l);
    case 'entropy':
      return entropyDiversity(column, l, 'shannon');
    case 'entropy-grassberger':
      return entropyDiversity(column, l, 'grassberger');
    case 'recursive':
      return recursiveDiversity(column, settings.c ?? 3, l);
    default:
      throw new ScrimError('SCRIM_ANONYMITY_OPTION', {
        option: 'lKind',
        problem: 'it is distinct, entropy, entropy-grassberger or recursive',
      });
  }
}
