/**
 * `scrim dp account`: what a list of mechanisms costs together.
 * @module
 */
import { isScrimError, ScrimError } from '../../core/index.js';
import type { Accountant, Charge, Mechanism } from '../../dp/index.js';
import type { ScrimCommand } from '../command-line.js';
import { Spec } from '../spec-text.js';
import { textTable } from '../terminal.js';

const ACCOUNTANTS: readonly Accountant[] = ['pure', 'kov', 'rdp', 'zcdp', 'pld'];
const NOISE = ['laplace', 'gaussian', 'discrete-laplace', 'discrete-gaussian'] as const;
const KINDS = [...NOISE, 'randomised-response', 'randomized-response', 'approximate'] as const;

/** One entry of `mechanisms`. @throws SCRIM_DP_SPEC */
function mechanismOf(spec: Spec): Mechanism {
  const kind = spec.word('kind', KINDS);
  const sampling = spec.has('sampling') ? { sampling: spec.number('sampling') } : {};
  if (kind === 'approximate') {
    spec.only('kind', 'epsilon', 'delta', 'count', 'sampling');
    return { kind, epsilon: spec.number('epsilon'), delta: spec.number('delta'), ...sampling };
  }
  if (kind === 'randomised-response' || kind === 'randomized-response') {
    spec.only('kind', 'epsilon', 'probability', 'answers', 'scale', 'sensitivity', 'count', 'sampling');
    const answers = spec.has('answers') ? { answers: spec.number('answers') } : {};
    return { kind: 'randomised-response', epsilon: responsePrice(spec), ...answers, ...sampling };
  }
  spec.only('kind', 'scale', 'sensitivity', 'count', 'sampling');
  return { kind, scale: spec.number('scale'), sensitivity: spec.number('sensitivity'), ...sampling };
}

/** epsilon; or log of (probability of the truth / probability of one other answer); or, as for Laplace noise, sensitivity / scale. */
function responsePrice(spec: Spec): number {
  if (['epsilon', 'probability', 'scale'].filter((name) => spec.has(name)).length !== 1)
    throw spec.refuse([], 'exactly one of epsilon, probability (with answers) and scale (1/epsilon) must be given');
  if (spec.has('epsilon')) return spec.number('epsilon');
  if (spec.has('scale')) {
    const sensitivity = spec.has('sensitivity') ? spec.number('sensitivity') : 1;
    const epsilon = sensitivity / spec.number('scale');
    if (!(epsilon > 0 && Number.isFinite(epsilon))) throw spec.refuse(['scale'], 'expected a positive finite number');
    return epsilon;
  }
  const answers = spec.number('answers');
  if (!Number.isSafeInteger(answers) || answers < 2) throw spec.refuse(['answers'], 'expected an integer from 2');
  const probability = spec.number('probability');
  if (!(probability > 1 / answers && probability < 1))
    throw spec.refuse(['probability'], 'expected the probability of the truth, above 1/answers and below 1');
  return Math.log((probability * (answers - 1)) / (1 - probability));
}

interface Question {
  readonly charges: readonly Charge[];
  readonly accountant: Accountant;
  readonly delta?: number;
  readonly epsilon?: number;
}

async function questionOf(spec: Spec): Promise<Question> {
  spec.only('mechanisms', 'delta', 'epsilon', 'accountant');
  const accountant = spec.word('accountant', ACCOUNTANTS);
  if (spec.has('delta') === spec.has('epsilon'))
    throw spec.refuse([], 'exactly one of delta (to learn epsilon) and epsilon (to learn delta) must be given');
  const { account } = await import('../../dp/index.js');
  const entries = spec.maps('mechanisms');
  if (entries.length === 0) throw spec.refuse(['mechanisms'], 'there is none');
  const charges = entries.map((entry): Charge => {
    const mechanism = mechanismOf(entry);
    const charge = { mechanism, count: entry.has('count') ? entry.number('count') : 1 };
    try {
      // Prices one run: refuses what has no price, at its place in the file.
      if (accountant === 'pure' || accountant === 'kov') account({ charges: [charge], accountant, delta: 0.5 });
      else account({ charges: [charge], accountant: 'zcdp', delta: 1 - 2 ** -53 });
    } catch (error) {
      const { name, problem } = isScrimError(error) ? error.parameters : {};
      if (!isScrimError(error) || error.code !== 'SCRIM_ARGUMENT') throw error;
      throw entry.refuse(entry.has(String(name)) ? [String(name)] : [], String(problem));
    }
    return charge;
  });
  const given = spec.has('delta') ? { delta: spec.number('delta') } : { epsilon: spec.number('epsilon') };
  if (given.delta !== undefined && !(given.delta >= 0 && given.delta < 1))
    throw spec.refuse(['delta'], 'it must be at least 0 and below 1');
  if (given.epsilon !== undefined && !(given.epsilon >= 0 && Number.isFinite(given.epsilon)))
    throw spec.refuse(['epsilon'], 'it must be a finite number that is not negative');
  return { charges, accountant, ...given };
}

/** Adds `scrim dp account`. */
export function addAccount(dp: ScrimCommand): void {
  dp.sub('account', ['what a list of mechanisms costs together', '一组机制合计的隐私代价'])
    .need('--spec <file>', [
      'YAML or JSON: mechanisms, accountant, delta or epsilon',
      '规格文件：机制、核算方法、delta 或 epsilon',
    ])
    .common(false)
    .examples('scrim dp account --spec mechanisms.yaml', 'scrim dp account --spec mechanisms.yaml --json -')
    .does<{ spec: string }>(async (session, options) => {
      session.outputs.input('--spec', options.spec);
      const question = await questionOf(Spec.read(options.spec));
      const { account } = await import('../../dp/index.js');
      const result = account(question);
      if (!Number.isFinite(result.epsilon)) throw new ScrimError('SCRIM_DP_UNREACHABLE');
      session.json({
        schema: 'scrim.dp-account/1',
        accountant: result.accountant,
        epsilon: result.epsilon,
        delta: result.delta,
        mechanisms: question.charges.map(({ mechanism, count }) => ({ ...mechanism, count })),
      });
      session.say(
        textTable(
          [session.text(['accountant', '核算方法']), 'epsilon', 'delta'],
          [[result.accountant, String(result.epsilon), String(result.delta)]],
          ['left', 'right', 'right'],
        ),
      );
      return 0;
    });
}
