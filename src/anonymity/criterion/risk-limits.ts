/**
 * Limits on re-identification risk: highest, average, sample uniqueness, population uniqueness.
 *
 * El Emam, "Guide to the De-Identification of Personal Health Information", 2013, chapters 16-17; enforced as in ARX:
 * the smallest classes are suppressed until the limit holds. Proof note: risk-limits.md.
 * @module
 */
import { uniquenessByModel } from '../../risk/index.js';
import { checkRange } from './_check.js';
import type { Criterion, SizeDistribution } from './criterion.js';

/** 1 / class size at most `risk` for every class. @throws SCRIM_ANONYMITY_OPTION */
export function maximumRisk(risk: number): Criterion {
  checkRange('risk', risk, 0, 1, 'low');
  return {
    name: 'maximum-risk',
    parameters: { risk },
    monotonicity: { generalization: true, suppression: true },
    prepare: () => ({ minimumClassSize: Math.ceil(1 / risk - 1e-9) }),
  };
}

/** Classes / records of what is released at most `risk`. @throws SCRIM_ANONYMITY_OPTION */
export function averageRisk(risk: number): Criterion {
  checkRange('risk', risk, 0, 1, 'low');
  return {
    name: 'average-risk',
    parameters: { risk },
    monotonicity: { generalization: true, suppression: true },
    prepare: () => ({
      minimumClassSize: 0,
      tableHolds: (distribution) =>
        distribution.sizes.length - distribution.dropped <= risk * distribution.total * (1 + 1e-12),
    }),
  };
}

/** Share of records that are alone in their class at most `share`. @throws SCRIM_ANONYMITY_OPTION */
export function sampleUniqueness(share: number): Criterion {
  checkRange('share', share, 0, 1);
  return {
    name: 'sample-uniqueness',
    parameters: { share },
    monotonicity: { generalization: true, suppression: true },
    prepare: () => ({
      minimumClassSize: 0,
      tableHolds: (distribution) => singles(distribution) <= share * distribution.total * (1 + 1e-12),
    }),
  };
}

/** Models of {@link populationUniqueness}. */
export type PopulationModel = 'dankar' | 'pitman' | 'zayatz' | 'snb';

/**
 * Estimated share of the population that is unique at most `share`. An estimate that did not converge does not hold.
 *
 * @param samplingFraction - records / population, in (0, 1]
 * @throws SCRIM_ANONYMITY_OPTION
 */
export function populationUniqueness(
  share: number,
  samplingFraction: number,
  model: PopulationModel = 'dankar',
): Criterion {
  checkRange('share', share, 0, 1);
  checkRange('samplingFraction', samplingFraction, 0, 1, 'low');
  return {
    name: 'population-uniqueness',
    parameters: { share, samplingFraction, model },
    monotonicity: { generalization: false, suppression: false },
    prepare: () => ({
      minimumClassSize: 0,
      tableHolds: (distribution) => {
        if (singles(distribution) === 0) return true;
        const found = uniquenessByModel(histogramOf(distribution), samplingFraction, model);
        return found !== null && found > 0 && found <= share;
      },
    }),
  };
}

function singles({ sizes, dropped }: SizeDistribution): number {
  let count = 0;
  for (let i = dropped; i < sizes.length && sizes[i] === 1; i++) count++;
  return count;
}

/** Class sizes are ascending: runs of equal ones. */
function histogramOf({ sizes, dropped }: SizeDistribution): { size: number; classes: number }[] {
  const bins: { size: number; classes: number }[] = [];
  for (let i = dropped; i < sizes.length; i++) {
    const last = bins[bins.length - 1];
    if (last !== undefined && last.size === sizes[i]) last.classes++;
    else bins.push({ size: sizes[i] as number, classes: 1 });
  }
  return bins;
}
