/**
 * Criteria from their JSON form (name and parameters, as a solution lists them): for recipes that are applied later.
 * @module
 */
import { type Json, ScrimError } from '../../core/index.js';
import { alphaK } from './alpha-k.js';
import type { Criterion } from './criterion.js';
import { kAnonymity } from './k-anonymity.js';
import { kmAnonymity } from './km-anonymity.js';
import { distinctDiversity, entropyDiversity, recursiveDiversity } from './l-diversity.js';
import { basicBetaLikeness, deltaDisclosure, enhancedBetaLikeness } from './likeness.js';
import { kMap } from './presence.js';
import {
  averageRisk,
  maximumRisk,
  type PopulationModel,
  populationUniqueness,
  sampleUniqueness,
} from './risk-limits.js';
import { tCloseness } from './t-closeness.js';

type Parameters = { readonly [name: string]: Json };

/**
 * The criterion that the JSON names; one of `own` of the same name wins.
 *
 * @throws SCRIM_RECIPE_MISMATCH for a name that is none of the built-in ones, or one that JSON cannot hold; SCRIM_ANONYMITY_OPTION
 */
export function criterionFromRecipe(
  one: { readonly name: string; readonly parameters: Parameters },
  own: readonly Criterion[],
): Criterion {
  const given = own.find(({ name }) => name === one.name);
  if (given !== undefined) return given;
  const make = Object.hasOwn(builders, one.name) ? builders[one.name] : undefined;
  const made = make?.(one.parameters);
  if (made === undefined || made === null) {
    throw new ScrimError('SCRIM_RECIPE_MISMATCH', { problem: `criterion ${one.name} must be given with it` });
  }
  return made;
}

const number = (parameters: Parameters, name: string): number => Number(parameters[name]);
const column = (parameters: Parameters): string => String(parameters['sensitive']);

const builders: Readonly<Record<string, (parameters: Parameters) => Criterion | null>> = {
  'k-anonymity': (p) => kAnonymity(number(p, 'k')),
  'km-anonymity': (p) => kmAnonymity(number(p, 'k'), number(p, 'm')),
  'alpha-k-anonymity': (p) => alphaK(column(p), number(p, 'alpha'), number(p, 'k')),
  'distinct-l-diversity': (p) => distinctDiversity(column(p), number(p, 'l')),
  'entropy-l-diversity': (p) =>
    entropyDiversity(column(p), number(p, 'l'), p['estimator'] === 'grassberger' ? 'grassberger' : 'shannon'),
  'recursive-cl-diversity': (p) => recursiveDiversity(column(p), number(p, 'c'), number(p, 'l')),
  't-closeness': (p) =>
    p['kind'] === 'hierarchical' || p['order'] === 'hierarchy'
      ? null
      : tCloseness(column(p), number(p, 't'), p['kind'] === 'ordered' ? 'ordered' : 'equal'),
  'basic-beta-likeness': (p) => basicBetaLikeness(column(p), number(p, 'beta')),
  'enhanced-beta-likeness': (p) => enhancedBetaLikeness(column(p), number(p, 'beta')),
  'delta-disclosure': (p) => deltaDisclosure(column(p), number(p, 'delta')),
  // Presence and k-map by subset need the population beside the table.
  'k-map': (p) =>
    p['estimator'] === 'subset'
      ? null
      : kMap(number(p, 'k'), {
          estimator: p['estimator'] === 'poisson' ? 'poisson' : 'zero-truncated-poisson',
          samplingFraction: number(p, 'samplingFraction'),
          significance: number(p, 'significance'),
        }),
  'maximum-risk': (p) => maximumRisk(number(p, 'risk')),
  'average-risk': (p) => averageRisk(number(p, 'risk')),
  'sample-uniqueness': (p) => sampleUniqueness(number(p, 'share')),
  'population-uniqueness': (p) =>
    populationUniqueness(number(p, 'share'), number(p, 'samplingFraction'), p['model'] as PopulationModel),
};
