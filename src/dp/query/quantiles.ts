/**
 * Private quantiles, with an interval where the plan pays for one.
 *
 * Smith, STOC 2011, §3; permute-and-flip of McKenna and Sheldon 2020. See measurements.md.
 * @module
 */
import type { RandomSource } from '../../core/index.js';
import { permuteAndFlip } from '../../noise/index.js';
import type { Aggregates } from './aggregate.js';
import type { Answer, Group } from './answer.js';
import type { Choice } from './measurements.js';
import type { NumericQuery } from './plan.js';

const PARTS = 1_000_000;

/** Smith, STOC 2011, §3: the candidate whose rank is nearest to the wished one, by permute-and-flip over the quantum grid. */
export function quantiles(
  query: NumericQuery,
  choices: readonly Choice[],
  sums: Aggregates,
  { key, at }: Group,
  rowsPerGroup: number,
  confidence: number,
  random: RandomSource,
): Answer[] {
  const lower = Math.round(query.lower / query.quantum);
  const upper = Math.round(query.upper / query.quantum);
  const size = upper - lower + 1;
  const histogram = sums.grid(at, lower, size);
  let total = 0;
  for (let i = 0; i < size; i++) total += histogram[i] as number;
  const choose = ({ probability, epsilon, end }: Choice): { value: number; scale: number } => {
    const wished = Math.round(probability * PARTS);
    const sensitivity = rowsPerGroup * Math.max(wished, PARTS - wished);
    // The ends aim beside the rank by what a choice may miss, a number that the data has no part in.
    const miss = end === 'value' ? 0 : missBy(sensitivity, epsilon, size, (1 - confidence) / 2);
    const aim = wished * total + (end === 'upper' ? miss : -miss);
    const scores = new Float64Array(size);
    let below = 0;
    for (let i = 0; i < size; i++) {
      const equal = histogram[i] as number;
      // Rank interval of the candidate is [below, below + equal]; its distance from the aim, times PARTS.
      const low = below * PARTS - aim;
      const high = (below + equal) * PARTS - aim;
      scores[i] = Math.min(0, -low, high);
      below += equal;
    }
    const chosen = permuteAndFlip({ scores, sensitivity, epsilon }, random);
    return { value: (lower + chosen) * query.quantum, scale: (2 * sensitivity) / PARTS / epsilon };
  };
  const answers: Answer[] = [];
  const drawn = new Map<string, number>();
  for (const choice of choices) {
    const { value, scale } = choose(choice);
    drawn.set(`${choice.probability} ${choice.end}`, value);
    if (choice.end !== 'value') continue;
    answers.push({
      query: query.name,
      key,
      part: String(choice.probability),
      value,
      interval: null,
      noise: { kind: 'permute-and-flip', scale },
    });
  }
  return answers.map((answer) => {
    const low = drawn.get(`${answer.part} lower`);
    const high = drawn.get(`${answer.part} upper`);
    if (low === undefined || high === undefined) return answer;
    return { ...answer, interval: [Math.min(low, answer.value), Math.max(high, answer.value)] };
  });
}

/**
 * What the score of a choice may fall short of the best with probability at most `beta`, rounded up to an integer: (2 Δ / ε) ln(size / beta)
 * (McSherry and Talwar 2007, Thm. 6; permute-and-flip is never worse, McKenna and Sheldon 2020, Thm. 2).
 */
function missBy(sensitivity: number, epsilon: number, size: number, beta: number): number {
  return Math.min(2 ** 50, Math.ceil(((2 * sensitivity) / epsilon) * Math.log(size / beta)));
}
